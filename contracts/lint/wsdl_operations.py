"""What a WSDL's operations are: SOAP binding, messages and parts (BP-1, BP-7 to BP-17, TS-11)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from lxml import etree

from contracts.lint.contents import Contents
from contracts.lint.findings import LintFinding, found
from contracts.lint.names import REGISTRY, SAML, WSA, clue_of_service
from contracts.lint.wsdl_facts import SOAP, Message, Operation, Part, Wsdl
from contracts.package_parts import WSDL, XS

__all__ = ["check_wsdl_operations"]

_HTTP = "http://schemas.xmlsoap.org/soap/http"
_REGISTRY_FILE = re.compile(r"itintegration_registry_1\.[0-9]+\.xsd")
_DOCUMENTATION = (f"{WSDL}documentation", f"{XS}annotation")
_ADDRESS = "LogicalAddress"
_ROLES = ["Initiator", "Responder"]


def check_wsdl_operations(contents: Contents) -> Iterator[LintFinding]:
    """Judge the operations of each WSDL, and how they are bound."""
    for wsdl in contents.wsdls:
        yield from _counts(wsdl)
        yield from _address_import(wsdl)
        for operation in wsdl.operations:
            yield from _soap(wsdl, operation)
            yield from _style(wsdl, operation)
            for message in (operation.request, operation.response):
                yield from _body(contents, wsdl, operation, message)
            yield from _address(wsdl, operation)
            yield from _names(wsdl, operation)
            yield from _action(wsdl, operation)
            yield from _faults(wsdl, operation)
        if wsdl.profile == "pip2.1":
            yield from _assertion(wsdl)


def _counts(wsdl: Wsdl) -> Iterator[LintFinding]:
    """BP-17: one operation a port type; two port types are an Initiator's and a Responder's."""
    for port_type in wsdl.port_types:
        operations = list(port_type.iterfind(f"{WSDL}operation"))
        if len(operations) != 1:
            where = operations[1] if operations else port_type
            yield found(
                "BP-17", wsdl.source, where, "a port type has one operation",
                expected="one wsdl:operation", actual=f"{len(operations)}",
            )  # fmt: skip
    roles = sorted(operation.role for operation in wsdl.operations)
    types = len(wsdl.port_types)
    if types != 1 and not (types == len(_ROLES) and roles == _ROLES):
        yield found(
            "BP-17", wsdl.source, wsdl.port_types[1] if wsdl.port_types else None,
            "a WSDL has one port type, or one of each role",
            expected="one wsdl:portType, or a Responder's and an Initiator's", actual=f"{types}",
        )  # fmt: skip


def _soap(wsdl: Wsdl, operation: Operation) -> Iterator[LintFinding]:
    """BP-1, as far as a description shows it."""
    soap = None if operation.binding is None else operation.binding.find(f"{SOAP}binding")
    if soap is None:
        what = "no binding" if operation.binding is None else "no soap:binding of SOAP 1.1"
        yield found(
            "BP-1", wsdl.source, operation.binding, "the port type is not bound to SOAP 1.1",
            expected=f"soap:binding of {SOAP[1:-1]}", actual=what,
        )  # fmt: skip
    elif soap.get("transport") != _HTTP:
        yield found(
            "BP-1", wsdl.source, soap, "the transport is not HTTP",
            expected=_HTTP, actual=soap.get("transport", "none"),
        )  # fmt: skip
    kinds = [etree.QName(node).localname for node in operation.node.iterchildren(f"{WSDL}*")]
    order = [kind for kind in kinds if kind in ("input", "output")]
    if order != ["input", "output"]:
        yield found(
            "BP-1", wsdl.source, operation.node, "the operation is not request and response",
            expected="wsdl:input, then wsdl:output", actual=", then ".join(order) or "neither",
        )  # fmt: skip
    for node in () if operation.bound is None else operation.bound.iter(f"{SOAP}*"):
        if node.get("namespace") is not None:
            yield found(
                "BP-1", wsdl.source, node, "document/literal has no namespace on body and header",
                expected="no attribute namespace", actual=node.get("namespace", ""),
                mend="remove the attribute: the element has its schema's namespace",
            )  # fmt: skip


def _style(wsdl: Wsdl, operation: Operation) -> Iterator[LintFinding]:
    """BP-7: document style, literal use."""
    soap = None if operation.binding is None else operation.binding.find(f"{SOAP}binding")
    default = "document" if soap is None else soap.get("style", "document")
    action = operation.action
    stated = default if action is None else action.get("style", default)
    for node, style in ((soap, default), (action, stated)):
        if node is not None and style != "document":
            yield found(
                "BP-7", wsdl.source, node, "the style is not document",
                expected='style="document"', actual=f'style="{style}"',
            )  # fmt: skip
            break
    if operation.bound is None:
        return
    for node in operation.bound.iter(f"{SOAP}body", f"{SOAP}header"):
        if (use := node.get("use", "literal")) != "literal":
            yield found(
                "BP-7", wsdl.source, node, "the use is not literal",
                expected='use="literal"', actual=f'use="{use}"',
            )  # fmt: skip


def _body(
    contents: Contents, wsdl: Wsdl, operation: Operation, message: Message
) -> Iterator[LintFinding]:
    """BP-7: one body part, named parameters, that is an element of the interaction's schema."""
    where = message.stated if message.node is None else message.node
    if where is None:
        return  # BP-1 tells it
    if message.node is None:
        yield found(
            "BP-7", wsdl.source, where, "there is no such message",
            expected=f"a wsdl:message {message.name}", actual="none",
        )  # fmt: skip
        return
    parts = message.body_parts
    if len(parts) != 1:
        names = ", ".join(part.name for part in parts) or "none"
        yield found(
            "BP-7", wsdl.source, where, f"the body of {message.name} has {len(parts)} parts",
            expected="one part, parameters", actual=names,
        )  # fmt: skip
        return
    (part,) = parts
    if part.name != "parameters":
        yield found(
            "BP-7", wsdl.source, part.node, "the body's part has another name",
            expected="parameters", actual=part.name or "no name",
        )  # fmt: skip
    if lacking := _why_not_declared(contents, wsdl, part):
        yield found(
            "BP-7", wsdl.source, part.node, "the part is no element of the interaction's schema",
            expected=f"an element of {wsdl.identity.service(operation.role)}", actual=lacking,
        )  # fmt: skip
        return
    is_request = message is operation.request
    right = operation.name if is_request else f"{operation.name}Response"
    if part.element != right:
        yield found(
            "BP-7/request" if is_request else "BP-7", wsdl.source, part.node,
            f"the {'request' if is_request else 'response'} element is not named as the operation",
            expected=right, actual=part.element,
        )  # fmt: skip


