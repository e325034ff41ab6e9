"""Where things are kept: a database by URL, set up for durability, read and written in whole."""

from __future__ import annotations

import secrets
import sqlite3
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool

from contracts.errors import JournalError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

__all__ = [
    "IN_MEMORY",
    "METADATA",
    "PLATFORM",
    "in_memory",
    "open_store",
    "prepare_data",
    "reading",
    "wait_for_disk",
    "writing",
]

METADATA = sa.MetaData()

PLATFORM = sa.MetaData()
"""The tables of the platform's own database, which ``simulator.migrations`` keeps up to date."""

IN_MEMORY = "sqlite://"
"""The database URL of one in memory, gone with its engine."""

_NO_FILE = {None, "", ":memory:"}

_WAITING_FOR_LOCK = 10_000
_BETWEEN_TRIES = 0.01
"""Milliseconds that SQLite waits for another process to let go of the file."""

_STATEMENTS = 256
"""How many prepared statements a SQLite connection remembers."""

_WRITES = "provbank_writes"


def open_store(url: str) -> sa.Engine:
    """Open a database; ``sqlite://`` alone is one in memory, shared by all threads.

    Shape:  a SQLite file is written ahead (WAL), so that a commit survives the process. A
            database in memory has one connection, which threads take by turns.
    Raises: UsageError where the database cannot be opened.
    """
    try:
        engine = _engine(url)
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", _set_up_sqlite)
            sa.event.listen(engine, "begin", _begin_sqlite)
        try:
            with engine.connect():
                pass
        except BaseException:
            engine.dispose()
            raise
    except ModuleNotFoundError as error:
        raise UsageError(
            f"the driver {error.name} for this kind of database is not installed",
            where=_without_password(url),
            mend="pip install 'provbank[postgresql]'",
        ) from None
    except sa.exc.SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise UsageError(
            f"the database cannot be opened: {str(cause).strip()}",
            where=_without_password(url),
            mend="give a path in a folder that can be written"
            if url.startswith("sqlite")
            else "check that the server runs, and the names in the URL",
        ) from None
    return engine


def _engine(url: str) -> sa.Engine:
    asked = sa.make_url(url)
    if asked.drivername in {"postgres", "postgresql"}:
        asked = asked.set(drivername="postgresql+psycopg")
    if asked.get_backend_name() != "sqlite":
        return sa.create_engine(asked, pool_pre_ping=True)
    options: dict[str, Any] = {
        "connect_args": {"check_same_thread": False, "cached_statements": _STATEMENTS}
    }
    if asked.database in _NO_FILE:  # its only connection is the database
        options |= {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0}
    return sa.create_engine(asked, **options)


def _without_password(url: str) -> str:
    try:
        return sa.make_url(url).render_as_string(hide_password=True)
    except sa.exc.ArgumentError:
        return url


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say, not where the driver does
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_WAITING_FOR_LOCK}")
    _write_ahead(cursor)
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


def _write_ahead(cursor: Any) -> None:
    """Let a database be written ahead; of several that open a new one, each waits for the other.

    SQLite does not wait here by itself: who meets another at the same is refused at once.
    """
    deadline = time.monotonic() + _WAITING_FOR_LOCK / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_BETWEEN_TRIES)
        else:
            return


def _begin_sqlite(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    if options.get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(_WRITES) else "BEGIN")


def wait_for_disk(engine: sa.Engine) -> None:
    """Let each commit wait for the disk, so that not even a loss of power loses it."""
    if engine.dialect.name == "sqlite":  # others wait by themselves
        sa.event.listen(engine, "connect", _wait_for_disk)
        engine.dispose()  # connections that are open do not know


def _wait_for_disk(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=FULL")


def in_memory(engine: sa.Engine) -> bool:
    """Tell whether a database is in this process's memory alone."""
    return engine.dialect.name == "sqlite" and engine.url.database in _NO_FILE


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Run a transaction that writes: all of it is kept when the context is left, or nothing.

    Shape: on SQLite the lock is taken at once, so that nothing read in it is out of date when
           it writes; another process's transaction is waited for.
    """
    with engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Run a transaction that reads: all statements in it see the database at one instant."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


def not_kept(error: Exception, engine: sa.Engine) -> JournalError:
    """Give the error of an exchange that a database would not take."""
    return JournalError(
        f"the journal cannot keep an exchange: {str(error).strip()}",
        where=engine.url.render_as_string(hide_password=True),
        mend="see that the database can be written and its disk has room",
    )


def prepare_data(folder: Path) -> None:
    """Make sure that a folder for databases is there and can be written; nothing is removed.

    Raises: UsageError where it cannot.
    """
    probe = folder / f".provbank-{secrets.token_hex(4)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_text("", encoding="utf-8")
        probe.unlink()
    except OSError as error:
        raise UsageError(
            f"the folder cannot be written: {error.strerror or error}",
            where=str(folder),
            mend="choose another with --data",
        ) from None
