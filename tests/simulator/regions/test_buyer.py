"""The buying region's system: OK, ERROR or fault, and what it keeps."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from contracts.catalogue import bundled
from contracts.domains.financial_billing_claim.v1_1.kinds import (
    KINDS,
    PATIENTS,
    credit,
    grown,
    valid,
)
from contracts.domains.financial_billing_claim.v1_1.messages import (
    RESPONDER,
    payload_of,
    text_of,
)
from contracts.domains.financial_billing_claim.v1_1.single_faults import (
    RULE_FAULTS,
    SCHEMA_FAULTS,
    faulty,
)
from contracts.envelope import SOAP_ENVELOPE, body_of, envelope, fault_in
from contracts.errors import RulesError
from contracts.judge import judge_payload
from simulator.regions.buyer import answer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from contracts.domains.financial_billing_claim.v1_1.kinds import Deal
    from contracts.envelope import Fault
    from simulator.regions.buyer import Buyer
    from simulator.regions.defect import Reply

TOLD = re.compile(
    r"(?P<text>.+) \[plats: (?P<place>/\S+); regel: (?P<rule>\w+)(?:; test: (?P<test>.+))?\]"
)
"""One fault in a comment: text, place, rule and, for business rules, the test that failed."""


@pytest.fixture
def system(a_buyer: Callable[..., Buyer]) -> Buyer:
    """Give a flawless buying system."""
    return a_buyer()


def result_of(reply: Reply) -> tuple[str | None, str | None]:
    """Give resultCode and comment of an ordinary answer."""
    assert (reply.status, reply.content_type) == (200, "text/xml; charset=UTF-8")
    response = body_of(etree.fromstring(reply.body))
    assert response.tag == f"{{{RESPONDER}}}ProcessClaimSpecificationResponse"
    return (
        response.findtext(f"{{{RESPONDER}}}resultCode"),
        response.findtext(f"{{{RESPONDER}}}comment"),
    )


def fault_of(reply: Reply) -> Fault:
    """Give the SOAP fault of an answer."""
    assert (reply.status, reply.content_type) == (500, "text/xml; charset=UTF-8")
    fault = fault_in(etree.fromstring(reply.body))
    assert fault is not None
    return fault


def id_of(payload: etree._Element) -> str:
    """Give the claim specification's id."""
    return text_of(payload, "id") or ""


# --- OK ---


@pytest.mark.parametrize("kind", KINDS)
def test_valid_claim_is_answered_ok_and_kept(system: Buyer, deal: Deal, kind: str) -> None:
    """Every kind of care that the contract knows; OK has no comment."""
    payload = valid(kind, deal)

    assert result_of(system.receive(envelope(payload))) == ("OK", None)

    kept = system.ledger.find(id_of(payload))
    assert kept is not None
    assert kept.copies == 1
    assert kept.payable == Decimal(text_of(payload, "payableAmount", "amount") or "")


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(answer("OK"), id="OK"),
        pytest.param(answer("ERROR", "Fel & fel <här>"), id="ERROR"),
    ],
)
def test_answer_is_valid_by_the_schema(reply: Reply, now: datetime) -> None:
    """The answer keeps the contract that the system asks others to keep."""
    response = body_of(etree.fromstring(reply.body))

    judgement = judge_payload(response, at=now, catalogue=bundled())

    assert judgement.accepted, judgement.findings


def test_logical_address_is_not_looked_at(system: Buyer, deal: Deal) -> None:
    """Addressing is the platform's; the system reads the message."""
    message = envelope(valid("öppen vård", deal), logical_address="5565594230")

    assert result_of(system.receive(message)) == ("OK", None)


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "ISO-8859-1"])
def test_declared_encoding_is_read(system: Buyer, deal: Deal, encoding: str) -> None:
    """An XML declaration that tells the truth is followed."""
    root = etree.fromstring(envelope(valid("öppen vård", deal)))
    message = etree.tostring(root, xml_declaration=True, encoding=encoding)
    assert isinstance(message, bytes)

    assert result_of(system.receive(message)) == ("OK", None)


def test_message_of_five_megabytes_is_answered(system: Buyer, deal: Deal) -> None:
    """The largest message a consumer may send is received like any other."""
    payload = grown(valid("öppen vård", deal), to_bytes=5_000_000)
    message = envelope(payload)
    assert len(message) > 4_800_000

    assert result_of(system.receive(message)) == ("OK", None)
    assert system.ledger.find(id_of(payload)) is not None


def test_fault_in_five_megabytes_is_found(system: Buyer, deal: Deal) -> None:
    """Size does not hide the one line that is wrong."""
    payload = grown(valid("öppen vård", deal), to_bytes=5_000_000)
    *_, last = payload.iter("{*}careLevel")
    last.text = "5"

    code, comment = result_of(system.receive(envelope(payload)))

    assert code == "ERROR"
    assert [found["rule"] for found in TOLD.finditer(comment or "")] == ["R30"]


