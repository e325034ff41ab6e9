"""Så: what the engagement index is told."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import pytest
from pytest_bdd import parsers, then

from contracts.judge import swedish_now
from features.bench import Bench
from features.hogkostnadsskydd.case import Case
from features.hogkostnadsskydd.index_records import (
    IndexRecord,
    fixed_values,
    records_in,
    updates,
    updates_on,
)
from features.inbox import Arrived
from features.listening import Listening
from reports.evidence import Evidence, judged
from reports.results import Deviation

_CLOCKS_DIFFER = timedelta(minutes=1)
_ON_TIME = 60.0  # seconds


@pytest.fixture
def settle(bench: Bench) -> float:
    """Give how long to listen for what must not come. Units: seconds."""
    return float(bench.role.settings["settle"])


@then(parsers.parse("uppdateras engagemangsindex enligt {requirement}"))
def the_index_is_updated(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    evidence.expects(f"en Update om testpersonen inom {_ON_TIME:.0f} s")
    _, found = _updated(bench, listening, case, evidence, requirement)
    judged(*found)


@then(parsers.parse("har indexposten rätt värden enligt {requirement}"))
def the_record_has_its_values(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    wanted = fixed_values(bench.target)
    evidence.expects("; ".join(f"{name} {' eller '.join(sorted(v))}" for name, v in wanted.items()))
    records, found = _updated(bench, listening, case, evidence, "FPE-EI-UPPDATERA")
    judged(
        *found,
        *(
            bench.judge.deviation(
                requirement,
                f"{name} har fel värde",
                where=f"/Update/engagementTransaction/engagement/{name}",
                expected=" eller ".join(sorted(values)),
                observed=record.values.get(name) or "saknas",
            )
            for record in records
            for name, values in wanted.items()
            if record.values.get(name) not in values
        ),
    )


@then(parsers.parse("har indexposten händelsens tid enligt {requirement}"))
def the_record_has_the_time_of_the_event(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    records, found = _updated(bench, listening, case, evidence, "FPE-EI-UPPDATERA")
    earliest = case.began.replace(microsecond=0) - _CLOCKS_DIFFER
    evidence.expects(f"mostRecentContent från {earliest:%Y%m%d%H%M%S}, och inte i framtiden")
    judged(*found, *_late(bench, records, requirement, earliest=earliest))


def _late(
    bench: Bench, records: list[IndexRecord], requirement: str, *, earliest: datetime
) -> list[Deviation]:
    latest = swedish_now() + _CLOCKS_DIFFER
    return [
        bench.judge.deviation(
            requirement,
            "mostRecentContent är inte den senaste händelsens tid",
            where="/Update/engagementTransaction/engagement/mostRecentContent",
            expected=f"{earliest:%Y%m%d%H%M%S} till {latest:%Y%m%d%H%M%S}",
            observed=record.values.get("mostRecentContent") or "saknas",
        )
        for record in records
        if record.latest is None or not earliest <= record.latest <= latest
    ]


@then(parsers.parse("gäller båda uppdateringarna samma indexpost enligt {requirement}"))
def both_updates_are_on_one_record(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> None:
    evidence.expects("en och samma nyckel i alla uppdateringar om testpersonen, en gång i varje")
    arrived = listening.wait(
        updates_on(case.patient), seconds=bench.role.settings["send_within"], count=2
    )
    keys = [
        [record.key for record in records_in(one) if record.patient == case.patient.extension]
        for one in arrived
    ]
    different = {key for one in keys for key in one}
    most = max((len(one) for one in keys), default=0)
    evidence.observes(f"{len(arrived)} Update, {len(different)} olika nycklar")
    if not arrived:
        judged(_none(bench, "FPE-EI-UPPDATERA"))
    if len(different) > 1 or most > 1:
        judged(
            bench.judge.deviation(
                requirement,
                "samma patient, källsystem och huvudman har fler än en indexpost",
                where="/Update/engagementTransaction",
                expected="en post",
                observed=f"{len(different)} olika poster, högst {most} i samma Update",
            )
        )


@then(parsers.parse("har indexposten ett nummer som index tar emot enligt {requirement}"))
def the_record_is_well_named(
    bench: Bench, listening: Listening, evidence: Evidence, requirement: str
) -> None:
    evidence.expects("12 tecken, enligt [0-9]{8}[0-9A-Zptf]{4}")
    arrived = listening.wait(updates, seconds=bench.role.settings["send_within"])
    badly = [r for one in arrived for r in records_in(one) if not r.is_well_named]
    evidence.observes(f"{len(arrived)} Update, {len(badly)} poster med annat nummer")
    judged(
        *([] if arrived else [_none(bench, "FPE-EI-UPPDATERA")]),
        *(
            bench.judge.deviation(
                requirement,
                "patientens id i indexposten har fel form",
                where="/Update/engagementTransaction/engagement/registeredResidentIdentification",
                expected="12 tecken utan skiljetecken",
                observed=f"{len(record.patient)} tecken",
            )
            for record in badly
        ),
    )


@then(parsers.parse("får index ingen post om det enligt {requirement}"))
def the_index_hears_nothing_of_it(
    bench: Bench,
    listening: Listening,
    case: Case,
    evidence: Evidence,
    settle: float,
    requirement: str,
) -> None:
    evidence.expects(f"ingen Update om reservnumret inom {settle:g} s")
    arrived = listening.wait(updates_on(case.patient), seconds=settle)
    evidence.observes(f"{len(arrived)} Update")
    if arrived:
        judged(
            bench.judge.deviation(
                requirement,
                "ett lokalt reservnummer sändes till engagemangsindex",
                where="/Update/engagementTransaction/engagement/registeredResidentIdentification",
                expected="ingen post",
                observed=f"{len(arrived)} Update",
            )
        )


def _updated(
    bench: Bench, listening: Listening, case: Case, evidence: Evidence, requirement: str
) -> tuple[list[IndexRecord], list[Deviation]]:
    """Give the records of the latest update about the person, or the deviation that none came."""
    began = time.monotonic()
    arrived = listening.wait(updates_on(case.patient), seconds=bench.role.settings["send_within"])
    evidence.observes(
        f"{len(arrived)} Update, den första efter {time.monotonic() - began:.1f} s".replace(
            ".", ","
        )
    )
    if not arrived:
        return [], [_none(bench, requirement)]
    about = [
        record for record in records_in(arrived[-1]) if record.patient == case.patient.extension
    ]
    return about, _refused(bench, arrived[-1])


def _none(bench: Bench, requirement: str) -> Deviation:
    return bench.judge.deviation(
        requirement,
        "engagemangsindex fick ingen uppdatering",
        expected="en Update om testpersonen",
        observed="ingen",
    )


def _refused(bench: Bench, arrived: Arrived) -> list[Deviation]:
    """Tell an update that the platform turned away."""
    if not arrived.refusal:
        return []
    return [
        bench.judge.deviation(
            "FPE-EI-UPPDATERA",
            "uppdateringen kom inte fram till engagemangsindex",
            expected="en Update till 5565594230",
            observed=f"{arrived.refusal} för {arrived.logical_address or 'okänd adress'}",
        )
    ]
