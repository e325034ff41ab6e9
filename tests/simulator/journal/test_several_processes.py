"""Processes: several write to one database, and one killed at full load loses nothing answered."""

from __future__ import annotations

import http.client
import subprocess
import sys
import threading
import uuid
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from simulator.journal import Journal, Query

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 60.0

KEEPS = """
import sys, threading
from datetime import UTC, datetime
from simulator.exchange import Exchange, Leg
from simulator.journal import Journal

url, name, many = sys.argv[1], sys.argv[2], int(sys.argv[3])
journal = Journal(url)
say = threading.Lock()
print("ready", flush=True)
sys.stdin.readline()

def keep(thread):
    for turn in range(many):
        own = f"{name}-{thread}-{turn}"
        leg = Leg(kind="in", url="", started=datetime.now(UTC), seconds=0.1, status=200,
                  request=own.encode() * 100, response=b"answer to " + own.encode())
        number = journal.keep(Exchange(correlation_id=own, started=datetime.now(UTC), seconds=0.1,
                                       decision="forwarded", status=200, legs=(leg,)))
        with say:
            sys.stdout.write(f"{number} {own}\\n")
            sys.stdout.flush()

threads = [threading.Thread(target=keep, args=(thread,)) for thread in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
journal.close()
"""

PLATFORM = """
import sys
from contextlib import ExitStack
from datetime import datetime
from flask import Flask, Response, request
from contracts.terms import HsaId, LogicalAddress
from simulator.addressing import AddressingCatalogue, Authorisation, Route
from simulator.app import create_app, create_platform
from simulator.server import Server
from simulator.settings import Settings

producer = Flask("producer")
producer.post("/claim")(lambda: Response(request.get_data(), content_type="text/xml"))
settings = Settings(journal=sys.argv[1])
with ExitStack() as opened:
    address = opened.enter_context(Server(producer, threads=10)).url + "/claim"
    catalogue = AddressingCatalogue(
        routes=[Route(logical_address=LogicalAddress("2321000024"), contract="urn:x",
                      address=address)],
        authorisations=[Authorisation(consumer=HsaId(settings.default_sender), contract="urn:x",
                                      logical_address=LogicalAddress("2321000024"))],
    )
    app = create_app(create_platform(settings, catalogue))
    print(opened.enter_context(Server(app, threads=10)).url, flush=True)
    sys.stdin.readline()
"""

MESSAGE = (
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header>'
    '<r:LogicalAddress xmlns:r="urn:riv:itintegration:registry:1">2321000024</r:LogicalAddress>'
    '</e:Header><e:Body><x:Ask xmlns:x="urn:x"><x:id>{}</x:id></x:Ask></e:Body></e:Envelope>'
)


@contextmanager
def running(script: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run a script of ours in a process of its own; it is killed where it still runs."""
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", script, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def test_processes_keep_side_by_side(url: str) -> None:
    """No exchange is lost, mixed up or numbered twice, and a reader after a number misses none."""
    Journal(url).close()
    with (
        running(KEEPS, url, "a", "100") as one,
        running(KEEPS, url, "b", "100") as other,
        closing(Journal(url)) as journal,
    ):
        for process in (one, other):
            assert first_line(process) == "ready"
        followed: list[Any] = []
        reader = threading.Thread(target=follow, args=(journal, 800, followed))
        reader.start()
        for process in (one, other):
            go(process)
        told = [process.communicate(timeout=PATIENCE)[0] for process in (one, other)]
        reader.join(PATIENCE)

        numbers = {}
        for line in "".join(told).splitlines():
            number, name = line.split()
            numbers[int(number)] = name
        assert len(numbers) == 800
        assert dict(followed) == numbers
        for exchange in journal.stream():
            name = numbers[exchange.number or 0]
            assert exchange.correlation_id == name
            assert exchange.legs[0].request == name.encode() * 100


def follow(journal: Journal, many: int, followed: list[Any]) -> None:
    """Read on from the number read last, as a client that waits does."""
    after = 0
    while len(followed) < many:
        found = journal.wait_for(Query(), after=after, timeout=PATIENCE)
        if not found.items:
            return
        more = journal.find(Query(after=after), first=1000)
        followed += [(each.number, each.correlation_id) for each in more.exchanges]
        after = followed[-1][0]


def test_a_process_killed_while_it_keeps_loses_nothing_it_was_told_is_kept(url: str) -> None:
    """The process gets no chance to tidy up; a second process goes on all the while."""
    Journal(url).close()
    with (
        running(KEEPS, url, "killed", "100000") as killed,
        running(KEEPS, url, "lives", "50") as lives,
    ):
        for process in (killed, lives):
            assert first_line(process) == "ready"
            go(process)
        assert killed.stdout is not None
        lines = [killed.stdout.readline() for _ in range(200)]
        killed.kill()
        lines += killed.stdout.readlines()
        lived = lives.communicate(timeout=PATIENCE)[0].splitlines()
    whole = [line.split() for line in lines if line.endswith("\n")]

    with closing(Journal(url)) as journal:
        kept = {each.number: each for each in journal.stream()}
    assert len(whole) >= 200
    assert len(lived) == 200
    for number, name in whole + [line.split() for line in lived]:
        assert kept[int(number)].correlation_id == name
        assert kept[int(number)].legs[0].request == name.encode() * 100
        assert kept[int(number)].legs[0].response == b"answer to " + name.encode()


def test_a_platform_killed_at_full_load_loses_no_answered_exchange(url: str) -> None:
    """Whoever has an answer finds its exchange in the journal, with all its legs."""
    answered: list[str] = []
    with running(PLATFORM, url) as platform:
        address = urlsplit(first_line(platform)).netloc
        enough = threading.Event()
        callers = [
            threading.Thread(target=call_until_it_dies, args=(address, answered, enough))
            for _ in range(8)
        ]
        for caller in callers:
            caller.start()
        assert enough.wait(PATIENCE)
        platform.kill()
        platform.wait(PATIENCE)
        for caller in callers:
            caller.join(PATIENCE)

    with closing(Journal(url)) as journal:
        kept = {each.correlation_id: each for each in journal.stream()}
    assert len(answered) >= 200
    for name in answered:
        assert [leg.kind for leg in kept[name].legs] == ["in", "out"]
        assert {leg.status for leg in kept[name].legs} == {200}
        body = MESSAGE.format(name).encode()
        assert [leg.request for leg in kept[name].legs] == [body, body]
        assert kept[name].legs[0].response == body


def call_until_it_dies(address: str, answered: list[str], enough: threading.Event) -> None:
    """Call on; note each call whose answer was read to its end."""
    connection = http.client.HTTPConnection(address, timeout=PATIENCE)
    try:
        while True:
            name = str(uuid.uuid4())
            connection.request(
                "POST", "/vp/x", MESSAGE.format(name).encode(),
                {"Content-Type": "text/xml; charset=UTF-8", "x-skltp-correlation-id": name},
            )  # fmt: skip
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == 200, body
            answered.append(name)
            if len(answered) >= 200:
                enough.set()
    except (OSError, http.client.HTTPException):
        return
    finally:
        connection.close()
