"""The TAK-API over HTTP: read-only JSON, version 1 open and version 2 for those who log in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from simulator.addressing.services.cooperation import PARAMETERS, Cooperations
from simulator.addressing.services.http import routed
from simulator.workspaces import UnknownWorkspace

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from simulator.addressing.services.source import CatalogueSource

__all__ = ["tak_api"]

_BASE = "/coop/api"
_NUMBER = re.compile(r"-?[0-9]{1,18}")
_LOGICAL_ADDRESSES = "logicalAddresses"
_SPELLED = {"v1": "logicalAddresss", "v2": _LOGICAL_ADDRESSES}
_PARTIES = ("serviceConsumers", "serviceProducers")


def tak_api(source: CatalogueSource) -> Blueprint:
    """Give the API below ``/coop/api``, for each workspace below ``/w/<workspace>`` too.

    Shape:  version 2 wants an Authorization header and takes any.
    Source: platform facts, sections 4.6 and 8.8.
    """
    blueprint = Blueprint("tak_api", __name__)
    blueprint.register_error_handler(
        UnknownWorkspace, lambda error: _json({"error": "Not Found", "message": str(error)}, 404)
    )
    for version in ("v1", "v2"):
        for resource in PARAMETERS:
            name = _SPELLED[version] if resource == _LOGICAL_ADDRESSES else resource
            path = f"{_BASE}/{version}/{name}"
            view = _view(source, resource, locked=version == "v2")
            for form in ("", ".json"):
                routed(blueprint, path + form, view, ("GET",))
            routed(blueprint, f"{path}/<number>", view, ("GET",))
    return blueprint


def _view(
    source: CatalogueSource, resource: str, *, locked: bool
) -> Callable[..., ResponseReturnValue]:
    def view(workspace: str, number: str | None = None) -> ResponseReturnValue:
        if locked and not request.headers.get("Authorization"):
            return _json({"error": "Unauthorized"}, 401)
        catalogue = source.catalogue_for(workspace)
        if catalogue is None:
            return _json({"error": "Service Unavailable"}, 503)
        cooperations = Cooperations(catalogue, at=source.now_for(workspace))
        if number is not None:
            return _one(cooperations, resource, number.removesuffix(".json"))
        return _list(cooperations, resource)

    return view


def _one(cooperations: Cooperations, resource: str, number: str) -> Response:
    wanted = _whole(number)
    if wanted is None:
        return _json({"error": "Bad Request"}, 400)
    found = cooperations.one(resource, wanted)
    return _json({"error": "Not Found"}, 404) if found is None else _json(found)


def _list(cooperations: Cooperations, resource: str) -> Response:
    asked: dict[str, int | str] = {}
    for name in PARAMETERS[resource]:
        text = request.args.get(name)
        if not text:
            continue
        value = _whole(text) if name.endswith("Id") and name != "hsaId" else text
        if value is None:
            return _json({"error": "Bad Request"}, 400)
        asked[name] = value
    include = {part.strip() for part in request.args.get("include", "").split(",")}
    if resource in _PARTIES and "connectionPointId" not in asked:
        include.add("connectionPoint")
    return _json(cooperations.listed(resource, asked, frozenset(include)))


def _whole(text: str) -> int | None:
    return int(text) if _NUMBER.fullmatch(text) else None


def _json(told: object, status: int = 200) -> Response:
    text = json.dumps(told, ensure_ascii=False)
    return Response(text, status=status, content_type="application/json")
