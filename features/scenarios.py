"""Which scenarios check which requirement, read from the feature files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pytest_bdd.feature import get_features
from pytest_bdd.parser import ScenarioTemplate

__all__ = ["Checked", "scenarios_by_requirement", "tags_in"]

_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A scenario, or one row of an outline, that checks a requirement.

    Shape: ``file`` is relative to the suites' folder, with forward slashes.
    """

    file: str
    line: int
    title: str


def scenarios_by_requirement() -> Mapping[str, tuple[Checked, ...]]:
    """Give the scenarios of all suites by the requirement ids they are tagged with."""
    found: dict[str, list[Checked]] = defaultdict(list)
    for scenario, row, tags in _tagged(sorted(_HERE.rglob("*.feature"))):
        file = Path(scenario.feature.filename).resolve().relative_to(_HERE).as_posix()
        checked = Checked(file=file, line=scenario.line_number, title=_filled(scenario.name, row))
        for tag in tags:
            found[tag].append(checked)
    return {tag: tuple(sorted(rows, key=lambda row: row.file)) for tag, rows in found.items()}


def tags_in(files: Iterable[Path]) -> frozenset[str]:
    """Give every tag that a scenario of these feature files has, by itself or by its row."""
    return frozenset(tag for _, _, tags in _tagged(files) for tag in tags)


def _tagged(files: Iterable[Path]) -> Iterator[tuple[ScenarioTemplate, dict[str, str], set[str]]]:
    """Give each scenario, or row of an outline, with its tags; ``krav`` in a row is one too."""
    for feature in get_features([str(path) for path in files]):
        for scenario in feature.scenarios.values():
            for row in _rows(scenario):
                of_row = {row["krav"]} if "krav" in row else set()
                yield scenario, row, {*feature.tags, *scenario.tags, *of_row}


def _rows(scenario: ScenarioTemplate) -> list[dict[str, str]]:
    """Give the rows of an outline as values by column; a plain scenario is one empty row."""
    rows = [
        dict(zip(examples.example_params, map(str, row), strict=True))
        for examples in scenario.examples
        for row in examples.examples
    ]
    return rows or [{}]


def _filled(text: str, row: Mapping[str, str]) -> str:
    for name, value in row.items():
        text = text.replace(f"<{name}>", value)
    return text
