"""Changed messages: what must be garbled is, and legal variation says the same."""

from __future__ import annotations

import codecs
from datetime import datetime

import pytest
from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.kinds import KINDS as CLAIMS
from contracts.domains.financial_billing_claim.v1_1.kinds import Deal, valid
from contracts.domains.financial_billing_claim.v1_1.single_faults import RULE_FAULTS, faulty
from contracts.envelope import envelope
from contracts.judge import judge
from contracts.terms import SWEDISH_TIME, OrganisationNumber
from simulator.disturbances.content import Content, changed
from simulator.disturbances.kinds import KINDS, Kind, Stage
from simulator.disturbances.selection import disturbance_from

NOW = datetime(2026, 11, 22, 12, tzinfo=SWEDISH_TIME)
DEAL = Deal(
    seller=OrganisationNumber("2321000016"),
    buyer=OrganisationNumber("2321000024"),
    county="03",
    municipality="0380",
    today=NOW.date(),
)
REWRITES = [Kind.PREFIXES, Kind.ATTRIBUTE_ORDER, Kind.COMMENTS, Kind.CDATA, Kind.BOM]
TYPED = b"""<a:one xmlns:a="urn:a" xmlns="urn:b" xmlns:x="http://www.w3.org/2001/XMLSchema-instance"
 z="1" a:y="2 &lt; &quot;3&quot;"><two x:type="a:T">t&amp;\xc3\xa5<![CDATA[<]]></two>
 <a:three x:type="U"/>
 <!-- kept --><four xml:lang="sv"/></a:one>"""


def content(body: bytes) -> Content:
    return Content(
        headers={"Content-Type": "text/xml; charset=UTF-8", "x-skltp-correlation-id": "1"},
        body=body,
    )


def change(kind: Kind, body: bytes, **options: object) -> Content:
    return changed(content(body), disturbance_from({"kind": str(kind), **options}))


def meaning(body: bytes) -> object:
    """Give what a message says, whatever its prefixes, comments and the order of attributes."""
    root = etree.fromstring(body, etree.XMLParser(remove_comments=True, strip_cdata=True))
    xsi = "{http://www.w3.org/2001/XMLSchema-instance}type"

    def told(node: etree._Element) -> object:
        attributes = {}
        for name, value in node.attrib.items():
            if name == xsi:
                prefix, _, local = str(value).rpartition(":")
                attributes[name] = (node.nsmap.get(prefix or None), local)
            else:
                attributes[name] = value
        inner = "".join(node.xpath("text()"))
        return (node.tag, sorted(attributes.items(), key=str), inner, [told(one) for one in node])

    return told(root)


def test_content_kinds_are_all_here() -> None:
    """Each kind that the table says acts on content does so."""
    for kind, table in KINDS.items():
        if table.stage is Stage.CONTENT:
            assert change(kind, TYPED) != content(TYPED), kind


@pytest.mark.parametrize("kind", REWRITES)
def test_legal_variation_says_the_same(kind: Kind) -> None:
    """Names, texts, attributes and types mean what they meant; the bytes are others."""
    varied = change(kind, TYPED).body

    assert varied != TYPED
    assert meaning(varied) == meaning(TYPED)


@pytest.mark.parametrize("name", CLAIMS)
@pytest.mark.parametrize("kind", REWRITES)
def test_varied_claim_is_as_valid_as_it_was(kind: Kind, name: str) -> None:
    """Every kind of claim, written in each legal way, passes schema and rules."""
    message = envelope(valid(name, DEAL), logical_address="SE-A")

    assert judge(change(kind, message).body, at=NOW).accepted


@pytest.mark.parametrize("kind", REWRITES)
def test_varied_fault_stays_a_fault(kind: Kind) -> None:
    """What broke a rule breaks the same rule, written otherwise."""
    for name in list(RULE_FAULTS)[::7]:
        message = envelope(faulty(name, DEAL), logical_address="SE-A")
        before = judge(message, at=NOW)

        assert judge(change(kind, message).body, at=NOW).failed_rules == before.failed_rules


