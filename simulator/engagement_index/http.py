"""The index over HTTP: its services, and the pages by which it is administered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify, request

from simulator.addressing.services.http import as_response, described, plain, routed
from simulator.control.access import why_refused
from simulator.engagement_index.services import BASE, IndexService, services
from simulator.workspaces import UnknownWorkspace

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from simulator.platform import Platform

__all__ = ["engagement_index"]


def engagement_index(platform: Platform) -> Blueprint:
    """Give the services and pages below ``/skltp-ei``, and below ``/w/<workspace>/skltp-ei``.

    Source: platform facts, sections 6.1 and 6.5.
    """
    blueprint = Blueprint("engagement_index", __name__)
    blueprint.register_error_handler(UnknownWorkspace, lambda error: plain(f"{error}\n", 404))
    for service in services():
        routed(blueprint, f"/{service.path}", _asked(service, platform), ("GET", "POST"))
    pages = _Pages(platform)
    for path, view, methods in (
        ("status", pages.status, ("GET",)),
        ("resetcache", pages.reset, ("GET",)),
        ("subscriber/status", pages.subscribers, ("GET",)),
        ("writelock/enable", pages.lock, ("GET", "POST")),
        ("writelock/disable", pages.unlock, ("GET", "POST")),
        ("writelock/status", pages.lock_status, ("GET",)),
    ):
        routed(blueprint, f"/{BASE}/{path}", view, methods)
    return blueprint


def _asked(service: IndexService, platform: Platform) -> Callable[[str], ResponseReturnValue]:
    def view(workspace: str) -> ResponseReturnValue:
        platform.arrangements.of(workspace)  # raises where there is none
        if request.method == "GET":
            return described(service.description)
        headers = {name.lower(): value for name, value in request.headers.items()}
        answer = service.answer(
            request.get_data(), headers, index=platform.index, workspace=workspace
        )
        return as_response(answer)

    return view


class _Pages:
    """What its operators ask; who changes something must be let in to the control API."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._index = platform.index

    def status(self, workspace: str) -> ResponseReturnValue:
        """Tell whom the index is, and how much it has."""
        self._platform.arrangements.of(workspace)
        return jsonify(
            {
                "Name": self._index.names.own,
                "ServiceStatus": "Started",
                "Workspace": workspace,
                "WriteLock": self._index.is_locked(workspace),
                "Engagements": (sizes := self._index.sizes(workspace))["engagements"],
                "RequestsWaiting": sizes["waiting"],
                "NotificationsWaiting": sizes["to send"],
                "NotificationsParked": sizes["parked"],
            }
        )

    def reset(self, workspace: str) -> ResponseReturnValue:
        """Say what the national index says; there is no cache, so nothing else is done."""
        self._platform.arrangements.of(workspace)
        return self._refused() or plain("Subscriber cache reset", 200)

    def subscribers(self, workspace: str) -> ResponseReturnValue:
        """Tell who subscribes, to what, and what waits or is parked for each."""
        queues = self._index.outbox.queues(workspace)
        known = {one.logical_address: one for one in self._index.places.subscribers_for(workspace)}
        told = []
        for name in sorted({*queues, *known}):
            filters = known[name].filters if name in known else ()
            told.append(
                {
                    "logicalAddress": name,
                    "subscribes": name in known,
                    "filters": [
                        {
                            "serviceDomain": one.service_domain,
                            "categorizations": [each.category for each in one.categories],
                        }
                        for one in filters
                    ],
                    "queue": f"EI.NOTIFICATION.{name}",
                    "waiting": 0,
                    "parked": 0,
                    **queues.get(name, {}),
                }
            )
        return jsonify(told)

    def lock(self, workspace: str) -> ResponseReturnValue:
        """Take requests, but store nothing."""
        self._platform.arrangements.of(workspace)
        if refused := self._refused():
            return refused
        self._index.lock(workspace)
        return self.lock_status(workspace)

    def unlock(self, workspace: str) -> ResponseReturnValue:
        """Store what was taken meanwhile."""
        self._platform.arrangements.of(workspace)
        if refused := self._refused():
            return refused
        self._index.unlock(workspace)
        return self.lock_status(workspace)

    def lock_status(self, workspace: str) -> ResponseReturnValue:
        """Tell whether the index is locked; the national index's own words are not known."""
        self._platform.arrangements.of(workspace)
        is_locked = self._index.is_locked(workspace)
        return plain(f"Write lock is {'enabled' if is_locked else 'disabled'}", 200)

    def _refused(self) -> Response | None:
        why = why_refused(request, token=self._platform.settings.control_token)
        return plain(f"{why}\n", 403) if why else None
