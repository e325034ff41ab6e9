"""A workspace's arrangement by the control API: the whole, its catalogue, its states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import Blueprint, g, jsonify, request

from contracts.errors import UsageError
from simulator.addressing import AddressingCatalogue
from simulator.addressing.documents import from_json
from simulator.addressing.writing import to_json
from simulator.arrangement import Arrangement, arrangement_from
from simulator.control.operations import operation
from simulator.control.schemas import (
    ANY_OBJECT,
    ARRANGEMENT,
    AUTHORISATION,
    NAME,
    RESET,
    ROUTE,
    list_of,
)

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from simulator.platform import Platform

__all__ = ["add_to"]

_FACTS = ("logical_address", "contract")


def add_to(blueprint: Blueprint, platform: Platform) -> None:
    """Add the operations."""
    _add_whole(blueprint, platform)
    _add_rows(blueprint, platform, "routes", ROUTE, _FACTS)
    _add_rows(blueprint, platform, "authorisations", AUTHORISATION, ("consumer", *_FACTS))
    _add_states(blueprint, platform)


def _add_whole(blueprint: Blueprint, platform: Platform) -> None:
    workspaces = platform.arrangements

    @blueprint.get("/arrangement")
    @operation("All that is arranged in the workspace.", gives=ARRANGEMENT)
    def arrangement() -> ResponseReturnValue:
        return jsonify(workspaces.of(g.workspace).to_json())

    @blueprint.put("/arrangement")
    @operation("Arrange the workspace anew, in whole.", takes=ARRANGEMENT, gives=ARRANGEMENT)
    def arrange() -> ResponseReturnValue:
        arranged = arrangement_from(request.get_json())
        workspaces.put(g.workspace, arranged)
        return jsonify(arranged.to_json())

    @blueprint.get("/catalogue")
    @operation("The addressing catalogue, in the form of catalogue files.", gives=ANY_OBJECT)
    def catalogue() -> ResponseReturnValue:
        return jsonify(to_json(_catalogue(workspaces.of(g.workspace))))

    @blueprint.put("/catalogue")
    @operation("Put another catalogue in its place.", takes=ANY_OBJECT, gives=ANY_OBJECT)
    def put_catalogue() -> ResponseReturnValue:
        return _changed(lambda _base: from_json(request.get_json()))

    @blueprint.patch("/catalogue")
    @operation(
        "Lay another catalogue on top: what it says of an address and contract counts.",
        takes=ANY_OBJECT,
        gives=ANY_OBJECT,
    )
    def lay_catalogue() -> ResponseReturnValue:
        return _changed(lambda base: from_json(request.get_json(), base=base))

    def _changed(how: Callable[[AddressingCatalogue], AddressingCatalogue]) -> ResponseReturnValue:
        arranged = workspaces.change(
            g.workspace, lambda now: replace(now, catalogue=how(_catalogue(now)))
        )
        return jsonify(to_json(_catalogue(arranged)))


def _add_rows(
    blueprint: Blueprint,
    platform: Platform,
    kind: str,
    schema: dict[str, Any],
    facts: tuple[str, ...],
) -> None:
    workspaces = platform.arrangements

    @operation(f"The {kind} of the workspace.", gives=list_of(schema))
    def rows() -> ResponseReturnValue:
        document = to_json(_catalogue(workspaces.of(g.workspace)))
        return jsonify(document.get(kind, []))

    @operation(f"Add one of the {kind}; it stands beside those there are.", takes=schema,
               gives=schema, status=201)  # fmt: skip
    def add() -> ResponseReturnValue:
        row = request.get_json()

        def added(now: Arrangement) -> Arrangement:
            document = to_json(_catalogue(now))
            document[kind] = [*document.get(kind, []), row]
            return replace(now, catalogue=from_json(document))

        workspaces.change(g.workspace, added)
        return jsonify(row), 201

    @operation(
        f"Remove those of the {kind} that all given facts fit, ignoring case.",
        query={fact: {"type": "string"} for fact in facts},
        status=204,
    )
    def remove() -> ResponseReturnValue:
        wanted = {fact: request.args[fact].lower() for fact in facts if fact in request.args}
        if not wanted:
            raise UsageError(
                f"nothing says which {kind} to remove", mend=f"give {' or '.join(facts)}"
            )

        def removed(now: Arrangement) -> Arrangement:
            document = to_json(_catalogue(now))
            document[kind] = [
                row
                for row in document.get(kind, [])
                if any(str(row[fact]).lower() != value for fact, value in wanted.items())
            ]
            return replace(now, catalogue=from_json(document))

        workspaces.change(g.workspace, removed)
        return "", 204

    blueprint.add_url_rule(f"/{kind}", f"{kind}-list", rows, methods=["GET"])
    blueprint.add_url_rule(f"/{kind}", f"{kind}-add", add, methods=["POST"])
    blueprint.add_url_rule(f"/{kind}", f"{kind}-remove", remove, methods=["DELETE"])


def _add_states(blueprint: Blueprint, platform: Platform) -> None:
    workspaces = platform.arrangements

    @blueprint.get("/states")
    @operation("The names of states to reset to; start is how it began.", gives=list_of(NAME))
    def states() -> ResponseReturnValue:
        return jsonify(workspaces.states(g.workspace))

    @blueprint.put("/states/<name>")
    @operation("Name the arrangement of now.", status=204)
    def save(name: str) -> ResponseReturnValue:
        workspaces.save(g.workspace, name)
        return "", 204

    @blueprint.post("/reset")
    @operation(
        "Go back to a state, start where none is named; counting begins again.",
        takes=RESET,
        gives=ARRANGEMENT,
    )
    def reset() -> ResponseReturnValue:
        state = request.get_json().get("state", "start")
        return jsonify(workspaces.reset(g.workspace, state).to_json())


def _catalogue(arrangement: Arrangement) -> AddressingCatalogue:
    return AddressingCatalogue() if arrangement.catalogue is None else arrangement.catalogue
