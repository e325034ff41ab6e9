"""När and Så: requests to the tested discloser, and the disclosures that follow."""

from __future__ import annotations

from uuid import uuid4

from pytest_bdd import parsers, then, when

from contracts.domains.financial_patientfees_exemption.v1_0.messages import (
    StatusRequest,
    payload_of,
)
from contracts.terms import LogicalAddress
from features.bench import Bench
from features.calling import Caller
from features.hogkostnadsskydd.around import disclosed_to
from features.hogkostnadsskydd.case import ACTORS, Asked, Case
from features.hogkostnadsskydd.disclosed import Disclosed, answering, disclosures
from features.hogkostnadsskydd.persons import actor_for
from features.inbox import Arrived, Wanted
from features.listening import Listening
from reports.evidence import Evidence, judged
from reports.results import Deviation

_ASKS = r"(?P<who>en invånare|en vårdnadshavare|en vårdgivare)"


@when(parsers.re(_ASKS + r" begär uppgifterna"))
def somebody_asks(bench: Bench, caller: Caller, case: Case, who: str) -> None:
    ask(bench, caller, case, who, disclosed_to(bench.target)[0])


@when("två regioner begär uppgifterna, var och en till sin adress")
def two_regions_ask(bench: Bench, caller: Caller, case: Case) -> None:
    for address in disclosed_to(bench.target):
        ask(bench, caller, case, "en invånare", address)


@when("en invånare begär uppgifterna hos källsystemets HSA-id")
def a_resident_asks_the_source_system(bench: Bench, caller: Caller, case: Case) -> None:
    address = LogicalAddress(bench.target.hsa_id)
    ask(bench, caller, case, "en invånare", disclosed_to(bench.target)[0], at=address)


@when("tio invånare begär uppgifterna samtidigt")
def ten_ask_at_once(bench: Bench, caller: Caller, case: Case) -> None:
    requests = [request_to(case, "en invånare", address)
                for address in (disclosed_to(bench.target) * 5)]  # fmt: skip
    answers = caller.send_together([payload_of(request) for request in requests])
    requirement = "FPE-SLA-SAMTIDIGA"
    judged(*(each for answer in answers for each in bench.judge.accepted(answer, requirement)))


def request_to(case: Case, who: str, reply_to: LogicalAddress) -> StatusRequest:
    """Make a request about the test person, and remember it."""
    actor = actor_for(ACTORS[who], case.patient)
    request = StatusRequest(
        request_id=str(uuid4()), patient=case.patient, actor=actor, reply_to=reply_to
    )
    case.asked.append(Asked(id=request.request_id, actor=actor.type, reply_to=reply_to))
    return request


def ask(
    bench: Bench,
    caller: Caller,
    case: Case,
    who: str,
    reply_to: LogicalAddress,
    *,
    at: LogicalAddress | None = None,
) -> None:
    """Ask about the test person; a request that is not taken deviates."""
    request = request_to(case, who, reply_to)
    answer = caller.send(payload_of(request), logical_address=at)
    judged(*bench.judge.accepted(answer, "FPE-ADRESS-KALLA" if at else ""))


# What comes --------------------------------------------------------------------------------------


