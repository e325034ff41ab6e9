"""What is wrong with rules is told of the rules: by file, line and cause, and never by a value."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from contracts.errors import RulesError
from contracts.schematron import Outcome, RuleSet
from contracts.schematron_compiling import faults_of
from contracts.schematron_expressions import filled_in

Maker = Callable[..., RuleSet]
FileMaker = Callable[..., Path]

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SHOP = etree.fromstring("<shop><item>10</item><item>secret</item><item>20</item></shop>")


def a_pattern(*content: str, context: str = "item", lets: str = "", id_: str = "p") -> str:
    """Write a pattern with one rule, whose content begins on the second line."""
    inner = "\n".join(content)
    return (
        f'<sch:pattern id="{id_}">{lets}<sch:rule context="{context}">\n{inner}</sch:rule>'
        "</sch:pattern>"
    )


def a_report(test: str, id_: str = "told", text: str = "") -> str:
    """Write a report."""
    return f'<sch:report id="{id_}" test="{test}">{text}</sch:report>'


def outcome(rules: RuleSet, message: etree._Element = SHOP) -> Outcome:
    """Run rules over a message."""
    return rules.judged(message, at=NOON)


# Files with a mistake -------------------------------------------------------------------------


def test_every_mistake_is_told_at_once(a_rule_file: FileMaker) -> None:
    """With its line, so that an author mends a file in one go."""
    path = a_rule_file(
        a_pattern(a_report("(("), a_report("none(.)"))
        + "\n"
        + a_pattern(a_report("true()", text='<sch:value-of select="$x"/>'))
        + '\n<sch:pattern is-a="z"/>'
    )

    with pytest.raises(RulesError) as refused:
        RuleSet(path)

    assert [(fault.place.line) for fault in faults_of(path, within=path.parent)] == [4, 5, 7, 8]
    assert refused.value.where == f"{path}:4"
    for told in ("((", "rules-0.sch:5: none(.)", "rules-0.sch:7: ", "$x", "rules-0.sch:8: is-a"):
        assert told in refused.value.what
    assert "provbank" not in refused.value.what


@pytest.mark.parametrize(
    ("content", "said", "line"),
    [
        pytest.param('<sch:pattern is-a="z"/>', "is-a='z' names no pattern", 3, id="is-a"),
        pytest.param(
            '<sch:pattern id="a" is-a="a"/>', "is-a='a' names no pattern", 3, id="is-a itself"
        ),
        pytest.param(
            '<sch:pattern abstract="true" id="a" is-a="b"/><sch:pattern abstract="true" id="b"/>'
            '<sch:pattern is-a="a"/>',
            "names a pattern that is-a itself", 3, id="is-a of is-a",
        ),
        pytest.param(
            '<sch:pattern abstract="true" id="a"/><sch:pattern is-a="a">\n'
            '<sch:rule context="item"/></sch:pattern>',
            "no rules of its own", 4, id="is-a with rules",
        ),
        pytest.param(
            a_pattern('<sch:extends rule="none"/>'), "rule='none' names no abstract rule", 4,
            id="extends",
        ),
        pytest.param(
            a_pattern('<sch:assert test="a" diagnostics="d e"/>')
            + '<sch:diagnostics><sch:diagnostic id="d"/></sch:diagnostics>',
            "diagnostics='e' names no diagnostic", 4, id="diagnostics",
        ),
        pytest.param(a_pattern("<sch:assert/>"), "assert without test", 4, id="no test"),
        pytest.param(
            '<sch:pattern><sch:rule/></sch:pattern>', "rule without context", 3, id="no context"
        ),
        pytest.param('<sch:let name="x"/>', "let without value", 3, id="no value"),
        pytest.param('<sch:let value="1"/>', "let without name", 3, id="no name"),
        pytest.param('<sch:let name="a" value="$b"/>\n<sch:let name="b" value="1 + $a"/>',
                     "a is computed from itself", 3, id="a circle of variables"),
        pytest.param('<sch:let name="a" value="1"/>\n<xsl:variable name="a" select="2"/>',
                     "a is declared twice", 4, id="a variable twice"),
        pytest.param('<sch:ns prefix="a"/>', "has no uri", 3, id="no uri"),
        pytest.param("<sch:rule/>", "rule is not known in a schema", 3, id="a rule alone"),
        pytest.param("<sch:group/>", "group is not known in a schema", 3, id="a later edition"),
        pytest.param(
            '<sch:pattern><sch:assert test="a"/></sch:pattern>', "assert is not known in a pattern",
            3, id="an assertion without rule",
        ),
        pytest.param(a_pattern(a_report("a) or (b")), "XPST0003", 4, id="parentheses"),
        pytest.param(a_pattern("<sch:assert test='a) or (b'/>"), "XPST0003", 4,
                     id="parentheses of an assert"),
        pytest.param(a_pattern(a_report("1", text='<sch:value-of select="a), (b"/>')), "XPST0003",
                     4, id="parentheses of a value"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_line_and_cause(
    a_rule_file: FileMaker, content: str, said: str, line: int
) -> None:
    """Nothing is passed over in silence: a rule would be missing, and nobody would know."""
    path = a_rule_file(content)

    with pytest.raises(RulesError) as refused:
        RuleSet(path)

    assert said in refused.value.what
    assert refused.value.where == f"{path}:{line}"


def test_a_missing_parameter_is_told_with_the_instance_that_lacks_it(
    a_rule_file: FileMaker,
) -> None:
    """The fault shows where the parameter is used; the instance is to be mended."""
    path = a_rule_file(
        '<sch:pattern abstract="true" id="form"><sch:rule context="$what">\n'
        '<sch:assert test="count(*) le $most"/></sch:rule></sch:pattern>\n'
        '<sch:pattern is-a="form"><sch:param name="what" value="item"/></sch:pattern>'
    )

    with pytest.raises(RulesError, match=r"\$most") as refused:
        RuleSet(path)

    assert refused.value.where == f"{path}:4"
    assert "as filled in by rules-0.sch:5" in refused.value.what


def test_an_abstract_pattern_may_have_values_to_fall_back_on(a_rule_set: Maker) -> None:
    """A parameter of the abstract pattern counts where the instance gives none."""
    rules = a_rule_set(
        '<sch:pattern abstract="true" id="form"><sch:param name="most" value="1"/>'
        '<sch:rule context="shop"><sch:assert test="count(*) le $most"/></sch:rule>'
        '</sch:pattern><sch:pattern is-a="form"/>'
        '<sch:pattern is-a="form"><sch:param name="most" value="3"/></sch:pattern>'
    )

    assert [one.test for one in outcome(rules).broken] == ["count(*) le 1"]


@pytest.mark.parametrize(
    ("written", "filled"),
    [
        ("$a = 1", "X = 1"),
        ("'$a'", "'X'"),
        ("$ab", "Y"),
        ("$a-b", "Z"),
        ("$abc", "$abc"),
        ("$a.b", "$a.b"),
        ("$a/$ab", "X/Y"),
        ("$a:name", "X:name"),
        ("$$a", "$X"),
        ("$b", "$a"),
    ],
)
def test_a_parameter_is_a_whole_token(written: str, filled: str) -> None:
    """The longest name counts, and what was filled in is not looked at again."""
    values = {"a": "X", "ab": "Y", "a-b": "Z", "b": "$a"}

    assert filled_in(written, values, is_xpath=True) == filled


def test_the_longest_name_of_a_parameter_counts_where_a_dot_ends_one() -> None:
    """An id may be made of several."""
    values = {"a": "X", "a.b": "Y"}

    assert filled_in("$a.b $a.c $a", values, is_xpath=False) == "Y X.c X"


def test_a_parameter_fills_in_ids_and_texts_of_attributes_too(a_rule_set: Maker) -> None:
    """Where no XPath stands, a dot ends a name."""
    rules = a_rule_set(
        '<sch:pattern abstract="true" id="form"><sch:rule context="$c">'
        '<sch:report id="R$n.1" flag="$n" test="true()"/></sch:rule></sch:pattern>'
        '<sch:pattern is-a="form"><sch:param name="n" value="7"/>'
        '<sch:param name="c" value="/shop"/></sch:pattern>'
    )

    assert [(one.rule, one.flag) for one in outcome(rules).broken] == [("R7.1", "7")]


@pytest.mark.parametrize("binding", ["xslt", "xslt2"])
@pytest.mark.parametrize(
    ("expression", "said"),
    [
        pytest.param("(" * 20_000 + "1" + ")" * 20_000, "too long", id="long"),
        pytest.param("a[" * 2000 + "1" + "]" * 2000, "nested more than 100", id="predicates"),
        pytest.param("not(" * 2000 + "1" + ")" * 2000, "nested more than 100", id="calls"),
        pytest.param("1+" * 50_000 + "1", "too long", id="a sum"),
    ],
)
def test_expressions_that_could_end_the_process_are_refused(
    a_rule_file: FileMaker, binding: str, expression: str, said: str
) -> None:
    """The compiler's stack ends before theirs, and with it everything."""
    path = a_rule_file(a_pattern(a_report(expression)), binding=f'queryBinding="{binding}"')

    with pytest.raises(RulesError, match=said) as refused:
        RuleSet(path)

    assert len(str(refused.value)) < 500


