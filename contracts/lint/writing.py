"""One report, in the form that is asked for: text on a console, or JSON or SARIF as text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich.console import Console

from contracts.errors import UsageError
from contracts.lint.as_json import report_as_json, rules_as_json
from contracts.lint.findings import LintReport
from contracts.lint.rules import all_rules
from contracts.lint.sarif import report_as_sarif
from contracts.lint.text import tell_report, tell_rules

__all__ = ["FORMS", "ignoring", "report_in", "rules_in", "write_report"]

FORMS = ("text", "json", "sarif")


def report_in(form: str, report: LintReport, console: Console) -> str | None:
    """Give the report as JSON or SARIF; as text it goes to the console, and None comes back."""
    if form == "text":
        tell_report(console, report)
        return None
    return _as_text(report_as_json(report) if form == "json" else report_as_sarif(report))


def rules_in(form: str, console: Console) -> str | None:
    """Give the table of rules as JSON; as text it goes to the console, and None comes back.

    Raises: UsageError for SARIF, which tells rules only beside results.
    """
    if form == "text":
        tell_rules(console, all_rules().values())
        return None
    if form == "sarif":
        raise UsageError("--rules has no SARIF form", mend="choose --format text or json")
    return _as_text(rules_as_json(all_rules().values()))


def write_report(form: str, report: LintReport, path: Path) -> None:
    """Write the report to a file, in any form; text without colours.

    Raises: UsageError where the file cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            console = Console(
                file=file,
                highlight=False,
                soft_wrap=True,
                emoji=False,
                no_color=True,
                force_terminal=False,
            )
            if (text := report_in(form, report, console)) is not None:
                file.write(f"{text}\n")
    except OSError as error:
        raise UsageError(
            f"it cannot be written: {error.strerror or error}",
            where=str(path),
            mend="name another file",
        ) from None


def ignoring(texts: tuple[str, ...]) -> dict[str, str]:
    """Read what is to be ignored, each RULE or RULE=REASON, as the reason by rule."""
    pairs = (text.partition("=") for text in texts)
    return {rule.strip(): reason.strip() for rule, _, reason in pairs}


def _as_text(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)
