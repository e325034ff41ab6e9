"""What a workspace does by the control API: producers, consumers, disturbances, clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import Blueprint, g, jsonify, request

from contracts.errors import UsageError
from simulator.clock import REAL_TIME, ClockSetting, clock_from
from simulator.consumers.script import consumer_from
from simulator.control.operations import operation
from simulator.control.schemas import CLOCK, CONSUMER, DISTURBANCE, MOVE, SCRIPT, list_of
from simulator.disturbances import disturbance_from
from simulator.producers.script import script_from

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from simulator.arrangement import Arrangement
    from simulator.platform import Platform

__all__ = ["add_to"]


def add_to(blueprint: Blueprint, platform: Platform) -> None:
    """Add the operations."""
    _add_scripts(blueprint, platform, "producers", script_from, SCRIPT)
    _add_scripts(blueprint, platform, "consumers", consumer_from, CONSUMER)
    _add_disturbances(blueprint, platform)
    _add_clock(blueprint, platform)


def _add_scripts(
    blueprint: Blueprint, platform: Platform, kind: str, read: Any, schema: dict[str, Any]
) -> None:
    workspaces = platform.arrangements

    @operation(f"All scripted {kind}, by name.",
               gives={"type": "object", "additionalProperties": schema})  # fmt: skip
    def scripts() -> ResponseReturnValue:
        return jsonify(workspaces.of(g.workspace).to_json()[kind])

    @operation(f"Script one of the {kind}; one of that name is replaced.", takes=schema, status=204)
    def put(name: str) -> ResponseReturnValue:
        script = read(name, request.get_json())

        def changed(now: Arrangement) -> Arrangement:
            changes: dict[str, Any] = {kind: {**getattr(now, kind), name: script}}
            return replace(now, **changes)

        workspaces.change(g.workspace, changed)
        return "", 204

    @operation(f"Remove one of the scripted {kind}.", status=204)
    def remove(name: str) -> ResponseReturnValue:
        def changed(now: Arrangement) -> Arrangement:
            kept = dict(getattr(now, kind))
            if kept.pop(name, None) is None:
                raise UsageError(f"there is no {kind[:-1]} {name}")
            changes: dict[str, Any] = {kind: kept}
            return replace(now, **changes)

        workspaces.change(g.workspace, changed)
        return "", 204

    blueprint.add_url_rule(f"/{kind}", f"{kind}-list", scripts, methods=["GET"])
    blueprint.add_url_rule(f"/{kind}/<name>", f"{kind}-put", put, methods=["PUT"])
    blueprint.add_url_rule(f"/{kind}/<name>", f"{kind}-remove", remove, methods=["DELETE"])


def _add_disturbances(blueprint: Blueprint, platform: Platform) -> None:
    workspaces = platform.arrangements

    @blueprint.get("/disturbances")
    @operation("All disturbances, in the order they act.", gives=list_of(DISTURBANCE))
    def disturbances() -> ResponseReturnValue:
        return jsonify([one.to_json() for one in workspaces.of(g.workspace).disturbances])

    @blueprint.post("/disturbances")
    @operation(
        "Add a disturbance; one of its name is replaced, where it stands.",
        takes=DISTURBANCE,
        gives=DISTURBANCE,
        status=201,
    )
    def add() -> ResponseReturnValue:
        new = disturbance_from(request.get_json())

        def changed(now: Arrangement) -> Arrangement:
            by_name = {one.name: one for one in now.disturbances} | {new.name: new}
            return replace(now, disturbances=tuple(by_name.values()))

        workspaces.change(g.workspace, changed)
        return jsonify(new.to_json()), 201

    @blueprint.delete("/disturbances")
    @operation("Remove all disturbances.", status=204)
    def remove_all() -> ResponseReturnValue:
        workspaces.change(g.workspace, lambda now: replace(now, disturbances=()))
        return "", 204

    @blueprint.delete("/disturbances/<name>")
    @operation("Remove a disturbance.", status=204)
    def remove(name: str) -> ResponseReturnValue:
        def changed(now: Arrangement) -> Arrangement:
            kept = tuple(one for one in now.disturbances if one.name != name)
            if len(kept) == len(now.disturbances):
                raise UsageError(f"there is no disturbance {name}")
            return replace(now, disturbances=kept)

        workspaces.change(g.workspace, changed)
        return "", 204


def _add_clock(blueprint: Blueprint, platform: Platform) -> None:
    workspaces = platform.arrangements

    def told(clock: ClockSetting) -> ResponseReturnValue:
        return jsonify({"now": clock.now(real=platform.clock()).isoformat(), **clock.to_json()})

    def set_to(clock: ClockSetting) -> ResponseReturnValue:
        return told(workspaces.change(g.workspace, lambda now: replace(now, clock=clock)).clock)

    @blueprint.get("/clock")
    @operation("The workspace's time, and how it is set.", gives={"type": "object"})
    def clock() -> ResponseReturnValue:
        return told(workspaces.of(g.workspace).clock)

    @blueprint.put("/clock")
    @operation(
        "Set the clock: off from real time by some seconds, or standing at an instant.",
        takes=CLOCK,
        gives={"type": "object"},
    )
    def put() -> ResponseReturnValue:
        return set_to(clock_from(request.get_json()))

    @blueprint.delete("/clock")
    @operation("Let the clock tell real time again.", gives={"type": "object"})
    def real() -> ResponseReturnValue:
        return set_to(REAL_TIME)

    @blueprint.post("/clock/move")
    @operation("Move the clock, backwards where negative.", takes=MOVE, gives={"type": "object"})
    def move() -> ResponseReturnValue:
        by = timedelta(seconds=request.get_json()["seconds"])
        arranged = workspaces.change(
            g.workspace, lambda now: replace(now, clock=now.clock.moved(by))
        )
        return told(arranged.clock)
