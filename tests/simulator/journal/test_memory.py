"""Memory is bounded: by one exchange at a time, however many there are and however large."""

from __future__ import annotations

import io
import random
import tracemalloc
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from simulator.exchange import Exchange, Leg
from simulator.journal import EVERYTHING, Journal, Query
from simulator.journal.exporting import as_it_is, export

if TYPE_CHECKING:
    from collections.abc import Callable

MEGABYTE = 1 << 20
LARGE = 4 * MEGABYTE
MANY = 12


@pytest.fixture
def large(
    url: str, an_exchange: Callable[..., Exchange], a_leg: Callable[..., Leg]
) -> Journal:  # fmt: skip
    """Give a journal of 12 exchanges of 4 MB that cannot be compressed, some 50 MB in all."""
    with closing(Journal(url)) as journal:
        for seed in range(MANY):
            body = random.Random(seed).randbytes(LARGE)  # noqa: S311
            journal.keep(an_exchange(legs=(a_leg("in", request=body), a_leg("out", request=body))))
    return Journal(url)


class Nowhere(io.StringIO):
    """A file that forgets what is written to it."""

    def write(self, text: str) -> int:
        """Count, and keep nothing."""
        return len(text)


WORKS: dict[str, Callable[[Journal], object]] = {
    "listing": lambda journal: len(journal.find(last=MANY).items),
    "searching bodies": lambda journal: journal.find(
        Query(text="no such text"), last=MANY, patience=60
    ),
    "searching by XPath": lambda journal: journal.find(
        Query(request_xpath="//none"), last=MANY, patience=60
    ),
    "streaming": lambda journal: sum(len(each.legs) for each in journal.stream()),
    "exporting": lambda journal: export(
        journal, EVERYTHING, Nowhere(), form="jsonl", shown=as_it_is
    ),
}


@pytest.mark.parametrize("work", WORKS)
def test_reading_holds_one_exchange_at_a_time(large: Journal, work: str) -> None:
    """As text a body takes some times its bytes; all of them together would take far more."""
    tracemalloc.start()
    WORKS[work](large)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    large.close()

    assert peak < 11 * LARGE


def test_keeping_leaves_nothing_behind(
    file_url: str, an_exchange: Callable[..., Exchange], a_leg: Callable[..., Leg]
) -> None:
    """After many exchanges the process holds what it held after a few."""
    body = random.Random(1).randbytes(10_000)  # noqa: S311
    with closing(Journal(file_url)) as journal:

        def keep(many: int) -> None:
            for _ in range(many):
                journal.keep(an_exchange(legs=(a_leg("in", request=body),)))

        keep(2500)  # as many as the interpreter's own free lists hold
        tracemalloc.start()
        keep(500)
        before, _ = tracemalloc.get_traced_memory()
        keep(1000)
        after, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert after - before < 50_000
