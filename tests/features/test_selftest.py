"""The self-test: what it tries, what it makes of a trial, and what it tells and keeps of them."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from contracts.errors import UsageError
from features.proof import proof_of
from features.selftest.figures import Figures
from features.selftest.keeping import keep
from features.selftest.systems import controls, known_bad, sampled, system_named
from features.selftest.telling import tell_equivalents, tell_figures, tell_matrix, tell_trial
from features.selftest.trial import Trial, Verdict
from features.suites import suites
from simulator.regions.parts import parts

EVERY = known_bad()
CAUGHT = Trial(
    suite="utomlansfakturering/producent",
    defect="never-checks-R5",
    breaks="FBC-R5",
    failed=("FBC-R5", "FBC-VALIDERA-PRODUCENT"),
    seconds=2.5,
)
ELSEWHERE = replace(CAUGHT, defect="slow", breaks="FBC-SLA-1MB", unforeseen=("FBC-R5",))
MISSED = replace(CAUGHT, defect="keeps-nothing", breaks="FBC-MATCHA", failed=())
BROKEN = replace(CAUGHT, failed=(), problems=("a step is lacking",))
FLAWLESS = replace(CAUGHT, defect="", breaks="", failed=())


def told(*, width: int = 200) -> Console:
    return Console(file=io.StringIO(), width=width, color_system=None)


def text_of(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


# Systems -----------------------------------------------------------------------------------------


def test_every_known_defect_is_tried() -> None:
    """No suite's defects are left out, and there are as many as the goal says."""
    assert {system.name for system in EVERY} == {
        f"{suite.name}:{name}" for suite in suites() for name in suite.part.defects
    }
    assert len(EVERY) >= 200


def test_a_flawless_system_of_each_suite_is_tried_too() -> None:
    """A suite that fails everything catches everything."""
    assert [system.suite for system in controls()] == list(suites())
    assert {system.defect.name for system in controls()} == {""}


def test_a_system_is_found_by_its_name() -> None:
    """The process that tries it gets its name alone."""
    for system in (*EVERY[::40], *controls()):
        assert system_named(system.name) == system


def test_an_unknown_defect_is_told() -> None:
    """A misspelt name is no empty self-test."""
    with pytest.raises(UsageError, match="never-checks-R99"):
        known_bad(only="never-checks-R99")


def test_a_sample_is_spread_over_suites_and_requirements() -> None:
    """Each suite has its share, and no requirement comes twice before all have come once."""
    some = sampled(EVERY, 40, seed=3)

    counts = [sum(one.suite is suite for one in some) for suite in suites()]
    assert sum(counts) == 40
    assert max(counts) - min(counts) <= 1
    for suite in suites():
        broken = [one.defect.breaks for one in some if one.suite is suite]
        assert len(set(broken)) == len(broken)


def test_a_sample_is_the_same_for_the_same_seed() -> None:
    """What failed in a sample can be tried again; another seed draws others."""
    assert sampled(EVERY, 20, seed=1) == sampled(EVERY, 20, seed=1)
    assert sampled(EVERY, 20, seed=1) != sampled(EVERY, 20, seed=2)


def test_a_sample_of_all_holds_every_system_once() -> None:
    """Nothing is lost in the mixing."""
    whole = sampled(EVERY, len(EVERY) + 10, seed=0)

    assert sorted(one.name for one in whole) == sorted(one.name for one in EVERY)


def test_every_requirement_a_defect_breaks_is_one_of_its_suite() -> None:
    """And what it breaks beside that is one that some suite checks."""
    of_any = {item.id for suite in suites() for item in suite.requirements}
    for system in EVERY:
        assert system.defect.breaks in {item.id for item in system.suite.requirements}, system.name
        assert {one for one in system.defect.also if "*" not in one} <= of_any, system.name


# Trials and figures ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trial", "verdict"),
    [
        pytest.param(CAUGHT, Verdict.CAUGHT, id="right"),
        pytest.param(ELSEWHERE, Verdict.WRONG_REASON, id="elsewhere"),
        pytest.param(MISSED, Verdict.MISSED, id="missed"),
        pytest.param(BROKEN, Verdict.BROKEN, id="broken"),
    ],
)
def test_a_trial_tells_whether_the_suite_saw_what_is_wrong(trial: Trial, verdict: Verdict) -> None:
    """By the requirement that is known to be broken, and no other."""
    assert trial.verdict is verdict


def test_a_trial_comes_back_as_it_was_sent() -> None:
    """It is made in another process."""
    for trial in (CAUGHT, ELSEWHERE, BROKEN, FLAWLESS):
        assert Trial.from_json(json.loads(json.dumps(trial.to_json()))) == trial


def test_figures_count_what_is_caught_and_what_is_caught_rightly() -> None:
    """Flawless systems are counted apart."""
    figures = Figures(trials=(FLAWLESS, CAUGHT, ELSEWHERE, MISSED, BROKEN))

    assert (len(figures.bad), figures.caught, figures.right, figures.controls) == (4, 2, 1, 1)
    assert figures.unforeseen == (ELSEWHERE,)
    assert not figures.false_alarms


