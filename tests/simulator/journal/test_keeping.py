"""Keeping: in order, whole, compressed where it pays, and as one transaction for many."""

from __future__ import annotations

import random
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from contracts.errors import JournalError
from simulator.exchange import Exchange, Leg
from simulator.journal import Journal
from simulator.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def kept(journal: Journal, exchange: Exchange) -> Exchange:
    """Keep an exchange, and read it back whole."""
    found = journal.exchange(journal.keep(exchange))
    assert found is not None
    return found


def test_exchange_comes_back_as_it_was_kept(
    journal: Journal, an_exchange: Callable[..., Exchange], a_leg: Callable[..., Leg]
) -> None:
    """Every field of it and of its legs survives, whatever it holds."""
    started = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=1)))
    exchange = an_exchange(
        workspace="körning 7",
        started=started,
        seconds=0.125,
        sender="SE2321000016-Å",
        sender_address="127.0.0.1",
        receiver="  blanks kept ",
        profile="RIVTABP21",
        original_consumer="SE1",
        address="http://producer.example/åäö",
        route_trace="SE,2321000024",
        authorisation_trace="*",
        detail="no \x00 in a text, and no half of a 𝄞: \ud834",
        disturbances=({"name": "slow", "seconds": 0.5},),
        legs=(
            a_leg(
                "in",
                started=started,
                request=bytes(range(256)) * 50,
                request_headers={"x-own": "å€𝄞", "soapaction": '"urn:x"', "zero": "\x00"},
                response=b"",
            ),
            a_leg("out", attempt=1, status=None, problem="refused", request=b"<other/>" * 99),
            a_leg("out", attempt=2, method="PUT", seconds=0.0625, response=b"\x00" * 100_000),
        ),
    )

    expected = replace(exchange, number=1, detail="no \ufffd in a text, and no half of a 𝄞: ?")
    assert kept(journal, exchange) == expected


def test_what_is_unknown_stays_unknown(
    journal: Journal, an_exchange: Callable[..., Exchange], a_leg: Callable[..., Leg]
) -> None:
    """A call that was refused early has neither receiver, contract nor producer."""
    early = an_exchange(receiver=None, contract=None, decision="VP015", legs=(a_leg("in"),))

    found = kept(journal, early)

    assert (found.receiver, found.contract, found.address, found.profile) == (None,) * 4
    assert found == replace(early, number=1)


def test_an_exchange_without_a_leg_is_kept(
    journal: Journal, an_exchange: Callable[..., Exchange]
) -> None:
    """Nothing is demanded of an exchange but its own facts."""
    assert kept(journal, an_exchange(legs=())).legs == ()


def test_numbers_count_from_one_in_the_order_of_keeping(
    journal: Journal, an_exchange: Callable[..., Exchange]
) -> None:
    """The order is that of being finished, not of having started."""
    late, early = datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)

    numbers = [journal.keep(an_exchange(started=started)) for started in (late, early, late)]

    assert numbers == [1, 2, 3]
    assert [each.started for each in journal.find().exchanges] == [late, early, late]
    assert journal.last_number() == 3


def test_more_legs_than_can_be_numbered_are_refused(
    journal: Journal, an_exchange: Callable[..., Exchange], a_leg: Callable[..., Leg]
) -> None:
    """A leg is never left out in silence."""
    leg = a_leg("out", request=b"", response=b"")
    assert len(kept(journal, an_exchange(legs=(leg,) * 999)).legs) == 999

    with pytest.raises(JournalError, match="1000 legs"):
        journal.keep(an_exchange(legs=(leg,) * 1000))


def test_a_repeated_body_is_kept_once(
    journal: Journal,
    any_url: str,
    an_exchange: Callable[..., Exchange],
    a_leg: Callable[..., Leg],
) -> None:
    """A request that goes on unchanged weighs once, however often it is tried."""
    body = random.Random(7).randbytes(100_000)  # noqa: S311
    out = [a_leg("out", attempt=attempt, request=body) for attempt in (1, 2, 3)]

    found = kept(journal, an_exchange(legs=(a_leg("in", request=body), *out)))

    assert [leg.request for leg in found.legs] == [body] * 4
    assert 100_000 < journal.weight().bytes < 110_000
    if any_url != "sqlite://":
        engine = open_store(any_url)
        with engine.connect() as connection:
            sizes = connection.execute(sa.text("SELECT length(request) FROM leg ORDER BY id")).all()
        engine.dispose()
        assert [size for (size,) in sizes] == [100_000, None, None, None]


