"""Regions' systems behind HTTP: a service endpoint where one is called, and what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, request

from simulator.app import bare_app
from simulator.regions.parts import CalledSystem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.regions.parts import System

__all__ = ["OBSERVATION_PATH", "regions_app"]

OBSERVATION_PATH = "/regions/{county}/observe"
_LARGEST = 52_428_800


def regions_app(systems: Mapping[tuple[str, str], System]) -> Flask:
    """Give the WSGI application of region systems, by county code and the path of their part."""
    app = bare_app("provbank.regions", largest=_LARGEST)
    for (county, path), system in systems.items():
        blueprint = Blueprint(f"{county}-{path}", __name__, url_prefix=f"/regions/{county}")
        if isinstance(system, CalledSystem):
            blueprint.add_url_rule(
                f"/{path}", path, _endpoint(system), methods=system.defect.methods
            )
        system.show(blueprint)
        app.register_blueprint(blueprint)
    return app


def _endpoint(system: CalledSystem) -> Callable[[], Response]:
    def call() -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        reply = system.receive(request.get_data(), headers)
        response = Response(reply.body, status=reply.status, headers=dict(reply.headers))
        response.headers["Content-Type"] = reply.content_type
        if not reply.content_type:
            del response.headers["Content-Type"]
        return response

    return call
