"""`provbank selftest`: try the suites on systems that are known to be wrong."""

from __future__ import annotations

import json
import time
from functools import partial
from pathlib import Path

import click

from contracts.errors import UsageError
from features.commands.options import role_option, service_option
from features.commands.screen import ALL_WELL, DEVIATES, console

__all__ = ["selftest"]


@click.command()
@click.option("--sample", type=click.IntRange(1), metavar="N", help="So many systems, not all.")
@click.option("--seed", default=0, show_default=True, help="Chooses the sample, and variants.")
@service_option
@role_option
@click.option("--only-defect", default="", metavar="NAME", help="Only systems with this defect.")
@click.option("--workers", default="auto", show_default=True, metavar="N",
              help="In how many processes.")  # fmt: skip
@click.option(
    "--whole",
    is_flag=True,
    help="The whole suite on each, to see what else it fails; takes five times as long.",
)
@click.option("--json", "as_json", type=click.Path(path_type=Path, dir_okay=False),
              help="Write figures and trials to this file.")  # fmt: skip
@click.option("--write", is_flag=True, help="Keep the figures: features/proof.json, docs/proof.md.")
def selftest(sample: int | None, seed: int, service: str, role: str, only_defect: str,
             workers: str, whole: bool, as_json: Path | None, write: bool) -> int:  # fmt: skip
    """Certify every system that is known to be wrong, and tell which the suites catch."""
    from features.selftest.figures import Figures
    from features.selftest.keeping import keep
    from features.selftest.spread import try_all
    from features.selftest.systems import controls, known_bad, sampled
    from features.selftest.telling import (
        tell_equivalents,
        tell_figures,
        tell_matrix,
        tell_trial,
    )
    from features.suites import suite_for

    if write and (sample or service or role or only_defect):
        raise UsageError("--write keeps the figures of all systems, so it goes with no choice")
    if workers != "auto" and not workers.isdecimal():
        raise UsageError(f"--workers {workers} is no number", mend="give a number, or auto")
    among = (suite_for(service, role),) if service or role else None
    systems = known_bad(among, only_defect)
    if sample:
        systems = sampled(systems, sample, seed=seed)
    started = time.monotonic()
    figures = Figures(
        trials=try_all(
            (*controls(among), *systems),
            seed=seed,
            whole=whole,
            workers=workers,
            on_trial=partial(tell_trial, console),
        )
    )
    tell_matrix(console, figures)
    tell_equivalents(console)
    tell_figures(console, figures)
    console.print(f"It took {time.monotonic() - started:.0f} s.")
    if as_json is not None:
        written = json.dumps(figures.to_json(), ensure_ascii=False, indent=2)
        as_json.write_text(written + "\n", encoding="utf-8")
    if write:
        keep(figures)
    return ALL_WELL if figures.good_enough else DEVIATES
