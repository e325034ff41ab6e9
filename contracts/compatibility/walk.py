"""From the root of a message down through both versions: every edit, and where it is met."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from contracts.compatibility.content_edits import child_pairs
from contracts.compatibility.contents import Side
from contracts.compatibility.edits import Edit
from contracts.compatibility.type_edits import called, derived_types, element_edits, type_edits
from contracts.schema_model import SchemaModel
from contracts.schema_parts import ComplexType, ElementDecl

__all__ = ["Met", "Step", "walk"]


@dataclass(frozen=True, slots=True)
class Step:
    """An element on the way down; ``type`` is the derived type that xsi:type names, if any."""

    element: ElementDecl
    type: str = ""


Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """An edit where it is first met below a root, by the declarations of both versions.

    Shape: ``paths`` are all places below the root where the declaration or type is met, the first
           one first; what lies below a type is listed at its first place alone.
    """

    edit: Edit
    old: Steps
    new: Steps
    paths: list[str]


_Pair = tuple[ElementDecl, ElementDecl]


@dataclass(slots=True)
class _Walk:
    old_model: SchemaModel
    new_model: SchemaModel
    elements: dict[_Pair, list[str]] = field(default_factory=dict)
    types: dict[tuple[str, str] | _Pair, list[str]] = field(default_factory=dict)

    def below(self, old: Steps, new: Steps, path: str) -> Iterator[Met]:
        one, other = old[-1].element, new[-1].element
        pair = one, other
        if not old[-1].type:
            known = pair in self.elements
            paths = self.elements.setdefault(pair, [])
            paths.append(path)
            for edit in () if known else element_edits(one, other):
                yield Met(edit=edit, old=old, new=new, paths=paths)
        # what two elements share is a type of one name; a change from one to another is their own
        key = (one.type_key, other.type_key) if one.type_key == other.type_key else pair
        if key in self.types:
            self.types[key].append(path)
            return
        paths = self.types[key] = [path]
        for edit in type_edits(one, self.old_model, other, self.new_model):
            name = called(one)
            told = edit.what if name in edit.what else f"{name}: {edit.what}"
            places_of = (edit.old or one.where, edit.new or other.where)
            placed = replace(edit, what=told, old=places_of[0], new=places_of[1])
            yield Met(edit=placed, old=old, new=new, paths=paths)
        yield from self._children(old, new, path)

    def _children(self, old: Steps, new: Steps, path: str) -> Iterator[Met]:
        one, other = old[-1].element, new[-1].element
        was, now = one.type, other.type
        if not isinstance(was, ComplexType) or not isinstance(now, ComplexType):
            return
        pairs = child_pairs(
            Side(model=self.old_model, type=was, element=one),
            Side(model=self.new_model, type=now, element=other),
        )
        for child, counterpart in pairs:
            yield from self.below(
                (*old, Step(child)), (*new, Step(counterpart)), f"{path}/{child.name}"
            )
        derived = derived_types(self.old_model, was)
        for name in sorted(derived.keys() & derived_types(self.new_model, now).keys()):
            yield from self.below(
                (*old[:-1], Step(replace(one, type_key=name), name)),
                (*new[:-1], Step(replace(other, type_key=name), name)),
                f"{path}[xsi:type {name.rpartition('}')[2]}]",
            )


def walk(
    old_model: SchemaModel, old_root: str, new_model: SchemaModel, new_root: str
) -> Iterator[Met]:
    """Give every edit at or below a message's root element, each once.

    Raises: SchemaModelError where a root is not declared, or a type means nothing.
    """
    old, new = old_model.element(old_root), new_model.element(new_root)
    walked = _Walk(old_model, new_model)
    yield from walked.below((Step(old),), (Step(new),), f"/{old.name}")
