"""Requirement by scenario: passed, failed, untested and why; and the verdict of a whole run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reports.results import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.results import RequirementResult, ScenarioResult

__all__ = ["covered", "is_deviating", "verdict_of"]

NO_SCENARIO = "Inget scenario prövar kravet i denna körning"


def covered(
    catalogue: Sequence[RequirementResult], scenarios: Sequence[ScenarioResult]
) -> tuple[RequirementResult, ...]:
    """Give each requirement of the catalogue its outcome, its scenarios and, where due, a reason.

    Shape: ``catalogue`` holds untested rows, with the catalogue's own reason or none, and rows
           that the vendor has declared not applicable, with the vendor's. A scenario
           checks the requirements it is tagged with, and every one that its deviations name: a
           check made in passing is a check. What weighs most decides: failed, broken, observation,
           passed, not tested. A scenario fails just the requirements that its deviations name; the
           others it is tagged with were not shown by it. One that was not tested, or that deviated
           from something else, undoes no passed one, but the reason tells of it. What is declared
           not applicable stays so, unless it was seen failing: then the reason tells of both.
    """
    return tuple(_judged(requirement, scenarios) for requirement in catalogue)


def verdict_of(
    scenarios: Sequence[ScenarioResult], *, interrupted: bool, selection: str
) -> Verdict:
    """Choose the verdict of a run.

    Shape: a deviation found is a fact, whatever else broke, so it outweighs broken scenarios; and
           it holds as well in a part of the suite as in the whole, so it outweighs incompleteness.
    """
    if any(is_deviating(scenario) for scenario in scenarios):
        return Verdict.DEVIATIONS
    outcomes = {scenario.outcome for scenario in scenarios}
    if Outcome.BROKEN in outcomes:
        return Verdict.BROKEN
    if interrupted or selection or not any(outcome.holds for outcome in outcomes):
        return Verdict.INCOMPLETE
    return Verdict.NO_DEVIATIONS


def is_deviating(scenario: ScenarioResult) -> bool:
    """Tell whether the system deviated, also where the scenario broke after that."""
    broke_later = scenario.outcome is Outcome.BROKEN and bool(scenario.deviations)
    return scenario.outcome is Outcome.FAILED or broke_later


def _judged(
    requirement: RequirementResult, scenarios: Sequence[ScenarioResult]
) -> RequirementResult:
    checks = [(s, _outcome_for(requirement.id, s)) for s in scenarios if _checks(requirement.id, s)]
    outcomes = {outcome for _, outcome in checks}
    reasons = _reasons([_why_untested(s) for s, outcome in checks if outcome is Outcome.NOT_TESTED])
    declared = requirement.outcome is Outcome.NOT_APPLICABLE
    if Outcome.FAILED in outcomes:
        outcome, reason = Outcome.FAILED, _declared(requirement) if declared else ""
    elif declared:
        outcome, reason = Outcome.NOT_APPLICABLE, requirement.reason
    elif Outcome.BROKEN in outcomes:
        outcome = Outcome.BROKEN
        reason = _reasons([s.reason for s, each in checks if each is Outcome.BROKEN])
    elif any(each.holds for each in outcomes):
        outcome = Outcome.OBSERVATION if Outcome.OBSERVATION in outcomes else Outcome.PASSED
        untested = sum(1 for _, each in checks if each is Outcome.NOT_TESTED)
        reason = _partly_tested(untested, len(checks), reasons)
    else:
        outcome, reason = Outcome.NOT_TESTED, reasons or requirement.reason or NO_SCENARIO
    ids = tuple(scenario.id for scenario, _ in checks)
    return replace(requirement, outcome=outcome, scenarios=ids, reason=reason)


def _checks(requirement: str, scenario: ScenarioResult) -> bool:
    return requirement in scenario.requirements or _deviates_from(requirement, scenario)


def _outcome_for(requirement: str, scenario: ScenarioResult) -> Outcome:
    if _deviates_from(requirement, scenario):
        return Outcome.FAILED
    if scenario.outcome is Outcome.FAILED and scenario.deviations:
        return Outcome.NOT_TESTED  # it deviated from something else before this could be shown
    return scenario.outcome


def _why_untested(scenario: ScenarioResult) -> str:
    if scenario.outcome is not Outcome.FAILED:
        return scenario.reason
    named = dict.fromkeys(deviation.requirement for deviation in scenario.deviations)
    return f"scenariot avvek från {', '.join(named)}"


def _deviates_from(requirement: str, scenario: ScenarioResult) -> bool:
    return is_deviating(scenario) and any(
        deviation.requirement == requirement for deviation in scenario.deviations
    )


def _declared(requirement: RequirementResult) -> str:
    return f"Angivet som ej tillämpligt, men avvikelse sågs: {requirement.reason}"


def _reasons(reasons: Sequence[str]) -> str:
    return "; ".join(dict.fromkeys(reason for reason in reasons if reason))


def _partly_tested(untested: int, total: int, reasons: str) -> str:
    if not untested:
        return ""
    why = f": {reasons}" if reasons else ""
    return f"{untested} av {total} scenarier visade inte kravet{why}"
