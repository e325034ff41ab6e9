"""The control API: see what the platform is set up with, and read its journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, jsonify, request

from simulator.exchange import DEFAULT_WORKSPACE

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from simulator.journal import Entry
    from simulator.platform import Platform

__all__ = ["control"]

_MOST = 1000


def control(platform: Platform) -> Blueprint:
    """Give the control API, version 1: routes and journal as JSON."""
    blueprint = Blueprint("control", __name__, url_prefix="/control/v1")

    @blueprint.get("/routes")
    def routes() -> ResponseReturnValue:
        catalogue = platform.arrangements.of(DEFAULT_WORKSPACE).catalogue
        return jsonify(
            [
                {
                    "logical_address": route.logical_address,
                    "contract": route.contract,
                    "address": route.address,
                }
                for route in (catalogue.routes if catalogue else ())
            ]
        )

    @blueprint.get("/journal")
    def journal() -> ResponseReturnValue:
        entries = platform.journal.entries(
            correlation_id=request.args.get("correlation_id"),
            last=max(0, min(request.args.get("last", 100, int), _MOST)),
        )
        return jsonify([_shown(entry) for entry in entries])

    return blueprint


def _shown(entry: Entry) -> dict[str, Any]:
    """Give an exchange without its bodies, which may hold personal data."""
    return {
        "number": entry.number,
        "correlation_id": entry.correlation_id,
        "started": entry.started.isoformat(),
        "seconds": round(entry.seconds, 6),
        "sender": entry.sender,
        "sender_known_by": entry.sender_known_by,
        "receiver": entry.receiver,
        "contract": entry.contract,
        "decision": entry.decision,
        "address": entry.address,
        "producer_status": entry.producer_status,
        "producer_seconds": None
        if entry.producer_seconds is None
        else round(entry.producer_seconds, 6),
        "status": entry.status,
        "request_bytes": len(entry.request),
        "response_bytes": len(entry.response),
    }
