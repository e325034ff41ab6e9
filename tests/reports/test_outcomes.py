"""Each end of a scenario, its outcome, and what Allure is told of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reports.allure import AllureSteps
from reports.collector import LEFT_OUT, NOT_APPLICABLE, REQUIREMENTS, Collector, template_of
from reports.provenance import Waiver, WaiverState
from reports.results import Outcome, ScenarioResult
from reports.waivers import weighed

FEATURE = """\
# language: sv
Egenskap: Iakttagelser

  @tyst
  Scenario: Ingen iakttar något
    När inget iakttas

  @iakttar
  Scenario: Något iakttas
    När något iakttas

  @anmarker
  Scenario: Något anmärks
    När något iakttas
    Och något anmärks

  @avviker
  Scenario: Något avviker
    När något iakttas
    Så avviker det

  @trasigt
  Scenario: Något går sönder
    När något går sönder

  @hoppas
  Scenario: Något saknas
    När något saknas

  @bortvalt
  Scenario: Något är bortvalt
    När något iakttas

  @galler_inte
  Scenario: Något gäller inte
    När något iakttas
"""
STEPS = """\
import pytest
from pytest_bdd import parsers, scenarios, then, when

from reports.collector import EVIDENCE
from reports.evidence import Deviates
from reports.results import Deviation

scenarios("iakttagelser.feature")


@when("inget iakttas")
def _nothing(): pass


@when("något iakttas")
def _something(request): request.node.stash[EVIDENCE].observes("HTTP 200")


@when("något anmärks")
def _remark(request): request.node.stash[EVIDENCE].remarks("svaret kom sent")


@then("avviker det")
def _deviates():
    raise Deviates(Deviation(requirement="avviker", text="summan är fel", where="/a[1]"))


@when("något går sönder")
def _breaks(): raise OSError("disken är full")


@when("något saknas")
def _lacks(): pytest.skip("ingen observationspunkt")
"""
SAID = {"bortvalt": (LEFT_OUT, "Bortvalt."), "galler_inte": (NOT_APPLICABLE, "Inga krediter.")}
WAIVER = Waiver(requirement="avviker", reason="Rättas", owner="Karin Berg", expires="2026-12-31")


class _Tags:
    """Does what the suites' conftest does with tags."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            (tag,) = template_of(item).tags
            item.stash[REQUIREMENTS] = (tag,)
            if tag in SAID:
                key, reason = SAID[tag]
                item.stash[key] = reason


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Collector, Path]:
    """Give what a run of a small suite came to, and where Allure's results of it are."""
    folder = tmp_path_factory.mktemp("suite")
    (folder / "iakttagelser.feature").write_text(FEATURE, encoding="utf-8")
    (folder / "test_iakttagelser.py").write_text(STEPS, encoding="utf-8")
    (folder / "pytest.ini").write_text(
        "[pytest]\nmarkers = " + "\n  ".join(_tags_of(FEATURE)), encoding="utf-8"
    )

    def waive(scenario: ScenarioResult) -> tuple[Waiver, ...]:
        return weighed([WAIVER], (), [scenario], whole=False, day=date(2026, 11, 23))

    collector = Collector(folder, root=folder)
    pytest.main(
        [str(folder), f"--rootdir={folder}", "-c", str(folder / "pytest.ini"), "-q", "-p",
         "no:cacheprovider", "--import-mode=importlib", f"--alluredir={folder / 'allure'}"],
        plugins=[collector, AllureSteps(folder, collector, run="K1", waive=waive), _Tags()],
    )  # fmt: skip
    return collector, folder / "allure"


def _tags_of(feature: str) -> list[str]:
    return [line.strip()[1:] for line in feature.splitlines() if line.strip().startswith("@")]


@pytest.fixture
def scenario(run: tuple[Collector, Path]) -> Callable[[str], ScenarioResult]:
    """Give the result of the scenario with a tag."""
    return lambda tag: next(one for one in run[0].scenarios if one.requirements == (tag,))


@pytest.fixture
def told(run: tuple[Collector, Path]) -> Callable[[str], dict[str, Any]]:
    """Give what Allure was told of the scenario with a tag."""
    results = [json.loads(path.read_text("utf-8")) for path in run[1].glob("*-result.json")]

    def find(tag: str) -> dict[str, Any]:
        (found,) = [one for one in results if {"name": "tag", "value": tag} in one["labels"]]
        return dict(found)

    return find


