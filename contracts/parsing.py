"""Bytes in, tree out: XML read without DTD, entities or network, and within limits."""

from __future__ import annotations

import re

from lxml import etree

from contracts.errors import MessageError

__all__ = ["LARGEST_MESSAGE", "parse", "readable", "without_comments"]

LARGEST_MESSAGE = 52_428_800
"""Bytes; what the national platform accepts at the most (platform facts, section 1.1)."""

_DEEPEST = 250
"""Levels of nesting; the deepest official message has 13."""

_TOO_DEEP = etree.XPath(f"boolean({'/*' * (_DEEPEST + 1)})")


def parse(message: bytes, *, largest: int = LARGEST_MESSAGE) -> etree._Element:
    """Read a message into a tree, or say why it cannot be.

    Shape:  the encoding is taken from byte order mark and XML declaration, as XML says. Line
            numbers of the elements are those of the message.
    Raises: MessageError for what is empty, too large, not well-formed, holds a document type
            declaration (no entity is ever expanded), or is nested too deep.
    """
    if len(message) > largest:
        raise MessageError(
            f"the message is {len(message):,} bytes, more than the {largest:,} accepted",
            mend="split it; one transaction carries at most 5 MB",
        )
    if not message.strip(b"\x00 \t\r\n"):
        raise MessageError(
            "the message is empty" if not message else "the message holds nothing but blanks",
            mend="give an XML document",
        )
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=True,  # libxml2's own limit is 10 MB a text node; ours is on the whole message
        remove_blank_text=False,
    )
    try:
        root = etree.fromstring(message, parser)
    except etree.XMLSyntaxError as error:
        raise MessageError(
            f"not well-formed XML: {_without_values(error)}",
            line=error.lineno,
            mend="mend the XML, or its declared encoding",
        ) from None
    except (LookupError, ValueError) as error:
        raise MessageError(f"the encoding cannot be read: {error}") from None
    if root.getroottree().docinfo.doctype:
        raise MessageError(
            "the message holds a document type declaration (DTD), which is never accepted",
            mend="remove <!DOCTYPE ...>; SOAP messages may not have one (WS-I BP 1.1 R1008)",
        )
    if _TOO_DEEP(root):
        raise MessageError(
            f"elements are nested more than {_DEEPEST} levels deep",
            mend="no message of a service contract is nested so deep",
        )
    return root


def readable(message: bytes) -> etree._Element | None:
    """Read a message into a tree, and give None where it cannot be."""
    try:
        return parse(message)
    except MessageError:
        return None


def without_comments(root: etree._Element) -> etree._Element:
    """Take comments and instructions out of a tree, so that a text they stood in is whole again."""
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    return root


def _without_values(error: etree.XMLSyntaxError) -> str:
    """Tell what the parser says without its position, which is given apart, or any content."""
    text = str(error.msg or "cannot be read").split(", line ")[0]
    return re.split(r"\bBytes: ", text, maxsplit=1)[0].strip().rstrip(",")
