"""Where the aggregating platform calls VP: a listener of its own, with a thread for each call."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from simulator.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from wsgiref.types import WSGIApplication

__all__ = ["Entrance"]

_FEWEST = 24
_FINISHING = 1

_T = TypeVar("_T")


class Entrance:
    """A listener on loopback before a platform, opened by the first who calls.

    Shape: the calls of an aggregation must never wait for a thread that waits for them. So they
           do not come by the listeners of the outside world, whose threads may all be held by
           calls that are aggregated; here are as many threads as there are calls under way, up
           to ``most``.
    """

    def __init__(self, app: WSGIApplication, *, most: int) -> None:
        self._app = app
        self._most = most
        self._lock = threading.Lock()
        self._server: Server | None = None
        self._threads = 0
        self._under_way = 0

    @contextmanager
    def room_for(self, calls: int) -> Iterator[str]:
        """Give the address, while there are threads for some calls more."""
        with self._lock:
            self._under_way += calls
            url = self._with_threads(self._under_way)
        try:
            yield url
        finally:
            with self._lock:
                self._under_way -= calls

    def close(self) -> None:
        """Stop listening, where anything was."""
        with self._lock:
            if self._server is not None:
                self._server.__exit__(None, None, None)
                self._server = None
                self._threads = 0

    def _with_threads(self, wanted: int) -> str:
        wanted = min(max(wanted, _FEWEST), self._most)
        if self._server is None:
            self._threads = wanted
            self._server = _as_daemons(self._opened)
        elif wanted > self._threads:
            more, server = wanted - self._threads, self._server
            _as_daemons(lambda: server.grow(more))
            self._threads = wanted
        return self._server.url

    def _opened(self) -> Server:
        server = Server(self._app, threads=self._threads, finishing=_FINISHING, backlog=self._most)
        return server.__enter__()


def _as_daemons(work: Callable[[], _T]) -> _T:
    """Do work that starts threads, in a way that no thread keeps the process from ending.

    Shape: threads are daemons where the one that starts them is, and a worker process ends without
           closing anything.
    """
    done: list[_T] = []
    thread = threading.Thread(target=lambda: done.append(work()), daemon=True)
    thread.start()
    thread.join()
    return done[0]
