"""The requesting region's system (begärande part), producer of ProcessExemptionStatuses."""

from __future__ import annotations

import threading
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
from simulator.regions.defect import FLAWLESS, Defect, Reply
from simulator.regions.directory import REGIONS, Region
from simulator.regions.exemption_defects import OF_REQUESTERS
from simulator.regions.parts import Part
from simulator.regions.receiving import Receiver, refusal, told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

__all__ = ["PART", "Requester", "answer"]

_EXAMPLE_DISCLOSER = REGIONS["01"]


class Requester(Receiver):
    """Takes disclosures for the requests it knows of: validates by who asked, and answers.

    Shape:  ``disclosures`` holds what was taken, by request id; the same once more is not kept
            again.
    Source: TKB financial:patientfees:exemption 1.0, flow and rules.
    """

    request = f"{{{PROCESS}}}ProcessExemptionStatuses"

    def __init__(
        self, *, defect: Defect = FLAWLESS, clock: Callable[[], datetime] = swedish_now
    ) -> None:
        super().__init__(defect=defect, clock=clock)
        self.disclosures: dict[str, dict[bytes, etree._Element]] = {}
        self._asked: dict[str, ActorType] = {}
        self._lock = threading.Lock()

    def expect(self, request_id: str, actor: ActorType) -> None:
        """Know of a request that has been sent, and on whose behalf."""
        self._asked[request_id] = actor

    def context(self, payload: etree._Element) -> Mapping[str, str] | None:
        """Give the actor of the request that is answered, None where there is none such."""
        actor = self._asked.get(_request_id(payload))
        return {"actor": actor.value} if actor else None

    def answer_to(self, payload: etree._Element, judgement: Judgement) -> Reply:
        """Answer OK to what is right and asked for, ERROR to the rest that the schema allows."""
        if not judgement.schema_valid:
            return refusal("The message is not valid by the contract's schema", blames="Client")
        request_id = _request_id(payload)
        if request_id not in self._asked and not self.defect.takes_unknown:
            return answer("ERROR", "Ingen begäran har detta requestId. "
                          "[plats: /ProcessExemptionStatuses/requestId/root]")  # fmt: skip
        if not judgement.accepted:
            text = "\n".join(told(finding) for finding in judgement.findings)
            return answer("ERROR", self.defect.on_comment(text))
        with self._lock:
            kept = self.disclosures.setdefault(request_id, {})
            again = kept.setdefault(etree.tostring(payload, method="c14n"), payload) is not payload
        if again and self.defect.refuses_again:
            return answer("ERROR", "Utlämnandet är redan mottaget.")
        return answer("OK")


def answer(result_code: str, text: str | None = None) -> Reply:
    """Write the contract's response."""
    root = etree.Element(f"{{{PROCESS}}}ProcessExemptionStatusesResponse", nsmap={None: PROCESS})
    etree.SubElement(root, f"{{{PROCESS}}}resultCode").text = result_code
    if text is not None:
        etree.SubElement(root, f"{{{PROCESS}}}resultText").text = text
    return Reply(status=200, body=envelope(root))


def _request_id(payload: etree._Element) -> str:
    return text_of(payload, "requestId", "root") or ""


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


PART = Part(
    name="hogkostnadsskydd/begarande",
    service_domain="financial:patientfees:exemption",
    version="1.0",
    interaction="ProcessExemptionStatuses",
    path="disclosure",
    address=lambda region: LogicalAddress(region.hsa_id),
    system=lambda _region, _url, defect: Requester(defect=defect),
    defects=OF_REQUESTERS,
    kinds=tuple(DISCLOSURES),
    faults=(
        *RULE_FAULTS,
        *(name for name, fault in SCHEMA_FAULTS.items() if fault.kind in DISCLOSURES),
    ),
    example=_example,
)
