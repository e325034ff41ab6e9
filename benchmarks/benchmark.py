"""Speed and size, against the goals, each figure beside one it can be compared with.

Run it by ``tox run -e benchmark``. It prints a table and, with ``--write``, keeps it in
``benchmarks/README.md``. Figures are medians of a few rounds in one run on one machine.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import ModuleType
from urllib.request import urlopen

from keeping import keep
from lxml import etree

from contracts.catalogue import bundled, known
from contracts.domains.financial_billing_claim.v1_1.kinds import Deal, grown, valid
from contracts.judge import judge, swedish_now
from contracts.parsing import parse
from contracts.samples import sample
from contracts.terms import OrganisationNumber

HERE = Path(__file__).resolve().parent
ROUNDS = 3
CLAIMS = 2000
CLAIM_BYTES = 12_000  # grown by whole lines, this gives a claim of 11 kB
LARGE_BYTES = 5_000_000
GOAL_CLAIMS_A_SECOND = 500
GOAL_READY_SECONDS = 2.0
MESSAGES = 100_000
USABLE = 345  # of 350 WSDL; five have faults that nothing mends
GOAL_COLD_SECONDS = 60.0
GOAL_CACHED_SECONDS = 2.0
GOAL_GROWTH_MB = 10.0


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
    options.add_argument("--only", choices=[one.__name__ for one in PARTS], help="one part alone")
    arguments = options.parse_args()
    busy = load()
    with tempfile.TemporaryDirectory() as made:
        rows = [
            row
            for part in PARTS
            if arguments.only in (None, part.__name__)
            for row in part(Path(made) / part.__name__)
        ]
    table = tabulated(rows, busy)
    print(table)
    if arguments.write and not arguments.only:
        keep(table, head="## Latest figures")
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


def keeping_on(folder: Path) -> list[Figure]:
    """Judge messages on one core in a process of their own: how fast, and in how much memory."""
    folder.mkdir()
    claim = folder / "claim.xml"
    claim.write_bytes(etree.tostring(grown(valid("öppen vård", a_deal()), to_bytes=CLAIM_BYTES)))
    told = json.loads(
        subprocess.check_output(
            [sys.executable, HERE / "steady.py", claim, "--messages", str(MESSAGES)]
        )
    )
    core = "one core" if told["pinned"] else "one process, which this system cannot pin to a core"
    rate = told["a_processor_second"]
    rows = [
        Figure(
            what=f"judge claims of {claim.stat().st_size:,} bytes on {core}, schema and rules",
            figure=f"{rate:,.0f} in a second of its time, {told['a_second']:,.0f} by the clock",
            goal=f"≥ {GOAL_CLAIMS_A_SECOND}",
            met=rate >= GOAL_CLAIMS_A_SECOND,
        )
    ]
    if not (readings := told["memory"]):
        return [*rows, Figure(what="memory", figure="not told by this system")]
    before, after = statistics.median(readings[9:20]), statistics.median(readings[89:])
    part = MESSAGES // 10
    return [
        *rows,
        Figure(what=f"memory after {part:,} to {2 * part:,} messages", figure=f"{before:.0f} MB"),
        Figure(
            what=f"memory after {9 * part:,} to {10 * part:,} messages",
            figure=f"{after:.0f} MB, {after - before:+.0f} MB",
            goal=f"grown by < {GOAL_GROWTH_MB:.0f} MB",
            met=after - before < GOAL_GROWTH_MB,
        ),
    ]


def loading(folder: Path) -> list[Figure]:
    """Install 350 WSDL with their schemas, and start with all of them known."""
    packages, releases = maker("packages"), maker("releases")
    made = (*releases.releases(packages), releases.older_candidate(packages))
    archives = [str(path) for path in releases.written(made, folder / "in", packages)]
    homes = iter(range(ROUNDS))

    def install() -> None:
        os.environ["PROVBANK_HOME"] = str(folder / f"home{next(homes)}")
        run("domain", "install", *archives, status=2)  # one package has nothing that can be used

    with home(folder):
        cold = timed(install, rounds=ROUNDS)
        contracts = [one for one in known().contracts if one.service_domain.startswith("made:up")]
        if len(contracts) != USABLE:
            raise RuntimeError(f"{len(contracts)} contracts are known, not {USABLE}")
        message = folder / "message.xml"
        message.write_bytes(etree.tostring(sample(contracts[-1])))
        cached = timed(lambda: run("domain", "list"), rounds=ROUNDS)
        first = timed(lambda: run("validate", str(message)), rounds=ROUNDS)
    return [
        Figure(
            what=f"install {sum(len(one.wsdls) for one in made)} WSDL of {len(made)} domains, cold",
            figure=f"{cold:.1f} s",
            goal=f"< {GOAL_COLD_SECONDS:.0f} s",
            met=cold < GOAL_COLD_SECONDS,
        ),
        Figure(
            what=f"list them, with all {USABLE} contracts known, start and all",
            figure=f"{cached:.2f} s",
            goal=f"< {GOAL_CACHED_SECONDS:.0f} s",
            met=cached < GOAL_CACHED_SECONDS,
        ),
        Figure(
            what="validate a message of one of them, start and all",
            figure=f"{first:.2f} s",
            goal=f"< {GOAL_CACHED_SECONDS:.0f} s",
            met=first < GOAL_CACHED_SECONDS,
        ),
    ]


@contextmanager
def home(folder: Path) -> Iterator[None]:
    """Keep installed domains below a folder meanwhile."""
    before = os.environ.get("PROVBANK_HOME")
    os.environ["PROVBANK_HOME"] = str(folder)
    try:
        yield
    finally:
        del os.environ["PROVBANK_HOME"]
        if before is not None:
            os.environ["PROVBANK_HOME"] = before


def maker(name: str) -> ModuleType:
    """Give a maker of packages, which the tests have too."""
    sys.path.insert(0, str(HERE.parent / "tests" / "contracts"))
    try:
        return importlib.import_module(name)
    finally:
        del sys.path[0]


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


def run(*arguments: str, status: int = 0) -> None:
    """Run a command to its end; any other status stops the benchmark."""
    ended = subprocess.run(
        [*command(), *arguments], check=False, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, encoding="utf-8", errors="replace",
    )  # fmt: skip
    if ended.returncode != status:
        raise RuntimeError(f"{arguments[0]} ended with {ended.returncode}: {ended.stderr[-500:]}")


def timed(work: Callable[[], object], *, rounds: int) -> float:
    """Give the median seconds of a few rounds."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def load() -> str:
    """Tell how busy the machine is with other things, where it says so."""
    if not hasattr(os, "getloadavg"):
        return ""
    return f" Load average before: {os.getloadavg()[0]:.1f}."


def tabulated(rows: list[Figure], busy: str) -> str:
    """Write the figures as a table in Markdown, with the machine they were taken on."""
    told = {None: "", True: "met", False: "**missed**"}
    lines = [
        f"{date.today():%Y-%m-%d}, Python {platform.python_version()}, {platform.system()} "  # noqa: DTZ011
        f"{platform.machine()}, {os.cpu_count()} processors, median of {ROUNDS} rounds.{busy}",
        "",
        "| measured | figure | goal | |",
        "|---|---|---|---|",
        *(f"| {row.what} | {row.figure} | {row.goal} | {told[row.met]} |" for row in rows),
    ]
    return "\n".join(lines)


PARTS = (certifying, validating, keeping_on, loading, judging_large, starting)


if __name__ == "__main__":
    main()
