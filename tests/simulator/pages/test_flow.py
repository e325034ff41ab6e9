"""The flow of claims between regions as a matrix."""

from __future__ import annotations

from decimal import Decimal

from simulator.pages.flow import Cell, flow_of


def test_rows_and_columns_end_in_their_sums() -> None:
    """Two sellers, two buyers; the ends of rows and columns add up to the same."""
    flow = flow_of(
        [
            Cell(seller="01", buyer="03", claims=2, net=Decimal(300)),
            Cell(seller="05", buyer="03", claims=1, net=Decimal(50)),
            Cell(seller="05", buyer="01", claims=1, credits=1, net=Decimal(7)),
        ]
    )

    assert (flow.sellers, flow.buyers) == (("01", "05"), ("01", "03"))
    assert flow.sold_by("05").net == Decimal(57)
    assert flow.bought_by("03").net == Decimal(350)
    assert flow.total == Cell(claims=4, credits=1, net=Decimal(357))
    assert flow.between("01", "01") is None


def test_cells_between_the_same_two_are_one() -> None:
    """A region with two ledgers has one row all the same."""
    once = Cell(seller="01", buyer="03", claims=1, net=Decimal(10))

    assert flow_of([once, once]).cells == (
        Cell(seller="01", buyer="03", claims=2, net=Decimal(20)),
    )


def test_unknown_seller_stands_last() -> None:
    """A seller that is no region has no county code."""
    flow = flow_of([Cell(buyer="03", claims=1), Cell(seller="25", buyer="03", claims=1)])

    assert flow.sellers == ("25", "")


def test_largest_leaves_out_what_is_credited_away() -> None:
    """What is left is in falling order."""
    flow = flow_of(
        [
            Cell(seller="01", buyer="03", net=Decimal(1)),
            Cell(seller="01", buyer="05", net=Decimal(0)),
            Cell(seller="03", buyer="05", net=Decimal(-4)),
            Cell(seller="03", buyer="01", net=Decimal(9)),
        ]
    )

    assert [cell.net for cell in flow.largest] == [Decimal(9), Decimal(1)]


def test_nothing_is_an_empty_flow() -> None:
    """With sums of nothing."""
    assert flow_of([]).total == Cell()
