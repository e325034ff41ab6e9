"""A system without a trigger is tested by hand: told what to do, and asked what it shows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from features.answer_file import ANSWER_FILE, read_answers
from reports.results import Outcome, RunResult, read_result

HERE = Path(__file__).resolve().parent


def certified(folder: Path, role: str, requirement: str, answer: str = "ja") -> RunResult:
    """Certify the bundled system with a tester at its screen."""
    ended = subprocess.run(  # noqa: S603
        [sys.executable, str(HERE / "by_hand.py"), role, requirement, str(folder), answer],
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return read_result(folder / "result.json")


def outcome_of(result: RunResult, requirement: str) -> Outcome:
    return next(item.outcome for item in result.requirements if item.id == requirement)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        pytest.param("ja", Outcome.PASSED, id="as expected"),
        pytest.param("nej", Outcome.FAILED, id="not as expected"),
        pytest.param("17 kr", Outcome.FAILED, id="another value"),
        pytest.param("", Outcome.NOT_TESTED, id="no answer"),
    ],
)
def test_what_a_screen_shows_is_what_the_tester_says(
    tmp_path: Path, answer: str, outcome: Outcome
) -> None:
    """The requests are made at the screen; each sum is a question, kept with its answer."""
    result = certified(tmp_path / "report", "begarande", "FPE-TOLKA-PERIOD", answer)

    assert outcome_of(result, "FPE-TOLKA-PERIOD") is outcome
    questions = [asked for scenario in result.scenarios for asked in scenario.questions]
    assert len(questions) == len(result.scenarios) > 0
    for asked in questions:
        assert (asked.outcome, asked.answer, asked.expected) == (outcome, answer, "250,00 kr")
        assert asked.name == ("Karin Berg" if answer else "")
    kept = read_answers(tmp_path / "report" / ANSWER_FILE)
    assert set(kept) == ({asked.id for asked in questions} if answer else set())


def test_visits_are_registered_by_hand_and_what_follows_is_heard(tmp_path: Path) -> None:
    """A discloser without a trigger is tested in what it sends all the same."""
    result = certified(tmp_path / "report", "utlamnande", "FPE-EI-POST")

    assert outcome_of(result, "FPE-EI-POST") is Outcome.PASSED
    (scenario,) = result.scenarios
    assert any("Provaren ombads: Registrera ett besök" in step.observed for step in scenario.steps)
