"""The first look lets nothing pass that breaks a rule, and nearly all pass that breaks none.

``conftest.py`` runs the rules in full after each first look that was enough, in all tests here.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

import contracts.schematron
from contracts.catalogue import bundled
from contracts.domains.financial_billing_claim.v1_1.boundaries import BOUNDARIES, just_right
from contracts.domains.financial_billing_claim.v1_1.kinds import KINDS, Deal, valid
from contracts.domains.financial_billing_claim.v1_1.near_misses import NEAR_MISSES, nearly_right
from contracts.domains.financial_billing_claim.v1_1.single_faults import RULE_FAULTS, faulty
from contracts.errors import RulesError
from contracts.schematron import RuleSet

Maker = Callable[..., RuleSet]

OWN = """<sch:ns prefix="own" uri="urn:own"/>
<xsl:key name="by-text" match="b" use="string(.)"/>
<xsl:function name="own:among" as="xs:boolean" xmlns:own="urn:own">
  <xsl:param name="value" as="item()"/><xsl:param name="list" as="xs:string"/>
  <xsl:sequence select="normalize-space($value) = tokenize($list, ' ')"/>
</xsl:function>
<xsl:function name="own:day" as="xs:double" xmlns:own="urn:own">
  <xsl:param name="date" as="item()?"/><xsl:sequence select="number($date)"/>
</xsl:function>
<xsl:function name="own:kronor" as="xs:decimal?" xmlns:own="urn:own">
  <xsl:param name="amount" as="xs:double?"/>
  <xsl:sequence select="if (abs($amount) lt 1e300)
                        then round-half-to-even(xs:decimal($amount), 2) else ()"/>
</xsl:function>"""


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    """Give the rules of claim specifications."""
    return bundled().domain("financial:billing:claim", "1.1").rules_of("")


@pytest.fixture
def unsaid(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let SaxonC give no answer, so that only a first look can let a message pass."""

    def silent(*_: Any, **__: Any) -> Any:
        raise RulesError("SaxonC was asked")

    monkeypatch.setattr(RuleSet, "judged_in_full", silent)


def looked(rules: RuleSet, message: etree._Element, at: datetime) -> bool:
    """Tell whether the first look is enough, which it may be for what breaks no rule alone."""
    look = rules._first_look
    assert look is not None
    enough = look.is_enough(message, at=at)
    if enough:
        assert rules.judged_in_full(message, at=at) == contracts.schematron.Outcome()
    return enough


# Claims ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_valid_claim_needs_no_more(kind: str, rules: RuleSet, deal: Deal, noon: datetime) -> None:
    """Every kind that the suites send is let pass at once; else all would still be slow."""
    assert looked(rules, valid(kind, deal), noon)


@pytest.mark.parametrize("name", BOUNDARIES)
def test_a_claim_at_a_limit_is_let_pass_for_good_reason(
    name: str, rules: RuleSet, deal: Deal, noon: datetime
) -> None:
    """It may be let pass or not; where it is, no rule is broken."""
    looked(rules, just_right(name, deal), noon)


@pytest.mark.parametrize("name", RULE_FAULTS)
def test_no_fault_is_let_pass(name: str, rules: RuleSet, deal: Deal, noon: datetime) -> None:
    """Each rule has a message that breaks it, and none of them is let pass."""
    assert not looked(rules, faulty(name, deal), noon)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_no_near_miss_is_let_pass(name: str, rules: RuleSet, deal: Deal, noon: datetime) -> None:
    """An amount one öre beyond a limit, and a date one day beyond, are beyond it."""
    assert not looked(rules, nearly_right(name, deal), noon)


