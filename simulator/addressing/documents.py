"""Our own form of a catalogue, read: the tables that people write, into rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from simulator.addressing.catalogue import AddressingCatalogue, LookupRules
from simulator.addressing.entities import PublishedVersion
from simulator.addressing.hsa_files import read_hsa_files
from simulator.addressing.hsa_tree import HsaTree
from simulator.addressing.layers import over
from simulator.addressing.reading import Table
from simulator.addressing.row_reading import RowReader
from simulator.addressing.syntax import Document
from simulator.addressing.validation import TOLERABLE, faults_in, rings_in

__all__ = ["catalogue_in", "from_json"]

_EMPTY = AddressingCatalogue()


def catalogue_in(
    document: Document, *, base: AddressingCatalogue = _EMPTY, folder: Path | None = None
) -> AddressingCatalogue:
    """Read a catalogue, on top of another one where that is given.

    Shape:  what the document says of a contract and a logical address counts instead of what the
            base says. ``folder`` is where relative paths of HSA files begin.
    Raises: CatalogueError with all that is wrong with the document.
    """
    notes = document.notes()
    top = Table(values=document.tables, place="", notes=notes)
    about = top.table("catalogue")
    published = _published(about, base.published)
    complete = about.flag("complete", default=False)
    tolerated = _tolerated(about)
    about.done()
    rules = _rules(top.table("lookup"), base.rules)
    tree = _tree(top.table("tree"), base.tree, folder)
    reader = RowReader(top)
    rows = reader.rows()
    top.done()
    notes.raise_if_any()
    judged = rows.completed()
    if complete:
        judged = replace(
            judged,
            contracts=rows.contracts,
            components=rows.components,
            logical_addresses=rows.logical_addresses,
        )
    for fault in faults_in(judged, tolerated=tolerated):
        place = reader.place_of(fault.row, among=judged)
        notes.note(place, fault.text, mend=fault.mend, rule=fault.rule)
    notes.raise_if_any()
    return AddressingCatalogue(
        rows=over(base.rows, rows), tree=tree, rules=rules, published=published
    )


def from_json(
    tables: Mapping[str, Any],
    *,
    name: str = "the catalogue",
    base: AddressingCatalogue = _EMPTY,
) -> AddressingCatalogue:
    """Read a catalogue from JSON values in our own form; ``name`` stands in what is wrong.

    Raises: CatalogueError with all that is wrong.
    """
    return catalogue_in(Document(name=name, tables=tables, line_of=lambda _place: None), base=base)


def _published(table: Table, base: PublishedVersion) -> PublishedVersion:
    return PublishedVersion(
        format_version=table.whole("format_version", base.format_version),
        version=table.whole("version", base.version),
        time=table.instant("time") or base.time,
        by=table.text("by", base.by),
        comment=table.text("comment", base.comment),
    )


def _tolerated(table: Table) -> tuple[str, ...]:
    asked = table.texts("tolerate") or ()
    for rule in asked:
        if rule not in TOLERABLE:
            expected = f"one of {', '.join(sorted(TOLERABLE))}"
            table.wrong("tolerate", rule, expected)
    return asked


def _rules(table: Table, base: LookupRules) -> LookupRules:
    """Read how to look up; what is not said stays as in the base."""
    found: dict[str, Any] = {}
    for each in fields(LookupRules):
        default = getattr(base, each.name)
        if isinstance(default, bool):
            found[each.name] = table.flag(each.name, default=default)
        elif isinstance(default, str):
            found[each.name] = table.text(each.name, default)
        else:
            several = table.texts(each.name)
            found[each.name] = default if several is None else several
    table.done()
    return LookupRules(**found)


def _tree(table: Table, base: HsaTree, folder: Path | None) -> HsaTree:
    parents = dict(base.parents)
    files = table.texts("files") or ()
    if files:
        parents |= read_hsa_files((folder or Path()) / name for name in files).parents
    above = table.table("above")
    for unit in above.values:
        if parent := above.text(unit, ""):
            parents[unit] = parent
    table.done()
    tree = HsaTree(parents)
    for unit in rings_in(tree):
        place = above.at(unit) if unit in above.values else above.place
        mend = "let no unit stand above itself"
        table.notes.note(place, f"{unit} stands above itself", mend=mend, rule="ring")
    return tree
