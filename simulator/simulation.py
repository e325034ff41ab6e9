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
from simulator.app import create_app, create_platform, join_platform
from simulator.certificates.folder import LOCAL_HOSTS, PLATFORM_HSA_ID, CertificateFolder, Filed
from simulator.certificates.kinds import Kind
from simulator.listeners import BadListeners
from simulator.operations.logs import ExchangeLog
from simulator.pages import pages
from simulator.pages.asking import AskingPages
from simulator.pages.persons import persons_on_pages
from simulator.pages.simulated import SimulatedAsking, SimulatedNation
from simulator.regions.defect import FLAWLESS, Defect
from simulator.regions.directory import REGIONS, Region
from simulator.regions.parts import Part, parts
from simulator.regions.surroundings import Surroundings
from simulator.regions.system import regions_app
from simulator.server import Server
from simulator.settings import Settings
from simulator.testdata.loading import load
from simulator.tls import ListenerTls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from wsgiref.types import WSGIApplication

    from flask.typing import ResponseReturnValue

    from contracts.wsdl import ServiceContract
    from simulator.regions.parts import System
    from simulator.testdata.persons import TestPerson

__all__ = ["Simulation", "Tls", "joined", "journal_in", "simulation"]

_THREADS = 60
_FINISHING = 5

_Systems = Mapping[tuple[str, str], "System"]


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """A platform that runs: where it is, and what can be called through it."""

    url: str
    tls_url: str | None
    parts: tuple[Part, ...]
    regions: tuple[Region, ...]
    sender: str
    regions_url: str

    @property
    def contracts(self) -> tuple[ServiceContract, ...]:
        """Give the contracts that regions answer."""
        return tuple(part.contract for part in self.parts if part.called)

    @property
    def pages_url(self) -> str:
        """Give where people see what residents, care givers and the nation see."""
        return f"{self.url}/pages/"

    def service_url(self, contract: ServiceContract) -> str:
        """Give the address to post a contract's messages to, as the national platform names it."""
        major = contract.version.partition(".")[0]
        path = contract.service_domain.replace(":", "/")
        return f"{self.url}/vp/{path}/{contract.interaction}/{major}/{contract.profile}"

    def trigger_url(self, county: str, part: Part) -> str:
        """Give where a region's system is told what to do; docs/trigger.md says how."""
        return f"{self.regions_url}{part.url_path(county)}/trigger"

    def example_url(self, contract: ServiceContract) -> str:
        """Give where to fetch a ready message."""
        return f"{self.url}/examples/{contract.interaction}"


@dataclass(frozen=True, kw_only=True)
class Tls:
    """The TLS listener: its port, and the folder of certificates that it is served from.

    Shape: ``hosts`` are names the platform is called by, beside this machine's own.
    """

    port: int
    hosts: tuple[str, ...] = ()
    certificates: CertificateFolder

    def presented_to_producers(self, settings: Settings) -> Settings:
        """Give the settings with the platform's certificate, and its authority as the trusted."""
        filed = self._filed()
        return replace(
            settings,
            certificate=filed.certificate,
            key=filed.key,
            authority=self.certificates.authority_file,
        )

    def _filed(self, kind: Kind = Kind.GOOD) -> Filed:
        hosts = list(dict.fromkeys([*LOCAL_HOSTS, *self.hosts]))
        return self.certificates.filed(PLATFORM_HSA_ID, name="platform", hosts=hosts, kind=kind)

    def listener(self, kind: Kind = Kind.GOOD) -> ListenerTls:
        """Give what the listener presents, good or bad on purpose, and demands."""
        filed = self._filed(kind)
        return ListenerTls(
            certificate=filed.certificate,
            key=filed.key,
            authority=self.certificates.authority_file,
            revoked=self.certificates.revocation_file,
            weak=kind is Kind.WEAK_KEY,
        )


