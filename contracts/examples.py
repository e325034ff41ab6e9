"""Valid messages from any schema: the least one, a full one, and a series through every choice."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from lxml import etree

from contracts.schema_content import XSI
from contracts.schema_model import SchemaModel
from contracts.schema_parts import (
    AttributeDecl,
    ComplexType,
    ElementDecl,
    Group,
    GroupKind,
    Particle,
    Process,
    SchemaModelError,
    SimpleType,
    Wildcard,
    clark,
    split_name,
)
from contracts.schema_values import a_value

__all__ = ["FOREIGN", "foreign_name", "full", "full_series", "minimal", "minimal_element"]

FOREIGN = "urn:provbank:extension"
"""A namespace that no schema knows."""

_REPEATS = 2  # how often an element that may repeat stands in a full message
_LARGEST = 100_000  # elements
_LONGEST_SERIES = 1_000  # messages; choices within choices multiply


def minimal(model: SchemaModel, root: str) -> etree._Element:
    """Make the smallest valid message: nothing optional, the shortest branch of each choice.

    Raises: SchemaModelError where the root is not declared, or no finite message is valid.
    """
    return _Maker(model, Random(0), is_full=False).message(model.element(root))  # noqa: S311


def minimal_element(model: SchemaModel, element: ElementDecl) -> etree._Element:
    """Make the smallest valid element of a declaration, wherever that stands.

    Raises: as ``minimal``.
    """
    return _Maker(model, Random(0), is_full=False).message(element)  # noqa: S311


def full(model: SchemaModel, root: str, *, seed: int = 0) -> etree._Element:
    """Make a valid message with every optional element once, and what may repeat twice.

    Shape:  of a choice the first branch stands, or all where the choice may repeat; a type within
            itself is entered once. The same seed gives the same message.
    Raises: as ``minimal``.
    """
    return next(full_series(model, root, seed=seed))


def full_series(model: SchemaModel, root: str, *, seed: int = 0) -> Iterator[etree._Element]:
    """Make full messages until every branch of every choice, and every substitute, has stood.

    Shape: a schema without choices gives a single message.
    """
    maker = _Maker(model, Random(seed), is_full=True)  # noqa: S311 - repeatable, not secret
    for _ in range(_LONGEST_SERIES):
        yield maker.message(model.element(root))
        if not maker.has_more:
            return


def foreign_name(model: SchemaModel, wildcard: Wildcard) -> str:
    """Name an element that a wildcard admits and the schema does not know."""
    if wildcard.admits(FOREIGN):
        return clark(FOREIGN, "extension")
    written = {"##local": "", "##targetNamespace": wildcard.target}
    namespace, *_ = (written.get(one, one) for one in wildcard.namespace.split())
    names = (
        clark(namespace, f"extension{number or ''}") for number in range(len(model.elements) + 1)
    )
    return next(name for name in names if name not in model.elements)


class _Maker:
    """Makes messages of one schema; remembers which branches of its choices have stood."""

    def __init__(self, model: SchemaModel, rng: Random, *, is_full: bool) -> None:
        self._model = model
        self._rng = rng
        self._is_full = is_full
        self._sizes: dict[str, float] = {}
        self._taken: dict[tuple[str, Group | ElementDecl], int] = {}
        self._branches: dict[tuple[str, Group | ElementDecl], int] = {}
        self._made = 0
        self._ids = 0

    def message(self, root: ElementDecl) -> etree._Element:
        """Make one message."""
        self._made = self._ids = 0
        if root.abstract:
            raise SchemaModelError(
                f"{root.name} is abstract, so no message begins with it",
                where=str(root.where),
                mend="choose an element that substitutes for it",
            )
        if self._size_of(root, ()) == float("inf"):
            raise SchemaModelError(
                f"{root.name} holds itself without end",
                where=str(root.where),
                mend="make an element on the way optional",
            )
        namespaces = sorted(one for one in self._model.namespaces if one)
        prefixes = {f"n{number}": one for number, one in enumerate(namespaces, start=1)}
        prefixes["xsi"] = XSI
        node = etree.Element(root.qname, nsmap=prefixes)
        self._fill(node, root, path=f"/{root.name}", above=(), is_full=self._is_full)
        return node

    @property
    def has_more(self) -> bool:
        """Tell whether a choice has branches that have not stood yet."""
        return any(self._taken.get(key, 0) < count for key, count in self._branches.items())

    def _fill(
        self,
        node: etree._Element,
        element: ElementDecl,
        *,
        path: str,
        above: tuple[str, ...],
        is_full: bool,
    ) -> None:
        self._made += 1
        if self._made > _LARGEST:
            raise SchemaModelError(
                f"a full message of this schema has more than {_LARGEST:,} elements",
                where=str(element.where),
                mend="make a minimal one",
            )
        declared = element.type
        if isinstance(declared, ComplexType):
            if declared.abstract:
                declared = self._concrete(node, declared)
            for attribute in declared.attributes:
                if attribute.required or is_full:
                    node.set(attribute.qname, self._attribute_value(attribute, is_full=is_full))
            is_open = declared.key in above
            if declared.particle is not None:
                self._put(
                    node,
                    declared.particle,
                    path=path,
                    above=(*above, declared.key),
                    is_full=is_full and not is_open,
                )
        simple = declared if isinstance(declared, SimpleType) else declared.simple
        if simple is not None:
            fixed = element.fixed
            node.text = self._value(simple, is_full=is_full) if fixed is None else fixed

    # Content

    def _put(
        self,
        node: etree._Element,
        particle: Particle,
        *,
        path: str,
        above: tuple[str, ...],
        is_full: bool,
    ) -> None:
        match particle:
            case ElementDecl():
                for _ in range(self._times(particle, is_full=is_full)):
                    standing = self._standing(particle, path=path, is_full=is_full)
                    child = etree.SubElement(node, standing.qname)
                    self._fill(
                        child,
                        standing,
                        path=f"{path}/{standing.name}",
                        above=above,
                        is_full=is_full,
                    )
            case Wildcard():
                for _ in range(particle.min):
                    self._put_foreign(node, particle)
            case Group(kind=GroupKind.CHOICE):
                self._choose(node, particle, path=path, above=above, is_full=is_full)
            case Group():
                for _ in range(self._times(particle, is_full=is_full)):
                    for part in particle.parts:
                        self._put(node, part, path=path, above=above, is_full=is_full)

    def _choose(
        self,
        node: etree._Element,
        group: Group,
        *,
        path: str,
        above: tuple[str, ...],
        is_full: bool,
    ) -> None:
        parts = group.parts
        if not parts:
            return
        times = self._times(group, is_full=is_full)
        if not is_full:
            smallest = min(parts, key=lambda part: self._size(part, ()))
            for _ in range(times):
                self._put(node, smallest, path=path, above=above, is_full=False)
            return
        key = path, group
        self._branches[key] = len(parts)
        if group.max is None or group.max >= len(parts):
            times = max(group.min, len(parts))
        first = self._taken.get(key, 0)
        for turn in range(first, first + times):
            self._put(node, parts[turn % len(parts)], path=path, above=above, is_full=True)
        self._taken[key] = first + times

    def _times(self, particle: Particle, *, is_full: bool) -> int:
        if not is_full:
            return particle.min
        most = _REPEATS if particle.max is None else min(particle.max, _REPEATS)
        return max(most, particle.min)

    def _put_foreign(self, node: etree._Element, wildcard: Wildcard) -> None:
        if wildcard.process is not Process.STRICT:
            etree.SubElement(node, foreign_name(self._model, wildcard))
            return
        known = [*self._admitted(wildcard)]
        if known:
            element = min(known, key=lambda one: self._size_of(one, ()))
            child = etree.SubElement(node, element.qname)
            self._fill(child, element, path="", above=(), is_full=False)
            return
        raise SchemaModelError(
            "the wildcard demands an element that is declared, and none is",
            where=str(wildcard.where or ""),
        )

    def _admitted(self, wildcard: Wildcard) -> Iterator[ElementDecl]:
        for element in self._model.elements.values():
            if wildcard.admits(element.namespace) and not element.abstract:
                yield element

    def _standing(self, element: ElementDecl, *, path: str, is_full: bool) -> ElementDecl:
        """Give the element itself or, in a full message, each that may stand for it in turn."""
        standing = self._model.standing_for(element)
        if not standing:
            raise SchemaModelError(
                f"{element.name} is abstract and nothing substitutes for it",
                where=str(element.where),
            )
        if not is_full or len(standing) == 1:
            return min(standing, key=lambda one: self._size_of(one, ()))
        turn = self._taken.get((path, element), 0)
        self._branches[path, element] = len(standing)
        self._taken[path, element] = turn + 1
        return standing[turn % len(standing)]

    def _concrete(self, node: etree._Element, declared: ComplexType) -> ComplexType:
        """Choose a type that derives from an abstract one, and name it in xsi:type."""
        bases = {declared.name}
        for one in tuple(self._model.types.values()) * 2:
            if isinstance(one, ComplexType) and one.base in bases:
                bases.add(one.name)
                if not one.abstract:
                    namespace, local = split_name(one.name)
                    prefix = next((p for p, uri in node.nsmap.items() if uri == namespace), None)
                    node.set(clark(XSI, "type"), f"{prefix}:{local}" if prefix else local)
                    return one
        raise SchemaModelError(
            f"the type {declared.name} is abstract and nothing derives from it",
            where=str(declared.where or ""),
        )

    # Sizes: which branch is the shortest, and which has no end

    def _size(self, particle: Particle, above: tuple[str, ...]) -> float:
        """Count the elements a particle needs at the least; infinite where it needs itself."""
        match particle:
            case Wildcard(process=Process.STRICT) if particle.min:
                known = (self._size_of(one, above) for one in self._admitted(particle))
                return particle.min * min(known, default=0)
            case Wildcard():
                return particle.min
            case ElementDecl():
                return particle.min and particle.min * self._size_of(particle, above)
            case Group(kind=GroupKind.CHOICE, parts=parts):
                one = min((self._size(part, above) for part in parts), default=0)
                return particle.min and particle.min * one
            case Group(parts=parts):
                return particle.min and particle.min * sum(self._size(p, above) for p in parts)

    def _size_of(self, element: ElementDecl, above: tuple[str, ...]) -> float:
        declared = element.type
        if not isinstance(declared, ComplexType) or declared.particle is None:
            return 1
        if declared.key in above:
            return float("inf")
        if declared.key not in self._sizes:
            size = 1 + self._size(declared.particle, (*above, declared.key))
            if above and size == float("inf"):
                return size  # perhaps only because of what is open above
            self._sizes[declared.key] = size
        return self._sizes[declared.key]

    # Values

    def _attribute_value(self, attribute: AttributeDecl, *, is_full: bool) -> str:
        if attribute.fixed is not None:
            return attribute.fixed
        return self._value(attribute.type, is_full=is_full)

    def _value(self, simple: SimpleType, *, is_full: bool) -> str:
        if simple.built_in == "ID":
            self._ids += 1
            return f"id{self._ids}"
        return a_value(simple, self._rng if is_full else Random(0))  # noqa: S311 - repeatable
