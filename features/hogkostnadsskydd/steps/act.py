"""Givet and När: what the tested system is made to do, by its trigger or at its screen."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from pytest_bdd import given, parsers, when

from contracts.domains.financial_patientfees_exemption.v1_0.messages import Identity
from contracts.judge import swedish_now
from features.asking import Asking
from features.bench import Bench
from features.hogkostnadsskydd.acting import Acting
from features.hogkostnadsskydd.case import HOLDINGS, Case, Registered
from features.hogkostnadsskydd.index_records import updates_on
from features.hogkostnadsskydd.persons import coordinated, person, reserved
from features.listening import Listening
from simulator.regions.ceilings import bundled_ceilings

PAID = Decimal("200.00")
_A_DAY_BACK = timedelta(days=30)


@pytest.fixture
def acting(bench: Bench, asking: Asking) -> Acting:
    """Give the way to make the tested system act."""
    return Acting.of(bench.role, asking)


def a_case(listening: Listening, patient: Identity) -> Case:
    """Begin a case on a test person; what is sent is listened to from now on."""
    listening.begin_anew()
    now = swedish_now()
    return Case(patient=patient, began=now, today=now.date())


def register(case: Case, acting: Acting, visit: Registered) -> None:
    """Have a visit registered, and remember it."""
    case.visits.append(replace(visit, id=acting.visit(visit.patient, visit.day, visit.fee)))


@given(parsers.re(r"en testperson (?P<what>utan besök|med .+)"), target_fixture="case")
def a_test_person(bench: Bench, acting: Acting, listening: Listening, what: str) -> Case:
    case = a_case(listening, person(random.SystemRandom()))
    region = bench.target.region.county
    ceiling = bundled_ceilings().of(region, (case.today - timedelta(days=200)).year)
    for day, fee in HOLDINGS[what](case.today, ceiling):
        register(case, acting, Registered(patient=case.patient, day=day, fee=Decimal(fee)))
    return case


@given("en testperson vars ena besök har makulerats", target_fixture="case")
def a_person_with_a_cancelled_visit(acting: Acting, listening: Listening) -> Case:
    case = a_case(listening, person(random.SystemRandom()))
    for days in (60, 30):
        day = case.today - timedelta(days=days)
        register(case, acting, Registered(patient=case.patient, day=day, fee=PAID + days))
    case.cancelled.append(case.visits.pop(0))
    acting.cancel(case.cancelled[0].id)
    return case


@given("en testperson med besök på två länkade identiteter", target_fixture="case")
def a_person_with_linked_identities(acting: Acting, listening: Listening) -> Case:
    case = a_case(listening, person(random.SystemRandom()))
    other = coordinated(case.patient)
    acting.link(case.patient, other)
    for days, identity in ((100, case.patient), (50, other)):
        day = case.today - timedelta(days=days)
        register(case, acting, Registered(patient=identity, day=day, fee=PAID + days))
    return case


@given("en testperson med samordningsnummer och besök", target_fixture="case")
def a_person_with_a_coordination_number(acting: Acting, listening: Listening) -> Case:
    case = a_case(listening, coordinated(person(random.SystemRandom())))
    day = case.today - _A_DAY_BACK
    register(case, acting, Registered(patient=case.patient, day=day, fee=PAID))
    return case


@given("att index har fått veta det")
def the_index_has_been_told(bench: Bench, listening: Listening, case: Case) -> None:
    listening.wait(updates_on(case.patient), seconds=bench.role.settings["send_within"])
    listening.begin_anew()


@when("ett besök registreras")
def a_visit_is_registered(acting: Acting, case: Case) -> None:
    case.began = swedish_now()
    register(case, acting, Registered(patient=case.patient, day=case.today, fee=PAID))


@when("ett besök på ett lokalt reservnummer registreras", target_fixture="case")
def a_visit_on_a_local_number(acting: Acting, listening: Listening) -> Case:
    case = a_case(listening, reserved(random.SystemRandom(), local=True))
    register(case, acting, Registered(patient=case.patient, day=case.today, fee=PAID))
    return case


@when("besöket makuleras")
def the_visit_is_cancelled(acting: Acting, case: Case) -> None:
    case.began = swedish_now()
    case.cancelled.append(case.visits.pop())
    acting.cancel(case.cancelled[-1].id)
