"""Many unusual systems certified beside each other, each compared with the plain one."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass

from features.suites import suites
from tests.proof.false_alarms.certifying import PLAIN, Alarm, Certified, certified
from tests.proof.false_alarms.manner import Manner
from tests.proof.false_alarms.tables import MANNERS

__all__ = ["Certification", "all_certified"]

_Job = tuple[str, str, bool]  # suite, manner, quick


@dataclass(frozen=True, slots=True, kw_only=True)
class Certification:
    """What became of one unusual system."""

    suite: str
    manner: str
    scenarios: int
    alarms: tuple[Alarm, ...]
    seconds: float


def all_certified(chosen: Iterable[tuple[str, Manner]], *, workers: int) -> Iterator[Certification]:
    """Certify systems beside each other, and give them as they are done."""
    jobs = [(suite, manner.name, not manner.in_full) for suite, manner in chosen]
    plain = sorted({(suite, PLAIN.name, quick) for suite, _, quick in jobs})
    compared: dict[tuple[str, bool], Certified] = {}
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=spawn) as pool:
        for job, (result, _) in zip(plain, pool.map(_certified, plain), strict=True):
            compared[job[0], job[2]] = result
            if result.alarms:
                raise SystemExit(f"the bundled system of {job[0]} does not pass: {result.alarms}")
        under_way = {pool.submit(_certified, job): job for job in jobs}
        for ended in as_completed(under_way):
            (suite, manner, quick), (result, seconds) = under_way[ended], ended.result()
            yield Certification(
                suite=suite,
                manner=manner,
                scenarios=result.scenarios,
                alarms=result.beside(compared[suite, quick]),
                seconds=seconds,
            )


def _certified(job: _Job) -> tuple[Certified, float]:
    name, manner, quick = job
    began = time.monotonic()
    (suite,) = (suite for suite in suites() if suite.name == name)
    found = PLAIN if manner == PLAIN.name else MANNERS[manner]
    return certified(suite, found, quick=quick), time.monotonic() - began
