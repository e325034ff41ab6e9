"""Schematron files run as their standard says, and a verdict can be repeated at any time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from contracts.errors import RulesError
from contracts.schematron import RuleSet

Maker = Callable[..., RuleSet]
FileMaker = Callable[..., Path]

NOON = datetime(2026, 11, 22, 12, 30, 15, tzinfo=UTC)
SHOP = etree.fromstring(
    "<shop xmlns:x='urn:x'>"
    "<item price='10' x:tax='2'>tea<!-- green --></item>"
    "<item price='20'>coffee</item>"
    "<shelf><item price='10'>milk</item></shelf>"
    "</shop>"
)


def a_pattern(context: str, *content: str) -> str:
    """Write a pattern with one rule."""
    return f'<sch:pattern><sch:rule context="{context}">{"".join(content)}</sch:rule></sch:pattern>'


def a_report(test: str = "true()", text: str = "", id_: str = "told") -> str:
    """Write a report, which speaks where its test holds."""
    return f'<sch:report id="{id_}" test="{test}">{text}</sch:report>'


def an_assert(test: str, text: str = "", id_: str = "held") -> str:
    """Write an assertion, which speaks where its test does not hold."""
    return f'<sch:assert id="{id_}" test="{test}">{text}</sch:assert>'


def texts(rules: RuleSet, message: etree._Element = SHOP, at: datetime = NOON) -> list[str]:
    """Run rules over a message and give what they said, in order."""
    return [broken.text for broken in rules.broken(message, at=at)]


def ids(rules: RuleSet, message: etree._Element = SHOP) -> list[str]:
    """Run rules over a message and give the ids of what did not hold, in order."""
    return [broken.rule for broken in rules.broken(message, at=NOON)]


NAME = '<sch:value-of select="normalize-space(.)"/>'


# Assertions and their findings --------------------------------------------------------------


def test_an_assert_speaks_where_its_test_fails(a_rule_set: Maker) -> None:
    """An assertion states what must hold."""
    rules = a_rule_set(a_pattern("item", an_assert("@price = 10", NAME)))

    assert texts(rules) == ["coffee"]


def test_a_report_speaks_where_its_test_holds(a_rule_set: Maker) -> None:
    """A report states what must not be."""
    rules = a_rule_set(a_pattern("item", a_report("@price = 10", NAME)))

    assert texts(rules) == ["tea", "milk"]


def test_a_finding_has_id_test_text_and_element(a_rule_set: Maker) -> None:
    """The test is told as written, and the element is one of the message handed in."""
    rules = a_rule_set(a_pattern("item", an_assert("@price  &lt; 20", "dear", id_="R7")))

    (broken,) = rules.broken(SHOP, at=NOON)

    assert (broken.rule, broken.test, broken.text) == ("R7", "@price  < 20", "dear")
    assert broken.element is SHOP[1]


def test_an_assertion_without_id_is_named_by_its_place(a_rule_set: Maker) -> None:
    """An id is not demanded; file and line lead to the assertion as well."""
    rules = a_rule_set(a_pattern("shop", '\n\n<sch:assert test="false()">no</sch:assert>'))

    assert ids(rules) == [f"{rules.path.name}:5"]


def test_findings_stand_in_message_order_within_a_pattern(a_rule_set: Maker) -> None:
    """Patterns come one after the other, elements in their order, assertions as written."""
    rules = a_rule_set(
        a_pattern("item", a_report(id_="b"), a_report(id_="a"))
        + a_pattern("shop", a_report(id_="c"))
    )

    assert ids(rules) == ["b", "a", "b", "a", "b", "a", "c"]


def test_a_message_is_judged_alone(a_rule_set: Maker) -> None:
    """The element handed in is the whole document: no envelope, no sibling, no tail around it."""
    rules = a_rule_set(
        a_pattern("/item", a_report("not(..//shop) and count(//item) = 1", NAME)),
    )
    tree = etree.fromstring("<shop><item>tea</item> tail <item>milk</item></shop>")

    assert texts(rules, tree[0]) == ["tea"]
    assert texts(rules, tree[1]) == ["milk"]


def test_any_character_gets_through(a_rule_set: Maker) -> None:
    """Quotes, markup, control characters and those outside the basic plane are as they were."""
    rules = a_rule_set(a_pattern("text()", a_report(text='<sch:value-of select="."/>')))
    message = etree.Element("a")
    message.text = "\\ \" ' & < > { } ]]> åäö \U0001f691 \x85 \u2028 end"

    (text,) = texts(rules, message)

    assert text == " ".join(message.text.split())


# Which rule judges an element ---------------------------------------------------------------


def test_the_first_matching_rule_of_a_pattern_wins(a_rule_set: Maker) -> None:
    """An element is judged by one rule of each pattern, the first one whose context fits."""
    rules = a_rule_set(
        '<sch:pattern><sch:rule context="item[@price = 10]">'
        + a_report(id_="cheap")
        + '</sch:rule><sch:rule context="item">'
        + a_report(id_="other")
        + '</sch:rule><sch:rule context="item | shelf">'
        + a_report(id_="rest")
        + "</sch:rule></sch:pattern>"
        + a_pattern("item", a_report(id_="again"))
    )

    assert ids(rules) == ["cheap", "other", "rest", "cheap", "again", "again", "again"]


def test_what_is_below_a_judged_element_is_judged_too(a_rule_set: Maker) -> None:
    """A context that fits both an element and one inside it speaks twice."""
    rules = a_rule_set(a_pattern("b", a_report(text='<sch:value-of select="@n"/>')))
    message = etree.fromstring("<a><b n='1'><b n='2'/></b></a>")

    assert texts(rules, message) == ["1", "2"]


@pytest.mark.parametrize(
    ("context", "found"),
    [
        pytest.param("/", ["shop"], id="document"),
        pytest.param("shop", ["shop"], id="root"),
        pytest.param("/shop/item", ["item", "item"], id="absolute path"),
        pytest.param("shelf//item", ["item"], id="descendant"),
        pytest.param("item[2]", ["item"], id="position"),
        pytest.param("item[starts-with(., 'c')]", ["item"], id="predicate"),
        pytest.param("shelf | shop", ["shop", "shelf"], id="union"),
        pytest.param("*", ["shop", "item", "item", "shelf", "item"], id="any element"),
        pytest.param("@price", ["item", "item", "item"], id="attribute"),
        pytest.param("item/@x:tax", ["item"], id="attribute of a namespace"),
        pytest.param("@*", ["item", "item", "item", "item"], id="any attribute"),
        pytest.param("attribute(price)", ["item", "item", "item"], id="attribute by kind"),
        pytest.param("text()", ["item", "item", "item"], id="text"),
        pytest.param("item[@price = 20]/text()", ["item"], id="text of an element"),
        pytest.param("comment()", ["item"], id="comment"),
    ],
)
def test_a_context_may_be_any_pattern(a_rule_set: Maker, context: str, found: list[str]) -> None:
    """Attributes, texts and comments are told by the element that holds them."""
    rules = a_rule_set('<sch:ns prefix="x" uri="urn:x"/>' + a_pattern(context, a_report()))

    elements = [broken.element for broken in rules.broken(SHOP, at=NOON)]

    assert [element.tag for element in elements] == found
    assert all(element in [*SHOP.iter("*")] for element in elements)


def test_the_element_that_holds_a_match_is_the_right_one(a_rule_set: Maker) -> None:
    """Of elements with one name, the finding gives the one that was matched."""
    rules = a_rule_set(
        a_pattern("@price[. = 20]", a_report()) + a_pattern("text()[. = 'milk']", a_report())
    )

    first, second = rules.broken(SHOP, at=NOON)

    assert first.element is SHOP[1]
    assert second.element is SHOP[2][0]


# Abstract patterns and rules ----------------------------------------------------------------

LISTED = (
    '<sch:pattern abstract="true" id="listed">'
    '<sch:let name="total" value="count(//$what)"/>'
    '<sch:rule context="$what">'
    '<sch:assert id="$id" test="$total le $most">$what <sch:value-of select="$total"/></sch:assert>'
    "</sch:rule></sch:pattern>"
)


def an_instance(name: str, **params: str) -> str:
    """Write an instance of an abstract pattern."""
    values = "".join(f'<sch:param name="{key}" value="{value}"/>' for key, value in params.items())
    return f'<sch:pattern is-a="{name}">{values}</sch:pattern>'


def test_an_abstract_pattern_is_run_once_an_instance(a_rule_set: Maker) -> None:
    """Parameters stand in for contexts, tests, ids and variables; instances do not mix."""
    rules = a_rule_set(
        LISTED
        + an_instance("listed", what="item", id="items", most="2")
        + an_instance("listed", what="shelf", id="shelves", most="0")
    )

    told = [(broken.rule, broken.text, broken.test) for broken in rules.broken(SHOP, at=NOON)]

    assert told == [("items", "$what 3", "$total le 2")] * 3 + [
        ("shelves", "$what 1", "$total le 0")
    ]


def test_an_abstract_pattern_alone_judges_nothing(a_rule_set: Maker) -> None:
    """It is a form to be filled in, and may stand after its instances."""
    assert ids(a_rule_set(LISTED)) == []
    assert ids(a_rule_set(an_instance("listed", what="shelf", id="x", most="0") + LISTED)) == ["x"]


def test_a_parameter_is_its_whole_name(a_rule_set: Maker) -> None:
    """A name that begins another one does not take its place, and values are not filled in."""
    rules = a_rule_set(
        '<sch:pattern abstract="true" id="p"><sch:rule context="shop">'
        + a_report("$a = 1 and $ab = 2 and $a-b = 3 and $text = concat('$', 'a')")
        + "</sch:rule></sch:pattern>"
        + an_instance("p", **{"a": "1", "ab": "2", "a-b": "3", "text": "'$a'"})
    )

    assert ids(rules) == ["told"]


def test_an_abstract_pattern_needs_no_parameters(a_rule_set: Maker) -> None:
    """A dollar sign that is none of a parameter's is left in peace."""
    rules = a_rule_set(
        '<sch:pattern abstract="true" id="p"><sch:rule context="shop">'
        + a_report("matches('tea', '^tea$')")
        + "</sch:rule></sch:pattern>"
        + an_instance("p")
    )

    assert ids(rules) == ["told"]


