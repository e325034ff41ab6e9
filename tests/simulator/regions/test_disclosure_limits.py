"""Requesters and disclosers that draw a limit wrongly: a message tells each from a right one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.boundaries import (
    BOUNDARIES,
    just_right,
)
from contracts.domains.financial_patientfees_exemption.v1_0.kinds import (
    DISCLOSURES,
    KINDS,
    Inquiry,
    valid,
)
from contracts.domains.financial_patientfees_exemption.v1_0.messages import (
    PROCESS,
    Exemption,
    FeeExemption,
    Identity,
)
from contracts.domains.financial_patientfees_exemption.v1_0.near_misses import (
    NEAR_MISSES,
    nearly_right,
)
from contracts.domains.financial_patientfees_exemption.v1_0.single_faults import (
    RULE_FAULTS,
    faulty,
)
from contracts.judge import Judgement, judge_payload, swedish_now
from contracts.terms import HsaId, LogicalAddress
from simulator.regions.defect import Defect
from simulator.regions.disclosed import Answered
from simulator.regions.disclosed_limit_defects import disclosed_limit_defects
from simulator.regions.disclosure_limit_defects import disclosure_limit_defects
from simulator.regions.outbox import Letter
from simulator.regions.reckoning_defects import reckoning_defects

NOW = swedish_now()
TODAY = NOW.date()
INQUIRY = Inquiry(
    reply_to=LogicalAddress("SE2321000016-EXEMPEL"),
    region=HsaId("SE2321000024-EXEMPEL"),
    today=TODAY,
)
LIMITS = tuple(disclosure_limit_defects())
REFUSING = {
    "refuses-visits-of-today", "refuses-the-anniversary", "refuses-empty-names",
    "wants-the-end-of-the-period", "rounds-amounts-to-kronor", "refuses-refunds",
}  # fmt: skip
Judged = tuple[str, Judgement, etree._Element]


def judged(rule: str, message: etree._Element, actor: str) -> Judged:
    return f"FPE-{rule}", judge_payload(message, at=NOW, context={"actor": actor}), message


@pytest.fixture(scope="module")
def wrong() -> list[Judged]:
    """Give every message that breaks a rule, judged; the day's last seconds are not NOW."""
    faults = {**RULE_FAULTS, **NEAR_MISSES}
    return [
        judged(
            fault.rule,
            nearly_right(name, INQUIRY) if name in NEAR_MISSES else faulty(name, INQUIRY),
            fault.actor,
        )
        for name, fault in faults.items()
    ]


@pytest.fixture(scope="module")
def right() -> list[Judged]:
    """Give every message that is right, judged: those of each kind, and those at limits."""
    return [
        *(judged(name, valid(name, INQUIRY), kind.actor) for name, kind in DISCLOSURES.items()),
        *(
            judged(found.rule, just_right(name, INQUIRY), KINDS[found.kind].actor)
            for name, found in BOUNDARIES.items()
        ),
    ]


def taken(defect: Defect, messages: Iterable[Judged]) -> set[str]:
    return {rule for rule, judgement, message in messages
            if defect.on_judgement(judgement, message).accepted}  # fmt: skip


@pytest.mark.parametrize(
    "defect", [pytest.param(one, id=one.name) for one in LIMITS if one.name not in REFUSING]
)
def test_a_limit_drawn_too_late_lets_a_message_through(defect: Defect, wrong: list[Judged]) -> None:
    """It takes a message that breaks its rule, or the one that breaks with it, and no other."""
    assert defect.breaks in taken(defect, wrong)
    assert taken(defect, wrong) <= {defect.breaks, *defect.also}


@pytest.mark.parametrize("name", sorted(REFUSING))
def test_a_limit_drawn_too_early_refuses_what_is_right(name: str, right: list[Judged]) -> None:
    """Some message that rules allow, and not most of them; what is wrong it refuses anyhow."""
    (defect,) = (one for one in LIMITS if one.name == name)

    refused = [one for one in right if not defect.on_judgement(one[1], one[2]).accepted]

    assert 0 < len(refused) < 5


