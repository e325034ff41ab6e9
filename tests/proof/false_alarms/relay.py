"""A relay before a server, through which what one side writes passes and is rewritten."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse
from typing import BinaryIO, cast
from urllib.parse import urlsplit

from tests.proof.false_alarms.messages import (
    Change,
    Message,
    as_they_come,
    request_from,
    response_from,
)

__all__ = ["relay"]

_PATIENCE = 90.0


class _Relay(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64
    target: tuple[str, int]
    on_request: Change
    on_response: Change

    def handle_error(self, *_what: object) -> None:
        """Say nothing of a caller that has gone."""


class _Connection(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    timeout = _PATIENCE

    def handle(self) -> None:
        """Hand over one request after the other, until the caller or an answer ends it."""
        server = cast("_Relay", self.server)
        while True:
            try:
                request = request_from(cast("BinaryIO", self.rfile))
                if request is None:
                    return
                answer = server.on_response(_asked(server.target, server.on_request(request)))
            except (OSError, HTTPException, ValueError):
                return
            self.wfile.write(answer.written())
            if answer.closes or request.header("connection").lower() == "close":
                return


def _asked(target: tuple[str, int], request: Message) -> Message:
    """Send a request over a connection of its own, and read what comes."""
    with socket.create_connection(target, timeout=_PATIENCE) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(request.written())
        response = HTTPResponse(connection, method="POST")
        response.begin()
        try:
            return response_from(response)
        finally:
            response.close()


@contextmanager
def relay(
    url: str, *, on_request: Change = as_they_come, on_response: Change = as_they_come
) -> Iterator[str]:
    """Listen before the server of a URL, and give the URL that leads through the relay."""
    parts = urlsplit(url)
    with _Relay(("127.0.0.1", 0), _Connection) as server:
        server.target = (parts.hostname or "", parts.port or 80)
        server.on_request, server.on_response = on_request, on_response
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield parts._replace(netloc=f"127.0.0.1:{server.server_address[1]}").geturl()
        finally:
            server.shutdown()
            thread.join()
