"""A request to a service behind the platform, read, or why it is none in that service's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.envelope import body_of, is_envelope
from contracts.errors import MessageError
from contracts.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Container

    from lxml import etree

__all__ = ["SoapRequest", "Unreadable", "read_request"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """Why a message is none that the service answers; the caller is to blame."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SoapRequest:
    """A message that the service answers: its envelope, and the element of its body."""

    envelope: etree._Element
    element: etree._Element


def read_request(message: bytes, known: Container[str]) -> SoapRequest | Unreadable:
    """Read a request whose element is one of the ``{namespace}name`` that the service knows."""
    try:
        root = parse(message)
        element = body_of(root) if is_envelope(root) else None
    except MessageError as error:
        return Unreadable(text=f"Error reading XMLStreamReader: {error.what}")
    if element is None:
        return Unreadable(text="The message is no SOAP 1.1 envelope")
    name = str(element.tag)
    if name not in known:
        text = f"Message part {name} was not recognized.  (Does it exist in service WSDL?)"
        return Unreadable(text=text)
    return SoapRequest(envelope=root, element=element)
