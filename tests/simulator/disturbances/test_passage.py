"""Disturbed exchanges through the platform, to a real producer and back to a real caller."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import requests
from lxml import etree

from contracts.envelope import envelope, fault_in
from contracts.terms import LogicalAddress
from simulator.addressing import AddressingCatalogue, Authorisation, Route
from simulator.app import create_app, create_platform
from simulator.disturbances import disturbance_from
from simulator.disturbances.kinds import KINDS, Kind, Leg
from simulator.exchange import Exchange, InboundCall, Reply
from simulator.journal import Journal
from simulator.platform import Platform
from simulator.server import Server
from simulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

CONTRACT = "urn:riv:test:PingResponder:1"
ADDRESS = LogicalAddress("SE2321000024-TEST")
SETTINGS = Settings(retry_delay=0, producer_timeout=5)
MESSAGE = envelope(f'<p:Ping xmlns:p="{CONTRACT}"/>'.encode(), logical_address=ADDRESS)
ANSWER = envelope(f'<p:PingResponse xmlns:p="{CONTRACT}">åäö</p:PingResponse>'.encode())


class Producer:
    """A producer that keeps what it was sent."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.came = threading.Event()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Keep the call, and answer."""
        headers = {name: str(value) for name, value in environ.items() if name.isupper()}
        length = environ.get("CONTENT_LENGTH")
        stream = environ["wsgi.input"]
        body = stream.read(int(length)) if length else stream.read()
        self.received.append((headers, body))
        self.came.set()
        start_response("200 OK", [("Content-Type", "text/xml; charset=UTF-8")])
        return [ANSWER]


@pytest.fixture
def producer() -> Iterator[tuple[Producer, str]]:
    """Run a producer, and give where it is."""
    running = Producer()
    with Server(running) as server:
        yield running, server.url


@contextmanager
def a_platform(address: str, *disturbances: dict[str, Any]) -> Iterator[Platform]:
    """Set up a platform with one route and these disturbances."""
    sender = SETTINGS.default_sender
    assert sender is not None
    catalogue = AddressingCatalogue(
        routes=[Route(logical_address=ADDRESS, contract=CONTRACT, address=address)],
        authorisations=[Authorisation(consumer=sender, contract=CONTRACT, logical_address=ADDRESS)],
    )
    platform = create_platform(SETTINGS, catalogue)
    now = platform.arrangements.of("default")
    arranged = tuple(disturbance_from(one) for one in disturbances)
    platform.arrangements.put("default", replace(now, disturbances=arranged))
    yield platform
    platform.close()


def call(platform: Platform) -> Reply:
    return platform.mediate(InboundCall(body=MESSAGE, remote="127.0.0.1"))


def fault_text(body: bytes) -> str:
    found = fault_in(etree.fromstring(body))
    assert found is not None
    return found.text


@pytest.mark.parametrize("leg", Leg)
@pytest.mark.parametrize("kind", Kind)
def test_every_applied_disturbance_is_in_the_journal(
    producer: tuple[Producer, str], monkeypatch: pytest.MonkeyPatch, kind: Kind, leg: Leg
) -> None:
    """With its name, kind, leg and figures, beside the exchange it hit."""
    if leg not in KINDS[kind].legs:
        pytest.skip(f"{kind} does not act on the {leg}")
    kept: list[Exchange] = []
    monkeypatch.setattr(Journal, "keep", lambda _self, exchange: kept.append(exchange))
    document: dict[str, Any] = {"name": "mitt", "kind": str(kind), "leg": str(leg)}
    if "seconds" in KINDS[kind].options:
        document["seconds"] = 0.01
    with a_platform(producer[1], document, {"kind": "empty", "sender": "SE-NOBODY"}) as platform:
        call(platform)

    (told,) = kept[0].disturbances
    assert (told["name"], told["kind"], told["leg"]) == ("mitt", kind, leg)
    assert set(KINDS[kind].options) <= set(told)


