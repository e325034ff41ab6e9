"""The call to a producer: its headers, what is tried again, and what becomes VP009."""

from __future__ import annotations

import gzip
import socket
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from contracts.envelope import SOAP_ENVELOPE
from simulator.headers import headers_to_consumer, headers_to_producer
from simulator.outbound import (
    Answered,
    Failed,
    OutboundCall,
    Outcome,
    Problem,
    TlsMaterial,
    Transport,
    call_producer,
)
from simulator.producer_http import HttpProducers, _parts
from simulator.server import Server
from simulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment

ADDRESS = "http://producer.example:8081/claim?region=03"
SOAP_FAULT = f'<e:Envelope xmlns:e="{SOAP_ENVELOPE}"><e:Body/></e:Envelope>'.encode()
FAILED_CALL = (
    "Error connecting to service producer at address {address}. Exception Caught by Camel "
    "when contacting producer. Exception information: ({information})"
)
NO_ANSWER = (
    "io.netty.handler.timeout.ReadTimeoutException: Timeout when waiting on response from producer."
)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
IMPATIENT = Settings(retry_delay=0, producer_timeout=0.2)
PATIENT = Settings(retry_delay=0)


@dataclass
class Told:
    """Producers in memory, which answer in the order the test tells and remember what came."""

    results: list[Answered | Failed]
    calls: list[OutboundCall] = field(default_factory=list)

    def call(self, call: OutboundCall) -> Answered | Failed:
        """Take the next result."""
        self.calls.append(call)
        return self.results.pop(0)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give the pauses the platform makes, none of which takes time."""
    made: list[float] = []
    monkeypatch.setattr("simulator.outbound.time.sleep", made.append)
    return made


def told(*results: Answered | Failed) -> Told:
    """Give producers that answer in the order the test tells."""
    return Told(list(results))


def a_call(address: str = ADDRESS, *, settings: Settings = PATIENT, **values: Any) -> OutboundCall:
    """Give a call to a producer; ``values`` replace what the test is about."""
    defaults: dict[str, Any] = {
        "address": address,
        "headers": {},
        "body": b"<message/>",
        "timeout": settings.producer_timeout,
    }
    return OutboundCall(**{**defaults, **values})


def outcome(
    transport: Transport | None = None,
    address: str = ADDRESS,
    *,
    settings: Settings = PATIENT,
    **values: Any,
) -> Outcome:
    """Call a producer, over HTTP where no transport is told."""
    transport = transport or HttpProducers(settings)
    call = a_call(address, settings=settings, **values)
    return call_producer(transport, call, settings=settings, at=NOW)


# --- On the wire: platform facts, sections 1.1, 1.11 and 1.12 ---


def test_wire_carries_those_headers_and_no_others(a_peer: Callable[..., Any]) -> None:
    """The HTTP library adds Host and Content-Length, and no Accept-Encoding or Connection."""
    peer = a_peer()
    headers = headers_to_producer(
        {"host": "platform.example", "content-length": "7", "accept-encoding": "gzip"},
        sender="SE2321000016-SENDER",
        history="SE2321000016-SENDER#PROVBANK-VP",
        correlation_id="the-id",
        address=peer.address,
        settings=PATIENT,
    )

    outcome(None, peer.address, headers=headers)

    (seen,) = peer.seen
    assert seen.line == "POST /claim HTTP/1.1"
    assert {name.lower(): value for name, value in seen.headers} == {
        "host": peer.host,
        "content-length": "10",
        "x-rivta-original-serviceconsumer-hsaid": "SE2321000016-SENDER",
        "x-vp-sender-id": "SE2321000016-SENDER",
        "x-vp-instance-id": "PROVBANK-VP",
        "x-skltp-correlation-id": "the-id",
        "x-rivta-routing-history": "SE2321000016-SENDER#PROVBANK-VP",
        "user-agent": "SKLTP VP/4.3.x",
        "content-type": "text/xml;charset=UTF-8",
    }


def test_producer_gets_the_very_bytes(a_peer: Callable[..., Any]) -> None:
    """A message is passed on unchanged, byte for byte, whatever it is."""
    peer = a_peer()
    body = "<?xml version='1.0'?>\r\n<å>\x00 not even XML".encode()

    outcome(None, peer.address, body=body)

    assert peer.seen[0].body == body


def test_proxy_of_the_machine_does_not_come_between(
    a_peer: Callable[..., Any], refused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A developer's proxy settings do not keep producers from being reached."""
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, refused)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "")

    assert outcome(None, a_peer().address).answer is not None


