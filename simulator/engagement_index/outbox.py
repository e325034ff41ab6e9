"""Notifications on their way out: a queue a subscriber, tried again, and parked in the end."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from simulator.engagement_index.packing import unpacked
from simulator.engagement_index.tables import NOTIFICATIONS
from simulator.store import reading, writing

if TYPE_CHECKING:
    from simulator.engagement_index.engagements import Transaction

__all__ = ["Outbox", "Outgoing"]

_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One notification, taken out to be sent."""

    number: int
    workspace: str
    subscriber: str
    attempts: int
    correlation_id: str
    transactions: tuple[Transaction, ...]


class Outbox:
    """The notifications that wait, of all workspaces.

    Shape:  ``lease`` is how long one that was taken out is left to whoever took it; then, since
            that process may have ended, it is there to be taken again. So a subscriber may be
            told twice, but never not at all.
    Units:  seconds.
    """

    def __init__(
        self, engine: sa.Engine, *, retries: int, retry_delay: float, lease: float
    ) -> None:
        self._engine = engine
        self._retries = retries
        self._retry_delay = retry_delay
        self._lease = lease

    def take_due(self) -> list[Outgoing]:
        """Take out the first notification of each queue, where it is due."""
        now = time.time_ns() // 1000
        first = self._first()
        query = sa.select(NOTIFICATIONS).where(
            NOTIFICATIONS.c.id.in_(first), NOTIFICATIONS.c.due <= now
        )
        with reading(self._engine) as connection:
            due = connection.execute(query.order_by(NOTIFICATIONS.c.id)).all()
        return [
            Outgoing(
                number=row.id,
                workspace=row.workspace,
                subscriber=row.subscriber,
                attempts=row.attempts,
                correlation_id=row.correlation_id,
                transactions=unpacked(row.transactions),
            )
            for row in due
            if self._is_ours(row.id, now)
        ]

    def next_due(self) -> float | None:
        """Tell in how many seconds there is something to send, None where nothing waits."""
        query = sa.select(sa.func.min(NOTIFICATIONS.c.due)).where(
            NOTIFICATIONS.c.id.in_(self._first())
        )
        with reading(self._engine) as connection:
            due = connection.execute(query).scalar()
        return None if due is None else max(0.0, due / _MICROSECONDS - time.time())

    def sent(self, number: int) -> None:
        """Forget a notification: the subscriber has it."""
        with writing(self._engine) as connection:
            connection.execute(NOTIFICATIONS.delete().where(NOTIFICATIONS.c.id == number))

    def failed(self, outgoing: Outgoing, problem: str) -> None:
        """Put a notification back to be tried again, or park it when it was the last attempt.

        Source: platform facts, section 6.5.
        """
        attempts = outgoing.attempts + 1
        due = time.time_ns() // 1000 + round(self._retry_delay * _MICROSECONDS)
        with writing(self._engine) as connection:
            connection.execute(
                NOTIFICATIONS.update()
                .where(NOTIFICATIONS.c.id == outgoing.number)
                .values(
                    attempts=attempts, due=due, problem=problem, parked=attempts > self._retries
                )
            )

    def queues(self, workspace: str) -> dict[str, dict[str, object]]:
        """Tell of each subscriber's queue: what waits, what is parked, and the last problem."""
        query = (
            sa.select(NOTIFICATIONS.c.subscriber, NOTIFICATIONS.c.parked, NOTIFICATIONS.c.problem)
            .where(NOTIFICATIONS.c.workspace == workspace)
            .order_by(NOTIFICATIONS.c.id)
        )
        told: dict[str, dict[str, object]] = {}
        counts: dict[tuple[str, bool], int] = {}
        with reading(self._engine) as connection:
            for subscriber, parked, problem in connection.execute(query):
                counts[subscriber, parked] = counts.get((subscriber, parked), 0) + 1
                queue = told.setdefault(subscriber, {})
                if problem:
                    queue["problem"] = problem
        for subscriber, queue in told.items():
            queue["waiting"] = counts.get((subscriber, False), 0)
            queue["parked"] = counts.get((subscriber, True), 0)
        return told

    def _first(self) -> sa.Select[tuple[int]]:
        return (
            sa.select(sa.func.min(NOTIFICATIONS.c.id))
            .where(~NOTIFICATIONS.c.parked)
            .group_by(NOTIFICATIONS.c.workspace, NOTIFICATIONS.c.subscriber)
        )

    def _is_ours(self, number: int, now: int) -> bool:
        """Take a notification out, unless another process was faster."""
        taken = (
            NOTIFICATIONS.update()
            .where(NOTIFICATIONS.c.id == number, NOTIFICATIONS.c.due <= now)
            .values(due=now + round(self._lease * _MICROSECONDS))
        )
        with writing(self._engine) as connection:
            return connection.execute(taken).rowcount == 1
