"""Each rule turns red for a package that breaks it alone, and a package that keeps all is clean."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from contracts.lint.rules import Judged, all_rules

RULES = [rule.id for rule in all_rules().values() if rule.judged is Judged.PACKAGE]
WAYS = [
    "as it is", "archive", "candidate", "patch", "profile in small letters", "profile 2.0",
    "profile 2.0, body first", "profile with assertion", "not national", "assignment and result",
    "extended", "extended domain",
]  # fmt: skip


def test_each_rule_has_its_package(made: ModuleType) -> None:
    """The table of broken packages is that of the rules, and no way to be clean is left out."""
    assert list(made.BROKEN) == RULES
    assert list(made.CLEAN) == WAYS


@pytest.mark.parametrize("way", WAYS)
def test_a_package_that_keeps_every_rule_has_no_findings(
    made: ModuleType, way: str, tmp_path: Path
) -> None:
    """There is not even a note, and its sample message was judged."""
    report = made.CLEAN[way]().linted(tmp_path)

    assert [str(one) for one in report.findings] == []
    assert report.unjudged == ()
    assert (report.messages, report.wsdls) == (1, 1)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_turns_red_alone(made: ModuleType, rule: str, tmp_path: Path) -> None:
    """The package that breaks it is told of that rule and of no other."""
    report = made.BROKEN[rule]().linted(tmp_path)

    assert {one.rule.id for one in report.findings} == {rule}, [str(one) for one in report.findings]


@pytest.mark.parametrize("rule", RULES)
def test_a_finding_says_where_what_and_how_to_mend(
    made: ModuleType, rule: str, tmp_path: Path
) -> None:
    """The place is in the package, and expected, mending and source are never empty."""
    release = made.BROKEN[rule]()
    for finding in release.linted(tmp_path).findings:
        if finding.file and not finding.file.endswith("/"):
            lines = release.files[finding.file].count(b"\n") + 1
            assert 1 <= finding.line <= lines
        assert finding.text
        assert finding.expected
        assert finding.mend
        assert finding.rule.source
        assert "/tmp" not in f"{finding.text}{finding.expected}{finding.actual}"  # noqa: S108
