"""Requirement coverage: every catalogued requirement has a scenario or a reason, never both.

    python tests/proof/coverage.py           the figure, a row a suite, and what is wrong
    python tests/proof/coverage.py --write   keep the figure in docs/proof.md

Ends with 1 where a requirement has neither, or both.
"""

from __future__ import annotations

import argparse
import sys

from keeping import keep

from features.requirement_coverage import coverage, figure, problems, table

__all__ = ["main"]

_HEAD = "## Requirements"
_COMMAND = "`tox run -e coverage -- --write`"


def main() -> int:
    """Print the figure, and keep it where that is wanted."""
    options = argparse.ArgumentParser(description="Is every requirement checked, or has a reason?")
    options.add_argument("--write", action="store_true", help="keep the figure in docs/proof.md")
    write = options.parse_args().write
    rows = coverage()
    told = f"{figure(rows)}\n\n{table(rows)}"
    print(told)
    for problem in problems(rows):
        print(problem, file=sys.stderr)
    if write:
        keep(f"{_COMMAND}\n\n{told}", head=_HEAD)
    return 1 if problems(rows) else 0


if __name__ == "__main__":
    sys.exit(main())
