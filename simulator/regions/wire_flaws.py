"""Ways to be wrong below the contract: what a message looks like on the wire, as byte changes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "after_body",
    "before_root",
    "declaring",
    "in_header",
    "in_latin_1",
    "on_element",
    "replacing_text",
    "text_of",
    "twice_in_body",
    "without_namespace",
]


_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>\s*")


def text_of(message: bytes) -> str:
    """Give the text of a message in UTF-8, without its XML declaration."""
    return _DECLARATION.sub("", message.decode("utf-8"))


def _prefix(text: str) -> str:
    found = re.search(r"<([\w.-]+):Envelope", text)
    return found[1] if found else "soap"


def declaring(encoding: str, *, version: str = "1.0") -> Callable[[bytes], bytes]:
    """Write another XML declaration than what is true of the bytes."""
    head = f'<?xml version="{version}" encoding="{encoding}"?>'
    return lambda message: (head + text_of(message)).encode()


def in_latin_1(message: bytes) -> bytes:
    """Write in ISO-8859-1, and say so; what it lacks is written as references."""
    text = f'<?xml version="1.0" encoding="ISO-8859-1"?>{text_of(message)}'
    return text.encode("iso-8859-1", "xmlcharrefreplace")


def before_root(what: str) -> Callable[[bytes], bytes]:
    """Put something before the envelope, in which {prefix} is that of SOAP."""

    def change(message: bytes) -> bytes:
        text = text_of(message)
        return (what.replace("{prefix}", _prefix(text)) + text).encode()

    return change


def after_body(message: bytes) -> bytes:
    """Put an element after Body."""
    text = text_of(message)
    end = f"</{_prefix(text)}:Body>"
    return text.replace(end, f'{end}<x:log xmlns:x="urn:example:log"/>').encode()


def twice_in_body(message: bytes) -> bytes:
    """Put a second element in Body."""
    text = text_of(message)
    end = f"</{_prefix(text)}:Body>"
    return text.replace(end, f'<x:log xmlns:x="urn:example:log"/>{end}').encode()


def on_element(name: str, attribute: str) -> Callable[[bytes], bytes]:
    """Put an attribute on an element of the envelope; {soap} stands for SOAP's prefix."""

    def change(message: bytes) -> bytes:
        text = text_of(message)
        prefix = _prefix(text)
        written = attribute.replace("{soap}", prefix)
        return re.sub(rf"<{prefix}:{name}\b", f"<{prefix}:{name} {written}", text, count=1).encode()

    return change


def in_header(block: str) -> Callable[[bytes], bytes]:
    """Put a block in the Header; {soap} stands for SOAP's prefix."""

    def change(message: bytes) -> bytes:
        text = text_of(message)
        prefix = _prefix(text)
        written = block.replace("{soap}", prefix)
        if f"<{prefix}:Header/>" in text:
            whole = f"<{prefix}:Header>{written}</{prefix}:Header>"
            return text.replace(f"<{prefix}:Header/>", whole, 1).encode()
        return text.replace(f"</{prefix}:Header>", f"{written}</{prefix}:Header>", 1).encode()

    return change


def without_namespace(message: bytes) -> bytes:
    """Write the element in Body without its namespace, and all within it."""
    head, body, rest = re.split(r"(<[\w.-]+:Body>)", text_of(message), maxsplit=1)
    bare = re.sub(r' xmlns(?::(?!soap|SOAP)[\w.-]+)?="urn:riv[^"]*"', "", rest)
    for prefix in set(re.findall(r"</([\w.-]+):", bare)) - {_prefix(head)}:
        bare = re.sub(rf"(</?){prefix}:", r"\1", bare)
    return (head + body + bare).encode()


def replacing_text(pattern: str, new: str) -> Callable[[bytes], bytes]:
    """Write something else where a pattern is found."""
    return lambda message: re.sub(pattern, new, text_of(message)).encode()