def test_a_rule_extends_an_abstract_rule_of_its_pattern(a_rule_set: Maker) -> None:
    """What the abstract rule says is said of the context, at the place of the extends."""
    rules = a_rule_set(
        '<sch:pattern><sch:rule abstract="true" id="priced">'
        '<sch:let name="price" value="number(@price)"/>'
        + an_assert("$price le 10", NAME, id_="cheap")
        + '</sch:rule><sch:rule abstract="true" id="named"><sch:extends rule="priced"/>'
        + an_assert("string-length(.) le 4", NAME, id_="short")
        + '</sch:rule><sch:rule context="item">'
        + a_report(id_="before")
        + '<sch:extends rule="named"/>'
        + a_report("$price = 20", id_="after")
        + "</sch:rule></sch:pattern>"
    )

    assert ids(rules) == ["before", "before", "cheap", "short", "after", "before"]


# Variables ----------------------------------------------------------------------------------


def test_variables_reach_from_schema_pattern_and_rule(a_rule_set: Maker) -> None:
    """A rule's variable is computed at its element, the others at the document."""
    rules = a_rule_set(
        '<sch:let name="all" value="count(//item)"/>'
        '<sch:pattern><sch:let name="dear" value="count(//item[@price = 20])"/>'
        '<sch:let name="cheap" value="$all - $dear"/>'
        '<sch:rule context="item[@price = $dear * 20]">'
        '<sch:let name="price" value="@price"/><sch:let name="double" value="2 * $price"/>'
        + a_report(text='<sch:value-of select="$all, $dear, $cheap, $price, $double"/>')
        + "</sch:rule></sch:pattern>"
    )

    assert texts(rules) == ["3 1 2 20 40"]


