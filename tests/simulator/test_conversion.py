"""A message in the other profile: platform facts, section 1.10."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from contracts.errors import MessageError
from simulator.conversion import converted
from simulator.mediation import Conversion
from simulator.payload import read_addressing

WSA = "http://www.w3.org/2005/08/addressing"
REGISTRY = "urn:riv:itintegration:registry:1"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'


def to_21(message: str) -> str:
    """Convert from 2.0 to 2.1, without the declaration."""
    written = converted(message.encode(), Conversion.TO_21, charset=None).decode()
    assert written.startswith(DECLARATION)
    return written.removeprefix(DECLARATION)


def to_20(message: str) -> str:
    """Convert from 2.1 to 2.0, without the declaration."""
    written = converted(message.encode(), Conversion.TO_20, charset=None).decode()
    assert written.startswith(DECLARATION)
    return written.removeprefix(DECLARATION)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(
            f'<s:Envelope xmlns:s="s" xmlns:add="{WSA}"><s:Header><add:To>1</add:To></s:Header>'
            "<s:Body><a/></s:Body></s:Envelope>",
            f'<s:Envelope xmlns:s="s" xmlns:add="{REGISTRY}"><s:Header>'
            "<add:LogicalAddress>1</add:LogicalAddress></s:Header><s:Body><a/></s:Body></s:Envelope>",
            id="declared on the Envelope",
        ),
        pytest.param(
            f'<s:Envelope xmlns:s="s"><s:Header xmlns:add="{WSA}"><add:To>1</add:To></s:Header>'
            "<s:Body/></s:Envelope>",
            f'<s:Envelope xmlns:s="s"><s:Header xmlns:add="{REGISTRY}">'
            "<add:LogicalAddress>1</add:LogicalAddress></s:Header><s:Body/></s:Envelope>",
            id="declared on the Header",
        ),
        pytest.param(
            f'<s:Envelope xmlns:s="s"><s:Header><add:To xmlns:add="{WSA}">1</add:To></s:Header>'
            "<s:Body/></s:Envelope>",
            f'<s:Envelope xmlns:s="s"><s:Header><add:LogicalAddress xmlns:add="{REGISTRY}">1'
            "</add:LogicalAddress></s:Header><s:Body/></s:Envelope>",
            id="declared on the address",
        ),
        pytest.param(
            f'<s:Envelope xmlns:s="s"><s:Header><To xmlns="{WSA}">1</To></s:Header>'
            "<s:Body/></s:Envelope>",
            f'<s:Envelope xmlns:s="s"><s:Header><LogicalAddress xmlns="{REGISTRY}">1'
            "</LogicalAddress></s:Header><s:Body/></s:Envelope>",
            id="without prefix",
        ),
        pytest.param(
            f'<s:Envelope xmlns:s="s"><s:Header><add:To xmlns:add="{WSA}">1</add:To>'
            f'<add:Action xmlns:add="{WSA}">x</add:Action></s:Header><s:Body/></s:Envelope>',
            f'<s:Envelope xmlns:s="s"><s:Header><add:LogicalAddress xmlns:add="{REGISTRY}">1'
            f'</add:LogicalAddress><add:Action xmlns:add="{REGISTRY}">x</add:Action></s:Header>'
            "<s:Body/></s:Envelope>",
            id="another element of the namespace moves along",
        ),
        pytest.param(
            f'<s:Envelope xmlns:s="s"><s:Header><add:To xmlns:add="{WSA}">1</add:To></s:Header>'
            f'<s:Body><p xmlns:w="{WSA}"><w:To/></p></s:Body></s:Envelope>',
            f'<s:Envelope xmlns:s="s"><s:Header><add:LogicalAddress xmlns:add="{REGISTRY}">1'
            f'</add:LogicalAddress></s:Header><s:Body><p xmlns:w="{WSA}">'
            f'<w:LogicalAddress xmlns:w="{REGISTRY}"/></p></s:Body></s:Envelope>',
            id="in the body, too",
        ),
    ],
)
def test_address_moves_to_the_other_namespace(old: str, new: str) -> None:
    """20 to 21; names and declarations change, prefixes do not."""
    assert to_21(old) == new


def test_the_reverse_gives_back_what_was() -> None:
    """21 to 20 is the same the other way."""
    old = (
        f'<s:Envelope xmlns:s="s" xmlns:urn="{REGISTRY}"><s:Header>'
        "<urn:LogicalAddress>1</urn:LogicalAddress></s:Header><s:Body><a/></s:Body></s:Envelope>"
    )

    assert to_20(old) == old.replace(REGISTRY, WSA).replace("LogicalAddress", "To")
    assert to_21(to_20(old)) == old


@pytest.mark.parametrize(
    ("content", "written"),
    [
        pytest.param("<!-- å -->", "<!-- å -->", id="comments stay"),
        pytest.param("<?pi x?>", "", id="instructions go"),
        pytest.param("<![CDATA[<&]]>", "<![CDATA[<&]]>", id="CDATA"),
        pytest.param("a &lt;&amp;&gt;&#13;\n", "a &lt;&amp;&gt;&#13;\n", id="text"),
        pytest.param("<b></b>", "<b/>", id="empty element"),
        pytest.param(
            '<b x="&quot;&lt;&#10;&#9;" y=\'"\'/>',
            '<b x="&quot;&lt;&#10;&#9;" y="&quot;"/>',
            id="attributes",
        ),
        pytest.param(
            f'<b xmlns:w="{WSA}" t="w:To"/>', f'<b xmlns:w="{WSA}" t="w:To"/>', id="not an element"
        ),
        pytest.param("<To>1</To>", "<To>1</To>", id="another namespace"),
    ],
)
def test_the_rest_stays_as_it_was(content: str, written: str) -> None:
    """Only what the profiles differ in changes."""
    around = '<s:Envelope xmlns:s="s"><s:Body><a>{}</a></s:Body></s:Envelope>'

    whole = to_21(around.format(content))

    expected = f"<a>{written}</a>" if written else "<a/>"
    assert whole == around.replace("<a>{}</a>", expected)


def test_message_in_another_charset_becomes_utf_8() -> None:
    """The declaration of the converted message says what it is."""
    text = f"<?xml version='1.0' encoding='UTF-16'?><e xmlns:w='{WSA}'><w:To>å</w:To></e>"

    written = converted(text.encode("utf-16"), Conversion.TO_21, charset="UTF-16")

    assert written.decode() == (
        f'{DECLARATION}<e xmlns:w="{WSA}">'
        f'<w:LogicalAddress xmlns:w="{REGISTRY}">å</w:LogicalAddress></e>'
    )


@pytest.mark.parametrize(
    ("message", "says"),
    [
        pytest.param(
            "<e><Body><a></b></Body></e>",
            "Unexpected close tag </b>; expected </a>.\n at [row,col {unknown-source}]: [1,15]",
            id="wrong end",
        ),
        pytest.param("<e><p:a/></e>", 'Undeclared namespace prefix "p"', id="unbound prefix"),
        pytest.param("<!DOCTYPE e><e/>", "Document type declarations (DTD)", id="DTD"),
    ],
)
def test_malformed_message_is_refused_in_the_parser_s_words(message: str, says: str) -> None:
    """VP012: converting reads the whole message, which forwarding does not."""
    with pytest.raises(MessageError) as refused:
        to_21(message)

    assert refused.value.what.startswith(says)


TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"))


@settings(max_examples=60, deadline=None)
@given(address=TEXT, text=TEXT, attribute=TEXT)
def test_any_text_survives(address: str, text: str, attribute: str) -> None:
    """What a reader finds in the converted message is what stood in the old one."""
    root = etree.Element("{s}Envelope", nsmap={"s": "s"})
    header = etree.SubElement(root, "{s}Header")
    etree.SubElement(header, f"{{{WSA}}}To", nsmap={"w": WSA}).text = address
    body = etree.SubElement(etree.SubElement(root, "{s}Body"), "{urn:p}p", a=attribute)
    body.text = text
    old = etree.tostring(root, encoding="UTF-8")

    new = converted(old, Conversion.TO_21, charset=None)

    read, was = read_addressing(new), read_addressing(old)
    assert (read.receiver, read.contract) == (was.receiver, was.contract)
    assert (was.profile, read.profile) == ("rivtabp20", "rivtabp21")
    moved = etree.fromstring(new)
    assert moved[0][0].tag == f"{{{REGISTRY}}}LogicalAddress"
    assert ((moved[1][0].text or ""), moved[1][0].get("a")) == (text, attribute)
