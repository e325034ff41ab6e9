"""Whether every requirement has a scenario or a reason: never neither, never both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from contracts.catalogue import bundled
from contracts.profile import profile
from contracts.requirements import ROLES, Requirement, Requirements, Role
from features.scenarios import tags_in
from features.suites import PROFILE_FOLDERS, suites

__all__ = ["Covered", "coverage", "figure", "problems", "table"]


Tags = Callable[[Iterable[Path]], frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """A requirement that binds a role, and what stands for it in the suite of that role.

    Shape: ``suite`` is the name of the suite, or of the profile's features for the role, or service
           and role where there is no suite; ``checked``
           that a scenario is tagged with it; ``reason`` why none need be.
    """

    suite: str
    requirement: Requirement
    checked: bool
    reason: str

    @property
    def problem(self) -> str:
        """Say what is wrong, or nothing."""
        if self.checked and self.reason:
            return f"has a scenario, and a reason for having none: {self.reason}"
        if not self.checked and not self.reason:
            return "has neither a scenario nor a reason (untested) in its catalogue"
        return ""


def coverage(*, tags: Tags = tags_in) -> tuple[Covered, ...]:
    """Give every catalogued requirement of services and profile for each role that it binds.

    Shape: ``tags`` reads the tags of feature files; a test gives its own, to take one away.
    """
    return (*_of_suites(tags), *_of_profile(tags), *_without_suite())


def _of_suites(tags: Tags) -> Iterator[Covered]:
    for suite in suites():
        known = tags(sorted(suite.folder.glob("*.feature")))
        yield from _rows(suite.name, suite.domain.requirements, suite.binds, known)


def _of_profile(tags: Tags) -> Iterator[Covered]:
    """Give what the profile asks of a role, by the features that all suites of that role share."""
    for role, folder in PROFILE_FOLDERS.items():
        known = tags(sorted(folder.glob("*.feature")))
        yield from _rows(f"plattform/{folder.name}", profile(), role, known)


def _without_suite() -> Iterator[Covered]:
    """Give what binds a role that no suite tests: of that, every requirement needs a reason."""
    tested = {(suite.domain.name, suite.binds) for suite in suites()}
    for domain in bundled().domains:
        for role in ROLES:
            if (domain.name, role) not in tested:
                name = f"{domain.title}, {role}: no suite"
                yield from _rows(name, domain.requirements, role, frozenset())


def _rows(
    suite: str, catalogue: Requirements, role: Role, known: frozenset[str]
) -> Iterator[Covered]:
    for item in catalogue.binding(role):
        yield Covered(
            suite=suite,
            requirement=item,
            checked=item.id in known,
            reason=item.untested.get(role, ""),
        )


def problems(rows: Iterable[Covered]) -> tuple[str, ...]:
    """Say what is wrong with each requirement that has neither, or both."""
    return tuple(f"{row.suite}: {row.requirement.id} {row.problem}" for row in rows if row.problem)


def figure(rows: Sequence[Covered]) -> str:
    """Say in one line how many requirements have a scenario, a reason, or something wrong."""
    checked, reasons, wrong = _counts(rows)
    return (
        f"{len(rows)} requirements of {len({row.suite for row in rows})} roles: {checked} checked, "
        f"{reasons} with a reason, {wrong} without either or with both"
    )


def table(rows: Sequence[Covered]) -> str:
    """Write a row a suite, in Markdown."""
    lines = [
        "| suite | requirements | checked | with a reason | neither, or both |",
        "|---|--:|--:|--:|--:|",
    ]
    for suite in dict.fromkeys(row.suite for row in rows):
        of_it = [row for row in rows if row.suite == suite]
        figures = " | ".join(str(count) for count in (len(of_it), *_counts(of_it)))
        lines.append(f"| {suite} | {figures} |")
    return "\n".join(lines)


def _counts(rows: Sequence[Covered]) -> tuple[int, int, int]:
    wrong = sum(1 for row in rows if row.problem)
    checked = sum(1 for row in rows if row.checked and not row.problem)
    return checked, len(rows) - checked - wrong, wrong
