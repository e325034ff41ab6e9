"""The forms of a report: text for people, JSON by its schema, SARIF by the standard."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest
from rich.console import Console

import contracts.lint
from contracts.lint.as_json import report_as_json, rules_as_json
from contracts.lint.findings import LintReport
from contracts.lint.linter import lint, subject_named
from contracts.lint.rules import Judged, all_rules
from contracts.lint.sarif import report_as_sarif
from contracts.lint.text import tell_report, tell_rules
from contracts.lint.writing import report_in

SCHEMA = Path(contracts.lint.__file__).with_name("lint.schema.json")
_MESSAGE = {"type": "object", "required": ["text"], "properties": {"text": {"minLength": 1}}}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_ARTIFACT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["uri", "index"],
    "properties": {
        "uri": {"type": "string", "format": "uri-reference", "pattern": r"^[^\\ <>{}|^`]+$"},
        "index": {"type": "integer", "minimum": 0},
    },
}
SARIF: dict[str, Any] = {
    # the demands of SARIF 2.1.0 on what we write: sections 3.13, 3.14, 3.18, 3.19, 3.27, 3.49
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "additionalProperties": False,
                                "required": ["name"],
                                "properties": {
                                    "name": {"type": "string"},
                                    "version": {"type": "string"},
                                    "informationUri": {"type": "string", "format": "uri"},
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {"$ref": "#/$defs/rule"},
                                    },
                                },
                            }
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "artifacts": {
                        "type": "array",
                        "uniqueItems": True,
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "properties": {
                                "location": {"type": "object", "required": ["uri"]},
                                "parentIndex": {"type": "integer", "minimum": 0},
                                "mimeType": {"type": "string", "pattern": "[^/]+/.+"},
                            },
                        },
                    },
                    "results": {"type": "array", "items": {"$ref": "#/$defs/result"}},
                    "properties": {"type": "object"},
                },
            },
        },
    },
    "$defs": {
        "rule": {
            "type": "object",
            "additionalProperties": False,
            "required": ["id", "shortDescription", "help", "helpUri", "defaultConfiguration"],
            "properties": {
                "id": {"type": "string"},
                "name": {"type": "string"},
                "shortDescription": _MESSAGE,
                "fullDescription": _MESSAGE,
                "help": _MESSAGE,
                "helpUri": {"type": "string", "format": "uri", "pattern": "^https://"},
                "defaultConfiguration": {
                    "type": "object", "required": ["level"], "properties": {"level": _LEVEL},
                },
                "properties": {"type": "object"},
            },
        },
        "result": {
            "type": "object",
            "additionalProperties": False,
            "required": ["message", "ruleId", "ruleIndex", "level", "locations",
                         "partialFingerprints"],
            "properties": {
                "ruleId": {"type": "string"},
                "ruleIndex": {"type": "integer", "minimum": 0},
                "level": _LEVEL,
                "message": _MESSAGE,
                "locations": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "object",
                        "additionalProperties": False,
                        "properties": {
                            "physicalLocation": {
                                "type": "object",
                                "additionalProperties": False,
                                "required": ["artifactLocation", "region"],
                                "properties": {
                                    "artifactLocation": _ARTIFACT,
                                    "region": {
                                        "type": "object",
                                        "required": ["startLine"],
                                        "properties": {
                                            "startLine": {"type": "integer", "minimum": 1}
                                        },
                                    },
                                },
                            }
                        },
                    },
                },
                "partialFingerprints": {
                    "type": "object", "additionalProperties": {"type": "string"},
                },
                "suppressions": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["kind"],
                        "properties": {
                            "kind": {"enum": ["inSource", "external"]},
                            "status": {"enum": ["accepted", "underReview", "rejected"]},
                            "justification": {"type": "string"},
                        },
                    },
                },
            },
        },
    },
}  # fmt: skip


@pytest.fixture
def report(made: ModuleType, tmp_path: Path) -> LintReport:
    """Give a report with an error, a warning and two notes of a folder, one finding ignored."""
    return several(made).linted(tmp_path, ignoring={"BP-3": "an old name"})


def several(made: ModuleType) -> Any:
    """Break several rules: LOAD-7, TS-7, BP-3 and PKG-7/specification."""
    release = made.clean().changed(made.CORE, "[0-9]{4}", "^[0-9]{4}$")
    release = release.changed(made.SCHEMA, 'version="1.0">', 'version="1.1">')
    release = release.changed(
        made.WSDL, 'definitions name="MakeThingInteraction"', 'definitions name="MakeThing"'
    )
    return release.lacking("docs/IS_made_up_things.docx")


def as_text(report: LintReport) -> str:
    """Give what is printed on a console without colours."""
    console = Console(file=io.StringIO(), soft_wrap=True, highlight=False, emoji=False)
    tell_report(console, report)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_text_is_grouped_by_file_with_the_sums_at_the_end(
    report: LintReport, made: ModuleType
) -> None:
    """Each finding has rule, line, expected, actual, mending and source with the figures."""
    text = as_text(report)

    files = [line for line in text.splitlines() if line.startswith("schemas/")]
    assert files == [made.CORE, made.SCHEMA]
    assert "  warning TS-7 line 4: the schema's version is not that of its name" in text
    assert '      expected: version="1.0"' in text
    assert '      actual: version="1.1"' in text
    assert "      mend: let version and file name agree" in text
    assert "broken by 8 of 333 service schemas" in text
    assert "Ignored: BP-3, 1 finding: an old name." in text
    assert text.splitlines()[-1] == "1 error, 1 warning, 1 note"


def test_text_says_that_some_rules_are_not_judged(report: LintReport) -> None:
    """They are never shown as passed."""
    assert "15 rules cannot be judged by a package" in as_text(report)


def test_the_table_of_rules_tells_why_a_rule_is_not_judged() -> None:
    """And for those that are, how, how often they are broken, and how to mend it."""
    console = Console(file=io.StringIO(), soft_wrap=True, highlight=False, emoji=False)
    tell_rules(console, all_rules().values())
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()

    assert "BP-18  shall  needs evidence" in text
    assert "BP-6  shall  shows in calls" in text
    assert "BP-4  shall  error" in text
    assert "broken by: 6 of 192 WSDL" in text


def test_json_is_of_the_documented_form(report: LintReport) -> None:
    """The schema that comes with the product holds for it."""
    document = json.loads(json.dumps(report_as_json(report)))

    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert document["counts"] == {
        "wsdls": 1, "schemas": 3, "messages": 1, "errors": 1, "warnings": 1, "notes": 1,
        "ignored": 1,
    }  # fmt: skip
    assert [one["rule"] for one in document["findings"]] == [
        "PKG-7/specification", "LOAD-7", "TS-7",
    ]  # fmt: skip
    assert [(one["rule"], one["reason"]) for one in document["ignored"]] == [
        ("BP-3", "an old name")
    ]
    assert "BP-18" in {one["rule"] for one in document["beyond_a_package"]}


def test_every_rule_fits_the_documented_form(made: ModuleType, tmp_path: Path) -> None:
    """Whatever rule is broken, JSON and SARIF hold."""
    schema = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    sarif = jsonschema.Draft202012Validator(SARIF)
    for number, (rule, broken) in enumerate(made.BROKEN.items()):
        (tmp_path / str(number)).mkdir()
        told = broken().linted(tmp_path / str(number))
        schema.validate(report_as_json(told))
        log = report_as_sarif(told)
        log["runs"][0]["tool"]["driver"]["rules"] = []  # the same each time, and judged below
        sarif.validate(log)
        assert log["runs"][0]["results"][0]["ruleId"] == rule


def test_the_table_of_rules_is_json_too() -> None:
    """With the figures as numbers."""
    rules = rules_as_json(all_rules().values())["rules"]

    assert len(rules) == len(all_rules())
    (one,) = (rule for rule in rules if rule["id"] == "DS-2")
    assert one["broken"][0] == {"what": "domain schemas", "broken": 85, "of": 219}


def test_sarif_keeps_the_standard(report: LintReport) -> None:
    """Rules with help and weight, results with place, level and fingerprint."""
    log = report_as_sarif(report)

    jsonschema.validate(log, SARIF, format_checker=jsonschema.FormatChecker())
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [
        rule.id for rule in all_rules().values() if rule.judged is Judged.PACKAGE
    ]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert rules[result["ruleIndex"]]["defaultConfiguration"]["level"] == result["level"]
        location = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert run["artifacts"][location["index"]]["location"]["uri"] == location["uri"]
    assert "broken by: 8 of 333" in next(
        rule["help"]["text"].lower() for rule in rules if rule["id"] == "TS-7"
    )


def test_sarif_tells_what_is_ignored_as_suppressed(report: LintReport) -> None:
    """With the reason; everything else counts."""
    results = report_as_sarif(report)["runs"][0]["results"]

    assert [one["suppressions"] for one in results if "suppressions" in one] == [
        [{"kind": "external", "status": "accepted", "justification": "an old name"}]
    ]
    assert [one["ruleId"] for one in results if "suppressions" in one] == ["BP-3"]


def test_sarif_names_files_of_a_folder_by_address(
    made: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the folder was named: relative names stay relative, so that a repository can be shown."""
    monkeypatch.chdir(tmp_path)
    several(made).laid_out(tmp_path)

    for named, start in (
        (made.clean().name, f"{made.clean().name}/"),
        (str(tmp_path / made.clean().name), f"{(tmp_path / made.clean().name).as_uri()}/"),
    ):
        results = report_as_sarif(lint(subject_named(named)))["runs"][0]["results"]
        uris = {
            one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in results
        }
        assert uris == {start, *(start + path for path in (made.CORE, made.SCHEMA, made.WSDL))}


