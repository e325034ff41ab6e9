"""The flow of claims between regions: who has billed whom, as a matrix with its sums."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

__all__ = ["Cell", "Flow", "flow_of"]

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one seller has billed one buyer, or the sum of several such.

    Shape: ``seller`` and ``buyer`` are county codes, empty for what is no known region or a sum.
    Units: ``net`` in SEK, credits taken off.
    """

    seller: str = ""
    buyer: str = ""
    claims: int = 0
    credits: int = 0
    net: Decimal = _NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A matrix of sellers by buyers; those who neither sold nor bought are left out.

    Shape: ``sellers`` and ``buyers`` are in the order of county codes, an unknown seller last.
    """

    cells: tuple[Cell, ...]

    @property
    def sellers(self) -> tuple[str, ...]:
        """Give the sellers that have billed anyone."""
        return tuple(sorted({cell.seller for cell in self.cells}, key=_last_where_unknown))

    @property
    def buyers(self) -> tuple[str, ...]:
        """Give the buyers that anyone has billed."""
        return tuple(sorted({cell.buyer for cell in self.cells}, key=_last_where_unknown))

    def between(self, seller: str, buyer: str) -> Cell | None:
        """Give what a seller has billed a buyer, None where it never has."""
        found = (c for c in self.cells if (c.seller, c.buyer) == (seller, buyer))
        return next(found, None)

    def sold_by(self, seller: str) -> Cell:
        """Sum what a seller has billed: the end of its row."""
        return _sum(cell for cell in self.cells if cell.seller == seller)

    def bought_by(self, buyer: str) -> Cell:
        """Sum what a buyer has been billed: the end of its column."""
        return _sum(cell for cell in self.cells if cell.buyer == buyer)

    @property
    def total(self) -> Cell:
        """Sum everything."""
        return _sum(self.cells)

    @property
    def largest(self) -> tuple[Cell, ...]:
        """Give the cells that are worth anything, the largest first."""
        worth = (cell for cell in self.cells if cell.net > 0)
        return tuple(sorted(worth, key=lambda cell: (-cell.net, cell.seller, cell.buyer)))


def flow_of(cells: Iterable[Cell]) -> Flow:
    """Put cells together; those between the same two are added up."""
    together: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        together.setdefault((cell.seller, cell.buyer), []).append(cell)
    return Flow(
        cells=tuple(
            _sum(same, seller=seller, buyer=buyer)
            for (seller, buyer), same in sorted(together.items())
        )
    )


def _sum(cells: Iterable[Cell], *, seller: str = "", buyer: str = "") -> Cell:
    several = tuple(cells)
    return Cell(
        seller=seller,
        buyer=buyer,
        claims=sum(cell.claims for cell in several),
        credits=sum(cell.credits for cell in several),
        net=sum((cell.net for cell in several), _NOTHING),
    )


def _last_where_unknown(county: str) -> tuple[bool, str]:
    return not county, county
