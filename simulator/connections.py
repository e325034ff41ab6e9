"""What the listeners know of a connection: its handshake, its certificate, and how to break it."""

from __future__ import annotations

import socket
import ssl
import struct
import sys
import threading
from collections import deque
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cheroot import errors, wsgi
from cheroot.makefile import StreamReader, StreamWriter
from cheroot.server import HTTPConnection, HTTPRequest, HTTPServer
from cheroot.ssl import Adapter
from cryptography import x509

from simulator.tls import listener_context

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.tls import ListenerTls

__all__ = [
    "CERTIFICATE",
    "CONNECTION",
    "DELIVERY",
    "Gateway",
    "Handshake",
    "HandshakeLog",
    "PlainConnection",
    "RawAnswer",
    "TlsAdapter",
    "TlsConnection",
]

CERTIFICATE = "provbank.client_certificate"
"""WSGI key: the client certificate's subject as RFC 4514 writes it, None without one."""

CONNECTION = "provbank.connection"
"""WSGI key: the connection, to be reset or written to below HTTP."""

DELIVERY = "provbank.delivery"
"""WSGI key: what the application sets to a function that sends the answer in its own way."""

_HANDSHAKE_PATIENCE = 10.0
_LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)  # close by reset


@dataclass(frozen=True, slots=True, kw_only=True)
class Handshake:
    """How one TLS connection began, and whether the caller then said anything.

    Shape: ``problem`` is empty where the handshake was completed; else what either side said, such
           as the alert of a caller that refuses the listener's certificate. That comes within the
           handshake in every version of TLS, since the listener waits for the caller's own.
           ``requests`` counts what came over the connection.
    """

    at: datetime
    peer: str
    version: str = ""
    subject: str | None = None
    problem: str = ""
    requests: int = 0


class HandshakeLog:
    """The latest handshakes of a listener, in their order; old ones are dropped."""

    def __init__(self, *, most: int) -> None:
        self._kept: deque[list[Handshake]] = deque(maxlen=most)
        self._changed = threading.Condition()

    def add(self, handshake: Handshake) -> list[Handshake]:
        """Keep a handshake, and give the slot to change it by."""
        slot = [handshake]
        with self._changed:
            self._kept.append(slot)
            self._changed.notify_all()
        return slot

    def change(self, slot: list[Handshake], **changes: Any) -> None:
        """Add to what is known of a handshake."""
        with self._changed:
            slot[0] = replace(slot[0], **changes)
            self._changed.notify_all()

    def all(self) -> tuple[Handshake, ...]:
        """Give the handshakes that are kept."""
        with self._changed:
            return tuple(slot[0] for slot in self._kept)

    def wait_for(self, wanted: Callable[[Handshake], bool], *, seconds: float) -> Handshake | None:
        """Give the first handshake that is wanted, or None where none comes in time."""
        with self._changed:
            return self._changed.wait_for(
                lambda: next((slot[0] for slot in self._kept if wanted(slot[0])), None), seconds
            )


class _Request(HTTPRequest):
    """A request that may name its whole URL, as every server of HTTP/1.1 takes it.

    Source: RFC 9112, section 3.2.2; cheroot by itself takes that of proxies alone.
    """

    def __init__(self, server: HTTPServer, conn: HTTPConnection) -> None:
        super().__init__(server, conn, proxy_mode=True)


class PlainConnection(HTTPConnection):
    """A connection that can be broken on purpose."""

    RequestHandlerClass = _Request
    certificate: str | None = None
    _broken = False

    def reset(self) -> None:
        """Break the connection off with a TCP reset: the peer's next read or write fails."""
        self._broken = True
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
        self.socket.close()

    def _close_kernel_socket(self) -> None:
        if not self._broken:
            super()._close_kernel_socket()  # type: ignore[misc]  # cheroot's stubs lack it


