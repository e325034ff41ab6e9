"""The look-up: which routes a call has, and whether its sender may make it, at an instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

from simulator.addressing.entities import PublishedVersion, Rows
from simulator.addressing.hsa_tree import HsaTree
from simulator.addressing.rows import ANYONE, Authorisation, Route, period

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

__all__ = ["AddressingCatalogue", "LookupRules"]

_PARENTS, _STANDARD, _PARTS = "(parent)", "(default)", "(leaf)"
_INVALID = "Invalid parameters"
_MOST_PARTS = 2

_Step = tuple[str, Iterable[str]]
"""A mark for the trace, and the addresses to try under it."""

_Key = TypeVar("_Key", bound=tuple[str, ...])
_Found = TypeVar("_Found", bound=Route | Authorisation)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupRules:
    """How the platform looks up; the defaults are those of its packaged deployment.

    Shape:  ``delimiter`` blank turns addresses in parts off. Contracts are named by namespace, the
            exceptions from climbing by how a namespace begins; the empty ``delimiter_contracts``
            and ``delimiter_senders`` mean all.
    Source: platform facts, sections 1.8 and 1.9.
    """

    delimiter: str = "#"
    delimiter_contracts: tuple[str, ...] = (
        "urn:riv:ehr:accesscontrol:AssertCareEngagementResponder:1",
        "urn:riv:insuranceprocess:healthreporting:ReceiveMedicalCertificateQuestionResponder:1",
        "urn:riv:insuranceprocess:healthreporting:ReceiveMedicalCertificateAnswerResponder:1",
    )
    delimiter_senders: tuple[str, ...] = ()
    routes_climb: bool = True
    routes_climb_except: tuple[str, ...] = ()
    authorisations_climb: bool = True
    authorisations_climb_except: tuple[str, ...] = ()

    def in_parts(self, receiver: str) -> bool:
        """Tell whether a receiver is an address in parts, such as ``VG#VE``."""
        return bool(self.delimiter.strip()) and self.delimiter in receiver

    def parts_of(self, receiver: str) -> tuple[str, ...]:
        """Give the distinct parts of a receiver, last first.

        Shape: nothing between two delimiters is no part; the platform is not known to say so.
        """
        found = dict.fromkeys(part for part in receiver.split(self.delimiter) if part)
        return tuple(reversed(found))

    def route_climbs(self, contract: str) -> bool:
        """Tell whether routing climbs the tree for a contract."""
        return self.routes_climb != contract.startswith(self.routes_climb_except)

    def authorisation_climbs(self, contract: str) -> bool:
        """Tell whether authorisation climbs the tree for a contract."""
        excepted = contract.startswith(self.authorisations_climb_except)
        return self.authorisations_climb != excepted


