"""The first line of a failure: requirement, place, cause; and the command that repeats it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reports.first_line import first_line, rerun_command
from reports.results import Deviation, Outcome, ScenarioResult, StepResult

Scenario = Callable[..., ScenarioResult]
Step = Callable[..., StepResult]


def test_a_deviation_is_told_by_requirement_place_and_cause(a_scenario: Scenario) -> None:
    """The place is that in the message."""
    assert first_line(a_scenario(Outcome.FAILED)) == (
        "FBC-R5: /claim[1]/amount[1]: Underlaget togs emot fast summan är fel"
    )


def test_a_deviation_that_has_no_place_in_a_message_has_its_step(
    a_scenario: Scenario, a_step: Step, a_deviation: Callable[..., Deviation]
) -> None:
    """There is always a place."""
    step = a_step(outcome=Outcome.FAILED, deviations=(a_deviation(where=""),))

    assert first_line(a_scenario(Outcome.FAILED, steps=(step,))) == (
        "FBC-R5: Så avvisas underlaget: Underlaget togs emot fast summan är fel"
    )


def test_a_line_is_one_line(
    a_scenario: Scenario, a_step: Step, a_deviation: Callable[..., Deviation]
) -> None:
    """Whatever a system has put into it; and others are counted."""
    found = (a_deviation(text="fel\n  summa"), a_deviation(), a_deviation())
    step = a_step(outcome=Outcome.FAILED, deviations=found)

    assert first_line(a_scenario(Outcome.FAILED, steps=(step,))) == (
        "FBC-R5: /claim[1]/amount[1]: fel summa (och 2 till)"
    )


def test_what_failed_without_a_deviation_is_told_by_its_step(
    a_scenario: Scenario, a_step: Step
) -> None:
    """By what was seen, or the step's own error."""
    step = a_step(outcome=Outcome.FAILED, observed="Inget svar")

    assert first_line(a_scenario(Outcome.FAILED, steps=(a_step(), step))) == (
        "FBC-R5: Så avvisas underlaget: Inget svar"
    )


def test_what_broke_before_its_steps_is_told_by_its_place_in_the_suite(
    a_scenario: Scenario,
) -> None:
    """A fixture that breaks has no step."""
    assert first_line(a_scenario(Outcome.BROKEN, steps=())) == (
        "FBC-R5: features/utomlansfakturering/regler.feature:12: Certifikatet har gått ut"
    )


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        pytest.param(Outcome.PASSED, "", id="passed"),
        pytest.param(Outcome.OBSERVATION, "", id="observation"),
        pytest.param(Outcome.NOT_TESTED, "Systemet saknar läsning", id="not tested"),
        pytest.param(Outcome.NOT_APPLICABLE, "Systemet har inga krediter", id="not applicable"),
    ],
)
def test_what_did_not_fail_has_its_reason_alone(
    a_scenario: Scenario, outcome: Outcome, line: str
) -> None:
    """Nothing where all is well."""
    assert first_line(a_scenario(outcome)) == line


def test_the_command_names_run_and_scenario(a_scenario: Scenario) -> None:
    """As `provbank rerun` takes them."""
    assert rerun_command("20261123T051322-3a2e70", a_scenario(id="regler-fel-summa")) == (
        "provbank rerun 20261123T051322-3a2e70 regler-fel-summa"
    )
