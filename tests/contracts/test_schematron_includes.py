"""Rule files in several parts: what an include brings, and where it may not lead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from contracts.errors import RulesError
from contracts.schematron import RuleSet

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SHOP = etree.fromstring("<shop><item>tea</item><item>milk</item></shop>")
SCH = 'xmlns:sch="http://purl.oclc.org/dsdl/schematron"'
XSL = 'xmlns:xsl="http://www.w3.org/1999/XSL/Transform"'
REPORT = '<sch:report id="{id}" test="true()">said</sch:report>'
RULE = f'<sch:rule {SCH} context="{{context}}">{REPORT}</sch:rule>'
PATTERN = (
    f'<sch:pattern {SCH} id="{{id}}"><sch:rule context="shop">{REPORT}</sch:rule></sch:pattern>'
)
PART = f'<sch:pattern {SCH}><sch:include href="{{}}"/></sch:pattern>'

Files = Callable[..., Path]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Give a maker of rule files that lie beside and below each other; the first one counts."""

    def build(schema: str, **others: str | bytes) -> Path:
        package = tmp_path / "package"
        main = package / "rules" / "main.sch"
        for name, content in {"rules/main_sch": a_schema(schema), **others}.items():
            path = package / name.replace("__", "/").replace("_sch", ".sch").replace("_xsl", ".xsl")
            path.parent.mkdir(parents=True, exist_ok=True)
            data = content if isinstance(content, bytes) else content.encode()
            path.write_bytes(data)
        return main

    return build


def a_schema(content: str) -> str:
    """Write a schema."""
    return f'<sch:schema {SCH} {XSL} queryBinding="xslt2">\n{content}\n</sch:schema>'


def ids(path: Path, *, within: Path | None = None) -> list[str]:
    """Run a rule file over the shop and give the ids of what speaks."""
    return [one.rule for one in RuleSet(path, within=within).broken(SHOP, at=NOON)]


def refusal(path: Path, *, within: Path | None = None) -> RulesError:
    """Give the error that a rule file is refused with."""
    with pytest.raises(RulesError) as refused:
        RuleSet(path, within=within)
    return refused.value


# What an include brings -----------------------------------------------------------------------


def test_a_file_is_put_in_the_place_of_its_include(files: Files) -> None:
    """A pattern, a rule, an assertion, a variable, a prefix or diagnostics: whatever it holds."""
    path = files(
        '<sch:include href="ns.sch"/><sch:include href="let.sch"/>'
        '<sch:include href="pattern.sch"/>'
        '<sch:pattern><sch:include href="rule.sch"/><sch:rule context="item[1]">'
        '<sch:include href="assert.sch"/></sch:rule></sch:pattern>',
        rules__ns_sch=f'<sch:ns {SCH} prefix="p" uri="urn:p"/>',
        rules__let_sch=f"<sch:let {SCH} name='two' value='2'/>",
        rules__pattern_sch=PATTERN.format(id="pattern"),
        rules__rule_sch=RULE.format(id="rule", context="shop[not(p:none)]"),
        rules__assert_sch=f'<sch:assert {SCH} id="assert" test="$two = 3">said</sch:assert>',
    )

    assert ids(path) == ["pattern", "rule", "assert"]


def test_a_fragment_names_one_element_of_a_file(files: Files) -> None:
    """By id or xml:id; the rest of that file is not brought, and it may be a schema of its own."""
    library = a_schema(
        PATTERN.format(id="one")
        + PATTERN.format(id="two").replace(' id="two"', ' xml:id="two"', 1)
        + '<sch:pattern id="three"/>'
    )
    path = files(
        '<sch:include href="library.sch#two"/><sch:include href="library.sch#one"/>',
        rules__library_sch=library,
    )

    assert ids(path) == ["two", "one"]


def test_a_file_may_repeat_a_part_of_itself(files: Files) -> None:
    """An href that is a fragment alone is of the same file."""
    path = files(
        '<sch:pattern id="p"><sch:rule id="r" context="item">'
        + REPORT.format(id="told")
        + '</sch:rule></sch:pattern><sch:pattern><sch:include href="#r"/></sch:pattern>'
    )

    assert ids(path) == ["told"] * 4