def test_bodies_are_compressed(
    journal: Journal, an_exchange: Callable[..., Exchange], a_leg: Callable[..., Leg]
) -> None:
    """A message of 10 kB takes far less, and comes back byte by byte."""
    body = b"<claim>" + b"<row><amount>100.00</amount></row>" * 300 + b"</claim>"

    assert kept(journal, an_exchange(legs=(a_leg("in", request=body),))).legs[0].request == body
    assert journal.weight().bytes < len(body) / 4


def test_threads_keep_and_read_side_by_side(
    journal: Journal,
    an_exchange: Callable[..., Exchange],
    a_leg: Callable[..., Leg],
    meet: Callable[..., list[Any]],
) -> None:
    """No exchange is lost, mixed up or numbered twice."""

    def one(thread: int) -> Callable[[], list[int]]:
        def keep_some() -> list[int]:
            numbers = []
            for turn in range(10):
                name = f"{thread}-{turn}"
                legs = [a_leg("in", request=name.encode())] * (1 + turn % 4)
                numbers.append(journal.keep(an_exchange(name, legs=tuple(legs))))
                journal.find(last=5)
            return numbers

        return keep_some

    given = meet([one(thread) for thread in range(8)])

    found = list(journal.stream())
    assert [each.number for each in found] == list(range(1, 81))
    assert sorted(number for numbers in given for number in numbers) == list(range(1, 81))
    for thread, numbers in enumerate(given):
        for turn, number in enumerate(numbers):
            each = found[number - 1]
            assert each.correlation_id == f"{thread}-{turn}"
            assert [leg.request for leg in each.legs] == [f"{thread}-{turn}".encode()] * (
                1 + turn % 4
            )


def test_exchanges_are_there_after_reopening(
    url: str, an_exchange: Callable[..., Exchange]
) -> None:
    """A second journal on the same database shows the first one's, and counts on."""
    with closing(Journal(url)) as first:
        first.keep(an_exchange("before"))

    with closing(Journal(url)) as second:
        assert second.keep(an_exchange("after")) == 2
        assert [each.correlation_id for each in second.find().exchanges] == ["before", "after"]


def test_two_journals_share_a_database(url: str, an_exchange: Callable[..., Exchange]) -> None:
    """Each sees at once what the other keeps, and numbers follow over both."""
    with closing(Journal(url)) as one, closing(Journal(url)) as other:
        numbers = [journal.keep(an_exchange()) for journal in (one, other, one, other)]

        assert numbers == [1, 2, 3, 4]
        assert len(one.find().items) == len(other.find().items) == 4


def test_power_safe_keeping_is_told_to_the_database(
    file_url: str, an_exchange: Callable[..., Exchange]
) -> None:
    """Then every commit waits for the disk, which SQLite calls FULL."""
    with closing(Journal(file_url, power_safe=True)) as safe:
        safe.keep(an_exchange())
        connection = safe._writer._own.dbapi_connection  # type: ignore[attr-defined]

        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_what_cannot_be_written_is_told(
    tmp_path: Path, an_exchange: Callable[..., Exchange]
) -> None:
    """Nobody is told that an exchange was kept when it was not."""
    url = f"sqlite:///{(tmp_path / 'journal.sqlite').as_posix()}"
    with closing(Journal(url)) as journal:
        engine = open_store(url)
        with engine.begin() as connection:
            connection.execute(sa.text("DROP TABLE leg"))
        engine.dispose()

        with pytest.raises(JournalError, match="cannot keep") as told:
            journal.keep(an_exchange())

        assert told.value.where == url
        assert journal.last_number() == 0


def test_keeping_goes_on_when_the_server_has_dropped_the_connection(
    a_postgresql_database: Callable[[], str], an_exchange: Callable[..., Exchange]
) -> None:
    """One call may fail when PostgreSQL is restarted; those after it do not."""
    url = a_postgresql_database()
    with closing(Journal(url)) as journal:
        journal.keep(an_exchange())
        engine = open_store(url)
        with engine.connect() as connection:
            connection.execute(
                sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE pid <> pg_backend_pid() AND datname = current_database()")
            )  # fmt: skip
        engine.dispose()

        with pytest.raises(JournalError):
            journal.keep(an_exchange())

        journal.keep(an_exchange())
        assert len(journal.find().items) == 2
