"""The tester: a person at the system's screen, who does what is asked and tells what shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Protocol

from reports.results import Outcome

__all__ = ["NO_TERMINAL", "SWITCHED_OFF", "Nobody", "Question", "Tester", "Told", "outcome_of"]

NO_TERMINAL = "Ingen provare finns att fråga: körningen har ingen terminal."
SWITCHED_OFF = "Ingen provare finns att fråga: frågorna är avstängda med --no-questions."

_YES, _NO = {"ja", "j", "yes", "y"}, {"nej", "n", "no"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the tester is asked to look at, and what should be seen there.

    Shape: ``id`` is the same in every run, so that an answer can be kept in a file.
    """

    id: str
    text: str
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a tester answered: yes, no, or the value that the screen shows.

    Shape: ``time`` is ISO 8601 with offset; ``source`` is ``terminal`` or ``file``.
    """

    answer: str
    name: str
    time: str
    remark: str
    source: str


class Tester(Protocol):
    """Somebody who can be asked to do something and to tell what is seen, or nobody."""

    @property
    def absent(self) -> str:
        """Say why nobody can be asked to do anything; empty where somebody can."""

    def do(self, what: str) -> bool:
        """Ask for something to be done, wait until it is, and tell whether it was."""

    def await_effect(self, what: str, *, seconds: float, happened: Callable[[float], bool]) -> bool:
        """Ask for something to be done, and count down while its effect is waited for.

        Shape: ``happened`` waits some seconds, and tells whether the effect has come.
        """

    def ask(self, question: Question) -> Told | None:
        """Put a question; None where there is no answer."""


@dataclass(frozen=True, slots=True)
class Nobody:
    """No tester at all: in CI, or by choice."""

    absent: str = NO_TERMINAL

    def do(self, what: str) -> bool:  # noqa: ARG002 - nobody reads it
        """Do nothing."""
        return False

    def await_effect(
        self,
        what: str,  # noqa: ARG002
        *,
        seconds: float,  # noqa: ARG002
        happened: Callable[[float], bool],  # noqa: ARG002
    ) -> bool:
        """Wait for nothing."""
        return False

    def ask(self, question: Question) -> None:
        """Answer nothing."""


def outcome_of(answer: str, expected: str) -> Outcome:
    """Judge an answer: yes, the expected value itself, or something else.

    Shape: amounts are compared as numbers, whatever their decimals, spaces and currency; other
           values as words, whatever their case and spaces. An empty answer shows nothing.
    """
    plain = answer.strip().casefold()
    if not plain:
        return Outcome.NOT_TESTED
    if plain in _YES:
        return Outcome.PASSED
    if plain in _NO:
        return Outcome.FAILED
    return Outcome.PASSED if _value(answer) == _value(expected) else Outcome.FAILED


def _value(text: str) -> Decimal | str:
    words = re.sub(r"\s+", "", text).casefold()
    try:
        return Decimal(re.sub(r"(kr|sek|:-)$", "", words).replace(",", "."))
    except InvalidOperation:
        return words
