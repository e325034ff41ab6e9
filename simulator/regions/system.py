"""A region's system behind HTTP: its service endpoint, and its observation point."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, jsonify, request

from simulator.app import bare_app
from simulator.regions.ledger import Match

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from simulator.regions.buyer import Buyer

__all__ = ["CLAIM_PATH", "OBSERVATION_PATH", "regions_app"]

CLAIM_PATH = "/regions/{county}/claim"
OBSERVATION_PATH = "/regions/{county}/observe"
_LARGEST = 52_428_800


def regions_app(buyers: Mapping[str, Buyer]) -> Flask:
    """Give the WSGI application of region systems, by county code."""
    app = bare_app("provbank.regions", largest=_LARGEST)
    for county, buyer in buyers.items():
        app.register_blueprint(_system(county, buyer))
    return app


def _system(county: str, buyer: Buyer) -> Blueprint:
    blueprint = Blueprint(f"region-{county}", __name__, url_prefix=f"/regions/{county}")

    @blueprint.post("/claim")
    def claim() -> Response:
        reply = buyer.receive(request.get_data())
        return Response(reply.body, status=reply.status, content_type=reply.content_type)

    @blueprint.get("/observe/claims/<claim_id>")
    def kept(claim_id: str) -> ResponseReturnValue:
        found = buyer.ledger.find(claim_id)
        if found is None:
            return jsonify(id=claim_id, copies=0, payable=None, creditOf=None, credits=[])
        if not buyer.defect.ties_credits:
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
        match = buyer.ledger.match(claim_id, amount)
        if buyer.defect.matches_any_amount and match is Match.OTHER_AMOUNT:
            match = Match.MATCHED
        return jsonify(matched=match is Match.MATCHED, reason=match.value)

    return blueprint
