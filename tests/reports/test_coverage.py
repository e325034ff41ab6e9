"""Requirement by scenario, and the verdict of a run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reports.coverage import covered, verdict_of
from reports.results import Outcome, RequirementResult, ScenarioResult, StepResult, Verdict

PASSED, FAILED, OBSERVATION, NOT_TESTED, NOT_APPLICABLE, BROKEN = Outcome

Requirement = Callable[..., RequirementResult]
Scenario = Callable[..., ScenarioResult]


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        pytest.param([PASSED], PASSED, id="one that passed"),
        pytest.param([PASSED, FAILED], FAILED, id="one failure fails it"),
        pytest.param([FAILED, BROKEN], FAILED, id="a failure outweighs a breakdown"),
        pytest.param([PASSED, BROKEN], BROKEN, id="a breakdown outweighs a pass"),
        pytest.param([NOT_TESTED, BROKEN], BROKEN, id="a breakdown is told"),
        pytest.param([PASSED, NOT_TESTED], PASSED, id="an untested sibling undoes no pass"),
        pytest.param([PASSED, OBSERVATION], OBSERVATION, id="a remark is told"),
        pytest.param([OBSERVATION, FAILED], FAILED, id="a failure outweighs a remark"),
        pytest.param([OBSERVATION, BROKEN], BROKEN, id="a breakdown outweighs a remark"),
        pytest.param([NOT_TESTED, NOT_TESTED], NOT_TESTED, id="none was tested"),
        pytest.param([], NOT_TESTED, id="no scenario at all"),
    ],
)
def test_what_weighs_most_decides(
    a_requirement: Requirement,
    a_scenario: Scenario,
    outcomes: list[Outcome],
    expected: Outcome,
) -> None:
    """Failed, broken, observation, passed, not tested: in this order."""
    scenarios = [a_scenario(outcome, id=f"s{n}") for n, outcome in enumerate(outcomes)]

    for order in (scenarios, scenarios[::-1]):
        (row,) = covered([a_requirement()], order)

        assert row.outcome is expected
        assert row.scenarios == tuple(scenario.id for scenario in order)


def test_only_scenarios_that_name_a_requirement_count(
    a_requirement: Requirement, a_scenario: Scenario
) -> None:
    """A requirement's row keeps to its own scenarios, and the catalogue's order stays."""
    other = a_scenario(id="other", requirements=("FBC-R50",))
    mine = a_scenario(id="mine", requirements=("FBC-R1", "FBC-R5"))

    rows = covered([a_requirement("FBC-R5"), a_requirement("FBC-R9")], [other, mine])

    assert [(row.id, row.outcome, row.scenarios) for row in rows] == [
        ("FBC-R5", PASSED, ("mine",)),
        ("FBC-R9", NOT_TESTED, ()),
    ]


def test_deviation_found_in_passing_fails_its_requirement(
    a_requirement: Requirement, a_scenario: Scenario
) -> None:
    """A deviation fails the requirement it names, and leaves the scenario's own unshown."""
    scenario = a_scenario(FAILED, requirements=("FBC-R8",))  # deviates from FBC-R5

    rows = covered([a_requirement("FBC-R5"), a_requirement("FBC-R8")], [scenario])

    assert [row.outcome for row in rows] == [FAILED, NOT_TESTED]
    assert rows[1].reason == "scenariot avvek från FBC-R5"
    assert rows[0].scenarios == (scenario.id,)


def test_deviation_stands_though_the_scenario_broke_later(
    a_requirement: Requirement,
    a_scenario: Scenario,
    a_step: Callable[..., StepResult],
) -> None:
    """A deviation found is a fact; the scenario's other requirements are broken."""
    found = a_scenario(FAILED).steps
    broken = a_scenario(
        BROKEN, steps=(*found, a_step(outcome=BROKEN)), requirements=("FBC-R5", "FBC-R8")
    )

    rows = covered([a_requirement("FBC-R5"), a_requirement("FBC-R8")], [broken])

    assert [row.outcome for row in rows] == [FAILED, BROKEN]
    assert verdict_of([broken], interrupted=False, selection="") is Verdict.DEVIATIONS


def test_reason_comes_from_scenario_then_catalogue_then_default(
    a_requirement: Requirement, a_scenario: Scenario
) -> None:
    """An untested requirement always says why."""
    untested = a_scenario(NOT_TESTED, reason="Miljön saknar TLS")
    silent = a_scenario(NOT_TESTED, reason="")
    told = a_requirement(reason="Kräver två dygns drift")

    def reason(row: RequirementResult, *scenarios: ScenarioResult) -> str:
        return covered([row], scenarios)[0].reason

    assert reason(told, untested) == "Miljön saknar TLS"
    assert reason(told, silent) == "Kräver två dygns drift"
    assert reason(told) == "Kräver två dygns drift"
    assert reason(a_requirement()) == "Inget scenario prövar kravet i denna körning"


