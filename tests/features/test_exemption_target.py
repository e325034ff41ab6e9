"""A requester is certified by the requests that its target file lists, as `region` prints them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from features.bench import reference_system
from features.fields import written
from features.suites import suite_for
from features.target_file import example
from reports.results import Outcome, RunResult, read_result

SUITE = suite_for("hogkostnad", "begarande")


def certified(folder: Path, requests: str, endpoint: str) -> RunResult:
    """Certify the system at an endpoint by a target file with these requests."""
    text = example(SUITE).replace("http://127.0.0.1:9090/regions/03/disclosure", endpoint)
    text = re.sub(r"(?s)^requests = \[.*?^\]$", f"requests = {requests}", text, flags=re.MULTILINE)
    path = folder / "region.toml"
    path.write_text(text, encoding="utf-8")
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "provbank", "certify", "--quick", "--target", str(path)],
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=folder,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return read_result(folder / "provbank-report" / "result.json")


@pytest.mark.parametrize(
    ("known", "untested"),
    [
        pytest.param(5, 0, id="every sort of request"),
        pytest.param(1, 14, id="a resident's alone"),
    ],
)
def test_what_no_listed_request_asks_for_is_not_tested(
    tmp_path: Path, known: int, untested: int
) -> None:
    """Nor is it passed: the report says which request is missing, and what needs a trigger."""
    with reference_system(SUITE) as target:
        role = target.roles[SUITE.name]
        requests = written(role.settings["requests"][:known])

        result = certified(tmp_path, requests, role.endpoint)

    reasons = [
        scenario.reason
        for scenario in result.scenarios
        if scenario.outcome is Outcome.NOT_TESTED
        and "--quick" not in scenario.reason
        and "TLS" not in scenario.reason
    ]
    lacking = [reason for reason in reasons if "Målfilen anger ingen begäran" in reason]
    assert len(lacking) == untested
    assert all("Målfilen anger ingen trigger" in reason for reason in set(reasons) - set(lacking))
    assert not result.counted(Outcome.BROKEN)
    outcomes = {item.id: item.outcome for item in result.requirements}
    assert result.subject.platform.startswith("http://127.0.0.1:")
    for requirement in ("FPE-PAR", "FPE-TOLKA-SUMMA", "FPE-AKTOR-PERSON", "FPE-OMSANDNING"):
        assert outcomes[requirement] is Outcome.NOT_TESTED, requirement
    assert any("Begär högkostnadsskydd för" in reason for reason in reasons)