@pytest.mark.parametrize("binding", ["xslt", "xslt2"])
def test_a_large_expression_is_taken(a_rule_set: Maker, binding: str) -> None:
    """A list of codes, or parentheses somebody likes."""
    test = " or ".join(f". = '{number}'" for number in range(1000))
    rules = a_rule_set(
        a_pattern(a_report("(" * 50 + test + ")" * 50)), binding=f'queryBinding="{binding}"'
    )

    assert [one.path[-3:] for one in outcome(rules).broken] == ["[1]", "[3]"]


def test_variables_that_lead_on_too_far_are_refused(a_rule_file: FileMaker) -> None:
    """Ten thousand, each computed from the next."""
    lets = "".join(
        f'<sch:let name="v{number}" value="$v{number + 1}"/>' for number in range(10_000)
    )
    path = a_rule_file(lets + '<sch:let name="v10000" value="1"/>')

    with pytest.raises(RulesError, match="refer to each other too often"):
        RuleSet(path)


# The rest still runs --------------------------------------------------------------------------


def test_a_lenient_reader_leaves_out_the_patterns_at_fault(a_rule_file: FileMaker) -> None:
    """A published file is used as far as it goes, and what it lacks is known."""
    path = a_rule_file(
        a_pattern(a_report("true()", "sound"), context="shop")
        + '\n<sch:pattern is-a="gone"/>\n'
        + a_pattern(a_report("(("))
        + a_pattern(a_report("count(*) = 3", "sound too"), context="shop")
    )

    rules = RuleSet(path, lenient=True)

    assert [one.rule for one in outcome(rules).broken] == ["sound", "sound too"]
    assert [fault.place.line for fault in rules.faults] == [5, 7]
    assert str(rules.faults[0]) == f"{path}:5: is-a='gone' names no pattern"


