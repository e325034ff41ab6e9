"""The HSA tree from files of hsaUnit elements: one master, then complements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from contracts.errors import MessageError
from contracts.parsing import parse
from simulator.addressing.hsa_tree import HsaTree
from simulator.addressing.reading import Notes

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_hsa_files", "tree_of_units"]

_NAMESPACE = "urn:riv:hsa:HsaWsResponder:3"
_SOURCE = "platform facts, section 1.9"

_Name = tuple[str, ...]
"""A distinguished name: its parts, the unit's own first."""


def read_hsa_files(paths: Iterable[Path]) -> HsaTree:
    """Read the tree of several files; a unit in a later one takes the place of the same DN.

    Raises: CatalogueError where a file cannot be read or a unit lacks its id or its DN.
    """
    units: dict[_Name, str] = {}
    for path in paths:
        notes = Notes(file=str(path))
        units.update(_units_in(path, notes))
        notes.raise_if_any()
    return tree_of_units(units)


def tree_of_units(units: dict[_Name, str]) -> HsaTree:
    """Give the tree of units by their names: above each stands the nearest name that exists."""
    parents = {}
    for name, unit in units.items():
        above = (units.get(name[at:]) for at in range(1, len(name)))
        parent = next((one for one in above if one is not None and one != unit), None)
        if parent is not None:
            parents[unit] = parent
    return HsaTree(parents)


def _units_in(path: Path, notes: Notes) -> dict[_Name, str]:
    try:
        root = parse(path.read_bytes())
    except OSError as error:
        notes.note("", f"the file cannot be read: {error.strerror or error}",
                   mend="give the path of a file of hsaUnit elements", source=_SOURCE)  # fmt: skip
        return {}
    except MessageError as error:
        place = f"line {error.line}" if error.line else ""
        notes.note(place, error.what, mend="give a file of hsaUnit elements", source=_SOURCE)
        return {}
    units: dict[_Name, str] = {}
    found = list(root.iter(f"{{{_NAMESPACE}}}hsaUnit"))
    if not found:
        notes.note("", "the file has no hsaUnit", source=_SOURCE,
                   mend=f"give units in the namespace {_NAMESPACE}")  # fmt: skip
    for unit in found:
        hsa_id = (unit.findtext(f"{{{_NAMESPACE}}}hsaIdentity") or "").strip()
        name = name_of(unit.findtext(f"{{{_NAMESPACE}}}DN") or "")
        if hsa_id and name:
            units[name] = hsa_id
        else:
            lacks = "DN" if hsa_id else "hsaIdentity"
            notes.note(f"line {unit.sourceline}", f"a unit has no {lacks}",
                       mend=f"add {lacks}", source=_SOURCE)  # fmt: skip
    return units


def name_of(text: str) -> _Name:
    """Split a distinguished name; blanks around its parts do not count, case does.

    Shape: every comma parts, also one that LDAP would take for a letter of its part.
    """
    return tuple(part.strip() for part in text.split(",") if part.strip())
