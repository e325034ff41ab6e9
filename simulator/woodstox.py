"""What the national platform's parser, Woodstox, says of XML that is not well-formed.

Its words reach consumers as the detail of VP015 and VP012. Only messages that another parser has
already refused come here; where this scanner finds no fault, that parser's own words are used.
"""

from __future__ import annotations

import codecs
import re

__all__ = ["at_place", "complaint"]

_LONGEST = 250_000  # bytes; a scan in Python of more would keep the caller waiting
_LOOK_AHEAD = 16  # characters, within which a fault may be the cut's own

_BLANKS = re.compile(r"[ \t\n]*")
_NAME = re.compile(r"[^\W\d][\w.\-\u00b7]*")
_TEXT = re.compile(r"[^<&\x00-\x08\x0b\x0c\x0e-\x1f]*")
_VALUE = {quote: re.compile(rf"[^{quote}<&\x00-\x08\x0b\x0c\x0e-\x1f]*") for quote in "\"'"}
_DECLARATION = re.compile(r"<\?xml[ \t\n][^>]*\?>")
_NOT_DIGIT = {"": re.compile(r"[^0-9]"), "x": re.compile(r"[^0-9a-fA-F]")}
_PREDEFINED = {"amp", "lt", "gt", "apos", "quot"}

_IN_NAME = " in name token"
_IN_TAG = " in start tag"
_IN_END_TAG = " in end tag"
_IN_VALUE = " in attribute value"


def complaint(message: bytes, *, encoding: str, whole: bool) -> str | None:
    """Say what is wrong and where, None where nothing is found.

    Shape: ``whole`` reads to the end; else no further than the first element in the Body. Of a
           large message only the beginning is looked at.
    """
    is_cut = len(message) > _LONGEST
    message = message[:_LONGEST]
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
        text, broken = decoder.decode(message, final=not is_cut), ""
    except UnicodeDecodeError as error:
        text = message[: error.start].decode(encoding)
        broken = _broken_byte(message, error.start, len(text)) if encoding == "utf-8" else ""
        if not broken:
            return None
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    try:
        _Scanner(text, whole=whole).scan()
    except _Wrong as wrong:
        if is_cut and wrong.at >= len(text) - _LOOK_AHEAD:
            return None
        if broken and wrong.at >= len(text) - 1:
            return broken
        return f"{wrong}{at_place(*_place(text, wrong.at))}"
    return broken or None


def at_place(row: int, column: int) -> str:
    """Write a place as the platform's parser does."""
    return f"\n at [row,col {{unknown-source}}]: [{row},{column}]"


def _place(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, max(at, 0)) + 1, at - text.rfind("\n", 0, max(at, 0))


def _broken_byte(message: bytes, start: int, characters: int) -> str:
    byte = message[start]
    kind = "start"
    if byte & 0xE0 == 0xC0 or byte & 0xF0 == 0xE0 or byte & 0xF8 == 0xF0:  # noqa: PLR2004
        kind, start = "middle", start + 1
        if start >= len(message):
            return ""
        byte, characters = message[start], characters - 1
    return f"Invalid UTF-8 {kind} byte 0x{byte:x} (at char #{characters + 1}, byte #{start})"


class _Wrong(Exception):  # noqa: N818 - a signal to the caller above, not an error of ours
    """The text is not well-formed at this place."""

    def __init__(self, says: str, at: int) -> None:
        super().__init__(says)
        self.at = at


