"""What an index does between calls: stores what it has taken, and tells its subscribers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from simulator.engagement_index.notifying import notify
from simulator.store import in_memory

if TYPE_CHECKING:
    from simulator.engagement_index.index import EngagementIndex
    from simulator.engagement_index.outbox import Outgoing
    from simulator.exchange import InboundCall, Reply

__all__ = ["Worker"]

_BETWEEN_LOOKS = 1.0
"""Seconds between two looks for what another process has left."""

_FINISHING = 5.0
"""Seconds that a notification under way has at the end; one that takes longer is sent again."""

_log = logging.getLogger(__name__)


class Worker:
    """A thread that stores, and one for each notification under way.

    Shape: an index in memory has one from its first news; one that others share, from the start.
    """

    def __init__(
        self,
        index: EngagementIndex,
        *,
        call: Callable[[InboundCall], Reply],
        instance: str,
    ) -> None:
        self._index, self._outbox = index, index.outbox
        self._call = call
        self._instance = instance
        self._news = threading.Event()
        self._over = threading.Event()
        self._beginning = threading.Lock()
        self._thread: threading.Thread | None = None
        self._sending: set[threading.Thread] = set()
        self._is_shared = not in_memory(index.engine)
        index.on_news = self._wake
        if self._is_shared:
            self._wake()

    def close(self) -> None:
        """Stop; what is not stored or sent yet stays in the database."""
        with self._beginning:
            self._over.set()
        self._news.set()
        if self._thread is not None:
            self._thread.join()
        for thread in tuple(self._sending):
            thread.join(_FINISHING)

    def _wake(self) -> None:
        self._news.set()
        with self._beginning:
            if self._thread is None and not self._over.is_set():
                self._thread = threading.Thread(target=self._run, name="index", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while not self._over.is_set():
            self._news.clear()
            try:
                wait = self._work()
            except Exception:  # a lock most often: the next round is soon
                _log.exception("the engagement index could not go on")
                wait = _BETWEEN_LOOKS
            self._news.wait(wait)

    def _work(self) -> float | None:
        """Do one round, and tell how long to wait for the next, None for as long as no news."""
        stored = self._index.store_due()
        for outgoing in self._outbox.take_due():
            thread = threading.Thread(
                target=self._send, args=(outgoing,), name="notification", daemon=True
            )
            self._sending.add(thread)
            thread.start()
        waits = [stored, self._outbox.next_due(), _BETWEEN_LOOKS if self._is_shared else None]
        return min((wait for wait in waits if wait is not None), default=None)

    def _send(self, outgoing: Outgoing) -> None:
        try:
            problem = notify(
                outgoing, self._call, sender=self._index.names.platform, instance=self._instance
            )
            if problem:
                self._outbox.failed(outgoing, problem)
            else:
                self._outbox.sent(outgoing.number)
        except Exception:  # it is taken out again when its lease is over
            _log.exception("a notification could not be sent")
        finally:
            self._sending.discard(threading.current_thread())
            self._news.set()
