"""An exchange as rows of the tables, and back; bodies compressed, and repeated ones kept once."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import zstandard

from contracts.errors import JournalError
from contracts.terms import SWEDISH_TIME
from simulator.exchange import Exchange, Leg
from simulator.journal.tables import EXCHANGES, LEGS_TO_AN_EXCHANGE, Packing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import RowMapping

__all__ = ["Rows", "exchange_of", "instant_of", "micros_of", "packed", "rows_of", "unpacked"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ROW_ITSELF = 200
"""Bytes that a row takes beside what stands in it, indexes included; about."""

_WORTH_PACKING = 256
"""Bytes; shorter bodies are kept as they are."""

_LEVEL = 1  # of zstd: a claim of 10 kB shrinks to a sixth in 15 µs, less than writing it takes

_local = threading.local()
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode


class Rows(NamedTuple):
    """One exchange ready to be written.

    Shape: ``exchange`` holds all columns but the number, ``legs`` all but the id, in the order of
           the tables.
    """

    exchange: tuple[Any, ...]
    legs: tuple[tuple[Any, ...], ...]

    @property
    def weight(self) -> int:
        """Give the bytes that the exchange takes in the database."""
        return int(self.exchange[-1])

    def legs_of(self, number: int) -> list[tuple[Any, ...]]:
        """Give the legs with their ids, once the exchange has its number."""
        first = number * LEGS_TO_AN_EXCHANGE + 1
        return [(first + place, *leg) for place, leg in enumerate(self.legs)]


def rows_of(exchange: Exchange, *, kept: int) -> Rows:
    """Give an exchange as rows; ``kept`` is the machine's time in microseconds since 1970.

    Raises: JournalError for more legs than the journal can number.
    """
    if len(exchange.legs) >= LEGS_TO_AN_EXCHANGE:
        raise JournalError(
            f"an exchange has {len(exchange.legs)} legs; the journal has room for "
            f"{LEGS_TO_AN_EXCHANGE - 1}",
            mend="lower the number of attempts or deliveries",
        )
    legs, weight = _leg_rows(exchange.legs)
    disturbances = _json([dict(one) for one in exchange.disturbances])
    texts = (
        _text(exchange.sender),
        _text(exchange.sender_known_by),
        _optional(exchange.sender_address),
        _optional(exchange.receiver),
        _optional(exchange.contract),
        _optional(exchange.profile),
        _optional(exchange.original_consumer),
        _optional(exchange.address),
        _text(exchange.route_trace),
        _text(exchange.authorisation_trace),
        _text(exchange.detail),
        _text(disturbances),
    )
    weight += 2 * _ROW_ITSELF + sum(len(text) for text in texts if text)
    row = (
        _text(exchange.workspace),
        _text(exchange.correlation_id),
        kept,
        micros_of(exchange.started),
        exchange.seconds,
        _text(exchange.decision),
        exchange.status,
        *texts,
        weight,
    )
    return Rows(exchange=row, legs=legs)


def _leg_rows(legs: Sequence[Leg]) -> tuple[tuple[tuple[Any, ...], ...], int]:
    rows: list[tuple[Any, ...]] = []
    weight = 0
    for leg in legs:
        request_of = _same(leg.request, (earlier.request for earlier in legs[: len(rows)]))
        response_of = _same(leg.response, (earlier.response for earlier in legs[: len(rows)]))
        request, request_packed = (None, False) if request_of else packed(leg.request)
        response, response_packed = (None, False) if response_of else packed(leg.response)
        request_headers = _text(_json(dict(leg.request_headers)))
        response_headers = _text(_json(dict(leg.response_headers)))
        packing = Packing.REQUEST * request_packed + Packing.RESPONSE * response_packed
        weight += len(request or b"") + len(response or b"") + _ROW_ITSELF
        weight += len(request_headers) + len(response_headers) + len(leg.url) + len(leg.problem)
        rows.append(
            (
                leg.kind,
                _text(leg.url),
                _text(leg.method),
                leg.attempt,
                micros_of(leg.started),
                leg.seconds,
                leg.status,
                _text(leg.problem),
                request_headers,
                response_headers,
                len(leg.request),
                len(leg.response),
                request_of,
                response_of,
                packing,
                request,
                response,
            )
        )
    return tuple(rows), weight


def _same(body: bytes, earlier: Iterable[bytes]) -> int | None:
    """Give the place, from 1, of the first leg with the same body; None for one of its own."""
    if not body:
        return None
    return next((place for place, other in enumerate(earlier, 1) if other == body), None)


def packed(body: bytes) -> tuple[bytes, bool]:
    """Give a body as it is kept, and whether that is compressed."""
    if len(body) < _WORTH_PACKING:
        return body, False
    compressor = getattr(_local, "compressor", None)  # one a thread: none is safe to share
    if compressor is None:
        compressor = _local.compressor = zstandard.ZstdCompressor(level=_LEVEL)
    smaller: bytes = compressor.compress(body)
    return (smaller, True) if len(smaller) < len(body) else (body, False)


def unpacked(body: bytes | None, compressed: int) -> bytes:
    """Give a body as it came, from what was kept."""
    if body is None or not compressed:
        return bytes(body or b"")
    return zstandard.ZstdDecompressor().decompress(body)


def exchange_of(row: RowMapping, legs: Iterable[RowMapping]) -> Exchange:
    """Give the exchange of a row and its legs in their order; bodies where they were read."""
    values = {column.name: row[column.name] for column in EXCHANGES.columns}
    del values["kept"], values["bytes"]
    values["started"] = instant_of(values["started"])
    values["disturbances"] = tuple(json.loads(values["disturbances"]))
    return Exchange(**values, legs=tuple(_legs_of(legs)))


def _legs_of(rows: Iterable[RowMapping]) -> list[Leg]:
    legs: list[Leg] = []
    for row in rows:
        request, response = b"", b""
        if "request" in row:
            request = (
                legs[row["request_of"] - 1].request
                if row["request_of"]
                else unpacked(row["request"], row["packing"] & Packing.REQUEST)
            )
            response = (
                legs[row["response_of"] - 1].response
                if row["response_of"]
                else unpacked(row["response"], row["packing"] & Packing.RESPONSE)
            )
        legs.append(
            Leg(
                kind=row["kind"],
                url=row["url"],
                started=instant_of(row["started"]),
                seconds=row["seconds"],
                method=row["method"],
                attempt=row["attempt"],
                request_headers=json.loads(row["request_headers"]),
                request=request,
                status=row["status"],
                response_headers=json.loads(row["response_headers"]),
                response=response,
                problem=row["problem"],
            )
        )
    return legs


def micros_of(instant: datetime) -> int:
    """Give an instant as microseconds since 1970 in UTC."""
    return (instant - _EPOCH) // _MICROSECOND


def instant_of(micros: int) -> datetime:
    """Give the instant of so many microseconds since 1970, in Swedish time."""
    return (_EPOCH + micros * _MICROSECOND).astimezone(SWEDISH_TIME)


def _text(text: str) -> str:
    """Give a text that every database takes: without NUL and halves of surrogate pairs."""
    if text.isascii():
        return text.replace("\x00", "\ufffd") if "\x00" in text else text
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _optional(text: str | None) -> str | None:
    return None if text is None else _text(text)
