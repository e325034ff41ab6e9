"""What a WSDL is called: its file, namespace, documentation and the names in it (BP-2 to BP-16)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from lxml import etree

from contracts.lint.contents import Contents
from contracts.lint.findings import LintFinding, found
from contracts.lint.wsdl_facts import Operation, Wsdl
from contracts.package_parts import WSDL, XS

__all__ = ["check_wsdl_names"]

_DOCUMENTATION = f"{WSDL}documentation"
_LABELS = {
    "interaction name": r"namn|name",
    "description": r"beskrivning|description",
    "revisions": r"revision|ändring|change",
    "domain": r"domän|domain",
    "interaction type": (
        r"fråga.{0,3}svar|informationsspridning|uppdrag.{0,3}resultat|"
        r"(?:question|request).{0,3}(?:response|answer|reply)|information distribution|"
        r"assignment.{0,3}result"
    ),
    "profile": r"profil|rivtabp",
    "maintainer": r"förvalta|maintain|managed|ansvarig|owner",
}
"""What BP-5 asks for, and how it is written."""


def check_wsdl_names(contents: Contents) -> Iterator[LintFinding]:
    """Judge how each WSDL and what it declares is named."""
    for wsdl in contents.wsdls:
        yield from _file(wsdl)
        yield from _definitions(wsdl)
        yield from _documentation(wsdl)
        for operation in wsdl.operations:
            yield from _interface(wsdl, operation)
        if wsdl.profile != "2.0":
            yield from _types(wsdl)


def _file(wsdl: Wsdl) -> Iterator[LintFinding]:
    name = posixpath.basename(wsdl.source.origin)
    identity, said = wsdl.identity, wsdl.file
    right = (identity.interaction, identity.major, wsdl.profile_name)
    if (said.interaction, said.major, said.profile.casefold()) != right:
        stem = f"{identity.interaction}Interaction_{identity.major}"
        yield found(
            "BP-2", wsdl.source, None, "the file's name is not that of its contract",
            expected=f"{stem}.<n>_{wsdl.profile_name.upper()}.wsdl", actual=name,
        )  # fmt: skip


def _definitions(wsdl: Wsdl) -> Iterator[LintFinding]:
    identity = wsdl.identity
    if (name := wsdl.root.get("name", "")) != f"{identity.interaction}Interaction":
        yield found(
            "BP-3", wsdl.source, None, "wsdl:definitions has another name than its interaction",
            expected=f"{identity.interaction}Interaction", actual=name or "no name",
        )  # fmt: skip
    target = wsdl.source.namespace
    if target != identity.wsdl(wsdl.profile_name):
        yield found(
            "BP-4", wsdl.source, None, "the WSDL's namespace is not made by the formula",
            expected=identity.wsdl(wsdl.profile_name), actual=target or "no namespace",
        )  # fmt: skip


def _documentation(wsdl: Wsdl) -> Iterator[LintFinding]:
    accepted = {_DOCUMENTATION, f"{XS}annotation"} if wsdl.profile == "2.0" else {_DOCUMENTATION}
    first = next(wsdl.root.iterchildren("*"), None)
    written = [node for node in wsdl.root.iterchildren("*") if node.tag in accepted]
    if first is None or first.tag not in accepted:
        where = f"line {wsdl.source.line(written[0])}" if written else "none at all"
        yield found(
            "BP-5", wsdl.source, first, "the WSDL does not begin with documentation",
            expected="wsdl:documentation first in wsdl:definitions",
            actual=f"documentation: {where}",
        )  # fmt: skip
    text = " ".join("".join(str(part) for part in node.itertext()) for node in written)
    lacking = [label for label, words in _LABELS.items() if not re.search(words, text, re.I | re.S)]
    if written and lacking:
        yield found(
            "BP-5/labels", wsdl.source, written[0], "the documentation does not say all it should",
            expected=", ".join(_LABELS), actual=f"nothing about: {', '.join(lacking)}",
        )  # fmt: skip


def _interface(wsdl: Wsdl, operation: Operation) -> Iterator[LintFinding]:
    stem = f"{wsdl.identity.interaction}{operation.role}"
    services = [
        (service, port)
        for service in wsdl.root.iterfind(f"{WSDL}service")
        for port in service.iterfind(f"{WSDL}port")
        if operation.binding is not None
        and port.get("binding", "").rpartition(":")[2] == operation.binding.get("name")
    ]
    named: list[tuple[str, str, etree._Element, str]] = [
        ("BP-9", "port type", operation.port_type, "Interface")
    ]
    if operation.binding is not None:
        named.append(("BP-10", "binding", operation.binding, "Binding"))
    if not services and operation.binding is not None:
        yield found(
            "BP-11", wsdl.source, operation.binding, "no service offers the binding",
            expected=f"a wsdl:service {stem}Service with a port for it", actual="none",
        )  # fmt: skip
    for service, port in services:
        named += [("BP-11", "service", service, "Service"), ("BP-12", "port", port, "Port")]
    for name, what, node, ending in named:
        if node.get("name") != stem + ending:
            yield found(
                name, wsdl.source, node, f"the {what} is not named by interaction and role",
                expected=stem + ending, actual=node.get("name") or "no name",
            )  # fmt: skip


def _types(wsdl: Wsdl) -> Iterator[LintFinding]:
    for schema in wsdl.source.schemas:
        if (target := schema.get("targetNamespace", "")) != wsdl.source.namespace:
            yield found(
                "BP-16", wsdl.source, schema, "the schema in wsdl:types has another namespace",
                expected=wsdl.source.namespace, actual=target or "no namespace",
            )  # fmt: skip