ODD = (
    "", " ", "0", "00", "1", "9", "01", "380", "381", " 380", "38 0", "1e3", "+5", "-5", "--5",
    "5.", ".5", "NaN", "INF", "Infinity", "1e400", "0x10", "1.005", "2.675", "0.1", "0.004",
    "0.0049", "0.005", "1,5", "1000000000", "99999999999999999999", "20261122", "20261123",
    "20261121", "202611220", "ABC", "sek", "1.0.4217", "1.3.7", "2.51.1.6",
    "ZVF12345678901234567890", "\xa0380", "\u2003",
    "ZVF\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600",
    "913", " 003", "3.1", "4.5", "ap", "\u0661",
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_is_changed_no_broken_rule_is_let_pass(
    data: st.DataObject, rules: RuleSet, deal: Deal, noon: datetime
) -> None:
    """Odd texts, amounts a little off, elements gone, doubled and misplaced, in any combination."""
    claim = valid(data.draw(st.sampled_from(sorted(KINDS))), deal)
    for _ in range(data.draw(st.integers(1, 3))):
        if not len(claim):
            break
        every = list(claim.iterdescendants("*"))
        amounts = [one for one in every if etree.QName(one).localname == "amount"]
        chosen = every[data.draw(st.integers(0, len(every) - 1))]
        match data.draw(st.sampled_from(["text", "amount", "remove", "double", "comment", "move"])):
            case "text":
                chosen.text = data.draw(st.sampled_from(ODD))
            case "amount" if amounts:
                chosen = amounts[data.draw(st.integers(0, len(amounts) - 1))]
                with suppress(ValueError):  # one that has an odd text by now
                    chosen.text = f"{float(chosen.text or 0) + data.draw(st.floats(-3, 3)):.4f}"
            case "remove" if (parent := chosen.getparent()) is not None:
                parent.remove(chosen)
            case "double":
                chosen.addnext(copy.deepcopy(chosen))
            case "comment":
                chosen.append(etree.Comment("an aside"))
            case "move":
                every[data.draw(st.integers(0, len(every) - 1))].append(copy.deepcopy(chosen))

    looked(rules, claim, noon + timedelta(days=data.draw(st.integers(-2, 2))))


def test_many_threads_look_at_once(rules: RuleSet, deal: Deal, noon: datetime) -> None:
    """One stylesheet serves them all, and each has its own answer."""
    right, wrong = valid("öppen vård", deal), faulty(next(iter(RULE_FAULTS)), deal)

    with ThreadPoolExecutor(8) as threads:
        answers = list(
            threads.map(lambda n: looked(rules, (right, wrong)[n % 2], noon), range(200))
        )

    assert answers == [True, False] * 100


def test_a_message_in_an_envelope_is_looked_at_by_itself(a_rule_set: Maker, noon: datetime) -> None:
    """A path from the root begins at the message, as when it is judged in full."""
    rules = a_rule_set(rule("b", "not(/envelope) and /a/b and not(ancestor::body)"))
    (message,) = etree.fromstring("<envelope><body><a><b/></a></body></envelope>").iter("a")

    assert looked(rules, message, noon)


# Expressions -------------------------------------------------------------------------------------


def rule(context: str, test: str, kind: str = "assert", before: str = "") -> str:
    """Write a rule with one test, and functions that it may use."""
    written = test.replace("<", "&lt;").replace('"', "&quot;")
    return (
        f'{OWN}<sch:pattern><sch:rule context="{context}">{before}'
        f'<sch:{kind} id="r" test="{written}">r</sch:{kind}></sch:rule></sch:pattern>'
    )


TELLABLE = [
    ("not(c)", "<a/>", "<a><c/></a>"),
    ("b and c", "<a><b/><c/></a>", "<a><b/></a>"),
    ("b or c", "<a><c/></a>", "<a/>"),
    ("not(b and c)", "<a><b/></a>", "<a><b/><c/></a>"),
    ("not(b or c)", "<a/>", "<a><c/></a>"),
    ("boolean(b)", "<a><b/></a>", "<a/>"),
    ("true() or c", "<a/>", ""),
    ("text()", "<a>t</a>", "<a><!-- t --></a>"),
    ("b/text()", "<a><b>t</b></a>", "<a><b/></a>"),
    ("*", "<a><c/></a>", "<a>t</a>"),
    ("b/c", "<a><b><c/></b></a>", "<a><c/></a>"),
    ("b//c", "<a><b><d><c/></d></b></a>", "<a><b/></a>"),
    ("//c", "<a><b><c/></b></a>", "<a/>"),
    ("b/.. = 't'", "<a><b>t</b></a>", "<a><b>u</b></a>"),
    ("b/following-sibling::c", "<a><b/><c/></a>", "<a><c/><b/></a>"),
    ("(b | c)/d", "<a><c><d/></c></a>", "<a><d/></a>"),
    ("b = 'x'", "<a><b>y</b><b>x</b></a>", "<a><b>y</b></a>"),
    ("b != 'x'", "<a><b>x</b><b>y</b></a>", "<a><b>x</b></a>"),
    ("b eq 'x'", "<a><b>x</b></a>", "<a><b>y</b></a>"),
    ("b ne 'x'", "<a><b>y</b></a>", "<a/>"),
    ("not(b = 'x')", "<a><b>y</b></a>", "<a><b>y</b><b>x</b></a>"),
    ("b = c", "<a><b>1</b><c>1</c></a>", "<a><b>1</b><c>1.0</c></a>"),
    ("b = ('x', 'y')", "<a><b>y</b></a>", "<a><b>z</b></a>"),
    ("(b, c) = 'x'", "<a><c>x</c></a>", "<a><c>y</c></a>"),
    ('b = "it\'s"', "<a><b>it's</b></a>", "<a><b>its</b></a>"),
    ("string(b) = 'x'", "<a><b>x</b></a>", "<a/>"),
    ("string(.) = 'x'", "<a>x</a>", "<a>y</a>"),
    ("normalize-space(b) = 'x y'", "<a><b> x  y </b></a>", "<a><b>xy</b></a>"),
    ("concat(b, '-', c) = 'x-'", "<a><b>x</b></a>", "<a><c>x</c></a>"),
    ("contains(b, 'x')", "<a><b>axb</b></a>", "<a><b>ab</b></a>"),
    ("not(contains(b, 'x'))", "<a/>", "<a><b>x</b></a>"),
    ("starts-with(b, 'x')", "<a><b>xa</b></a>", "<a><b>ax</b></a>"),
    ("substring(b, 1, 2) = 'xy'", "<a><b>xyz</b></a>", "<a><b>zxy</b></a>"),
    ("string-length(b) = 1", "<a><b>\U0001f600</b></a>", "<a/>"),
    ("string-length(b) le 2", "<a><b>xy</b></a>", "<a><b>xyz</b></a>"),
    ("count(b) = 2", "<a><b/><b/></a>", "<a><b/></a>"),
    ("not(count(b) gt 1)", "<a><b/></a>", "<a><b/><b/></a>"),
    ("count(//b) = count(c)", "<a><b/><c/></a>", "<a><b/></a>"),
    ("count(b) * 2 = count(c)", "<a><b/><c/><c/></a>", "<a><b/><c/></a>"),
    ("number(b) le number(c)", "<a><b>20261122</b><c>20261122</c></a>", "<a><b>3</b><c>2</c></a>"),
    ("number(b) lt 3", "<a><b>2</b></a>", "<a><b>3</b></a>"),
    ("number(b) &gt;= 3", "<a><b>3</b></a>", "<a><b>2</b></a>"),
    ("not(number(b) gt 3)", "<a><b>3</b></a>", "<a><b>4</b></a>"),
    ("number(b) = 3", "<a><b> 3 </b></a>", "<a/>"),
    ("b/number(.) = 3", "<a><b>3</b></a>", "<a><b>4</b></a>"),
    ("sum(b ! number(.)) le 3", "<a><b>1.5</b><b>1.4</b></a>", "<a><b>1.5</b><b>1.6</b></a>"),
    ("sum((b, c) ! number(.)) ge 3", "<a><b>1</b><c>2.1</c></a>", "<a><b>2</b></a>"),
    ("abs(xs:decimal(b) - xs:decimal(c)) le 1",
     "<a><b>2.5</b><c>3.4</c></a>", "<a><b>2</b><c>3.1</c></a>"),
    ("not(abs(xs:decimal(b) - xs:decimal(c)) gt 1)",
     "<a><b>3</b><c>2.5</c></a>", "<a><b>4</b><c>2</c></a>"),
    ("1 ge abs(xs:decimal(b) - 3)", "<a><b>2.5</b></a>", "<a><b>5</b></a>"),
    ("round-half-to-even(xs:decimal(b), 2) = own:kronor(sum(c/number(.)))",
     "<a><b>0.30</b><c>0.1</c><c>0.2</c></a>", "<a><b>0.31</b><c>0.1</c><c>0.2</c></a>"),
    ("round-half-to-even(xs:decimal(b), 2) = own:kronor(c/number(.) * d/number(.))",
     "<a><b>7.5</b><c>2.5</c><d>3</d></a>", "<a><b>7</b><c>2.5</c><d>3</d></a>"),
    ("own:among(b, '1 2')", "<a><b> 2 </b></a>", "<a><b>3</b></a>"),
    ("own:day(b) le own:day(c)", "<a><b>1</b><c>2</c></a>", "<a><b>1</b></a>"),
    ("count(key('by-text', string(b))) = 1", "<a><b>x</b></a>", "<a><b>x</b><c><b>x</b></c></a>"),
    ("number(b) le year-from-date(current-date()) * 10000 + month-from-date(current-date()) * 100 "
     "+ day-from-date(current-date())", "<a><b>20261122</b></a>", "<a><b>20261123</b></a>"),
    ("if (b = '1') then c else d", "<a><b>1</b><c/></a>", "<a><b>1</b><d/></a>"),
    ("if (b = '1') then c else d", "<a><b>1</b><c/></a>", "<a><b>2</b><c/></a>"),
    ("sum(b ! number(.)) ge 3", "<a><b>3.02</b></a>", "<a><b>2.995</b></a>"),
    ("sum(b ! number(.)) le 3", "<a><b>2.98</b></a>", "<a><b>3.005</b></a>"),
]  # fmt: skip


@pytest.mark.parametrize(("test", "right", "wrong"), TELLABLE, ids=[one[0] for one in TELLABLE])
def test_an_expression_is_told_for_certain(
    test: str, right: str, wrong: str, a_rule_set: Maker, noon: datetime
) -> None:
    """What holds is let pass, and what does not is left to SaxonC, which finds it."""
    rules = a_rule_set(rule("/a", test))
    turned = a_rule_set(rule("/a", f"not({test})", "report"))

    for each in (rules, turned):
        assert looked(each, etree.fromstring(right), noon)
        if wrong:
            assert not looked(each, etree.fromstring(wrong), noon)
            assert each.judged_in_full(etree.fromstring(wrong), at=noon).broken


UNCERTAIN = [
    ("b eq 'x'", "<a><b>x</b><b>x</b></a>", "two values where one is compared"),
    ("string-length(b) = 1", "<a><b>x</b><b>y</b></a>", "two values where a function takes one"),
    ("not(own:among(b, '1 2'))", "<a/>", "no value where a function fails without one"),
    ("own:among(b, '1 2')", "<a/>", "no value where a function takes one"),
    ("own:day(b) = 1", "<a><b>1</b><b>1</b></a>", "two values where a function takes one or none"),
    ("xs:decimal(b) - 1 le 5", "<a><b>1e0</b></a>", "no decimal number"),
    ("xs:decimal(b) - 1 le 5", "<a/>", "no number"),
    ("number(b) le 5", "<a><b>4.5</b></a>", "a fraction, whose last digit counts"),
    ("number(b) le 1e20",
     "<a><b>1234567890123456789</b></a>", "a number that doubles do not tell apart"),
    ("abs(xs:decimal(b) - 1) le 1", "<a><b>2</b></a>", "a sum at the very limit"),
    ("sum(b ! number(.)) le 9", "<a><b>-1</b></a>", "an amount below zero"),
    ("sum(b ! number(.)) le 1e12",
     "<a><b>900000000</b></a>", "an amount so large that öre are lost"),
    ("b/number(.) * c/number(.) le 1e17",
     "<a><b>90000000</b><c>90000000</c></a>", "a product as large"),
    ("round-half-to-even(xs:decimal(b), 2) = own:kronor(c/number(.) * 1)",
     "<a><b>1.005</b><c>1.005</c></a>", "half an öre"),
]  # fmt: skip


@pytest.mark.parametrize(("test", "message", "why"), UNCERTAIN, ids=[one[2] for one in UNCERTAIN])
def test_what_is_not_certain_is_left_to_saxon(
    test: str, message: str, why: str, a_rule_set: Maker, noon: datetime
) -> None:
    """The first look is taken, and says nothing."""
    rules = a_rule_set(rule("/a", test))

    assert rules.has_first_look
    assert not looked(rules, etree.fromstring(message), noon), why


@pytest.mark.parametrize("test", [
    "matches(b, 'x')", "year-from-date(b) = 1", "b[1] = 'x'", "@id",
    "every $each in b satisfies $each = 'x'",
    "b castable as xs:date", "some $each in b satisfies $each", "b le 'x'", "b = 3",
    "current-dateTime() gt xs:dateTime(b)", "-1 = 1", "count((b, c)) = 2",
    "string-length(string-join(b, '')) = 1", "b is c", "for $x in b return $x", "sum(b) = 3",
    "b div c = 1", "position() = 1", "last() = 1", "number(b) idiv 2 = 1", "not(b) = true()",
    "round(number(b)) = 1", "round-half-to-even(number(b), 2) = 1", "tokenize(b, ' ') = 'x'",
    "count(text()) = 1", "text() = 'x'", "'it''s &quot;' = b", "count(b) = 1 to 3",
    "key(b, 'x')",
])  # fmt: skip
def test_what_cannot_be_said_is_not_looked_for(test: str, a_rule_set: Maker) -> None:
    """One such test in a file, and all its messages are judged in full."""
    assert not a_rule_set(rule("/a", test)).has_first_look


@pytest.mark.parametrize("context", ["b[1]", "@id", "text()", "/", "b[c = 'x']", "b/@id", "node()"])
def test_contexts_are_names_and_paths_alone(context: str, a_rule_set: Maker) -> None:
    """A context that computes is left to SaxonC."""
    assert not a_rule_set(rule(context, "not(c)")).has_first_look


def test_the_first_rule_that_matches_is_the_one_that_judges(
    a_rule_set: Maker, noon: datetime
) -> None:
    """As in Schematron: a node that an earlier rule took is not looked at by a later one."""
    rules = a_rule_set(
        '<sch:pattern><sch:rule context="a/b"><sch:assert test="c">c</sch:assert></sch:rule>'
        '<sch:rule context="*"><sch:assert test="b or not(*)">b</sch:assert></sch:rule>'
        '</sch:pattern><sch:pattern><sch:rule context="c | d"><sch:assert test="b">b</sch:assert>'
        "</sch:rule></sch:pattern>"
    )

    assert looked(rules, etree.fromstring("<a><b><c><b/></c></b></a>"), noon)
    for wrong in ("<a><b/></a>", "<a><b><c/></b></a>", "<a><e/></a>", "<d/>"):
        assert not looked(rules, etree.fromstring(wrong), noon)


def test_variables_of_a_rule_are_worked_out_where_it_stands(
    a_rule_set: Maker, noon: datetime
) -> None:
    """A variable may be nodes, and paths go on from them."""
    let = '<sch:let name="found" value="../c"/><sch:let name="many" value="count($found/d)"/>'
    rules = a_rule_set(rule("b", "$found/d = 'x' and $many = 1", before=let))

    assert looked(rules, etree.fromstring("<a><b/><c><d>x</d></c></a>"), noon)
    assert not looked(rules, etree.fromstring("<a><b/><c><d>x</d><d>x</d></c></a>"), noon)


@pytest.mark.parametrize("content", [
    '<sch:let name="all" value="1"/>' + rule("/a", "b"),
    rule("/a", "b").replace("<sch:rule", '<sch:let name="one" value="1"/><sch:rule'),
    rule("/a", "b", before='<sch:let name="one"><x/></sch:let>'),
])  # fmt: skip
def test_variables_of_patterns_and_files_are_left_to_saxon(content: str, a_rule_set: Maker) -> None:
    """A caller may give them another value."""
    assert not a_rule_set(content).has_first_look


def test_rules_in_xpath_1_are_left_to_saxon(a_rule_set: Maker) -> None:
    """Their own semantics are SaxonC's to know."""
    plain = (
        '<sch:pattern><sch:rule context="a"><sch:assert test="b">b</sch:assert></sch:rule>'
        "</sch:pattern>"
    )

    assert a_rule_set(plain).has_first_look
    assert not a_rule_set(plain, binding='queryBinding="xslt"').has_first_look


@pytest.mark.usefixtures("unsaid")
def test_what_the_first_look_lets_pass_is_not_run(
    rules: RuleSet, deal: Deal, noon: datetime
) -> None:
    """And what it does not, is."""
    look = rules._first_look
    assert look is not None
    assert look.is_enough(valid("öppen vård", deal), at=noon)

    with pytest.raises(RulesError, match="SaxonC was asked"):
        rules.judged(faulty(next(iter(RULE_FAULTS)), deal), at=noon)