@pytest.mark.parametrize(
    ("trials", "good"),
    [
        pytest.param([CAUGHT] * 100, True, id="all"),
        pytest.param([CAUGHT] * 98 + [ELSEWHERE] * 2, True, id="98 % rightly"),
        pytest.param([CAUGHT] * 97 + [ELSEWHERE] * 3, False, id="97 % rightly"),
        pytest.param([CAUGHT] * 99 + [MISSED], False, id="one missed"),
        pytest.param([CAUGHT] * 99 + [BROKEN], False, id="one broken"),
        pytest.param([CAUGHT, FLAWLESS], True, id="the flawless passes"),
        pytest.param(
            [CAUGHT, replace(FLAWLESS, failed=("FBC-R5",))], False, id="the flawless fails"
        ),
        pytest.param(
            [CAUGHT, replace(FLAWLESS, problems=("x",))], False, id="the flawless is not run"
        ),
    ],
)
def test_the_target_is_that_all_are_caught_and_nearly_all_rightly(
    trials: list[Trial], good: bool
) -> None:
    """The exit status goes by this."""
    assert Figures(trials=tuple(trials)).good_enough is good


# Telling and keeping -----------------------------------------------------------------------------


def test_the_matrix_has_a_row_for_each_broken_requirement() -> None:
    """With counts, and the faults by name."""
    console = told()

    tell_matrix(console, Figures(trials=(CAUGHT, ELSEWHERE, MISSED, FLAWLESS)))

    rows = {line.split()[0]: line.split()[1:] for line in text_of(console).splitlines()[1:]}
    assert rows["FBC-R5"] == ["1", "·", "·", "·", "never-checks-R5"]
    assert rows["FBC-SLA-1MB"] == ["·", "1", "·", "·", "slow"]
    assert rows["FBC-MATCHA"] == ["·", "·", "1", "·", "keeps-nothing"]
    assert len(rows) == 3


def test_each_system_that_is_not_caught_as_it_should_be_is_named() -> None:
    """With what it failed, so that the suite can be mended."""
    console = told()
    alarm = replace(FLAWLESS, failed=("FBC-R17",))

    tell_figures(console, Figures(trials=(CAUGHT, ELSEWHERE, MISSED, BROKEN, alarm)))

    text = text_of(console)
    assert "missed: utomlansfakturering/producent keeps-nothing (breaks FBC-MATCHA)" in text
    assert "slow (breaks FBC-SLA-1MB), failed FBC-R5, FBC-VALIDERA-PRODUCENT" in text
    assert "a step is lacking" in text
    assert "false alarm: utomlansfakturering/producent, flawless, failed FBC-R17" in text
    assert "fails more than the catalogue says" in text
    assert "4 known-bad systems: 2 caught (50.0 %), 1 by the requirement they break (25.0 %" in text
    assert "1 flawless systems: 0 pass." in text


@pytest.mark.parametrize(
    ("trial", "says"),
    [(CAUGHT, "never-checks-R5: caught"), (FLAWLESS, "flawless: passes"), (MISSED, "missed")],
)
def test_a_trial_is_told_as_it_ends(trial: Trial, says: str) -> None:
    """A long self-test is followed line by line."""
    console = told()

    tell_trial(console, trial, 3, 50)

    assert says in text_of(console)
    assert "3/50" in text_of(console)


def test_equivalents_are_told_with_their_reasons() -> None:
    """What is left out of the figures is no secret."""
    console = told(width=500)

    tell_equivalents(console)

    left_out = [each for part in parts() for each in part.equivalents]
    assert left_out
    for each in left_out:
        assert each.why in text_of(console)


def test_kept_figures_are_what_reports_read(tmp_path: Path) -> None:
    """Systems, what was caught, and the checksum of each suite that it was."""
    proof, page = tmp_path / "proof.json", tmp_path / "proof.md"
    page.write_text(
        "# Proof\n\n## Known-bad systems\n\nOld.\n\n### What it is\n\nStays.\n", "utf-8"
    )

    keep(Figures(trials=(CAUGHT, ELSEWHERE, FLAWLESS)), proof=proof, page=page)

    read = proof_of("utomlansfakturering/producent", path=proof)
    assert read is not None
    assert (read.systems, read.caught, read.right) == (2, 2, 1)
    assert set(json.loads(proof.read_text("utf-8"))["suites"]) == {one.name for one in suites()}
    text = page.read_text("utf-8")
    assert "| utomlansfakturering/producent | 2 | 2 | 1 | yes |" in text
    assert "Old." not in text
    assert text.endswith("### What it is\n\nStays.\n")


def test_figures_are_kept_in_a_checkout_alone(tmp_path: Path) -> None:
    """An installed package has no page to write to."""
    with pytest.raises(UsageError, match=r"proof\.md|not there"):
        keep(Figures(trials=(CAUGHT,)), proof=tmp_path / "p.json", page=tmp_path / "proof.md")
