"""Elements judged by a schema model: which declaration each child falls under, and is it valid.

A second opinion beside the validator that judges messages: it foretells what that one will say of
a mutation, and tells where in a type each element of a message belongs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise

from lxml import etree

from contracts.schema_builtins import ANY_TYPE, BUILT_IN
from contracts.schema_model import SchemaModel
from contracts.schema_parts import (
    AttributeDecl,
    ComplexType,
    Content,
    ElementDecl,
    Group,
    GroupKind,
    Particle,
    Process,
    SimpleType,
    Type,
    Wildcard,
    clark,
    split_name,
)
from contracts.schema_text import is_valid_text, normalised

__all__ = [
    "XSI",
    "Placed",
    "bindings",
    "children_of",
    "is_valid",
    "placed",
    "text_of",
    "type_of",
]

XSI = "http://www.w3.org/2001/XMLSchema-instance"
_BLANK = " \t\r\n"
_Binding = ElementDecl | Wildcard
_Trail = tuple["_Trail", _Binding] | None
_Ends = dict[int, _Trail]


def children_of(node: etree._Element) -> list[etree._Element]:
    """Give the child elements, without comments and processing instructions."""
    return [child for child in node if isinstance(child.tag, str)]


def text_of(node: etree._Element) -> str:
    """Give the text that stands directly in an element."""
    return "".join((node.text or "", *(child.tail or "" for child in node)))


# Content models --------------------------------------------------------------------------------


def bindings(
    model: SchemaModel, holder: ComplexType, names: Sequence[str], *, loosely: bool = False
) -> tuple[_Binding, ...] | None:
    """Say for each child's name which declaration or wildcard it falls under.

    Shape: None where the names do not fit the content model; a substitute falls under its own
           declaration. ``loosely`` also lets in what libxml2 is known to let in wrongly.
    """
    return _bindings(model, holder, tuple(names), loosely)


@lru_cache(maxsize=2048)  # messages of a run are alike, and each is looked at several times
def _bindings(
    model: SchemaModel, holder: ComplexType, names: tuple[str, ...], loosely: bool
) -> tuple[_Binding, ...] | None:
    if holder.particle is None:
        return None if names else ()
    particle = _loosened(holder.particle) if loosely else holder.particle
    ends = _repeated(model, particle, names, {0: None})
    if len(names) not in ends:
        return None
    found: list[_Binding] = []
    trail = ends[len(names)]
    while trail is not None:
        trail, binding = trail
        found.append(binding)
    return tuple(reversed(found))


def _repeated(model: SchemaModel, particle: Particle, names: Sequence[str], starts: _Ends) -> _Ends:
    """Follow a particle as often as it may occur: where it may end, and by what bindings."""
    ends: _Ends = dict(starts) if particle.min == 0 else {}
    fresh, count = starts, 0
    while fresh and (particle.max is None or count < particle.max):
        fresh = _once(model, particle, names, fresh)
        count += 1
        if count >= particle.min:
            fresh = {end: trail for end, trail in fresh.items() if end not in ends}
            ends |= fresh
    return ends


@cache
def _loosened(particle: Group) -> Group:
    """Mix what libxml2 mixes: a wildcard right after an element that repeats without bound.

    libxml2 2.14 takes ``<a/>`` after a foreign element where the schema says ``a*, any*``.
    """
    parts: list[Particle] = []
    for part in particle.parts:
        inner = _loosened(part) if isinstance(part, Group) else part
        is_plain = isinstance(inner, Group) and (inner.min, inner.max) == (1, 1)
        if isinstance(inner, Group) and inner.kind is GroupKind.SEQUENCE and is_plain:
            parts += inner.parts if particle.kind is GroupKind.SEQUENCE else (inner,)
        else:
            parts.append(inner)
    if particle.kind is GroupKind.SEQUENCE:
        for at, (before, after) in reversed([*enumerate(pairwise(parts))]):
            if isinstance(before, ElementDecl) and before.max is None and _opens_wild(after):
                mixed = Group(kind=GroupKind.CHOICE, parts=(before, after), min=0, max=None)
                parts[at : at + 2] = [mixed]
    return replace(particle, parts=tuple(parts))


def _opens_wild(particle: Particle) -> bool:
    """Tell whether the first thing a particle may hold falls under a wildcard."""
    match particle:
        case Wildcard():
            return True
        case Group(kind=GroupKind.SEQUENCE, parts=parts):
            return bool(parts) and _opens_wild(parts[0])
        case Group(parts=parts):
            return any(_opens_wild(part) for part in parts)
    return False


def _once(model: SchemaModel, particle: Particle, names: Sequence[str], starts: _Ends) -> _Ends:
    match particle:
        case ElementDecl() | Wildcard():
            ends: _Ends = {}
            for start, trail in starts.items():
                if start < len(names):
                    binding = _bound(model, particle, names[start])
                    if binding is not None:
                        ends[start + 1] = (trail, binding)
            return ends
        case Group(kind=GroupKind.SEQUENCE, parts=parts):
            for part in parts:
                starts = _repeated(model, part, names, starts)
            return starts
        case Group(kind=GroupKind.CHOICE, parts=parts):
            ends = {}
            for part in parts:
                for end, trail in _repeated(model, part, names, starts).items():
                    ends.setdefault(end, trail)
            return ends if parts else dict(starts)
        case Group(parts=parts):
            ends = {}
            for start, trail in starts.items():
                ends |= _in_any_order(model, parts, names, start, trail)
            return ends


def _in_any_order(
    model: SchemaModel, parts: tuple[Particle, ...], names: Sequence[str], at: int, trail: _Trail
) -> _Ends:
    left = list(parts)
    while at < len(names):
        for part in left:
            if not isinstance(part, Group):
                binding = _bound(model, part, names[at])
                if binding is not None:
                    left.remove(part)
                    at, trail = at + 1, (trail, binding)
                    break
        else:
            break
    return {} if any(part.min for part in left) else {at: trail}


def _bound(
    model: SchemaModel, particle: ElementDecl | Wildcard, name: str
) -> ElementDecl | Wildcard | None:
    if isinstance(particle, Wildcard):
        return particle if particle.admits(split_name(name)[0]) else None
    if particle.qname == name:
        return None if particle.abstract else particle
    return next((one for one in model.standing_for(particle) if one.qname == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An element of a message, and the declaration it falls under at that place."""

    node: etree._Element
    element: ElementDecl
    path: str


