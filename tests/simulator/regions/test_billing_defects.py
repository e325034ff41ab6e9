"""The known defects of the selling region's system: each shows, on the wire or on the screen."""

from __future__ import annotations

import codecs
import re
import threading
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from contracts.catalogue import bundled
from contracts.domains.financial_billing_claim.v1_1.kinds import (
    COORDINATION_NUMBER,
    PERSONAL_NUMBER,
    coordination_number,
)
from contracts.domains.financial_billing_claim.v1_1.messages import (
    RESPONDER,
    Identity,
    payload_of,
)
from contracts.domains.financial_billing_claim.v1_1.single_faults import RULE_FAULTS, SCHEMA_FAULTS
from contracts.envelope import envelope
from contracts.errors import UsageError
from contracts.judge import Judgement, judge_payload
from contracts.terms import SWEDISH_TIME
from simulator.client import Raw
from simulator.faults import soap_fault
from simulator.regions import billing_register
from simulator.regions.billing import Given, Numbered, claim_of, credit_of
from simulator.regions.billing_answer_defects import answer_defects
from simulator.regions.billing_defects import DEFECTS
from simulator.regions.buyer import answer
from simulator.regions.claim_resending import DEFAULTS
from simulator.regions.claim_trigger import shown
from simulator.regions.defect import FLAWLESS, Defect
from simulator.regions.directory import REGIONS
from simulator.regions.outbox import Letter
from simulator.regions.seller import Seller
from simulator.regions.sending_wire_defects import sending_wire_defects
from simulator.regions.surroundings import Resending, Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=SWEDISH_TIME)
SELLER = REGIONS["03"]
PATIENT = Identity(root=PERSONAL_NUMBER, extension="191001209814")
COORDINATED = Identity(root=COORDINATION_NUMBER, extension=coordination_number())
AT_ONCE = replace(DEFAULTS, after_fault=0.0, after_silence=0.0, attempts=3)
FORBIDDEN = {
    name: each
    for name, each in DEFECTS.items()
    if name.startswith("breaks-") or each.says.startswith("sends claim specifications that the")
}
SET = {
    name: each
    for name, each in DEFECTS.items()
    if each.resending is not None or each.on_settings is not FLAWLESS.on_settings
}  # how long it waits is told apart by reckoning
TRUSTING = {name for name, each in DEFECTS.items() if each.on_tls is not FLAWLESS.on_tls}
READING = {each.name for each in answer_defects()} - TRUSTING - SET.keys()
ON_THE_WIRE = {each.name for each in sending_wire_defects()}  # see tests/features/plattform
HOLDS_UP = "queues-all-regions-together"
OTHERS = [
    name
    for name in DEFECTS
    if name not in FORBIDDEN | SET and name not in {HOLDS_UP, *ON_THE_WIRE, *READING, *TRUSTING}
]
PATIENCE = 30.0

OK = answer("OK").body
FAULT = soap_fault("broken", detail="", blames="Server")


def _raw(body: bytes, *, status: int = 200, **headers: str) -> Raw:
    return Raw(status=status, headers=headers, body=body)


ANSWERS = {
    "ERROR": _raw(answer("ERROR").body),
    "FAULT": _raw(FAULT, status=500),
    "LANGUAGE": _raw(FAULT.replace(b"<faultstring", b'<faultstring xml:lang="sv"'), status=500),
    "PREFIX": _raw(
        OK.replace(b"<resultCode", b"<z:resultCode")
        .replace(b"</resultCode", b"</z:resultCode")
        .replace(b" xmlns=", b" xmlns:z=", 1)
        .replace(b"ProcessClaimSpecificationResponse", b"z:ProcessClaimSpecificationResponse")
    ),
    "COMMENT": _raw(OK.replace(b"OK<", b"O<!-- or not? -->K<")),
    "CDATA": _raw(OK.replace(b"OK<", b"<![CDATA[OK]]><")),
    "BOM": _raw(codecs.BOM_UTF8 + OK),
    "RENAMED": _raw(OK.replace(b"soapenv:", b"s:").replace(b":soapenv=", b":s=")),
    "DEFAULT": _raw(OK.replace(b"soapenv:", b"").replace(b":soapenv=", b"=")),
    "UNDECLARED": _raw(OK[OK.index(b"?>") + 2 :].lstrip()),
    "UNTOLD": _raw(b'<?xml version="1.0"?>' + OK[OK.index(b"?>") + 2 :].lstrip()),
    "CHUNKS": _raw(OK, **{"transfer-encoding": "chunked"}),
    "HEADER": _raw(
        envelope(etree.fromstring(OK)[-1][0], headers=[etree.Element("{urn:x}unknown")])
    ),
    "PAGE": _raw(b"<html>OK</html>"),
    "TROUBLE": _raw(b"", status=503),
}
"""By the word that a note begins with: how a producer answers it."""


