"""The index itself: takes requests so that they last, stores them in turn, and answers."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from simulator.engagement_index.batches import Batch, Pace, Waiting, merged, next_batch
from simulator.engagement_index.engagements import Engagement, Transaction
from simulator.engagement_index.finding import changed, found
from simulator.engagement_index.packing import packed, unpacked
from simulator.engagement_index.storing import (
    Changes,
    changes_by_notification,
    changes_by_update,
    store,
)
from simulator.engagement_index.tables import ENGAGEMENTS, GONE, LOCKS, NOTIFICATIONS, QUEUE
from simulator.store import reading, writing
from simulator.workspaces import UnknownWorkspace

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.engagement_index.outbox import Outbox
    from simulator.engagement_index.subscribers import Subscriber
    from simulator.engagement_index.validation import Names

__all__ = ["EngagementIndex", "Places"]

_ONE_AT_A_TIME = 0x70726F766569
"""The key of PostgreSQL's advisory lock for storing: "provei"."""

_IN_A_ROW = 20
"""How many batches of one workspace are stored before another's turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What an index has from around it, by workspace: its time, and who subscribes."""

    now_for: Callable[[str], datetime]
    subscribers_for: Callable[[str], tuple[Subscriber, ...]]


class EngagementIndex:
    """The engagements of each workspace, the same for every process on the database.

    Shape: what ``take`` has returned from survives the end of the process, and is stored by
           whichever process comes to it first. ``on_news`` is called when there is something to
           store or to send.
    """

    def __init__(
        self, engine: sa.Engine, *, names: Names, pace: Pace, places: Places, outbox: Outbox
    ) -> None:
        self.engine = engine
        self.names = names
        self.pace = pace
        self.places = places
        self.outbox = outbox
        self._storing = threading.Lock()
        self.on_news: Callable[[], None] = lambda: None

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    # Taking and storing --------------------------------------------------------------------

    def take(
        self,
        workspace: str,
        transactions: Sequence[Transaction],
        *,
        notified: bool = False,
        correlation_id: str = "",
    ) -> None:
        """Take the valid transactions of one request; they are kept when this returns.

        Source: platform facts, section 6.5 - a single one of an Update waits for others.
        """
        row = {
            "workspace": workspace,
            "notified": notified,
            "collected": not notified and len(transactions) == 1,
            "received": _microseconds(),
            "correlation_id": correlation_id or str(uuid.uuid4()),
            "transactions": packed(transactions),
        }
        with writing(self.engine) as connection:
            connection.execute(QUEUE.insert().values(row))
        self.on_news()

    def store_due(self) -> float | None:
        """Store what is due, of all workspaces in turn, and tell in how many seconds there is more.

        Shape: None where nothing waits.
        """
        waits: list[float] = []
        with reading(self.engine) as connection:
            locked = sa.select(LOCKS.c.workspace)
            query = sa.select(QUEUE.c.workspace).where(QUEUE.c.workspace.not_in(locked)).distinct()
            workspaces = connection.execute(query).scalars().all()
        for workspace in workspaces:
            try:
                with self._storing:  # in this process; the transaction sees to the others
                    wait = self._store_of(workspace, self.pace)
            except UnknownWorkspace:  # removed after the request was taken
                self.forget(workspace)
            else:
                waits += [] if wait is None else [wait]
        return min(waits, default=None)

    def store_now(self, workspace: str) -> None:
        """Store all that a workspace has taken, without waiting, unless it is locked."""
        if self.is_locked(workspace):
            return
        with self._storing:
            while self._store_of(workspace, Pace(idle=0, most=self.pace.most)) is not None:
                pass

    def _store_of(self, workspace: str, pace: Pace) -> float | None:
        """Store what is due of a workspace, but only so much that others get their turn."""
        for _ in range(_IN_A_ROW):
            now = _microseconds()
            batch = next_batch(self._queue(workspace, pace.most), pace, at=now)
            if not isinstance(batch, Batch):
                return None if batch is None else max(0.0, (batch - now) / 1_000_000)
            self._store(workspace, batch)
        return 0.0

    def _queue(self, workspace: str, most: int) -> list[Waiting]:
        query = (
            sa.select(QUEUE.c.id, QUEUE.c.notified, QUEUE.c.collected, QUEUE.c.received)
            .where(QUEUE.c.workspace == workspace)
            .order_by(QUEUE.c.id)
            .limit(most + 1)
        )
        with reading(self.engine) as connection:
            return [
                Waiting(number=number, notified=notified, collected=collected, received=received)
                for number, notified, collected, received in connection.execute(query)
            ]

    def _store(self, workspace: str, batch: Batch) -> None:
        """Store a batch, and forget its requests, in one transaction; others may have been faster.

        What takes the processor is done before the database is locked.
        """
        rows = QUEUE.c.id.in_(batch.numbers)
        with reading(self.engine) as connection:
            query = sa.select(QUEUE.c.transactions, QUEUE.c.correlation_id)
            found = connection.execute(query.where(rows).order_by(QUEUE.c.id)).all()
        changes = self._changes(
            [one for data, _ in found for one in unpacked(data)], batch
        )  # fmt: skip
        stories = {story for _, story in found}
        story = stories.pop() if len(stories) == 1 else str(uuid.uuid4())
        now = f"{self.places.now_for(workspace):%Y%m%d%H%M%S}"
        subscribers = self.places.subscribers_for(workspace)
        with writing(self.engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
            if connection.execute(QUEUE.delete().where(rows)).rowcount != len(batch.numbers):
                connection.rollback()  # another process has stored them
                return
            told = store(connection, workspace, changes, now=now)
            self._tell(connection, workspace, subscribers, told, story)
        if subscribers and told:
            self.on_news()

    def _changes(self, transactions: Sequence[Transaction], batch: Batch) -> Changes:
        if batch.notified:
            return changes_by_notification(transactions, own=self.names.own)
        if batch.collected:
            transactions = merged(transactions, owner=self.names.own)
        return changes_by_update(transactions, own=self.names.own)

    @staticmethod
    def _tell(
        connection: sa.Connection,
        workspace: str,
        subscribers: Iterable[Subscriber],
        told: Iterable[Transaction],
        story: str,
    ) -> None:
        rows = [
            {
                "workspace": workspace,
                "subscriber": one.logical_address,
                "due": 0,
                "attempts": 0,
                "parked": False,
                "problem": "",
                "correlation_id": story,
                "transactions": packed(part),
            }
            for one in subscribers
            if (part := one.part_of(told))
        ]
        if rows:
            connection.execute(NOTIFICATIONS.insert(), rows)

    # Answering -----------------------------------------------------------------------------

    def find(
        self, workspace: str, wanted: Mapping[str, str], *, since: str | None = None
    ) -> tuple[Engagement, ...]:
        """Give the engagements whose fields are as wanted, with content since a time."""
        with reading(self.engine) as connection:
            return found(connection, workspace, wanted, since=since)

    def changed(
        self, workspace: str, service_domain: str, *, since: str, after: str, most: int
    ) -> list[str]:
        """Give residents of whom something has changed, in order, those after one."""
        with reading(self.engine) as connection:
            return changed(
                connection, workspace, service_domain, since=since, after=after, most=most
            )

    # Administering -------------------------------------------------------------------------

    def lock(self, workspace: str) -> None:
        """Store nothing for now; requests are taken all the same."""
        with writing(self.engine) as connection:
            connection.execute(LOCKS.delete().where(LOCKS.c.workspace == workspace))
            connection.execute(LOCKS.insert().values(workspace=workspace))

    def unlock(self, workspace: str) -> None:
        """Store again."""
        with writing(self.engine) as connection:
            connection.execute(LOCKS.delete().where(LOCKS.c.workspace == workspace))
        self.on_news()

    def is_locked(self, workspace: str) -> bool:
        """Tell whether the index is locked."""
        query = sa.select(LOCKS.c.workspace).where(LOCKS.c.workspace == workspace)
        with reading(self.engine) as connection:
            return connection.execute(query).first() is not None

    def sizes(self, workspace: str) -> dict[str, int]:
        """Tell how many records there are, and how many requests and notifications wait."""
        with reading(self.engine) as connection:
            return {
                name: connection.execute(
                    sa.select(sa.func.count()).where(table.c.workspace == workspace, *which)
                ).scalar_one()
                for name, table, which in (
                    ("engagements", ENGAGEMENTS, ()),
                    ("waiting", QUEUE, ()),
                    ("to send", NOTIFICATIONS, (~NOTIFICATIONS.c.parked,)),
                    ("parked", NOTIFICATIONS, (NOTIFICATIONS.c.parked,)),
                )
            }

    def forget(self, workspace: str) -> None:
        """Forget all that the index has of a workspace."""
        with writing(self.engine) as connection:
            for table in (QUEUE, NOTIFICATIONS, ENGAGEMENTS, GONE, LOCKS):
                connection.execute(table.delete().where(table.c.workspace == workspace))


def _microseconds() -> int:
    return time.time_ns() // 1000
