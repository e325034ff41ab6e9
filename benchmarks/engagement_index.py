"""The engagement index with a million records, beside plain SQL on the same data, in one run.

Run it by ``python benchmarks/engagement_index.py``. ``--records`` takes fewer, ``--postgresql URL``
an empty database there instead of SQLite; ``--write`` keeps the table in ``benchmarks/README.md``.
It ends with status 1 where a goal is missed. The index is asked over HTTP, in a process of its own,
from one connection, as its national load test does: a resident has 50 records, an Update 1000 new
ones. The ways are measured by turns, a few rounds; figures are those of all rounds together. An
Update counts when it is stored, not when it is answered.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import itertools
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa
from keeping import keep

from contracts.envelope import envelope
from contracts.terms import HsaId
from simulator.addressing import AddressingCatalogue
from simulator.addressing.entities import Rows
from simulator.addressing.regions import platform_authorisations, platform_routes
from simulator.app import create_app, create_platform
from simulator.engagement_index.engagements import Engagement, Transaction, key_of
from simulator.engagement_index.messages import FIND_CONTENT, UPDATE, asking_for, asking_to
from simulator.engagement_index.tables import ENGAGEMENTS, QUEUE
from simulator.migrations import upgrade
from simulator.server import Server
from simulator.settings import Settings
from simulator.store import open_store, reading, writing

HERE = Path(__file__).resolve().parent
HEAD = "## The engagement index"
RECORDS = 1_000_000
OF_A_RESIDENT = 50
OF_AN_UPDATE = 1000
ROUNDS = 3
FINDS, UPDATES, ANSWERS = 300, 10, 20
"""How many of each way in a round."""

SIZES = (1, 50, 500)
"""Records of the other Updates that the national index's load test sends."""

GOAL_FIND = 10.0
"""Milliseconds, p99."""

GOAL_UPDATES = 5.0
"""Updates of a thousand records a second."""

PATIENCE = 120.0
DOMAIN = "riv:financial:patientfees:exemption"
OWN = "5565594230"
AT_ONCE = 20_000


def main() -> None:
    """Measure all, print the table, and end with 1 where a goal is missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--records", type=int, default=RECORDS)
    options.add_argument("--postgresql", metavar="URL", help="an empty database")
    options.add_argument("--write", action="store_true", help="keep the table in README.md")
    options.add_argument("--serve", metavar="URL", help=argparse.SUPPRESS)
    arguments = options.parse_args()
    if arguments.serve:
        serve(arguments.serve)
        return
    with tempfile.TemporaryDirectory(prefix="provbank-index-") as folder:
        file = (Path(folder) / "journal.sqlite").as_posix()
        url = arguments.postgresql or f"sqlite:///{file}"
        began = time.perf_counter()
        engine = filled(url, arguments.records)
        print(f"{arguments.records:,} records put in, {time.perf_counter() - began:.0f} s")
        try:
            with served(url) as address:
                found = measured(engine, address, residents=arguments.records // OF_A_RESIDENT)
        finally:
            engine.dispose()
    table, met = tabulated(found, engine.dialect.name, arguments.records)
    print(table)
    if arguments.write:
        keep(table, head=HEAD)
    sys.exit(0 if met else 1)


# The data --------------------------------------------------------------------------------------


def an_engagement(number: int, *, series: str = "r") -> Engagement:
    """Give a record; fifty after each other are of one resident."""
    return Engagement(
        resident=f"{series}{number // OF_A_RESIDENT:011}",
        service_domain=DOMAIN,
        categorization="fpe-es",
        logical_address=f"SE2321000016-{number % 997:04}",
        business_object=f"object-{number}",
        interest="NA",
        most_recent="20261121093000",
        source_system=f"SE2321000016-{number % 997:04}",
        created="20261121093005",
        data_controller="SE2321000016",
        owner=OWN,
    )


def filled(url: str, records: int) -> sa.Engine:
    """Make the tables, and put the records in, past the index; SQLite's driver does it quickest."""
    engine = open_store(url)
    upgrade(engine)
    many = (row_of(an_engagement(number)) for number in range(records))
    with writing(engine) as connection:
        if engine.dialect.name == "sqlite":
            driver = connection.connection.driver_connection
            driver.execute("PRAGMA cache_size=-500000")  # type: ignore[union-attr]
            names = ENGAGEMENTS.columns.keys()
            marks = ", ".join(f":{name}" for name in names)
            statement = f"INSERT INTO engagement ({', '.join(names)}) VALUES ({marks})"  # noqa: S608
            driver.executemany(statement, many)  # type: ignore[union-attr]
        else:
            while some := list(itertools.islice(many, AT_ONCE)):
                connection.execute(ENGAGEMENTS.insert(), some)
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
    return engine


def row_of(engagement: Engagement) -> dict[str, str | None]:
    """Give a record as the table has it."""
    return {"workspace": "default", "key": key_of(engagement), **engagement._asdict()}


