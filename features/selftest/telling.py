"""The matrix of requirement and fault on the screen, and what the trials add up to."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from features.selftest.figures import LEAST_RIGHT, Figures
from features.selftest.trial import Trial, Verdict
from simulator.regions.parts import parts

__all__ = ["tell_equivalents", "tell_figures", "tell_matrix", "tell_trial"]

_COLOURS = {
    Verdict.CAUGHT: "green",
    Verdict.WRONG_REASON: "yellow",
    Verdict.MISSED: "red",
    Verdict.BROKEN: "magenta",
}
_HEADS = {
    Verdict.CAUGHT: "caught",
    Verdict.WRONG_REASON: "wrong reason",
    Verdict.MISSED: "missed",
    Verdict.BROKEN: "broke",
}


def tell_trial(console: Console, trial: Trial, done: int, total: int) -> None:
    """Tell of one trial that has ended."""
    if trial.is_control:
        verdict = "[red]fails[/]" if trial.failed or trial.problems else "[green]passes[/]"
        name = "flawless"
    else:
        verdict = f"[{_COLOURS[trial.verdict]}]{trial.verdict}[/]"
        name = trial.defect
    console.print(
        f"{done:>4}/{total}  {trial.seconds:5.1f} s  {trial.suite}  {escape(name)}: {verdict}"
    )


def tell_matrix(console: Console, figures: Figures) -> None:
    """Show, for each broken requirement, its faults and what became of each."""
    table = Table(box=None)
    for head in ("requirement", *_HEADS.values()):
        table.add_column(head, no_wrap=True)
    table.add_column("faults", overflow="fold")
    for requirement, trials in sorted(figures.matrix.items()):
        counts = (sum(one.verdict is verdict for one in trials) for verdict in _HEADS)
        names = ", ".join(f"[{_COLOURS[one.verdict]}]{escape(one.defect)}[/]" for one in trials)
        table.add_row(requirement, *(str(count or "·") for count in counts), names)
    console.print(table, soft_wrap=False)


def tell_figures(console: Console, figures: Figures) -> None:
    """Tell what the trials add up to, and every system that was not caught as it should be."""
    systems = len(figures.bad)
    for verdict in (Verdict.MISSED, Verdict.WRONG_REASON, Verdict.BROKEN):
        for trial in figures.of(verdict):
            console.print(f"[{_COLOURS[verdict]}]{verdict}[/]: {_named(trial)}, {_seen(trial)}")
    for trial in figures.false_alarms:
        console.print(f"[red]false alarm[/]: {trial.suite}, flawless, {_seen(trial)}")
    for trial in figures.unforeseen:
        unforeseen = ", ".join(trial.unforeseen)
        console.print(f"fails more than the catalogue says: {_named(trial)}: {unforeseen}")
    if systems:
        console.print(
            f"[bold]{systems} known-bad systems: {figures.caught} caught "
            f"({_share(figures.caught, systems)}), {figures.right} by the requirement they break "
            f"({_share(figures.right, systems)}, at least {LEAST_RIGHT} % is wanted).[/]"
        )
    passed = figures.controls - len(figures.false_alarms)
    console.print(f"{figures.controls} flawless systems: {passed} pass.")


def tell_equivalents(console: Console) -> None:
    """List what is left out of the catalogue, with the reasons."""
    for part in parts():
        for each in part.equivalents:
            console.print(
                f"equivalent: {part.name} {escape(each.name)} {escape(each.says)}: "
                f"{escape(each.why)}"
            )


def _named(trial: Trial) -> str:
    return f"{trial.suite} {escape(trial.defect)} (breaks {trial.breaks})"


def _seen(trial: Trial) -> str:
    if trial.problems:
        return escape(trial.problems[0])
    return f"failed {', '.join(trial.failed)}" if trial.failed else "nothing failed"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %"
