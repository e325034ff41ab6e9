"""The suite is tested itself: the flawless system passes, and each known defect is caught."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.catalogue import bundled
from reports.results import Outcome, RunResult, Verdict, read_result
from simulator.regions.claim_defects import DEFECTS

UNDER_LOAD = {
    "slow", "refuses-above-1-mb", "refuses-above-2-mb", "refuses-large", "one-at-a-time",
    "mixes-up-answers", "falls-behind",
}  # fmt: skip
BY_RULE = [name for name in DEFECTS if name.startswith("never-checks-")]
BY_HAND = [name for name in DEFECTS if name not in BY_RULE]

ALSO = {
    "accepts-everything": None,  # breaks all rules; told apart below
    "skips-schema": {"FBC-ÖR7", "FBC-SVAR-INGET-SPARAT", "FBC-VALIDERA-PRODUCENT"},
    "answers-fault-instead-of-error": {"FBC-SVAR-SCHEMA", "FBC-SVAR-FORMAT"},
    "gives-no-comment": {"FBC-SVAR-PLATS", "FBC-SVAR-SCHEMA"},
    "lists-every-rule": {"FBC-SVAR-PLATS"},
    "keeps-nothing": {"FBC-DUBBLETT", "FBC-KREDIT-EMOT"},
    "refuses-credits": {"FBC-SVAR-OK"},
    "allows-two-identities": {"FBC-VALIDERA-PRODUCENT"},
    "refuses-extensions": {"FBC-SVAR-KOMMENTAR"},
}
"""What a defect breaks beside its own requirement, by its nature."""


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


def test_every_requirement_with_a_scenario_has_a_defect_that_breaks_it() -> None:
    """No scenario is taken on trust: for each requirement some system turns it red."""
    requirements = bundled().domain("financial:billing:claim", "1.1").requirements
    checked = {
        item.id for item in requirements.binding("producer") if "producer" not in item.untested
    }

    assert checked == {defect.breaks for defect in DEFECTS.values()}


def test_the_flawless_system_passes_in_full(tmp_path: Path) -> None:
    """Every scenario passes, load and all, and every report is there."""
    code, result = certify(tmp_path)

    assert code == 0
    assert result.verdict is Verdict.NO_DEVIATIONS
    assert result.counted(Outcome.PASSED) == len(result.scenarios) >= 125
    assert all(item.outcome is Outcome.PASSED or item.reason for item in result.requirements)
    assert {path.name for path in tmp_path.iterdir()} >= {
        "result.json", "rapport.html", "junit.xml", "allure-results", "meddelanden",
        "journal.sqlite",
    }  # fmt: skip


@pytest.mark.parametrize("name", BY_HAND)
def test_a_defect_is_caught_on_the_requirement_it_breaks(tmp_path: Path, name: str) -> None:
    """The run deviates from the broken requirement, and from nothing that is whole."""
    defect = DEFECTS[name]
    scope = [f"--only={defect.breaks}"] if name in UNDER_LOAD else ["--quick"]

    code, result = certify(tmp_path, "--defect", name, *scope)

    assert code == 1
    assert result.verdict is Verdict.DEVIATIONS
    assert defect.breaks in failed(result)
    also = ALSO.get(name, set())
    if also is not None:
        assert failed(result) <= {defect.breaks} | also


@pytest.mark.parametrize("name", BY_RULE)
def test_a_rule_that_is_never_checked_is_caught(tmp_path: Path, name: str) -> None:
    """Each of the 49 rules has a scenario that turns red when that rule alone is not checked."""
    defect = DEFECTS[name]

    code, result = certify(tmp_path, "--defect", name, "--quick", f"--only={defect.breaks}")

    assert code == 1
    assert failed(result) == {defect.breaks, "FBC-VALIDERA-PRODUCENT"}


def test_a_rule_that_is_never_checked_fails_nothing_else(tmp_path: Path) -> None:
    """In the whole suite, one unchecked rule fails that rule and the validation alone."""
    code, result = certify(tmp_path, "--defect", "never-checks-R27", "--quick")

    assert code == 1
    assert failed(result) == {"FBC-R27", "FBC-VALIDERA-PRODUCENT"}


def test_a_system_that_accepts_everything_fails_every_rule(tmp_path: Path) -> None:
    """None of the 49 rules, nor the schema, is held by a system that never refuses."""
    _, result = certify(tmp_path, "--defect", "accepts-everything", "--quick")

    assert failed(result) >= {DEFECTS[name].breaks for name in BY_RULE} | {"FBC-SVAR-SCHEMA"}


def test_no_deviation_ever_names_a_patient(tmp_path: Path) -> None:
    """A leak is told by its place; result and report text never repeat the identity."""
    _, result = certify(tmp_path, "--defect", "shows-patient", "--quick")

    assert failed(result) == {"FBC-SVAR-SEKRETESS"}
    assert "191001209814" not in str([scenario.deviations for scenario in result.scenarios])
