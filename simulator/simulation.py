"""The platform with all its simulated regions, ready for a developer to call."""

from __future__ import annotations

from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from contracts.catalogue import bundled
from contracts.domains.financial_billing_claim.v1_1.kinds import KINDS, Deal, valid
from contracts.domains.financial_billing_claim.v1_1.single_faults import (
    RULE_FAULTS,
    SCHEMA_FAULTS,
    faulty,
)
from contracts.envelope import envelope
from contracts.judge import swedish_now
from simulator.addressing import AddressingCatalogue, Authorisation, Route
from simulator.app import create_app, create_platform
from simulator.regions.buyer import Buyer
from simulator.regions.defects import FLAWLESS, Defect
from simulator.regions.directory import REGIONS, Region
from simulator.regions.ledger import Ledger
from simulator.regions.system import CLAIM_PATH, regions_app
from simulator.server import Server
from simulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from flask.typing import ResponseReturnValue

    from contracts.wsdl import ServiceContract

__all__ = ["Simulation", "simulation"]

_EXAMPLE_SELLER = REGIONS["01"]


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """A platform that runs: where it is, and what can be called through it."""

    url: str
    contracts: tuple[ServiceContract, ...]
    regions: tuple[Region, ...]
    sender: str

    def service_url(self, contract: ServiceContract) -> str:
        """Give the address to post a contract's messages to, as the national platform names it."""
        major = contract.version.partition(".")[0]
        path = contract.service_domain.replace(":", "/")
        return f"{self.url}/vp/{path}/{contract.interaction}/{major}/{contract.profile}"

    @property
    def example_url(self) -> str:
        """Give where to fetch a ready message."""
        return f"{self.url}/examples/ProcessClaimSpecification"


@contextmanager
def simulation(
    *, port: int, data: Path, host: str = "127.0.0.1", defects: Mapping[str, Defect] | None = None
) -> Iterator[Simulation]:
    """Run platform and regions until the context is left.

    Shape:  ``data`` is a folder that exists; the journal and what the regions keep go there.
    Raises: UsageError where the port is taken or the folder cannot be written.
    """
    chosen = defects or {}
    settings = Settings(journal=f"sqlite:///{(data / 'journal.sqlite').as_posix()}")
    ledgers = f"sqlite:///{(data / 'regions.sqlite').as_posix()}"
    contracts = bundled().domain("financial:billing:claim", "1.1").contracts  # what regions do
    with ExitStack() as opened:
        buyers = {
            county: Buyer(
                opened.enter_context(closing(Ledger(county, url=ledgers))),
                defect=chosen.get(county, FLAWLESS),
            )
            for county in REGIONS
        }
        systems = opened.enter_context(Server(regions_app(buyers)))
        platform = create_platform(settings, _catalogue(systems.url, contracts, settings))
        opened.callback(platform.journal.close)
        app = create_app(platform)
        app.register_blueprint(_examples())
        server = opened.enter_context(Server(app, host=host, port=port))
        yield Simulation(
            url=server.url,
            contracts=contracts,
            regions=tuple(REGIONS.values()),
            sender=settings.default_sender or "",
        )


def _catalogue(
    systems: str, contracts: tuple[ServiceContract, ...], settings: Settings
) -> AddressingCatalogue:
    """Give every region a route, and every region and the default sender leave to call it."""
    senders = {region.hsa_id for region in REGIONS.values()}
    if settings.default_sender is not None:
        senders.add(settings.default_sender)
    return AddressingCatalogue(
        routes=[
            Route(
                logical_address=region.logical_address,
                contract=contract.namespace,
                address=systems + CLAIM_PATH.format(county=county),
            )
            for contract in contracts
            for county, region in REGIONS.items()
        ],
        authorisations=[
            Authorisation(
                consumer=sender,
                contract=contract.namespace,
                logical_address=region.logical_address,
            )
            for contract in contracts
            for region in REGIONS.values()
            for sender in senders
        ],
    )


def _examples() -> Blueprint:
    blueprint = Blueprint("examples", __name__)

    @blueprint.get("/examples/ProcessClaimSpecification")
    def example() -> ResponseReturnValue:
        """Give a ready SOAP message; ?to= a county code, ?kind= or ?fault= by name."""
        county = request.args.get("to", "03")
        kind = request.args.get("kind", "öppen vård")
        fault = request.args.get("fault")
        if county not in REGIONS:
            return _plain(f"to is a county code: {', '.join(REGIONS)}\n", 404)
        if fault is None and kind not in KINDS:
            return _plain("kind is one of:\n" + "\n".join(KINDS) + "\n", 404)
        if fault is not None and fault not in {**RULE_FAULTS, **SCHEMA_FAULTS}:
            known = "\n".join([*RULE_FAULTS, *SCHEMA_FAULTS])
            return _plain(f"fault is one of:\n{known}\n", 404)
        region = REGIONS[county]
        deal = Deal(
            seller=_EXAMPLE_SELLER.organisation_number,
            buyer=region.organisation_number,
            county=county,
            municipality=region.municipality,
            today=swedish_now().date(),
        )
        payload = faulty(fault, deal) if fault is not None else valid(kind, deal)
        message = envelope(payload, logical_address=region.logical_address)
        return Response(message, content_type="text/xml; charset=UTF-8")

    return blueprint


def _plain(text: str, status: int) -> Response:
    return Response(text, status=status, content_type="text/plain; charset=UTF-8")
