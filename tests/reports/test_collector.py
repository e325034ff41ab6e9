"""What a run's scenarios become: held, deviated, broken or skipped, and each step with them."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from reports.collector import Collector
from reports.results import Outcome, ScenarioResult

FEATURE = """\
# language: sv
Egenskap: Prov

  Scenario: Det stämmer
    Givet att allt är rätt

  Scenario: Det avviker
    Givet att något avviker
    Och att allt är rätt

  Scenario: Det går sönder
    Givet att något går sönder

  Scenario: Det hoppas över
    Givet att något saknas
"""

STEPS = """\
import pytest
from pytest_bdd import given, scenarios

from reports.collector import EVIDENCE
from reports.evidence import judged
from reports.results import Deviation

scenarios("prov.feature")


@given("att allt är rätt")
def right(request):
    request.node.stash[EVIDENCE].observes("HTTP 200")
    judged()


@given("att något avviker")
def deviating():
    judged(Deviation(requirement="R1", text="fel", expected="", observed="", mend="", source=""))


@given("att något går sönder")
def breaking():
    raise OSError("disken är full")


@given("att något saknas")
def lacking():
    pytest.skip("ingen att fråga")
"""


@pytest.fixture
def scenarios(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, ScenarioResult]:
    """Run a made-up suite, and give its scenarios by their titles."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    suite = tmp_path / "suite"
    suite.mkdir()
    (suite / "prov.feature").write_text(FEATURE, encoding="utf-8")
    (suite / f"test_{uuid4().hex}.py").write_text(STEPS, encoding="utf-8")
    (suite / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    collector = Collector(tmp_path, root=suite)
    pytest.main(
        [str(suite), f"--rootdir={suite}", "-c", str(suite / "pytest.ini"), "-q",
         "-p", "pytest_bdd.plugin", "-p", "no:cacheprovider", "--import-mode=importlib"],
        plugins=[collector],
    )  # fmt: skip
    return {scenario.title: scenario for scenario in collector.scenarios}


def test_each_way_to_end_is_told_from_the_others(scenarios: dict[str, ScenarioResult]) -> None:
    """A deviation is the system's fault, anything else that is raised is ours."""
    assert {title: scenario.outcome for title, scenario in scenarios.items()} == {
        "Det stämmer": Outcome.PASSED,
        "Det avviker": Outcome.FAILED,
        "Det går sönder": Outcome.BROKEN,
        "Det hoppas över": Outcome.NOT_TESTED,
    }
    assert scenarios["Det går sönder"].reason == "OSError: disken är full"
    assert scenarios["Det hoppas över"].reason == "ingen att fråga"


def test_step_that_deviates_holds_what_it_found(scenarios: dict[str, ScenarioResult]) -> None:
    """And the steps after it were not reached."""
    deviating, after = scenarios["Det avviker"].steps

    assert deviating.outcome is Outcome.FAILED
    assert [found.requirement for found in deviating.deviations] == ["R1"]
    assert after.outcome is Outcome.NOT_TESTED
    assert scenarios["Det stämmer"].deviations == ()