def test_patterns_keep_their_variables_to_themselves(a_rule_set: Maker) -> None:
    """Two patterns may use one name, and a nearer variable hides a farther one."""

    def told(value: str) -> str:
        return a_report(text=f'<sch:value-of select="{value}"/>')

    rules = a_rule_set(
        '<sch:let name="n" value="1"/>'
        + a_pattern("shop", told("$n"))
        + '<sch:pattern><sch:let name="n" value="$n + 1"/><sch:rule context="shop">'
        + told("$n, '$n', (: it's $n :) $n")
        + "</sch:rule></sch:pattern>"
        + '<sch:pattern><sch:let name="n" value="3"/><sch:rule context="shop">'
        + told("$n")
        + '<sch:let name="n" value="$n + 1"/>'
        + told("$n")
        + '</sch:rule><sch:rule context="shelf">'
        + told("$n")
        + "</sch:rule></sch:pattern>"
    )

    assert texts(rules) == ["1", "2 $n 2", "3", "4", "3"]


def test_a_context_gives_variables_of_the_schema_other_values(a_rule_set: Maker) -> None:
    """What rules must know beside the message holds for one call, else the file's own value."""
    value = '<sch:value-of select="$actor"/>'
    rules = a_rule_set(
        """<sch:let name="actor" value="'nobody'"/>""" + a_pattern("shop", a_report(text=value))
    )
    contexts = ({"actor": "CITIZEN"}, None, {"actor": 'it\'s "me"'}, {"another": "x"}, {})

    told = [rules.broken(SHOP, at=NOON, context=context)[0].text for context in contexts]

    assert told == ["CITIZEN", "nobody", 'it\'s "me"', "nobody", "nobody"]


