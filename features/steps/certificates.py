"""Certificates: what the tested system does with the one that the platform presents to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree
from pytest_bdd import given, parsers, then, when

from features.bench import Bench
from features.calling import Caller
from reports.evidence import Evidence, judged
from simulator.certificates.folder import CertificateFolder
from simulator.client import Answer

_GOOD = "good"
_DISTURBANCE = "certifikat"


@given("att systemet nås över ömsesidig TLS")
def the_system_is_reached_over_tls(bench: Bench) -> None:
    if not bench.role.endpoint.startswith("https:"):
        pytest.skip("Systemets adress i målfilen är inte https, så TLS kan inte prövas.")
    tls = bench.role.tls
    if tls is None or tls.certificate is None:
        pytest.skip("Målfilen anger inget klientcertifikat ([… .tls]), så TLS kan inte prövas.")
    if not CertificateFolder.holds_authority(Path(tls.certificate).parent):
        pytest.skip(
            "Klientcertifikatet är inte utfärdat av Provbänk, så ogiltiga kan inte utfärdas: "
            "se docs/tls.md."
        )


@given("ett giltigt meddelande", target_fixture="message")
def a_valid_message(bench: Bench) -> etree._Element:
    return bench.messages.valid()


@when("plattformen anropar med ett giltigt certifikat", target_fixture="answer")
def the_platform_calls(caller: Caller, message: etree._Element) -> Answer:
    return caller.send(message)


@when(parsers.parse('plattformen anropar med certifikatet "{kind}"'), target_fixture="answer")
def the_platform_calls_with(
    caller: Caller, bench: Bench, message: etree._Element, kind: str
) -> Answer:
    bench.client.arrange(
        "POST", "/disturbances", {"name": _DISTURBANCE, "kind": "certificate", "present": kind}
    )
    try:
        return caller.send_and_expect_nothing(message)
    finally:
        bench.client.arrange("DELETE", f"/disturbances/{_DISTURBANCE}")


@then(parsers.parse("släpps anropet in enligt {requirement}"))
def the_call_is_let_in(bench: Bench, answer: Answer, evidence: Evidence, requirement: str) -> None:
    evidence.expects("kontraktets svar")
    evidence.observes(bench.judge.told(answer))
    judged(*bench.judge.accepted(answer, requirement))


@then(parsers.parse("avvisas anropet enligt {requirement}"))
def the_call_is_turned_away(
    bench: Bench, answer: Answer, evidence: Evidence, requirement: str
) -> None:
    evidence.expects("handskakningen bryts, eller anropet avvisas")
    evidence.observes(bench.judge.told(answer))
    if bench.judge.result(answer) is not None:
        judged(
            bench.judge.deviation(
                requirement,
                "anropet behandlades, fast certifikatet inte duger",
                expected="handskakningen bryts, eller anropet avvisas",
                observed=bench.judge.told(answer),
            )
        )


@then("noteras om anropet släpps in")
def it_is_noted_whether_the_call_is_let_in(
    bench: Bench, answer: Answer, evidence: Evidence
) -> None:
    evidence.observes(bench.judge.told(answer))
    if bench.judge.result(answer) is not None:
        evidence.remarks(
            "Anropet behandlades. Plattformen själv släpper inte in den som visar det."
        )
