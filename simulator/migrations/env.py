"""Run by Alembic for each command: uses the connection and transaction it is given."""

from __future__ import annotations

from alembic import context

from simulator.store import PLATFORM

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=PLATFORM,
)
with context.begin_transaction():
    context.run_migrations()
