"""Waiting: as soon as it is there, whoever kept it, and no longer than asked."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

from simulator.exchange import Exchange
from simulator.journal import Journal, Query, Retention

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 30.0


def test_what_is_there_already_is_given_at_once(
    journal: Journal, an_exchange: Callable[..., Exchange]
) -> None:
    """The first that fits, after the number given."""
    for name in ("mine", "other", "mine", "mine"):
        journal.keep(an_exchange(name))

    found = journal.wait_for(Query(correlation_id="mine"), timeout=PATIENCE)
    later = journal.wait_for(Query(correlation_id="mine"), after=1, timeout=PATIENCE)

    assert [each.number for each in found.exchanges] == [1]
    assert [each.number for each in later.exchanges] == [3]


def test_what_comes_is_waited_for(journal: Journal, an_exchange: Callable[..., Exchange]) -> None:
    """Others that come first do not end the wait."""
    waits = threading.Event()

    def keep() -> None:
        waits.wait(PATIENCE)
        for name in ("other", "other", "mine"):
            journal.keep(an_exchange(name))

    thread = threading.Thread(target=keep)
    thread.start()
    waits.set()
    found = journal.wait_for(Query(correlation_id="mine"), timeout=PATIENCE)
    thread.join()

    assert [each.correlation_id for each in found.exchanges] == ["mine"]


def test_a_wait_within_the_process_ends_soon(
    journal: Journal, an_exchange: Callable[..., Exchange]
) -> None:
    """It is woken, and does not sleep out its turn."""
    journal.keep(an_exchange())
    ended: list[float] = []

    def wait() -> None:
        journal.wait_for(Query(correlation_id="mine"), after=1, timeout=PATIENCE)
        ended.append(time.monotonic())

    threads = [threading.Thread(target=wait) for _ in range(3)]
    for thread in threads:
        thread.start()
    while journal._listeners < 3:
        time.sleep(0.001)
    time.sleep(0.02)
    journal.keep(an_exchange())
    kept = time.monotonic()
    for thread in threads:
        thread.join(PATIENCE)

    assert max(ended) - kept < 5.0
    assert journal._listeners == 0


def test_what_another_journal_keeps_is_seen(url: str, an_exchange: Callable[..., Exchange]) -> None:
    """As by another process on the same database."""
    with closing(Journal(url)) as waits, closing(Journal(url)) as keeps:
        timer = threading.Timer(0.2, keeps.keep, [an_exchange()])
        timer.start()
        found = waits.wait_for(Query(correlation_id="mine"), timeout=PATIENCE)
        timer.join()

    assert len(found.items) == 1


def test_a_wait_ends_when_its_time_is_over(
    journal: Journal, an_exchange: Callable[..., Exchange]
) -> None:
    """With no exchange, and what was looked at."""
    journal.keep(an_exchange("other"))
    began = time.monotonic()

    found = journal.wait_for(Query(correlation_id="mine"), timeout=0.2)

    assert 0.2 <= time.monotonic() - began < 5.0
    assert found.items == ()
    assert found.complete
    assert (found.looked_from, found.looked_to) == (1, 1)


def test_a_wait_over_forgotten_ground_says_so(
    a_journal: Callable[..., Journal], an_exchange: Callable[..., Exchange]
) -> None:
    """What was waited for may have come and been forgotten."""
    journal = a_journal(retention=Retention(most_exchanges=1))
    for _ in range(3):
        journal.keep(an_exchange("other"))
    journal.tidy()

    found = journal.wait_for(Query(correlation_id="mine"), timeout=0.01)

    assert not found.complete
    assert found.forgotten_until == 2
    assert journal.wait_for(Query(correlation_id="mine"), after=2, timeout=0.01).complete
