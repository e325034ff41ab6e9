"""Brings the platform's database to the tables that this version uses, from any earlier one.

Each step is an Alembic revision in ``versions``. A new database gets its tables at once, in the
state after the last step; a test holds the two ways together.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

import simulator.engagement_index.tables  # puts its tables into PLATFORM
import simulator.journal.tables  # noqa: F401 - and so does this
from contracts.errors import UsageError
from simulator.store import PLATFORM, reading, writing

if TYPE_CHECKING:
    from alembic.config import Config

__all__ = ["LATEST", "configuration", "upgrade"]

LATEST = "0003"
"""The revision that this version of the program uses."""

_UNMARKED = "0001"
"""What a database with an ``exchange`` table is, where nothing says its revision."""

_ONE_AT_A_TIME = 0x70726F766D67
"""The key of PostgreSQL's advisory lock for an upgrade: "provmg"."""


def upgrade(engine: sa.Engine) -> None:
    """Create the tables, or bring those of an earlier version up to date; nothing is lost.

    Shape:  all in one transaction: stopped at any moment, the database is as it was before. Of
            several processes that open it at once, one does the work and the others wait.
    Raises: UsageError for a database of a later version.
    """
    with reading(engine) as connection:
        if _revision(connection) == LATEST:
            return
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
        revision = _revision(connection)
        if revision is None:
            _create(connection)
        elif revision < LATEST:
            _migrate(connection, revision)
        elif revision > LATEST:
            raise UsageError(
                f"the database was made by a later version (its revision is {revision}, this "
                f"version knows {LATEST})",
                where=engine.url.render_as_string(hide_password=True),
                mend="use that version, or another database",
            )


def _revision(connection: sa.Connection) -> str | None:
    """Tell which revision a database is at, None for one without our tables."""
    there = sa.inspect(connection)
    if there.has_table("alembic_version"):
        number = sa.text("SELECT version_num FROM alembic_version")
        return str(connection.execute(number).scalar_one())
    return _UNMARKED if there.has_table("exchange") else None


def _create(connection: sa.Connection) -> None:
    PLATFORM.create_all(connection)
    connection.execute(
        sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
                "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))")
    )  # fmt: skip
    connection.execute(sa.text(f"INSERT INTO alembic_version VALUES ('{LATEST}')"))  # noqa: S608


def _migrate(connection: sa.Connection, revision: str) -> None:
    from alembic import command  # noqa: PLC0415 - rarely needed, and slow to import

    chosen = configuration()
    chosen.attributes["connection"] = connection
    if not sa.inspect(connection).has_table("alembic_version"):
        command.stamp(chosen, revision)
    command.upgrade(chosen, LATEST)


def configuration() -> Config:
    """Give Alembic's configuration, with our steps."""
    from alembic.config import Config  # noqa: PLC0415

    chosen = Config()
    chosen.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    chosen.set_main_option("path_separator", "os")
    return chosen
