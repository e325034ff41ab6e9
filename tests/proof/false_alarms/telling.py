"""What is printed and kept of the certifications: a line a system, the figure, and tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from features.suites import suites
from tests.proof.false_alarms.certifying import Alarm
from tests.proof.false_alarms.manner import Manner
from tests.proof.false_alarms.running import Certification
from tests.proof.false_alarms.tables import MANNERS
from tests.proof.stacks.running import Tried

__all__ = ["figure", "line", "manners_table", "page"]

_COMMAND = "`tox run -e false-alarms -- --write`"


def line(one: Certification) -> str:
    """Tell what became of one system, with the first alarm of each kind."""
    head = f"{one.suite:<32} {one.manner:<28} {one.seconds:5.1f} s  {len(one.alarms) or 'ok'}"
    told = (
        f"    {count} {alarm.outcome}, such as {alarm.scenario}\n        {alarm.why}"
        for alarm, count in _by_kind(one.alarms)
    )
    return "\n".join((head, *told))


def figure(done: Sequence[Certification], tried: Sequence[Tried]) -> str:
    """Give the figure: how many systems and stacks were certified, and how many false alarms."""
    manners = len({one.manner for one in done})
    ran = [one for one in tried if one.result is not None]
    false = sum(bool(one.alarms) for one in (*done, *ran))
    return (
        f"{len(done)} unusual systems of {manners} manners and {len(ran)} real SOAP stacks: "
        f"{false} with a false alarm"
    )


def page(done: Sequence[Certification], tried: Sequence[Tried]) -> str:
    """Write what is kept in docs/proof.md under the figure's heading."""
    rows = [
        f"| {suite.name} | {len(ours)} | {sum(one.scenarios for one in ours)} | "
        f"{sum(bool(one.alarms) for one in ours)} |"
        for suite in suites()
        if (ours := [one for one in done if one.suite == suite.name])
    ]
    stacks = [
        f"| {one.stack.name} ({one.stack.language}) | {_outcome(one)} | {one.stack.beside} | "
        f"{one.stack.deviates or '-'} |"
        for one in tried
    ]
    return "\n".join(
        (
            _COMMAND,
            "",
            figure(done, tried),
            "",
            "| suite | systems | scenarios run | with a false alarm |",
            "|---|---|---|---|",
            *rows,
            "",
            "| stack | passed of scenarios | the vendor's code does | the stack alone would |",
            "|---|---|---|---|",
            *stacks,
        )
    )


def manners_table() -> str:
    """Write the table of all manners."""
    rows = (f"| `{one.name}` | {one.says} | {_where(one)} |" for one in MANNERS.values())
    return "\n".join(("| manner | the system | of suites |", "|---|---|---|", *rows))


def _where(manner: Manner) -> str:
    """Say which suites' systems can have a manner."""
    fit = {suite.name for suite in suites() if manner.fits(suite)}
    known = {
        "all": {suite.name for suite in suites()},
        "that are called": {suite.name for suite in suites() if suite.called},
        "that send": {suite.name for suite in suites() if "trigger" in suite.fields},
    }
    return next((says for says, names in known.items() if names == fit), ", ".join(sorted(fit)))


def _outcome(one: Tried) -> str:
    if one.result is None:
        return f"not run: {one.why}"
    run = one.result.scenarios - len(one.result.skipped)
    return f"{run - len(one.alarms)} of {run}"


def _by_kind(alarms: Iterable[Alarm]) -> Iterator[tuple[Alarm, int]]:
    """Give the first alarm of each kind, and how many there are of it."""
    kinds: dict[tuple[str, str], list[Alarm]] = {}
    for alarm in alarms:
        kinds.setdefault((alarm.outcome, alarm.why.partition(",")[0]), []).append(alarm)
    return ((alike[0], len(alike)) for alike in kinds.values())
