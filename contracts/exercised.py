"""What share of a schema a set of messages exercised: elements, facets and cardinality bounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import groupby
from typing import Any

from lxml import etree

from contracts.schema_content import bindings, children_of, is_valid, text_of, type_of
from contracts.schema_model import Reached, SchemaModel
from contracts.schema_parts import (
    AttributeDecl,
    ComplexType,
    ElementDecl,
    Group,
    GroupKind,
    Particle,
    SimpleType,
)
from contracts.schema_text import Limit, limits

__all__ = ["Aspect", "Exercised", "Point", "Share", "coverage", "points"]


class Aspect(StrEnum):
    """What a point is about."""

    ELEMENT = "element"
    FACET = "facet"
    BOUND = "cardinality bound"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Point:
    """One thing to exercise at one place of a schema, from its valid or its invalid side.

    Shape: ``path`` is as in ``SchemaModel.reachable``, an attribute's ends in ``/@name``;
           ``detail`` says which facet or bound.
    """

    aspect: Aspect
    path: str
    detail: str
    valid: bool

    def __str__(self) -> str:
        """Give the point as people read it."""
        detail = f", {self.detail}" if self.detail else ""
        return f"{self.path}: {self.aspect}{detail}, {'valid' if self.valid else 'invalid'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many points of so many."""

    done: int
    total: int

    @property
    def ratio(self) -> float:
        """Give the share, 1 where there is nothing to do."""
        return self.done / self.total if self.total else 1.0

    def __str__(self) -> str:
        """Give counts and per cent."""
        return f"{self.done} of {self.total} ({self.ratio:.0%})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercised:
    """Which points of a schema were exercised, and which were not."""

    points: frozenset[Point]
    done: frozenset[Point]

    def share(self, aspect: Aspect | None = None, *, valid: bool | None = None) -> Share:
        """Count the points of an aspect and side, of all where none is said."""
        asked = {
            point
            for point in self.points
            if aspect in {None, point.aspect} and valid in {None, point.valid}
        }
        return Share(done=len(asked & self.done), total=len(asked))

    @property
    def missing(self) -> tuple[Point, ...]:
        """Give what was not exercised, in order."""
        return tuple(sorted(self.points - self.done))

    def to_json(self) -> dict[str, Any]:
        """Give counts by aspect and side, and what is missing, as JSON-ready values."""
        sides = {"valid": True, "invalid": False}
        return {
            "shares": {
                str(aspect): {
                    side: {"done": share.done, "total": share.total}
                    for side, valid in sides.items()
                    for share in [self.share(aspect, valid=valid)]
                }
                for aspect in Aspect
            },
            "missing": [str(point) for point in self.missing],
        }


def points(model: SchemaModel, root: str) -> frozenset[Point]:
    """Give everything there is to exercise below a root, place by place.

    Shape: an element by a valid and an invalid one at its place; an attribute likewise, invalid
           only where it may not be left out; a facet by a value at its edge (of an enumeration
           each value) and one outside; a bound by just so many and one beyond. An unbounded
           element is to stand more than once. What a choice or an optional group holds may
           always be absent, so it has no lower bound to break, and no upper one where the group
           repeats.
    """
    found: set[Point] = set()
    for reached in model.reachable(root):
        found |= set(_points_at(model, reached))
    return frozenset(found)


def coverage(model: SchemaModel, root: str, messages: Iterable[etree._Element]) -> Exercised:
    """Count what a set of messages exercised, sound and faulty ones mixed.

    Shape: a faulty place counts from its invalid side alone, the rest of the message from its
           valid side; of messages with another root only that is counted.
    """
    counter = _Counter(model, points(model, root))
    declared = model.element(root)
    for message in messages:
        if message.tag == root:
            counter.visit(message, declared, path=f"/{declared.name}")
        else:
            counter.count(Aspect.ELEMENT, f"/{declared.name}", valid=False)
    return Exercised(points=counter.points, done=frozenset(counter.done))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bound:
    """How often an element may stand in a row; whether what holds it may be absent, or repeats."""

    element: ElementDecl
    can_lack: bool
    repeats: bool

    @property
    def lower(self) -> str:
        return f"at least {self.element.min}"

    @property
    def upper(self) -> str:
        most = self.element.max
        return "more than once" if most is None else f"at most {most}"


def _points_at(model: SchemaModel, reached: Reached) -> Iterator[Point]:
    element, path = reached.element, reached.path
    for valid in (True, False):
        yield Point(aspect=Aspect.ELEMENT, path=path, detail="", valid=valid)
    if element.simple is not None and element.fixed is None:
        yield from _facet_points(path, element.simple)
    declared = element.type
    if not isinstance(declared, ComplexType):
        return
    for attribute in declared.attributes:
        below = f"{path}/@{attribute.name}"
        for valid in (True, False) if attribute.required else (True,):
            yield Point(aspect=Aspect.ELEMENT, path=below, detail="", valid=valid)
        if attribute.fixed is None:
            yield from _facet_points(below, attribute.type)
    if reached.recursive:
        return
    for bound in _bounds(model, declared):
        yield from _bound_points(f"{path}/{bound.element.name}", bound)


def _facet_points(path: str, simple: SimpleType) -> Iterator[Point]:
    for limit in limits(simple):
        for facet in limit.facets:
            detail = _named(limit, facet.value)
            yield Point(aspect=Aspect.FACET, path=path, detail=detail, valid=True)
        if limit.can_be_broken:
            yield Point(aspect=Aspect.FACET, path=path, detail=_named(limit), valid=False)


