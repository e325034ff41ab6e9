"""What the linter found, for programs: the form that lint.schema.json describes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contracts.lint.findings import LintFinding, LintReport
from contracts.lint.rules import Judged, Rule, Severity, all_rules

__all__ = ["FORMAT", "report_as_json", "rules_as_json"]

FORMAT = 1
"""Raise it when a key changes its meaning or goes away; new keys may come at any time."""


def report_as_json(report: LintReport) -> dict[str, Any]:
    """Give a report as JSON-ready values; every key is always there."""
    return {
        "format": FORMAT,
        "package": report.package,
        "domain": report.domain,
        "scope": report.scope.value,
        "counts": {
            "wsdls": report.wsdls,
            "schemas": report.schemas,
            "messages": report.messages,
            "errors": report.counted(Severity.ERROR),
            "warnings": report.counted(Severity.WARNING),
            "notes": report.counted(Severity.NOTE),
            "ignored": len(report.ignored),
        },
        "findings": [_finding(one) for one in report.findings],
        "ignored": [{**_finding(one.finding), "reason": one.reason} for one in report.ignored],
        "unjudged": list(report.unjudged),
        "beyond_a_package": [
            {"rule": rule.id, "level": rule.level.value, "judged": rule.judged.value,
             "title": rule.title, "why": rule.checked}
            for rule in all_rules().values()
            if rule.judged is not Judged.PACKAGE
        ],
    }  # fmt: skip


def rules_as_json(rules: Iterable[Rule]) -> dict[str, Any]:
    """Give the table of rules as JSON-ready values."""
    return {"format": FORMAT, "rules": [rule.to_json() for rule in rules]}


def _finding(finding: LintFinding) -> dict[str, Any]:
    return {
        "rule": finding.rule.id,
        "severity": finding.severity.value,
        "level": finding.rule.level.value,
        "file": finding.file,
        "line": finding.line,
        "text": finding.text,
        "expected": finding.expected,
        "actual": finding.actual,
        "mend": finding.mend,
        "source": finding.rule.source,
        "broken": [{"what": one.what, "broken": one.broken, "of": one.of}
                   for one in finding.rule.broken],
    }  # fmt: skip
