"""Så: one question each to what came back, or to what the system has kept."""

from __future__ import annotations

from decimal import Decimal

import pytest
from lxml import etree
from pytest_bdd import parsers, then

from contracts.domains.financial_billing_claim.v1_1.messages import text_of
from contracts.domains.financial_billing_claim.v1_1.single_faults import RULE_FAULTS, SCHEMA_FAULTS
from contracts.errors import HarnessError
from features.bench import Bench
from features.calling import Caller
from features.differences import DIFFERENCES
from features.observation import ObservationPoint
from features.verdicts import (
    http_refusal,
    identities_in,
    leaks_in,
    megabytes,
    producer_seconds,
    result_of,
    stack_trace_in,
)
from reports.evidence import Deviates, Evidence
from reports.results import Deviation
from simulator.client import Answer

_Batch = list[tuple[etree._Element, str | None]]
_SMALL_LIMIT = 3.0


def _judged(*found: Deviation) -> None:
    if found:
        raise Deviates(*found)


@then("besvaras det med OK")
def it_is_answered_ok(bench: Bench, answer: Answer, evidence: Evidence) -> None:
    evidence.expects("HTTP 200 med resultCode OK")
    evidence.observes(bench.judge.told(answer))
    _note_time(answer, evidence)
    _judged(*bench.judge.accepted(answer))


@then(parsers.parse("besvaras det med OK enligt {requirement}"))
def it_is_answered_ok_by(
    bench: Bench, answer: Answer, evidence: Evidence, requirement: str
) -> None:
    evidence.expects("HTTP 200 med resultCode OK")
    evidence.observes(bench.judge.told(answer))
    _judged(*bench.judge.accepted(answer, requirement))


@then(parsers.parse("besvaras det med ERROR enligt {requirement}"))
def it_is_answered_error(
    bench: Bench, answer: Answer, evidence: Evidence, requirement: str
) -> None:
    evidence.expects("HTTP 200 med resultCode ERROR")
    evidence.observes(bench.judge.told(answer))
    _note_time(answer, evidence)
    _note_comment(answer, evidence)
    _judged(*bench.judge.refused(answer, requirement))


@then(parsers.parse("anger kommentaren regeln för {requirement}"))
def the_comment_names_the_rule(
    bench: Bench, answer: Answer, evidence: Evidence, requirement: str
) -> None:
    rule = requirement.removeprefix("FBC-")
    evidence.expects(f"en kommentar som anger {rule}")
    evidence.observes(bench.judge.told(answer))
    if (remark := bench.judge.surplus(answer, rule)) is not None:
        evidence.remarks(remark)
    _judged(*bench.judge.names_rule(answer, rule))


@then(parsers.parse('anger kommentaren platsen för felet "{fault}"'))
def the_comment_gives_the_place(
    bench: Bench, answer: Answer, evidence: Evidence, fault: str
) -> None:
    known = RULE_FAULTS.get(fault) or SCHEMA_FAULTS[fault]
    broken = "FBC-SVAR-SCHEMA" if known.rule == "schema" else f"FBC-{known.rule}"
    evidence.expects(f"en plats som leder till {known.place}")
    evidence.observes(bench.judge.told(answer))
    _judged(*(bench.judge.refused(answer, broken) or bench.judge.gives_place(answer, known.place)))


@then("har svaret en kommentar")
def the_answer_has_a_comment(bench: Bench, answer: Answer, evidence: Evidence) -> None:
    evidence.expects("en kommentar med schemavalideringens fel")
    evidence.observes(bench.judge.told(answer))
    _judged(*bench.judge.has_comment(answer, "FBC-SVAR-SCHEMA"))


@then("följer svaret kontraktets schema")
def the_answer_is_valid(bench: Bench, answer: Answer, evidence: Evidence) -> None:
    evidence.expects("ett schemavalitt svar i ett SOAP 1.1-kuvert med HTTP-status 200")
    evidence.observes(bench.judge.told(answer))
    found = bench.judge.of_form(answer)
    if not found and result_of(answer) is None:
        found = (
            bench.judge.deviation(
                "FBC-SVAR-FORMAT",
                "ett läsbart fakturaunderlag ska besvaras enligt kontraktet",
                expected="ProcessClaimSpecificationResponse",
                observed=bench.judge.told(answer),
            ),
        )
    _judged(*found)


@then(
    parsers.parse(
        "besvaras det med OK, eller med ERROR enligt beskrivningens ordalydelse där {difference}"
    )
)
def it_is_answered_by_either_reading(
    bench: Bench, answer: Answer, evidence: Evidence, difference: str
) -> None:
    known = DIFFERENCES[difference]
    evidence.expects(f"OK enligt Schematron, eller ERROR för {known.rule} enligt TKB:s text")
    evidence.observes(bench.judge.told(answer))
    result = result_of(answer)
    if result is not None and result.code == "ERROR" and not bench.judge.of_form(answer):
        evidence.remarks(
            f"Systemet avvisar ett underlag där {difference}. Det följer TKB:s text "
            f"({known.rule}: {known.says}) men inte den utgivna Schematronfilen."
        )
        _judged(*bench.judge.names_rule(answer, known.rule))
        return
    _judged(*bench.judge.accepted(answer, f"FBC-{known.rule}"))