class AddressingCatalogue:
    """Routes and authorisations, found in the platform's order whatever the case of the call.

    Shape:  ``rows``, where given, holds the routes and authorisations among the rest; without it
            the rest is what they name. A look-up gives what it found and a trace: the
            steps that were tried, as the platform logs them. Rows are kept in dictionaries, so a
            look-up takes the same time in a large catalogue as in a small one.
    Source: platform facts, sections 1.8 and 1.9.
    """

    def __init__(
        self,
        *,
        routes: Iterable[Route] = (),
        authorisations: Iterable[Authorisation] = (),
        tree: HsaTree | None = None,
        rules: LookupRules | None = None,
        rows: Rows | None = None,
        published: PublishedVersion | None = None,
    ) -> None:
        self.routes = tuple(routes) if rows is None else rows.routes
        self.authorisations = tuple(authorisations) if rows is None else rows.authorisations
        self.tree = tree or HsaTree()
        self.rules = rules or LookupRules()
        self.published = published or PublishedVersion()
        self._rows = rows
        self._routes: _Index[tuple[str, str], Route] = _Index(
            (_key(route.logical_address, route.contract), route) for route in self.routes
        )
        self._authorisations: _Index[tuple[str, str, str], Authorisation] = _Index(
            ((row.consumer.lower(), *_key(row.logical_address, row.contract)), row)
            for row in self.authorisations
        )

    @cached_property
    def rows(self) -> Rows:
        """Give every row, also those that routes and authorisations only name."""
        given = self._rows or Rows(routes=self.routes, authorisations=self.authorisations)
        return given.completed()

    def __eq__(self, other: object) -> bool:
        """Tell whether two catalogues hold the same, row by row."""
        if not isinstance(other, AddressingCatalogue):
            return NotImplemented
        return (self.rows, self.tree, self.rules, self.published) == (
            other.rows,
            other.tree,
            other.rules,
            other.published,
        )

    def __hash__(self) -> int:
        return hash((self.routes, self.authorisations))

    def find_routes(
        self, receiver: str, contract: str, *, at: datetime, rules: LookupRules | None = None
    ) -> tuple[tuple[Route, ...], str]:
        """Give the routes of the first step that has any, and the trace.

        Shape: an address in parts is tried by its parts, last first, and nothing else. Any other
               is tried as it is, then by the tree, then as ``*``. ``rules`` are the catalogue's
               own, unless who asks has others.
        """
        rules = rules or self.rules
        named = contract.lower()

        def at_address(address: str) -> tuple[Route, ...]:
            return self._routes.valid((address.lower(), named), at=at)

        if rules.in_parts(receiver):
            return _first(((_PARTS, rules.parts_of(receiver)),), at_address)
        return _first(self._routing_steps(receiver, contract, rules), at_address)

    def find_authorisation(
        self,
        sender: str,
        receiver: str,
        contract: str,
        *,
        at: datetime,
        rules: LookupRules | None = None,
    ) -> tuple[bool, str]:
        """Tell whether a sender may call a contract at a receiver, and the trace.

        Shape: a receiver as it is comes first, then ``*``, then the tree - not the order of
               routing. An address in parts has conditions of its own. ``rules`` as for routes.
        """
        rules = rules or self.rules
        caller, named = sender.lower(), contract.lower()

        def at_address(address: str) -> tuple[Authorisation, ...]:
            return self._authorisations.valid((caller, address.lower(), named), at=at)

        if rules.in_parts(receiver):
            parts = rules.parts_of(receiver)
            if not _parts_are_allowed(parts, sender, contract, rules):
                return False, f"{_PARTS},{_INVALID}"
            found, trace = _first(((_PARTS, parts),), at_address)
        else:
            found, trace = _first(self._authorisation_steps(receiver, contract, rules), at_address)
        return bool(found), trace

    def _routing_steps(self, receiver: str, contract: str, rules: LookupRules) -> Iterator[_Step]:
        yield "", (receiver,)
        if rules.route_climbs(contract):
            yield _PARENTS, self.tree.above(receiver)
        yield _STANDARD, (ANYONE,)

    def _authorisation_steps(
        self, receiver: str, contract: str, rules: LookupRules
    ) -> Iterator[_Step]:
        yield "", (receiver,)
        yield _STANDARD, (ANYONE,)
        if rules.authorisation_climbs(contract):
            yield _PARENTS, self.tree.above(receiver)


def _parts_are_allowed(
    parts: tuple[str, ...], sender: str, contract: str, rules: LookupRules
) -> bool:
    return (
        len(parts) <= _MOST_PARTS
        and (not rules.delimiter_contracts or contract in rules.delimiter_contracts)
        and (not rules.delimiter_senders or sender in rules.delimiter_senders)
    )


def _first(
    steps: Iterable[_Step], at_address: Callable[[str], tuple[_Found, ...]]
) -> tuple[tuple[_Found, ...], str]:
    """Try address by address until one has rows."""
    tried: list[str] = []
    for mark, addresses in steps:
        if mark:
            tried.append(mark)
        for address in addresses:
            tried.append(address)
            if found := at_address(address):
                return found, ",".join(tried)
    return (), ",".join(tried)


class _Index(Generic[_Key, _Found]):
    """Rows by what they are looked up by, each with its period as instants."""

    def __init__(self, rows: Iterable[tuple[_Key, _Found]]) -> None:
        self._rows: dict[_Key, list[tuple[datetime, datetime, _Found]]] = defaultdict(list)
        for key, row in rows:
            if not row.deleted:
                self._rows[key].append((*period(row.valid_from, row.valid_to), row))

    def valid(self, key: _Key, *, at: datetime) -> tuple[_Found, ...]:
        """Give the valid rows of a key, in the order of the catalogue."""
        rows = self._rows.get(key)
        if rows is None:
            return ()
        return tuple(row for first, last, row in rows if first <= at <= last)


def _key(receiver: str, contract: str) -> tuple[str, str]:
    return receiver.lower(), contract.lower()
