"""The disclosing region's system (utlämnande part), producer of RequestExemptionStatuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import REQUESTS, Inquiry, valid
from contracts.domains.financial_patientfees_exemption.v1_0.messages import REQUEST
from contracts.domains.financial_patientfees_exemption.v1_0.single_faults import (
    SCHEMA_FAULTS,
    faulty,
)
from contracts.envelope import envelope
from contracts.judge import Judgement, swedish_now
from contracts.terms import LogicalAddress
from simulator.headers import CORRELATION_ID
from simulator.regions.defect import Defect, Reply
from simulator.regions.directory import REGIONS, Region
from simulator.regions.exemption_defects import OF_DISCLOSERS
from simulator.regions.parts import Part
from simulator.regions.patient_fees import PatientFees
from simulator.regions.receiving import Receiver, refusal
from simulator.regions.trigger import trigger

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from flask import Blueprint

    from simulator.regions.surroundings import Surroundings

__all__ = ["PART", "Discloser"]

_PATH = "request"
_EXAMPLE_REQUESTER = REGIONS["01"]


class Discloser(Receiver):
    """Takes requests, answers at once with the empty response, and discloses afterwards.

    Shape:  what is disclosed is kept together with the request, and sent until it is answered. A
            request that comes again, unchanged, is not disclosed to once more.
    Source: TKB financial:patientfees:exemption 1.0, flow and response of RequestExemptionStatuses.
    """

    request = f"{{{REQUEST}}}RequestExemptionStatuses"

    def __init__(self, fees: PatientFees, *, clock: Callable[[], datetime] = swedish_now) -> None:
        super().__init__(defect=fees.defect, clock=clock)
        self.fees = fees

    def answer_to(
        self, payload: etree._Element, judgement: Judgement, headers: Mapping[str, str]
    ) -> Reply:
        """Answer a fault to what the schema forbids: the response has no room for a refusal."""
        if not judgement.accepted:
            return refusal("The message is not valid by the contract's schema", blames="Client")
        self.fees.disclose(payload, correlation_id=headers.get(CORRELATION_ID, ""))
        root = etree.Element(
            f"{{{REQUEST}}}RequestExemptionStatusesResponse", nsmap={None: REQUEST}
        )
        return Reply(status=200, body=envelope(root))

    def show(self, blueprint: Blueprint) -> None:
        """Let the system be told what to do, at the trigger endpoint."""
        trigger(self.fees, blueprint, PART.path)

    def close(self) -> None:
        """Let go of the register."""
        self.fees.close()


def _example(_system: Discloser, region: Region, name: str) -> etree._Element:
    inquiry = Inquiry(
        reply_to=LogicalAddress(_EXAMPLE_REQUESTER.hsa_id),
        region=region.hsa_id,
        today=swedish_now().date(),
    )
    return valid(name, inquiry) if name in REQUESTS else faulty(name, inquiry)


def _system(region: Region, url: str, defect: Defect, around: Surroundings) -> Discloser:
    fees = PatientFees(region, system=_PATH, url=url, defect=defect, surroundings=around)
    return Discloser(fees, clock=around.clock)


PART = Part(
    name="hogkostnadsskydd/utlamnande",
    service_domain="financial:patientfees:exemption",
    version="1.0",
    interaction="RequestExemptionStatuses",
    path=_PATH,
    address=lambda region: LogicalAddress(region.county),
    also=lambda region: (LogicalAddress(region.hsa_id),),
    system=_system,
    defects=OF_DISCLOSERS,
    kinds=tuple(REQUESTS),
    faults=tuple(name for name, fault in SCHEMA_FAULTS.items() if fault.kind in REQUESTS),
    example=_example,
)
