"""The control API: what it shows of the journal, and what it never does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from contracts.domains.financial_billing_claim.v1_1.kinds import KINDS, Deal, valid
from contracts.envelope import envelope

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.wsdl import ServiceContract
    from simulator.client import Transport
    from simulator.exchange import Exchange, Leg
    from simulator.platform import Platform
    from simulator.regions.directory import Region

    Reach = Callable[[Platform], Transport]


def shown(transport: Transport, query: str = "") -> list[dict[str, Any]]:
    """Read the journal over the control API."""
    answer = transport.send("GET", f"/control/v1/journal{query}", headers={})
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    entries: list[dict[str, Any]] = json.loads(answer.body)
    return entries


def test_entry_is_shown_by_its_facts_and_sizes(
    reach: Reach,
    a_platform: Callable[..., Platform],
    an_exchange: Callable[..., Exchange],
    a_leg: Callable[..., Leg],
) -> None:
    """Everything about the exchange but what was said in it."""
    platform = a_platform()
    platform.journal.keep(
        an_exchange(
            "7d0f6a52-1b0e-4c0e-9a55-0d3b6a1c2f10",
            seconds=0.1234567,
            address="http://producer.example/å",
            legs=(
                a_leg("in", request=b"12345", response=b"123"),
                a_leg("out", status=200, seconds=0.1),
            ),
        )
    )

    (entry,) = shown(reach(platform))
    facts = {
        "number": 1,
        "correlation_id": "7d0f6a52-1b0e-4c0e-9a55-0d3b6a1c2f10",
        "started": "2026-11-22T12:00:00+01:00",
        "seconds": 0.123457,
        "sender": "SE2321000016-PROVBANK1",
        "sender_known_by": "internal header",
        "receiver": "2321000024",
        "contract": "urn:riv:a:b:CResponder:1",
        "decision": "forwarded",
        "address": "http://producer.example/å",
        "producer_status": 200,
        "producer_seconds": 0.1,
        "status": 200,
        "request_bytes": 5,
        "response_bytes": 3,
    }
    assert {name: entry[name] for name in facts} == facts
    assert [leg["kind"] for leg in entry["legs"]] == ["in", "out"]


@pytest.mark.parametrize("kind", KINDS)
def test_journal_shows_nothing_of_what_a_message_holds(
    reach: Reach,
    a_platform: Callable[..., Platform],
    a_peer: Callable[..., Any],
    deal: Deal,
    buyer: Region,
    kind: str,
) -> None:
    """No text of any element below the body is to be seen, personal or not; nor any header."""
    payload = valid(kind, deal)
    texts = {str(text) for text in payload.itertext() if len(text) > 6}
    assert len(texts) > 5, "the message was to hold something worth hiding"
    answer = "".join(f"<t>{text}</t>" for text in texts).encode()
    transport = reach(a_platform(a_peer(answer).address))
    message = envelope(payload, logical_address=buyer.logical_address)
    transport.send("POST", "/vp", headers={"X-Secret": "header-secret"}, body=message)

    page = transport.send("GET", "/control/v1/journal", headers={}).body.decode()

    assert json.loads(page)[0]["request_bytes"] == len(message)
    known = {deal.buyer, deal.seller}  # the logical address, and a part of the sender id
    assert [text for text in texts - known if text in page] == []
    assert "header-secret" not in page


PERSON = "198001019986"  # a birth number that nobody is given


@pytest.fixture
def one_of_a_person(
    a_platform: Callable[..., Platform],
    an_exchange: Callable[..., Exchange],
    a_leg: Callable[..., Leg],
    tmp_path: Path,
) -> Callable[..., Platform]:
    """Give a maker of platforms that have kept one call about a person."""

    def make(*test_persons: str) -> Platform:
        listed = tmp_path / "persons.txt"
        listed.write_text("\n".join(test_persons), encoding="utf-8")
        platform = a_platform(test_persons=listed)
        body = f"<a><patientId>{PERSON}</patientId><b>kept</b></a>".encode()
        leg = a_leg("in", request=body, request_headers={"authorization": "Bearer mine"})
        platform.journal.keep(an_exchange("mine", legs=(leg,)))
        return platform

    return make


def test_one_exchange_is_given_whole_without_person_identities(
    reach: Reach, one_of_a_person: Callable[..., Platform]
) -> None:
    """Bodies and headers are there; whose they are, and what opens doors, is not."""
    answer = reach(one_of_a_person()).send("GET", "/control/v1/journal/1", headers={})

    assert answer.status == 200
    (leg,) = json.loads(answer.body)["legs"]
    assert leg["request"]["text"] == "<a><patientId>[person 1]</patientId><b>kept</b></a>"
    assert leg["request_headers"] == {"authorization": "[secret]"}


def test_test_persons_are_shown(
    reach: Reach, one_of_a_person: Callable[..., Platform]
) -> None:  # fmt: skip
    """Whoever is on the list is nobody real."""
    answer = reach(one_of_a_person(PERSON)).send("GET", "/control/v1/journal/1", headers={})

    assert PERSON in answer.body.decode()


@pytest.mark.parametrize(
    "path", ["/control/v1/journal/2", "/control/v1/workspaces/other/journal/1"]
)
def test_exchange_that_is_not_there_is_not_found(
    reach: Reach, one_of_a_person: Callable[..., Platform], path: str
) -> None:
    """Neither what was never kept, nor what another workspace has."""
    answer = reach(one_of_a_person()).send("GET", path, headers={})

    assert answer.status == 404
    assert PERSON not in answer.body.decode()


@pytest.fixture
def three(
    reach: Reach, a_platform: Callable[..., Platform], an_exchange: Callable[..., Exchange]
) -> Transport:
    """Give a platform whose journal holds the exchanges mine, other, mine."""
    platform = a_platform()
    for name in ("mine", "other", "mine"):
        platform.journal.keep(an_exchange(name))
    return reach(platform)


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        pytest.param("", [1, 2, 3], id="all"),
        pytest.param("?last=2", [2, 3], id="the last two"),
        pytest.param("?last=5000", [1, 2, 3], id="more than there are"),
        pytest.param("?last=0", [], id="none"),
        pytest.param("?correlation_id=mine", [1, 3], id="one correlation id"),
        pytest.param("?correlation_id=mine&last=1", [3], id="its last"),
        pytest.param("?correlation_id=nobody", [], id="unknown correlation id"),
    ],
)
def test_journal_is_asked_by_number_and_correlation_id(
    three: Transport, query: str, numbers: list[int]
) -> None:
    """The exchanges come in their order, the newest at the end."""
    assert [entry["number"] for entry in shown(three, query)] == numbers


@pytest.mark.parametrize("query", ["?last=1001", "?last=-1"])
def test_one_question_is_answered_with_a_thousand_exchanges_at_most(
    reach: Reach,
    a_platform: Callable[..., Platform],
    an_exchange: Callable[..., Exchange],
    query: str,
) -> None:
    """No number asks for the whole journal."""
    platform = a_platform()
    for _ in range(1001):
        platform.journal.keep(an_exchange())

    assert len(shown(reach(platform), query)) <= 1000


def test_routes_are_shown_as_they_were_written(
    reach: Reach, a_platform: Callable[..., Platform], contract: ServiceContract, buyer: Region
) -> None:
    """Whom each route is for, what it carries and where it leads."""
    answer = reach(a_platform("http://one.example/å", "http://two.example/")).send(
        "GET", "/control/v1/routes", headers={}
    )

    assert json.loads(answer.body) == [
        {
            "logical_address": buyer.logical_address,
            "contract": contract.namespace,
            "address": address,
            "producer": buyer.logical_address,
        }
        for address in ("http://one.example/å", "http://two.example/")
    ]


def test_platform_without_traffic_shows_empty_lists(
    reach: Reach, a_platform: Callable[..., Platform]
) -> None:
    """Nothing kept is an answer, not an error."""
    transport = reach(a_platform())

    assert shown(transport) == []
    assert json.loads(transport.send("GET", "/control/v1/routes", headers={}).body) == []


def test_last_that_is_no_number_is_told(reach: Reach, a_platform: Callable[..., Platform]) -> None:
    """Rather than answered as if it had not been asked."""
    answer = reach(a_platform()).send("GET", "/control/v1/journal?last=many", headers={})

    assert answer.status == 400
    assert b"give a number" in answer.body
