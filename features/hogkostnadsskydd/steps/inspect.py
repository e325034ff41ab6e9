"""Så: the empty response to a request, and why a disclosure was refused."""

from __future__ import annotations

from lxml import etree
from pytest_bdd import parsers, then

from contracts.domains.financial_patientfees_exemption.v1_0.messages import EXEMPTION, REQUEST
from features.bench import Bench
from features.hogkostnadsskydd.disclosures import Disclosures
from reports.evidence import Evidence, judged
from simulator.client import Answer


@then("besvaras den med ett tomt svar")
def it_is_answered_emptily(bench: Bench, answer: Answer, evidence: Evidence) -> None:
    _answered_emptily(bench, answer, evidence, "FPE-KVITTENS")


@then(parsers.parse("besvaras den med ett tomt svar enligt {requirement}"))
def it_is_answered_emptily_by(
    bench: Bench, answer: Answer, evidence: Evidence, requirement: str
) -> None:
    _answered_emptily(bench, answer, evidence, requirement)


@then(parsers.parse("avvisas det som strider mot schemat enligt {requirement}"))
def it_is_turned_away(bench: Bench, answer: Answer, evidence: Evidence, requirement: str) -> None:
    evidence.expects(bench.suite.answering.turning_away)
    evidence.observes(bench.judge.told(answer))
    judged(*bench.judge.turned_away(answer, requirement))


@then(parsers.parse('besvaras felet "{fault}" med ERROR enligt {requirement}'))
def the_fault_is_answered_error(
    bench: Bench,
    disclosures: Disclosures,
    answer: Answer,
    evidence: Evidence,
    fault: str,
    requirement: str,
) -> None:
    evidence.expects("HTTP 200 med resultCode ERROR och en resultText")
    evidence.observes(bench.judge.told(answer))
    actor = disclosures.actor_of(fault)
    judged(
        *(
            bench.judge.refused(answer, requirement, context={"actor": actor})
            or bench.judge.has_remark(answer, "FPE-UTLAMNANDE-ERROR")
        )
    )


@then(parsers.parse("tas det inte emot enligt {requirement}"))
def it_is_not_taken(bench: Bench, answer: Answer, evidence: Evidence, requirement: str) -> None:
    evidence.expects(bench.suite.answering.turning_away)
    evidence.observes(bench.judge.told(answer))
    judged(*bench.judge.turned_away(answer, requirement))


@then(parsers.parse("besvaras var och en med OK enligt {requirement}"))
def each_is_answered_ok(
    bench: Bench, answers: list[Answer], evidence: Evidence, requirement: str
) -> None:
    evidence.expects(f"{bench.suite.answering.taking} till var och en")
    evidence.observes("; ".join(bench.judge.told(answer) for answer in answers))
    judged(*(each for answer in answers for each in bench.judge.accepted(answer, requirement)))


@then(parsers.parse("har felet ett logg-id enligt {requirement}"))
def the_fault_has_a_log_id(
    bench: Bench, answer: Answer, evidence: Evidence, requirement: str
) -> None:
    evidence.expects("en SOAP Fault med ett UUID")
    evidence.observes(bench.judge.told(answer))
    judged(*(bench.judge.faulted(answer) or bench.judge.has_log_id(answer, requirement)))


def _answered_emptily(bench: Bench, answer: Answer, evidence: Evidence, requirement: str) -> None:
    """Judge the response to a request; what it holds is a disclosure, or worth a remark."""
    evidence.expects("HTTP 200 med en tom RequestExemptionStatusesResponse")
    evidence.observes(bench.judge.told(answer))
    judged(*bench.judge.accepted(answer, requirement))
    response = (
        None if answer.root is None else answer.root.find(f".//{bench.suite.contract.response}")
    )
    held = [] if response is None else [etree.QName(child).namespace for child in response]
    if {EXEMPTION, REQUEST} & set(held):
        judged(
            bench.judge.deviation(
                "FPE-KVITTENS",
                "svaret innehåller mer än kvittensen",
                where="/RequestExemptionStatusesResponse",
                expected="ett tomt svar",
                observed=f"{len(held)} element",
            )
        )
    if held:
        evidence.remarks("Svaret har element ur en främmande namnrymd, där schemat ger plats.")
