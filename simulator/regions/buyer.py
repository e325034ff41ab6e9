"""The buying region's system, producer of ProcessClaimSpecification."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.kinds import KINDS, Deal, valid
from contracts.domains.financial_billing_claim.v1_1.messages import RESPONDER
from contracts.domains.financial_billing_claim.v1_1.single_faults import (
    RULE_FAULTS,
    SCHEMA_FAULTS,
    faulty,
)
from contracts.envelope import envelope
from contracts.judge import Judgement, swedish_now
from simulator.regions.claim_defects import DEFECTS
from simulator.regions.claim_limit_defects import EQUIVALENTS
from simulator.regions.claim_observation import show_claims
from simulator.regions.defect import FLAWLESS, Defect, Reply
from simulator.regions.directory import REGIONS, Region
from simulator.regions.ledger import Ledger, Received
from simulator.regions.parts import Part
from simulator.regions.receiving import Receiver, told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from flask import Blueprint

__all__ = ["PART", "Buyer", "answer"]

_EXAMPLE_SELLER = REGIONS["01"]


class Buyer(Receiver):
    """Receives claim specifications: validates, answers OK or ERROR, keeps what it accepted.

    Source: TKB financial:billing:claim 1.1, flows 1, 2 and 2a.
    """

    request = f"{{{RESPONDER}}}ProcessClaimSpecification"

    def __init__(
        self,
        ledger: Ledger,
        *,
        defect: Defect = FLAWLESS,
        clock: Callable[[], datetime] = swedish_now,
    ) -> None:
        super().__init__(defect=defect, clock=clock)
        self.ledger = ledger

    def answer_to(
        self, payload: etree._Element, judgement: Judgement, _headers: Mapping[str, str]
    ) -> Reply:
        """Answer OK to what is new or the same again, ERROR to what is wrong or takes an id."""
        if not judgement.accepted:
            if self.defect.keeps_refused:
                self.ledger.receive(payload)
            comment = "\n".join(told(finding) for finding in judgement.findings)
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

    def show(self, blueprint: Blueprint) -> None:
        """Show what has been kept, at the observation point."""
        show_claims(self.ledger, self.defect, blueprint)

    def close(self) -> None:
        """Let go of the ledger."""
        self.ledger.close()


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


def _example(_system: Buyer, region: Region, name: str) -> etree._Element:
    deal = Deal(
        seller=_EXAMPLE_SELLER.organisation_number,
        buyer=region.organisation_number,
        county=region.county,
        municipality=region.municipality,
        today=swedish_now().date(),
    )
    return valid(name, deal) if name in KINDS else faulty(name, deal)


PART = Part(
    name="utomlansfakturering/producent",
    service_domain="financial:billing:claim",
    version="1.1",
    interaction="ProcessClaimSpecification",
    path="claim",
    address=lambda region: region.logical_address,
    system=lambda region, url, defect, around: Buyer(
        Ledger(region.county, url=url), defect=defect, clock=around.clock
    ),
    defects=DEFECTS,
    equivalents=EQUIVALENTS,
    kinds=tuple(KINDS),
    faults=(*RULE_FAULTS, *SCHEMA_FAULTS),
    example=_example,
)
