"""Givet, När and Så: the requests that the tested requester is made to send."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from pytest_bdd import given, parsers, then, when

from contracts.domains.financial_patientfees_exemption.v1_0.messages import ActorType, Identity
from contracts.terms import LogicalAddress
from features.bench import Bench
from features.hogkostnadsskydd.acting import Acting
from features.hogkostnadsskydd.around import NATIONAL
from features.hogkostnadsskydd.case import ACTORS, Asked, Case
from features.hogkostnadsskydd.persons import actor_for, coordinated, person, reserved
from features.hogkostnadsskydd.requested import Requested, requests, requests_about
from features.hogkostnadsskydd.steps.act import a_case
from features.listening import Listening
from reports.evidence import Evidence, judged
from reports.results import Deviation

_ASKS = r"(?P<who>en invånare|en vårdnadshavare|en vårdgivare)"
_SORTS: dict[str, Callable[[random.Random], Identity]] = {
    "personnummer": person,
    "samordningsnummer": lambda rng: coordinated(person(rng)),
    "nationellt reservnummer": reserved,
    "lokalt reservnummer": lambda rng: reserved(rng, local=True),
}


@pytest.fixture
def somebody(listening: Listening, evidence: Evidence) -> Case:
    """Give a test person to ask about, the same in every run of the scenario."""
    return a_case(listening, person(_same_every_time(evidence)))


@given("en testperson som systemet kan fråga om", target_fixture="case")
def somebody_to_ask_about(somebody: Case) -> Case:
    return somebody


@given(parsers.parse("en testperson med {sort} som systemet kan fråga om"), target_fixture="case")
def somebody_with(listening: Listening, evidence: Evidence, sort: str) -> Case:
    return a_case(listening, _SORTS[sort](_same_every_time(evidence)))


@when(parsers.re(r"systemet begär uppgifterna för " + _ASKS))
def the_system_asks(
    bench: Bench, acting: Acting, listening: Listening, case: Case, who: str
) -> None:
    ask(bench, acting, listening, case, who)


@when("systemet begär uppgifterna två gånger")
def the_system_asks_twice(bench: Bench, acting: Acting, listening: Listening, case: Case) -> None:
    for _ in range(2):
        ask(bench, acting, listening, case, "en invånare")


@when("systemet begär uppgifterna hos en enda region")
def the_system_asks_one_region(
    bench: Bench, acting: Acting, listening: Listening, case: Case
) -> None:
    ask(bench, acting, listening, case, "en vårdgivare", at=single_source(bench))


def single_source(bench: Bench) -> LogicalAddress:
    """Give the address of a single source that the system can ask."""
    (sources,) = bench.services
    return sources.logical_addresses[1]


def ask(
    bench: Bench,
    acting: Acting,
    listening: Listening,
    case: Case,
    who: str,
    *,
    at: str = "",
) -> None:
    """Have the system ask about the test person, and wait for its request.

    Shape: a guardian asks about a child, so the person of the case becomes one.
    """
    if ACTORS[who] is ActorType.GUARDIAN:
        case.patient = person(random.Random(case.patient.extension), child=True)  # noqa: S311
    before = len(listening.so_far(requests_about(case.patient)))
    actor = actor_for(ACTORS[who], case.patient)

    def sent(_request_id: str, seconds: float) -> bool:
        found = listening.wait(requests_about(case.patient), seconds=seconds, count=before + 1)
        return len(found) > before

    acting.ask(case.patient, actor, at=at, seconds=bench.role.settings["send_within"], sent=sent)
    came = listening.so_far(requests_about(case.patient))[before:]
    case.asked += [
        Asked(id=one.id, actor=actor.type, reply_to=LogicalAddress(one.reply_to))
        for one in map(Requested, came)
    ]


def _same_every_time(evidence: Evidence) -> random.Random:
    """Draw the same person in every run of a scenario, so that a kept answer is about her."""
    return random.Random(evidence.scenario)  # noqa: S311 - nothing secret


@then(parsers.parse("kommer begäran till plattformen enligt {requirement}"))
def the_request_comes(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    evidence.expects("en RequestExemptionStatuses")
    came = listening.so_far(requests_about(case.patient))
    evidence.observes(f"{len(came)} begäran")
    if not came:
        judged(_none(bench, requirement))


@then(parsers.parse("är begärans requestId ett UUID utan extension enligt {requirement}"))
def its_id_is_a_uuid(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    _judge(bench, listening, case, evidence, requirement, "requestId", lambda one: one.wrong_id)


@then(parsers.parse("har begäran olika requestId enligt {requirement}"))
def their_ids_differ(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    evidence.expects("två begäran med var sitt requestId")
    ids = [one.id for one in _came(bench, listening, case)]
    evidence.observes(f"{len(ids)} begäran, {len(set(ids))} olika requestId")
    if len(ids) < 2:  # noqa: PLR2004
        judged(_none(bench, "FPE-PAR"))
    if len(set(ids)) < len(ids):
        judged(
            bench.judge.deviation(
                requirement,
                "två begäran har samma requestId",
                where="/RequestExemptionStatuses/requestId",
                observed=f"{len(set(ids))} requestId i {len(ids)} begäran",
            )
        )


@then(parsers.parse("är patientens id i begäran rätt skrivet enligt {requirement}"))
def its_patient_is_well_written(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    _judge(
        bench, listening, case, evidence, requirement, "patientId", lambda one: one.wrong_patient
    )


@then(parsers.parse("är aktören en person enligt {requirement}"))
def its_actor_is_a_person(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    _judge(bench, listening, case, evidence, requirement, "actor", lambda one: one.wrong_person)


@then(parsers.parse("är aktören vårdpersonal enligt {requirement}"))
def its_actor_is_staff(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    _judge(bench, listening, case, evidence, requirement, "actor", lambda one: one.wrong_staff)


@then(parsers.parse("leder svarsadressen till systemet enligt {requirement}"))
def it_can_be_answered(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    wanted = bench.logical_address
    _judge(
        bench, listening, case, evidence, requirement, "responseLogicalAddress",
        lambda one: "" if one.reply_to == wanted else f"svarsadressen är inte {wanted}",
    )  # fmt: skip


@then(parsers.parse("går begäran till 5565594230 enligt {requirement}"))
def it_is_national(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    _addressed(bench, listening, case, evidence, requirement, NATIONAL)


@then(parsers.parse("går begäran till den regionens länskod enligt {requirement}"))
def it_goes_to_one_region(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    _addressed(bench, listening, case, evidence, requirement, single_source(bench))


def _addressed(
    bench: Bench,
    listening: Listening,
    case: Case,
    evidence: Evidence,
    requirement: str,
    address: LogicalAddress,
) -> None:
    evidence.expects(f"LogicalAddress {address}")
    came = _came(bench, listening, case)
    evidence.observes(", ".join(one.arrived.logical_address or "ingen" for one in came))
    judged(
        *(
            bench.judge.deviation(
                requirement,
                "begäran har fel logisk adress",
                where="/Envelope/Header/LogicalAddress",
                expected=address,
                observed=one.arrived.logical_address or "ingen",
            )
            for one in came
            if one.arrived.logical_address != address
        )
    )


def _judge(
    bench: Bench,
    listening: Listening,
    case: Case,
    evidence: Evidence,
    requirement: str,
    where: str,
    wrong: Callable[[Requested], str],
) -> None:
    evidence.expects(bench.judge.deviation(requirement, "").expected)
    came = _came(bench, listening, case)
    found: list[Deviation] = [
        bench.judge.deviation(
            requirement,
            why,
            where=f"/RequestExemptionStatuses/{where}",
            observed=why,
        )
        for one in came
        if (why := wrong(one))
    ]
    evidence.observes("; ".join(each.text for each in found) or "så är det")
    judged(*found)


def _came(bench: Bench, listening: Listening, case: Case) -> list[Requested]:
    """Give the requests about the person, else about anybody; that none came deviates."""
    came = listening.so_far(requests_about(case.patient)) or listening.so_far(requests)
    if not came:
        judged(_none(bench, "FPE-PAR"))
    return [*map(Requested, came)]


def _none(bench: Bench, requirement: str) -> Deviation:
    return bench.judge.deviation(
        requirement,
        "systemet sände ingen begäran",
        expected=f"en begäran inom {bench.role.settings['send_within']:g} s",
        observed="ingen begäran",
    )
