"""Journals in memory, in a SQLite file and in a real PostgreSQL."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from simulator.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


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
