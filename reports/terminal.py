"""The terminal's view of a run: a line a scenario as it ends, and the verdict at the end."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from reports.first_line import deviation_line, first_line, rerun_command
from reports.provenance import WaiverState
from reports.results import (
    Outcome,
    RunResult,
    ScenarioResult,
    Share,
    Verdict,
)
from reports.summary import proof_line, verdict_line
from reports.words import OUTCOMES, VERDICT_TONES, WAIVERS

__all__ = ["tell_end", "tell_scenario"]

_STYLES = {
    Outcome.PASSED: "green",
    Outcome.FAILED: "bold red",
    Outcome.OBSERVATION: "cyan",
    Outcome.NOT_TESTED: "yellow",
    Outcome.NOT_APPLICABLE: "yellow",
    Outcome.BROKEN: "bold magenta",
}
_WIDTH = max(len(word.en) for word in OUTCOMES.values())
_MEANINGS = {
    Verdict.INCOMPLETE: ": no deviations in what was run",
    Verdict.BROKEN: ": the harness could not do its work",
}
_MOST_DEVIATIONS = 5


def tell_scenario(
    console: Console, scenario: ScenarioResult, done: int, of: int, *, run: str = ""
) -> None:
    """Print how one scenario ended; why where it is not well, and the command that repeats it."""
    style = _STYLES[scenario.outcome]
    outcome = f"[{style}]{OUTCOMES[scenario.outcome].en:<{_WIDTH}}[/]"
    console.print(f"{done:>{len(str(of))}}/{of} {outcome} {escape(scenario.title)}")
    for step, deviation in scenario.deviating_steps[:_MOST_DEVIATIONS]:
        console.print(f"      [red]{escape(deviation_line(deviation, step))}[/]")
        expected, observed = escape(deviation.expected), escape(deviation.observed)
        console.print(f"      expected {expected}; observed {observed}")
    if (more := len(scenario.deviations) - _MOST_DEVIATIONS) > 0:
        console.print(f"      and {more} more, see the report")
    if not scenario.deviations and not scenario.outcome.holds:
        console.print(f"      {escape(first_line(scenario))}")
    elif scenario.reason:
        console.print(f"      {escape(scenario.reason)}")
    for remark in scenario.observations:
        console.print(f"      [cyan]{escape(remark)}[/]")
    if run and scenario.outcome in {Outcome.FAILED, Outcome.BROKEN}:
        console.print(f"      {escape(rerun_command(run, scenario))}")


def tell_end(console: Console, result: RunResult, page: Path) -> None:
    """Print verdict, counts, waivers, and where the report lies."""
    console.print()
    style = _STYLES[VERDICT_TONES[result.verdict]]
    meaning = _MEANINGS.get(result.verdict, "") if _is_told(result) else ""
    console.print(f"Verdict: [{style}]{escape(verdict_line(result).en)}[/]{meaning}")
    counts = ", ".join(
        f"{result.counted(outcome)} {word.en}"
        for outcome, word in OUTCOMES.items()
        if result.counted(outcome)
    )
    console.print(f"Scenarios: {counts}" + (f" ({result.selection})" if result.selection else ""))
    for item in result.requirements:
        if item.outcome is Outcome.FAILED and item.reason:  # it was declared not applicable
            console.print(f"[bold red]{item.id}[/]: {escape(item.reason)}")
    _tell_waivers(console, result)
    for row in result.exercised:
        shares = "; ".join(
            f"{name} {_per_cent(sides.valid)} valid, {_per_cent(sides.invalid)} invalid"
            for name, sides in (
                ("elements", row.elements),
                ("facets", row.facets),
                ("bounds", row.bounds),
            )
        )
        console.print(
            f"Exercised of {row.interaction} by {row.messages} messages (seed {result.seed}): "
            f"{shares}"
        )
    console.print(escape(proof_line(result).en))
    console.print(f"Report: {escape(str(page.resolve()))}")


def _is_told(result: RunResult) -> bool:
    """Tell whether the verdict needs more words: of one by which nothing was tested it is said."""
    return result.verdict is not Verdict.INCOMPLETE or any(
        scenario.outcome.holds for scenario in result.scenarios
    )


def _tell_waivers(console: Console, result: RunResult) -> None:
    """Print each waiver with its state; one that is limited to a scenario names it."""
    for each in result.waivers:
        colour = "yellow" if each.state is WaiverState.IN_FORCE else "bold red"
        if each.state is WaiverState.UNTRIED:
            colour = "white"
        where = f" ({each.scenario})" if each.scenario else ""
        until = f"until {each.expires}, {each.owner}: {each.reason}"
        told = f" - {each.told}" if each.told else ""
        console.print(
            f"Waiver [{colour}]{WAIVERS[each.state].en}[/]: "
            f"{escape(f'{each.requirement}{where} {until}{told}')}"
        )


def _per_cent(share: Share) -> str:
    """Give a share in whole per cent, never 100 where anything is missing."""
    return f"{100 * share.done // share.total} %" if share.total else "-"
