"""The SOAP envelope and its RIV headers, to and from values."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from xml.parsers import expat

from lxml import etree

from contracts.errors import MessageError

__all__ = [
    "LOGICAL_ADDRESS",
    "SOAP_ENVELOPE",
    "Addressing",
    "Fault",
    "body_of",
    "envelope",
    "fault_in",
    "is_envelope",
    "read_addressing",
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
    element = etree.fromstring(payload) if isinstance(payload, bytes) else copy.deepcopy(payload)
    body.append(element)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressing:
    """What the platform reads of a message: whom it is for, in which profile, which contract.

    Shape: ``receiver`` is None where no address stands; ``contract`` is the namespace of the
           first element of the body, None where the body is empty.
    Source: platform facts, section 1.6.
    """

    receiver: str | None
    profile: str | None
    contract: str | None


class _Found(Exception):  # noqa: N818 - a signal that stops the parser, not an error
    """Raised inside the parser at the first element of the body: no more need be read."""


def read_addressing(message: bytes) -> Addressing:
    """Read receiver, profile and contract the way the platform does: no further than needed.

    Shape:  by local name alone; a later address wins over an earlier one; the receiver is not
            trimmed, but blanks alone count as none. What follows the first element of the body
            is not looked at, well-formed or not. Where the declared encoding cannot be used, the
            message is read as UTF-8.
    Raises: MessageError where the XML breaks before the contract is found; its text is the
            parser's, with the place in the platform's form.
    Source: platform facts, section 1.6.
    """
    try:
        return _read(message)
    except (LookupError, ValueError):
        return _read(message, encoding="UTF-8")


def _read(message: bytes, *, encoding: str | None = None) -> Addressing:
    """Read a message as declared, or else in the encoding given.

    Raises: LookupError or ValueError where the declared encoding cannot be used.
    """
    reader = _AddressingReader()
    try:
        reader.read(message, encoding)
    except _Found:
        pass
    except expat.ExpatError as error:
        if error.code in _ENCODING_CANNOT_BE_USED:
            raise LookupError from error
        text = expat.ErrorString(error.code) or "cannot be parsed"
        raise MessageError(
            f"{text}\n at [row,col {{unknown-source}}]: [{error.lineno},{error.offset + 1}]",
            line=error.lineno,
        ) from None
    return reader.found()


class _AddressingReader:
    """The platform's pass over a message: a little state, fed by the parser's events."""

    def __init__(self) -> None:
        self._in_header = False
        self._in_body = False
        self._address_text: list[str] | None = None
        self._first_text: str | None = None
        self._profile: str | None = None
        self._contract: str | None = None

    def read(self, message: bytes, encoding: str | None) -> None:
        parser = expat.ParserCreate(encoding, namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.CommentHandler = self._end_of_text
        parser.ProcessingInstructionHandler = self._end_of_text
        parser.StartDoctypeDeclHandler = self._doctype
        parser.Parse(message, True)

    def found(self) -> Addressing:
        receiver = self._first_text
        return Addressing(
            receiver=receiver if receiver and receiver.strip() else None,
            profile=self._profile,
            contract=self._contract,
        )

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._end_of_text()
        namespace, _, local = name.rpartition(" ")
        if self._in_body:
            self._contract = namespace
            raise _Found
        if local == "Header":
            self._in_header = True
        elif local == "Body":
            self._in_body = True
        elif self._in_header and local in _PROFILE_BY_ADDRESS:
            self._profile = _PROFILE_BY_ADDRESS[local]
            self._address_text = []

    def _end(self, _name: str) -> None:
        if self._address_text is not None:
            self._first_text = "".join(self._address_text)
            self._address_text = None

    def _end_of_text(self, *_what: object) -> None:
        """End the address where its first text ends, whatever comes after that."""
        if self._address_text:
            self._end("")

    def _text(self, text: str) -> None:
        if self._address_text is not None:
            self._address_text.append(text)

    def _doctype(self, *_declaration: object) -> None:
        raise MessageError(
            "Document type declarations (DTD) are not supported",
            mend="remove <!DOCTYPE ...>",
        )


_PROFILE_BY_ADDRESS = {"To": "rivtabp20", "LogicalAddress": "rivtabp21"}
_ENCODING_CANNOT_BE_USED = {
    expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING],
    expat.errors.codes[expat.errors.XML_ERROR_INCORRECT_ENCODING],
}
