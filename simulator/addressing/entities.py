"""What the catalogue holds beside routes and authorisations, and all of it as one value."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from itertools import count, islice
from typing import Any, TypeVar

from contracts.terms import HsaId, LogicalAddress
from simulator.addressing.rows import ANYONE, Authorisation, Filter, Route, Row

__all__ = [
    "CallAddressRow",
    "ComponentRow",
    "ContractRow",
    "LogicalAddressRow",
    "ProfileRow",
    "PublishedVersion",
    "Rows",
    "key_of",
    "keys_named_by",
    "major_of",
    "profile_named",
]

_STANDARD_PRODUCER = HsaId("STANDARD")
_PROFILES = {"RIVTABP20": "RIV-TA Basic Profile 2.0", "RIVTABP21": "RIV-TA Basic Profile 2.1"}
_Any = TypeVar("_Any", bound=Row)
_MAJOR = re.compile(r":(\d+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRow(Row):
    """A RivTaProfil: how a producer is spoken to."""

    name: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractRow(Row):
    """A Tjanstekontrakt, by the namespace of its messages."""

    namespace: str
    description: str = ""
    major_version: int = 0
    minor_version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LogicalAddressRow(Row):
    """A LogiskAdress; ``*`` is the one of standard rows."""

    hsa_id: LogicalAddress
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentRow(Row):
    """A Tjanstekomponent: a consumer, a producer or both."""

    hsa_id: HsaId
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAddressRow(Row):
    """An AnropsAdress: where a component is called, in which profile."""

    component: HsaId
    profile: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedVersion:
    """A PubVersion without its data: which version of the catalogue this is, and who made it."""

    format_version: int = 1
    version: int = 1
    time: datetime | None = None
    by: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Every row of a catalogue, in its order; rows name each other by their natural keys.

    Source: platform facts, section 4.1.
    """

    profiles: tuple[ProfileRow, ...] = ()
    contracts: tuple[ContractRow, ...] = ()
    logical_addresses: tuple[LogicalAddressRow, ...] = ()
    components: tuple[ComponentRow, ...] = ()
    call_addresses: tuple[CallAddressRow, ...] = ()
    routes: tuple[Route, ...] = ()
    authorisations: tuple[Authorisation, ...] = ()

    @property
    def decisive(self) -> tuple[Route | Authorisation, ...]:
        """Give routes and authorisations, which name a contract, a logical address and a period."""
        return (*self.routes, *self.authorisations)

    @property
    def described(self) -> tuple[Row, ...]:
        """Give the rows that others name."""
        return (
            *self.profiles,
            *self.contracts,
            *self.logical_addresses,
            *self.components,
            *self.call_addresses,
        )

    def current(self) -> Rows:
        """Give the rows that are not marked as deleted, with such filters and categories."""

        def left(rows: Iterable[_Any]) -> tuple[_Any, ...]:
            return tuple(row for row in rows if not row.deleted)

        def filters_of(row: Authorisation) -> tuple[Filter, ...]:
            return tuple(replace(one, categories=left(one.categories)) for one in left(row.filters))

        current: dict[str, Any] = {
            each.name: left(getattr(self, each.name)) for each in fields(self)
        }
        current["authorisations"] = tuple(
            replace(row, filters=filters_of(row)) if row.filters else row
            for row in current["authorisations"]
        )
        return Rows(**current)

    def completed(self) -> Rows:
        """Give the rows with every row that another one names, and a number each.

        Shape: a route that names no producer gets one that is called as its logical address. Rows
               that are added come after those that are there.
        """
        routes = tuple(
            row if row.producer else replace(row, producer=_producer_of(row)) for row in self.routes
        )
        given = replace(self, routes=routes)
        missing: dict[str, dict[Key, Row]] = defaultdict(dict)
        known: set[Key] = set()
        for deleted in (False, True):  # what only deleted rows name is deleted with them
            known |= {key_of(row) for row in given.described if row.deleted is deleted}
            for row in (*given.call_addresses, *given.decisive):
                for key in keys_named_by(row) if row.deleted is deleted else ():
                    if key not in known:
                        known.add(key)
                        missing[key[0]][key] = replace(_made(key), deleted=deleted)
        whole: dict[str, Any] = {
            kind: getattr(given, kind) + tuple(rows.values()) for kind, rows in missing.items()
        }
        return replace(given, **whole).numbered()

    def numbered(self) -> Rows:
        """Give the rows with a number each; a row keeps the one it has."""
        found: dict[str, Any] = {
            each.name: _numbered(getattr(self, each.name)) for each in fields(self)
        }
        filters = _numbered(one for row in self.authorisations for one in row.filters)
        categories = iter(_numbered(each for one in filters for each in one.categories))
        whole = iter(
            replace(one, categories=tuple(islice(categories, len(one.categories))))
            for one in filters
        )
        found["authorisations"] = tuple(
            replace(row, filters=tuple(islice(whole, len(row.filters)))) if row.filters else row
            for row in found["authorisations"]
        )
        return Rows(**found)

    def unnumbered(self) -> Rows:
        """Give the rows without numbers."""

        def bare_filter(one: Filter) -> Filter:
            categories = tuple(replace(category, number=None) for category in one.categories)
            return replace(one, number=None, categories=categories)

        bare: dict[str, Any] = {
            each.name: tuple(replace(row, number=None) for row in getattr(self, each.name))
            for each in fields(self)
        }
        bare["authorisations"] = tuple(
            replace(row, filters=tuple(bare_filter(one) for one in row.filters))
            for row in bare["authorisations"]
        )
        return Rows(**bare)


