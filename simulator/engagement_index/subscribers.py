"""Who is told of changes: by the authorisations of the addressing catalogue, and their filters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.addressing.rows import ANYONE
from simulator.engagement_index.messages import PROCESS_NOTIFICATION

if TYPE_CHECKING:
    from simulator.addressing.catalogue import AddressingCatalogue
    from simulator.addressing.rows import Filter
    from simulator.engagement_index.engagements import Engagement, Transaction

__all__ = ["Subscriber", "subscribers_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A logical address that takes ProcessNotification, and what of it."""

    logical_address: str
    filters: tuple[Filter, ...] = ()

    def part_of(self, transactions: Iterable[Transaction]) -> tuple[Transaction, ...]:
        """Give the transactions that are meant for it."""
        return tuple(one for one in transactions if self.wants(one.engagement))

    def wants(self, engagement: Engagement) -> bool:
        """Tell whether an engagement is meant for it: without filters everything is.

        Shape:  a filter without categorizations is on the whole domain; case does not matter.
        Source: platform facts, section 6.5.
        """
        return not self.filters or any(_passes(engagement, one) for one in self.filters)


def _passes(engagement: Engagement, filtering: Filter) -> bool:
    if filtering.service_domain.lower() != engagement.service_domain.lower():
        return False
    categories = {one.category.lower() for one in filtering.categories}
    return not categories or engagement.categorization.lower() in categories


def subscribers_in(catalogue: AddressingCatalogue | None, platform: str) -> tuple[Subscriber, ...]:
    """Give those that a platform may send ProcessNotification to.

    Shape:  as GetLogicalAddresseesByServiceContract answers, whenever an authorisation holds. Who
            is there twice gets what either lets through.
    Source: platform facts, sections 4.4 and 6.5.
    """
    if catalogue is None:
        return ()
    found: dict[str, Subscriber] = {}
    for row in catalogue.rows.current().authorisations:
        if row.contract != PROCESS_NOTIFICATION or row.consumer.lower() != platform.lower():
            continue
        if row.logical_address == ANYONE:
            continue
        before = found.get(row.logical_address)
        everything = not row.filters or (before is not None and not before.filters)
        filters = () if everything else (*(before.filters if before else ()), *row.filters)
        found[row.logical_address] = Subscriber(
            logical_address=row.logical_address, filters=filters
        )
    return tuple(found.values())
