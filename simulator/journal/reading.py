"""Reading the journal a stretch at a time, and saying what was looked at and what is gone."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from simulator.journal.queries import Contents, conditions
from simulator.journal.rows import exchange_of, instant_of
from simulator.journal.tables import EXCHANGES, FORGOTTEN, LEGS, LEGS_TO_AN_EXCHANGE
from simulator.store import reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from simulator.exchange import Exchange
    from simulator.journal.queries import Query

__all__ = ["Found", "Listed", "Reader", "Stream"]

_STRETCH = 5_000
"""Numbers looked through in the first statement of a search; it grows while that is quick."""

_LONGEST_STRETCH = 500_000
_QUICK = 0.05
"""Seconds."""

_BODIES_AT_ONCE = 20
"""Exchanges whose bodies are judged in one transaction."""

_ROWS_AT_ONCE = 1_000

_LEG_COLUMNS = [column for column in LEGS.columns if column.name not in {"request", "response"}]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An exchange without its bodies, and how many bytes they have: one pair a leg."""

    exchange: Exchange
    sizes: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found, and what it can answer for.

    Shape: ``items`` in the order of their numbers. Everything from ``looked_from`` to
           ``looked_to`` was looked at, both inclusive; the two are 0 where nothing was.
           ``go_on`` is the number to ask on from: ``before`` it in a search for the last,
           ``after`` it in one for the first; None where there is no more to look at.
           ``complete`` is False where exchanges that were forgotten could have been among what
           was looked for; those had numbers up to ``forgotten_until``, and had started by
           ``forgotten_started``.
    """

    items: tuple[Listed, ...]
    complete: bool
    looked_from: int
    looked_to: int
    go_on: int | None = None
    forgotten_until: int | None = None
    forgotten_started: datetime | None = None

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Give the exchanges, without their bodies."""
        return tuple(item.exchange for item in self.items)

    def followed_by(self, later: Found) -> Found:
        """Give one answer for two searches, the later of which began where the first ended."""
        if not later.looked_to:
            return self
        return replace(
            later,
            items=self.items + later.items,
            complete=self.complete and later.complete,
            looked_from=self.looked_from or later.looked_from,
            forgotten_until=later.forgotten_until or self.forgotten_until,
            forgotten_started=later.forgotten_started or self.forgotten_started,
        )


class _Ground(NamedTuple):
    """What the journal holds and has forgotten, of one workspace or of all."""

    first: int
    last: int
    forgotten: int
    forgotten_started: int

    def covers(self, query: Query, after: int) -> bool:
        """Tell whether nothing that the query asks for, above a number, has been forgotten."""
        if self.forgotten <= after:
            return True
        return query.since is not None and instant_of(self.forgotten_started) < query.since


