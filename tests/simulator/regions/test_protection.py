"""The high-cost protection, worked out from visits: periods, cut fees, frikort, shared ceilings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import UsageError
from simulator.regions.ceilings import (
    Ceilings,
    bundled_ceilings,
    ceilings_from,
    highest_by_law,
)
from simulator.regions.protection import (
    FeeKind,
    Frikort,
    Person,
    Visit,
    last_day_of_period,
    periods,
    periods_of,
    protection,
    twelve_months_back,
)

FIRST = date(2025, 4, 25)
CEILING = Decimal(1450)
ONE_DAY = timedelta(days=1)
KRONA = Decimal(1)


def visit(day: date, fee: str | Decimal, region: str = "03", **more: object) -> Visit:
    values: dict[str, object] = {
        "day": day,
        "registered": datetime.combine(day, time(9)),
        "fee": Decimal(fee),
        "region": region,
    }
    return Visit(**values | more)  # type: ignore[arg-type]


def in_weeks(*fees: str, first: date = FIRST, person: str = "") -> list[Visit]:
    """Make a visit a week."""
    return [
        visit(first + timedelta(weeks=week), fee, person=person) for week, fee in enumerate(fees)
    ]


# --- The ceiling ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "kronor"),
    [(2020, 1150), (2021, 1150), (2022, 1200), (2023, 1300), (2024, 1400), (2025, 1450)],
)
def test_the_ceilings_are_those_that_regions_have_used(year: int, kronor: int) -> None:
    """Also the highest that the law allows, in these years."""
    assert bundled_ceilings().of("03", year) == kronor


def test_a_year_that_is_not_listed_has_the_nearest_amount() -> None:
    """The latest before it; the first where there is none before."""
    ceilings = Ceilings({"all": {2022: Decimal(1200), 2024: Decimal(1400)}})

    assert [ceilings.of("01", year) for year in (2021, 2023, 2030)] == [1200, 1200, 1400]


def test_a_region_may_have_a_lower_ceiling(tmp_path: Path) -> None:
    """In its own table, from a year on."""
    file = tmp_path / "ceilings.toml"
    file.write_text(
        "[price_base_amount]\n2025 = 58800\n[ceiling.all]\n2025 = 1450\n[ceiling.01]\n2025 = 1300\n"
    )

    ceilings = ceilings_from(file)

    assert (ceilings.of("01", 2025), ceilings.of("03", 2025)) == (1300, 1450)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(
            "[price_base_amount]\n2025=58800\n[ceiling.all]\n2025=1500", "at most 1450", id="above"
        ),
        pytest.param(
            "[price_base_amount]\n2025=58800\n[ceiling.all]\n2025=0", "not above 0", id="none"
        ),
        pytest.param(
            "[price_base_amount]\n2025=58800\n[ceiling.all]\n2025=1450\n[ceiling.02]\n2025=1000",
            "02 is no county code",
            id="no region",
        ),
        pytest.param("[ceiling.all]\n2025=1450", "cannot be understood", id="no base"),
        pytest.param(
            "[price_base_amount]\n2025=58800\n[ceiling.03]\n2025=1000", "cannot be", id="no all"
        ),
        pytest.param("ceiling", "cannot be understood", id="no TOML"),
    ],
)
def test_ceilings_that_cannot_be_are_refused(tmp_path: Path, text: str, says: str) -> None:
    """With the file and the reason."""
    file = tmp_path / "ceilings.toml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(UsageError, match=says):
        ceilings_from(file)


def test_the_highest_ceiling_is_rounded_down_to_fifty() -> None:
    """0.025 of 58 800 is 1 470."""
    assert highest_by_law(58_800) == 1450


# --- One period ----------------------------------------------------------------------------------


def test_the_fee_that_reaches_the_ceiling_is_cut() -> None:
    """So that the sum is the ceiling exactly; what comes after is free."""
    (period,) = periods(in_weeks("400", "400", "400", "400", "400"))

    assert [each.paid for each in period.charged] == [400, 400, 400, 250, 0]
    assert period.paid == CEILING


def test_a_frikort_is_valid_from_the_visit_that_reaches_the_ceiling() -> None:
    """Through the day before the anniversary of the first visit."""
    (period,) = periods(in_weeks("1000", "450"))

    assert period.frikort == Frikort(
        first_visit=FIRST,
        valid_from=FIRST + timedelta(weeks=1),
        through=date(2026, 4, 24),
        region="03",
    )


def test_one_krona_short_gives_no_frikort() -> None:
    """And one krona remains."""
    found = periods(in_weeks("1000", "449"))
    standing = protection(found, at=FIRST + timedelta(weeks=2), region="03")

    assert (standing.frikort, standing.paid, standing.remains) == (None, 1449, 1)


def test_the_region_of_the_reaching_visit_issues_the_frikort() -> None:
    """Fees of all regions count."""
    (period,) = periods([visit(FIRST, "1000", "01"), visit(FIRST + ONE_DAY, "1000", "12")])

    assert period.frikort is not None
    assert (period.frikort.region, period.charged[1].paid) == ("12", 450)


def test_two_visits_of_a_day_count_in_the_order_of_registration() -> None:
    """The second one reaches the ceiling."""
    late = visit(FIRST, "1000", registered=datetime.combine(FIRST, time(15)))
    early = visit(FIRST, "800", registered=datetime.combine(FIRST, time(8)))

    (period,) = periods([late, early])

    assert [each.paid for each in period.charged] == [800, 650]


@pytest.mark.parametrize("kind", [kind for kind in FeeKind if kind is not FeeKind.CARE_VISIT])
def test_what_is_no_visit_in_outpatient_care_does_not_count(kind: FeeKind) -> None:
    """Missed visits, certificates, vaccinations and inpatient fees."""
    assert periods([visit(FIRST, "2000", kind=kind)]) == ()


def test_a_cancelled_fee_neither_counts_nor_begins_a_period() -> None:
    """The period begins at the next visit."""
    first, second = in_weeks("1450", "100")

    (period,) = periods([replace(first, cancelled=True), second])

    assert (period.first_visit, period.paid, period.frikort) == (second.day, 100, None)


def test_a_repaid_fee_takes_the_frikort_back() -> None:
    """Until the ceiling is reached again."""
    (period,) = periods(in_weeks("1000", "450", "-300"))
    (again,) = periods(in_weeks("1000", "450", "-300", "300"))

    assert (period.paid, period.frikort) == (1150, None)
    assert again.frikort is not None
    assert again.frikort.valid_from == FIRST + timedelta(weeks=3)


def test_the_ceiling_is_that_of_the_region_visited() -> None:
    """Where it is lower, the frikort comes sooner, and nothing is paid above it."""
    ceilings = Ceilings({"all": {2025: Decimal(1450)}, "01": {2025: Decimal(1200)}})
    visits = [visit(FIRST, "1300", "03"), visit(FIRST + ONE_DAY, "100", "01")]

    (period,) = periods(visits, ceilings=ceilings)

    assert period.charged[1].paid == 0
    assert period.frikort is not None
    assert period.frikort.region == "01"


def test_the_ceiling_of_a_period_is_that_of_the_year_it_began() -> None:
    """Also for visits after the turn of the year."""
    (period,) = periods([visit(date(2024, 12, 30), "1000"), visit(date(2025, 1, 2), "1000")])

    assert period.paid == 1400


# --- Several periods -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last"),
    [
        pytest.param(date(2025, 4, 25), date(2026, 4, 24), id="an ordinary day"),
        pytest.param(date(2024, 2, 29), date(2025, 2, 27), id="a leap day"),
        pytest.param(date(2023, 3, 1), date(2024, 2, 29), id="into a leap day"),
        pytest.param(date(2025, 1, 1), date(2025, 12, 31), id="a calendar year"),
    ],
)
def test_a_period_ends_the_day_before_the_anniversary(first: date, last: date) -> None:
    """Its last day is in it, the anniversary begins a new one."""
    on_last, after = visit(last, "100"), visit(last + ONE_DAY, "100")

    found = periods([visit(first, "100"), on_last, after])

    assert last_day_of_period(first) == last
    assert [len(period.charged) for period in found] == [2, 1]
    assert found[1].first_visit == last + ONE_DAY


def test_twelve_months_back_is_the_same_day_of_last_year() -> None:
    """28 February for a leap day."""
    assert twelve_months_back(date(2026, 11, 23)) == date(2025, 11, 23)
    assert twelve_months_back(date(2024, 2, 29)) == date(2023, 2, 28)


def test_the_next_period_begins_at_the_first_visit_after_the_frikort() -> None:
    """Not on the day when the frikort ends."""
    second = date(2026, 7, 1)

    found = periods([*in_weeks("1450"), visit(second, "200")])

    assert [period.first_visit for period in found] == [FIRST, second]
    assert found[1].paid == 200


def test_nothing_is_paid_and_all_remains_between_periods() -> None:
    """The ceiling is that of the day's year."""
    standing = protection(periods(in_weeks("100")), at=date(2027, 1, 1), region="03")

    assert (standing.period, standing.paid, standing.remains) == (None, 0, 1450)