def test_query_of_the_address_belongs_to_the_call(a_peer: Callable[..., Any]) -> None:
    """Scheme, host, port, path and query come from the route."""
    peer = a_peer()

    outcome(None, peer.address + "?region=03")

    assert peer.seen[0].line == "POST /claim?region=03 HTTP/1.1"


@pytest.mark.parametrize(
    ("address", "query", "line"),
    [
        pytest.param("/claim?region=03", "mine=1", "POST /claim?mine=1 HTTP/1.1", id="replaced"),
        pytest.param("/claim", "mine=1", "POST /claim?mine=1 HTTP/1.1", id="added"),
        pytest.param("", "", "POST / HTTP/1.1", id="no path"),
        pytest.param("/å b", "", "POST /%C3%A5%20b HTTP/1.1", id="odd letters"),
    ],
)
def test_query_of_the_consumer_replaces_the_route_s(
    a_peer: Callable[..., Any], address: str, query: str, line: str
) -> None:
    """Section 1.11: what the consumer asks with goes on to the producer."""
    peer = a_peer()

    outcome(None, f"http://{peer.host}{address}", query=query)

    assert peer.seen[0].line == line


def test_method_of_the_consumer_is_passed_on(a_peer: Callable[..., Any]) -> None:
    """Section 1.1: the platform does not check the method."""
    peer = a_peer()

    outcome(None, peer.address, method="PUT")

    assert peer.seen[0].line == "PUT /claim HTTP/1.1"


@pytest.mark.parametrize(
    ("address", "host"),
    [
        pytest.param("http://127.0.0.1:80/", "127.0.0.1", id="80 is not told"),
        pytest.param("http://[::1]:8081/", "[::1]:8081", id="IPv6"),
        pytest.param("http://Producer.example/", "producer.example", id="absent"),
        pytest.param("https://producer.example:443/", "producer.example:443", id="443 is told"),
        pytest.param("https://producer.example/", "producer.example", id="absent on https"),
    ],
)
def test_host_header_names_the_producer(address: str, host: str) -> None:
    """Section 1.12: with its port, unless that is 80 or absent."""
    assert _parts(address, TlsMaterial())[1] == host


# --- What the consumer gets: platform facts, section 1.13 ---


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(200, SOAP_FAULT, id="200"),
        pytest.param(200, b"not SOAP at all", id="200 without SOAP"),
        pytest.param(202, b"<accepted/>", id="202"),
        pytest.param(500, SOAP_FAULT, id="500 with SOAP"),
    ],
)
def test_answer_goes_on_as_it_is(status: int, body: bytes) -> None:
    """Success passes whatever it says; 500 passes when it carries a SOAP envelope."""
    answer = Answered(status=status, body=body, headers={"X-Own": "yes"})

    ended = outcome(told(answer))

    assert ended.answer == answer
    assert ended.detail == ""
    assert ended.seconds >= 0


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(400, SOAP_FAULT, id="400 with SOAP"),
        pytest.param(404, SOAP_FAULT, id="404 with SOAP"),
        pytest.param(404, b"", id="404"),
        pytest.param(500, b"<html>oops</html>", id="500 without SOAP"),
        pytest.param(500, b"", id="500 without body"),
        pytest.param(501, SOAP_FAULT, id="501 with SOAP"),
        pytest.param(503, SOAP_FAULT, id="503 with SOAP"),
    ],
)
def test_other_status_becomes_vp009_that_tells_it(
    pauses: list[float], status: int, body: bytes
) -> None:
    """The status stands on a line of its own after the exception; nothing is tried again."""
    ended = outcome(told(Answered(status=status, body=body)))

    assert ended.answer is None
    assert ended.detail == (
        FAILED_CALL.format(
            address=ADDRESS,
            information="org.apache.camel.component.netty.http.NettyHttpOperationFailedException: "
            f"Netty HTTP operation failed invoking {ADDRESS} with statusCode: {status}",
        )
        + f"\nVP_PRODUCER_EXCEPTION_HTTP_STATUS={status}"
    )
    assert [(leg.status, leg.response) for leg in ended.legs] == [(status, body)]
    assert pauses == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirect_is_not_followed(a_peer: Callable[..., Any], status: int) -> None:
    """A redirect becomes VP009 too, and tells where it pointed."""
    elsewhere = "http://elsewhere.example/"
    peer = a_peer(b"", status=f"{status} Elsewhere", headers=(f"Location: {elsewhere}",))

    ended = outcome(None, peer.address)

    assert ended.answer is None
    assert ended.detail.endswith(
        f" with statusCode: {status}, redirectLocation: {elsewhere})\n"
        f"VP_PRODUCER_EXCEPTION_HTTP_STATUS={status}"
    )
    assert len(peer.seen) == 1


