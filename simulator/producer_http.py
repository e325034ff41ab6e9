"""Producers reached over HTTP: one attempt, the bytes as they came, and what went wrong."""

from __future__ import annotations

import select
import socket
import ssl
import weakref
from collections import deque
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import certifi

from contracts.errors import UsageError
from simulator.outbound import Answered, Failed, Problem, TlsMaterial
from simulator.tls import caller_context

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.outbound import OutboundCall
    from simulator.settings import Settings

__all__ = ["HttpProducers"]

_SCHEMES = {"http": 80, "https": 443}
_MOST_IDLE = 128
_LATIN = "".join(map(chr, range(0x21, 0x7F)))  # what may stand in a request line as it is


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a connection goes, and so which connections may be used again."""

    host: str
    port: int
    secure: bool
    tls: TlsMaterial


class HttpProducers:
    """Calls producers over HTTP and HTTPS; safe to share between threads.

    Shape: ``tls`` is what to present to producers, by their address; others meet the certificate
           of the settings. Connections are kept open between calls; no proxy of the machine comes
           between.
    """

    def __init__(self, settings: Settings, tls: Mapping[str, TlsMaterial] | None = None) -> None:
        self._connect_timeout = settings.connect_timeout
        self._largest = settings.largest_message
        self._tls = dict(tls or {})
        self._plain = TlsMaterial(
            certificate=_text(settings.certificate),
            key=_text(settings.key),
            authority=_text(settings.authority),
        )
        self._idle: dict[_Place, deque[HTTPConnection]] = {}
        self.close = weakref.finalize(self, _close, self._idle)

    def call(self, call: OutboundCall) -> Answered | Failed:
        """Make one attempt."""
        try:
            place, host, target = _parts(call.url, self._material(call))
        except ValueError as error:
            return Failed(problem=Problem.OTHER, told=str(error))
        connection = self._take(place)
        if connection is None:
            made = self._connect(place)
            if isinstance(made, Failed):
                return made
            connection = made
        try:
            answer = self._exchange(connection, call, host, target)
        except ssl.SSLError:  # with TLS 1.3 a refused certificate is told this late
            answer = _NO_HANDSHAKE
        except TimeoutError:
            answer = Failed(problem=Problem.SILENT)
        except (ConnectionError, IncompleteRead):
            answer = Failed(problem=Problem.RESET)
        except (OSError, HTTPException, ValueError) as error:
            answer = Failed(problem=Problem.OTHER, told=type(error).__name__)
        if isinstance(answer, Failed) or connection.sock is None:
            connection.close()
        else:
            self._put(place, connection)
        return answer

    def _material(self, call: OutboundCall) -> TlsMaterial:
        """Give what is presented to the producer of a call, and demanded of it."""
        return self._tls.get(call.address, self._plain)

    def _exchange(
        self, connection: HTTPConnection, call: OutboundCall, host: str, target: str
    ) -> Answered | Failed:
        assert connection.sock is not None  # noqa: S101 - it is taken open, or just opened
        connection.sock.settimeout(call.timeout)
        connection.putrequest(call.method, target, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", host)
        connection.putheader("Content-Length", str(len(call.body)))
        for name, value in call.headers.items():
            connection.putheader(name, value)
        connection.endheaders(call.body or None)
        response = connection.getresponse()
        answer = self._answered(response)
        if response.will_close or isinstance(answer, Failed):
            connection.close()
        return answer

    def _answered(self, response: HTTPResponse) -> Answered | Failed:
        body = _whole(response, self._largest)
        if body is None:
            return Failed(
                problem=Problem.TOO_LARGE,
                told=f"HTTP content length exceeded {self._largest} bytes.",
            )
        return Answered(
            status=response.status,
            reason=response.reason,
            headers=_joined(response.getheaders()),
            body=body,
        )

    def _connect(self, place: _Place) -> HTTPConnection | Failed:
        try:
            plain = socket.create_connection((place.host, place.port), self._connect_timeout)
        except (OSError, UnicodeError):  # the latter for a name that no host can have
            return Failed(problem=Problem.UNREACHABLE)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = HTTPConnection(place.host, place.port)
        connection.auto_open = 0
        connection.sock = plain
        if place.secure:
            try:
                connection.sock = _context(place.tls).wrap_socket(plain, server_hostname=place.host)
            except (OSError, UsageError):  # the latter for a file that cannot be used
                plain.close()
                return _NO_HANDSHAKE
        return connection

    def _take(self, place: _Place) -> HTTPConnection | None:
        idle = self._idle.get(place)
        while idle:
            try:
                connection = idle.pop()
            except IndexError:  # another thread was faster
                return None
            if _is_open(connection):
                return connection
            connection.close()
        return None

    def _put(self, place: _Place, connection: HTTPConnection) -> None:
        idle = self._idle.setdefault(place, deque())
        if len(idle) < _MOST_IDLE:
            idle.append(connection)
        else:
            connection.close()


def _close(idle: dict[_Place, deque[HTTPConnection]]) -> None:
    """Close the connections that nobody uses now."""
    while idle:
        _, connections = idle.popitem()
        for connection in connections:
            connection.close()


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)


_NO_HANDSHAKE = Failed(problem=Problem.HANDSHAKE, told="The TLS handshake failed")


@lru_cache(maxsize=4096)
def _parts(url: str, tls: TlsMaterial) -> tuple[_Place, str, str]:
    """Give where an address leads, its Host header, and what stands in the request line.

    Raises: ValueError where it is no address for HTTP.
    Source: platform facts, section 1.12 - the port is told unless it is 80 or absent.
    """
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise ValueError(f"Cannot call {url}")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    named = host if parts.port in (None, 80) else f"{host}:{parts.port}"
    place = _Place(
        host=parts.hostname,
        port=parts.port or _SCHEMES[parts.scheme],
        secure=parts.scheme == "https",
        tls=tls,
    )
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return place, named, quote(target, safe=_LATIN)


@lru_cache(maxsize=256)
def _context(tls: TlsMaterial) -> ssl.SSLContext:
    return caller_context(
        certificate=Path(tls.certificate) if tls.certificate and tls.key else None,
        key=Path(tls.key) if tls.key else None,
        authority=Path(tls.authority or certifi.where()),
        verify=tls.verify,
        weak=tls.weak,
        check_host=tls.check_host,
    )


def _is_open(connection: HTTPConnection) -> bool:
    """Tell whether an idle connection can be used: one with something to read was closed."""
    if connection.sock is None:
        return False
    try:
        if not hasattr(select, "poll"):  # Windows, whose select knows no limit of 1024
            return not select.select([connection.sock], [], [], 0)[0]
        waiting = select.poll()
        waiting.register(connection.sock, select.POLLIN)
        return not waiting.poll(0)
    except (OSError, ValueError):
        return False


def _whole(response: HTTPResponse, largest: int) -> bytes | None:
    """Read the body, None where it is larger than allowed.

    Shape:  what a Content-Length promises beyond the body sent is not missed.
    Source: platform facts, sections 1.1 and 1.14.
    """
    if response.length is not None and response.length > largest:
        return None
    try:
        body = response.read() if response.length is not None else response.read(largest + 1)
    except IncompleteRead as error:
        if response.chunked:
            raise
        body = error.partial
    return body if len(body) <= largest else None


def _joined(headers: list[tuple[str, str]]) -> dict[str, str]:
    """Give each header once; repeated ones are joined as HTTP allows."""
    joined: dict[str, str] = {}
    for name, value in headers:
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined
