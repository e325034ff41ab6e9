"""The engagement index: its records, its queues, and what is gone or locked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables, empty."""
    op.create_table(
        "engagement",
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
    )
    op.create_index(
        "ix_engagement_resident", "engagement", ["workspace", "service_domain", "resident"]
    )
    op.create_table(
        "engagement_queue",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("notified", sa.Boolean, nullable=False),
        sa.Column("collected", sa.Boolean, nullable=False),
        sa.Column("received", sa.BigInteger, nullable=False),
        sa.Column("correlation_id", sa.Text, nullable=False),
        sa.Column("transactions", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "engagement_notification",
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
    op.create_table(
        "engagement_gone",
        sa.Column("workspace", sa.Text, primary_key=True),
        sa.Column("service_domain", sa.Text, primary_key=True),
        sa.Column("resident", sa.Text, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_table(
        "engagement_lock",
        sa.Column("workspace", sa.Text, primary_key=True),
    )
