"""Real SOAP stacks pass the claims producer's suite; those that are installed are tried."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from contracts.domains.financial_billing_claim.v1_1.kinds import Deal, valid
from contracts.domains.financial_billing_claim.v1_1.single_faults import faulty
from contracts.envelope import envelope
from contracts.judge import swedish_now
from simulator.regions.directory import REGIONS
from simulator.regions.ledger import Ledger
from tests.proof.stacks.judging import verdict_on
from tests.proof.stacks.running import STACKS

ROOT = Path(__file__).resolve().parents[3]
PATH = os.pathsep.join([*sys.path, str(ROOT)])


def a_deal() -> Deal:
    today: date = swedish_now().date()
    return Deal(
        seller=REGIONS["01"].organisation_number, buyer=REGIONS["03"].organisation_number,
        county="03", municipality="0380", today=today,
    )  # fmt: skip


@pytest.mark.parametrize("name", [stack.name for stack in STACKS])
def test_a_stack_passes(name: str) -> None:
    """No scenario of the quick suite fails or breaks against a stack behind a careful adapter."""
    ran = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "tests.proof.stacks", name],
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": PATH},
        cwd=ROOT, capture_output=True, encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip

    if "not run: " in ran.stdout:
        pytest.skip(ran.stdout.partition("not run: ")[2].strip())
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert " 0 alarms" in ran.stdout


def test_the_validation_service_judges_as_the_contract_does() -> None:
    """What a stack is told decides its answer, so it must tell right from wrong."""
    deal = a_deal()
    right = envelope(valid("öppen vård", deal))
    with closing(Ledger("03", url="sqlite://")) as ledger:
        code, claim_id, comment = verdict_on(right, ledger)
        assert (code, comment) == ("OK", "")
        assert claim_id.startswith("ZVF")
        assert ledger.find(claim_id) is not None
        assert verdict_on(right, ledger)[0] == "OK"
        taken = right.replace(b"<c:invoiceId>", b"<c:invoiceId>9")
        assert verdict_on(taken, ledger)[0] == "ERROR"
        code, claim_id, comment = verdict_on(envelope(faulty("kön 3", deal)), ledger)
        assert (code, ledger.find(claim_id)) == ("ERROR", None)
        assert "R10" in comment
        assert verdict_on(right[:-30], ledger)[0] == "UNREADABLE"
        assert verdict_on(envelope(b"<other/>"), ledger)[0] == "UNREADABLE"