# Texts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("plain", "plain", id="plain"),
        pytest.param(" two\n   lines ", "two lines", id="blanks made one"),
        pytest.param(
            'it\'s "quoted" &amp; {braced} &lt;b>', 'it\'s "quoted" & {braced} <b>', id="quotes"
        ),
        pytest.param('costs <sch:value-of select="@price"/> kr', "costs 20 kr", id="value-of"),
        pytest.param('<sch:value-of select="1 to 3"/>', "1 2 3", id="value-of several"),
        pytest.param('a<sch:value-of select="@none"/>b', "ab", id="value-of nothing"),
        pytest.param("<sch:value-of select=\"'it''s'\"/>", "it's", id="value-of a literal"),
        pytest.param("<sch:name/>", "item", id="name"),
        pytest.param('<sch:name path=".."/>', "shop", id="name of another"),
        pytest.param("<sch:emph>very</sch:emph> dear", "very dear", id="emphasis"),
        pytest.param('<sch:span class="x">a <sch:name/></sch:span>.', "a item.", id="nested"),
        pytest.param("a<!-- aside -->b<?pi?>c", "abc", id="comment"),
    ],
)
def test_a_text_is_told_with_its_values(a_rule_set: Maker, text: str, told: str) -> None:
    """Text is put together as a reader sees it, on one line."""
    rules = a_rule_set(a_pattern("item[@price = 20]", a_report(text=text)))

    assert texts(rules) == [told]


@pytest.mark.parametrize(
    "test",
    [
        pytest.param("'it''s' = &quot;it's&quot;", id="both kinds of quotes"),
        pytest.param("not('&quot;' = &quot;'&quot;)", id="a quote in the other kind"),
        pytest.param("'{' != '}'", id="braces"),
        pytest.param("1 &lt; 2 and\n 2 &gt; 1", id="lines"),
        pytest.param("true() (: a comment's quote :)", id="comment"),
    ],
)
def test_a_test_may_hold_any_quotes(a_rule_set: Maker, test: str) -> None:
    """The test runs, and is told, as it was written."""
    rules = a_rule_set(a_pattern("shop", a_report(test)))

    (broken,) = rules.broken(SHOP, at=NOON)

    written = etree.fromstring(f'<a t="{test}"/>').get("t")
    assert broken.test == written


# Prefixes, functions, keys ------------------------------------------------------------------


def test_prefixes_are_those_declared(a_rule_set: Maker) -> None:
    """A message's own prefixes do not matter; only the namespace does."""
    rules = a_rule_set(
        '<sch:ns prefix="s" uri="urn:shop"/>' + a_pattern("s:item", a_report(text="<sch:name/>"))
    )
    message = etree.fromstring("<shop xmlns='urn:shop' xmlns:t='urn:shop'><item/><t:item/></shop>")

    assert texts(rules, message) == ["item", "t:item"]
    assert texts(rules, SHOP) == []


