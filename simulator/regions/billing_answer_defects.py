"""Sellers that misread what they are answered, or do not see to whom they speak."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.regions.certificate_defects import presenting_defects
from simulator.regions.claim_resending import UNREADABLE, result_in
from simulator.regions.defect import Defect
from simulator.regions.misreadings import MISREADINGS
from simulator.regions.outbox import ANSWERED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from simulator.client import Answer
    from simulator.regions.outbox import Ending

__all__ = ["answer_defects"]

_HALF_A_SECOND = 0.5


def answer_defects() -> Iterable[Defect]:
    """Make the defects."""
    for name, (says, misread) in _MISREADINGS.items():
        yield Defect(
            name=name,
            says=says,
            breaks="FBC-SVAR-LASES",
            in_full=True,
            on_ending=_giving_up_on(misread),
        )
    yield from presenting_defects("FBC-TLS", also="FBC-*")
    yield Defect(
        name="waits-for-half-a-second",
        says="waits for an answer for half a second, whatever it is set to",
        breaks="FBC-SVAR-LASES",
        on_settings=lambda asked, _before: replace(asked, patience=_HALF_A_SECOND),
    )
    yield Defect(
        name="takes-what-it-cannot-read-for-ok",
        says="counts a claim specification as received, whatever came in the answer's place",
        breaks="FBC-STORT-SVAR",
        in_full=True,
        on_shown=_received_where_unreadable,
    )
    yield Defect(
        name="takes-what-it-cannot-read-for-error",
        says="counts a claim specification as refused, whatever came in the answer's place",
        breaks="FBC-STORT-SVAR",
        in_full=True,
        on_ending=_refused_where_unreadable,
    )


def _received_where_unreadable(shown: dict[str, Any]) -> dict[str, Any]:
    if shown["comment"] != UNREADABLE:
        return shown
    return shown | {"state": "accepted", "invoice": "released"}


def _refused_where_unreadable(ending: Ending, _answer: Answer) -> Ending:
    return replace(ending, outcome=ANSWERED) if ending.outcome == UNREADABLE else ending


# Answers that are written in another way ---------------------------------------------------------


def _giving_up_on(misread: Callable[[Answer], bool]) -> Callable[[Ending, Answer], Ending]:
    def ended(ending: Ending, answer: Answer) -> Ending:
        if not misread(answer):
            return ending
        return replace(ending, outcome=UNREADABLE, is_sent_again=False)

    return ended


def _taken_without(text: bytes) -> Callable[[Answer], bool]:
    """Look for a text in the bytes of an OK, instead of reading it."""
    return lambda answer: result_in(answer)[0] == "OK" and text not in answer.body


_MISREADINGS: Mapping[str, tuple[str, Callable[[Answer], bool]]] = {
    "looks-for-text-in-answers": (
        "looks for <resultCode>OK</resultCode> in the bytes of an answer",
        _taken_without(b"<resultCode>OK</resultCode>"),
    ),
    "looks-for-a-name-without-prefix": (
        "looks for <ProcessClaimSpecificationResponse in the bytes of an answer",
        _taken_without(b"<ProcessClaimSpecificationResponse"),
    ),
    **MISREADINGS,
}
"""By name: what the system does, and which answers it cannot read."""
