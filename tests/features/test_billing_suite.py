"""The suite of those who bill is tested itself: a flawless seller passes, known defects are caught.

Some defects are tried here, on the scenarios of what they break; `provbank selftest` tries all of
them. Run one with -k NAME.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from features.bench import SOON, Bench, entrance_of, lead, reference_system
from features.run import certify, prepare_folder
from features.selftest.systems import known_bad, sampled
from features.suites import suite_for
from features.utomlansfakturering.acting import trigger_of
from reports.results import Outcome, RunResult, Verdict
from simulator.regions.defect import FLAWLESS, Defect
from simulator.regions.surroundings import Surroundings

SUITE = suite_for("utomlansfakturering", "konsument")
SOME = [system.defect for system in sampled(known_bad([SUITE]), 12, seed=1)]
"""Defects, each against a requirement of its own."""


def run_of(
    defect: Defect,
    folder: Path,
    *,
    only: str = "",
    before: Callable[[Bench], None] = lambda _bench: None,
) -> RunResult:
    """Certify a bundled seller, over mutual TLS; ``before`` does something to it first."""

    def on_start(bench: Bench) -> None:
        lead(around, bench)
        before(bench)

    around = Surroundings(resending=SOON)
    prepare_folder(folder)
    with reference_system(SUITE, defect=defect, around=around) as target:
        ended = certify(
            target,
            SUITE,
            folder,
            only=only,
            entrance=entrance_of(SUITE),
            on_start=on_start,
        )
    assert ended.problems == ()
    return ended.result


def test_a_flawless_seller_passes_in_full(tmp_path: Path) -> None:
    """Every scenario, and every requirement of the contract but those that are replaced."""
    result = run_of(FLAWLESS, tmp_path / "report")

    assert result.verdict is Verdict.NO_DEVIATIONS
    holding = result.counted(Outcome.PASSED, Outcome.OBSERVATION)
    assert holding == len(result.scenarios) >= 130
    untested = {item.id for item in result.requirements if item.outcome is Outcome.NOT_TESTED}
    assert {one for one in untested if one.startswith("FBC-")} == {"FBC-ÖR6", "FBC-ÖR32"}


def test_a_run_after_one_that_was_killed_judges_what_is_delivered(tmp_path: Path) -> None:
    """What the killed one has set is no pause of the system's own."""

    def killed(bench: Bench) -> None:
        trigger = trigger_of(bench.role)
        assert trigger is not None
        trigger.settings(pause=0.2, attempts=3, timeout=1.0, factor=1.0)

    result = run_of(FLAWLESS, tmp_path / "report", only="FBC-OMSANDNING-PAUS", before=killed)

    assert result.counted(Outcome.PASSED) == len(result.scenarios) > 0


@pytest.mark.parametrize("defect", [pytest.param(one, id=one.name) for one in SOME])
def test_a_defect_is_caught_on_the_requirement_it_breaks(tmp_path: Path, defect: Defect) -> None:
    """A seller turns red what it breaks, and nothing of ours breaks on it."""
    result = run_of(defect, tmp_path / "report", only=defect.breaks)

    failed = {item.id for item in result.requirements if item.outcome is Outcome.FAILED}
    assert defect.breaks in failed
    assert result.counted(Outcome.BROKEN) == 0


@pytest.mark.parametrize("name", ["breaks-r27", "adds-elements-of-its-own"])
def test_what_is_sent_wrongly_was_not_validated(tmp_path: Path, name: str) -> None:
    """A broken rule, or schema, breaks the validation before sending as well."""
    result = run_of(SUITE.part.defects[name], tmp_path / "report", only="FBC-VALIDERA-KONSUMENT")

    assert result.verdict is Verdict.DEVIATIONS
