"""Opening a journal that is there, to read it: by path or URL, and nothing is made by mistake."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import sqlalchemy as sa

from contracts.errors import UsageError
from simulator.journal.journal import Journal
from simulator.store import open_store

__all__ = ["existing_journal"]

_FILE = "journal.sqlite"
_TABLE = "exchange"


def existing_journal(database: str) -> Journal:
    """Open a journal by its URL, its file, or the folder that ``simulate --data`` was given.

    Raises: UsageError where there is none; no file and no table is made then.
    """
    url = database if "://" in database else _url_of(Path(database))
    asked = sa.make_url(url)
    if asked.get_backend_name() == "sqlite":
        is_there = _is_journal_file(Path(asked.database or ""))
    else:
        engine = open_store(url)
        is_there = sa.inspect(engine).has_table(_TABLE)
        engine.dispose()
    if not is_there:
        raise UsageError(
            "there is no journal",
            where=database if "@" not in database else asked.render_as_string(hide_password=True),
            mend="give the folder of --data, a journal.sqlite, or a database URL",
        )
    return Journal(url)


def _is_journal_file(file: Path) -> bool:
    """Look into a file without writing to it."""
    if not file.is_file():
        return False
    with contextlib.closing(
        sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
    ) as connection:
        try:
            found = connection.execute(
                "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?", [_TABLE]
            ).fetchone()
        except sqlite3.DatabaseError:
            return False
    return bool(found[0])


def _url_of(path: Path) -> str:
    file = path / _FILE if path.is_dir() else path
    return f"sqlite:///{file.as_posix()}"