class _Scanner:
    """One pass over a text, in the order and the words of Woodstox."""

    def __init__(self, text: str, *, whole: bool) -> None:
        self._text = text
        self._at = 0
        self._whole = whole
        self._in_body = False
        self._open: list[tuple[str, frozenset[str]]] = []

    def scan(self) -> None:
        """Read as far as is needed.

        Raises: _Wrong at the first fault.
        """
        if declaration := _DECLARATION.match(self._text):
            self._at = declaration.end()
        if self._outside(" in prolog") and self._inside() and self._whole:
            self._outside(" in epilog")

    # --- What comes next ---

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _next(self, within: str) -> str:
        """Take one character, which must be there."""
        if self._at >= len(self._text):
            raise self._wrong(f"Unexpected end of input block{within}", len(self._text) - 1)
        self._at += 1
        return self._text[self._at - 1]

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        assert found is not None  # noqa: S101 - such patterns match nothing, too
        self._at = found.end()
        return found[0]

    def _past(self, end: str, within: str) -> None:
        found = self._text.find(end, self._at)
        if found < 0:
            raise self._wrong(f"Unexpected end of input block{within}", len(self._text) - 1)
        self._at = found + len(end)

    def _wrong(self, says: str, at: int | None = None) -> _Wrong:
        """Say what is wrong with the character just taken, or at a place."""
        return _Wrong(says, self._at - 1 if at is None else at)

    def _unexpected(self, character: str, after: str) -> _Wrong:
        return self._wrong(f"Unexpected character {_described(character)}{after}")

    def _refuse_control(self) -> None:
        character = self._peek()
        if character and character < " " and character not in "\t\n":
            self._at += 1
            if character == "\0":
                text = "Illegal character (NULL, unicode 0) encountered: not valid in any content"
            else:
                text = f"Illegal character ({_described(character)})"
            raise self._wrong(text)

    # --- Before and after the root ---

    def _outside(self, where: str) -> bool:
        """Read blanks, comments and instructions; tell whether the root begins here."""
        while True:
            self._skip(_BLANKS)
            self._refuse_control()
            if self._at >= len(self._text):
                if where == " in epilog":
                    return False
                raise self._wrong(f"Unexpected EOF{where}", len(self._text) - 1)
            character = self._next("")
            if character != "<":
                raise self._unexpected(character, f"{where}; expected '<'")
            character = self._next(where)
            if character == "?":
                self._instruction()
            elif character == "!" and self._text.startswith("--", self._at):
                self._comment()
            elif character == "!":
                return False  # a document type, which the reader has its own words for
            elif character == "/":
                hint = "." if where == " in prolog" else " (extra close tag?)."
                raise self._wrong(f"Unexpected character combination '</'{where}{hint}")
            elif not _starts_name(character):
                raise self._unexpected(character, f"{where}, after '<'.")
            elif where == " in epilog":
                raise self._wrong("Illegal to have multiple roots (start tag in epilog?).")
            else:
                self._at -= 1
                return True

    # --- From the root's start to its end ---

    def _inside(self) -> bool:
        """Read elements and text; tell whether the end of the root was reached."""
        self._start_tag()
        while self._open:
            if self._in_body and not self._whole and self._contract_is_known:
                return False
            self._skip(_TEXT)
            self._refuse_control()
            if self._at >= len(self._text):
                raise self._wrong(
                    f"Unexpected EOF; was expecting a close tag for element <{self._open[-1][0]}>",
                    len(self._text) - 1,
                )
            if self._next("") == "&":
                self._reference()
            else:
                self._markup()
        return True

    _contract_is_known = False

    def _markup(self) -> None:
        character = self._next(" in main document content")
        if character == "?":
            self._instruction()
        elif character == "!":
            self._comment_or_cdata()
        elif character == "/":
            self._end_tag()
        elif _starts_name(character):
            self._at -= 1
            self._start_tag()
        else:
            kind = "<![CDATA[]] directive" if character == "[" else "start element"
            raise self._unexpected(character, f" in content after '<' (malformed {kind}?).")

    def _comment_or_cdata(self) -> None:
        if self._text.startswith("--", self._at):
            self._comment()
        elif self._text.startswith("[CDATA[", self._at):
            self._past("]]>", " in CDATA section")
        else:
            self._at += 1
            raise self._wrong(
                "Unrecognized XML directive; expected CDATA or comment ('<![CDATA[' or '<!--')."
            )

    def _comment(self) -> None:
        self._at += 2
        self._past("--", " in comment")
        if self._next(" in comment") != ">":
            raise self._wrong("String '--' not allowed in comment (missing '>'?)")

    def _instruction(self) -> None:
        name = self._name()
        if name.lower() == "xml":
            raise self._wrong(
                f'Illegal processing instruction target ("{name}"); xml (case insensitive) '
                "is reserved by the specs."
            )
        self._past("?>", " in processing instruction")

    def _reference(self) -> None:
        if self._peek() == "#":
            self._at += 1
            hexadecimal = "x" if self._peek() == "x" else ""
            self._at += len(hexadecimal)
            while (character := self._next(" in entity reference")) != ";":
                if _NOT_DIGIT[hexadecimal].match(character):
                    kind = "hex number (0-9a-fA-F)" if hexadecimal else "decimal number"
                    raise self._unexpected(character, f"; expected a {kind}.")
            return
        name = self._name()
        character = self._next(" in entity reference")
        if character != ";":
            text = f"; expected a semi-colon after the reference for entity '{name}'"
            raise self._unexpected(character, text)
        if name not in _PREDEFINED:
            raise self._wrong(f'Undeclared general entity "{name}"')

    def _name(self) -> str:
        found = _NAME.match(self._text, self._at)
        if found is None:
            character = self._next(_IN_NAME)
            hint = "missing namespace prefix?" if character == ":" else (
                "expected a name start character"
            )  # fmt: skip
            raise self._unexpected(character, f" ({hint})")
        self._at = found.end()
        return found[0]

    def _qualified(self) -> str:
        name = self._name()
        if self._peek() == ":":
            self._at += 1
            name = f"{name}:{self._name()}"
        return name

    def _end_tag(self) -> None:
        expected = self._open[-1][0]
        name = self._qualified()
        if name != expected:
            raise self._wrong(f"Unexpected close tag </{name}>; expected </{expected}>.")
        self._skip(_BLANKS)
        character = self._next(_IN_END_TAG)
        if character != ">":
            raise self._unexpected(character, f"{_IN_END_TAG} Expected '>'.")
        self._open.pop()

    def _start_tag(self) -> None:
        element = self._qualified()
        attributes: list[str] = []
        while True:
            blank = self._skip(_BLANKS)
            character = self._next(_IN_TAG)
            if character == ">":
                break
            if character == "/":
                character = self._next(_IN_TAG)
                if character != ">":
                    raise self._unexpected(character, " expected '>'")
                break
            if not blank:
                raise self._unexpected(character, " excepted space, or '>' or \"/>\"")
            if character == "<":
                raise self._wrong("Unexpected '<' character in element (missing closing '>'?)")
            self._at -= 1
            attributes.append(self._attribute())
        self._opened(element, attributes, is_empty=self._text[self._at - 2] == "/")

    def _attribute(self) -> str:
        name = self._qualified()
        self._skip(_BLANKS)
        character = self._next(_IN_TAG)
        if character != "=":
            raise self._unexpected(character, " expected '='")
        self._skip(_BLANKS)
        quote = self._next(_IN_TAG)
        if quote not in "\"'":
            raise self._unexpected(quote, f"{_IN_TAG} Expected a quote")
        while True:
            self._skip(_VALUE[quote])
            self._refuse_control()
            character = self._next(_IN_VALUE)
            if character == quote:
                return name
            if character == "<":
                raise self._unexpected(character, _IN_VALUE)
            self._reference()

    def _opened(self, element: str, attributes: list[str], *, is_empty: bool) -> None:
        above = self._open[-1][1] if self._open else frozenset({"xml", "xmlns"})
        declared = {name[6:] for name in attributes if name.startswith("xmlns:")}
        prefixes = above | declared if declared else above
        prefix, _, local = element.rpartition(":")
        if prefix and prefix not in prefixes:
            raise self._wrong(f'Undeclared namespace prefix "{prefix}"')
        seen: set[str] = set()
        for name in attributes:
            prefix, _, bare = name.rpartition(":")
            if prefix and prefix not in prefixes:
                text = f'Undeclared namespace prefix "{prefix}" (for attribute "{bare}")'
                raise self._wrong(text)
            if name in seen:
                raise self._wrong(f"Duplicate attribute '{name}'.")
            seen.add(name)
        if self._in_body:
            self._contract_is_known = True
        self._in_body = self._in_body or local == "Body"
        if not is_empty or (self._contract_is_known and not self._whole):
            self._open.append((element, prefixes))


def _starts_name(character: str) -> bool:
    return character == ":" or _NAME.match(character) is not None


def _described(character: str) -> str:
    """Describe a character as Woodstox does: itself, and its number."""
    code = ord(character)
    if code < 0x20 or 0x7F <= code < 0xA0:  # noqa: PLR2004
        return f"(CTRL-CHAR, code {code})"
    more = f" / 0x{code:x}" if code > 0xFF else ""  # noqa: PLR2004
    return f"'{character}' (code {code}{more})"
