"""An answer below HTTP: reset, cut short, in drops, in chunks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from simulator.connections import RawAnswer
from simulator.disturbances.kinds import Kind
from simulator.exchange import WireOrder

__all__ = ["delivery"]


def delivery(orders: Iterable[WireOrder]) -> Callable[[RawAnswer], None]:
    """Give the function that sends an answer the way it was ordered.

    Shape: legal ways (chunks, an interim answer) combine with one that breaks; of several that
           break, the first one ordered wins.
    """
    by_kind = {Kind(order.kind): order.options for order in orders}

    def deliver(answer: RawAnswer) -> None:
        try:
            _deliver(answer, by_kind)
        except OSError:  # the caller has gone; nobody is left to tell
            return

    return deliver


def _deliver(answer: RawAnswer, orders: Mapping[Kind, Mapping[str, Any]]) -> None:
    breaking = next((kind for kind in orders if kind in _BREAKING), None)
    if breaking is Kind.TIMEOUT:
        time.sleep(orders[breaking]["seconds"])
        return
    if breaking is Kind.RESET_BEFORE:
        answer.connection.reset()
        return
    if Kind.CONTINUE in orders:
        answer.send(b"HTTP/1.1 100 Continue\r\n\r\n")
    head, body = answer.head, answer.body
    if breaking in {Kind.RESET_WITHIN, Kind.TRUNCATED}:
        body = body[: int(len(body) * orders[breaking]["part"])]
    if Kind.CHUNKED in orders:
        head, pieces = _chunked(head, body, orders[Kind.CHUNKED]["size"])
        if breaking in {Kind.RESET_WITHIN, Kind.TRUNCATED}:
            pieces.pop()  # the chunk that says it is over
    else:
        pieces = [body]
    answer.send(head)
    if Kind.SLOW_BODY in orders:
        figures = orders[Kind.SLOW_BODY]
        drops = list(_split(b"".join(pieces), int(figures["pieces"])))
        for drop in drops:
            time.sleep(figures["seconds"] / len(drops))
            answer.send(drop)
    else:
        answer.send(b"".join(pieces))
    if breaking in {Kind.RESET_WITHIN, Kind.RESET_AFTER}:
        time.sleep(_SETTLING)  # a reset takes what has not been read yet with it
        answer.connection.reset()


_BREAKING = (
    Kind.TIMEOUT,
    Kind.RESET_BEFORE,
    Kind.RESET_WITHIN,
    Kind.RESET_AFTER,
    Kind.TRUNCATED,
)
_SETTLING = 0.05


def _chunked(head: bytes, body: bytes, size: int) -> tuple[bytes, list[bytes]]:
    lines = head.split(b"\r\n")
    kept = [line for line in lines if not line.lower().startswith(b"content-length:")]
    kept.insert(1, b"Transfer-Encoding: chunked")
    chunks = [
        b"%x\r\n%b\r\n" % (len(part), part)
        for part in (body[at : at + size] for at in range(0, len(body), size))
    ]
    return b"\r\n".join(kept), [*chunks, b"0\r\n\r\n"]


def _split(body: bytes, pieces: int) -> Iterable[bytes]:
    size = max(1, -(-len(body) // max(1, pieces)))
    return (body[at : at + size] for at in range(0, len(body), size))
