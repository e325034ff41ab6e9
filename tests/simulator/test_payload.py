"""What the platform reads of a message: no further than needed, and by local names alone."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from contracts.envelope import envelope
from contracts.errors import MessageError
from simulator.payload import Addressing, message_in, read_addressing

ADDRESS = "2321000024"
PING = "<ping xmlns='urn:riv:example:PingResponder:1'/>"
PINGED = "urn:riv:example:PingResponder:1"


def a_call(header: str = f"<To>{ADDRESS}</To>", body: str = PING) -> bytes:
    """Write a call, in names without namespaces where the case is not about them."""
    return f"<Envelope><Header>{header}</Header><Body>{body}</Body></Envelope>".encode()


# --- Platform facts, section 1.6 ---


@pytest.mark.parametrize(
    ("header", "profile"),
    [
        pytest.param(
            '<urn:LogicalAddress xmlns:urn="urn:riv:itintegration:registry:1">SE2321000016-1234'
            "</urn:LogicalAddress>",
            "rivtabp21",
            id="BP 2.1",
        ),
        pytest.param(
            '<add:To xmlns:add="http://www.w3.org/2005/08/addressing">SE2321000016-1234</add:To>',
            "rivtabp20",
            id="BP 2.0",
        ),
    ],
)
def test_examples_of_the_specification_are_read(header: str, profile: str) -> None:
    """Both profiles' headers."""
    assert read_addressing(a_call(header)) == Addressing(
        receiver="SE2321000016-1234", profile=profile, contract=PINGED
    )


def test_platform_reads_what_we_write() -> None:
    """Our envelope is addressed in profile 2.1 to the contract of its payload."""
    read = read_addressing(envelope(etree.fromstring(PING), logical_address=ADDRESS))

    assert read == Addressing(receiver=ADDRESS, profile="rivtabp21", contract=PINGED)


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
    ("message", "says"),
    [
        pytest.param(b"", "Unexpected EOF in prolog [1,0]", id="empty"),
        pytest.param(
            b"hello",
            "Unexpected character 'h' (code 104) in prolog; expected '<' [1,1]",
            id="no XML",
        ),
        pytest.param(
            b"<Envelope>\n<Header>\n  <To>1</Ta>",
            "Unexpected close tag </Ta>; expected </To>. [3,11]",
            id="wrong end",
        ),
        pytest.param(
            b"<Envelope s soap='x'>",
            "Unexpected character 's' (code 115) expected '=' [1,13]",
            id="attribute without value",
        ),
        pytest.param(
            b"<Envelope><Header>",
            "Unexpected EOF; was expecting a close tag for element <Header> [1,18]",
            id="cut short",
        ),
        pytest.param(
            b"<e><Header/><Body>&nbsp;<a/>",
            'Undeclared general entity "nbsp" [1,24]',
            id="before an element",
        ),
        pytest.param(
            b"<e><Header/><Body><p:ping/>", 'Undeclared namespace prefix "p" [1,27]', id="prefix"
        ),
    ],
)
def test_xml_that_breaks_before_the_contract_is_refused(message: bytes, says: str) -> None:
    """The error is in the words of the platform's parser, then row and column (VP015)."""
    with pytest.raises(MessageError) as refused:
        read_addressing(message)

    words, _, place = says.rpartition(" ")
    assert refused.value.what == f"{words}\n at [row,col {{unknown-source}}]: {place}"


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
    with pytest.raises(MessageError, match="Invalid UTF-8 middle byte 0x73"):
        read_addressing(text.encode("latin-1"))


@settings(max_examples=200, deadline=None)
@given(garbage=st.binary(), place=st.integers(0, 200))
def test_garbage_is_read_or_refused(garbage: bytes, place: int) -> None:
    """Whatever stands in a message, reading gives an answer or a MessageError."""
    message = a_call("<LogicalAddress>1</LogicalAddress>")

    for broken in (garbage, message[:place] + garbage + message[place:]):
        with suppress(MessageError):
            assert isinstance(read_addressing(broken), Addressing)


@pytest.mark.parametrize(
    ("encoding", "charset"),
    [
        pytest.param("utf-8", None, id="UTF-8"),
        pytest.param("UTF8", None, id="another name of UTF-8"),
        pytest.param("UTF-16", "UTF-16", id="UTF-16"),
        pytest.param("ISO-8859-1", "ISO-8859-1", id="Latin-1"),
    ],
)
def test_declared_charset_is_told_unless_it_is_utf_8(encoding: str, charset: str | None) -> None:
    """Section 1.14: such a message is converted on its way."""
    text = f"<?xml version='1.0' encoding='{encoding}'?>" + a_call().decode()

    assert read_addressing(text.encode(encoding)).charset == charset


def test_charset_that_the_bytes_belie_is_not_told() -> None:
    """A message read as UTF-8 against its prolog is UTF-8 from then on."""
    text = "<?xml version='1.0' encoding='UTF-16'?>" + a_call().decode()

    assert read_addressing(text.encode()).charset is None
    assert read_addressing(a_call().decode().encode("utf-16")).charset is None


# --- MTOM: section 1.6 ---

XOP = {"content-type": 'multipart/related; type="application/xop+xml"; boundary="b"'}
ENVELOPE = b"<S:Envelope xmlns:S='s'>\n<S:Body><a/></S:Body></S:Envelope>"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(ENVELOPE, id="bare"),
        pytest.param(b"--b\r\n\r\n" + ENVELOPE + b"\r\n--b\r\n\r\n<bin/>\r\n--b--", id="in parts"),
        pytest.param(b"<?xml version='1.0'?>" + ENVELOPE, id="declaration dropped"),
    ],
)
def test_mtom_is_its_envelope_without_attachments(body: bytes) -> None:
    """The rest of the request is dropped."""
    assert message_in(XOP, body) == ENVELOPE


def test_mtom_ignores_the_case_of_the_envelope() -> None:
    """And takes the last end there is."""
    body = b"x<s:ENVELOPE><s:envelope></s:Envelope></s:ENVELOPE>x"

    assert message_in(XOP, body) == body.strip(b"x")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<Envelope></Envelope>", id="no prefix"),
        pytest.param(b"<s:Envelope><s:Body>", id="no end"),
        pytest.param(b"</s:Envelope><s:Envelope>", id="end before start"),
    ],
)
def test_mtom_without_envelope_is_refused_in_swedish(body: bytes) -> None:
    """The text is the platform's own."""
    with pytest.raises(MessageError) as refused:
        message_in(XOP, body)

    assert refused.value.what == (
        "Inkommande begäran är ej korrekt utformat och kan därför inte behandlas."
    )


def test_other_content_types_are_taken_whole() -> None:
    """Whatever the type says, the body is the message."""
    assert message_in({"content-type": "application/json"}, b"x" + ENVELOPE) == b"x" + ENVELOPE
    assert message_in({}, b"x") == b"x"
