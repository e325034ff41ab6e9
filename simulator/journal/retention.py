"""How much the journal keeps, and how the oldest exchanges are forgotten and remembered as gone."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from contracts.errors import UsageError
from simulator.journal.tables import EXCHANGES, FORGOTTEN, LEGS, LEGS_TO_AN_EXCHANGE, WEIGHT
from simulator.store import writing

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["KEEP_ALL", "Retention", "Weight", "forget_oldest", "forget_workspace", "weigh"]

_AT_ONCE = 200
"""Exchanges forgotten in one transaction: other processes wait no longer than for a commit."""

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How much of the past a journal keeps; what is beyond any limit is forgotten, oldest first.

    Shape:  None sets no limit. ``age`` counts from when an exchange was kept, by the machine's
            clock; ``most_bytes`` counts bodies as compressed, headers and rows.
    Raises: UsageError for a limit that is not above zero.
    """

    age: timedelta | None = None
    most_exchanges: int | None = None
    most_bytes: int | None = None

    def __post_init__(self) -> None:
        for name, least in (
            ("age", timedelta()),
            ("most_exchanges", 0),
            ("most_bytes", 0),
        ):
            limit = getattr(self, name)
            if limit is not None and limit <= least:
                raise UsageError(
                    f"a journal cannot keep {name} {limit}", mend="give a limit above zero, or none"
                )

    @property
    def bounded(self) -> bool:
        """Tell whether anything is ever forgotten."""
        return (self.age, self.most_exchanges, self.most_bytes) != (None, None, None)


KEEP_ALL = Retention()


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """How much the journal holds, up to the exchange last weighed."""

    weighed_until: int = 0
    exchanges: int = 0
    bytes: int = 0


def weigh(connection: sa.Connection) -> Weight:
    """Add what was kept since the last time, and give the whole.

    Shape: the transaction is one that writes; only new rows are read.
    """
    row = connection.execute(sa.select(WEIGHT).with_for_update()).mappings().one()
    before = Weight(**{name: row[name] for name in Weight.__slots__})
    added = connection.execute(
        sa.select(
            sa.func.max(EXCHANGES.c.number),
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(EXCHANGES.c.bytes), 0),
        ).where(EXCHANGES.c.number > before.weighed_until)
    ).one()
    if added[0] is None:
        return before
    weight = Weight(
        weighed_until=added[0],
        exchanges=before.exchanges + added[1],
        bytes=before.bytes + int(added[2]),
    )
    _note(connection, weight)
    return weight


def _note(connection: sa.Connection, weight: Weight) -> None:
    connection.execute(
        WEIGHT.update().values({name: getattr(weight, name) for name in Weight.__slots__})
    )


def forget_oldest(engine: sa.Engine, retention: Retention, *, now: float | None = None) -> bool:
    """Forget some of the oldest exchanges where the journal is beyond a limit.

    Shape: ``now`` is the machine's time in seconds since 1970. Gives whether there is more to
           forget: call again.
    """
    with writing(engine) as connection:
        weight = weigh(connection)
        oldest = connection.execute(
            sa.select(EXCHANGES.c.number, EXCHANGES.c.kept, EXCHANGES.c.bytes)
            .where(EXCHANGES.c.number <= weight.weighed_until)
            .order_by(EXCHANGES.c.number)
            .limit(_AT_ONCE)
        ).all()
        until = _beyond(oldest, weight, retention, now=time.time() if now is None else now)
        gone = [row for row in oldest if row.number <= until]
        if not gone:
            return False
        _forget(connection, EXCHANGES.c.number <= until)
        connection.execute(LEGS.delete().where(LEGS.c.id < (until + 1) * LEGS_TO_AN_EXCHANGE))
        _note(connection, _lighter(weight, gone))
    return len(gone) == len(oldest) == _AT_ONCE


def _beyond(
    oldest: Sequence[Any],
    weight: Weight,
    retention: Retention,
    *,
    now: float,
) -> int:
    """Give the number of the last exchange that is beyond a limit, 0 where none is."""
    born_before = (now - retention.age / _SECOND) * 1_000_000 if retention.age is not None else 0.0
    exchanges, size, until = weight.exchanges, weight.bytes, 0
    for row in oldest:
        if not (
            row.kept < born_before
            or (retention.most_exchanges is not None and exchanges > retention.most_exchanges)
            or (retention.most_bytes is not None and size > retention.most_bytes)
        ):
            break
        until = row.number
        exchanges -= 1
        size -= row.bytes
    return until


def forget_workspace(engine: sa.Engine, workspace: str) -> int:
    """Forget all exchanges of a workspace, and give how many there were."""
    forgotten = 0
    while True:
        with writing(engine) as connection:
            weight = weigh(connection)
            gone = connection.execute(
                sa.select(EXCHANGES.c.number, EXCHANGES.c.bytes)
                .where(EXCHANGES.c.workspace == workspace)
                .where(EXCHANGES.c.number <= weight.weighed_until)
                .order_by(EXCHANGES.c.number)
                .limit(_AT_ONCE)
            ).all()
            if not gone:
                return forgotten
            numbers = [row.number for row in gone]
            for number in numbers:
                first = number * LEGS_TO_AN_EXCHANGE
                connection.execute(
                    LEGS.delete().where(LEGS.c.id.between(first, first + LEGS_TO_AN_EXCHANGE - 1))
                )
            _forget(connection, EXCHANGES.c.number.in_(numbers))
            _note(connection, _lighter(weight, gone))
            forgotten += len(gone)


def _lighter(weight: Weight, gone: Sequence[Any]) -> Weight:
    return Weight(
        weighed_until=weight.weighed_until,
        exchanges=weight.exchanges - len(gone),
        bytes=weight.bytes - sum(row.bytes for row in gone),
    )


def _forget(connection: sa.Connection, which: sa.ColumnElement[bool]) -> None:
    """Delete exchanges, and note for each workspace that they are gone."""
    rows = connection.execute(
        sa.select(
            EXCHANGES.c.workspace,
            sa.func.count().label("exchanges"),
            sa.func.max(EXCHANGES.c.number).label("number"),
            sa.func.max(EXCHANGES.c.started).label("started"),
        )
        .where(which)
        .group_by(EXCHANGES.c.workspace)
    ).all()
    for row in rows:
        there = FORGOTTEN.c.workspace == row.workspace
        known = connection.execute(sa.select(FORGOTTEN).where(there)).first()
        if known is None:
            connection.execute(FORGOTTEN.insert().values(**row._mapping))
            continue
        connection.execute(
            FORGOTTEN.update()
            .where(there)
            .values(
                exchanges=known.exchanges + row.exchanges,
                number=max(known.number, row.number),
                started=max(known.started, row.started),
            )
        )
    connection.execute(EXCHANGES.delete().where(which))
