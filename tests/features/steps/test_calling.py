"""Many messages are sent two at a time, to a system that can answer two; it is asked first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.kinds import Deal, valid
from features.calling import Caller, Reachability
from simulator.client import Answer
from simulator.faults import soap_fault

MakeAnswer = Callable[..., Answer]
SOME = 6
LATER = 0.02  # seconds that a call takes
COMPANY = 3.0  # seconds that one waits for another


class Platform:
    """A platform whose system answers by how many calls were under way while it did.

    Shape: a call that may have company waits for it; ``answer`` has the number, and whether the
           message is an empty one. ``seen`` has the numbers as the calls came.
    """

    def __init__(self, answer: Callable[[int, bool], Answer]) -> None:
        self._answer = answer
        self._changed = threading.Condition()
        self._under_way: list[list[int]] = []
        self.in_company = True
        self.seen: list[int] = []

    def call(self, _contract: object, payload: Any, **_named: object) -> Answer:
        """Answer one call."""
        alone = not self.in_company or threading.current_thread() is threading.main_thread()
        with self._changed:
            mine = [0]
            self._under_way.append(mine)
            for each in self._under_way:
                each[0] = max(each[0], len(self._under_way))
            self.seen.append(len(self._under_way))
            self._changed.notify_all()
            self._changed.wait_for(lambda: mine[0] > 1, timeout=LATER if alone else COMPANY)
            self._under_way[:] = [each for each in self._under_way if each is not mine]
        return self._answer(mine[0], len(payload) == 0)


@pytest.fixture
def calling(scene: Callable[..., Any]) -> Callable[[Platform], Caller]:
    """Give a maker of callers on a platform."""

    def on(platform: Platform) -> Caller:
        made = scene("utomlansfakturering", "producent")
        bench = replace(made.bench, client=platform)
        return Caller(bench=bench, evidence=made.evidence, reachability=Reachability())

    return on


@pytest.fixture
def claims(deal: Deal) -> list[etree._Element]:
    """Give some claims."""
    return [valid("öppen vård", deal) for _ in range(SOME)]


@pytest.fixture
def fault(an_answer: MakeAnswer) -> Answer:
    """Give what a system answers to what it cannot take."""
    return an_answer(soap_fault("fel"), status=500)


def test_next_message_is_sent_while_the_one_before_is_answered(
    calling: Callable[[Platform], Caller],
    replied: MakeAnswer,
    fault: Answer,
    claims: list[etree._Element],
) -> None:
    """Two at a time, and never three."""
    platform = Platform(lambda _most, is_empty: fault if is_empty else replied("OK"))
    caller = calling(platform)

    taken = caller.taken(claims)
    answers = caller.try_out(claims)

    assert taken == [True] * SOME
    assert len(answers) == SOME
    assert max(platform.seen) == 2
    assert len(platform.seen) == 3 * SOME  # each with an empty one, and then by itself


def test_system_that_cannot_answer_two_is_asked_one_at_a_time(
    calling: Callable[[Platform], Caller],
    replied: MakeAnswer,
    fault: Answer,
    claims: list[etree._Element],
) -> None:
    """What it refused for that is taken alone, so the variants do not fail for it."""
    platform = Platform(
        lambda most, is_empty: replied("OK") if most == 1 and not is_empty else fault
    )
    caller = calling(platform)

    taken = caller.taken([*claims, *claims])
    platform.seen.clear()
    platform.in_company = False
    caller.try_out(claims)

    assert taken == [True] * SOME * 2
    assert platform.seen == [1] * SOME


def test_system_that_mixes_answers_up_is_asked_one_at_a_time(
    calling: Callable[[Platform], Caller],
    replied: MakeAnswer,
    fault: Answer,
    claims: list[etree._Element],
) -> None:
    """An empty message that is taken shows it."""
    platform = Platform(lambda most, is_empty: replied("OK") if most > 1 or not is_empty else fault)
    caller = calling(platform)

    assert caller.taken(claims) == [True] * SOME
    assert caller.reachability.at_once == 1


def test_message_that_is_refused_alone_too_is_not_taken(
    calling: Callable[[Platform], Caller], replied: MakeAnswer, claims: list[etree._Element]
) -> None:
    """And says nothing of whether the system can answer two at a time."""
    caller = calling(Platform(lambda _most, _is_empty: replied("ERROR", "R10")))

    assert caller.taken(claims) == [False] * SOME
    assert caller.reachability.at_once == 2


def test_nothing_more_is_sent_to_a_system_that_has_gone(
    calling: Callable[[Platform], Caller], an_answer: MakeAnswer, claims: list[etree._Element]
) -> None:
    """The one that is under way is the last."""
    gone = an_answer(
        soap_fault("VP009 [NTjP Develop] Fel vid kontakt", detail="java.net.ConnectException"),
        status=500,
    )
    platform = Platform(lambda _most, _is_empty: gone)

    with pytest.raises(pytest.skip.Exception):
        calling(platform).try_out(claims)

    assert len(platform.seen) == 2
