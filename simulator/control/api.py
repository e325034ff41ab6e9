"""The control API's frame: workspaces in the path, who may, mistakes as problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app, g, jsonify, request
from werkzeug.exceptions import HTTPException

from contracts.errors import UsageError
from simulator.control import arranging, behaviour, exchanges, indexing, listening, sending, spaces
from simulator.control.access import why_refused
from simulator.control.openapi import openapi
from simulator.control.operations import described
from simulator.exchange import DEFAULT_WORKSPACE
from simulator.workspaces import UnknownWorkspace

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from simulator.platform import Platform

__all__ = ["control"]

_PREFIX = "/control/v1"


def control(platform: Platform) -> Blueprint:
    """Give the control API, version 1.

    Shape: what concerns one workspace is found below ``/workspaces/NAME``, and for the default
           workspace also directly below the API's root.
    """
    whole = Blueprint("control", __name__, url_prefix=_PREFIX)
    inner = Blueprint("workspace", __name__)
    for part in (arranging, behaviour, exchanges, indexing, sending):
        part.add_to(inner, platform)
    spaces.add_to(whole, platform)
    listening.add_to(whole, platform)
    inner.url_value_preprocessor(_take_workspace)
    whole.register_blueprint(inner, name="default")
    whole.register_blueprint(inner, name="named", url_prefix="/workspaces/<workspace>")
    whole.before_request(_let_in(platform))
    whole.before_request(_check_body)
    whole.register_error_handler(UsageError, _mistake)
    whole.register_error_handler(HTTPException, _http_problem)

    @whole.get("/openapi.json")
    def description() -> ResponseReturnValue:
        return jsonify(openapi(current_app, prefix=_PREFIX))

    return whole


def _take_workspace(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.workspace = (values or {}).pop("workspace", DEFAULT_WORKSPACE)


def _let_in(platform: Platform) -> Any:
    def check() -> Response | None:
        why = why_refused(request, token=platform.settings.control_token)
        if not why:
            return None
        status = 401 if platform.settings.control_token else 403
        return _problem(status, why, mend="see docs/control-api.md")

    return check


def _check_body() -> Response | None:
    """Hold what came against the operation's schema; tell every mistake with its place."""
    view = current_app.view_functions.get(request.endpoint or "")
    found = described(view) if view else None
    if found is None or found.takes is None:
        return None
    if not request.is_json:
        return _problem(415, "the body must be JSON", mend="set Content-Type: application/json")
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - not for a platform's start

    document = request.get_json(silent=True)
    if document is None:
        return _problem(400, "the body is not JSON", mend="send one JSON value")
    mistakes = [
        f"{error.json_path}: {error.message}"
        for error in Draft202012Validator(found.takes).iter_errors(document)
    ]
    if mistakes:
        return _problem(400, "; ".join(mistakes[:20]), mend=f"see {_PREFIX}/openapi.json")
    return None


def _mistake(error: UsageError) -> Response:
    status = 404 if isinstance(error, UnknownWorkspace) else 400
    return _problem(status, error.what, where=error.where, mend=error.mend)


def _http_problem(error: HTTPException) -> Response:
    return _problem(error.code or 500, error.description or error.name)


def _problem(status: int, what: str, *, where: str = "", mend: str = "") -> Response:
    """Give a problem as RFC 9457 has it, with where and how to mend."""
    document = {"title": what, "status": status, "where": where, "mend": mend}
    response = jsonify({name: value for name, value in document.items() if value})
    response.status_code = status
    response.content_type = "application/problem+json"
    if status == 401:  # noqa: PLR2004
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
