"""The set-up of a run: the platform in front of the system under test, and who calls it."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.terms import HsaId, LogicalAddress
from features.entrance import LOCAL, Entrance, Secured
from features.inbox import Inbox
from features.messages import Messages
from features.plattform.tally import Tally
from features.replaced import Replaced
from features.sent import Sent
from features.suites import Suite
from features.surroundings import Service, authorisations, producers, routes
from features.target import RoleTarget, Target
from features.tester import Nobody, Tester
from features.verdicts import Judge
from simulator.addressing import AddressingCatalogue, Authorisation, Route
from simulator.app import create_app, create_platform
from simulator.certificates.folder import PLATFORM_HSA_ID, CertificateFolder
from simulator.client import HttpTransport, PlatformClient
from simulator.outbound import TlsMaterial
from simulator.regions.defect import FLAWLESS, Defect
from simulator.regions.directory import REGIONS
from simulator.regions.surroundings import Resending, Surroundings
from simulator.regions.system import regions_app
from simulator.server import Server
from simulator.settings import Settings
from simulator.simulation import Tls
from simulator.tls import ListenerTls

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

__all__ = ["SOON", "Bench", "bench_for", "entrance_of", "lead", "reference_system"]

SOON = Resending(after_fault=2.0, after_silence=2.0)
"""How soon the bundled system sends again in a run, so that nobody waits five minutes for it."""


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What the steps of a suite work with: a client on a platform that leads to the target.

    Shape: ``inbox`` has what the tested system sends to the ``services`` around it, through the
           platform at ``url``; both are empty for a system that calls nobody in its role. The run
           itself reaches the platform at ``own_url``, by ``instance_id``. ``secured`` is the
           platform's listener with mutual TLS, where it has one.
    """

    suite: Suite
    target: Target
    client: PlatformClient
    judge: Judge
    messages: Messages
    url: str = ""
    own_url: str = ""
    secured: Secured | None = None
    instance_id: str = ""
    services: tuple[Service, ...] = ()
    inbox: Inbox = field(default_factory=Inbox)
    tester: Tester = field(default_factory=Nobody)
    sent: Sent = field(default_factory=Sent)
    replaced: Replaced = field(default_factory=Replaced)
    answered: Tally = field(default_factory=Tally)

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
def bench_for(
    target: Target,
    suite: Suite,
    *,
    journal: str = "sqlite://",
    entrance: Entrance = LOCAL,
    tester: Tester | None = None,
) -> Iterator[Bench]:
    """Start a platform with a route to the target's role, until the context is left.

    Shape: ``journal`` is the database URL that every exchange is kept in. What the tested system
           calls in its role is there too, and takes it for its caller where none is named.
    """
    role = target.roles[suite.name]
    addresses = _addresses_of(suite, target)
    services = suite.services(target, role)
    settings = entrance.opened(
        Settings(
            connect_timeout=role.connect_timeout,
            producer_timeout=role.response_timeout,
            journal=journal,
            default_sender=target.hsa_id,
        )
    )
    catalogue = AddressingCatalogue(
        routes=[
            *(
                Route(
                    logical_address=address,
                    contract=suite.contract.namespace,
                    address=role.endpoint,
                )
                for address in addresses
            ),
            *routes(services),
        ],
        authorisations=[
            *(
                Authorisation(
                    consumer=sender,
                    contract=suite.contract.namespace,
                    logical_address=address,
                )
                for sender in suite.senders(target)
                for address in addresses
            ),
            *authorisations(services, target.hsa_id),
        ],
    )
    tls = {role.endpoint: role.tls} if role.tls else {}
    platform = create_platform(settings, catalogue, tls=tls)
    inbox, sent = Inbox(suite.senders(target).__contains__), Sent()
    replaced, answered = Replaced(), Tally(suite.contract, role.endpoint)
    platform.observers = (*platform.observers, replaced.observe, answered.observe)
    if services:
        platform.observers = (*platform.observers, inbox.observe)
    if services and not suite.called:
        platform.observers = (*platform.observers, sent.observing(suite.contract))
    try:
        with entrance.listening(create_app(platform)) as doors:
            transport = HttpTransport(doors.own, timeout=role.response_timeout + 15)
            client = PlatformClient(transport, instance_id=settings.instance_id)
            for name, script in producers(services).items():
                client.arrange("PUT", f"/producers/{name}", script)
            yield Bench(
                suite=suite,
                target=target,
                client=client,
                judge=Judge(suite.domain, suite.contract, suite.answering),
                messages=suite.messages(target, role),
                url=doors.told if services else "",
                own_url=doors.own,
                secured=doors.secured,
                instance_id=settings.instance_id,
                services=services,
                inbox=inbox,
                sent=sent,
                answered=answered,
                tester=tester or Nobody(),
                replaced=replaced,
            )
    finally:
        platform.close()


