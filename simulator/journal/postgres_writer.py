"""Exchanges into PostgreSQL, which other processes write to as well."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from simulator.journal.tables import EXCHANGES, LEGS
from simulator.store import not_kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulator.journal.rows import Rows

__all__ = ["PostgresWriter"]

_ONE_AT_A_TIME = 0x70726F76626B
"""The key of the advisory lock that numbers are given under: "provbk"."""

_BEGIN_WITH_NUMBERS = """
    BEGIN;
    SELECT nextval('exchange_number_seq')
    FROM (SELECT pg_advisory_xact_lock({lock})) AS locked, generate_series(1, {many})
"""

_TYPES = {
    sa.Text: "text",
    sa.Integer: "int4",
    sa.SmallInteger: "int2",
    sa.BigInteger: "int8",
    sa.Float: "float8",
    sa.LargeBinary: "bytea",
}


class PostgresWriter:
    """Numbers under an advisory lock, held until the commit can be seen; then a COPY a table."""

    def __init__(self, engine: sa.Engine, *, power_safe: bool) -> None:
        self._engine = engine
        self._power_safe = power_safe
        self._own: Any = None

    def commit(self, exchanges: Sequence[Rows]) -> int:
        """Write some exchanges in one transaction, and give the number of the first."""
        errors = self._engine.dialect.dbapi.Error  # type: ignore[union-attr]
        try:
            connection = self._connection()
            with connection.cursor() as cursor:
                cursor.execute(_BEGIN_WITH_NUMBERS.format(lock=_ONE_AT_A_TIME, many=len(exchanges)))
                cursor.nextset()
                numbers = [number for (number,) in cursor.fetchall()]
                numbered = list(zip(numbers, exchanges, strict=True))
                _copy(cursor, EXCHANGES, [(number, *rows.exchange) for number, rows in numbered])
                legs = (leg for number, rows in numbered for leg in rows.legs_of(number))
                _copy(cursor, LEGS, legs)
                cursor.execute("COMMIT")
        except BaseException as error:
            self.close()  # the next commit begins with a connection that works
            if isinstance(error, errors):
                raise not_kept(error, self._engine) from error
            raise
        return int(numbers[0])

    def _connection(self) -> Any:
        if self._own is None:
            self._own = self._engine.raw_connection()  # the pool sees that it is alive
            self._own.detach()
            connection = self._own.dbapi_connection
            connection.autocommit = True
            if self._power_safe:
                connection.execute("SET synchronous_commit = on")
        return self._own.dbapi_connection

    def close(self) -> None:
        """Let go of the connection."""
        if self._own is not None:
            with contextlib.suppress(Exception):
                self._own.close()
            self._own = None


def _copy(cursor: Any, table: sa.Table, rows: Iterable[tuple[Any, ...]]) -> None:
    names = ", ".join(column.name for column in table.columns)
    with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN (FORMAT BINARY)") as into:
        into.set_types([_TYPES[type(column.type)] for column in table.columns])
        for row in rows:
            into.write_row(row)
