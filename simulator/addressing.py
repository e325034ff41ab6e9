"""The addressing catalogue (TAK): routes and authorisations on a given day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from contracts.terms import HsaId, LogicalAddress

__all__ = ["AddressingCatalogue", "Authorisation", "Route"]

_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
_END = datetime(2999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A vägval: where calls for one logical address and contract go, and when."""

    logical_address: LogicalAddress
    contract: str
    address: str
    profile: str = "rivtabp21"
    valid_from: datetime = _BEGINNING
    valid_to: datetime = _END  # inclusive

    def serves(self, *, at: datetime) -> bool:
        """Tell whether the route is valid; both ends are inclusive."""
        return self.valid_from <= at <= self.valid_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """An anropsbehörighet: who may call a contract at an address, and when."""

    consumer: HsaId
    contract: str
    logical_address: LogicalAddress
    valid_from: datetime = _BEGINNING
    valid_to: datetime = _END  # inclusive

    def holds(self, *, at: datetime) -> bool:
        """Tell whether the authorisation is valid; both ends are inclusive."""
        return self.valid_from <= at <= self.valid_to


class AddressingCatalogue:
    """Routes and authorisations, looked up ignoring case as the platform does.

    Source: platform facts, sections 1.8, 1.9 and 4.
    """

    def __init__(
        self, *, routes: Iterable[Route] = (), authorisations: Iterable[Authorisation] = ()
    ) -> None:
        self.routes = tuple(routes)
        self.authorisations = tuple(authorisations)
        self._routes: dict[tuple[str, str], list[Route]] = defaultdict(list)
        self._authorisations: dict[tuple[str, str, str], list[Authorisation]] = defaultdict(list)
        for route in self.routes:
            self._routes[_key(route.logical_address, route.contract)].append(route)
        for row in self.authorisations:
            key = (row.consumer.lower(), *_key(row.logical_address, row.contract))
            self._authorisations[key].append(row)

    def routes_for(self, receiver: str, contract: str, *, at: datetime) -> list[Route]:
        """Give the valid routes for a receiver and contract."""
        return [
            route
            for route in self._routes.get(_key(receiver, contract), ())
            if route.serves(at=at)
        ]  # fmt: skip

    def authorises(self, sender: str, receiver: str, contract: str, *, at: datetime) -> bool:
        """Tell whether a sender may call a contract at a receiver."""
        rows = self._authorisations.get((sender.lower(), *_key(receiver, contract)), ())
        return any(row.holds(at=at) for row in rows)


def _key(receiver: str, contract: str) -> tuple[str, str]:
    return receiver.lower(), contract.lower()