@pytest.mark.parametrize(
    "status", [pytest.param("200 OK", id="200"), pytest.param("204 No Content", id="204")]
)
def test_empty_answer_becomes_vp009(a_peer: Callable[..., Any], status: str) -> None:
    """A success without body is none; the detail tells code and reason."""
    peer = a_peer(b"", status=status)

    ended = outcome(None, peer.address)

    assert ended.answer is None
    assert ended.detail == (
        f"Error connecting to service producer at address {peer.address}. "
        f"Empty message when server responded with status code: {status}"
    )
    assert [leg.status for leg in ended.legs] == [int(status[:3])]
    assert len(peer.seen) == 1


def test_content_length_beyond_the_body_is_tolerated(a_peer: Callable[..., Any]) -> None:
    """Section 1.14: the consumer gets what came."""
    peer = a_peer(b"")
    peer.behave = lambda connection: connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<ok/>"
    )

    ended = outcome(None, peer.address)

    assert ended.answer is not None
    assert ended.answer.body == b"<ok/>"


def test_compressed_answer_passes_as_it_is(a_peer: Callable[..., Any]) -> None:
    """Section 1.12: the platform itself neither compresses nor decompresses."""
    body = gzip.compress(b"<ok/>")
    peer = a_peer(body, headers=("Content-Encoding: gzip",))

    ended = outcome(None, peer.address)

    assert ended.answer is not None
    assert ended.answer.body == body
    assert headers_to_consumer(ended.answer.headers)["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(("surplus", "passes"), [(0, True), (1, False)])
@pytest.mark.parametrize("length_told", [True, False])
def test_answer_above_the_limit_becomes_vp009(
    a_peer: Callable[..., Any], surplus: int, passes: bool, length_told: bool
) -> None:
    """Section 1.1: the limit counts for answers too, however they come."""
    peer = a_peer(b"x" * (100 + surplus))
    if not length_told:
        peer.behave = lambda connection: connection.sendall(
            b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * (100 + surplus)
        )

    ended = outcome(None, peer.address, settings=Settings(largest_message=100, retry_delay=0))

    assert (ended.answer is not None) == passes
    assert ended.detail == (
        ""
        if passes
        else FAILED_CALL.format(
            address=peer.address,
            information="io.netty.handler.codec.TooLongFrameException: "
            "HTTP content length exceeded 100 bytes.",
        )
    )
    assert len(peer.seen) == 1


def test_header_that_comes_twice_is_joined(a_peer: Callable[..., Any]) -> None:
    """Nothing of what the producer says is lost."""
    peer = a_peer(headers=("X-Own: one", "X-Own: two"))

    ended = outcome(None, peer.address)

    assert ended.answer is not None
    assert ended.answer.headers["X-Own"] == "one, two"


# --- What is tried again: platform facts, sections 1.11 and 2.3 ---


def test_refused_connection_is_tried_once_more(refused: str, pauses: list[float]) -> None:
    """The second refusal becomes VP009, after the pause of the settings."""
    ended = outcome(None, refused, settings=Settings(retries=1, retry_delay=0.25))

    host = refused.removeprefix("http://").partition("/")[0]
    assert ended.answer is None
    assert ended.detail == FAILED_CALL.format(
        address=refused, information=f"java.net.ConnectException: Cannot connect to {host}"
    )
    assert [(leg.attempt, leg.status, leg.problem) for leg in ended.legs] == [
        (1, None, f"java.net.ConnectException: Cannot connect to {host}"),
        (2, None, f"java.net.ConnectException: Cannot connect to {host}"),
    ]
    assert pauses == [0.25]


def test_refused_connection_is_answered_after_more_than_two_seconds(refused: str) -> None:
    """By default there is one more try, two seconds after the first."""
    began = time.perf_counter()

    ended = outcome(None, refused, settings=Settings())

    assert ended.answer is None
    assert 2 < time.perf_counter() - began < 5
    first, second = ended.legs
    assert second.started - first.started > timedelta(seconds=2)


@pytest.mark.parametrize("retries", [0, 1, 3])
@pytest.mark.parametrize("problem", [Problem.UNREACHABLE, Problem.RESET])
def test_settings_tell_how_often_to_try_again(
    pauses: list[float], retries: int, problem: Problem
) -> None:
    """No pause is made after the last try."""
    transport = told(*[Failed(problem=problem)] * (retries + 1))

    ended = outcome(transport, settings=Settings(retries=retries, retry_delay=0.5))

    assert ended.answer is None
    assert [leg.attempt for leg in ended.legs] == list(range(1, retries + 2))
    assert transport.results == []
    assert pauses == [0.5] * retries


@pytest.mark.parametrize(
    "problem",
    [Problem.SILENT, Problem.HANDSHAKE, Problem.TOO_LARGE, Problem.OTHER],
    ids=lambda problem: problem.name,
)
def test_other_problem_is_not_tried_again(pauses: list[float], problem: Problem) -> None:
    """Read timeouts, TLS handshake failures and other I/O errors are final."""
    transport = told(Failed(problem=problem), Answered(status=200, body=b"<late/>"))

    ended = outcome(transport)

    assert ended.answer is None
    assert len(transport.calls) == 1
    assert pauses == []


def test_second_try_that_succeeds_is_the_answer(pauses: list[float]) -> None:
    """A producer that was away for a moment is reached all the same, with the same message."""
    answer = Answered(status=200, body=b"<ok/>")
    transport = told(Failed(problem=Problem.UNREACHABLE), answer)

    ended = outcome(transport)

    assert ended.answer == answer
    assert [each.body for each in transport.calls] == [b"<message/>"] * 2
    assert [leg.status for leg in ended.legs] == [None, 200]
    assert len(pauses) == 1


def test_connection_that_takes_too_long_is_as_good_as_refused(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    """A host that does not answer the connection in two seconds is tried once more."""
    waited: list[float] = []

    def never(_address: tuple[str, int], timeout: float) -> None:
        waited.append(timeout)
        raise TimeoutError

    monkeypatch.setattr("simulator.producer_http.socket.create_connection", never)

    ended = outcome()

    assert ended.detail.endswith(
        "(java.net.ConnectException: Cannot connect to producer.example:8081)"
    )
    assert waited == [2.0, 2.0]
    assert len(pauses) == 1


@pytest.mark.parametrize(
    ("address", "named"),
    [
        pytest.param("http://producer.example/", "producer.example:80", id="http"),
        pytest.param("https://producer.example/", "producer.example:443", id="https"),
        pytest.param("http://reset.example:1/", "reset.example:1", id="a name is no cause"),
    ],
)
def test_unreachable_host_is_named_with_its_port(address: str, named: str) -> None:
    """The port stands in the detail even where the address leaves it out."""
    ended = outcome(
        told(Failed(problem=Problem.UNREACHABLE)), address, settings=Settings(retries=0)
    )

    assert ended.detail.endswith(f"(java.net.ConnectException: Cannot connect to {named})")


def test_reset_connection_is_tried_once_more(
    a_peer: Callable[..., Any], pauses: list[float]
) -> None:
    """The message reaches the producer twice, and the detail says reset."""
    peer = a_peer(behave="reset")

    ended = outcome(None, peer.address)

    assert ended.detail == FAILED_CALL.format(
        address=peer.address, information="java.net.SocketException: Connection reset"
    )
    assert [each.body for each in peer.seen] == [b"<message/>"] * 2
    assert len(pauses) == 1


@pytest.mark.parametrize("silence", ["silent", "half an answer"])
def test_silence_is_not_tried_again(
    a_peer: Callable[..., Any], pauses: list[float], silence: str
) -> None:
    """A read timeout is final: the producer may have done its work already."""
    peer = a_peer(behave=silence)

    ended = outcome(None, peer.address, settings=IMPATIENT)

    assert ended.detail == FAILED_CALL.format(address=peer.address, information=NO_ANSWER)
    assert len(peer.seen) == 1
    assert pauses == []


def test_failed_tls_handshake_is_not_tried_again(
    a_peer: Callable[..., Any], pauses: list[float]
) -> None:
    """A producer that does not speak TLS on https is a fault of configuration."""
    peer = a_peer(behave="no TLS")
    address = peer.address.replace("http://", "https://")

    ended = outcome(None, address)

    assert ended.detail == FAILED_CALL.format(
        address=address,
        information="javax.net.ssl.SSLHandshakeException: The TLS handshake failed",
    )
    assert pauses == []


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("no address", id="no URL"),
        pytest.param("ftp://x.example/", id="ftp"),
        pytest.param("http://x.example:port/", id="no port"),
        pytest.param("http://[::1/", id="no end"),
    ],
)
def test_address_that_cannot_be_called_becomes_vp009(address: str, pauses: list[float]) -> None:
    """A mistake in the catalogue is told to the caller as the producer's failure."""
    ended = outcome(None, address)

    assert ended.answer is None
    assert ended.detail.startswith(f"Error connecting to service producer at address {address}.")
    assert pauses == []


