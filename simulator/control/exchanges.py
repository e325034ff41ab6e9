"""The journal by the control API: what came, what was decided, what went back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, jsonify, request

from contracts.errors import UsageError
from simulator.control.operations import operation

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from simulator.journal import Entry
    from simulator.platform import Platform

__all__ = ["NotKept", "add_to"]

_MOST = 1000


class NotKept(UsageError):  # noqa: N818 - named as its siblings in contracts.errors
    """The journal has no such exchange."""


def add_to(blueprint: Blueprint, platform: Platform) -> None:
    """Add the operations."""

    @blueprint.get("/journal")
    @operation(
        "The latest exchanges, or those of one correlation id, without their bodies.",
        query={"correlation_id": {"type": "string"}, "last": {"type": "integer"}},
        gives={"type": "array", "items": {"type": "object"}},
    )
    def journal() -> ResponseReturnValue:
        entries = platform.journal.entries(
            correlation_id=request.args.get("correlation_id"),
            last=max(0, min(request.args.get("last", 100, int), _MOST)),
        )
        return jsonify([_shown(entry) for entry in entries])


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
