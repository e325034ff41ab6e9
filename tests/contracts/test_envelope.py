"""Envelopes are written as profile 2.1 says, and read the way the platform reads them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from contracts.envelope import (
    LOGICAL_ADDRESS,
    REGISTRY,
    SOAP_ENVELOPE,
    Addressing,
    Fault,
    body_of,
    envelope,
    fault_in,
    is_envelope,
    read_addressing,
)
from contracts.errors import MessageError
from contracts.parsing import parse

Maker = Callable[..., etree._Element]

ADDRESS = "2321000024"
PING = "<ping xmlns='urn:riv:example:PingResponder:1'/>"
PINGED = "urn:riv:example:PingResponder:1"


XML_CHARACTERS = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")


def a_call(header: str = f"<To>{ADDRESS}</To>", body: str = PING) -> bytes:
    """Write a call, in names without namespaces where the case is not about them."""
    return f"<Envelope><Header>{header}</Header><Body>{body}</Body></Envelope>".encode()


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


def test_the_platform_reads_what_we_write(a_claim: Maker) -> None:
    """Our envelope is addressed in profile 2.1 to the contract of its payload."""
    claim = a_claim()

    read = read_addressing(envelope(claim, logical_address=ADDRESS))

    namespace = etree.QName(claim).namespace
    assert read == Addressing(receiver=ADDRESS, profile="rivtabp21", contract=namespace)


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
    read = read_addressing(envelope(PING.encode(), logical_address=address))

    assert read.receiver == (address if address.strip() else None)


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


# Reading as the platform does (platform facts, section 1.6) ---------------------------------


@pytest.mark.parametrize(
    ("message", "profile"),
    [
        pytest.param(a_call(f"<To>{ADDRESS}</To>"), "rivtabp20", id="To"),
        pytest.param(a_call(f"<LogicalAddress>{ADDRESS}</LogicalAddress>"), "rivtabp21", id="2.1"),
        pytest.param(
            f"<x:Envelope xmlns:x='urn:any'><x:Header><x:LogicalAddress>{ADDRESS}"
            f"</x:LogicalAddress></x:Header><x:Body>{PING}</x:Body></x:Envelope>".encode(),
            "rivtabp21",
            id="any namespace",
        ),
        pytest.param(
            f"<e><Header><a><To>{ADDRESS}</To></a></Header><Body>{PING}</Body></e>".encode(),
            "rivtabp20",
            id="any depth",
        ),
        pytest.param(
            f"<e><Header/><LogicalAddress>{ADDRESS}</LogicalAddress><Body>{PING}</Body></e>".encode(),
            "rivtabp21",
            id="after the Header",
        ),
    ],
)
def test_only_local_names_count(message: bytes, profile: str) -> None:
    """Envelope, header and address may be in any namespace; the address's name is the profile."""
    read = read_addressing(message)

    assert read == Addressing(receiver=ADDRESS, profile=profile, contract=PINGED)


def test_an_address_before_the_header_is_not_looked_at() -> None:
    """The reader waits for the Header."""
    read = read_addressing(f"<e><To>{ADDRESS}</To><Header/><Body>{PING}</Body></e>".encode())

    assert read == Addressing(receiver=None, profile=None, contract=PINGED)


@pytest.mark.parametrize(
    ("header", "receiver", "profile"),
    [
        pytest.param("<To>1</To><LogicalAddress>2</LogicalAddress>", "2", "rivtabp21", id="2.1"),
        pytest.param("<LogicalAddress>1</LogicalAddress><To>2</To>", "2", "rivtabp20", id="2.0"),
        pytest.param("<To>1</To><To>2</To><To>3</To>", "3", "rivtabp20", id="three of one kind"),
    ],
)
def test_the_last_address_wins(header: str, receiver: str, profile: str) -> None:
    """Of several addresses the last one counts, and it says which profile it is."""
    read = read_addressing(a_call(header))

    assert (read.receiver, read.profile) == (receiver, profile)


@pytest.mark.parametrize(
    ("text", "receiver"),
    [
        pytest.param(" 1\n", " 1\n", id="blanks around"),
        pytest.param("a&amp;b&#229;", "a&bå", id="references"),
        pytest.param("<![CDATA[1]]>", "1", id="CDATA"),
        pytest.param("1<!-- c -->2", "1", id="comment after"),
        pytest.param("<!-- c -->1", "1", id="comment before"),
        pytest.param("1<?pi?>2", "1", id="instruction after"),
        pytest.param("1<b>2</b>3", "1", id="element after"),
        pytest.param("", None, id="empty"),
        pytest.param(" \t\r\n", None, id="blanks alone"),
        pytest.param("<!-- c -->", None, id="comment alone"),
    ],
)
def test_the_receiver_is_the_first_text_untrimmed(text: str, receiver: str | None) -> None:
    """The platform routes on the text as it stands; blanks alone are no receiver."""
    assert read_addressing(a_call(f"<To>{text}</To>")).receiver == receiver


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param("<open><ping", id="cut short"),
        pytest.param("</wrong></Body></Envelope>", id="wrong end"),
        pytest.param("&nbsp;\x01<<", id="garbage"),
        pytest.param("<unbound:a/>", id="unbound prefix"),
    ],
)
def test_what_follows_the_first_body_element_is_not_noticed(rest: str) -> None:
    """Reading stops where the contract is known; the rest is the producer's to refuse."""
    message = a_call().partition(b"/></Body>")[0] + b">" + rest.encode()

    assert read_addressing(message) == Addressing(
        receiver=ADDRESS, profile="rivtabp20", contract=PINGED
    )


