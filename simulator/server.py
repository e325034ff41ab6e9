"""The listeners, HTTP and mutual TLS: a threaded server beside the rest of the process."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from cheroot import wsgi

from contracts.errors import HarnessError, UsageError
from simulator.connections import Gateway, HandshakeLog, PlainConnection, TlsAdapter, TlsConnection

if TYPE_CHECKING:
    import socket
    from types import TracebackType
    from wsgiref.types import WSGIApplication

    from simulator.tls import ListenerTls

__all__ = ["Server"]

_PATIENCE = 10.0
_HANDSHAKES_KEPT = 10_000


class _Listener(wsgi.Server):
    @staticmethod
    def bind_socket(socket_: socket.socket, bind_addr: tuple[str, int]) -> socket.socket:
        """Bind a socket, and close it where that fails; cheroot by itself leaves it open."""
        try:
            socket_.bind(bind_addr)
        except (OSError, OverflowError):
            socket_.close()
            raise
        return socket_

    def error_log(self, *_what: object, **_how: object) -> None:
        """Say nothing of broken connections; the application tells of its own errors."""


class Server:
    """One application behind one address, from entering the context to leaving it.

    Shape:  ``port`` 0 takes a free one; ``url`` tells which, from the moment the server is made.
            ``finishing`` is how many seconds answers that are being made have at the end.
            With ``tls`` the listener demands a client certificate; ``handshakes`` tells how
            each connection began. The application finds the client's certificate in
            ``environ["provbank.client_certificate"]``, and the connection in
            ``environ["provbank.connection"]``.
    Raises: UsageError where the address cannot be listened on, a port in use most often.
    """

    def __init__(
        self,
        app: WSGIApplication,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        threads: int = 20,
        tls: ListenerTls | None = None,
        finishing: float = 1,
        backlog: int = 128,
    ) -> None:
        self._server = _Listener(
            (host, port),
            app,
            numthreads=threads,
            server_name="provbank",
            request_queue_size=backlog,
        )
        # The queue below is for connections that wait for a thread, not for requests.
        self._server.shutdown_timeout = finishing
        self._server.timeout = 60
        self._server.expiration_interval = 0.1  # a stop is waited for that long
        self._server.keep_alive_conn_limit = backlog  # cheroot closes all but 10 by itself
        self._server.gateway = Gateway
        self._server.ConnectionClass = PlainConnection if tls is None else TlsConnection
        self.handshakes = HandshakeLog(most=_HANDSHAKES_KEPT)
        if tls is not None:
            self._server.ssl_adapter = TlsAdapter(tls, self.handshakes)
        try:
            self._server.prepare()
        except (OSError, OverflowError) as error:  # the latter for a port above 65535
            raise UsageError(
                f"cannot listen on port {port}: {error}",
                where=host,
                mend="stop what uses the port, or choose another with --port",
            ) from None
        name, self.port = self._server.bind_addr
        scheme = "http" if tls is None else "https"
        self.url = f"{scheme}://{f'[{name}]' if ':' in name else name}:{self.port}"
        self._thread = threading.Thread(target=self._serve, name="http", daemon=True)
        self._problem: BaseException | None = None

    def reload(self) -> None:
        """Read certificate, authority and revocation list again, for connections to come.

        Raises: UsageError where one of them cannot be used; the old ones then stay in use.
        """
        if self._server.ssl_adapter is not None:
            self._server.ssl_adapter.reload()

    def present(self, tls: ListenerTls) -> None:
        """Present another certificate, also to callers that keep a connection: it is closed.

        Raises: UsageError where it cannot be used; the old one then stays in use.
        """
        self._server.ssl_adapter.present(tls)

    def grow(self, threads: int) -> None:
        """Answer with so many threads more."""
        self._server.requests.grow(threads)

    def _serve(self) -> None:
        try:
            self._server.serve()
        except KeyboardInterrupt:
            pass
        except BaseException as error:  # told to whoever waits for the server
            self._problem = error

    def __enter__(self) -> Server:
        """Start answering."""
        try:
            self._thread.start()
            deadline = time.monotonic() + _PATIENCE
            while not self._server.ready:
                if self._problem is not None or time.monotonic() > deadline:
                    raise HarnessError("the HTTP server did not start", where=self.url)
                time.sleep(0.001)
        except BaseException:
            self._server.stop()  # an interrupt here would leave threads that nobody ends
            raise
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Stop answering, and let go of the port."""
        self._server.stop()
        self._thread.join(timeout=_PATIENCE + self._server.shutdown_timeout)
