"""Which sources are called: what the index knows, less what is filtered away on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.addressing.catalogue import LookupRules

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from simulator.addressing.catalogue import AddressingCatalogue
    from simulator.aggregation.asked import Asked
    from simulator.aggregation.finding import Engagement
    from simulator.aggregation.services import AggregatedService

__all__ = ["Callers", "Selection", "selected"]

_EXACT = LookupRules(delimiter="", routes_climb=False, authorisations_climb=False)
"""The aggregating platform's own look-up: an address as it is, or ``*``; no tree, no parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Callers:
    """For whom the sources are called: the sender, and who started the chain; either will do."""

    sender: str
    original: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is called, and what was filtered by the service and by the catalogue.

    Shape: ``sources`` are source systems, each once; the filtered are logical addresses.
    """

    sources: tuple[str, ...]
    filtered_by_service: tuple[str, ...]
    filtered_by_catalogue: tuple[str, ...]


def selected(
    engagements: Iterable[Engagement],
    service: AggregatedService,
    asked: Asked,
    callers: Callers,
    catalogue: AddressingCatalogue | None,
    *,
    itself: str,
    at: datetime,
) -> Selection:
    """Choose the sources, step by step.

    Shape:  the catalogue is asked about an engagement's logical address, and the source system
            is what is called. ``itself`` is the aggregating platform's address.
    Source: platform facts, section 5.1 steps 3 to 7.
    """
    by_service: list[str] = []
    by_catalogue: list[str] = []
    sources: dict[str, None] = {}
    for one in engagements:
        address = one.logical_address
        if not _is_of(service, one) or address == itself:
            by_service.append(address)
        elif not _may_be_called(address, service.contract, callers, catalogue, at=at):
            by_catalogue.append(address)
        elif asked.source_system is not None and address != asked.source_system:
            by_service.append(address)
        else:
            sources[one.source_system] = None
    return Selection(
        sources=tuple(sources),
        filtered_by_service=tuple(by_service),
        filtered_by_catalogue=tuple(by_catalogue),
    )


def _is_of(service: AggregatedService, engagement: Engagement) -> bool:
    """Tell whether a service with several categorizations wants the one of an engagement."""
    wanted = service.categorizations
    return len(wanted) <= 1 or engagement.categorization.lower() in wanted


def _may_be_called(
    address: str,
    contract: str,
    callers: Callers,
    catalogue: AddressingCatalogue | None,
    *,
    at: datetime,
) -> bool:
    """Tell whether an address has both route and authorisation, for either of the callers."""
    if catalogue is None:
        return False
    routes, _ = catalogue.find_routes(address, contract, at=at, rules=_EXACT)
    return bool(routes) and any(
        catalogue.find_authorisation(caller, address, contract, at=at, rules=_EXACT)[0]
        for caller in dict.fromkeys((callers.sender, callers.original))
    )
