"""What was received and sent, in order, kept on disk."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from simulator.exchange import Exchange
from simulator.store import METADATA, open_store

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Entry", "Journal"]

_ENTRIES = sa.Table(
    "exchange",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("correlation_id", sa.String, nullable=False, index=True),
    sa.Column("started", sa.String, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("sender", sa.String, nullable=False),
    sa.Column("sender_known_by", sa.String, nullable=False),
    sa.Column("receiver", sa.String),
    sa.Column("contract", sa.String),
    sa.Column("decision", sa.String, nullable=False),
    sa.Column("address", sa.String),
    sa.Column("producer_status", sa.Integer),
    sa.Column("producer_seconds", sa.Float),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("request_headers", sa.String, nullable=False),
    sa.Column("request", sa.LargeBinary, nullable=False),
    sa.Column("response", sa.LargeBinary, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One exchange through the platform: what came, what was decided, what went back.

    Shape: ``decision`` is ``forwarded`` or a VP code; ``number`` counts from 1 in the order the
           exchanges were finished, None before it is kept.
    Units: seconds.
    """

    correlation_id: str
    started: datetime
    seconds: float
    sender: str
    sender_known_by: str
    receiver: str | None
    contract: str | None
    decision: str
    status: int
    request: bytes
    response: bytes
    address: str | None = None
    producer_status: int | None = None
    producer_seconds: float | None = None
    request_headers: Mapping[str, str] = field(default_factory=dict)
    number: int | None = None


class Journal:
    """Keeps every exchange; what ``keep`` has returned from survives the end of the process.

    Shape: ``url`` is a database URL, for example ``sqlite:///journal.sqlite``.
    """

    def __init__(self, url: str) -> None:
        self._engine = open_store(url)
        self._lock = threading.Lock()  # one writer at a time is what SQLite can do anyway
        METADATA.create_all(self._engine, tables=[_ENTRIES])

    def keep(self, kept: Entry | Exchange) -> int:
        """Store one exchange, and give its number."""
        entry = _entry(kept) if isinstance(kept, Exchange) else kept
        values = {
            column.name: getattr(entry, column.name)
            for column in _ENTRIES.columns
            if column.name != "number"
        } | {
            "started": entry.started.isoformat(),
            "request_headers": json.dumps(dict(entry.request_headers), ensure_ascii=False),
        }
        with self._lock, self._engine.begin() as connection:
            keeping = _ENTRIES.insert().values(**values).returning(_ENTRIES.c.number)
            return int(connection.execute(keeping).scalar_one())

    def entries(self, *, correlation_id: str | None = None, last: int = 100) -> tuple[Entry, ...]:
        """Give the latest exchanges in their order, or those of one correlation id."""
        query = sa.select(_ENTRIES).order_by(_ENTRIES.c.number.desc()).limit(last)
        if correlation_id is not None:
            query = query.where(_ENTRIES.c.correlation_id == correlation_id)
        with self._lock, self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(
            Entry(
                **{
                    **row,
                    "started": datetime.fromisoformat(row["started"]),
                    "request_headers": json.loads(row["request_headers"]),
                }
            )
            for row in reversed(rows)
        )

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def _entry(exchange: Exchange) -> Entry:
    """Give the part of an exchange that the present schema holds."""
    inbound = next((leg for leg in exchange.legs if leg.kind == "in"), None)
    outbound = next((leg for leg in reversed(exchange.legs) if leg.kind == "out"), None)
    return Entry(
        correlation_id=exchange.correlation_id,
        started=exchange.started,
        seconds=exchange.seconds,
        sender=exchange.sender,
        sender_known_by=exchange.sender_known_by,
        receiver=exchange.receiver,
        contract=exchange.contract,
        decision=exchange.decision,
        status=exchange.status,
        request=inbound.request if inbound else b"",
        response=inbound.response if inbound else b"",
        address=exchange.address,
        producer_status=outbound.status if outbound else None,
        producer_seconds=outbound.seconds if outbound else None,
        request_headers=inbound.request_headers if inbound else {},
    )
