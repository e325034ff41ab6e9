"""What the terminal tells: a scenario as it ends, and the run at its end."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from reports.provenance import Proof, Waiver, WaiverState
from reports.results import Outcome, RequirementResult, RunResult, ScenarioResult
from reports.terminal import tell_end, tell_scenario
from reports.words import OUTCOMES

Run = Callable[..., RunResult]
Scenario = Callable[..., ScenarioResult]


@pytest.fixture
def console() -> Console:
    """Give a console that keeps what is printed."""
    return Console(file=io.StringIO(), width=300, highlight=False, soft_wrap=True, emoji=False)


def printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("outcome", Outcome)
def test_a_scenario_is_told_by_the_word_of_its_outcome(
    console: Console, a_scenario: Scenario, outcome: Outcome
) -> None:
    """The words are those of every report, and stand in a column."""
    tell_scenario(console, a_scenario(outcome, title="Fel summa"), 3, 10)

    first, *_ = printed(console).splitlines()
    assert first == f" 3/10 {OUTCOMES[outcome].en:<14} Fel summa"


def test_a_failure_is_told_by_its_first_line_and_the_command(
    console: Console, a_scenario: Scenario
) -> None:
    """What was expected and observed stands between."""
    tell_scenario(console, a_scenario(Outcome.FAILED), 1, 1, run="K1")

    assert printed(console).splitlines()[1:] == [
        "      FBC-R5: /claim[1]/amount[1]: Underlaget togs emot fast summan är fel",
        "      expected resultCode ERROR; observed resultCode OK",
        "      provbank rerun K1 regler-failed",
    ]


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        pytest.param(Outcome.OBSERVATION, "Kommentaren är tom", id="a remark"),
        pytest.param(Outcome.NOT_TESTED, "Systemet saknar läsning", id="not tested"),
        pytest.param(Outcome.NOT_APPLICABLE, "Systemet har inga krediter", id="not applicable"),
        pytest.param(
            Outcome.BROKEN, "FBC-R5: Så avvisas underlaget: Certifikatet har gått ut", id="broken"
        ),
    ],
)
def test_what_is_not_plainly_passed_says_why(
    console: Console, a_scenario: Scenario, outcome: Outcome, told: str
) -> None:
    """Only what broke has a command: the rest would come out the same."""
    tell_scenario(console, a_scenario(outcome), 1, 1, run="K1")

    lines = [line.strip() for line in printed(console).splitlines()[1:]]
    assert lines[0] == told
    assert ("provbank rerun K1 regler-broken" in lines) == (outcome is Outcome.BROKEN)


def test_the_end_counts_every_outcome_in_order(
    console: Console, a_mixed_run: RunResult, tmp_path: Path
) -> None:
    """In the words of every report."""
    tell_end(console, a_mixed_run, tmp_path / "rapport.html")

    assert (
        "Scenarios: 2 passed, 1 failed, 1 observation, 1 not tested, 1 not applicable, 1 broken"
        in printed(console)
    )


def test_the_end_tells_the_waivers_and_the_proof(
    console: Console,
    a_run: Run,
    a_scenario: Scenario,
    a_waiver: Callable[..., Waiver],
    tmp_path: Path,
) -> None:
    """A waiver by its state; the verdict counts those in force."""
    waivers = (a_waiver(), a_waiver(state=WaiverState.STALE, told="Kravet är uppfyllt"))
    run = a_run(
        a_scenario(Outcome.FAILED),
        waivers=waivers,
        proof=Proof(systems=2, caught=2, right=1, equivalents=0, made="2026-11-23",
                    suite_sha256="0" * 64),
    )  # fmt: skip
    tell_end(console, run, tmp_path / "rapport.html")

    told = printed(console)
    assert "Verdict: Deviations, all waived (1 undantag)" in told
    assert "Waiver in force: FBC-R5 until 2026-12-31, Karin Berg: Rättas i nästa version" in told
    assert "Waiver stale: FBC-R5" in told
    assert "This suite has not been tried against known-bad systems" in told


def test_the_end_tells_what_was_declared_and_is_seen_failing(
    console: Console,
    a_run: Run,
    a_scenario: Scenario,
    a_requirement: Callable[..., RequirementResult],
    tmp_path: Path,
) -> None:
    """And says nothing of what just failed."""
    declared = a_requirement(outcome=Outcome.NOT_APPLICABLE, reason="Inga krediter")
    tell_end(console, a_run(a_scenario(Outcome.FAILED), catalogue=(declared,)), tmp_path / "r")
    tell_end(console, a_run(a_scenario(Outcome.FAILED)), tmp_path / "r")

    assert printed(console).count("FBC-R5: Angivet som ej tillämpligt, men avvikelse sågs") == 1


def test_a_run_in_which_nothing_was_tested_says_so(
    console: Console, a_run: Run, a_scenario: Scenario, tmp_path: Path
) -> None:
    """Not that there were no deviations."""
    tell_end(console, a_run(a_scenario(Outcome.NOT_TESTED)), tmp_path / "r")
    tell_end(console, a_run(selection="endast FBC-R5 (--only)"), tmp_path / "r")

    told = printed(console)
    assert "Verdict: Incomplete: nothing was tested\n" in told
    assert "Verdict: Incomplete: no deviations in what was run\n" in told
