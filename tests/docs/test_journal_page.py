"""docs/journal.md names every field and column there is, and its example runs."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
import sqlalchemy as sa

from simulator.journal import Query, Retention
from simulator.journal.tables import EXCHANGES, LEGS
from simulator.settings_file import read_settings

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "journal.md").read_text(encoding="utf-8")


def first_cells(heading: str) -> set[str]:
    """Give the words in code type in the first cell of each row below a heading."""
    below = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    cells = [row.split("|")[1] for row in below.splitlines() if row.startswith("|")]
    return {word for cell in cells for word in re.findall(r"`([^`]+)`", cell)}


def test_every_field_of_a_query_is_on_the_page() -> None:
    """What is not told cannot be used."""
    assert first_cells("Ask it") >= {field.name for field in fields(Query)}


@pytest.mark.parametrize("table", [EXCHANGES, LEGS], ids=lambda table: table.name)
def test_every_column_is_on_the_page(table: sa.Table) -> None:
    """The database may be read by other programs."""
    told = set(re.findall(r"`([^`]+)`", PAGE))

    assert told >= {column.name for column in table.columns} - {"id"}


def test_every_limit_is_on_the_page(tmp_path: Path) -> None:
    """As the settings' file and Python name them; and the example is one that the file may hold."""
    (example,) = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    file = tmp_path / "platform.toml"
    file.write_text(example, encoding="utf-8")

    assert len(first_cells("How much is kept")) == len(fields(Retention))
    assert all(f"`{field.name}`" in PAGE for field in fields(Retention))
    assert None not in {
        getattr(read_settings(file).retention, field.name) for field in fields(Retention)
    }


def test_the_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """On an empty journal it finds nothing, and waits no longer than it says."""
    (example,) = re.findall(r"^```py\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)

    exec(compile(example, "docs/journal.md", "exec"), {})  # noqa: S102 - our own page

    assert capsys.readouterr().out == ""
