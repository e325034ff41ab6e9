"""Buyers that draw a limit wrongly: a message of the suite tells each from a right one."""

from __future__ import annotations

from datetime import datetime

import pytest
from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.boundaries import BOUNDARIES, just_right
from contracts.domains.financial_billing_claim.v1_1.kinds import KINDS, Deal, valid
from contracts.domains.financial_billing_claim.v1_1.near_misses import NEAR_MISSES, nearly_right
from contracts.domains.financial_billing_claim.v1_1.single_faults import RULE_FAULTS, faulty
from contracts.judge import Judgement, judge_payload, swedish_now
from simulator.regions.claim_limit_defects import limit_defects
from simulator.regions.claim_strictness_defects import strictness_defects
from simulator.regions.defect import Defect

LIMITS, STRICT = tuple(limit_defects()), tuple(strictness_defects())
Judged = tuple[str, Judgement, etree._Element]


def judged(rule: str, message: etree._Element, at: datetime) -> Judged:
    return f"FBC-{rule}", judge_payload(message, at=at), message


@pytest.fixture(scope="module")
def wrong() -> list[Judged]:
    """Give every message that breaks a rule, judged."""
    now = swedish_now()
    deal = a_deal(now)
    return [
        *(judged(fault.rule, faulty(name, deal), now) for name, fault in RULE_FAULTS.items()),
        *(judged(fault.rule, nearly_right(name, deal), now) for name, fault in NEAR_MISSES.items()),
    ]


@pytest.fixture(scope="module")
def right() -> list[Judged]:
    """Give every message that is right, judged: those of each kind, and those at limits."""
    now = swedish_now()
    deal = a_deal(now)
    return [
        *(judged("SVAR-OK", valid(kind, deal), now) for kind in KINDS),
        *(judged(found.rule, just_right(name, deal), now) for name, found in BOUNDARIES.items()),
    ]


def a_deal(now: datetime) -> Deal:
    return Deal(
        seller="2321000016",
        buyer="2321000024",
        county="03",
        municipality="0380",
        today=now.date(),
    )


@pytest.mark.parametrize("defect", [pytest.param(one, id=one.name) for one in LIMITS])
def test_a_limit_drawn_too_late_lets_a_message_through(defect: Defect, wrong: list[Judged]) -> None:
    """It takes a message that breaks its rule, and none that breaks another."""
    taken = {rule for rule, judgement, message in wrong
             if defect.on_judgement(judgement, message).accepted}  # fmt: skip

    assert taken == {defect.breaks}


@pytest.mark.parametrize("defect", [pytest.param(one, id=one.name) for one in STRICT])
def test_who_refuses_what_is_right_refuses_no_more_than_it_says(
    defect: Defect, right: list[Judged]
) -> None:
    """Of the messages at limits and of each kind, it refuses those that the catalogue foresees."""
    refused = {rule for rule, judgement, message in right
               if not defect.on_judgement(judgement, message).accepted}  # fmt: skip
    of_other_messages = {"FBC-R5", "FBC-TECKEN", "FBC-FORMAT-BELOPP"}  # made in the suite's steps

    assert refused <= {defect.breaks, *defect.also}
    assert defect.breaks in refused | of_other_messages
