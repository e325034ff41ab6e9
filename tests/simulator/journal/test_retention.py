"""Retention: what is too old or too much is forgotten, and every answer over it says so."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from contracts.errors import UsageError
from simulator.exchange import Exchange, Leg
from simulator.journal import EVERYTHING, Journal, Query, Retention
from simulator.journal import retention as retention_module
from simulator.journal.retention import forget_oldest

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

DAY = timedelta(days=1)


def numbers(journal: Journal, query: Query = EVERYTHING, **options: Any) -> list[int | None]:
    """Give the numbers that a query finds."""
    return [each.number for each in journal.find(query, **options).exchanges]


def noise(seed: int) -> bytes:
    """Give 100 000 bytes that cannot be compressed."""
    return random.Random(seed).randbytes(100_000)  # noqa: S311


def test_the_oldest_go_when_there_are_too_many(
    a_journal: Callable[..., Journal], an_exchange: Callable[..., Exchange]
) -> None:
    """The newest stay, with their numbers; a number is never given again."""
    journal = a_journal(retention=Retention(most_exchanges=3))
    for _ in range(10):
        journal.keep(an_exchange())

    journal.tidy()

    assert numbers(journal) == [8, 9, 10]
    assert journal.exchange(7) is None
    assert journal.weight().exchanges == 3
    assert journal.keep(an_exchange()) == 11


def test_the_oldest_go_when_they_weigh_too_much(
    a_journal: Callable[..., Journal],
    an_exchange: Callable[..., Exchange],
    a_leg: Callable[..., Leg],
) -> None:
    """Size is that of what is kept, bodies compressed."""
    journal = a_journal(retention=Retention(most_bytes=250_000))
    for turn in range(6):
        journal.keep(an_exchange(legs=(a_leg("in", request=noise(turn)),)))

    journal.tidy()

    assert numbers(journal) == [5, 6]
    assert 200_000 < journal.weight().bytes <= 250_000


def test_the_oldest_go_when_they_are_too_old(
    a_journal: Callable[..., Journal], an_exchange: Callable[..., Exchange], now: datetime
) -> None:
    """Age counts from the keeping, by the machine's clock: a workspace's may stand anywhere."""
    journal = a_journal()
    journal.keep(an_exchange(started=now - 1000 * DAY))
    journal.keep(an_exchange(started=now + 1000 * DAY))
    retention = Retention(age=DAY)

    forget_oldest(journal._engine, retention)
    assert numbers(journal) == [1, 2]

    forget_oldest(journal._engine, retention, now=time.time() + 2 * 86_400)
    assert numbers(journal) == []


def test_much_is_forgotten_some_at_a_time(
    a_journal: Callable[..., Journal],
    an_exchange: Callable[..., Exchange],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So that no caller waits long for the lock."""
    monkeypatch.setattr(retention_module, "_AT_ONCE", 4)
    journal = a_journal(retention=Retention(most_exchanges=2))
    journal._housekeeper.close()
    for _ in range(11):
        journal.keep(an_exchange())

    left = []
    while forget_oldest(journal._engine, Retention(most_exchanges=2)):
        left.append(len(numbers(journal)))

    assert left == [7, 3]
    assert numbers(journal) == [10, 11]


def test_housekeeping_runs_by_itself(
    a_journal: Callable[..., Journal], an_exchange: Callable[..., Exchange]
) -> None:
    """Nobody has to ask for it."""
    journal = a_journal(retention=Retention(most_exchanges=2))
    for _ in range(20):
        journal.keep(an_exchange())

    until = time.monotonic() + 30
    while len(numbers(journal)) > 2 and time.monotonic() < until:
        time.sleep(0.05)

    assert numbers(journal) == [19, 20]


@pytest.fixture
def forgetful(
    a_journal: Callable[..., Journal], an_exchange: Callable[..., Exchange], now: datetime
) -> Journal:
    """Give a journal that has forgotten 1 to 6: a, b, a, b, a, b; it holds 7 a, 8 b, 9 c."""
    journal = a_journal(retention=Retention(most_exchanges=3))
    for turn in range(9):
        workspace = "c" if turn == 8 else "ab"[turn % 2]
        started = now + turn * timedelta(minutes=1)
        journal.keep(an_exchange(workspace=workspace, started=started))
    journal.tidy()
    assert numbers(journal) == [7, 8, 9]
    return journal


def test_an_answer_over_forgotten_ground_says_so(forgetful: Journal, now: datetime) -> None:
    """It tells up to which number, and when those had started."""
    found = forgetful.find(Query(receiver="2321000024"))

    assert found.complete is False
    assert found.forgotten_until == 6
    assert found.forgotten_started == now + 5 * timedelta(minutes=1)
    assert found.go_on is None


