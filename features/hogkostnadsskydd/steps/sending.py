"""Så: the form of whatever the tested system sends: header, SOAPAction, schema."""

from __future__ import annotations

from pytest_bdd import parsers, then

from contracts.catalogue import known
from contracts.judge import judge
from features.bench import Bench
from features.inbox import Arrived
from features.listening import Listening
from reports.evidence import Evidence, judged


@then(parsers.parse("har varje meddelande LogicalAddress exakt en gång enligt {requirement}"))
def each_is_addressed_once(
    bench: Bench, listening: Listening, evidence: Evidence, requirement: str
) -> None:
    evidence.expects("LogicalAddress en gång, inte tom och utan omgivande blanktecken")
    wrong = [
        one
        for one in _all(bench, listening)
        if len(one.addresses) != 1
        or not one.addresses[0]
        or one.addresses[0].strip() != one.addresses[0]
    ]
    evidence.observes(f"{len(wrong)} utan rätt header")
    judged(
        *(
            bench.judge.deviation(
                requirement,
                "LogicalAddress står inte exakt en gång i SOAP Header",
                where="/Envelope/Header/LogicalAddress",
                observed=f"{len(one.addresses)} gånger" if len(one.addresses) != 1
                else "tom, eller med blanktecken",
            )
            for one in wrong
        )
    )  # fmt: skip


@then(parsers.parse("har varje meddelande rätt SOAPAction enligt {requirement}"))
def each_has_its_action(
    bench: Bench, listening: Listening, evidence: Evidence, requirement: str
) -> None:
    evidence.expects("WSDL:ens värde, inom citattecken")
    found = []
    for one in _all(bench, listening):
        contract = known().contract_for(one.contract)
        expected = f'"{contract[1].soap_action}"' if contract else ""
        if one.soap_action != expected:
            found.append(
                bench.judge.deviation(
                    requirement,
                    "SOAPAction är inte WSDL:ens värde",
                    expected=expected,
                    observed=one.soap_action[:200] or "saknas",
                )
            )
    evidence.observes(f"{len(found)} med annat värde")
    judged(*found)


@then(parsers.parse("är varje meddelande giltigt enligt {requirement}"))
def each_is_valid(bench: Bench, listening: Listening, evidence: Evidence, requirement: str) -> None:
    evidence.expects("schemagiltiga meddelanden")
    found = []
    for one in _all(bench, listening):
        judgement = judge(one.body, at=one.started)
        if not judgement.schema_valid:
            found += [
                bench.judge.deviation(
                    requirement,
                    f"meddelandet är inte schemavalitt: {each.text}",
                    where=each.where,
                    observed="ett meddelande som schemat förbjuder",
                )
                for each in judgement.findings
            ]
    evidence.observes(f"{len(found)} fel mot schemat")
    judged(*found)


def _all(bench: Bench, listening: Listening) -> list[Arrived]:
    """Give what has come; that nothing came deviates."""
    came = listening.wait(lambda _one: True, seconds=bench.role.settings["send_within"])
    if not came:
        judged(
            bench.judge.deviation(
                "FPE-PAR",
                "systemet sände inget",
                expected="ett meddelande till plattformen",
                observed="inget",
            )
        )
    return came
