"""XML is read without document types, entities or network, and within limits."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from pathlib import Path

import pytest

from contracts.errors import MessageError
from contracts.parsing import LARGEST_MESSAGE, parse

PERSON = "191001209814"  # a published test identity
LAUGHS = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
DECLARED = '<?xml version="1.0" encoding="{}"?><claim>Åsö å</claim>'


def test_a_message_becomes_a_tree() -> None:
    """Names, text, attributes and comments are there, blanks between elements too."""
    root = parse(b'<a x="1">\n <b>text</b><!-- note --></a>')

    assert (root.tag, root.get("x"), root.text, root.findtext("b")) == ("a", "1", "\n ", "text")
    assert len(root) == 2


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(b"<!DOCTYPE a><a/>", id="bare"),
        pytest.param(b"<!DOCTYPE a []><a/>", id="empty subset"),
        pytest.param(b"<!DOCTYPE a SYSTEM 'a.dtd'><a/>", id="external subset"),
        pytest.param(b"<!DOCTYPE a [<!ENTITY e 'text'>]><a>&e;</a>", id="entity used"),
        pytest.param(b"<!DOCTYPE a [<!ATTLIST a x CDATA 'y'>]><a/>", id="attribute default"),
        pytest.param("<!DOCTYPE a><a/>".encode("utf-16"), id="in UTF-16"),
    ],
)
def test_a_document_type_declaration_is_refused(message: bytes) -> None:
    """No form of DTD is accepted, needed or not, and the finding says what to take away."""
    with pytest.raises(MessageError, match="document type declaration") as refused:
        parse(message)

    assert "<!DOCTYPE" in refused.value.mend


def test_an_undeclared_entity_is_refused() -> None:
    """Only the five entities of XML itself can be used without a DTD."""
    assert parse(b"<a>&lt;&amp;&#229;</a>").text == "<&å"
    with pytest.raises(MessageError, match="Entity 'nbsp' not defined"):
        parse(b"<a>&nbsp;</a>")


@pytest.mark.parametrize(
    "use", [pytest.param("<a>&l9;</a>", id="text"), pytest.param("<a x='&l9;'/>", id="attribute")]
)
def test_entities_within_entities_are_refused_before_they_grow(use: str) -> None:
    """A billion laughs, which would be some gigabytes, costs no more than its own bytes."""
    with pytest.raises(MessageError):
        parse(f"<!DOCTYPE a [<!ENTITY l0 'laugh'>{LAUGHS}]>{use}".encode())


def test_an_external_entity_is_never_fetched_from_a_file(tmp_path: Path) -> None:
    """The file would break the XML if it were read; the message is refused for its DTD alone."""
    secret = tmp_path / "secret.txt"
    secret.write_text("open < sesame")

    with pytest.raises(MessageError, match="document type declaration") as refused:
        parse(f"<!DOCTYPE a [<!ENTITY e SYSTEM '{secret.as_uri()}'>]><a>&e;</a>".encode())

    assert "sesame" not in str(refused.value)


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("<!DOCTYPE a SYSTEM '{0}'><a/>", id="external subset"),
        pytest.param("<!DOCTYPE a [<!ENTITY e SYSTEM '{0}'>]><a>&e;</a>", id="external entity"),
        pytest.param("<!DOCTYPE a [<!ENTITY % e SYSTEM '{0}'> %e;]><a/>", id="parameter entity"),
        pytest.param("<?xml-stylesheet href='{0}'?><a/>", id="stylesheet"),
        pytest.param(
            "<a xmlns:i='http://www.w3.org/2001/XInclude'><i:include href='{0}'/></a>",
            id="inclusion",
        ),
    ],
)
def test_the_network_is_never_asked(message: str) -> None:
    """A listener whose address stands in the message hears nothing."""
    heard = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        port = listener.getsockname()[1]

        def listen() -> None:
            try:
                listener.accept()[0].close()
            except TimeoutError:
                return
            heard.set()

        ear = threading.Thread(target=listen)
        ear.start()
        with contextlib.suppress(MessageError):
            parse(message.format(f"http://127.0.0.1:{port}/a").encode())
        ear.join()

    assert not heard.is_set()


@pytest.mark.parametrize(
    ("message", "said"),
    [
        pytest.param(b"", "the message is empty", id="empty"),
        pytest.param(b" \t\r\n", "nothing but blanks", id="blanks"),
        pytest.param(b"\x00\x00\x00\x00", "nothing but blanks", id="NULs"),
        pytest.param(" \n".encode("utf-16-le"), "nothing but blanks", id="blanks in UTF-16"),
    ],
)
def test_a_message_without_content_is_told_apart(message: bytes, said: str) -> None:
    """Nothing at all, or nothing but blanks, is said in those words and not as a parser's."""
    with pytest.raises(MessageError, match=said):
        parse(message)


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(b"hello", id="text"),
        pytest.param(b"\xef\xbb\xbf", id="byte order mark alone"),
        pytest.param(b"<a>", id="no end"),
        pytest.param(b"<a></b>", id="another end"),
        pytest.param(b"<a/><b/>", id="two roots"),
        pytest.param(b"<a x=1/>", id="attribute without quotes"),
        pytest.param(b"<a x='1' x='2'/>", id="attribute twice"),
        pytest.param(b"<p:a/>", id="unbound prefix"),
        pytest.param(b"<a>\x01</a>", id="control character"),
        pytest.param(b"<a>&#0;</a>", id="reference to NUL"),
        pytest.param(b"<a>\x00</a>", id="NUL in the text"),
        pytest.param(b" <?xml version='1.0'?><a/>", id="blank before the declaration"),
        pytest.param(b'{"a": 1}', id="JSON"),
    ],
)
def test_what_is_not_well_formed_is_refused(message: bytes) -> None:
    """Every way not to be XML is a MessageError that says so."""
    with pytest.raises(MessageError, match="not well-formed XML"):
        parse(message)


