"""What a schema declares, as values: elements, types, facets, groups, wildcards, attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from lxml import etree

from contracts.errors import HarnessError

__all__ = [
    "XS",
    "AttributeDecl",
    "ComplexType",
    "Content",
    "ElementDecl",
    "Facet",
    "FacetKind",
    "Group",
    "GroupKind",
    "Particle",
    "Process",
    "SchemaModelError",
    "SimpleType",
    "Type",
    "Variety",
    "Where",
    "Wildcard",
    "clark",
    "particles",
    "split_name",
]

XS = "http://www.w3.org/2001/XMLSchema"


class SchemaModelError(HarnessError):
    """A schema that cannot be read into a model; ``where`` is the file and line."""


def clark(namespace: str, local: str) -> str:
    """Write a qualified name as lxml does: ``{namespace}local``, or ``local`` in no namespace."""
    return f"{{{namespace}}}{local}" if namespace else local


def split_name(name: str) -> tuple[str, str]:
    """Split what ``clark`` wrote into namespace and local name."""
    split = etree.QName(name)
    return split.namespace or "", split.localname


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """Where in a schema something is said."""

    file: Path
    line: int

    def __str__(self) -> str:
        """Give ``file:line``, which editors can follow."""
        return f"{self.file}:{self.line}"


class FacetKind(StrEnum):
    """The facets of XML Schema 1.0, by their names in a schema."""

    LENGTH = "length"
    MIN_LENGTH = "minLength"
    MAX_LENGTH = "maxLength"
    PATTERN = "pattern"
    ENUMERATION = "enumeration"
    WHITE_SPACE = "whiteSpace"
    MAX_INCLUSIVE = "maxInclusive"
    MAX_EXCLUSIVE = "maxExclusive"
    MIN_INCLUSIVE = "minInclusive"
    MIN_EXCLUSIVE = "minExclusive"
    TOTAL_DIGITS = "totalDigits"
    FRACTION_DIGITS = "fractionDigits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One narrowing of a simple type; ``where`` is None for what a built-in type brings."""

    kind: FacetKind
    value: str
    where: Where | None = None


class Variety(StrEnum):
    """How a simple type's values are built."""

    ATOMIC = "atomic"
    LIST = "list"
    UNION = "union"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimpleType:
    """A type of text: a built-in one, or one derived from others in one step.

    Shape: ``name`` is ``{namespace}local``, empty where the type is anonymous; ``facets`` are
           those of this step alone, ``base`` the step before it (None at a built-in without
           one). ``item`` belongs to a list, ``members`` to a union.
    """

    name: str
    variety: Variety = Variety.ATOMIC
    base: SimpleType | None = None
    facets: tuple[Facet, ...] = ()
    item: SimpleType | None = None
    members: tuple[SimpleType, ...] = ()
    where: Where | None = None

    @property
    def steps(self) -> Iterator[SimpleType]:
        """Give the type and what it derives from, nearest first."""
        step: SimpleType | None = self
        while step is not None:
            yield step
            step = step.base

    @property
    def built_in(self) -> str:
        """Give the nearest built-in type's local name; empty for a list or union of ours."""
        for step in self.steps:
            namespace, local = split_name(step.name) if step.name else ("", "")
            if namespace == XS:
                return local
        return ""

    @property
    def primitive(self) -> str:
        """Give the local name of the built-in type all others here derive from."""
        *_, last = self.steps
        namespace, local = split_name(last.name) if last.name else ("", "")
        return local if namespace == XS and last.variety is Variety.ATOMIC else ""

    def nearest(self, *kinds: FacetKind) -> tuple[Facet, ...]:
        """Give the facets of these kinds from the nearest step that has any: they are in force."""
        for step in self.steps:
            found = tuple(facet for facet in step.facets if facet.kind in kinds)
            if found:
                return found
        return ()

    @property
    def in_force(self) -> tuple[Facet, ...]:
        """Give every facet a value must keep: all patterns, and the nearest of each other kind."""
        found: list[Facet] = []
        for kind in FacetKind:
            if kind is FacetKind.PATTERN:
                found += [f for step in self.steps for f in step.facets if f.kind is kind]
            else:
                found += self.nearest(kind)
        return tuple(found)

    @property
    def patterns(self) -> tuple[tuple[str, ...], ...]:
        """Give the patterns step by step: one of each step's must match."""
        steps = (
            tuple(facet.value for facet in step.facets if facet.kind is FacetKind.PATTERN)
            for step in self.steps
        )
        return tuple(step for step in steps if step)


