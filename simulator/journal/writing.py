"""Exchanges into the database: what a writer promises, and the one for each kind of database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from simulator.journal.postgres_writer import PostgresWriter
from simulator.journal.sqlite_writer import SqliteWriter

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa

    from simulator.journal.rows import Rows

__all__ = ["Writer", "writer_for"]


class Writer(Protocol):
    """Writes exchanges; one thread at a time."""

    def commit(self, exchanges: Sequence[Rows]) -> int:
        """Write some exchanges in one transaction, and give the number of the first.

        Shape:  the numbers follow each other, and no higher number was ever seen by a reader
                before a lower one: what is read after a number misses nothing.
        Raises: JournalError; then none of them is kept.
        """
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


def writer_for(engine: sa.Engine, *, power_safe: bool) -> Writer:
    """Give the writer for a kind of database.

    Shape: ``power_safe`` makes each commit wait until the disk has it, so that it survives a
           loss of power too; without it a commit survives the end of any process of ours.
    """
    if engine.dialect.name == "sqlite":
        return SqliteWriter(engine, power_safe=power_safe)
    return PostgresWriter(engine, power_safe=power_safe)