def profile_named(text: str) -> str:
    """Give a profile's name as the catalogue spells it; an unknown one stays as it is."""
    return text.upper() if text.upper() in _PROFILES else text


def major_of(namespace: str) -> int:
    """Give the major version that a contract's namespace ends with, 0 where it has none."""
    found = _MAJOR.search(namespace)
    return int(found[1]) if found else 0


def _producer_of(route: Route) -> HsaId:
    if route.logical_address == ANYONE:
        return _STANDARD_PRODUCER
    return HsaId(route.logical_address)


Key = tuple[str, ...]
"""What a row is named by: the field of ``Rows`` that it stands in, and its natural key."""


def key_of(row: Row) -> Key:
    """Give what others name a row by, empty for one that nothing names."""
    match row:
        case ProfileRow():
            return "profiles", row.name
        case ContractRow():
            return "contracts", row.namespace
        case LogicalAddressRow():
            return "logical_addresses", row.hsa_id
        case ComponentRow():
            return "components", row.hsa_id
        case CallAddressRow():
            return "call_addresses", row.component, row.profile, row.address
    return ()


def keys_named_by(row: Row) -> tuple[Key, ...]:
    """Give the keys of the rows that a row names."""
    match row:
        case CallAddressRow():
            return ("components", row.component), ("profiles", row.profile)
        case Route():
            return (
                ("contracts", row.contract),
                ("logical_addresses", row.logical_address),
                ("call_addresses", row.producer, row.profile, row.address),
                ("components", row.producer),
                ("profiles", row.profile),
            )
        case Authorisation():
            return (
                ("contracts", row.contract),
                ("logical_addresses", row.logical_address),
                ("components", row.consumer),
            )
    return ()


def _made(key: Key) -> Row:
    """Give a row that is known by its key alone."""
    match key:
        case ("profiles", name):
            return ProfileRow(name=name, description=_PROFILES.get(name, ""))
        case ("contracts", namespace):
            return ContractRow(namespace=namespace, major_version=major_of(namespace))
        case ("logical_addresses", hsa_id):
            return LogicalAddressRow(hsa_id=LogicalAddress(hsa_id))
        case ("components", hsa_id):
            return ComponentRow(hsa_id=HsaId(hsa_id))
        case (_, component, profile, address):
            return CallAddressRow(component=HsaId(component), profile=profile, address=address)
    raise AssertionError(key)


def _numbered(rows: Iterable[_Any]) -> tuple[_Any, ...]:
    """Give each row without a number the next that nobody has."""
    given = tuple(rows)
    free = count(1 + max((row.number or 0 for row in given), default=0))
    return tuple(
        replace(row, number=next(free)) if row.number is None else row for row in given
    )  # fmt: skip
