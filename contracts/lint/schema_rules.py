"""What holds for service and domain schemas alike: globals, names, room, versions, extensions."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lxml import etree

from contracts.lint.contents import Contents, Kind
from contracts.lint.extensibility import ATTRIBUTES, End, endings, wrong_attributes
from contracts.lint.findings import LintFinding, found
from contracts.lint.names import clue_of_domain, schema_file
from contracts.package_parts import XS, Source

__all__ = ["check_common", "check_extensions", "check_version"]

_MOST_ELEMENTS = 2
_ANY = '<xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>'
_PARTICLES = tuple(
    f"{XS}{name}" for name in ("element", "any", "group", "sequence", "choice", "all")
)
_FAMILIES = {
    Kind.SERVICE: ("TS-1", "TS-8", "TS-8/attributes", "TS-10"),
    Kind.SERVICE_EXTENSION: ("TS-1", "TS-8", "TS-8/attributes", "TS-10"),
    Kind.DOMAIN: ("DS-1", "DS-5", "DS-5", "DS-6"),
    Kind.DOMAIN_EXTENSION: ("DS-1", "DS-5", "DS-5", "DS-6"),
}


def check_common(contents: Contents) -> Iterator[LintFinding]:
    """Judge what both sorts of schema, and their extensions, have in common."""
    for kind, (blind, room, attributes, letters) in _FAMILIES.items():
        for schema in contents.of_kind(kind):
            extension = kind in (Kind.SERVICE_EXTENSION, Kind.DOMAIN_EXTENSION)
            if not extension and not contents.is_part(schema):
                yield from _globals(contents, schema, blind)
            yield from _nameless(schema, f"{blind}/types")
            yield from _room(contents, schema, room, attributes)
            yield from _letters(schema, letters)


def check_version(schema: Source, name: str) -> Iterator[LintFinding]:
    """TS-7, DS-4: the attribute version is that of the file name, or of the namespace's major."""
    named = schema_file(posixpath.basename(schema.origin))
    stated = schema.root.get("version", "")
    major = clue_of_domain(schema.namespace).major
    right = named[1] if named else f"{major or '<m>'}.<n>"
    well = stated == named[1] if named else bool(major) and stated.split(".")[0] == major
    if not well:
        yield found(
            name, schema, None, "the schema's version is not that of its name",
            expected=f'version="{right}"',
            actual=f'version="{stated}"' if stated else "no version",
        )  # fmt: skip


def check_extensions(contents: Contents, kind: Kind, name: str) -> Iterator[LintFinding]:
    """TS-9, DS-9: how the schemas that are extended use their extensions."""
    extended = Kind.SERVICE if kind is Kind.SERVICE_EXTENSION else Kind.DOMAIN
    namespaces = {one.namespace for one in contents.of_kind(kind)}
    for schema in contents.of_kind(extended):
        for node in schema.root.iterchildren(f"{XS}import"):
            if (namespace := node.get("namespace", "")) in namespaces:
                yield from _alias(schema, node, f"{name}/alias")
                yield from _raised(schema, node, f"{name}/version")
                yield from _place(schema, namespace, f"{name}/place")


def _globals(contents: Contents, schema: Source, name: str) -> Iterator[LintFinding]:
    """Tell of more global elements than request and response."""
    elements = contents.global_elements(contents.included_by(schema))
    if len(elements) > _MOST_ELEMENTS:
        source, node = elements[_MOST_ELEMENTS]
        names = ", ".join(element.get("name", "") for _, element in elements)
        yield found(
            name, source, node, "the schema has more global elements than two",
            expected="request and response alone" if name == "TS-1" else "types alone",
            actual=f"{len(elements)}: {names}",
        )  # fmt: skip


def _nameless(schema: Source, name: str) -> Iterator[LintFinding]:
    for node in schema.root.iter(f"{XS}complexType"):
        parent = node.getparent()
        if not node.get("name") and parent is not None:
            yield found(
                name, schema, node, "a complex type is declared inside an element",
                expected="a global type with a name",
                actual=f"a type of {parent.get('name') or 'an element'} alone",
            )  # fmt: skip


