"""Character sets: requests into UTF-8, and answers back into what the request was in."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

__all__ = ["codec_of", "is_utf_8", "text_of", "to_utf_8", "written_in"]

_DECLARED = re.compile(
    r"""\s*<\?xml\s[^>]*?\bencoding\s*=\s*(?:"(?P<a>[^"]*)"|'(?P<b>[^']*)')[^>]*\?>"""
)
_LITTLE, _BIG = codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE


@lru_cache(maxsize=64)
def is_utf_8(name: str) -> bool:
    """Tell whether a name is one of UTF-8's."""
    try:
        return codecs.lookup(name).name == "utf-8"
    except LookupError:
        return False


def codec_of(message: bytes, charset: str | None) -> str:
    """Name the codec that reads a message declared to be in a charset, None for undeclared."""
    if message.startswith((_LITTLE, _BIG)):
        return "utf-16"
    if charset is None:
        return "utf-8"
    name = codecs.lookup(charset).name
    if name == "utf-16":  # without a byte order mark, the first '<' tells the order
        return "utf-16-be" if message.startswith(b"\0") else "utf-16-le"
    return name


def to_utf_8(message: bytes, charset: str) -> bytes:
    """Write a message that is declared to be in another charset in UTF-8.

    Shape:  its XML declaration says UTF-8 from then on; the specification is silent about that.
    Source: platform facts, section 1.14.
    """
    return _redeclared(text_of(message, charset), "UTF-8").encode()


def written_in(message: bytes, charset: str) -> bytes:
    """Write an answer in the charset of its request, whatever it came in.

    Shape:  a declaration follows along. UTF-16 is written with a byte order mark, high byte
            first, as Java does; what a charset lacks becomes a character reference.
    Source: platform facts, section 1.14.
    """
    text = _redeclared(text_of(message, _declared_in(message)), charset)
    if codecs.lookup(charset).name == "utf-16":
        return _BIG + text.encode("utf-16-be")
    return text.encode(charset, errors="xmlcharrefreplace")


def text_of(message: bytes, charset: str | None) -> str:
    """Read a message as text; bytes that make no sense are replaced."""
    return message.decode(codec_of(message, charset), errors="replace").removeprefix("\ufeff")


def _declared_in(message: bytes) -> str | None:
    """Give the charset that a message declares, None where it is UTF-8 or cannot be used."""
    codec = codec_of(message, None)
    found = _DECLARED.match(message[:400].decode(codec, errors="ignore").removeprefix("\ufeff"))
    if found is None:
        return None
    name = found["a"] or found["b"] or ""
    try:
        codecs.lookup(name)
        message[:0].decode(name)
    except LookupError:
        return None
    if is_utf_8(name) or (codec == "utf-8" and codecs.lookup(name).name.startswith("utf-16")):
        return None
    return name


def _redeclared(text: str, charset: str) -> str:
    found = _DECLARED.match(text)
    if found is None:
        return text
    group = "a" if found["a"] is not None else "b"
    return text[: found.start(group)] + charset + text[found.end(group) :]