# The index in a process of its own -------------------------------------------------------------


def serve(url: str) -> None:
    """Answer until standard input ends."""
    settings = Settings(journal=url, index_collects_for=0.2)
    consumer = settings.default_sender or HsaId("")
    rows = Rows(
        routes=tuple(platform_routes()), authorisations=tuple(platform_authorisations([consumer]))
    )
    made = create_platform(settings, AddressingCatalogue(rows=rows.completed()))
    with contextlib.closing(made), Server(create_app(made)) as server:
        print(server.url, flush=True)
        sys.stdin.read()


@contextlib.contextmanager
def served(url: str) -> Iterator[str]:
    """Run the index, and give its address."""
    with subprocess.Popen(
        [sys.executable, __file__, "--serve", url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None  # noqa: S101 - it was asked for
        assert process.stdout is not None  # noqa: S101
        yield process.stdout.readline().strip()
        process.stdin.close()
        process.wait(PATIENCE)


class Caller:
    """One connection to the index, past the platform or through it."""

    def __init__(self, address: str, path: str) -> None:
        self._path = path
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=PATIENCE)

    def call(self, payload: bytes) -> bytes:
        """Send one request, whose answer must be no fault."""
        message = envelope(payload, logical_address=OWN)
        headers = {"Content-Type": "text/xml", "x-skltp-correlation-id": "benchmark"}
        self._connection.request("POST", self._path, body=message, headers=headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != http.client.OK:
            raise SystemExit(f"{self._path}: {answer.status} {body[:500]!r}")
        return body


# The measuring ---------------------------------------------------------------------------------


@dataclass(kw_only=True)
class Figures:
    """What came of one way: seconds of each find or answer, or of some Updates until stored."""

    name: str
    finds: list[float] = field(default_factory=list)
    stored: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)


def measured(engine: sa.Engine, address: str, *, residents: int) -> list[Figures]:
    """Measure each way in turn, a few rounds."""
    numbers = iter(range(0, 1 << 40, OF_AN_UPDATE))
    straight = Caller(address, "/skltp-ei/find-content-service/v1")
    through = Caller(address, "/vp")
    finds: dict[str, Callable[[str], int]] = {
        "FindContent, straight to the index": lambda who: find(straight, who),
        "FindContent, through the platform": lambda who: find(through, who),
        "a plain SELECT by resident, no HTTP": lambda who: select(engine, who),
    }
    to_index = Caller(address, "/skltp-ei/update-service/v1")
    updates: dict[str, Callable[[], float]] = {
        "Update of 1000, straight to the index": lambda: update(
            engine, to_index, messages(numbers)
        ),
        "Update of 1000, through the platform": lambda: update(engine, through, messages(numbers)),
        "a plain INSERT of 1000 rows, no HTTP": lambda: insert(
            engine, [[row_of(one) for one in thousand(numbers)] for _ in range(UPDATES)]
        ),
    }
    figures = {name: Figures(name=name) for name in (*finds, *updates)}
    sizes = {size: Figures(name=f"the answer to an Update of {size}") for size in SIZES}
    busy = Figures(name="FindContent, straight, beside Updates of 1000")
    for turn in range(ROUNDS):
        for name, way in finds.items():
            figures[name].finds += timed(way, residents, turn)
        for name, change in updates.items():
            figures[name].stored.append(change())
        for size, one in sizes.items():
            one.answered += answered(to_index, numbers, size)
            wait_until_stored(engine)
        busy.finds += while_updating(engine, address, numbers, residents, turn)
    return [*figures.values(), busy, *sizes.values()]


def timed(way: Callable[[str], int], residents: int, turn: int) -> list[float]:
    """Give how long each of some finds took; each resident must have all records."""
    seconds = []
    for step in range(FINDS):
        who = f"r{(turn * 7_919 + step * 104_729) % residents:011}"
        began = time.perf_counter()
        hits = way(who)
        seconds.append(time.perf_counter() - began)
        if hits != OF_A_RESIDENT:
            raise SystemExit(f"{hits} hits instead of {OF_A_RESIDENT}")
    return seconds


def find(caller: Caller, resident: str) -> int:
    """Find a resident's records, and count them in the answer."""
    texts = {"registeredResidentIdentification": resident, "serviceDomain": DOMAIN}
    return caller.call(asking_for(FIND_CONTENT, texts)).count(b"<engagement>")


def select(engine: sa.Engine, resident: str) -> int:
    """Fetch the same rows by the same index of the database."""
    query = sa.text(
        "SELECT * FROM engagement WHERE workspace = 'default' AND service_domain = :domain "
        "AND resident = :resident"
    )
    with reading(engine) as connection:
        return len(connection.execute(query, {"domain": DOMAIN, "resident": resident}).all())


def thousand(numbers: Iterator[int]) -> Sequence[Engagement]:
    """Give the next new records, scattered over residents that are not asked for."""
    first = next(numbers)
    return [an_engagement(number * 31, series="u") for number in range(first, first + OF_AN_UPDATE)]


def messages(numbers: Iterator[int]) -> list[bytes]:
    """Give the Updates of one turn, ready to be sent."""
    told = ([Transaction(engagement=one) for one in thousand(numbers)] for _ in range(UPDATES))
    return [asking_to(UPDATE, one) for one in told]


def update(engine: sa.Engine, caller: Caller, ready: Sequence[bytes]) -> float:
    """Send some Updates, and give how long it took until the last was stored."""
    began = time.perf_counter()
    for one in ready:
        caller.call(one)
    wait_until_stored(engine)
    return time.perf_counter() - began


def answered(caller: Caller, numbers: Iterator[int], size: int) -> list[float]:
    """Give how long the answers take to some Updates of a size."""
    seconds = []
    for _ in range(ANSWERS):
        told = [Transaction(engagement=one) for one in thousand(numbers)[:size]]
        payload = asking_to(UPDATE, told)
        began = time.perf_counter()
        caller.call(payload)
        seconds.append(time.perf_counter() - began)
    return seconds


def wait_until_stored(engine: sa.Engine) -> None:
    """Wait until nothing is in the queue."""
    until = time.monotonic() + PATIENCE
    while waiting(engine):
        if time.monotonic() > until:
            raise SystemExit("what was sent is never stored")
        time.sleep(0.005)


def waiting(engine: sa.Engine) -> int:
    """Tell how many requests are not stored yet."""
    with reading(engine) as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(QUEUE)).scalar_one())


