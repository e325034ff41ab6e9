"""The test persons of a day: each case with a person in it, and visits with days and fees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import a_year_from
from contracts.domains.financial_patientfees_exemption.v1_0.messages import Identity
from simulator.regions.ceilings import Ceilings, bundled_ceilings
from simulator.regions.directory import REGIONS
from simulator.regions.fee_register import Patient, born
from simulator.regions.protection import Visit, twelve_months_back
from simulator.testdata.cases import CASES, Case, Rest
from simulator.testdata.numbers import (
    NEVER_REAL,
    BirthNumbers,
    IdentityKind,
    coordination_number,
    local_reserve_id,
    national_reserve_id,
    personal_number,
)

__all__ = ["Fee", "TestPerson", "made_up", "persons_on"]

_DAY = timedelta(days=1)
_MORNING, _LATE = time(9), time(23, 50)
_GROWN_UP, _SCHOOL_AGE = 45, 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """A visit of a test person, and the identity it stands under."""

    identity: Identity
    visit: Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPerson:
    """A person to test with: the case, who it is, and what regions are to have registered."""

    __test__ = False  # pytest: it is no test

    case: Case
    patient: Patient
    fees: tuple[Fee, ...]

    @property
    def counties(self) -> tuple[str, ...]:
        """Give the regions that have anything registered, in the order of first visits."""
        return tuple(dict.fromkeys(fee.visit.region for fee in self.fees))


def made_up(
    today: date, birth_numbers: BirthNumbers = NEVER_REAL
) -> dict[IdentityKind, Iterator[Identity]]:
    """Give made-up identities without end: adults and children of different ages."""
    numbers = birth_numbers.numbers

    def days(age: int) -> Iterator[tuple[date, str, int]]:
        for number in count():
            day = date(today.year - age, 1, 2) + timedelta(days=7 * (number % 40))
            yield day, numbers[number // 40 % len(numbers)], number

    return {
        IdentityKind.ADULT: (personal_number(day, n) for day, n, _ in days(_GROWN_UP)),
        IdentityKind.CHILD: (personal_number(day, n) for day, n, _ in days(_SCHOOL_AGE)),
        IdentityKind.COORDINATION: (coordination_number(d, n) for d, n, _ in days(_GROWN_UP + 1)),
        IdentityKind.NATIONAL_RESERVE: (
            national_reserve_id(day, number) for day, _, number in days(_GROWN_UP + 2)
        ),
        IdentityKind.LOCAL_RESERVE: (
            local_reserve_id(day, number) for day, _, number in days(_GROWN_UP + 3)
        ),
    }


def persons_on(
    today: date,
    *,
    identities: Mapping[IdentityKind, Iterator[Identity]] | None = None,
    birth_numbers: BirthNumbers = NEVER_REAL,
    ceilings: Ceilings | None = None,
) -> tuple[TestPerson, ...]:
    """Give a person for each case, in the order of the table.

    Shape: ``identities`` are a user's own, made-up ones where none are given. A case for which
           there is no identity of the kind it needs, or no guardian, is left out.
    """
    ceilings = ceilings or bundled_ceilings()
    given = dict(identities) if identities is not None else made_up(today, birth_numbers)
    guardians: dict[str, Identity] = {}
    found: list[TestPerson] = []
    for case in CASES.values():
        patient = _patient(case, given, guardians, today, birth_numbers, own=identities is not None)
        if patient is not None:
            before = [
                fee
                for person in found
                if case.family and person.case.family == case.family
                for fee in person.fees
            ]
            fees = _fees(case, patient, before, today, ceilings)
            found.append(TestPerson(case=case, patient=patient, fees=fees))
    return tuple(found)


def _patient(
    case: Case,
    given: Mapping[IdentityKind, Iterator[Identity]],
    guardians: dict[str, Identity],
    today: date,
    birth_numbers: BirthNumbers,
    *,
    own: bool,
) -> Patient | None:
    if case.turned_adult is not None:
        if own:  # whoever turned eighteen on just that day is hardly on a list
            return None
        birthday = a_year_from(today - timedelta(days=case.turned_adult), years=-18)
        identity = personal_number(birthday, birth_numbers.numbers[0])
        return Patient(identities=(identity,), born=birthday)
    if case.family and case.family not in guardians:
        guardian = next(given[IdentityKind.ADULT], None)
        if guardian is None:
            return None
        guardians[case.family] = guardian
    taken = [next(given[kind], None) for kind in case.identities]
    known = tuple(identity for identity in taken if identity is not None)
    if len(known) < len(taken):
        return None
    return Patient(
        identities=known,
        born=born(known[0]),
        guardians=frozenset({guardians[case.family].extension} if case.family else ()),
        asylum_seeker=case.asylum_seeker,
    )


def _fees(
    case: Case, patient: Patient, before: list[Fee], today: date, ceilings: Ceilings
) -> tuple[Fee, ...]:
    """Lay a case's visits out, with fees of what is left to the ceiling worked out.

    Shape: ``before`` are the visits of those who share the ceiling.
    """
    counted = [fee.visit for fee in before]
    found: list[Fee] = []
    for number, planned in enumerate(case.visits, start=1):
        day = planned.on(today)
        organisation = REGIONS[planned.county].organisation_number
        fee = planned.fee
        if isinstance(fee, Rest):
            first = min((visit.day for visit in counted), default=day)
            ceiling = ceilings.of(planned.county, first.year)
            fee = ceiling - sum(each.fee for each in counted if each.counts) - fee.short
        visit = Visit(
            id=f"testdata-{today:%Y%m%d}-{case.name}-{number}",
            person=patient.key,
            day=day,
            registered=datetime.combine(day + planned.later * _DAY, _hour_of(day, today))
            + timedelta(minutes=planned.minute),
            fee=fee.quantize(Decimal("0.01")),
            region=planned.county,
            kind=planned.kind,
            cancelled=planned.cancelled,
            care_unit=f"SE{organisation}-PROVBANK2",
            care_giver=f"SE{organisation}-PROVBANK3",
        )
        counted.append(visit)
        found.append(Fee(identity=patient.identities[planned.identity], visit=visit))
    return tuple(found)


def _hour_of(day: date, today: date) -> time:
    """Give when in a day a fee is registered.

    Shape: at midnight today, so that no clock calls it the future; late on the day twelve months
           back, so that the index finds it all day long.
    """
    if day == today:
        return time()
    return _LATE if day == twelve_months_back(today) else _MORNING
