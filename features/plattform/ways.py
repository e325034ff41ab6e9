"""Valid messages written or sent in uncommon ways, and some that are wrong: tables, by name."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping

from features.plattform.straight import Way

__all__ = ["NOT_OF_SOAP_1_1", "SENT", "WRITTEN"]

_DECLARATION = re.compile(r"^\ufeff?\s*<\?xml[^>]*\?>\s*")
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def _bare(message: bytes) -> str:
    """Give the text of a message without its XML declaration."""
    return _DECLARATION.sub("", message.decode("utf-8"))


def _declared(message: bytes, encoding: str) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>{_bare(message)}'


def _prefix(text: str) -> str:
    """Give the prefix that the envelope is written with."""
    found = re.search(r"<([\w.-]+):Envelope", text)
    assert found is not None  # noqa: S101 - the envelope is ours
    return found[1]


def _with_doctype(entity: str) -> Callable[[bytes], bytes]:
    """Declare a DTD, and use an entity of it in the last text, if there is one to be used."""

    def write(message: bytes) -> bytes:
        text = _bare(message)
        inside = f' [<!ENTITY {entity} "expanderad">]' if entity else ""
        if entity:
            at = [found.start() for found in re.finditer(r"(?<=[^>\s])</", text)][-1]
            text = f"{text[:at]}&{entity};{text[at:]}"
        return f"<!DOCTYPE {_prefix(text)}:Envelope{inside}>{text}".encode()

    return write


def _in_body(message: bytes, added: str) -> bytes:
    text = _bare(message)
    return text.replace(f"</{_prefix(text)}:Body>", f"{added}</{_prefix(text)}:Body>").encode()


def _after_body(message: bytes) -> bytes:
    text = _bare(message)
    end = f"</{_prefix(text)}:Body>"
    return text.replace(end, f'{end}<x:efter xmlns:x="urn:provbank:test"/>').encode()


def _unqualified(message: bytes) -> bytes:
    """Write an envelope of no namespace at all."""
    text, prefix = _bare(message), _prefix(_bare(message))
    text = text.replace(f' xmlns:{prefix}="{_SOAP}"', "", 1)
    return re.sub(rf"(</?){prefix}:", r"\1", text).encode()


def _soap_12(message: bytes) -> bytes:
    return _bare(message).replace(_SOAP, "http://www.w3.org/2003/05/soap-envelope").encode()


def _header_block(attributes: str) -> Callable[[bytes], bytes]:
    def write(message: bytes) -> bytes:
        text = _bare(message)
        prefix = _prefix(text)
        block = f'<x:okant xmlns:x="urn:provbank:test" {attributes.format(soap=prefix)}/>'
        return text.replace(f"</{prefix}:Header>", f"{block}</{prefix}:Header>", 1).encode()

    return write


WRITTEN: Mapping[str, Callable[[bytes], bytes]] = {
    "UTF-8": lambda message: message,
    "UTF-8 med byte order mark": lambda message: codecs.BOM_UTF8 + message,
    "UTF-8 med byte order mark, utan XML-deklaration": lambda message: (
        codecs.BOM_UTF8 + _bare(message).encode()
    ),
    "UTF-8 utan XML-deklaration": lambda message: _bare(message).encode(),
    "UTF-8 med en XML-deklaration utan encoding": lambda message: (
        f'<?xml version="1.0"?>{_bare(message)}'.encode()
    ),
    "UTF-8 med en XML-deklaration i gemener": lambda message: _declared(message, "utf-8").encode(),
    "UTF-16 (little endian)": lambda message: (
        codecs.BOM_UTF16_LE + _declared(message, "UTF-16").encode("utf-16-le")
    ),
    "UTF-16 (big endian)": lambda message: (
        codecs.BOM_UTF16_BE + _declared(message, "UTF-16").encode("utf-16-be")
    ),
    "UTF-16 utan XML-deklaration": lambda message: (
        codecs.BOM_UTF16_LE + _bare(message).encode("utf-16-le")
    ),
    "UTF-16 utan byte order mark": lambda message: _declared(message, "UTF-16").encode("utf-16-le"),
    "ISO-8859-1": lambda message: _declared(message, "ISO-8859-1").encode(
        "iso-8859-1", "xmlcharrefreplace"
    ),
    "UTF-8 med en XML-deklaration som säger ISO-8859-1": lambda message: _declared(
        message, "ISO-8859-1"
    ).encode(),
    "en processinstruktion": lambda message: f"<?provbank test?>{_bare(message)}".encode(),
    "en DTD": _with_doctype(""),
    "en DTD och en entitet": _with_doctype("provbank"),
    "två element i Body": lambda message: _in_body(message, '<x:tva xmlns:x="urn:provbank:test"/>'),
    "ett element efter Body": _after_body,
    "ett kuvert utan namnrymd": _unqualified,
    "ett kuvert i SOAP 1.2": _soap_12,
    "ett okänt SOAP-huvud": _header_block(""),
    "ett okänt SOAP-huvud som måste förstås": _header_block('{soap}:mustUnderstand="1"'),
    "avklippt XML": lambda message: message[: len(message) // 2],
}
"""How a valid message is written: from the usual bytes to others."""

NOT_OF_SOAP_1_1 = frozenset({"ett kuvert utan namnrymd", "ett kuvert i SOAP 1.2"})
"""What may be answered in its own way: in SOAP 1.2, for one."""

_UTF_16 = "text/xml; charset=UTF-16"
SENT: Mapping[str, Way] = {
    "som vanligt": Way(),
    "med charset=UTF-16": Way(headers={"Content-Type": _UTF_16}),
    "med charset=ISO-8859-1": Way(headers={"Content-Type": "text/xml; charset=ISO-8859-1"}),
    "i stycken": Way(chunked=True),
    "med Expect: 100-continue": Way(expects_100=True),
    "med okända huvuden x-rivta-*": Way(
        headers={"x-rivta-provbank-test": "okänt".encode().decode("latin-1"), "x-rivta-x": "1"}
    ),
    "med x-rivta-acting-on-behalf-of-hsaid": Way(
        headers={"x-rivta-acting-on-behalf-of-hsaid": "SE5565594230-PROVBANK9"}
    ),
    "med huvudnamn i versaler": Way(
        headers={
            "CONTENT-TYPE": "text/xml; charset=UTF-8",
            "X-RIVTA-ORIGINAL-SERVICECONSUMER-HSAID": "SE5565594230-PROVBANK9",
        }
    ),
    "med charset i gemener och citattecken": Way(
        headers={"content-type": 'text/xml;charset="utf-8"'}
    ),
    "med tomt SOAPAction": Way(headers={"SOAPAction": '""'}),
    "med SOAPAction utan citattecken": Way(headers={"SOAPAction": "urn:riv:provbank:test"}),
    "med ett annat SOAPAction": Way(headers={"SOAPAction": '"urn:riv:provbank:test"'}),
    "utan SOAPAction": Way(headers={"SOAPAction": None}),
    "utan Content-Type": Way(headers={"Content-Type": None}, is_call=False),
    "utan charset": Way(headers={"Content-Type": "text/xml"}),
    "som text/plain": Way(headers={"Content-Type": "text/plain; charset=UTF-8"}, is_call=False),
    "som application/json": Way(headers={"Content-Type": "application/json"}, is_call=False),
    "som application/soap+xml": Way(
        headers={"Content-Type": "application/soap+xml"}, is_call=False
    ),
    "med GET": Way(method="GET", is_call=False),
    "med PUT": Way(method="PUT", is_call=False),
}
"""How a message is sent."""
