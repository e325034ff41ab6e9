"""The engagement index by the control API: what it holds, store it now, begin anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, g, jsonify

from simulator.control.operations import operation
from simulator.control.schemas import INDEX

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from simulator.platform import Platform

__all__ = ["add_to"]


def add_to(blueprint: Blueprint, platform: Platform) -> None:
    """Add the operations."""
    index = platform.index

    def told() -> dict[str, Any]:
        sizes = index.sizes(g.workspace)
        return {
            "engagements": sizes["engagements"],
            "waiting": sizes["waiting"],
            "notifications": sizes["to send"],
            "parked": sizes["parked"],
            "locked": index.is_locked(g.workspace),
        }

    @blueprint.get("/index")
    @operation(
        "How much the engagement index holds, and how much waits to be stored or sent.",
        gives=INDEX,
    )
    def index_sizes() -> ResponseReturnValue:
        platform.arrangements.of(g.workspace)
        return jsonify(told())

    @blueprint.post("/index/store")
    @operation("Store all that the index has taken, without its usual delay.", gives=INDEX)
    def index_store() -> ResponseReturnValue:
        platform.arrangements.of(g.workspace)
        index.store_now(g.workspace)
        return jsonify(told())

    @blueprint.delete("/index")
    @operation("Forget all that the index holds, waits with and was to send.", status=204)
    def index_forget() -> ResponseReturnValue:
        platform.arrangements.of(g.workspace)
        index.forget(g.workspace)
        return "", 204
