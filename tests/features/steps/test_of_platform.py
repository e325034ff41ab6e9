"""The steps of the technical profile: each is given an answer or a call that it must object to."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from contracts.domains.financial_billing_claim.v1_1.kinds import Deal, valid
from contracts.envelope import envelope
from features.plattform.calls import Calls
from features.plattform.steps import answers, calls, producer
from features.plattform.steps.producer import Tried, Written
from simulator.client import Answer
from simulator.faults import soap_fault

MakeAnswer = Callable[..., Answer]


def tried(answer: Answer, method: str = "POST") -> Tried:
    return Tried(what="ett meddelande", method=method, answer=answer)


# Whatever was answered or sent -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "broken"),
    [pytest.param(200, [], id="200"), pytest.param(202, ["RIV-R1111"], id="202")],
)
def test_every_answer_is_judged(
    claims: Any, replied: MakeAnswer, status: int, broken: list[str]
) -> None:
    """Also one that no scenario has looked at."""
    told = replied("OK")
    claims.bench.answered.note(
        status=status, headers={"content-type": "text/xml; charset=UTF-8"}, body=told.body,
        asked=told.request, correlation_id="1", started=told.started,
    )  # fmt: skip

    found = claims.deviations(answers.each_answer_follows, requirement="RIV-R1111")

    assert found == broken


@pytest.mark.parametrize(
    ("content_type", "broken"), [("text/xml", []), ("application/xml", ["RIV-R9703"])]
)
def test_every_call_is_judged(
    discloser: Any, deal: Deal, content_type: str, broken: list[str]
) -> None:
    """By its headers too."""
    discloser.sends(valid("öppen vård", deal), headers={"Content-Type": content_type})

    found = discloser.deviations(
        calls.each_call_follows, calls=Calls(inbox=discloser.bench.inbox), requirement="RIV-R9703"
    )

    assert found == broken


# Calls made directly -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "given", "right", "wrong", "broken"),
    [
        pytest.param(
            producer.it_is_taken, {"requirement": "RIV-R4001"}, "OK", "a fault", "RIV-R4001",
            id="must be taken",
        ),
        pytest.param(
            producer.it_is_not_treated_as_a_call, {}, "a fault", "OK", "RIV-R1114", id="no call"
        ),
        pytest.param(
            producer.it_is_refused_unexpanded, {"requirement": "RIV-R1008"},
            "a fault", "OK", "RIV-R1008", id="must be refused",
        ),
        pytest.param(
            producer.it_is_refused_unexpanded, {"requirement": "RIV-R1008"},
            "a fault", "a fault that expands", "RIV-R1008", id="must not be expanded",
        ),
    ],
)  # fmt: skip
def test_step_objects_to_one_answer(
    claims: Any, replied: MakeAnswer, an_answer: MakeAnswer, step: Callable[..., None],
    given: dict[str, str], right: str, wrong: str, broken: str,
) -> None:  # fmt: skip
    """And takes the right one without a word."""
    kinds = {
        "OK": replied("OK"),
        "a fault": an_answer(soap_fault("fel"), status=500),
        "a fault that expands": an_answer(soap_fault("texten expanderad"), status=500),
    }

    assert claims.deviations(step, tried=tried(kinds[right]), **given) == []
    assert claims.deviations(step, tried=tried(kinds[wrong]), **given) == [broken]


@pytest.mark.parametrize(
    ("first", "again", "broken"),
    [
        pytest.param("OK", "ERROR", [], id="taken without"),
        pytest.param("ERROR", "OK", ["RIV-R1121"], id="taken with it alone"),
    ],
)
def test_cookie_is_not_demanded(
    claims: Any, replied: MakeAnswer, first: str, again: str, broken: list[str]
) -> None:
    """A system that sets one must do without it."""
    answer = replied(first, headers={"set-cookie": "session=1; Path=/"})
    straight = SimpleNamespace(
        envelope=lambda: envelope(b"<x/>"), call=lambda _message, _way: replied(again)
    )

    found = claims.deviations(
        producer.no_cookie_is_demanded,
        tried=tried(answer), straight=straight, written=Written(form="UTF-8", message=b""),
    )  # fmt: skip

    assert found == broken
