"""The trigger: what is asked of the tested system, and what its answers must be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask, jsonify, request

from contracts.domains.financial_patientfees_exemption.v1_0.messages import (
    Actor,
    ActorType,
    Identity,
)
from contracts.errors import HarnessError
from contracts.terms import HsaId
from features.hogkostnadsskydd.trigger import Card, ShownVisit, Trigger
from simulator.server import Server

PATIENT = Identity(root="1.2.752.129.2.1.3.1", extension="191001209814")
STAFF = Actor(
    type=ActorType.CAREGIVER,
    id=Identity(root="1.2.752.129.2.1.4.1", extension="SE5565594230-PROV1"),
    care_giver=HsaId("SE5565594230-PROV2"),
)
SHOWN = {
    "frikort": {"from": "2026-10-02", "through": "2027-03-14"},
    "sum": "1450.00",
    "remains": "0.00",
    "visits": [{"date": "2026-03-15", "fee": "400.00", "region": "01"}],
    "answered": ["01"],
    "missing": ["05"],
}


class Double:
    """A system with a trigger: it keeps what it was asked, and answers as it is told."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.answer: tuple[Any, int] = ({}, 200)
        app = Flask(__name__)

        @app.route("/trigger/<operation>", methods=["GET", "POST"])
        def answered(operation: str) -> Any:
            self.asked.append((operation, request.get_json(silent=True) or request.args.to_dict()))
            document, status = self.answer
            return (jsonify(document) if document is not None else "hej"), status

        self.app = app


@pytest.fixture(scope="module")
def system() -> Iterator[tuple[Double, Trigger]]:
    """A double behind HTTP, and the trigger that leads to it."""
    double = Double()
    with Server(double.app) as server:
        yield double, Trigger(f"{server.url}/trigger")


def test_a_request_is_asked_for_with_who_asks(system: tuple[Double, Trigger]) -> None:
    """Staff come with their care giver; the id of the request comes back."""
    double, trigger = system
    double.answer = {"requestId": "7f0c0f8e-6d4e-4c55-9a43-0d6a5a7f2b10"}, 202

    assert trigger.ask(PATIENT, STAFF) == "7f0c0f8e-6d4e-4c55-9a43-0d6a5a7f2b10"
    assert double.asked[-1] == (
        "ask",
        {
            "patientId": {"root": PATIENT.root, "extension": PATIENT.extension},
            "actorType": "CAREGIVER",
            "actorId": {"root": STAFF.id.root, "extension": STAFF.id.extension},
            "careGiverId": {"root": STAFF.id.root, "extension": "SE5565594230-PROV2"},
        },
    )


def test_visits_are_registered_cancelled_and_linked(system: tuple[Double, Trigger]) -> None:
    """Each operation has its own document."""
    double, trigger = system
    double.answer = {"visitId": "17"}, 201

    assert trigger.visit(PATIENT, date(2026, 11, 20), Decimal(250)) == "17"
    assert double.asked[-1][1]["fee"] == "250.00"
    assert double.asked[-1][1]["date"] == "2026-11-20"

    double.answer = {}, 200
    trigger.cancel("17")
    assert double.asked[-1] == ("cancel", {"visitId": "17"})
    trigger.link(PATIENT, PATIENT)
    assert set(double.asked[-1][1]) == {"patientId", "otherId"}


def test_what_shows_is_read_as_values(system: tuple[Double, Trigger]) -> None:
    """Days, amounts and sources; the question names the request."""
    double, trigger = system
    double.answer = SHOWN, 200

    shown = trigger.protection(PATIENT, "R1")

    assert double.asked[-1][1]["requestId"] == "R1"
    assert shown.card == Card(starts=date(2026, 10, 2), ends=date(2027, 3, 14))
    assert (shown.total, shown.remains) == (Decimal(1450), Decimal(0))
    assert shown.visits == (ShownVisit(day=date(2026, 3, 15), fee=Decimal(400), region="01"),)
    assert (shown.answered, shown.missing) == (("01",), ("05",))


def test_no_frikort_is_none(system: tuple[Double, Trigger]) -> None:
    """Null says that there is none."""
    double, trigger = system
    double.answer = {**SHOWN, "frikort": None}, 200

    assert trigger.protection(PATIENT).card is None


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        pytest.param(({"error": "okänd person"}, 404), r"status 404 \(okänd person\)", id="404"),
        pytest.param(("text", 200), "no JSON object", id="a text"),
        pytest.param((None, 200), "not JSON", id="a page"),
        pytest.param(({**SHOWN, "sum": "mycket"}, 200), "InvalidOperation", id="no amount"),
        pytest.param(({**SHOWN, "frikort": {"from": "2026"}}, 200), "ValueError", id="no day"),
        pytest.param(({"remains": "0"}, 200), "KeyError", id="no sum"),
    ],
)
def test_what_is_not_as_described_breaks_the_scenario(
    system: tuple[Double, Trigger], answer: tuple[Any, int], what: str
) -> None:
    """It says nothing of the system; the message says which page describes it, and no identity."""
    double, trigger = system
    double.answer = answer

    with pytest.raises(HarnessError, match=what) as caught:
        trigger.protection(PATIENT)

    assert "docs/trigger.md" in caught.value.mend
    assert PATIENT.extension not in str(caught.value)


def test_a_missing_id_breaks_the_scenario(system: tuple[Double, Trigger]) -> None:
    """Without it no message can be known again."""
    double, trigger = system
    double.answer = {}, 202

    with pytest.raises(HarnessError, match="requestId is missing"):
        trigger.ask(PATIENT, STAFF)


def test_a_trigger_that_is_not_there_is_told() -> None:
    """With where it was looked for."""
    with pytest.raises(HarnessError, match="the trigger does not answer"):
        Trigger("http://127.0.0.1:9/trigger").cancel("17")
