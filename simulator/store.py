"""Where things are kept: a database by URL, set up for durability."""

from __future__ import annotations

import secrets
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from contracts.errors import UsageError

__all__ = ["METADATA", "open_store", "prepare_data"]

METADATA = sa.MetaData()


def open_store(url: str) -> sa.Engine:
    """Open a database; ``sqlite://`` alone is one in memory, shared by all threads.

    Shape:  a SQLite file is written ahead (WAL), so that a commit survives the process.
    Raises: UsageError where the database cannot be opened.
    """
    try:
        engine = (
            sa.create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
            if url == "sqlite://"
            else sa.create_engine(url)
        )
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", _set_up_sqlite)
        with engine.connect():
            pass
    except sa.exc.SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise UsageError(
            f"the database cannot be opened: {cause}",
            where=url,
            mend="give a path in a folder that can be written",
        ) from None
    return engine


def _set_up_sqlite(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.close()


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
