"""The national figures, read from what the simulated regions keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from simulator.pages.flow import Cell, Flow, flow_of
from simulator.regions.buyer import Buyer
from simulator.regions.directory import REGIONS

if TYPE_CHECKING:
    from simulator.pages.figures import Paid
    from simulator.regions.parts import System

__all__ = ["SimulatedNation"]

_COUNTY_OF = {str(region.organisation_number): county for county, region in REGIONS.items()}


class SimulatedNation:
    """Reads the ledgers of the simulated regions, by county code and path of the part."""

    def __init__(self, systems: Mapping[tuple[str, str], System]) -> None:
        self._systems = systems

    def paid(self) -> tuple[Paid, ...]:
        """Give what patients have paid in each region that has any visits."""
        return ()

    def flow(self) -> Flow:
        """Give what regions have billed each other, as the buyers have kept it."""
        return flow_of(self._cells())

    def _cells(self) -> Iterator[Cell]:
        for (county, _), system in self._systems.items():
            if isinstance(system, Buyer):
                for billed in system.ledger.billed():
                    yield Cell(
                        seller=_COUNTY_OF.get(billed.seller, ""),
                        buyer=county,
                        claims=billed.claims,
                        credits=billed.credits,
                        net=billed.net,
                    )
