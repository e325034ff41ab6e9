"""Envelopes are written as profile 2.1 says, and opened again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from contracts.envelope import (
    LOGICAL_ADDRESS,
    REGISTRY,
    SOAP_ENVELOPE,
    Fault,
    body_of,
    envelope,
    fault_in,
    is_envelope,
)
from contracts.errors import MessageError
from contracts.parsing import parse

Maker = Callable[..., etree._Element]

ADDRESS = "2321000024"
PING = "<ping xmlns='urn:riv:example:PingResponder:1'/>"
PINGED = "urn:riv:example:PingResponder:1"


XML_CHARACTERS = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")


def soap(body: str) -> etree._Element:
    """Write a SOAP 1.1 envelope around what the body holds."""
    return parse(f"<s:Envelope xmlns:s='{SOAP_ENVELOPE}'>{body}</s:Envelope>".encode())


def canonical(element: etree._Element) -> bytes:
    """Write an element so that equal content is equal bytes, wherever it stands."""
    return etree.tostring(element, method="c14n", exclusive=True)


# Writing ------------------------------------------------------------------------------------


def test_a_payload_comes_back_out_of_its_envelope(a_claim: Maker) -> None:
    """What is wrapped is what the receiver finds, and the header says whom it is for."""
    claim = a_claim()

    message = envelope(claim, logical_address=ADDRESS)

    root = parse(message)
    assert is_envelope(root)
    assert canonical(body_of(root)) == canonical(claim)
    assert [node.text for node in root.iter(LOGICAL_ADDRESS)] == [ADDRESS]


def test_bytes_and_element_give_the_same_envelope() -> None:
    """A payload may be handed over in either form."""
    assert envelope(PING.encode()) == envelope(etree.fromstring(PING))


def test_wrapping_leaves_the_payload_where_it_is() -> None:
    """The element handed over stays in its own tree, so that it can be sent again."""
    tree = etree.fromstring("<all><one/><two/></all>")

    assert envelope(tree[0]) == envelope(tree[0])
    assert [child.tag for child in tree] == ["one", "two"]


def test_an_answer_carries_no_address() -> None:
    """Without a logical address the Header is there, and empty."""
    root = parse(envelope(PING.encode()))

    assert [child.tag for child in root] == [
        f"{{{SOAP_ENVELOPE}}}Header",
        f"{{{SOAP_ENVELOPE}}}Body",
    ]
    assert len(root[0]) == 0


def test_an_envelope_is_declared_utf_8_without_byte_order_mark() -> None:
    """RIV-TA messages are UTF-8; text outside ASCII is written as it is."""
    message = envelope("<a>Åsö \U0001f691</a>".encode())

    assert message.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    assert "Åsö \U0001f691".encode() in message


@settings(max_examples=50, deadline=None)
@given(address=st.text(XML_CHARACTERS))
def test_any_address_survives(address: str) -> None:
    """Markup characters in an address are escaped, and blanks are kept."""
    (written,) = parse(envelope(PING.encode(), logical_address=address)).iter(LOGICAL_ADDRESS)

    assert (written.text or "") == address


# Body and fault -----------------------------------------------------------------------------


def test_only_soap_1_1_is_an_envelope() -> None:
    """The name alone does not make an envelope: SOAP 1.2 has another namespace."""
    assert is_envelope(soap(""))
    assert not is_envelope(parse(b"<Envelope/>"))
    assert not is_envelope(parse(b"<Envelope xmlns='http://www.w3.org/2003/05/soap-envelope'/>"))


def test_the_body_holds_one_element_among_comments() -> None:
    """Comments, instructions and blanks beside the element do not count."""
    root = soap(f"<s:Body>\n<!-- c --><?pi?>{PING}\n</s:Body>")

    assert body_of(root).tag == f"{{{PINGED}}}ping"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("", "no Body", id="no body"),
        pytest.param("<Body><a/></Body>", "no Body", id="a body without namespace"),
        pytest.param("<s:Body/>", "holds 0 elements", id="empty body"),
        pytest.param("<s:Body>text<!-- c --></s:Body>", "holds 0 elements", id="no element"),
        pytest.param("<s:Body><a/><b/></s:Body>", "holds 2 elements", id="two elements"),
    ],
)
def test_a_body_without_just_one_element_is_refused(content: str, said: str) -> None:
    """The Body of a document-literal message holds exactly one element (WS-I R9981)."""
    with pytest.raises(MessageError, match=said) as refused:
        body_of(soap(content))

    assert refused.value.where.startswith("/Envelope")


def test_a_fault_is_read_with_the_text_of_its_detail() -> None:
    """Code and text are trimmed, and the detail's text is put together."""
    root = soap(
        "<s:Body><s:Fault><faultcode> soap:Server\n</faultcode>"
        "<faultstring>VP009 down </faultstring>"
        "<detail><a>Error <b>connecting</b></a></detail></s:Fault></s:Body>"
    )

    assert fault_in(root) == Fault(code="soap:Server", text="VP009 down", detail="Error connecting")


def test_a_fault_may_be_bare() -> None:
    """What a fault leaves out is empty text."""
    assert fault_in(soap("<s:Body><s:Fault/></s:Body>")) == Fault(code="", text="", detail="")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("", id="no body"),
        pytest.param(f"<s:Body>{PING}</s:Body>", id="a message"),
        pytest.param("<s:Body><Fault/></s:Body>", id="a fault without namespace"),
        pytest.param("<s:Body><a><s:Fault/></a></s:Body>", id="a fault inside a message"),
    ],
)
def test_anything_else_is_no_fault(content: str) -> None:
    """A fault is SOAP's own element, directly in the Body."""
    assert fault_in(soap(content)) is None


def test_the_registry_namespace_is_the_profiles() -> None:
    """BP-8a names the header element that our envelopes carry."""
    assert f"{{{REGISTRY}}}LogicalAddress" == LOGICAL_ADDRESS
    assert REGISTRY == "urn:riv:itintegration:registry:1"


def test_payload_may_hold_a_file() -> None:
    """A text of more than 10 MB, which libxml2 otherwise refuses, is as good as any."""
    payload = b"<a>" + b"A" * 10_000_001 + b"</a>"

    root = etree.fromstring(envelope(payload), etree.XMLParser(huge_tree=True))

    element = body_of(root)
    assert element is not None
    assert len(element.text or "") == 10_000_001
