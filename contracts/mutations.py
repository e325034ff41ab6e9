"""Messages with one thing changed, systematically, and whether the schema still takes them.

Each verdict is foretold from the schema model: a change that sounds wrong may be right, as when
what was renamed falls into room for extensions, and the other way round.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache, partial
from itertools import chain, count
from random import Random

from lxml import etree

from contracts.examples import FOREIGN, foreign_name, full_series, minimal
from contracts.schema_content import XSI, Placed, bindings, children_of, is_valid, placed
from contracts.schema_model import SchemaModel
from contracts.schema_parts import (
    AttributeDecl,
    ComplexType,
    Content,
    ElementDecl,
    SimpleType,
    Wildcard,
    clark,
    split_name,
)
from contracts.schema_values import Probe, a_value, probes

__all__ = ["Kind", "Mutation", "mutations"]

_MOST_COPIES = 2_000
_Change = Callable[[etree._Element], None]


class Kind(StrEnum):
    """In what way a message was changed."""

    MISSING = "missing"
    DOUBLED = "doubled"
    REORDERED = "reordered"
    MISNAMED = "misnamed"
    WRONG_NAMESPACE = "wrong namespace"
    OCCURRENCES = "occurrences"
    MISTYPED = "mistyped"
    INSIDE_FACET = "just inside a facet"
    OUTSIDE_FACET = "just outside a facet"
    WHITE_SPACE = "white space around the value"
    TEXT_BETWEEN = "text between elements"
    UNKNOWN_ELEMENT = "unknown element of the same namespace"
    EXTENSION = "unknown element in room for extensions"
    MISPLACED_EXTENSION = "unknown element where there is no room"
    KNOWN_EXTENSION = "declared element in room for extensions"
    UNEXPECTED_ATTRIBUTE = "unexpected attribute"
    MISSING_ATTRIBUTE = "missing attribute"
    NIL = "said to be nil"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """A message that differs from a full valid one at one place.

    Shape: ``path`` is the place in the model (``SchemaModel.reachable``), an attribute's ends in
           ``/@name``; ``detail`` tells mutations of one kind and place apart; ``valid`` is what
           the schema says of the message.
    """

    kind: Kind
    path: str
    declaration: ElementDecl
    detail: str
    valid: bool
    message: etree._Element

    @property
    def name(self) -> str:
        """Name the mutation; no two of one schema share a name."""
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.kind}{detail} at {self.path}"


def mutations(
    model: SchemaModel,
    root: str,
    seed: int = 0,
    *,
    bases: Iterable[etree._Element] | None = None,
    every_place: bool = True,
    kinds: Container[Kind] = frozenset(Kind),
    mixed_by: Random | None = None,
) -> Iterator[Mutation]:
    """Change full messages of a root one thing at a time, at every place the schema allows.

    Shape:  each message is its own tree. ``bases`` are schema-valid messages to change instead of
            full ones, for who must know that nothing else is wrong with them; each place is
            changed in the first that has it. ``every_place=False`` changes each declaration only
            at the first place it stands at, however many types and elements share it; ``kinds``
            are those wanted. The same seed and bases give the same mutations in the same order,
            that of the places in the messages, or as ``mixed_by`` mixes the places: for who takes
            a few from all over, and would not make the rest.
    Raises: SchemaModelError as ``full`` does.
    """
    mutator = _Mutator(model, seed)
    series = full_series(model, root, seed=seed) if bases is None else bases
    spots: Iterable[_Spot] = _spots(model, root, series, every_place=every_place, kinds=kinds)
    if mixed_by is not None:
        in_order = [*spots]
        spots = mixed_by.sample(in_order, len(in_order))
    for spot in spots:
        yield from mutator.at(spot)


def _spots(
    model: SchemaModel,
    root: str,
    messages: Iterable[etree._Element],
    *,
    every_place: bool,
    kinds: Container[Kind],
) -> Iterator[_Spot]:
    """Find each place to change, in the first message that has it."""
    has_ids = any(_ids(reached.element) for reached in model.reachable(root))
    seen: set[tuple[str, ElementDecl] | ElementDecl] = set()
    at_path: dict[str, int] = {}
    for message in messages:
        by_node = {one.node: one for one in placed(model, model.element(root), message)}
        for node, place in by_node.items():
            key = (place.path, place.element) if every_place else place.element
            if key not in seen:
                seen.add(key)
                at_path[place.path] = nth = at_path.get(place.path, 0) + 1
                holder = node.getparent()
                parent = None if holder is None else by_node[holder]
                yield _Spot(
                    model=model, place=place, parent=parent, has_ids=has_ids, nth=nth, kinds=kinds
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """The element to be changed, in the message that all its mutations start from."""

    model: SchemaModel
    place: Placed
    parent: Placed | None
    has_ids: bool
    nth: int  # of the declarations that share the path
    kinds: Container[Kind]

    @property
    def element(self) -> ElementDecl:
        return self.place.element

    @property
    def node(self) -> etree._Element:
        return self.place.node

    @property
    def run(self) -> list[etree._Element]:
        """Give the element and those of its name right before and after it."""
        found = [self.node]
        for step in (etree._Element.getprevious, etree._Element.getnext):
            other = step(self.node)
            while other is not None and other.tag == self.node.tag:
                found.insert(0, other) if step is etree._Element.getprevious else found.append(
                    other
                )
                other = step(other)
        return found

    def inside(self, kind: Kind, change: _Change, detail: str = "") -> Iterator[Mutation]:
        """Change what is in the element; its own declaration judges."""
        if kind not in self.kinds:
            return
        node = self._copied()
        change(node)
        judges = partial(is_valid, self.model, self.element, node, below=False)
        yield from self._judged(kind, node, detail, judges)

    def around(
        self, kind: Kind, change: _Change, detail: str = "", *, below: bool = False
    ) -> Iterator[Mutation]:
        """Change where the element stands or what it is called; what holds it judges."""
        if kind not in self.kinds:
            return
        node = self._copied()
        holder = node.getparent()
        root = node.getroottree().getroot()
        change(node)
        if self.has_ids:
            _renew_ids(self.model, root)
        element = self.model.elements.get(str(root.tag)) if holder is None else None
        if holder is not None and self.parent is not None:
            element = self.parent.element
        judges = partial(
            _is_known_and_valid,
            self.model,
            element,
            root if holder is None else holder,
            below=below,
        )
        yield from self._judged(kind, root, detail, judges)

    def _copied(self) -> etree._Element:
        """Copy the whole message and find the element in the copy."""
        steps: list[int] = []
        node = self.node
        while (parent := node.getparent()) is not None:
            steps.append(parent.index(node))
            node = parent
        found = copy.deepcopy(node)
        for step in reversed(steps):
            found = found[step]
        return found

    def _judged(
        self, kind: Kind, node: etree._Element, detail: str, judges: Callable[..., bool]
    ) -> Iterator[Mutation]:
        """Give the mutation with its verdict, but not where libxml2 is known to judge wrongly."""
        valid = judges()
        if not valid and judges(loosely=True):
            return
        details = [detail, f"declaration {self.nth}" if self.nth > 1 else ""]
        yield Mutation(
            kind=kind,
            path=self.place.path,
            declaration=self.element,
            detail=", ".join(one for one in details if one),
            valid=valid,
            message=node.getroottree().getroot(),
        )


def _is_known_and_valid(
    model: SchemaModel,
    element: ElementDecl | None,
    node: etree._Element,
    *,
    below: bool,
    loosely: bool = False,
) -> bool:
    return element is not None and is_valid(model, element, node, below=below, loosely=loosely)


def _random(seed: int, purpose: str) -> Random:
    return Random(f"{seed} {purpose}")  # noqa: S311 - repeatable, not secret


@lru_cache(maxsize=4096)
def _probes_of(simple: SimpleType, seed: int) -> tuple[Probe, ...]:
    """Make the values to try for a type; a suite asks again for each of its scenarios."""
    return tuple(
        probes(simple, _random(seed, f"{simple.name} {simple.where and simple.where.line}"))
    )


class _Mutator:
    """Makes the mutations of one spot after the other."""

    def __init__(self, model: SchemaModel, seed: int) -> None:
        self._model = model
        self._seed = seed
        self._made: dict[str, tuple[etree._Element, etree._Element]] = {}

    def at(self, spot: _Spot) -> Iterator[Mutation]:
        """Make every mutation of one spot."""
        yield from self._named(spot)
        if spot.parent is not None:
            yield from self._standing(spot)
        if spot.element.simple is not None:
            yield from self._valued(spot, spot.element.simple)
        if isinstance(spot.element.type, ComplexType):
            yield from self._holding(spot, spot.element.type)
            for attribute in spot.element.type.attributes:
                yield from self._attributed(spot, attribute)
        for name in ("unexpected", clark(FOREIGN, "unexpected")):
            yield from spot.inside(Kind.UNEXPECTED_ATTRIBUTE, _setting(name, "x"), _short(name))
        yield from spot.inside(Kind.NIL, _nil, "empty")
        if len(spot.node) or spot.node.text:
            change = _setting(clark(XSI, "nil"), "true")
            yield from spot.inside(Kind.NIL, change, "though it holds something")

    def _named(self, spot: _Spot) -> Iterator[Mutation]:
        namespace, local = split_name(spot.element.qname)
        yield from spot.around(Kind.MISNAMED, _renaming(clark(namespace, f"{local}X")), below=True)
        for other in (FOREIGN, "") if namespace else (FOREIGN,):
            detail = other or "none"
            change = _renaming(clark(other, local))
            yield from spot.around(Kind.WRONG_NAMESPACE, change, detail, below=True)

    @staticmethod
    def _standing(spot: _Spot) -> Iterator[Mutation]:
        """Take the element away, double it, move it, and try the bounds of its occurrence."""
        times = len(spot.run)
        yield from spot.around(Kind.MISSING, partial(_occurring, times, 0))
        yield from spot.around(Kind.DOUBLED, partial(_occurring, times, times + 1))
        following = spot.run[-1].getnext()
        if following is not None:
            yield from spot.around(Kind.REORDERED, _past_next)
        least, most = spot.element.min, spot.element.max
        wanted = {least - 1, least, *(() if most is None else (most, most + 1))}
        for number in sorted(wanted - {-1, 0, times, times + 1}):
            if number <= _MOST_COPIES:
                change = partial(_occurring, times, number)
                yield from spot.around(Kind.OCCURRENCES, change, f"{number} times")

    # Values

    def _valued(self, spot: _Spot, simple: SimpleType) -> Iterator[Mutation]:
        if spot.element.fixed is not None:
            other = a_value(simple, self._random("fixed"))
            yield from spot.inside(Kind.MISTYPED, _texting(other or "x"), "not the fixed value")
            return
        for number, probe in enumerate(self._probed(simple), start=1):
            yield from spot.inside(_kind(probe), _texting(probe.text), _detail(probe, number))
        for name, kind in (
            (clark(spot.element.namespace, "unheardOf"), Kind.UNKNOWN_ELEMENT),
            (clark(FOREIGN, "extension"), Kind.MISPLACED_EXTENSION),
        ):
            yield from spot.inside(kind, _inserting(0, name), "in a value")

    def _probed(self, simple: SimpleType) -> tuple[Probe, ...]:
        return _probes_of(simple, self._seed)

    def _random(self, purpose: str) -> Random:
        return _random(self._seed, purpose)

    # Content

    def _holding(self, spot: _Spot, holder: ComplexType) -> Iterator[Mutation]:
        if holder.content is Content.SIMPLE:
            return
        yield from spot.inside(Kind.TEXT_BETWEEN, _text_first, "before all")
        if len(spot.node):
            yield from spot.inside(Kind.TEXT_BETWEEN, _text_last, "after all")
            yield from spot.inside(Kind.MISTYPED, _text_only, "text for elements")
        places = {0: "before all", len(spot.node): "after all"}
        for index, where in places.items():
            name = clark(_home(spot.element, holder), "unheardOf")
            yield from spot.inside(Kind.UNKNOWN_ELEMENT, _inserting(index, name), where)
        room = [*_room(self._model, spot, holder)]
        for index, where in places.items():
            if index not in {at for at, _ in room}:
                change = _inserting(index, clark(FOREIGN, "extension"))
                yield from spot.inside(Kind.MISPLACED_EXTENSION, change, where)
        for number, (index, wildcard) in enumerate(room, start=1):
            yield from self._extended(spot, holder, index, wildcard, f"room {number}")

    def _extended(
        self, spot: _Spot, holder: ComplexType, index: int, wildcard: Wildcard, where: str
    ) -> Iterator[Mutation]:
        """Use the room of a wildcard: with unknown elements, too many of them, and known ones."""
        name = foreign_name(self._model, wildcard)
        yield from spot.inside(Kind.EXTENSION, _inserting(index, name), f"{where}, one")
        yield from spot.inside(Kind.EXTENSION, _inserting(index, name, rich=True), f"{where}, rich")
        yield from spot.inside(Kind.EXTENSION, _inserting(index, name, times=2), f"{where}, two")
        names = [str(child.tag) for child in children_of(spot.node)]
        bound = bindings(self._model, holder, names) or ()
        standing = [at for at, binding in enumerate(bound) if binding == wildcard]
        if standing:
            yield from spot.inside(Kind.EXTENSION, _removing(standing), f"{where}, none")
        for number in () if wildcard.max is None else (wildcard.max, wildcard.max + 1):
            more = number - len(standing)
            if 2 < more <= _MOST_COPIES:  # noqa: PLR2004 - one and two are tried above
                change = _inserting(index, name, times=more)
                yield from spot.inside(Kind.EXTENSION, change, f"{where}, {number} in all")
        for known in self._model.elements.values():
            if wildcard.admits(known.namespace) and not known.abstract:
                right, wrong = self._known(known.qname)
                for added, made in ((right, "right"), (wrong, "wrong")):
                    detail = f"{where}, {known.name}, {made}"
                    yield from spot.inside(Kind.KNOWN_EXTENSION, _inserting(index, added), detail)

    def _known(self, name: str) -> tuple[etree._Element, etree._Element]:
        """Give a declared element as it should be, and as it should not."""
        if name not in self._made:
            right = minimal(self._model, name)
            wrong = copy.deepcopy(right)
            wrong.set("unexpected", "x")
            self._made[name] = right, wrong
        return self._made[name]

    # Attributes

    def _attributed(self, spot: _Spot, attribute: AttributeDecl) -> Iterator[Mutation]:
        name, path = attribute.qname, f"{spot.place.path}/@{attribute.name}"
        tried: list[tuple[Kind, _Change, str]] = []
        if name in spot.node.attrib:
            tried.append((Kind.MISSING_ATTRIBUTE, _unsetting(name), ""))
        if attribute.fixed is not None:
            change = _setting(name, f"{attribute.fixed}X")
            tried.append((Kind.MISTYPED, change, "not the fixed value"))
        else:
            for number, probe in enumerate(self._probed(attribute.type), start=1):
                change = _setting(name, probe.text)
                tried.append((_kind(probe), change, _detail(probe, number)))
        for kind, change, detail in tried:
            for mutation in spot.inside(kind, change, detail):
                yield replace(mutation, path=path)


def _kind(probe: Probe) -> Kind:
    if probe.limit is not None:
        return Kind.INSIDE_FACET if probe.valid else Kind.OUTSIDE_FACET
    return Kind.WHITE_SPACE if probe.text != probe.text.strip() else Kind.MISTYPED


def _detail(probe: Probe, number: int) -> str:
    if probe.limit is None or probe.facet is None:
        return f"value {number}"
    value = probe.facet.value if len(probe.facet.value) <= 30 else ""  # noqa: PLR2004 - readable
    return f"{probe.facet.kind} {value}, value {number}".replace(" ,", ",")


def _short(name: str) -> str:
    namespace, local = split_name(name)
    return f"{local} of another namespace" if namespace else local


def _home(element: ElementDecl, holder: ComplexType) -> str:
    """Give the namespace that the children of an element have."""
    for one in holder.elements:
        return one.namespace
    for wildcard in holder.wildcards:
        return wildcard.target
    return element.namespace


def _room(model: SchemaModel, spot: _Spot, holder: ComplexType) -> Iterator[tuple[int, Wildcard]]:
    """Find a place in the element for each wildcard of its type, the last one it can have."""
    names = [str(child.tag) for child in children_of(spot.node)]
    for wildcard in dict.fromkeys(holder.wildcards):
        foreign = foreign_name(model, wildcard)
        for index in range(len(names), -1, -1):
            bound = bindings(model, holder, [*names[:index], foreign, *names[index:]])
            if bound is not None and bound[index] == wildcard:
                yield index, wildcard
                break


def _ids(element: ElementDecl) -> tuple[str, ...]:
    """Give the attributes of an element that hold an xs:ID; an empty name is its own text."""
    declared = element.type
    attributes = declared.attributes if isinstance(declared, ComplexType) else ()
    names = [one.qname for one in attributes if one.type.built_in == "ID"]
    simple = element.simple
    return (*names, "") if simple is not None and simple.built_in == "ID" else (*names,)


def _renew_ids(model: SchemaModel, root: etree._Element) -> None:
    """Give what was copied an ID of its own, so that only its being there is tried."""
    declared = model.elements.get(str(root.tag))
    known: set[str] = set()
    for one in placed(model, declared, root) if declared is not None else ():
        for name in _ids(one.element):
            value = str(one.node.get(name) if name else one.node.text)
            others = (f"{value}-{number}" for number in count(2))
            fresh = next(text for text in chain([value], others) if text not in known)
            known.add(fresh)
            if name:
                one.node.set(name, fresh)
            else:
                one.node.text = fresh


# Changes ---------------------------------------------------------------------------------------


def _renaming(name: str) -> _Change:
    def change(node: etree._Element) -> None:
        node.tag = name

    return change


def _texting(text: str) -> _Change:
    def change(node: etree._Element) -> None:
        node.text = text or None  # as a parsed message has it

    return change


def _setting(name: str, value: str) -> _Change:
    def change(node: etree._Element) -> None:
        node.set(name, value)

    return change


def _unsetting(name: str) -> _Change:
    def change(node: etree._Element) -> None:
        del node.attrib[name]

    return change


def _inserting(
    index: int, added: str | etree._Element, *, times: int = 1, rich: bool = False
) -> _Change:
    """Put new elements before the child of an index."""

    def change(node: etree._Element) -> None:
        for _ in range(times):
            new = etree.Element(added) if isinstance(added, str) else copy.deepcopy(added)
            if rich:
                new.set("note", "x")
                new.text = "text"
                etree.SubElement(new, clark(FOREIGN, "within")).text = "text"
            node.insert(index, new)

    return change


def _removing(indexes: list[int]) -> _Change:
    def change(node: etree._Element) -> None:
        for index in reversed(indexes):
            del node[index]

    return change


def _occurring(times: int, number: int, node: etree._Element) -> None:
    """Let an element that stands ``times`` times in a row stand ``number`` times."""
    holder = node.getparent()
    if holder is None:
        return
    while (before := node.getprevious()) is not None and before.tag == node.tag:
        node = before
    for _ in range(times, number):
        node.addnext(copy.deepcopy(node))
    for _ in range(number, times):
        following = node.getnext()
        holder.remove(node)
        if following is not None:
            node = following


def _past_next(node: etree._Element) -> None:
    """Move an element past the next one of another name."""
    following = node.getnext()
    while following is not None and following.tag == node.tag:
        following = following.getnext()
    if following is not None:
        following.addnext(node)


def _text_first(node: etree._Element) -> None:
    node.text = "text"


def _text_last(node: etree._Element) -> None:
    node[-1].tail = "text"


def _text_only(node: etree._Element) -> None:
    _emptied(node)
    node.text = "text"


def _nil(node: etree._Element) -> None:
    _emptied(node)
    node.set(clark(XSI, "nil"), "true")


def _emptied(node: etree._Element) -> None:
    for child in [*node]:
        node.remove(child)
    node.text = None
