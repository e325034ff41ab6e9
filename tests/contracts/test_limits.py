"""Messages at the limits of rules: just within is valid, just beyond breaks that rule alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from contracts.domains.financial_billing_claim.v1_1.boundaries import BOUNDARIES, just_right
from contracts.domains.financial_billing_claim.v1_1.kinds import Deal
from contracts.domains.financial_billing_claim.v1_1.near_misses import NEAR_MISSES, nearly_right
from contracts.domains.financial_billing_claim.v1_1.single_faults import RULE_FAULTS
from contracts.judge import judge_payload

DAYS = [date(2026, 11, 23), date(2026, 1, 2), date(2028, 3, 1), date(2026, 12, 31)]


@pytest.mark.parametrize("today", DAYS, ids=str)
@pytest.mark.parametrize("name", BOUNDARIES)
def test_what_is_just_right_is_accepted(name: str, today: date, deal: Deal, noon: datetime) -> None:
    """A message at a limit is valid, whatever the day of the test."""
    message = just_right(name, replace(deal, today=today))

    judgement = judge_payload(message, at=noon.replace(today.year, today.month, today.day))

    assert judgement.accepted, judgement.findings


@pytest.mark.parametrize("today", DAYS, ids=str)
@pytest.mark.parametrize("name", NEAR_MISSES)
def test_a_near_miss_breaks_its_rule_alone(
    name: str, today: date, deal: Deal, noon: datetime
) -> None:
    """A message just beyond a limit breaks that rule and no other, whatever the day."""
    message = nearly_right(name, replace(deal, today=today))

    judgement = judge_payload(message, at=noon.replace(today.year, today.month, today.day))

    assert judgement.schema_valid
    assert judgement.failed_rules == (NEAR_MISSES[name].rule,)


def test_no_name_is_used_twice() -> None:
    """A scenario's fault is one message, whichever table holds it."""
    assert not NEAR_MISSES.keys() & RULE_FAULTS.keys()
