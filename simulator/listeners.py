"""TLS listeners that present a bad certificate, to see what a consumer makes of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from contracts.errors import UsageError
from simulator.certificates.kinds import Kind
from simulator.server import Server

if TYPE_CHECKING:
    from types import TracebackType
    from wsgiref.types import WSGIApplication

    from simulator.tls import ListenerTls

__all__ = ["BadListeners"]

_MOST = 20


class BadListeners:
    """The platform behind further TLS ports, each with a certificate of its own kind.

    Shape: ``presented`` gives what a listener of a kind presents. All end with the context.
    """

    def __init__(
        self, app: WSGIApplication, presented: Callable[[Kind], ListenerTls], *, host: str
    ) -> None:
        self._app, self._presented, self._host = app, presented, host
        self._lock = threading.Lock()
        self._open: dict[int, tuple[Kind, Server, ExitStack]] = {}

    def open(self, kind: Kind) -> dict[str, Any]:
        """Listen on a free port with a certificate of the kind, and tell where.

        Raises: UsageError where too many are open.
        """
        with self._lock:
            if len(self._open) >= _MOST:
                raise UsageError(
                    f"{_MOST} TLS listeners are open", mend="close those that are done with"
                )
            running = ExitStack()
            server = running.enter_context(
                Server(self._app, host=self._host, tls=self._presented(kind))
            )
            self._open[server.port] = kind, server, running
        return self._told(kind, server)

    def all(self) -> list[dict[str, Any]]:
        """Tell of every listener: its kind, where it is, and how each handshake went."""
        with self._lock:
            return [self._told(kind, server) for kind, server, _ in self._open.values()]

    def close(self, port: int) -> None:
        """End a listener.

        Raises: UsageError where none is on the port.
        """
        with self._lock:
            found = self._open.pop(port, None)
        if found is None:
            raise UsageError(f"no such TLS listener is on port {port}")
        found[2].close()

    @staticmethod
    def _told(kind: Kind, server: Server) -> dict[str, Any]:
        return {
            "kind": str(kind),
            "port": server.port,
            "url": server.url,
            "handshakes": [
                asdict(one) | {"at": one.at.isoformat()} for one in server.handshakes.all()
            ],
        }

    def __enter__(self) -> BadListeners:
        """Open nothing yet."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """End all listeners."""
        for port in list(self._open):
            self.close(port)
