"""The log: a line of JSON an exchange, without what was said and without persons."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from simulator.exchange import Exchange, Leg
from simulator.operations.logs import ExchangeLog

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PERSON = "191212121212"


def logged(**facts: Any) -> tuple[str, dict[str, Any]]:
    """Give the line that an exchange makes, and what it says."""
    leg = Leg(
        kind="in",
        url=f"http://localhost/vp?id={PERSON}",
        started=NOON,
        seconds=0.5,
        request=f"<a>{PERSON}</a>".encode(),
        request_headers={"authorization": "secret", "x-id": PERSON},
        response=f"<b>{PERSON}</b>".encode(),
    )
    plain: dict[str, Any] = {
        "correlation_id": "c-1",
        "started": NOON,
        "seconds": 0.5,
        "decision": "forwarded",
        "status": 200,
        "legs": (leg, Leg(kind="out", url="http://p/", started=NOON, seconds=0.25)),
        "sender": "SE2321000016-A",
        "receiver": "SE2321000024-B",
        "contract": "urn:c",
        "detail": f"about {PERSON}",
    }
    stream = io.StringIO()
    ExchangeLog(stream).observe(Exchange(**{**plain, **facts}))
    text = stream.getvalue()
    return text, json.loads(text)


def test_line_tells_who_what_and_how_long() -> None:
    """Named as the Elastic Common Schema and the platform's own log name it."""
    text, line = logged()

    assert text.count("\n") == 1
    assert line["trace.id"] == "c-1"
    assert line["event.duration"] == 500_000_000
    assert line["producer.duration"] == 250_000_000
    assert line["http.response.status_code"] == 200
    assert line["labels"]["senderid"] == "SE2321000016-A"
    assert line["labels"]["receiverid"] == "SE2321000024-B"
    assert line["log.level"] == "info"


def test_refusal_is_a_warning_with_its_code() -> None:
    """Whoever watches the log finds it."""
    _, line = logged(decision="VP007", status=500)

    assert line["log.level"] == "warn"
    assert line["labels"]["errorCode"] == "VP007"


def test_nothing_that_was_said_is_logged() -> None:
    """No body, header, query or detail, and so no person and no secret."""
    text, _ = logged()

    assert PERSON not in text
    assert "secret" not in text


@pytest.mark.parametrize("field", ["receiver", "sender", "correlation_id", "contract"])
@pytest.mark.parametrize(
    "person", [PERSON, "19121212-1212", "121212-1212", "121212+1212", "1212121212", "19701231A01F"]
)
def test_person_in_the_place_of_an_id_is_not_shown(field: str, person: str) -> None:
    """A caller that writes a person's identity there does not get it into the log."""
    text, _ = logged(**{field: f"x {person}"})

    assert person not in text
    assert "[person]" in text


@pytest.mark.parametrize("hsa_id", ["SE2321000016-1003", "TSTNMT2321000156-10K3"])
def test_hsa_id_is_shown_whole(hsa_id: str) -> None:
    """An organisation's number is no person's."""
    _, line = logged(receiver=hsa_id)

    assert line["labels"]["receiverid"] == hsa_id