def test_includes_lead_on_from_where_they_stand(files: Files) -> None:
    """Each href is relative to its own file; one file may be brought to several places."""
    path = files(
        '<sch:include href="../common/a%20b.sch"/><sch:include href="../common/deep/c.sch"/>',
        **{
            "common/a b_sch": PART.format("deep/rule.sch"),
            "common__deep__rule_sch": RULE.format(id="rule", context="shop"),
            "common__deep__c_sch": PART.format("./rule.sch"),
        },
    )

    assert ids(path, within=path.parent.parent) == ["rule", "rule"]


def test_extends_brings_what_another_of_its_kind_holds(files: Files) -> None:
    """A schema, pattern or rule takes over another's content, not its attributes."""
    path = files(
        '<sch:extends href="base.sch"/>'
        '<sch:pattern id="own"><sch:extends href="base.sch#based"/><sch:rule context="item">'
        '<sch:extends href="rule.sch"/></sch:rule></sch:pattern>',
        rules__base_sch=a_schema(PATTERN.format(id="based")),
        rules__rule_sch=RULE.format(id="from the rule", context="never"),
    )

    assert ids(path) == ["based", "based", "from the rule", "from the rule"]


def test_xslt_is_brought_with_the_prefixes_it_knows(files: Files) -> None:
    """Functions and keys of a stylesheet, and of those that it includes."""
    path = files(
        '<xsl:include href="functions.xsl"/><sch:ns prefix="f" uri="urn:f"/>'
        f'<sch:pattern><sch:rule context="item[f:short(.)]">{REPORT.format(id="short")}'
        "</sch:rule></sch:pattern>",
        rules__functions_xsl=f'<xsl:stylesheet {XSL} xmlns:my="urn:f" version="2.0">'
        '<xsl:include href="more.xsl"/><xsl:function name="my:short"><xsl:param name="x"/>'
        '<xsl:sequence select="string-length($x) lt my:limit()"/></xsl:function></xsl:stylesheet>',
        rules__more_xsl=f'<xsl:transform {XSL} xmlns:other="urn:f" version="2.0">'
        '<xsl:function name="other:limit"><xsl:sequence select="4"/></xsl:function>'
        "</xsl:transform>",
    )

    assert ids(path) == ["short"]


def test_a_fault_is_told_by_the_file_it_is_in(files: Files) -> None:
    """File and line are those of the part, not of the whole."""
    rule = RULE.format(id="x", context="shop").replace("true()", "((")
    path = files(
        '<sch:pattern>\n<sch:include href="rule.sch"/></sch:pattern>',
        rules__rule_sch="\n\n" + rule,
    )

    error = refusal(path)

    assert error.where == f"{path.with_name('rule.sch').resolve()}:3"
    assert "((" in error.what


# Where an include may not lead ----------------------------------------------------------------


@pytest.mark.parametrize(
    "href",
    [
        "../../outside.sch",
        "../package/../../outside.sch",
        "%2e%2e/%2E%2E/outside.sch",
        "/etc/passwd",
        "//host/share.sch",
        "file:///etc/passwd",
        "FILE:outside.sch",
        "http://localhost:1/x.sch",
        "https://localhost:1/x.sch#a",
        "jar:file:x!/y",
        "C:/outside.sch",
        "..\\..\\outside.sch",
        "\\\\host\\share.sch",
        "a%00.sch",
    ],
)
@pytest.mark.parametrize("element", ["sch:include", "sch:extends", "xsl:include"])
def test_an_include_stays_in_the_package(
    files: Files, tmp_path: Path, element: str, href: str
) -> None:
    """Not upwards, not by an absolute path, and never over the network."""
    (tmp_path / "outside.sch").write_text(PATTERN.format(id="outside"))
    path = files(f'\n<{element} href="{href}"/>')

    error = refusal(path, within=path.parent.parent)

    assert "leads out of the package" in error.what
    assert error.where == f"{path}:3"


def test_without_a_package_the_own_folder_is_the_limit(files: Files) -> None:
    """A rule file that somebody names reaches nothing above it."""
    path = files('<sch:include href="../p.sch"/>', p_sch=PATTERN.format(id="p"))

    assert "leads out of the package" in refusal(path).what
    assert ids(path, within=path.parent.parent) == ["p"]