def test_vp_code_is_told_without_calling_the_producer(producer: tuple[Producer, str]) -> None:
    """In the platform's own words, and the producer hears nothing."""
    with a_platform(producer[1], {"kind": "vp-code", "code": "VP007"}) as platform:
        reply = call(platform)

    assert reply.status == 500
    assert fault_text(reply.body).startswith("VP007 [PROVBANK] Tjänstekonsumenten saknar")
    assert producer[0].received == []


@pytest.mark.parametrize(
    ("document", "status", "is_fault"),
    [
        pytest.param({"kind": "vp-code", "code": "VP009"}, 500, True, id="VP code"),
        pytest.param({"kind": "soap-fault", "text": "Nej"}, 500, True, id="SOAP fault"),
        pytest.param({"kind": "http-status", "status": 503}, 503, False, id="503"),
        pytest.param({"kind": "http-status", "status": 404, "soap": True}, 404, True, id="404"),
    ],
)
def test_producer_may_have_done_its_work(
    producer: tuple[Producer, str], document: dict[str, Any], status: int, is_fault: bool
) -> None:
    """With reaches_producer the consumer is told an error though the producer got the call."""
    with a_platform(producer[1], {**document, "reaches_producer": True}) as platform:
        reply = call(platform)

    assert len(producer[0].received) == 1
    assert reply.status == status
    assert (b"Fault" in reply.body) is is_fault


def test_refused_producer_is_vp009_after_its_retry(producer: tuple[Producer, str]) -> None:
    """The same as if nobody listened there."""
    with a_platform(producer[1], {"kind": "refused"}) as platform:
        reply = call(platform)

    assert fault_text(reply.body).startswith("VP009")
    assert "java.net.ConnectException" in reply.body.decode()
    assert producer[0].received == []


def test_duplicate_reaches_the_producer_twice(producer: tuple[Producer, str]) -> None:
    """The same bytes both times, and the consumer gets one answer."""
    with a_platform(producer[1], {"kind": "duplicate"}) as platform:
        assert call(platform).body == ANSWER

    first, second = (body for _, body in producer[0].received)
    assert first == second == MESSAGE


@pytest.mark.parametrize("kind", [Kind.BOM, Kind.PREFIXES, Kind.COMMENTS, Kind.CDATA])
def test_call_is_varied_on_its_way_to_the_producer(
    producer: tuple[Producer, str], kind: Kind
) -> None:
    """The producer gets other bytes than the consumer sent, and the consumer what it answered."""
    with a_platform(producer[1], {"kind": str(kind), "leg": "call"}) as platform:
        assert call(platform).body == ANSWER

    assert producer[0].received[0][1] != MESSAGE


@pytest.mark.parametrize("kind", [Kind.CHUNKED, Kind.CONTINUE, Kind.SLOW_BODY])
def test_legal_ways_of_sending_bring_the_whole_call(
    producer: tuple[Producer, str], kind: Kind
) -> None:
    """The producer reads the same message, however it was sent."""
    figures = {"seconds": 0.05} if kind is Kind.SLOW_BODY else {}
    with a_platform(producer[1], {"kind": str(kind), "leg": "call", **figures}) as platform:
        reply = call(platform)

    assert (reply.status, reply.body) == (200, ANSWER)
    headers, body = producer[0].received[0]
    assert body == MESSAGE
    assert ("HTTP_TRANSFER_ENCODING" in headers) is (kind is Kind.CHUNKED)
    assert ("HTTP_EXPECT" in headers) is (kind is Kind.CONTINUE)


@contextmanager
def a_listener() -> Iterator[tuple[str, list[bytes], list[str]]]:
    """Listen for connections, and keep what each brought and how it ended."""
    brought: list[bytes] = []
    ends: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)

        def serve() -> None:
            for _ in range(2):  # the platform tries a broken connection again
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(10)
                    data = b""
                    try:
                        while part := connection.recv(65536):
                            data += part
                        ends.append("closed")
                    except ConnectionResetError:
                        ends.append("reset")
                    brought.append(data)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", brought, ends
        thread.join(20)


