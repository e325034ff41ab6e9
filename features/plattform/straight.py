"""Calls to the tested system without a platform in between, to send what none would pass on."""

from __future__ import annotations

import select
import ssl
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from contracts.envelope import envelope
from contracts.errors import MessageError
from contracts.judge import swedish_now
from contracts.parsing import parse, without_comments
from features.bench import Bench
from simulator.client import Answer
from simulator.headers import CORRELATION_ID, headers_to_producer
from simulator.settings import Settings
from simulator.tls import caller_context

__all__ = ["Straight", "Way"]

_PATIENCE_FOR_100 = 1.0
_CHUNK = 700


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a call is made: method, headers changed (None leaves one out), and how the body goes.

    Shape: header names as they are to be written; they replace the usual ones whatever their case.
           What HTTP itself makes no SOAP call of is none, and its answer is not judged with others.
    """

    method: str = "POST"
    headers: Mapping[str, str | None] | None = None
    chunked: bool = False
    expects_100: bool = False
    is_call: bool = True

    def with_header(self, name: str, value: str) -> Way:
        """Give the same way with one more header."""
        return replace(self, headers={**(self.headers or {}), name: value})


class Straight:
    """Calls the tested system at its own address, as the platform does and with its certificate.

    Shape: an answer to POST is counted with those that the platform got.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.http_version = 11

    def envelope(self) -> bytes:
        """Make a new valid message, in an envelope."""
        return envelope(self._bench.messages.valid(), logical_address=self._bench.logical_address)

    def call(self, body: bytes, way: Way) -> Answer:
        """Make one call, and give what came back; never raises for what the system does."""
        correlation_id = str(uuid.uuid4())
        headers = self._headers(correlation_id, way)
        started, began = swedish_now(), time.perf_counter()
        status, told, answered, problem = None, {}, b"", ""
        try:
            response, answered = self._exchange(body, headers, way)
        except (OSError, HTTPException) as error:
            problem = f"inget svar: {type(error).__name__}"
        else:
            status, self.http_version = response.status, response.version
            told = {name.lower(): value for name, value in response.getheaders()}
            if way.is_call:
                self._bench.answered.note(
                    status=status,
                    headers=told,
                    body=answered,
                    asked=body,
                    correlation_id=correlation_id,
                    started=started,
                )
        try:
            root = without_comments(parse(answered))
        except MessageError as error:
            root, problem = None, problem or error.what
        return Answer(
            url=self._bench.role.endpoint,
            logical_address=self._bench.logical_address,
            correlation_id=correlation_id,
            started=started,
            seconds=time.perf_counter() - began,
            request=body,
            status=status,
            headers=told,
            body=answered,
            problem=problem,
            root=root,
        )

    def _headers(self, correlation_id: str, way: Way) -> dict[str, str]:
        usual = headers_to_producer(
            {"soapaction": f'"{self._bench.suite.contract.soap_action}"'},
            sender=self._bench.senders[0],
            history=None,
            correlation_id=correlation_id,
            address=self._bench.role.endpoint,
            settings=Settings(instance_id=self._bench.instance_id),
        )
        headers = {CORRELATION_ID: correlation_id, **usual}
        for name, value in (way.headers or {}).items():
            headers = {key: old for key, old in headers.items() if key.lower() != name.lower()}
            if value is not None:
                headers[name] = value
        return headers

    def _exchange(
        self, body: bytes, headers: Mapping[str, str], way: Way
    ) -> tuple[HTTPResponse, bytes]:
        connection = self._connection()
        try:
            parts = urlsplit(self._bench.role.endpoint)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.putrequest(way.method, target, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            if way.chunked:
                connection.putheader("Transfer-Encoding", "chunked")
            elif body or way.method == "POST":
                connection.putheader("Content-Length", str(len(body)))
            if way.expects_100:
                connection.putheader("Expect", "100-continue")
            connection.endheaders()
            if way.expects_100:
                select.select([connection.sock], [], [], _PATIENCE_FOR_100)
            for piece in _chunks(body) if way.chunked else (body,):
                connection.send(piece)
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        parts = urlsplit(self._bench.role.endpoint)
        timeout = self._bench.role.response_timeout
        host = parts.hostname or ""
        if parts.scheme != "https":
            return HTTPConnection(host, parts.port or 80, timeout=timeout)
        return HTTPSConnection(host, parts.port or 443, timeout=timeout, context=self._context)

    @cached_property
    def _context(self) -> ssl.SSLContext:
        tls = self._bench.role.tls
        if tls is None:
            return caller_context()
        return caller_context(
            certificate=Path(tls.certificate) if tls.certificate else None,
            key=Path(tls.key) if tls.key else None,
            authority=Path(tls.authority) if tls.authority else None,
            verify=tls.verify,
            check_host=tls.check_host,
        )


def _chunks(body: bytes) -> list[bytes]:
    pieces = [body[at : at + _CHUNK] for at in range(0, len(body), _CHUNK)]
    return [b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces] + [b"0\r\n\r\n"]
