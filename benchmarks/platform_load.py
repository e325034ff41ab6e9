"""The platform's speed beside mountebank's, with the same message, machine and load, in one run.

All are loaded by turns, for a few rounds, and figures are medians: no machine is as quick at all
times.

Needs ``wrk`` (Debian's package of that name) and ``mb`` (``npm install mountebank``; name it by
``--mountebank PATH``). Without mountebank its row is left out, and said to be. ``--write`` keeps
the table in ``benchmarks/README.md``. ``--long`` measures memory over a million exchanges instead,
which other work on the machine makes no figure of worse.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from keeping import keep

from contracts.catalogue import bundled
from contracts.domains.financial_billing_claim.v1_1.kinds import Deal, grown, valid
from contracts.envelope import envelope
from contracts.judge import judge, swedish_now
from contracts.terms import OrganisationNumber

HERE = Path(__file__).resolve().parent
ADDRESS = "SE2321000024-MATT"
SENDER = "SE2321000016-PROVBANK1"
CONNECTIONS = 16
WORKERS = 2
ROUNDS = 5
WARM_UP = 4  # seconds, in which each worker also reads what was arranged
BYTES = 10_000  # grown by whole lines, this gives a message of 9.9 kB
LEAST_FLAT = 0.9
MOST_LATE_MS = 50
MOST_GROWTH_MB = 50
WARM, MANY = 100_000, 1_000_000
HEAD = "## The platform beside mountebank"
LONG_HEAD = "## A million exchanges"


@dataclass(frozen=True, kw_only=True)
class Rate:
    """What a load generator saw."""

    a_second: float
    not_2xx: int
    p99_ms: float


def main() -> None:
    """Measure, print the table, and end with 1 where a goal is missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true", help="keep the table in README.md")
    options.add_argument("--long", action="store_true", help="a million exchanges, for memory")
    options.add_argument("--seconds", type=int, default=10, help="of load, for each figure")
    options.add_argument("--mountebank", default=shutil.which("mb"), help="path of mb")
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as made:
        measure = long_run if arguments.long else measured
        table, met = measure(Path(made), arguments)
    print(table)
    if arguments.write:
        keep(table, head=LONG_HEAD if arguments.long else HEAD)
    sys.exit(0 if met else 1)


def measured(folder: Path, arguments: argparse.Namespace) -> tuple[str, bool]:
    """Take all figures, one after the other."""
    message = a_claim()
    script = load_script(folder, message)
    rows: list[tuple[str, str, str, bool | None]] = []
    with ExitStack() as running:
        loads: dict[str, Callable[[], Rate]] = {}
        if arguments.mountebank:
            mine = running.enter_context(mountebank(arguments.mountebank, folder))
            loads["mountebank"] = lambda: loaded(mine, "/", script, arguments.seconds)
        port = running.enter_context(simulating(folder / "ours"))

        def ours(**arranged: Any) -> Rate:
            arrange(port, **arranged)
            return loaded(port, "/vp", script, arguments.seconds)

        loads["plain"] = lambda: ours(judging=False)
        loads["many"] = lambda: ours(judging=False, routes=10_000)
        loads["full"] = lambda: ours(judging=True)
        rounds = [{name: load() for name, load in loads.items()} for _ in range(ROUNDS)]
        rates = {name: median([one[name] for one in rounds]) for name in loads}
        plain, many, full = rates["plain"], rates["many"], rates["full"]
        beside = rates.get("mountebank")
        half = steady(port, message, rate=full.a_second / 2, seconds=arguments.seconds)
    if beside is None:
        rows.append(("mountebank", "not installed, not measured", "", None))
    else:
        rows.append(("mountebank, a stub with an XPath predicate", told(beside), "", None))
    flat = many.a_second / plain.a_second
    rows += [
        (
            "routing, authorisation and journal",
            told(plain),
            goal(beside, 3),
            None if beside is None else plain.a_second >= 3 * beside.a_second,
        ),
        (
            "the same, with schema and rules",
            told(full),
            goal(beside, 1),
            None if beside is None else full.a_second >= beside.a_second,
        ),
        ("10 000 routes, beside 10", f"{flat:.0%} of the rate", "90–110 %", flat >= LEAST_FLAT),
        ("p99 at half the full rate", f"{half:.1f} ms", "< 50 ms", half < MOST_LATE_MS),
    ]
    head = (
        f"{date.today():%Y-%m-%d}, {os.cpu_count()} processors, {WORKERS} workers, a claim of "  # noqa: DTZ011
        f"{len(message):,} bytes over {CONNECTIONS} connections, medians of {ROUNDS} rounds of "
        f"{arguments.seconds} s each; wrk runs on the same machine."
    )
    marks = {None: "", True: "met", False: "**missed**"}
    lines = [f"| {what} | {figure} | {aim} | {marks[met]} |" for what, figure, aim, met in rows]
    table = "\n".join([head, "", "| measured | figure | goal | |", "|---|---|---|---|", *lines])
    return table, not any(met is False for *_, met in rows)


