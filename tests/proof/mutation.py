"""Fail-site mutation of the suite itself: every place that can say "deviates" is silenced.

One place at a time is silenced as if the system had been right there, and some test must notice.

    python tests/proof/mutation.py                      all of them
    python tests/proof/mutation.py --sample 20 --seed 7  twenty, drawn by a seed
    python tests/proof/mutation.py --write              keep the figure in docs/proof.md

Ends with 1 where a place was not noticed.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from keeping import keep
from mutation_plans import Task, Witness
from mutation_running import Broken, Running
from mutation_silencing import copied
from mutation_sites import Site, Unsilenceable

__all__ = ["Mutated", "main", "tasks_for"]

_ROOT = Path(__file__).resolve().parents[2]
_TESTS = (
    "tests/features", "tests/reports", "tests/cli/test_rerun.py", "tests/contracts/test_judge.py",
    "tests/contracts/test_rules_can_turn_red.py", "tests/contracts/exemption",
)  # fmt: skip
_STOPPED = 3  # the exit code where nothing can be said
_COMMAND = "`tox run -e mutation -- --write`\n\n"
_LEFT_OUT = tuple(  # each certifies whole systems
    f"tests/features/test_{name}.py"
    for name in (
        "billing_suite", "by_hand", "certificates", "certify", "claim_suite", "declared",
        "exemption_target", "inbox", "selftest", "tls_target", "waits",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutated:
    """The sites that were silenced, and which test noticed each; empty where none did."""

    noticed: dict[Site, str]
    all: int

    @property
    def missed(self) -> list[Site]:
        """Give the sites that no test noticed."""
        return [site for site, test in self.noticed.items() if not test]

    @property
    def figure(self) -> str:
        """Say how many were noticed, and what share that is."""
        tried = len(self.noticed)
        caught = tried - len(self.missed)
        whole = "" if tried == self.all else f", a sample of {self.all}"
        share = 100 * caught / tried if tried else 100
        return f"{caught} of {tried} fail sites noticed: {share:.1f} %{whole}"

    @property
    def table(self) -> str:
        """Give a line a site."""
        return "\n".join(
            f"{site}  {site.says}  {site.kind}  {test or 'NOT NOTICED'}"
            for site, test in sorted(self.noticed.items(), key=lambda pair: _place(pair[0]))
        )


def tasks_for(sites: Sequence[Site], witnesses: Sequence[Witness]) -> list[Task]:
    """Give each site the tests that it fires in, those first that are quick and see little else."""
    by_site: dict[str, list[tuple[float, str]]] = {}
    for witness in witnesses:
        for site in witness.sites:
            by_site.setdefault(site, []).append(
                ((witness.seconds + 0.01) * len(witness.sites), witness.test)
            )
    return [
        Task(site=site.id, tests=tuple(test for _, test in sorted(by_site.get(site.id, ()))))
        for site in sites
    ]


def mutated(root: Path, options: argparse.Namespace) -> Mutated:
    """Silence the sites of a project, one at a time."""
    with tempfile.TemporaryDirectory(prefix="provbank-mutation-") as made:
        folder = Path(made)
        every = copied(root, folder / "copy")
        sites = [site for site in every if options.only in site.id]
        if not sites:
            raise Broken(f"no site has {options.only!r} in its name")
        if options.sample:
            drawn = random.Random(options.seed)  # noqa: S311 - repeatable, not secret
            sites = drawn.sample(sites, min(options.sample, len(sites)))
        running = Running(
            copy=folder / "copy",
            folder=folder,
            tests=options.tests,
            left_out=options.left_out,
            processes=options.processes,
        )
        tasks = tasks_for(sites, running.record())
        found = running.hunt([task for task in tasks if task.tests])
        noticed = {each.site: each.noticed_by for each in found}
        return Mutated(noticed={site: noticed.get(site.id, "") for site in sites}, all=len(every))


def _place(site: Site) -> tuple[str, int, int]:
    return site.file, site.line, site.column


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    told = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    told.add_argument("--sample", type=int, default=0, help="how many sites, drawn at random")
    told.add_argument("--seed", type=int, default=0, help="what they are drawn by")
    told.add_argument("--only", default="", help="sites with this in their name alone")
    told.add_argument("--write", action="store_true", help="keep the figure in docs/proof.md")
    told.add_argument("--root", type=Path, default=_ROOT, help="the project")
    told.add_argument("--tests", nargs="+", default=_TESTS, help="files and folders of tests")
    told.add_argument("--left-out", nargs="*", default=_LEFT_OUT, help="tests that are not asked")
    told.add_argument("--processes", type=int, default=2, help="how many at a time")
    return told.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    """Print the table and the figure."""
    options = _options(arguments)
    try:
        result = mutated(options.root, options)
    except (Unsilenceable, Broken) as stopped:
        print(f"{type(stopped).__name__}: {stopped}", file=sys.stderr)
        return _STOPPED
    print(result.table)
    print(result.figure)
    if options.write:
        keep(_COMMAND + result.figure, head="## Fail sites")
    return 1 if result.missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
