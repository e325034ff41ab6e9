"""Waivers in a file: which failures somebody has agreed to live with, why, and until when."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from contracts.errors import UsageError
from features.suites import Suite, suites
from reports.provenance import Waiver

__all__ = ["WAIVER_FILE", "read_waivers", "waivers_beside"]

WAIVER_FILE = "waivers.toml"
_TEXTS = ("requirement", "reason", "owner")
_KEYS = (*_TEXTS, "expires", "scenario", "suite")
_MEND = "docs/waivers.md tells what a waiver holds"


def read_waivers(path: Path, suite: Suite) -> tuple[Waiver, ...]:
    """Read the waivers that concern a suite: all that name it, and all that name none.

    Shape:  one that names no suite concerns those that know its requirement.
    Raises: UsageError with every mistake: an unknown key or requirement, a lacking reason or
            owner, a day that is none.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(
            f"the waivers cannot be read: {error.strerror or error}", where=str(path)
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"this is not TOML: {error}", where=str(path), mend=_MEND) from None
    entries = document.get("waiver", [])
    if set(document) - {"waiver"} or not isinstance(entries, list):
        raise UsageError("there are [[waiver]] tables and no others", where=str(path), mend=_MEND)
    problems = [
        f"waiver {number}: {told}"
        for number, entry in enumerate(entries, 1)
        for told in _wrong(entry)
    ]
    if problems:
        raise UsageError("; ".join(problems), where=str(path), mend=_MEND)
    return tuple(_waiver(entry) for entry in entries if _concerns(entry, suite))


def waivers_beside(target: Path) -> Path | None:
    """Give the file of waivers beside a target file, if there is one."""
    path = target.with_name(WAIVER_FILE)
    return path if path.is_file() else None


def _wrong(entry: Any) -> Iterator[str]:
    if not isinstance(entry, dict):
        yield "is no table"
        return
    if unknown := sorted(set(entry) - set(_KEYS)):
        yield f"there is no {', '.join(unknown)} in a waiver"
    for name in _TEXTS:
        if not isinstance(entry.get(name), str) or not entry[name].strip():
            yield f"{name} is missing, or is no text"
    day = entry.get("expires")
    if not isinstance(day, date) or isinstance(day, datetime):
        yield "expires is missing, or is no day - write expires = 2026-12-31, without quotes"
    for name in ("scenario", "suite"):
        if not isinstance(entry.get(name, ""), str):
            yield f"{name} is no text"
    names = {one.name: one for one in suites()}
    if entry.get("suite", "") not in {"", *names}:
        yield f"there is no suite {entry['suite']} - there are {', '.join(names)}"
        return
    among = [names[entry["suite"]]] if entry.get("suite") else list(names.values())
    known = {str(item.id) for one in among for item in one.requirements}
    requirement = entry.get("requirement")
    if isinstance(requirement, str) and requirement.strip() and requirement not in known:
        near = difflib.get_close_matches(requirement, known, n=1)
        advice = f" - did you mean {near[0]}?" if near else ""
        yield f"no suite knows the requirement {requirement}{advice}"


def _concerns(entry: dict[str, Any], suite: Suite) -> bool:
    if entry.get("suite"):
        return bool(entry["suite"] == suite.name)
    return entry["requirement"] in {str(item.id) for item in suite.requirements}


def _waiver(entry: dict[str, Any]) -> Waiver:
    return Waiver(
        requirement=entry["requirement"],
        reason=" ".join(entry["reason"].split()),
        owner=" ".join(entry["owner"].split()),
        expires=entry["expires"].isoformat(),
        scenario=entry.get("scenario", ""),
    )
