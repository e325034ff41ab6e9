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