def placed(
    model: SchemaModel, element: ElementDecl, node: etree._Element, *, above: str = ""
) -> Iterator[Placed]:
    """Give each element of a message that the schema declares, in order, with its declaration.

    Shape: ``path`` is as in ``SchemaModel.reachable``. Where content does not fit its model, its
           elements are found by name; what stands in room for extensions is left out.
    """
    path = f"{above}/{element.name}"
    yield Placed(node=node, element=element, path=path)
    declared = type_of(model, element, node)
    if isinstance(declared, ComplexType):
        children = children_of(node)
        names = [str(child.tag) for child in children]
        bound = bindings(model, declared, names) or _by_name(model, declared, names)
        for child, binding in zip(children, bound, strict=True):
            if isinstance(binding, ElementDecl):
                yield from placed(model, binding, child, above=path)


def _by_name(
    model: SchemaModel, declared: ComplexType, names: Sequence[str]
) -> tuple[_Binding | None, ...]:
    known = {
        one.qname: one
        for element in reversed(declared.elements)
        for one in model.standing_for(element)
    }
    return tuple(known.get(name) for name in names)


# Elements --------------------------------------------------------------------------------------


def is_valid(
    model: SchemaModel,
    element: ElementDecl,
    node: etree._Element,
    *,
    below: bool = True,
    loosely: bool = False,
) -> bool:
    """Tell whether an element keeps its declaration.

    Shape: without ``below`` only the element itself is judged: its attributes, its text, and the
           names of its children; the name of the element itself is not. ``loosely`` is as in
           ``bindings``, for the element itself.
    """
    declared = type_of(model, element, node)
    if declared is None or (isinstance(declared, ComplexType) and declared.abstract):
        return False
    attributes = declared.attributes if isinstance(declared, ComplexType) else ()
    wildcard = declared.any_attribute if isinstance(declared, ComplexType) else None
    if not _attributes_are_valid(model, attributes, wildcard, node):
        return False
    nil = node.get(clark(XSI, "nil"))
    if nil is not None:
        if not element.nillable or nil.strip(_BLANK) not in {"true", "false", "1", "0"}:
            return False
        if nil.strip(_BLANK) in {"true", "1"}:
            return not children_of(node) and not text_of(node) and element.fixed is None
    simple = declared if isinstance(declared, SimpleType) else declared.simple
    if simple is not None:
        return not children_of(node) and _text_is_valid(element, simple, text_of(node))
    return isinstance(declared, ComplexType) and _content_is_valid(
        model, declared, node, below=below, loosely=loosely
    )


