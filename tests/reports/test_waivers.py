"""What waivers come to: which failures they waive, and which of them are out of date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from reports.coverage import covered
from reports.provenance import Waiver, WaiverState
from reports.results import (
    Deviation,
    Outcome,
    RequirementResult,
    RunResult,
    ScenarioResult,
    StepResult,
)
from reports.summary import is_all_waived, verdict_line
from reports.waivers import stale, unwaived, weighed

TODAY = date(2026, 11, 23)

Scenario = Callable[..., ScenarioResult]
MakeWaiver = Callable[..., Waiver]
Weigh = Callable[..., Waiver]


@pytest.fixture
def weigh(a_requirement: Callable[..., RequirementResult], a_waiver: MakeWaiver) -> Weigh:
    """Give the weighing of one waiver of FBC-R5 in a whole run of some scenarios."""

    def build(
        *scenarios: ScenarioResult, whole: bool = True, known: bool = True, **values: Any
    ) -> Waiver:
        catalogue = [a_requirement()] if known else []
        (found,) = weighed(
            [a_waiver(state=WaiverState.UNTRIED, **values)],
            covered(catalogue, scenarios),
            scenarios,
            whole=whole,
            day=TODAY,
        )
        return found

    return build


def test_a_waiver_of_a_requirement_that_failed_is_in_force(
    weigh: Weigh, a_scenario: Scenario
) -> None:
    """In a part of the suite too: a failure is a failure."""
    for whole in (True, False):
        found = weigh(a_scenario(Outcome.FAILED), whole=whole)

        assert (found.state, found.told) == (WaiverState.IN_FORCE, "")


@pytest.mark.parametrize(
    ("expires", "state"),
    [
        pytest.param("2026-11-24", WaiverState.IN_FORCE, id="tomorrow"),
        pytest.param("2026-11-23", WaiverState.IN_FORCE, id="its last day"),
        pytest.param("2026-11-22", WaiverState.EXPIRED, id="the day after"),
    ],
)
def test_a_waiver_holds_through_its_last_day(
    weigh: Weigh, a_scenario: Scenario, expires: str, state: WaiverState
) -> None:
    """After that it waives nothing, and says so."""
    found = weigh(a_scenario(Outcome.FAILED), expires=expires)

    assert found.state is state
    assert (expires in found.told) == (state is WaiverState.EXPIRED)


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        pytest.param(Outcome.PASSED, "uppfyllt", id="passed"),
        pytest.param(Outcome.OBSERVATION, "uppfyllt", id="passed with remarks"),
        pytest.param(Outcome.NOT_TESTED, "prövades inte", id="not tested"),
    ],
)
def test_a_waiver_with_nothing_to_waive_is_stale_in_a_whole_run(
    weigh: Weigh, a_scenario: Scenario, outcome: Outcome, told: str
) -> None:
    """Also one that has expired: it is to be taken away."""
    for expires in ("2026-12-31", "2026-01-01"):
        found = weigh(a_scenario(outcome), expires=expires)

        assert found.state is WaiverState.STALE
        assert told in found.told


def test_a_waiver_of_what_does_not_apply_is_stale(
    a_requirement: Callable[..., RequirementResult], a_waiver: MakeWaiver
) -> None:
    """Either it applies, and the waiver stays, or it does not."""
    declared = a_requirement(outcome=Outcome.NOT_APPLICABLE, reason="Inga krediter")
    (found,) = weighed([a_waiver()], [declared], [], whole=True, day=TODAY)

    assert (found.state, found.told) == (
        WaiverState.STALE,
        "Kravet är angivet som ej tillämpligt",
    )


def test_a_waiver_of_a_scenario_that_did_not_fail_is_stale(
    weigh: Weigh, a_scenario: Scenario
) -> None:
    """Though the requirement failed in another, which it does not waive."""
    found = weigh(a_scenario(Outcome.FAILED, id="ett"), a_scenario(id="annat"), scenario="annat")

    assert (found.state, found.told) == (WaiverState.STALE, "Scenariot avvek inte från kravet")


def test_of_a_part_nothing_is_called_stale(weigh: Weigh, a_scenario: Scenario) -> None:
    """A scenario that was left out may be the one that fails."""
    assert weigh(a_scenario(), whole=False).state is WaiverState.UNTRIED
    assert weigh(a_scenario(), whole=False, expires="2026-01-01").state is WaiverState.EXPIRED


def test_a_requirement_that_broke_tells_nothing(weigh: Weigh, a_scenario: Scenario) -> None:
    """It is the harness that failed, so the waiver may be needed still."""
    assert weigh(a_scenario(Outcome.BROKEN)).state is WaiverState.UNTRIED


def test_a_waiver_for_what_the_suite_does_not_know_is_stale(
    weigh: Weigh, a_scenario: Scenario
) -> None:
    """Neither the requirement nor the scenario exists any longer."""
    assert "inte av sviten" in weigh(a_scenario(), known=False).told
    assert "finns inte" in weigh(a_scenario(), scenario="borta-123456").told


def test_a_waiver_of_one_scenario_waives_no_other(
    a_run: Callable[..., RunResult], a_scenario: Scenario, a_waiver: MakeWaiver
) -> None:
    """The same requirement failing elsewhere is news."""
    one, other = (a_scenario(Outcome.FAILED, id=name) for name in ("ett", "annat"))
    run = a_run(one, other, waivers=(a_waiver(scenario="ett"),))

    assert unwaived(run) == (("FBC-R5", "annat"),)
    assert not is_all_waived(run)


def test_a_scenario_is_waived_when_each_requirement_it_failed_is(
    a_run: Callable[..., RunResult],
    a_scenario: Scenario,
    a_step: Callable[..., StepResult],
    a_deviation: Callable[..., Deviation],
    a_waiver: MakeWaiver,
) -> None:
    """One requirement more, and the run fails."""
    both = (a_deviation(), a_deviation(requirement="FBC-R8"))
    scenario = a_scenario(Outcome.FAILED, steps=(a_step(outcome=Outcome.FAILED, deviations=both),))
    half = a_run(scenario, waivers=(a_waiver(),))
    whole = a_run(scenario, waivers=(a_waiver(), a_waiver(requirement="FBC-R8")))

    assert unwaived(half) == (("FBC-R8", scenario.id),)
    assert unwaived(whole) == ()
    assert verdict_line(half).sv == "Avvikelser (1 undantag)"
    assert verdict_line(whole).sv == "Avvikelser, alla med undantag (2 undantag)"


def test_a_failure_without_deviations_is_of_the_requirements_it_is_tagged_with(
    a_run: Callable[..., RunResult],
    a_scenario: Scenario,
    a_step: Callable[..., StepResult],
    a_waiver: MakeWaiver,
) -> None:
    """And one that is tagged with none cannot be waived."""
    steps = (a_step(outcome=Outcome.FAILED),)
    tagged = a_scenario(Outcome.FAILED, steps=steps)
    untagged = a_scenario(Outcome.FAILED, steps=steps, requirements=(), id="utan")

    assert unwaived(a_run(tagged, waivers=(a_waiver(),))) == ()
    assert unwaived(a_run(untagged, waivers=(a_waiver(),))) == (("", "utan"),)


def test_only_waivers_in_force_waive(
    a_run: Callable[..., RunResult], a_scenario: Scenario, a_waiver: MakeWaiver
) -> None:
    """Of all states, one."""
    for state in WaiverState:
        run = a_run(a_scenario(Outcome.FAILED), waivers=(a_waiver(state=state),))

        assert (unwaived(run) == ()) == (state is WaiverState.IN_FORCE)
        assert bool(stale(run)) == (state is WaiverState.STALE)
