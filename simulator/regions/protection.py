"""The high-cost protection of one person, worked out from visits. Pure: no clock, no database.

Systems, pages and test data all ask here what has been paid, what remains and how long a frikort
is valid.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import a_year_from
from simulator.regions.ceilings import Ceilings, bundled_ceilings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "Charged",
    "FeeKind",
    "Frikort",
    "Period",
    "Person",
    "Protection",
    "Visit",
    "last_day_of_period",
    "periods",
    "periods_of",
    "protection",
    "twelve_months_back",
]

_ADULT = 18
_DAY = timedelta(days=1)
_NOTHING = Decimal("0.00")


class FeeKind(StrEnum):
    """What a fee was for; a visit in outpatient care alone counts towards the ceiling."""

    CARE_VISIT = "CARE_VISIT"
    MISSED_VISIT = "MISSED_VISIT"
    CERTIFICATE = "CERTIFICATE"
    VACCINATION = "VACCINATION"
    INPATIENT = "INPATIENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One fee, as a region registered it.

    Shape: ``region`` is the county code where the visit was made, ``person`` whose it was.
           ``registered`` is Swedish local time; two visits of a day count in its order.
    Units: SEK; a repaid fee is negative.
    """

    day: date
    registered: datetime
    fee: Decimal
    region: str
    id: str = ""
    person: str = ""
    kind: FeeKind = FeeKind.CARE_VISIT
    cancelled: bool = False
    care_unit: str = ""
    care_giver: str = ""

    @property
    def counts(self) -> bool:
        """Tell whether the fee counts towards the ceiling."""
        return self.kind is FeeKind.CARE_VISIT and not self.cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class Frikort:
    """An exemption card: free visits from a day through the end of its high-cost period.

    Shape: ``region`` is the county code of the region where the ceiling was reached.
    """

    first_visit: date
    valid_from: date
    through: date
    region: str

    def valid_on(self, day: date) -> bool:
        """Tell whether visits on a day are free; first and last day included."""
        return self.valid_from <= day <= self.through


