"""What the sites call in a copy of the project: each asks whether it is to keep silent.

The copy has this module as ``provbank_sites``. A process of its own takes the silenced site from
the environment, and tells by a file which sites have fired in it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = [
    "fired",
    "holds",
    "one",
    "perhaps",
    "rule",
    "said",
    "says",
    "several",
    "silence",
    "watch_rules",
]

SILENCED = "PROVBANK_SILENCED"
FIRED = "PROVBANK_FIRED"
TOLD = {"Deviation", "Finding"}

_state = {"silenced": os.environ.get(SILENCED, ""), "file": os.environ.get(FIRED, "")}
_fired: set[str] = set()
_rules: dict[tuple[str, int], str] = {}
_lines: dict[int, int] = {}  # of what is broken, until it is told


def silence(site: str) -> None:
    """Silence a site here, and in the processes started from here; none where it is empty."""
    _state["silenced"] = os.environ[SILENCED] = site


def fired() -> set[str]:
    """Give the sites that have fired since the last time; this process writes no file."""
    _state["file"] = ""
    seen = set(_fired)
    _fired.clear()
    return seen


def says(site: str) -> bool:
    """Tell whether a site that is about to say "deviates" may."""
    if site not in _fired:
        _fired.add(site)
        if _state["file"]:
            with Path(_state["file"]).open("a", encoding="utf-8") as told:
                told.write(f"{site}\n")
    return site != _state["silenced"]


def one(site: str, deviation: Any) -> tuple[Any, ...]:
    """Give a deviation as the elements it is."""
    return (deviation,) if says(site) else ()


def perhaps(site: str, deviation: Any) -> Any:
    """Give a deviation or none, or say what is wrong or nothing."""
    if not deviation or says(site):
        return deviation
    return "" if isinstance(deviation, str) else None


def several(site: str, deviations: Any) -> Any:
    """Give deviations, or as many as a right system has."""
    if isinstance(deviations, Iterator):
        deviations = tuple(deviations)
    if not isinstance(deviations, tuple | list) or not deviations:
        return deviations
    if any(type(each).__name__ not in TOLD for each in deviations):
        return deviations  # another function of the same name
    return deviations if says(site) else type(deviations)()


def said(site: str, verdict: Any, instead: Any) -> Any:
    """Give a verdict, or what is said of a right system."""
    return verdict if says(site) else instead


def holds(site: str, truth: Any) -> Any:
    """Give whether a verdict is that of a system that deviates."""
    return says(site) if truth is True else truth


def rule(path: str, line: int, site: str) -> None:
    """Note where the site of a rule is."""
    _rules[path, line] = site


def watch_rules(schematron: Any) -> None:
    """Let the silenced rule hold of every message; ``schematron`` is the module that runs rules."""
    made, judged = schematron._broken, schematron.RuleSet.judged

    def noted(told: Any, *arguments: Any) -> Any:
        broken = made(told, *arguments)
        _lines[id(broken)] = int(told.place.rpartition(":")[2])
        return broken

    def watched(self: Any, *arguments: Any, **named: Any) -> Any:
        outcome = judged(self, *arguments, **named)
        path = self.path.resolve().as_posix()
        kept = tuple(
            broken
            for broken in outcome.broken
            if (site := _rules.get((path, _lines.pop(id(broken))))) is None or says(site)
        )
        return type(outcome)(broken=kept, unevaluated=outcome.unevaluated)

    schematron._broken, schematron.RuleSet.judged = noted, watched