def test_xs_needs_no_declaration(a_rule_set: Maker) -> None:
    """Official files use xs: without sch:ns, and may declare it too."""
    pattern = a_pattern("item", a_report("xs:decimal(@price) eq 20", NAME))
    declared = '<sch:ns prefix="xs" uri="http://www.w3.org/2001/XMLSchema"/>'

    assert texts(a_rule_set(pattern)) == ["coffee"]
    assert texts(a_rule_set(declared + pattern)) == ["coffee"]


@pytest.mark.parametrize("after", [True, False], ids=["after the patterns", "before them"])
def test_functions_may_stand_anywhere(a_rule_set: Maker, after: bool) -> None:
    """An xsl:function is known to all rules, wherever in the file it stands."""
    pattern = a_pattern("item", a_report("my:dear(@price)", NAME))
    function = (
        '<xsl:function name="my:dear" as="xs:boolean"><xsl:param name="price"/>'
        '<xsl:sequence select="number($price) gt 10"/></xsl:function>'
    )
    parts = [pattern, function] if after else [function, pattern]

    rules = a_rule_set('<sch:ns prefix="my" uri="urn:my"/>' + "".join(parts))

    assert texts(rules) == ["coffee"]


def test_keys_find_elements_of_the_message(a_rule_set: Maker) -> None:
    """An xsl:key indexes the message, and is made anew for each one."""
    rules = a_rule_set(
        '<xsl:key name="price" match="item" use="@price"/>'
        + a_pattern("item", an_assert("count(key('price', @price)) = 1", NAME))
    )

    assert texts(rules) == ["tea", "milk"]
    assert texts(rules, etree.fromstring("<a><item price='10'/></a>")) == []


@pytest.mark.parametrize("binding", ["xslt2", "xslt3"])
def test_both_bindings_of_xslt_are_run(a_rule_set: Maker, binding: str) -> None:
    """A file says which XPath it is written in."""
    rules = a_rule_set(a_pattern("shop", a_report()), binding=f'queryBinding="{binding}"')

    assert ids(rules) == ["told"]


def test_the_schematron_namespace_may_be_the_default(tmp_path: Path) -> None:
    """A file is told by its namespace, not its prefixes."""
    path = tmp_path / "rules.sch"
    path.write_text(
        '<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2">'
        '<pattern><rule context="item"><report id="it" test="@price = 20">dear</report></rule>'
        "</pattern></schema>"
    )

    assert ids(RuleSet(path)) == ["it"]


# The clock ----------------------------------------------------------------------------------


def told_by(a_rule_set: Maker, select: str, at: datetime, extra: str = "") -> str:
    """Let a rule tell an expression at a time."""
    value = f'<sch:value-of select="{select}"/>'
    (text,) = texts(a_rule_set(extra + a_pattern("shop", a_report(text=value))), at=at)
    return text


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        pytest.param("current-date()", "2001-02-03Z", id="date"),
        pytest.param("current-dateTime()", "2001-02-03T04:05:06Z", id="date and time"),
        pytest.param("current-time()", "04:05:06Z", id="time"),
        pytest.param("fn:current-date()", "2001-02-03Z", id="with its prefix"),
        pytest.param("current-date ( )", "2001-02-03Z", id="with blanks"),
        pytest.param("format-date(current-date(), '[Y][M01][D01]')", "20010203", id="in a call"),
        pytest.param("'current-date()'", "current-date()", id="in a literal"),
        pytest.param("&quot;it's current-date()&quot;", "it's current-date()", id="in quotes"),
        pytest.param("'it''s', current-date()", "it's 2001-02-03Z", id="after a quote"),
        pytest.param("(: it's :) current-date(), ''", "2001-02-03Z", id="after a comment"),
        pytest.param("count(//not-current-date) + 0", "0", id="in another name"),
        pytest.param("my:current-date()", "a function of ours", id="function of that name"),
        pytest.param("my:now()", "2001-02-03Z", id="in an xsl:function"),
    ],
)
def test_rules_see_the_time_handed_in(a_rule_set: Maker, expression: str, told: str) -> None:
    """The clock's functions give the time of the call, in calls alone and not in texts."""
    functions = (
        '<sch:ns prefix="my" uri="urn:my"/>'
        '<xsl:function name="my:now"><xsl:sequence select="current-date()"/></xsl:function>'
        '<xsl:function name="my:current-date">a function of ours</xsl:function>'
    )

    at = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert told_by(a_rule_set, expression, at, functions) == told


