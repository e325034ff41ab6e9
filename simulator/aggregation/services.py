"""The table of aggregating services: an entry is all that one contract differs from another by."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SERVICES", "AggregatedService"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregatedService:
    """One contract that is aggregated.

    Shape:  ``contract`` is the responder's namespace, ``interaction`` the request's element in it;
            the response's is the same with ``Response`` after it. The index is asked for
            ``domain``, and for what is at most ``years`` old, None for everything; what it gives
            may have any of ``categorizations``, where there are some. ``patient`` and
            ``source_system`` are paths of local names in the request, ``records`` in the response,
            in the order of its schema; empty where the contract has none.
    Source: platform facts, sections 5.1 and 5.3.
    """

    name: str
    contract: str
    interaction: str
    domain: str
    categorizations: tuple[str, ...] = ()
    patient: str
    source_system: str = ""
    years: int | None = None
    records: tuple[str, ...] = ()

    @property
    def request(self) -> str:
        """Give the name of the element that asks."""
        return f"{{{self.contract}}}{self.interaction}"

    @property
    def response(self) -> str:
        """Give the name of the element that answers."""
        return f"{self.request}Response"

    @property
    def soap_action(self) -> str:
        """Give what the WSDL names the operation."""
        return f"{self.contract}:{self.interaction}"


SERVICES = (
    AggregatedService(
        name="GetAggregatedRequestExemptionStatuses-v1",
        contract="urn:riv:financial:patientfees:exemption:RequestExemptionStatusesResponder:1",
        interaction="RequestExemptionStatuses",
        domain="riv:financial:patientfees:exemption",
        categorizations=("fpe-es",),
        patient="patientId/extension",
        years=1,
    ),
)
