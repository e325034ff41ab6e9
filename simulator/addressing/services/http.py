"""The catalogue over HTTP: SOAP services, export and reset of the version, status."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Request, Response, request

from simulator.addressing.published import exported
from simulator.addressing.services.soap import Answer, SoapService, services
from simulator.exchange import DEFAULT_WORKSPACE
from simulator.workspaces import UnknownWorkspace

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from simulator.addressing.catalogue import AddressingCatalogue
    from simulator.addressing.services.source import CatalogueSource

__all__ = ["WORKSPACE_HEADER", "as_response", "described", "plain", "routed", "tak_services"]

WORKSPACE_HEADER = "x-provbank-workspace"

_BASE = "/tak-services"
_UPDATED = "Successfully updated server with new published version"
_FAILED = "Something went wrong with the new published version, try rollback from TAK-WEB"


def tak_services(source: CatalogueSource, *, why_refused: Callable[[Request], str]) -> Blueprint:
    """Give the services below ``/tak-services``, for each workspace below ``/w/<workspace>`` too.

    Shape:  ``why_refused`` tells why a request may not change the platform, empty where it may:
            the national platform keeps its reset on an inner port.
    Source: platform facts, section 4.2.
    """
    blueprint = Blueprint("tak_services", __name__)
    blueprint.register_error_handler(UnknownWorkspace, lambda error: plain(f"{error}\n", 404))

    for service in services():
        routed(blueprint, f"{_BASE}/{service.path}", _asked(service, source), ("GET", "POST"))

    def export(workspace: str) -> ResponseReturnValue:
        catalogue = source.catalogue_for(workspace)
        asked = request.args.get("version")
        if catalogue is None or asked not in (None, str(catalogue.published.version)):
            return _json({"Status": "ERROR", "message": f"There is no published version {asked}"})
        return _json(exported(catalogue))

    def reset(workspace: str) -> ResponseReturnValue:
        if why := why_refused(request):
            return plain(f"{why}\n", 403)
        wrong = source.reload(workspace)
        catalogue = source.catalogue_for(workspace)
        asked = request.args.get("version")
        told: dict[str, Any] = {"status": "OK", "message": _UPDATED}
        if catalogue is None or wrong or asked not in (None, str(catalogue.published.version)):
            told = {"status": "ERROR", "message": _FAILED}
        if wrong:
            told["findings"] = [finding.to_json() for finding in wrong]
        if catalogue is not None:
            told["currentVersion"] = catalogue.published.version
            told["servicesList"] = _sizes(catalogue)
        return _json(told)

    def status(workspace: str) -> ResponseReturnValue:
        catalogue = source.catalogue_for(workspace)
        version = "Not initialized" if catalogue is None else str(catalogue.published.version)
        return _json({"message": None, "appInfoList": {"tak.pvCacheVersion": version}})

    def readiness(workspace: str) -> ResponseReturnValue:
        if source.catalogue_for(workspace) is None:
            return plain("Not initialized", 503)
        return plain("OK", 200)

    def liveness(workspace: str) -> ResponseReturnValue:  # noqa: ARG001 - whatever it holds
        return plain("OK", 200)

    for path, view in {
        "reset/pv": reset,
        "export/pv": export,
        "status": status,
        "status/readiness": readiness,
        "status/liveness": liveness,
    }.items():
        routed(blueprint, f"{_BASE}/{path}", view, ("GET",))
    return blueprint


def routed(
    blueprint: Blueprint,
    path: str,
    view: Callable[..., ResponseReturnValue],
    methods: tuple[str, ...],
) -> None:
    """Let a path lead to a view, which gets the workspace: of the path, the header, or default."""

    def here(workspace: str | None = None, **rest: str) -> ResponseReturnValue:
        named = workspace or request.headers.get(WORKSPACE_HEADER) or DEFAULT_WORKSPACE
        return view(named, **rest)

    for prefix in ("", "/w/<workspace>"):
        blueprint.add_url_rule(
            prefix + path, endpoint=f"{prefix}{path}".replace(".", " "), view_func=here,
            methods=list(methods),
        )  # fmt: skip


def _asked(service: SoapService, source: CatalogueSource) -> Callable[[str], ResponseReturnValue]:
    def view(workspace: str) -> ResponseReturnValue:
        if request.method == "GET":
            return described(service)
        answer = service.answer(
            request.get_data(),
            catalogue=source.catalogue_for(workspace),
            at=source.now_for(workspace),
        )
        return as_response(answer)

    return view


def described(service: SoapService) -> ResponseReturnValue:
    """Answer ``?wsdl`` and ``?xsd=``; a GET without either has no answer."""
    if "wsdl" not in request.args and "xsd" not in request.args:
        return plain(f"POST a SOAP message, or GET {request.base_url}?wsdl\n", 405)
    schema = None if "wsdl" in request.args else request.args["xsd"]
    answer = service.described(request.base_url, schema=schema)
    return plain("There is no such schema\n", 404) if answer is None else as_response(answer)


def _sizes(catalogue: AddressingCatalogue) -> dict[str, int]:
    """Tell how much each answer of SokVagvalsInfo holds."""
    names = ("VIRTUALISERING", "ANROPSBEHORIGHT", "TJANSTEKONTRAKT", "TJANSTEKOMPONENT")
    rows = catalogue.rows.current()
    held = (rows.routes, rows.authorisations, rows.contracts, rows.components)
    return {name: len(each) for name, each in zip(names, held, strict=True)}


def as_response(answer: Answer) -> Response:
    """Give an answer over HTTP."""
    return Response(answer.body, status=answer.status, content_type=answer.content_type)


def _json(told: object) -> Response:
    pretty = request.args.get("pretty") == "true"
    text = json.dumps(told, ensure_ascii=False, indent=2 if pretty else None)
    return Response(text, content_type="application/json")


def plain(text: str, status: int) -> Response:
    """Give a text for people over HTTP."""
    return Response(text, status=status, content_type="text/plain; charset=UTF-8")
