"""What a step saw: the calls it made, what it expected and observed, where the system deviates."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from reports.results import Body, Deviation, Exchange, QuestionResult, VariantResult

__all__ = ["Deviates", "Evidence", "StepEvidence", "judged"]


class Deviates(AssertionError):  # noqa: N818 - it says what the system does
    """Raised by a step when the tested system deviates; all deviations are collected first."""

    def __init__(self, *deviations: Deviation) -> None:
        self.deviations = deviations
        super().__init__(
            "\n".join(
                f"{found.requirement}: {f'{found.where}: ' if found.where else ''}{found.text}"
                for found in deviations
            )
        )


def judged(*found: Deviation) -> None:
    """End a step by what was found.

    Raises: Deviates where there is anything.
    """
    if found:
        raise Deviates(*found)


@dataclass(kw_only=True)
class StepEvidence:
    """What one step has shown so far."""

    expected: str = ""
    observed: str = ""
    exchanges: list[Exchange] = field(default_factory=list)
    variants: list[VariantResult] = field(default_factory=list)
    questions: list[QuestionResult] = field(default_factory=list)


class Evidence:
    """Gathers what the steps of one scenario show; bodies go to files as they come.

    Shape: ``folder`` is the run's folder, and without one bodies are not kept; ``scenario`` is the
           scenario's id.
    """

    def __init__(self, folder: Path | None, scenario: str) -> None:
        self._folder = folder
        self._scenario = scenario
        self._bodies = 0
        self.step = StepEvidence()
        self.observations: list[str] = []

    def begin_step(self) -> None:
        """Start gathering for the next step."""
        self.step = StepEvidence()

    def expects(self, text: str) -> None:
        """Say what the step expects, for the report's reader."""
        self.step.expected = text

    def observes(self, text: str) -> None:
        """Say what the step saw, for the report's reader."""
        self.step.observed = text

    def remarks(self, text: str) -> None:
        """Note something a reviewer should see, that does not fail the system."""
        if text not in self.observations:
            self.observations.append(text)

    def keep(self, body: bytes, *, kind: str, content_type: str) -> Body:
        """Write one body to a file of the run, whole."""
        self._bodies += 1
        file = f"meddelanden/{self._scenario}/{self._bodies:02d}-{kind}.xml"
        if self._folder is not None:
            path = self._folder / file
            try:
                path.write_bytes(body)
            except FileNotFoundError:  # the scenario's first
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(body)
        return Body(
            file=file,
            bytes=len(body),
            sha256=hashlib.sha256(body).hexdigest(),
            content_type=content_type,
        )

    def exchanged(self, exchange: Exchange) -> None:
        """Note a call that was made."""
        self.step.exchanges.append(exchange)

    def tried(self, variant: VariantResult) -> None:
        """Note one of many messages that the step tries."""
        self.step.variants.append(variant)

    def asked(self, question: QuestionResult) -> None:
        """Note a question to the tester, with the answer if there was any."""
        self.step.questions.append(question)

    @property
    def scenario(self) -> str:
        """Give the scenario's id, the same in every run."""
        return self._scenario
