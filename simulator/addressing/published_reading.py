"""A published version of the national catalogue, read in either of its forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from contracts.terms import HsaId, LogicalAddress
from simulator.addressing.catalogue import AddressingCatalogue
from simulator.addressing.entities import (
    CallAddressRow,
    ComponentRow,
    ContractRow,
    LogicalAddressRow,
    ProfileRow,
    PublishedVersion,
    Rows,
    profile_named,
)
from simulator.addressing.reading import Table
from simulator.addressing.rows import Authorisation, Filter, FilterCategory, Route, Row
from simulator.addressing.syntax import Document
from simulator.addressing.validation import TOLERABLE, faults_in

__all__ = ["catalogue_published", "is_published"]

_EMPTY = AddressingCatalogue()
_BEGINNING, _END = date(2000, 1, 1), date(2999, 12, 31)


def is_published(tables: Mapping[str, Any]) -> bool:
    """Tell whether a document is a published version."""
    return isinstance(tables.get("data"), Mapping)


def catalogue_published(
    document: Document, *, base: AddressingCatalogue = _EMPTY
) -> AddressingCatalogue:
    """Read a published version in either form; it takes the place of all rows of the base.

    Shape:  a name or an id may stand in any relation. Faults that the national catalogue has come
            to hold anyway - forms, periods, overlaps - are taken, and keys that nobody knows too.
            An address that several components share is the first one's where it stands alone.
    Raises: CatalogueError where the document has no sense otherwise.
    """
    notes = document.notes()
    top = Table(values=document.tables, place="", notes=notes)
    published = PublishedVersion(
        format_version=int(top.decimal("formatVersion", 1)),
        version=top.whole("version", 1),
        time=top.instant("tidpunkt"),
        by=top.text("utforare", ""),
        comment=top.text("kommentar", ""),
    )
    reader = _Reader(data=top.table("data"))
    rows = reader.rows()
    notes.raise_if_any()
    for fault in faults_in(rows, tolerated=TOLERABLE):
        place = reader.places.get(id(fault.row), "data")
        notes.note(place, fault.text, mend=fault.mend, rule=fault.rule)
    notes.raise_if_any()
    return AddressingCatalogue(
        rows=rows.completed(), tree=base.tree, rules=base.rules, published=published
    )


_Described = TypeVar("_Described", bound=Row)


class _Relation(Generic[_Described]):
    """How rows name one of another kind: by its id, or by what it is called."""

    def __init__(
        self, kind: str, rows: tuple[_Described, ...], name_of: Callable[[_Described], str]
    ) -> None:
        self._kind = kind
        self._name_of = name_of
        self._by_id = {row.number: row for row in rows}
        self._by_name: dict[str, _Described] = {}
        for row in rows:
            self._by_name.setdefault(name_of(row), row)

    def of(self, table: Table, *others: str) -> str:
        """Give what the named row is called, empty where there is none, which is noted."""
        row = self.row_of(table, *others)
        return "" if row is None else self._name_of(row)

    def row_of(self, table: Table, *others: str) -> _Described | None:
        """Give the row that a table names; ``others`` are other words for the relation.

        Shape: the case of a relation's name plays no part, since the national catalogue has both.
        """
        below = table.table("relationships")
        known = {self._kind, *others}
        for key, value in below.values.items():
            if str(key).lower() in known:
                return self._found(value, below, str(key))
        below.notes.note(
            below.place, f"{self._kind} is missing", mend=f"add {self._kind}, an id or a name"
        )
        return None

    def _found(self, value: Any, below: Table, key: str) -> _Described | None:
        row = None
        if isinstance(value, int) and not isinstance(value, bool):
            row = self._by_id.get(value)
        elif isinstance(value, str):
            row = self._by_name.get(value)
            if row is None and self._kind == "rivtaprofil":
                row = self._by_name.get(profile_named(value))
        if row is None:
            below.notes.note(
                below.at(key),
                f"there is no {self._kind} {value}",
                mend="give an id or a name that the version has",
                rule="reference",
            )
        return row


def _period(table: Table) -> dict[str, Any]:
    """Give the days of a period; the clock and the zone of a time play no part."""
    first, last = table.day("fromTidpunkt", _BEGINNING), table.day("tomTidpunkt", _END)
    return {
        "valid_from": first.date() if isinstance(first, datetime) else first,
        "valid_to": last.date() if isinstance(last, datetime) else last,
    }


@dataclass(kw_only=True)
class _Reader:
    """Reads the tables of a published version, and remembers where each row stands."""

    data: Table
    places: dict[int, str] = field(default_factory=dict)
    _kept: list[Row] = field(default_factory=list)

    def rows(self) -> Rows:
        """Give the rows; the tables come in the order in which they name each other."""
        profiles = self._described(
            "rivtaprofil",
            lambda table, book: ProfileRow(
                name=profile_named(table.required("namn")),
                description=table.text("beskrivning", ""),
                **book,
            ),
        )
        contracts = self._described(
            "tjanstekontrakt",
            lambda table, book: ContractRow(
                namespace=table.required("namnrymd"),
                description=table.text("beskrivning", ""),
                major_version=table.whole("majorVersion", 0),
                minor_version=table.whole("minorVersion", 0),
                **book,
            ),
        )
        addressees = self._described(
            "logiskadress",
            lambda table, book: LogicalAddressRow(
                hsa_id=LogicalAddress(table.required("hsaId")),
                description=table.text("beskrivning", ""),
                **book,
            ),
        )
        components = self._described(
            "tjanstekomponent",
            lambda table, book: ComponentRow(
                hsa_id=HsaId(table.required("hsaId")),
                description=table.text("beskrivning", ""),
                **book,
            ),
        )
        whom = _Relation("tjanstekomponent", components, lambda row: row.hsa_id)
        where = _Relation("logiskadress", addressees, lambda row: row.hsa_id)
        what = _Relation("tjanstekontrakt", contracts, lambda row: row.namespace)
        how = _Relation("rivtaprofil", profiles, lambda row: row.name)
        called = self._described(
            "anropsadress",
            lambda table, book: CallAddressRow(
                component=HsaId(whom.of(table)),
                profile=how.of(table),
                address=table.text("adress", ""),
                **book,
            ),
        )
        return Rows(
            profiles=profiles,
            contracts=contracts,
            logical_addresses=addressees,
            components=components,
            call_addresses=called,
            routes=self._routes(called, where, what),
            authorisations=self._authorisations(whom, where, what),
        )

    def _place(self, row: Row, place: str) -> None:
        self.places[id(row)] = place
        self._kept.append(row)  # so that no other row gets its id

    def _described(
        self, kind: str, make: Callable[[Table, dict[str, Any]], _Described]
    ) -> tuple[_Described, ...]:
        found = []
        for table in self.data.tables(kind):
            book = {
                "number": table.whole("id", None),
                "published": table.as_text("pubversion"),
                "deleted": table.flag("deleted", default=False),
            }
            row = make(table, book)
            self._place(row, table.place)
            found.append(row)
        return tuple(found)

    def _routes(
        self,
        called: tuple[CallAddressRow, ...],
        where: _Relation[LogicalAddressRow],
        what: _Relation[ContractRow],
    ) -> tuple[Route, ...]:
        address_of = _Relation("anropsadress", called, lambda row: row.address)

        def make(table: Table, book: dict[str, Any]) -> Route:
            address = address_of.row_of(table)
            return Route(
                logical_address=LogicalAddress(where.of(table)),
                contract=what.of(table),
                address=address.address if address else "",
                profile=address.profile if address else "",
                producer=address.component if address else HsaId(""),
                **_period(table),
                **book,
            )

        return self._described("vagval", make)

    def _authorisations(
        self,
        whom: _Relation[ComponentRow],
        where: _Relation[LogicalAddressRow],
        what: _Relation[ContractRow],
    ) -> tuple[Authorisation, ...]:
        rows = self._described(
            "anropsbehorighet",
            lambda table, book: Authorisation(
                consumer=HsaId(whom.of(table, "tjanstekonsument")),
                contract=what.of(table),
                logical_address=LogicalAddress(where.of(table)),
                agreement=table.text("integrationsavtal", ""),
                **_period(table),
                **book,
            ),
        )
        of_row = _Relation("anropsbehorighet", rows, lambda row: str(row.number))
        below = self._belonging("filter", lambda table, book: Filter(
            service_domain=table.required("servicedomain"), **book), of_row)  # fmt: skip
        filters = tuple(one for several in below.values() for one in several)
        of_filter = _Relation("filter", filters, lambda row: str(row.number))
        categories = self._belonging("filtercategorization", lambda table, book: FilterCategory(
            category=table.required("category"), **book), of_filter)  # fmt: skip

        def whole(row: Authorisation) -> Authorisation:
            its = tuple(
                replace(one, categories=tuple(categories.get(one.number, ())))
                for one in below.get(row.number, ())
            )
            complete = replace(row, filters=its)
            self._place(complete, self.places[id(row)])
            return complete

        return tuple(whole(row) for row in rows)

    def _belonging(
        self,
        kind: str,
        make: Callable[[Table, dict[str, Any]], _Described],
        to: _Relation[Any],
    ) -> dict[int | None, list[_Described]]:
        """Give rows by the id of the row that they belong to."""
        found: dict[int | None, list[_Described]] = {}

        def keep(table: Table, book: dict[str, Any]) -> _Described:
            row = make(table, book)
            if owner := to.row_of(table):
                found.setdefault(owner.number, []).append(row)
            return row

        self._described(kind, keep)
        return found
