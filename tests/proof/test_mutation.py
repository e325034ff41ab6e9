"""The mutation of fail sites on a made-up suite: what a test notices counts, and only that."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).with_name("mutation.py")

JUDGING = '''\
"""Judgements of a colour; each way to say "deviates" twice, once about red and once about blue."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Deviation:
    requirement: str


@dataclass(frozen=True)
class Found:
    text: str = ""
    where: str = ""
    expected: str = ""
    observed: str = ""


class Deviates(AssertionError):
    pass


def judged(*found: Deviation) -> None:
    if found:
        raise Deviates(found)


def deviation(requirement: str) -> Deviation:
    return Deviation(requirement)


def appended(colour: str) -> list[Deviation]:
    found = []
    if colour == "red":
        found.append(deviation("APPENDED"))
    if colour == "blue":
        found.append(deviation("APPENDED"))
    return found


def given(colour: str) -> tuple[Deviation, ...]:
    if colour == "red":
        return (deviation("GIVEN"),)
    if colour == "blue":
        return (deviation("GIVEN"),)
    return ()


def of_each(*colours: str) -> tuple[Deviation, ...]:
    return tuple(deviation("RED") for one in colours if one == "red") + tuple(
        deviation("BLUE") for one in colours if one == "blue"
    )


def first(colour: str) -> Deviation | None:
    if colour == "red":
        return deviation("FIRST")
    if colour == "blue":
        return deviation("FIRST")
    return None


def wrong(colour: str) -> str:
    """Say what is wrong with a colour, or nothing."""
    if colour == "red":
        return "it is red"
    return "it is blue" if colour == "blue" else ""


def found(colour: str) -> Found | None:
    told = Found()
    if colour == "red":
        return told
    return None if colour == "green" else told


def red_step(colour: str) -> None:
    judged(*given(colour))


def blue_step(colour: str) -> None:
    judged(*given(colour))
'''

TESTING = '''\
"""Tests that notice what is said about red, and look on while blue is judged."""

import pytest

from features.made import (
    Deviates, appended, blue_step, first, found, given, of_each, red_step, wrong,
)


@pytest.mark.parametrize("judgement", [appended, given, of_each, first, found, wrong])
def test_judgement(judgement):
    assert judgement("red")
    assert not judgement("green")
    judgement("blue")


def test_step():
    with pytest.raises(Deviates):
        red_step("red")


def test_of_blue():
    try:
        blue_step("blue")
    except Deviates:
        pass
'''


def mutated(project: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Silence the sites of a made-up project."""
    return subprocess.run(  # noqa: S603
        [sys.executable, str(TOOL), "--root", str(project), "--tests", "tests", "--processes", "1",
         *options],
        check=False, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip


def noticed(table: str) -> dict[str, list[bool]]:
    """Give by function whether each of its sites was noticed, in their order."""
    found: dict[str, list[bool]] = {}
    for function, by in re.findall(r"^features/made\.py:\d+  (\w+)  \w+  (.+)$", table, re.M):
        found.setdefault(function, []).append(by != "NOT NOTICED")
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Make a project of one judging module and its tests."""
    for name, text in {
        "features/__init__.py": "",
        "features/made.py": JUDGING,
        "tests/test_made.py": TESTING,
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_half_is_noticed_where_half_is_tested(project: Path) -> None:
    """Of each way to say "deviates" the one that a test would miss counts, the other does not."""
    ended = mutated(project)

    found = noticed(ended.stdout)
    raised = found.pop("judged")
    assert raised == [True]
    assert found == {
        "appended": [True, False],
        "given": [True, False],
        "of_each": [True, False],
        "first": [True, False],
        "wrong": [True, False],
        "found": [True, False],
        "red_step": [True],
        "blue_step": [False],
    }
    assert "8 of 15 fail sites noticed: 53.3 %" in ended.stdout
    assert ended.returncode == 1


def test_a_sample_is_drawn_by_its_seed(project: Path) -> None:
    """The same sites each time; a sample that is noticed ends well."""
    sample = mutated(project, "--sample", "3", "--seed", "7").stdout

    assert "a sample of 15" in sample
    assert sample == mutated(project, "--sample", "3", "--seed", "7").stdout
    assert mutated(project, "--only", ":raised").returncode == 0
    assert mutated(project, "--only", "no such place").returncode not in (0, 1)


def test_a_deviation_that_cannot_be_left_out_stops_the_run(project: Path) -> None:
    """It would crash instead of keeping silent, and a crash is noticed by any test."""
    made = project / "features/made.py"
    kept = 'def kept(colour: str) -> bool:\n    found = deviation("KEPT")\n    return bool(found)\n'
    made.write_text(f"{JUDGING}\n\n{kept}", encoding="utf-8")

    ended = mutated(project)

    assert ended.returncode not in (0, 1)
    assert "features/made.py" in ended.stderr
    assert "KEPT" in ended.stderr


def test_a_project_whose_tests_all_fail_has_no_witnesses(project: Path) -> None:
    """A test that fails anyway notices nothing."""
    broken = TESTING.replace("import pytest\n", "import pytest\n\nraise SystemError\n", 1)
    (project / "tests/test_made.py").write_text(broken, encoding="utf-8")

    assert mutated(project).returncode not in (0, 1)