def test_prefixes_are_others() -> None:
    """Not one element keeps the prefix it had."""
    message = envelope(valid("öppen vård", DEAL), logical_address="SE-A")
    before = {node.prefix for node in etree.fromstring(message).iter(etree.Element)}

    after = {
        node.prefix for node in etree.fromstring(change(Kind.PREFIXES, message).body).iter("{*}*")
    }

    assert not before & after


def test_attributes_stand_in_the_opposite_order() -> None:
    """The order is really another."""
    body = change(Kind.ATTRIBUTE_ORDER, b'<a one="1" two="2"/>').body

    assert body.index(b"two") < body.index(b"one")


def test_comment_stands_within_a_text() -> None:
    """A reader that takes the first text node alone gets half of it."""
    root = etree.fromstring(change(Kind.COMMENTS, b"<a>12345678</a>").body)

    assert root.text == "1234"
    assert "".join(root.xpath("text()")) == "12345678"


def test_texts_are_cdata() -> None:
    """Each text that can be is a CDATA section."""
    assert b"<![CDATA[a<b]]>" in change(Kind.CDATA, b"<a>a&lt;b</a>").body


def test_byte_order_mark_stands_first_and_once() -> None:
    """A second one would be no mark but a character."""
    once = change(Kind.BOM, b"<a/>").body

    assert once == codecs.BOM_UTF8 + b"<a/>"
    assert change(Kind.BOM, once).body == once


@pytest.mark.parametrize("kind", REWRITES)
@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_legal_variation_of_utf_16_is_legal(kind: Kind, mark: bytes) -> None:
    """What is rewritten is in the encoding that its header names; what has a mark gets no other."""
    codec = "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be"
    wide = Content(
        headers={"Content-Type": "text/xml; charset=UTF-16"},
        body=mark + '<?xml version="1.0" encoding="UTF-16"?><a b="c">åäö</a>'.encode(codec),
    )

    found = changed(wide, disturbance_from({"kind": str(kind)}))

    (told,) = (text for name, text in found.headers.items() if name.lower() == "content-type")
    assert "ö<" in found.body.decode(told.rpartition("=")[2]).replace("]]>", "")
    assert meaning(found.body) == meaning(wide.body)


def test_what_is_no_xml_is_left_by_what_needs_xml() -> None:
    """A producer's odd answer is not made odder."""
    assert change(Kind.PREFIXES, b"no xml").body == b"no xml"


@pytest.mark.parametrize(
    ("options", "encoding", "header"),
    [
        pytest.param({}, "iso-8859-1", "UTF-8", id="Latin-1 that says UTF-8"),
        pytest.param({"bytes": "utf-16"}, "utf-16", "UTF-8", id="UTF-16 that says UTF-8"),
        pytest.param(
            {"bytes": "utf-8", "header": "ISO-8859-1"}, "utf-8", "ISO-8859-1",
            id="UTF-8 that says Latin-1",
        ),
    ],
)  # fmt: skip
def test_header_and_bytes_disagree(options: dict[str, str], encoding: str, header: str) -> None:
    """The text is whole in the encoding that the bytes really have."""
    body = '<?xml version="1.0" encoding="UTF-8"?>\n<a>åäö</a>'.encode()

    garbled = change(Kind.WRONG_CHARSET, body, **options)

    assert garbled.body.decode(encoding) == "<a>åäö</a>"
    assert garbled.headers["content-type"] == f"text/xml; charset={header}"
    assert "Content-Type" not in garbled.headers


def test_body_that_is_no_xml_is_none() -> None:
    """A parser gives up on it."""
    body = change(Kind.NOT_XML, b"<a/>").body

    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(body)


def test_empty_body_is_empty() -> None:
    """Nothing is left."""
    assert change(Kind.EMPTY, b"<a/>").body == b""


def test_headers_are_replaced_whatever_their_case() -> None:
    """There is one header of the name, not two."""
    wrong = change(Kind.WRONG_CONTENT_TYPE, b"<a/>", value="application/json").headers

    assert [value for name, value in wrong.items() if name.lower() == "content-type"] == [
        "application/json"
    ]
    other = change(Kind.WRONG_CORRELATION, b"<a/>").headers
    assert other["x-skltp-correlation-id"] == "another-correlation-id"
