"""A message moved from one RIV-TA basic profile to the other: the address in the header."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat
from xml.sax.saxutils import escape

from contracts.errors import MessageError
from simulator.charsets import text_of
from simulator.mediation import Conversion
from simulator.payload import parser_message

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["converted"]

_ADDRESSING = "http://www.w3.org/2005/08/addressing"
_REGISTRY = "urn:riv:itintegration:registry:1"
_MOVES = {
    Conversion.TO_21: (_ADDRESSING, "To", _REGISTRY, "LogicalAddress"),
    Conversion.TO_20: (_REGISTRY, "LogicalAddress", _ADDRESSING, "To"),
}
_ABOVE = {"xml": "http://www.w3.org/XML/1998/namespace", "xmlns": "", "": ""}
_IN_ATTRIBUTES = {'"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}


def converted(message: bytes, conversion: Conversion, *, charset: str | None) -> bytes:
    """Write a message in the producer's profile.

    Shape:  every element of the one profile's namespace moves to the other's, and the address
            element is renamed. Prefixes and comments are kept, instructions are dropped; the
            answer is UTF-8 with an XML declaration. ``charset`` is what the message declares.
    Raises: MessageError where the message is not well-formed; its text is the parser's.
    Source: platform facts, section 1.10.
    """
    writer = _Writer(*_MOVES[conversion])
    text = text_of(message, charset)
    parser = expat.ParserCreate("UTF-8")
    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.StartElementHandler = writer.start
    parser.EndElementHandler = writer.end
    parser.CharacterDataHandler = writer.text
    parser.CommentHandler = writer.comment
    parser.StartCdataSectionHandler = writer.cdata_starts
    parser.EndCdataSectionHandler = writer.cdata_ends
    parser.StartDoctypeDeclHandler = _doctype
    as_utf_8 = text.encode()
    try:
        parser.Parse(as_utf_8, True)
    except expat.ExpatError as error:
        raise parser_message(as_utf_8, error, codec="utf-8", whole=True) from None
    return writer.written()


def _doctype(*_declaration: object) -> None:
    raise MessageError("Document type declarations (DTD) are not supported")


class _Writer:
    """Writes what the parser reads, with one namespace in place of another.

    Shape: for each open element, the namespaces by prefix as they are read, and as written.
    """

    def __init__(self, source: str, name: str, target: str, new_name: str) -> None:
        self._source = source
        self._name = name
        self._target = target
        self._new_name = new_name
        self._parts = ['<?xml version="1.0" encoding="UTF-8"?>']
        self._open: list[tuple[str, Mapping[str, str], Mapping[str, str]]] = [("", _ABOVE, _ABOVE)]
        self._is_tag_open = False
        self._in_cdata = False

    def written(self) -> bytes:
        """Give the whole message."""
        return "".join(self._parts).encode()

    def start(self, element: str, attributes: list[str]) -> None:
        """Write a start tag, open until it is known whether the element is empty."""
        self._close_tag()
        _, read_above, written_above = self._open[-1]
        pairs = list(zip(attributes[::2], attributes[1::2], strict=True))
        declared = {
            name[6:]: value for name, value in pairs if name == "xmlns" or name.startswith("xmlns:")
        }
        read = {**read_above, **declared} if declared else read_above
        prefix, _, local = element.rpartition(":")
        for name in (element, *(name for name, _ in pairs)):
            _refuse_unbound(name, read)
        moves = read.get(prefix) == self._source
        rewritten = declared
        if moves or local in {"Envelope", "Header"}:
            rewritten = {
                one: self._target if uri == self._source else uri for one, uri in declared.items()
            }
        if moves and {**written_above, **rewritten}.get(prefix) != self._target:
            rewritten = {**rewritten, prefix: self._target}
        written = {**written_above, **rewritten} if rewritten else written_above
        if moves and local == self._name:
            element = f"{prefix}:{self._new_name}" if prefix else self._new_name
        self._parts.append(f"<{element}")
        for one, uri in rewritten.items():
            self._parts.append(f' xmlns{":" if one else ""}{one}="{escape(uri, _IN_ATTRIBUTES)}"')
        for name, value in pairs:
            if name != "xmlns" and not name.startswith("xmlns:"):
                self._parts.append(f' {name}="{escape(value, _IN_ATTRIBUTES)}"')
        self._open.append((element, read, written))
        self._is_tag_open = True

    def end(self, _element: str) -> None:
        """Write an end tag, or make the start tag that of an empty element."""
        element, _, _ = self._open.pop()
        self._parts.append("/>" if self._is_tag_open else f"</{element}>")
        self._is_tag_open = False

    def text(self, text: str) -> None:
        """Write text."""
        self._close_tag()
        self._parts.append(text if self._in_cdata else escape(text, {"\r": "&#13;"}))

    def comment(self, text: str) -> None:
        """Write a comment."""
        self._close_tag()
        self._parts.append(f"<!--{text}-->")

    def cdata_starts(self) -> None:
        """Begin a section whose text needs no escaping."""
        self._close_tag()
        self._parts.append("<![CDATA[")
        self._in_cdata = True

    def cdata_ends(self) -> None:
        """End such a section."""
        self._parts.append("]]>")
        self._in_cdata = False

    def _close_tag(self) -> None:
        if self._is_tag_open:
            self._parts.append(">")
            self._is_tag_open = False


def _refuse_unbound(name: str, namespaces: Mapping[str, str]) -> None:
    prefix, colon, _ = name.partition(":")
    if colon and prefix not in namespaces:
        raise MessageError(f'Undeclared namespace prefix "{prefix}"')