def median(rates: list[Rate]) -> Rate:
    """Give the middle rate, with every answer that was wrong in any round."""
    middle = sorted(rates, key=lambda rate: rate.a_second)[len(rates) // 2]
    return replace(middle, not_2xx=sum(rate.not_2xx for rate in rates))


def told(rate: Rate) -> str:
    """Write a rate."""
    lost = f", **{rate.not_2xx} not 2xx**" if rate.not_2xx else ""
    return f"{rate.a_second:,.0f} a second{lost}"


def goal(beside: Rate | None, times: int) -> str:
    """Write the goal that mountebank's rate makes."""
    return "" if beside is None else f"≥ {times * beside.a_second:,.0f} a second"


def a_claim() -> bytes:
    """Make a valid claim specification of about the size, in an envelope."""
    deal = Deal(
        seller=OrganisationNumber("2321000016"),
        buyer=OrganisationNumber("2321000024"),
        county="03",
        municipality="0380",
        today=date(2026, 11, 1),
    )
    claim = grown(valid("DRG", deal), to_bytes=BYTES)
    message = envelope(claim, logical_address=ADDRESS)
    if not judge(message, at=swedish_now()).accepted:
        raise RuntimeError("the claim is not valid")
    return message


def load_script(folder: Path, message: bytes) -> Path:
    """Write the script that tells wrk what to send."""
    body = folder / "claim.xml"
    body.write_bytes(message)
    script = folder / "claim.lua"
    script.write_text(
        'wrk.method = "POST"\n'
        f'wrk.body = io.open({json.dumps(str(body))}, "rb"):read("*a")\n'
        'wrk.headers["Content-Type"] = "text/xml; charset=UTF-8"\n',
        encoding="utf-8",
    )
    return script


def loaded(port: int, path: str, script: Path, seconds: int) -> Rate:
    """Load an address, after warming it up."""
    for length in (WARM_UP, seconds):
        ended = subprocess.run(
            [found("wrk"), "--latency", "-t1", f"-c{CONNECTIONS}", f"-d{length}", "-s", str(script),
             f"http://127.0.0.1:{port}{path}"],
            capture_output=True, check=True, encoding="utf-8",
        )  # fmt: skip
    rate = re.search(r"Requests/sec:\s+([\d.]+)", ended.stdout)
    late = re.search(r"99%\s+([\d.]+)(us|ms|s)", ended.stdout)
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", ended.stdout)
    if rate is None or late is None:
        raise RuntimeError(ended.stdout)
    unit = {"us": 0.001, "ms": 1.0, "s": 1000.0}[late[2]]
    return Rate(
        a_second=float(rate[1]),
        not_2xx=int(wrong[1]) if wrong else 0,
        p99_ms=float(late[1]) * unit,
    )


def steady(port: int, message: bytes, *, rate: float, seconds: int) -> float:
    """Call at a steady rate, whatever the answers take, and give the 99th percentile in ms.

    A call's time counts from when it was due, so that a stall is not hidden by calls not made.
    """
    head = (
        f"POST /vp HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml; charset=UTF-8\r\n"
        f"Content-Length: {len(message)}\r\n\r\n"
    ).encode()
    taken: list[float] = []
    began = time.perf_counter() + 0.2

    def send(which: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            stream = connection.makefile("rb")
            for number in range(which, int(rate * seconds), CONNECTIONS):
                due = began + number / rate
                if (wait := due - time.perf_counter()) > 0:
                    time.sleep(wait)
                connection.sendall(head + message)
                length = 0
                while (line := stream.readline()) not in (b"\r\n", b""):
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                stream.read(length)
                taken.append(time.perf_counter() - due)

    threads = [threading.Thread(target=send, args=(which,)) for which in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(taken)[int(len(taken) * 0.99)] * 1000


def long_run(folder: Path, _arguments: argparse.Namespace) -> tuple[str, bool]:
    """Tell what all of the platform's processes hold on the way to a million exchanges."""
    message = a_claim()
    script = load_script(folder, message)
    held: list[tuple[int, float]] = []
    with simulating(folder / "ours") as port:
        arrange(port, judging=True)
        done = 0
        while done < MANY:
            done += int(loaded(port, "/vp", script, 30).a_second * (30 + WARM_UP))
            if not held or done >= min(held[-1][0] + WARM, MANY):
                held.append((done, resident(port)))
    warm = [megabytes for exchanges, megabytes in held if exchanges >= WARM]
    grown = warm[-1] - warm[0]
    head = (
        f"{date.today():%Y-%m-%d}, {WORKERS} workers, a claim of {len(message):,} bytes, with "  # noqa: DTZ011
        f"schema and rules; what all processes of the platform hold, up to the same "
        f"{MOST_GROWTH_MB} MB as after {WARM:,}. The journal keeps what retention leaves."
    )
    lines = [f"| {exchanges:,} | {megabytes:,.0f} MB |" for exchanges, megabytes in held]
    table = "\n".join([head, "", "| exchanges | resident |", "|---|---|", *lines])
    return table, grown < MOST_GROWTH_MB


def found(command: str) -> str:
    """Give where a command is; the benchmark ends where it is not."""
    where = shutil.which(command)
    if where is None:
        sys.exit(f"{command} is not installed")
    return where


def resident(port: int) -> float:
    """Give the MB that the platform on a port holds, with the workers it has started."""
    listed = subprocess.run(
        [found("ps"), "-eo", "pid,ppid,rss,args"], capture_output=True, check=True, encoding="utf-8"
    ).stdout
    rows = [line.split(maxsplit=3) for line in listed.splitlines()[1:]]
    family = {pid for pid, _, _, command in rows if f"simulate --port {port}" in command}
    for _ in rows:  # a child may be listed before its parent
        family |= {pid for pid, parent, *_ in rows if parent in family}
    return sum(int(size) for pid, _, size, _ in rows if pid in family) / 1024


@contextmanager
def mountebank(command: str, folder: Path) -> Iterator[int]:
    """Run mountebank with a stub that answers calls to our address."""
    admin, port = a_free_port(), a_free_port()
    predicate = {
        "equals": {"body": ADDRESS},
        "xpath": {
            "selector": "//r:LogicalAddress",
            "ns": {"r": "urn:riv:itintegration:registry:1"},
        },
    }
    answer = {"is": {"statusCode": 200, "headers": {"Content-Type": "text/xml"}, "body": "<a/>"}}
    stub = {"predicates": [predicate], "responses": [answer]}
    process = subprocess.Popen(
        [command, "--port", str(admin), "--nologfile", "--loglevel", "error"],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until_answers(f"http://127.0.0.1:{admin}/")
        imposter = {"port": port, "protocol": "http", "stubs": [stub]}
        ask(admin, "/imposters", imposter)
        yield port
    finally:
        process.terminate()
        process.wait()


@contextmanager
def simulating(folder: Path, *options: str) -> Iterator[int]:
    """Run the platform, with its workers where no other options are given."""
    folder.mkdir()
    port = a_free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "provbank", "simulate", "--port", str(port),
         *(options or ("--workers", str(WORKERS)))],
        cwd=folder, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    try:
        until_answers(f"http://127.0.0.1:{port}/ready")
        yield port
    finally:
        process.terminate()
        process.wait()


def arrange(port: int, *, judging: bool, routes: int = 10) -> None:
    """Arrange routes, of which the last is ours, and a producer that judges or not."""
    contract = bundled().domain("financial:billing:claim", "1.1").contracts[0].namespace
    others = [f"SE0000000000-{number}" for number in range(routes - 1)]
    to = [
        {"logical_address": one, "contract": contract, "address": "producer://one"}
        for one in [*others, ADDRESS]
    ]
    leave = [{"logical_address": row["logical_address"], "contract": contract, "consumer": SENDER}
             for row in to]  # fmt: skip
    arrangement = {
        "catalogue": {"routes": to, "authorisations": leave},
        "producers": {"one": [{"example": True, "judge": judging}]},
    }
    ask(port, "/control/v1/arrangement", arrangement, method="PUT")


def ask(port: int, path: str, document: object, *, method: str = "POST") -> None:
    """Send JSON; anything but success stops the benchmark."""
    request = Request(
        f"http://127.0.0.1:{port}{path}",
        data=json.dumps(document).encode(),
        headers={"Content-Type": "application/json"},
        method=method,
    )
    with urlopen(request, timeout=60) as answer:  # noqa: S310
        answer.read()


def until_answers(url: str) -> None:
    """Wait until an address answers."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(OSError), urlopen(url, timeout=5) as answer:  # noqa: S310
            answer.read()
            return
        time.sleep(0.05)
    raise RuntimeError(f"{url} does not answer")


def a_free_port() -> int:
    """Give a port that nobody listens on."""
    with closing(socket.create_server(("127.0.0.1", 0))) as held:
        port: int = held.getsockname()[1]
    return port


if __name__ == "__main__":
    main()