@contextmanager
def simulation(
    *,
    port: int,
    data: Path,
    host: str = "127.0.0.1",
    settings: Settings | None = None,
    tls: Tls | None = None,
    log: ExchangeLog | None = None,
    with_http: bool = True,
    advertised: str = "",
    regions_port: int = 0,
    defects: Mapping[tuple[str, str], Defect] | None = None,
    catalogues: tuple[Path, ...] = (),
    persons: tuple[TestPerson, ...] = (),
) -> Iterator[Simulation]:
    """Run platform and regions until the context is left.

    Shape:  ``data`` is a folder that exists; what the regions keep goes there, and the journal
            where ``settings`` name no database. ``defects`` are given by county code and name of
            part. Without ``with_http`` others are to answer on the port: the platform's workers.
            Workers on other machines reach the regions by the host ``advertised``.
            ``catalogues`` are files that are laid on the regions' own catalogue, ``persons`` test
            persons that are loaded into the regions.
    Raises: UsageError where the port is taken, the folder cannot be written, or a catalogue is
            wrong.
    """
    chosen = defects or {}
    settings = settings or Settings(journal=journal_in(data))
    kept = f"sqlite:///{(data / 'regions.sqlite').as_posix()}"
    around = Surroundings()
    with ExitStack() as opened:
        systems = {
            (county, part.path): opened.enter_context(
                closing(
                    part.system(region, kept, chosen.get((county, part.name), FLAWLESS), around)
                )
            )
            for part in parts()
            for county, region in REGIONS.items()
        }
        load(persons, systems)
        regions_host = host if advertised else "127.0.0.1"
        behind = opened.enter_context(
            Server(regions_app(systems), host=regions_host, port=regions_port)
        )
        known_as = f"http://{advertised}:{behind.port}" if advertised else behind.url
        files = CatalogueFile(*catalogues, base=_catalogue(known_as, settings))
        platform = create_platform(settings, files.catalogue)
        opened.callback(platform.close)
        if log is not None:
            platform.observers = (*platform.observers, log.observe)
        app = create_app(platform, files=files)
        app.register_blueprint(_examples(systems))
        asking = AskingPages(
            asking=SimulatedAsking(systems), persons=persons_on_pages(settings, persons)
        )
        app.register_blueprint(
            pages(SimulatedNation(systems, around), asking, token=settings.control_token)
        )
        url = f"http://{host}:{port}"
        if with_http:
            url = opened.enter_context(_listening(app, host=host, port=port)).url
        around.lead_to(_from_here(url), instance_id=settings.instance_id)
        secure = None
        if tls is not None:
            platform.listeners = opened.enter_context(BadListeners(app, tls.listener, host=host))
            presented = tls.listener()
            secure = opened.enter_context(_listening(app, host=host, port=tls.port, tls=presented))
        yield Simulation(
            url=url,
            tls_url=secure.url if secure else None,
            parts=parts(),
            regions=tuple(REGIONS.values()),
            sender=settings.default_sender or "",
            regions_url=behind.url,
        )


@contextmanager
def joined(
    *, port: int, settings: Settings, host: str = "127.0.0.1", log: ExchangeLog | None = None
) -> Iterator[str]:
    """Answer for a platform that another process has arranged on the same database.

    Shape:  gives where.
    Raises: UsageError where the port is taken, or nothing is arranged.
    """
    platform = join_platform(settings)
    if log is not None:
        platform.observers = (*platform.observers, log.observe)
    with closing(platform), _listening(create_app(platform), host=host, port=port) as server:
        yield server.url


def journal_in(data: Path) -> str:
    """Give the database URL of the journal in a folder."""
    return f"sqlite:///{(data / 'journal.sqlite').as_posix()}"


def _listening(
    app: WSGIApplication, *, host: str, port: int, tls: ListenerTls | None = None
) -> Server:
    return Server(app, host=host, port=port, threads=_THREADS, finishing=_FINISHING, tls=tls)


def _from_here(url: str) -> str:
    """Give a platform's URL as this machine calls it, where it listens on every address."""
    return url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")


def _catalogue(behind: str, settings: Settings) -> AddressingCatalogue:
    """Give the regions and the platform their routes, and every sender leave to call them."""
    senders = {region.hsa_id for region in REGIONS.values()}
    if settings.default_sender is not None:
        senders.add(settings.default_sender)
    routes = (
        Route(
            logical_address=address,
            contract=part.contract.namespace,
            address=behind + part.url_path(county),
            producer=region.hsa_id,
        )
        for part in parts()
        for county, region in REGIONS.items()
        for address in part.addresses(region)
    )
    authorisations = (
        Authorisation(
            consumer=sender,
            contract=part.contract.namespace,
            logical_address=address,
        )
        for part in parts()
        for region in REGIONS.values()
        for address in part.addresses(region)
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
        if not part.called:
            continue
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