def test_sarif_names_members_of_an_archive_by_their_path_in_it(
    made: ModuleType, tmp_path: Path
) -> None:
    """The archive is their parent; a finding of the whole is the archive's."""
    release = several(made)
    files = {f"top/{path}": data for path, data in release.files.items()}
    release = made.Release(name=f"{release.name}.zip", files=files)

    (run,) = report_as_sarif(release.linted(tmp_path))["runs"]

    archive, *members = run["artifacts"]
    assert archive["location"]["uri"] == (tmp_path / release.name).as_uri()
    assert {one["location"]["uri"] for one in members} == {
        f"top/{path}" for path in (made.CORE, made.SCHEMA, made.WSDL)
    }
    assert {one["parentIndex"] for one in members} == {0}


def test_a_fingerprint_stays_when_lines_move(made: ModuleType, tmp_path: Path) -> None:
    """And no two findings of a report have the same."""

    def fingerprints(release: Any, name: str) -> list[str]:
        (tmp_path / name).mkdir()
        results = report_as_sarif(release.linted(tmp_path / name))["runs"][0]["results"]
        return [one["partialFingerprints"]["provbankLint/v1"] for one in results]

    release = several(made)
    before = fingerprints(release, "before")
    moved = release.changed(made.CORE, "<xs:schema", "\n\n<xs:schema")

    assert fingerprints(moved, "after") == before
    assert len(set(before)) == len(before)


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_forms_for_programs_are_json_text(report: LintReport, form: str) -> None:
    """Letters stay as they are."""
    text = report_in(form, report, Console(file=io.StringIO()))

    assert text is not None
    assert json.loads(text)


def test_the_page_shows_what_is_printed(
    made: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The example in docs/lint.md is the linter's own."""
    monkeypatch.chdir(tmp_path)
    made.BROKEN["LOAD-7"]().laid_out(tmp_path)
    page = Path(__file__).resolve().parents[3] / "docs" / "lint.md"

    shown = as_text(lint(subject_named(made.clean().name)))

    assert f"```text\n{shown}```" in page.read_text(encoding="utf-8")
