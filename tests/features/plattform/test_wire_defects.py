"""The known defects of the wire: each shows where it should, to the rule of its requirement."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from contracts.domains.financial_billing_claim.v1_1.kinds import Deal, valid
from contracts.envelope import envelope
from contracts.profile import profile
from contracts.wsdl import ServiceContract
from features.plattform.of_answers import OF_ANSWERS
from features.plattform.of_requests import OF_REQUESTS
from features.plattform.rewritten import REWRITTEN
from features.plattform.rules import judged_by
from features.plattform.seen import Seen
from features.plattform.ways import SENT, WRITTEN
from features.suites import suites
from simulator.regions.buyer import Buyer
from simulator.regions.defect import FLAWLESS, Defect
from simulator.regions.ledger import Ledger
from simulator.regions.outbox import Wire
from simulator.regions.sending_wire_defects import sending_wire_defects
from simulator.regions.system import regions_app
from simulator.regions.wire_defects import answering_wire_defects

XML = {"Content-Type": "text/xml; charset=UTF-8"}
ANSWERING = {defect.name: defect for defect in answering_wire_defects()}
SENDING = {defect.name: defect for defect in sending_wire_defects()}
ALSO = {
    "answers-in-parts": {"RIV-R9703"},
    "answers-without-namespace": {"RIV-R2712"},
    "sends-in-parts": {"RIV-R9703"},
    "sends-without-namespace": {"RIV-R2712"},
}
"""What cannot be broken alone."""
TAKEN = {
    "refuses-byte-order-mark": ("UTF-8 med byte order mark", "som vanligt"),
    "wants-declaration": ("UTF-8 utan XML-deklaration", "som vanligt"),
    "wants-encoding-declared": ("UTF-8 med en XML-deklaration utan encoding", "som vanligt"),
    "wants-encoding-in-capitals": ("UTF-8 med en XML-deklaration i gemener", "som vanligt"),
    "refuses-cdata": ("CDATA", "som vanligt"),
    "looks-for-its-prefix": ("andra prefix", "som vanligt"),
    "refuses-unknown-headers": ("UTF-8", "med okända huvuden x-rivta-*"),
    "refuses-to-act-for-others": ("UTF-8", "med x-rivta-acting-on-behalf-of-hsaid"),
    "compares-content-type": ("UTF-8", "med charset i gemener och citattecken"),
    "wants-cookie": ("UTF-8", "som vanligt"),
}
"""What a right system takes, and this one does not: how it is written, and how it is sent."""
REFUSED = {"takes-doctype": ("en DTD och en entitet", "som vanligt")}
"""What a right system refuses, and this one takes."""
ANEW = "answers-get"


@pytest.fixture
def system() -> Iterator[Callable[[Defect], FlaskClient]]:
    """Make a buying region's system with a defect, to be called over HTTP."""
    made: list[Buyer] = []

    def start(defect: Defect) -> FlaskClient:
        made.append(Buyer(Ledger("03"), defect=defect))
        app: Flask = regions_app({("03", "claim"): made[-1]})
        return app.test_client()

    yield start
    for each in made:
        each.close()


@pytest.fixture
def message(deal: Deal) -> bytes:
    """A valid claim specification."""
    return envelope(valid("öppen vård", deal), logical_address="2321000024")


def sent(client: FlaskClient, message: bytes, form: str, how: str) -> bool:
    """Send a message in its way, and tell whether it was taken."""
    way = SENT[how]
    body = (WRITTEN[form] if form in WRITTEN else REWRITTEN[form])(message)
    changed = {name: text for name, text in (way.headers or {}).items() if text is not None}
    headers = {**XML, **{name.title(): text for name, text in changed.items()}}
    answer = client.open(
        "/regions/03/claim",
        method=way.method,
        data=body,
        headers=headers,
    )
    return answer.status_code == 200 and b">OK<" in answer.data


def test_every_defect_is_looked_at_here() -> None:
    """A new row needs a place where it shows."""
    assert {*TAKEN, *REFUSED, ANEW} <= set(ANSWERING)
    assert {defect.breaks for defect in (*ANSWERING.values(), *SENDING.values())} <= set(profile())


@pytest.mark.parametrize(
    "name", [name for name in ANSWERING if name not in {*TAKEN, *REFUSED, ANEW}]
)
def test_a_spoilt_answer_breaks_its_requirement(
    system: Callable[[Defect], FlaskClient], contract: ServiceContract, message: bytes, name: str
) -> None:
    """A valid call and an unreadable one show it, and nothing else that is wrong."""
    client, broken = system(ANSWERING[name]), set()
    for body in (message, message[: len(message) // 2]):
        answer = client.post("/regions/03/claim", data=body, headers=XML)
        seen = Seen(
            headers={key.lower(): text for key, text in answer.headers.items()},
            body=answer.data,
            status=answer.status_code,
            elements=frozenset({contract.response}),
        )
        judged = judged_by(OF_ANSWERS, seen)
        broken |= {key for key, found in judged.items() if found and not found.remark}

    assert broken == {ANSWERING[name].breaks} | ALSO.get(name, set())


@pytest.mark.parametrize("name", TAKEN)
def test_what_it_will_not_take_a_right_system_takes(
    system: Callable[[Defect], FlaskClient], message: bytes, name: str
) -> None:
    """The form is legal: only the defect refuses it."""
    assert sent(system(FLAWLESS), message, *TAKEN[name])
    assert not sent(system(ANSWERING[name]), message, *TAKEN[name])


@pytest.mark.parametrize("name", REFUSED)
def test_what_it_takes_a_right_system_refuses(
    system: Callable[[Defect], FlaskClient], message: bytes, name: str
) -> None:
    """The form is illegal: only the defect takes it."""
    assert not sent(system(FLAWLESS), message, *REFUSED[name])
    assert sent(system(ANSWERING[name]), message, *REFUSED[name])


def test_a_get_is_no_call(system: Callable[[Defect], FlaskClient], message: bytes) -> None:
    """A right system has no ear for it; the other repeats its latest answer."""
    for defect, taken in ((FLAWLESS, False), (ANSWERING[ANEW], True)):
        client = system(defect)
        client.post("/regions/03/claim", data=message, headers=XML)

        assert (b">OK<" in client.get("/regions/03/claim", headers=XML).data) is taken


@pytest.mark.parametrize("name", SENDING)
def test_a_spoilt_call_breaks_its_requirement(
    contract: ServiceContract, message: bytes, name: str
) -> None:
    """Nothing else is wrong with what is sent."""
    wire = SENDING[name].on_wire(Wire(message=message, soap_action=f'"{contract.soap_action}"'))
    headers = {**XML, "SOAPAction": wire.soap_action, **wire.headers}
    seen = Seen(
        headers={key.lower(): text for key, text in headers.items() if text},
        body=wire.message,
        method=wire.method,
        elements=frozenset({contract.request}),
        soap_action=contract.soap_action,
    )
    judged = judged_by(OF_REQUESTS, seen)

    broken = {key for key, found in judged.items() if found and not found.remark}
    assert broken == {SENDING[name].breaks} | ALSO.get(name, set())


def test_every_suite_that_is_called_has_the_defects_of_answers() -> None:
    """Whatever the contract, an answer can be spoilt in the same ways."""
    for suite in suites():
        if suite.part.called:
            assert set(ANSWERING) <= set(suite.part.defects), suite.name