def _addresses_of(suite: Suite, target: Target) -> tuple[LogicalAddress, ...]:
    """Give the addresses that lead to the tested system; none where it is never called."""
    if not suite.called:
        return ()
    role = target.roles[suite.name]
    return tuple(dict.fromkeys((suite.address(target, role), *suite.also(target))))


def lead(around: Surroundings, bench: Bench) -> None:
    """Let the bundled system send through the platform of a run; over TLS if it listens so."""
    if bench.secured is None:
        around.lead_to(bench.own_url, instance_id=bench.instance_id)
    else:
        around.lead_to(
            bench.secured.server.url,
            instance_id=bench.instance_id,
            tls=bench.secured.material_of(bench.target.hsa_id),
        )


def entrance_of(suite: Suite, entrance: Entrance = LOCAL) -> Entrance:
    """Give the entrance that the bundled system calls at, if it calls: over mutual TLS."""
    if (suite.called and suite.sends is None) or entrance.tls is not None:
        return entrance
    return replace(entrance, tls=Tls(port=0, hosts=(entrance.host,), certificates=_minted()))


@contextmanager
def reference_system(
    suite: Suite,
    *,
    defect: Defect = FLAWLESS,
    county: str = "03",
    port: int = 0,
    around: Surroundings | None = None,
    secured: bool = False,
) -> Iterator[Target]:
    """Start the bundled region system in the role of a suite, and give the target to it.

    Shape: it sends what it is to send when ``around`` is led to a platform, as ``lead``
           does. ``secured`` lets its
           service be called over mutual TLS alone, with certificates that end with the process.
    """
    region = REGIONS[county]
    part, around = suite.part, around or Surroundings()
    around.on_tls = defect.on_tls
    with (
        closing(part.system(region, "sqlite://", defect, around)) as system,
        Server(app := regions_app({(county, part.path): system}), port=port) as server,
        _secured(app, defect) if secured and part.called else nullcontext((server.url, None)) as (
            url,
            tls,
        ),
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
                    endpoint=url + part.url_path(county) if part.called else "",
                    tls=tls,
                    settings=suite.bundled(system, f"{server.url}/regions/{county}"),
                )
            },
        )


@contextmanager
def _secured(app: WSGIApplication, defect: Defect) -> Iterator[tuple[str, TlsMaterial]]:
    """Serve an application over mutual TLS, and give what the platform presents to it."""
    certificates = _minted()
    system, platform = (certificates.filed(name, name=name) for name in ("SYSTEM", PLATFORM_HSA_ID))
    listener = ListenerTls(
        certificate=system.certificate, key=system.key, authority=certificates.authority_file
    )
    with Server(app, tls=defect.on_listener(listener), threads=60) as server:
        yield (
            server.url,
            TlsMaterial(
                certificate=str(platform.certificate),
                key=str(platform.key),
                authority=str(certificates.authority_file),
            ),
        )


@cache
def _minted() -> CertificateFolder:
    """Give the bundled systems' certificates; they end with the process.

    Keys take time to make, and many systems may be tried in a process.
    """
    folder = tempfile.mkdtemp(prefix="provbank-certs-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return CertificateFolder(Path(folder))
