"""Speed and size, against the goals, each figure beside one it can be compared with.

Run it by ``tox run -e benchmark``. It prints a table and, with ``--write``, keeps it in
``benchmarks/README.md``. Figures are medians of a few rounds in one run on one machine.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.request import urlopen

from lxml import etree

from contracts.catalogue import bundled
from contracts.domains.financial_billing_claim.v1_1.kinds import Deal, grown, valid
from contracts.judge import judge, swedish_now
from contracts.parsing import parse
from contracts.terms import OrganisationNumber

HERE = Path(__file__).resolve().parent
ROUNDS = 3
CLAIMS = 2000
CLAIM_BYTES = 12_000  # grown by whole lines, this gives a claim of 11 kB
LARGE_BYTES = 5_000_000
GOAL_CLAIMS_A_SECOND = 500
GOAL_READY_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One row of the table: what was measured, the figure, and the goal it is held to."""

    what: str
    figure: str
    goal: str = ""
    met: bool | None = None


def main() -> None:
    """Measure all, print the table, and end with 1 where a goal is missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true", help="keep the table in README.md")
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        rows = [
            *certifying(folder / "certify"),
            *validating(folder / "claims"),
            *judging_large(folder / "large"),
            *starting(folder / "start"),
        ]
    table = tabulated(rows)
    print(table)
    if arguments.write:
        keep(table)
    sys.exit(any(row.met is False for row in rows))


def certifying(folder: Path) -> list[Figure]:
    """Certify the bundled system: without the load scenarios, and with them."""
    rows = []
    for name, options, goal in (
        ("certify, without the load scenarios", ["--quick"], 30.0),
        ("certify in full, with 5 s of paced calls", [], None),
    ):
        seconds = timed(
            lambda options=options: run("certify", "--out", str(folder), *options), rounds=ROUNDS
        )
        rows.append(
            Figure(
                what=name,
                figure=f"{seconds:.1f} s",
                goal=f"< {goal:.0f} s" if goal else "",
                met=seconds < goal if goal else None,
            )
        )
    return rows


def validating(folder: Path) -> list[Figure]:
    """Judge many claims of 10 kB through the command line, and its parts in one process."""
    folder.mkdir()
    sample = etree.tostring(grown(valid("öppen vård", a_deal()), to_bytes=CLAIM_BYTES))
    for number in range(CLAIMS):
        (folder / f"{number:05d}.xml").write_bytes(sample)
    whole = timed(lambda: run("validate", "--json", str(folder)), rounds=ROUNDS)
    domain = bundled().domain("financial:billing:claim", "1.1")
    schema, at = domain.schema_of(domain.contracts[0]), swedish_now()
    judge(sample, at=at)

    def rate(work: Callable[[], object]) -> float:
        return 300 / timed(lambda: [work() for _ in range(300)], rounds=ROUNDS)

    return [
        Figure(
            what=f"validate {CLAIMS} claims of {len(sample):,} bytes, start and all",
            figure=f"{CLAIMS / whole:,.0f} a second",
            goal=f"≥ {GOAL_CLAIMS_A_SECOND} a second",
            met=CLAIMS / whole >= GOAL_CLAIMS_A_SECOND,
        ),
        Figure(
            what="the same judged in one process, schema and rules",
            figure=f"{rate(lambda: judge(sample, at=at)):,.0f} a second",
        ),
        Figure(
            what="the same, parsed and judged by schema alone",
            figure=f"{rate(lambda: schema.findings(parse(sample))):,.0f} a second",
        ),
        Figure(
            what="the same, parsed alone", figure=f"{rate(lambda: parse(sample)):,.0f} a second"
        ),
    ]


def judging_large(folder: Path) -> list[Figure]:
    """Judge one claim of 5 MB through the command line, beside one of 10 kB."""
    folder.mkdir()
    rows = []
    for size, goal in ((LARGE_BYTES, 3.0), (CLAIM_BYTES, None)):
        file = folder / f"{size}.xml"
        message = grown(valid("flera patienter och rader", a_deal()), to_bytes=size)
        file.write_bytes(etree.tostring(message))
        seconds = timed(lambda file=file: run("validate", str(file)), rounds=ROUNDS)
        rows.append(
            Figure(
                what=f"validate one claim of {file.stat().st_size:,} bytes, start and all",
                figure=f"{seconds:.2f} s",
                goal=f"< {goal:.0f} s" if goal else "",
                met=seconds < goal if goal else None,
            )
        )
    return rows


def starting(folder: Path) -> list[Figure]:
    """Start the simulator until it answers, beside starting Python alone."""
    seconds = statistics.median(ready_after(folder) for _ in range(ROUNDS))
    bare = timed(lambda: subprocess.run([sys.executable, "-c", ""], check=True), rounds=ROUNDS)
    return [
        Figure(
            what="simulate, from start to its first answer",
            figure=f"{seconds:.2f} s",
            goal=f"< {GOAL_READY_SECONDS:.0f} s",
            met=seconds < GOAL_READY_SECONDS,
        ),
        Figure(what="Python alone, from start to end", figure=f"{bare:.2f} s"),
    ]


def ready_after(folder: Path) -> float:
    """Give the seconds from starting the simulator to its first answer over HTTP."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [*command(), "simulate", "--port", "0", "--data", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"},
    )
    try:
        if process.stdout is None:
            raise RuntimeError("the simulator has no output")
        line = next(text for text in process.stdout if "/control/v1/journal" in text)
        with urlopen(line.split('"')[1], timeout=5) as answer:  # noqa: S310
            answer.read()
        return time.perf_counter() - began
    finally:
        process.kill()
        process.communicate()


def a_deal() -> Deal:
    """Give a deal between two regions, on a day long past."""
    return Deal(
        seller=OrganisationNumber("2321000016"),
        buyer=OrganisationNumber("2321000024"),
        county="03",
        municipality="0380",
        today=date(2026, 11, 1),
    )


def command() -> list[str]:
    """Give the command line of the installed product."""
    return [sys.executable, "-m", "provbank"]


def run(*arguments: str) -> None:
    """Run a command to its end; anything but success stops the benchmark."""
    subprocess.run([*command(), *arguments], check=True, stdout=subprocess.DEVNULL)


def timed(work: Callable[[], object], *, rounds: int) -> float:
    """Give the median seconds of a few rounds."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def tabulated(rows: list[Figure]) -> str:
    """Write the figures as a table in Markdown, with the machine they were taken on."""
    told = {None: "", True: "met", False: "**missed**"}
    lines = [
        f"{date.today():%Y-%m-%d}, Python {platform.python_version()}, {platform.system()} "  # noqa: DTZ011
        f"{platform.machine()}, {os.cpu_count()} processors, median of {ROUNDS} rounds.",
        "",
        "| measured | figure | goal | |",
        "|---|---|---|---|",
        *(f"| {row.what} | {row.figure} | {row.goal} | {told[row.met]} |" for row in rows),
    ]
    return "\n".join(lines)


def keep(table: str) -> None:
    """Put the table in the README of this folder, in the place of the one before."""
    path = HERE / "README.md"
    head, _, _ = path.read_text(encoding="utf-8").partition("## Latest figures")
    path.write_text(f"{head}## Latest figures\n\n{table}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
