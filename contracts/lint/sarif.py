"""What the linter found, for code scanning: SARIF 2.1.0."""

from __future__ import annotations

import hashlib
from collections import Counter
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import quote

from contracts.lint.findings import Ignored, LintFinding, LintReport
from contracts.lint.rules import Judged, Rule, all_rules

__all__ = ["report_as_sarif"]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_FINGERPRINT = "provbankLint/v1"
_DOCUMENTS = {
    "BP": "https://rivta.se/documents/ARK_0002/",
    "PIP": "https://rivta.se/documents/ARK_0002/",
    "TS": "https://rivta.se/documents/ARK_0005/",
    "DS": "https://rivta.se/documents/ARK_0006/",
    "FILE": "https://www.w3.org/TR/xml/",
    "LOAD": "https://www.w3.org/TR/xmlschema-1/",
}
_PACKAGES = "https://rivta.se/documents/ARK_0007/"


def report_as_sarif(report: LintReport) -> dict[str, Any]:
    """Give a report as a SARIF log of one run.

    Shape:  files in a folder are named by address; members of an archive by their path in it, as
            artifacts whose parent is the archive. Rules that no package can tell are in the run's
            properties, not among its results: they neither passed nor failed.
    Source: SARIF 2.1.0, sections 3.4 (artifactLocation), 3.24 (artifact), 3.27 (result).
    """
    rules = [rule for rule in all_rules().values() if rule.judged is Judged.PACKAGE]
    places = _Places(report)
    numbers: Counter[str] = Counter()
    findings: list[LintFinding | Ignored] = [*report.findings, *report.ignored]
    index = {rule.id: number for number, rule in enumerate(rules)}
    results = [_result(one, index, places, numbers) for one in findings]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "provbank domain lint",
                        "version": metadata.version("provbank"),
                        "informationUri": "https://rivta.se/",
                        "rules": [_rule(rule) for rule in rules],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "artifacts": places.artifacts,
                "results": results,
                "properties": {
                    "unjudged": list(report.unjudged),
                    "beyondAPackage": [
                        {"rule": rule.id, "judged": rule.judged.value, "why": rule.checked}
                        for rule in all_rules().values()
                        if rule.judged is not Judged.PACKAGE
                    ],
                },
            }
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    assert rule.severity is not None  # noqa: S101 - it is judged by packages
    name = "".join(word[:1].upper() + word[1:] for word in rule.title.split() if word.isalpha())
    text = (
        f"{rule.says}\n\nChecked: {rule.checked}\n\nMend: {rule.mend}\n\n"
        f"Broken by: {rule.figures}.\n\nSource: {rule.source}, {rule.level}."
    )
    return {
        "id": rule.id,
        "name": name,
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": rule.says},
        "help": {"text": text},
        "helpUri": _DOCUMENTS.get(rule.id.partition("-")[0], _PACKAGES),
        "defaultConfiguration": {"level": rule.severity.value},
        "properties": {
            "level": rule.level.value,
            "source": rule.source,
            "broken": [{"what": one.what, "broken": one.broken, "of": one.of}
                       for one in rule.broken],
        },
    }  # fmt: skip


def _result(
    told: LintFinding | Ignored, index: dict[str, int], places: _Places, numbers: Counter[str]
) -> dict[str, Any]:  # fmt: skip
    finding = told.finding if isinstance(told, Ignored) else told
    parts = [f"{finding.text}."]
    parts += [
        f"{label}: {text}."
        for label, text in (("Expected", finding.expected), ("Actual", finding.actual),
                            ("Mend", finding.mend))
        if text
    ]  # fmt: skip
    result: dict[str, Any] = {
        "ruleId": finding.rule.id,
        "ruleIndex": index[finding.rule.id],
        "level": finding.severity.value,
        "message": {"text": " ".join(parts)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": places.location(finding.file),
                    "region": {"startLine": finding.line},
                }
            }
        ],
        "partialFingerprints": {_FINGERPRINT: _fingerprint(finding, numbers)},
    }
    if isinstance(told, Ignored):
        suppression = {"kind": "external", "status": "accepted"}
        result["suppressions"] = [
            {**suppression, "justification": told.reason} if told.reason else suppression
        ]
    return result


def _fingerprint(finding: LintFinding, numbers: Counter[str]) -> str:
    """Name a finding so that it stays the same when lines move; equal ones are numbered."""
    same = "\0".join((finding.rule.id, finding.file, finding.text, finding.actual))
    numbers[same] += 1
    return hashlib.sha256(f"{same}\0{numbers[same]}".encode()).hexdigest()[:32]


class _Places:
    """Where files are: addresses of a folder's, or paths within an archive."""

    def __init__(self, report: LintReport) -> None:
        self._report = report
        self.artifacts: list[dict[str, Any]] = []
        self._known: dict[str, int] = {}
        if report.archived:
            self.artifacts.append(
                {"location": {"uri": _address(report.location)}, "mimeType": "application/zip"}
            )

    def location(self, file: str) -> dict[str, Any]:
        """Give the artifact location of a file; that of the package for no file."""
        report = self._report
        if not report.archived:
            path = report.location / report.within / file
            uri = _address(path) + ("/" if path.is_dir() else "")
            return {"uri": uri, "index": self._index(uri, {"location": {"uri": uri}})}
        if not file:
            return {"uri": _address(report.location), "index": 0}
        uri = quote(report.within + file)
        return {
            "uri": uri,
            "index": self._index(uri, {"location": {"uri": uri}, "parentIndex": 0}),
        }

    def _index(self, uri: str, artifact: dict[str, Any]) -> int:
        if uri not in self._known:
            self._known[uri] = len(self.artifacts)
            self.artifacts.append(artifact)
        return self._known[uri]


def _address(path: Path) -> str:
    """Give the address of a path: relative where it was named so, or else a file address."""
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