def test_none_is_never_checking_a_whole_rule_that_has_several_sides(wrong: list[Judged]) -> None:
    """A rule with several faults is refused for at least one of them by who draws its limit."""
    for defect in LIMITS:
        own = [one for one in wrong if one[0] == defect.breaks]
        if defect.name not in REFUSING and len(own) > 1:
            assert not all(
                defect.on_judgement(judgement, message).accepted for _, judgement, message in own
            ), defect.name


# What is disclosed -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "defect", [pytest.param(one, id=one.name) for one in disclosed_limit_defects()]
)
def test_a_disclosure_is_another_by_little(defect: Defect) -> None:
    """Some message of those that are right goes out otherwise, and is valid by the schema."""
    changed = 0
    for kind in (
        "transaktioner till invånare",
        "besök i dag",
        "besök för exakt tolv månader sedan",
    ):
        message = valid(kind, INQUIRY)
        before = etree.tostring(message)
        if kind == "besök i dag":
            message.find(".//{*}timeOfRegistration").text = f"{NOW:%Y%m%d%H%M%S}"  # type: ignore[union-attr]
            before = etree.tostring(message)
        (letter,) = defect.on_sending(
            Letter(contract=PROCESS, logical_address=LogicalAddress("A"), payload=message)
        )
        after = etree.tostring(letter.payload)
        changed += after != before
        assert judge_payload(letter.payload, at=NOW, context={"actor": "CITIZEN"}).schema_valid

    assert changed


# What is made of it ------------------------------------------------------------------------------

SHOWN: dict[str, Any] = {
    "frikort": None, "sum": "575.50", "remains": "874.50", "ceiling": "1450.00",
    "visits": [{"date": "2026-03-15"}, {"date": "2026-05-15"}],
}  # fmt: skip
A_DAY = timedelta(days=1)


def a_card(starts: date, ends: date) -> Exemption:
    return Exemption(
        id="FK-1", first_visit=ends - 300 * A_DAY, valid_from=starts, ends=ends,
        region=HsaId("SE2321000024-EXEMPEL"),
    )  # fmt: skip


def reckoned(defect: Defect, *cards: Exemption) -> tuple[object, dict[str, Any]]:
    held = FeeExemption(patient=Identity(root="1", extension="2"), exemptions=cards)
    answers = (Answered(source="01", person="2", held=(held,)),)
    return [each.held[0].exemptions for each in defect.on_answers(answers)], defect.on_shown(SHOWN)


@pytest.mark.parametrize(
    "name",
    [
        "ends-frikort-on-the-last-day", "begins-frikort-after-the-first-day",
        "lets-frikort-last-a-day-more", "lets-frikort-begin-a-day-early",
        "ends-periods-a-day-early", "drops-the-ore-of-sums", "shows-a-krona-too-much",
        "shows-an-ore-too-little", "drops-the-ore-of-the-rest", "shows-a-krona-more-to-pay",
        "hides-the-latest-visit", "shows-a-visit-twice",
    ],
)  # fmt: skip
def test_a_reckoning_is_another_by_little(name: str) -> None:
    """A day, a krona, an öre or a visit off."""
    defects = {one.name: one for one in reckoning_defects()}
    cards = (a_card(TODAY - 10 * A_DAY, TODAY), a_card(TODAY, TODAY + 10 * A_DAY))

    right, wrong = (
        reckoned(Defect(name="", says="", breaks=""), *cards),
        reckoned(defects[name], *cards),
    )

    assert wrong != right


def test_nothing_is_not_shown_as_less() -> None:
    """What is wrong by an öre is so where there is something to be wrong of."""
    (defect,) = (one for one in reckoning_defects() if one.name == "shows-an-ore-too-little")

    assert defect.on_shown({**SHOWN, "sum": "0.00"})["sum"] == "0.00"
    assert Decimal(defect.on_shown(SHOWN)["sum"]) == Decimal("575.49")
