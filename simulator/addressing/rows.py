"""Routes and authorisations: the rows of the catalogue that decide about calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from contracts.terms import HsaId

if TYPE_CHECKING:
    from contracts.terms import LogicalAddress

__all__ = [
    "ANYONE",
    "Authorisation",
    "Filter",
    "FilterCategory",
    "Route",
    "Row",
    "period",
    "stated",
]

ANYONE = "*"
"""The logical address of standard rows, standardvägval and standardbehörighet (SV, SB)."""

_NOBODY = HsaId("")
_BEGINNING = date(2000, 1, 1)
_END = date(2999, 12, 31)
_WIDEST_OFFSET = timedelta(hours=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What the catalogue keeps about each of its rows.

    Shape:  ``number`` is the row's id, None until the catalogue gives it one. A row that is marked
            ``deleted`` decides nothing and is shown to nobody.
    Source: platform facts, section 4.1.
    """

    number: int | None = None
    published: str = ""
    updated: datetime | None = None
    updated_by: str = ""
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Row):
    """A vägval: where calls for one logical address and contract go, and when.

    Shape:  each end of the period is a day, as the catalogue keeps it, or an exact instant, which
            is for tests; see ``period``. ``producer`` is whose address it is, empty where nobody
            said.
    """

    logical_address: LogicalAddress
    contract: str
    address: str
    profile: str = "RIVTABP21"
    producer: HsaId = _NOBODY
    valid_from: date = _BEGINNING
    valid_to: date = _END

    def serves(self, *, at: datetime) -> bool:
        """Tell whether the route is valid; both ends are inclusive."""
        first, last = period(self.valid_from, self.valid_to)
        return first <= at <= last


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterCategory(Row):
    """One categorization that a filter lets through."""

    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter(Row):
    """What of a service domain is meant for an authorisation's consumer; nobody enforces it."""

    service_domain: str
    categories: tuple[FilterCategory, ...] = ()

    @staticmethod
    def of(service_domain: str, *categories: str) -> Filter:
        """Give the filter on a domain, whole or by categorizations."""
        return Filter(
            service_domain=service_domain,
            categories=tuple(FilterCategory(category=one) for one in categories),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation(Row):
    """An anropsbehörighet: who may call a contract at an address, and when.

    Shape: the period is as a route's; ``agreement`` names the integrationsavtal.
    """

    consumer: HsaId
    contract: str
    logical_address: LogicalAddress
    agreement: str = ""
    filters: tuple[Filter, ...] = ()
    valid_from: date = _BEGINNING
    valid_to: date = _END

    def holds(self, *, at: datetime) -> bool:
        """Tell whether the authorisation is valid; both ends are inclusive."""
        first, last = period(self.valid_from, self.valid_to)
        return first <= at <= last


def period(valid_from: date, valid_to: date) -> tuple[datetime, datetime]:
    """Give the first and the last instant at which a row counts as valid.

    Shape:  a day is midnight without a zone. Against an instant, XML Schema orders such a time
            only when it is more than 14 hours away, and the platform takes what has no order for
            valid: so a row counts from 14 hours before its first day to 14 hours after its last,
            both begun at midnight UTC. An aware instant counts exactly.
    Source: platform facts, section 4.1.
    """
    return _instant(valid_from, slack=-_WIDEST_OFFSET), _instant(valid_to, slack=_WIDEST_OFFSET)


def stated(day: date) -> datetime:
    """Give the instant that an end of a period names, without any margin; a day is UTC's."""
    return _instant(day, slack=timedelta())


def _instant(day: date, *, slack: timedelta) -> datetime:
    if isinstance(day, datetime) and day.tzinfo is not None:
        return day
    clock = day.time() if isinstance(day, datetime) else time()
    midnight = datetime.combine(day, clock, tzinfo=UTC)
    try:
        return midnight + slack
    except OverflowError:
        return midnight  # the calendar's own first day
