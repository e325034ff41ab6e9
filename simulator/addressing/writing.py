"""Our own form of a catalogue, written: rows into the tables that ``documents`` reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

from simulator.addressing.catalogue import AddressingCatalogue, LookupRules
from simulator.addressing.entities import (
    CallAddressRow,
    ComponentRow,
    ContractRow,
    LogicalAddressRow,
    ProfileRow,
    PublishedVersion,
    Rows,
    major_of,
)
from simulator.addressing.rows import Authorisation, Filter, FilterCategory, Route, Row
from simulator.addressing.syntax import as_text
from simulator.addressing.validation import TOLERABLE, faults_in

__all__ = ["document_of", "to_json"]

_ABOUT_ALL_ROWS = {each.name for each in fields(Row)}

_FIELDS: Mapping[type[Any], tuple[tuple[str, Any], ...]] = {
    kind: tuple(
        (each.name, each.default)
        for each in sorted(fields(kind), key=lambda one: one.name in _ABOUT_ALL_ROWS)
    )
    for kind in (
        ProfileRow,
        ContractRow,
        LogicalAddressRow,
        ComponentRow,
        CallAddressRow,
        Route,
        Authorisation,
        Filter,
        FilterCategory,
        LookupRules,
        PublishedVersion,
    )
}
"""Names and defaults of what is told; what is about all rows comes last."""


def document_of(catalogue: AddressingCatalogue) -> dict[str, Any]:
    """Give a catalogue as tables: everything that is not as it would be if it were not said.

    Shape: ids are written where they are not simply the rows' positions. What the reader would
           refuse and may tolerate is tolerated.
    """
    rows = catalogue.rows
    numbered = not _are_numbered_in_order(rows)
    about = _told(catalogue.published, PublishedVersion)
    tolerated = {fault.rule for fault in faults_in(rows)} & TOLERABLE
    if tolerated:
        about["tolerate"] = sorted(tolerated)
    document: dict[str, Any] = {
        "catalogue": about,
        "lookup": _told(catalogue.rules, LookupRules),
        "tree": {"above": dict(catalogue.tree.parents)} if catalogue.tree.parents else {},
    }
    for kind in fields(Rows):
        document[kind.name] = [
            _row(row, numbered=numbered) for row in getattr(rows, kind.name)
        ]  # fmt: skip
    return {name: part for name, part in document.items() if part}


def to_json(catalogue: AddressingCatalogue) -> dict[str, Any]:
    """Give a catalogue as JSON-ready values, which ``documents.from_json`` reads."""
    text = json.dumps(document_of(catalogue), default=as_text)
    found: dict[str, Any] = json.loads(text)
    return found


def _are_numbered_in_order(rows: Rows) -> bool:
    """Tell whether each row's id is its position, which a reader gives it anyway."""
    filters = [one for row in rows.authorisations for one in row.filters]
    categories = [each for one in filters for each in one.categories]
    kinds = [getattr(rows, kind.name) for kind in fields(rows)]
    return all(
        row.number == position
        for kind in (*kinds, filters, categories)
        for position, row in enumerate(kind, start=1)
    )


def _row(row: Row, *, numbered: bool) -> dict[str, Any]:
    told = _told(row, type(row))
    number = told.pop("number", None)
    if numbered:
        told["id"] = number
    if isinstance(row, ContractRow):
        told.pop("major_version", None)
        if row.major_version != major_of(row.namespace):
            told["major_version"] = row.major_version
    if isinstance(row, Filter) and row.categories:
        told["categories"] = [_category(one, numbered=numbered) for one in row.categories]
    elif "filters" in told:
        told["filters"] = [_row(one, numbered=numbered) for one in told["filters"]]
    return told


def _category(category: FilterCategory, *, numbered: bool) -> str | dict[str, Any]:
    told = _row(category, numbered=numbered)
    return category.category if told.keys() == {"category"} else told


def _told(value: object, kind: type[Any]) -> dict[str, Any]:
    """Give the fields that differ from their default; what is about all rows comes last."""
    told: dict[str, Any] = {}
    for name, default in _FIELDS[kind]:
        found = getattr(value, name)
        if default is MISSING or found != default:
            told[name] = list(found) if isinstance(found, tuple) else found
    return told