def _why_not_declared(contents: Contents, wsdl: Wsdl, part: Part) -> str:
    """Tell why a part is no element of an imported service schema of the interaction."""
    if not part.element:
        return "the part has a type, or nothing"
    imported = {node.get("namespace", "") for node in wsdl.imports}
    if not part.namespace or part.namespace not in imported:
        return f"{part.element} of {part.namespace or 'no namespace'}, which is not imported"
    clue = clue_of_service(part.namespace)
    if clue.interaction and clue.interaction != wsdl.identity.interaction:
        return f"an element of the interaction {clue.interaction}"
    if not contents.has_file_for(part.namespace) or not contents.complete:
        return ""  # what is lacking is told by itself
    if contents.declared("element", part.namespace, part.element, near=wsdl.source) is None:
        return f"no schema declares {part.element} in {part.namespace}"
    return ""


def _address_import(wsdl: Wsdl) -> Iterator[LintFinding]:
    """BP-8a: the schema of the logical address is imported."""
    right = WSA if wsdl.profile == "2.0" else REGISTRY
    nodes = [node for node in wsdl.imports if node.get("namespace") == right]
    types = next(wsdl.root.iterchildren(f"{WSDL}types"), None)
    if not nodes:
        yield found(
            "BP-8a", wsdl.source, types, "the schema of the logical address is not imported",
            expected=f"an import of {right}", actual="none",
        )  # fmt: skip
    for node in nodes if right == REGISTRY else ():
        location = node.get("schemaLocation", "").replace("\\", "/")
        if not _REGISTRY_FILE.fullmatch(posixpath.basename(location)):
            yield found(
                "BP-8a", wsdl.source, node, "the registry's schema is of another file",
                expected="itintegration_registry_1.<n>.xsd", actual=location or "no location",
            )  # fmt: skip


