"""Uncommon ways to write an envelope: the same document in other words."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable

from lxml import etree

from contracts.envelope import LOGICAL_ADDRESS, SOAP_ENVELOPE
from tests.proof.false_alarms.manner import Manner, both_ways, of_body
from tests.proof.false_alarms.messages import Change, Message
from tests.proof.false_alarms.rewriting import Style, cdata, in_style, references

__all__ = ["ENVELOPES"]

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_XS = "http://www.w3.org/2001/XMLSchema"
_WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_STRANGE = "urn:exempel:leverantor:1"
_HEADERS = "urn:riv:interoperability:headers:1"
_PLAIN_TEXTS = ("{*}comment", "{*}resultText", "{*}root", "{*}extension")
_COMMENT = " written by an integration engine "
_TreeChange = Callable[[etree._Element], None]


def _nothing(_root: etree._Element) -> None:
    """Change nothing in the tree."""


def _written(style: Style, change: _TreeChange = _nothing) -> Change:
    return of_body(lambda body: in_style(body, style, change))


def _changed(change: _TreeChange) -> Change:
    return _written(Style(), change)


def _in_utf_16(codec: str, mark: bytes, declaration: str) -> Change:
    """Write in UTF-16, and say so in the header."""
    style = Style(encoding=codec, mark=mark, declaration=declaration)

    def change(message: Message) -> Message:
        return _written(style)(message).with_header("Content-Type", "text/xml; charset=utf-16")

    return change


# What is put into the tree -----------------------------------------------------------------------


def _soap(name: str) -> str:
    return f"{{{SOAP_ENVELOPE}}}{name}"


def _header_of(root: etree._Element) -> etree._Element:
    found = root.find(_soap("Header"))
    if found is None:
        found = etree.Element(_soap("Header"))
        root.insert(0, found)
    return found


def _payload_of(root: etree._Element) -> Iterable[etree._Element]:
    """Give the message in the body, none where that is a fault."""
    body = root.find(_soap("Body"))
    return () if body is None else (one for one in body if one.tag != _soap("Fault"))


def _comments_between(root: etree._Element) -> None:
    for node in [*root.iter("*")]:
        if len(node):
            node.insert(0, _with_tail(etree.Comment(_COMMENT), node.text))
            node.text = None


def _comments_within(root: etree._Element) -> None:
    """Put a comment before and within every text, but for the address.

    Source: platform facts, section 1.6 - the platform reads an address to its first comment.
    """
    for node in root.iter("*"):
        if not len(node) and node.text and node.tag not in {"faultcode", LOGICAL_ADDRESS}:
            half = len(node.text) // 2
            node.append(_with_tail(etree.Comment(_COMMENT), node.text[:half]))
            node.append(_with_tail(etree.Comment("again"), node.text[half:]))
            node.text = None


def _with_tail(comment: etree._Comment, text: str | None) -> etree._Comment:
    comment.tail = text
    return comment


def _without_header(root: etree._Element) -> None:
    header = root.find(_soap("Header"))
    if header is not None and not len(header):
        root.remove(header)


def _strange_header(root: etree._Element) -> None:
    made = etree.SubElement(_header_of(root), f"{{{_STRANGE}}}transaction")
    made.set(_soap("mustUnderstand"), "0")
    made.set(_soap("actor"), "http://schemas.xmlsoap.org/soap/actor/next")
    etree.SubElement(made, f"{{{_STRANGE}}}number").text = "4711"


def _processing_status(root: etree._Element) -> None:
    made = etree.SubElement(_header_of(root), f"{{{_HEADERS}}}ProcessingStatus")
    record = etree.SubElement(made, f"{{{_HEADERS}}}ProcessingStatusList")
    values = {
        "logicalAddress": "SE2321000024-EXEMPEL", "statusCode": "DataFromSource",
        "isResponseFromCache": "false", "isResponseInSynch": "true",
        "lastSuccessfulSynch": "20261123080000", "lastUnsuccessfulSynch": "",
        "lastUnsuccessfulSynchError": "",
    }  # fmt: skip
    for name, text in values.items():
        etree.SubElement(record, f"{{{_HEADERS}}}{name}").text = text


def _numbered(root: etree._Element) -> None:
    """Number envelope and body as stacks do that could sign them."""
    root.set(f"{{{_WSU}}}Id", "envelope-1")
    for body in root.iterfind(_soap("Body")):
        body.set(f"{{{_WSU}}}Id", "body-1")


def _schema_locations(root: etree._Element) -> None:
    for payload in _payload_of(root):
        space = etree.QName(payload).namespace
        payload.set(f"{{{_XSI}}}schemaLocation", f"{space} {space}.xsd urn:x http://[::1]:9/x.xsd")


def _types_named(root: etree._Element) -> None:
    """Name the type of each text whose schema type is plain, as stacks of the encoded days do."""
    for payload in _payload_of(root):
        for node in [*payload.iter(*_PLAIN_TEXTS)]:
            made = etree.Element(node.tag, {f"{{{_XSI}}}type": "xs:string"}, {"xs": _XS})
            made.text, made.tail = node.text, node.tail
            if (parent := node.getparent()) is not None:
                parent.replace(node, made)


def _strange_elements(root: etree._Element) -> None:
    """Fill the room that contracts leave last in a message."""
    for payload in _payload_of(root):
        if "itintegration" in str(payload.tag):
            continue  # the index has no such room
        made = etree.SubElement(payload, f"{{{_STRANGE}}}handled", nsmap={"v": _STRANGE})
        made.set("by", "a vendor's own product")
        etree.SubElement(made, f"{{{_STRANGE}}}note").text = "åäö 😀"


def _one_line(body: bytes) -> bytes:
    return in_style(body, Style(declaration=""), _nothing).replace(b"\n", b"&#10;")


_STYLES = (
    ("other-prefixes", "has prefixes of its own, long and with dots",
     Style(prefixes=lambda number: f"_x.{'abc'[number % 3]}-{number}")),
    ("default-namespaces", "has no prefixes, but a default namespace at each change of it",
     Style(prefixes=None)),
    ("soap-as-default", "has SOAP's namespace as the default one, and prefixes for the contract",
     Style(prefixes=lambda number: "ns" * min(number, 1) + str(number) * min(number, 1))),
    ("prefix-declared-anew", "uses one prefix for all namespaces, declared at each element",
     Style(prefixes=lambda _number: "x", again=True)),
    ("cdata", "writes every text as CDATA", Style(text=cdata)),
    ("references", "writes what is no ASCII letter or digit as character references",
     Style(text=references)),
    ("byte-order-mark", "begins with the byte order mark of UTF-8", Style(mark=codecs.BOM_UTF8)),
    ("mark-without-declaration", "begins with the byte order mark, and has no XML declaration",
     Style(mark=codecs.BOM_UTF8, declaration="")),
    ("no-declaration", "has no XML declaration", Style(declaration="")),
    ("single-quotes", "quotes attributes and XML declaration with apostrophes",
     Style(quote="'", declaration="<?xml version='1.0' encoding='utf-8'?>\n")),
    ("standalone", "says that it stands alone",
     Style(declaration='<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n')),
    ("no-encoding-declared", "has an XML declaration without encoding",
     Style(declaration='<?xml version="1.0"?>')),
    ("pretty", "is indented, a line an element", Style(pretty="\n", after="\n")),
    ("pretty-for-windows", "is indented, with the line ends of Windows",
     Style(pretty="\r\n", declaration="<?xml version='1.0' ?>\r\n", after="\r\n\r\n")),
    ("spacious-tags", "breaks the line within its tags", Style(in_tag="\n    ", empty=False)),
    ("attributes-backwards", "has its attributes in the other order, declarations last",
     Style(backwards=True)),
    ("comments-around", "has comments before and after the envelope",
     Style(before=f"<!--{_COMMENT}-->\n", after=f"\n<!-- {_COMMENT} -->\n")),
)  # fmt: skip

ENVELOPES: tuple[Manner, ...] = (
    *(both_ways(name, says, _written(style)) for name, says, style in _STYLES),
    both_ways("utf-16-little-endian", "writes UTF-16, low byte first, with mark and declaration",
              _in_utf_16("utf-16-le", codecs.BOM_UTF16_LE,
                         '<?xml version="1.0" encoding="UTF-16"?>')),
    both_ways("utf-16-big-endian", "writes UTF-16, high byte first, with mark and declaration",
              _in_utf_16("utf-16-be", codecs.BOM_UTF16_BE,
                         "<?xml version='1.0' encoding='utf-16'?>")),
    both_ways("utf-16-undeclared", "writes UTF-16 with a mark, and no XML declaration",
              _in_utf_16("utf-16-le", codecs.BOM_UTF16_LE, "")),
    both_ways("comments-between", "has a comment first in every element of elements",
              _changed(_comments_between)),
    both_ways("comments-within", "has comments in the midst of its values",
              _changed(_comments_within)),
    both_ways("no-soap-header", "leaves an empty SOAP Header out", _changed(_without_header)),
    both_ways("strange-header", "adds a header of its own that need not be understood",
              _changed(_strange_header)),
    both_ways("processing-status", "adds the header ProcessingStatus, as aggregating services do",
              _changed(_processing_status)),
    both_ways("numbered-parts", "numbers envelope and body with attributes of WS-Security",
              _changed(_numbered)),
    both_ways("schema-locations", "says where schemas are, at addresses that nobody answers",
              _changed(_schema_locations)),
    both_ways("types-named", "names the type of plain texts by xsi:type", _changed(_types_named)),
    both_ways("strange-elements", "adds an element of its own where the contract leaves room",
              _changed(_strange_elements)),
    both_ways("one-line", "is a single line", of_body(_one_line)),
)  # fmt: skip
