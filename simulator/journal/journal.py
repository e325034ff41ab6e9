"""The journal: keeps every exchange, finds them again, and never hides what it has forgotten."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.exchange import Exchange
from simulator.journal.committing import GroupCommit
from simulator.journal.housekeeping import Housekeeper
from simulator.journal.queries import EVERYTHING, Query
from simulator.journal.reading import Found, Reader, Stream
from simulator.journal.retention import KEEP_ALL, Retention, Weight, forget_workspace, weigh
from simulator.journal.rows import rows_of
from simulator.journal.writing import writer_for
from simulator.migrations import upgrade
from simulator.store import in_memory, open_store, writing

if TYPE_CHECKING:
    pass

__all__ = ["Journal"]

_IN_MEMORY = Retention(most_bytes=256 << 20)
"""What a journal in memory keeps where nothing else is said: memory is bounded."""

_PATIENCE = 5.0
"""Seconds that a search may take before it says how far it came."""

_BETWEEN_LOOKS = 0.05
"""Seconds between two looks for what another process has kept."""

_BETWEEN_LOOKS_HERE = 0.005
"""Seconds between two looks while this process keeps one exchange after the other."""


class Journal:
    """Keeps every exchange; what ``keep`` has returned from survives the end of the process.

    Shape:  ``url`` is a database URL, for example ``sqlite:///journal.sqlite``; its tables are
            made, or brought up to date. Several processes may share one database. Numbers count
            up in the order of keeping, over all workspaces. ``power_safe`` makes each ``keep``
            wait for the disk, so that not even a loss of power loses what it returned from.
    Raises: UsageError where the database cannot be opened or was made by a later version.
    """

    def __init__(
        self, url: str, *, retention: Retention = KEEP_ALL, power_safe: bool = False
    ) -> None:
        self._engine = open_store(url)
        try:
            upgrade(self._engine)
        except BaseException:
            self._engine.dispose()
            raise
        if in_memory(self._engine) and not retention.bounded:
            retention = _IN_MEMORY
        self._writer = writer_for(self._engine, power_safe=power_safe)
        self._commits = GroupCommit(self._writer.commit)
        self._reader = Reader(self._engine)
        self._news = threading.Condition()
        self._listeners = 0
        self._housekeeper = Housekeeper(self._engine, retention)

    def keep(self, exchange: Exchange) -> int:
        """Store one exchange, and give its number; it has been committed then.

        Raises: JournalError where it could not be kept.
        """
        number = self._commits.keep(rows_of(exchange, kept=time.time_ns() // 1000))
        if self._listeners:
            with self._news:
                self._news.notify_all()
        return number

    def find(
        self,
        query: Query = EVERYTHING,
        *,
        last: int | None = None,
        first: int | None = None,
        patience: float = _PATIENCE,
    ) -> Found:
        """Find the last exchanges that a query asks for, or the first; 100 where neither is said.

        Shape: without bodies. The answer tells what was looked at, where to go on, and whether
               something forgotten could have belonged to it.
        Units: seconds; a search that takes longer than ``patience`` stops, and says where.
        """
        if last is None and first is None:
            last = 100
        return self._reader.find(query, last=last, first=first, patience=patience)

    def exchange(self, number: int) -> Exchange | None:
        """Give one exchange with its bodies; None where it was never kept, or is forgotten."""
        return self._reader.exchange(number)

    def stream(self, query: Query = EVERYTHING) -> Stream:
        """Give all that a query asks for with bodies, oldest first, one in memory at a time."""
        return self._reader.stream(query)

    def wait_for(self, query: Query, *, after: int = 0, timeout: float) -> Found:
        """Wait until an exchange that a query asks for has been kept, by whatever process.

        Shape: looks at numbers above ``after``, so also at what is there already. The answer has
               one item, or none where the time is over.
        """
        until = time.monotonic() + timeout
        looked: Found | None = None
        with self._news:
            self._listeners += 1
        try:
            while True:
                began = time.monotonic()
                found = self.find(
                    replace(query, after=max(after, query.after)),
                    first=1,
                    patience=max(until - began, _BETWEEN_LOOKS),
                )
                looked = found if looked is None else looked.followed_by(found)
                if found.items or time.monotonic() >= until:
                    return looked
                after = max(after, found.looked_to)
                self._wait_for_news(until, began)
        finally:
            with self._news:
                self._listeners -= 1

    def _wait_for_news(self, until: float, looked: float) -> None:
        with self._news:
            self._news.wait(max(0.0, min(until - time.monotonic(), _BETWEEN_LOOKS)))
        rest = looked + _BETWEEN_LOOKS_HERE - time.monotonic()
        if rest > 0:
            time.sleep(rest)

    def last_number(self) -> int:
        """Give the number of the exchange kept last, 0 in an empty journal."""
        return self._reader.last_number()

    def weight(self) -> Weight:
        """Tell how many exchanges the journal holds, and their size."""
        with writing(self._engine) as connection:
            return weigh(connection)

    def forget(self, workspace: str) -> int:
        """Forget all exchanges of a workspace, and give how many those were.

        Shape: queries over them say that there is something forgotten.
        """
        return forget_workspace(self._engine, workspace)

    def tidy(self) -> None:
        """Forget now what is beyond the retention, rather than within the next second."""
        self._housekeeper.tidy()

    def close(self) -> None:
        """Let go of the database."""
        self._housekeeper.close()
        self._writer.close()
        self._engine.dispose()
