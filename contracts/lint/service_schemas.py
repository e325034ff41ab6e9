"""The schema of one interaction: its file, namespace, elements and types (TS-2 to TS-9, TS-11)."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from contracts.lint.contents import Contents, Kind
from contracts.lint.findings import LintFinding, found
from contracts.lint.names import Clue, clue_of_service, is_domain, schema_file
from contracts.lint.schema_rules import check_extensions, check_version
from contracts.package_parts import XS, Source

__all__ = ["check_service_schemas"]

_READING = ("Get", "Find", "List")
_RESULTS = {"result", "resultcode", "resulttext"}


def check_service_schemas(contents: Contents) -> Iterator[LintFinding]:
    """Judge each service schema, and the extensions of service schemas."""
    counted = Counter(
        schema.namespace
        for schema in contents.of_kind(Kind.SERVICE)
        if not contents.is_part(schema)
    )  # fmt: skip
    for schema in contents.of_kind(Kind.SERVICE):
        yield from _form(schema)
        if contents.is_part(schema):
            continue  # what follows is told of the file that includes it
        clue = _expected(contents, schema)
        yield from _file(schema, clue)
        yield from _namespace(contents, schema, clue, counted[schema.namespace])
        yield from check_version(schema, "TS-7")
        for operation in _operations(contents, schema, clue):
            yield from _elements(contents, schema, operation)
            yield from _reading(contents, schema, clue, operation)
    for schema in contents.of_kind(Kind.SERVICE_EXTENSION):
        yield from _extension(contents, schema)
    yield from check_extensions(contents, Kind.SERVICE_EXTENSION, "TS-9")


def _expected(contents: Contents, schema: Source) -> Clue:
    """Tell what the schema is of: by the WSDL that uses it, or else by its own names."""
    said = clue_of_service(schema.namespace)
    named = schema_file(posixpath.basename(schema.origin))
    stem = named[0] if named else ""
    role = said.role or ("Initiator" if stem.endswith("Initiator") else "Responder")
    for wsdl in contents.wsdls_of(schema):
        own = wsdl.identity
        return Clue(
            prefix=own.prefix, domain=own.domain, interaction=own.interaction, major=own.major,
            role=role,
        )  # fmt: skip
    return Clue(
        prefix=said.prefix or contents.identity.prefix or "riv",
        domain=contents.domain or said.domain or "<domain>",
        interaction=said.interaction or stem.removesuffix(role) or "<X>",
        major=said.major or "<m>",
        role=role,
    )


def _file(schema: Source, clue: Clue) -> Iterator[LintFinding]:
    name = posixpath.basename(schema.origin)
    named = schema_file(name)
    stem = f"{clue.interaction}{clue.role}"
    well = named is not None and named[0] == stem and named[1].partition(".")[0] == clue.major
    if not well:
        yield found(
            "TS-2", schema, None, "the file's name is not that of its contract",
            expected=f"{stem}_{clue.major}.<n>.xsd", actual=name,
        )  # fmt: skip


def _namespace(
    contents: Contents, schema: Source, clue: Clue, claimed: int
) -> Iterator[LintFinding]:  # fmt: skip
    right = f"urn:{clue.prefix}:{clue.domain}:{clue.interaction}{clue.role}:{clue.major}"
    if schema.namespace != right:
        yield found(
            "TS-3", schema, None, "the schema's namespace is not made by the formula",
            expected=right, actual=schema.namespace or "no namespace",
        )  # fmt: skip
    elif not is_domain(clue.domain):
        yield found(
            "TS-3", schema, None, "the domain has another number of levels",
            expected="two or three levels", actual=clue.domain,
        )  # fmt: skip
    elif claimed > 1:
        others = [
            other.origin
            for other in contents.of_kind(Kind.SERVICE)
            if other.namespace == schema.namespace and other is not schema
        ]
        yield found(
            "TS-3", schema, None, "another contract of the package has the namespace",
            expected="a namespace of its own", actual=f"also {', '.join(others)}",
        )  # fmt: skip


def _form(schema: Source) -> Iterator[LintFinding]:
    for attribute, right, default in (
        ("elementFormDefault", "qualified", "unqualified"),
        ("attributeFormDefault", "unqualified", "unqualified"),
    ):
        if (stated := schema.root.get(attribute, default)) != right:
            yield found(
                "TS-6", schema, None, f"{attribute} is not {right}",
                expected=f'{attribute}="{right}"', actual=f'{attribute}="{stated}"',
            )  # fmt: skip


def _operations(contents: Contents, schema: Source, clue: Clue) -> list[str]:
    """Give the operations whose messages are of this schema; the interaction where none is."""
    names = [
        operation.name
        for wsdl in contents.wsdls_of(schema)
        for operation in wsdl.operations
        if any(part.namespace == schema.namespace
               for message in (operation.request, operation.response)
               for part in message.body_parts)
    ]  # fmt: skip
    return list(dict.fromkeys(name for name in names if name)) or [clue.interaction]


def _elements(contents: Contents, schema: Source, operation: str) -> Iterator[LintFinding]:
    """TS-4 and TS-5: request and response by name, and their types."""
    elements = {
        node.get("name", ""): (source, node)
        for source, node in contents.global_elements(contents.included_by(schema))
    }
    for name, type_rule in ((operation, "TS-5/request"), (f"{operation}Response", "TS-5")):
        if name not in elements:
            yield found(
                "TS-4", schema, None, f"the schema declares no element {name}",
                expected=f"elements {operation} and {operation}Response",
                actual=", ".join(elements) or "no elements",
            )  # fmt: skip
            continue
        source, node = elements[name]
        if (stated := node.get("type", "").rpartition(":")[2]) != f"{name}Type":
            yield found(
                type_rule, source, node, f"the type of {name} has another name",
                expected=f"{name}Type", actual=stated or "a type without name",
            )  # fmt: skip


def _reading(
    contents: Contents, schema: Source, clue: Clue, operation: str
) -> Iterator[LintFinding]:  # fmt: skip
    """TS-11: a service that reads answers no logical errors."""
    if not clue.interaction.startswith(_READING):
        return
    response = contents.declared(
        "element", schema.namespace, f"{operation}Response", near=schema
    )  # fmt: skip
    for source, node in () if response is None else (response,):
        for element in _children(contents, source, node):
            if element.get("name", "").casefold() in _RESULTS:
                yield found(
                    "TS-11/reading", schema, element, "a service that reads answers a result",
                    expected="the data alone, or a SOAP fault", actual=element.get("name", ""),
                )  # fmt: skip
                return


def _children(
    contents: Contents, source: Source, element: etree._Element
) -> Iterator[etree._Element]:  # fmt: skip
    """Give the elements that stand first below an element, where its type is in its own file."""
    prefix, _, name = element.get("type", "").rpartition(":")
    holder = element
    if name:
        namespace = element.nsmap.get(prefix or None, "")
        declared = contents.declared("complexType", namespace, name, near=source)
        if declared is None or declared[0] is not source:
            return
        holder = declared[1]
    yield from holder.iterfind(f".//{XS}element")


def _extension(contents: Contents, schema: Source) -> Iterator[LintFinding]:
    """TS-9: name and namespace of an extension."""
    name = posixpath.basename(schema.origin)
    stem, version, _ = schema_file(name) or (name, "<m.n>", True)
    clue = clue_of_service(schema.namespace)
    prefix = clue.prefix or contents.identity.prefix or "riv"
    domain = contents.domain or clue.domain or "<domain>"
    right = f"urn:{prefix}:{domain}:{stem}:{version}"
    if schema.namespace != right:
        yield found(
            "TS-9", schema, None, "the extension's namespace is not that of its file's name",
            expected=right, actual=schema.namespace or "no namespace",
        )  # fmt: skip