# --- Frikort that others have issued -------------------------------------------------------------


CARD = Frikort(
    first_visit=date(2025, 3, 1), valid_from=date(2025, 6, 1), through=date(2026, 2, 28),
    region="14",
)  # fmt: skip


def test_a_frikort_of_another_region_is_valid_here() -> None:
    """Though nothing is known of the fees that led to it."""
    standing = protection(periods([], issued=[CARD]), at=date(2026, 2, 28), region="03")

    assert (standing.frikort, standing.remains) == (CARD, 0)


def test_a_frikort_is_not_valid_before_its_first_day_nor_after_its_last() -> None:
    """First and last day included."""
    found = periods([], issued=[CARD])
    days = [CARD.valid_from - ONE_DAY, CARD.valid_from, CARD.through, CARD.through + ONE_DAY]

    assert [protection(found, at=day, region="03").frikort for day in days] == [
        None, CARD, CARD, None,
    ]  # fmt: skip


def test_visits_with_a_known_frikort_are_free_and_belong_to_its_period() -> None:
    """The next period begins after it has ended."""
    during, after = visit(date(2025, 7, 1), "300"), visit(date(2026, 3, 1), "300")

    found = periods([during, after], issued=[CARD])

    assert [period.first_visit for period in found] == [CARD.first_visit, after.day]
    assert [period.paid for period in found] == [0, 300]


