"""A WSDL taken apart: its operations, each with messages and binding, and what it is a contract of.

Nothing is judged here, and anything may be lacking: what is not there is None or empty.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from contracts.lint.names import (
    WSA,
    Clue,
    Identity,
    agreed,
    clue_of_action,
    clue_of_service,
    clue_of_wsdl,
    clue_of_wsdl_file,
    most,
)
from contracts.package_parts import WSDL, XS, Source

__all__ = ["SOAP", "Message", "Operation", "Part", "Wsdl", "folder_of_interaction"]

SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
_PROFILES = {"rivtabp20": "2.0", "rivtabp21": "2.1", "rivtabpip21": "pip2.1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a message: its node, its name, and its element as namespace and local name."""

    node: etree._Element
    name: str
    namespace: str
    element: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of an operation, as stated in the port type and bound.

    Shape: ``node`` is None where no wsdl:message has the name; ``bound`` is the binding's input or
           output, ``body`` the soap:body in it. ``in_header`` are the parts bound to headers.
    """

    name: str
    node: etree._Element | None
    stated: etree._Element | None
    bound: etree._Element | None
    body: etree._Element | None
    parts: tuple[Part, ...]
    in_header: frozenset[str]

    @property
    def body_parts(self) -> tuple[Part, ...]:
        """Give the parts of the body: those that soap:body names, or those in no header.

        The logical address counts for none: where it is not in a header, that is told by itself.
        """
        chosen = "" if self.body is None else self.body.get("parts", "")
        if chosen.strip():
            return tuple(part for part in self.parts if part.name in chosen.split())
        return tuple(
            part for part in self.parts if part.name not in self.in_header and not _is_address(part)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation of a port type, with what binds it.

    Shape: ``name`` is the name that most places give it, the port type's own among equals;
           ``binding`` is the wsdl:binding, ``bound`` the operation in it.
    """

    name: str
    role: str
    port_type: etree._Element
    node: etree._Element
    binding: etree._Element | None
    bound: etree._Element | None
    request: Message
    response: Message

    @property
    def action(self) -> etree._Element | None:
        """Give the soap:operation."""
        return None if self.bound is None else self.bound.find(f"{SOAP}operation")


