"""The aggregating services over HTTP, for who calls them past VP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from simulator.addressing.services.http import routed
from simulator.workspaces import UnknownWorkspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.aggregation.aggregation import Aggregation
    from simulator.aggregation.services import AggregatedService

__all__ = ["aggregating_services"]

_BASE = "/agp"


def aggregating_services(aggregation: Aggregation) -> Blueprint:
    """Give each service below ``/agp``, for each workspace below ``/w/<workspace>`` too."""
    blueprint = Blueprint("aggregating_services", __name__)
    blueprint.register_error_handler(
        UnknownWorkspace,
        lambda error: Response(f"{error}\n", status=404, content_type="text/plain; charset=UTF-8"),
    )
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
