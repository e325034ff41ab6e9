"""Högkostnadsskydd from visit to sum, over HTTP: regions, platform, index, aggregating service."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import requests

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import PATIENTS, PERSONAL_NUMBER
from contracts.judge import swedish_now
from simulator.client import HttpTransport, PlatformClient
from simulator.regions.parts import part_named
from simulator.settings import Settings
from simulator.simulation import Simulation, simulation
from simulator.testdata.expected import expected
from simulator.testdata.persons import TestPerson, persons_on

TODAY = swedish_now().date()
PERSONS = persons_on(TODAY)
ANNA, BO = ({"root": PERSONAL_NUMBER, "extension": number} for number in PATIENTS[:2])
STAFF = {"root": "1.2.752.129.2.1.4.1", "extension": "SE5565594230-PROV1"}
DISCLOSER, REQUESTER = (
    part_named(f"hogkostnadsskydd/{role}") for role in ("utlamnande", "begarande")
)
PATIENCE = 30.0


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulation]:
    """Give a platform with all regions; its index stores at once."""
    data = tmp_path_factory.mktemp("data")
    journal = f"sqlite:///{(data / 'journal.sqlite').as_posix()}"
    settings = replace(Settings(journal=journal), index_collects_for=0.05)
    with simulation(port=0, data=data, settings=settings, persons=PERSONS) as started:
        exchanges(PlatformClient(HttpTransport(started.url), instance_id=""), ":Update", 4)
        time.sleep(0.5)  # the index stores after it has answered
        yield started


@pytest.fixture(scope="module")
def http() -> Iterator[requests.Session]:
    """Give a session that goes straight to this machine."""
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def platform(running: Simulation) -> PlatformClient:
    """Give a client that reads the journal."""
    return PlatformClient(HttpTransport(running.url), instance_id="")


def visit(http: requests.Session, running: Simulation, county: str, **given: Any) -> str:
    """Have a visit of today registered, and give its id."""
    url = f"{running.trigger_url(county, DISCLOSER)}/visit"
    day = swedish_now().date().isoformat()
    answer = http.post(url, json={"date": day, "fee": "300.00"} | given, timeout=PATIENCE)
    assert answer.status_code == 201
    found: str = answer.json()["visitId"]
    return found


def ask(http: requests.Session, running: Simulation, county: str, **given: Any) -> str:
    """Have a region ask, and give the request id."""
    url = f"{running.trigger_url(county, REQUESTER)}/ask"
    answer = http.post(url, json=given, timeout=PATIENCE)
    assert answer.status_code == 202
    found: str = answer.json()["requestId"]
    return found


def shown(
    http: requests.Session,
    running: Simulation,
    county: str,
    patient: dict[str, str],
    until: Callable[[Any], bool],
) -> Any:
    """Give what a region shows of a person, when it is what is waited for."""
    url = f"{running.trigger_url(county, REQUESTER)}/protection"
    deadline = time.monotonic() + PATIENCE
    while True:
        found = http.get(url, params=patient, timeout=PATIENCE).json()
        if until(found) or time.monotonic() > deadline:
            return found
        time.sleep(0.05)


def exchanges(platform: PlatformClient, interaction: str, count: int) -> list[dict[str, Any]]:
    """Give the latest exchanges of an interaction, when there are so many."""
    deadline = time.monotonic() + PATIENCE
    while True:
        found = [each for each in platform.journal() if interaction in (each["contract"] or "")]
        if len(found) >= count or time.monotonic() > deadline:
            return found
        time.sleep(0.05)


def test_visits_in_three_regions_are_one_sum_in_a_fourth(
    running: Simulation, http: requests.Session, platform: PlatformClient
) -> None:
    """Found by the index, asked by the aggregating service, disclosed by each: one story."""
    for county in ("03", "12", "14"):
        visit(http, running, county, patientId=ANNA)
    exchanges(platform, ":Update", 7)
    time.sleep(0.5)  # the index stores after it has answered

    ask(http, running, "01", patientId=ANNA, actorType="CITIZEN", actorId=ANNA)
    found = shown(http, running, "01", ANNA, lambda it: len(it["answered"]) == 3)

    assert found["answered"] == ["03", "12", "14"]
    assert found["missing"] == []
    assert (found["sum"], found["remains"], found["frikort"]) == ("900.00", "550.00", None)
    told = platform.journal(
        correlation_id=exchanges(platform, ":ProcessExemptionStatuses", 3)[-1]["correlation_id"]
    )
    contracts = [each["contract"].rpartition(":ex")[2].partition("Responder")[0] for each in told]
    assert sorted(each.rpartition(":")[2] for each in contracts) == [
        "FindContent",
        *["ProcessExemptionStatuses"] * 3,
        *["RequestExemptionStatuses"] * 4,
    ]


def test_staff_see_a_frikort_from_another_region(
    running: Simulation, http: requests.Session
) -> None:
    """Asked at the region itself, by its county code."""
    visit(http, running, "25", patientId=BO, fee="1450.00")

    ask(
        http, running, "01", patientId=BO, actorType="CAREGIVER", actorId=STAFF,
        careGiverId=STAFF, logicalAddress="25",
    )  # fmt: skip
    found = shown(http, running, "01", BO, lambda it: it["answered"] == ["25"])

    assert found["frikort"]["from"] == swedish_now().date().isoformat()
    assert (found["remains"], found["visits"]) == ("0.00", [])


def test_a_source_that_nobody_leads_to_is_missing(
    running: Simulation, http: requests.Session
) -> None:
    """At once, though the request is kept to be sent again by the rule."""
    ask(
        http, running, "01", patientId=ANNA, actorType="CITIZEN", actorId=ANNA,
        logicalAddress="SE0000000000-NOBODY",
    )  # fmt: skip

    found = shown(http, running, "01", ANNA, lambda it: it["missing"])

    assert (found["answered"], found["missing"]) == ([], ["SE0000000000-NOBODY"])


@pytest.mark.parametrize("person", PERSONS, ids=lambda person: person.case.name)
def test_every_test_person_stands_as_is_expected(
    running: Simulation, http: requests.Session, person: TestPerson
) -> None:
    """Asked for from a region that holds nothing on anybody: whoever the index leads to answers."""
    if not person.patient.national:
        pytest.skip("a region's own reserve number is asked for at that region alone")
    told = expected(person, PERSONS, today=TODAY, region="25")
    sources = sorted(county for county, index in told.index.items() if index.found)
    shared = person.case.name.startswith("syskon")  # of guardians region 25 knows nothing
    main = person.patient.identities[0]
    identity = {"root": main.root, "extension": main.extension}

    ask(http, running, "25", patientId=identity, actorType="CITIZEN", actorId=identity)
    found = shown(http, running, "25", identity, lambda it: it["answered"] == sources)

    card = told.protection.frikort
    assert found["answered"] == sources
    assert (found["frikort"] or {}).get("through") == (card and card.through.isoformat())
    assert found["sum"] == f"{told.twelve_months if shared else told.protection.paid:.2f}"
    assert found["remains"] == f"{told.protection.remains:.2f}"
