"""One known-bad system tried: what failed is read out of the run, and set against its fault."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

from features.selftest import trial
from features.selftest.systems import System
from features.suites import suite_for
from reports.results import Outcome
from simulator.regions.defect import FLAWLESS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest


def test_failed_requirements_are_those_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the fault breaks by its nature is foreseen, and what passed did not fail."""
    suite = suite_for("utomlansfakturering", "producent")
    defect = replace(suite.part.defects["skips-schema"], also=frozenset({"FBC-ÖR7"}))
    outcomes = {defect.breaks: Outcome.FAILED, "FBC-ÖR7": Outcome.FAILED,
                "FBC-R5": Outcome.FAILED, "FBC-R10": Outcome.PASSED}  # fmt: skip
    result = SimpleNamespace(
        requirements=[SimpleNamespace(id=name, outcome=one) for name, one in outcomes.items()],
        scenarios=(),
        interrupted=False,
    )
    monkeypatch.setattr(
        trial, "certify", lambda *_, **__: SimpleNamespace(result=result, problems=())
    )

    @contextmanager
    def system(*_: object, **__: object) -> Iterator[None]:
        yield None

    monkeypatch.setattr(trial, "reference_system", system)

    tried = trial.try_out(System(suite=suite, defect=defect))

    assert tried.failed == (defect.breaks, "FBC-ÖR7", "FBC-R5")
    assert tried.unforeseen == ("FBC-R5",)


def outcomes_of(monkeypatch: pytest.MonkeyPatch, *failed: tuple[str, ...]) -> list[str]:
    """Let one run after the other fail on these; give what each was told to keep to."""
    asked: list[str] = []
    runs = iter(failed)

    def tried(system: System, *, seed: int = 0, only: str = "") -> trial.Trial:  # noqa: ARG001
        asked.append(only)
        return trial.Trial(
            suite=system.suite.name,
            defect=system.defect.name,
            breaks=system.defect.breaks,
            failed=next(runs),
            whole=not only,
            seconds=1.0,
        )

    monkeypatch.setattr(trial, "try_out", tried)
    return asked


def a_system() -> System:
    suite = suite_for("utomlansfakturering", "producent")
    return System(suite=suite, defect=suite.part.defects["never-checks-R5"])


def test_a_system_that_its_own_scenarios_catch_is_not_run_further(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What fails in a part of the suite fails in the whole."""
    asked = outcomes_of(monkeypatch, ("FBC-R5",))

    found = trial.catch(a_system())

    assert (found.verdict, found.whole, asked) == (trial.Verdict.CAUGHT, False, ["FBC-R5"])


def test_a_system_that_they_miss_meets_the_whole_suite(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the wrong reason is told from none."""
    asked = outcomes_of(monkeypatch, (), ("FBC-R9",))

    found = trial.catch(a_system())

    assert (found.verdict, found.whole) == (trial.Verdict.WRONG_REASON, True)
    assert (asked, found.seconds) == (["FBC-R5", ""], 2.0)


def test_the_whole_suite_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """And a flawless system always meets it: there is no requirement to begin with."""
    asked = outcomes_of(monkeypatch, ("FBC-R5",), ())

    trial.catch(a_system(), whole=True)
    trial.catch(System(suite=a_system().suite, defect=FLAWLESS))

    assert asked == ["", ""]