def _room(contents: Contents, schema: Source, name: str, attributes: str) -> Iterator[LintFinding]:
    """Tell of types that do not end with room for later versions."""
    judged: set[etree._Element] = set()
    for node, ending in endings(contents, schema):
        if ending.end in (End.OTHER, End.NOTHING):
            last = ending.node.get("name") or ending.node.get("ref") or "a group"
            yield found(
                name, schema, node, f"{_called(node)} leaves no room for later versions",
                expected=f"last in the type: {_ANY}",
                actual="no element content" if ending.end is End.NOTHING else f"{last} stands last",
            )  # fmt: skip
        elif ending.end is End.ANY and ending.node not in judged:
            judged.add(ending.node)
            if wrong := wrong_attributes(ending.node):
                yield found(
                    attributes, ending.source, ending.node, "the xs:any has other attributes",
                    expected=" ".join(f'{one}="{ATTRIBUTES[one]}"' for one in wrong),
                    actual=" ".join(f'{one}="{value}"' for one, value in wrong.items()),
                )  # fmt: skip


def _letters(schema: Source, name: str) -> Iterator[LintFinding]:
    for tag, attribute, what in (
        ("element", "name", "element"),
        ("attribute", "name", "attribute"),
        ("enumeration", "value", "enumeration value"),
    ):
        for node in schema.root.iter(f"{XS}{tag}"):
            text = node.get(attribute, "")
            if not text.isascii():
                yield found(
                    name, schema, node, f"the {what} has letters beyond ASCII",
                    expected="letters a to z, digits", actual=text,
                )  # fmt: skip


def _alias(schema: Source, node: etree._Element, name: str) -> Iterator[LintFinding]:
    namespace = node.get("namespace", "")
    right = f"m{clue_of_domain(namespace).minor}"
    aliases = [prefix or "" for prefix, bound in node.nsmap.items() if bound == namespace]
    if aliases and right not in aliases:
        yield found(
            name, schema, node, "the extension's alias is not its minor version",
            expected=f'xmlns:{right}="{namespace}"', actual=", ".join(aliases) or "no prefix",
        )  # fmt: skip


def _raised(schema: Source, node: etree._Element, name: str) -> Iterator[LintFinding]:
    clue = clue_of_domain(node.get("namespace", ""))
    if not clue.minor:
        return  # a namespace without minor is told by itself
    stated = schema.root.get("version", "")
    needed = (int(clue.major), int(clue.minor))
    if (schema.version[:2] or (0, 0)) < needed:
        yield found(
            name, schema, None, "the schema is extended, and its version not raised",
            expected=f'version="{clue.major}.{clue.minor}" at least',
            actual=f'version="{stated}"' if stated else "no version",
        )  # fmt: skip


def _place(schema: Source, namespace: str, name: str) -> Iterator[LintFinding]:
    """Tell of references to an extension that other elements follow."""
    for node in schema.root.iter(f"{XS}element"):
        prefix, _, local = node.get("ref", "").rpartition(":")
        if not local or node.nsmap.get(prefix or None) != namespace:
            continue
        after = [
            later
            for later in node.itersiblings(*_PARTICLES)
            if later.tag != f"{XS}any" and not _refers(later, namespace)
        ]
        if after:
            yield found(
                name, schema, node, "an element of the extension does not stand last",
                expected="references to the extension, then xs:any",
                actual=f"{after[0].get('name') or after[0].get('ref') or 'a group'} follows",
            )  # fmt: skip


def _refers(node: etree._Element, namespace: str) -> bool:
    """Tell a reference to this extension, or to that of another minor version."""
    prefix, _, local = node.get("ref", "").rpartition(":")
    referred = node.nsmap.get(prefix or None, "")
    if not local or node.tag != f"{XS}element":
        return False
    return referred == namespace or bool(clue_of_domain(referred).minor)


def _called(node: etree._Element) -> str:
    if name := node.get("name"):
        return name
    parent = node.getparent()
    return f"the type of {parent.get('name', 'an element')}" if parent is not None else "a type"