def test_the_day_is_that_of_the_times_own_zone(a_rule_set: Maker, noon: datetime) -> None:
    """Half past midnight in Sweden is a new day, though it is not in UTC."""
    night = noon.replace(hour=0, minute=30)

    assert told_by(a_rule_set, "current-date()", night) == "2026-11-22+01:00"
    assert told_by(a_rule_set, "current-date()", night.astimezone(UTC)) == "2026-11-21Z"


def test_contexts_tests_and_variables_see_the_same_clock(a_rule_set: Maker) -> None:
    """One compiled rule set gives each call its own time."""
    rules = a_rule_set(
        '<sch:let name="day" value="current-date()"/>'
        '<sch:pattern><sch:rule context="shop[year-from-date(current-date()) = 2026]">'
        + a_report("$day = current-date()", id_="then")
        + "</sch:rule></sch:pattern>"
    )

    assert texts(rules, at=NOON) == [""]
    assert texts(rules, at=NOON.replace(year=2027)) == []
    assert texts(rules, at=NOON) == [""]


# Threads ------------------------------------------------------------------------------------


def test_one_rule_set_serves_many_threads(a_rule_set: Maker) -> None:
    """Each call gets the answer for its own message and its own time."""
    rules = a_rule_set(a_pattern("a", a_report(text='<sch:value-of select="@n, current-date()"/>')))

    def judge(number: int) -> list[str]:
        message = etree.fromstring(f"<a n='{number}'/>")
        return texts(rules, message, datetime(2000 + number, 1, 1, tzinfo=UTC))

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(judge, range(300)))

    assert answers == [[f"{number} {2000 + number}-01-01Z"] for number in range(300)]


def test_rule_sets_may_be_compiled_in_many_threads(a_rule_file: FileMaker) -> None:
    """Several files compiled at once are each their own."""
    files = [a_rule_file(a_pattern("shop", a_report(id_=f"file {n}"))) for n in range(16)]

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda file: ids(RuleSet(file)), files))

    assert answers == [[f"file {n}"] for n in range(16)]


# Files that cannot be run -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param("<sch:schema>", "not well-formed", id="not XML"),
        pytest.param("<!DOCTYPE a><a/>", "DTD", id="a document type"),
        pytest.param("<schema/>", "not a Schematron schema", id="no namespace"),
        pytest.param(
            "<schema xmlns='http://www.ascc.net/xml/schematron'/>",
            "not a Schematron schema",
            id="Schematron 1.5",
        ),
    ],
)
def test_a_file_that_is_no_schematron_is_named(tmp_path: Path, text: str, said: str) -> None:
    """The error tells which file and why."""
    path = tmp_path / "rules.sch"
    path.write_text(text)

    with pytest.raises(RulesError, match=said) as refused:
        RuleSet(path)

    assert refused.value.where.startswith(str(path))


