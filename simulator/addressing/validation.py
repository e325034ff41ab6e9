"""What the catalogue does not take: each fault is told with the row it is in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from simulator.addressing.entities import key_of, keys_named_by
from simulator.addressing.hsa_tree import TOP, HsaTree
from simulator.addressing.rows import ANYONE, Authorisation, Route, Row, stated

if TYPE_CHECKING:
    from simulator.addressing.entities import Rows

__all__ = ["RULES", "TOLERABLE", "Fault", "faults_in", "rings_in"]

RULES = ("period", "pattern", "duplicate", "overlap", "reference")
"""The names of what is checked of rows."""

TOLERABLE = frozenset({"period", "pattern", "overlap"})
"""The rules that a file may ask to be let off: such rows provoke VP006 and VP010."""

_ADDRESS = re.compile(r"[0-9a-zA-Z_.:/\-?&]{5,255}")
_HSA_ID = re.compile(r"[0-9a-zA-Z_\-]{1,255}")
_NAMESPACE = re.compile(r"[0-9a-zA-Z_.:\-]*")

_KINDS = {
    "profiles": "profile",
    "contracts": "contract",
    "logical_addresses": "logical address",
    "components": "component",
    "call_addresses": "call address",
    "routes": "route",
    "authorisations": "authorisation",
}
"""What a row is, by the field of ``Rows`` that it stands in."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something wrong with a row; ``rule`` is one of ``RULES``."""

    row: Row
    rule: str
    text: str
    mend: str


def faults_in(rows: Rows, *, tolerated: Iterable[str] = ()) -> tuple[Fault, ...]:
    """Judge every row that is not marked as deleted, by itself and against the others.

    Shape:  the fault of two rows is told at the later one.
    Source: platform facts, section 4.1.
    """
    current = rows.current()
    found = chain(
        _periods(current),
        _patterns(current),
        _duplicates(rows),
        _overlaps(current.routes, lambda row: (row.logical_address, row.contract)),
        _overlaps(
            current.authorisations, lambda row: (row.consumer, row.logical_address, row.contract)
        ),
        _references(current),
    )
    let_off = TOLERABLE & set(tolerated)
    return tuple(fault for fault in found if fault.rule not in let_off)


def rings_in(tree: HsaTree) -> tuple[str, ...]:
    """Give the units that stand above themselves."""
    rings = []
    for unit in tree.parents:
        above, steps = tree.parents.get(unit, TOP), 0
        while above not in (unit, TOP) and steps <= len(tree.parents):
            above, steps = tree.parents.get(above, TOP), steps + 1
        if above == unit:
            rings.append(unit)
    return tuple(rings)


def _periods(rows: Rows) -> Iterator[Fault]:
    for row in rows.decisive:
        if stated(row.valid_from) > stated(row.valid_to):
            yield Fault(
                row=row,
                rule="period",
                text=f"the period ends ({row.valid_to}) before it begins ({row.valid_from})",
                mend="let valid_from be no later than valid_to",
            )


def _patterns(rows: Rows) -> Iterator[Fault]:
    """Judge the form of ids, namespaces and addresses, each where it is stated first."""
    ids = "letters, digits, _ and -, 1 to 255 of them"
    for component in rows.components:
        if not _HSA_ID.fullmatch(component.hsa_id):
            yield _form(component, "HSA-id", component.hsa_id, ids)
    for addressee in rows.logical_addresses:
        if addressee.hsa_id != ANYONE and not _HSA_ID.fullmatch(addressee.hsa_id):
            yield _form(addressee, "logical address", addressee.hsa_id, f"{ids}, or {ANYONE}")
    for contract in rows.contracts:
        if not _NAMESPACE.fullmatch(contract.namespace):
            yield _form(contract, "namespace", contract.namespace, "letters, digits, _ . : and -")
    for called in rows.call_addresses:
        if not _ADDRESS.fullmatch(called.address):
            expected = "letters, digits and _ . : / - ? &, 5 to 255 of them"
            yield _form(called, "address", called.address, expected)