@then(parsers.parse("kommer ett utlämnande på varje begäran enligt {requirement}"))
@then(parsers.parse("kommer ett utlämnande enligt {requirement}"))
def a_disclosure_comes(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    evidence.expects(f"ett utlämnande på {len(case.asked)} begäran")
    found = [one for asked in case.asked for one in _awaited(bench, listening, asked, requirement)]
    evidence.observes(f"{len(case.asked) - len(found)} av {len(case.asked)} besvarade")
    judged(*found)


@then(parsers.parse("kommer exakt ett utlämnande på varje begäran enligt {requirement}"))
@then(parsers.parse("kommer exakt ett utlämnande enligt {requirement}"))
def exactly_one_disclosure_comes(
    bench: Bench,
    listening: Listening,
    case: Case,
    evidence: Evidence,
    settle: float,
    requirement: str,
) -> None:
    evidence.expects(f"ett utlämnande på varje begäran, och inget mer på {settle:g} s")
    found = [one for asked in case.asked for one in _awaited(bench, listening, asked, requirement)]
    wanted = _of_this_case(bench, case)
    listening.wait(wanted, seconds=settle, count=len(case.asked) + 1)
    for asked in case.asked:
        came = listening.so_far(answering(asked.id))
        if len(came) > 1:
            found.append(
                bench.judge.deviation(
                    requirement,
                    "en begäran besvarades med flera utlämnanden",
                    expected="ett utlämnande",
                    observed=f"{len(came)} utlämnanden",
                )
            )
    evidence.observes(f"{len(listening.so_far(wanted))} utlämnanden")
    judged(*found)


@then(parsers.parse("kommer inget utlämnande som ingen har begärt enligt {requirement}"))
def nothing_unasked_comes(
    bench: Bench,
    listening: Listening,
    case: Case,
    evidence: Evidence,
    settle: float,
    requirement: str,
) -> None:
    evidence.expects(f"inget utlämnande på {settle:g} s")
    came = listening.wait(_of_this_case(bench, case), seconds=settle)
    evidence.observes(f"{len(came)} utlämnanden")
    if came:
        judged(
            bench.judge.deviation(
                requirement,
                "ett utlämnande sändes utan föregående begäran",
                expected="inget utlämnande",
                observed=f"{len(came)} utlämnanden",
            )
        )


@then(parsers.parse("har utlämnandet begärans requestId enligt {requirement}"))
def it_has_the_request_id(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    evidence.expects("begärans requestId, tecken för tecken")
    came = _any(bench, listening, case)
    wrong = [one for one in map(Disclosed, came) if one.request_id != case.asked[-1].id]
    evidence.observes(f"{len(came)} utlämnanden, {len(wrong)} med annat requestId")
    judged(
        *(
            bench.judge.deviation(
                requirement,
                "utlämnandets requestId är inte begärans",
                where="/ProcessExemptionStatuses/requestId",
                expected="begärans requestId",
                observed="ett annat värde",
            )
            for _ in wrong
        )
    )


@then(parsers.parse("är requestId ett UUID utan extension enligt {requirement}"))
def it_has_a_uuid_alone(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    evidence.expects("ett UUID i root, och ingen extension")
    came = _any(bench, listening, case)
    wrong = [one for one in map(Disclosed, came) if not one.has_plain_uuid]
    evidence.observes(f"{len(came)} utlämnanden, {len(wrong)} med annan form")
    judged(
        *(
            bench.judge.deviation(
                requirement,
                "requestId är inget UUID utan extension",
                where="/ProcessExemptionStatuses/requestId",
                observed="en annan form",
            )
            for _ in wrong
        )
    )


@then(parsers.parse("går varje utlämnande till sin begärans svarsadress enligt {requirement}"))
def each_goes_to_its_address(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    evidence.expects(", ".join(asked.reply_to for asked in case.asked))
    found: list[Deviation] = []
    seen: list[str] = []
    for asked in case.asked:
        found += _awaited(bench, listening, asked, "FPE-UTLAMNANDE-ETT")
        for one in listening.so_far(answering(asked.id)):
            seen.append(one.logical_address or "ingen adress")
            if one.logical_address != asked.reply_to:
                found.append(
                    bench.judge.deviation(
                        requirement,
                        "utlämnandet gick till en annan adress än begärans svarsadress",
                        where="/Envelope/Header/LogicalAddress",
                        expected=asked.reply_to,
                        observed=one.logical_address or "ingen adress",
                    )
                )
    evidence.observes(", ".join(seen))
    judged(*found)


def the_disclosure(bench: Bench, listening: Listening, case: Case) -> Disclosed:
    """Give the disclosure on the latest request; that none came deviates."""
    asked = case.asked[-1]
    judged(*_awaited(bench, listening, asked, "FPE-UTLAMNANDE-ETT"))
    return Disclosed(listening.so_far(answering(asked.id))[0])


def _awaited(bench: Bench, listening: Listening, asked: Asked, requirement: str) -> list[Deviation]:
    if listening.wait(answering(asked.id), seconds=bench.role.settings["send_within"]):
        return []
    others = len(listening.so_far(disclosures))
    return [
        bench.judge.deviation(
            requirement,
            "begäran besvarades inte med något utlämnande",
            expected=f"ett utlämnande inom {bench.role.settings['send_within']:g} s",
            observed=f"{others} utlämnanden på annat" if others else "inget utlämnande",
        )
    ]


def _any(bench: Bench, listening: Listening, case: Case) -> list[Arrived]:
    """Give the disclosures that have come, whatever request they name, but for late ones."""
    wanted = _of_this_case(bench, case)
    came = listening.wait(wanted, seconds=bench.role.settings["send_within"])
    if not came:
        judged(*_awaited(bench, listening, case.asked[-1], "FPE-UTLAMNANDE-ETT"))
    return came


def _of_this_case(bench: Bench, case: Case) -> Wanted:
    """Want every disclosure but those that answer, late, what earlier scenarios have asked."""
    asked = {each.id for each in case.asked}

    def wanted(arrived: Arrived) -> bool:
        if not disclosures(arrived):
            return False
        named = Disclosed(arrived).request_id
        return not named or named in asked or not bench.sent.spoke_of(named)

    return wanted
