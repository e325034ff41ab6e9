"""What patients have paid, over regions: each fee cut where its person had reached the ceiling."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from contracts.domains.financial_patientfees_exemption.v1_0.messages import Identity
from simulator.pages.figures import Paid
from simulator.regions.fee_register import born, root_of
from simulator.regions.protection import Person, periods_of

if TYPE_CHECKING:
    from simulator.regions.protection import Charged, Visit

__all__ = ["paid_in_regions"]


def paid_in_regions(visits: Iterable[Visit], people: Iterable[Person]) -> tuple[Paid, ...]:
    """Sum what persons have paid for visits, by the region of the visit.

    Shape: a visit that does not count, or is cancelled, is left out, and so are asylum seekers,
           who have a protection of their own. Who is not among ``people`` has no guardians; of
           several who are the same, the one whose guardians are known is taken.
    """
    known = {person.key: person for person in sorted(people, key=lambda one: bool(one.guardians))}
    families: dict[frozenset[str], list[Person]] = defaultdict(list)
    for person in known.values():
        families[person.guardians].append(person)
    by_person: dict[str, list[Visit]] = defaultdict(list)
    for visit in visits:
        by_person[visit.person].append(visit)
    by_region: dict[str, list[Charged]] = defaultdict(list)
    for key in by_person:
        person = known.get(key) or _alone(key)
        family = families[person.guardians] if person.guardians else [person]
        together = [visit for one in family for visit in by_person.get(one.key, ())]
        for period in periods_of(person, family, together):
            for charged in period.charged:
                if charged.visit.person == key:
                    by_region[charged.visit.region].append(charged)
    return tuple(_paid(county, by_region[county]) for county in sorted(by_region))


def _paid(county: str, charged: list[Charged]) -> Paid:
    return Paid(
        county=county,
        persons=len({each.visit.person for each in charged}),
        visits=len(charged),
        fees=sum((each.paid for each in charged), Decimal(0)),
    )


def _alone(key: str) -> Person:
    return Person(key=key, born=born(Identity(root=root_of(key), extension=key)))
