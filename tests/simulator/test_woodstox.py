"""The words of the national platform's parser, as far as we know them."""

from __future__ import annotations

import pytest

from simulator.woodstox import complaint

PLACE = "\n at [row,col {unknown-source}]: "
OPEN = "<e><Header/><Body>"


def words(message: str | bytes, *, whole: bool = False) -> str | None:
    """Give what is said of a message, with the place in short."""
    raw = message if isinstance(message, bytes) else message.encode()
    said = complaint(raw, encoding="utf-8", whole=whole)
    return None if said is None else said.replace(PLACE, " ")


@pytest.mark.parametrize(
    ("message", "says"),
    [
        pytest.param(
            "<felaktigt format soapenv:Envelope>",
            "Unexpected character 's' (code 115) expected '=' [1,19]",
            id="2.12.1",
        ),
        pytest.param(
            "<e>\n<Header/>\n <--soapenv:Body>",
            "Unexpected character '-' (code 45) in content after '<' (malformed start element?)."
            " [3,3]",
            id="2.12.2",
        ),
        pytest.param("", "Unexpected EOF in prolog [1,0]", id="empty"),
        pytest.param(" \n ", "Unexpected EOF in prolog [2,1]", id="blanks"),
        pytest.param("<?xml version='1.0'?>", "Unexpected EOF in prolog [1,21]", id="declaration"),
        pytest.param(
            "{}", "Unexpected character '{' (code 123) in prolog; expected '<' [1,1]", id="JSON"
        ),
        pytest.param("</a>", "Unexpected character combination '</' in prolog. [1,2]", id="end"),
        pytest.param(
            "<1>", "Unexpected character '1' (code 49) in prolog, after '<'. [1,2]", id="1"
        ),
        pytest.param("\x1f\x8b", "Illegal character ((CTRL-CHAR, code 31)) [1,1]", id="gzip"),
        pytest.param(
            "<a>\0",
            "Illegal character (NULL, unicode 0) encountered: not valid in any content [1,4]",
            id="null",
        ),
        pytest.param(
            " <?xml version='1.0'?><a/>",
            'Illegal processing instruction target ("xml"); xml (case insensitive) is reserved by '
            "the specs. [1,6]",
            id="blank before the declaration",
        ),
        pytest.param("<a", "Unexpected end of input block in start tag [1,2]", id="cut tag"),
        pytest.param("<a/", "Unexpected end of input block in start tag [1,3]", id="cut end"),
        pytest.param("<a/ >", "Unexpected character ' ' (code 32) expected '>' [1,4]", id="/ >"),
        pytest.param(
            "<a b='1'c='2'>",
            "Unexpected character 'c' (code 99) excepted space, or '>' or \"/>\" [1,9]",
            id="no blank",
        ),
        pytest.param(
            "<a <b>",
            "Unexpected '<' character in element (missing closing '>'?) [1,4]",
            id="< in tag",
        ),
        pytest.param(
            "<a b=1>",
            "Unexpected character '1' (code 49) in start tag Expected a quote [1,6]",
            id="1",
        ),
        pytest.param(
            "<a b='<'>",
            "Unexpected character '<' (code 60) in attribute value [1,7]",
            id="< in value",
        ),
        pytest.param(
            "<a b='", "Unexpected end of input block in attribute value [1,6]", id="value"
        ),
        pytest.param(
            "<a 1='x'>",
            "Unexpected character '1' (code 49) (expected a name start character) [1,4]",
            id="attribute name",
        ),
        pytest.param(
            "<a:>",
            "Unexpected character '>' (code 62) (expected a name start character) [1,4]",
            id="a:",
        ),
        pytest.param("<a b='1' b='2'>", "Duplicate attribute 'b'. [1,15]", id="twice"),
        pytest.param(
            "<a p:b='1'>",
            'Undeclared namespace prefix "p" (for attribute "b") [1,11]',
            id="attribute",
        ),
        pytest.param(
            "<a>& </a>",
            "Unexpected character ' ' (code 32) (expected a name start character) [1,5]",
            id="bare ampersand",
        ),
        pytest.param(
            "<a>&amp </a>",
            "Unexpected character ' ' (code 32); expected a semi-colon after the reference for "
            "entity 'amp' [1,8]",
            id="no semicolon",
        ),
        pytest.param(
            "<a>&#xg;",
            "Unexpected character 'g' (code 103); expected a hex number (0-9a-fA-F). [1,7]",
            id="hex",
        ),
        pytest.param(
            "<a>&#a;",
            "Unexpected character 'a' (code 97); expected a decimal number. [1,6]",
            id="dec",
        ),
        pytest.param("<a><!-- x", "Unexpected end of input block in comment [1,9]", id="comment"),
        pytest.param(
            "<a><!-- -- -->", "String '--' not allowed in comment (missing '>'?) [1,11]", id="--"
        ),
        pytest.param(
            "<a><![CDATA[x", "Unexpected end of input block in CDATA section [1,13]", id="CDATA"
        ),
        pytest.param(
            "<a><![x",
            "Unrecognized XML directive; expected CDATA or comment ('<![CDATA[' or '<!--'). [1,6]",
            id="directive",
        ),
        pytest.param(
            "<a><[x",
            "Unexpected character '[' (code 91) in content after '<' (malformed <![CDATA[]] "
            "directive?). [1,5]",
            id="bracket",
        ),
        pytest.param("<a></b>", "Unexpected close tag </b>; expected </a>. [1,6]", id="wrong end"),
        pytest.param(
            "<a></a x>",
            "Unexpected character 'x' (code 120) in end tag Expected '>'. [1,8]",
            id="end",
        ),
        pytest.param("<å>ö</ä>", "Unexpected close tag </ä>; expected </å>. [1,7]", id="letters"),
        pytest.param(
            "<a ž>", "Unexpected character '>' (code 62) expected '=' [1,5]", id="wide name"
        ),
        pytest.param(
            "<e>\r\n<a>\r<€>",
            "Unexpected character '€' (code 8364 / 0x20ac) in content after '<' (malformed start "
            "element?). [3,2]",
            id="rows, and a wide character",
        ),
        pytest.param(
            b"<a>\xff</a>", "Invalid UTF-8 start byte 0xff (at char #4, byte #3)", id="start"
        ),
        pytest.param(
            b"<a>\xc3 </a>", "Invalid UTF-8 middle byte 0x20 (at char #3, byte #4)", id="mid"
        ),
        pytest.param(
            b"<a></b>\xff", "Unexpected close tag </b>; expected </a>. [1,6]", id="before the byte"
        ),
    ],
)
def test_fault_is_told_in_woodstox_words(message: str | bytes, says: str) -> None:
    """Row and column are those of the last character read."""
    assert words(message) == says


