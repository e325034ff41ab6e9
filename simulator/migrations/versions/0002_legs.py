"""The journal by legs: each exchange with all requests and answers, workspace, and what is gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
import zstandard
from alembic import op

revision = "0002"
down_revision = "0001"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AT_ONCE = 100
_REQUEST_PACKED, _RESPONSE_PACKED = 1, 2
_SHORT = 256


def upgrade() -> None:
    """Create the new tables, and move what the old one holds into them."""
    connection = op.get_bind()
    op.drop_index("ix_exchange_correlation_id", "exchange")
    op.rename_table("exchange", "exchange_0001")
    if connection.dialect.name == "postgresql":
        op.execute(
            "ALTER TABLE exchange_0001 RENAME CONSTRAINT exchange_pkey TO exchange_0001_pkey"
        )
        op.execute("ALTER SEQUENCE exchange_number_seq RENAME TO exchange_0001_number_seq")
    exchanges, legs = _create()
    _move(connection, exchanges, legs)
    op.drop_table("exchange_0001")
    if connection.dialect.name == "postgresql":
        op.execute(
            "SELECT setval('exchange_number_seq', "
            "(SELECT coalesce(max(number), 0) + 1 FROM exchange), false)"
        )


def _create() -> tuple[sa.Table, sa.Table]:
    exchanges = op.create_table(
        "exchange",
        sa.Column("number", _BIG, primary_key=True, autoincrement=True),
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("correlation_id", sa.Text, nullable=False),
        sa.Column("kept", sa.BigInteger, nullable=False),
        sa.Column("started", sa.BigInteger, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("sender_known_by", sa.Text, nullable=False),
        sa.Column("sender_address", sa.Text),
        sa.Column("receiver", sa.Text),
        sa.Column("contract", sa.Text),
        sa.Column("profile", sa.Text),
        sa.Column("original_consumer", sa.Text),
        sa.Column("address", sa.Text),
        sa.Column("route_trace", sa.Text, nullable=False),
        sa.Column("authorisation_trace", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("disturbances", sa.Text, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_exchange_workspace", "exchange", ["workspace", "number"])
    op.create_index(
        "ix_exchange_correlation_id", "exchange", ["correlation_id"], postgresql_using="hash"
    )
    legs = op.create_table(
        "leg",
        sa.Column("id", _BIG, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("started", sa.BigInteger, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("request_headers", sa.Text, nullable=False),
        sa.Column("response_headers", sa.Text, nullable=False),
        sa.Column("request_bytes", sa.BigInteger, nullable=False),
        sa.Column("response_bytes", sa.BigInteger, nullable=False),
        sa.Column("request_of", sa.SmallInteger),
        sa.Column("response_of", sa.SmallInteger),
        sa.Column("packing", sa.SmallInteger, nullable=False),
        sa.Column("request", sa.LargeBinary),
        sa.Column("response", sa.LargeBinary),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE leg ALTER COLUMN request SET STORAGE EXTERNAL")
        op.execute("ALTER TABLE leg ALTER COLUMN response SET STORAGE EXTERNAL")
    op.create_table(
        "journal_forgotten",
        sa.Column("workspace", sa.Text, primary_key=True),
        sa.Column("exchanges", sa.BigInteger, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("started", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "journal_weight",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("weighed_until", sa.BigInteger, nullable=False),
        sa.Column("exchanges", sa.BigInteger, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
    )
    op.execute("INSERT INTO journal_weight VALUES (1, 0, 0, 0)")
    return exchanges, legs


def _move(connection: sa.Connection, exchanges: sa.Table, legs: sa.Table) -> None:
    """Move the old rows over, some at a time, so that no more than those are in memory."""
    old = sa.Table("exchange_0001", sa.MetaData(), autoload_with=connection)
    done = 0
    while True:
        rows = connection.execute(
            sa.select(old).where(old.c.number > done).order_by(old.c.number).limit(_AT_ONCE)
        ).mappings().all()  # fmt: skip
        if not rows:
            return
        for row in rows:
            _move_one(connection, row, exchanges, legs)
        done = rows[-1]["number"]


def _move_one(connection: sa.Connection, row: Any, exchanges: sa.Table, legs: sa.Table) -> None:
    started = (datetime.fromisoformat(row["started"]) - _EPOCH) // timedelta(microseconds=1)
    request, response = _packed(row["request"]), _packed(row["response"])
    inbound = {
        "id": row["number"] * 1000 + 1,
        "kind": "in",
        "url": "",
        "method": "POST",
        "attempt": 1,
        "started": started,
        "seconds": row["seconds"],
        "status": row["status"],
        "problem": "",
        "request_headers": row["request_headers"],
        "response_headers": "{}",
        "request_bytes": len(row["request"]),
        "response_bytes": len(row["response"]),
        "request_of": None,
        "response_of": None,
        "packing": _REQUEST_PACKED * (request != row["request"])
        + _RESPONSE_PACKED * (response != row["response"]),
        "request": request,
        "response": response,
    }
    connection.execute(
        exchanges.insert().values(
            **{name: row[name] for name in (
                "number", "correlation_id", "seconds", "decision", "status", "sender",
                "sender_known_by", "receiver", "contract", "address",
            )},
            workspace="default",
            kept=started,
            started=started,
            route_trace="",
            authorisation_trace="",
            detail="",
            disturbances="[]",
            bytes=len(request) + len(response) + len(row["request_headers"]) + 1000,
        )
    )  # fmt: skip
    connection.execute(legs.insert().values(inbound))
    if row["address"] is None:
        return
    answered = row["decision"] == "forwarded"
    outbound = {
        "id": inbound["id"] + 1,
        "kind": "out",
        "url": row["address"],
        "seconds": row["producer_seconds"] or 0.0,
        "status": row["producer_status"],
        "problem": "" if answered else "an earlier version kept no more of this answer",
        "request_headers": "{}",
        "response_bytes": len(row["response"]) if answered else 0,
        "request_of": 1 if row["request"] else None,
        "response_of": 1 if answered and row["response"] else None,
        "packing": 0,
        "request": None,
        "response": None,
    }
    connection.execute(legs.insert().values({**inbound, **outbound}))


def _packed(body: bytes) -> bytes:
    if len(body) < _SHORT:
        return body
    smaller = zstandard.ZstdCompressor(level=1).compress(body)
    return smaller if len(smaller) < len(body) else body
