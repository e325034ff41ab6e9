"""What a vendor declares not applicable, and waives, in a run by its target file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

import provbank
from features.bench import reference_system
from features.suites import suite_named
from features.target_file import example
from reports.provenance import WaiverState
from reports.results import Outcome, RunResult, read_result

SUITE = suite_named("utomlansfakturering/producent")
ENDPOINT = "http://127.0.0.1:9090/regions/03/claim"
TABLE = "\n[services.utomlansfakturering.producer.not_applicable]\n"
WAIVER = """
[[waiver]]
requirement = "FBC-R5"
reason = "Rättas i nästa version"
owner = "Karin Berg"
expires = 2999-12-31
"""


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Give a system that never checks R5."""
    with reference_system(SUITE, defect=SUITE.part.defects["never-checks-R5"]) as target:
        yield target.roles[SUITE.name].endpoint


def certified(folder: Path, endpoint: str, *declared: str) -> tuple[int, RunResult]:
    """Certify the system in what checks R5, with declarations in its target file."""
    lines = TABLE + "".join(f'{each} = "Hanteras inte"\n' for each in declared)
    text = example(SUITE).replace(ENDPOINT, endpoint) + (lines if declared else "")
    (folder / "region.toml").write_text(text, encoding="utf-8")
    return run(folder, "certify", "--only", "R5", "--target", "region.toml", "--out", "report")


def run(folder: Path, *arguments: str) -> tuple[int, RunResult]:
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-X", "utf8", "-m", "provbank", *arguments],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip
    report = "report-rerun" if arguments[0] == "rerun" else "report"
    assert (folder / report / "result.json").exists(), ended.stderr
    return ended.returncode, read_result(folder / report / "result.json")


def requirement(result: RunResult, name: str) -> tuple[Outcome, str]:
    (found,) = [item for item in result.requirements if item.id == name]
    return found.outcome, found.reason


def test_what_is_declared_alone_is_not_run_and_one_seen_failing_fails(
    tmp_path: Path, endpoint: str
) -> None:
    """Two scenarios check nothing but R5; those that check more show it failing all the same."""
    status, result = certified(tmp_path, endpoint, "FBC-R5")

    outcomes = [scenario.outcome for scenario in result.scenarios]
    assert outcomes == [Outcome.NOT_APPLICABLE] * 2 + [Outcome.FAILED] * 4
    assert result.scenarios[0].reason == "Hanteras inte"
    outcome, reason = requirement(result, "FBC-R5")
    assert outcome is Outcome.FAILED
    assert "ej tillämpligt, men avvikelse sågs: Hanteras inte" in reason
    assert status == 1


def test_where_all_that_scenarios_check_is_declared_nothing_is_tested(
    tmp_path: Path, endpoint: str
) -> None:
    """Not applicable is not passed, so the run is not well."""
    everything = {name for scenario in certified(tmp_path, endpoint)[1].scenarios
                  for name in scenario.requirements}  # fmt: skip

    status, result = certified(tmp_path, endpoint, *sorted(everything))

    assert {scenario.outcome for scenario in result.scenarios} == {Outcome.NOT_APPLICABLE}
    assert requirement(result, "FBC-R5") == (Outcome.NOT_APPLICABLE, "Hanteras inte")
    assert status == 3


def test_a_mistake_in_the_waivers_is_told_with_the_target_file(tmp_path: Path) -> None:
    """`provbank target check` reads both, and runs nothing."""
    (tmp_path / "region.toml").write_text(example(SUITE), encoding="utf-8")
    file = str(tmp_path / "region.toml")
    check = partial(CliRunner().invoke, provbank.cli, ["target", "check", file])

    (tmp_path / "waivers.toml").write_text(WAIVER, encoding="utf-8")
    assert check(standalone_mode=False).exception is None

    (tmp_path / "waivers.toml").write_text(WAIVER.replace("owner", "agare"), encoding="utf-8")
    assert "there is no agare in a waiver" in str(check(standalone_mode=False).exception)


def test_waivers_beside_the_target_file_are_read_by_themselves(
    tmp_path: Path, endpoint: str
) -> None:
    """And what is run again has them too, with the same target file."""
    more = WAIVER + WAIVER.replace("FBC-R5", "FBC-VALIDERA-PRODUCENT")
    (tmp_path / "waivers.toml").write_text(more, encoding="utf-8")

    status, result = certified(tmp_path, endpoint)
    again, repeated = run(tmp_path, "rerun", "report", "--failed")

    assert (status, again) == (0, 0)
    for each in (result, repeated):
        assert [waiver.state for waiver in each.waivers] == [WaiverState.IN_FORCE] * 2
        assert each.counted(Outcome.FAILED) == 4
        assert each.made_with.target == "../region.toml"
        assert each.made_with.target_sha256
