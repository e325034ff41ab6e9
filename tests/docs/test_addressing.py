"""The page on the addressing catalogue is kept true: its examples load, its tables are whole."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from simulator.addressing import LookupRules
from simulator.addressing.documents import catalogue_in
from simulator.addressing.entities import PublishedVersion
from simulator.addressing.reading import CatalogueError
from simulator.addressing.syntax import read_text
from simulator.addressing.validation import RULES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "addressing.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+) ([\w-]+)\n((?:.*\n)*?)```$", TEXT, re.MULTILINE)
EXAMPLES = [(form, text) for form, mark, text in BLOCKS if mark == "catalogue"]
WRONG = [(form, text) for form, mark, text in BLOCKS if mark == "wrong-catalogue"]


@pytest.mark.parametrize(("form", "text"), EXAMPLES)
def test_example_is_a_catalogue(form: str, text: str) -> None:
    """What stands on the page can be copied."""
    catalogue = catalogue_in(read_text(text, name=f"tak.{form}", suffix=f".{form}"))

    assert catalogue.routes or catalogue.authorisations or catalogue.tree.parents


def test_the_forms_say_the_same() -> None:
    """The first example and its YAML are one catalogue."""
    (toml, first), (yaml, second) = EXAMPLES[:2]

    assert (toml, yaml) == ("toml", "yaml")
    assert catalogue_in(read_text(first, name="", suffix=".toml")) == catalogue_in(
        read_text(second, name="", suffix=".yaml")
    )


@pytest.mark.parametrize(("form", "text"), WRONG)
def test_wrong_example_is_refused_as_shown(form: str, text: str) -> None:
    """The page shows what the tool says."""
    with pytest.raises(CatalogueError) as caught:
        catalogue_in(read_text(text, name=f"tak.{form}", suffix=f".{form}"))

    assert str(caught.value) in TEXT


def test_page_names_every_key_and_rule() -> None:
    """A key that nobody tells of is a key that nobody uses."""
    asked = re.findall(r'\.(?:text|texts|required|several_required|whole|flag|day|instant|tables|'
                       r'table)\("(\w+)"', _sources())  # fmt: skip
    named = {
        *asked,
        *(each.name for each in fields(LookupRules)),
        *(each.name for each in fields(PublishedVersion)),
        *RULES,
    }

    assert len(named) > 30
    missing = [
        name
        for name in sorted(named)
        if not re.search(rf"[`\[.]{name}[`\].]", TEXT) and f"\n{name} = " not in TEXT
    ]
    assert missing == []


def _sources() -> str:
    folder = PAGE.parents[1] / "simulator" / "addressing"
    return "".join(
        (folder / name).read_text(encoding="utf-8") for name in ("documents.py", "row_reading.py")
    )
