"""Så: how a wrong claim specification is put right: a credit and a new one, or a new one alone."""

from __future__ import annotations

from pytest_bdd import parsers, then

from features.bench import Bench
from features.listening import Listening
from features.utomlansfakturering.sale import Sale
from features.utomlansfakturering.sent_claims import CREDIT, SentClaim, any_claim, read
from features.utomlansfakturering.sequence_verdicts import credited, itemised, replaced
from features.utomlansfakturering.steps.billed import nothing_came
from features.utomlansfakturering.steps.selling import RIGHT
from reports.evidence import Evidence, judged


@then(parsers.parse("sänds en kredit av originalet enligt {requirement}"))
def a_credit_is_sent(
    bench: Bench, evidence: Evidence, listening: Listening, sale: Sale, requirement: str
) -> None:
    evidence.expects("typeOfInvoice 381 med originalets id, till samma region")
    taken_back = _credits(listening, sale)
    evidence.observes(f"{len(taken_back)} krediter")
    if not taken_back:
        judged(nothing_came(bench, requirement))
    original = sale.claims(listening)[0]
    judged(*credited(bench.judge, taken_back[0], original, requirement))


@then(parsers.parse("därefter ett nytt fakturaunderlag med rätt belopp enligt {requirement}"))
def a_new_claim_is_sent(
    bench: Bench, evidence: Evidence, listening: Listening, sale: Sale, requirement: str
) -> None:
    evidence.expects(f"typeOfInvoice 380 med nytt id och {RIGHT} kr, efter krediten")
    taken_back, new = _credits(listening, sale), _debits(listening, sale)
    evidence.observes(f"{len(new)} nya fakturaunderlag")
    if not new:
        judged(nothing_came(bench, requirement))
    earlier = [*sale.claims(listening), *taken_back]
    found = replaced(bench.judge, new[0], earlier, RIGHT, requirement)
    if taken_back and new[0].arrived.number < taken_back[0].arrived.number:
        found += (
            bench.judge.deviation(
                requirement,
                "det nya fakturaunderlaget kom före krediten",
                expected="krediten först",
                observed="det nya först",
            ),
        )
    judged(*found)


@then(parsers.parse("anger krediten faktura, rad och orsak enligt {requirement}"))
def the_credit_is_itemised(
    bench: Bench, evidence: Evidence, listening: Listening, sale: Sale, requirement: str
) -> None:
    evidence.expects("referenceToInvoice, och referenceToLineId och reasonForCredit på varje rad")
    taken_back = _credits(listening, sale)
    if not taken_back:
        judged(nothing_came(bench, requirement))
    found = itemised(bench.judge, taken_back[0], sale.claims(listening)[0], requirement)
    evidence.observes(f"{len(found)} avvikelser")
    judged(*found)


@then(parsers.parse("sänds ingen kredit enligt {requirement}"))
def no_credit_is_sent(
    bench: Bench, evidence: Evidence, listening: Listening, sale: Sale, requirement: str
) -> None:
    evidence.expects("inget fakturaunderlag med typeOfInvoice 381")
    listening.wait(any_claim, seconds=bench.role.settings["settle"], count=99)
    taken_back = _credits(listening, sale)
    evidence.observes(f"{len(taken_back)} krediter")
    if taken_back:
        judged(
            bench.judge.deviation(
                requirement,
                "ett avvisat fakturaunderlag krediterades",
                expected="ingen kredit",
                observed="en kredit",
            )
        )


@then(parsers.parse("ett nytt fakturaunderlag med rätt belopp sänds enligt {requirement}"))
def a_new_claim_alone_is_sent(
    bench: Bench, evidence: Evidence, listening: Listening, sale: Sale, requirement: str
) -> None:
    a_new_claim_is_sent(bench, evidence, listening, sale, requirement)


def _made(listening: Listening, sale: Sale) -> list[SentClaim]:
    """Give what has come of the correction; where a tester made it, all that is new."""
    came, made = read(listening.so_far(any_claim)), sale.corrected
    if made is None:
        return [one for one in came if one.id not in sale.ids]
    ids = {made.credit, made.claim}
    return [
        one
        for one in came
        if one.id in ids or (one.type_of_invoice == CREDIT and one.credit_of in sale.ids)
    ]


def _credits(listening: Listening, sale: Sale) -> list[SentClaim]:
    """Give the taken_back that came: what says so itself, and what the system says is one."""
    made = sale.corrected
    return [
        one
        for one in _made(listening, sale)
        if one.type_of_invoice == CREDIT or (made is not None and one.id == made.credit)
    ]


def _debits(listening: Listening, sale: Sale) -> list[SentClaim]:
    taken_back = {one.arrived.number for one in _credits(listening, sale)}
    return [one for one in _made(listening, sale) if one.arrived.number not in taken_back]