def test_a_file_of_which_nothing_is_left_is_refused(a_rule_file: FileMaker) -> None:
    """Rules that judge nothing would find every message right."""
    path = a_rule_file('<sch:pattern is-a="gone"/>' + a_pattern(a_report("((")))

    with pytest.raises(RulesError, match="is-a='gone'"):
        RuleSet(path, lenient=True)


@pytest.mark.parametrize(
    "content",
    [
        '<sch:let name="x" value="(("/>',
        '<xsl:function name="own:f"/>',
        '<sch:ns prefix="1" uri="urn:x"/>',
        '<sch:include href="none.sch"/>',
    ],
)
def test_what_all_patterns_share_must_be_sound(a_rule_file: FileMaker, content: str) -> None:
    """A fault outside of patterns leaves nothing that could be relied on."""
    path = a_rule_file(content + a_pattern(a_report("true()")))

    with pytest.raises(RulesError):
        RuleSet(path, lenient=True)


# Rules that cannot be evaluated -----------------------------------------------------------------


def test_the_second_message_is_judged_as_carefully(a_rule_set: Maker) -> None:
    """What was prepared for one is used for the next, whatever fails in it."""
    rules = a_rule_set(
        a_pattern(a_report("xs:decimal(.) gt 15", "dear"), context="item[xs:decimal(.) gt 1]")
        + a_pattern(a_report("1 idiv count(item) = 1", "one"), context="shop", id_="q")
    )
    empty, sound = etree.fromstring("<shop/>"), etree.fromstring("<shop><item>20</item></shop>")

    for _ in range(2):
        assert [one.rule for one in outcome(rules).unevaluated] == ["dear"]
        assert [one.rule for one in outcome(rules, empty).unevaluated] == ["one"]
        assert [one.rule for one in outcome(rules, sound).broken] == ["dear", "one"]


