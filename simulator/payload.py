"""What the platform reads of a message: whom it is for, in which profile, which contract."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

from contracts.errors import MessageError
from simulator.charsets import codec_of, is_utf_8
from simulator.woodstox import at_place, complaint

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Addressing", "message_in", "parser_message", "read_addressing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressing:
    """What the platform knows of a message before it chooses a route.

    Shape:  ``receiver`` is None where no address stands; ``contract`` is the namespace of the
            first element of the body, None where the body is empty; ``charset`` is the encoding
            that the message declares, None where that is UTF-8 or cannot be used.
    Source: platform facts, sections 1.6 and 1.14.
    """

    receiver: str | None
    profile: str | None
    contract: str | None
    charset: str | None = field(default=None)


_FIRST_TAG = re.compile(rb"<\w+:Envelope", re.IGNORECASE)
_LAST_TAG = re.compile(rb"</\w+:Envelope>", re.IGNORECASE)


def message_in(headers: Mapping[str, str], body: bytes) -> bytes:
    """Give the message of a request: its body, or the envelope in it where the body is MTOM.

    Shape:  attachments are dropped.
    Raises: MessageError where MTOM holds no envelope.
    Source: platform facts, section 1.6.
    """
    if "application/xop+xml" not in headers.get("content-type", ""):
        return body
    first = _FIRST_TAG.search(body)
    ends = [] if first is None else [tag.end() for tag in _LAST_TAG.finditer(body, first.end())]
    if first is None or not ends:
        raise MessageError(
            "Inkommande begäran är ej korrekt utformat och kan därför inte behandlas."
        )
    return body[first.start() : ends[-1]]


def read_addressing(message: bytes) -> Addressing:
    """Read receiver, profile and contract the way the platform does: no further than needed.

    Shape:  by local name alone; a later address wins over an earlier one; the receiver is not
            trimmed, but blanks alone count as none. What follows the first element of the body
            is not looked at, well-formed or not. Where the declared encoding cannot be used, the
            message is read as UTF-8.
    Raises: MessageError where the XML breaks before the contract is found; its text is the one
            that the platform's parser gives, as far as we know it.
    Source: platform facts, section 1.6.
    """
    try:
        return _read(message)
    except (LookupError, ValueError):
        return _read(message, encoding="UTF-8")


def parser_message(
    message: bytes, error: expat.ExpatError, *, codec: str, whole: bool
) -> MessageError:
    """Give what the platform's parser would say where ours says ``error``."""
    text = complaint(message, encoding=codec, whole=whole)
    if text is None:
        place = at_place(error.lineno, error.offset + 1)
        text = (expat.ErrorString(error.code) or "cannot be parsed") + place
    return MessageError(text, line=error.lineno)


class _Found(Exception):  # noqa: N818 - a signal that stops the parser, not an error
    """Raised inside the parser at the first element of the body: no more need be read."""


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
        codec = codec_of(message, None if encoding else reader.charset)
        raise parser_message(message, error, codec=codec, whole=False) from None
    return reader.found(charset=None if encoding else reader.charset)


class _AddressingReader:
    """The platform's pass over a message: a little state, fed by the parser's events."""

    def __init__(self) -> None:
        self._in_header = False
        self._in_body = False
        self._address_text: list[str] | None = None
        self._first_text: str | None = None
        self._profile: str | None = None
        self._contract: str | None = None
        self.charset: str | None = None

    def read(self, message: bytes, encoding: str | None) -> None:
        parser = expat.ParserCreate(encoding, namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.CommentHandler = self._end_of_text
        parser.ProcessingInstructionHandler = self._end_of_text
        parser.StartDoctypeDeclHandler = self._doctype
        parser.XmlDeclHandler = self._declaration
        parser.Parse(message, True)

    def found(self, *, charset: str | None) -> Addressing:
        receiver = self._first_text
        return Addressing(
            receiver=receiver if receiver and receiver.strip() else None,
            profile=self._profile,
            contract=self._contract,
            charset=charset,
        )

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.charset = None if encoding is None or is_utf_8(encoding) else encoding

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
