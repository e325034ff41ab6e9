"""What the tests of contracts share: a deal, a clock, messages made to order, small rule sets.

``wire`` is the module beside this file that judges wire equality. Tests stand in no package, so it
is loaded by its path.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.kinds import Deal, valid
from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM
from contracts.judge import judge_payload
from contracts.schematron import Outcome, RuleSet
from contracts.terms import SWEDISH_TIME, OrganisationNumber


@pytest.fixture(autouse=True)
def no_first_look_lets_a_broken_rule_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the rules in full after each first look that was enough, in every test."""
    judged = RuleSet.judged

    def checked(rules: RuleSet, payload: etree._Element, **asked: Any) -> Outcome:
        outcome = judged(rules, payload, **asked)
        if outcome == Outcome() and rules.has_first_look:
            assert rules.judged_in_full(payload, **asked) == outcome
        return outcome

    monkeypatch.setattr(RuleSet, "judged", checked)


@pytest.fixture(scope="session")
def noon() -> datetime:
    """Give the clock that messages are judged by."""
    return datetime(2026, 11, 22, 12, tzinfo=SWEDISH_TIME)


@pytest.fixture(scope="session")
def deal(noon: datetime) -> Deal:
    """Give who bills whom, on the day of the clock."""
    return Deal(
        seller=OrganisationNumber("2321000016"),
        buyer=OrganisationNumber("2321000024"),
        county="03",
        municipality="0380",
        today=date(noon.year, noon.month, noon.day),
    )


@pytest.fixture(scope="session")
def a_claim(deal: Deal) -> Callable[..., etree._Element]:
    """Give a maker of claim specifications: a valid kind, changed at the places named.

    A place is a path of local names, found wherever it first stands. Its new text replaces the
    old; None takes the element away.
    """

    def build(
        kind: str = "öppen vård", changes: Mapping[str, str | None] | None = None
    ) -> etree._Element:
        payload = valid(kind, deal)
        for path, text in (changes or {}).items():
            element = payload.find(
                ".//" + "/".join(f"{{{CLAIM}}}{name}" for name in path.split("/"))
            )
            assert element is not None, f"{kind} has no {path}"
            if text is None:
                parent = element.getparent()
                assert parent is not None
                parent.remove(element)
            else:
                element.text = text
        return payload

    return build


@pytest.fixture(scope="session")
def failed_rules(noon: datetime) -> Callable[[etree._Element], tuple[str, ...]]:
    """Give the judge of schema-valid messages: the rules that one of them breaks."""

    def judged(payload: etree._Element) -> tuple[str, ...]:
        judgement = judge_payload(payload, at=noon)
        assert judgement.schema_valid, judgement.findings
        assert judgement.failed_rules is not None, judgement.findings
        return judgement.failed_rules

    return judged


@pytest.fixture(scope="session")
def wire() -> ModuleType:
    """Give what wire equality is judged by: packages, schema trees, made messages, statements."""
    return _beside("wire")


@pytest.fixture(scope="session")
def packages() -> ModuleType:
    """Give a maker of release archives: clean ones, faulty ones and hostile ones."""
    return _beside("packages")


@pytest.fixture(scope="session")
def releases() -> ModuleType:
    """Give a maker of as many release archives as are published, with their habits."""
    return _beside("releases")


def _beside(module_name: str) -> ModuleType:
    """Import a module that lies beside this file."""
    name = f"provbank_tests_{module_name}"
    if name not in sys.modules:
        path = Path(__file__).with_name(f"{module_name}.py")
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture
def a_rule_file(tmp_path: Path) -> Callable[..., Path]:
    """Give a maker of Schematron files: patterns and what else a schema may hold."""
    made = iter(range(1000))

    def build(content: str, *, binding: str = 'queryBinding="xslt2"') -> Path:
        path = tmp_path / f"rules-{next(made)}.sch"
        path.write_text(
            f"""<sch:schema xmlns:sch="http://purl.oclc.org/dsdl/schematron"
                xmlns:xsl="http://www.w3.org/1999/XSL/Transform" {binding}>
                {content}
                </sch:schema>""",
            encoding="utf-8",
        )
        return path

    return build


@pytest.fixture
def a_rule_set(a_rule_file: Callable[..., Path]) -> Callable[..., RuleSet]:
    """Give a maker of compiled rule sets."""

    def build(content: str, **schema: str) -> RuleSet:
        return RuleSet(a_rule_file(content, **schema))

    return build
