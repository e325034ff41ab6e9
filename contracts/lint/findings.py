"""What the linter says: one finding a deviation, and the report that holds them all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from lxml import etree

from contracts.lint.rules import Rule, Severity, rule
from contracts.package_parts import Source

__all__ = ["Ignored", "LintFinding", "LintReport", "Scope", "found", "found_in_package"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LintFinding:
    """One place where a package deviates from a rule.

    Shape: ``file`` is a path in the package, empty where the package as a whole deviates; ``line``
           counts from 1.
    """

    rule: Rule
    file: str
    line: int
    text: str
    expected: str = ""
    actual: str = ""
    mend: str = ""

    @property
    def severity(self) -> Severity:
        """Give the weight of the rule that is broken."""
        assert self.rule.severity is not None  # noqa: S101 - rules without one are never judged
        return self.rule.severity

    def __str__(self) -> str:
        """Give the finding on one line."""
        place = f"{self.file}:{self.line}: " if self.file else ""
        return f"{place}{self.severity} {self.rule.id}: {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """A finding that does not count, since somebody said so, and why."""

    finding: LintFinding
    reason: str


class Scope(StrEnum):
    """What a path holds: a whole release, or schemas without documents."""

    RELEASE = "release"
    SCHEMAS = "schemas"


@dataclass(frozen=True, slots=True, kw_only=True)
class LintReport:
    """What came of linting one package.

    Shape: ``location`` is the archive or folder, and ``within`` the folders in it that hold
           everything else; ``unjudged`` says which rules were not judged here, and why.
    """

    package: str
    location: Path
    within: str
    scope: Scope
    domain: str
    wsdls: int
    schemas: int
    messages: int
    findings: tuple[LintFinding, ...]
    ignored: tuple[Ignored, ...] = ()
    unjudged: tuple[str, ...] = ()

    @property
    def archived(self) -> bool:
        """Tell whether the files are members of an archive."""
        return not self.location.is_dir()

    def counted(self, severity: Severity) -> int:
        """Count the findings of a severity."""
        return Counter(finding.severity for finding in self.findings)[severity]

    @property
    def summary(self) -> str:
        """Give the sums by severity, as people read them."""
        return ", ".join(
            f"{count} {severity}{'' if count == 1 else 's'}"
            for severity in Severity
            for count in (self.counted(severity),)
        )

    def deviates(self, *, strict: bool) -> bool:
        """Tell whether there are errors; with ``strict`` warnings count too."""
        counting = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
        return any(finding.severity in counting for finding in self.findings)


def found(
    name: str,
    source: Source,
    node: etree._Element | None,
    text: str,
    *,
    expected: str = "",
    actual: str = "",
    mend: str = "",
) -> LintFinding:
    """Make a finding at a node of a file, or at its root where there is no node."""
    broken = rule(name)
    return LintFinding(
        rule=broken,
        file=source.origin,
        line=source.line(source.root if node is None else node),
        text=text,
        expected=expected,
        actual=actual,
        mend=mend or broken.mend,
    )


def found_in_package(
    name: str, text: str, *, file: str = "", line: int = 1, expected: str = "", actual: str = "",
    mend: str = "",
) -> LintFinding:  # fmt: skip
    """Make a finding of the package, or of one of its files that is not read as XML."""
    broken = rule(name)
    return LintFinding(
        rule=broken, file=file, line=line, text=text, expected=expected, actual=actual,
        mend=mend or broken.mend,
    )  # fmt: skip