class Reader:
    """Searches a journal; any number of threads at a time."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def find(
        self, query: Query, *, last: int | None = None, first: int | None = None, patience: float
    ) -> Found:
        """Find the last or the first exchanges that a query asks for.

        Units: seconds; after ``patience`` the search stops where it is, and says where.
        """
        down, most = first is None, (last if first is None else first) or 0
        return _Search(self._engine, query, down=down, most=most, patience=patience).run()

    def exchange(self, number: int) -> Exchange | None:
        """Give one exchange whole, None where it is not in the journal."""
        with reading(self._engine) as connection:
            row = connection.execute(
                sa.select(EXCHANGES).where(EXCHANGES.c.number == number)
            ).mappings().first()  # fmt: skip
            return None if row is None else _whole(connection, row)

    def last_number(self) -> int:
        """Give the number of the exchange kept last, 0 in an empty journal."""
        with reading(self._engine) as connection:
            return connection.execute(sa.select(sa.func.max(EXCHANGES.c.number))).scalar() or 0

    def stream(self, query: Query) -> Stream:
        """Give all that a query asks for, one whole exchange at a time, from the first on."""
        return Stream(self, query)


class Stream:
    """Exchanges one at a time; what it can answer for is known when it has ended.

    Shape: ``complete`` and ``forgotten_until`` as of ``Found``.
    """

    def __init__(self, reader: Reader, query: Query) -> None:
        self._reader = reader
        self._query = query
        self.complete = True
        self.forgotten_until: int | None = None

    def __iter__(self) -> Iterator[Exchange]:
        """Read on, holding no more than one exchange with its bodies."""
        after: int | None = self._query.after
        while after is not None:
            found = self._reader.find(
                replace(self._query, after=after), first=100, patience=float("inf")
            )
            self._note(found.complete, found.forgotten_until)
            for listed in found.exchanges:
                whole = self._reader.exchange(listed.number or 0)
                if whole is None:  # forgotten since it was found
                    self._note(False, listed.number)
                else:
                    yield whole
            after = found.go_on

    def _note(self, complete: bool, forgotten_until: int | None) -> None:
        self.complete &= complete
        if forgotten_until is not None:
            self.forgotten_until = max(forgotten_until, self.forgotten_until or 0)


class _Search:
    """One search: stretch by stretch, down from the last number or up from the first.

    Shape: ``_edge`` is how far it has come. All above it, in a search down, or up to it, in one
           up, has been looked at.
    """

    def __init__(
        self, engine: sa.Engine, query: Query, *, down: bool, most: int, patience: float
    ) -> None:
        self._engine = engine
        self._query = query
        self._contents = Contents(query)
        self._conditions = conditions(query)
        self._down = down
        self._most = most
        self._until = time.monotonic() + patience
        self._stretch = _LONGEST_STRETCH if query.correlation_id is not None else _STRETCH
        self._found: list[Listed] = []
        self._complete = True
        self._edge = 0

    def run(self) -> Found:
        """Look on until enough is found, all is looked at, or patience ends."""
        with reading(self._engine) as connection:
            ground = _ground(connection, self._query)
        low = self._query.after
        high = ground.last if self._query.before is None else self._query.before - 1
        high = max(low, min(high, ground.last))
        self._edge, end = (high, low) if self._down else (low, high)
        while self._edge != end and len(self._found) < self._most:
            with reading(self._engine) as connection:
                ground = _ground(connection, self._query)
                before = self._edge
                self._look(connection, ground, end)
            self._complete &= ground.covers(self._query, min(before, self._edge))
            if time.monotonic() > self._until:
                break
        looked_from, looked_to = (self._edge, high) if self._down else (low, self._edge)
        some = looked_from < looked_to
        more = ground.first <= self._edge if self._down else self._edge < high
        return Found(
            items=tuple(sorted(self._found, key=lambda item: item.exchange.number or 0)),
            complete=self._complete,
            looked_from=looked_from + 1 if some else 0,
            looked_to=looked_to if some else 0,
            go_on=(self._edge + self._down) if more and self._edge != end else None,
            forgotten_until=None if self._complete else ground.forgotten,
            forgotten_started=None if self._complete else instant_of(ground.forgotten_started),
        )

    def _look(self, connection: sa.Connection, ground: _Ground, end: int) -> None:
        """Look through one stretch, and move the edge to where the looking ended."""
        began = time.monotonic()
        low, high = self._next_stretch(ground, end)
        most = min(self._most - len(self._found), _ROWS_AT_ONCE)
        if self._contents.asked:
            most = _BODIES_AT_ONCE
        order = EXCHANGES.c.number.desc() if self._down else EXCHANGES.c.number
        rows = connection.execute(
            sa.select(EXCHANGES)
            .where(EXCHANGES.c.number > low, EXCHANGES.c.number <= high, *self._conditions)
            .order_by(order)
            .limit(most)
        ).mappings().all()  # fmt: skip
        whole = len(rows) < most
        self._edge = low if self._down else high
        if self._contents.asked:
            looked = self._judge(connection, rows)
            whole &= looked == len(rows)
            rows = rows[:looked]
        else:
            self._found += _listed(connection, rows)
        if not whole:
            self._edge = rows[-1]["number"] - self._down
        elif time.monotonic() - began < _QUICK:
            self._stretch = min(self._stretch * 4, _LONGEST_STRETCH)

    def _next_stretch(self, ground: _Ground, end: int) -> tuple[int, int]:
        """Give the numbers to look at next, the lower one exclusive; emptied ground is one step."""
        if self._down:
            low = max(self._edge - self._stretch, end)
            return (end if low < ground.first else low), self._edge
        return self._edge, min(max(self._edge, ground.first - 1) + self._stretch, end)

    def _judge(self, connection: sa.Connection, rows: Sequence[sa.RowMapping]) -> int:
        """Keep those whose contents the query asks for, and tell how many were looked at."""
        for place, row in enumerate(rows, 1):
            exchange = _whole(connection, row, bodies=self._contents.of_bodies)
            if self._contents.hold_of(exchange):
                self._found += _listed(connection, [row])
            if len(self._found) == self._most or time.monotonic() > self._until:
                return place
        return len(rows)


def _ground(connection: sa.Connection, query: Query) -> _Ground:
    forgotten = sa.select(
        sa.func.coalesce(sa.func.max(FORGOTTEN.c.number), 0),
        sa.func.coalesce(sa.func.max(FORGOTTEN.c.started), 0),
    )
    if query.workspace is not None:
        forgotten = forgotten.where(FORGOTTEN.c.workspace == query.workspace)
    until, started = connection.execute(forgotten).one()
    first, last = connection.execute(
        sa.select(  # apart from each other, so that each is one look at the end of an index
            sa.select(sa.func.min(EXCHANGES.c.number)).scalar_subquery(),
            sa.select(sa.func.max(EXCHANGES.c.number)).scalar_subquery(),
        )
    ).one()
    last = max(last or 0, until)
    return _Ground(first or last + 1, last, until, started)


def _whole(connection: sa.Connection, row: sa.RowMapping, *, bodies: bool = True) -> Exchange:
    first = row["number"] * LEGS_TO_AN_EXCHANGE
    legs = connection.execute(
        sa.select(*(LEGS.columns if bodies else _LEG_COLUMNS))
        .where(LEGS.c.id.between(first, first + LEGS_TO_AN_EXCHANGE - 1))
        .order_by(LEGS.c.id)
    ).mappings()  # fmt: skip
    return exchange_of(row, legs)


def _listed(connection: sa.Connection, rows: Sequence[sa.RowMapping]) -> list[Listed]:
    """Give exchanges without their bodies, all legs read in one statement."""
    first = EXCHANGES.c.number * LEGS_TO_AN_EXCHANGE
    legs: dict[int, list[sa.RowMapping]] = {row["number"]: [] for row in rows}
    for some in (list(legs)[at : at + 500] for at in range(0, len(legs), 500)):
        for leg in connection.execute(
            sa.select(*_LEG_COLUMNS)
            .select_from(EXCHANGES)
            .join(LEGS, LEGS.c.id.between(first, first + LEGS_TO_AN_EXCHANGE - 1))
            .where(EXCHANGES.c.number.in_(some))
            .order_by(LEGS.c.id)
        ).mappings():  # fmt: skip
            legs[leg["id"] // LEGS_TO_AN_EXCHANGE].append(leg)
    return [
        Listed(
            exchange=exchange_of(row, legs[row["number"]]),
            sizes=tuple(
                (leg["request_bytes"], leg["response_bytes"]) for leg in legs[row["number"]]
            ),
        )
        for row in rows
    ]
