"""A file is run in the language that its query binding names, and in no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, isoschematron

from contracts.errors import RulesError
from contracts.schematron import RuleSet

Maker = Callable[..., RuleSet]
FileMaker = Callable[..., Path]

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SHOP = etree.fromstring("<shop><item>10</item><item>9</item><item>tea</item></shop>")
KEY = '<xsl:key name="k" match="item" use="."/>'


def a_report(test: str, text: str = "", context: str = "shop") -> str:
    """Write a pattern whose report speaks where its test holds."""
    return (
        f'<sch:pattern><sch:rule context="{context}"><sch:report id="told" test="{test}">{text}'
        "</sch:report></sch:rule></sch:pattern>"
    )


def speaks(rules: RuleSet, message: etree._Element = SHOP) -> bool:
    """Tell whether the rules say anything of a message."""
    return bool(rules.broken(message, at=NOON))


@pytest.mark.parametrize("binding", ["", 'queryBinding="xslt"', 'queryBinding="xpath"'])
@pytest.mark.parametrize(
    "test",
    [
        pytest.param("string-length(item) = 2", id="a string of several nodes is the first's"),
        pytest.param("item + 1 = 11", id="a number of several nodes is the first's"),
        pytest.param("concat(item, 'x') = '10x'", id="an argument of several nodes"),
        pytest.param("'10' &gt; '9'", id="strings are compared as numbers"),
        pytest.param("item &gt; '9'", id="nodes are compared to a string as numbers"),
        pytest.param("'1' + 1 = 2", id="a string is a number in a sum"),
        pytest.param("not(number('tea') = number('tea'))", id="no number equals nothing"),
        pytest.param("1 div 0 &gt; 1000000", id="dividing by zero is infinite"),
        pytest.param("string(1 div 2) = '0.5'", id="a number as a string"),
        pytest.param("(item = 'tea') = true()", id="truths are compared"),
        pytest.param("not(none)", id="no node is false"),
    ],
)
def test_xpath_1_computes_as_xpath_1_does(a_rule_set: Maker, binding: str, test: str) -> None:
    """Without a binding a file is XSLT 1; each of these is an error or false in XPath 2."""
    assert speaks(a_rule_set(a_report(test), binding=binding))


@pytest.mark.parametrize("binding", ["", 'queryBinding="xslt"', 'queryBinding="xpath"'])
@pytest.mark.parametrize(
    ("test", "said"),
    [
        pytest.param("exists(item)", "exists", id="a later function"),
        pytest.param("matches(., 'x')", "matches", id="a regular expression"),
        pytest.param("some $x in item satisfies $x = 1", "some", id="a quantifier"),
        pytest.param("item eq '10'", "eq", id="a value comparison"),
        pytest.param("(1, 2) = 1", "1, 2", id="a sequence"),
        pytest.param("if (item) then 1 else 2", "if", id="a condition"),
    ],
)
def test_xpath_1_is_refused_what_it_does_not_have(
    a_rule_file: FileMaker, binding: str, test: str, said: str
) -> None:
    """Such a file has the wrong binding, and is told so; it is not run as if it had another."""
    path = a_rule_file("\n\n" + a_report(test), binding=binding)

    with pytest.raises(RulesError, match=r"XPath 1\.0|no function") as refused:
        RuleSet(path)

    assert said in refused.value.what
    assert refused.value.where == f"{path}:5"
    assert "queryBinding" in refused.value.mend


@pytest.mark.parametrize(
    "place",
    [
        '<sch:let name="x" value="exists(a)"/>',
        a_report("true()", context="item[exists(.)]"),
        a_report("true()", '<sch:value-of select="exists(.)"/>'),
        a_report("true()", '<sch:name path="(., .)"/>'),
        '<sch:pattern><sch:rule context="a"><sch:let name="x" value="exists(a)"/></sch:rule>'
        "</sch:pattern>",
        '<sch:pattern><sch:rule context="a" subject="(b, c)"><sch:assert test="b"/></sch:rule>'
        "</sch:pattern>",
    ],
    ids=["variable", "context", "value-of", "name", "rule's variable", "subject"],
)
def test_every_expression_is_held_to_the_binding(a_rule_file: FileMaker, place: str) -> None:
    """Not tests alone."""
    with pytest.raises(RulesError, match=r"XPath 1|XSLT 1"):
        RuleSet(a_rule_file(place, binding=""))


def test_xslt_has_functions_that_xpath_has_not(a_rule_set: Maker, a_rule_file: FileMaker) -> None:
    """key() and current() are XSLT's."""
    pattern = a_report("count(key('k', .)) = 1 and generate-id(current())", context="item")

    assert speaks(a_rule_set(KEY + pattern, binding='queryBinding="xslt"'))
    with pytest.raises(RulesError, match=r"key\(\) is no function of XPath 1"):
        RuleSet(a_rule_file(pattern, binding='queryBinding="xpath"'))


