"""Certify the flawless systems in full, again and again: a run unlike the first is a flake.

``--runs N`` says how many in all, by turns over the suites; ``--write`` keeps the figure in
docs/proof.md. The exit status is 1 where any run flaked.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice
from multiprocessing import get_context

from features.bench import SOON, entrance_of, lead, reference_system
from features.run import certify
from features.suites import suites
from reports.results import Outcome
from simulator.regions.surroundings import Surroundings
from tests.proof.keeping import keep

_HEAD = "## Repeated runs"
_GOOD = {Outcome.PASSED, Outcome.OBSERVATION}


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """One run of a suite on its flawless system.

    Shape: ``others`` are the scenarios that did not pass, by id, with outcome and reason;
           ``problems`` is what broke the run itself.
    Units: seconds.
    """

    suite: str
    others: Mapping[str, tuple[str, str]]
    problems: tuple[str, ...]
    seconds: float

    @property
    def is_bad(self) -> bool:
        """Tell whether a scenario failed or broke, or the run did."""
        wrong = {Outcome.FAILED.value, Outcome.BROKEN.value}
        return bool(self.problems) or any(outcome in wrong for outcome, _ in self.others.values())


def run_once(name: str) -> Repeated:
    """Certify the flawless system of a suite, in full and over real HTTP."""
    suite = next(one for one in suites() if one.name == name)
    around = Surroundings(resending=SOON)
    began = time.perf_counter()
    with reference_system(suite, around=around, secured=True) as target:
        ended = certify(
            target,
            suite,
            None,
            ahead=True,
            entrance=entrance_of(suite),
            on_start=partial(lead, around),
        )
    return Repeated(
        suite=name,
        others={
            scenario.id: (scenario.outcome.value, scenario.reason)
            for scenario in ended.result.scenarios
            if scenario.outcome not in _GOOD
        },
        problems=ended.problems,
        seconds=time.perf_counter() - began,
    )


def flakes_among(runs: Iterable[Repeated]) -> Iterator[Repeated]:
    """Give the runs that are bad, or in which other scenarios were tested than in the first."""
    first: dict[str, frozenset[str]] = {}
    for run in runs:
        tested = frozenset(run.others)
        if run.is_bad or first.setdefault(run.suite, tested) != tested:
            yield run


def figure(runs: list[Repeated], flakes: list[Repeated]) -> str:
    """Tell how many runs there were of each suite, how long they took, and how many flaked."""
    lines = [
        "`tox run -e flakes -- --write`",
        "",
        f"{len(runs)} full runs, {len(flakes)} flakes",
        "",
        "| suite | full runs | flakes | median | longest |",
        "|---|--:|--:|--:|--:|",
    ]
    for suite in sorted({run.suite for run in runs}):
        took = sorted(run.seconds for run in runs if run.suite == suite)
        bad = sum(run.suite == suite for run in flakes)
        lines.append(
            f"| {suite} | {len(took)} | {bad} | {took[len(took) // 2]:.1f} s | {took[-1]:.1f} s |"
        )
    return "\n".join(lines)


def main() -> int:
    """Run, print each flake as it comes, and tell the figure."""
    options = argparse.ArgumentParser(prog="flakes", description=__doc__)
    options.add_argument("--runs", type=int, default=200, metavar="N")
    options.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options.add_argument("--write", action="store_true", help="keep the figure in docs/proof.md")
    asked = options.parse_args()
    names = islice(cycle(suite.name for suite in suites()), asked.runs)
    runs: list[Repeated] = []
    with ProcessPoolExecutor(asked.workers, mp_context=get_context("spawn")) as processes:
        for done in as_completed([processes.submit(run_once, name) for name in names]):
            runs.append(done.result())
            last = runs[-1]
            print(f"{len(runs):>4}/{asked.runs}  {last.seconds:5.1f} s  {last.suite}", flush=True)
            if last.is_bad:
                print(f"      {last.problems} {dict(last.others)}", flush=True)
    flakes = list(flakes_among(runs))
    print(figure(runs, flakes))
    if asked.write:
        keep(figure(runs, flakes), head=_HEAD)
    return 1 if flakes else 0


if __name__ == "__main__":
    sys.exit(main())