def test_on_the_first_day_of_a_known_frikort_fees_are_paid_up_to_the_ceiling() -> None:
    """It began with a visit of that day, which may be this very one."""
    (period,) = periods([visit(CARD.valid_from, "300")], issued=[CARD])

    assert period.paid == 300


def test_a_known_frikort_ends_the_period_that_runs_into_it() -> None:
    """Periods do not overlap."""
    found = periods([visit(date(2025, 1, 10), "300")], issued=[CARD])

    assert [period.through for period in found] == [date(2025, 2, 28), CARD.through]


def test_a_known_frikort_is_not_taken_back_by_a_repaid_fee() -> None:
    """The region that issued it knows more."""
    (period,) = periods([visit(date(2025, 5, 1), "-300")], issued=[CARD])

    assert period.frikort == CARD


def test_the_earliest_of_two_frikort_for_one_period_counts() -> None:
    """Whichever region issued it."""
    other = replace(CARD, valid_from=date(2025, 5, 1), region="01")

    (period,) = periods([], issued=[CARD, other])

    assert period.frikort == other


def test_of_two_overlapping_frikort_the_one_that_is_valid_is_shown() -> None:
    """And where both are, the one that is valid longest."""
    other = replace(CARD, first_visit=date(2025, 5, 1), valid_from=date(2025, 5, 2),
                    through=date(2026, 4, 30))  # fmt: skip
    found = periods([], issued=[CARD, other])

    assert protection(found, at=date(2025, 5, 15), region="03").frikort == other
    assert protection(found, at=date(2025, 7, 1), region="03").frikort == other


# --- Whose ceiling -------------------------------------------------------------------------------

MOTHER = frozenset({"mother"})
ANNA = Person(key="anna", born=date(2012, 5, 1), guardians=MOTHER)
BO = Person(key="bo", born=date(2007, 6, 1), guardians=MOTHER)


def test_children_of_the_same_guardians_become_exempt_together() -> None:
    """Their fees reach one ceiling."""
    visits = [*in_weeks("1000", person="anna"), visit(FIRST + ONE_DAY, "1000", person="bo")]

    for child in (ANNA, BO):
        (period,) = periods_of(child, [ANNA, BO], visits)
        assert period.paid == CEILING
        assert period.frikort is not None


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(BO, guardians=frozenset({"mother", "father"})), id="other guardians"),
        pytest.param(replace(BO, guardians=frozenset()), id="no guardians"),
        pytest.param(replace(BO, asylum_seeker=True), id="an asylum seeker"),
        pytest.param(replace(BO, born=date(2000, 1, 1)), id="an adult"),
    ],
)
def test_nobody_else_shares_a_childs_ceiling(other: Person) -> None:
    """A ceiling is for children of the same guardians alone."""
    visits = [*in_weeks("1000", person="anna"), visit(FIRST + ONE_DAY, "1000", person="bo")]

    (period,) = periods_of(ANNA, [other], visits)

    assert (period.paid, period.frikort) == (1000, None)