class TlsConnection(PlainConnection):
    """A connection whose handshake is made by the thread that serves it, and is kept account of.

    A slow or silent caller so keeps one thread waiting, never the listener.
    """

    _slot: list[Handshake] | None = None
    _met = 0

    def communicate(self) -> bool:
        """Shake hands where that is not done yet, then answer one request."""
        adapter: TlsAdapter = self.server.ssl_adapter
        log = adapter.handshakes
        if self._slot is not None and self._met != adapter.presented:
            return False
        if self._slot is None:
            self._met = adapter.presented
            self._slot = log.add(Handshake(at=datetime.now(UTC), peer=self.remote_addr or ""))
            try:
                self._shake_hands(log)
            except (OSError, ValueError) as error:
                log.change(self._slot, problem=_why(error))
                return False
        going_on: bool = super().communicate()  # type: ignore[no-untyped-call]
        return going_on

    def _shake_hands(self, log: HandshakeLog) -> None:
        patience = self.socket.gettimeout()
        self.socket.settimeout(_HANDSHAKE_PATIENCE)
        self.socket.do_handshake()
        self.socket.settimeout(patience)
        if certificate := self.socket.getpeercert(binary_form=True):
            self.certificate = (
                x509.load_der_x509_certificate(certificate).subject.rfc4514_string()
            )  # fmt: skip
        assert self._slot is not None  # noqa: S101 - communicate made it
        log.change(self._slot, version=self.socket.version() or "", subject=self.certificate)

    def request_came(self) -> None:
        """Count a request."""
        if self._slot is not None:
            log: HandshakeLog = self.server.ssl_adapter.handshakes
            log.change(self._slot, requests=self._slot[0].requests + 1)


class TlsAdapter(Adapter):
    """Puts TLS under cheroot's connections, without a handshake while they are accepted."""

    def __init__(self, tls: ListenerTls, handshakes: HandshakeLog) -> None:
        self.handshakes = handshakes
        self._tls = tls
        self.context = listener_context(tls)
        self.presented = 0

    def reload(self) -> None:
        """Read the files again, for connections to come."""
        self.context = listener_context(self._tls)

    def present(self, tls: ListenerTls) -> None:
        """Present something else, and let go of the connections that know of what was before."""
        self.context, self._tls = listener_context(tls), tls
        self.presented += 1

    def bind(self, sock: socket.socket) -> socket.socket:
        """Leave the listening socket as it is."""
        return sock

    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, dict[str, Any]]:
        """Put TLS on an accepted socket; the handshake comes later."""
        try:
            wrapped = self.context.wrap_socket(
                sock, server_side=True, do_handshake_on_connect=False
            )
        except OSError as error:  # the peer has gone already
            raise errors.FatalSSLAlert(*error.args) from error
        return wrapped, self.get_environ()

    def get_environ(self) -> dict[str, Any]:
        """Give what every request over TLS has in its environ."""
        return {"wsgi.url_scheme": "https", "HTTPS": "on"}

    def makefile(self, sock: ssl.SSLSocket, mode: str = "r", bufsize: int = -1) -> Any:
        """Give a stream that reads or writes a connection."""
        return (StreamReader if "r" in mode else StreamWriter)(sock, mode, bufsize)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAnswer:
    """An answer on the edge of HTTP: what would be sent, and the connection to send it on.

    Shape: ``head`` is the status line and the header lines with the empty line after them.
    """

    connection: PlainConnection
    head: bytes
    body: bytes

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.connection.socket.sendall(data)


class Gateway(wsgi.Gateway_10):
    """Hands requests to the application with all that is known of their connection."""

    def get_environ(self) -> dict[str, Any]:  # type: ignore[override]  # stubs say None
        """Add certificate and connection to the environ."""
        connection = self.req.conn
        if isinstance(connection, TlsConnection):
            connection.request_came()
        environ: dict[str, Any] = super().get_environ()  # type: ignore[no-untyped-call]
        environ[CERTIFICATE] = connection.certificate
        environ[CONNECTION] = connection
        return environ

    def respond(self) -> None:
        """Answer, in the application's own way where it set one."""
        environ = self.env
        response = self.req.server.wsgi_app(environ, self.start_response)
        try:
            deliver = environ.get(DELIVERY)
            if deliver is not None:
                self._deliver(deliver, b"".join(response))
                return
            for chunk in filter(None, response):
                self.write(chunk)
            self.req.ensure_headers_sent()
        finally:
            if hasattr(response, "close"):
                response.close()

    def _deliver(self, deliver: Callable[[RawAnswer], None], body: bytes) -> None:
        request = self.req
        request.sent_headers = request.close_connection = True
        lines = [b"HTTP/1.1 " + request.status]
        lines += [name + b": " + value for name, value in request.outheaders]
        head = b"\r\n".join([*lines, b"Connection: close", b"", b""])
        deliver(RawAnswer(connection=request.conn, head=head, body=body))


def _why(error: Exception) -> str:
    """Say what OpenSSL or the network said, in one line."""
    reason = getattr(error, "reason", None)
    return reason if isinstance(reason, str) and reason else str(error) or type(error).__name__