def _named(limit: Limit, value: str | None = None) -> str:
    of = "" if limit.level == "value" else f" of {limit.level}"
    values = [value] if value is not None else [facet.value for facet in limit.facets]
    return f"{limit.kind}{of} {' | '.join(values)}"


def _bound_points(path: str, bound: _Bound) -> Iterator[Point]:
    yield Point(aspect=Aspect.BOUND, path=path, detail=bound.lower, valid=True)
    yield Point(aspect=Aspect.BOUND, path=path, detail=bound.upper, valid=True)
    if bound.element.min and not bound.can_lack:
        yield Point(aspect=Aspect.BOUND, path=path, detail=bound.lower, valid=False)
    if bound.element.max is not None and not bound.repeats:
        yield Point(aspect=Aspect.BOUND, path=path, detail=bound.upper, valid=False)


def _bounds(model: SchemaModel, holder: ComplexType) -> Iterator[_Bound]:
    """Give the bounds of a type's elements; where substitutes may stand, none are counted."""
    for bound in _within(holder.particle, can_lack=False, repeats=False):
        if model.standing_for(bound.element) == (bound.element,):
            yield bound


def _within(particle: Particle | None, *, can_lack: bool, repeats: bool) -> Iterator[_Bound]:
    if isinstance(particle, ElementDecl):
        yield _Bound(element=particle, can_lack=can_lack, repeats=repeats)
    elif isinstance(particle, Group):
        is_choice = particle.kind is GroupKind.CHOICE and len(particle.parts) > 1
        can_lack = can_lack or is_choice or particle.min == 0
        repeats = repeats or particle.max != 1
        for part in particle.parts:
            yield from _within(part, can_lack=can_lack, repeats=repeats)


class _Counter:
    """Visits messages; what it has seen at a place in the same words it does not visit again."""

    def __init__(self, model: SchemaModel, wanted: frozenset[Point]) -> None:
        self._model = model
        self._seen: set[int] = set()
        self._counted: set[tuple[str, str, tuple[str, ...]]] = set()
        self._bounds_of = cache(lambda holder: tuple(_bounds(model, holder)))
        self.points = wanted
        self.done: set[Point] = set()

    def count(self, aspect: Aspect, path: str, detail: str = "", *, valid: bool) -> None:
        point = Point(aspect=aspect, path=path, detail=detail, valid=valid)
        if point in self.points:
            self.done.add(point)

    def visit(self, node: etree._Element, element: ElementDecl, *, path: str) -> None:
        plain = len(node) == 0 and not node.attrib
        words = hash((path, node.text if plain else etree.tostring(node, with_tail=False)))
        if words in self._seen:
            return
        self._seen.add(words)
        self.count(Aspect.ELEMENT, path, valid=is_valid(self._model, element, node, below=False))
        declared = type_of(self._model, element, node)
        simple = declared.simple if isinstance(declared, ComplexType) else declared
        if simple is not None:
            self._text(text_of(node), simple, path)
        if isinstance(declared, ComplexType):
            for attribute in declared.attributes:
                self._attribute(node, attribute, f"{path}/@{attribute.name}")
            self._children(node, declared, path)

    def _text(self, text: str, simple: SimpleType, path: str) -> None:
        for limit in limits(simple):
            for facet in limit.facets:
                if limit.is_met(facet, text):
                    self.count(Aspect.FACET, path, _named(limit, facet.value), valid=True)
            if limit.can_be_broken and limit.is_broken(text):
                self.count(Aspect.FACET, path, _named(limit), valid=False)

    def _attribute(self, node: etree._Element, attribute: AttributeDecl, path: str) -> None:
        value = node.get(attribute.qname)
        if value is not None:
            self.count(Aspect.ELEMENT, path, valid=True)
            self._text(value, attribute.type, path)
        elif attribute.required:
            self.count(Aspect.ELEMENT, path, valid=False)

    def _children(self, node: etree._Element, declared: ComplexType, path: str) -> None:
        children = children_of(node)
        names = tuple(str(child.tag) for child in children)
        found: Sequence[object] | None = bindings(self._model, declared, names)
        if (here := (path, declared.key, names)) not in self._counted:
            self._counted.add(here)
            self._count_bounds(names, declared, path, fits=found is not None)
        if found is None:
            known = {
                one.qname: one
                for element in reversed(declared.elements)
                for one in self._model.standing_for(element)
            }
            found = [known.get(name) for name in names]
        for child, binding in zip(children, found, strict=True):
            if isinstance(binding, ElementDecl):
                self.visit(child, binding, path=f"{path}/{binding.name}")

    def _count_bounds(
        self, names: Sequence[str], declared: ComplexType, path: str, *, fits: bool
    ) -> None:
        runs: dict[str, list[int]] = {}
        for name, run in groupby(names):
            runs.setdefault(name, []).append(len([*run]))
        for bounds in self._bounds_of(declared):
            below = f"{path}/{bounds.element.name}"
            self._bound(bounds, runs.get(bounds.element.qname, [0]), below, fits=fits)

    def _bound(self, bound: _Bound, runs: list[int], path: str, *, fits: bool) -> None:
        least, most = bound.element.min, bound.element.max
        if fits:
            if least in runs:
                self.count(Aspect.BOUND, path, bound.lower, valid=True)
            if (max(runs) > 1) if most is None else (most in runs):
                self.count(Aspect.BOUND, path, bound.upper, valid=True)
        else:
            if max(runs) < least:
                self.count(Aspect.BOUND, path, bound.lower, valid=False)
            if most is not None and max(runs) > most:
                self.count(Aspect.BOUND, path, bound.upper, valid=False)
