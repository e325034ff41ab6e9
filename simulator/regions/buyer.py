"""The buying region's system, producer of ProcessClaimSpecification."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from contracts.catalogue import bundled
from contracts.domains.financial_billing_claim.v1_1.messages import RESPONDER
from contracts.envelope import body_of, envelope, is_envelope
from contracts.errors import HarnessError, MessageError
from contracts.judge import Judgement, judge_payload, swedish_now
from contracts.parsing import parse
from simulator.faults import soap_fault
from simulator.regions.defects import FLAWLESS, Defect, Reply
from simulator.regions.ledger import Ledger, Received

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from contracts.findings import Finding

__all__ = ["Buyer", "answer"]

_INTERACTION = f"{{{RESPONDER}}}ProcessClaimSpecification"


class Buyer:
    """Receives claim specifications: validates, answers OK or ERROR, keeps what it accepted.

    Shape:  ``defect`` is the named fault the system has; the flawless one by default.
    Source: TKB financial:billing:claim 1.1, flows 1, 2 and 2a.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        defect: Defect = FLAWLESS,
        clock: Callable[[], datetime] = swedish_now,
    ) -> None:
        self.ledger = ledger
        self.defect = defect
        self._clock = clock

    def receive(self, body: bytes) -> Reply:
        """Answer one SOAP message.

        Shape: OK or ERROR with status 200 for what can be read as a claim specification, valid or
               not; a SOAP fault with status 500, without any content of the message, for the rest.
        """
        early = self.defect.on_request(body)
        if early is not None:
            return early
        try:
            root = parse(body)
            payload = body_of(root) if is_envelope(root) else None
        except MessageError as error:
            return self._reply(_fault(f"The message cannot be read: {error.what}", "Client"), body)
        if payload is None or payload.tag != _INTERACTION:
            return self._reply(_fault("The message is not a ProcessClaimSpecification", "Client"),
                               body)  # fmt: skip
        try:
            judgement = self.defect.on_judgement(
                judge_payload(payload, at=self._clock(), catalogue=bundled()), payload
            )
        except HarnessError:
            return self._reply(_fault("Technical error", "Server"), body)
        return self._reply(self._judged(payload, judgement), body)

    def _judged(self, payload: etree._Element, judgement: Judgement) -> Reply:
        if not judgement.accepted:
            if self.defect.keeps_refused:
                self.ledger.receive(payload)
            comment = "\n".join(_told(finding) for finding in judgement.findings)
            return answer("ERROR", self.defect.on_comment(comment))
        if self.defect.keeps_nothing:
            return answer("OK")
        if self.ledger.receive(payload, twice=self.defect.keeps_twice) is Received.ID_TAKEN:
            return answer(
                "ERROR",
                "Ett fakturaunderlag med samma id men annat innehåll är redan mottaget. "
                "[plats: /ProcessClaimSpecification/claimSpecification/id]",
            )
        return answer("OK")

    def _reply(self, reply: Reply, body: bytes) -> Reply:
        return self.defect.on_reply(reply, body)


def answer(result_code: str, comment: str | None = None) -> Reply:
    """Write the contract's response."""
    root = etree.Element(
        f"{{{RESPONDER}}}ProcessClaimSpecificationResponse",
        nsmap={None: RESPONDER},
    )
    etree.SubElement(root, f"{{{RESPONDER}}}resultCode").text = result_code
    if comment is not None:
        etree.SubElement(root, f"{{{RESPONDER}}}comment").text = comment
    return Reply(status=200, body=envelope(root))


def _told(finding: Finding) -> str:
    """Tell one fault the way the contract's comment does: text, place, rule and test."""
    parts = [f"plats: {finding.where}", f"regel: {finding.rule}"]
    if finding.test:
        parts.append(f"test: {finding.test}")
    return f"{finding.text} [{'; '.join(parts)}]"


def _fault(text: str, blames: str) -> Reply:
    return Reply(status=500, body=soap_fault(text, blames=blames))
