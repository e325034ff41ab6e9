"""The aggregating services over HTTP, for who calls them past VP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Request, Response, request

from simulator.addressing.services.http import plain, routed
from simulator.workspaces import UnknownWorkspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.aggregation.aggregation import Aggregation
    from simulator.aggregation.services import AggregatedService

__all__ = ["aggregating_services"]

_BASE = "/agp"


def aggregating_services(
    aggregation: Aggregation, *, why_refused: Callable[[Request], str]
) -> Blueprint:
    """Give each service below ``/agp``, for each workspace below ``/w/<workspace>`` too.

    Shape: ``why_refused`` tells why a request may not be made, empty where it may: who calls here
           says by a header whom the sources are called for.
    """
    blueprint = Blueprint("aggregating_services", __name__)
    blueprint.register_error_handler(UnknownWorkspace, lambda error: plain(f"{error}\n", 404))

    @blueprint.before_request
    def allowed() -> Response | None:
        why = why_refused(request)
        return plain(f"{why}\n", 403) if why else None

    for service in aggregation.services.values():
        routed(blueprint, f"{_BASE}/{service.name}", _asked(service, aggregation), ("POST",))
    return blueprint


def _asked(service: AggregatedService, aggregation: Aggregation) -> Callable[[str], Response]:
    def view(workspace: str) -> Response:
        answer = aggregation.answer(
            service,
            headers={name.lower(): value for name, value in request.headers.items()},
            body=request.get_data(),
            workspace=workspace,
        )
        return Response(answer.body, status=answer.status, headers=dict(answer.headers))

    return view
