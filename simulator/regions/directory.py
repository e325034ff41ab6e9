"""The regions: county code, name, organisation number and a made-up HSA-id each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.terms import HsaId, LogicalAddress, OrganisationNumber

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["REGIONS", "Region"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """One region, as the addressing catalogue and the messages name it.

    Shape: ``municipality`` is one of its municipalities, for patients in made-up messages. The
           HSA-id is the organisation number with a suffix that no real system has.
    """

    county: str
    name: str
    organisation_number: OrganisationNumber
    municipality: str

    @property
    def hsa_id(self) -> HsaId:
        """Give the id that the region's simulated system calls with."""
        return HsaId(f"SE{self.organisation_number}-PROVBANK1")

    @property
    def logical_address(self) -> LogicalAddress:
        """Give the address for claim specifications: the organisation number."""
        return LogicalAddress(self.organisation_number)


_ROWS = (
    ("01", "Region Stockholm", "2321000016", "0180"),
    ("03", "Region Uppsala", "2321000024", "0380"),
    ("04", "Region Sörmland", "2321000032", "0480"),
    ("05", "Region Östergötland", "2321000040", "0580"),
    ("06", "Region Jönköpings län", "2321000057", "0680"),
    ("07", "Region Kronoberg", "2321000065", "0780"),
    ("08", "Region Kalmar län", "2321000073", "0880"),
    ("09", "Region Gotland", "2120000803", "0980"),
    ("10", "Region Blekinge", "2321000081", "1080"),
    ("12", "Region Skåne", "2321000255", "1280"),
    ("13", "Region Halland", "2321000115", "1380"),
    ("14", "Västra Götalandsregionen", "2321000131", "1480"),
    ("17", "Region Värmland", "2321000156", "1780"),
    ("18", "Region Örebro län", "2321000164", "1880"),
    ("19", "Region Västmanland", "2321000172", "1980"),
    ("20", "Region Dalarna", "2321000180", "2080"),
    ("21", "Region Gävleborg", "2321000198", "2180"),
    ("22", "Region Västernorrland", "2321000206", "2281"),
    ("23", "Region Jämtland Härjedalen", "2321000214", "2380"),
    ("24", "Region Västerbotten", "2321000222", "2480"),
    ("25", "Region Norrbotten", "2321000230", "2580"),
)

REGIONS: Mapping[str, Region] = {
    county: Region(
        county=county,
        name=name,
        organisation_number=OrganisationNumber(number),
        municipality=municipality,
    )
    for county, name, number, municipality in _ROWS
}
"""The 21 regions by county code."""