def test_a_test_that_cannot_be_computed_is_told_apart(a_rule_set: Maker) -> None:
    """By rule, node and cause; every other assertion is judged as if nothing had happened."""
    rules = a_rule_set(
        a_pattern(a_report("xs:decimal(.) gt 15", "dear"), a_report(". = 'secret'", "known"))
        + a_pattern(a_report("count(*) = 3", "three"), context="shop", id_="q")
    )

    judged = outcome(rules)

    assert [(one.rule, one.path) for one in judged.broken] == [
        ("known", "/Q{}shop[1]/Q{}item[2]"),
        ("dear", "/Q{}shop[1]/Q{}item[3]"),
        ("three", "/Q{}shop[1]"),
    ]
    (failed,) = judged.unevaluated
    assert (failed.rule, failed.test) == ("dear", "xs:decimal(.) gt 15")
    assert failed.element is SHOP[1]
    assert failed.why == "a value is not of the form that the rule converts it from (FORG0001)"


@pytest.mark.parametrize(
    ("test", "code"),
    [
        pytest.param("xs:integer(.) = 1", "FORG0001", id="no number"),
        pytest.param("string-length(//item) = 1", "XPTY0004", id="several values"),
        pytest.param("1 idiv count(none) = 1", "FOAR0001", id="divided by zero"),
        pytest.param(
            "error(QName('', concat('x', .)), .)", "an error of its own", id="an error of its own"
        ),
        pytest.param("matches(., concat('[', none))", "FORX0002", id="a wrong expression"),
        pytest.param("key('none', .)", "XTDE1260", id="no such key"),
    ],
)
def test_each_cause_is_told_by_its_code_alone(a_rule_set: Maker, test: str, code: str) -> None:
    """The processor's own words would repeat the value."""
    judged = outcome(a_rule_set(a_pattern(a_report(test))))

    assert judged.unevaluated
    assert all(code in one.why for one in judged.unevaluated)
    assert "secret" not in str(judged.unevaluated)


LETS = {
    "schema": ('<sch:let name="n" value="//item/xs:decimal(.)"/>', ""),
    "pattern": ("", '<sch:let name="n" value="//item/xs:decimal(.)"/>'),
    "another variable": (
        '<sch:let name="m" value="//item/xs:decimal(.)"/><sch:let name="n" value="sum($m)"/>', ""
    ),
    "a pattern's, by a schema's": (
        '<sch:let name="m" value="//item/xs:decimal(.)"/>', '<sch:let name="n" value="sum($m)"/>'
    ),
    "one that hides another": (
        '<sch:let name="n" value="//item/xs:decimal(.)"/>', '<sch:let name="n" value="sum($n)"/>'
    ),
}  # fmt: skip


@pytest.mark.parametrize(("schema", "pattern"), LETS.values(), ids=LETS)
def test_a_variable_that_cannot_be_computed_costs_what_uses_it(
    a_rule_set: Maker, schema: str, pattern: str
) -> None:
    """And nothing else."""
    rules = a_rule_set(
        schema
        + a_pattern(
            a_report("sum($n) gt 1", "uses"),
            a_report("true()", "text", 'is <sch:value-of select="$n"/>'),
            a_report("count(*) = 3", "other"),
            context="shop",
            lets=pattern,
        )
    )

    judged = outcome(rules)

    assert [one.rule for one in judged.unevaluated] == ["uses"]
    assert [(one.rule, one.text) for one in judged.broken] == [("text", "is …"), ("other", "")]


