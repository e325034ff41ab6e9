"""The suites are tested themselves: the flawless systems pass, and each known defect is caught."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from features.selftest.systems import System, known_bad, sampled
from features.selftest.trial import Verdict as Caught
from features.selftest.trial import try_out
from features.suites import Suite, suite_for
from reports.results import Outcome, RunResult, Verdict, read_result

CLAIMS = suite_for("utomlansfakturering", "producent")
WHOLE = sampled(known_bad(), 4, seed=7)
"""Systems to try on the whole suite; `provbank selftest` tries them all."""


def certify(folder: Path, *options: str) -> tuple[int, RunResult]:
    """Run the command line as its user does, and read the result back."""
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "provbank", "certify", "--out", str(folder), *options],
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=folder,
    )
    assert (folder / "result.json").exists(), ended.stderr
    return ended.returncode, read_result(folder / "result.json")


def failed(result: RunResult) -> set[str]:
    return {item.id for item in result.requirements if item.outcome is Outcome.FAILED}


def options_for(suite: Suite) -> list[str]:
    return ["--service", suite.service, "--role", suite.role]


def of(systems: tuple[System, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("system", [pytest.param(one, id=one.name) for one in systems])


@pytest.mark.parametrize(
    ("suite", "least"),
    [
        pytest.param(suite_for("hogkostnad", "begarande"), 130, id="begarande"),
        pytest.param(suite_for("hogkostnad", "utlamnande"), 110, id="utlamnande"),
    ],
)
def test_a_flawless_system_passes_in_full(tmp_path: Path, suite: Suite, least: int) -> None:
    """Every scenario passes, load and all, some with a remark, and every report is there.

    The third that answers is certified by tox itself, the seller by the tests of its suite.
    """
    code, result = certify(tmp_path, *options_for(suite))

    assert code == 0
    assert result.verdict is Verdict.NO_DEVIATIONS
    assert (result.suite, result.subject.role) == (suite.name, suite.role)
    well = Outcome.PASSED, Outcome.OBSERVATION
    assert result.counted(*well) == len(result.scenarios) >= least
    assert all(item.outcome in well or item.reason for item in result.requirements)
    assert {path.name for path in tmp_path.iterdir()} >= {
        "result.json", "rapport.html", "junit.xml", "allure-results", "meddelanden",
        "journal.sqlite",
    }  # fmt: skip


@of(WHOLE)
def test_a_defect_fails_what_it_breaks_and_nothing_else(system: System) -> None:
    """In the whole suite, a defect fails what the catalogue says, and what is whole passes."""
    trial = try_out(system)

    assert trial.verdict is Caught.CAUGHT, trial.problems
    assert not trial.unforeseen


def test_runs_in_one_process_leave_each_other_alone() -> None:
    """Three runs of a suite in a process tell of their own systems, in whatever order."""
    names = ("never-checks-R40", "keeps-duplicates", "never-checks-R40")
    by_name = {system.defect.name: system for system in known_bad([CLAIMS])}

    trials = [try_out(by_name[name]) for name in names]

    assert [trial.verdict for trial in trials] == [Caught.CAUGHT] * 3
    assert trials[0].failed == trials[2].failed == ("FBC-R40", "FBC-VALIDERA-PRODUCENT")
    assert trials[1].failed == ("FBC-DUBBLETT",)


def test_a_system_that_accepts_everything_fails_every_rule(tmp_path: Path) -> None:
    """None of the 49 rules, nor the schema, is held by a system that never refuses."""
    _, result = certify(tmp_path, "--defect", "accepts-everything", "--quick")

    by_rule = {
        defect.breaks
        for defect in CLAIMS.part.defects.values()
        if defect.name.startswith("never-checks-")
    }
    assert failed(result) >= by_rule | {"FBC-SVAR-SCHEMA"}


def test_no_deviation_ever_names_a_patient(tmp_path: Path) -> None:
    """A leak is told by its place; result and report text never repeat the identity."""
    _, result = certify(tmp_path, "--defect", "shows-patient", "--quick")

    assert failed(result) == {"FBC-SVAR-SEKRETESS"}
    assert "191001209814" not in str([scenario.deviations for scenario in result.scenarios])