# --- ERROR ---


@pytest.mark.parametrize("name", RULE_FAULTS)
def test_broken_rule_is_answered_error_with_text_place_rule_and_test(
    system: Buyer, deal: Deal, name: str
) -> None:
    """The comment is the Schematron report: one line a fault, and no other rule is blamed."""
    fault = RULE_FAULTS[name]
    payload = faulty(name, deal)

    code, comment = result_of(system.receive(envelope(payload)))

    assert code == "ERROR"
    lines = [TOLD.fullmatch(line) for line in (comment or "").split("\n")]
    for told in lines:
        assert told is not None, comment
        assert told["rule"] == fault.rule
        assert told["text"].startswith(f"{fault.rule}: ")
        assert told["place"].startswith("/ProcessClaimSpecification/claimSpecification/")
        assert fault.place in re.sub(r"\[\d+\]", "", told["place"]).split("/")
        assert told["test"]
    assert system.ledger.find(id_of(payload)) is None


@pytest.mark.parametrize("name", SCHEMA_FAULTS)
def test_schema_fault_is_answered_error_with_text_and_place(
    system: Buyer, deal: Deal, name: str
) -> None:
    """The comment is the report of the schema validation; nothing is kept."""
    payload = faulty(name, deal)
    claim_id = payload.findtext(".//{*}id") or ""

    code, comment = result_of(system.receive(envelope(payload)))

    assert code == "ERROR"
    found = [TOLD.fullmatch(line) for line in (comment or "").split("\n")]
    assert found
    for told in found:
        assert told is not None, comment
        assert told["rule"] == "schema"
        assert told["place"].startswith("/ProcessClaimSpecification/claimSpecification/")
    assert system.ledger.find(claim_id) is None


def test_every_broken_rule_is_told(system: Buyer, deal: Deal) -> None:
    """A message with three faults gets three lines."""
    payload = valid("öppen vård", deal)
    for name, text in (("typeOfInvoice", "382"), ("careLevel", "5"), ("priceList", "7")):
        element = payload.find(f".//{{*}}{name}")
        assert element is not None
        element.text = text

    code, comment = result_of(system.receive(envelope(payload)))

    assert code == "ERROR"
    assert sorted(found["rule"] for found in TOLD.finditer(comment or "")) == ["R25", "R30", "R4"]


@pytest.mark.parametrize("name", [*RULE_FAULTS, *SCHEMA_FAULTS])
def test_comment_names_no_patient(system: Buyer, deal: Deal, name: str) -> None:
    """People are named by their place in the message."""
    reply = system.receive(envelope(faulty(name, deal)))

    assert [number for number in PATIENTS if number.encode() in reply.body] == []


def test_refused_id_is_free_for_the_mended_message(system: Buyer, deal: Deal) -> None:
    """Nothing is kept of what was refused, not even its id."""
    claim = KINDS["öppen vård"](deal)
    wrong = payload_of(claim)
    level = wrong.find(".//{*}careLevel")
    assert level is not None
    level.text = "5"
    assert result_of(system.receive(envelope(wrong)))[0] == "ERROR"

    assert result_of(system.receive(envelope(payload_of(claim)))) == ("OK", None)


def test_date_rules_go_by_the_system_s_clock(
    a_buyer: Callable[..., Buyer], deal: Deal, now: datetime
) -> None:
    """A document date is in the future until its day has come."""
    claim = replace(KINDS["öppen vård"](deal), issued=now.date())
    day_before, same_day = now - timedelta(days=1), now.replace(hour=0, minute=0)

    early = a_buyer(clock=lambda: day_before).receive(envelope(payload_of(claim)))
    in_time = a_buyer(clock=lambda: same_day).receive(envelope(payload_of(claim)))

    assert "regel: R2;" in (result_of(early)[1] or "")
    assert result_of(in_time) == ("OK", None)


# --- Duplicates and credits ---


def test_same_claim_twice_is_answered_ok_twice_and_kept_once(system: Buyer, deal: Deal) -> None:
    """A consumer that resends after a timeout does not bill twice."""
    payload = valid("öppen vård", deal)
    message = envelope(payload)

    assert [result_of(system.receive(message)) for _ in range(2)] == [("OK", None)] * 2

    kept = system.ledger.find(id_of(payload))
    assert kept is not None
    assert kept.copies == 1


def test_same_id_with_other_content_is_answered_error(system: Buyer, deal: Deal) -> None:
    """The comment names the id's place, and the first content stays."""
    claim = KINDS["öppen vård"](deal)
    other = replace(claim, invoice_id="F-other")
    assert result_of(system.receive(envelope(payload_of(claim)))) == ("OK", None)

    code, comment = result_of(system.receive(envelope(payload_of(other))))

    assert code == "ERROR"
    assert "[plats: /ProcessClaimSpecification/claimSpecification/id]" in (comment or "")
    assert result_of(system.receive(envelope(payload_of(claim)))) == ("OK", None)
    kept = system.ledger.find(claim.id)
    assert kept is not None
    assert kept.copies == 1


