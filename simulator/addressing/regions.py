"""What every catalogue begins with: the regions, and the platform's own services."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from contracts.terms import HsaId, LogicalAddress
from simulator.addressing.entities import ComponentRow, LogicalAddressRow, Rows
from simulator.addressing.rows import Authorisation, Route
from simulator.addressing.services.in_process import ADDRESS
from simulator.addressing.services.soap import services
from simulator.aggregation.in_process import ADDRESS as AGGREGATED
from simulator.aggregation.services import SERVICES
from simulator.engagement_index.messages import FIND_CONTENT
from simulator.engagement_index.services import services as index_services
from simulator.producers.in_process import SCHEME
from simulator.regions.directory import REGIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PLATFORM_ADDRESS", "platform_authorisations", "platform_routes", "region_rows"]

PLATFORM_ADDRESS = LogicalAddress("5565594230")
"""Inera's organisation number: where the platform's own services are called."""

_PLATFORM = HsaId("SE5565594230-PROVBANK")


def region_rows() -> Rows:
    """Give the 21 regions, each as a logical address and a component, and the platform itself."""
    regions = REGIONS.values()
    return Rows(
        logical_addresses=(
            *(
                LogicalAddressRow(hsa_id=region.logical_address, description=region.name)
                for region in regions
            ),
            LogicalAddressRow(hsa_id=PLATFORM_ADDRESS, description="Tjänsteplattformen"),
        ),
        components=(
            *(ComponentRow(hsa_id=region.hsa_id, description=region.name) for region in regions),
            ComponentRow(hsa_id=_PLATFORM, description="Tjänsteplattformen"),
        ),
    )


def platform_routes() -> Iterator[Route]:
    """Give routes to the service contracts that the platform itself answers."""
    for contract, address in _own_contracts():
        yield Route(
            logical_address=PLATFORM_ADDRESS,
            contract=contract,
            address=address,
            producer=_PLATFORM,
        )


def platform_authorisations(consumers: Iterable[HsaId]) -> Iterator[Authorisation]:
    """Give leave to call them, and the platform to ask the engagement index for its services."""
    yield Authorisation(consumer=_PLATFORM, contract=FIND_CONTENT, logical_address=PLATFORM_ADDRESS)
    for consumer in consumers:
        for contract, _ in _own_contracts():
            yield Authorisation(
                consumer=consumer, contract=contract, logical_address=PLATFORM_ADDRESS
            )


def _own_contracts() -> Iterator[tuple[str, str]]:
    """Give namespace and address of each service that is a contract; SokVagvalsInfo is none."""
    for service in services():
        for request in service.operations:
            namespace = request[1:].partition("}")[0]
            if namespace.startswith("urn:riv:"):
                yield namespace, ADDRESS + service.path
    for one in index_services():
        yield one.contract, SCHEME + one.path
    for aggregated in SERVICES:
        yield aggregated.contract, AGGREGATED + aggregated.name
