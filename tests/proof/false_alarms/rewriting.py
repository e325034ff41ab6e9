"""An XML document written otherwise: other prefixes, other quotes, another encoding, same content.

A tree is read, and written by a style. What a style must not change is the document's meaning, so
the code of a SOAP fault and the values of ``xsi:type``, which hold a prefix, follow along.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from lxml import etree

from contracts.parsing import parse

__all__ = ["Style", "cdata", "in_style", "references"]

_XML = "http://www.w3.org/XML/1998/namespace"
_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_CODE = "faultcode"
_Scope = Mapping[str, str]  # prefix to namespace, as it is written
_Text = Callable[[str], str]


def _escaped(text: str) -> str:
    return escape(text, {"\r": "&#13;"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a document is written.

    Shape: ``prefixes`` names each namespace by its number in the order they are met; None makes
           each the default namespace where it begins. ``again`` declares a prefix at every
           element that uses it. ``pretty`` is the indentation, with the end of lines before it;
           ``before`` and ``after`` stand around the root, ``declaration`` first of all.
    """

    prefixes: Callable[[int], str] | None = lambda number: f"ns{number}"
    again: bool = False
    quote: str = '"'
    text: _Text = _escaped
    in_tag: str = " "
    empty: bool = True
    pretty: str = ""
    declaration: str = '<?xml version="1.0" encoding="UTF-8"?>'
    before: str = ""
    after: str = ""
    encoding: str = "utf-8"
    mark: bytes = b""
    backwards: bool = False


def in_style(document: bytes, style: Style, change: Callable[[etree._Element], None]) -> bytes:
    """Write a document in a style, after a change of its tree."""
    root = parse(document)
    change(root)
    body = "".join(_Writer(style).element(root, {}, 0))
    whole = style.declaration + style.before + body + style.after
    return style.mark + whole.encode(style.encoding)


def cdata(text: str) -> str:
    """Write a text as CDATA, split where it holds the end of one."""
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>" if text.strip() else text


def references(text: str) -> str:
    """Write what is no ASCII letter or digit as references, in both bases by turns."""
    return "".join(
        letter
        if (letter.isascii() and letter.isalnum()) or letter.isspace()
        else (f"&#x{ord(letter):x};" if ord(letter) % 2 else f"&#{ord(letter)};")
        for letter in text
    )


class _Writer:
    def __init__(self, style: Style) -> None:
        self._style = style
        self._names: dict[str, str] = {}
        self._for_values: dict[str, str] = {}

    def element(self, node: etree._Element, scope: _Scope, depth: int) -> Iterator[str]:
        """Write an element and what it holds."""
        style = self._style
        attributes, declared = self._attributes(node, scope)
        within = {**scope, **declared}
        name = self._named(str(node.tag))
        pairs = [(f"xmlns:{p}" if p else "xmlns", uri) for p, uri in declared.items()]
        pairs += attributes
        if style.backwards:
            pairs.reverse()
        written = "".join(f"{style.in_tag}{one}={self._quoted(text)}" for one, text in pairs)
        yield f"<{name}{written}"
        content = [*self._content(node, within, depth)]
        if not content and style.empty:
            yield f"{style.in_tag.strip(' ')}/>"
            return
        yield ">"
        yield from content
        yield f"</{name}{style.in_tag.strip(' ')}>"

    def _content(self, node: etree._Element, scope: _Scope, depth: int) -> Iterator[str]:
        texts = (node.text, *(child.tail for child in node))
        indents = self._style.pretty and len(node) and not any((t or "").strip() for t in texts)
        line = self._style.pretty + "  " * depth if indents else ""
        if node.text and not line:
            yield self._style.text(self._code(node, node.text))
        for child in node:
            yield line and f"{line}  "
            if isinstance(child.tag, str):
                yield from self.element(child, scope, depth + 1)
            elif child.tag is etree.Comment:
                yield f"<!--{child.text}-->"
            if child.tail and not line:
                yield self._style.text(child.tail)
        yield line

    def _attributes(
        self, node: etree._Element, scope: _Scope
    ) -> tuple[list[tuple[str, str]], dict[str, str]]:
        """Give the attributes as written, and the namespaces to declare."""
        declared: dict[str, str] = {}
        space = etree.QName(node).namespace or ""
        prefix = self._prefix_of(space)
        if scope.get(prefix, "") != space or (space and self._style.again):
            declared[prefix] = space

        def named(uri: str) -> str:
            own = self._own_prefix(uri)
            if {**scope, **declared}.get(own) != uri:
                declared[own] = uri
            return own

        pairs = []
        for name, value in node.attrib.items():
            uri, local, text = etree.QName(name).namespace, etree.QName(name).localname, str(value)
            if name == _XSI_TYPE:
                space_of_type, type_name = _resolved(node, text)
                text = f"{named(space_of_type)}:{type_name}"
            if uri is None:
                pairs.append((local, text))
            else:
                pairs.append((f"{'xml' if uri == _XML else named(uri)}:{local}", text))
        if node.tag == _CODE and (uri := _resolved(node, node.text or "")[0]):
            named(uri)
        return pairs, declared

    def _code(self, node: etree._Element, text: str) -> str:
        """Write a fault code with the prefix that its namespace has here."""
        uri, local = _resolved(node, text) if node.tag == _CODE else ("", "")
        return f"{self._own_prefix(uri)}:{local}" if uri else text

    def _named(self, tag: str) -> str:
        name = etree.QName(tag)
        prefix = self._prefix_of(name.namespace)
        return f"{prefix}:{name.localname}" if prefix else name.localname

    def _prefix_of(self, uri: str | None) -> str:
        if not uri or self._style.prefixes is None:
            return ""
        return self._names.setdefault(uri, self._style.prefixes(len(self._names)))

    def _own_prefix(self, uri: str) -> str:
        """Give a prefix that is not empty and always the same, which attributes and values need."""
        usual = "" if self._style.again else self._prefix_of(uri)
        return usual or self._for_values.setdefault(uri, f"q{len(self._for_values)}")

    def _quoted(self, text: str) -> str:
        quote = self._style.quote
        within = _escaped(text).replace(quote, "&quot;" if quote == '"' else "&apos;")
        return f"{quote}{within}{quote}"


def _resolved(node: etree._Element, value: str) -> tuple[str, str]:
    """Give namespace and local name of a value that is a qualified name."""
    prefix, _, local = value.strip().rpartition(":")
    return str(node.nsmap.get(prefix or None) or ""), local
