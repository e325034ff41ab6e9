"""The systems that the suites are tried on: every known defect, and a flawless one a suite."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from random import Random
from typing import TypeVar

from contracts.errors import UsageError
from features.suites import Suite, suites
from simulator.regions.defect import FLAWLESS, Defect

__all__ = ["System", "controls", "known_bad", "sampled", "system_named"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A bundled system to certify: a suite's, with a defect or with none."""

    suite: Suite
    defect: Defect

    @property
    def name(self) -> str:
        """Name the system: suite and defect, and the suite alone where it has none."""
        return f"{self.suite.name}:{self.defect.name}".rstrip(":")


def known_bad(among: Iterable[Suite] | None = None, only: str = "") -> tuple[System, ...]:
    """Give every system with a known defect, or those whose defect has a name.

    Raises: UsageError where no suite knows the name.
    """
    chosen = tuple(suites() if among is None else among)
    found = tuple(
        System(suite=suite, defect=defect)
        for suite in chosen
        for defect in suite.part.defects.values()
        if only in {"", defect.name}
    )
    if not found:
        raise UsageError(f"there is no defect named {only!r}", mend="see provbank region --defects")
    return found


def controls(among: Iterable[Suite] | None = None) -> tuple[System, ...]:
    """Give a flawless system for each suite: what fails it is the suite's fault."""
    return tuple(
        System(suite=suite, defect=FLAWLESS) for suite in (suites() if among is None else among)
    )


def system_named(name: str) -> System:
    """Give the system of a name."""
    place, _, defect = name.partition(":")
    suite = next(one for one in suites() if one.name == place)
    return System(suite=suite, defect=suite.part.defects[defect] if defect else FLAWLESS)


def sampled(systems: Iterable[System], number: int, *, seed: int) -> tuple[System, ...]:
    """Take some systems, spread over suites and, in each, over the requirements they break."""
    rng = Random(seed)  # noqa: S311 - repeatable, not secret
    by_suite: dict[str, dict[str, list[System]]] = {}
    for system in systems:
        broken = by_suite.setdefault(system.suite.name, {})
        broken.setdefault(system.defect.breaks, []).append(system)
    return tuple(_in_turn(_shuffled(broken, rng) for broken in by_suite.values()))[:number]


def _shuffled(broken: Mapping[str, list[System]], rng: Random) -> list[System]:
    groups = [rng.sample(group, len(group)) for group in broken.values()]
    return _in_turn(rng.sample(groups, len(groups)))


def _in_turn(groups: Iterable[Iterable[_T]]) -> list[_T]:
    """Take one of each group, then another of each, until all are taken."""
    return [one for turn in zip_longest(*groups) for one in turn if one is not None]
