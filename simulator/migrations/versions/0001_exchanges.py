"""The first journal: one row an exchange, with the caller's request and answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the table as the first version did."""
    op.create_table(
        "exchange",
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
