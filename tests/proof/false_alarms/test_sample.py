"""A sample of unusual systems passes; the command certifies them all."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from reports.results import Outcome
from tests.proof.false_alarms.certifying import Alarm, Certified

ROOT = Path(__file__).resolve().parents[3]
PATH = os.pathsep.join([*sys.path, str(ROOT)])


def ran(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "tests.proof.false_alarms", *options],
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": PATH},
        cwd=ROOT, capture_output=True, encoding="utf-8", timeout=600, check=False,
    )  # fmt: skip


def test_a_sample_gives_no_false_alarm() -> None:
    """Two systems, others each day, so that in time all come up."""
    seed = str(date.today().toordinal())  # noqa: DTZ011 - any number will do

    done = ran("--sample", "2", "--seed", seed, "--suite", "producent", "--workers", "1")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 with a false alarm" in done.stdout


def test_what_a_manner_alone_makes_untestable_counts() -> None:
    """A scenario that the plain system lets be tested must not be lost by a manner."""
    plain = Certified(scenarios=2, alarms=(), skipped={"a": "no TLS"})
    alarm = Alarm(scenario="c", outcome=Outcome.FAILED, why="x")
    unusual = Certified(scenarios=2, alarms=(alarm,), skipped={"a": "no TLS", "b": "why"})

    assert plain.beside(plain) == ()
    assert unusual.beside(plain) == (alarm, Alarm(scenario="b", outcome="not tested", why="why"))


@pytest.mark.parametrize("option", ["no-such-manner", "--no-such-option"])
def test_an_unknown_name_is_refused(option: str) -> None:
    """A misspelt manner is no empty run that passes."""
    done = ran(option)

    assert done.returncode == 2
    assert "usage:" in done.stderr
