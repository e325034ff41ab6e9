"""Identity constraints (xs:unique, xs:key, xs:keyref) of two versions: the same, or not."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from lxml import etree

from contracts.compatibility.edits import HOLDS, Answer, Edit, Kind
from contracts.compatibility.walk import Met, Step
from contracts.parsing import parse
from contracts.schema_model import Reached, SchemaModel
from contracts.schema_parts import XS, Where

__all__ = ["identity_edits"]

_KINDS = tuple(f"{{{XS}}}{kind}" for kind in ("unique", "key", "keyref"))
_Found = dict[tuple[str, bytes], tuple[Reached, Where]]


def identity_edits(
    old: SchemaModel, old_root: str, new: SchemaModel, new_root: str
) -> Iterator[Met]:
    """Give the constraints that one version has and the other has not; none can be compared."""
    if not old.identity_constraints and not new.identity_constraints:
        return
    before, after = _constraints(old, old_root), _constraints(new, new_root)
    unknown = Answer(holds=False, certain=False, offence="break an identity constraint")
    for key in sorted(before.keys() ^ after.keys()):
        is_new = key in after
        reached, where = after[key] if is_new else before[key]
        steps = tuple(Step(one) for one in (*reached.above, reached.element))
        yield Met(
            edit=Edit(
                kind=Kind.IDENTITY,
                what=f"an identity constraint of {reached.element.name} was "
                f"{'added' if is_new else 'removed'}",
                old=None if is_new else where,
                new=where if is_new else None,
                backward=unknown if is_new else HOLDS,
                forward=HOLDS if is_new else unknown,
            ),
            old=steps,
            new=steps,
            paths=[reached.path],
        )


def _constraints(model: SchemaModel, root: str) -> _Found:
    """Give the constraints of the elements at or below a root, by path and text."""
    files = {where.file for where in model.identity_constraints}
    found: _Found = {}
    for reached in model.reachable(root):
        where = reached.element.where
        if where.file not in files:
            continue
        for line, own_line, text in _of_file(where.file):
            if own_line == where.line:
                found.setdefault((reached.path, text), (reached, Where(where.file, line)))
    return found


@cache
def _of_file(file: Path) -> tuple[tuple[int, int, bytes], ...]:
    """Give line, line of the element, and text of each constraint in a file."""
    found = []
    for node in parse(file.read_bytes()).iter(*_KINDS):
        holder = node.getparent()
        plain = copy.deepcopy(node)
        plain.tail = None
        etree.strip_elements(plain, f"{{{XS}}}annotation", with_tail=False)
        for one in plain.iter():
            one.text = one.tail = None
        text = etree.tostring(plain, method="c14n", exclusive=True)
        own_line = holder.sourceline if holder is not None else 0
        found.append((int(node.sourceline or 1), int(own_line or 0), text))
    return tuple(found)
