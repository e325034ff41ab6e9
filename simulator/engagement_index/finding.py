"""What is found in the table: records by their fields, and residents by what has changed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import sqlalchemy as sa

from simulator.engagement_index.engagements import Engagement
from simulator.engagement_index.tables import ENGAGEMENTS, GONE

__all__ = ["changed", "found"]

_COLUMNS = tuple(ENGAGEMENTS.c[name] for name in Engagement._fields)


def found(
    connection: sa.Connection, workspace: str, wanted: Mapping[str, str], *, since: str | None
) -> tuple[Engagement, ...]:
    """Give the engagements whose fields are as wanted, by logical address.

    Shape:  ``since`` leaves out those whose content is older, or has no time.
    Source: platform facts, section 6.2.
    """
    query = _finding(tuple(wanted), has_since=since is not None)
    values = {"its_workspace": workspace, "since": since, **wanted}
    return tuple(Engagement._make(row) for row in connection.execute(query, values))


@lru_cache(maxsize=1024)
def _finding(names: tuple[str, ...], *, has_since: bool) -> sa.Select[tuple[object, ...]]:
    """Give the query by some fields; made once, since that takes longer than to run it."""
    query = sa.select(*_COLUMNS).where(ENGAGEMENTS.c.workspace == sa.bindparam("its_workspace"))
    for name in names:
        query = query.where(ENGAGEMENTS.c[name] == sa.bindparam(name))
    if has_since:
        query = query.where(ENGAGEMENTS.c.most_recent >= sa.bindparam("since"))
    return query.order_by(ENGAGEMENTS.c.logical_address, ENGAGEMENTS.c.key)


def changed(
    connection: sa.Connection,
    workspace: str,
    service_domain: str,
    *,
    since: str,
    after: str,
    most: int,
) -> list[str]:
    """Give residents of whom something has changed, in order, those after one.

    Shape: what was deleted is a change too; times are those of the records.
    """
    at = sa.func.coalesce(sa.func.nullif(ENGAGEMENTS.c.updated, ""), ENGAGEMENTS.c.created)
    kept = sa.select(ENGAGEMENTS.c.resident).where(
        ENGAGEMENTS.c.workspace == workspace,
        ENGAGEMENTS.c.service_domain == service_domain,
        ENGAGEMENTS.c.resident > after,
        at >= since,
    )
    gone = sa.select(GONE.c.resident).where(
        GONE.c.workspace == workspace,
        GONE.c.service_domain == service_domain,
        GONE.c.resident > after,
        GONE.c.at >= since,
    )
    query = sa.union(kept, gone).order_by("resident").limit(most)
    return list(connection.execute(query).scalars())
