"""`provbank rerun` and waivers as their users meet them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import provbank
from features.commands.running import status_of
from features.run import Ended
from reports.provenance import Waiver, WaiverState
from reports.results import Outcome, RunResult, Verdict, read_result

FAULTY = ("certify", "--defect", "never-checks-R5", "--only", "R5", "--out")
WAIVERS = "".join(
    f"""
[[waiver]]
requirement = "{requirement}"
reason = "Rättas i nästa version"
owner = "Karin Berg"
expires = 2999-12-31
"""
    for requirement in ("FBC-R5", "FBC-VALIDERA-PRODUCENT")
)


def run(*arguments: str, cwd: Path) -> tuple[int, str]:
    """Run a command to its end; give status and what it printed."""
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-X", "utf8", "-m", "provbank", *arguments],
        cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip
    return ended.returncode, ended.stdout + ended.stderr


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the report of a run of a system that never checks R5, with what it printed."""
    folder = tmp_path_factory.mktemp("first")
    status, printed = run(*FAULTY, "report", cwd=folder)
    assert status == 1
    (folder / "printed.txt").write_text(printed, encoding="utf-8")
    return folder / "report"


@pytest.fixture
def result(first: Path) -> RunResult:
    """Give the result of that run."""
    return read_result(first / "result.json")


def commands_in(first: Path) -> Sequence[str]:
    printed = (first.parent / "printed.txt").read_text(encoding="utf-8")
    return re.findall(r"^ +provbank (rerun \S+ \S+)$", printed, re.MULTILINE)


def test_the_command_beside_a_failure_repeats_that_scenario_alone(
    first: Path, result: RunResult, tmp_path: Path
) -> None:
    """Wherever it is run, with a report beside the first one, which stays as it is."""
    command = commands_in(first)[0]
    before = (first / "result.json").read_bytes()

    status, printed = run(*command.split(), "--no-questions", cwd=tmp_path)

    failed = next(one for one in result.scenarios if one.outcome is Outcome.FAILED)
    repeated = read_result(first.with_name("report-rerun") / "result.json")
    assert status == 1
    assert f"Same outcome: {failed.id}" in printed
    assert [one.id for one in repeated.scenarios] == [failed.id]
    assert repeated.made_with.defect == "never-checks-R5"
    assert (first / "result.json").read_bytes() == before


def test_all_that_failed_is_repeated_and_a_mended_system_is_told(
    first: Path, result: RunResult, tmp_path: Path
) -> None:
    """Here the system is mended by taking its defect out of what the run was made with."""
    (tmp_path / "report").mkdir()
    mended = (first / "result.json").read_text("utf-8").replace('"never-checks-R5"', '""')
    (tmp_path / "report" / "result.json").write_text(mended, encoding="utf-8")

    status, printed = run("rerun", "report", "--failed", "--out", "again", cwd=tmp_path)

    repeated = read_result(tmp_path / "again" / "result.json")
    assert status == 0
    failed = result.counted(Outcome.FAILED)
    assert failed >= 2
    assert [one.outcome for one in repeated.scenarios] == [Outcome.PASSED] * failed
    assert printed.count("Another outcome: ") == failed


def test_a_rerun_never_writes_over_the_run(first: Path) -> None:
    """Not even where it is asked to."""
    ended = CliRunner().invoke(
        provbank.cli, ["rerun", str(first), "--failed", "--out", str(first)],
        standalone_mode=False,
    )  # fmt: skip

    assert "written over that of the first run" in str(ended.exception)
    assert (first / "result.json").exists()


def test_waived_failures_alone_do_not_fail_the_run(first: Path, tmp_path: Path) -> None:
    """They are as failed as before, and the verdict counts the waivers."""
    (tmp_path / "mina.toml").write_text(WAIVERS, encoding="utf-8")

    status, printed = run(*FAULTY, "report", "--waivers", "mina.toml", cwd=tmp_path)

    result = read_result(tmp_path / "report" / "result.json")
    assert status == 0
    assert "Verdict: Deviations, all waived (2 undantag)" in printed
    assert "Waiver in force: FBC-R5 until 2999-12-31, Karin Berg" in printed
    assert result.verdict is Verdict.DEVIATIONS
    assert result.counted(Outcome.FAILED) >= 2
    assert result.made_with.waivers == "../mina.toml"
    assert read_result(first / "result.json").requirements == result.requirements


def test_an_expired_waiver_waives_nothing_and_is_told(tmp_path: Path) -> None:
    """The run fails as if it were not there."""
    (tmp_path / "mina.toml").write_text(WAIVERS.replace("2999", "2025"), encoding="utf-8")

    status, printed = run(*FAULTY, "report", "--waivers", "mina.toml", cwd=tmp_path)

    assert status == 1
    assert printed.count("Waiver expired: ") == 2


def test_a_waiver_for_what_no_suite_knows_is_usage(tmp_path: Path) -> None:
    """Nothing runs."""
    wrong = WAIVERS.replace("FBC-R5", "FBC-R500")
    (tmp_path / "mina.toml").write_text(wrong, encoding="utf-8")

    status, printed = run(*FAULTY, "report", "--waivers", "mina.toml", cwd=tmp_path)

    assert status == 2
    assert "no suite knows the requirement FBC-R500" in printed
    assert not (tmp_path / "report").exists()


def waiver(state: WaiverState, requirement: str = "FBC-R5") -> Waiver:
    return Waiver(requirement=requirement, reason="x", owner="y", expires="2999-12-31", state=state)


IN_FORCE = (waiver(WaiverState.IN_FORCE), waiver(WaiverState.IN_FORCE, "FBC-VALIDERA-PRODUCENT"))


@pytest.mark.parametrize(
    ("changes", "ended", "status"),
    [
        pytest.param({}, {}, 1, id="deviates"),
        pytest.param({"waivers": IN_FORCE}, {}, 0, id="all is waived"),
        pytest.param({"waivers": IN_FORCE[:1]}, {}, 1, id="one is waived"),
        pytest.param({"waivers": IN_FORCE, "interrupted": True}, {}, 3, id="waived and stopped"),
        pytest.param({"waivers": IN_FORCE}, {"problems": ("x",)}, 3, id="waived and broken"),
        pytest.param({"waivers": IN_FORCE}, {"lost": True}, 4, id="the system has gone"),
        pytest.param(
            {"waivers": (*IN_FORCE, waiver(WaiverState.STALE, "FBC-R8"))}, {}, 1, id="one is stale"
        ),
        pytest.param(
            {"waivers": (waiver(WaiverState.STALE),), "verdict": Verdict.NO_DEVIATIONS}, {}, 1,
            id="stale alone",
        ),
        pytest.param(
            {"waivers": (waiver(WaiverState.UNTRIED),), "verdict": Verdict.INCOMPLETE}, {}, 0,
            id="untried",
        ),
    ],
)  # fmt: skip
def test_status(
    result: RunResult, changes: dict[str, object], ended: dict[str, object], status: int
) -> None:
    """A lost system, then what was found, then what was missed."""
    changed = replace(result, **changes)  # type: ignore[arg-type]

    assert status_of(Ended(result=changed, **ended)) == status  # type: ignore[arg-type]


def test_a_broken_scenario_is_not_excused_by_waivers(result: RunResult) -> None:
    """They are for what the system does."""
    broken = replace(result.scenarios[0], outcome=Outcome.BROKEN)
    changed = replace(result, scenarios=(broken, *result.scenarios[1:]), waivers=IN_FORCE)

    assert status_of(Ended(result=changed)) == 3
