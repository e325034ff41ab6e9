"""The two parties of Högkostnadsskydd: what they take, what they refuse, and how they say so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime

import pytest
from lxml import etree

from contracts.catalogue import bundled
from contracts.domains.financial_patientfees_exemption.v1_0.kinds import (
    DISCLOSURES,
    PATIENTS,
    REQUESTS,
    Inquiry,
    valid,
)
from contracts.domains.financial_patientfees_exemption.v1_0.messages import ActorType
from contracts.domains.financial_patientfees_exemption.v1_0.single_faults import (
    RULE_FAULTS,
    SCHEMA_FAULTS,
    faulty,
)
from contracts.envelope import body_of, envelope, fault_in
from contracts.judge import judge_payload
from contracts.profile import profile
from contracts.terms import HsaId, LogicalAddress
from simulator.regions.defect import FLAWLESS, Defect, Reply
from simulator.regions.directory import REGIONS
from simulator.regions.discloser import Discloser
from simulator.regions.exemption_defects import OF_DISCLOSERS, OF_REQUESTERS
from simulator.regions.patient_fees import PatientFees
from simulator.regions.requester import Requester
from simulator.regions.surroundings import Surroundings

REQUEST_ID = "0b6a4f5e-9d3b-4b5f-8c53-6f8f3b1f2a10"
LOG_ID = re.compile(r"logId [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture
def inquiry(now: datetime) -> Inquiry:
    """Region Stockholm asks, Region Uppsala discloses."""
    return Inquiry(
        reply_to=LogicalAddress("SE2321000016-PROVBANK1"),
        region=HsaId("SE2321000024-PROVBANK1"),
        today=now.date(),
        request_id=REQUEST_ID,
    )


@pytest.fixture
def a_discloser(now: datetime) -> Iterator[Callable[..., Discloser]]:
    """Give a maker of disclosers."""
    with ExitStack() as opened:
        yield lambda defect=FLAWLESS: opened.enter_context(
            closing(Discloser(some_fees(now, defect), clock=lambda: now))
        )


@pytest.fixture
def a_requester(now: datetime) -> Iterator[Callable[..., Requester]]:
    """Give a maker of requesters that have sent a request, for an actor where one is given."""
    with ExitStack() as opened:

        def build(actor: ActorType | str | None = None, defect: Defect = FLAWLESS) -> Requester:
            requester = Requester(some_fees(now, defect), clock=lambda: now)
            opened.enter_context(closing(requester))
            if actor is not None:
                requester.expect(REQUEST_ID, ActorType(actor or ActorType.CITIZEN))
            return requester

        yield build


def some_fees(now: datetime, defect: Defect) -> PatientFees:
    return PatientFees(
        REGIONS["03"], system="x", defect=defect, surroundings=Surroundings(clock=lambda: now)
    )


def result_of(reply: Reply) -> tuple[str | None, str | None]:
    """Give code and text of a result."""
    assert (reply.status, reply.content_type) == (200, "text/xml; charset=UTF-8")
    response = body_of(etree.fromstring(reply.body))
    return response.findtext("{*}resultCode"), response.findtext("{*}resultText")


def text_of_fault(reply: Reply) -> str:
    """Give the text of a fault, after seeing that it has a log id."""
    fault = fault_in(etree.fromstring(reply.body))
    assert reply.status == 500
    assert fault is not None
    assert LOG_ID.fullmatch(fault.detail)
    return fault.text


# --- The discloser -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", REQUESTS)
def test_a_request_is_answered_emptily_and_remembered(
    now: datetime, inquiry: Inquiry, kind: str, a_discloser: Callable[..., Discloser]
) -> None:
    """Whoever asks about whomever; what is to be disclosed is known."""
    discloser = a_discloser()

    reply = discloser.receive(envelope(valid(kind, inquiry)))

    response = body_of(etree.fromstring(reply.body))
    assert reply.status == 200
    assert judge_payload(response, at=now, catalogue=bundled()).accepted
    assert len(response) == 0
    assert discloser.fees.requests_taken() == (REQUEST_ID,)


@pytest.mark.parametrize(
    "name", [n for n, fault in SCHEMA_FAULTS.items() if fault.kind in REQUESTS]
)
def test_a_request_against_the_schema_is_answered_with_a_fault(
    inquiry: Inquiry, name: str, a_discloser: Callable[..., Discloser]
) -> None:
    """The response has no room for a refusal; the fault shows nothing of the message."""
    discloser = a_discloser()

    text = text_of_fault(discloser.receive(envelope(faulty(name, inquiry))))

    assert PATIENTS[0] not in text
    assert discloser.fees.requests_taken() == ()


# --- The requester -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", DISCLOSURES)
def test_a_valid_disclosure_is_answered_ok_and_kept(
    inquiry: Inquiry, kind: str, a_requester: Callable[..., Requester]
) -> None:
    """By who asked, which the requester knows."""
    requester = a_requester(DISCLOSURES[kind].actor)

    assert result_of(requester.receive(envelope(valid(kind, inquiry)))) == ("OK", None)
    assert requester.fees.disclosures(REQUEST_ID) == 1


def test_the_same_disclosure_counts_once_and_another_is_kept_too(
    inquiry: Inquiry, a_requester: Callable[..., Requester]
) -> None:
    """Sent again unchanged, it is one; from another source, it is one more."""
    requester = a_requester(ActorType.CITIZEN)
    first, other = (valid(kind, inquiry) for kind in ("frikort till invånare", "besök i dag"))

    codes = [result_of(requester.receive(envelope(each)))[0] for each in (first, first, other)]

    assert codes == ["OK"] * 3
    assert requester.fees.disclosures(REQUEST_ID) == 2


@pytest.mark.parametrize("name", RULE_FAULTS)
def test_a_broken_rule_is_answered_error_with_its_name(
    inquiry: Inquiry, name: str, a_requester: Callable[..., Requester]
) -> None:
    """Text, place and rule are told, the person is not."""
    fault = RULE_FAULTS[name]
    requester = a_requester(fault.actor)

    code, text = result_of(requester.receive(envelope(faulty(name, inquiry))))

    assert code == "ERROR"
    assert text is not None
    assert f"regel: {fault.rule}" in text
    assert PATIENTS[0] not in text
    assert requester.fees.disclosures(REQUEST_ID) == 0


@pytest.mark.parametrize(
    "name", [n for n, fault in SCHEMA_FAULTS.items() if fault.kind in DISCLOSURES]
)
def test_a_disclosure_against_the_schema_is_answered_with_a_fault(
    inquiry: Inquiry, name: str, a_requester: Callable[..., Requester]
) -> None:
    """Nothing of it is kept."""
    requester = a_requester(SCHEMA_FAULTS[name].actor)

    assert PATIENTS[0] not in text_of_fault(requester.receive(envelope(faulty(name, inquiry))))
    assert requester.fees.disclosures(REQUEST_ID) == 0


def test_a_disclosure_that_nobody_asked_for_is_refused(
    inquiry: Inquiry, a_requester: Callable[..., Requester]
) -> None:
    """Its request id belongs to no request."""
    requester = a_requester()

    code, text = result_of(requester.receive(envelope(valid("frikort till invånare", inquiry))))

    assert code == "ERROR"
    assert "requestId" in (text or "")
    assert requester.fees.disclosures(REQUEST_ID) == 0


# --- The defects ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "role"), [(OF_DISCLOSERS, "consumer"), (OF_REQUESTERS, "producer")]
)
def test_a_defect_stands_under_its_name_and_breaks_what_binds_the_role(
    table: dict[str, Defect], role: str
) -> None:
    """A suite can fail the system on just that requirement."""
    requirements = bundled().domain("financial:patientfees:exemption", "1.0").requirements
    binding = {requirement.id for requirement in (*requirements.binding(role), *profile().values())}

    assert all(name == defect.name for name, defect in table.items())
    assert {defect.breaks for defect in table.values()} <= binding


def test_every_rule_of_a_lone_message_has_its_defect() -> None:
    """Seventeen rules, and for each a requester that never checks it."""
    rules = bundled().domain("financial:patientfees:exemption", "1.0").requirements.rules()
    by_rule = {name for name in OF_REQUESTERS if name.startswith("never-checks-")}

    assert by_rule == {f"never-checks-{rule.rule}" for rule in rules}
    assert len(by_rule) == 17


@pytest.mark.parametrize("name", RULE_FAULTS)
def test_who_never_checks_a_rule_takes_what_breaks_it_and_refuses_the_rest(
    inquiry: Inquiry, name: str, a_requester: Callable[..., Requester]
) -> None:
    """The defect is as narrow as its name."""
    fault = RULE_FAULTS[name]
    defect = OF_REQUESTERS[f"never-checks-{fault.rule}"]
    other = "belopp noll" if fault.rule != "rule015" else "valuta EUR"

    blind = a_requester(fault.actor, defect)
    assert result_of(blind.receive(envelope(faulty(name, inquiry))))[0] == "OK"
    seeing = a_requester(RULE_FAULTS[other].actor, defect)
    assert result_of(seeing.receive(envelope(faulty(other, inquiry))))[0] == "ERROR"


@pytest.mark.parametrize(
    ("name", "change"),
    [
        pytest.param("ignores-order-and-number", "patientId", id="an element is missing"),
        pytest.param("ignores-unknown-attributes", "@", id="an attribute is unknown"),
        pytest.param("ignores-formats", "actorTypeEnum", id="a value is of no known form"),
    ],
)
def test_what_a_lax_system_lets_through_a_whole_one_refuses(
    inquiry: Inquiry, name: str, change: str, a_discloser: Callable[..., Discloser]
) -> None:
    """Each lets its own sort of schema fault through, and the flawless system none."""
    message = valid("begäran från invånare", inquiry)
    found = message if change == "@" else message.find(f".//{{*}}{change}")
    assert found is not None
    if change == "@":
        found.set("unknown", "x")
    elif change == "patientId":
        message.remove(found)
    else:
        found.text = "DOCTOR"

    assert a_discloser(OF_DISCLOSERS[name]).receive(envelope(message)).status == 200
    assert a_discloser().receive(envelope(message)).status == 500
    others = {"ignores-order-and-number", "ignores-unknown-attributes", "ignores-formats"} - {name}
    for other in others:
        assert a_discloser(OF_DISCLOSERS[other]).receive(envelope(message)).status == 500
