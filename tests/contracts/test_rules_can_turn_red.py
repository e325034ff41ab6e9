"""Each rule is tested by messages of its own: switched off, it is missed, and no other is.

Green must be able to turn red. A copy of rules.sch in which one rule always holds stands for an
implementation that forgot the rule; the messages of that rule have to tell the two apart.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from contracts.catalogue import bundled
from contracts.domains.financial_billing_claim.v1_1.kinds import KINDS, Deal, valid
from contracts.domains.financial_billing_claim.v1_1.single_faults import (
    RULE_FAULTS,
    faulty,
)
from contracts.schematron import RuleSet

SCHEMATRON = "{http://purl.oclc.org/dsdl/schematron}"
DOMAIN = bundled().domain("financial:billing:claim", "1.1")
RULES = [requirement.rule for requirement in DOMAIN.requirements.rules()]


@pytest.fixture(scope="module")
def messages(deal: Deal) -> dict[str, etree._Element]:
    """Give the message of each fault."""
    return {name: faulty(name, deal) for name in RULE_FAULTS}


def changed(which: str | int, folder: Path, test: str = "true()") -> RuleSet:
    """Compile a copy of the rules in which one rule, or one assertion, has another test."""
    root = etree.parse(str(DOMAIN.folder / "rules.sch")).getroot()
    found = 0
    for number, item in enumerate(root.iter(f"{SCHEMATRON}assert")):
        if which in (number, item.get("id")):
            item.set("test", test)
            found += 1
    assert found
    path = folder / f"changed-{which}.sch"
    path.write_bytes(etree.tostring(root))
    return RuleSet(path)


def failed(rules: RuleSet, message: etree._Element, at: datetime) -> set[str]:
    """Give the rules that a message breaks."""
    return {broken.rule for broken in rules.broken(message, at=at)}


@cache
def assertions() -> tuple[str, ...]:
    """Give the ids of all assertions, in the order of the file."""
    root = etree.parse(str(DOMAIN.folder / "rules.sch")).getroot()
    return tuple(item.get("id", "") for item in root.iter(f"{SCHEMATRON}assert"))


def test_the_file_holds_the_49_rules() -> None:
    """Every assertion has the name of a rule, and every rule has an assertion."""
    assert len(RULES) == 49
    assert set(assertions()) == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_switched_off_is_missed(
    rule: str, tmp_path: Path, messages: dict[str, etree._Element], noon: datetime
) -> None:
    """The messages of the rule get by, and those of every other rule are still caught."""
    weakened = changed(rule, tmp_path)

    for name, fault in RULE_FAULTS.items():
        assert failed(DOMAIN.rules, messages[name], noon) == {fault.rule}, name
        expected = set() if fault.rule == rule else {fault.rule}
        assert failed(weakened, messages[name], noon) == expected, name


def test_each_assertion_of_a_rule_is_needed(
    tmp_path: Path, a_claim: Callable[..., etree._Element], noon: datetime
) -> None:
    """R39 alone has several assertions, and each has an element that only it looks at."""
    several = {rule for rule in RULES if assertions().count(rule) > 1}
    coded = ("gender", "typeOfCare", "businessClassification", "diagnosisCode", "typeOfTreatment")
    lacking = {name: a_claim("öppen vård", {f"{name}/codeSystem": None}) for name in coded}
    assert several == {"R39"}

    missed = []
    for number, rule in enumerate(assertions()):
        if rule in several:
            weakened = changed(number, tmp_path)
            missed.append({name for name in coded if not failed(weakened, lacking[name], noon)})

    assert missed == [{"gender"}, {"typeOfCare"}, set(coded) - {"gender", "typeOfCare"}]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_asked_of_some_valid_message(
    rule: str, tmp_path: Path, deal: Deal, noon: datetime
) -> None:
    """A rule that never holds is broken by a valid kind: its context occurs, and it is run."""
    strict = changed(rule, tmp_path, test="false()")

    broken = [failed(strict, valid(kind, deal), noon) for kind in KINDS]

    assert set().union(*broken) == {rule}
