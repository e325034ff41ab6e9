"""The journal: in order, whole, and still there when the process is not."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from simulator.exchange import Exchange, Leg
from simulator.journal import Entry, Journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

KEEP_AND_DIE = """
import os, signal, sys
from datetime import UTC, datetime
from simulator.journal import Entry, Journal

journal = Journal(sys.argv[1])
for number in range(int(sys.argv[2])):
    journal.keep(Entry(
        correlation_id=f"call {number}", started=datetime.now(UTC), seconds=0.1, sender="SE1",
        sender_known_by="internal header", receiver=None, contract=None, decision="VP015",
        status=500, request=b"request %d" % number, response=b"response %d" % number,
    ))
os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Give the database URL of a file in the test's folder."""
    return f"sqlite:///{(tmp_path / 'journal.sqlite').as_posix()}"


@pytest.fixture(params=["in memory", "in a file"])
def journal(request: pytest.FixtureRequest, url: str) -> Iterator[Journal]:
    """Give an empty journal of each kind."""
    with closing(Journal("sqlite://" if request.param == "in memory" else url)) as opened:
        yield opened


def test_entry_comes_back_as_it_was_kept(journal: Journal, an_entry: Callable[..., Entry]) -> None:
    """Every field survives, whatever it holds."""
    entry = an_entry(
        started=datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=1))),
        seconds=0.125,
        sender="SE2321000016-Å",
        receiver="  blanks kept ",
        request=bytes(range(256)),
        response=b"",
        address="http://producer.example/åäö",
        producer_status=200,
        producer_seconds=0.0625,
        request_headers={"x-own": "å€𝄞", "soapaction": '"urn:x"'},
    )

    number = journal.keep(entry)

    assert journal.entries() == (replace(entry, number=number),)


def test_an_exchange_is_kept_with_what_came_and_what_went_back(
    journal: Journal, now: datetime
) -> None:
    """The journal takes exchanges with their legs; the last attempt is the producer's answer."""
    inbound = Leg(
        kind="in",
        url="http://platform.example/vp",
        started=now,
        seconds=0.5,
        request_headers={"x-own": "1"},
        request=b"<question/>",
        status=200,
        response=b"<answer/>",
    )
    attempts = [
        Leg(kind="out", url="http://producer.example", started=now, seconds=0.1, attempt=1),
        Leg(
            kind="out",
            url="http://producer.example",
            started=now,
            seconds=0.25,
            attempt=2,
            status=200,
        ),
    ]

    number = journal.keep(
        Exchange(
            correlation_id="mine",
            started=now,
            seconds=0.5,
            decision="forwarded",
            status=200,
            address="http://producer.example",
            legs=(inbound, *attempts),
        )
    )

    (entry,) = journal.entries()
    assert (entry.number, entry.correlation_id) == (number, "mine")
    assert (entry.request, entry.response) == (b"<question/>", b"<answer/>")
    assert entry.request_headers == {"x-own": "1"}
    assert (entry.producer_status, entry.producer_seconds) == (200, 0.25)


def test_what_is_unknown_stays_unknown(journal: Journal, an_entry: Callable[..., Entry]) -> None:
    """A call that was refused early has neither receiver, contract nor producer."""
    journal.keep(an_entry(receiver=None, contract=None))

    (entry,) = journal.entries()
    assert (entry.receiver, entry.contract, entry.address) == (None, None, None)
    assert (entry.producer_status, entry.producer_seconds) == (None, None)


def test_numbers_count_from_one_in_the_order_of_keeping(
    journal: Journal, an_entry: Callable[..., Entry]
) -> None:
    """The order is that of being finished, not of having started."""
    late, early = datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)

    numbers = [journal.keep(an_entry(started=started)) for started in (late, early, late)]

    assert numbers == [1, 2, 3]
    assert [entry.started for entry in journal.entries()] == [late, early, late]


def test_latest_entries_are_given_in_their_order(
    journal: Journal, an_entry: Callable[..., Entry]
) -> None:
    """Of many exchanges the last ones are shown, the newest at the end."""
    for number in range(5):
        journal.keep(an_entry(correlation_id=f"call {number}"))

    assert [entry.correlation_id for entry in journal.entries(last=2)] == ["call 3", "call 4"]


def test_entries_of_one_correlation_id_are_found(
    journal: Journal, an_entry: Callable[..., Entry]
) -> None:
    """The same id may be used any number of times; other calls in between do not count."""
    for name in ("mine", "other", "mine", "other", "other"):
        journal.keep(an_entry(correlation_id=name))

    assert [entry.number for entry in journal.entries(correlation_id="mine")] == [1, 3]
    assert [entry.number for entry in journal.entries(correlation_id="mine", last=1)] == [3]
    assert journal.entries(correlation_id="nobody's") == ()


def test_entries_are_there_after_reopening(url: str, an_entry: Callable[..., Entry]) -> None:
    """A second journal on the same file shows the first one's, and counts on."""
    with closing(Journal(url)) as first:
        first.keep(an_entry(correlation_id="before"))

    with closing(Journal(url)) as second:
        assert second.keep(an_entry(correlation_id="after")) == 2
        assert [entry.correlation_id for entry in second.entries()] == ["before", "after"]


@pytest.mark.parametrize("kept", [1, 50])
def test_kept_entries_survive_the_kill_of_the_process(url: str, kept: int) -> None:
    """What keep has returned from is on disk: the process gets no chance to tidy up."""
    ended = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", KEEP_AND_DIE, url, str(kept)], capture_output=True, check=False
    )
    assert ended.returncode != 0, "the process was to be killed"
    assert ended.stderr == b""

    with closing(Journal(url)) as journal:
        entries = journal.entries()

    assert [entry.correlation_id for entry in entries] == [f"call {n}" for n in range(kept)]
    assert entries[-1].request == b"request %d" % (kept - 1)
    assert entries[-1].response == b"response %d" % (kept - 1)


def test_threads_keep_and_read_side_by_side(
    journal: Journal, an_entry: Callable[..., Entry], meet: Callable[..., list[Any]]
) -> None:
    """No entry is lost, mixed up or numbered twice."""

    def one(thread: int) -> Callable[[], list[int]]:
        def keep_some() -> list[int]:
            numbers = []
            for turn in range(10):
                name = f"{thread}-{turn}"
                numbers.append(journal.keep(an_entry(correlation_id=name, request=name.encode())))
                journal.entries(last=5)
            return numbers

        return keep_some

    given = meet([one(thread) for thread in range(8)])

    entries = journal.entries(last=1000)
    assert [entry.number for entry in entries] == list(range(1, 81))
    assert sorted(number for numbers in given for number in numbers) == list(range(1, 81))
    assert all(entry.request == entry.correlation_id.encode() for entry in entries)