def test_a_link_is_followed_only_within_the_package(files: Files, tmp_path: Path) -> None:
    """What a link leads to counts, not what it is named."""
    outside = tmp_path / "outside.sch"
    outside.write_text(PATTERN.format(id="outside"))
    path = files('<sch:include href="link.sch"/>')
    try:
        path.with_name("link.sch").symlink_to(outside)
    except OSError:
        pytest.skip("this system does not let us make links")

    assert "leads out of the package" in refusal(path).what


@pytest.mark.parametrize(
    ("content", "others", "said", "line"),
    [
        pytest.param('<sch:include href="none.sch"/>', {}, "cannot be read", 2, id="no file"),
        pytest.param('\n<sch:include href=""/>', {}, "without href", 3, id="no href"),
        pytest.param("<sch:include/>", {}, "without href", 2, id="no attribute"),
        pytest.param(
            '<sch:include href="a.sch#none"/>', {"rules__a_sch": PATTERN.format(id="a")},
            "no element with the id 'none'", 2, id="no fragment",
        ),
        pytest.param(
            '<sch:include href="a.sch"/>', {"rules__a_sch": a_schema("")}, "whole schema", 2,
            id="a schema",
        ),
        pytest.param(
            '<sch:extends href="a.sch"/>', {"rules__a_sch": PATTERN.format(id="a")},
            "no schema", 2, id="extends another kind",
        ),
        pytest.param(
            '<xsl:include href="a.sch"/>', {"rules__a_sch": PATTERN.format(id="a")},
            "no stylesheet", 2, id="no stylesheet",
        ),
        pytest.param(
            '<xsl:import href="a.xsl"/>', {"rules__a_xsl": f"<xsl:stylesheet {XSL}/>"},
            "xsl:import is not accepted", 2, id="xsl:import",
        ),
    ],
)  # fmt: skip
def test_an_include_that_cannot_be_followed_is_told_with_its_line(
    files: Files, content: str, others: dict[str, str], said: str, line: int
) -> None:
    """Not left out in silence: rules would be missing."""
    path = files(content, **others)

    error = refusal(path)

    assert said in error.what
    assert error.where == f"{path}:{line}"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"<sch:pattern>", "not well-formed"),
        (b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', "DTD"),
        (b'<!DOCTYPE a SYSTEM "http://localhost:1/a.dtd"><a/>', "DTD"),
        (b"<a>" * 300 + b"</a>" * 300, "nested"),
    ],
    ids=["empty", "not XML", "an entity", "an external DTD", "too deep"],
)
def test_hostile_xml_is_refused_in_an_included_file_too(
    files: Files, data: bytes, said: str
) -> None:
    """The error names that file."""
    path = files('<sch:include href="part.sch"/>', rules__part_sch=data)

    error = refusal(path)

    assert said in error.what
    assert error.where.startswith(str(path.with_name("part.sch").resolve()))


@pytest.mark.parametrize(
    ("content", "others"),
    [
        pytest.param('<sch:extends href="main.sch"/>', {}, id="itself"),
        pytest.param(
            '<sch:include href="a.sch"/>',
            {
                "rules__a_sch": f'<sch:pattern {SCH}><sch:include href="b.sch"/></sch:pattern>',
                "rules__b_sch": f'<sch:rule {SCH}><sch:include href="a.sch"/></sch:rule>',
            },
            id="two files",
        ),
        pytest.param(
            '<sch:pattern id="p"><sch:include href="#p"/></sch:pattern>', {}, id="a fragment"
        ),
        pytest.param(
            '<xsl:include href="a.xsl"/>',
            {"rules__a_xsl": f'<xsl:stylesheet {XSL}><xsl:include href="a.xsl"/></xsl:stylesheet>'},
            id="stylesheets",
        ),
    ],
)
def test_includes_that_lead_round_in_a_circle_are_refused(
    files: Files, content: str, others: dict[str, str]
) -> None:
    """And told as such."""
    assert "round in a circle" in refusal(files(content, **others)).what


def test_includes_that_multiply_are_refused(files: Files) -> None:
    """Ten files that each bring the next one twice would be a thousand and more."""
    others = {
        f"rules__f{number}_sch": f"<sch:rule {SCH}>"
        + f'<sch:include href="f{number + 1}.sch"/>' * 2
        + "</sch:rule>"
        for number in range(12)
    }
    path = files('<sch:include href="f0.sch"/>', **others, rules__f12_sch=PATTERN.format(id="x"))

    assert "more than 1000 includes" in refusal(path).what