def test_a_function_fails_where_a_variable_that_it_uses_failed(a_rule_set: Maker) -> None:
    """Else it would compute with nothing, and its answer be taken for a verdict."""
    functions = (
        '<sch:ns prefix="my" uri="urn:my"/><sch:let name="n" value="//item/xs:decimal(.)"/>'
        '<xsl:function name="my:none"><xsl:param name="x"/><xsl:sequence select="empty($n)"/>'
        '</xsl:function><xsl:function name="my:own"><xsl:param name="n"/>'
        '<xsl:sequence select="empty($n)"/></xsl:function>'
    )
    rules = a_rule_set(
        functions
        + a_pattern(
            a_report("my:none(.)", "uses"), a_report("my:own(())", "has its own"), context="shop"
        )
    )

    judged = outcome(rules)

    assert [one.rule for one in judged.unevaluated] == ["uses"]
    assert [one.rule for one in judged.broken] == ["has its own"]


def test_a_rules_own_variable_that_cannot_be_computed_costs_what_uses_it(
    a_rule_set: Maker,
) -> None:
    """Also through another one, and where it hides a variable of that name."""
    rules = a_rule_set(
        '<sch:let name="n" value="7"/>'
        + a_pattern(
            a_report("$n = 7", "before"),
            '<sch:let name="m" value="$n + 1"/>',
            '<sch:let name="n" value="xs:decimal(.) + $m - 8"/>',
            '<sch:let name="p" value="$n * 2"/>',
            a_report("$p = 20", "uses"),
            a_report("$m = 8", "uses the other"),
        )
    )

    judged = outcome(rules)

    assert [one.rule for one in judged.broken] == [
        *("before", "uses", "uses the other"),
        *("before", "uses the other"),
        *("before", "uses the other"),
    ]
    assert [(one.rule, one.element) for one in judged.unevaluated] == [("uses", SHOP[1])]


@pytest.mark.parametrize(
    "context",
    ["item[xs:decimal(.) gt 1]", "shop/item[$n gt 1]", "/shop/item[. gt $n]", "item[$n gt 1]/@a"],
)
def test_a_context_that_cannot_be_computed_is_no_silent_rule(
    a_rule_set: Maker, context: str
) -> None:
    """XSLT would let it match nothing, and a rule that judges nothing looks like a green one."""
    rules = a_rule_set(
        '<sch:let name="n" value="//item/xs:decimal(.)"/>'
        + a_pattern(a_report("true()", "a"), a_report("true()", "b"), context=context)
        + a_pattern(a_report("true()", "c"), context="shop", id_="q")
    )

    judged = outcome(rules)

    assert [one.rule for one in judged.broken] == ["c"]
    assert [one.rule for one in judged.unevaluated] == ["a", "b"]
    assert all(one.why.startswith("its context: ") for one in judged.unevaluated)


def test_a_value_that_cannot_be_computed_costs_its_place_in_a_text(a_rule_set: Maker) -> None:
    """The rule is broken all the same."""
    rules = a_rule_set(
        a_pattern(
            '<sch:assert id="told" test="false()" diagnostics="d">is '
            '<sch:value-of select="xs:decimal(.)"/>, not <sch:name/></sch:assert>'
        )
        + '<sch:diagnostics><sch:diagnostic id="d">by <sch:value-of select="1 idiv ."/>'
        "</sch:diagnostic></sch:diagnostics>"
    )

    judged = outcome(rules)

    assert judged.unevaluated == ()
    assert [one.text for one in judged.broken] == [
        "is 10, not item",
        "is …, not …",
        "is 20, not item",
    ]
    assert [one.diagnostics for one in judged.broken] == [("by 0",), ("by …",), ("by 0",)]


