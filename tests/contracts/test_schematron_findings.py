"""What is told of a broken rule: how much it weighs, where it is, in which words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from contracts.findings import Severity
from contracts.places import place_of
from contracts.schematron import Broken, RuleSet

Maker = Callable[..., RuleSet]
FileMaker = Callable[..., Path]

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SHOP = etree.fromstring(
    "<shop xmlns:x='urn:x/y'><item price='10' x:unit='kg'>tea<!-- green -->s<?cut here?></item>"
    "<item price='20'>coffee</item></shop>"
)


def found(rules: RuleSet, message: etree._Element = SHOP) -> list[Broken]:
    """Run rules over a message."""
    return list(rules.broken(message, at=NOON))


def a_rule(content: str, *, context: str = "shop", rule: str = "", pattern: str = "") -> str:
    """Write a pattern with one rule, with attributes of both."""
    return (
        f'<sch:pattern {pattern}><sch:rule context="{context}" {rule}>{content}</sch:rule>'
        "</sch:pattern>"
    )


def an_assert(attributes: str = "", text: str = "") -> str:
    """Write an assertion that never holds."""
    return f'<sch:assert test="false()" {attributes}>{text}</sch:assert>'


# Weight ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "severity"),
    [
        ("fatal", Severity.FATAL),
        ("error", Severity.ERROR),
        ("ERROR", Severity.ERROR),
        ("warning", Severity.WARNING),
        ("Warn", Severity.WARNING),
        ("info", Severity.INFO),
        ("information", Severity.INFO),
        ("", Severity.ERROR),
        ("anything else", Severity.ERROR),
    ],
)
def test_a_role_tells_how_much_a_finding_weighs(
    a_rule_set: Maker, role: str, severity: Severity
) -> None:
    """Where the word is one for that; any other word leaves it an error."""
    (broken,) = found(a_rule_set(a_rule(an_assert(f'role="{role}"'))))

    assert broken.severity is severity


@pytest.mark.parametrize(
    ("own", "rule", "pattern", "severity", "flag"),
    [
        ('role="info" flag="a"', 'role="warning" flag="b"', 'role="fatal" flag="c"', "info", "a"),
        ("", 'role="warning" flag="b"', 'role="fatal" flag="c"', "warning", "b"),
        ("", "", 'role="fatal" flag="c"', "fatal", "c"),
        ('flag="a"', 'role="warning"', "", "warning", "a"),
        ("", "", "", "error", ""),
    ],
)
def test_role_and_flag_are_those_nearest_to_the_assertion(
    a_rule_set: Maker, own: str, rule: str, pattern: str, severity: str, flag: str
) -> None:
    """What an assertion does not say, its rule says, or else its pattern."""
    (broken,) = found(a_rule_set(a_rule(an_assert(own), rule=rule, pattern=pattern)))

    assert (broken.severity, broken.flag) == (severity, flag)


def test_what_an_abstract_rule_says_weighs_as_in_the_rule_that_extends_it(
    a_rule_set: Maker,
) -> None:
    """Its content stands in that rule."""
    rules = a_rule_set(
        '<sch:pattern><sch:rule abstract="true" id="r" role="fatal">'
        + an_assert()
        + an_assert('role="info"')
        + '</sch:rule><sch:rule context="shop" role="warning"><sch:extends rule="r"/></sch:rule>'
        "</sch:pattern>"
    )

    assert [one.severity for one in found(rules)] == [Severity.WARNING, Severity.INFO]


def test_an_instance_weighs_as_it_says_itself(a_rule_set: Maker) -> None:
    """Role and flag of an is-a go before those of the abstract pattern."""
    rules = a_rule_set(
        f'<sch:pattern abstract="true" id="p" role="fatal" flag="a"><sch:rule context="shop">'
        f'{an_assert()}</sch:rule></sch:pattern><sch:pattern is-a="p"/>'
        '<sch:pattern is-a="p" role="warning" flag="b"/>'
    )

    assert [(one.severity, one.flag) for one in found(rules)] == [("fatal", "a"), ("warning", "b")]


# Place ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("context", "place"),
    [
        pytest.param("/", "/shop", id="document"),
        pytest.param("item[2]", "/shop/item[2]", id="element"),
        pytest.param("item[2]/@price", "/shop/item[2]/@price", id="attribute"),
        pytest.param("@x:unit", "/shop/item[1]/@unit", id="attribute of a namespace"),
        pytest.param("text()[. = 's']", "/shop/item[1]/text()[2]", id="text"),
        pytest.param("comment()", "/shop/item[1]/comment()[1]", id="comment"),
        pytest.param(
            "processing-instruction()",
            "/shop/item[1]/processing-instruction(cut)[1]",
            id="processing instruction",
        ),
    ],
)
def test_a_place_leads_to_the_very_node(a_rule_set: Maker, context: str, place: str) -> None:
    """With a position among siblings of its name, and a last step where it is no element."""
    rules = a_rule_set('<sch:ns prefix="x" uri="urn:x/y"/>' + a_rule(an_assert(), context=context))

    (broken,) = found(rules)

    assert place_of(broken.element, step=broken.step) == place


@pytest.mark.parametrize(
    ("own", "rule", "place"),
    [
        pytest.param('subject="item[2]"', "", "/shop/item[2]", id="an assertion's"),
        pytest.param("", 'subject="item[1]/@price"', "/shop/item[1]/@price", id="a rule's"),
        pytest.param('subject="item[2]"', 'subject="item[1]"', "/shop/item[2]", id="the nearest"),
        pytest.param('subject="item"', "", "/shop/item[1]", id="the first of several"),
        pytest.param('subject="none"', "", "/shop", id="one that is not there"),
        pytest.param('subject="$second"', "", "/shop/item[2]", id="by a variable"),
    ],
)
@pytest.mark.parametrize("binding", ["xslt", "xslt2"])
def test_a_subject_leads_to_the_node_that_is_at_fault(
    a_rule_set: Maker, binding: str, own: str, rule: str, place: str
) -> None:
    """From the node that was judged."""
    rules = a_rule_set(
        '<sch:let name="second" value="/shop/item[2]"/>' + a_rule(an_assert(own), rule=rule),
        binding=f'queryBinding="{binding}"',
    )

    (broken,) = found(rules)

    assert place_of(broken.element, step=broken.step) == place


# Words ----------------------------------------------------------------------------------------


def test_diagnostics_are_told_with_their_values(a_rule_set: Maker) -> None:
    """In the order the assertion names them, computed at its own node."""
    rules = a_rule_set(
        a_rule('<sch:let name="n" value="count(item)"/>' + an_assert('diagnostics="b  a"', "text"))
        + '<sch:diagnostics><sch:diagnostic id="a">it is\n a <sch:name/></sch:diagnostic>'
        '<sch:diagnostic id="b">with <sch:value-of select="$n"/> <sch:emph>items</sch:emph>'
        '</sch:diagnostic><sch:diagnostic id="c">never told</sch:diagnostic></sch:diagnostics>'
    )

    (broken,) = found(rules)

    assert broken.text == "text"
    assert broken.diagnostics == ("with 2 items", "it is a shop")


def test_diagnostics_and_texts_that_hold_nothing_are_empty(a_rule_set: Maker) -> None:
    """Nothing is made up."""
    (broken,) = found(a_rule_set(a_rule(an_assert())))

    assert (broken.text, broken.diagnostics) == ("", ())


def test_properties_and_headings_change_nothing(a_rule_set: Maker) -> None:
    """What ISO allows for other tools is passed over."""
    rules = a_rule_set(
        "<sch:title>t</sch:title><sch:p>p</sch:p>"
        '<sch:pattern><sch:title>t</sch:title><sch:p>p</sch:p><sch:rule context="shop">'
        '<sch:p>p</sch:p><sch:assert test="false()" properties="x" see="urn:x" icon="i">'
        '<sch:dir value="rtl">a</sch:dir><sch:span class="s">b</sch:span></sch:assert></sch:rule>'
        '</sch:pattern><sch:properties><sch:property id="x">not told</sch:property>'
        '</sch:properties><other xmlns="urn:o">not told</other>'
    )

    (broken,) = found(rules)

    assert broken.text == "ab"


# Variables with content -------------------------------------------------------------------------


@pytest.mark.parametrize("binding", ["xslt", "xslt2", "xpath"])
def test_a_variable_may_hold_elements(a_rule_set: Maker, binding: str) -> None:
    """They are data: names, braces and blanks stand for themselves."""
    content = (
        '<code of="{x}" xmlns="">a</code><code of="y" xmlns="">b</code><deep xmlns=""><c/></deep>'
    )
    rules = a_rule_set(
        f'<sch:let name="codes">{content}</sch:let>'
        + a_rule(
            f'<sch:let name="own">{content}</sch:let>'
            '<sch:report id="told" test="$codes/code = \'b\''
            " and count($own/*) = 3 and $codes/code[1]/@of = '{x}' and $own/deep/c\"/>"
        ),
        binding=f'queryBinding="{binding}"',
    )

    assert [one.rule for one in found(rules)] == ["told"]


def test_a_variable_may_hold_text_or_instructions(a_rule_set: Maker) -> None:
    """Text is a value; XSLT is run."""
    rules = a_rule_set(
        '<sch:let name="text">tea</sch:let><sch:let name="made"><xsl:for-each select="//item">'
        '<n v="{@price}" xmlns=""/></xsl:for-each></sch:let>'
        + a_rule(an_assert(text='<sch:value-of select="$text, sum($made/n/@v)"/>'))
    )

    (broken,) = found(rules)

    assert broken.text == "tea 30"


def test_a_variable_may_say_its_type(a_rule_set: Maker) -> None:
    """As later editions allow."""
    rules = a_rule_set(
        '<sch:let name="n" value="//item/@price" as="xs:integer*"/>'
        + a_rule(an_assert(text='<sch:value-of select="max($n)"/>'))
    )

    assert [one.text for one in found(rules)] == ["20"]


# Persons ----------------------------------------------------------------------------------------

PERSON = etree.fromstring("<a><id>191212121212</id><name>Tolvan</name><n>3</n></a>")


@pytest.mark.parametrize(
    ("select", "shown"),
    [
        pytest.param("id", "ett värde på 12 tecken", id="an identity"),
        pytest.param("string(name)", "ett värde på 6 tecken", id="a name, computed"),
        pytest.param("number(id)", "ett värde på 16 tecken", id="an identity as a number"),
        pytest.param("xs:integer(id)", "ett värde på 12 tecken", id="a long whole number"),
        pytest.param("xs:integer(substring(id, 1, 8))", "ett värde på 8 tecken", id="a birthday"),
        pytest.param("id | name", "ett värde på 12 tecken ett värde på 6 tecken", id="several"),
        pytest.param("name(*[1]), string(id)", "ett värde på 2 tecken ett värde på 12 tecken",
                     id="a name of an element, and more"),
        pytest.param("count(*)", "3", id="a count"),
        pytest.param("n = 3", "true", id="a truth"),
        pytest.param("name(*[1])", "id", id="a name of an element"),
        pytest.param("'codes'", "codes", id="a literal"),
        pytest.param("none", "", id="nothing"),
    ],
)  # fmt: skip
def test_rules_that_nobody_has_read_show_no_value(
    a_rule_file: FileMaker, select: str, shown: str
) -> None:
    """Texts and diagnostics give the length of what stands in the message, and what is counted."""
    value = f'<sch:value-of select="{select}"/>'
    path = a_rule_file(
        a_rule(an_assert('diagnostics="d"', value), context="a")
        + f'<sch:diagnostics><sch:diagnostic id="d">{value}</sch:diagnostic></sch:diagnostics>'
    )

    (told,) = found(RuleSet(path, trusted=False), PERSON)

    assert told.text == shown
    assert told.diagnostics == (shown,)


def test_rules_that_are_trusted_show_what_they_say(a_rule_set: Maker) -> None:
    """Our own have been read: they name codes, and no person."""
    (told,) = found(a_rule_set(a_rule(an_assert(text='<sch:value-of select="n"/>'), context="a")),
                    PERSON)  # fmt: skip

    assert told.text == "3"
