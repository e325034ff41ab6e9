"""The set-up of a run: the platform in front of the system under test, and whom it plays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from contracts.catalogue import Domain, bundled
from contracts.domains.financial_billing_claim.v1_1.kinds import Deal
from contracts.judge import swedish_now
from contracts.wsdl import ServiceContract
from features.observation import ObservationPoint
from features.target import ProducerTarget, Target
from features.verdicts import Judge
from simulator.addressing import AddressingCatalogue, Authorisation, Route
from simulator.app import create_app, create_platform
from simulator.client import HttpTransport, PlatformClient
from simulator.regions.buyer import Buyer
from simulator.regions.defects import FLAWLESS, Defect
from simulator.regions.directory import REGIONS, Region
from simulator.regions.ledger import Ledger
from simulator.regions.system import CLAIM_PATH, OBSERVATION_PATH, regions_app
from simulator.server import Server
from simulator.settings import Settings

__all__ = ["Bench", "bench_for", "reference_system"]

_SELLERS = ("01", "03")


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What the steps of the suites work with: a client on a platform that leads to the target."""

    target: Target
    client: PlatformClient
    domain: Domain
    contract: ServiceContract
    seller: Region
    judge: Judge
    observation: ObservationPoint | None

    @property
    def deal(self) -> Deal:
        """Give who bills whom today: the simulated seller and the target's region."""
        return Deal(
            seller=self.seller.organisation_number,
            buyer=self.target.region.organisation_number,
            county=self.target.region.county,
            municipality=self.target.region.municipality,
            today=swedish_now().date(),
        )


@contextmanager
def bench_for(target: Target, *, journal: str = "sqlite://") -> Iterator[Bench]:
    """Start a platform with a route to the target, until the context is left.

    Shape: ``journal`` is the database URL that every exchange is kept in.
    """
    domain = bundled().domain("financial:billing:claim", "1.1")
    contract = domain.contracts[0]
    producer = target.utomlansfakturering
    county = next(county for county in _SELLERS if county != target.region.county)
    seller = REGIONS[county]
    settings = Settings(
        connect_timeout=producer.connect_timeout,
        producer_timeout=producer.response_timeout,
        journal=journal,
    )
    catalogue = AddressingCatalogue(
        routes=[
            Route(
                logical_address=target.region.logical_address,
                contract=contract.namespace,
                address=producer.endpoint,
            )
        ],
        authorisations=[
            Authorisation(
                consumer=seller.hsa_id,
                contract=contract.namespace,
                logical_address=target.region.logical_address,
            )
        ],
    )
    tls = {producer.endpoint: producer.tls} if producer.tls else {}
    platform = create_platform(settings, catalogue, tls=tls)
    try:
        with Server(create_app(platform), threads=60) as server:  # never the platform's queue
            transport = HttpTransport(server.url, timeout=producer.response_timeout + 15)
            yield Bench(
                target=target,
                client=PlatformClient(transport, instance_id=settings.instance_id),
                domain=domain,
                contract=contract,
                seller=seller,
                judge=Judge(domain, contract),
                observation=ObservationPoint(producer.observe, tls=producer.tls)
                if producer.observe
                else None,
            )
    finally:
        platform.journal.close()


@contextmanager
def reference_system(
    *, defect: Defect = FLAWLESS, county: str = "03", port: int = 0
) -> Iterator[Target]:
    """Start the bundled region system, and give the target that leads to it."""
    region = REGIONS[county]
    ledger = Ledger(county)
    app = regions_app({county: Buyer(ledger, defect=defect)})
    with closing(ledger), Server(app, port=port) as server:
        yield Target(
            system="Provbänks referenssystem"
            + (f" med felet {defect.name}" if defect.name else ""),
            version="0.1.0",
            vendor="Provbänk",
            region=region,
            hsa_id=region.hsa_id,
            utomlansfakturering=ProducerTarget(
                endpoint=server.url + CLAIM_PATH.format(county=county),
                observe=server.url + OBSERVATION_PATH.format(county=county),
            ),
        )
