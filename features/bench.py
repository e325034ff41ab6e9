"""The set-up of a run: the platform in front of the system under test, and who calls it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from contracts.terms import HsaId, LogicalAddress
from features.messages import Messages
from features.sent import Sent
from features.suites import Suite
from features.target import RoleTarget, Target
from features.verdicts import Judge
from simulator.addressing import AddressingCatalogue, Authorisation, Route
from simulator.app import create_app, create_platform
from simulator.client import HttpTransport, PlatformClient
from simulator.regions.defect import FLAWLESS, Defect
from simulator.regions.directory import REGIONS
from simulator.regions.system import regions_app
from simulator.server import Server
from simulator.settings import Settings

__all__ = ["Bench", "bench_for", "reference_system"]


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What the steps of a suite work with: a client on a platform that leads to the target."""

    suite: Suite
    target: Target
    client: PlatformClient
    judge: Judge
    messages: Messages
    sent: Sent = field(default_factory=Sent)

    @property
    def role(self) -> RoleTarget:
        """Give how the tested role is reached."""
        return self.target.roles[self.suite.name]

    @property
    def senders(self) -> tuple[HsaId, ...]:
        """Give who may call the tested system, the usual caller first."""
        return self.suite.senders(self.target)

    @property
    def logical_address(self) -> LogicalAddress:
        """Give the address that leads to the tested system."""
        return self.suite.address(self.target, self.role)


@contextmanager
def bench_for(target: Target, suite: Suite, *, journal: str = "sqlite://") -> Iterator[Bench]:
    """Start a platform with a route to the target's role, until the context is left.

    Shape: ``journal`` is the database URL that every exchange is kept in.
    """
    role = target.roles[suite.name]
    address = suite.address(target, role)
    settings = Settings(
        connect_timeout=role.connect_timeout,
        producer_timeout=role.response_timeout,
        journal=journal,
    )
    catalogue = AddressingCatalogue(
        routes=[
            Route(
                logical_address=address,
                contract=suite.contract.namespace,
                address=role.endpoint,
            )
        ],
        authorisations=[
            Authorisation(
                consumer=sender,
                contract=suite.contract.namespace,
                logical_address=address,
            )
            for sender in suite.senders(target)
        ],
    )
    tls = {role.endpoint: role.tls} if role.tls else {}
    platform = create_platform(settings, catalogue, tls=tls)
    try:
        with Server(create_app(platform), threads=60) as server:  # never the platform's queue
            transport = HttpTransport(server.url, timeout=role.response_timeout + 15)
            yield Bench(
                suite=suite,
                target=target,
                client=PlatformClient(transport, instance_id=settings.instance_id),
                judge=Judge(suite.domain, suite.contract, suite.answering),
                messages=suite.messages(target, role),
            )
    finally:
        platform.close()


@contextmanager
def reference_system(
    suite: Suite, *, defect: Defect = FLAWLESS, county: str = "03", port: int = 0
) -> Iterator[Target]:
    """Start the bundled region system in the role of a suite, and give the target to it."""
    region = REGIONS[county]
    part = suite.part
    with (
        closing(part.system(region, "sqlite://", defect)) as system,
        Server(regions_app({(county, part.path): system}), port=port) as server,
    ):
        yield Target(
            system="Provbänks referenssystem"
            + (f" med felet {defect.name}" if defect.name else ""),
            version="0.1.0",
            vendor="Provbänk",
            region=region,
            hsa_id=region.hsa_id,
            roles={
                suite.name: RoleTarget(
                    endpoint=server.url + part.url_path(county),
                    settings=suite.bundled(system, f"{server.url}/regions/{county}"),
                )
            },
        )