class Wsdl:
    """One WSDL: its operations, the schema it brings its schemas in by, and its identity."""

    def __init__(self, source: Source, *, interaction: str = "") -> None:
        """Read a source; ``interaction`` is what the folder says."""
        self.source = source
        self.root = source.root
        self.file = clue_of_wsdl_file(posixpath.basename(source.origin))
        self.target = clue_of_wsdl(source.namespace)
        self.port_types = list(self.root.iterfind(f"{WSDL}portType"))
        self.operations = tuple(self._operations())
        self.profile_name, self.profile = self._profile()
        self.identity: Identity = agreed([*self._clues(), Clue(interaction=interaction)])

    @property
    def imports(self) -> list[etree._Element]:
        """Give the imports of the schemas in wsdl:types."""
        return [
            node for schema in self.source.schemas for node in schema.iterchildren(f"{XS}import")
        ]

    @cached_property
    def payloads(self) -> tuple[str, ...]:
        """Give the namespaces of the messages' bodies, each once: the contract's at run time."""
        return tuple(
            dict.fromkeys(
                part.namespace
                for operation in self.operations
                for message in (operation.request, operation.response)
                for part in message.body_parts
                if part.namespace
            )
        )

    def _clues(self) -> list[Clue]:
        """Give what each name says; the payload's namespace first, since calls are known by it."""
        name = self.root.get("name", "")
        actions = [
            operation.action.get("soapAction", "")
            for operation in self.operations
            if operation.action is not None
        ]
        return [
            *(clue_of_service(payload) for payload in self.payloads[:1]),
            self.target,
            self.file,
            *(clue_of_action(action) for action in actions[:1]),
            Clue(interaction=name.removesuffix("Interaction") if name else ""),
        ]

    def _profile(self) -> tuple[str, str]:
        """Give the profile's short name and number: as the namespace says, the file, the header."""
        for name in (self.target.profile, self.file.profile):
            if (known := name.casefold()) in _PROFILES:
                return known, _PROFILES[known]
        to = any(
            part.namespace == WSA for one in self.operations for part in one.request.parts
        )  # fmt: skip
        return ("rivtabp20", "2.0") if to else ("rivtabp21", "2.1")

    def _operations(self) -> Iterator[Operation]:
        for port_type in self.port_types:
            for node in port_type.iterfind(f"{WSDL}operation"):
                yield self._operation(port_type, node)

    def _operation(self, port_type: etree._Element, node: etree._Element) -> Operation:
        binding = self._binding(port_type)
        bound = self._bound(binding, node)
        request = self._message("input", node, bound)
        response = self._message("output", node, bound)
        payload = next((part.namespace for part in request.body_parts), "")
        role = clue_of_service(payload).role or (
            "Initiator" if "Initiator" in port_type.get("name", "") else "Responder"
        )
        return Operation(
            name=_agreed_name(node, bound, request, response),
            role=role,
            port_type=port_type,
            node=node,
            binding=binding,
            bound=bound,
            request=request,
            response=response,
        )

    def _binding(self, port_type: etree._Element) -> etree._Element | None:
        """Give the binding of a port type, one of SOAP 1.1 among several."""
        bindings = [
            node
            for node in self.root.iterfind(f"{WSDL}binding")
            if _local(node.get("type", "")) == port_type.get("name")
        ]
        right = [node for node in bindings if node.find(f"{SOAP}binding") is not None]
        return next(iter(right or bindings), None)

    @staticmethod
    def _bound(binding: etree._Element | None, node: etree._Element) -> etree._Element | None:
        """Give the operation in the binding, by name, or the only one there is."""
        if binding is None:
            return None
        bound = list(binding.iterfind(f"{WSDL}operation"))
        same = [one for one in bound if one.get("name") == node.get("name")]
        return next(iter(same), bound[0] if len(bound) == 1 else None)

    def _message(
        self, kind: str, operation: etree._Element, bound: etree._Element | None
    ) -> Message:
        stated = operation.find(f"{WSDL}{kind}")
        name = "" if stated is None else _local(stated.get("message", ""))
        node = next(
            (one for one in self.root.iterfind(f"{WSDL}message") if one.get("name") == name), None
        )
        where = None if bound is None else bound.find(f"{WSDL}{kind}")
        headers = [] if where is None else list(where.iterfind(f"{SOAP}header"))
        return Message(
            name=name,
            node=node,
            stated=stated,
            bound=where,
            body=None if where is None else where.find(f"{SOAP}body"),
            parts=() if node is None else tuple(_parts(node)),
            in_header=frozenset(
                header.get("part", "")
                for header in headers
                if _local(header.get("message", "")) == name
            ),
        )


def folder_of_interaction(path: str) -> str:
    """Give the interaction that the folder of a file is named by, or nothing."""
    above, _, folder = posixpath.dirname(path).rpartition("/")
    if posixpath.basename(above) != "interactions":
        return ""
    return folder.removesuffix("Interaction") if folder.endswith("Interaction") else ""


def _agreed_name(
    node: etree._Element, bound: etree._Element | None, request: Message, response: Message
) -> str:
    """Give the name that most places have for an operation."""
    action = None if bound is None else bound.find(f"{SOAP}operation")
    names = [
        node.get("name", ""),
        "" if bound is None else bound.get("name", ""),
        "" if action is None else clue_of_action(action.get("soapAction", "")).operation,
        _without(request.name, "Request"),
        _without(response.name, "Response"),
        *(part.element for part in request.body_parts),
        *(_without(part.element, "Response") for part in response.body_parts),
    ]
    return most(name for name in names if name) or ""


def _without(name: str, ending: str) -> str:
    return name.removesuffix(ending) if name.endswith(ending) else ""


def _parts(message: etree._Element) -> Iterator[Part]:
    for node in message.iterfind(f"{WSDL}part"):
        prefix, _, local = node.get("element", "").strip().rpartition(":")
        yield Part(
            node=node,
            name=node.get("name", ""),
            namespace=node.nsmap.get(prefix or None, "") if local else "",
            element=local,
        )


def _is_address(part: Part) -> bool:
    return part.name == "LogicalAddress" or part.element in ("LogicalAddress", "To")


def _local(name: str) -> str:
    return name.strip().rpartition(":")[2]
