"""An order (beställning) applied: what it includes comes into the catalogue, the rest goes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from contracts.terms import SWEDISH_TIME, HsaId, LogicalAddress
from simulator.addressing.catalogue import AddressingCatalogue
from simulator.addressing.entities import (
    CallAddressRow,
    ComponentRow,
    ContractRow,
    LogicalAddressRow,
    PublishedVersion,
    Rows,
    key_of,
    keys_named_by,
    major_of,
    profile_named,
)
from simulator.addressing.reading import Notes, Table
from simulator.addressing.rows import Authorisation, Route, Row, stated
from simulator.addressing.syntax import Document
from simulator.addressing.validation import faults_in

__all__ = ["catalogue_ordered", "is_order"]

_PARTS = ("inkludera", "exkludera")
_YEARS = 100
_AGREEMENT = "AUTOTAKNING"  # what the national catalogue writes for an ordered authorisation
_DAY = timedelta(days=1)


def is_order(tables: Mapping[str, Any]) -> bool:
    """Tell whether a document is an order."""
    return any(part in tables for part in _PARTS)


def catalogue_ordered(document: Document, *, base: AddressingCatalogue) -> AddressingCatalogue:
    """Apply an order to a catalogue, which becomes a new version.

    Shape:  everything happens on the day of ``genomforandeTidpunkt``. A row that is excluded ends
            the day before, or is gone where it had not begun; one that is not there is no mistake.
            A row that is included is for 100 years; it takes over from another route for the same
            logical address and contract, and one that is there already is prolonged.
    Raises: CatalogueError with all that is wrong with the order.
    """
    notes = document.notes()
    top = Table(values=document.tables, place="", notes=notes)
    for key in ("plattform", "formatVersion", "version", "bestallningsTidpunkt"):
        top.as_text(key)
    by, comment = top.text("utforare", ""), top.text("kommentar", "")
    carried_out = top.day("genomforandeTidpunkt", date.min)
    if carried_out == date.min and not notes.findings:
        notes.note("", "genomforandeTidpunkt is missing", mend="add the day of the change")
    day = carried_out.date() if isinstance(carried_out, datetime) else carried_out
    order = _Order(day=day, notes=notes, rows=base.rows)
    order.exclude(top.table("exkludera"))
    order.include(top.table("inkludera"))
    top.done()
    notes.raise_if_any()
    order.judge()
    notes.raise_if_any()
    published = PublishedVersion(
        format_version=base.published.format_version,
        version=base.published.version + 1,
        time=datetime.combine(day, datetime.min.time(), tzinfo=SWEDISH_TIME),
        by=by,
        comment=comment,
    )
    return AddressingCatalogue(
        rows=order.rows.completed(), tree=base.tree, rules=base.rules, published=published
    )


_Decisive = TypeVar("_Decisive", Route, Authorisation)


@dataclass(kw_only=True)
class _Order:
    """The rows of a catalogue while an order changes them, and where it speaks of each."""

    day: date
    notes: Notes
    rows: Rows
    places: dict[int, str] = field(default_factory=dict)
    _kept: list[Row] = field(default_factory=list)

    def exclude(self, part: Table) -> None:
        """Take rows out, those that decide before those that they name."""
        for table in part.tables("vagval"):
            route = self._route(table)
            self._end(self._running(self.rows.routes, route))
        for table in part.tables("anropsbehorigheter"):
            authorisation = self._authorisation(table)
            self._end(self._running(self.rows.authorisations, authorisation))
        for kind, table, row in _described(part):
            for present in self._present(kind, row):
                others = (*self.rows.call_addresses, *self.rows.decisive)
                naming = [one for one in others if key_of(present) in keys_named_by(one)]
                if naming:
                    text = f"{key_of(present)[-1]} is named by {len(naming)} rows that stay"
                    self.notes.note(table.place, text, mend="exclude them too", rule="reference")
                self._put(kind, [present])
        part.done()

    def include(self, part: Table) -> None:
        """Bring rows in, those that are named before those that name them."""
        for kind, table, told in _described(part):
            present = self._present(kind, told)
            new = replace(present[0], **_description(told)) if present else told
            self._put(kind, present, self._placed(new, table))
        for table in part.tables("anropsbehorigheter"):
            authorisation = self._authorisation(table)
            running = self._one(self._running(self.rows.authorisations, authorisation), table)
            row = self._prolonged(running[0]) if running else authorisation
            self._put("authorisations", running, self._placed(row, table))
        for table in part.tables("vagval"):
            self._include_route(self._route(table), table)
        part.done()

    def judge(self) -> None:
        """Note what is wrong with the rows that the order brings."""
        for fault in faults_in(self.rows):
            if place := self.places.get(id(fault.row)):
                self.notes.note(place, fault.text, mend=fault.mend, rule=fault.rule)

    def _include_route(self, route: Route, table: Table) -> None:
        called = CallAddressRow(
            component=route.producer, profile=route.profile, address=route.address
        )
        if key_of(called) not in {key_of(row) for row in self.rows.call_addresses}:
            self._put("call_addresses", [], self._placed(called, table))
        present = self._one(self._running(self.rows.routes, route), table)
        if present and keys_named_by(present[0]) == keys_named_by(route):
            self._put("routes", present, self._placed(self._prolonged(present[0]), table))
        else:
            self._end(present)
            self._put("routes", [], self._placed(route, table))

    def _present(self, kind: str, wanted: Row) -> list[Row]:
        """Give the row that is there for the same thing; the case of an HSA-id does not matter."""
        key = [part.lower() for part in key_of(wanted)]
        rows: tuple[Row, ...] = getattr(self.rows, kind)
        return [row for row in rows if [part.lower() for part in key_of(row)] == key][:1]

    def _one(self, rows: list[_Decisive], table: Table) -> list[_Decisive]:
        """Note where several rows would have to change, which no order can mean."""
        if len(rows) > 1:
            text = f"{len(rows)} rows are valid for this after {self.day}"
            self.notes.note(table.place, text, mend="end all but one of them", rule="overlap")
        return rows[:1]

    def _running(self, rows: tuple[_Decisive, ...], wanted: _Decisive) -> list[_Decisive]:
        """Give the rows for the same that are valid on the day of the change or later."""
        return [
            row
            for row in rows
            if _same(row) == _same(wanted)
            and stated(row.valid_to) >= stated(self.day)
            and stated(row.valid_from) <= stated(_far(self.day))
        ]

    def _end(self, rows: list[Route] | list[Authorisation]) -> None:
        """Let rows end the day before; one that would not have begun is gone, with its address."""
        for row in rows:
            kind = "routes" if isinstance(row, Route) else "authorisations"
            if stated(self.day) >= stated(row.valid_from):
                self._put(kind, [row], replace(row, valid_to=self.day - _DAY))
                continue
            self._put(kind, [row])
            called = {key for other in self.rows.routes for key in keys_named_by(other)}
            self._put(
                "call_addresses",
                [
                    one
                    for one in self.rows.call_addresses
                    if key_of(one) in keys_named_by(row) and key_of(one) not in called
                ],
            )

    def _prolonged(self, row: _Decisive) -> _Decisive:
        first = min(row.valid_from, self.day, key=stated)
        return replace(row, valid_from=first, valid_to=_far(self.day))

    def _put(self, kind: str, old: Sequence[Row], *new: Row) -> None:
        """Put rows in the place of others."""
        gone = {id(row) for row in old}
        kept = tuple(row for row in getattr(self.rows, kind) if id(row) not in gone)
        changed: dict[str, Any] = {kind: kept + new}
        self.rows = replace(self.rows, **changed)

    def _placed(self, row: _AnyRow, table: Table) -> _AnyRow:
        self.places[id(row)] = table.place
        self._kept.append(row)  # so that no other row gets its id
        return row

    def _route(self, table: Table) -> Route:
        route = Route(
            logical_address=LogicalAddress(self._known("logical_addresses", table, "logiskAdress")),
            contract=table.required("tjanstekontrakt"),
            address=table.text("adress", ""),
            profile=profile_named(table.text("rivtaprofil", "")),
            producer=HsaId(self._known("components", table, "tjanstekomponent")),
            valid_from=self.day,
            valid_to=_far(self.day),
        )
        table.done()
        return route

    def _authorisation(self, table: Table) -> Authorisation:
        row = Authorisation(
            consumer=HsaId(self._known("components", table, "tjanstekonsument")),
            contract=table.required("tjanstekontrakt"),
            logical_address=LogicalAddress(self._known("logical_addresses", table, "logiskAdress")),
            agreement=_AGREEMENT,
            valid_from=self.day,
            valid_to=_far(self.day),
        )
        table.done()
        return row

    def _known(self, kind: str, table: Table, key: str) -> str:
        """Give an HSA-id as the catalogue spells it; an order's own case does not matter."""
        asked = table.required(key)
        spelt = (one.hsa_id for one in getattr(self.rows, kind))
        return next((one for one in spelt if one.lower() == asked.lower()), asked)