def test_same_reason_is_told_once(a_requirement: Requirement, a_scenario: Scenario) -> None:
    """Reasons are joined, without repeats."""
    reasons = ("Miljön saknar TLS", "Ingen läsning", "Miljön saknar TLS")
    scenarios = [a_scenario(NOT_TESTED, id=f"s{n}", reason=r) for n, r in enumerate(reasons)]

    (row,) = covered([a_requirement()], scenarios)

    assert row.reason == "Miljön saknar TLS; Ingen läsning"


def test_passed_tells_of_siblings_that_were_not_tested(
    a_requirement: Requirement, a_scenario: Scenario
) -> None:
    """A pass that rests on fewer scenarios than there are says so."""
    passed, untested = a_scenario(PASSED), a_scenario(NOT_TESTED, reason="Ingen läsning")
    catalogue = [a_requirement(reason="Provas inte")]

    assert covered(catalogue, [passed, untested])[0].reason == (
        "1 av 2 scenarier visade inte kravet: Ingen läsning"
    )
    assert covered(catalogue, [passed])[0].reason == ""


@pytest.mark.parametrize("outcome", [PASSED, NOT_TESTED, BROKEN, NOT_APPLICABLE])
def test_what_is_declared_not_applicable_stays_so(
    a_requirement: Requirement, a_scenario: Scenario, outcome: Outcome
) -> None:
    """With the vendor's reason, whatever another scenario shows of it in passing."""
    declared = a_requirement(outcome=NOT_APPLICABLE, reason="Systemet har inga krediter")

    (row,) = covered([declared], [a_scenario(outcome)])

    assert (row.outcome, row.reason) == (NOT_APPLICABLE, "Systemet har inga krediter")


def test_what_is_declared_not_applicable_and_seen_failing_fails(
    a_requirement: Requirement, a_scenario: Scenario
) -> None:
    """A declaration is not a waiver; the reason tells that it was made."""
    declared = a_requirement(outcome=NOT_APPLICABLE, reason="Systemet har inga krediter")

    (row,) = covered([declared], [a_scenario(FAILED)])

    assert row.outcome is FAILED
    assert "ej tillämpligt, men avvikelse sågs: Systemet har inga krediter" in row.reason


def test_broken_says_why(a_requirement: Requirement, a_scenario: Scenario) -> None:
    """A broken requirement carries the reason of what broke."""
    (row,) = covered([a_requirement()], [a_scenario(BROKEN), a_scenario(PASSED)])

    assert row.reason == "Certifikatet har gått ut"


@pytest.mark.parametrize(
    ("outcomes", "interrupted", "selection", "verdict"),
    [
        pytest.param([PASSED], False, "", Verdict.NO_DEVIATIONS, id="all passed"),
        pytest.param([PASSED, NOT_TESTED], False, "", Verdict.NO_DEVIATIONS, id="some untested"),
        pytest.param([PASSED, FAILED], False, "", Verdict.DEVIATIONS, id="one failed"),
        pytest.param([FAILED, BROKEN], False, "", Verdict.DEVIATIONS, id="failed and broken"),
        pytest.param([FAILED], True, "-m FBC-R5", Verdict.DEVIATIONS, id="failed, incomplete"),
        pytest.param([PASSED, BROKEN], False, "", Verdict.BROKEN, id="one broken"),
        pytest.param([PASSED, BROKEN], True, "", Verdict.BROKEN, id="broken, interrupted"),
        pytest.param([PASSED], True, "", Verdict.INCOMPLETE, id="interrupted"),
        pytest.param([PASSED], False, "-m FBC-R5", Verdict.INCOMPLETE, id="a selection"),
        pytest.param([OBSERVATION], False, "", Verdict.NO_DEVIATIONS, id="passed with remarks"),
        pytest.param([PASSED, NOT_APPLICABLE], False, "", Verdict.NO_DEVIATIONS, id="some n/a"),
        pytest.param([NOT_APPLICABLE], False, "", Verdict.INCOMPLETE, id="nothing applies"),
        pytest.param([NOT_TESTED], False, "", Verdict.INCOMPLETE, id="none passed"),
        pytest.param([], False, "", Verdict.INCOMPLETE, id="no scenario"),
    ],
)
def test_verdict(
    a_scenario: Scenario,
    outcomes: list[Outcome],
    interrupted: bool,
    selection: str,
    verdict: Verdict,
) -> None:
    """Deviations, broken, incomplete, no deviations: in this order."""
    scenarios = [a_scenario(outcome) for outcome in outcomes]

    assert verdict_of(scenarios, interrupted=interrupted, selection=selection) is verdict
