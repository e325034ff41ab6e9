"""The table of rules: weights as the profile sheet gives them, reasons for what is not judged."""

from __future__ import annotations

import pytest

from contracts.errors import UsageError
from contracts.lint.rules import Judged, Level, Severity, all_rules, rules_named

ERRORS = {
    "BP-4", "BP-7", "BP-8a", "BP-8b", "BP-8c", "BP-13", "BP-14", "BP-16", "BP-17", "TS-3", "TS-6",
    "TS-8/attributes", "TS-11", "DS-3",
}  # fmt: skip
WARNINGS = {"BP-7/request", "BP-15", "TS-1", "TS-4", "TS-5", "TS-7", "TS-8", "DS-2", "DS-5"}
NOTES = {"BP-2", "BP-3", "BP-5", "BP-8e", "BP-9", "BP-10", "BP-11", "BP-12", "TS-2", "TS-10",
         "DS-4", "DS-6"}  # fmt: skip
NUMBERED = {
    *(f"BP-{number}" for number in range(1, 28) if number != 8),
    *(f"BP-8{letter}" for letter in "abcdef"),
    *(f"TS-{number}" for number in range(1, 12)),
    *(f"DS-{number}" for number in (1, 2, 3, 4, 5, 6, 9)),
}
FIGURES = {
    "BP-4": (6, 192), "BP-5": (125, 192), "BP-7/request": (40, 194), "BP-8a": (2, 192),
    "BP-8b": (12, 194), "BP-15": (17, 188), "BP-16": (4, 193), "TS-1": (130, 341),
    "TS-2": (8, 341), "TS-3": (2, 341), "TS-4": (45, 341), "TS-5": (389, 938), "TS-7": (8, 333),
    "TS-8": (11, 549), "TS-8/attributes": (4, 731), "TS-9": (0, 11), "TS-10": (4, 620),
    "TS-11": (11, 194), "DS-2": (85, 219), "DS-3": (10, 219), "DS-4": (5, 150),
    "DS-5": (437, 1262), "LOAD-3": (18, 348), "LOAD-1": (8, 348),
}  # fmt: skip
OFTEN = 0.06


@pytest.mark.parametrize(
    ("severity", "names"),
    [(Severity.ERROR, ERRORS), (Severity.WARNING, WARNINGS), (Severity.NOTE, NOTES)],
)
def test_rules_weigh_as_the_profile_sheet_says(severity: Severity, names: set[str]) -> None:
    """A shall-rule that few break is an error, one that many break a warning, a should a note."""
    assert {name for name in names if all_rules()[name].severity is not severity} == set()


def test_every_numbered_rule_has_its_entry() -> None:
    """What RIV-TA numbers is there, judged or with the reason why not."""
    assert set(all_rules()) >= NUMBERED


@pytest.mark.parametrize(("name", "figure"), FIGURES.items())
def test_the_figures_are_those_counted(name: str, figure: tuple[int, int]) -> None:
    """How often approved contracts break a rule stands with the rule."""
    first = all_rules()[name].broken[0]

    assert (first.broken, first.of) == figure


def test_no_rule_that_approved_contracts_often_break_is_an_error() -> None:
    """The figures set the weight; the last figure leaves an older house style out."""
    for rule in all_rules().values():
        if rule.severity is Severity.ERROR and rule.broken:
            assert rule.broken[-1].broken / rule.broken[-1].of < OFTEN, rule.id


def test_a_rule_without_figures_is_an_error_only_where_nothing_works_without_it() -> None:
    """Files must be read, and the official package check pass; BP-14 is an error uncounted."""
    unmeasured = {
        rule.id
        for rule in all_rules().values()
        if rule.severity is Severity.ERROR and not rule.broken
    }

    families = {name.partition("-")[0] for name in unmeasured - {"BP-14"}}
    assert families <= {"FILE", "LOAD", "PKG"}


def test_should_rules_are_no_errors() -> None:
    """Nobody fails for what a rule only recommends."""
    for rule in all_rules().values():
        if rule.level is Level.SHOULD:
            assert rule.severity is not Severity.ERROR, rule.id


def test_what_no_package_can_tell_is_listed_with_the_reason() -> None:
    """Such a rule has no weight, so it is never among what passed or failed."""
    beyond = {rule.id: rule for rule in all_rules().values() if rule.judged is not Judged.PACKAGE}

    assert set(beyond) == {
        "BP-5/text", "BP-6", "BP-8d", "BP-8f", "CROSS-5",
        *(f"BP-{number}" for number in range(18, 28)),
    }  # fmt: skip
    assert all(rule.severity is None and rule.checked for rule in beyond.values())


def test_a_name_means_the_rule_and_its_parts() -> None:
    """Whoever names TS-8 means its attributes too; the case does not matter."""
    assert rules_named("ts-8") == {"TS-8", "TS-8/attributes"}
    assert rules_named("TS-8/attributes") == {"TS-8/attributes"}
    assert rules_named("BP-1") == {"BP-1"}
    assert rules_named("BP-8b") == {"BP-8b"}


def test_a_rule_that_there_is_not_is_usage() -> None:
    """The nearest names are told."""
    with pytest.raises(UsageError, match=r"no rule TS-88.*TS-8"):
        rules_named("TS-88")
