"""Whether the platform is alive, and whether it is ready for calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify

from contracts.errors import HarnessError
from simulator.exchange import DEFAULT_WORKSPACE
from simulator.operations.metrics import CONTENT_TYPE, Metrics

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from simulator.platform import Platform

__all__ = ["operations"]

_NOT_READY = 503


def operations(platform: Platform, metrics: Metrics) -> Blueprint:
    """Give /ready and /metrics; /health every application here has."""
    blueprint = Blueprint("operations", __name__)

    @blueprint.get("/ready")
    def ready() -> ResponseReturnValue:
        """Tell whether calls can be mediated: the catalogue is there, and the journal answers."""
        lacking = _lacking(platform)
        return jsonify(ready=not lacking, lacking=lacking), _NOT_READY if lacking else 200

    @blueprint.get("/metrics")
    def figures() -> Response:
        return Response(metrics.exposition(), content_type=CONTENT_TYPE)

    return blueprint


def _lacking(platform: Platform) -> list[str]:
    lacking = []
    try:
        if platform.arrangements.of(DEFAULT_WORKSPACE).catalogue is None:
            lacking.append("addressing catalogue")
        platform.journal.last_number()
    except Exception as error:  # whatever the database says: not ready is the answer
        what = error.what if isinstance(error, HarnessError) else type(error).__name__
        lacking.append(f"database: {what}")
    return lacking