@pytest.mark.parametrize(
    ("query", "complete"),
    [
        pytest.param(Query(), False, id="all"),
        pytest.param(Query(after=6), True, id="after what is gone"),
        pytest.param(Query(after=5), False, id="after the last but one that is gone"),
        pytest.param(Query(workspace="a"), False, id="a workspace that lost some"),
        pytest.param(Query(workspace="a", after=5), True, id="after what it lost"),
        pytest.param(Query(workspace="b", after=5), False, id="another lost a later one"),
        pytest.param(Query(workspace="c"), True, id="a workspace that lost none"),
        pytest.param(Query(workspace="nobody's"), True, id="a workspace that never was"),
        pytest.param(Query(correlation_id="mine"), False, id="by correlation id"),
        pytest.param(Query(before=4), False, id="only what is gone"),
    ],
)
def test_completeness_is_that_of_what_was_asked(
    forgetful: Journal, query: Query, complete: bool
) -> None:
    """From both ends: nothing that could have been found was forgotten, or something was."""
    assert forgetful.find(query, last=100).complete is complete
    assert forgetful.find(query, first=100).complete is complete
    stream = forgetful.stream(query)
    list(stream)
    assert stream.complete is complete
    assert (stream.forgotten_until is None) is complete


def test_a_time_span_after_what_is_gone_is_complete(forgetful: Journal, now: datetime) -> None:
    """What started earlier is not asked for."""
    minute = timedelta(minutes=1)

    assert forgetful.find(Query(since=now + 6 * minute)).complete
    assert not forgetful.find(Query(since=now + 5 * minute)).complete
    assert forgetful.find(Query(workspace="a", since=now + 5 * minute)).complete


def test_an_answer_from_the_end_is_complete_when_it_has_all_it_was_asked_for(
    forgetful: Journal,
) -> None:
    """The last three are the last three, whatever went before."""
    assert forgetful.find(last=3).complete
    assert not forgetful.find(last=4).complete
    assert not forgetful.find(first=1).complete


def test_forgetting_all_is_remembered(
    a_journal: Callable[..., Journal], an_exchange: Callable[..., Exchange]
) -> None:
    """An empty journal that once held something does not pass for one that never did."""
    journal = a_journal()
    assert journal.find().complete
    journal.keep(an_exchange())
    journal.forget("default")

    found = journal.find()
    assert (found.items, found.complete, found.forgotten_until) == ((), False, 1)
    assert journal.find(Query(after=1)).complete
    assert journal.last_number() == 0
    assert journal.keep(an_exchange()) == 2


def test_a_workspace_is_forgotten_alone(
    a_journal: Callable[..., Journal],
    an_exchange: Callable[..., Exchange],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The others lose nothing, and nothing of theirs is told forgotten."""
    monkeypatch.setattr(retention_module, "_AT_ONCE", 2)
    journal = a_journal()
    for turn in range(9):
        journal.keep(an_exchange(workspace="ab"[turn % 2]))

    assert journal.forget("a") == 5

    assert numbers(journal) == [2, 4, 6, 8]
    assert [len(each.legs) for each in journal.stream()] == [2] * 4
    assert journal.find(Query(workspace="b")).complete
    assert not journal.find(Query(workspace="a")).complete
    assert not journal.find(Query()).complete
    assert journal.weight().exchanges == 4
    assert journal.forget("a") == 0


def test_what_was_forgotten_before_reopening_is_still_told(
    url: str, an_exchange: Callable[..., Exchange]
) -> None:
    """The memory of it is on disk as well."""
    journal = Journal(url, retention=Retention(most_exchanges=1))
    for _ in range(3):
        journal.keep(an_exchange())
    journal.tidy()
    journal.close()

    again = Journal(url)
    assert again.find().complete is False
    assert again.find().forgotten_until == 2
    again.close()


def test_forgetting_while_a_stream_is_read_is_told(
    a_journal: Callable[..., Journal], an_exchange: Callable[..., Exchange]
) -> None:
    """What went in between is neither given nor passed over in silence."""
    journal = a_journal()
    for _ in range(5):
        journal.keep(an_exchange())
    stream = journal.stream()
    read = iter(stream)

    assert next(read).number == 1
    journal.forget("default")
    assert list(read) == []
    assert not stream.complete
    assert stream.forgotten_until == 5


def test_memory_is_bounded_where_nothing_is_said() -> None:
    """A journal in memory forgets; one on disk keeps all until told otherwise."""
    journal = Journal("sqlite://")
    assert journal._housekeeper._retention.most_bytes == 256 << 20
    journal.close()


@pytest.mark.parametrize(
    "limits", [{"age": timedelta()}, {"most_exchanges": 0}, {"most_bytes": -1}], ids=str
)
def test_a_limit_of_nothing_is_refused(limits: dict[str, Any]) -> None:
    """It would be a journal that keeps nothing."""
    with pytest.raises(UsageError, match="cannot keep"):
        Retention(**limits)


def test_a_file_stays_in_bounds_under_load(
    file_url: str,
    an_exchange: Callable[..., Exchange],
    a_leg: Callable[..., Leg],
    tmp_path: Any,
) -> None:
    """The room of what is forgotten is used again."""
    journal = Journal(file_url, retention=Retention(most_bytes=1_000_000))
    exchange = an_exchange(legs=(a_leg("in", request=noise(1)),))
    for _ in range(12):
        for _ in range(10):
            journal.keep(replace(exchange))
        journal.tidy()
    journal.close()

    assert (tmp_path / "journal.sqlite").stat().st_size < 3_000_000