# What would read other files ------------------------------------------------------------------


@pytest.mark.parametrize(
    "expression",
    [
        "doc('http://localhost:1/')",
        "document('../../x.xml')//a",
        "fn:doc('x.xml')",
        "doc ('x.xml')",
        "doc(: a comment :)('x.xml')",
        "doc#1('x.xml')",
        "unparsed-text('x')",
        "json-doc('x')",
        "collection()",
        "environment-variable('HOME')",
        "function-lookup(xs:QName('fn:doc'), 1)('x')",
    ],
)
@pytest.mark.parametrize(
    "where",
    [
        '<sch:let name="x" value="{}"/>',
        '<sch:pattern><sch:rule context="shop[{}]"/></sch:pattern>',
        '<sch:pattern><sch:rule context="shop"><sch:report test="{}"/></sch:rule></sch:pattern>',
        '<xsl:variable name="x" select="{}"/>',
        '<sch:let name="x"><xsl:sequence select="{}"/></sch:let>',
    ],
    ids=["variable", "context", "test", "xsl:variable", "content of a variable"],
)
def test_rules_read_the_message_alone(files: Files, expression: str, where: str) -> None:
    """A verdict that depended on other files could not be repeated."""
    path = files("\n" + where.format(expression))

    error = refusal(path)

    assert "would read other files than the message" in error.what
    assert error.where == f"{path}:3"


@pytest.mark.parametrize("text", ["'doc(x)'", "(: doc('x') :) 1", "my:doc(.)", "count(doc)"])
def test_what_only_looks_like_reading_is_let_through(files: Files, text: str) -> None:
    """A literal, a comment, a function of the file's own, an element of that name."""
    path = files(
        '<sch:ns prefix="my" uri="urn:my"/>'
        '<xsl:function name="my:doc"><xsl:param name="x"/><xsl:sequence select="1"/></xsl:function>'
        f'<sch:pattern><sch:rule context="shop"><sch:report id="told" test="{text} or true()"/>'
        "</sch:rule></sch:pattern>"
    )

    assert ids(path) == ["told"]


def test_a_function_that_is_not_recognised_still_reads_nothing(
    files: Files, tmp_path: Path
) -> None:
    """By another prefix it gets as far as the processor, which may open no file."""
    secret = tmp_path / "secret.xml"
    secret.write_text("<secret/>")
    test = f"f:doc('{secret.as_uri()}')/secret"
    path = files(
        '<sch:ns prefix="f" uri="http://www.w3.org/2005/xpath-functions"/>'
        f'<sch:pattern><sch:rule context="shop"><sch:report test="{test}"/></sch:rule>'
        "</sch:pattern>"
    )

    outcome = RuleSet(path).judged(SHOP, at=NOON)

    assert outcome.broken == ()
    assert [one.why for one in outcome.unevaluated] == ["error FODC0005"]


@pytest.mark.parametrize(
    ("element", "said"),
    [
        ('<xsl:template match="/"/>', "xsl:template is not accepted"),
        ('<xsl:output method="text"/>', "xsl:output is not accepted"),
        ('<xsl:use-package name="x"/>', "xsl:use-package is not accepted"),
        ('<xsl:variable name="v" static="yes" select="1"/>', "would run when it is compiled"),
        ('<xsl:variable name="v" expand-text="yes">{1}</xsl:variable>', "expand-text"),
        (
            '<xsl:function name="xs:f"><xsl:evaluate xpath="\'1\'"/></xsl:function>',
            "xsl:evaluate is not accepted",
        ),
        (
            '<xsl:variable name="v"><xsl:result-document href="x"/></xsl:variable>',
            "xsl:result-document is not accepted",
        ),
        (
            '<sch:let name="v"><xsl:source-document href="x"/></sch:let>',
            "xsl:source-document is not accepted",
        ),
        (
            '<sch:pattern documents="\'x.xml\'"><sch:rule context="a"/></sch:pattern>',
            "documents would have the pattern read other files",
        ),
    ],
)
def test_what_xslt_could_do_beside_is_refused(files: Files, element: str, said: str) -> None:
    """Rules compute; they write nothing, and run nothing that they made up."""
    path = files("\n" + element)

    error = refusal(path)

    assert said in error.what
    assert error.where == f"{path}:3"
