"""What the pages read: values, and who can give them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from simulator.pages.flow import Flow

__all__ = ["National", "Paid"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """What patients have paid for visits in one region.

    Shape: ``persons`` have visits there that count; ``cards`` of them were issued a frikort there.
    Units: SEK.
    """

    county: str
    persons: int
    visits: int
    fees: Decimal
    cards: int


class National(Protocol):
    """Gives what the national view shows, as it is now."""

    def paid(self) -> tuple[Paid, ...]:
        """Give what patients have paid in each region that has any visits."""

    def flow(self) -> Flow:
        """Give what regions have billed each other."""