_AnyRow = TypeVar("_AnyRow", bound=Row)


def _same(row: Route | Authorisation) -> tuple[str, ...]:
    """Give what two rows have in common that cannot be valid at the same time."""
    consumer = row.consumer.lower() if isinstance(row, Authorisation) else ""
    return consumer, row.logical_address.lower(), row.contract.lower()


def _far(day: date) -> date:
    """Give the day 100 years ahead."""
    year = min(day.year + _YEARS, date.max.year)
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)  # from a leap day


def _description(row: Row) -> dict[str, Any]:
    told = ("description", "major_version", "minor_version")
    return {name: getattr(row, name) for name in told if hasattr(row, name)}


def _described(part: Table) -> Iterator[tuple[str, Table, Row]]:
    """Give the rows that describe something; HSA-ids are kept in capital letters."""
    for table in part.tables("logiskadresser"):
        yield (
            "logical_addresses",
            table,
            LogicalAddressRow(
                hsa_id=LogicalAddress(table.required("hsaId").upper()),
                description=table.text("beskrivning", ""),
            ),
        )
        table.done()
    for table in part.tables("tjanstekomponenter"):
        yield (
            "components",
            table,
            ComponentRow(
                hsa_id=HsaId(table.required("hsaId").upper()),
                description=table.text("beskrivning", ""),
            ),
        )
        table.done()
    for table in part.tables("tjanstekontrakt"):
        namespace = table.required("namnrymd")
        yield (
            "contracts",
            table,
            ContractRow(
                namespace=namespace,
                description=table.text("beskrivning", ""),
                major_version=table.whole("majorVersion", major_of(namespace)),
                minor_version=table.whole("minorVersion", 0),
            ),
        )
        table.done()
