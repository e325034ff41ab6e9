"""The platform with all its simulated regions, ready for a developer to call."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from contracts.envelope import envelope
from simulator.addressing import AddressingCatalogue, Authorisation, Route
from simulator.addressing.files import CatalogueFile
from simulator.addressing.regions import platform_authorisations, platform_routes, region_rows
from simulator.app import create_app, create_platform
from simulator.regions.defect import FLAWLESS, Defect
from simulator.regions.directory import REGIONS, Region
from simulator.regions.parts import Part, parts
from simulator.regions.system import regions_app
from simulator.server import Server
from simulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask.typing import ResponseReturnValue

    from contracts.wsdl import ServiceContract
    from simulator.regions.parts import System

__all__ = ["Simulation", "simulation"]

_Systems = Mapping[tuple[str, str], "System"]


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """A platform that runs: where it is, and what can be called through it."""

    url: str
    parts: tuple[Part, ...]
    regions: tuple[Region, ...]
    sender: str

    @property
    def contracts(self) -> tuple[ServiceContract, ...]:
        """Give the contracts that regions answer."""
        return tuple(part.contract for part in self.parts)

    def service_url(self, contract: ServiceContract) -> str:
        """Give the address to post a contract's messages to, as the national platform names it."""
        major = contract.version.partition(".")[0]
        path = contract.service_domain.replace(":", "/")
        return f"{self.url}/vp/{path}/{contract.interaction}/{major}/{contract.profile}"

    def example_url(self, contract: ServiceContract) -> str:
        """Give where to fetch a ready message."""
        return f"{self.url}/examples/{contract.interaction}"


@contextmanager
def simulation(
    *,
    port: int,
    data: Path,
    host: str = "127.0.0.1",
    defects: Mapping[tuple[str, str], Defect] | None = None,
    catalogues: tuple[Path, ...] = (),
) -> Iterator[Simulation]:
    """Run platform and regions until the context is left.

    Shape:  ``data`` is a folder that exists; the journal and what the regions keep go there.
            ``defects`` are given by county code and name of part. ``catalogues`` are files that
            are laid on the regions' own catalogue.
    Raises: UsageError where the port is taken, the folder cannot be written, or a catalogue is
            wrong.
    """
    chosen = defects or {}
    settings = Settings(journal=f"sqlite:///{(data / 'journal.sqlite').as_posix()}")
    kept = f"sqlite:///{(data / 'regions.sqlite').as_posix()}"
    with ExitStack() as opened:
        systems = {
            (county, part.path): opened.enter_context(
                closing(part.system(region, kept, chosen.get((county, part.name), FLAWLESS)))
            )
            for part in parts()
            for county, region in REGIONS.items()
        }
        behind = opened.enter_context(Server(regions_app(systems)))
        files = CatalogueFile(*catalogues, base=_catalogue(behind.url, settings))
        platform = create_platform(settings, files.catalogue)
        opened.callback(platform.close)
        app = create_app(platform, files=files)
        app.register_blueprint(_examples(systems))
        server = opened.enter_context(Server(app, host=host, port=port))
        yield Simulation(
            url=server.url,
            parts=parts(),
            regions=tuple(REGIONS.values()),
            sender=settings.default_sender or "",
        )


def _catalogue(behind: str, settings: Settings) -> AddressingCatalogue:
    """Give the regions and the platform their routes, and every sender leave to call them."""
    senders = {region.hsa_id for region in REGIONS.values()}
    if settings.default_sender is not None:
        senders.add(settings.default_sender)
    routes = (
        Route(
            logical_address=part.address(region),
            contract=part.contract.namespace,
            address=behind + part.url_path(county),
            producer=region.hsa_id,
        )
        for part in parts()
        for county, region in REGIONS.items()
    )
    authorisations = (
        Authorisation(
            consumer=sender,
            contract=part.contract.namespace,
            logical_address=part.address(region),
        )
        for part in parts()
        for region in REGIONS.values()
        for sender in sorted(senders)
    )
    rows = replace(
        region_rows(),
        routes=(*routes, *platform_routes()),
        authorisations=(*authorisations, *platform_authorisations(sorted(senders))),
    )
    return AddressingCatalogue(rows=rows.completed())


def _examples(systems: _Systems) -> Blueprint:
    blueprint = Blueprint("examples", __name__)
    for part in parts():
        blueprint.add_url_rule(
            f"/examples/{part.interaction}", part.interaction, _example_of(part, systems)
        )
    return blueprint


def _example_of(part: Part, systems: _Systems) -> Callable[[], ResponseReturnValue]:
    def example() -> ResponseReturnValue:
        """Give a ready SOAP message; ?to= a county code, ?kind= or ?fault= by name."""
        county = request.args.get("to", "03")
        kind = request.args.get("kind", part.kinds[0])
        fault = request.args.get("fault")
        if county not in REGIONS:
            return _plain(f"to is a county code: {', '.join(REGIONS)}\n", 404)
        if fault is None and kind not in part.kinds:
            return _plain("kind is one of:\n" + "\n".join(part.kinds) + "\n", 404)
        if fault is not None and fault not in part.faults:
            return _plain("fault is one of:\n" + "\n".join(part.faults) + "\n", 404)
        region = REGIONS[county]
        payload = part.example(systems[county, part.path], region, fault or kind)
        message = envelope(payload, logical_address=part.address(region))
        return Response(message, content_type="text/xml; charset=UTF-8")

    return example


def _plain(text: str, status: int) -> Response:
    return Response(text, status=status, content_type="text/plain; charset=UTF-8")