@then("besvaras det med SOAP Fault")
def it_is_answered_by_a_fault(bench: Bench, answer: Answer, evidence: Evidence) -> None:
    evidence.expects("HTTP 500 med systemets egen SOAP Fault")
    evidence.observes(bench.judge.told(answer))
    _note_http_refusal(answer, evidence)
    _judged(*bench.judge.faulted(answer))


@then("besvaras det med SOAP Fault eller ERROR")
def it_is_answered_by_a_fault_or_error(bench: Bench, answer: Answer, evidence: Evidence) -> None:
    evidence.expects("HTTP 500 med systemets egen SOAP Fault, eller resultCode ERROR")
    evidence.observes(bench.judge.told(answer))
    result = result_of(answer)
    if result is not None and result.code == "ERROR":
        _judged(*bench.judge.of_form(answer))
        return
    _note_http_refusal(answer, evidence)
    _judged(*bench.judge.faulted(answer))


@then("visar felet varken stackspårning eller personuppgifter")
def the_fault_keeps_secrets(bench: Bench, answer: Answer, evidence: Evidence) -> None:
    evidence.expects("varken stackspårning eller patientens identitet")
    if not identities_in(answer.request):
        raise HarnessError("the call holds no patient identity to look for")
    if (status := http_refusal(answer)) is not None:
        pytest.skip(f"Systemet svarade HTTP {status} utan SOAP Fault, så det finns inget att se.")
    if answer.fault is None or answer.platform_code is not None:
        evidence.observes(bench.judge.told(answer))
        _judged(*bench.judge.faulted(answer))  # without a fault of its own nothing is shown
    found = bench.judge.keeps_secrets(answer)
    evidence.observes("; ".join(item.text for item in found) or "inget av detta")
    _judged(*found)


@then("finns fakturaunderlaget inte hos köparen")
def the_claim_is_not_kept(bench: Bench, message: etree._Element, evidence: Evidence) -> None:
    evidence.expects("observationspunkten känner inte till id")
    kept = _observed(bench).claim(text_of(message, "id") or "")
    evidence.observes("inte sparat" if kept is None else "sparat")
    if kept is not None:
        _judged(
            bench.judge.deviation(
                "FBC-SVAR-INGET-SPARAT",
                "ett avvisat fakturaunderlag sparades",
                expected="inget sparat",
                observed="observationspunkten visar underlaget som mottaget",
            )
        )


@then(parsers.parse("finns fakturaunderlaget {copies:d} gång hos köparen enligt {requirement}"))
def the_claim_is_kept(
    bench: Bench, message: etree._Element, evidence: Evidence, copies: int, requirement: str
) -> None:
    evidence.expects(f"sparat {copies} gång")
    kept = _observed(bench).claim(text_of(message, "id") or "")
    seen = 0 if kept is None else kept.copies
    evidence.observes(f"sparat {seen} gånger")
    if seen != copies:
        _judged(
            bench.judge.deviation(
                requirement,
                f"fakturaunderlaget finns {seen} gånger hos köparen",
                expected=f"{copies} gång",
                observed=f"{seen} gånger",
            )
        )


@then("är krediten knuten till originalet hos köparen")
def the_credit_is_tied(bench: Bench, message: etree._Element, evidence: Evidence) -> None:
    original = text_of(message, "referenceToProcessClaimSpecificationId") or ""
    credit_id = text_of(message, "id") or ""
    evidence.expects(f"originalet visar krediten {credit_id}")
    kept = _observed(bench).claim(original)
    tied = kept is not None and credit_id in kept.credits
    evidence.observes("knuten" if tied else "inte knuten")
    if not tied:
        _judged(
            bench.judge.deviation(
                "FBC-KREDIT-EMOT",
                "krediten är inte knuten till originalet",
                expected=f"krediten {credit_id} bland originalets krediter",
                observed="originalet saknas" if kept is None else "krediten saknas",
            )
        )


@then(parsers.parse("{outcome} köparen en faktura på {amount} belopp"))
def the_buyer_matches_an_invoice(
    bench: Bench, message: etree._Element, evidence: Evidence, outcome: str, amount: str
) -> None:
    expected = {"matchar": True, "avvisar": False}[outcome]
    payable = Decimal(text_of(message, "payableAmount", "amount") or "0")
    billed = payable if amount == "samma" else payable + 100
    evidence.expects("fakturan matchas" if expected else "fakturan matchas inte")
    matched = _observed(bench).invoice(
        text_of(message, "invoiceId") or "", text_of(message, "id") or "", billed
    )
    evidence.observes("matchad" if matched else "inte matchad")
    if matched is not expected:
        _judged(
            bench.judge.deviation(
                "FBC-MATCHA",
                f"en faktura på {amount} belopp {'matchas' if matched else 'matchas inte'}",
                expected="matchad" if expected else "inte matchad",
                observed="matchad" if matched else "inte matchad",
            )
        )


