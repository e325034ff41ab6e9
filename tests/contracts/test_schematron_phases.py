"""Phases: which patterns are run, and the variables that a phase has of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from contracts.errors import RulesError, UsageError
from contracts.schematron import RuleSet

FileMaker = Callable[..., Path]

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SHOP = etree.fromstring("<shop><item>tea</item></shop>")


def a_pattern(id_: str, text: str = "") -> str:
    """Write a pattern that always speaks, by its own id."""
    return (
        f'<sch:pattern id="{id_}"><sch:rule context="shop"><sch:report id="{id_}" test="true()">'
        f"{text}</sch:report></sch:rule></sch:pattern>"
    )


def a_phase(id_: str, *patterns: str, content: str = "") -> str:
    """Write a phase with its active patterns."""
    active = "".join(f'<sch:active pattern="{pattern}"/>' for pattern in patterns)
    return f'<sch:phase id="{id_}">{content}{active}</sch:phase>'


THREE = a_pattern("a") + a_pattern("b") + a_pattern("c")
PHASES = a_phase("first", "a", "b") + a_phase("last", "c") + a_phase("none")
XSLT2 = 'queryBinding="xslt2"'


def spoken(path: Path, phase: str = "") -> list[str]:
    """Give which patterns speak in a phase."""
    return [one.rule for one in RuleSet(path, phase=phase).broken(SHOP, at=NOON)]


@pytest.mark.parametrize(
    ("phase", "default", "expected"),
    [
        pytest.param("", "", ["a", "b", "c"], id="all, by default"),
        pytest.param("", "last", ["c"], id="the file's default"),
        pytest.param("#DEFAULT", "last", ["c"], id="the default, by its name"),
        pytest.param("#DEFAULT", "", ["a", "b", "c"], id="a default that there is none of"),
        pytest.param("#DEFAULT", "#ALL", ["a", "b", "c"], id="a default that is all"),
        pytest.param("#ALL", "last", ["a", "b", "c"], id="all, against the default"),
        pytest.param("first", "last", ["a", "b"], id="one, against the default"),
        pytest.param("none", "", [], id="one without patterns"),
    ],
)
def test_a_phase_runs_its_active_patterns(
    a_rule_file: FileMaker, phase: str, default: str, expected: list[str]
) -> None:
    """In the order of the file, whatever the order of the phase."""
    binding = f'{XSLT2} defaultPhase="{default}"' if default else XSLT2
    path = a_rule_file(PHASES.replace("ab", "ba") + THREE, binding=binding)

    assert spoken(path, phase) == expected


def test_an_instance_of_an_abstract_pattern_is_active_by_its_own_id(
    a_rule_file: FileMaker,
) -> None:
    """The id of the abstract pattern names none that could be run."""
    path = a_rule_file(
        a_phase("both", "one", "two")
        + a_phase("second", "two")
        + '<sch:pattern abstract="true" id="form"><sch:rule context="shop">'
        '<sch:report id="$name" test="true()"/></sch:rule></sch:pattern>'
        '<sch:pattern id="one" is-a="form"><sch:param name="name" value="1"/></sch:pattern>'
        '<sch:pattern id="two" is-a="form"><sch:param name="name" value="2"/></sch:pattern>'
    )

    assert spoken(path, "both") == ["1", "2"]
    assert spoken(path, "second") == ["2"]


def test_a_phase_has_variables_of_its_own(a_rule_file: FileMaker) -> None:
    """They are known to its patterns, and hide those of the schema."""
    told = '<sch:value-of select="$who, $all"/>'
    path = a_rule_file(
        "<sch:let name='who' value=\"'schema'\"/><sch:let name='all' value='$who'/>"
        + a_phase("one", "a", content="<sch:let name='who' value=\"'one'\"/>")
        + a_phase("two", "a")
        + a_pattern("a", told)
    )

    texts = [
        RuleSet(path, phase=phase).broken(SHOP, at=NOON)[0].text for phase in ("one", "two", "")
    ]

    assert texts == ["one one", "schema schema", "schema schema"]


def test_a_variable_of_another_phase_is_not_known(a_rule_file: FileMaker) -> None:
    """What only one phase declares, only its patterns can use."""
    path = a_rule_file(
        a_phase("one", "a", content="<sch:let name='own' value='1'/>")
        + a_pattern("a", '<sch:value-of select="$own"/>')
    )

    assert spoken(path, "one") == ["a"]
    with pytest.raises(RulesError, match=r"\$own"):
        RuleSet(path, phase="#ALL")


def test_a_fault_in_another_phase_does_not_matter(a_rule_file: FileMaker) -> None:
    """Only what is run is compiled."""
    path = a_rule_file(PHASES + THREE.replace('id="c" test="true()"', 'id="c" test="(("'))

    assert spoken(path, "first") == ["a", "b"]
    with pytest.raises(RulesError):
        RuleSet(path, phase="last")


def test_a_phase_that_is_not_there_is_a_mistake_of_the_person(a_rule_file: FileMaker) -> None:
    """They are told which there are."""
    path = a_rule_file(PHASES + THREE)

    with pytest.raises(UsageError, match="no phase frist") as refused:
        RuleSet(path, phase="frist")

    assert refused.value.where == str(path)
    assert refused.value.mend == "choose one of first, last, none, #ALL"


@pytest.mark.parametrize(
    ("content", "default", "said", "line"),
    [
        pytest.param(THREE, "none", "defaultPhase='none' names no phase", 1, id="default"),
        pytest.param(
            "\n" + a_phase("p", "z") + THREE, "p", "active pattern='z' names no pattern", 4,
            id="active",
        ),
        pytest.param(
            "\n" + a_phase("p", content="<sch:rule/>") + THREE, "p", "rule is not known in a phase",
            4, id="something else",
        ),
    ],
)  # fmt: skip
def test_a_phase_that_leads_nowhere_is_a_mistake_of_the_file(
    a_rule_file: FileMaker, content: str, default: str, said: str, line: int
) -> None:
    """It is told with its line; otherwise rules would be silent unseen."""
    path = a_rule_file(content, binding=f'{XSLT2} defaultPhase="{default}"')

    with pytest.raises(RulesError, match=said) as refused:
        RuleSet(path)

    assert refused.value.where == f"{path}:{line}"