def test_rules_that_never_come_to_an_end_are_an_error(a_rule_set: Maker) -> None:
    """Of the rules; the process lives on."""
    function = (
        '<sch:ns prefix="my" uri="urn:my"/><xsl:function name="my:f"><xsl:param name="n"/>'
        '<xsl:sequence select="1 + my:f($n + 1)"/></xsl:function>'
    )
    rules = a_rule_set(function + a_pattern(a_report("my:f(1) = 2")))

    with pytest.raises(RulesError, match="cannot be evaluated on this message"):
        outcome(rules)
    assert outcome(a_rule_set(a_pattern(a_report("true()")))).broken


@settings(max_examples=40, deadline=None)
@given(
    tests=st.lists(
        st.sampled_from(
            ["xs:decimal(.) gt 15", ". = '10'", "1 idiv .", "$all gt 1", "count($all) = 3", "../@x"]
        ),
        min_size=1,
        max_size=4,
    ),
    values=st.lists(st.sampled_from(["0", "10", "20", "x"]), max_size=4),
)
def test_being_careful_changes_no_verdict(
    tmp_path_factory: pytest.TempPathFactory, tests: list[str], values: list[str]
) -> None:
    """Each assertion alone says what it says among others, also where others cannot be computed."""
    folder = tmp_path_factory.mktemp("rules")
    message = etree.Element("shop")
    for value in values:
        etree.SubElement(message, "item").text = value

    def judged(chosen: dict[str, str]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
        path = folder / f"{'-'.join(chosen)}.sch"
        reports = "".join(a_report(test, id_) for id_, test in chosen.items())
        path.write_text(
            '<sch:schema xmlns:sch="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2">'
            '<sch:let name="all" value="//item/xs:integer(.)"/>'
            f'<sch:pattern><sch:rule context="item">{reports}</sch:rule></sch:pattern></sch:schema>'
        )
        told = RuleSet(path).judged(message, at=NOON)
        index = {child: str(place) for place, child in enumerate(message)}
        return (
            {(one.rule, index[one.element]) for one in told.broken},
            {(one.rule, index[one.element]) for one in told.unevaluated},
        )

    together = judged({f"t{place}": test for place, test in enumerate(tests)})
    alone = [judged({f"t{place}": test}) for place, test in enumerate(tests)]

    assert together == tuple(set().union(*(one[kind] for one in alone)) for kind in (0, 1))


# Silence ----------------------------------------------------------------------------------------

NOISY = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from lxml import etree
from contracts.errors import RulesError
from contracts.schematron import RuleSet

for path in sys.argv[1:]:
    rules = RuleSet(Path(path))
    rules.judged(etree.fromstring("<shop><item>secret</item></shop>"), at=datetime.now(UTC))
print("done")
"""


def test_nothing_of_a_message_is_printed(a_rule_file: FileMaker) -> None:
    """Neither by the processor, nor by the rules themselves: standard error is for the harness."""
    noisy = (
        '<sch:ns prefix="my" uri="urn:my"/><xsl:function name="my:f"><xsl:param name="n"/>'
        '<xsl:message><xsl:value-of select="$n"/></xsl:message><xsl:sequence select="$n"/>'
        '<xsl:message terminate="yes"><xsl:value-of select="$n"/></xsl:message></xsl:function>'
    )
    tests = (
        "xs:decimal(.) = 1", "trace(., 'item') = 'secret'", "fn:trace(.) = 'secret'", "my:f(.) = 1",
        "error(xs:QName('xs:x'), .)", "xs:decimal('fixed') = 1", "$n = 1", "unparsed(.)",
    )  # fmt: skip
    paths = [a_rule_file(noisy + a_pattern(a_report(test))) for test in tests[:-2]]
    paths += [
        a_rule_file(a_pattern(a_report("true()"), context="item[xs:decimal(.) = 1]")),
        a_rule_file(a_pattern(a_report("true()"), context="item | item | shop/item")),
        a_rule_file(
            '<sch:let name="n" value="//item/xs:decimal(.)"/>' + a_pattern(a_report("$n = 1"))
        ),
        a_rule_file(a_pattern(a_report("true()", text='<sch:value-of select="xs:decimal(.)"/>'))),
    ]

    ended = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", NOISY, *map(str, paths)], capture_output=True, text=True, check=True
    )

    assert (ended.stdout, ended.stderr) == ("done\n", "")
