"""Group commit: what comes together goes together, and nobody is left waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from simulator.journal import committing
from simulator.journal.committing import GroupCommit
from simulator.journal.rows import Rows

PATIENCE = 30.0


class Slow:
    """A commit that waits until it is let go, and remembers what it was given."""

    def __init__(self) -> None:
        self.batches: list[list[Any]] = []
        self.begun = threading.Semaphore(0)
        self.go = threading.Semaphore(0)
        self.error: BaseException | None = None

    def __call__(self, exchanges: Sequence[Rows]) -> int:
        """Take a batch; numbers go on where the last batch ended."""
        first = 1 + sum(len(batch) for batch in self.batches)
        self.begun.release()
        assert self.go.acquire(timeout=PATIENCE)
        if self.error is not None:
            raise self.error
        self.batches.append([rows.exchange[0] for rows in exchanges])
        return first


def rows(name: str) -> Rows:
    return Rows(exchange=(name,), legs=())


def in_threads(works: Sequence[Callable[[], Any]]) -> tuple[list[threading.Thread], list[Any]]:
    """Start threads one after the other; their results come in the list, errors too."""
    results: list[Any] = [None] * len(works)

    def run(place: int) -> None:
        try:
            results[place] = works[place]()
        except BaseException as error:
            results[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    return threads, results


def waiting(group: GroupCommit, number: int) -> None:
    """Wait until so many exchanges wait for the next commit."""
    until = threading.Event()
    for _ in range(3000):
        if len(group._waiting) == number:
            return
        until.wait(0.01)
    pytest.fail(f"{len(group._waiting)} wait, not {number}")


def test_what_comes_during_a_commit_goes_together_in_the_next() -> None:
    """The first is committed alone; those that came meanwhile share one transaction."""
    commit = Slow()
    group = GroupCommit(commit)
    threads, numbers = in_threads([lambda i=i: group.keep(rows(f"{i}")) for i in range(5)])  # type: ignore[misc]
    threads[0].start()
    commit.begun.acquire(timeout=PATIENCE)
    for place, thread in enumerate(threads[1:], 1):
        thread.start()
        waiting(group, place)
    commit.go.release()
    commit.go.release()
    for thread in threads:
        thread.join(PATIENCE)

    assert commit.batches == [["0"], ["1", "2", "3", "4"]]
    assert numbers == [1, 2, 3, 4, 5]


def test_an_error_reaches_everyone_it_concerns_and_no_one_else() -> None:
    """All of a failed transaction are told; the next transaction is as any."""
    commit = Slow()
    group = GroupCommit(commit)
    threads, ends = in_threads([lambda i=i: group.keep(rows(f"{i}")) for i in range(3)])  # type: ignore[misc]
    threads[0].start()
    commit.begun.acquire(timeout=PATIENCE)
    for place, thread in enumerate(threads[1:], 1):
        thread.start()
        waiting(group, place)
    commit.go.release()
    commit.begun.acquire(timeout=PATIENCE)
    commit.error = OSError("the disk is full")
    commit.go.release()
    for thread in threads:
        thread.join(PATIENCE)
    commit.error = None
    commit.go.release()

    assert ends[0] == 1
    assert [str(end) for end in ends[1:]] == ["the disk is full"] * 2
    assert group.keep(rows("after")) == 2


def test_a_thread_that_is_stopped_leaves_nobody_waiting() -> None:
    """Ctrl-C in the thread that commits: the others are told, and the lead goes on."""
    commit = Slow()
    group = GroupCommit(commit)
    threads, ends = in_threads([lambda i=i: group.keep(rows(f"{i}")) for i in range(2)])  # type: ignore[misc]
    commit.error = KeyboardInterrupt()
    threads[0].start()
    commit.begun.acquire(timeout=PATIENCE)
    threads[1].start()
    waiting(group, 1)
    commit.go.release()
    commit.begun.acquire(timeout=PATIENCE)
    commit.error = None
    commit.go.release()
    for thread in threads:
        thread.join(PATIENCE)

    assert isinstance(ends[0], KeyboardInterrupt)
    assert ends[1] == 1
    assert group._led is False


def test_a_waiting_thread_that_is_stopped_hands_the_lead_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ctrl-C in a thread whose turn to lead has come: the next one leads."""
    commit = Slow()
    group = GroupCommit(commit)

    class Stopped:
        """Stands for the lock of a thread that is stopped as soon as it is woken."""

        def __init__(self, lock: Any) -> None:
            self._lock = lock
            self.release = lock.release

        def acquire(self) -> None:
            self._lock.acquire()
            raise KeyboardInterrupt

    made = []
    real = committing._Waiting

    def make(given: Rows) -> Any:
        one = real(given)
        if given.exchange[0] == "1":
            one.turn = Stopped(one.turn)  # type: ignore[assignment]
        made.append(one)
        return one

    monkeypatch.setattr(committing, "_Waiting", make)
    threads, ends = in_threads([lambda i=i: group.keep(rows(f"{i}")) for i in range(3)])  # type: ignore[misc]
    threads[0].start()
    commit.begun.acquire(timeout=PATIENCE)
    for place, thread in enumerate(threads[1:], 1):
        thread.start()
        waiting(group, place)
    commit.go.release()
    commit.go.release()
    for thread in threads:
        thread.join(PATIENCE)

    assert commit.batches == [["0"], ["2"]]
    assert (ends[0], ends[2]) == (1, 2)
    assert isinstance(ends[1], KeyboardInterrupt)
