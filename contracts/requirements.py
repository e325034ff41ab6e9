"""Requirement ids, clauses and texts, read from each domain's requirements.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from contracts.errors import RequirementsError
from contracts.terms import RequirementId

__all__ = ["Requirement", "Requirements", "Role", "read_requirements"]

Role = Literal["consumer", "producer"]
ROLES: tuple[Role, ...] = ("consumer", "producer")
_LEVELS = ("SKA", "BÖR")


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One testable sentence of a specification, in our own words.

    Shape: ``rule`` is the public name of a Schematron rule (R5), empty for other requirements;
           ``untested`` gives, per role, why no scenario checks it; ``reported`` tells that a
           deviation is an observation and never fails a system. Texts are Swedish, ``*_en`` and
           ``mend`` English.
    """

    id: RequirementId
    rule: str
    source: str
    level: str
    binds: tuple[Role, ...]
    title: str
    text: str
    text_en: str
    mend: str
    mend_sv: str
    differs: str = ""
    replaced_by: str = ""
    untested: Mapping[str, str] = field(default_factory=dict)
    reported: bool = False


class Requirements(Mapping[RequirementId, Requirement]):
    """The requirement catalogue of one domain version, by id."""

    def __init__(self, requirements: tuple[Requirement, ...], *, where: str) -> None:
        self.where = where
        self._by_id = {requirement.id: requirement for requirement in requirements}
        self._by_rule = {item.rule: item for item in requirements if item.rule}

    def __getitem__(self, key: RequirementId) -> Requirement:
        """Give the requirement with this id."""
        return self._by_id[key]

    def __iter__(self) -> Iterator[RequirementId]:
        """Go through the ids in the order of the catalogue."""
        return iter(self._by_id)

    def __len__(self) -> int:
        """Count the requirements."""
        return len(self._by_id)

    def of_rule(self, rule: str) -> Requirement:
        """Give the requirement that a Schematron rule stands for.

        Raises: RequirementsError for a rule that is not catalogued.
        """
        if rule not in self._by_rule:
            raise RequirementsError(
                f"rule {rule} has no requirement",
                where=self.where,
                mend="add it to the requirements.toml",
            )
        return self._by_rule[rule]

    def rules(self) -> tuple[Requirement, ...]:
        """Give the requirements that are Schematron rules, in the order of the catalogue."""
        return tuple(self._by_rule.values())

    def binding(self, role: Role) -> tuple[Requirement, ...]:
        """Give the requirements that bind a role, in the order of the catalogue."""
        return tuple(item for item in self._by_id.values() if role in item.binds)


def read_requirements(path: Path) -> Requirements:
    """Read a requirement catalogue.

    Raises: RequirementsError where the file is no TOML, an entry is incomplete, a level or role
            is unknown, or an id stands twice.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RequirementsError(f"not a TOML file: {error}", where=str(path)) from None
    listed = document.get("requirement", [])
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        raise RequirementsError("every entry is a [[requirement]] of its own", where=str(path))
    entries = [_requirement(entry, path) for entry in listed]
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            raise RequirementsError(f"{entry.id} stands twice", where=str(path))
        seen.add(entry.id)
    for entry in entries:
        if entry.replaced_by and entry.replaced_by not in seen:
            raise RequirementsError(
                f"{entry.id} is replaced by {entry.replaced_by}, which does not exist",
                where=str(path),
            )
    return Requirements(tuple(entries), where=str(path))


def _requirement(entry: dict[str, Any], path: Path) -> Requirement:
    name = entry.get("id", "an entry without id")
    required = ("id", "source", "level", "binds", "title", "text", "text_en", "mend", "mend_sv")
    missing = [key for key in required if not entry.get(key)]
    if missing:
        raise RequirementsError(f"{name} lacks {', '.join(missing)}", where=str(path))
    known = {*required, "rule", "differs", "replaced_by", "untested", "reported"}
    if unknown := sorted(set(entry) - known):
        raise RequirementsError(f"{name} has unknown {', '.join(unknown)}", where=str(path))
    if entry["level"] not in _LEVELS:
        raise RequirementsError(f"{name}: level is {' or '.join(_LEVELS)}", where=str(path))
    if not set(entry["binds"]) <= set(ROLES) or not set(entry.get("untested", {})) <= set(ROLES):
        raise RequirementsError(f"{name}: a role is {' or '.join(ROLES)}", where=str(path))
    return Requirement(**{"rule": "", **entry, "binds": tuple(entry["binds"])})
