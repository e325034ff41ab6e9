"""provbank testdata: the test persons written to a folder."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import provbank
from contracts.errors import UsageError
from simulator.testdata.cases import CASES


def run(*arguments: object) -> Result:
    """Run the command; what it raises is raised."""
    return CliRunner().invoke(
        provbank.cli, ["testdata", "export", *map(str, arguments)], catch_exceptions=False,
        standalone_mode=False,
    )  # fmt: skip


def cases_in(folder: Path) -> list[str]:
    """Give the cases of an export."""
    document = json.loads((folder / "testdata.json").read_text(encoding="utf-8"))
    return [person["case"] for person in document["persons"]]


def test_every_case_is_exported_with_a_list_of_test_persons(tmp_path: Path) -> None:
    """Of the day that is given."""
    run("--folder", tmp_path, "--date", "2026-11-23")

    assert cases_in(tmp_path) == list(CASES)
    assert "198101029802" in (tmp_path / "testpersoner.txt").read_text(encoding="utf-8")


def test_tables_are_written_in_a_folder_that_is_made(tmp_path: Path) -> None:
    """Five of them."""
    run("--folder", tmp_path / "new", "--format", "csv", "--county", "03")

    assert len(list((tmp_path / "new").glob("*.csv"))) == 5


def test_own_persons_take_their_cases_and_the_rest_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a warning of those who may be real, who are not named."""
    file = tmp_path / "mine.csv"
    file.write_text("extension\n198112181238\n", encoding="utf-8")
    told = io.StringIO()
    monkeypatch.setattr(provbank._errors, "file", told)

    run("--folder", tmp_path, "--persons", file)

    said = told.getvalue()
    assert cases_in(tmp_path) == ["ingenting"]
    assert "left out" in said
    assert "may be real" in said
    assert "198112181238" not in said


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [("--county", "02", "no county code"), ("--date", "yesterday", "no day"),
     ("--birth-numbers", "x", "no range")],
)  # fmt: skip
def test_what_cannot_be_is_refused(tmp_path: Path, option: str, value: str, says: str) -> None:
    """With how to write it."""
    with pytest.raises(UsageError, match=says):
        run("--folder", tmp_path, option, value)
