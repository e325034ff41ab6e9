"""What leaves the journal for people: as text, JSON Lines and HTTP archive, masked."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from contracts.errors import UsageError
from simulator.exchange import Exchange, Leg
from simulator.journal import EVERYTHING, Journal, Query, Retention
from simulator.journal.exporting import FORMATS, as_it_is, export
from simulator.journal.masking import Masker
from simulator.journal.opening import existing_journal
from simulator.journal.showing import line_of, text_of, values_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TOLVAN = "191212121212"


@pytest.fixture
def patients(
    journal: Journal, an_exchange: Callable[..., Exchange], a_leg: Callable[..., Leg]
) -> Journal:
    """Give a journal with three exchanges about one patient, the last one refused."""
    body = f"<å><patientId>{TOLVAN}</patientId></å>"
    legs = (
        a_leg("in", request=body.encode(), url="http://platform.example/vp?a=1&b="),
        a_leg("out", request=body.encode(), response=body.encode("utf-16")),
    )
    for decision in ("forwarded", "forwarded", "VP007"):
        journal.keep(
            an_exchange(
                decision=decision,
                legs=legs if decision == "forwarded" else legs[:1],
                detail=f"about {TOLVAN}",
            )
        )
    return journal


def exported(journal: Journal, form: str, *, raw: bool = False, query: Query = EVERYTHING) -> str:
    """Give what an export writes."""
    to = io.StringIO()
    export(journal, query, to, form=form, shown=as_it_is if raw else Masker().exchange)
    return to.getvalue()


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_holds_no_identity(patients: Journal, form: str) -> None:
    """One person, one placeholder, over all exchanges."""
    masked, raw = exported(patients, form), exported(patients, form, raw=True)

    assert TOLVAN in raw
    assert TOLVAN not in masked
    assert "[person 1]" in masked
    assert "[person 2]" not in masked


def test_json_lines_hold_whole_exchanges(patients: Journal) -> None:
    """A line each, with every leg; from the text and its charset come the very bytes."""
    lines = [json.loads(line) for line in exported(patients, "jsonl", raw=True).splitlines()]

    whole = [patients.exchange(number) for number in (1, 2, 3)]
    assert lines == [json.loads(json.dumps(values_of(each))) for each in whole if each]
    first = whole[0]
    assert first is not None
    for leg, told in zip(first.legs, lines[0]["legs"], strict=True):
        for side in ("request", "response"):
            body = told[side]
            assert body["text"].encode(body["charset"]) == getattr(leg, side)
    assert [line["decision"] for line in lines] == ["forwarded", "forwarded", "VP007"]


def test_an_http_archive_holds_a_leg_an_entry(patients: Journal) -> None:
    """As HAR 1.2 says, so that other tools open it; what HTTP does not know stands beside."""
    archive = json.loads(exported(patients, "har"))

    log = archive["log"]
    assert log["version"] == "1.2"
    assert len(log["entries"]) == 5
    for entry in log["entries"]:
        assert set(entry) >= {"startedDateTime", "time", "request", "response", "cache", "timings"}
        assert set(entry["request"]) >= {
            "method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize",
            "bodySize",
        }  # fmt: skip
        assert set(entry["response"]) >= {
            "status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL",
            "headersSize", "bodySize",
        }  # fmt: skip
    first = log["entries"][0]
    assert first["request"]["queryString"] == [
        {"name": "a", "value": "1"},
        {"name": "b", "value": ""},
    ]
    assert "<patientId>[person 1]</patientId>" in first["request"]["postData"]["text"]
    assert (first["_leg"]["kind"], first["_exchange"]["number"]) == ("in", 1)


def test_an_export_holds_what_was_asked_for(patients: Journal) -> None:
    """By the same query as a search."""
    lines = exported(patients, "jsonl", query=Query(decision="VP007")).splitlines()

    assert [json.loads(line)["number"] for line in lines] == [3]
    assert json.loads(exported(patients, "har", query=Query(decision="none"))) == {
        "log": {
            "version": "1.2",
            "creator": {"name": "provbank", "version": "1"},
            "entries": [],
        }
    }


def test_an_export_tells_what_is_forgotten(
    a_journal: Callable[..., Journal], an_exchange: Callable[..., Exchange]
) -> None:
    """It never passes for whole when it is not."""
    journal = a_journal(retention=Retention(most_exchanges=1))
    for _ in range(3):
        journal.keep(an_exchange())
    journal.tidy()

    told = export(journal, EVERYTHING, io.StringIO(), form="jsonl", shown=as_it_is)

    assert (told.exchanges, told.complete, told.forgotten_until) == (1, False, 2)


def test_an_exchange_is_shown_as_text(patients: Journal) -> None:
    """Its facts, then each leg as HTTP writes it."""
    exchange = patients.exchange(1)
    assert exchange is not None

    text = text_of(Masker().exchange(exchange))

    assert "decision: forwarded" in text
    assert "--- leg 2, out, attempt 1: 200" in text
    assert "POST http://producer.example" in text
    assert "content-type: text/xml; charset=UTF-8" in text
    assert "<å><patientId>[person 1]</patientId></å>" in text
    assert TOLVAN not in text
    assert line_of(exchange).split() == [
        "1", "2026-11-22", "12:00:00", "SE2321000016-PROVBANK1", ">", "2321000024", "C",
        "forwarded", "200", "12", "ms", "mine",
    ]  # fmt: skip


def test_a_leg_without_an_answer_says_why(
    an_exchange: Callable[..., Exchange], a_leg: Callable[..., Leg]
) -> None:
    """In the place of a status."""
    exchange = an_exchange(
        number=1, legs=(a_leg("out", status=None, problem="connection refused", response=b""),)
    )

    assert "attempt 1: no answer: connection refused" in text_of(exchange)


@pytest.mark.parametrize("given", ["folder", "file", "url"])
def test_a_journal_is_opened_by_folder_file_or_url(
    tmp_path: Path, file_url: str, an_exchange: Callable[..., Exchange], given: str
) -> None:
    """As people have it at hand."""
    kept = Journal(file_url)
    kept.keep(an_exchange())
    kept.close()
    asked: dict[str, Any] = {
        "folder": tmp_path,
        "file": tmp_path / "journal.sqlite",
        "url": file_url,
    }

    opened = existing_journal(str(asked[given]))

    assert opened.last_number() == 1
    opened.close()


@pytest.mark.parametrize(
    ("name", "content"),
    [("missing.sqlite", None), ("empty.sqlite", b""), ("notes.txt", b"These are notes. " * 99)],
)
def test_what_is_no_journal_is_told_and_left_as_it_is(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    """No file is made by looking, and nothing is written to somebody else's."""
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)

    for asked in (str(file), f"sqlite:///{file.as_posix()}"):
        with pytest.raises(UsageError, match="no journal"):
            existing_journal(asked)

    assert (file.read_bytes() if file.exists() else None) == content
    assert [path.name for path in tmp_path.iterdir()] == ([name] if content is not None else [])


def test_a_journal_in_memory_is_none_to_open() -> None:
    """It is in another process's memory."""
    with pytest.raises(UsageError, match="no journal"):
        existing_journal("sqlite://")


def test_a_journal_in_postgresql_is_opened(
    a_postgresql_database: Callable[[], str], an_exchange: Callable[..., Exchange]
) -> None:
    """By its URL; an empty database is told as no journal."""
    url = a_postgresql_database()
    with pytest.raises(UsageError, match="no journal"):
        existing_journal(url)
    kept = Journal(url)
    kept.keep(an_exchange())
    kept.close()

    opened = existing_journal(url)

    assert opened.last_number() == 1
    opened.close()
