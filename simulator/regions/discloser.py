"""The disclosing region's system (utlämnande part), producer of RequestExemptionStatuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import REQUESTS, Inquiry, valid
from contracts.domains.financial_patientfees_exemption.v1_0.messages import REQUEST, text_of
from contracts.domains.financial_patientfees_exemption.v1_0.single_faults import (
    SCHEMA_FAULTS,
    faulty,
)
from contracts.envelope import envelope
from contracts.judge import Judgement, swedish_now
from contracts.terms import LogicalAddress
from simulator.regions.defect import FLAWLESS, Defect, Reply
from simulator.regions.directory import REGIONS, Region
from simulator.regions.exemption_defects import OF_DISCLOSERS
from simulator.regions.parts import Part
from simulator.regions.receiving import Receiver, refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

__all__ = ["PART", "Discloser"]

_EXAMPLE_REQUESTER = REGIONS["01"]


class Discloser(Receiver):
    """Takes requests, answers at once with the empty response, and remembers what to disclose.

    Shape:  ``requests`` holds what was taken, by request id; nothing is disclosed yet.
    Source: TKB financial:patientfees:exemption 1.0, flow and response of RequestExemptionStatuses.
    """

    request = f"{{{REQUEST}}}RequestExemptionStatuses"

    def __init__(
        self, *, defect: Defect = FLAWLESS, clock: Callable[[], datetime] = swedish_now
    ) -> None:
        super().__init__(defect=defect, clock=clock)
        self.requests: dict[str, etree._Element] = {}

    def answer_to(self, payload: etree._Element, judgement: Judgement) -> Reply:
        """Answer a fault to what the schema forbids: the response has no room for a refusal."""
        if not judgement.accepted:
            return refusal("The message is not valid by the contract's schema", blames="Client")
        self.requests[text_of(payload, "requestId", "root") or ""] = payload
        root = etree.Element(
            f"{{{REQUEST}}}RequestExemptionStatusesResponse", nsmap={None: REQUEST}
        )
        return Reply(status=200, body=envelope(root))


def _example(_system: Discloser, region: Region, name: str) -> etree._Element:
    inquiry = Inquiry(
        reply_to=LogicalAddress(_EXAMPLE_REQUESTER.hsa_id),
        region=region.hsa_id,
        today=swedish_now().date(),
    )
    return valid(name, inquiry) if name in REQUESTS else faulty(name, inquiry)


PART = Part(
    name="hogkostnadsskydd/utlamnande",
    service_domain="financial:patientfees:exemption",
    version="1.0",
    interaction="RequestExemptionStatuses",
    path="request",
    address=lambda region: LogicalAddress(region.county),
    system=lambda _region, _url, defect: Discloser(defect=defect),
    defects=OF_DISCLOSERS,
    kinds=tuple(REQUESTS),
    faults=tuple(name for name, fault in SCHEMA_FAULTS.items() if fault.kind in REQUESTS),
    example=_example,
)
