"""Room for later versions: what stands last in a complex type (TS-8, DS-5).

A type ends with xs:any of other namespaces, so that a receiver of the older version takes what a
newer one adds. Once a minor version has extended a type, the reference to the extension stands last
instead: both together are ambiguous in XML Schema 1.0, so authors drop the xs:any.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from lxml import etree

from contracts.lint.contents import Contents
from contracts.package_parts import XS, Source

__all__ = ["ATTRIBUTES", "End", "Ending", "endings", "wrong_attributes"]

ATTRIBUTES = {
    "namespace": "##other",
    "processContents": "lax",
    "minOccurs": "0",
    "maxOccurs": "unbounded",
}
_DEFAULTS = {
    "namespace": "##any",
    "processContents": "strict",
    "minOccurs": "1",
    "maxOccurs": "1",
}
_PARTICLES = tuple(
    f"{XS}{name}" for name in ("element", "any", "group", "sequence", "choice", "all")
)
_MODELS = tuple(f"{XS}{name}" for name in ("group", "sequence", "choice", "all"))
_DEEPEST = 50


class End(Enum):
    """What a complex type ends with."""

    ANY = auto()
    EXTENSION = auto()
    OTHER = auto()
    NOTHING = auto()
    UNKNOWN = auto()


_OF_A_CHOICE = (End.ANY, End.EXTENSION, End.UNKNOWN, End.OTHER)
"""A choice leaves room where one of its alternatives does."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What stands last in a type: an xs:any with its file, or a node of another kind."""

    end: End
    source: Source
    node: etree._Element


def endings(contents: Contents, schema: Source) -> Iterator[tuple[etree._Element, Ending]]:
    """Give each complex type with element content in a file, with what it ends with."""
    looking = _Looking(contents)
    for node in schema.root.iter(f"{XS}complexType"):
        if node.find(f"{XS}simpleContent") is None:
            yield node, looking.of_type(schema, node, 0)


def wrong_attributes(wildcard: etree._Element) -> dict[str, str]:
    """Give the attributes of an xs:any that are not as they should be, with what they are."""
    return {
        name: value
        for name, right in ATTRIBUTES.items()
        if (value := wildcard.get(name, _DEFAULTS[name])) != right
    }


class _Looking:
    """Looks for the last particle, through groups, base types and choices; at each node once."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self._known: dict[etree._Element, Ending] = {}

    def of_type(self, source: Source, node: etree._Element, depth: int) -> Ending:
        """Look at a complex type: its own content, or its base's where it adds none."""
        derived = node.find(f"{XS}complexContent/{XS}extension")
        if derived is None:
            derived = node.find(f"{XS}complexContent/{XS}restriction")
        holder = node if derived is None else derived
        model = next(holder.iterchildren(*_MODELS), None)
        own = Ending(End.NOTHING, source, node)
        if model is not None:
            own = self._of_particle(source, model, depth + 1)
        if own.end is not End.NOTHING or derived is None:
            return own
        return self._of_base(source, derived, own, depth + 1)

    def _of_base(
        self, source: Source, derived: etree._Element, own: Ending, depth: int
    ) -> Ending:  # fmt: skip
        namespace, name = _named(derived, "base")
        if namespace == XS[1:-1]:
            return own
        base = self._contents.declared("complexType", namespace, name, near=source)
        if base is None or depth > _DEEPEST:
            return Ending(End.UNKNOWN, source, derived)
        return self.of_type(*base, depth)

    def _of_particle(self, source: Source, node: etree._Element, depth: int) -> Ending:
        if node not in self._known:
            self._known[node] = Ending(End.UNKNOWN, source, node)  # round in a circle
            if depth <= _DEEPEST:
                self._known[node] = self._looked_at(source, node, depth)
        return self._known[node]

    def _looked_at(self, source: Source, node: etree._Element, depth: int) -> Ending:
        if node.tag == f"{XS}any":
            return Ending(End.ANY, source, node)
        if node.tag == f"{XS}element":
            namespace, _ = _named(node, "ref")
            foreign = bool(node.get("ref")) and namespace != source.namespace
            extension = foreign and self._contents.is_extension(namespace)
            return Ending(End.EXTENSION if extension else End.OTHER, source, node)
        if node.tag == f"{XS}group" and node.get("ref"):
            return self._of_group(source, node, depth)
        inside = [
            child for child in node.iterchildren(*_PARTICLES) if child.get("maxOccurs") != "0"
        ]
        full = (
            ending
            for child in reversed(inside)
            if (ending := self._of_particle(source, child, depth + 1)).end is not End.NOTHING
        )
        nothing = Ending(End.NOTHING, source, node)
        if node.tag == f"{XS}choice":
            return min(full, key=lambda ending: _OF_A_CHOICE.index(ending.end), default=nothing)
        return next(full, nothing)

    def _of_group(self, source: Source, node: etree._Element, depth: int) -> Ending:
        namespace, name = _named(node, "ref")
        group = self._contents.declared("group", namespace, name, near=source)
        if group is None:
            return Ending(End.UNKNOWN, source, node)
        holder, declared = group
        model = next(declared.iterchildren(*_MODELS), None)
        if model is None:
            return Ending(End.NOTHING, source, node)
        return self._of_particle(holder, model, depth + 1)


def _named(node: etree._Element, attribute: str) -> tuple[str, str]:
    """Give namespace and local name of what an attribute refers to."""
    prefix, _, local = node.get(attribute, "").strip().rpartition(":")
    return node.nsmap.get(prefix or None, ""), local
