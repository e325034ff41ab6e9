"""What a comparison of two releases found, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from contracts.compatibility.rules import Direction, Verdict

__all__ = [
    "Change",
    "Comparison",
    "Disagreement",
    "Effect",
    "Fate",
    "Matched",
    "Released",
    "Severity",
    "Use",
]


class Severity(StrEnum):
    """How much something weighs: an error keeps the new release from being made as it is."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Fate(StrEnum):
    """What became of a contract."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    ADDED = "added"
    NEW_MAJOR = "new major"
    SUCCEEDED = "succeeded by a new major"
    REMOVED = "removed"
    UNREADABLE = "cannot be compared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a change does between a consumer and a producer of different versions.

    Shape: ``says`` is empty where they work together; ``witness`` is a message that shows that they
           do not, ``file`` the name it is written by.
    """

    consumer: str
    producer: str
    works: bool
    certain: bool = True
    says: str = ""
    file: str = ""
    witness: bytes | None = field(default=None, repr=False, compare=False)

    def to_json(self) -> dict[str, Any]:
        """Give the effect as JSON-ready values."""
        return {
            "consumer": self.consumer,
            "producer": self.producer,
            "works": self.works,
            "certain": self.certain,
            "says": self.says,
            "shown": self.witness is not None,
            "witness": self.file if self.witness is not None else "",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One of a contract's messages that a change is met in; ``paths`` are places in it."""

    contract: str
    direction: Direction
    paths: tuple[str, ...]
    verdict: Verdict
    effects: tuple[Effect, ...]

    def to_json(self) -> dict[str, Any]:
        """Give the use as JSON-ready values."""
        return {
            "contract": self.contract,
            "direction": self.direction,
            "paths": list(self.paths),
            "verdict": self.verdict,
            "effects": [effect.to_json() for effect in self.effects],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of a schema or WSDL, with all it is met in.

    Shape: ``old`` and ``new`` are ``file:line`` in the packages. ``backward`` tells whether old
           messages hold by the new version, ``forward`` whether new ones hold by the old. Not
           ``certain`` where that could be neither proved nor refuted; then it counts as broken.
    """

    kind: str
    what: str
    old: str
    new: str
    backward: bool
    forward: bool
    certain: bool
    rule: str
    mend: str
    note: str
    uses: tuple[Use, ...]

    @property
    def verdict(self) -> Verdict:
        """Give the worst verdict of all uses."""
        return worst(use.verdict for use in self.uses)

    @property
    def severity(self) -> Severity:
        """Give how much the change weighs."""
        return _WEIGHTS.get(self.verdict, Severity.NOTE)

    def to_json(self) -> dict[str, Any]:
        """Give the change as JSON-ready values."""
        return {
            "kind": self.kind,
            "what": self.what,
            "verdict": self.verdict,
            "severity": self.severity,
            "old": self.old,
            "new": self.new,
            "backward": self.backward,
            "forward": self.forward,
            "certain": self.certain,
            "rule": self.rule,
            "mend": self.mend,
            "note": self.note,
            "uses": [use.to_json() for use in self.uses],
        }


_WEIGHTS = {Verdict.MAJOR: Severity.ERROR, Verdict.TOLERABLE: Severity.WARNING}
_ORDER = tuple(Verdict)


def worst(verdicts: Any) -> Verdict:
    """Give the one that asks for the highest version."""
    return max(verdicts, key=_ORDER.index, default=Verdict.NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """One contract in both releases, or in one of them; its versions are empty where it is not."""

    name: str
    namespace: str
    fate: Fate
    old_version: str = ""
    new_version: str = ""
    verdict: Verdict = Verdict.NONE
    says: str = ""

    def to_json(self) -> dict[str, Any]:
        """Give the contract as JSON-ready values."""
        return {
            "contract": self.name,
            "namespace": self.namespace,
            "fate": self.fate,
            "old_version": self.old_version,
            "new_version": self.new_version,
            "verdict": self.verdict,
            "says": self.says,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A version, file name or namespace that does not say what the changes ask for."""

    rule: str
    severity: Severity
    where: str
    what: str
    mend: str

    def to_json(self) -> dict[str, Any]:
        """Give the disagreement as JSON-ready values."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "where": self.where,
            "what": self.what,
            "mend": self.mend,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """Which release was compared, and what had to be put right to read it."""

    name: str
    version: str
    source: str
    repairs: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Give domain and version."""
        return f"{self.name} {self.version}"

    def to_json(self) -> dict[str, Any]:
        """Give the release as JSON-ready values."""
        return {
            "name": self.name,
            "version": self.version,
            "source": self.source,
            "repairs": list(self.repairs),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All that was found between two releases of a domain."""

    old: Released
    new: Released
    contracts: tuple[Matched, ...]
    changes: tuple[Change, ...]
    disagreements: tuple[Disagreement, ...]

    @property
    def verdict(self) -> Verdict:
        """Give the worst verdict of all contracts."""
        return worst(contract.verdict for contract in self.contracts)

    def counted(self, severity: Severity) -> int:
        """Count what weighs so much."""
        found: tuple[Change | Disagreement, ...] = (*self.changes, *self.disagreements)
        return sum(one.severity is severity for one in found)

    @property
    def releasable(self) -> bool:
        """Tell whether the new release may be made under its version as it is."""
        return not self.counted(Severity.ERROR)

    def to_json(self) -> dict[str, Any]:
        """Give everything as JSON-ready values, as ``comparison.schema.json`` describes."""
        return {
            "format": 1,
            "old": self.old.to_json(),
            "new": self.new.to_json(),
            "releasable": self.releasable,
            "verdict": self.verdict,
            "errors": self.counted(Severity.ERROR),
            "warnings": self.counted(Severity.WARNING),
            "contracts": [contract.to_json() for contract in self.contracts],
            "changes": [change.to_json() for change in self.changes],
            "disagreements": [one.to_json() for one in self.disagreements],
        }
