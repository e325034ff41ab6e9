"""Lines are those an editor shows, at any place of any message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM
from contracts.envelope import envelope
from contracts.judge import judge
from contracts.lines import Lines
from contracts.parsing import parse
from contracts.schematron import RuleSet

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def lines(message: bytes) -> list[int | None]:
    """Give the line of each element, in document order."""
    root = parse(message)
    known = Lines(message, root)
    return [known.of(element) for element in root.iter("*")]


def test_a_line_is_that_on_which_the_start_tag_begins() -> None:
    """Not that on which it ends, which the tree would say."""
    assert lines(b"<a\n b='1'\n c='2'\n>\n<d\n/><e>\n</e></a>") == [1, 5, 6]


@pytest.mark.parametrize("between", [b"\n", b"", b"<!-- x -->", b"<?x y?>\n"])
def test_lines_are_counted_past_65535(between: bytes) -> None:
    """Where the tree loses count, or is one off, with or without text between elements."""
    count = 70_000
    message = b"<a>" + b"".join(b"<b>\n<c/></b>" + between for _ in range(count)) + b"<d/></a>"
    step = 1 + between.count(b"\n")

    found = lines(message)

    assert found[1::2] == [1 + step * number for number in range(count + 1)]
    assert found[2::2] == [2 + step * number for number in range(count)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "cp1252"])
def test_the_encoding_does_not_matter(encoding: str) -> None:
    """The line is the same in any that both parsers know."""
    name = {"utf-8-sig": "utf-8", "cp1252": "windows-1252"}.get(encoding, encoding)
    text = f'<?xml version="1.0" encoding="{name}"?>\n<a>å\n<b>ä</b>\n\n<c/></a>'

    assert lines(text.encode(encoding)) == [2, 3, 5]


def test_where_only_one_parser_can_read_the_tree_tells() -> None:
    """Better a line that may be off than none."""
    message = '<?xml version="1.0" encoding="utf-32"?>\n<a>\n<b/></a>'.encode("utf-32")

    assert lines(message) == [2, 3]


def test_an_element_that_was_not_read_has_no_line() -> None:
    """One that a program made."""
    message = b"<a/>"

    assert Lines(message, parse(message)).of(etree.Element("b")) is None


@given(st.lists(st.tuples(st.sampled_from(["<b>", "<b \n x='\n'>"]), st.integers(0, 3))))
def test_every_element_is_on_the_line_its_tag_begins_on(parts: list[tuple[str, int]]) -> None:
    """As counted by hand."""
    text, expected = "<a>", [1]
    for tag, blank in parts:
        text += "\n" * blank
        expected.append(text.count("\n") + 1)
        text += f"{tag}t\n</b>"

    assert lines(f"{text}</a>".encode()) == expected


# In findings ------------------------------------------------------------------------------------


def test_findings_of_schema_and_rules_tell_the_line_in_the_file(
    a_claim: Callable[..., etree._Element],
) -> None:
    """In a bare message and in an envelope, and past 65 535 lines."""
    blank = "\n" * 70_000
    for change, element, rule in (
        ({"careLevel": "5"}, "careLevel", "R30"),
        ({"lineId": "x"}, "lineId", "schema"),
    ):
        claim = a_claim("öppen vård", change)
        for root in (claim, etree.fromstring(envelope(claim))):
            etree.indent(root)
            text = etree.tostring(root, encoding="unicode")
            head, _, tail = text.partition(f"<{prefix(root)}{element}")
            message = f"<!--{blank}-->{head}<{prefix(root)}{element}\n{tail}".encode()

            found = judge(message, at=AT).findings

            assert {one.rule for one in found} == {rule}
            assert {one.line for one in found} == {70_000 + head.count("\n") + 1}


def prefix(root: etree._Element) -> str:
    """Give how the elements of a claim are prefixed in a message."""
    claim = next(root.iter(f"{{{CLAIM}}}lineId"))
    return f"{claim.prefix}:" if claim.prefix else ""


@pytest.mark.parametrize(
    ("context", "line"),
    [
        pytest.param("@price", 3, id="attribute"),
        pytest.param("item/text()", 3, id="text"),
        pytest.param("item/comment()", 3, id="comment"),
        pytest.param("/", 1, id="document"),
    ],
)
def test_what_is_no_element_is_told_by_the_line_of_the_one_that_holds_it(
    a_rule_file: Callable[..., Path], context: str, line: int
) -> None:
    """The path leads on to it."""
    message = b"<shop>\n\n<item\n price='1'>\n\ntea<!-- x\n --></item></shop>"
    root = parse(message)
    rules = RuleSet(
        a_rule_file(
            f'<sch:pattern><sch:rule context="{context}"><sch:report test="true()"/></sch:rule>'
            "</sch:pattern>"
        )
    )

    (broken,) = rules.broken(root, at=AT)

    assert Lines(message, root).of(broken.element) == line
