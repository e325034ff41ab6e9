"""The figures of how the suites are proven, as they are kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contracts.errors import HarnessError
from features.proof import PROOF_FILE, proof_of
from features.suites import suites
from reports.provenance import Proof

KEPT = {
    "systems": 214, "caught": 213, "right": 211, "equivalents": 9, "made": "2026-11-23",
    "suites": {"utomlansfakturering/producent": "0" * 64},
}  # fmt: skip


def test_the_figures_are_read_with_the_suite_s_checksum(tmp_path: Path) -> None:
    """A suite that was not part of it has none."""
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(KEPT), encoding="utf-8")

    found = proof_of("utomlansfakturering/producent", path=path)
    other = proof_of("utomlansfakturering/konsument", path=path)

    assert found == Proof(
        systems=214, caught=213, right=211, equivalents=9, made="2026-11-23", suite_sha256="0" * 64
    )
    assert other is not None
    assert other.suite_sha256 == ""


def test_where_nothing_is_kept_there_is_no_proof(tmp_path: Path) -> None:
    """A report says so; it makes no figures up."""
    assert proof_of("utomlansfakturering/producent", path=tmp_path / "proof.json") is None


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"systems": "many"}'])
def test_a_spoilt_file_breaks(tmp_path: Path, text: str) -> None:
    """It says how the figures are made anew."""
    path = tmp_path / "proof.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(HarnessError, match="provbank selftest --write"):
        proof_of("utomlansfakturering/producent", path=path)


@pytest.mark.skipif(not PROOF_FILE.exists(), reason="no figures are kept yet")
def test_the_kept_figures_can_be_read_for_every_suite() -> None:
    """What `provbank selftest --write` writes is what reports read."""
    for suite in suites():
        assert proof_of(suite.name) is not None