def insert(engine: sa.Engine, ready: Sequence[Sequence[dict[str, str | None]]]) -> float:
    """Put as many rows into the same table, a transaction for each thousand."""
    began = time.perf_counter()
    for rows in ready:
        with writing(engine) as connection:
            connection.execute(ENGAGEMENTS.insert(), rows)
    return time.perf_counter() - began


def while_updating(
    engine: sa.Engine, address: str, numbers: Iterator[int], residents: int, turn: int
) -> list[float]:
    """Give how long finds take while another connection sends Updates at the goal's pace."""
    over = threading.Event()

    def send() -> None:
        caller = Caller(address, "/skltp-ei/update-service/v1")
        while ready and not over.is_set():
            caller.call(ready.pop())
            over.wait(1 / GOAL_UPDATES)

    ready = messages(numbers)
    sender = threading.Thread(target=send)
    sender.start()
    try:
        straight = Caller(address, "/skltp-ei/find-content-service/v1")
        return timed(lambda who: find(straight, who), residents, turn)
    finally:
        over.set()
        sender.join()
        wait_until_stored(engine)


# The table -------------------------------------------------------------------------------------


def tabulated(found: Sequence[Figures], kind: str, records: int) -> tuple[str, bool]:
    """Write the figures as a table in Markdown, and tell whether the goals are met."""
    lines = [
        f"{date.today():%Y-%m-%d}, Python {platform.python_version()}, {platform.system()}, "  # noqa: DTZ011
        f"{os.cpu_count()} processors, {kind}, {records:,} records, {OF_A_RESIDENT} hits a find, "
        f"{ROUNDS} rounds of {FINDS} finds and {UPDATES} Updates each way. {load()}",
        "",
        "| measured | p50 | p99 | a second | goal | |",
        "|---|---|---|---|---|---|",
    ]
    met = True
    for place, one in enumerate(found):
        goal = verdict = middle = last = ""
        if each := one.finds or one.answered:
            cuts = statistics.quantiles(each, n=100)
            middle, last = f"{cuts[49] * 1000:.1f} ms", f"{cuts[98] * 1000:.1f} ms"
            rate = len(each) / sum(each)
            is_met = cuts[98] * 1000 < GOAL_FIND
            goal = f"p99 < {GOAL_FIND:.0f} ms"
        else:
            rate = UPDATES * len(one.stored) / sum(one.stored)
            is_met = rate >= GOAL_UPDATES
            goal = f"≥ {GOAL_UPDATES:.0f} a second"
        if place in JUDGED:
            met = met and is_met
            verdict = "met" if is_met else "**missed**"
        else:
            goal = ""
        lines.append(f"| {one.name} | {middle} | {last} | {rate:,.1f} | {goal} | {verdict} |")
    return "\n".join(lines), met


def load() -> str:
    """Tell what else the machine does, where it says so."""
    if not hasattr(os, "getloadavg"):
        return ""
    return f"Load of the machine in the last minute: {os.getloadavg()[0]:.1f}."


JUDGED = (0, 3, 4)
"""The rows that the goals are about: the index itself, and Updates as consumers send them."""


if __name__ == "__main__":
    main()