@pytest.mark.parametrize(
    ("kind", "end", "least", "most"),
    [
        pytest.param(Kind.RESET_BEFORE, "reset", 0, 0, id="before"),
        pytest.param(Kind.RESET_WITHIN, "reset", 1, len(MESSAGE) - 1, id="within"),
        pytest.param(Kind.RESET_AFTER, "reset", len(MESSAGE), len(MESSAGE), id="after"),
        pytest.param(Kind.TRUNCATED, "closed", 1, len(MESSAGE) - 1, id="truncated"),
    ],
)
def test_call_is_broken_off(kind: Kind, end: str, least: int, most: int) -> None:
    """The producer meets as much of the body as was ordered, and then the end; twice, by retry."""
    with (
        a_listener() as (address, brought, ends),
        a_platform(address, {"kind": str(kind), "leg": "call"}) as platform,
    ):
        reply = call(platform)

    assert fault_text(reply.body).startswith("VP009")
    assert ends == [end] * 2
    for data in brought:
        assert least <= len(data.partition(b"\r\n\r\n")[2]) <= most


@pytest.mark.parametrize(
    "kind", [Kind.RESET_BEFORE, Kind.RESET_WITHIN, Kind.TRUNCATED, Kind.TIMEOUT]
)
def test_answer_is_broken_for_a_real_caller(producer: tuple[Producer, str], kind: Kind) -> None:
    """Over HTTP the caller meets what was ordered, and the producer had the call."""
    figures = {"seconds": 0.05} if kind is Kind.TIMEOUT else {}
    with (
        a_platform(producer[1], {"kind": str(kind), **figures}) as platform,
        Server(create_app(platform)) as server,
        pytest.raises(requests.exceptions.RequestException),
    ):
        requests.post(f"{server.url}/vp", data=MESSAGE, timeout=10)

    assert len(producer[0].received) == 1


def test_late_answer_is_right_but_late(producer: tuple[Producer, str]) -> None:
    """The journal knows of it before the consumer does."""
    with a_platform(producer[1], {"kind": "late-answer", "seconds": 0.4}) as platform:
        began = time.monotonic()
        caller = threading.Thread(target=call, args=(platform,))
        caller.start()
        assert producer[0].came.wait(10)
        while not platform.journal.last_number() and time.monotonic() - began < 10:
            time.sleep(0.01)
        is_waiting = caller.is_alive()
        caller.join()

    assert is_waiting
    assert time.monotonic() - began >= 0.4


@pytest.mark.parametrize("distribution", ["fixed", "uniform", "normal", "exponential"])
def test_delays_are_drawn_the_same_each_time(
    producer: tuple[Producer, str], monkeypatch: pytest.MonkeyPatch, distribution: str
) -> None:
    """With the same seed each exchange waits as long as in the run before."""
    waited: list[float] = []
    monkeypatch.setattr("simulator.disturbances.passage.time.sleep", waited.append)
    document = {"kind": "delay", "seconds": 2, "spread": 1, "distribution": distribution, "seed": 1}
    for _ in range(2):
        with a_platform(producer[1], document) as platform:
            for _ in range(4):
                call(platform)

    assert waited[:4] == waited[4:]
    assert all(seconds >= 0 for seconds in waited)
    assert (len(set(waited)) == 1) is (distribution == "fixed")


def test_only_those_concerned_are_hit(producer: tuple[Producer, str]) -> None:
    """A disturbance of another sender, or of the third call, leaves the first alone."""
    with a_platform(
        producer[1],
        {"name": "a", "kind": "empty", "sender": "SE-NOBODY"},
        {"name": "b", "kind": "not-xml", "after": 2},
    ) as platform:
        bodies = [call(platform).body for _ in range(3)]

    assert bodies[:2] == [ANSWER, ANSWER]
    assert bodies[2].startswith(b"<html>")


def test_listener_that_cannot_break_answers_says_so(producer: tuple[Producer, str]) -> None:
    """Without a connection to break, the caller reads why, instead of a whole answer."""
    with a_platform(producer[1], {"kind": "truncated"}) as platform:
        answer = create_app(platform).test_client().post("/vp", data=MESSAGE)

    assert answer.status_code == 501
    assert "truncated" in answer.text
