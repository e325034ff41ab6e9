"""Opening a database: durable, shared by threads, and a clear word when it cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from contracts.errors import UsageError
from simulator.store import open_store, reading, writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_file_is_written_ahead(tmp_path: Path) -> None:
    """Write-ahead logging is what lets a commit survive the process."""
    engine = open_store(f"sqlite:///{(tmp_path / 'kept.sqlite').as_posix()}")

    with engine.connect() as connection:
        assert connection.execute(sa.text("PRAGMA journal_mode")).scalar_one() == "wal"
    engine.dispose()


def test_transactions_that_write_do_so_one_after_the_other(
    tmp_path: Path, meet: Callable[..., list[Any]]
) -> None:
    """What is read in one is not out of date when it writes, nor does it fail for a lock."""
    url = f"sqlite:///{(tmp_path / 'kept.sqlite').as_posix()}"
    engines = [open_store(url) for _ in range(4)]
    with writing(engines[0]) as connection:
        connection.execute(sa.text("CREATE TABLE t (x INTEGER)"))
        connection.execute(sa.text("INSERT INTO t VALUES (0)"))

    def count(engine: sa.Engine) -> Callable[[], None]:
        def work() -> None:
            for _ in range(25):
                with writing(engine) as connection:
                    value = connection.execute(sa.text("SELECT x FROM t")).scalar_one()
                    connection.execute(sa.text("UPDATE t SET x = :x"), {"x": value + 1})

        return work

    meet([count(engine) for engine in engines])

    with reading(engines[0]) as connection:
        assert connection.execute(sa.text("SELECT x FROM t")).scalar_one() == 100
    for engine in engines:
        engine.dispose()


def test_a_transaction_that_reads_sees_one_instant(tmp_path: Path) -> None:
    """What is committed meanwhile is seen by the next."""
    engine = open_store(f"sqlite:///{(tmp_path / 'kept.sqlite').as_posix()}")
    with writing(engine) as connection:
        connection.execute(sa.text("CREATE TABLE t (x INTEGER)"))
    seen = []

    with reading(engine) as connection:
        for _ in range(2):
            seen.append(connection.execute(sa.text("SELECT count(*) FROM t")).scalar_one())
            with writing(engine) as other:
                other.execute(sa.text("INSERT INTO t VALUES (1)"))
    with reading(engine) as connection:
        seen.append(connection.execute(sa.text("SELECT count(*) FROM t")).scalar_one())
    engine.dispose()

    assert seen == [0, 0, 2]


def test_a_connection_without_transactions_sees_what_is_committed_meanwhile(
    tmp_path: Path,
) -> None:
    """It may stay open, and looks anew with each statement."""
    engine = open_store(f"sqlite:///{(tmp_path / 'kept.sqlite').as_posix()}")
    with writing(engine) as connection:
        connection.execute(sa.text("CREATE TABLE t (x INTEGER)"))
    seen = []

    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as looking:
        for _ in range(2):
            seen.append(looking.execute(sa.text("SELECT count(*) FROM t")).scalar_one())
            with writing(engine) as other:
                other.execute(sa.text("INSERT INTO t VALUES (1)"))
    engine.dispose()

    assert seen == [0, 1]


def test_a_transaction_that_fails_changes_nothing(tmp_path: Path) -> None:
    """Tables made in it are gone too."""
    engine = open_store(f"sqlite:///{(tmp_path / 'kept.sqlite').as_posix()}")

    def fail() -> None:
        with writing(engine) as connection:
            connection.execute(sa.text("CREATE TABLE t (x INTEGER)"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()


def test_a_missing_driver_is_told_with_its_mend() -> None:
    """PostgreSQL's is an extra; a password in the URL is not shown."""
    with pytest.raises(UsageError, match="driver") as told:
        open_store("postgresql+pg8000://someone:secret@127.0.0.1/none")

    assert "secret" not in str(told.value)


def test_database_in_memory_is_one_for_all_threads(meet: Callable[..., list[Any]]) -> None:
    """A row that one thread wrote is there for another."""
    engine = open_store("sqlite://")
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE t (x INTEGER)"))
        connection.execute(sa.text("INSERT INTO t VALUES (7)"))

    def read() -> object:
        with engine.connect() as connection:
            return connection.execute(sa.text("SELECT x FROM t")).scalar_one()

    assert meet([read]) == [7]
    engine.dispose()


def test_two_databases_in_memory_are_apart() -> None:
    """Each platform has a journal of its own."""
    one, other = open_store("sqlite://"), open_store("sqlite://")
    with one.begin() as connection:
        connection.execute(sa.text("CREATE TABLE t (x INTEGER)"))

    assert sa.inspect(one).get_table_names() == ["t"]
    assert sa.inspect(other).get_table_names() == []
    one.dispose()
    other.dispose()


def test_file_in_a_missing_folder_is_told_with_its_mend(tmp_path: Path) -> None:
    """The person is told which database, and what to give instead."""
    url = f"sqlite:///{(tmp_path / 'missing' / 'kept.sqlite').as_posix()}"

    with pytest.raises(UsageError) as told:
        open_store(url)

    assert told.value.where == url
    assert "cannot be opened" in told.value.what
    assert "folder" in told.value.mend


def test_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    """A file of something else is neither read nor written over."""
    path = tmp_path / "notes.txt"
    path.write_bytes(b"These are notes, not a database. " * 100)

    with pytest.raises(UsageError, match="cannot be opened"):
        open_store(f"sqlite:///{path.as_posix()}")

    assert path.read_bytes().startswith(b"These are notes")


def test_text_that_is_no_url_is_told() -> None:
    """A database is given as a URL."""
    with pytest.raises(UsageError, match="cannot be opened"):
        open_store("journal.sqlite")
