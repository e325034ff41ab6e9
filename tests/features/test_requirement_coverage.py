"""Every catalogued requirement is checked by a scenario of its role's suite, or says why not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from contracts.profile import profile
from features.requirement_coverage import Covered, coverage, figure, problems, table
from features.scenarios import tags_in
from features.suites import PROFILE_FOLDERS, Suite, suites


@pytest.fixture(scope="module")
def rows() -> tuple[Covered, ...]:
    """Give every requirement for each role that it binds."""
    return coverage()


def test_every_requirement_has_a_scenario_or_a_reason_and_never_both(
    rows: tuple[Covered, ...],
) -> None:
    """This is the gate; `tox run -e coverage` prints the same."""
    assert problems(rows) == ()


@pytest.mark.parametrize("suite", suites(), ids=lambda suite: suite.name)
def test_every_requirement_that_binds_the_role_is_counted(
    rows: tuple[Covered, ...], suite: Suite
) -> None:
    """In the suite of that role, or in the features of the profile that it takes in."""
    counted = {row.requirement.id for row in rows if row.suite == suite.name}
    of_profile = {row.requirement.id for row in rows if row.suite.startswith("plattform/")}

    assert counted <= {item.id for item in suite.requirements} <= counted | of_profile


def test_the_profile_is_counted_for_each_role_by_itself(rows: tuple[Covered, ...]) -> None:
    """What a producer's scenario shows says nothing of a consumer."""
    for role, folder in PROFILE_FOLDERS.items():
        counted = [row.requirement.id for row in rows if row.suite == f"plattform/{folder.name}"]

        assert counted == [item.id for item in profile().binding(role)]


def without(tag: str, folder: Path) -> object:
    """Read feature files as if one tag, or one row of it, were taken away."""

    def read(files: Iterable[Path]) -> frozenset[str]:
        changed = []
        for path in files:
            text = path.read_text(encoding="utf-8")
            text = re.sub(rf"@{re.escape(tag)}(?![\w-])", "", text)
            text = re.sub(rf"^(\s*\|.*)\b{re.escape(tag)}(?![\w-])", r"\1x", text, flags=re.M)
            copy = folder / path.parent.parent.name / path.parent.name / path.name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(text, encoding="utf-8")
            changed.append(copy)
        return tags_in(changed)

    return read


@pytest.mark.parametrize(
    ("tag", "suite"),
    [
        pytest.param("FBC-SVAR-FAULT", "utomlansfakturering/producent", id="a tag"),
        pytest.param("FBC-R27", "utomlansfakturering/producent", id="a row"),
        pytest.param("FPE-KVITTENS", "hogkostnadsskydd/utlamnande", id="the other service"),
        pytest.param("RIV-HTTP-KOMPRIMERING", "plattform/producent", id="the profile"),
    ],
)
def test_a_requirement_that_loses_its_scenario_is_told(
    tmp_path: Path, tag: str, suite: str
) -> None:
    """Where its tag is taken away, and nowhere else."""
    found = problems(coverage(tags=without(tag, tmp_path)))  # type: ignore[arg-type]

    assert f"{suite}: {tag} has neither a scenario nor a reason (untested) in its catalogue" in (
        found
    )
    assert all(f": {tag} " in each for each in found)


def test_a_reason_beside_a_scenario_is_told(rows: tuple[Covered, ...]) -> None:
    """One of them is out of date."""
    reasoned = next(row for row in rows if row.reason).requirement
    with_all = coverage(tags=lambda _files: frozenset(row.requirement.id for row in rows))

    told = problems(with_all)

    assert any(f"{reasoned.id} has a scenario, and a reason" in each for each in told)
    assert "without either or with both" in figure(with_all)
    assert not figure(with_all).endswith(" 0 without either or with both")


def test_the_table_has_a_row_a_suite_that_adds_up(rows: tuple[Covered, ...]) -> None:
    """Requirements are checked, have a reason, or are wrong."""
    lines = [line.strip("| ").split(" | ") for line in table(rows).splitlines()[2:]]

    assert [line[0] for line in lines][: len(suites())] == [suite.name for suite in suites()]
    for _, total, *parts in lines:
        assert int(total) == sum(map(int, parts))
