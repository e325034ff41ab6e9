"""The rules of RIV-TA for a package, read from rules.toml: level, severity, figures, clause."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from contracts.errors import UsageError

__all__ = ["Breakage", "Judged", "Level", "Rule", "Severity", "all_rules", "rule", "rules_named"]

_TABLE = Path(__file__).with_name("rules.toml")
PROFILES = ("2.0", "2.1", "pip2.1")


class Level(StrEnum):
    """How binding a rule is, by its own words."""

    SHALL = "shall"
    SHOULD = "should"
    PERMISSION = "permission"
    PRINCIPLE = "principle"
    WITHDRAWN = "withdrawn"
    UNVERIFIED = "unverified"


class Severity(StrEnum):
    """How much a deviation weighs: by level, and by how often approved contracts deviate so."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Judged(StrEnum):
    """By what a rule can be judged; all but the first are no matter of a package."""

    PACKAGE = "package"
    EVIDENCE = "evidence"
    RUN = "run"
    NEVER = "never"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakage:
    """How many of the newest published contracts break a rule, of how many where it applies."""

    what: str
    broken: int
    of: int

    def __str__(self) -> str:
        """Give the figure as people read it."""
        return f"{self.broken} of {self.of} {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: what it says, how it is checked or why it cannot be, and how to mend a deviation.

    Shape: a slash in the id names a part of a rule. ``severity`` is None where no package can
           tell, and ``checked`` says why.
    """

    id: str
    level: Level
    title: str
    says: str
    checked: str
    source: str
    severity: Severity | None = None
    judged: Judged = Judged.PACKAGE
    broken: tuple[Breakage, ...] = ()
    mend: str = ""
    profiles: tuple[str, ...] = PROFILES

    @property
    def figures(self) -> str:
        """Give the figures on one line, or say that none are known."""
        return "; ".join(str(one) for one in self.broken) or "no figure is known"

    def to_json(self) -> dict[str, Any]:
        """Give the rule as JSON-ready values; every key is always there."""
        return {
            "id": self.id,
            "level": self.level.value,
            "severity": self.severity.value if self.severity else None,
            "judged": self.judged.value,
            "title": self.title,
            "says": self.says,
            "checked": self.checked,
            "broken": [{"what": one.what, "broken": one.broken, "of": one.of}
                       for one in self.broken],
            "mend": self.mend,
            "source": self.source,
            "profiles": list(self.profiles),
        }  # fmt: skip


@cache
def all_rules() -> Mapping[str, Rule]:
    """Give all rules by id, in the order of the table."""
    entries = tomllib.loads(_TABLE.read_text(encoding="utf-8"))["rule"]
    return {entry["id"]: _rule(entry) for entry in entries}


def rule(name: str) -> Rule:
    """Give one rule by its id."""
    return all_rules()[name]


def rules_named(name: str) -> frozenset[str]:
    """Give the ids that a name means: that rule, and its parts.

    Raises: UsageError where there is no such rule.
    """
    wanted = name.strip().casefold()
    found = frozenset(
        one for one in all_rules() if one.casefold() == wanted or _whole(one).casefold() == wanted
    )
    if not found:
        near = difflib.get_close_matches(name.strip().upper(), all_rules(), n=3)
        raise UsageError(
            f"there is no rule {name}",
            mend=f"choose one of {', '.join(near)}" if near else "provbank domain lint --rules",
        )
    return found


def _whole(name: str) -> str:
    return name.partition("/")[0]


def _rule(entry: dict[str, Any]) -> Rule:
    severity = entry.get("severity")
    return Rule(
        **{
            **entry,
            "level": Level(entry["level"]),
            "severity": Severity(severity) if severity else None,
            "judged": Judged(entry.get("judged", "package")),
            "broken": tuple(Breakage(**one) for one in entry.get("broken", ())),
            "profiles": tuple(entry.get("profiles", PROFILES)),
        }
    )
