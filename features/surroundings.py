"""What stands around the tested system in a run: services that it calls, answered by scripts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.terms import HsaId, LogicalAddress
from contracts.wsdl import ServiceContract
from simulator.addressing import Authorisation, Route

__all__ = ["Service", "authorisations", "producers", "routes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service that the tested system calls: a contract at an address, and what it is answered.

    Shape: ``name`` is the scripted producer's, and ``payload`` what its answer holds (a template,
           docs/producers.md). Several addresses may lead to one producer.
    """

    name: str
    contract: ServiceContract
    logical_addresses: tuple[LogicalAddress, ...]
    payload: str

    @property
    def script(self) -> list[Mapping[str, Any]]:
        """Give the script of the producer as it answers when nothing else is arranged."""
        return [{"payload": self.payload}]


def routes(services: Iterable[Service]) -> Iterable[Route]:
    """Give the routes to the services."""
    for service in services:
        for address in service.logical_addresses:
            yield Route(
                logical_address=address,
                contract=service.contract.namespace,
                address=f"producer://{service.name}",
            )


def authorisations(services: Iterable[Service], caller: HsaId) -> Iterable[Authorisation]:
    """Give the tested system leave to call the services."""
    for service in services:
        for address in service.logical_addresses:
            yield Authorisation(
                consumer=caller, contract=service.contract.namespace, logical_address=address
            )


def producers(services: Iterable[Service]) -> Mapping[str, list[Mapping[str, Any]]]:
    """Give the scripts of the services by the names of their producers."""
    return {service.name: service.script for service in services}