@then(parsers.parse("får var och en sitt eget svar enligt {requirement}"))
def each_gets_its_own_answer(
    bench: Bench,
    caller: Caller,
    batch: _Batch,
    answers: list[Answer],
    evidence: Evidence,
    requirement: str,
) -> None:
    found: list[Deviation] = []
    for (_, rule), answer in zip(batch, answers, strict=True):
        deviations = _own_answer(bench, answer, rule, requirement)
        if deviations or answer is answers[0]:
            caller.keep(answer)
        found.extend(deviations)
    times = [producer_seconds(answer) for answer in answers]
    evidence.expects("OK till varje giltigt underlag, ERROR med rätt regel till varje felaktigt")
    evidence.observes(
        f"{len(answers)} svar, {len(found)} avvikelser, "
        f"längsta svarstid {max(times):.3f} s".replace(".", ",")
    )
    _judged(*found)


@then(parsers.parse("tar inget svar längre tid än {limit:d} sekunder enligt {requirement}"))
def no_answer_takes_longer(
    bench: Bench, answers: list[Answer], evidence: Evidence, limit: int, requirement: str
) -> None:
    times = [producer_seconds(answer) for answer in answers]
    evidence.expects(f"varje svar inom {limit} s")
    evidence.observes(f"längsta svarstid {max(times):.3f} s".replace(".", ","))
    _judged(
        *(
            deviation
            for answer in answers
            for deviation in bench.judge.in_time(answer, requirement, limit)
        )
    )


@then(parsers.parse("tar svaret mindre än {limit:d} sekunder enligt {requirement}"))
def the_answer_takes_less(
    bench: Bench, answer: Answer, evidence: Evidence, limit: int, requirement: str
) -> None:
    evidence.expects(f"mindre än {limit} s för {megabytes(answer.request)}")
    evidence.observes(f"{producer_seconds(answer):.3f} s".replace(".", ","))
    _judged(*bench.judge.in_time(answer, requirement, limit))


def _own_answer(
    bench: Bench, answer: Answer, rule: str | None, requirement: str
) -> tuple[Deviation, ...]:
    """Judge one of several simultaneous answers: it must be the one to its own message.

    An answer of the right form that belongs to another message breaks FBC-SVAR-RATT-SVAR;
    anything else breaks the requirement that the load stands for.
    """
    if form := bench.judge.of_form(answer):
        return form
    if result_of(answer) is None:
        return (
            bench.judge.deviation(
                requirement,
                "ett av flera samtidiga anrop besvarades inte enligt kontraktet",
                expected="OK" if rule is None else f"ERROR för {rule}",
                observed=bench.judge.told(answer),
            ),
        )
    wrong = (
        bench.judge.accepted(answer)
        if rule is None
        else bench.judge.refused(answer, f"FBC-{rule}") or bench.judge.names_rule(answer, rule)
    )
    if not wrong:
        return ()
    return (
        bench.judge.deviation(
            "FBC-SVAR-RATT-SVAR",
            "ett anrop fick ett svar som inte hör till dess meddelande",
            expected="OK" if rule is None else f"ERROR för {rule}",
            observed=bench.judge.told(answer),
        ),
    )


def _observed(bench: Bench) -> ObservationPoint:
    if bench.observation is None:
        raise HarnessError("the scenario asks for an observation point without saying so")
    return bench.observation


def _note_http_refusal(answer: Answer, evidence: Evidence) -> None:
    if (status := http_refusal(answer)) is not None:
        evidence.remarks(
            f"Systemet avvisar ett oläsbart anrop med HTTP {status}. Det följer WS-I, men "
            "plattformen gör det till VP009; en SOAP Fault med status 500 når konsumenten."
        )


def _note_time(answer: Answer, evidence: Evidence) -> None:
    seconds = producer_seconds(answer)
    if seconds >= _SMALL_LIMIT:
        evidence.remarks(
            f"Ett meddelande på {megabytes(answer.request)} tog {seconds:.1f} s att besvara; "
            "under 1 MB ska det ta mindre än 3 s.".replace(".", ",", 1)
        )


def _note_comment(answer: Answer, evidence: Evidence) -> None:
    """Remark on a comment that shows what a fault must not show; the rule speaks of faults."""
    result = result_of(answer)
    comment = result.comment if result else ""
    if (kind := stack_trace_in(comment)) is not None:
        evidence.remarks(f"Kommentaren i svaret visar en stackspårning ({kind}).")
    if leaks_in(comment, identities_in(answer.request)):
        evidence.remarks("Kommentaren i svaret visar patientens identitet.")
