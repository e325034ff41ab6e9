"""An index for a platform, by its settings and its catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from simulator.engagement_index.batches import Pace
from simulator.engagement_index.index import EngagementIndex, Places
from simulator.engagement_index.outbox import Outbox
from simulator.engagement_index.subscribers import Subscriber, subscribers_in
from simulator.engagement_index.validation import Names
from simulator.migrations import upgrade
from simulator.store import in_memory, open_store, wait_for_disk

if TYPE_CHECKING:
    from simulator.addressing.services.source import CatalogueSource
    from simulator.settings import Settings

__all__ = ["open_index"]

_FOR_THE_REST = 30.0
"""Seconds that a notification may take beside what its producer is given."""


def open_index(settings: Settings, source: CatalogueSource) -> EngagementIndex:
    """Open the index in a platform's database, whose tables are made or brought up to date.

    Raises: UsageError where the database cannot be opened or was made by a later version.
    """
    engine = open_store(settings.journal)
    if engine.dialect.name == "sqlite" and not in_memory(engine):
        sa.event.listen(engine, "connect", _set_up)
        engine.dispose()  # connections that are open do not know
    if settings.power_safe:
        wait_for_disk(engine)
    try:
        upgrade(engine)
    except BaseException:
        engine.dispose()
        raise

    def subscribers_for(workspace: str) -> tuple[Subscriber, ...]:
        return subscribers_in(source.catalogue_for(workspace), settings.platform_id)

    longest = max((settings.producer_timeout, *settings.timeouts.values()))
    tries = settings.retries + 1
    return EngagementIndex(
        engine,
        names=Names(
            own=settings.index_id,
            alternative=settings.index_alternative_id,
            platform=settings.platform_id,
        ),
        pace=Pace(
            delay=settings.index_delay,
            idle=settings.index_collects_for,
            most=settings.index_collects_most,
        ),
        places=Places(now_for=source.now_for, subscribers_for=subscribers_for),
        outbox=Outbox(
            engine,
            retries=settings.index_retries,
            retry_delay=settings.index_retry_delay,
            lease=tries * (longest + settings.connect_timeout + settings.retry_delay)
            + _FOR_THE_REST,
        ),
    )


def _set_up(connection: Any, _record: object) -> None:
    """Give a connection to SQLite room for the index's pages, and leave its log to the journal."""
    connection.execute("PRAGMA cache_size=-16000")
    connection.execute("PRAGMA wal_autocheckpoint=16384")
