"""Certify real SOAP stacks as the claims producer: those named, all that are installed by default.

``--full`` certifies with load as well.
"""

from __future__ import annotations

import argparse
import sys

from tests.proof.stacks.running import STACKS, certifications


def main() -> int:
    """Certify, print, and tell by the exit status whether there was a false alarm."""
    options = argparse.ArgumentParser(prog="stacks", description=__doc__)
    options.add_argument("names", nargs="*", metavar="NAME", help="names of stacks")
    options.add_argument("--full", action="store_true", help="with load and all variants")
    asked = options.parse_args()
    chosen = [stack for stack in STACKS if not asked.names or stack.name in asked.names]
    false = 0
    for one in certifications(chosen, quick=not asked.full):
        false += bool(one.alarms)
        print(one, flush=True)
        for alarm in one.alarms:
            print(f"    {alarm.outcome}: {alarm.scenario}\n        {alarm.why}")
    return 1 if false else 0


if __name__ == "__main__":
    sys.exit(main())
