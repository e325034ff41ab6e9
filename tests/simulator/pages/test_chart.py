"""Charts as geometry: sizes are in proportion, and nothing is drawn outside."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

import pytest

from simulator.pages.chart import MOST_BANDS, Ribbons, bars_of, ribbons_of
from simulator.pages.flow import Cell, flow_of
from simulator.regions.directory import REGIONS


def drawn(*amounts: tuple[str, str, int]) -> Ribbons:
    """Draw flows given as seller, buyer and amount."""
    flow = flow_of(Cell(seller=s, buyer=b, claims=1, net=Decimal(a)) for s, b, a in amounts)
    return ribbons_of(flow, width=700, margin=150)


def thickness(outline: str) -> float:
    """Measure a ribbon where it leaves the seller."""
    numbers = [float(each) for each in re.findall(r"-?\d+\.?\d*", outline)]
    return numbers[-1] - numbers[1]


def test_longest_bar_fills_its_rail_and_the_others_are_in_proportion() -> None:
    """An amount of nothing has no bar; the smallest that is worth anything can be seen."""
    chart = bars_of(
        [("a", Decimal(200)), ("b", Decimal(50)), ("c", Decimal(0)), ("d", Decimal("0.01"))],
        width=312,
    )

    assert chart.rail == 200
    assert [bar.width for bar in chart.bars] == [200, 50, 0, 2]


def test_no_bars_are_a_chart_of_no_height() -> None:
    """There is nothing to divide by."""
    assert bars_of([], width=288).height == 0


def test_bars_stand_below_each_other_within_the_chart() -> None:
    """No bar covers the text of the next."""
    chart = bars_of([("a", Decimal(1)), ("b", Decimal(1))], width=288)
    first, second = chart.bars

    assert first.amount_y < second.text_y - 11
    assert second.bar_y + chart.bar_height < chart.height


def test_ribbon_is_as_thick_as_its_amount() -> None:
    """Three times the amount is three times the thickness."""
    chart = drawn(("01", "03", 300), ("01", "05", 100))

    by_buyer = {band.buyer: thickness(band.outline) for band in chart.bands}
    assert by_buyer["03"] == pytest.approx(3 * by_buyer["05"], abs=0.5)


def test_block_is_as_high_as_its_ribbons() -> None:
    """What a seller has sold to two buyers stands together."""
    chart = drawn(("01", "03", 300), ("01", "05", 100))

    (seller,) = chart.sellers
    assert seller.height == pytest.approx(sum(thickness(b.outline) for b in chart.bands), abs=0.5)


def test_all_regions_fit_with_room_for_their_names() -> None:
    """Blocks do not overlap, and are within the drawing."""
    counties = list(REGIONS)
    chart = drawn(*((one, counties[place - 1], 10 + place) for place, one in enumerate(counties)))

    for side in (chart.sellers, chart.buyers):
        assert len(side) == len(counties)
        for above, below in pairwise(side):
            assert below.text_y - above.text_y >= 20
            assert below.y >= above.y + above.height
        assert side[-1].y + side[-1].height <= chart.height


def test_only_the_largest_ribbons_are_drawn() -> None:
    """A tangle tells nothing; the smallest are in the table alone."""
    pairs = [(s, b) for s in REGIONS for b in REGIONS if s != b]
    chart = drawn(*((s, b, amount) for amount, (s, b) in enumerate(pairs, 1)))

    assert len(chart.bands) == MOST_BANDS
    assert min(band.amount for band in chart.bands) == len(pairs) - MOST_BANDS + 1


def test_nothing_is_an_empty_drawing() -> None:
    """No blocks, no ribbons, no division by nothing."""
    chart = drawn()

    assert (chart.height, chart.sellers, chart.bands) == (0, (), ())
