"""What waivers come to in a run: which failures they waive, and which waivers waive nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from reports.coverage import is_deviating
from reports.provenance import Waiver, WaiverState
from reports.results import Outcome

if TYPE_CHECKING:
    from reports.results import RequirementResult, RunResult, ScenarioResult

__all__ = ["is_waived", "stale", "unwaived", "waivers_for", "waiving", "weighed"]


_NOTHING_TO_WAIVE = {
    Outcome.PASSED: "Kravet är uppfyllt",
    Outcome.FAILED: "Scenariot avvek inte från kravet",
    Outcome.OBSERVATION: "Kravet är uppfyllt",
    Outcome.NOT_TESTED: "Kravet prövades inte",
    Outcome.NOT_APPLICABLE: "Kravet är angivet som ej tillämpligt",
}
"""Why there is nothing to waive, by how the requirement came out; a broken one tells nothing."""


def weighed(
    waivers: Sequence[Waiver],
    requirements: Sequence[RequirementResult],
    scenarios: Sequence[ScenarioResult],
    *,
    whole: bool,
    day: date,
) -> tuple[Waiver, ...]:
    """Give each waiver its state in a run.

    Shape: ``whole`` says that the whole suite ran to its end; of a part nothing is called stale.
           A waiver holds through its last day. One that has expired and has nothing to waive is
           stale: it is to be taken away either way.
    """
    by_id = {item.id: item for item in requirements}
    found = set(_failures(scenarios))
    ran = {scenario.id for scenario in scenarios}
    return tuple(_weighed(each, by_id, found, ran, whole=whole, day=day) for each in waivers)


def unwaived(result: RunResult) -> tuple[tuple[str, str], ...]:
    """Give what failed and is not waived: requirement and scenario, in the order of the run."""
    return tuple(
        (requirement, scenario)
        for requirement, scenario in _failures(result.scenarios)
        if not is_waived(result.waivers, requirement, scenario)
    )


def is_waived(waivers: Sequence[Waiver], requirement: str, scenario: str) -> bool:
    """Tell whether a waiver in force covers a requirement's failure in a scenario."""
    return any(
        each.state is WaiverState.IN_FORCE and _covers(each, requirement, scenario)
        for each in waivers
    )


def waiving(waivers: Sequence[Waiver], scenario: ScenarioResult) -> tuple[Waiver, ...]:
    """Give the waivers in force that cover a failure of one scenario."""
    found = tuple(_failures([scenario]))
    return tuple(
        each
        for each in waivers
        if each.state is WaiverState.IN_FORCE and any(_covers(each, *failure) for failure in found)
    )


def stale(result: RunResult) -> tuple[Waiver, ...]:
    """Give the waivers that have nothing to waive."""
    return tuple(each for each in result.waivers if each.state is WaiverState.STALE)


def waivers_for(result: RunResult, requirement: str) -> tuple[Waiver, ...]:
    """Give the waivers of a requirement, in force or not."""
    return tuple(each for each in result.waivers if each.requirement == requirement)


def _failures(scenarios: Sequence[ScenarioResult]) -> Iterator[tuple[str, str]]:
    """Give each failure once: the requirement that failed, and the scenario that showed it."""
    for scenario in scenarios:
        if not is_deviating(scenario):
            continue
        named = [found.requirement for found in scenario.deviations] or scenario.requirements
        for requirement in dict.fromkeys(named or [""]):
            yield requirement, scenario.id


def _covers(waiver: Waiver, requirement: str, scenario: str) -> bool:
    return waiver.requirement == requirement and waiver.scenario in {"", scenario}


def _weighed(
    waiver: Waiver,
    requirements: Mapping[str, RequirementResult],
    found: set[tuple[str, str]],
    ran: set[str],
    *,
    whole: bool,
    day: date,
) -> Waiver:
    expired = date.fromisoformat(waiver.expires) < day
    if any(_covers(waiver, *failure) for failure in found):
        if not expired:
            return replace(waiver, state=WaiverState.IN_FORCE, told="")
        told = f"Undantaget gällde till och med {waiver.expires}"
        return replace(waiver, state=WaiverState.EXPIRED, told=told)
    why = _why_stale(waiver, requirements.get(waiver.requirement), ran) if whole else ""
    if why:
        return replace(waiver, state=WaiverState.STALE, told=why)
    if expired:
        told = f"Undantaget gällde till och med {waiver.expires}"
        return replace(waiver, state=WaiverState.EXPIRED, told=told)
    told = "Det som undantaget gäller visades inte av körningen"
    return replace(waiver, state=WaiverState.UNTRIED, told=told)


def _why_stale(waiver: Waiver, requirement: RequirementResult | None, ran: set[str]) -> str:
    if requirement is None:
        return "Kravet prövas inte av sviten"
    if waiver.scenario and waiver.scenario not in ran:
        return "Scenariot finns inte i sviten"
    return _NOTHING_TO_WAIVE.get(requirement.outcome, "")
