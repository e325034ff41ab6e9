"""What the linter found, for people: by file, then the sums; and the table of rules."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from rich.console import Console
from rich.markup import escape

from contracts.lint.findings import LintFinding, LintReport
from contracts.lint.rules import Judged, Rule, Severity, all_rules

__all__ = ["tell_report", "tell_rules"]

_STYLES = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "yellow",
    Severity.NOTE: "cyan",
}
_WHY_NOT = {
    Judged.EVIDENCE: "needs evidence",
    Judged.RUN: "shows in calls",
    Judged.NEVER: "cannot be broken",
    Judged.TEXT: "text not available",
}


def tell_report(console: Console, report: LintReport) -> None:
    """Print every finding, grouped by file, and the sums by severity."""
    wsdls, schemas = _counted(report.wsdls, "WSDL", "WSDL"), _counted(report.schemas, "schema")
    domain = report.domain or "no domain is named"
    console.print(f"[bold]{escape(report.package)}[/]: {escape(domain)}, {wsdls}, {schemas}, "
                  f"{_counted(report.messages, 'sample message')}")  # fmt: skip
    for file, findings in groupby(report.findings, key=lambda one: one.file):
        console.print()
        console.print(f"[bold]{escape(file or 'the package')}[/]")
        for finding in findings:
            _tell_finding(console, finding)
    console.print()
    for reason in report.unjudged:
        console.print(f"Not judged: {escape(reason)}.")
    told = sum(rule.judged is not Judged.PACKAGE for rule in all_rules().values())
    console.print(f"{told} rules cannot be judged by a package, see provbank domain lint --rules.")
    for ignored in dict.fromkeys((one.finding.rule.id, one.reason) for one in report.ignored):
        count = sum((one.finding.rule.id, one.reason) == ignored for one in report.ignored)
        reason = f": {ignored[1]}" if ignored[1] else ""
        console.print(f"Ignored: {ignored[0]}, {_counted(count, 'finding')}{escape(reason)}.")
    sums = ", ".join(
        f"[{_STYLES[severity]}]{_counted(report.counted(severity), severity)}[/]"
        for severity in Severity
    )
    console.print(sums)


def tell_rules(console: Console, rules: Iterable[Rule]) -> None:
    """Print rules with level, weight, figures, and how each is checked or why it cannot be."""
    for rule in rules:
        weight = (
            f"[{_STYLES[rule.severity]}]{rule.severity}[/]"
            if rule.severity is not None
            else f"[magenta]{_WHY_NOT[rule.judged]}[/]"
        )
        console.print(f"[bold]{rule.id}[/]  {rule.level}  {weight}  {escape(rule.title)}")
        console.print(f"    {escape(rule.says)}")
        console.print(f"    checked: {escape(rule.checked)}")
        if rule.severity is not None:
            console.print(f"    broken by: {escape(rule.figures)}")
            console.print(f"    mend: {escape(rule.mend)}")
        console.print(f"    source: {escape(rule.source)}")


def _tell_finding(console: Console, finding: LintFinding) -> None:
    style = _STYLES[finding.severity]
    rule = finding.rule
    line = f"line {finding.line}: " if finding.file and not finding.file.endswith("/") else ""
    console.print(f"  [{style}]{finding.severity}[/] [bold]{rule.id}[/] {line}"
                  f"{escape(finding.text)}")  # fmt: skip
    source = f"{rule.source}, {rule.level}; broken by {rule.figures}"
    if not rule.broken:
        source = f"{rule.source}, {rule.level}"
    for label, text in (("expected", finding.expected), ("actual", finding.actual),
                        ("mend", finding.mend), ("source", source)):  # fmt: skip
        if text:
            console.print(f"      {label}: {escape(text)}")


def _counted(count: int, noun: str, nouns: str = "") -> str:
    return f"{count} {noun if count == 1 else nouns or f'{noun}s'}"
