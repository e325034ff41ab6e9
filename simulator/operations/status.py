"""The national platform's own status pages, which its operators and their tools ask.

There they are on ports of their own; here, on the listener of the calls.
"""

from __future__ import annotations

import platform as machine
import time
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, request
from markupsafe import escape

from simulator.control.access import why_refused
from simulator.exchange import DEFAULT_WORKSPACE

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from simulator.addressing import AddressingCatalogue
    from simulator.addressing.services.source import CatalogueSource
    from simulator.platform import Platform

__all__ = ["status_pages"]

_NOT_READY = 503
_NOT_INITIALIZED = "Not initialized"
_OF_JAVA = (
    "JavaVersion", "CamelVersion",
    "JvmTotalMemory", "JvmFreeMemory", "JvmUsedMemory", "JvmMaxMemory",
)  # fmt: skip
_OF_JAVA_MEMORY = ("DirectMemBufferPool", "NonHeapMemory", "NettyDirectMemory")


def status_pages(platform: Platform, source: CatalogueSource) -> Blueprint:
    """Give /status, /resetcache, /resethsacache and /actuator/health.

    Source: platform facts, section 7.1.
    """
    blueprint = Blueprint("status", __name__)
    pages = _Pages(platform, source)
    for path, view in (
        ("/status", pages.status),
        ("/resetcache", pages.reset_routes),
        ("/resethsacache", pages.reset_tree),
        ("/actuator/health", pages.readiness),
        ("/actuator/health/readiness", pages.readiness),
        ("/actuator/health/liveness", pages.liveness),
    ):
        blueprint.add_url_rule(path, path[1:].replace("/", "_"), view)
    return blueprint


class _Pages:
    """What the pages say, and when the caches behind them were last filled."""

    def __init__(self, platform: Platform, source: CatalogueSource) -> None:
        self._platform = platform
        self._source = source
        self._began = time.monotonic()
        self._filled = self._now()
        self._units_before = 0

    def status(self) -> ResponseReturnValue:
        """Tell what the platform is and has; what only Java has is null."""
        if "netty" in request.args:
            return jsonify({})
        catalogue = self._catalogue()
        date = f"Date:{self._filled:%Y-%m-%dT%H:%M}"
        told: dict[str, Any] = {
            "Name": self._platform.settings.platform_name,
            "Version": _version(),
            "BuildTime": None,
            "ServiceStatus": "Started",
            "Uptime": str(timedelta(seconds=round(time.monotonic() - self._began))),
            "ManagementName": f"Python {machine.python_version()}",
            **dict.fromkeys(_OF_JAVA),
            "TakCacheInitialized": catalogue is not None,
            "TakCacheResetInfo": _NOT_INITIALIZED,
            "HsaCacheInitialized": catalogue is not None,
            "HsaCacheResetInfo": _NOT_INITIALIZED,
            "Endpoints": [f"{request.host_url}vp"],
        }
        if catalogue is not None:
            told["TakCacheResetInfo"] = (
                f"{date} Status:REFRESH_OK vagval:{len(catalogue.routes)} "
                f"behorigheter:{len(catalogue.authorisations)}"
            )
            told["HsaCacheResetInfo"] = (
                f"{date} Status:true oldNum:{self._units_before} newNum:{_units(catalogue)}"
            )
        if "memory" in request.args:
            told |= dict.fromkeys(_OF_JAVA_MEMORY)
        return jsonify(told)

    def reset_routes(self) -> ResponseReturnValue:
        """Read the addressing catalogue again."""
        if refused := self._refused():
            return refused
        wrong = self._reload()
        catalogue = self._catalogue()
        routes = len(catalogue.routes) if catalogue else 0
        authorisations = len(catalogue.authorisations) if catalogue else 0
        lines = [
            f"Host: {machine.node()}",
            f"Time: {self._now().isoformat(timespec='milliseconds')}",
            "Initialize TAK cache resources...",
        ]
        lines += [f"{place}: {text}" for place, text in wrong] or [
            "Succeeded to get virtualizations and/or permissions from TAK, "
            "save to local TAK copy..."
        ]
        lines += [
            f"Init TAK cache loaded number of permissions: {authorisations}",
            f"Init TAK cache loaded number of virtualizations: {routes}",
            f"Init done, was successful: {'false' if wrong else 'true'}",
        ]
        return _html(lines)

    def reset_tree(self) -> ResponseReturnValue:
        """Read the HSA tree again, which is a part of the catalogue here."""
        if refused := self._refused():
            return refused
        before = _units(self._catalogue())
        wrong = self._reload()
        if wrong:
            return _html([f"{place}: {text}" for place, text in wrong])
        return _html(
            [
                "Start a reset of HSA cache using files: []",
                "Successfully reset HSA cache.",
                f"HSA cache size before: {before}",
                f"HSA cache size after: {_units(self._catalogue())}",
            ]
        )

    def readiness(self) -> ResponseReturnValue:
        """Tell whether both caches are filled."""
        up = "UP" if self._catalogue() is not None else "DOWN"
        parts = {name: {"status": up} for name in ("takCache", "hsaCache")}
        return jsonify(status=up, components=parts), 200 if up == "UP" else _NOT_READY

    @staticmethod
    def liveness() -> ResponseReturnValue:
        """Tell that the platform answers."""
        return jsonify(status="UP")

    def _reload(self) -> list[tuple[str, str]]:
        """Read again; what is wrong, by place, in which case the old catalogue stays."""
        before = _units(self._catalogue())
        if wrong := self._source.reload(DEFAULT_WORKSPACE):
            return [(finding.where, finding.text) for finding in wrong]
        self._filled, self._units_before = self._now(), before
        return []

    def _refused(self) -> Response | None:
        """Refuse a reset to whoever may not use the control API."""
        why = why_refused(request, token=self._platform.settings.control_token)
        if not why:
            return None
        return Response(f"{why}\n", status=403, content_type="text/plain; charset=UTF-8")

    def _catalogue(self) -> AddressingCatalogue | None:
        return self._source.catalogue_for(DEFAULT_WORKSPACE)

    def _now(self) -> datetime:
        return self._source.now_for(DEFAULT_WORKSPACE)


def _units(catalogue: AddressingCatalogue | None) -> int:
    return len(catalogue.tree.parents) if catalogue else 0


def _html(lines: list[str]) -> Response:
    text = "".join(f"<br>{escape(line)}\n" for line in lines)
    return Response(text, content_type="text/html;")


def _version() -> str | None:
    try:
        return version("provbank")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return None
