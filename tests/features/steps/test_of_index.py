"""The steps on the engagement index: each is given an update that it alone must object to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import PATIENTS, PERSONAL_NUMBER
from contracts.domains.financial_patientfees_exemption.v1_0.messages import Identity
from contracts.judge import swedish_now
from features.hogkostnadsskydd.case import Case
from features.hogkostnadsskydd.steps import index
from simulator.regions.directory import REGIONS
from simulator.regions.fee_register import Patient
from simulator.regions.index_update import Event, updates_of

PERSON = Identity(root=PERSONAL_NUMBER, extension=PATIENTS[0])
UPDATED = "FPE-EI-UPPDATERA"


def an_update(latest: datetime | None = None, **changed: str) -> etree._Element:
    """Make an update on the person, some of its fields changed."""
    patient = Patient(identities=(PERSON,), born=date(1910, 1, 20))
    at = (latest or swedish_now()).replace(tzinfo=None)
    (payload,) = updates_of([Event(patient=patient, latest=at, gone=False)], REGIONS["03"])
    for name, text in changed.items():
        found = payload.find(f".//{{*}}{name}")
        assert found is not None
        found.text = text
    return payload


def twice(payload: etree._Element) -> etree._Element:
    """Say all records of an update once more."""
    payload.extend([etree.fromstring(etree.tostring(one)) for one in payload])
    return payload


@pytest.fixture
def case() -> Case:
    """Give a case of the person, that began a moment ago."""
    now = swedish_now()
    return Case(patient=PERSON, began=now, today=now.date())


def broken_by(scene: Any, step: Callable[..., None], requirement: str, case: Case) -> list[str]:
    found: list[str] = scene.deviations(step, case=case, requirement=requirement)
    return found


@pytest.mark.parametrize(
    ("step", "requirement", "wrong", "broken"),
    [
        (index.the_index_is_updated, UPDATED, [], [UPDATED]),
        (
            index.the_record_has_its_values, "FPE-EI-POST",
            [an_update(categorization="fpe-xx", dataController="99")], ["FPE-EI-POST"] * 2,
        ),
        (index.the_record_has_its_values, "FPE-EI-POST", [], [UPDATED]),
        (
            index.the_record_has_the_time_of_the_event, "FPE-EI-SENAST",
            [an_update(swedish_now() - timedelta(hours=1))], ["FPE-EI-SENAST"],
        ),
        (
            index.the_record_has_the_time_of_the_event, "FPE-EI-SENAST",
            [an_update(mostRecentContent="nyss")], ["FPE-EI-SENAST"],
        ),
        (index.the_record_has_the_time_of_the_event, "FPE-EI-SENAST", [], [UPDATED]),
        (
            index.both_updates_are_on_one_record, "FPE-EI-EN-POST",
            [an_update(), an_update(sourceSystem="another")], ["FPE-EI-EN-POST"],
        ),
        (
            index.both_updates_are_on_one_record, "FPE-EI-EN-POST",
            [twice(an_update())], ["FPE-EI-EN-POST"],
        ),
        (index.both_updates_are_on_one_record, "FPE-EI-EN-POST", [], [UPDATED]),
        (
            index.the_record_is_well_named, "FPE-EI-PATIENT",
            [an_update(registeredResidentIdentification="19100120-9814")], ["FPE-EI-PATIENT"],
        ),
        (index.the_record_is_well_named, "FPE-EI-PATIENT", [], [UPDATED]),
    ],
)  # fmt: skip
def test_step_objects_to_one_update(
    scene: Callable[..., Any], case: Case, step: Callable[..., None], requirement: str,
    wrong: list[etree._Element], broken: list[str],
) -> None:  # fmt: skip
    """And takes the right one without a word, twice as well."""
    right, discloser = (scene("hogkostnadsskydd", "utlamnande") for _ in range(2))
    for _ in range(2):
        right.sends(an_update())
    for payload in wrong:
        discloser.sends(payload)

    assert broken_by(right, step, requirement, case) == []
    assert broken_by(discloser, step, requirement, case) == broken


def test_update_that_the_platform_turns_away_has_not_come(discloser: Any, case: Case) -> None:
    """The index never saw it."""
    discloser.sends(an_update(), decision="VP004")

    assert broken_by(discloser, index.the_index_is_updated, UPDATED, case) == [UPDATED]


def test_index_hears_nothing_of_a_local_number(discloser: Any, case: Case) -> None:
    """An update about it, of whatever content, is one too many."""
    step, requirement = index.the_index_hears_nothing_of_it, "FPE-PATIENT-LOKALT"
    assert broken_by(discloser, step, requirement, case) == []

    discloser.sends(an_update())

    assert broken_by(discloser, step, requirement, case) == [requirement]