@pytest.mark.parametrize(
    ("message", "line"),
    [
        pytest.param(b"<a>\n<b>\n</a>\n", 3, id="wrong end"),
        pytest.param(b"<a>\n\n\n&nbsp;</a>", 4, id="unknown entity"),
        pytest.param("<a>\n\n<".encode("utf-16"), 3, id="in UTF-16"),
    ],
)
def test_the_line_of_the_fault_is_told(message: bytes, line: int) -> None:
    """The line counts from 1 and stands apart from the text."""
    with pytest.raises(MessageError) as refused:
        parse(message)

    assert refused.value.line == line
    assert not re.search(r"line \d+, column", refused.value.what)


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(f"<a>{PERSON} & more</a>".encode(), id="ampersand"),
        pytest.param(f"<a x='{PERSON}<'/>".encode(), id="less-than in attribute"),
        pytest.param(f"<a/>{PERSON}".encode(), id="text after the root"),
        pytest.param(f"{PERSON}<a/>".encode(), id="text before the root"),
        pytest.param(f"<a>Åsa {PERSON}</a>".encode("latin-1"), id="wrong encoding"),
        pytest.param(f"<a>\x01{PERSON}</a>".encode(), id="control character"),
        pytest.param(f"<a x='1' x='{PERSON}'/>".encode(), id="attribute twice"),
        pytest.param(f"<a>&#{PERSON};</a>".encode(), id="character reference"),
        pytest.param(f"<a>{PERSON}".encode(), id="no end"),
    ],
)
def test_words_about_broken_xml_repeat_no_value(message: bytes) -> None:
    """What stands in a message that cannot be read is not let out by the parser's words."""
    with pytest.raises(MessageError) as refused:
        parse(message)

    assert PERSON not in str(refused.value)


def test_the_size_is_limited_before_anything_is_read() -> None:
    """A message of the limit is read, one byte more is not - broken or not."""
    message = b"<a>" + b" " * 93 + b"</a>"
    assert len(message) == 100

    assert parse(message, largest=100).tag == "a"
    with pytest.raises(MessageError, match="101 bytes, more than the 100 accepted"):
        parse(message + b"<", largest=100)


def test_the_limit_is_the_platforms() -> None:
    """50 MB get through the national platform, and one text may fill them."""
    assert LARGEST_MESSAGE == 50 * 1024 * 1024
    large = parse(b"<a>" + b"x" * 11_000_000 + b"</a>")  # libxml2 alone stops at 10 MB

    assert len(large.text or "") == 11_000_000


@pytest.mark.parametrize("levels", [251, 3_000, 300_000])
def test_nesting_is_limited(levels: int) -> None:
    """250 levels are read, more are refused, and no number of them ends the process."""
    assert parse(b"<a>" * 250 + b"</a>" * 250).tag == "a"
    with pytest.raises(MessageError, match=r"nested|depth"):
        parse(b"<a>" * levels + b"</a>" * levels)


def test_siblings_are_no_nesting() -> None:
    """Elements beside each other are not counted as levels."""
    assert len(parse(b"<a>" + b"<b/>" * 1_000 + b"</a>")) == 1_000


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("<claim>Åsö å</claim>".encode(), id="UTF-8"),
        pytest.param(DECLARED.format("UTF-8").encode(), id="UTF-8, declared"),
        pytest.param(("\ufeff" + DECLARED.format("UTF-8")).encode(), id="UTF-8 with BOM"),
        pytest.param("<claim>Åsö å</claim>".encode("utf-16"), id="UTF-16"),
        pytest.param(DECLARED.format("UTF-16").encode("utf-16"), id="UTF-16, declared"),
        pytest.param(
            ("\ufeff" + DECLARED.format("UTF-16")).encode("utf-16-be"), id="UTF-16, big end first"
        ),
        pytest.param(DECLARED.format("ISO-8859-1").encode("latin-1"), id="Latin-1, declared"),
        pytest.param(DECLARED.format("windows-1252").encode("cp1252"), id="Windows-1252, declared"),
    ],
)
def test_the_encoding_is_taken_from_the_message(message: bytes) -> None:
    """A byte order mark or the XML declaration says how the bytes are to be read."""
    assert parse(message).text == "Åsö å"


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("<claim>Åsö å</claim>".encode("latin-1"), id="Latin-1 undeclared"),
        pytest.param(DECLARED.format("UTF-8").encode("latin-1"), id="Latin-1 declared as UTF-8"),
        pytest.param(DECLARED.format("no-such").encode(), id="an encoding that is none"),
        pytest.param(DECLARED.format("").encode(), id="an encoding without name"),
        pytest.param(b"\xff\xfe<\x00a\x00", id="UTF-16 cut in two"),
    ],
)
def test_a_wrong_encoding_is_refused(message: bytes) -> None:
    """Bytes that are not what they are said to be are refused, not guessed at."""
    with pytest.raises(MessageError):
        parse(message)


def test_elements_keep_their_line() -> None:
    """A line of the tree is the line of the message, CRLF or LF, also in a long message."""
    root = parse(b"<?xml version='1.0'?>\r\n<a>\r\n  <b/>\n" + b"\n" * 50_000 + b"<c/></a>")

    assert [root.sourceline, *(child.sourceline for child in root)] == [2, 3, 50_004]


def test_lines_are_counted_past_65535() -> None:
    """In a longer message the line is at most one off, where libxml2 tells the text's."""
    root = parse(b"<a>\n" + b"<b>\n</b>\n" * 70_000 + b"</a>")

    last = root[-1].sourceline
    assert isinstance(last, int)
    assert abs(last - 140_000) <= 1
