"""Asking the tester on behalf of a scenario, so that questions and answers are in the evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from features.tester import Question, Tester, outcome_of
from reports.evidence import Evidence
from reports.results import Outcome, QuestionResult

__all__ = ["Asking"]


@dataclass(kw_only=True)
class Asking:
    """Puts a scenario's questions and instructions to the tester.

    Shape: what nobody answers or does skips the scenario: it is not tested, never passed.
    """

    tester: Tester
    evidence: Evidence
    asked: int = field(default=0)

    def seen(self, text: str, expected: str) -> QuestionResult:
        """Ask what the screen shows, and give the question with its answer."""
        self.asked += 1
        question = Question(
            id=f"{self.evidence.scenario}-{self.asked}", text=text, expected=expected
        )
        told = self.tester.ask(question)
        result = QuestionResult(
            id=question.id,
            text=text,
            expected=expected,
            outcome=outcome_of(told.answer, expected) if told else Outcome.NOT_TESTED,
            answer=told.answer if told else "",
            name=told.name if told else "",
            time=told.time if told else "",
            remark=told.remark if told else "",
            source=told.source if told else "",
        )
        self.evidence.asked(result)
        if result.outcome is Outcome.NOT_TESTED:
            pytest.skip(f"Frågan till provaren är inte besvarad. {self.tester.absent}".strip())
        return result

    def do(self, what: str) -> None:
        """Have something done in the system, by hand."""
        self._somebody(what)
        self.evidence.observes(f"Provaren ombads: {what}")
        if not self.tester.do(what):
            pytest.skip(f"Provaren kunde inte utföra: {what}")

    def await_effect(self, what: str, *, seconds: float, happened: Callable[[float], bool]) -> bool:
        """Have something done in the system by hand, and wait for its effect."""
        self._somebody(what)
        self.evidence.observes(f"Provaren ombads: {what}")
        return self.tester.await_effect(what, seconds=seconds, happened=happened)

    def _somebody(self, what: str) -> None:
        if self.tester.absent:
            pytest.skip(
                f"{self.tester.absent} Målfilen anger ingen trigger, så någon måste göra: {what}"
            )
