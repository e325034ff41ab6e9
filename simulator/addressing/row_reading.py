"""The rows of a document in our own form, and where each of them is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from itertools import product
from typing import Any

from contracts.terms import HsaId, LogicalAddress
from simulator.addressing.entities import (
    CallAddressRow,
    ComponentRow,
    ContractRow,
    LogicalAddressRow,
    ProfileRow,
    Rows,
    key_of,
    keys_named_by,
    major_of,
    profile_named,
)
from simulator.addressing.reading import Table
from simulator.addressing.rows import Authorisation, Filter, FilterCategory, Route, Row

__all__ = ["RowReader"]

_A_ROUTE = Route(logical_address=LogicalAddress(""), contract="", address="")
_AN_AUTHORISATION = Authorisation(
    consumer=HsaId(""), contract="", logical_address=LogicalAddress("")
)


@dataclass
class RowReader:
    """Reads the rows of a document, and remembers where each is written."""

    top: Table
    places: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    contracts: dict[str, str] = field(default_factory=dict)

    def rows(self) -> Rows:
        """Give the rows as they are written; lists within them are multiplied out."""
        described = tuple(self._contracts())  # first: the others may use their short names
        return Rows(
            profiles=tuple(
                ProfileRow(
                    name=profile_named(table.required("name")),
                    description=table.text("description", ""),
                    **book,
                )
                for table, book in self._each("profiles")
            ),
            contracts=described,
            logical_addresses=tuple(
                LogicalAddressRow(
                    hsa_id=LogicalAddress(table.required("hsa_id")),
                    description=table.text("description", ""),
                    **book,
                )
                for table, book in self._each("logical_addresses")
            ),
            components=tuple(
                ComponentRow(
                    hsa_id=HsaId(table.required("hsa_id")),
                    description=table.text("description", ""),
                    **book,
                )
                for table, book in self._each("components")
            ),
            call_addresses=tuple(
                CallAddressRow(
                    component=HsaId(table.required("component")),
                    profile=profile_named(table.text("profile", _A_ROUTE.profile)),
                    address=table.text("address", ""),
                    **book,
                )
                for table, book in self._each("call_addresses")
            ),
            routes=tuple(self._routes()),
            authorisations=tuple(self._authorisations()),
        )

    def place_of(self, row: Row, *, among: Rows) -> str:
        """Give where a row is written, or for one that is only named, the first that names it."""
        for kind in fields(among):
            for at, one in enumerate(getattr(among, kind.name)):
                if one is row and at < len(self.places[kind.name]):
                    return self.places[kind.name][at]
        key = key_of(row)
        naming = (*among.call_addresses, *among.decisive)
        named_by = next((one for one in naming if key in keys_named_by(one)), None)
        return self.place_of(named_by, among=among) if named_by else ""

    def _each(self, kind: str) -> Iterator[tuple[Table, dict[str, Any]]]:
        """Give each table of a kind with what all rows have; unknown keys are noted after."""
        for table in self.top.tables(kind):
            self.places[kind].append(table.place)
            yield table, _book(table)
            table.done()

    def _contracts(self) -> Iterator[ContractRow]:
        for table, book in self._each("contracts"):
            namespace = table.required("namespace")
            if name := table.text("name", ""):
                if name in self.contracts:
                    table.wrong("name", name, "a name of its own")
                self.contracts[name] = namespace
            yield ContractRow(
                namespace=namespace,
                description=table.text("description", ""),
                major_version=table.whole("major_version", major_of(namespace)),
                minor_version=table.whole("minor_version", 0),
                **book,
            )

    def _routes(self) -> Iterator[Route]:
        for table, book in self._each("routes"):
            addressees = table.several_required("logical_address")
            contracts = table.several_required("contract")
            route = replace(
                _A_ROUTE,
                address=table.text("address", ""),
                profile=profile_named(table.text("profile", _A_ROUTE.profile)),
                producer=HsaId(table.text("producer", "")),
                valid_from=table.day("valid_from", _A_ROUTE.valid_from),
                valid_to=table.day("valid_to", _A_ROUTE.valid_to),
                **book,
            )
            if "address" not in table.values:
                table.notes.note(table.place, "address is missing", mend="add address")
            for addressee, contract in self._multiplied("routes", addressees, contracts):
                yield replace(
                    route,
                    logical_address=LogicalAddress(addressee),
                    contract=self.contracts.get(contract, contract),
                )

    def _authorisations(self) -> Iterator[Authorisation]:
        for table, book in self._each("authorisations"):
            consumers = table.several_required("consumer")
            addressees = table.several_required("logical_address")
            contracts = table.several_required("contract")
            row = replace(
                _AN_AUTHORISATION,
                agreement=table.text("agreement", ""),
                filters=tuple(_filters(table)),
                valid_from=table.day("valid_from", _AN_AUTHORISATION.valid_from),
                valid_to=table.day("valid_to", _AN_AUTHORISATION.valid_to),
                **book,
            )
            for consumer, addressee, contract in self._multiplied(
                "authorisations", consumers, addressees, contracts
            ):
                yield replace(
                    row,
                    consumer=HsaId(consumer),
                    logical_address=LogicalAddress(addressee),
                    contract=self.contracts.get(contract, contract),
                )

    def _multiplied(self, kind: str, *lists: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """Give every combination, each placed where the table is."""
        place = self.places[kind].pop()
        for combination in product(*lists):
            self.places[kind].append(place)
            yield combination


def _book(table: Table) -> dict[str, Any]:
    return {
        "number": table.whole("id", None),
        "published": table.text("published", ""),
        "updated": table.instant("updated"),
        "updated_by": table.text("updated_by", ""),
        "deleted": table.flag("deleted", default=False),
    }


def _filters(table: Table) -> Iterator[Filter]:
    for one in table.tables("filters"):
        yield Filter(
            service_domain=one.required("service_domain"),
            categories=tuple(_categories(one)),
            **_book(one),
        )
        one.done()


def _categories(table: Table) -> Iterator[FilterCategory]:
    """Give the categories, each a text, or a table where more is said of it."""
    for at, value in enumerate(table.values.get("categories", ()), start=1):
        if isinstance(value, str):
            yield FilterCategory(category=value)
        elif isinstance(value, Mapping):
            place = f"{table.at('categories')}[{at}]"
            one = Table(values=value, place=place, notes=table.notes)
            yield FilterCategory(category=one.required("category"), **_book(one))
            one.done()
        else:
            table.wrong("categories", value, "a text in quotation marks")
    table.asked.add("categories")