@pytest.mark.parametrize(
    "rest", ["<a/><", "<p:a xmlns:p='x'></wrong>", "<a>&", "<a/></Body></e>\0", "<!-- --><?x?><a>"]
)
def test_what_follows_the_contract_is_not_looked_at(rest: str) -> None:
    """Unless the whole message is to be read."""
    assert words(OPEN + rest) is None


@pytest.mark.parametrize(
    ("message", "says"),
    [
        pytest.param(
            f"{OPEN}<a/><",
            "Unexpected end of input block in main document content [1,23]",
            id="cut",
        ),
        pytest.param(
            f"{OPEN}<a>",
            "Unexpected EOF; was expecting a close tag for element <a> [1,21]",
            id="open",
        ),
        pytest.param(
            "<a/>x", "Unexpected character 'x' (code 120) in epilog; expected '<' [1,5]", id="x"
        ),
        pytest.param(
            "<a/><b/>",
            "Illegal to have multiple roots (start tag in epilog?). [1,6]",
            id="two roots",
        ),
        pytest.param(
            "<a/></a>",
            "Unexpected character combination '</' in epilog (extra close tag?). [1,6]",
            id="extra end",
        ),
        pytest.param("<a/>\n<!-- c --><?pi x?>\n", None, id="epilog"),
        pytest.param("<a b='&lt;&#229;'><![CDATA[<]]>&gt;</a>", None, id="well-formed"),
    ],
)
def test_whole_message_is_read_for_a_conversion(message: str, says: str | None) -> None:
    """Then the end of the document counts, too."""
    assert words(message, whole=True) == says


def test_of_a_large_message_the_beginning_is_looked_at() -> None:
    """A caller does not wait for the sake of words."""
    assert words("<a>" + "x" * 2_000_000) is None
    assert words("<a>" + "å" * 1_000_000) is None
    assert words("<a></b>" + "å" * 1_000_000) == "Unexpected close tag </b>; expected </a>. [1,6]"
