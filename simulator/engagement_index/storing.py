"""A batch into the table: deletes before saves, owners by rule, and what others are to be told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from simulator.engagement_index.engagements import Engagement, Transaction, key_of
from simulator.engagement_index.tables import ENGAGEMENTS, GONE

__all__ = ["Changes", "changes_by_notification", "changes_by_update", "store"]

_AT_ONCE = 1000
"""How many keys are asked for in one statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is to be done, by key.

    Shape: ``told`` are transactions that subscribers get whatever they change, None where they
           get what has changed.
    """

    deletes: dict[str, Engagement]
    saves: dict[str, Engagement]
    told: tuple[Transaction, ...] | None = None


def changes_by_update(transactions: Iterable[Transaction], *, own: str) -> Changes:
    """Give what an Update changes: each engagement gets this index as its owner.

    Source: platform facts, section 6.5, rule R6.
    """
    return _changes(
        one._replace(engagement=one.engagement._replace(owner=own)) for one in transactions
    )


def changes_by_notification(transactions: Sequence[Transaction], *, own: str) -> Changes:
    """Give what a ProcessNotification changes; what is our own, and comes back, is left out.

    Shape:  ownership has moved with what is saved, so our own record of it goes.
    Source: platform facts, section 6.5, rule R5.
    """
    others = tuple(one for one in transactions if one.engagement.owner != own)
    changes = _changes(others)
    moved = {
        key_of(engagement, owner=own): engagement._replace(owner=own)
        for engagement in changes.saves.values()
    }
    return Changes(deletes=changes.deletes | moved, saves=changes.saves, told=others)


def _changes(transactions: Iterable[Transaction]) -> Changes:
    changes = Changes(deletes={}, saves={})
    for one in transactions:
        (changes.deletes if one.delete else changes.saves)[key_of(one.engagement)] = one.engagement
    return changes


def store(
    connection: sa.Connection, workspace: str, changes: Changes, *, now: str
) -> tuple[Transaction, ...]:
    """Carry changes out, and give what subscribers are to be told.

    Shape:  ``now`` is written into the records. What is new has no time of update; what is saved
            again keeps its time of creation, and has the content of now, also where that is older.
    Source: platform facts, section 6.5.
    """
    known = _known(connection, workspace, (*changes.deletes, *changes.saves))
    gone = {key: one for key, one in changes.deletes.items() if key in known}
    _delete(connection, workspace, gone, now=now)
    told = [Transaction(delete=True, engagement=one) for one in gone.values()]
    new, again = [], []
    for key, engagement in changes.saves.items():
        before = None if key in gone else known.get(key)
        if before is None:
            saved = engagement._replace(created=now, updated="")
            new.append({"workspace": workspace, "key": key, **saved._asdict()})
        else:
            saved = engagement._replace(created=before.created, updated=now)
            again.append({"its_key": key, "recent": saved.most_recent, "now": now})
        if before is None or before.most_recent != engagement.most_recent:
            told.append(Transaction(engagement=saved))
    if new:
        connection.execute(ENGAGEMENTS.insert(), new)
    if again:
        its = (ENGAGEMENTS.c.workspace == workspace, ENGAGEMENTS.c.key == sa.bindparam("its_key"))
        values: dict[str, Any] = {
            "most_recent": sa.bindparam("recent"),
            "updated": sa.bindparam("now"),
        }
        connection.execute(ENGAGEMENTS.update().where(*its).values(values), again)
    return tuple(told) if changes.told is None else changes.told


def _known(connection: sa.Connection, workspace: str, keys: Sequence[str]) -> dict[str, Any]:
    """Give time of creation and content of the records that are there, by key."""
    found: dict[str, Any] = {}
    query = sa.select(ENGAGEMENTS.c.key, ENGAGEMENTS.c.created, ENGAGEMENTS.c.most_recent)
    for first in range(0, len(keys), _AT_ONCE):
        some = ENGAGEMENTS.c.key.in_(keys[first : first + _AT_ONCE])
        rows = connection.execute(query.where(ENGAGEMENTS.c.workspace == workspace, some))
        found.update((row.key, row) for row in rows)
    return found


def _delete(
    connection: sa.Connection, workspace: str, gone: dict[str, Engagement], *, now: str
) -> None:
    if not gone:
        return
    connection.execute(
        ENGAGEMENTS.delete().where(
            ENGAGEMENTS.c.workspace == workspace, ENGAGEMENTS.c.key == sa.bindparam("its_key")
        ),
        [{"its_key": key} for key in gone],
    )
    whose = {(one.service_domain, one.resident) for one in gone.values()}
    connection.execute(
        GONE.delete().where(
            GONE.c.workspace == workspace,
            GONE.c.service_domain == sa.bindparam("domain"),
            GONE.c.resident == sa.bindparam("whom"),
        ),
        [{"domain": domain, "whom": resident} for domain, resident in whose],
    )
    connection.execute(
        GONE.insert(),
        [
            {"workspace": workspace, "service_domain": domain, "resident": resident, "at": now}
            for domain, resident in whose
        ],
    )