class Process(StrEnum):
    """What a validator does with elements or attributes that a wildcard lets in."""

    STRICT = "strict"
    LAX = "lax"
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wildcard:
    """``xs:any`` or ``xs:anyAttribute``: room for names the schema does not say.

    Shape: ``namespace`` as written (``##any``, ``##other``, or a list), ``target`` the namespace
           that ``##other`` and ``##targetNamespace`` speak of; ``max`` None is unbounded.
    """

    namespace: str
    process: Process
    target: str
    min: int
    max: int | None
    where: Where | None = None

    def admits(self, namespace: str) -> bool:
        """Tell whether a name of this namespace (empty: none) may stand here."""
        if self.namespace == "##any":
            return True
        if self.namespace == "##other":
            return namespace not in {self.target, ""}
        special = {"##targetNamespace": self.target, "##local": ""}
        return namespace in {special.get(one, one) for one in self.namespace.split()}


class GroupKind(StrEnum):
    """How the parts of a model group stand together."""

    SEQUENCE = "sequence"
    CHOICE = "choice"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A sequence, choice or all; a reference to a named group stands as what it refers to."""

    kind: GroupKind
    parts: tuple[Particle, ...]
    min: int = 1
    max: int | None = 1
    where: Where | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeDecl:
    """An attribute where it stands in a complex type."""

    name: str
    namespace: str
    type: SimpleType
    required: bool
    default: str | None
    fixed: str | None
    where: Where | None

    @property
    def qname(self) -> str:
        """Give the name as lxml writes it."""
        return clark(self.namespace, self.name)


class Content(StrEnum):
    """What may stand in an element of a complex type."""

    EMPTY = "empty"
    SIMPLE = "simple"
    ELEMENTS = "elements"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplexType:
    """A type of elements that hold elements or attributes.

    Shape: ``particle`` is all content, that of the extended types first; ``attributes`` likewise.
           ``simple`` types the text of simple content; ``base`` and ``derivation`` (``extension``,
           ``restriction`` or empty) say how it came about. ``key`` names it within its model,
           also where it is anonymous.
    """

    name: str
    key: str
    content: Content
    particle: Group | None = None
    simple: SimpleType | None = None
    attributes: tuple[AttributeDecl, ...] = ()
    any_attribute: Wildcard | None = None
    base: str = ""
    derivation: str = ""
    abstract: bool = False
    where: Where | None = None

    def __hash__(self) -> int:
        """Hash by the key: a whole content model takes long, and types are looked up often."""
        return hash(self.key)

    @property
    def elements(self) -> tuple[ElementDecl, ...]:
        """Give the elements that may stand in it, in their order, groups unfolded."""
        return tuple(p for p in particles(self.particle) if isinstance(p, ElementDecl))

    @property
    def wildcards(self) -> tuple[Wildcard, ...]:
        """Give the wildcards of its content, in their order."""
        return tuple(p for p in particles(self.particle) if isinstance(p, Wildcard))


Type = ComplexType | SimpleType


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementDecl:
    """An element where it is declared, or where a declared one is referred to.

    Shape: ``path`` is the declaration's own, ``TypeName/name`` for a local element and ``/name``
           for a global one; ``max`` None is unbounded; ``ref`` tells a reference, whose ``min``,
           ``max`` and ``where`` are its own and the rest the global element's.
    """

    name: str
    namespace: str
    type_key: str
    min: int
    max: int | None
    where: Where
    path: str
    ref: bool = False
    nillable: bool = False
    abstract: bool = False
    default: str | None = None
    fixed: str | None = None
    substitutes_for: str = ""
    types: Mapping[str, Type] = field(repr=False, compare=False, hash=False)

    @property
    def qname(self) -> str:
        """Give the name as lxml writes it."""
        return clark(self.namespace, self.name)

    @property
    def type(self) -> Type:
        """Give the element's type; looked up when asked for, since types may hold themselves."""
        return self.types[self.type_key]

    @property
    def simple(self) -> SimpleType | None:
        """Give the type of the element's text, or None where it holds elements or nothing."""
        found = self.type
        return found if isinstance(found, SimpleType) else found.simple


Particle = ElementDecl | Wildcard | Group


def particles(particle: Particle | None) -> Iterator[ElementDecl | Wildcard]:
    """Unfold a particle into its elements and wildcards, in their order."""
    match particle:
        case None:
            return
        case Group(parts=parts):
            for part in parts:
                yield from particles(part)
        case ElementDecl() | Wildcard():
            yield particle
