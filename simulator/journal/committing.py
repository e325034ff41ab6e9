"""What several threads keep at the same time goes to the database as one transaction."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from contracts.errors import JournalError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.journal.rows import Rows

__all__ = ["GroupCommit"]

_MOST = 64
"""Exchanges to a transaction; more would hold other processes up."""

_LINGER = 0.0003
"""Seconds to wait for more to come, where several came together the last time; a transaction of
eight takes a third of the work of eight transactions."""


class _Waiting:
    """One exchange on its way: its rows, and what became of them."""

    __slots__ = ("error", "leads", "number", "rows", "turn")

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.number = 0
        self.error: Exception | None = None
        self.leads = False
        self.turn = threading.Lock()
        self.turn.acquire()


class GroupCommit:
    """Lets one thread at a time commit all that wait; nobody returns before the commit.

    Shape: ``commit`` writes some exchanges as one transaction and gives the number of the first;
           the others follow it without a gap. There is no thread of its own: the first caller
           commits, what comes meanwhile waits and goes together, led by the first of those.
    """

    def __init__(self, commit: Callable[[Sequence[Rows]], int]) -> None:
        self._commit = commit
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._led = False
        self._crowded = False

    def keep(self, rows: Rows) -> int:
        """Commit an exchange, alone or with others, and give its number.

        Raises: what the commit raised.
        """
        mine = _Waiting(rows)
        with self._lock:
            self._waiting.append(mine)
            if not self._led:
                self._led = mine.leads = True
        if not mine.leads:
            self._wait(mine)
        if mine.leads:
            self._lead(mine)
        if mine.error is not None:
            raise mine.error
        return mine.number

    def _wait(self, mine: _Waiting) -> None:
        """Wait until the exchange is committed, or its turn has come to lead."""
        try:
            mine.turn.acquire()
        except BaseException:  # Ctrl-C: nobody may be left waiting for this one to lead
            with self._lock:
                if mine in self._waiting:
                    self._waiting.remove(mine)
                if mine.leads:
                    self._hand_over()
            raise

    def _lead(self, mine: _Waiting) -> None:
        """Commit those that wait, wake them, and hand the lead to the first that came since."""
        if self._crowded:
            time.sleep(_LINGER)
        with self._lock:
            self._crowded = len(self._waiting) > 1
            together, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
        problem: Exception = JournalError("the journal was stopped before the exchange was kept")
        first = 0
        try:
            first = self._commit([one.rows for one in together])
        except Exception as error:
            problem = error
        finally:
            with self._lock:
                self._hand_over()
            for place, one in enumerate(together):
                one.number = first + place
                one.error = None if first else problem
                if one is not mine:
                    one.turn.release()

    def _hand_over(self) -> None:
        """Let the first that waits lead, or nobody; the lock is held."""
        self._led = bool(self._waiting)
        if self._waiting:
            self._waiting[0].leads = True
            self._waiting[0].turn.release()
