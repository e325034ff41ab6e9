"""What the trials add up to, and whether that is good enough."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from features.selftest.trial import Trial, Verdict

__all__ = ["LEAST_RIGHT", "Figures"]

LEAST_RIGHT = 98
"""How many of a hundred systems must be caught by the requirement they break; all are caught."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The trials of one self-test, and what they add up to."""

    trials: tuple[Trial, ...]

    @cached_property
    def bad(self) -> tuple[Trial, ...]:
        """Give the trials of systems that are known to be wrong."""
        return tuple(one for one in self.trials if not one.is_control)

    @cached_property
    def false_alarms(self) -> tuple[Trial, ...]:
        """Give the flawless systems that did not pass."""
        return tuple(one for one in self.trials if one.is_control and (one.failed or one.problems))

    @property
    def controls(self) -> int:
        """Count the flawless systems that were tried."""
        return len(self.trials) - len(self.bad)

    def of(self, verdict: Verdict) -> tuple[Trial, ...]:
        """Give the trials of known-bad systems with a verdict."""
        return tuple(one for one in self.bad if one.verdict is verdict)

    @property
    def caught(self) -> int:
        """Count the systems that failed, whatever they failed on."""
        return self.right + len(self.of(Verdict.WRONG_REASON))

    @property
    def right(self) -> int:
        """Count the systems that failed on the requirement they break."""
        return len(self.of(Verdict.CAUGHT))

    @cached_property
    def unforeseen(self) -> tuple[Trial, ...]:
        """Give the trials of systems that failed on more than the catalogue says."""
        return tuple(one for one in self.bad if one.unforeseen)

    @property
    def good_enough(self) -> bool:
        """Tell whether the target is met: all caught, nearly all on the right requirement."""
        return (
            self.caught == len(self.bad)
            and self.right * 100 >= len(self.bad) * LEAST_RIGHT
            and not self.false_alarms
        )

    @property
    def matrix(self) -> dict[str, tuple[Trial, ...]]:
        """Give the trials by the requirement that each system breaks."""
        return _by(self.bad)

    def to_json(self) -> dict[str, Any]:
        """Give figures and trials as JSON-ready values."""
        return {
            "systems": len(self.bad),
            "caught": self.caught,
            "right": self.right,
            "controls": self.controls,
            "false_alarms": len(self.false_alarms),
            "trials": [one.to_json() for one in self.trials],
        }


def _by(trials: Iterable[Trial]) -> dict[str, tuple[Trial, ...]]:
    found: dict[str, list[Trial]] = {}
    for one in sorted(trials, key=lambda one: one.suite):
        found.setdefault(one.breaks, []).append(one)
    return {name: tuple(group) for name, group in found.items()}
