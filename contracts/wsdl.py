"""A RIV-TA WSDL in, its ServiceContracts out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from contracts.envelope import LOGICAL_ADDRESS
from contracts.errors import HarnessError, MessageError
from contracts.parsing import parse

__all__ = ["WSA_TO", "ServiceContract", "read_wsdl", "read_wsdls", "schemas_of"]

WSA_TO = "{http://www.w3.org/2005/08/addressing}To"
"""The header element that holds the logical address in RIV-TA Basic Profile 2.0."""

_NAMES = {
    "wsdl": "http://schemas.xmlsoap.org/wsdl/",
    "soap": "http://schemas.xmlsoap.org/wsdl/soap/",
    "xs": "http://www.w3.org/2001/XMLSchema",
}
_NAME = re.compile(r"[^\W\d][\w.-]{0,199}")
_PROFILES = {LOGICAL_ADDRESS: "rivtabp21", WSA_TO: "rivtabp20"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceContract:
    """One interaction of a service domain, as its WSDL states it.

    Shape: ``namespace`` is the contract's identity at run time, the namespace of the first
           element in the SOAP body; ``request``, ``response`` and the ``headers`` of each are
           ``{namespace}name``. ``parts`` are the names of the request's parts. Parts and headers
           are in the order of the WSDL, which need not be that of a message.
    Source: RIV-TA Basic Profile 2.1 BP-7, BP-8, BP-15.
    """

    service_domain: str
    version: str
    interaction: str
    namespace: str
    request: str
    response: str
    soap_action: str
    profile: str
    wsdl: Path
    schema: Path
    headers: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    response_headers: tuple[str, ...] = ()

    @property
    def address_header(self) -> str:
        """Give the header element that says whom a request is for, empty where none is stated."""
        return next((header for header in self.headers if header in _PROFILES), "")

    def __str__(self) -> str:
        """Give domain, version and interaction, the way people name a contract."""
        return f"{self.service_domain} {self.version} {self.interaction}"


def read_wsdl(path: Path, *, service_domain: str, version: str) -> ServiceContract:
    """Read the contract that a WSDL describes, the first where it describes several.

    Raises: HarnessError where the WSDL cannot be read or lacks what a contract needs.
    """
    return next(_Wsdl(path).contracts(service_domain, version))


def read_wsdls(path: Path, *, service_domain: str, version: str) -> tuple[ServiceContract, ...]:
    """Read every contract that a WSDL describes, one an operation, from its own text.

    Shape:  two port types are two contracts, as those of responder and initiator; a port type that
            is bound several times is one.
    Raises: HarnessError where the WSDL cannot be read or lacks what a contract needs.
    """
    return tuple(_Wsdl(path).contracts(service_domain, version))


def schemas_of(path: Path) -> dict[str, Path]:
    """Give the schema files that a WSDL brings in, by namespace.

    Raises: HarnessError where the WSDL cannot be read.
    """
    return dict(_Wsdl(path).brought_in())


class _Wsdl:
    """One WSDL file: its messages, port types and bindings, by name."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._root = parse(path.read_bytes())
        except MessageError as error:
            raise HarnessError(error.what, where=f"{path}:{error.line or 1}") from None
        except OSError as error:
            raise HarnessError(f"cannot be read: {error.strerror}", where=str(path)) from None
        self._target = self._root.get("targetNamespace", "")

    def contracts(self, service_domain: str, version: str) -> Iterator[ServiceContract]:
        """Give the contracts in the order of the port types.

        Raises: HarnessError where something is lacking.
        """
        operations = [
            (port_type, operation)
            for port_type in self._of(self._root, "wsdl:portType")
            for operation in self._of(port_type, "wsdl:operation")
        ]
        if not operations:
            raise self._lacks("operation")
        for port_type, operation in operations:
            yield self._contract(port_type, operation, service_domain, version)

    def _contract(
        self,
        port_type: etree._Element,
        operation: etree._Element,
        service_domain: str,
        version: str,
    ) -> ServiceContract:
        name = operation.get("name", "")
        if not _NAME.fullmatch(name):
            raise self._lacks("ordinary name of an operation", operation)
        binding = self._binding(port_type, operation)
        action = binding.find("soap:operation", _NAMES)
        assert action is not None  # noqa: S101 - _binding chose it so
        request, parts, headers = self._message("input", operation, binding)
        response, _, response_headers = self._message("output", operation, binding)
        namespace = request[1:].partition("}")[0]
        profile = self._target.rpartition(":")[2]
        if not profile.casefold().startswith("rivtabp"):
            profile = next((_PROFILES[one] for one in headers if one in _PROFILES), profile)
        return ServiceContract(
            service_domain=service_domain,
            version=version,
            interaction=name,
            namespace=namespace,
            request=request,
            response=response,
            soap_action=action.get("soapAction", ""),
            profile=profile,
            wsdl=self._path,
            schema=self._schema(namespace, operation),
            headers=headers,
            parts=parts,
            response_headers=response_headers,
        )

    def _binding(self, port_type: etree._Element, operation: etree._Element) -> etree._Element:
        """Give the operation in the first SOAP 1.1 binding of its port type."""
        for binding in self._of(self._root, "wsdl:binding"):
            if _local(binding.get("type", "")) != port_type.get("name"):
                continue
            for bound in self._of(binding, "wsdl:operation"):
                same = bound.get("name") == operation.get("name")
                if same and bound.find("soap:operation", _NAMES) is not None:
                    return bound
        raise self._lacks("soap:operation", operation)

    def _message(
        self, kind: str, operation: etree._Element, binding: etree._Element
    ) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """Give body element, part names and header elements of a request or response."""
        stated = operation.find(f"wsdl:{kind}", _NAMES)
        bound = binding.find(f"wsdl:{kind}", _NAMES)
        name = "" if stated is None else _local(stated.get("message", ""))
        parts = self._parts(name)
        headers: list[str] = []
        in_header: set[str] = set()
        body = None
        if bound is not None:
            body = bound.find("soap:body", _NAMES)
            for header in self._of(bound, "soap:header"):
                message, part = _local(header.get("message", "")), header.get("part", "")
                declared = self._parts(message)
                if part not in declared:
                    raise self._lacks(f"part {part!r} for a header of its {kind}", operation)
                headers.append(_qualified(declared[part]))
                if message == name:
                    in_header.add(part)
        chosen = [] if body is None else body.get("parts", "").split()
        left = chosen or [part for part in parts if part not in in_header]
        if len(left) != 1:
            left = [part for part in left if part == "parameters"]
        if not left or left[0] not in parts:
            raise self._lacks(f"'parameters' part in its {kind} message", operation)
        return _qualified(parts[left[0]]), tuple(parts), tuple(headers)

    def _parts(self, message: str) -> dict[str, etree._Element]:
        for found in self._of(self._root, "wsdl:message"):
            if found.get("name") == message:
                return {part.get("name", ""): part for part in self._of(found, "wsdl:part")}
        return {}

    def brought_in(self) -> Iterator[tuple[str, Path]]:
        """Give the namespaces that the WSDL's own schema brings in, the first file of each last."""
        for schema in reversed(self._of(self._root, "wsdl:types/xs:schema")):
            within = schema.get("targetNamespace", "")
            nodes = self._of(schema, "xs:import") + self._of(schema, "xs:include")
            for node in reversed(nodes):
                included = etree.QName(node).localname == "include"
                location = node.get("schemaLocation", "")
                if location:
                    path = (self._path.parent / unquote(location)).resolve()
                    yield within if included else node.get("namespace", ""), path

    def _schema(self, namespace: str, operation: etree._Element) -> Path:
        """Give the file that the WSDL's own schema brings in for a namespace."""
        found = dict(self.brought_in()).get(namespace)
        if found is not None:
            return found
        raise self._lacks(f"schema import for {namespace or 'its messages'}", operation)

    @staticmethod
    def _of(parent: etree._Element, path: str) -> list[etree._Element]:
        return list(parent.iterfind(path, _NAMES))

    def _lacks(self, what: str, operation: etree._Element | None = None) -> HarnessError:
        place = ""
        if operation is not None:
            name = operation.get("name", "")[:100]
            place = f" (operation {name}, line {operation.sourceline})"
        return HarnessError(
            f"the WSDL has no {what}{place}", where=str(self._path), mend="see RIV-TA BP 2.1"
        )


def _local(name: str) -> str:
    return name.strip().rpartition(":")[2]


def _qualified(part: etree._Element) -> str:
    prefix, _, local = part.get("element", "").strip().rpartition(":")
    return f"{{{part.nsmap.get(prefix or None, '')}}}{local}"
