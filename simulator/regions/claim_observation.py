"""The buying system's observation point: what it has kept, and what it makes of an invoice."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from flask import Blueprint, jsonify, request

from simulator.regions.ledger import Ledger, Match

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from simulator.regions.defect import Defect

__all__ = ["show_claims"]


def show_claims(ledger: Ledger, defect: Defect, blueprint: Blueprint) -> None:
    """Add the observation point to a region's pages; docs/observation-point.md describes it."""

    @blueprint.get("/observe/claims/<claim_id>")
    def kept(claim_id: str) -> ResponseReturnValue:
        found = ledger.find(claim_id)
        if found is None:
            return jsonify(id=claim_id, copies=0, payable=None, creditOf=None, credits=[])
        if not defect.ties_credits:
            found = replace(found, credits=())
        return jsonify(
            id=found.id,
            copies=found.copies,
            payable=str(found.payable),
            creditOf=found.credit_of,
            credits=list(found.credits),
        )

    @blueprint.post("/observe/invoices")
    def invoice() -> ResponseReturnValue:
        document = request.get_json()
        try:
            amount = Decimal(str(document["amount"]))
            claim_id = str(document["claimSpecificationId"])
        except (KeyError, TypeError, InvalidOperation):
            return jsonify(error="give claimSpecificationId and amount"), 400
        match = ledger.match(claim_id, amount)
        if defect.matches_any_amount and match is Match.OTHER_AMOUNT:
            match = Match.MATCHED
        return jsonify(matched=match is Match.MATCHED, reason=match.value)
