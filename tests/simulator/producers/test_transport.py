"""Calls to scripted producers, through the platform: every source of an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree

from contracts.catalogue import known
from contracts.domains.financial_billing_claim.v1_1.kinds import Deal, valid
from contracts.domains.financial_billing_claim.v1_1.single_faults import faulty
from contracts.envelope import body_of, envelope, fault_in
from contracts.judge import judge
from contracts.terms import HsaId, LogicalAddress, OrganisationNumber
from simulator.addressing import AddressingCatalogue, Authorisation, Route
from simulator.app import create_platform
from simulator.arrangement import Arrangement
from simulator.clock import ClockSetting
from simulator.disturbances import disturbance_from
from simulator.exchange import InboundCall, Reply
from simulator.platform import Platform
from simulator.producers.script import script_from
from simulator.settings import Settings

SETTINGS = Settings(retry_delay=0)
ADDRESS = LogicalAddress("SE2321000024-TEST")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CLAIM = next(
    contract
    for contract in known().contracts
    if contract.interaction == "ProcessClaimSpecification"
)
DEAL = Deal(
    seller=OrganisationNumber("2321000016"),
    buyer=OrganisationNumber("2321000024"),
    county="03",
    municipality="0380",
    today=NOON.date(),
)
MESSAGE = envelope(valid("öppen vård", DEAL), logical_address=ADDRESS)


def a_platform(script: object, *, address: str = "producer://one") -> Platform:
    """Set up a platform with a route to a scripted producer, at a clock that stands still."""
    sender = SETTINGS.default_sender
    assert sender is not None
    route = Route(logical_address=ADDRESS, contract=CLAIM.namespace, address=address)
    leave = Authorisation(consumer=HsaId(sender), contract=CLAIM.namespace, logical_address=ADDRESS)
    platform = create_platform(
        SETTINGS, AddressingCatalogue(routes=[route], authorisations=[leave]), clock=lambda: NOON
    )
    arrange(platform, producers={"one": script_from("one", script)})
    return platform


def arrange(platform: Platform, **changes: Any) -> None:
    """Change what the default workspace is like."""
    now: Arrangement = platform.arrangements.of("default")
    platform.arrangements.put("default", replace(now, **changes))


def call(platform: Platform, body: bytes = MESSAGE, **headers: str) -> Reply:
    return platform.mediate(InboundCall(body=body, remote="127.0.0.1", headers=headers))


def fault_text(reply: Reply) -> str:
    found = fault_in(etree.fromstring(reply.body))
    assert found is not None
    return found.text


def test_body_is_sent_as_it_stands() -> None:
    """Not a byte is changed, whatever it is."""
    reply = call(a_platform({"body": "<a>{{ å }}</a>", "status": 202}))

    assert (reply.status, reply.body) == (202, "<a>{{ å }}</a>".encode())


def test_template_knows_the_call() -> None:
    """It can say again what it was asked, to whom it came, from whom, and when."""
    told = (
        "<a>{{ xpath('//c:healthCareProviderName', c='urn:none') }}|{{ xpath('name(/*)') }}|"
        "{{ headers['x-rivta-test'] }}|{{ logical_address }}|{{ sender }}|{{ number }}|"
        "{{ now.isoformat() }}|{{ uuid | length }}</a>"
    )
    platform = a_platform({"template": told})

    first = call(platform, **{"x-rivta-test": "1 < 2"}).body.decode()
    second = call(platform, **{"x-rivta-test": ""}).body.decode()

    assert first == (
        f"<a>|soapenv:Envelope|1 &lt; 2|{ADDRESS}|{SETTINGS.default_sender}|1|"
        "2026-11-22T13:00:00+01:00|36</a>"
    )
    assert "|2|" in second


def test_payload_comes_in_an_envelope() -> None:
    """Only the message need be written."""
    reply = call(a_platform({"payload": "<m xmlns='urn:m'>{{ number }}</m>"}))

    assert body_of(etree.fromstring(reply.body)).tag == "{urn:m}m"


def test_example_is_a_valid_answer_of_the_contract() -> None:
    """Made from its schema, with the element that the WSDL names."""
    reply = call(a_platform({"example": True}))
    payload = body_of(etree.fromstring(reply.body))

    assert reply.status == 200
    assert payload.tag == CLAIM.response
    assert judge(reply.body, at=NOON).accepted


def test_echo_gives_the_call_back() -> None:
    """Byte for byte."""
    assert call(a_platform({"echo": True})).body == MESSAGE


def test_fault_is_the_producers_own() -> None:
    """It passes the platform as it is, with HTTP 500 and no VP code."""
    reply = call(a_platform({"fault": "Okänt <underlag>"}))

    assert reply.status == 500
    assert fault_text(reply) == "Okänt <underlag>"


def test_cases_are_tried_in_their_order() -> None:
    """The first that applies answers; the second call meets another."""
    platform = a_platform([{"when": {"calls": [1]}, "body": "<one/>"}, {"body": "<other/>"}])

    assert [call(platform).body for _ in range(3)] == [b"<one/>", b"<other/>", b"<other/>"]


def test_call_that_no_case_fits_is_told() -> None:
    """Not left in silence."""
    reply = call(a_platform({"when": {"xpath": "false()"}, "echo": True}))

    assert reply.status == 500
    assert "No case" in fault_text(reply)


def test_judging_producer_lets_a_right_message_through_and_names_the_rule_of_a_wrong() -> None:
    """Schema and rules are those of the bundled contract."""
    platform = a_platform({"example": True, "judge": True})
    wrong = envelope(faulty("kommunkod med tre siffror", DEAL), logical_address=ADDRESS)

    assert call(platform).status == 200
    assert "R9" in fault_text(call(platform, wrong))


@pytest.mark.parametrize(
    "template",
    [
        pytest.param("{{ nothing }}", id="a name it does not know"),
        pytest.param("{{ 1 / 0 }}", id="an error in it"),
        pytest.param("{{ xpath('//[') }}", id="an xpath that is none"),
        pytest.param("{{ ''.__class__.__mro__ }}", id="a way out of the sandbox"),
        pytest.param("{% for %}", id="no template"),
    ],
)
def test_answer_that_cannot_be_made_is_told(template: str) -> None:
    """The platform goes on; the caller reads what is wrong with the script."""
    assert "cannot be made" in fault_text(call(a_platform({"template": template})))


def test_producer_that_is_not_arranged_is_not_reached() -> None:
    """As one whose address nobody listens on."""
    assert fault_text(call(a_platform({"echo": True}, address="producer://two"))).startswith(
        "VP009"
    )


def test_clock_of_the_workspace_counts() -> None:
    """A template tells the workspace's time."""
    platform = a_platform({"template": "{{ now.date() }}"})
    arrange(platform, clock=ClockSetting(frozen=datetime(2030, 1, 1, 12, tzinfo=UTC)))

    assert call(platform).body == b"2030-01-01"


@pytest.mark.parametrize("kind", ["timeout", "reset-within", "truncated", "refused"])
def test_what_breaks_a_call_ends_it(kind: str) -> None:
    """There is no wire to break, so the call ends as a broken one does: VP009."""
    platform = a_platform({"echo": True})
    disturbance = disturbance_from({"kind": kind, "leg": "call"})
    arrange(platform, disturbances=(disturbance,))

    assert fault_text(call(platform)).startswith("VP009")
