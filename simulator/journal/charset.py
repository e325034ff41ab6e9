"""A body as text: by its byte order mark, its XML declaration, its content type, or as it can."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["charset_of", "decoded"]

_STARTS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
"""How a body starts that says its charset by that; a mark stays in the text."""

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")
_OF_TYPE = re.compile(r"""charset\s*=\s*"?([^\s";]+)""", re.IGNORECASE)
_ANY = "latin-1"  # takes every byte, and gives it back as it was


def charset_of(body: bytes, headers: Mapping[str, str]) -> str:
    """Name a charset that reads the whole body without loss, the likeliest first."""
    for start, charset in _STARTS:
        if body.startswith(start):
            return charset if _reads(body, charset) else _ANY
    declared = _DECLARED.match(body[:200])
    of_type = next(
        (found[1] for name, value in headers.items()
         if name.lower() == "content-type" and (found := _OF_TYPE.search(value))),
        None,
    )  # fmt: skip
    tried = [declared[1].decode("ascii") if declared else None, of_type, "utf-8"]
    return next((charset for charset in tried if charset and _reads(body, charset)), _ANY)


def _reads(body: bytes, charset: str) -> bool:
    try:
        return body.decode(charset).encode(charset) == body
    except (LookupError, ValueError):
        return False


def decoded(body: bytes, headers: Mapping[str, str]) -> str:
    """Give a body as text; every byte is in it, read right or wrong."""
    return body.decode(charset_of(body, headers))