def type_of(model: SchemaModel, element: ElementDecl, node: etree._Element) -> Type | None:
    """Give the type that an element is judged by: the declared one, or what xsi:type names."""
    named = node.get(clark(XSI, "type"))
    if named is None:
        return element.type
    prefix, _, local = named.strip(_BLANK).rpartition(":")
    name = clark(node.nsmap.get(prefix or None, ""), local)
    return model.types.get(name) or BUILT_IN.get(name)


def _content_is_valid(
    model: SchemaModel,
    declared: ComplexType,
    node: etree._Element,
    *,
    below: bool,
    loosely: bool = False,
) -> bool:
    text = text_of(node)
    if declared.content is Content.EMPTY and text:
        return False
    if declared.content is not Content.MIXED and text.strip(_BLANK):
        return False
    children = children_of(node)
    bound = bindings(model, declared, [str(child.tag) for child in children], loosely=loosely)
    if bound is None:
        return False
    return all(
        _is_valid_below(model, binding, child)
        for binding, child in zip(bound, children, strict=True)
        if below or isinstance(binding, Wildcard)
    )


def _is_valid_below(
    model: SchemaModel, binding: ElementDecl | Wildcard, child: etree._Element
) -> bool:
    if isinstance(binding, ElementDecl):
        return is_valid(model, binding, child)
    if binding.process is Process.SKIP:
        return True
    known = model.elements.get(str(child.tag))
    if known is not None:
        return not known.abstract and is_valid(model, known, child)
    if binding.process is Process.STRICT:
        return False
    anything = BUILT_IN[ANY_TYPE]
    return isinstance(anything, ComplexType) and _content_is_valid(
        model, anything, child, below=True
    )


def _text_is_valid(element: ElementDecl, simple: SimpleType, text: str) -> bool:
    given = element.fixed if element.fixed is not None else element.default
    if not text and given is not None:
        text = given
    if element.fixed is not None and normalised(simple, text) != normalised(simple, element.fixed):
        return False
    return is_valid_text(simple, text)


def _attributes_are_valid(
    model: SchemaModel,
    declared: Iterable[AttributeDecl],
    wildcard: Wildcard | None,
    node: etree._Element,
) -> bool:
    by_name = {one.qname: one for one in declared}
    if any(one.required and name not in node.attrib for name, one in by_name.items()):
        return False
    for name, value in _attributes(node):
        found = by_name.get(name)
        if found is None:
            if wildcard is None or not wildcard.admits(split_name(name)[0]):
                return False
            found = None if wildcard.process is Process.SKIP else model.attributes.get(name)
            if found is None:
                if wildcard.process is Process.STRICT:
                    return False
                continue
        if not is_valid_text(found.type, value):
            return False
        if found.fixed is not None and normalised(found.type, value) != normalised(
            found.type, found.fixed
        ):
            return False
    return True


def _attributes(node: etree._Element) -> Iterator[tuple[str, str]]:
    """Give the attributes that a schema speaks of: all but those that speak of the schema."""
    for name, value in node.attrib.items():
        if split_name(str(name)) not in _OF_INSTANCE:
            yield str(name), str(value)


_OF_INSTANCE = {
    (XSI, name) for name in ("nil", "type", "schemaLocation", "noNamespaceSchemaLocation")
}
