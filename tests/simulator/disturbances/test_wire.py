"""Answers broken below HTTP, as a caller meets them on its socket."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest

from simulator.connections import DELIVERY
from simulator.disturbances.kinds import KINDS, Kind, Stage
from simulator.disturbances.selection import disturbance_from
from simulator.disturbances.wire import delivery
from simulator.exchange import WireOrder
from simulator.server import Server

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

BODY = b"0123456789" * 200
PATIENCE = 20.0


def order(kind: Kind, **options: object) -> WireOrder:
    """Order a kind with its usual figures, or others."""
    one = disturbance_from({"kind": str(kind)})
    return WireOrder(
        kind=str(kind), options={name: one.option(name) for name in one.of.options} | options
    )


def received(*orders: WireOrder) -> tuple[bytes, str]:
    """Give what a caller receives of a disturbed answer, and how the connection ends."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/xml"), ("Content-Length", str(len(BODY)))])
        environ[DELIVERY] = delivery(orders)
        return [BODY]

    data = b""
    with (
        Server(app) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as caller,
    ):
        caller.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try:
            while part := caller.recv(65536):
                data += part
        except ConnectionResetError:
            return data, "reset"
    return data, "closed"


def head_and_body(data: bytes) -> tuple[bytes, bytes]:
    head, _, body = data.partition(b"\r\n\r\n")
    return head, body


def test_reset_before_sends_nothing() -> None:
    """Not a byte, and a reset."""
    assert received(order(Kind.RESET_BEFORE)) == (b"", "reset")


def test_reset_within_sends_half_of_the_body() -> None:
    """The length that was promised does not come."""
    data, end = received(order(Kind.RESET_WITHIN))

    assert end == "reset"
    assert head_and_body(data)[1] == BODY[:1000]


def test_reset_after_sends_all() -> None:
    """The whole answer, and then a reset."""
    data, end = received(order(Kind.RESET_AFTER))

    assert end == "reset"
    assert head_and_body(data)[1] == BODY


def test_truncated_ends_in_good_order() -> None:
    """A quarter of what was promised, and the connection is closed as if nothing were wrong."""
    data, end = received(order(Kind.TRUNCATED, part=0.25))
    head, body = head_and_body(data)

    assert end == "closed"
    assert b"Content-Length: 2000" in head
    assert body == BODY[:500]


def test_timeout_holds_the_connection_and_says_nothing() -> None:
    """The caller waits as long as was ordered, for nothing."""
    began = time.monotonic()

    data, _ = received(order(Kind.TIMEOUT, seconds=0.3))

    assert data == b""
    assert time.monotonic() - began >= 0.3


def test_slow_body_is_whole() -> None:
    """It takes its time, and nothing is lost."""
    began = time.monotonic()

    data, end = received(order(Kind.SLOW_BODY, seconds=0.3, pieces=3))

    assert time.monotonic() - began >= 0.3
    assert end == "closed"
    assert head_and_body(data)[1] == BODY


def dechunked(body: bytes) -> bytes:
    """Put chunks together again; fails where they are not well made."""
    whole = b""
    while True:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        whole += rest[:length]
        assert rest[length : length + 2] == b"\r\n"
        body = rest[length + 2 :]
        if length == 0:
            assert body == b""
            return whole


def test_chunks_make_the_body() -> None:
    """No length is told, and the chunks are the body."""
    data, _ = received(order(Kind.CHUNKED, size=300))
    head, body = head_and_body(data)

    assert b"Transfer-Encoding: chunked" in head
    assert b"Content-Length" not in head
    assert dechunked(body) == BODY


def test_truncated_chunks_lack_their_end() -> None:
    """A caller that knows chunks notices."""
    data, _ = received(order(Kind.CHUNKED), order(Kind.TRUNCATED))

    assert not data.endswith(b"0\r\n\r\n")


def test_interim_answer_comes_first() -> None:
    """A caller must read past 100 Continue."""
    data, _ = received(order(Kind.CONTINUE))

    assert data.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
    assert data.endswith(BODY)


def test_caller_that_leaves_harms_nobody() -> None:
    """The next caller is answered."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", str(len(BODY)))])
        if environ["PATH_INFO"] == "/slow":
            environ[DELIVERY] = delivery([order(Kind.SLOW_BODY, seconds=0.2, pieces=4)])
        return [BODY]

    with Server(app, threads=1) as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as caller:
            caller.sendall(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as caller:
            caller.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert caller.recv(15) == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize(
    "kind", [kind for kind, table in KINDS.items() if table.stage is Stage.WIRE]
)
def test_every_wire_kind_is_sent_in_its_own_way(kind: Kind) -> None:
    """None is taken for a plain answer, but the one that acts on calls alone."""
    plain = received()
    figures = {"seconds": 0.05} if "seconds" in KINDS[kind].options else {}

    if kind in {Kind.DUPLICATE, Kind.CERTIFICATE, Kind.SLOW_BODY}:
        # two act on calls alone; the third differs in time
        assert received(order(kind, **figures))[0][-2000:] == plain[0][-2000:]
    else:
        assert received(order(kind, **figures)) != plain
