"""Exchanges into a SQLite file, which other processes write to as well."""

from __future__ import annotations

import contextlib
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from simulator.journal.tables import EXCHANGES, LEGS, LEGS_TO_AN_EXCHANGE
from simulator.store import in_memory, not_kept

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import sqlalchemy as sa

    from simulator.journal.rows import Rows

__all__ = ["SqliteWriter"]

_PATIENCE = 30.0
"""Seconds to wait for another process that writes."""

_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.0002, 0.002
"""Seconds between two looks whether the other process is done; its transactions are short."""

_EXCHANGE_COLUMNS = tuple(column.name for column in EXCHANGES.columns)[1:]
_LEG_COLUMNS = tuple(column.name for column in LEGS.columns)

_LEGS_AT_ONCE = 2
"""Legs that an exchange mostly has: one in, one out."""

_MOST_AT_ONCE = 64
_LARGEST_AT_ONCE = 1 << 20
"""Bytes; there is a prepared statement for each number of exchanges."""

_NO_LEG = [None] * (len(_LEG_COLUMNS) - 1)
_VIEW = "provbank_keep"
_LAST = "provbank_last"
_VIEW_COLUMNS = _EXCHANGE_COLUMNS + tuple(
    f"{name}_{place}" for place in range(1, _LEGS_AT_ONCE + 1) for name in _LEG_COLUMNS[1:]
)


class SqliteWriter:
    """The whole transaction as one statement: a view's trigger fills both tables.

    The interpreter may go to other threads before and after each statement. A transaction of
    several would keep the file locked meanwhile, and all other processes waiting; this one holds
    the lock only while SQLite itself works.
    """

    def __init__(self, engine: sa.Engine, *, power_safe: bool) -> None:
        self._engine = engine
        self._shared = in_memory(engine)
        self._prepared = False
        self._power_safe = power_safe
        self._own: Any = None

    def commit(self, exchanges: Sequence[Rows]) -> int:
        """Write some exchanges in one transaction, and give the number of the first."""
        with self._connection() as connection:
            try:
                if _fit_at_once(exchanges):
                    return self._insert_at_once(connection, exchanges)
                return self._insert_in_turn(connection, exchanges)
            except self._errors.Error as error:
                raise not_kept(error, self._engine) from error

    @property
    def _errors(self) -> Any:
        return self._engine.dialect.dbapi

    @contextlib.contextmanager
    def _connection(self) -> Iterator[Any]:
        """Give a connection of the driver: our own, or in memory the only one there is."""
        if self._shared:
            pooled = self._engine.raw_connection()
            try:
                if not self._prepared:
                    _prepare(pooled.dbapi_connection)
                    self._prepared = True
                yield pooled.dbapi_connection
            finally:
                pooled.close()
            return
        if self._own is None:
            self._own = self._engine.raw_connection()
            self._own.detach()
            connection = self._own.dbapi_connection
            connection.execute("PRAGMA busy_timeout=0")
            connection.execute("PRAGMA cache_size=-16000")
            connection.execute("PRAGMA wal_autocheckpoint=16384")  # else the housekeeper's work
            if self._power_safe:
                connection.execute("PRAGMA synchronous=FULL")
            _prepare(connection)
        yield self._own.dbapi_connection

    def _insert_at_once(self, connection: Any, exchanges: Sequence[Rows]) -> int:
        values: list[Any] = []
        for rows in exchanges:
            values += rows.exchange
            for leg in rows.legs:
                values += leg
            values += _NO_LEG * (_LEGS_AT_ONCE - len(rows.legs))
        self._patiently(connection, _insert_many(_VIEW, _VIEW_COLUMNS, len(exchanges)), values)
        ((last,),) = connection.execute(f"SELECT number FROM {_LAST}").fetchall()  # noqa: S608
        return int(last) - len(exchanges) + 1

    def _insert_in_turn(self, connection: Any, exchanges: Sequence[Rows]) -> int:
        first = 0
        self._patiently(connection, "BEGIN IMMEDIATE", ())
        try:
            for rows in exchanges:
                statement = _insert_many("exchange", _EXCHANGE_COLUMNS, 1)
                number = connection.execute(statement, rows.exchange).lastrowid
                statement = _insert_many("leg", _LEG_COLUMNS, 1)
                connection.executemany(statement, rows.legs_of(number))
                first = first or number
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(self._errors.Error):
                connection.execute("ROLLBACK")
            raise
        return first

    def _patiently(self, connection: Any, statement: str, values: Sequence[Any]) -> None:
        """Run what takes the file's lock; SQLite's own waiting sleeps too long and starves."""
        until, pause = time.monotonic() + _PATIENCE, _SHORTEST_PAUSE
        while True:
            try:
                connection.execute(statement, values)
            except self._errors.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(pause)
                pause = min(pause * 1.5, _LONGEST_PAUSE)
            else:
                return

    def close(self) -> None:
        """Let go of the connection."""
        if self._own is not None:
            self._own.close()
            self._own = None


def _fit_at_once(exchanges: Sequence[Rows]) -> bool:
    """Tell whether exchanges go as one statement: a prepared one holds on to its last values."""
    return (
        len(exchanges) <= _MOST_AT_ONCE
        and all(0 < len(rows.legs) <= _LEGS_AT_ONCE for rows in exchanges)
        and sum(rows.weight for rows in exchanges) <= _LARGEST_AT_ONCE
    )


def _prepare(connection: Any) -> None:
    """Give a connection the view, which is seen by it alone."""
    connection.executescript(
        f"""
        CREATE TEMP TABLE {_LAST} (id INTEGER PRIMARY KEY, number INTEGER);
        CREATE TEMP VIEW {_VIEW} AS
        SELECT {", ".join(f"NULL AS {name}" for name in _VIEW_COLUMNS)};
        CREATE TEMP TRIGGER {_VIEW}_both INSTEAD OF INSERT ON {_VIEW}
        BEGIN
            INSERT INTO exchange ({", ".join(_EXCHANGE_COLUMNS)})
            VALUES ({", ".join(f"NEW.{name}" for name in _EXCHANGE_COLUMNS)});
            INSERT OR REPLACE INTO {_LAST} VALUES (1, last_insert_rowid());
            {" ".join(_into_leg(place) for place in range(1, _LEGS_AT_ONCE + 1))}
        END;
        """  # noqa: S608 - names of our own
    )


def _into_leg(place: int) -> str:
    values = ", ".join(f"NEW.{name}_{place}" for name in _LEG_COLUMNS[1:])
    return (
        f"INSERT INTO leg ({', '.join(_LEG_COLUMNS)}) "  # noqa: S608
        f"SELECT number * {LEGS_TO_AN_EXCHANGE} + {place}, {values} FROM {_LAST} "
        f"WHERE NEW.kind_{place} IS NOT NULL;"
    )


@lru_cache(maxsize=64)
def _insert_many(table: str, columns: tuple[str, ...], rows: int) -> str:
    row = f"({', '.join('?' * len(columns))})"
    into = f"INSERT INTO {table} ({', '.join(columns)}) VALUES "  # noqa: S608 - names of our own
    return into + ", ".join([row] * rows)
