"""The index's tables: what it holds, what it has taken but not stored, and whom it is to tell."""

from __future__ import annotations

import sqlalchemy as sa

from simulator.store import PLATFORM

__all__ = ["ENGAGEMENTS", "GONE", "LOCKS", "NOTIFICATIONS", "QUEUE"]

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

ENGAGEMENTS = sa.Table(
    "engagement",
    PLATFORM,
    sa.Column("workspace", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("resident", sa.Text, nullable=False),
    sa.Column("service_domain", sa.Text, nullable=False),
    sa.Column("categorization", sa.Text, nullable=False),
    sa.Column("logical_address", sa.Text, nullable=False),
    sa.Column("business_object", sa.Text, nullable=False),
    sa.Column("interest", sa.Text, nullable=False),
    sa.Column("most_recent", sa.Text),
    sa.Column("source_system", sa.Text, nullable=False),
    sa.Column("created", sa.Text, nullable=False),
    sa.Column("updated", sa.Text, nullable=False),
    sa.Column("data_controller", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Index("ix_engagement_resident", "workspace", "service_domain", "resident"),
)
"""One row a record. Times are texts as the messages have them, ``updated`` empty in a new one."""

QUEUE = sa.Table(
    "engagement_queue",
    PLATFORM,
    sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column("workspace", sa.Text, nullable=False),
    sa.Column("notified", sa.Boolean, nullable=False),
    sa.Column("collected", sa.Boolean, nullable=False),
    sa.Column("received", sa.BigInteger, nullable=False),
    sa.Column("correlation_id", sa.Text, nullable=False),
    sa.Column("transactions", sa.LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
"""One row a request that was answered OK and is not stored yet. ``notified`` is one that came as
a ProcessNotification, ``collected`` one that waits for others. ``received`` is the machine's
clock in microseconds since 1970."""

NOTIFICATIONS = sa.Table(
    "engagement_notification",
    PLATFORM,
    sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column("workspace", sa.Text, nullable=False),
    sa.Column("subscriber", sa.Text, nullable=False),
    sa.Column("due", sa.BigInteger, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("parked", sa.Boolean, nullable=False),
    sa.Column("problem", sa.Text, nullable=False),
    sa.Column("correlation_id", sa.Text, nullable=False),
    sa.Column("transactions", sa.LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
"""One row a notification that is to be sent, or that was given up (``parked``)."""

GONE = sa.Table(
    "engagement_gone",
    PLATFORM,
    sa.Column("workspace", sa.Text, primary_key=True),
    sa.Column("service_domain", sa.Text, primary_key=True),
    sa.Column("resident", sa.Text, primary_key=True),
    sa.Column("at", sa.Text, nullable=False),
)
"""When something of a resident was last deleted, so that GetUpdates can tell of it."""

LOCKS = sa.Table(
    "engagement_lock",
    PLATFORM,
    sa.Column("workspace", sa.Text, primary_key=True),
)
"""The workspaces whose index is not written to for now."""
