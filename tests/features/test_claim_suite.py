"""The suite as a whole: complete against its tables, and stopped by what it does not know."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import features
from contracts.catalogue import bundled
from contracts.domains.financial_billing_claim.v1_1.boundaries import BOUNDARIES
from contracts.domains.financial_billing_claim.v1_1.kinds import KINDS, Deal
from contracts.domains.financial_billing_claim.v1_1.near_misses import NEAR_MISSES
from contracts.domains.financial_billing_claim.v1_1.single_faults import RULE_FAULTS, SCHEMA_FAULTS
from contracts.judge import judge_payload, swedish_now
from features.unreadable import UNREADABLE
from features.utomlansfakturering.differences import DIFFERENCES

ROOT = Path(features.__file__).parents[1]
SUITE = Path(features.__file__).parent / "utomlansfakturering" / "producent"
DOMAIN = bundled().domain("financial:billing:claim", "1.1")


def text_of_suite() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in SUITE.glob("*.feature"))


def rows(text: str) -> set[str]:
    """Every cell of every table of examples."""
    return {
        cell.strip() for line in text.splitlines() if "|" in line for cell in line.split("|")[1:-1]
    }


def test_every_feature_file_is_swedish() -> None:
    """Testers read the suites in Swedish."""
    for path in SUITE.glob("*.feature"):
        assert path.read_text(encoding="utf-8").startswith("# language: sv\n"), path.name


def test_every_fault_is_sent_under_its_own_rule() -> None:
    """The outline holds each fault of the table beside the requirement it breaks."""
    text = (SUITE / "02_affarsregler.feature").read_text(encoding="utf-8")
    found = {
        (match[1], match[2].strip())
        for match in re.finditer(r"^\s*\| FBC-(R\d+)\s*\| (.+?)\s*\|$", text, re.MULTILINE)
    }

    faults = {**RULE_FAULTS, **NEAR_MISSES}
    assert found == {(fault.rule, name) for name, fault in faults.items()}
    assert {rule for rule, _ in found} == {item.rule for item in DOMAIN.requirements.rules()}


def test_every_limit_is_sent_under_its_own_rule() -> None:
    """The outline holds each message at a limit beside the requirement that allows it."""
    cells = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in (SUITE / "01_giltiga_underlag.feature").read_text(encoding="utf-8").splitlines()
        if line.strip().startswith("| FBC-R")
    ]

    assert {(rule, name) for rule, name in cells} == {
        (f"FBC-{found.rule}", name) for name, found in BOUNDARIES.items()
    }


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("kinds", set(KINDS)),
        ("schema faults", set(SCHEMA_FAULTS) - {"två patientidentiteter"}),
        ("unreadable calls", set(UNREADABLE) - {"okänt anrop i kontraktets namnrymd"}),
        ("differences", set(DIFFERENCES)),
    ],
)
def test_every_row_of_a_table_is_in_the_suite(table: str, names: set[str]) -> None:
    """What can be made is sent."""
    assert names <= rows(text_of_suite()), table


def test_every_producer_requirement_is_checked_or_says_why_not() -> None:
    """A requirement without scenario carries its reason, and one with a scenario carries none."""
    text = text_of_suite()
    tagged = set(re.findall(r"@(FBC-[^\s]+)", text)) | {
        cell for cell in rows(text) if cell.startswith("FBC-")
    }
    for requirement in DOMAIN.requirements.binding("producer"):
        assert (requirement.id in tagged) != ("producer" in requirement.untested), requirement.id


def test_differences_are_valid_by_the_released_rules(deal: Deal) -> None:
    """The messages of the two readings are valid as the Schematron judges them."""
    for name, difference in DIFFERENCES.items():
        assert judge_payload(difference.message(deal), at=swedish_now()).accepted, name


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        pytest.param("@FBC-SVAR-KOD", "@FBC-SVAR-KODD", "FBC-SVAR-KODD", id="a misspelt tag"),
        pytest.param("FBC-SLA-1MB", "FBC-SLA-9MB", "FBC-SLA-9MB", id="a misspelt row"),
    ],
)
def test_a_tag_that_names_no_requirement_stops_the_run(
    tmp_path: Path, old: str, new: str, what: str
) -> None:
    """Nothing runs, and the tag and its place are told."""
    copy = tmp_path / "features"
    shutil.copytree(Path(features.__file__).parent, copy)
    for path in copy.rglob("*.feature"):
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "provbank", "certify", "--quick", "--out", str(tmp_path / "out")],
        env={**_environment(), "PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT)))},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=tmp_path,
    )

    assert ended.returncode == 3
    assert what in ended.stderr
    assert "names no requirement" in ended.stderr
    assert "ok " not in ended.stdout


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONUTF8": "1"}
