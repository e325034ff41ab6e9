"""The requesting region's system (begärande part), producer of ProcessExemptionStatuses."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import (
    DISCLOSURES,
    Inquiry,
    valid,
)
from contracts.domains.financial_patientfees_exemption.v1_0.messages import (
    PROCESS,
    ActorType,
    Identity,
    text_of,
)
from contracts.domains.financial_patientfees_exemption.v1_0.single_faults import (
    RULE_FAULTS,
    SCHEMA_FAULTS,
    faulty,
)
from contracts.envelope import envelope
from contracts.judge import Judgement, swedish_now
from contracts.terms import LogicalAddress
from simulator.headers import ORIGINAL_CONSUMER
from simulator.regions.defect import Defect, Reply
from simulator.regions.directory import REGIONS, Region
from simulator.regions.disclosed import county_of
from simulator.regions.disclosure_limit_defects import EQUIVALENTS
from simulator.regions.exemption_defects import OF_REQUESTERS
from simulator.regions.inquiries import Inquiry as Asked
from simulator.regions.parts import Part
from simulator.regions.patient_fees import PatientFees
from simulator.regions.receiving import Receiver, refusal, told
from simulator.regions.trigger import trigger

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from flask import Blueprint

    from simulator.regions.surroundings import Surroundings

__all__ = ["PART", "Requester", "answer"]

_PATH = "disclosure"
_SOMEBODY = Identity(root="", extension="")
_EXAMPLE_DISCLOSER = REGIONS["01"]


class Requester(Receiver):
    """Asks sources, and takes the disclosures that come: validates by who asked, and answers.

    Shape:  the same disclosure once more is not kept again; late ones count.
    Source: TKB financial:patientfees:exemption 1.0, flow and rules.
    """

    request = f"{{{PROCESS}}}ProcessExemptionStatuses"

    def __init__(self, fees: PatientFees, *, clock: Callable[[], datetime] = swedish_now) -> None:
        super().__init__(defect=fees.defect, clock=clock)
        self.fees = fees

    def expect(self, request_id: str, actor: ActorType, patient: Identity = _SOMEBODY) -> None:
        """Know of a request that has been sent, on whose behalf and about whom."""
        self.fees.expect(Asked(id=request_id, actor=actor, patient=patient))

    def context(self, payload: etree._Element) -> Mapping[str, str] | None:
        """Give the actor of the request that is answered, None where there is none such."""
        inquiry = self.fees.inquiry(_request_id(payload))
        return {"actor": inquiry.actor.value} if inquiry else None

    def answer_to(
        self, payload: etree._Element, judgement: Judgement, headers: Mapping[str, str]
    ) -> Reply:
        """Answer OK to what is right and asked for, ERROR to the rest that the schema allows."""
        if not judgement.schema_valid:
            return refusal("The message is not valid by the contract's schema", blames="Client")
        request_id = _request_id(payload)
        if self.fees.inquiry(request_id) is None and not self.defect.takes_unknown:
            return answer("ERROR", "Ingen begäran har detta requestId. "
                          "[plats: /ProcessExemptionStatuses/requestId/root]")  # fmt: skip
        if not judgement.accepted:
            text = "\n".join(told(finding) for finding in judgement.findings)
            return answer("ERROR", self.defect.on_comment(text))
        new = self.fees.receive(payload, request_id, source=_source(payload, headers))
        if not new and self.defect.refuses_again:
            return answer("ERROR", "Utlämnandet är redan mottaget.")
        return answer("OK")

    def show(self, blueprint: Blueprint) -> None:
        """Let the system be told what to do, and show what it has worked out."""
        trigger(self.fees, blueprint, PART.path)

    def close(self) -> None:
        """Let go of the register."""
        self.fees.close()


def answer(result_code: str, text: str | None = None) -> Reply:
    """Write the contract's response."""
    root = etree.Element(f"{{{PROCESS}}}ProcessExemptionStatusesResponse", nsmap={None: PROCESS})
    etree.SubElement(root, f"{{{PROCESS}}}resultCode").text = result_code
    if text is not None:
        etree.SubElement(root, f"{{{PROCESS}}}resultText").text = text
    return Reply(status=200, body=envelope(root))


def _request_id(payload: etree._Element) -> str:
    return text_of(payload, "requestId", "root") or ""


def _source(payload: etree._Element, headers: Mapping[str, str]) -> str:
    """Tell which source has disclosed: the consumer the platform names, else by the content."""
    named = headers.get(ORIGINAL_CONSUMER, "")
    for path in ("exemptions/{*}region", "transactions/{*}careGiver"):
        if not named:
            named = payload.findtext(f".//{{*}}{path}/{{*}}extension") or ""
    return county_of(named)


def _example(system: Requester, region: Region, name: str) -> etree._Element:
    """Make a disclosure, as if the region had just sent the request that it answers."""
    known = {**RULE_FAULTS, **SCHEMA_FAULTS}
    actor = known[name].actor if name in known else DISCLOSURES[name].actor
    inquiry = Inquiry(
        reply_to=LogicalAddress(region.hsa_id),
        region=_EXAMPLE_DISCLOSER.hsa_id,
        today=swedish_now().date(),
        request_id=str(uuid4()),
    )
    system.expect(inquiry.new_request_id(), ActorType(actor or ActorType.CITIZEN))
    return faulty(name, inquiry) if name in known else valid(name, inquiry)


def _system(region: Region, url: str, defect: Defect, around: Surroundings) -> Requester:
    fees = PatientFees(region, system=_PATH, url=url, defect=defect, surroundings=around)
    return Requester(fees, clock=around.clock)


PART = Part(
    name="hogkostnadsskydd/begarande",
    service_domain="financial:patientfees:exemption",
    version="1.0",
    interaction="ProcessExemptionStatuses",
    path=_PATH,
    address=lambda region: LogicalAddress(region.hsa_id),
    system=_system,
    defects=OF_REQUESTERS,
    equivalents=EQUIVALENTS,
    kinds=tuple(DISCLOSURES),
    faults=(
        *RULE_FAULTS,
        *(name for name, fault in SCHEMA_FAULTS.items() if fault.kind in DISCLOSURES),
    ),
    example=_example,
)
