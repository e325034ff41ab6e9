"""One system tried: certified by its suite, and whether it failed for the right reason."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from features.bench import SOON, Bench, entrance_of, lead, reference_system
from features.run import certify
from features.selftest.systems import System
from reports.results import Outcome, RunResult
from simulator.regions.surroundings import Surroundings

__all__ = ["Trial", "Verdict", "catch", "try_out"]

_TIRES_AFTER = 2


class Verdict(StrEnum):
    """What became of a system that is known to be wrong."""

    CAUGHT = "caught"
    WRONG_REASON = "caught for the wrong reason"
    MISSED = "missed"
    BROKEN = "the harness broke"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a suite said of one system.

    Shape: ``breaks`` is what it is known to break, empty for a flawless one; ``failed`` are the
           requirements that the run failed, ``unforeseen`` those of them that the catalogue of
           defects does not foresee. ``whole`` tells whether the whole suite was run. ``problems``
           is what kept the run from saying anything.
    Units: seconds.
    """

    suite: str
    defect: str
    breaks: str
    failed: tuple[str, ...] = ()
    unforeseen: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    seconds: float = 0.0
    whole: bool = True

    @property
    def verdict(self) -> Verdict:
        """Tell whether the suite saw what is wrong."""
        if self.problems:
            return Verdict.BROKEN
        if self.breaks in self.failed:
            return Verdict.CAUGHT
        return Verdict.WRONG_REASON if self.failed else Verdict.MISSED

    @property
    def is_control(self) -> bool:
        """Tell whether the system is a flawless one."""
        return not self.breaks

    def to_json(self) -> dict[str, Any]:
        """Give the trial as JSON-ready values."""
        return {**asdict(self), "verdict": None if self.is_control else str(self.verdict)}

    @classmethod
    def from_json(cls, read: dict[str, Any]) -> Trial:
        """Read back what ``to_json`` gave."""
        return cls(
            suite=read["suite"],
            defect=read["defect"],
            breaks=read["breaks"],
            failed=tuple(read["failed"]),
            unforeseen=tuple(read["unforeseen"]),
            problems=tuple(read["problems"]),
            seconds=read["seconds"],
            whole=read["whole"],
        )


def catch(system: System, *, seed: int = 0, whole: bool = False) -> Trial:
    """Try whether a suite catches a system.

    Shape: the scenarios of what it breaks are run first; a requirement that they fail, the whole
           suite fails too. Where they do not, the whole suite tells whether anything else does.
           With ``whole``, and for a flawless system, the whole suite is run at once.
    """
    if whole or not system.defect.breaks:
        return try_out(system, seed=seed)
    first = try_out(system, seed=seed, only=system.defect.breaks)
    if first.verdict is Verdict.CAUGHT:
        return first
    then = try_out(system, seed=seed)
    return replace(then, seconds=first.seconds + then.seconds)


def try_out(system: System, *, seed: int = 0, only: str = "") -> Trial:
    """Certify a system by its suite, without what only a report needs.

    Shape: the suite is run as with ``--quick``, but with everything that checks the requirement
           which the defect breaks where it needs load or waiting. A system that stays silent is
           not waited for at every turn: the bundled one answers at once or never. ``only`` keeps
           the scenarios of one requirement.
    """
    defect, suite = system.defect, system.suite
    around = Surroundings(resending=SOON)

    def on_start(bench: Bench) -> None:
        lead(around, bench)
        bench.inbox.tires_after = _TIRES_AFTER

    started = time.perf_counter()
    with reference_system(suite, defect=defect, around=around, secured=True) as target:
        ended = certify(
            target,
            suite,
            None,
            quick=True,
            whole=frozenset({defect.breaks} if defect.in_full else ()),
            only=only,
            seed=seed,
            entrance=entrance_of(suite),
            on_start=on_start,
        )
    failed = tuple(item.id for item in ended.result.requirements if item.outcome is Outcome.FAILED)
    return Trial(
        suite=suite.name,
        defect=defect.name,
        breaks=defect.breaks,
        failed=failed,
        unforeseen=tuple(
            one
            for one in failed
            if not any(fnmatchcase(one, known) for known in (defect.breaks, *defect.also))
        ),
        problems=(*ended.problems, *_broken(ended.result)),
        seconds=round(time.perf_counter() - started, 3),
        whole=not only,
    )


def _broken(result: RunResult) -> tuple[str, ...]:
    """Tell of the scenarios that broke, and of a run that ended early."""
    return (
        *(("the run ended before its end",) if result.interrupted else ()),
        *(
            f"{scenario.title}: {scenario.reason}"
            for scenario in result.scenarios
            if scenario.outcome is Outcome.BROKEN
        ),
    )
