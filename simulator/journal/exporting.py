"""A journal's exchanges into a file, one in memory at a time; masked unless asked for raw."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.journal.showing import har_entries, values_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TextIO

    from simulator.exchange import Exchange
    from simulator.journal.journal import Journal
    from simulator.journal.queries import Query

__all__ = ["FORMATS", "Exported", "as_it_is", "export"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export holds, and whether something that was asked for is forgotten."""

    exchanges: int
    complete: bool
    forgotten_until: int | None


def as_it_is(exchange: Exchange) -> Exchange:
    """Leave an exchange as it was kept, persons and secrets included."""
    return exchange


def export(
    journal: Journal,
    query: Query,
    to: TextIO,
    *,
    form: str,
    shown: Callable[[Exchange], Exchange],
) -> Exported:
    """Write all exchanges that a query asks for, from the first on.

    Shape: ``form`` is one of ``FORMATS``; ``shown`` a masker's ``exchange``, or ``as_it_is``.
    """
    stream = journal.stream(query)
    written = 0

    def counted() -> Iterator[Exchange]:
        nonlocal written
        for exchange in stream:
            yield shown(exchange)
            written += 1

    FORMATS[form](counted(), to)
    return Exported(
        exchanges=written, complete=stream.complete, forgotten_until=stream.forgotten_until
    )


def _write_lines(exchanges: Iterable[Exchange], to: TextIO) -> None:
    for exchange in exchanges:
        to.write(_json(values_of(exchange)) + "\n")


def _write_har(exchanges: Iterable[Exchange], to: TextIO) -> None:
    to.write('{"log": {"version": "1.2", "creator": {"name": "provbank", "version": "1"}, ')
    to.write('"entries": [')
    between = "\n"
    for exchange in exchanges:
        for entry in har_entries(exchange):
            to.write(between + _json(entry))
            between = ",\n"
    to.write("\n]}}\n")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


FORMATS: dict[str, Callable[[Iterable[Exchange], TextIO], None]] = {
    "jsonl": _write_lines,
    "har": _write_har,
}
"""JSON Lines, one exchange a line; and HTTP archive, one entry a leg."""
