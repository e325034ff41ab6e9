"""The first line of a failure, the same in every report, and the command that repeats it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.results import Deviation, Outcome

if TYPE_CHECKING:
    from reports.results import ScenarioResult, StepResult

__all__ = ["deviation_line", "first_line", "rerun_command"]


def first_line(scenario: ScenarioResult) -> str:
    """Say in one line why a scenario is not well: requirement, place, cause.

    Shape: of many deviations the first, and how many more there are; empty for one that is well.
           The place is that in the message or, where nothing is said of it, the step.
    """
    for step in scenario.steps:
        for found in step.deviations:
            more = len(scenario.deviations) - 1
            return deviation_line(found, step) + (f" (och {more} till)" if more else "")
    failed = {Outcome.FAILED, Outcome.BROKEN}
    step_failed = next((step for step in scenario.steps if step.outcome in failed), None)
    if step_failed is None and scenario.outcome not in failed:
        return scenario.reason
    place = _step(step_failed) if step_failed else f"{scenario.file}:{scenario.line}"
    cause = scenario.reason or ((step_failed.error or step_failed.observed) if step_failed else "")
    return _joined(", ".join(scenario.requirements), place, cause)


def deviation_line(found: Deviation, step: StepResult) -> str:
    """Say one deviation in one line; a place that is not in a message is the step."""
    return _joined(found.requirement, found.where or _step(step), found.text)


def rerun_command(run: str, scenario: ScenarioResult) -> str:
    """Give the command that runs a scenario again as it was run."""
    return f"provbank rerun {run} {scenario.id}"


def _step(step: StepResult) -> str:
    return f"{step.keyword} {step.text}"


def _joined(*parts: str) -> str:
    return ": ".join(" ".join(part.split()) for part in parts if part)