@pytest.mark.parametrize("binding", ["xpath", "xpath2", "xpath3", "xpath31"])
def test_xpath_allows_nothing_of_xslt(a_rule_file: FileMaker, binding: str) -> None:
    """The file is told that what it uses needs another binding."""
    path = a_rule_file("\n" + KEY + a_report("item"), binding=f'queryBinding="{binding}"')

    with pytest.raises(RulesError, match=f"xsl:key is XSLT.*{binding}") as refused:
        RuleSet(path)

    assert refused.value.where == f"{path}:4"


@pytest.mark.parametrize("binding", ["xpath2", "xpath3", "xpath31", "xslt2", "xslt3", "XSLT2"])
def test_later_bindings_have_xpath_2(a_rule_set: Maker, binding: str) -> None:
    """The name of a binding is the same in any case."""
    rules = a_rule_set(
        a_report("exists(item) and '10' lt '9'"), binding=f'queryBinding="{binding}"'
    )

    assert speaks(rules)


def test_functions_and_keys_of_xslt_1_are_computed_as_such(a_rule_set: Maker) -> None:
    """A declaration follows the file's binding too."""
    variable = '<xsl:variable name="first" select="string-length(//item)"/>'

    assert speaks(a_rule_set(variable + a_report("$first = 2"), binding=""))


# An independent oracle: ISO's own stylesheets, run by libxslt -----------------------------------

CONTEXTS = (
    *("b", "c", "*", "a", "/a", "/*", "a/b", "a//c", "//b", "b | c", "b[2]", "b[@z]", "b[c]"),
    *("*[not(c)]", "b[. > 1]", "*[@z = 2]", "c[starts-with(., '1')]", "@z", "b/@z", "@*", "//c/b"),
    *("*[count(*) = 1]", "b[last()]", "b[position() = 2]", "c/b[1]"),
)
TESTS = (
    *("string-length(//b) = 1", "//b + 1 = 2", ". > 1", "'10' < '9'", "count(c) = 1", "@z = 2"),
    *("concat(//c, 'x') = 'x'", "sum(//b/@z) > 3", "number(.) = number(.)", "boolean(//c)"),
    *("substring(//b, 1, 1) = '1'", "not(following-sibling::b)", "contains(., //c)", "//b = //c"),
    *("starts-with(//b, '1')", "//b < //c", "c - 1 = 0", "-c = -1", "floor(b) = 1", "b mod 2 = 1"),
    *("string(//b) = '1'", "normalize-space(c) = ''", "1 div 0 > 5", "true() = //none", "@z"),
    *("//b != //b", "current()/@z = @z", "ancestor::b", "../b", "$limit = 2", "$own > $limit"),
    *("key('z', @z)", "name(..) = 'a'", "(b or c) and not(@z)", "b[1] = b[last()]", "self::b | c"),
    *("preceding::b >= 2", "count(//b | //c) > 3", "translate(., '12', '21') = '2'", "not(.//b)"),
)
TEXTS = (
    "no value",
    'is <sch:value-of select="//b"/>.',
    '<sch:name/> of <sch:name path=".."/>',
    '<sch:value-of select="count(//b)"/> and <sch:value-of select="$own + 1"/>',
    '<sch:emph>not</sch:emph>, <sch:value-of select="@z"/>',
)


