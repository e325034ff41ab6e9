"""What is expected of the test persons: by each region asked, and of their answers together.

Worked out from the visits with the same functions as the simulated regions use; tests hold the
outcome of each case against figures worked out by hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import (
    COORDINATION_NUMBER,
    PERSONAL_NUMBER,
)
from contracts.domains.financial_patientfees_exemption.v1_0.messages import (
    ActorType,
    Disclosure,
    Identity,
)
from simulator.regions.ceilings import Ceilings
from simulator.regions.directory import REGIONS
from simulator.regions.disclosed import Answered, cards_in, visits_in
from simulator.regions.disclosing import Held, Holding, disclosure_of
from simulator.regions.protection import (
    Protection,
    periods_of,
    protection,
    twelve_months_back,
)
from simulator.testdata.persons import TestPerson

__all__ = ["Expected", "InIndex", "expected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InIndex:
    """What one region is to have in the index on a person.

    Shape: ``latest`` None where it depends on when a fee is cancelled; ``found`` tells whether the
           aggregating service asks the region, which it does for twelve months.
    """

    numbers: tuple[str, ...]
    latest: datetime | None
    found: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What is expected on one person.

    Shape: ``disclosed`` by county code and actor. ``protection`` is what the answers of all
           regions that the index leads to come to, with those on children who share the ceiling;
           ``twelve_months`` the sum of what they disclose, whatever period it belongs to.
    """

    index: dict[str, InIndex]
    disclosed: dict[str, dict[ActorType, Disclosure]]
    protection: Protection
    twelve_months: Decimal


def expected(
    person: TestPerson,
    persons: Iterable[TestPerson],
    *,
    today: date,
    region: str = "03",
    ceilings: Ceilings | None = None,
) -> Expected:
    """Work out what is expected on a person, told to somebody in a region."""
    family = [
        other
        for other in persons
        if other.case.family and other.case.family == person.case.family and other is not person
    ]
    disclosed = {
        county: {
            actor: _disclosed(person, family, county, actor=actor, today=today, ceilings=ceilings)
            for actor in ActorType
        }
        for county in person.counties
    }
    index = {county: _in_index(person, county, today) for county in person.counties}
    answers = [
        Answered(
            source=county,
            person=one.patient.key,
            held=_disclosed(
                one,
                [person, *family],
                county,
                actor=ActorType.CITIZEN,
                today=today,
                ceilings=ceilings,
            ).fee_exemptions,
        )
        for one in (person, *family)
        for county in one.counties
        if _in_index(one, county, today).found
    ]
    found = periods_of(
        person.patient.person,
        [other.patient.person for other in family],
        visits_in(answers),
        ceilings=ceilings,
        issued=cards_in(each for each in answers if each.person == person.patient.key),
    )
    own = visits_in(each for each in answers if each.person == person.patient.key)
    return Expected(
        index=index,
        disclosed=disclosed,
        protection=protection(found, at=today, region=region, ceilings=ceilings),
        twelve_months=sum((visit.fee for visit in own), Decimal("0.00")),
    )


def _disclosed(
    person: TestPerson,
    family: Iterable[TestPerson],
    county: str,
    *,
    actor: ActorType,
    today: date,
    ceilings: Ceilings | None,
) -> Disclosure:
    """Give what a region discloses that knows its own visits alone."""
    others = [other for other in family if other is not person]
    visits = [
        fee.visit for one in (person, *others) for fee in one.fees if fee.visit.region == county
    ]
    found = periods_of(
        person.patient.person, [other.patient.person for other in others], visits, ceilings=ceilings
    )
    charged = {each.visit.id: each for period in found for each in period.charged}
    card = protection(found, at=today, region=county, ceilings=ceilings).frikort
    holding = Holding(
        patient=person.patient,
        fees=tuple(
            Held(fee.identity, charged[fee.visit.id])
            for fee in person.fees
            if fee.visit.id in charged
        ),
        frikort=card if card and card.region == county else None,
    )
    return disclosure_of(
        holding,
        request_id="",
        asked=asked_by(person),
        actor=actor,
        region=REGIONS[county],
        today=today,
    )


def asked_by(person: TestPerson) -> Identity:
    """Give the identity that a person is asked about by."""
    return person.patient.identities[0]


def _in_index(person: TestPerson, county: str, today: date) -> InIndex:
    here = [fee.visit for fee in person.fees if fee.visit.region == county]
    numbers = tuple(
        each.extension
        for each in person.patient.identities
        if each.root in {PERSONAL_NUMBER, COORDINATION_NUMBER}
    )
    cancelled = any(visit.cancelled for visit in here)
    latest = max(visit.registered for visit in here)
    recent = cancelled or latest >= datetime.combine(twelve_months_back(today), time())
    left = any(visit.counts for visit in here) and not person.patient.asylum_seeker
    return InIndex(
        numbers=numbers if left else (),
        latest=None if cancelled else latest,
        found=bool(numbers) and left and recent,
    )