@dataclass(frozen=True, slots=True)
class Charged:
    """A visit that counts, and what is paid for it when the fee is cut at the ceiling."""

    visit: Visit
    paid: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A high-cost period: from its first visit, through the day before the anniversary.

    Shape: ``charged`` in the order of days; ``frikort`` None where the ceiling is not reached.
    """

    first_visit: date
    through: date
    charged: tuple[Charged, ...] = ()
    frikort: Frikort | None = None

    @property
    def paid(self) -> Decimal:
        """Give what is paid for its visits altogether."""
        return sum((each.paid for each in self.charged), _NOTHING)

    @property
    def year(self) -> int:
        """Give the year whose ceilings hold throughout the period: that of the first visit."""
        return self.first_visit.year

    def holds(self, day: date) -> bool:
        """Tell whether a day lies in the period."""
        return self.first_visit <= day <= self.through


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whose ceiling it is.

    Shape: ``key`` is what visits name the person by. Children with the same ``guardians`` share
           a ceiling; without guardians nobody is shared with.
    """

    key: str
    born: date
    guardians: frozenset[str] = frozenset()
    asylum_seeker: bool = False

    @property
    def comes_of_age(self) -> date:
        """Give the day of the eighteenth birthday."""
        return a_year_from(self.born, years=_ADULT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """What a person is told on a day: what is paid, what remains, and the frikort.

    Shape: ``period`` is the one that the day lies in, None where the next visit begins a new one.
    """

    at: date
    ceiling: Decimal
    period: Period | None = None

    @property
    def frikort(self) -> Frikort | None:
        """Give the frikort that is valid on the day."""
        held = self.period.frikort if self.period else None
        return held if held is not None and held.valid_on(self.at) else None

    @property
    def paid(self) -> Decimal:
        """Give what is paid in the period."""
        return self.period.paid if self.period else _NOTHING

    @property
    def remains(self) -> Decimal:
        """Give what can be left to pay in the period: nothing with a frikort, never below 0."""
        if self.period and self.period.frikort:
            return _NOTHING
        return max(self.ceiling - self.paid, _NOTHING)

    @property
    def charged(self) -> tuple[Charged, ...]:
        """Give the visits of the period, each with what is paid for it."""
        return self.period.charged if self.period else ()


def last_day_of_period(first_visit: date) -> date:
    """Give the last of the twelve months from a visit: the day before the anniversary."""
    return a_year_from(first_visit) - _DAY


def twelve_months_back(day: date) -> date:
    """Give the earliest day of visits that are disclosed on a day: the same of last year."""
    return a_year_from(day, years=-1)


def periods(
    visits: Iterable[Visit],
    *,
    ceilings: Ceilings | None = None,
    issued: Iterable[Frikort] = (),
) -> tuple[Period, ...]:
    """Divide visits into high-cost periods, and cut the fee that reaches the ceiling.

    Shape:  what does not count is left out. ``issued`` are frikort that are known beside the
            visits, from other regions: they hold, with the period that each of them tells.
    Source: TKB financial:patientfees:exemption 1.0, the requester's reading. It is silent on two
            things. Where regions' ceilings differ, we take that of the region that is visited;
            where years' do, that of the year in which the period began.
    """
    ceilings = ceilings or bundled_ceilings()
    cards = _by_period(issued)
    found = {
        card.first_visit: Period(first_visit=card.first_visit, through=card.through, frikort=card)
        for card in cards
    }
    current: Period | None = None
    for visit in sorted(filter(lambda each: each.counts, visits), key=_order):
        if current is None or not current.holds(visit.day):
            held = (period for period in found.values() if period.holds(visit.day))
            current = next(held, None) or _begun(visit.day, cards)
        current = _charge(current, visit, cards, ceilings)
        found[current.first_visit] = current
    return tuple(found[first] for first in sorted(found))


def periods_of(
    person: Person,
    others: Iterable[Person],
    visits: Iterable[Visit],
    *,
    ceilings: Ceilings | None = None,
    issued: Iterable[Frikort] = (),
) -> tuple[Period, ...]:
    """Give one person's high-cost periods, with the children whose ceiling is shared.

    Shape:  an asylum seeker has none. A child's periods hold the visits of all children of the
            same guardians, made while under eighteen. From the eighteenth birthday one's own
            visits alone count, and a frikort from before stays valid to its end.
    Source: silent on who turns eighteen within a period; what is said above is our choice.
    """
    if person.asylum_seeker:
        return ()
    visits, issued = tuple(visits), tuple(issued)
    together = {one.key: one for one in others if _share(person, one)} | {person.key: person}
    as_child = [
        visit
        for visit in visits
        if visit.person in together
        and visit.day < min(person.comes_of_age, together[visit.person].comes_of_age)
    ]
    of_child = {
        period.first_visit: _ended(period, person.comes_of_age)
        for period in periods(as_child, ceilings=ceilings, issued=issued)
    }
    kept = [period.frikort for period in of_child.values() if period.frikort]
    as_adult = [
        visit for visit in visits if visit.person == person.key and visit.day >= person.comes_of_age
    ]
    for period in periods(as_adult, ceilings=ceilings, issued=kept):
        before = of_child.get(period.first_visit)
        charged = (before.charged if before else ()) + period.charged
        of_child[period.first_visit] = replace(before or period, charged=charged)
    return tuple(of_child[first] for first in sorted(of_child))


def protection(
    found: Sequence[Period], *, at: date, region: str, ceilings: Ceilings | None = None
) -> Protection:
    """Tell how a person stands on a day, to someone in a region.

    Shape: where several periods hold the day, that whose frikort is valid longest.
    """
    ceilings = ceilings or bundled_ceilings()
    holding = [period for period in found if period.holds(at)]
    exempt = [each for each in holding if each.frikort and each.frikort.valid_on(at)]
    period = max(exempt, key=lambda each: each.through) if exempt else next(iter(holding), None)
    year = period.year if period else at.year
    return Protection(at=at, ceiling=ceilings.of(region, year), period=period)


def _order(visit: Visit) -> tuple[date, datetime, str]:
    return visit.day, visit.registered, visit.id


def _by_period(issued: Iterable[Frikort]) -> list[Frikort]:
    """Give frikort in order, one of each period: that which is valid from the earliest day."""
    ordered = sorted(issued, key=lambda card: (card.first_visit, card.valid_from), reverse=True)
    return sorted({card.first_visit: card for card in ordered}.values(), key=_first_visit)


def _first_visit(card: Frikort) -> date:
    return card.first_visit


def _begun(day: date, cards: Sequence[Frikort]) -> Period:
    """Begin a period on a day; it ends early where the period of a known frikort takes over."""
    through = last_day_of_period(day)
    following = [card.first_visit - _DAY for card in cards if day < card.first_visit <= through]
    return Period(first_visit=day, through=min([through, *following]))


def _charge(period: Period, visit: Visit, cards: Sequence[Frikort], ceilings: Ceilings) -> Period:
    """Add a visit, its fee cut by what has been paid before; the ceiling reached is a frikort.

    Shape: on the first day of a frikort fees are paid up to the ceiling, afterwards all are free.
           A repaid fee that takes the sum below the ceiling again takes the frikort back too,
           unless it is one of the known ``cards``.
    """
    card = period.frikort
    ceiling = ceilings.of(card.region if card else visit.region, period.year)
    own = (card,) if card else ()
    free = visit.fee > 0 and any(
        each.valid_from < visit.day <= each.through for each in (*cards, *own)
    )
    room = max(ceiling - period.paid, _NOTHING)
    charged = Charged(visit, _NOTHING if free else min(visit.fee, room))
    period = replace(period, charged=(*period.charged, charged))
    if card in cards:
        return period
    if period.paid < ceiling:
        return replace(period, frikort=None)
    return replace(
        period,
        frikort=card
        or Frikort(
            first_visit=period.first_visit,
            valid_from=visit.day,
            through=period.through,
            region=visit.region,
        ),
    )


def _ended(period: Period, birthday: date) -> Period:
    """End a child's period where the child comes of age, unless there is a frikort."""
    if period.frikort or period.through < birthday:
        return period
    return replace(period, through=birthday - _DAY)


def _share(one: Person, other: Person) -> bool:
    return bool(one.guardians) and one.guardians == other.guardians and not other.asylum_seeker
