"""The SOAP envelope and its RIV headers, to and from values."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from contracts.errors import MessageError

__all__ = [
    "LOGICAL_ADDRESS",
    "SOAP_ENVELOPE",
    "Fault",
    "body_of",
    "envelope",
    "fault_in",
    "is_envelope",
]

SOAP_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
"""SOAP 1.1; RIV-TA Basic Profile 2.1 BP-1."""

REGISTRY = "urn:riv:itintegration:registry:1"
"""Namespace of the LogicalAddress header; RIV-TA Basic Profile 2.1 BP-8a."""

LOGICAL_ADDRESS = f"{{{REGISTRY}}}LogicalAddress"

_ENVELOPE = f"{{{SOAP_ENVELOPE}}}Envelope"
_BODY = f"{{{SOAP_ENVELOPE}}}Body"
_FAULT = f"{{{SOAP_ENVELOPE}}}Fault"
_WHERE = "/Envelope/Body"


def envelope(
    payload: bytes | etree._Element,
    *,
    logical_address: str | None = None,
    headers: Iterable[etree._Element] = (),
) -> bytes:
    """Wrap a payload in a SOAP 1.1 envelope, addressed the way profile 2.1 does it.

    Shape: the payload is one element, which stays where it is; ``logical_address`` None leaves
           the header element out; ``headers`` come after it. The answer is UTF-8 with an XML
           declaration.
    """
    root = etree.Element(_ENVELOPE, nsmap={"soapenv": SOAP_ENVELOPE})
    header = etree.SubElement(root, f"{{{SOAP_ENVELOPE}}}Header")
    if logical_address is not None:
        etree.SubElement(header, LOGICAL_ADDRESS, nsmap={"riv": REGISTRY}).text = logical_address
    header.extend(copy.deepcopy(one) for one in headers)
    body = etree.SubElement(root, _BODY)
    if isinstance(payload, bytes):
        parser = etree.XMLParser(huge_tree=True, resolve_entities=False, no_network=True)
        body.append(etree.fromstring(payload, parser))
    else:
        body.append(copy.deepcopy(payload))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def is_envelope(root: etree._Element) -> bool:
    """Tell whether the element is a SOAP 1.1 envelope."""
    return root.tag == _ENVELOPE


def body_of(root: etree._Element) -> etree._Element:
    """Give the one element in the envelope's body.

    Raises: MessageError where there is no body, or not exactly one element in it (WS-I R9981).
    """
    body = root.find(_BODY)
    if body is None:
        raise MessageError("the envelope has no Body", where="/Envelope", mend="add soap:Body")
    elements = [child for child in body if isinstance(child.tag, str)]
    if len(elements) != 1:
        raise MessageError(
            f"the Body holds {len(elements)} elements instead of one",
            where=_WHERE,
            mend="send exactly one message element in soap:Body",
        )
    return elements[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A SOAP 1.1 fault: code, text for people, and the text of its detail."""

    code: str
    text: str
    detail: str = ""


def fault_in(root: etree._Element) -> Fault | None:
    """Give the fault that an envelope carries, or None where it carries something else."""
    found = root.find(f"{_BODY}/{_FAULT}")
    if found is None:
        return None
    detail = found.find("detail")
    return Fault(
        code=(found.findtext("faultcode") or "").strip(),
        text=(found.findtext("faultstring") or "").strip(),
        detail="" if detail is None else "".join(str(part) for part in detail.itertext()).strip(),
    )