def given(note: str, **values: Any) -> Given:
    """Give care to bill; the producer answers what the note says."""
    return Given(
        **{
            "home": "01",
            "kind": "öppen vård",
            "patient": PATIENT,
            "price": Decimal("1450.50"),
            "visit": date(2026, 11, 2),
            "note": f"{note} åäö <b>&</b> 😀",
        }
        | values
    )


@dataclass(kw_only=True)
class Producers:
    """Every region as a producer, and what comes to each, by its logical address."""

    came: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    hold: threading.Event | None = None
    base_url: str = "http://everyone"

    def send(
        self, _method: str, _path: str, *, headers: Mapping[str, str], body: bytes | None = None
    ) -> Raw:
        """Take a message, and answer what its note says."""
        assert headers["SOAPAction"]
        assert body is not None
        found = re.search(rb"LogicalAdd?ress[^>]*>([^<]*)<", body)
        self.came[found[1].decode() if found else "nowhere"].append(body)
        if b">HOLD" in body and self.hold is not None:
            self.hold.wait(PATIENCE)
        if b">SILENCE" in body:
            raise ConnectionError
        for said, raw in ANSWERS.items():
            if f">{said} ".encode() in body:
                return raw
        return Raw(status=200, headers={}, body=OK)


@dataclass(frozen=True, kw_only=True)
class Day:
    """What came of a day's work: the messages by address, the screen by id, the corrections."""

    came: Mapping[str, list[bytes]]
    shown: list[dict[str, Any]]
    corrected: list[str]


def a_day(defect: Defect) -> Day:
    """Work for a day at a system with a defect."""
    producers = Producers()
    around = Surroundings(clock=lambda: NOW, transport=lambda _url, _patience: producers)
    corrected = []
    with closing(Seller(SELLER, defect=defect, surroundings=around)) as system:
        system.resend_by(AT_ONCE)
        around.lead_to("", instance_id="")
        bills = [
            given("OK"),
            given("OK", kind="sluten vård", discharge=date(2026, 11, 6)),
            given("OK", kind="sluten vård", discharge=date(2026, 11, 1)),
            given("OK", patient=COORDINATED),
            given("ERROR", home="12"),
            given("FAULT", home="13"),
            given("SILENCE", home="14"),
            *(given(said) for said in (ANSWERS if defect.name in READING else ())),
        ]
        if not defect.divides:
            bills.append(given("OK" + "x" * 300_000, lines=20))
        ids = [claim_id for each in bills for claim_id in system.bill(each)]
        assert system.wait(PATIENCE)
        for wrong in (ids[0], ids[4]):
            try:
                made = system.correct(wrong, Decimal("1300"), "3")
            except UsageError as error:
                corrected.append(error.what)
            else:
                corrected.append(f"{made.credit_id} {made.claim_id}")
                ids += [made.claim_id, *([made.credit_id] if made.credit_id else [])]
        assert system.wait(PATIENCE)
        found = [system.find(claim_id) for claim_id in ids]
        return Day(
            came={address: sorted(messages) for address, messages in producers.came.items()},
            shown=[defect.on_shown(shown(each)) for each in found if each is not None],
            corrected=corrected,
        )


