"""Running: record once which tests reach which sites, then hunt in a few processes at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from mutation_plans import (
    FOUND,
    PLAN,
    RECORDED,
    Found,
    Task,
    Witness,
    read_found,
    read_recorded,
    write_tasks,
)

__all__ = ["Broken", "Running"]

_HERE = Path(__file__).resolve().parent
_FAILED_TESTS = 1  # pytest's exit code; a test that fails is no witness, and no end of the run


class Broken(Exception):  # noqa: N818 - it says what pytest is
    """Nothing could be tried."""


@dataclass(kw_only=True)
class Running:
    """Runs tests in a copy of the project whose sites can be silenced.

    Shape: ``tests`` are the files and folders whose tests may notice, ``left_out`` some of them
           that may not; ``folder`` is where processes leave what they found.
    """

    copy: Path
    folder: Path
    tests: Sequence[str]
    left_out: Sequence[str] = ()
    processes: int = 2
    _plans: count[int] = field(default_factory=count)

    def record(self) -> list[Witness]:
        """Run the tests once, and give those that pass with the sites that fire in them."""
        recorded = self.folder / "recorded"
        recorded.mkdir()
        spread = ["-n", str(self.processes), "--dist", "loadfile"] if self.processes > 1 else []
        self._pytest(
            "mutation_recording",
            {RECORDED: str(recorded)},
            *spread,
            *(f"--ignore={path}" for path in self.left_out),
            *self.tests,
        )
        return [*read_recorded(recorded)]

    def hunt(self, tasks: Sequence[Task]) -> list[Found]:
        """Give what became of each site, by as many processes as there are."""
        shares = [list(tasks[number :: self.processes]) for number in range(self.processes)]
        with ThreadPoolExecutor(self.processes) as pool:
            return [found for share in pool.map(self._share, shares) for found in share]

    def _share(self, tasks: list[Task]) -> list[Found]:
        done: list[Found] = []
        while tasks:
            found = self._once(tasks)
            ended = {each.site for each in found if not each.spoilt}
            done += [each for each in found if each.site in ended]
            spoilt = {each.site: each.spoilt for each in found if each.spoilt and each.fresh}
            tasks = [
                Task(
                    site=task.site,
                    tests=tuple(test for test in task.tests if test != spoilt.get(task.site)),
                )
                for task in tasks
                if task.site not in ended
            ]
        return done

    def _once(self, tasks: Sequence[Task]) -> list[Found]:
        number = next(self._plans)
        plan, told = self.folder / f"plan-{number}.json", self.folder / f"found-{number}.jsonl"
        write_tasks(tasks, plan)
        files = sorted({test.partition("::")[0] for task in tasks for test in task.tests})
        self._pytest("mutation_hunting", {PLAN: str(plan), FOUND: str(told)}, *files)
        found = read_found(told)
        if not found:
            raise Broken(f"pytest found nothing out about {tasks[0].site}")
        return found

    def _pytest(self, plugin: str, variables: Mapping[str, str], *arguments: str) -> None:
        path = os.pathsep.join((str(self.copy), str(_HERE)))
        ended = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "pytest", "-q", "-p", plugin, "-p", "no:cacheprovider",
             *arguments],
            env={**os.environ, **variables, "PYTHONPATH": path, "PYTHONUTF8": "1"},
            cwd=self.copy, capture_output=True, text=True, encoding="utf-8", errors="replace",
            check=False,
        )  # fmt: skip
        if ended.returncode > _FAILED_TESTS:
            raise Broken(f"pytest ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}")
