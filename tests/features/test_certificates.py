"""What a tested system does with a certificate that it must refuse, and what cannot be told."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from features.bench import reference_system
from features.run import certify, prepare_folder
from features.suites import Suite, suites
from features.target import RoleTarget
from reports.results import Outcome, RunResult, read_result
from simulator.outbound import TlsMaterial

MUST_REFUSE = {"none", "expired", "not-yet-valid", "wrong-chain", "self-signed"}


def clause(suite: Suite) -> str:
    """Give the requirement on certificates."""
    return f"{suite.label.partition('-')[0]}-TLS"


def of_bundled(folder: Path, suite: Suite, *options: str) -> RunResult:
    """Certify the bundled system by the scenarios of certificates alone."""
    service, _, role = suite.name.partition("/")
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", "provbank", "certify", "--service", service, "--role", role,
         "--only", clause(suite), "--no-questions", "--out", str(folder), *options],
        check=False, capture_output=True,
    )  # fmt: skip
    return read_result(folder / "result.json")


def failed(result: RunResult) -> list[str]:
    """Give how many scenarios failed, and on what."""
    return [
        deviation.requirement
        for scenario in result.scenarios
        for step in scenario.steps
        for deviation in step.deviations
    ]


@pytest.mark.parametrize("suite", [suite for suite in suites() if suite.called], ids=str)
@pytest.mark.parametrize(
    ("defect", "let_in"),
    [("asks-for-no-certificate", len(MUST_REFUSE)), ("lets-in-without-certificate", 1)],
)
def test_system_that_lets_in_who_shows_no_valid_certificate_fails(
    tmp_path: Path, suite: Suite, defect: str, let_in: int
) -> None:
    """On the requirement of certificates, once for each that it lets in."""
    result = of_bundled(tmp_path, suite, "--defect", defect)

    assert failed(result) == [clause(suite)] * let_in
    assert result.counted(Outcome.BROKEN) == 0


def test_system_that_refuses_them_passes(tmp_path: Path) -> None:
    """All that are to be refused are, and the valid one is let in."""
    result = of_bundled(tmp_path, suites()[0])

    assert all(scenario.outcome.holds for scenario in result.scenarios)


def without_authority(role: RoleTarget, folder: Path) -> RoleTarget:
    """Let the platform's certificate lie where no other can be minted."""
    assert role.tls is not None
    assert role.tls.certificate is not None
    assert role.tls.key is not None
    certificate = shutil.copy(role.tls.certificate, folder)
    key = shutil.copy(role.tls.key, folder)
    return replace(role, tls=replace(role.tls, certificate=str(certificate), key=str(key)))


def without_certificate(role: RoleTarget, _folder: Path) -> RoleTarget:
    """Name no certificate."""
    return replace(role, tls=TlsMaterial(verify=False))


@pytest.mark.parametrize(
    ("secured", "changed", "told"),
    [
        pytest.param(False, lambda role, _: role, "inte https", id="plain HTTP"),
        pytest.param(True, without_certificate, "inget klientcertifikat", id="no certificate"),
        pytest.param(True, without_authority, "inte utfärdat av Provbänk", id="another issuer's"),
    ],
)
def test_what_cannot_be_told_is_not_tested(
    tmp_path: Path, secured: bool, changed: Callable[[RoleTarget, Path], RoleTarget], told: str
) -> None:
    """Never passed: the report says what is missing, of what it calls as of who calls it."""
    suite = suites()[0]
    with reference_system(suite, secured=secured) as target:
        role = changed(target.roles[suite.name], tmp_path)
        tested = replace(target, roles={suite.name: role})
        prepare_folder(report := tmp_path / "report")
        ended = certify(tested, suite, report, only=clause(suite))

    outcomes = {scenario.outcome for scenario in ended.result.scenarios}
    assert outcomes == {Outcome.NOT_TESTED}
    reasons = [scenario.reason for scenario in ended.result.scenarios]
    of_calls = [reason for reason in reasons if "--tls-port" in reason]
    assert all(told in reason for reason in set(reasons) - set(of_calls))
    assert 0 < len(of_calls) < len(reasons)