def test_from_the_eighteenth_birthday_a_ceiling_of_ones_own_begins() -> None:
    """The period as a child ends, and so does what is shared."""
    before, after = (
        visit(date(2025, 5, 31), "800", person="bo"),
        visit(BO.comes_of_age, "800", person="bo"),
    )

    found = periods_of(BO, [ANNA], [before, after])

    assert [(period.paid, period.frikort) for period in found] == [(800, None), (800, None)]
    assert [period.first_visit for period in found] == [before.day, BO.comes_of_age]
    assert found[0].through == BO.comes_of_age - ONE_DAY


def test_a_frikort_from_childhood_stays_valid_to_its_end() -> None:
    """Visits as an adult are free with it."""
    before = visit(date(2025, 5, 1), "1450", person="anna")
    after = visit(date(2025, 7, 1), "300", person="bo")

    (period,) = periods_of(BO, [ANNA], [before, after])

    assert period.frikort is not None
    assert [each.paid for each in period.charged] == [1450, 0]


def test_an_asylum_seeker_is_outside() -> None:
    """There is another protection for them."""
    seeker = Person(key="x", born=date(1990, 1, 1), asylum_seeker=True)

    assert periods_of(seeker, [], in_weeks("1450", person="x")) == ()


def test_one_persons_visits_are_not_anothers() -> None:
    """Adults have a ceiling each."""
    one, other = (Person(key=key, born=date(1980, 1, 1)) for key in "ab")
    visits = [*in_weeks("1000", person="a"), *in_weeks("1000", person="b")]

    (period,) = periods_of(one, [other], visits)

    assert period.paid == 1000


# --- Properties ----------------------------------------------------------------------------------

_VISITS = st.lists(
    st.builds(
        visit,
        st.dates(date(2022, 1, 1), date(2026, 12, 31)),
        st.decimals("0.01", "1200", places=2),
        st.sampled_from(["01", "03", "12"]),
        cancelled=st.booleans(),
        kind=st.sampled_from([FeeKind.CARE_VISIT] * 3 + [FeeKind.VACCINATION]),
    ),
    max_size=40,
)


@given(_VISITS)
def test_nothing_is_paid_above_the_ceiling(visits: list[Visit]) -> None:
    """A frikort stands there just where the sum is the ceiling."""
    for period in periods(visits):
        ceiling = bundled_ceilings().of("03", period.year)
        assert 0 < period.paid <= ceiling
        assert (period.paid == ceiling) == (period.frikort is not None)


@given(_VISITS)
def test_each_fee_that_counts_is_in_one_period_and_none_is_raised(visits: list[Visit]) -> None:
    """What is cut is cut to nothing less than zero."""
    charged = [each for period in periods(visits) for each in period.charged]

    assert sorted(map(id, (each.visit for each in charged))) == sorted(
        id(each) for each in visits if each.counts
    )
    assert all(0 <= each.paid <= each.visit.fee for each in charged)


@given(_VISITS)
def test_periods_do_not_overlap_and_begin_at_a_visit(visits: list[Visit]) -> None:
    """Each holds its visits and is twelve months long."""
    found = periods(visits)

    assert all(one.through < other.first_visit for one, other in pairwise(found))
    for period in found:
        assert period.through == last_day_of_period(period.first_visit)
        assert period.charged[0].visit.day == period.first_visit
        assert all(period.holds(each.visit.day) for each in period.charged)


@given(_VISITS, st.randoms(use_true_random=False))
def test_the_order_in_which_visits_become_known_does_not_matter(
    visits: list[Visit], random: object
) -> None:
    """Late answers give what early ones give."""
    numbered = [replace(each, id=f"{number}") for number, each in enumerate(visits)]
    shuffled = list(numbered)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert periods(shuffled) == periods(numbered)


@given(_VISITS)
def test_what_has_been_paid_is_worked_out_to_the_same_again(visits: list[Visit]) -> None:
    """Regions disclose cut fees and frikort; whoever adds them up comes to the same."""
    found = periods(visits)
    paid = [
        replace(each.visit, fee=each.paid)
        for period in found
        for each in period.charged
        if each.paid
    ]
    cards = [period.frikort for period in found if period.frikort]

    again = periods(paid, issued=cards)

    assert [(each.first_visit, each.paid, each.frikort) for each in again] == [
        (each.first_visit, each.paid, each.frikort) for each in found
    ]