def trees() -> st.SearchStrategy[str]:
    """Give small documents of a few names and numbers."""
    leaf = st.tuples(
        st.sampled_from("bc"), st.sampled_from(["", " z='1'", " z='2'"]),
        st.sampled_from(["", "1", "2", "10", "x", " 1 "]),
    ).map(lambda one: f"<{one[0]}{one[1]}>{one[2]}</{one[0]}>")  # fmt: skip
    branch = st.recursive(
        leaf,
        lambda inner: st.tuples(st.sampled_from("bc"), st.lists(inner, max_size=3)).map(
            lambda one: f"<{one[0]} z='2'>{''.join(one[1])}</{one[0]}>"
        ),
        max_leaves=8,
    )
    return st.lists(branch, max_size=4).map(lambda inner: f"<a>{''.join(inner)}</a>")


def rules() -> st.SearchStrategy[list[list[tuple[str, list[tuple[str, str, str]]]]]]:
    """Give patterns of rules: a context, and assertions with kind, test and text."""
    assertion = st.tuples(
        st.sampled_from(["assert", "report"]), st.sampled_from(TESTS), st.sampled_from(TEXTS)
    )
    rule = st.tuples(st.sampled_from(CONTEXTS), st.lists(assertion, min_size=1, max_size=3))
    return st.lists(st.lists(rule, min_size=1, max_size=3), min_size=1, max_size=3)


def written(patterns: list[list[tuple[str, list[tuple[str, str, str]]]]]) -> str:
    """Write a schema in which every other pattern is an instance, and rules extend one."""
    parts = []
    for number, pattern in enumerate(patterns):
        content = (
            f'<sch:rule abstract="true" id="common{number}">'
            '<sch:let name="own" value="count(*) + 1"/>'
            f'<sch:report id="x{number}" test="$own = 2 and $LIMIT = 2">two</sch:report></sch:rule>'
        )
        for place, (context, assertions) in enumerate(pattern):
            told = "".join(
                f'<sch:{kind} id="p{number}-{place}-{index}" test="{escaped(test)}">{text}'
                f"</sch:{kind}>"
                for index, (kind, test, text) in enumerate(assertions)
            )
            content += (
                f'<sch:rule context="{escaped(context)}"><sch:extends rule="common{number}"/>{told}'
                "</sch:rule>"
            )
        if number % 2:
            parts.append(
                f'<sch:pattern id="p{number}" abstract="true">{content}</sch:pattern>'
                f'<sch:pattern id="i{number}" is-a="p{number}">'
                '<sch:param name="LIMIT" value="$limit"/></sch:pattern>'
            )
        else:
            plain = content.replace("$LIMIT", "$limit")
            parts.append(f'<sch:pattern id="p{number}">{plain}</sch:pattern>')
    return (
        '<sch:schema xmlns:sch="http://purl.oclc.org/dsdl/schematron" '
        'xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><sch:title>t</sch:title>'
        '<sch:phase id="first"><sch:active pattern="p0"/></sch:phase>'
        '<sch:let name="limit" value="2"/>'
        + "".join(parts)
        + '<xsl:key name="z" match="*" use="@z"/></sch:schema>'
    )


def escaped(text: str) -> str:
    """Write a text as an attribute's value."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def by_iso(schema: str, message: etree._Element, phase: str) -> list[tuple[str, str]]:
    """Give id and text of what ISO's stylesheets tell, in order of the id."""
    judge = isoschematron.Schematron(
        etree.fromstring(schema), store_report=True, phase=phase, validate_schema=False
    )
    judge.validate(message)
    report = judge.validation_report
    return sorted(
        (told.get("id"), " ".join("".join(told.find("{*}text").itertext()).split()))
        for told in report.iter("{*}failed-assert", "{*}successful-report")
    )


@settings(max_examples=60, deadline=None)
@given(patterns=rules(), message=trees(), phase=st.sampled_from(["#ALL", "first"]))
def test_rules_of_xslt_1_say_what_isos_own_stylesheets_say(
    tmp_path_factory: pytest.TempPathFactory,
    patterns: list[list[tuple[str, list[tuple[str, str, str]]]]],
    message: str,
    phase: str,
) -> None:
    """Made-up rules over made-up messages: the same assertions speak, as often, in the same words.

    ISO's stylesheets run by libxslt share no line with this engine.
    """
    schema, root = written(patterns), etree.fromstring(message)
    path = tmp_path_factory.mktemp("rules") / "rules.sch"
    path.write_text(schema, encoding="utf-8")

    told = sorted((one.rule, one.text) for one in RuleSet(path, phase=phase).broken(root, at=NOON))

    assert told == by_iso(schema, root, phase)
