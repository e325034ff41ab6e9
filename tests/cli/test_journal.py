"""provbank journal: lists, shows and exports what a platform kept, masked unless told otherwise."""

from __future__ import annotations

import io
import json
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

import provbank
from contracts.errors import UsageError
from contracts.terms import SWEDISH_TIME
from simulator.exchange import Exchange, Leg
from simulator.journal import Journal, Retention

if TYPE_CHECKING:
    from pathlib import Path

TOLVAN, NINA = "191212121212", "201010102392"
NOON = datetime(2026, 11, 22, 12, tzinfo=SWEDISH_TIME)


def run(*arguments: object) -> Result:
    """Run one command, and let its errors through."""
    return CliRunner().invoke(
        provbank.cli, ["journal", *map(str, arguments)], catch_exceptions=False,
        standalone_mode=False,
    )  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Give the folder of a platform that kept two exchanges, one about each of two patients."""
    with closing(Journal(f"sqlite:///{(tmp_path / 'journal.sqlite').as_posix()}")) as journal:
        for person, decision in ((TOLVAN, "forwarded"), (NINA, "VP007")):
            leg = Leg(
                kind="in",
                url="http://platform.example/vp",
                started=NOON,
                seconds=0.01,
                request_headers={"authorization": "Bearer hidden"},
                request=f"<patientId>{person}</patientId>".encode(),
                status=200,
                response=b"<ok/>",
            )
            journal.keep(
                Exchange(
                    correlation_id=f"about-{person}",
                    started=NOON,
                    seconds=0.01,
                    decision=decision,
                    status=200,
                    legs=(leg,),
                )
            )
    return tmp_path


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Give what is said beside the output."""
    said = io.StringIO()
    monkeypatch.setattr(provbank._errors, "file", said)
    return said


def test_list_gives_a_line_an_exchange(data: Path) -> None:
    """The last ones, without identities."""
    lines = run("list", data).stdout.splitlines()

    assert len(lines) == 2
    assert "about-[person 1]" in lines[0]
    assert "VP007" in lines[1]
    assert len(run("list", data, "--last", 1).stdout.splitlines()) == 1


def test_where_chooses(data: Path) -> None:
    """By any field of a query, more than one at once."""
    chosen = run("list", data, "--where", "decision=VP007", "--where", "after=1").stdout

    assert len(chosen.splitlines()) == 1
    assert run("list", data, "--where", f"request_xpath=//patientId[. = '{TOLVAN}']").stdout.count(
        "\n"
    ) == 1  # fmt: skip


@pytest.mark.parametrize(
    ("wheres", "told"),
    [
        (["colour=red"], "cannot be asked for"),
        (["status=x"], "status cannot be"),
        (["decision=a", "decision=b"], "twice"),
    ],
)
def test_a_where_that_makes_no_sense_is_told(data: Path, wheres: list[str], told: str) -> None:
    """Nothing is listed for the wrong reason."""
    with pytest.raises(UsageError, match=told):
        run("list", data, *(part for where in wheres for part in ("--where", where)))


@pytest.mark.parametrize("command", [("list",), ("show", "1"), ("export",)], ids=lambda c: c[0])
def test_identities_and_secrets_are_masked_unless_asked_for_raw(
    data: Path, command: tuple[str, ...]
) -> None:
    """Raw takes a word of its own."""
    name, *rest = command

    masked, raw = run(name, data, *rest), run(name, data, *rest, "--raw")

    assert TOLVAN not in masked.output
    assert "[person 1]" in masked.stdout
    assert TOLVAN in raw.stdout
    if name != "list":
        assert "hidden" not in masked.output
        assert "[secret]" in masked.stdout
        assert "hidden" in raw.stdout


def test_test_persons_are_left_in(data: Path, tmp_path: Path) -> None:
    """Those on the list, and no others."""
    persons = tmp_path / "persons.txt"
    persons.write_text("19121212-1212\n", encoding="utf-8")

    told = run("export", data, "--test-persons", persons).stdout

    assert TOLVAN in told
    assert NINA not in told


def test_show_gives_the_whole_exchange(data: Path) -> None:
    """With headers and bodies of each leg."""
    told = run("show", data, 2).stdout

    assert "decision: VP007" in told
    assert "<patientId>[person 1]</patientId>" in told
    assert "<ok/>" in told


def test_show_tells_of_a_number_that_is_not_there(data: Path) -> None:
    """And how to find one that is."""
    with pytest.raises(UsageError, match="no exchange 3"):
        run("show", data, 3)


@pytest.mark.parametrize("form", ["jsonl", "har"])
def test_export_writes_a_file(data: Path, tmp_path: Path, told: io.StringIO, form: str) -> None:
    """And tells how much is in it."""
    file = tmp_path / "exported"

    run("export", data, "--format", form, "--output", file)

    assert "2 exchanges written" in told.getvalue()
    text = file.read_text(encoding="utf-8")
    if form == "jsonl":
        assert [json.loads(line)["number"] for line in text.splitlines()] == [1, 2]
    else:
        assert len(json.loads(text)["log"]["entries"]) == 2
    assert TOLVAN not in text


def test_export_to_a_place_that_cannot_be_written_is_told(data: Path, tmp_path: Path) -> None:
    """With the place."""
    with pytest.raises(UsageError, match="cannot be written"):
        run("export", data, "--output", tmp_path / "none" / "file")


@pytest.mark.parametrize("command", ["list", "export"])
def test_what_is_forgotten_is_told(data: Path, told: io.StringIO, command: str) -> None:
    """On the other stream, so that the output stays what it is."""
    url = f"sqlite:///{(data / 'journal.sqlite').as_posix()}"
    with closing(Journal(url, retention=Retention(most_exchanges=1))) as journal:
        journal.tidy()

    output = run(command, data).stdout

    assert "number 1 are forgotten" in told.getvalue()
    assert "forgotten" not in output


def test_a_folder_without_a_journal_is_told(tmp_path: Path) -> None:
    """Nothing is made there."""
    with pytest.raises(UsageError, match="no journal"):
        run("list", tmp_path)

    assert not list(tmp_path.iterdir())
