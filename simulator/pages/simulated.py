"""What the pages read, from the systems of the simulated regions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import cycle
from typing import TYPE_CHECKING

from simulator.pages.fees import paid_in_regions
from simulator.pages.figures import Answer, Lacking
from simulator.pages.flow import Cell, Flow, flow_of
from simulator.regions.billing import Given
from simulator.regions.buyer import Buyer
from simulator.regions.directory import REGIONS
from simulator.regions.requester import Requester
from simulator.regions.seller import Seller

if TYPE_CHECKING:
    from contracts.domains.financial_patientfees_exemption.v1_0.messages import Actor, Identity
    from simulator.pages.figures import Paid
    from simulator.regions.parts import System
    from simulator.regions.patient_fees import PatientFees
    from simulator.regions.surroundings import Surroundings

__all__ = ["SimulatedAsking", "SimulatedNation"]

_PATIENCE = 10.0
_BILLED_FURTHER = (1, 4, 9)
_BILLED_KINDS = ("öppen vård", "sluten vård", "DRG", "flera patienter och rader")
_COUNTY_OF = {str(region.organisation_number): county for county, region in REGIONS.items()}


class SimulatedNation:
    """Reads the registers and ledgers of the simulated regions.

    Shape: ``systems`` are by county code and path of the part, ``around`` what they send through.
    """

    def __init__(self, systems: Mapping[tuple[str, str], System], around: Surroundings) -> None:
        self._systems = systems
        self._around = around

    def paid(self) -> tuple[Paid, ...]:
        """Give what patients have paid in each region that has any visits that count."""
        fees = registers(self._systems).values()
        return paid_in_regions(
            (visit for each in fees for visit in each.everything()),
            (person for each in fees for person in each.people()),
        )

    def flow(self) -> Flow:
        """Give what regions have billed each other, as the buyers have kept it."""
        return flow_of(self._cells())

    def bill(self) -> None:
        """Have every region bill some others for care of different kinds, through the platform."""
        if not self._around.is_led:
            return
        regions, kinds = list(REGIONS), cycle(_BILLED_KINDS)
        sellers = [each for each in self._systems.values() if isinstance(each, Seller)]
        for seller in sellers:
            place = regions.index(seller.region.county)
            for further in _BILLED_FURTHER[: place % len(_BILLED_FURTHER) + 1]:
                home = regions[(place + further) % len(regions)]
                seller.bill(Given(home=home, kind=next(kinds)))
        for seller in sellers:
            seller.wait(_PATIENCE)

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


class SimulatedAsking:
    """Asks by the requesting systems of the simulated regions, which send through the platform."""

    def __init__(self, systems: Mapping[tuple[str, str], System]) -> None:
        self._registers = registers(systems)

    def ask(self, county: str, patient: Identity, actor: Actor) -> str:
        """Have a region's system send the question; returns before it is answered."""
        return self._registers[county].ask(patient, actor)

    def answer(self, county: str, patient: Identity, request_id: str) -> Answer:
        """Tell what the region's system has worked out of the answers that have come."""
        standing = self._registers[county].standing(patient, inquiry_id=request_id)
        sources = standing.inquiry.sources if standing.inquiry else ()
        return Answer(
            protection=standing.protection,
            outcome=standing.inquiry.outcome if standing.inquiry else "",
            answered=standing.answered,
            lacking=tuple(
                Lacking(source=each.name, reached=each.reached, problem=each.problem)
                for each in sources
                if each.name not in standing.answered
            ),
        )


def registers(systems: Mapping[tuple[str, str], System]) -> Mapping[str, PatientFees]:
    """Give the patient fees of each region, as its requesting system reads them."""
    return {
        county: system.fees
        for (county, _), system in systems.items()
        if isinstance(system, Requester)
    }
