"""`provbank rerun`: run scenarios of an earlier run again, as they were run."""

from __future__ import annotations

from pathlib import Path

import click
from rich.markup import escape

from contracts.errors import UsageError
from features.commands.certify import tester_at_hand
from features.commands.screen import console, errors

__all__ = ["rerun"]


@click.command()
@click.argument("run")
@click.argument("scenarios", metavar="[ID]...", nargs=-1)
@click.option("--failed", is_flag=True, help="All scenarios that failed or broke in the run.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False),
              help="Folder for the report; NAME-rerun beside the run's otherwise.")  # fmt: skip
@click.option("--no-questions", is_flag=True,
              help="Ask the tester nothing; what only a person can see is not tested.")  # fmt: skip
@click.option("--tester", default="", metavar="NAME", help="Who answers, for the report.")
def rerun(
    run: str, scenarios: tuple[str, ...], failed: bool, out: Path | None, no_questions: bool,
    tester: str,
) -> int:  # fmt: skip
    """Run scenarios of a run again, and tell whether they come out the same.

    RUN is the run's id, or the folder of its report; ID is the id of a scenario. Target, role,
    options and seed are those of the run.
    """
    from dataclasses import replace

    from features.commands.running import carry_out
    from features.rerun import again, differences, rerun_folder
    from features.suites import suite_named
    from features.target_file import read_target

    first = again(run, scenarios, failed=failed)
    out = out or rerun_folder(first.folder)
    if out.resolve() == first.folder.resolve():
        raise UsageError(
            "the report would be written over that of the first run",
            where=str(out),
            mend="choose another folder with --out",
        )
    for warning in first.warnings:
        errors.print(f"[yellow]note:[/] {escape(warning)}")
    chosen = tuple(scenario.id for scenario in first.scenarios)
    made = replace(first.made_with, scenarios=chosen, only="")
    status, now = carry_out(
        made,
        suite_named(first.result.suite),
        read_target(Path(made.target)) if made.target else None,
        out,
        seed=first.result.seed,
        tester=tester_at_hand(tester, silent=no_questions),
    )
    if now is None:
        return status
    if now.suite_sha256 != first.result.suite_sha256:
        errors.print("[yellow]note:[/] the suite is not worded as it was in the run")
    for scenario, difference in differences(first.scenarios, now).items():
        if difference:
            console.print(f"[yellow]Another outcome:[/] {scenario}: {escape(difference)}")
        else:
            console.print(f"Same outcome: {scenario}")
    return status
