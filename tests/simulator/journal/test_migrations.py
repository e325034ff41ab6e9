"""Databases of earlier versions are brought up to date, whole, by one process at a time."""

from __future__ import annotations

import json
import re
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from contracts.errors import UsageError
from simulator.journal import Journal
from simulator.migrations import LATEST, configuration, upgrade
from simulator.store import PLATFORM, open_store, reading, writing

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST = """
    CREATE TABLE exchange (
        number INTEGER NOT NULL PRIMARY KEY, correlation_id VARCHAR NOT NULL,
        started VARCHAR NOT NULL, seconds FLOAT NOT NULL, sender VARCHAR NOT NULL,
        sender_known_by VARCHAR NOT NULL, receiver VARCHAR, contract VARCHAR,
        decision VARCHAR NOT NULL, address VARCHAR, producer_status INTEGER,
        producer_seconds FLOAT, status INTEGER NOT NULL, request_headers VARCHAR NOT NULL,
        request {blob} NOT NULL, response {blob} NOT NULL
    )
"""
"""The table as the first version made it."""


def first_version(url: str, rows: list[dict[str, Any]]) -> None:
    """Make a database as the first version left it: with the table, and no mark of a version."""
    engine = open_store(url)
    kind = engine.dialect.name
    table = FIRST.format(blob="BLOB" if kind == "sqlite" else "BYTEA")
    if kind == "postgresql":
        table = table.replace("number INTEGER NOT NULL", "number SERIAL")
    with writing(engine) as connection:
        connection.execute(sa.text(table))
        connection.execute(
            sa.text("CREATE INDEX ix_exchange_correlation_id ON exchange (correlation_id)")
        )
        old = sa.Table("exchange", sa.MetaData(), autoload_with=connection)
        for row in rows:
            connection.execute(old.insert().values(row))
    engine.dispose()


def a_row(number: int, **values: Any) -> dict[str, Any]:
    return {
        "number": number,
        "correlation_id": f"call {number}",
        "started": "2026-11-22T12:00:00.123456+01:00",
        "seconds": 0.5,
        "sender": "SE1",
        "sender_known_by": "internal header",
        "receiver": "2321000024",
        "contract": "urn:x",
        "decision": "forwarded",
        "address": "http://producer.example",
        "producer_status": 200,
        "producer_seconds": 0.25,
        "status": 200,
        "request_headers": json.dumps({"x-own": "å"}, ensure_ascii=False),
        "request": b"<question/>" * 100,
        "response": b"<answer/>",
        **values,
    }


def test_the_first_version_is_brought_up_to_date(url: str) -> None:
    """Numbers, fields, headers and bodies are as they were; the count goes on."""
    rows = [a_row(number) for number in range(1, 251)]
    rows[1] = a_row(
        2, decision="VP009", status=500, producer_status=404, response=b"<fault/>", receiver=None
    )
    rows[2] = a_row(
        3, decision="VP004", status=500, address=None, producer_status=None, producer_seconds=None
    )
    first_version(url, rows)

    with closing(Journal(url)) as journal:
        found = list(journal.stream())
        one, two, three = found[:3]
        assert [each.number for each in found] == list(range(1, 251))
        assert one.started == datetime.fromisoformat("2026-11-22T12:00:00.123456+01:00")
        assert (one.sender, one.receiver, one.workspace) == ("SE1", "2321000024", "default")
        inbound, outbound = one.legs
        assert inbound.request_headers == {"x-own": "å"}
        assert (inbound.request, inbound.response) == (b"<question/>" * 100, b"<answer/>")
        assert (outbound.kind, outbound.url, outbound.status, outbound.seconds) == (
            "out", "http://producer.example", 200, 0.25,
        )  # fmt: skip
        assert (outbound.request, outbound.response) == (inbound.request, inbound.response)
        assert (two.decision, two.receiver, two.legs[1].status) == ("VP009", None, 404)
        assert two.legs[1].response == b""
        assert "earlier version" in two.legs[1].problem
        assert [leg.kind for leg in three.legs] == ["in"]
        assert journal.keep(three) == 251


def test_an_empty_database_of_the_first_version_is_brought_up_to_date(url: str) -> None:
    """It begins at 1."""
    first_version(url, [])

    with closing(Journal(url)) as journal:
        assert journal.find().items == ()
        assert journal.find().complete


def test_a_step_that_fails_changes_nothing(url: str) -> None:
    """The upgrade is one transaction: the old program can still read what it wrote."""
    rows = [a_row(1), a_row(2, started="no time")]
    first_version(url, rows)

    with pytest.raises(ValueError, match="no time"):
        Journal(url)

    engine = open_store(url)
    assert sa.inspect(engine).get_table_names() == ["exchange"]
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM exchange")).scalar_one() == 2
    engine.dispose()


def test_a_database_of_a_later_version_is_left_alone(url: str) -> None:
    """An old program neither reads nor writes what it does not know."""
    Journal(url).close()
    engine = open_store(url)
    with writing(engine) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    with pytest.raises(UsageError, match="later version") as told:
        Journal(url)

    assert "9999" in told.value.what


def test_made_at_once_or_step_by_step_the_tables_are_the_same(
    url: str, a_postgresql_database: Callable[[], str], file_url: str
) -> None:
    """A new database is made in one go; it must not differ from an upgraded one."""
    other = file_url.replace("journal.", "other.") if "sqlite" in url else a_postgresql_database()
    first_version(url, [])
    upgraded, fresh = open_store(url), open_store(other)
    upgrade(upgraded)
    upgrade(fresh)

    for engine in (upgraded, fresh):
        with reading(engine) as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, PLATFORM) == []
    if upgraded.dialect.name == "sqlite":
        assert _definitions(upgraded) == _definitions(fresh)
    else:
        assert _columns(upgraded) == _columns(fresh)
    upgraded.dispose()
    fresh.dispose()


def _definitions(engine: sa.Engine) -> dict[str, str]:
    query = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
    with reading(engine) as connection:
        return {
            name: re.sub(r"\s", "", sql) for name, sql in connection.execute(sa.text(query)).all()
        }


def _columns(engine: sa.Engine) -> list[Any]:
    query = """
        SELECT c.relname, a.attname, a.attnum, a.attnotnull, a.attstorage,
               format_type(a.atttypid, a.atttypmod), pg_get_expr(d.adbin, d.adrelid)
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0
        UNION ALL SELECT indexname, indexdef, 0, false, '', '', '' FROM pg_indexes
        WHERE schemaname = 'public'
        ORDER BY 1, 3, 2
    """
    with reading(engine) as connection:
        return [tuple(row) for row in connection.execute(sa.text(query)).all()]


def test_the_latest_step_is_the_one_the_program_knows() -> None:
    """A step that is added is also run."""
    assert ScriptDirectory.from_config(configuration()).get_current_head() == LATEST


def test_several_that_open_an_old_database_at_once_upgrade_it_once(
    url: str, meet: Callable[..., list[Any]]
) -> None:
    """One does the work, the others wait and go on."""
    first_version(url, [a_row(number) for number in range(1, 51)])

    def look() -> int:
        with closing(Journal(url)) as journal:
            return len(journal.find().items)

    assert meet([look] * 4) == [50] * 4


def test_several_that_open_a_new_database_at_once_make_it_once(
    url: str, meet: Callable[..., list[Any]]
) -> None:
    """As the workers of one platform do."""

    def look() -> int:
        with closing(Journal(url)) as journal:
            return len(journal.find().items)

    assert meet([look] * 4) == [0] * 4