@pytest.mark.parametrize(
    ("tag", "outcome", "reason"),
    [
        pytest.param("iakttar", Outcome.PASSED, "", id="saw something"),
        pytest.param("anmarker", Outcome.OBSERVATION, "", id="remarked something"),
        pytest.param("avviker", Outcome.FAILED, "", id="deviated"),
        pytest.param("trasigt", Outcome.BROKEN, "OSError: disken är full", id="broke"),
        pytest.param("hoppas", Outcome.NOT_TESTED, "ingen observationspunkt", id="skipped"),
        pytest.param("bortvalt", Outcome.NOT_TESTED, "Bortvalt.", id="left out"),
        pytest.param("galler_inte", Outcome.NOT_APPLICABLE, "Inga krediter.", id="declared"),
    ],
)
def test_each_end_of_a_scenario_has_its_outcome(
    scenario: Callable[[str], ScenarioResult], tag: str, outcome: Outcome, reason: str
) -> None:
    """With the reason where there is one."""
    assert (scenario(tag).outcome, scenario(tag).reason) == (outcome, reason)


def test_allure_is_told_of_scenarios_and_not_of_fixtures(run: tuple[Collector, Path]) -> None:
    """What pytest sets up for a step says nothing to a reader, and would be a file for each."""
    collector, folder = run

    assert len([*folder.glob("*-result.json")]) == len(collector.scenarios)
    assert not [*folder.glob("*-container.json")]


def test_a_scenario_in_which_nothing_was_observed_is_never_green(
    scenario: Callable[[str], ScenarioResult],
) -> None:
    """Its steps all held, and it is broken: it could not have shown anything."""
    silent = scenario("tyst")

    assert [step.outcome for step in silent.steps] == [Outcome.PASSED]
    assert silent.outcome is Outcome.BROKEN
    assert "iakttog" in silent.reason


def test_what_is_not_to_run_did_not_run_and_interrupts_nothing(
    run: tuple[Collector, Path], scenario: Callable[[str], ScenarioResult]
) -> None:
    """A declared scenario is left alone: its steps were never reached."""
    for tag in SAID:
        assert {step.outcome for step in scenario(tag).steps} == {Outcome.NOT_TESTED}
    assert not run[0].interrupted


@pytest.mark.parametrize(
    ("tag", "status", "word"),
    [
        pytest.param("iakttar", "passed", "Uppfyllt", id="passed"),
        pytest.param("anmarker", "passed", "Observation", id="observation"),
        pytest.param("avviker", "failed", "Avviker", id="failed"),
        pytest.param("tyst", "broken", "Trasigt", id="saw nothing"),
        pytest.param("trasigt", "broken", "Trasigt", id="broke"),
        pytest.param("hoppas", "skipped", "Ej prövat", id="skipped"),
        pytest.param("bortvalt", "skipped", "Ej prövat", id="left out"),
        pytest.param("galler_inte", "skipped", "Ej tillämpligt", id="declared"),
    ],
)
def test_allure_has_our_outcome_and_word(
    told: Callable[[str], dict[str, Any]], tag: str, status: str, word: str
) -> None:
    """Also of what was never run."""
    assert told(tag)["status"] == status
    assert {"name": "utfall", "value": word} in told(tag)["labels"]


def test_allure_s_status_begins_with_the_first_line_and_names_the_waiver(
    told: Callable[[str], dict[str, Any]], scenario: Callable[[str], ScenarioResult]
) -> None:
    """Then the command that runs it again; a waived failure is a known one, and a failure."""
    details = told("avviker")["statusDetails"]

    assert details["message"].splitlines() == [
        "avviker: /a[1]: summan är fel",
        f"provbank rerun K1 {scenario('avviker').id}",
        "Undantag: avviker: Rättas (Karin Berg, t.o.m. 2026-12-31)",
    ]
    assert details["known"] is True
    assert told("trasigt")["statusDetails"]["known"] is False
    assert told("galler_inte")["statusDetails"]["message"] == "Inga krediter."
    assert told("anmarker")["statusDetails"]["message"] == "svaret kom sent"


def test_the_waiver_is_in_force_for_the_failure_alone(
    scenario: Callable[[str], ScenarioResult],
) -> None:
    """Of a single scenario nothing else is said."""
    for tag, state in (("avviker", WaiverState.IN_FORCE), ("iakttar", WaiverState.UNTRIED)):
        (found,) = weighed([WAIVER], (), [scenario(tag)], whole=False, day=date(2026, 11, 23))

        assert found.state is state
