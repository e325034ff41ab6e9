"""The journal's tables: exchanges, their legs, and what has been forgotten."""

from __future__ import annotations

import sqlalchemy as sa

from simulator.store import PLATFORM

__all__ = ["EXCHANGES", "FORGOTTEN", "LEGS", "LEGS_TO_AN_EXCHANGE", "WEIGHT", "Packing"]

LEGS_TO_AN_EXCHANGE = 1000
"""A leg's id is its exchange's number times this, plus its place: no index is needed to find it."""

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_FLAGS = sa.SmallInteger()

EXCHANGES = sa.Table(
    "exchange",
    PLATFORM,
    sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
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
    sa.Index("ix_exchange_workspace", "workspace", "number"),
    # a hash, since a correlation id may be longer than PostgreSQL's trees take
    sa.Index("ix_exchange_correlation_id", "correlation_id", postgresql_using="hash"),
    sqlite_autoincrement=True,  # a number is never given twice, even when the last is forgotten
)
"""One row an exchange. Instants are microseconds since 1970 in UTC: ``kept`` by the machine's
clock, ``started`` by the workspace's. ``bytes`` is what the exchange weighs in the database."""

LEGS = sa.Table(
    "leg",
    PLATFORM,
    sa.Column("id", _NUMBER, primary_key=True, autoincrement=False),
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
    sa.Column("request_of", _FLAGS),
    sa.Column("response_of", _FLAGS),
    sa.Column("packing", _FLAGS, nullable=False),
    sa.Column("request", sa.LargeBinary),
    sa.Column("response", sa.LargeBinary),
)
"""One row a leg. ``request_of`` is the place of the leg whose request this one repeats byte by
byte; then ``request`` is empty. ``packing`` says which of the two bodies are compressed."""

FORGOTTEN = sa.Table(
    "journal_forgotten",
    PLATFORM,
    sa.Column("workspace", sa.Text, primary_key=True),
    sa.Column("exchanges", sa.BigInteger, nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("started", sa.BigInteger, nullable=False),
)
"""How many of a workspace's exchanges are gone, the highest number and latest start of them."""

WEIGHT = sa.Table(
    "journal_weight",
    PLATFORM,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("weighed_until", sa.BigInteger, nullable=False),
    sa.Column("exchanges", sa.BigInteger, nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
)
"""One row: number and weight of the exchanges kept, up to the number last weighed."""


@sa.event.listens_for(LEGS, "after_create")
def _leave_bodies_alone(_table: sa.Table, connection: sa.Connection, **_: object) -> None:
    """Tell PostgreSQL not to compress once more what zstd has compressed."""
    if connection.dialect.name == "postgresql":
        for body in ("request", "response"):
            connection.execute(sa.text(f"ALTER TABLE leg ALTER COLUMN {body} SET STORAGE EXTERNAL"))


@sa.event.listens_for(WEIGHT, "after_create")
def _weigh_nothing(_table: sa.Table, connection: sa.Connection, **_: object) -> None:
    """Put in the one row."""
    connection.execute(WEIGHT.insert().values(id=1, weighed_until=0, exchanges=0, bytes=0))


class Packing:
    """The flags of ``leg.packing``."""

    REQUEST = 1
    RESPONSE = 2
