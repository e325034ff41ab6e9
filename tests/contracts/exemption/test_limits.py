"""Disclosures at the limits of rules: just within is valid, just beyond breaks that rule alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from contracts.domains.financial_patientfees_exemption.v1_0.boundaries import (
    BOUNDARIES,
    just_right,
)
from contracts.domains.financial_patientfees_exemption.v1_0.kinds import KINDS, Inquiry
from contracts.domains.financial_patientfees_exemption.v1_0.near_misses import (
    NEAR_MISSES,
    nearly_right,
)
from contracts.domains.financial_patientfees_exemption.v1_0.single_faults import (
    RULE_FAULTS,
    SCHEMA_FAULTS,
)
from contracts.judge import judge_payload
from contracts.terms import SWEDISH_TIME

DAYS = [date(2026, 11, 23), date(2026, 1, 2), date(2028, 2, 29), date(2026, 12, 31)]


def noon_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=SWEDISH_TIME)


@pytest.mark.parametrize("today", DAYS, ids=str)
@pytest.mark.parametrize("name", BOUNDARIES)
def test_what_is_just_right_is_accepted(name: str, today: date, inquiry: Inquiry) -> None:
    """A message at a limit is valid, whatever the day of the test."""
    message = just_right(name, replace(inquiry, today=today))
    actor = KINDS[BOUNDARIES[name].kind].actor

    judgement = judge_payload(message, at=noon_of(today), context={"actor": actor})

    assert judgement.accepted, judgement.findings


@pytest.mark.parametrize("today", DAYS, ids=str)
@pytest.mark.parametrize("name", NEAR_MISSES)
def test_a_near_miss_breaks_its_rule_alone(name: str, today: date, inquiry: Inquiry) -> None:
    """But for the rule that cannot hold when it is broken, whatever the day."""
    fault = NEAR_MISSES[name]
    message = nearly_right(name, replace(inquiry, today=today))

    judgement = judge_payload(message, at=noon_of(today), context={"actor": fault.actor})

    assert judgement.schema_valid
    assert judgement.failed_rules == fault.breaks
    places = [one.where.rpartition("/")[2].partition("[")[0]
              for one in judgement.findings if one.rule == fault.rule]  # fmt: skip
    assert set(places) == {fault.place}


def test_no_name_is_used_twice() -> None:
    """A scenario's fault is one message, whichever table holds it."""
    assert not NEAR_MISSES.keys() & (RULE_FAULTS.keys() | SCHEMA_FAULTS.keys())
