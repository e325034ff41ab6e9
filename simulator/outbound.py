"""The call to a producer: the one retry, and what of its answer may go on to the consumer."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from contracts.envelope import SOAP_ENVELOPE
from simulator.exchange import DEFAULT_WORKSPACE, Leg, WireOrder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from simulator.settings import Settings

__all__ = [
    "Answered",
    "Failed",
    "OutboundCall",
    "Outcome",
    "Problem",
    "TlsMaterial",
    "Transport",
    "call_producer",
]

_SUCCESS = range(200, 300)
_REDIRECT = range(300, 400)
_SERVER_ERROR = 500
_SOAP = SOAP_ENVELOPE.encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsMaterial:
    """What the platform presents to, and demands of, a producer on https.

    Shape:  paths to PEM files; ``authority`` None takes the authorities that come with the
            system. ``weak`` presents a key that is too short. The name in a producer's
            certificate is not checked unless ``check_host``; only a system that is wrong on purpose
           does not ``check_time``, when it begins and ends.
    Source: platform facts, section 1.11.
    """

    certificate: str | None = None
    key: str | None = None
    authority: str | None = None
    verify: bool = True
    check_host: bool = False
    check_time: bool = True
    weak: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundCall:
    """A request as the platform sends it to a producer, and what it is about.

    Shape: ``address`` is the route's, ``query`` the consumer's, which replaces the address's own
           where there is one; ``wire`` what is to be done below HTTP.
    Units: seconds of silence until the producer is given up.
    """

    method: str = "POST"
    address: str
    query: str = ""
    headers: Mapping[str, str]
    body: bytes
    timeout: float
    workspace: str = DEFAULT_WORKSPACE
    sender: str = ""
    receiver: str = ""
    contract: str = ""
    correlation_id: str = ""
    wire: tuple[WireOrder, ...] = ()

    @property
    def url(self) -> str:
        """Give the address as it is called, with the query that counts."""
        return f"{self.address.partition('?')[0]}?{self.query}" if self.query else self.address


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An HTTP answer came, whatever it says."""

    status: int
    reason: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Problem(Enum):
    """Why no answer came; the value is the Java exception that the platform names."""

    UNREACHABLE = "java.net.ConnectException"
    RESET = "java.net.SocketException"
    SILENT = "io.netty.handler.timeout.ReadTimeoutException"
    HANDSHAKE = "javax.net.ssl.SSLHandshakeException"
    TOO_LARGE = "io.netty.handler.codec.TooLongFrameException"
    OTHER = "java.io.IOException"


_TRIED_AGAIN = {Problem.UNREACHABLE, Problem.RESET}


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """No HTTP answer came; ``told`` is what the exception's message adds, if anything."""

    problem: Problem
    told: str = ""


class Transport(Protocol):
    """How calls reach producers: over HTTP, or in this process."""

    def call(self, call: OutboundCall) -> Answered | Failed:
        """Make one attempt, and give what came of it; never raises for what the producer does."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a call: an answer that may go on, or else the detail of VP009.

    Units: seconds, of the last attempt.
    """

    answer: Answered | None
    detail: str
    seconds: float
    legs: tuple[Leg, ...]


def call_producer(
    transport: Transport, call: OutboundCall, *, settings: Settings, at: datetime
) -> Outcome:
    """Call a producer, and judge its answer.

    Shape:  ``at`` is the workspace's time now. A connection that cannot be made, or that breaks,
            is tried again after a pause; silence is not.
    Source: platform facts, sections 1.11, 1.13 and 2.3.
    """
    began = time.perf_counter()
    legs: list[Leg] = []
    while True:
        started = time.perf_counter()
        result = transport.call(call)
        seconds = time.perf_counter() - started
        legs.append(_leg(call, result, at + timedelta(seconds=started - began), seconds, len(legs)))
        if isinstance(result, Answered):
            detail = _why_not_passed(result, call)
            answer = None if detail else result
            return Outcome(answer=answer, detail=detail, seconds=seconds, legs=tuple(legs))
        if result.problem not in _TRIED_AGAIN or len(legs) > settings.retries:
            detail = _why_failed(result, call)
            return Outcome(answer=None, detail=detail, seconds=seconds, legs=tuple(legs))
        time.sleep(settings.retry_delay)


def _leg(
    call: OutboundCall, result: Answered | Failed, started: datetime, seconds: float, before: int
) -> Leg:
    if isinstance(result, Failed):
        return Leg(
            kind="out",
            url=call.url,
            started=started,
            seconds=seconds,
            method=call.method,
            attempt=before + 1,
            request_headers=call.headers,
            request=call.body,
            problem=f"{result.problem.value}: {_message(result, call)}",
        )
    return Leg(
        kind="out",
        url=call.url,
        started=started,
        seconds=seconds,
        method=call.method,
        attempt=before + 1,
        request_headers=call.headers,
        request=call.body,
        status=result.status,
        response_headers=result.headers,
        response=result.body,
    )


def _why_not_passed(answer: Answered, call: OutboundCall) -> str:
    """Give the detail of VP009 for an answer that may not go on, empty for one that may."""
    status = answer.status
    if status in _SUCCESS:
        if answer.body:
            return ""
        return (
            f"Error connecting to service producer at address {call.address}. Empty message "
            f"when server responded with status code: {f'{status} {answer.reason}'.rstrip()}"
        )
    if status == _SERVER_ERROR and _SOAP in answer.body:
        return ""
    location = next((v for name, v in answer.headers.items() if name.lower() == "location"), "")
    elsewhere = f", redirectLocation: {location}" if status in _REDIRECT and location else ""
    return (
        _detail(
            call,
            "org.apache.camel.component.netty.http.NettyHttpOperationFailedException",
            f"Netty HTTP operation failed invoking {call.url} with statusCode: {status}{elsewhere}",
        )
        + f"\nVP_PRODUCER_EXCEPTION_HTTP_STATUS={status}"
    )


def _why_failed(failure: Failed, call: OutboundCall) -> str:
    return _detail(call, failure.problem.value, _message(failure, call))


def _message(failure: Failed, call: OutboundCall) -> str:
    match failure.problem:
        case Problem.UNREACHABLE:
            return f"Cannot connect to {_host(call.address)}"
        case Problem.RESET:
            return "Connection reset"
        case Problem.SILENT:
            return "Timeout when waiting on response from producer."
        case _:
            return failure.told


def _detail(call: OutboundCall, kind: str, message: str) -> str:
    return (
        f"Error connecting to service producer at address {call.address}. Exception Caught by "
        f"Camel when contacting producer. Exception information: ({kind}: {message})"
    )


def _host(address: str) -> str:
    parts = urlsplit(address)
    try:
        port = parts.port
    except ValueError:  # a port that is no number
        return parts.netloc
    return f"{parts.hostname}:{port or (443 if parts.scheme == 'https' else 80)}"