def _address(wsdl: Wsdl, operation: Operation) -> Iterator[LintFinding]:
    """BP-8b, BP-8c and BP-8e: the logical address, its header and its documentation."""
    request = operation.request
    if request.node is None:
        return
    namespace, element = (WSA, "To") if wsdl.profile == "2.0" else (REGISTRY, _ADDRESS)
    parts = request.parts if wsdl.profile == "2.0" else request.parts[:1]
    right = [
        part
        for part in parts
        if (part.name, part.namespace, part.element) == (_ADDRESS, namespace, element)
    ]
    if not right:
        first = f"{request.parts[0].name} first" if request.parts else "no parts"
        yield found(
            "BP-8b", wsdl.source, request.node, "the request does not begin with the address"
            if wsdl.profile != "2.0" else "no part of the request is the address",
            expected=f"a part {_ADDRESS} of {{{namespace}}}{element}", actual=first,
        )  # fmt: skip
    addresses = [part.name for part in request.parts if _is_address(part)]
    if request.bound is not None and addresses and not request.in_header.intersection(addresses):
        yield found(
            "BP-8c", wsdl.source, request.bound, "the address is bound to no header",
            expected=f'soap:header with part="{addresses[0]}"',
            actual=", ".join(sorted(request.in_header)) or "no header",
        )  # fmt: skip
    near = [operation.node, operation.port_type, operation.bound, operation.binding, request.node]
    near += [part.node for part in request.parts]
    if not any(
        node is not None and next(node.iterchildren(*_DOCUMENTATION), None) is not None
        for node in near
    ):
        yield found(
            "BP-8e", wsdl.source, operation.node, "limits on the address are not documented",
            expected="wsdl:documentation at the operation or at the part", actual="none",
        )  # fmt: skip


def _names(wsdl: Wsdl, operation: Operation) -> Iterator[LintFinding]:
    """BP-13 and BP-14: messages and operations are named by the operation."""
    for message, ending in ((operation.request, "Request"), (operation.response, "Response")):
        if message.node is not None and message.name != operation.name + ending:
            yield found(
                "BP-13", wsdl.source, message.node, "the message is not named by the operation",
                expected=operation.name + ending, actual=message.name,
            )  # fmt: skip
    for node in (operation.node, operation.bound):
        if node is not None and node.get("name") != operation.name:
            yield found(
                "BP-14", wsdl.source, node, "the operation has another name than elsewhere",
                expected=operation.name, actual=node.get("name") or "no name",
            )  # fmt: skip
    if operation.bound is None and operation.binding is not None:
        yield found(
            "BP-14", wsdl.source, operation.binding, "the binding does not have the operation",
            expected=operation.name, actual="no wsdl:operation of that name",
        )  # fmt: skip


def _action(wsdl: Wsdl, operation: Operation) -> Iterator[LintFinding]:
    """BP-15: soapAction, by the formula of profile 2.1."""
    if wsdl.profile == "2.0" or operation.bound is None:
        return
    right = wsdl.identity.action(operation.role, operation.name)
    action = operation.action
    stated = "" if action is None else action.get("soapAction", "")
    if stated != right:
        yield found(
            "BP-15", wsdl.source, operation.bound if action is None else action,
            "soapAction is not made by the formula",
            expected=right, actual=stated or "none",
        )  # fmt: skip


def _faults(wsdl: Wsdl, operation: Operation) -> Iterator[LintFinding]:
    """TS-11: no faults of its own."""
    for node in operation.node.iterchildren(f"{WSDL}fault"):
        yield found(
            "TS-11", wsdl.source, node, "the operation has a fault of its own",
            expected="no wsdl:fault", actual=node.get("name") or "a fault without name",
        )  # fmt: skip


def _assertion(wsdl: Wsdl) -> Iterator[LintFinding]:
    """PIP-2: the user's assertion is the second part, in a header."""
    for operation in wsdl.operations:
        request = operation.request
        second = request.parts[1] if len(request.parts) > 1 else None
        right = second is not None and (second.name, second.namespace, second.element) == (
            "Assertion", SAML, "Assertion",
        )  # fmt: skip
        imported = any(node.get("namespace") == SAML for node in wsdl.imports)
        for well, lacking in (
            (imported, f"no import of {SAML}"),
            (right, f"the second part is {second.name if second else 'lacking'}"),
            ("Assertion" in request.in_header, "no soap:header for Assertion"),
        ):
            if not well:
                yield found(
                    "PIP-2", wsdl.source, request.node, "the request carries no assertion",
                    expected="a second part Assertion, bound to soap:header", actual=lacking,
                )  # fmt: skip
                break


def _is_address(part: Part) -> bool:
    return part.name == _ADDRESS or part.element in (_ADDRESS, "To")
