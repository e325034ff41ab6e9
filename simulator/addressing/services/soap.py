"""The catalogue's SOAP services: an envelope in, an answer or a fault out, and their WSDL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from lxml import etree

from contracts.catalogue import bundled
from contracts.envelope import SOAP_ENVELOPE
from simulator.addressing.services import registry, vagvalsinfo
from simulator.addressing.services.registry import CannotAnswer, Question
from simulator.faults import plain_fault
from simulator.soap_requests import Unreadable, read_request

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.addressing.catalogue import AddressingCatalogue

__all__ = ["Answer", "SoapService", "services"]

_SCHEMAS = Path(__file__).parent / "schemas"
_XML = "text/xml;charset=UTF-8"
_LOCATION = "{http://schemas.xmlsoap.org/wsdl/soap/}address"
_IMPORTS = ("{http://www.w3.org/2001/XMLSchema}import", "{http://www.w3.org/2001/XMLSchema}include")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer as a value."""

    status: int
    body: bytes
    content_type: str = _XML

    @classmethod
    def fault(cls, text: str, *, blames: str = "Server") -> Answer:
        """Give a SOAP fault, without detail."""
        return cls(status=500, body=plain_fault(text, blames=blames))


@dataclass(frozen=True, kw_only=True)
class SoapService:
    """One service: where it is, what it answers, and the WSDL that describes it.

    Shape:  ``path`` stands below ``/tak-services``; ``operations`` are by the request's element.
            Headers are not looked at, so a receiver may be written as either profile does.
    Source: platform facts, section 4.2.
    """

    path: str
    wsdl: Path
    operations: Mapping[str, Callable[[Question], etree._Element]]

    def answer(
        self, message: bytes, *, catalogue: AddressingCatalogue | None, at: datetime
    ) -> Answer:
        """Answer a request; what cannot be answered is a SOAP fault."""
        request = read_request(message, self.operations)
        if isinstance(request, Unreadable):
            return Answer.fault(request.text, blames="Client")
        if catalogue is None:
            return Answer.fault("Not initialized")
        question = Question(element=request.element, catalogue=catalogue, at=at)
        try:
            return _enveloped(self.operations[str(request.element.tag)](question))
        except CannotAnswer as error:
            return Answer.fault(str(error))

    def described(self, url: str, *, schema: str | None = None) -> Answer | None:
        """Give the WSDL, or one of its schemas by its place, with addresses that lead back here.

        Shape: ``url`` is the service's own; None where there is no such schema.
        """
        file = self.wsdl if schema is None else (self.wsdl.parent / schema).resolve()
        if file != self.wsdl and file not in _schemas_of(self.wsdl):
            return None
        tree = etree.parse(str(file), etree.XMLParser(resolve_entities=False, no_network=True))
        for node in tree.iter(_LOCATION):
            node.set("location", url)
        for node in tree.iter(*_IMPORTS):
            if location := node.get("schemaLocation"):
                place = _place((file.parent / location).resolve(), self.wsdl.parent)
                node.set("schemaLocation", f"{url}?xsd={quote(place)}")
        return Answer(status=200, body=etree.tostring(tree, xml_declaration=True, encoding="UTF-8"))


def _schemas_of(wsdl: Path) -> frozenset[Path]:
    """Give the files that a WSDL leads to."""
    found: set[Path] = set()
    todo = [wsdl]
    while todo:
        file = todo.pop()
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        for node in etree.parse(str(file), parser).iter(*_IMPORTS):
            location = node.get("schemaLocation")
            place = (file.parent / location).resolve() if location else file
            if place != file and place not in found:
                found.add(place)
                todo.append(place)
    return frozenset(found)


def _place(file: Path, folder: Path) -> str:
    """Give the way from a folder to a file, also where it leads up."""
    ups = 0
    while not file.is_relative_to(folder):
        folder, ups = folder.parent, ups + 1
    return "../" * ups + file.relative_to(folder).as_posix()


def _enveloped(element: etree._Element) -> Answer:
    root = etree.Element(f"{{{SOAP_ENVELOPE}}}Envelope", nsmap={"soap": SOAP_ENVELOPE})
    etree.SubElement(root, f"{{{SOAP_ENVELOPE}}}Body").append(element)
    return Answer(status=200, body=etree.tostring(root, encoding="UTF-8", xml_declaration=False))


def _of(path: str, domain: str, version: str, interaction: str) -> SoapService:
    """Give the service of a bundled contract."""
    contract = next(
        one for one in bundled().domain(domain, version).contracts if one.interaction == interaction
    )
    return SoapService(
        path=path,
        wsdl=contract.wsdl,
        operations={contract.request: registry.OPERATIONS[contract.request]},
    )


def _everything(
    told: Callable[[AddressingCatalogue], etree._Element],
) -> Callable[[Question], etree._Element]:
    return lambda question: told(question.catalogue)


_REGISTRY_1, _REGISTRY_2 = "itintegration:registry", "infrastructure:itintegration:registry"


@cache
def services() -> tuple[SoapService, ...]:
    """Give the services; platform facts, section 4.2."""
    return (
        SoapService(
            path="SokVagvalsInfo/v2",
            wsdl=_SCHEMAS / "sokvagvalsinfo_2.0.wsdl",
            operations={name: _everything(told) for name, told in vagvalsinfo.OPERATIONS.items()},
        ),
        _of("GetSupportedServiceContracts", _REGISTRY_1, "1.0", "GetSupportedServiceContracts"),
        _of("GetSupportedServiceContracts/v2", _REGISTRY_2, "2.0", "GetSupportedServiceContracts"),
        _of(
            "GetLogicalAddresseesByServiceContract/v2",
            _REGISTRY_2,
            "2.0",
            "GetLogicalAddresseesByServiceContract",
        ),
        _of(
            "itintegration/monitoring/pingForConfiguration/1/rivtabp21",
            "itintegration:monitoring",
            "1.0",
            "PingForConfiguration",
        ),
    )
