"""The terminal's view of a run: a line a scenario as it ends, and the verdict at the end."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from reports.results import Outcome, RunResult, ScenarioResult, Share, Verdict

__all__ = ["tell_end", "tell_scenario"]

_OUTCOMES = {
    Outcome.PASSED: "[green]ok[/]      ",
    Outcome.FAILED: "[bold red]DEVIATES[/]",
    Outcome.NOT_TESTED: "[yellow]untested[/]",
    Outcome.BROKEN: "[bold magenta]BROKEN[/]  ",
}
_VERDICTS = {
    Verdict.NO_DEVIATIONS: "[bold green]No deviations[/]",
    Verdict.DEVIATIONS: "[bold red]Deviations[/]",
    Verdict.INCOMPLETE: "[bold yellow]Incomplete[/]: no deviations in what was run",
    Verdict.BROKEN: "[bold magenta]Broken[/]: the harness could not do its work",
}
_NOTHING_TESTED = "[bold yellow]Incomplete[/]: nothing was tested"
_MOST_DEVIATIONS = 5


def tell_scenario(console: Console, scenario: ScenarioResult, done: int, of: int) -> None:
    """Print how one scenario ended, and why where it is not well."""
    outcome = _OUTCOMES[scenario.outcome]
    console.print(f"{done:>{len(str(of))}}/{of} {outcome} {escape(scenario.title)}")
    for deviation in scenario.deviations[:_MOST_DEVIATIONS]:
        where = f" {deviation.where}:" if deviation.where else ""
        first = f"{deviation.requirement}:{where} {deviation.text}"
        console.print(f"      [red]{escape(first)}[/]")
        expected, observed = escape(deviation.expected), escape(deviation.observed)
        console.print(f"      expected {expected}; observed {observed}")
    if (more := len(scenario.deviations) - _MOST_DEVIATIONS) > 0:
        console.print(f"      and {more} more, see the report")
    if scenario.reason:
        console.print(f"      {escape(scenario.reason)}")


def tell_end(console: Console, result: RunResult, page: Path) -> None:
    """Print verdict, counts and where the report lies."""
    console.print()
    verdict = _VERDICTS[result.verdict]
    if result.verdict is Verdict.INCOMPLETE and not result.counted(Outcome.PASSED):
        verdict = _NOTHING_TESTED
    console.print(f"Verdict: {verdict}")
    counts = ", ".join(
        f"{result.counted(outcome)} {outcome.value.replace('_', ' ')}"
        for outcome in Outcome
        if result.counted(outcome)
    )
    console.print(f"Scenarios: {counts}" + (f" ({result.selection})" if result.selection else ""))
    remarks = sum(len(scenario.observations) for scenario in result.scenarios)
    if remarks:
        console.print(f"Observations: {remarks}, see the report")
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
    console.print(f"Report: {escape(str(page.resolve()))}")


def _per_cent(share: Share) -> str:
    """Give a share in whole per cent, never 100 where anything is missing."""
    return f"{100 * share.done // share.total} %" if share.total else "-"
