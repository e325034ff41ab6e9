"""Calls made directly to the tested system, and how it takes each; judged by the profile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import pytest
from pytest_bdd import given, parsers, then, when

from features.bench import Bench
from features.calling import Caller
from features.plattform.rewritten import REWRITTEN
from features.plattform.straight import Straight
from features.plattform.ways import NOT_OF_SOAP_1_1, SENT, WRITTEN
from reports.evidence import Evidence, judged
from simulator.client import Answer

_HTTP_1_0 = 10
_METHOD_NOT_ALLOWED, _FAULT = 405, 500


@dataclass(frozen=True, kw_only=True)
class Written:
    """A message as it is to be sent, and what is uncommon about it."""

    form: str
    message: bytes


@dataclass(frozen=True, kw_only=True)
class Tried:
    """A call and its answer, in words too."""

    what: str
    method: str
    answer: Answer


@pytest.fixture(scope="session")
def straight(bench: Bench) -> Straight:
    """Give the way to call the tested system without the platform in between."""
    return Straight(bench)


@pytest.fixture(scope="session")
def usual(straight: Straight) -> Answer:
    """Give the answer to a usual call, made directly; the same for the whole run."""
    return straight.call(straight.envelope(), SENT["som vanligt"])


@given("att systemet tar emot ett vanligt anrop direkt")
def it_takes_a_usual_call(bench: Bench, usual: Answer) -> None:
    if not bench.judge.takes(usual):
        pytest.skip(
            "Systemet tog inte emot ett vanligt anrop direkt till sin adress "
            f"({bench.judge.told(usual)}), så det finns inget att jämföra med."
        )


@given(parsers.parse("ett giltigt meddelande skrivet i {form}"), target_fixture="written")
@given(parsers.parse("ett giltigt meddelande skrivet med {form}"), target_fixture="written")
def a_message_written(straight: Straight, form: str) -> Written:
    return Written(form=form, message=WRITTEN[form](straight.envelope()))


@given(parsers.parse("ett giltigt meddelande omskrivet med {form}"), target_fixture="written")
def a_message_rewritten(straight: Straight, form: str) -> Written:
    return Written(form=form, message=REWRITTEN[form](straight.envelope()))


@when(parsers.parse("det sänds {how} direkt till systemet"), target_fixture="tried")
def it_is_sent_directly(straight: Straight, caller: Caller, written: Written, how: str) -> Tried:
    way = SENT[how]
    way = replace(way, is_call=way.is_call and written.form not in NOT_OF_SOAP_1_1)
    answer = straight.call(b"" if way.method == "GET" else written.message, way)
    caller.keep(answer)
    return Tried(what=f"{written.form}, sänt {how}", method=way.method, answer=answer)


@then(parsers.parse("tas det emot enligt {requirement}"))
def it_is_taken(bench: Bench, evidence: Evidence, tried: Tried, requirement: str) -> None:
    _expect_taken(bench, evidence, tried, requirement)


@then("krävs ingen kaka för att det ska tas emot")
def no_cookie_is_demanded(
    bench: Bench, evidence: Evidence, tried: Tried, straight: Straight, written: Written
) -> None:
    evidence.expects("ett svar, utan att en kaka har sänts")
    evidence.observes(bench.judge.told(tried.answer))
    offered = tried.answer.headers.get("set-cookie", "")
    if bench.judge.takes(tried.answer):
        if offered:
            evidence.remarks("Systemet sätter en kaka, som ingen tjänstekonsument sänder tillbaka.")
        return
    if not offered:
        pytest.skip("Systemet tog inte emot ett vanligt anrop, och satte ingen kaka.")
    way = SENT["som vanligt"].with_header("Cookie", offered.partition(";")[0])
    again = straight.call(straight.envelope(), way)
    if not bench.judge.takes(again):
        pytest.skip(f"{written.form} togs inte emot vare sig utan eller med den kaka som sattes.")
    judged(
        bench.judge.deviation(
            "RIV-R1121",
            "anropet togs emot först med den kaka som systemet själv satte",
            where="Set-Cookie",
            observed=f"utan kaka: {bench.judge.told(tried.answer)}",
        )
    )


@then("behandlas det inte som ett anrop")
def it_is_not_treated_as_a_call(bench: Bench, evidence: Evidence, tried: Tried) -> None:
    status = tried.answer.status
    evidence.expects("HTTP 405")
    evidence.observes(f"HTTP {status}" if status else tried.answer.problem)
    if bench.judge.result(tried.answer) is not None:
        judged(
            bench.judge.deviation(
                "RIV-R1114",
                f"{tried.method} behandlades som ett anrop",
                expected="HTTP 405",
                observed=bench.judge.told(tried.answer),
            )
        )
    if status != _METHOD_NOT_ALLOWED:
        evidence.remarks(
            f"RIV-R1114: {tried.method} besvaras med "
            f"{f'HTTP {status}' if status else 'inget svar'}, inte 405."
        )


@then(parsers.parse("noteras om det avvisas, enligt {requirement}"))
def it_is_noted_if_it_is_refused(
    bench: Bench, evidence: Evidence, tried: Tried, requirement: str
) -> None:
    evidence.observes(bench.judge.told(tried.answer))
    if not bench.judge.takes(tried.answer):
        evidence.remarks(
            f"{requirement}: systemet tar inte emot {tried.what}: {bench.judge.told(tried.answer)}."
        )


@then(parsers.parse("noteras om det tas emot, enligt {requirement}"))
def it_is_noted_if_it_is_taken(
    bench: Bench, evidence: Evidence, tried: Tried, requirement: str
) -> None:
    evidence.observes(bench.judge.told(tried.answer))
    if bench.judge.takes(tried.answer):
        evidence.remarks(f"{requirement}: systemet tar emot {tried.what}, som bör avvisas.")


@then(parsers.parse("avvisas det enligt {requirement}, och ingen entitet expanderas"))
def it_is_refused_unexpanded(
    bench: Bench, evidence: Evidence, tried: Tried, requirement: str
) -> None:
    evidence.expects("ett fel, utan entitetens text")
    told = bench.judge.told(tried.answer)
    evidence.observes(told)
    if b"expanderad" in tried.answer.body:
        judged(
            bench.judge.deviation(
                requirement,
                "entiteten i meddelandets DTD expanderades",
                expected="ett fel, utan entitetens text",
                observed="entitetens text i svaret",
            )
        )
    if bench.judge.takes(tried.answer):
        judged(
            bench.judge.deviation(
                requirement,
                "ett meddelande med DTD togs emot",
                expected="ett fel",
                observed=told,
            )
        )


@then("noteras om svaret inte är felet MustUnderstand")
def it_is_noted_if_not_must_understand(bench: Bench, evidence: Evidence, tried: Tried) -> None:
    told = bench.judge.told(tried.answer)
    evidence.observes(told)
    fault = tried.answer.fault
    if fault is None or fault.code.rpartition(":")[2] != "MustUnderstand":
        evidence.remarks(
            f"RIV-MUSTUNDERSTAND: {tried.what} besvaras inte med felet MustUnderstand: {told}."
        )


@then("noteras om statusen är en annan än 400 eller 500")
def it_is_noted_if_another_status(bench: Bench, evidence: Evidence, tried: Tried) -> None:
    evidence.observes(bench.judge.told(tried.answer))
    if tried.answer.status not in {400, _FAULT}:
        evidence.remarks(f"RIV-R1113: oläsbar XML besvaras med HTTP {tried.answer.status}.")


@then("noteras om svaret är i HTTP/1.0")
def it_is_noted_if_http_1_0(evidence: Evidence, straight: Straight) -> None:
    evidence.observes(f"HTTP/{straight.http_version / 10:.1f}")
    if straight.http_version == _HTTP_1_0:
        evidence.remarks("RIV-R1140: systemet svarar i HTTP/1.0.")


@then("visas om adressen har profil och huvudversion")
def it_is_shown_what_the_address_has(bench: Bench, evidence: Evidence) -> None:
    steps = urlsplit(bench.role.endpoint).path.strip("/").lower().split("/")
    major = bench.suite.contract.version.partition(".")[0]
    lacking = "" if {"rivtabp21", major} <= set(steps) else ", utan profilens kortnamn och version"
    evidence.expects(f"…/{bench.suite.contract.interaction}/{major}/rivtabp21")
    evidence.observes(f"/{'/'.join(steps)}{lacking}")


def _expect_taken(bench: Bench, evidence: Evidence, tried: Tried, requirement: str) -> None:
    evidence.expects(bench.suite.answering.taking)
    told = bench.judge.told(tried.answer)
    evidence.observes(told)
    if not bench.judge.takes(tried.answer):
        judged(
            bench.judge.deviation(
                requirement,
                f"{tried.what} togs inte emot, fast ett vanligt anrop gör det",
                expected=bench.suite.answering.taking,
                observed=told,
            )
        )
