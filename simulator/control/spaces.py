"""Workspaces by the control API: make, list, remove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, jsonify, request

from simulator.control.operations import operation
from simulator.control.schemas import NAME, WORKSPACE, list_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from simulator.platform import Platform

__all__ = ["add_to"]


def add_to(blueprint: Blueprint, platform: Platform) -> None:
    """Add the operations."""
    workspaces = platform.arrangements

    @blueprint.get("/workspaces")
    @operation("The names of all workspaces, the default one first.", gives=list_of(NAME))
    def names() -> ResponseReturnValue:
        return jsonify(workspaces.names())

    @blueprint.post("/workspaces")
    @operation(
        "Make a workspace, arranged like another is now, or as the platform started.",
        takes=WORKSPACE,
        gives=WORKSPACE,
        status=201,
    )
    def create() -> ResponseReturnValue:
        asked = request.get_json()
        workspaces.create(asked["name"], like=asked.get("like"))
        return jsonify(asked), 201

    @blueprint.delete("/workspaces/<name>")
    @operation(
        "Remove a workspace with its states and its engagement index; its journal stays.",
        status=204,
    )
    def remove(name: str) -> ResponseReturnValue:
        workspaces.remove(name)
        platform.index.forget(name)
        return "", 204