@pytest.fixture(scope="module", autouse=True)
def _from_one_number() -> Iterator[None]:
    """Begin every series of numbers with the same one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(billing_register.secrets, "randbelow", lambda _below: 123_454)
        yield


@pytest.fixture(scope="module")
def right_day() -> Day:
    """Give the day of the system without a defect."""
    return a_day(FLAWLESS)


def test_two_right_days_are_the_same(right_day: Day) -> None:
    """So what differs below differs for its defect; nothing but the ids of letters is chance."""
    assert a_day(FLAWLESS) == right_day
    assert {len(right_day.came[REGIONS[home].logical_address]) for home in ("13", "14")} == {3}
    assert [each["state"] for each in right_day.shown[:7]] == [
        "accepted", "accepted", "stopped", "accepted", "refused", "given_up", "given_up",
    ]  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_defect_shows_in_a_day_s_work(right_day: Day, name: str) -> None:
    """On the wire, or on the screen."""
    assert a_day(DEFECTS[name]) != right_day


@pytest.fixture(scope="module")
def read_rightly() -> Day:
    """Give a day on which producers answer in every way."""
    return a_day(replace(FLAWLESS, name=min(READING)))


def test_every_way_of_writing_an_answer_is_read(read_rightly: Day) -> None:
    """Only what is no answer is given up, and only a fault is met with trying again."""
    states = [each["state"] for each in read_rightly.shown[7:-3]]

    assert dict(zip(ANSWERS, states, strict=True)) == dict.fromkeys(ANSWERS, "accepted") | {
        "ERROR": "refused",
        **dict.fromkeys(("FAULT", "LANGUAGE", "PAGE", "TROUBLE"), "given_up"),
    }


@pytest.mark.parametrize("name", sorted(READING))
def test_defect_shows_when_answers_are_read(read_rightly: Day, name: str) -> None:
    """On the wire, or on the screen."""
    assert a_day(DEFECTS[name]) != read_rightly


# --- What schema and rules forbid ---


def letters(defect: Defect) -> Iterator[Letter]:
    """Give a letter of each kind that the defect is put into: visits, stays, and a credit."""
    visit = given("OK")
    stay = given("OK", kind="sluten vård", discharge=date(2026, 11, 6))
    for number, each in enumerate((visit, stay, visit)):
        named = Numbered(id=f"ZVF{SELLER.organisation_number}261100000{number}")
        claim = claim_of(each, defect.on_claim_id(named), SELLER, NOW)
        if number == 2:
            claim = credit_of(claim, defect.on_claim_id(replace(named, is_credit=True)), "1", NOW)
        letter = Letter(contract=RESPONDER, logical_address="x", payload=payload_of(claim))
        yield from defect.on_sending(letter)


def judged(defect: Defect) -> list[Judgement]:
    """Judge the letters of a defect."""
    return [judge_payload(each.payload, at=NOW) for each in letters(defect)]


def test_every_fault_there_is_a_table_of_is_some_seller_s() -> None:
    """And every rule of the catalogue."""
    domain = bundled().domain("financial:billing:claim", "1.1")
    rules = {name for name in domain.requirements if re.fullmatch(r"FBC-R\d+", name)}

    assert len(FORBIDDEN) == len(RULE_FAULTS) + len(SCHEMA_FAULTS)
    assert rules <= {each.breaks for each in FORBIDDEN.values()}
    assert all(each.accepted for each in judged(FLAWLESS))


@pytest.mark.parametrize("name", [name for name in FORBIDDEN if name.startswith("breaks-")])
def test_rule_is_broken_alone(name: str) -> None:
    """In each message that the fault can be made in, and the others are as they should be."""
    rule = DEFECTS[name].breaks.removeprefix("FBC-")
    found = {each.failed_rules for each in judged(DEFECTS[name])}

    assert (rule,) in found
    assert found <= {(rule,), ()}


@pytest.mark.parametrize("name", [name for name in FORBIDDEN if not name.startswith("breaks-")])
def test_schema_forbids(name: str) -> None:
    """Every message of a system that does not write what the schema says."""
    assert not any(each.schema_valid for each in judged(DEFECTS[name]))


# --- Sending again ---


def pauses(rule: Resending) -> tuple[float, ...]:
    """Give how long it is waited after each attempt, and at last for how long for an answer."""
    tries = range(1, min(rule.attempts, 10))
    after = [rule.pause(attempt, is_silent=silent) for silent in (True, False) for attempt in tries]
    return (*after, rule.attempts, rule.patience)


@pytest.mark.parametrize("name", SET)
def test_defect_shows_in_when_it_is_sent_again(name: str) -> None:
    """As the system is delivered, or as it is set."""
    defect, asked = DEFECTS[name], replace(DEFAULTS, after_fault=0.3, after_silence=0.3, attempts=3,
                                           patience=0.7)  # fmt: skip
    said = defect.resending or DEFAULTS
    delivered = defect.on_settings(said, said)
    done = defect.on_settings(asked, delivered)

    assert (pauses(delivered), pauses(done)) != (pauses(DEFAULTS), pauses(asked))


@pytest.mark.parametrize(("name", "reached"), [("", True), (HOLDS_UP, False)])
def test_a_region_that_hangs_holds_up_no_other(name: str, *, reached: bool) -> None:
    """Unless the system has one queue for all."""
    producers = Producers(hold=threading.Event())
    defect = DEFECTS[name] if name else FLAWLESS
    around = Surroundings(transport=lambda _url, _patience: producers)
    with closing(Seller(SELLER, defect=defect, surroundings=around)) as system:
        around.lead_to("", instance_id="")
        system.bill(given("HOLD", home="13"))
        (second,) = system.bill(given("OK", home="14"))
        came = threading.Event()
        for _ in range(20 if not reached else 2_000):
            found = system.find(second)
            if found is not None and found.attempts:
                came.set()
                break
            came.wait(0.01)
        assert producers.hold is not None
        producers.hold.set()

        assert came.is_set() is reached
        assert system.wait(PATIENCE)