@pytest.mark.parametrize(
    ("binding", "said"),
    [
        pytest.param('queryBinding="xquery"', "'xquery'", id="unknown"),
        pytest.param('queryBinding="exslt"', "'exslt'", id="XSLT 1 with extensions"),
        pytest.param('queryBinding="stx"', "'stx'", id="of the standard, but not ours"),
        pytest.param('queryBinding=""', "''", id="empty"),
    ],
)
def test_another_query_binding_is_refused(a_rule_file: FileMaker, binding: str, said: str) -> None:
    """Rules in a language that is not run are not run as if they were in another."""
    with pytest.raises(RulesError, match=said) as refused:
        RuleSet(a_rule_file(a_pattern("shop", a_report()), binding=binding))

    assert refused.value.where.endswith(":1")
    assert "xslt2, xslt3" in refused.value.mend


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param('<sch:pattern is-a="none"/>', "is-a='none'", id="is-a"),
        pytest.param(a_pattern("shop", '<sch:extends rule="none"/>'), "rule='none'", id="extends"),
        pytest.param(
            '<sch:pattern><sch:rule id="a" context="item"/><sch:rule context="shop">'
            '<sch:extends rule="a"/></sch:rule></sch:pattern>',
            "rule='a'",
            id="extends what is not abstract",
        ),
        pytest.param(
            '<sch:pattern><sch:rule abstract="true" id="a"/></sch:pattern>'
            + a_pattern("shop", '<sch:extends rule="a"/>'),
            "rule='a'",
            id="extends a rule of another pattern",
        ),
        pytest.param(
            '<sch:pattern><sch:rule abstract="true" id="a"><sch:extends rule="b"/></sch:rule>'
            '<sch:rule abstract="true" id="b"><sch:extends rule="a"/></sch:rule>'
            '<sch:rule context="shop"><sch:extends rule="a"/></sch:rule></sch:pattern>',
            "circle",
            id="extends in a circle",
        ),
        pytest.param('<sch:include href="more.sch"/>', "include", id="include of no file"),
    ],
)
def test_what_leads_nowhere_is_told_with_its_line(
    a_rule_file: FileMaker, content: str, said: str
) -> None:
    """A reference without target is an error, not a rule that silently judges nothing."""
    path = a_rule_file("\n\n" + content)

    with pytest.raises(RulesError, match=said) as refused:
        RuleSet(path)

    line = path.read_text().splitlines().index(content) + 1
    assert refused.value.where == f"{path}:{line}"


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        pytest.param(a_pattern("shop", a_report("((")), "XPST0003", id="test"),
        pytest.param(a_pattern("shop[", a_report()), "XTSE0340", id="context"),
        pytest.param(
            a_pattern("shop", a_report(text='<sch:value-of select="1 +"/>')), "XPST0003", id="text"
        ),
        pytest.param(
            '<sch:let name="x" value="1 +"/>' + a_pattern("shop", a_report("$x")),
            "XPST0003",
            id="variable",
        ),
        pytest.param(a_pattern("shop", a_report("$none")), "none", id="unknown variable"),
        pytest.param(a_pattern("shop", a_report("none()")), "none", id="unknown function"),
        pytest.param(a_pattern("none:shop", a_report()), "none", id="unknown prefix"),
        pytest.param(
            '<sch:ns prefix="1" uri="urn:x"/>' + a_pattern("shop", a_report()),
            "prefix='1'",
            id="a prefix that is none",
        ),
        pytest.param(
            a_pattern("shop", a_report()) + "<xsl:function/>", "XTSE0010", id="xsl:function"
        ),
    ],
)
def test_an_expression_that_cannot_be_compiled_says_file_line_and_cause(
    a_rule_file: FileMaker, content: str, cause: str
) -> None:
    """Nothing is run of a file with a syntax error; the error names the line and the cause."""
    path = a_rule_file("\n\n\n" + content)

    with pytest.raises(RulesError) as refused:
        RuleSet(path)

    assert refused.value.where == f"{path}:6"
    assert cause in refused.value.what


def test_a_rule_that_cannot_compute_says_file_and_cause(a_rule_set: Maker) -> None:
    """A message that breaks a computation is an error of the run, not a verdict."""
    rules = a_rule_set(a_pattern("item", a_report("xs:decimal(.) = 1")))

    with pytest.raises(RulesError, match=r"told cannot be evaluated: .*FORG0001") as refused:
        rules.broken(SHOP, at=NOON)

    assert refused.value.where == str(rules.path)
    assert rules.broken(etree.fromstring("<item>1</item>"), at=NOON)


def test_a_missing_file_is_an_error_of_the_system(tmp_path: Path) -> None:
    """There is nothing to say of a file that is not there."""
    with pytest.raises(FileNotFoundError):
        RuleSet(tmp_path / "none.sch")
