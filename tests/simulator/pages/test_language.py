"""Swedish and English: texts, amounts, days."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

import simulator.pages
from simulator.pages.language import ENGLISH, SWEDISH, Language

FOLDER = Path(simulator.pages.__file__).parent


@pytest.mark.parametrize(
    ("language", "amount", "written"),
    [
        pytest.param(SWEDISH, "1450", "1 450 kr", id="whole kronor"),
        pytest.param(SWEDISH, "1450.00", "1 450 kr", id="no öre"),
        pytest.param(SWEDISH, "99.5", "99,50 kr", id="öre"),
        pytest.param(SWEDISH, "0", "0 kr", id="nothing"),
        pytest.param(SWEDISH, "-200", "−200 kr", id="repaid"),
        pytest.param(ENGLISH, "1450.5", "SEK 1,450.50", id="English"),
    ],
)
def test_amount_is_written_as_the_language_writes_it(
    language: Language, amount: str, written: str
) -> None:
    """With hard spaces, so that it stays on one line."""
    assert language.kronor(Decimal(amount)) == written.replace(" ", "\N{NO-BREAK SPACE}")


def test_day_is_written_in_words() -> None:
    """The month by its name, in either language."""
    day = date(2026, 4, 24)

    assert SWEDISH.day(day).split() == ["24", "april", "2026"]
    assert ENGLISH.day(date(2026, 10, 1)).split() == ["1", "October", "2026"]


def test_moment_is_swedish_time() -> None:
    """Whatever the zone it came in."""
    assert SWEDISH.moment(datetime(2026, 7, 1, 12, 0, 5, tzinfo=UTC)) == "14:00:05"


def test_value_in_a_text_is_escaped() -> None:
    """A text is trusted, what is put into it is not."""
    assert "&lt;b&gt;" in SWEDISH.text("De {shown} största", shown="<b>")


def test_every_text_of_the_templates_is_there_in_english() -> None:
    """And no text that no template has."""
    texts = set()
    for template in (FOLDER / "templates").glob("*.html"):
        found = re.findall(r"""\bt\((["'])(.+?)\1""", template.read_text(encoding="utf-8"))
        texts |= {text for _, text in found}
    code = "".join(file.read_text(encoding="utf-8") for file in FOLDER.glob("*.py"))
    english = tomllib.loads((FOLDER / "english.toml").read_text(encoding="utf-8"))

    assert texts
    assert texts - set(english) == set()
    assert {text for text in set(english) - texts if text not in code} == set()


def test_translations_put_the_same_values_in() -> None:
    """A place for a value that is misspelt in English would stop the page."""
    english = tomllib.loads((FOLDER / "english.toml").read_text(encoding="utf-8"))

    for swedish, translated in english.items():
        assert sorted(re.findall(r"{\w+}", swedish)) == sorted(re.findall(r"{\w+}", translated))
