"""The pages on disturbances and scripted producers, held to the tables they describe."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from simulator.disturbances.kinds import KINDS, Kind
from simulator.disturbances.selection import Disturbance
from simulator.producers.script import When

DOCS = Path(__file__).parents[2] / "docs"
ROW = re.compile(r"^\| `([\w-]+)` \| ([\w, ]+) \| (.+?) \| (.+) \|$", re.MULTILINE)


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def test_the_page_lists_every_kind_with_its_legs_and_figures() -> None:
    """What the page says of a kind is what the table says."""
    rows = {found[1]: found for found in ROW.finditer(page("disturbances.md"))}

    assert set(rows) >= {str(kind) for kind in KINDS}
    for kind, table in KINDS.items():
        row = rows[str(kind)]
        assert row[2] == ", ".join(table.legs)
        assert row[3] == table.says
        assert set(re.findall(r"`(\w+)`", row[4])) == set(table.options)


def test_legal_kinds_stand_apart() -> None:
    """Nobody takes legal variation for a fault of the platform."""
    wrong, legal = page("disturbances.md").split("## What must be borne")

    for kind in Kind:
        assert (f"| `{kind}` |" in legal) is KINDS[kind].legal
        assert (f"| `{kind}` |" in wrong) is not KINDS[kind].legal


def test_the_page_names_every_key_of_a_disturbance() -> None:
    """Each key that can be arranged is explained."""
    keys = set(re.findall(r"`(\w+)`", page("disturbances.md")))

    assert {field.name for field in fields(Disturbance)} - {"options"} <= keys


def test_the_page_names_every_condition_of_a_script() -> None:
    """Each condition that can be arranged is explained."""
    keys = set(re.findall(r"`(\w+)`", page("producers.md")))

    assert {field.name for field in fields(When)} <= keys
