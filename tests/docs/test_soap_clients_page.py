"""The page on SOAP clients shows the programs that are tested, and a call that is accepted."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.messages import EXEMPTION, REQUEST
from contracts.envelope import envelope
from contracts.judge import judge
from contracts.terms import SWEDISH_TIME
from simulator.regions.directory import REGIONS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "soap-clients.md"
PROGRAMS = ROOT / "tests" / "simulator" / "clients"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def shown() -> dict[str, str]:
    """Give the blocks of the page by their language."""
    return dict(FENCE.findall(PAGE.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("language", "name"),
    [("python", "soap_client.py"), ("js", "soap_client.js"), ("php", "soap_client.php")],
)
def test_the_page_shows_the_program_that_is_tested(language: str, name: str) -> None:
    """To the letter; copy the file into the page where this is red."""
    assert shown()[language] == (PROGRAMS / name).read_text(encoding="utf-8")


def test_the_call_on_the_page_is_a_valid_one() -> None:
    """Its message holds the contract's schema and rules, and a region has the address."""
    call = json.loads(shown()["json"])
    root = etree.Element(f"{{{REQUEST}}}{call['operation']}")
    fill(root, call["message"], REQUEST)

    verdict = judge(
        envelope(root, logical_address=call["logicalAddress"]),
        at=datetime(2026, 11, 22, 12, 0, tzinfo=SWEDISH_TIME),
    )

    assert verdict.accepted, verdict.findings
    assert call["logicalAddress"] in REGIONS


def fill(parent: etree._Element, names: dict[str, Any], namespace: str) -> None:
    """Write names and texts as elements; what is nested stands in the domain's namespace."""
    for name, value in names.items():
        child = etree.SubElement(parent, f"{{{namespace}}}{name}")
        if isinstance(value, dict):
            fill(child, value, EXEMPTION)
        else:
            child.text = value
