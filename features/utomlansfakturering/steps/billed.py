"""Så: the form of the claim specifications that were sent, their address, and what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pytest
from pytest_bdd import parsers, then

from features.bench import Bench
from features.listening import Listening
from features.utomlansfakturering import form_verdicts as verdicts
from features.utomlansfakturering.sale import Gallery, Sale
from features.utomlansfakturering.sent_claims import SentClaim
from features.utomlansfakturering.sequence_verdicts import unique
from features.verdicts import Judge
from reports.evidence import Evidence, judged
from reports.results import Deviation

_Verdict = Callable[[Judge, SentClaim, str], Sequence[Deviation]]


# Schema and rules --------------------------------------------------------------------------------


@then(parsers.parse('sänds ett giltigt fakturaunderlag för "{kind}" enligt {requirement}'))
def a_valid_claim_is_sent(
    bench: Bench, evidence: Evidence, shown_kinds: Gallery, kind: str, requirement: str
) -> None:
    evidence.expects("ett fakturaunderlag utan fel mot schema och regler")
    if kind in shown_kinds.not_offered:
        pytest.skip(f"Systemets trigger kan inte fakturera vård av slaget {kind}.")
    claim = shown_kinds.sent[kind]
    if claim is None:
        judged(nothing_came(bench, requirement))
        return
    found = verdicts.valid(bench.judge, claim, requirement)
    evidence.observes(f"{len(found)} fel")
    judged(*found)


@then(parsers.parse("bryter inget fakturaunderlag mot {requirement}"))
def the_claims_keep_the_rule(
    bench: Bench,
    evidence: Evidence,
    listening: Listening,
    shown_kinds: Gallery,
    requirement: str,
) -> None:
    rule = requirement.removeprefix("FBC-")
    told = [(one, verdicts.keeps(bench.judge, one, rule)) for one in shown_kinds.all()]
    about = [(claim, found) for claim, found in told if found is not None]
    if not about:
        pytest.skip(f"Inget fakturaunderlag som sänts innehåller det som {rule} handlar om.")
    wrong = [(claim, found) for claim, found in about if found]
    listening.keep(*(claim.arrived for claim, _ in wrong or about[:1]))
    evidence.expects(f"{rule} håller i varje underlag som den handlar om")
    evidence.observes(f"{len(about)} underlag med sådana uppgifter, {len(wrong)} bryter mot regeln")
    judged(*(one for _, found in wrong for one in found))


@then(parsers.parse("är anropet av kontraktets version enligt {requirement}"))
def the_version_is_right(
    bench: Bench, evidence: Evidence, listening: Listening, requirement: str
) -> None:
    evidence.expects("kontraktets namnrymder, med huvudversion 1, i hela nyttolasten")
    came = listening.so_far(lambda _one: True)
    if not came:
        judged(nothing_came(bench, requirement))
    found = [one for each in came for one in verdicts.of_version(bench.judge, each, requirement)]
    evidence.observes(f"{len(came)} anrop, {len(found)} avvikelser")
    judged(*found)


# Address, header, id, size -----------------------------------------------------------------------


@then(parsers.parse("går varje fakturaunderlag till patientens hemregion enligt {requirement}"))
def each_goes_home(
    bench: Bench, evidence: Evidence, listening: Listening, sales: list[Sale], requirement: str
) -> None:
    evidence.expects("hemregionens organisationsnummer som logisk adress, och som köpare")
    found: list[Deviation] = []
    for sale in sales:
        claims = sale.claims(listening)
        number = sale.bill.home.organisation_number
        found += [nothing_came(bench, requirement)] if not claims else []
        for claim in claims:
            found += verdicts.addressed_to(bench.judge, claim, number, requirement)
    evidence.observes(f"{len(sales)} regioner, {len(found)} avvikelser")
    judged(*found)


@then(parsers.parse("står LogicalAddress exakt en gång i anropet enligt {requirement}"))
def the_header_is_there_once(
    bench: Bench, evidence: Evidence, listening: Listening, sale: Sale, requirement: str
) -> None:
    evidence.expects("LogicalAddress en gång, inte tom och utan omgivande blanktecken")
    _each(bench, evidence, sale.claims(listening), verdicts.addressed_once, requirement)


@then(parsers.parse("har fakturaunderlaget ett rätt uppbyggt id enligt {requirement}"))
def the_id_is_formed(
    bench: Bench, evidence: Evidence, listening: Listening, sale: Sale, requirement: str
) -> None:
    evidence.expects("ZVF, säljarens organisationsnummer, ÅÅMM och sex siffror")
    _each(bench, evidence, sale.claims(listening), verdicts.named, requirement)


@then(parsers.parse("har fakturaunderlagen olika id enligt {requirement}"))
def the_ids_differ(
    bench: Bench, evidence: Evidence, listening: Listening, sales: list[Sale], requirement: str
) -> None:
    claims = [claim for sale in sales for claim in sale.claims(listening)]
    evidence.expects("ett eget id för varje fakturaunderlag")
    evidence.observes(f"{len(claims)} fakturaunderlag, {len({one.id for one in claims})} id")
    if len(claims) < len(sales):
        judged(nothing_came(bench, requirement))
    judged(*unique(bench.judge, claims, requirement))


@then(parsers.parse("delas det upp i meddelanden på högst 5 MB enligt {requirement}"))
def it_is_divided(
    bench: Bench, evidence: Evidence, listening: Listening, sale: Sale, requirement: str
) -> None:
    claims = sale.claims(listening)
    sizes = [len(claim.arrived.body) for claim in claims]
    evidence.expects("flera meddelanden, inget större än 5 MB, med alla rader")
    evidence.observes(", ".join(f"{size / 1e6:.1f} MB".replace(".", ",") for size in sizes))
    if any(verdicts.MEGABYTES < size <= verdicts.LARGEST for size in sizes):
        evidence.remarks("Ett meddelande är större än 5 000 000 byte men inte än 5 MiB.")
    if not claims:
        judged(nothing_came(bench, requirement))
    found = [one for claim in claims for one in verdicts.in_size(bench.judge, claim, requirement)]
    judged(*found, *verdicts.billed_as_given(bench.judge, claims, sale.bill, requirement))


# What it says ------------------------------------------------------------------------------------


@then(parsers.parse("är beloppen rätt och rätt skrivna enligt {requirement}"))
def the_amounts_are_right(
    bench: Bench, evidence: Evidence, listening: Listening, sale: Sale, requirement: str
) -> None:
    claims = sale.claims(listening)
    evidence.expects(f"{sale.bill.fee} kr, och högst två decimaler efter punkt i varje belopp")
    _each(bench, evidence, claims, verdicts.amounts_written, requirement)
    judged(*verdicts.billed_as_given(bench.judge, claims, sale.bill, requirement))


@then(parsers.parse("har patienten den registrerade identiteten enligt {requirement}"))
def the_patient_is_identified(
    bench: Bench, evidence: Evidence, listening: Listening, sale: Sale, requirement: str
) -> None:
    evidence.expects(f"identiteten med root {sale.bill.patient.root}")

    def verdict(judge: Judge, claim: SentClaim, clause: str) -> Sequence[Deviation]:
        return verdicts.identified(judge, claim, sale.bill, clause)

    _each(bench, evidence, sale.claims(listening), verdict, requirement)


@then(parsers.parse("är datum och klockslag i svensk tid enligt {requirement}"))
def the_days_are_right(
    bench: Bench, evidence: Evidence, listening: Listening, sale: Sale, requirement: str
) -> None:
    evidence.expects("de registrerade dagarna, och dokumentets tid i svensk lokal tid")

    def verdict(judge: Judge, claim: SentClaim, clause: str) -> Sequence[Deviation]:
        return verdicts.dated(judge, claim, sale.bill, clause)

    _each(bench, evidence, sale.claims(listening), verdict, requirement)


@then(parsers.parse("kommer noteringen oskadd fram enligt {requirement}"))
def the_note_is_unharmed(
    bench: Bench, evidence: Evidence, listening: Listening, sale: Sale, requirement: str
) -> None:
    evidence.expects(f"texten {sale.bill.note}")

    def verdict(judge: Judge, claim: SentClaim, clause: str) -> Sequence[Deviation]:
        return verdicts.holds_text(judge, claim, sale.bill.note, clause)

    _each(bench, evidence, sale.claims(listening), verdict, requirement)


def nothing_came(bench: Bench, requirement: str) -> Deviation:
    """Make the deviation of a system that sent nothing where it should have."""
    return bench.judge.deviation(
        requirement,
        "systemet sände inget fakturaunderlag",
        expected="ett fakturaunderlag till plattformen",
        observed="inget",
    )


def _each(
    bench: Bench,
    evidence: Evidence,
    claims: Iterable[SentClaim],
    verdict: _Verdict,
    requirement: str,
) -> None:
    claims = list(claims)
    if not claims:
        judged(nothing_came(bench, requirement))
    found = [one for claim in claims for one in verdict(bench.judge, claim, requirement)]
    evidence.observes(f"{len(claims)} underlag, {len(found)} avvikelser")
    judged(*found)
