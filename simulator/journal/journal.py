"""The journal: keeps every exchange, finds them again, and never hides what it has forgotten."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from simulator.exchange import Exchange, Leg
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
    from collections.abc import Mapping

__all__ = ["Entry", "Journal"]

_IN_MEMORY = Retention(most_bytes=256 << 20)
"""What a journal in memory keeps where nothing else is said: memory is bounded."""

_PATIENCE = 5.0
"""Seconds that a search may take before it says how far it came."""

_BETWEEN_LOOKS = 0.05
"""Seconds between two looks for what another process has kept."""

_BETWEEN_LOOKS_HERE = 0.005
"""Seconds between two looks while this process keeps one exchange after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One exchange as the journal once kept it; kept for users that have not gone over."""

    correlation_id: str
    started: datetime
    seconds: float
    sender: str
    sender_known_by: str
    receiver: str | None
    contract: str | None
    decision: str
    status: int
    request: bytes
    response: bytes
    address: str | None = None
    producer_status: int | None = None
    producer_seconds: float | None = None
    request_headers: Mapping[str, str] = field(default_factory=dict)
    number: int | None = None


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

    def keep(self, exchange: Exchange | Entry) -> int:
        """Store one exchange, and give its number; it has been committed then.

        Raises: JournalError where it could not be kept.
        """
        if isinstance(exchange, Entry):
            exchange = _exchange(exchange)
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

    def entries(self, *, correlation_id: str | None = None, last: int = 100) -> tuple[Entry, ...]:
        """Give the latest exchanges in their order, or those of one correlation id."""
        found = self.find(Query(correlation_id=correlation_id), last=last)
        whole = (self.exchange(each.number or 0) for each in found.exchanges)
        return tuple(_entry(exchange) for exchange in whole if exchange is not None)

    def close(self) -> None:
        """Let go of the database."""
        self._housekeeper.close()
        self._writer.close()
        self._engine.dispose()


def _exchange(entry: Entry) -> Exchange:
    """Give an entry as an exchange with its legs."""
    inbound = Leg(
        kind="in",
        url="",
        started=entry.started,
        seconds=entry.seconds,
        request_headers=entry.request_headers,
        request=entry.request,
        status=entry.status,
        response=entry.response,
    )
    outbound = Leg(
        kind="out",
        url=entry.address or "",
        started=entry.started,
        seconds=entry.producer_seconds or 0.0,
        request=entry.request,
        status=entry.producer_status,
    )
    called = entry.address is not None
    return Exchange(
        correlation_id=entry.correlation_id,
        started=entry.started,
        seconds=entry.seconds,
        sender=entry.sender,
        sender_known_by=entry.sender_known_by,
        receiver=entry.receiver,
        contract=entry.contract,
        decision=entry.decision,
        status=entry.status,
        address=entry.address,
        legs=(inbound, outbound) if called else (inbound,),
    )


def _entry(exchange: Exchange) -> Entry:
    """Give the part of an exchange that an entry has."""
    inbound = next((leg for leg in exchange.legs if leg.kind == "in"), None)
    outbound = next((leg for leg in reversed(exchange.legs) if leg.kind == "out"), None)
    return Entry(
        correlation_id=exchange.correlation_id,
        started=exchange.started,
        seconds=exchange.seconds,
        sender=exchange.sender,
        sender_known_by=exchange.sender_known_by,
        receiver=exchange.receiver,
        contract=exchange.contract,
        decision=exchange.decision,
        status=exchange.status,
        request=inbound.request if inbound else b"",
        response=inbound.response if inbound else b"",
        address=exchange.address,
        producer_status=outbound.status if outbound else None,
        producer_seconds=outbound.seconds if outbound else None,
        request_headers=inbound.request_headers if inbound else {},
        number=exchange.number,
    )