def test_credit_is_tied_to_its_original(system: Buyer, deal: Deal) -> None:
    """Flow 2: both are kept, and the original shows its credit."""
    original = KINDS["öppen vård"](deal)
    taken_back = credit(original, deal)

    for each in (original, taken_back):
        assert result_of(system.receive(envelope(payload_of(each)))) == ("OK", None)

    kept = system.ledger.find(original.id)
    assert kept is not None
    assert kept.credits == (taken_back.id,)


def test_callers_at_once_get_their_own_answers(
    system: Buyer, deal: Deal, meet: Callable[..., list[Any]]
) -> None:
    """Ten messages with a fault each: no comment goes to another."""
    names = ["vårdnivå 5", "prislista 7", "besökstyp 3", "vårdform 03", "kön 3"] * 2
    messages = [envelope(faulty(name, deal)) for name in names]

    replies = meet([lambda each=each: system.receive(each) for each in messages])

    rules = [
        [found["rule"] for found in TOLD.finditer(result_of(reply)[1] or "")] for reply in replies
    ]
    assert rules == [[RULE_FAULTS[name].rule] for name in names]


def test_same_claim_from_callers_at_once_is_kept_once(
    system: Buyer, deal: Deal, meet: Callable[..., list[Any]]
) -> None:
    """All of them get OK."""
    payload = valid("öppen vård", deal)
    message = envelope(payload)

    replies = meet([lambda: system.receive(message)] * 10)

    assert [result_of(reply) for reply in replies] == [("OK", None)] * 10
    kept = system.ledger.find(id_of(payload))
    assert kept is not None
    assert kept.copies == 1


# --- Fault ---

SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"


def _latin_1(message: bytes) -> bytes:
    return message.replace("Vårdcentralen".encode(), "Vårdcentralen".encode("latin-1"))


UNREADABLE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "blanks": lambda _: b" \r\n",
    "not XML": lambda message: b"ProcessClaimSpecification " + message,
    "cut": lambda message: message[:-40],
    "latin-1 bytes": _latin_1,
    "DTD": lambda message: message.replace(
        b"<soapenv:Envelope", b'<!DOCTYPE x [<!ENTITY e "expanded">]><soapenv:Envelope', 1
    ),
    "no envelope": lambda message: message[
        message.index(b"<ProcessClaim") : message.index(b"</soapenv:Body>")
    ],
    "SOAP 1.2": lambda message: message.replace(SOAP_ENVELOPE.encode(), SOAP_12.encode()),
    "no body": lambda _: f'<e:Envelope xmlns:e="{SOAP_ENVELOPE}"/>'.encode(),
    "empty body": lambda _: (
        f'<e:Envelope xmlns:e="{SOAP_ENVELOPE}"><e:Body/></e:Envelope>'.encode()
    ),
    "two elements in the body": lambda message: message.replace(
        b"</soapenv:Body>", b"<another/></soapenv:Body>"
    ),
    "wrong element": lambda message: message.replace(
        b"ProcessClaimSpecification ", b"ProcessSomethingElse ", 1
    ).replace(b"</ProcessClaimSpecification>", b"</ProcessSomethingElse>"),
    "wrong namespace": lambda message: message.replace(
        b"ProcessClaimSpecificationResponder:1", b"ProcessClaimSpecificationResponder:2"
    ),
    "a response": lambda _: answer("OK").body,
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_claim_is_answered_with_a_fault(system: Buyer, deal: Deal, name: str) -> None:
    """The sender is to blame, nothing is kept, and nothing of the message is repeated."""
    payload = valid("öppen vård", deal)
    claim_id = id_of(payload)
    message = envelope(payload)
    unreadable = UNREADABLE[name](message)
    assert unreadable != message, "the message was to be spoilt"

    reply = system.receive(unreadable)

    fault = fault_of(reply)
    assert fault.code == "SOAP-ENV:Client"
    assert fault.text
    assert re.fullmatch(r"logId [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", fault.detail)
    personal = [*PATIENTS, claim_id, "Vårdcentralen", "expanded"]
    assert [text for text in personal if text.encode() in reply.body] == []
    assert system.ledger.find(claim_id) is None


def test_technical_trouble_is_answered_with_a_fault_that_tells_nothing(
    system: Buyer, deal: Deal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user sees that it is a technical error; what it is goes to the log alone."""

    def broken(*_arguments: object, **_named: object) -> None:
        raise RulesError("rules.sch cannot be read", where="/srv/secret/place")

    monkeypatch.setattr("simulator.regions.receiving.judge_payload", broken)
    payload = valid("öppen vård", deal)

    reply = system.receive(envelope(payload))

    fault = fault_of(reply)
    assert (fault.code, fault.text) == ("SOAP-ENV:Server", "Technical error")
    assert b"secret" not in reply.body
    assert system.ledger.find(id_of(payload)) is None
