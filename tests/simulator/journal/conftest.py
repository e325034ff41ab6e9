"""Journals in memory, in a SQLite file and in a real PostgreSQL, and exchanges to keep."""

from __future__ import annotations

import importlib.util
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from simulator.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Give the URL of a PostgreSQL that runs for the tests, without a database."""
    with _postgres().server() as url:
        yield url


@pytest.fixture
def a_postgresql_database(postgresql: str) -> Callable[[], str]:
    """Give a maker of empty databases in PostgreSQL."""
    import psycopg  # noqa: PLC0415 - an extra, and there if the server is

    def build() -> str:
        name = f"journal_{next(_NUMBERS)}"
        plain = postgresql.replace("+psycopg", "")
        with psycopg.connect(f"{plain}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"{postgresql}/{name}"

    return build


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    """Give the database URL of a file in the test's folder."""
    return f"sqlite:///{(tmp_path / 'journal.sqlite').as_posix()}"


@pytest.fixture(params=["a file", "PostgreSQL"])
def url(request: pytest.FixtureRequest) -> str:
    """Give the URL of an empty database that outlives a process, of each kind."""
    if request.param == "a file":
        found: str = request.getfixturevalue("file_url")
        return found
    made: str = request.getfixturevalue("a_postgresql_database")()
    return made


@pytest.fixture(params=["memory", "a file", "PostgreSQL"])
def any_url(request: pytest.FixtureRequest) -> str:
    """Give the URL of an empty database of each kind."""
    if request.param == "memory":
        return "sqlite://"
    if request.param == "a file":
        found: str = request.getfixturevalue("file_url")
        return found
    made: str = request.getfixturevalue("a_postgresql_database")()
    return made


@pytest.fixture
def a_journal(any_url: str) -> Iterator[Callable[..., Journal]]:
    """Give a maker of journals in an empty database of each kind."""
    with ExitStack() as opened:

        def build(**options: Any) -> Journal:
            made = Journal(any_url, **options)
            opened.callback(made.close)
            return made

        yield build


@pytest.fixture
def journal(a_journal: Callable[..., Journal]) -> Journal:
    """Give an empty journal, in each kind of database."""
    return a_journal()


_NUMBERS = iter(range(1_000_000))


def _postgres() -> ModuleType:
    """Import the module that runs PostgreSQL; tests stand in no package."""
    name = "provbank_tests_postgres"
    if name not in sys.modules:
        path = Path(__file__).parents[1] / "postgres.py"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]