@pytest.mark.parametrize(
    ("message", "place"),
    [
        pytest.param(b"", "[1,1]", id="empty"),
        pytest.param(b"hello", "[1,1]", id="no XML"),
        pytest.param(b"<Envelope>\n<Header>\n  <To>1</Ta>", "[3,10]", id="wrong end"),
        pytest.param(b"<Envelope s soap='x'>", "[1,13]", id="attribute without value"),
        pytest.param(b"<Envelope><Header>", "[1,19]", id="cut short"),
        pytest.param(b"<e><Header/><Body>&nbsp;<a/>", "[1,19]", id="before an element"),
        pytest.param(b"<e><Header/><Body><p:ping/>", "[1,19]", id="unbound prefix"),
    ],
)
def test_xml_that_breaks_before_the_contract_is_refused(message: bytes, place: str) -> None:
    """The error is the parser's words, then row and column in the platform's form (VP015)."""
    with pytest.raises(MessageError) as refused:
        read_addressing(message)

    words, _, rest = refused.value.what.partition("\n")
    assert words
    assert rest == f" at [row,col {{unknown-source}}]: {place}"
    assert refused.value.line == int(place[1])


@pytest.mark.parametrize("body", ["", " \n", "text", "<!-- c --><?pi?>"])
def test_a_body_without_element_has_no_contract(body: str) -> None:
    """No contract is told apart from a contract in no namespace."""
    assert read_addressing(a_call(body=body)).contract is None
    assert read_addressing(a_call(body="<ping/>")).contract == ""


def test_a_message_without_body_has_neither_address_nor_contract() -> None:
    """Any XML can be read; it just says nothing."""
    assert read_addressing(b"<a/>") == Addressing(receiver=None, profile=None, contract=None)


@pytest.mark.parametrize(
    "doctype",
    [
        pytest.param("<!DOCTYPE e>", id="bare"),
        pytest.param("<!DOCTYPE e SYSTEM 'http://127.0.0.1:1/e.dtd'>", id="external"),
        pytest.param("<!DOCTYPE e [<!ENTITY a '1'>]>", id="entity"),
    ],
)
def test_a_document_type_declaration_is_refused(doctype: str) -> None:
    """DTDs are not supported, and no entity is looked at."""
    with pytest.raises(MessageError, match="DTD"):
        read_addressing(doctype.encode() + a_call())


@pytest.mark.parametrize(
    "encoding",
    [
        pytest.param("utf-16", id="UTF-16"),
        pytest.param("utf-8-sig", id="UTF-8 with BOM"),
        pytest.param("latin-1", id="Latin-1"),
        pytest.param("cp1252", id="Windows-1252"),
    ],
)
def test_a_declared_encoding_is_followed(encoding: str) -> None:
    """The address is read in the message's own encoding."""
    name = encoding.removesuffix("-sig")
    text = f"<?xml version='1.0' encoding='{name}'?>" + a_call("<To>Åsö</To>").decode()

    assert read_addressing(text.encode(encoding)).receiver == "Åsö"


@pytest.mark.parametrize("declared", ["UTF-16", "no-such-encoding", "Shift_JIS"])
def test_where_the_declared_encoding_cannot_be_used_utf_8_is(declared: str) -> None:
    """A prolog that promises another encoding than the bytes have is not held against them."""
    text = f"<?xml version='1.0' encoding='{declared}'?>" + a_call("<To>Åsö</To>").decode()

    assert read_addressing(text.encode()).receiver == "Åsö"
    with pytest.raises(MessageError, match="unknown-source"):
        read_addressing(text.encode("latin-1"))


@settings(max_examples=200, deadline=None)
@given(garbage=st.binary(), place=st.integers(0, 200))
def test_garbage_is_read_or_refused(garbage: bytes, place: int) -> None:
    """Whatever stands in a message, reading gives an answer or a MessageError."""
    message = a_call("<LogicalAddress>1</LogicalAddress>")

    for broken in (garbage, message[:place] + garbage + message[place:]):
        with suppress(MessageError):
            assert isinstance(read_addressing(broken), Addressing)


def test_the_registry_namespace_is_the_profiles() -> None:
    """BP-8a names the header element that our envelopes carry."""
    assert f"{{{REGISTRY}}}LogicalAddress" == LOGICAL_ADDRESS
    assert REGISTRY == "urn:riv:itintegration:registry:1"
