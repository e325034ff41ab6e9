"""The selling region's system, consumer of ProcessClaimSpecification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.catalogue import bundled
from contracts.domains.financial_billing_claim.v1_1.kinds import KINDS, Deal, credit
from contracts.domains.financial_billing_claim.v1_1.messages import RESPONDER, Claim, payload_of
from contracts.judge import judge_payload, swedish_now

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lxml import etree

    from contracts.findings import Finding
    from simulator.client import Answer, PlatformClient
    from simulator.regions.directory import Region

__all__ = ["Seller", "Sent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What came of sending one claim specification.

    Shape: ``findings`` is what the seller's own validation said; where there is any, nothing was
           sent and ``answer`` is None. ``invoice_may_go`` is true after OK alone.
    """

    claim: Claim
    findings: tuple[Finding, ...] = ()
    answer: Answer | None = None

    @property
    def result_code(self) -> str | None:
        """Give OK or ERROR, or None where no such answer came."""
        if self.answer is None or self.answer.root is None:
            return None
        found = self.answer.root.find(f".//{{{RESPONDER}}}resultCode")
        return None if found is None else found.text

    @property
    def invoice_may_go(self) -> bool:
        """Tell whether the invoice is to be sent now."""
        return self.result_code == "OK"


class Seller:
    """Makes claim specifications for care given, validates them, and sends them.

    Source: TKB financial:billing:claim 1.1, flows 1 and 2.
    """

    def __init__(
        self,
        region: Region,
        client: PlatformClient,
        *,
        clock: Callable[[], datetime] = swedish_now,
    ) -> None:
        self.region = region
        self._client = client
        self._clock = clock

    def deal_with(self, buyer: Region) -> Deal:
        """Give who bills whom and when, to make messages from."""
        return Deal(
            seller=self.region.organisation_number,
            buyer=buyer.organisation_number,
            county=buyer.county,
            municipality=buyer.municipality,
            today=self._clock().date(),
        )

    def bill(self, buyer: Region, kind: str) -> Sent:
        """Send a claim specification of one kind to the patient's home region."""
        return self.send(KINDS[kind](self.deal_with(buyer)), buyer)

    def credit(self, original: Claim, buyer: Region) -> Sent:
        """Take an accepted claim specification back by a credit (flow 2)."""
        return self.send(credit(original, self.deal_with(buyer)), buyer)

    def send(self, claim: Claim, buyer: Region) -> Sent:
        """Validate and send; what the own validation finds stops the message."""
        payload: etree._Element = payload_of(claim)
        judgement = judge_payload(payload, at=self._clock())
        if not judgement.accepted:
            return Sent(claim=claim, findings=judgement.findings)
        contract = bundled().contract_for(RESPONDER)
        assert contract is not None  # noqa: S101 - the bundled domain is always there
        answer = self._client.call(
            contract[1],
            payload,
            logical_address=buyer.logical_address,
            sender=self.region.hsa_id,
        )
        return Sent(claim=claim, answer=answer)
