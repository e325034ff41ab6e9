"""Trials of many systems, spread over processes that stay warm from one to the next."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from contracts.errors import HarnessError
from features.run import undisturbed
from features.selftest.plugin import SEED, WHOLE
from features.selftest.systems import System, system_named
from features.selftest.trial import Trial
from features.selftest.trials import TRIAL

__all__ = ["OnTrial", "try_all"]

_PROCESSES = str(2 * (os.cpu_count() or 1))
_HERE = Path(__file__).resolve().parent
OnTrial = Callable[[Trial, int, int], None]


def try_all(
    systems: Iterable[System],
    *,
    seed: int = 0,
    whole: bool = False,
    workers: str = "auto",
    on_trial: OnTrial = lambda *_: None,
) -> tuple[Trial, ...]:
    """Try every system, in several processes, and give the trials in order.

    Shape:  ``whole`` runs the whole suite on each system, also where the scenarios of what it
            breaks have caught it. ``workers`` is a number, or ``auto`` for two a processor, since
            a system that sends is waited for; ``on_trial`` is called as each trial ends, with how
            many are done and how many there are.
    Raises: HarnessError where a trial gave nothing at all.
    """
    ordered = tuple(systems)
    named = [one.name for one in sorted(ordered, key=lambda one: not one.defect.in_full)]
    gathering = _Gathering(total=len(ordered), on_trial=on_trial)
    with tempfile.TemporaryDirectory(prefix="provbank-selftest-") as folder:
        chosen = Path(folder) / "systems.json"
        chosen.write_text(json.dumps(named), encoding="utf-8")
        arguments = [
            str(_HERE / "trials.py"),
            f"--rootdir={_HERE}",
            "-c", os.devnull,
            "--noconftest",
            "-p", "features.selftest.plugin",
            "-p", "xdist.plugin",
            "-p", "no:cacheprovider",
            "-n", _PROCESSES if workers == "auto" else workers,
            "--maxschedchunk=1",  # trials differ in length: none is to wait for another's process
            f"--systems={chosen}",
            f"{SEED}={seed}",
            *([WHOLE] if whole else []),
            "-q",
        ]  # fmt: skip
        with (
            (Path(folder) / "pytest.log").open("w", encoding="utf-8") as log,
            undisturbed(),
            contextlib.redirect_stdout(log),
        ):
            code = pytest.main(arguments, plugins=[gathering])
    if code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if lost := [name for name in named if name not in gathering.trials]:
        raise HarnessError(
            f"{len(lost)} of {len(named)} trials were never made",
            where=lost[0],
            mend=gathering.why or f"pytest ended with {code}",
        )
    return tuple(gathering.trials[one.name] for one in ordered)


@dataclass(kw_only=True)
class _Gathering:
    """Gathers the trials in the process that hands them out."""

    total: int
    on_trial: OnTrial
    trials: dict[str, Trial] = field(default_factory=dict)
    why: str = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take a trial from its report; one that could not be made is a problem of ours."""
        told = dict(report.user_properties).get(TRIAL)
        if told is None and not report.failed:
            return
        name = report.nodeid.partition("[")[2].removesuffix("]")
        if name in self.trials:
            return
        system = system_named(name)
        self.trials[name] = trial = (
            Trial.from_json(told)  # type: ignore[arg-type]
            if told is not None
            else Trial(
                suite=system.suite.name,
                defect=system.defect.name,
                breaks=system.defect.breaks,
                problems=(str(report.longrepr),),
            )
        )
        self.on_trial(trial, len(self.trials), self.total)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note why there is nothing to try."""
        if report.failed:
            self.why = str(report.longrepr)
