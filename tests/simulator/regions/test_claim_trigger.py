"""The selling region's trigger: what it takes, what it refuses, and what it shows."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from contracts.terms import SWEDISH_TIME
from simulator.client import Raw
from simulator.regions.buyer import answer
from simulator.regions.directory import REGIONS
from simulator.regions.parts import part_named
from simulator.regions.seller import Seller
from simulator.regions.surroundings import Surroundings
from simulator.regions.system import regions_app

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask.testing import FlaskClient

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=SWEDISH_TIME)
PATH = part_named("utomlansfakturering/konsument").url_path("03") + "/trigger"
VISIT = {
    "patientId": {"root": "1.2.752.129.2.1.3.1", "extension": "191001209814"},
    "homeRegion": "01",
    "care": "öppen vård",
    "visit": "2026-11-02",
    "fee": "1450.50",
}
STAY = VISIT | {"care": "sluten vård", "discharge": "2026-11-06"}
PATIENCE = 30.0


class Everyone:
    """Every producer at once: says OK, or ERROR where it is told to."""

    base_url = "http://everyone"

    def __init__(self) -> None:
        self.code = "OK"
        self.came: list[bytes] = []

    def send(
        self, _method: str, _path: str, *, headers: Mapping[str, str], body: bytes | None = None
    ) -> Raw:
        """Answer."""
        assert headers["SOAPAction"]
        self.came.append(body or b"")
        comment = "R99: nej" if self.code == "ERROR" else None
        return Raw(status=200, headers={}, body=answer(self.code, comment).body)


class Screen:
    """What a tester's hand is on: the trigger of a system."""

    def __init__(self, system: Seller, client: FlaskClient, everyone: Everyone) -> None:
        self.system, self._client, self.everyone = system, client, everyone

    def post(self, operation: str, document: Any, *, status: int = 202) -> Any:
        """Use an operation, and give its answer when all is sent."""
        reply = self._client.post(f"{PATH}/{operation}", json=document)
        assert reply.status_code == status, reply.text
        assert self.system.wait(PATIENCE)
        return reply.get_json()

    def set_back(self) -> Any:
        """Have forgotten what has been set."""
        reply = self._client.delete(f"{PATH}/settings")
        assert reply.status_code == 200
        return reply.get_json()

    def claim(self, claim_id: str, *, status: int = 200) -> Any:
        """Give what shows of a claim specification."""
        reply = self._client.get(f"{PATH}/claims/{claim_id}")
        assert reply.status_code == status
        return reply.get_json()


@pytest.fixture
def screen() -> Iterator[Screen]:
    """Give the trigger of a system that is led to a platform."""
    everyone = Everyone()
    around = Surroundings(clock=lambda: NOW, transport=lambda _url, _patience: everyone)
    with closing(Seller(REGIONS["03"], surroundings=around)) as system:
        around.lead_to("", instance_id="")
        client = regions_app({("03", "billing"): system}).test_client()
        yield Screen(system, client, everyone)


def test_bill_is_sent_and_shown_as_accepted(screen: Screen) -> None:
    """Its invoice is let go."""
    (claim_id,) = screen.post("bill", VISIT)["claimIds"]

    assert screen.claim(claim_id) == {
        "id": claim_id, "state": "accepted", "attempts": 1, "invoice": "released", "comment": "",
    }  # fmt: skip
    (message,) = screen.everyone.came
    assert b">20261102<" in message
    assert b">1450.50<" in message


def test_refused_bill_shows_the_comment_and_holds_the_invoice(screen: Screen) -> None:
    """As the producer worded it."""
    screen.everyone.code = "ERROR"

    (claim_id,) = screen.post("bill", STAY)["claimIds"]

    found = screen.claim(claim_id)
    assert (found["state"], found["invoice"], found["comment"]) == ("refused", "held", "R99: nej")


def test_stopped_bill_has_an_id_too(screen: Screen) -> None:
    """It tells why it was stopped, and nothing of the patient."""
    (claim_id,) = screen.post("bill", STAY | {"discharge": "2026-11-01"})["claimIds"]

    found = screen.claim(claim_id)
    assert (found["state"], found["attempts"], found["invoice"]) == ("stopped", 0, "held")
    assert "R18" in found["comment"]
    assert VISIT["patientId"]["extension"] not in found["comment"]  # type: ignore[index]
    assert screen.everyone.came == []


