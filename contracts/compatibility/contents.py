"""The content of a complex type as a language: what children may stand in it, in what order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from contracts.compatibility.languages import (
    EMPTY,
    Either,
    Expression,
    Language,
    One,
    Repeat,
    Row,
    Unordered,
    words_beyond,
)
from contracts.examples import FOREIGN
from contracts.schema_model import SchemaModel
from contracts.schema_parts import (
    ComplexType,
    ElementDecl,
    Group,
    GroupKind,
    Particle,
    Process,
    Where,
    Wildcard,
    clark,
    particles,
    split_name,
)

__all__ = ["Content", "Counts", "Side", "contents"]

_UNHEARD_OF = "unheardOf"
Counts = tuple[int, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A complex type in one version: its model, and the element that has it."""

    model: SchemaModel
    type: ComplexType
    element: ElementDecl

    @property
    def where(self) -> Where:
        """Give the place of the type."""
        return self.type.where or self.element.where

    @property
    def home(self) -> str:
        """Give the namespace that the type is written for."""
        return split_name(self.type.name)[0] if self.type.name else self.element.namespace


class Content:
    """The content of a type in one version, over the symbols of both.

    Shape: a symbol is the ``{namespace}name`` of an element that either version declares, or of one
           that nobody declares, one for each namespace.
    """

    def __init__(self, side: Side, *, symbols: frozenset[str]) -> None:
        self.side = side
        self._symbols = symbols
        self._languages: dict[frozenset[str], Language] = {}

    @cached_property
    def leaves(self) -> dict[str, ElementDecl]:
        """Give the elements of the content by name, in their order, each name once."""
        return {
            one.qname: one
            for one in reversed([*particles(self.side.type.particle)])
            if isinstance(one, ElementDecl)
        }

    @cached_property
    def names(self) -> list[str]:
        """Give the names of the elements in their order."""
        return [*reversed(self.leaves)]

    @cached_property
    def declared(self) -> dict[str, ElementDecl]:
        """Give every element that may stand in the content, by substitution too."""
        return {
            standing.qname: standing
            for one in self.leaves.values()
            for standing in self.side.model.standing_for(one)
        }

    @cached_property
    def wildcards(self) -> tuple[Wildcard, ...]:
        """Give the wildcards in their order."""
        return self.side.type.wildcards

    @cached_property
    def room(self) -> frozenset[str]:
        """Give the symbols that some wildcard reads."""
        return frozenset().union(*(self._read_by(one) for one in self.wildcards))

    @cached_property
    def known(self) -> frozenset[str]:
        """Give the symbols that messages of this version may be made of.

        What only the other version declares cannot stand in them: its namespace was not yet there,
        or is gone.
        """
        model = self.side.model
        return frozenset(
            symbol
            for symbol in self._symbols
            if symbol in self.declared
            or symbol in model.elements
            or (split_name(symbol)[1] == _UNHEARD_OF
                and split_name(symbol)[0] in {*model.namespaces, FOREIGN, ""})
        )  # fmt: skip

    def language(self, without: frozenset[str] = frozenset()) -> Language:
        """Give all rows of children that are valid, with these names struck out of them."""
        if without not in self._languages:
            expression = self._expression(self.side.type.particle)
            self._languages[without] = Language(_struck(expression, without))
        return self._languages[without]

    def some_children(self) -> tuple[str, ...] | None:
        """Give a shortest valid row of children that is not empty, or None."""
        return next(words_beyond([self.language()], Language(EMPTY), among=self.known), None)

    def choices_above(self, name: str) -> tuple[Group, ...]:
        """Give the choices and all-groups that an element stands in, the outermost first."""
        return next(
            (above for leaf, above in _leaves(self.side.type.particle) if leaf.qname == name), ()
        )

    def counts(self, names: frozenset[str]) -> Counts:
        """Give how often elements of these names may stand in the content, at least and at most."""
        return _counts(self.side.type.particle, names)

    def place(self, name: str) -> Where:
        """Give the place where an element is declared in the content, else of the type."""
        found = self.leaves.get(name)
        return found.where if found else self.side.where

    def is_extension(self, name: str) -> bool:
        """Tell whether an element is a reference into another namespace than the type's."""
        found = self.leaves[name]
        return found.ref and found.namespace != self.side.home

    def _expression(self, particle: Particle | None) -> Expression:
        if particle is None:
            return EMPTY
        match particle:
            case ElementDecl():
                standing = self.side.model.standing_for(particle)
                inner: Expression = One(frozenset(one.qname for one in standing))
            case Wildcard():
                inner = One(self._read_by(particle))
            case Group(kind=GroupKind.ALL):
                inner = Unordered(tuple(self._expression(part) for part in particle.parts))
            case Group(kind=GroupKind.CHOICE) if particle.parts:
                inner = Either(tuple(self._expression(part) for part in particle.parts))
            case Group():
                inner = Row(tuple(self._expression(part) for part in particle.parts))
        if (particle.min, particle.max) == (1, 1):
            return inner
        return Repeat(inner, particle.min, particle.max)

    def _read_by(self, wildcard: Wildcard) -> frozenset[str]:
        return frozenset(
            symbol
            for symbol in self._symbols
            if wildcard.admits(split_name(symbol)[0])
            and (wildcard.process is not Process.STRICT or symbol in self.side.model.elements)
        )