def test_answer_that_is_not_http_becomes_vp009(
    a_peer: Callable[..., Any], pauses: list[float]
) -> None:
    """Something else that listens on the port is not tried again."""
    peer = a_peer()
    peer.behave = lambda connection: connection.sendall(b"SSH-2.0-OpenSSH\r\n\r\n")

    ended = outcome(None, peer.address)

    assert ended.answer is None
    assert "(java.io.IOException: " in ended.detail
    assert pauses == []


# --- Connections ---


@pytest.fixture
def keeping() -> Iterator[tuple[Server, list[int]]]:
    """Give a server that keeps connections open, and the ports its callers came from."""
    ports: list[int] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        ports.append(int(environ["REMOTE_PORT"]))
        start_response("200 OK", [("Content-Length", "5")])
        return [b"<ok/>"]

    with Server(app) as server:
        yield server, ports


def test_connection_is_used_again(keeping: tuple[Server, list[int]]) -> None:
    """A producer that keeps the connection open is called over it the next time."""
    server, ports = keeping
    transport = HttpProducers(PATIENT)

    for _ in range(3):
        assert outcome(transport, server.url).answer is not None
    transport.close()

    assert len(set(ports)) == 1


def test_connection_that_the_producer_closed_is_not_used_again(
    keeping: tuple[Server, list[int]], pauses: list[float]
) -> None:
    """What broke while nobody used it costs no try."""
    server, ports = keeping
    transport = HttpProducers(PATIENT)
    outcome(transport, server.url)
    (idle,) = transport._idle.values()
    idle[0].sock.shutdown(socket.SHUT_RDWR)  # as far as the caller can tell, the producer's doing

    assert outcome(transport, server.url).answer is not None
    transport.close()

    assert len(set(ports)) == 2
    assert pauses == []


def test_producer_is_called_from_many_threads_at_once(
    a_peer: Callable[..., Any], meet: Callable[..., list[Any]]
) -> None:
    """One transport serves the whole platform."""
    peer = a_peer()
    shared = HttpProducers(PATIENT)

    def one(number: int) -> Callable[[], Outcome]:
        return lambda: outcome(shared, peer.address, body=b"%d" % number)

    ended = meet([one(number) for number in range(20)])

    assert all(each.answer is not None for each in ended)
    assert sorted(int(each.body) for each in peer.seen) == list(range(20))
