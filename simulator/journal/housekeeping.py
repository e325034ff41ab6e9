"""What a journal does beside keeping: forget what is too much, and empty SQLite's log in time."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from simulator.journal.retention import forget_oldest
from simulator.store import in_memory

if TYPE_CHECKING:
    from simulator.journal.retention import Retention

__all__ = ["Housekeeper"]

_PAUSE = 0.5
"""Seconds between two rounds; short, so that a checkpoint never has much to bring home."""

_LONGEST_LOG = 32 << 20
"""Bytes of SQLite's log, after which writers wait a moment while it begins anew."""

_log = logging.getLogger(__name__)


class Housekeeper:
    """A thread that keeps a journal in bounds, so that no call has to wait for that.

    Shape: several processes may each have one for the same database.
    """

    def __init__(self, engine: sa.Engine, retention: Retention) -> None:
        self._engine = engine
        self._retention = retention
        self._over = threading.Event()
        file = engine.url.database
        self._wal = (
            Path(f"{file}-wal")
            if engine.dialect.name == "sqlite" and file and not in_memory(engine)
            else None
        )
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        if self._wal is not None or retention.bounded:
            self._thread.start()

    def close(self) -> None:
        """Stop, and wait for the round that is under way."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(_PAUSE):
            try:
                self.tidy()
            except sa.exc.SQLAlchemyError as error:  # as by a lock: the next round is soon
                cause = getattr(error, "orig", None) or error
                _log.warning("the journal could not be tidied: %s", cause)

    def tidy(self) -> None:
        """Do one round."""
        if self._retention.bounded:
            began = time.monotonic()
            while forget_oldest(self._engine, self._retention) and not self._over.is_set():
                took = time.monotonic() - began
                self._over.wait(min(took, _PAUSE))  # leave the lock to callers half of the time
                began = time.monotonic()
        if self._wal is not None:
            self._checkpoint(self._wal)

    def _checkpoint(self, wal: Path) -> None:
        """Bring the log home while callers write on; only a log grown long makes them wait."""
        with contextlib.suppress(OSError):
            size = wal.stat().st_size
            if not size:
                return
            connection = self._engine.raw_connection()
            try:
                driver = connection.dbapi_connection
                assert driver is not None  # noqa: S101 - it was just opened
                driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
                if size > _LONGEST_LOG:
                    driver.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()
            finally:
                connection.close()