def contents(old: Side, new: Side) -> tuple[Content, Content]:
    """Give the contents of a type in both versions, over their common symbols."""
    symbols = {clark(FOREIGN, _UNHEARD_OF), _UNHEARD_OF}
    for side in (old, new):
        symbols |= {clark(namespace, _UNHEARD_OF) for namespace in side.model.namespaces}
        symbols |= {
            standing.qname
            for one in side.type.elements
            for standing in (one, *side.model.standing_for(one))
        }
        symbols |= {
            name
            for wildcard in side.type.wildcards
            for name in side.model.elements
            if wildcard.admits(split_name(name)[0])
        }
    both = frozenset(symbols)
    return Content(old, symbols=both), Content(new, symbols=both)


def _struck(expression: Expression, names: frozenset[str]) -> Expression:
    match expression:
        case One(symbols):
            return EMPTY if symbols and symbols <= names else One(symbols - names)
        case Row(parts):
            return Row(tuple(_struck(part, names) for part in parts))
        case Either(parts):
            return Either(tuple(_struck(part, names) for part in parts))
        case Unordered(parts):
            return Unordered(tuple(_struck(part, names) for part in parts))
        case Repeat(part, least, most):
            return Repeat(_struck(part, names), least, most)


def _leaves(
    particle: Particle | None, above: tuple[Group, ...] = ()
) -> Iterator[tuple[ElementDecl, tuple[Group, ...]]]:
    match particle:
        case Group(kind=kind, parts=parts):
            if kind is not GroupKind.SEQUENCE:
                above = (*above, particle)
            for part in parts:
                yield from _leaves(part, above)
        case ElementDecl():
            yield particle, above


def _counts(particle: Particle | None, names: frozenset[str]) -> Counts:
    match particle:
        case ElementDecl() if particle.qname in names:
            least: int = 1
            most: int | None = 1
        case Group(kind=kind, parts=parts) if parts:
            counts = [_counts(part, names) for part in parts]
            bounds = [high for _, high in counts]
            if kind is GroupKind.CHOICE:
                least = min(low for low, _ in counts)
                most = None if None in bounds else max(high or 0 for high in bounds)
            else:
                least = sum(low for low, _ in counts)
                most = None if None in bounds else sum(high or 0 for high in bounds)
        case _:
            return 0, 0
    if most == 0:
        return 0, 0
    if most is None or particle.max is None:
        return least * particle.min, None
    return least * particle.min, most * particle.max