def _form(row: Row, what: str, value: str, expected: str) -> Fault:
    return Fault(
        row=row,
        rule="pattern",
        text=f"the {what} {value!r} has a form that the catalogue does not take",
        mend=f"use {expected}",
    )


def _duplicates(rows: Rows) -> Iterator[Fault]:
    for kind, what in _KINDS.items():
        yield from _duplicates_of(what, getattr(rows, kind))
    for row in rows.authorisations:
        yield from _duplicate_filters(row)


def _key_of(row: Row) -> tuple[Hashable, ...]:
    """Give what no two rows of a kind have in common."""
    if not isinstance(row, Route | Authorisation):
        return key_of(row)
    whose = row.consumer if isinstance(row, Authorisation) else ""
    called = (row.producer, row.profile, row.address) if isinstance(row, Route) else ()
    return (*called, whose, row.contract, row.logical_address, row.valid_from, row.valid_to)


def _duplicates_of(what: str, rows: Iterable[Row]) -> Iterator[Fault]:
    keys: set[Hashable] = set()
    numbers: set[int] = set()
    for row in rows:
        its = _key_of(row)
        if its in keys and not row.deleted:
            yield Fault(
                row=row, rule="duplicate", text=f"the {what} stands twice", mend="remove one"
            )  # fmt: skip
        if row.number in numbers:
            text = f"the id {row.number} belongs to another {what} too"
            yield Fault(row=row, rule="duplicate", text=text, mend="give each row its own id")
        if not row.deleted:
            keys.add(its)
        if row.number is not None:
            numbers.add(row.number)


def _duplicate_filters(row: Authorisation) -> Iterator[Fault]:
    domains = [one.service_domain for one in row.filters]
    for at, one in enumerate(row.filters):
        categories = [each.category for each in one.categories]
        if one.service_domain in domains[:at]:
            text = f"the filter on {one.service_domain} stands twice"
            yield Fault(row=row, rule="duplicate", text=text, mend="put both in one filter")
        if len(set(categories)) < len(categories):
            text = f"a category of the filter on {one.service_domain} stands twice"
            yield Fault(row=row, rule="duplicate", text=text, mend="remove one")


def _overlaps(
    rows: Iterable[Route] | Iterable[Authorisation], key: Callable[..., tuple[str, ...]]
) -> Iterator[Fault]:
    """Find rows for the same that are valid at the same time, as the look-up would see them."""
    by_key: defaultdict[tuple[str, ...], list[Route | Authorisation]] = defaultdict(list)
    for row in rows:
        if stated(row.valid_from) > stated(row.valid_to):
            continue  # never valid
        by_key[tuple(part.lower() for part in key(row))].append(row)
    for same in by_key.values():
        in_time = sorted(enumerate(same), key=lambda each: stated(each[1].valid_from))
        longest = in_time[0]
        for each in in_time[1:]:
            if stated(each[1].valid_from) <= stated(longest[1].valid_to):
                (_, earlier), (_, later) = sorted((longest, each), key=lambda one: one[0])
                if _key_of(earlier) != _key_of(later):  # else they are told as duplicates
                    yield _overlap(later, earlier)
            longest = max(longest, each, key=lambda one: stated(one[1].valid_to))


def _overlap(row: Route | Authorisation, earlier: Route | Authorisation) -> Fault:
    what = "route" if isinstance(row, Route) else "authorisation"
    return Fault(
        row=row,
        rule="overlap",
        text=f"two valid {what}s for {row.logical_address} and {row.contract}: "
        f"{earlier.valid_from} to {earlier.valid_to} and {row.valid_from} to {row.valid_to}",
        mend='remove one, let their periods not meet, or write tolerate = ["overlap"]',
    )


def _references(rows: Rows) -> Iterator[Fault]:
    known = {key_of(row) for row in rows.described}
    for row in (*rows.call_addresses, *rows.decisive):
        for key in keys_named_by(row):
            if key not in known:
                what = _KINDS[key[0]]
                yield Fault(
                    row=row,
                    rule="reference",
                    text=f"there is no {what} {', '.join(key[1:])}",
                    mend=f"declare the {what}, or correct the name",
                )
