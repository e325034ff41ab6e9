"""Changes to a message: what garbles it, and legal ways to write the same message otherwise."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from contracts.errors import MessageError
from contracts.parsing import parse
from simulator.disturbances.kinds import Kind
from simulator.disturbances.selection import Disturbance

__all__ = ["Content", "changed"]

_CONTENT_TYPE = "content-type"
_WRITTEN = "text/xml; charset=UTF-8"
_CORRELATION_ID = "x-skltp-correlation-id"
_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_XML = "http://www.w3.org/XML/1998/namespace"
_WEB_PAGE = (
    b"<html><head><title>503 Service Unavailable</title><body><h1>Service Unavailable</h1>"
    b"<p>The server is temporarily unable to service your request.<br></html>"
)
_QNAME = re.compile(r"\s*([\w.-]+):([\w.-]+)\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A message with its headers; header names are compared ignoring case."""

    headers: Mapping[str, str]
    body: bytes

    def with_header(self, name: str, value: str) -> Content:
        """Give the message with one header set, in the place of any with its name."""
        kept = {key: old for key, old in self.headers.items() if key.lower() != name}
        return Content(headers={**kept, name: value}, body=self.body)

    def with_body(self, body: bytes) -> Content:
        """Give the message with another body."""
        return Content(headers=self.headers, body=body)


def changed(content: Content, disturbance: Disturbance) -> Content:
    """Give the message as a disturbance leaves it; what is no XML stays where XML is needed."""
    return _CHANGES[disturbance.kind](content, disturbance)


def _wrong_charset(content: Content, disturbance: Disturbance) -> Content:
    text = _text_of(content.body)
    body = text.encode(disturbance.option("bytes"), errors="xmlcharrefreplace")
    header = f"text/xml; charset={disturbance.option('header')}"
    return content.with_body(body).with_header(_CONTENT_TYPE, header)


def _text_of(body: bytes) -> str:
    """Give the text of a UTF-8 message, without its XML declaration."""
    text = body.decode("utf-8", errors="replace").removeprefix("\ufeff")
    return re.sub(r"^\s*<\?xml[^>]*\?>\s*", "", text)


_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def _bom(content: Content, _disturbance: Disturbance) -> Content:
    if content.body.startswith(_MARKS):  # an answer in UTF-16 has one already
        return content
    return content.with_body(codecs.BOM_UTF8 + content.body)


def _rewritten(write: Callable[[etree._Element], str]) -> Callable[[Content, Disturbance], Content]:
    def change(content: Content, _disturbance: Disturbance) -> Content:
        try:
            root = parse(content.body)
        except MessageError:
            return content
        written = b'<?xml version="1.0" encoding="UTF-8"?>' + write(root).encode("utf-8")
        return content.with_body(written).with_header(_CONTENT_TYPE, _WRITTEN)

    return change


def _with_prefixes(root: etree._Element) -> str:
    """Write every namespace under a new prefix, declared where it is first used.

    Shape: a name in an ``xsi:type`` gets the new prefix too. Other texts that may hold names are
           left, and so are the old prefixes, since a text may lean on them.
    """
    numbers = count(1)
    prefixes: dict[str, str] = {_XML: "xml"}

    def named(tag: str, declared: dict[str, str], new: dict[str, str]) -> str:
        namespace, local = _split(tag)
        if not namespace:
            return local
        if namespace not in prefixes:
            prefixes[namespace] = f"ns{next(numbers)}x"
        prefix = prefixes[namespace]
        if namespace != _XML and declared.get(prefix) != namespace:
            new[prefix] = namespace
        return f"{prefix}:{local}"

    def write(node: etree._Element, declared: dict[str, str]) -> Iterator[str]:
        if not isinstance(node.tag, str):
            yield etree.tostring(node, encoding="unicode", with_tail=False)
            return
        new = {
            prefix: namespace
            for prefix, namespace in node.nsmap.items()
            if prefix is not None and declared.get(prefix) != namespace
        }
        scope = {**declared, **new}
        name = named(str(node.tag), scope, new)
        attributes = []
        for key, value in node.attrib.items():
            shown = str(value)
            if key == _XSI_TYPE and (found := _QNAME.fullmatch(shown)):
                namespace = node.nsmap.get(found[1])
                shown = named(f"{{{namespace}}}{found[2]}", scope, new) if namespace else shown
            elif key == _XSI_TYPE and None in node.nsmap and ":" not in shown:
                shown = named(f"{{{node.nsmap[None]}}}{shown.strip()}", scope, new)
            attributes.append((named(str(key), scope, new), shown))
        scope = {**declared, **new}
        yield f"<{name}"
        yield from (f" xmlns:{prefix}={quoteattr(uri)}" for prefix, uri in new.items())
        yield from (f" {key}={_quoted(value)}" for key, value in attributes)
        yield ">" + _escaped(node.text)
        for child in node:
            yield from write(child, scope)
            yield _escaped(child.tail)
        yield f"</{name}>"

    return "".join(write(root, {}))


def _with_attributes_reversed(root: etree._Element) -> str:
    for node in root.iter(etree.Element):
        pairs = list(node.attrib.items())
        node.attrib.clear()
        for name, value in reversed(pairs):
            node.set(name, value)
    return etree.tostring(root, encoding="unicode")


def _with_comments(root: etree._Element) -> str:
    for node in list(root.iter(etree.Element)):
        node.insert(0, etree.Comment(" anything "))
        text = node.text or ""
        if len(node) == 1 and len(text) > 1:  # a text: the comment stands within it
            node.text, node[0].tail = text[: len(text) // 2], text[len(text) // 2 :]
        elif len(node) == 1:
            node[0].tail, node.text = text, None
    return etree.tostring(root, encoding="unicode")


def _with_cdata(root: etree._Element) -> str:
    for node in root.iter(etree.Element):
        if node.text and node.text.strip() and len(node) == 0 and "]]>" not in node.text:
            node.text = etree.CDATA(node.text)
    return etree.tostring(root, encoding="unicode")


def _split(tag: str) -> tuple[str, str]:
    if not tag.startswith("{"):
        return "", tag
    namespace, _, local = tag[1:].partition("}")
    return namespace, local


def _escaped(text: str | None) -> str:
    return escape(text or "", {"\r": "&#13;"})


def _quoted(value: str) -> str:
    return quoteattr(value, {"\n": "&#10;", "\t": "&#9;", "\r": "&#13;"})


_CHANGES: Mapping[Kind, Callable[[Content, Disturbance], Content]] = {
    Kind.EMPTY: lambda content, _: content.with_body(b""),
    Kind.NOT_XML: lambda content, _: content.with_body(_WEB_PAGE),
    Kind.WRONG_CHARSET: _wrong_charset,
    Kind.BOM: _bom,
    Kind.WRONG_CONTENT_TYPE: lambda content, one: content.with_header(
        _CONTENT_TYPE, one.option("value")
    ),
    Kind.WRONG_CORRELATION: lambda content, one: content.with_header(
        _CORRELATION_ID, one.option("value")
    ),
    Kind.PREFIXES: _rewritten(_with_prefixes),
    Kind.ATTRIBUTE_ORDER: _rewritten(_with_attributes_reversed),
    Kind.COMMENTS: _rewritten(_with_comments),
    Kind.CDATA: _rewritten(_with_cdata),
}
