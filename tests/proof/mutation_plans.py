"""What the processes of a mutation run tell each other, by files: witnesses, tasks and findings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

__all__ = [
    "FOUND",
    "PLAN",
    "RECORDED",
    "Found",
    "Task",
    "Witness",
    "read_found",
    "read_recorded",
    "read_tasks",
    "tell",
    "write_tasks",
]

RECORDED, PLAN, FOUND = "PROVBANK_RECORDED", "PROVBANK_PLAN", "PROVBANK_FOUND"
"""The variables of the environment that name the folder of witnesses, a plan, its findings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A test that passes, and the sites that fire in it."""

    test: str
    seconds: float
    sites: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A site, and the tests that it fires in: the ones to try first come first."""

    site: str
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What became of a site: the test that noticed, or none.

    Shape: ``spoilt`` is a test that failed also when the site could speak; the process that found
           it ends, and the site is for another. ``fresh`` tells that it was that process's first.
    """

    site: str
    noticed_by: str = ""
    tried: int = 0
    spoilt: str = ""
    fresh: bool = False


def tell(said: Witness | Found, path: Path) -> None:
    """Add a line to a file."""
    with path.open("a", encoding="utf-8") as told:
        told.write(f"{json.dumps(asdict(said), ensure_ascii=False)}\n")


def read_recorded(folder: Path) -> Iterator[Witness]:
    """Read what all processes have recorded."""
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            told = json.loads(line)
            yield Witness(**{**told, "sites": tuple(told["sites"])})


def write_tasks(tasks: Sequence[Task], path: Path) -> None:
    """Write a plan."""
    plan = [asdict(task) for task in tasks]
    path.write_text(json.dumps(plan, ensure_ascii=False), encoding="utf-8")


def read_tasks(path: Path) -> list[Task]:
    """Read a plan."""
    plan = json.loads(path.read_text(encoding="utf-8"))
    return [Task(site=told["site"], tests=tuple(told["tests"])) for told in plan]


def read_found(path: Path) -> list[Found]:
    """Read what a process has found so far."""
    if not path.exists():
        return []
    return [Found(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
