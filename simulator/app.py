"""create_app: where the parts of the platform meet Flask."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from flask import Flask, Response, abort, request

from contracts.judge import swedish_now
from simulator.addressing.services.http import tak_services
from simulator.addressing.services.in_process import CatalogueServices
from simulator.addressing.services.source import CatalogueSource
from simulator.addressing.services.tak_api import tak_api
from simulator.aggregation import SERVICES, AggregatedService, Aggregation
from simulator.aggregation.http import aggregating_services
from simulator.aggregation.in_process import AggregatingServices
from simulator.arrangement import Arrangement, arrangement_from
from simulator.control import control
from simulator.control.access import why_refused
from simulator.disturbances.calling import WireProducers
from simulator.endpoints import ServiceCalls, too_large
from simulator.engagement_index.http import engagement_index
from simulator.engagement_index.in_process import IndexServices
from simulator.engagement_index.opening import open_index
from simulator.examples_serving import examples
from simulator.journal import Journal
from simulator.operations.health import operations
from simulator.operations.metrics import Metrics
from simulator.operations.status import status_pages
from simulator.platform import Platform
from simulator.producers.transport import ScriptedProducers
from simulator.store import open_store
from simulator.workspaces import Workspaces
from simulator.wsdl_serving import WsdlServing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime
    from wsgiref.types import StartResponse, WSGIEnvironment

    from contracts.findings import Finding
    from simulator.addressing import AddressingCatalogue
    from simulator.addressing.files import CatalogueFile
    from simulator.outbound import TlsMaterial
    from simulator.settings import Settings

__all__ = ["bare_app", "create_app", "create_platform", "join_platform"]


def create_platform(
    settings: Settings,
    catalogue: AddressingCatalogue | None,
    *,
    tls: Mapping[str, TlsMaterial] | None = None,
    clock: Callable[[], datetime] = swedish_now,
    aggregated: Iterable[AggregatedService] = SERVICES,
) -> Platform:
    """Set up a platform: its journal is opened, nothing listens yet.

    Shape: ``tls`` is what to present to producers, by their address; ``aggregated`` the contracts
           that have an aggregating service.
    """
    first = Arrangement(catalogue=catalogue)
    return _platform(settings, first, tls=tls, clock=clock, aggregated=aggregated)


def join_platform(settings: Settings) -> Platform:
    """Set up one more process of a platform, whose database another has arranged.

    Raises: UsageError where it has not.
    """
    return _platform(settings, None, tls=None, clock=swedish_now, aggregated=SERVICES)


def _platform(
    settings: Settings,
    first: Arrangement | None,
    *,
    tls: Mapping[str, TlsMaterial] | None,
    clock: Callable[[], datetime],
    aggregated: Iterable[AggregatedService],
) -> Platform:
    arrangements = Workspaces(
        open_store(settings.journal),
        first,
        read=arrangement_from,
        write=Arrangement.to_json,
    )
    scripted = ScriptedProducers(WireProducers(settings, tls), arrangements, clock=clock)
    source = _catalogues(arrangements, clock)
    index = open_index(settings, source)
    platform = Platform(
        settings=settings,
        arrangements=arrangements,
        transport=IndexServices(CatalogueServices(scripted, source), index),
        journal=Journal(
            settings.journal, retention=settings.retention, power_safe=settings.power_safe
        ),
        index=index,
        wsdl=WsdlServing(settings.wsdl_urls, strict=settings.strict),
        clock=clock,
    )
    entrance = ServiceCalls(platform, _nothing_else)
    platform.aggregation = Aggregation(entrance, source, settings, aggregated)
    platform.transport = AggregatingServices(platform.transport, platform.aggregation)
    return platform


def _nothing_else(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer at an entrance that has nothing but service calls."""
    start_response("404 Not Found", [("Content-Length", "0")])
    return [b""]


def create_app(platform: Platform, *, files: CatalogueFile | None = None) -> Flask:
    """Give the WSGI application of a platform: service calls, control API, catalogue services.

    Shape: ``files`` are read again when the catalogue is told to reset.
    """
    app = bare_app("provbank.platform", largest=platform.settings.largest_message)
    app.register_blueprint(control(platform))
    source = _catalogues(platform.arrangements, platform.clock, files)
    refused = partial(why_refused, token=platform.settings.control_token)
    app.register_blueprint(tak_services(source, why_refused=refused))
    app.register_blueprint(tak_api(source))
    app.register_blueprint(engagement_index(platform))
    if platform.aggregation is not None:
        app.register_blueprint(aggregating_services(platform.aggregation, why_refused=refused))
    metrics = Metrics()
    platform.observers = (*platform.observers, metrics.observe)
    app.register_blueprint(operations(platform, metrics))
    app.register_blueprint(status_pages(platform, source))
    app.register_blueprint(examples(platform))
    app.wsgi_app = ServiceCalls(platform, app.wsgi_app)  # type: ignore[method-assign]
    return app


def _catalogues(
    arrangements: Workspaces[Arrangement],
    clock: Callable[[], datetime],
    files: CatalogueFile | None = None,
) -> CatalogueSource:
    """Give the catalogue of each workspace to the services that answer from it."""

    def reload(workspace: str) -> tuple[Finding, ...]:
        if files is None:
            return ()
        if wrong := files.reload():
            return wrong
        catalogue = files.catalogue
        arrangements.change(workspace, lambda now: replace(now, catalogue=catalogue))
        return ()

    return CatalogueSource(
        catalogue_for=lambda workspace: arrangements.of(workspace).catalogue,
        now_for=lambda workspace: arrangements.of(workspace).clock.now(real=clock()),
        reload=reload,
    )


def bare_app(name: str, *, largest: int) -> Flask:
    """Give a Flask application that refuses what is too large and answers /health."""
    app = Flask(name, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = largest + 1  # werkzeug cuts what comes in chunks at this
    app.json.ensure_ascii = False  # type: ignore[attr-defined]

    @app.before_request
    def whole() -> None:
        if len(request.get_data()) > largest:
            abort(413)

    @app.errorhandler(413)
    def refused(_error: Exception) -> Response:
        text = too_large(request.content_length, largest)
        return Response(text, status=413, content_type="text/plain; charset=UTF-8")

    @app.get("/health")
    def health() -> Response:
        return Response("ok\n", content_type="text/plain; charset=UTF-8")

    return app