def test_correction_tells_the_ids_of_credit_and_new(screen: Screen) -> None:
    """After OK; after ERROR there is no credit."""
    (claim_id,) = screen.post("bill", VISIT)["claimIds"]
    made = screen.post("correct", {"claimId": claim_id, "fee": "1300", "reason": 3})
    screen.everyone.code = "ERROR"
    (refused,) = screen.post("bill", VISIT)["claimIds"]
    alone = screen.post("correct", {"claimId": refused, "fee": "1300", "reason": "3"})

    assert screen.claim(made["creditId"])["state"] == "accepted"
    assert screen.claim(made["claimId"])["state"] == "accepted"
    assert alone["creditId"] is None
    assert b">3<" in screen.everyone.came[1]


def test_settings_are_delivered_by_the_contract_and_set_one_by_one(screen: Screen) -> None:
    """What is left out stays as it is."""
    delivered = screen.post("settings", {}, status=200)
    screen.post("settings", {"pauseMs": 250, "attempts": 2}, status=200)
    now = screen.post("settings", {"timeoutMs": 700, "backOff": 1.5}, status=200)

    assert delivered == {"pauseMs": 5000, "attempts": 5, "timeoutMs": 29000, "backOff": 2.0}
    assert now == {"pauseMs": 250, "attempts": 2, "timeoutMs": 700, "backOff": 1.5}
    rule = screen.system.resending
    assert (rule.after_fault, rule.after_silence, rule.patience) == (0.25, 0.25, 0.7)


def test_what_has_been_set_is_forgotten(screen: Screen) -> None:
    """A run that was killed leaves nothing to the next one."""
    delivered = screen.post("settings", {}, status=200)
    screen.post("settings", {"pauseMs": 250, "attempts": 2, "timeoutMs": 700}, status=200)

    assert screen.set_back() == delivered
    assert screen.post("settings", {}, status=200) == delivered


@pytest.mark.parametrize(
    ("operation", "document", "why"),
    [
        pytest.param("bill", [], "no JSON object", id="no object"),
        pytest.param("bill", VISIT | {"patientId": "1"}, "patientId", id="no identity"),
        pytest.param("bill", VISIT | {"homeRegion": "03"}, "another region", id="own region"),
        pytest.param("bill", VISIT | {"homeRegion": "02"}, "another region", id="no region"),
        pytest.param("bill", VISIT | {"care": "tandvård"}, "care is", id="no such care"),
        pytest.param("bill", VISIT | {"kind": "kredit"}, "kind", id="a credit is no bill"),
        pytest.param("bill", VISIT | {"visit": "i går"}, "visit", id="no day"),
        pytest.param("bill", VISIT | {"fee": "1450,50"}, "kronor", id="decimal comma"),
        pytest.param("bill", VISIT | {"fee": "0.001"}, "kronor", id="less than an öre"),
        pytest.param("bill", VISIT | {"fee": None}, "kronor", id="no fee"),
        pytest.param("bill", VISIT | {"lines": 0}, "lines", id="no lines"),
        pytest.param("bill", VISIT | {"lines": True}, "lines", id="no number"),
        pytest.param("bill", VISIT | {"note": "\0"}, "note", id="no text"),
        pytest.param("correct", {"claimId": "x", "fee": "1", "reason": 10}, "1 to 9", id="reason"),
        pytest.param("correct", {"claimId": "x", "fee": "1"}, "no claim", id="unknown claim"),
        pytest.param("settings", {"pauseMs": -1}, "pauseMs", id="negative pause"),
        pytest.param("settings", {"attempts": 0}, "attempts", id="no attempts"),
        pytest.param("settings", {"timeoutMs": "1"}, "timeoutMs", id="text for a number"),
        pytest.param("settings", {"backOff": 0.5}, "backOff", id="shrinking"),
    ],
)
def test_what_is_wrong_is_refused_and_says_why(
    screen: Screen, operation: str, document: Any, why: str
) -> None:
    """And nothing is sent."""
    assert why in screen.post(operation, document, status=400)["error"]
    assert screen.everyone.came == []


def test_unknown_claim_is_not_found(screen: Screen) -> None:
    """404, with a reason."""
    assert "no claim" in screen.claim("ZVF", status=404)["error"]
