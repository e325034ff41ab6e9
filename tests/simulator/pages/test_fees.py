"""What patients have paid over regions: fees cut at the ceiling of 1 450 kronor."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from simulator.pages.fees import paid_in_regions
from simulator.pages.figures import Paid
from simulator.regions.protection import FeeKind, Person, Visit

GROWN = date(1980, 1, 1)


def a_visit(month: int, fee: int, *, person: str = "a", region: str = "03",
            kind: FeeKind = FeeKind.CARE_VISIT, cancelled: bool = False) -> Visit:  # fmt: skip
    """Make a visit on the first of a month of 2025."""
    day = date(2025, month, 1)
    return Visit(day=day, registered=datetime.combine(day, time(12)), fee=Decimal(fee),
                 region=region, person=person, kind=kind, cancelled=cancelled,
                 id=f"{person} {month}")  # fmt: skip


def test_fees_are_summed_by_the_region_of_the_visit() -> None:
    """One person in two regions is a person in each."""
    visits = [a_visit(1, 300), a_visit(2, 200, region="14"), a_visit(3, 100, person="b")]

    assert paid_in_regions(visits, ()) == (
        Paid(county="03", persons=2, visits=2, fees=Decimal(400)),
        Paid(county="14", persons=1, visits=1, fees=Decimal(200)),
    )


def test_fee_that_reaches_the_ceiling_counts_as_it_is_paid() -> None:
    """Whatever was registered: 1 000 and 450 of 800; then nothing."""
    visits = [a_visit(1, 1000), a_visit(2, 800, region="14"), a_visit(3, 300)]

    paid = {each.county: each.fees for each in paid_in_regions(visits, ())}
    assert paid == {"03": Decimal(1000), "14": Decimal(450)}


def test_what_does_not_count_is_left_out() -> None:
    """Cancelled visits, and fees for other things than visits."""
    visits = [a_visit(1, 300, cancelled=True), a_visit(2, 300, kind=FeeKind.CERTIFICATE)]

    assert paid_in_regions(visits, ()) == ()


def test_siblings_pay_to_one_ceiling() -> None:
    """1 000 for one and 450 of 900 for the other, each counted once."""
    born, guardians = date(2016, 1, 1), frozenset({"g"})
    children = [Person(key=key, born=born, guardians=guardians) for key in ("a", "b")]
    visits = [a_visit(1, 1000), a_visit(2, 900, person="b")]

    unknown = [Person(key="a", born=born)]  # as another region has it
    assert paid_in_regions(visits, [*children, *unknown]) == (
        Paid(county="03", persons=2, visits=2, fees=Decimal(1450)),
    )


def test_persons_without_guardians_do_not_share() -> None:
    """To have none is nothing in common."""
    people = [Person(key=key, born=GROWN) for key in ("a", "b")]
    visits = [a_visit(1, 1000), a_visit(2, 900, person="b")]

    (paid,) = paid_in_regions(visits, people)
    assert paid.fees == Decimal(1900)


def test_asylum_seekers_are_left_out() -> None:
    """They have a protection of their own."""
    people = [Person(key="a", born=GROWN, asylum_seeker=True)]

    assert paid_in_regions([a_visit(1, 100)], people) == ()
