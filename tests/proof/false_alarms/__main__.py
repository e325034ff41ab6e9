"""Certify every unusual system and real stack against its whole suite; print each false alarm.

``--sample N`` takes so many systems, ``NAME …`` those of some manners; then no stacks are tried.
``--write`` keeps the figure in docs/proof.md.
"""

from __future__ import annotations

import argparse
import os
import random
import sys

from tests.proof.false_alarms.manner import Manner
from tests.proof.false_alarms.running import all_certified
from tests.proof.false_alarms.tables import MANNERS, systems
from tests.proof.false_alarms.telling import figure, line, manners_table, page
from tests.proof.keeping import keep
from tests.proof.stacks.running import STACKS, certifications

_HEAD, _MANNERS = "## Unusual systems and real stacks", "### The manners"


def main() -> int:
    """Certify, print, and tell by the exit status whether there was a false alarm."""
    asked = _asked()
    done, tried = [], []
    for one in all_certified(_chosen(asked), workers=asked.workers):
        done.append(one)
        print(line(one), flush=True)
    for stack in certifications(() if asked.sample or asked.names or asked.suite else STACKS):
        tried.append(stack)
        print(stack, *(f"    {each.scenario}: {each.why}" for each in stack.alarms), sep="\n",
              flush=True)  # fmt: skip
    print(figure(done, tried))
    if asked.write:
        keep(page(done, tried), head=_HEAD)
        keep(manners_table(), head=_MANNERS)
    return 1 if any(one.alarms for one in (*done, *tried)) else 0


def _chosen(asked: argparse.Namespace) -> list[tuple[str, Manner]]:
    found = [
        (suite.name, manner)
        for suite, manner in systems()
        if asked.suite in suite.name and (not asked.names or manner.name in asked.names)
    ]
    if asked.sample:
        rng = random.Random(asked.seed)  # noqa: S311 - a sample, not a secret
        quick = [one for one in found if not one[1].in_full]
        found = rng.sample(quick, min(asked.sample, len(quick)))
    return found


def _asked() -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="false_alarms", description=__doc__)
    options.add_argument("names", nargs="*", metavar="NAME", help="names of manners")
    options.add_argument("--suite", default="", help="part of a suite's name")
    options.add_argument("--sample", type=int, default=0, metavar="N", help="certify N at random")
    options.add_argument("--seed", type=int, default=0, help="which ones --sample takes")
    options.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options.add_argument("--write", action="store_true", help="keep the figure in docs/proof.md")
    asked = options.parse_args()
    if unknown := set(asked.names) - set(MANNERS):
        options.error(f"no manner is named {', '.join(sorted(unknown))}")
    if asked.write and (asked.names or asked.suite or asked.sample):
        options.error("--write keeps the figure of all systems, so it takes no choice of them")
    return asked


if __name__ == "__main__":
    sys.exit(main())
