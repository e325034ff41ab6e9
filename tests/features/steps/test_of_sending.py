"""The steps on what any party sends: header, SOAPAction, schema, and sending once more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import Inquiry, valid
from contracts.envelope import envelope
from contracts.judge import swedish_now
from contracts.terms import HsaId, LogicalAddress
from features.hogkostnadsskydd.around import REQUEST
from features.hogkostnadsskydd.steps import resending, secured, sending
from features.hogkostnadsskydd.waits import Wait
from features.inbox import Arrived
from simulator.client import Answer
from simulator.connections import Handshake
from simulator.regions.directory import REGIONS
from simulator.regions.requester import answer as requester_answer

INQUIRY = Inquiry(
    reply_to=LogicalAddress(REGIONS["03"].hsa_id),
    region=HsaId(REGIONS["01"].hsa_id),
    today=swedish_now().date(),
    request_id="7f0c0f8e-6d4e-4c55-9a43-0d6a5a7f2b10",
)
ACTION = {"SOAPAction": f'"{REQUEST.soap_action}"'}
PAIR = "FPE-PAR"


def a_request(kind: str = "begäran från invånare") -> etree._Element:
    return valid(kind, INQUIRY)


def without_patient() -> etree._Element:
    """Make a request that the schema forbids."""
    payload = a_request()
    found = payload.find("{*}patientId")
    assert found is not None
    payload.remove(found)
    return payload


def addressed(*addresses: str) -> bytes:
    """Write a request with as many addresses."""
    whole = envelope(a_request(), logical_address="5565594230")
    begin, end = whole.index(b"5565594230"), whole.index(b"5565594230") + len("5565594230")
    opened, closed = whole.rindex(b"<", 0, begin), whole.index(b">", end) + 1
    one = whole[opened:begin], whole[end:closed]
    header = b"".join(one[0] + address.encode() + one[1] for address in addresses)
    return whole[:opened] + header + whole[closed:]


# The form of what is sent ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("addresses", "broken"),
    [
        pytest.param(["5565594230"], [], id="one"),
        pytest.param([], ["FPE-HEADER"], id="none"),
        pytest.param(["5565594230", "5565594230"], ["FPE-HEADER"], id="two"),
        pytest.param([""], ["FPE-HEADER"], id="empty"),
        pytest.param([" 5565594230"], ["FPE-HEADER"], id="with white space"),
    ],
)
def test_logical_address_stands_once(
    requester: Any, addresses: list[str], broken: list[str]
) -> None:
    """Not twice, not empty, and as it is."""
    requester.sends(a_request(), message=addressed(*addresses))

    found = requester.deviations(sending.each_is_addressed_once, requirement="FPE-HEADER")

    assert found == broken


@pytest.mark.parametrize(
    ("step", "requirement"),
    [(sending.each_has_its_action, "FPE-SOAPACTION"), (sending.each_is_valid, "FPE-FORMAT-SCHEMA")],
)
def test_each_message_is_looked_at(
    requester: Any, step: Callable[..., None], requirement: str
) -> None:
    """A wrong one behind a right one is found; where nothing was sent, that is what deviates."""
    assert requester.deviations(step, requirement=requirement) == [PAIR]
    requester.sends(a_request(), headers=ACTION)
    assert requester.deviations(step, requirement=requirement) == []

    requester.sends(without_patient(), headers={"SOAPAction": "urn:another"})

    assert requester.deviations(step, requirement=requirement) == [requirement]


# Sending once more -------------------------------------------------------------------------------


RESIDENT, STAFF = "begäran från invånare", "begäran från vårdgivare"
AGAIN, PAUSE, NEVER = "FPE-OMSANDNING", "FPE-OMSANDNING-PAUS", "FPE-OMSANDNING-ALDRIG"


def attempts(
    requester: Any, *kinds: str, pause: float = 0.0, receivers: tuple[str, ...] = ("", "")
) -> list[Arrived]:
    """Give requests as they came, each a pause after the other."""
    at: datetime = swedish_now()
    for kind, receiver in zip(kinds, receivers, strict=False):
        requester.sends(a_request(kind), at=at, receiver=receiver)
        at += timedelta(seconds=pause)
    return requester.bench.inbox.found(lambda _one: True)


@pytest.mark.parametrize(
    ("kinds", "broken"),
    [
        pytest.param([RESIDENT, RESIDENT], [], id="the same"),
        pytest.param([RESIDENT], [AGAIN], id="not again"),
        pytest.param([], [AGAIN], id="not at all"),
        pytest.param([RESIDENT, STAFF], [AGAIN], id="another"),
    ],
)
def test_same_message_is_sent_again(requester: Any, kinds: list[str], broken: list[str]) -> None:
    """Unchanged, after a failure."""
    came = attempts(requester, *kinds)

    found = requester.deviations(resending.it_is_sent_again, attempts=came, requirement=AGAIN)

    assert found == broken


def test_message_is_sent_again_to_the_same_address(requester: Any) -> None:
    """Another address makes another message."""
    came = attempts(requester, RESIDENT, RESIDENT, receivers=("", "01"))

    found = requester.deviations(resending.it_is_sent_again, attempts=came, requirement=AGAIN)

    assert found == [AGAIN]


@pytest.mark.parametrize(("pause", "broken"), [(300.0, []), (200.0, [PAUSE])])
def test_pause_is_kept(requester: Any, pause: float, broken: list[str]) -> None:
    """A tenth of it may be missing, since clocks differ; a third may not."""
    came = attempts(requester, RESIDENT, RESIDENT, pause=pause)

    found = requester.deviations(
        resending.it_waits_between, attempts=came, pause=300.0, requirement=PAUSE
    )

    assert found == broken


@pytest.mark.parametrize(("times", "broken"), [(1, []), (2, [NEVER])])
def test_what_was_answered_is_not_sent_again(requester: Any, times: int, broken: list[str]) -> None:
    """Once is enough."""
    came = attempts(requester, *[RESIDENT] * times)

    found = requester.deviations(resending.it_is_not_sent_again, attempts=came, requirement=NEVER)

    assert found == broken


@pytest.mark.parametrize(("code", "broken"), [("OK", []), ("ERROR", ["FPE-UTLAMNANDE-SVAR"])])
def test_what_makes_the_system_send_must_be_taken(
    requester: Any, an_answer: Callable[..., Answer], code: str, broken: list[str]
) -> None:
    """What began before the scenario is judged in it."""
    answer = an_answer(requester_answer(code).body)
    begun = Wait(how="med VP009", patient=INQUIRY.patient, after=0, answers=[answer])
    early = SimpleNamespace(take=lambda _how, _acting: begun)

    found = requester.deviations(
        resending.a_first_attempt_is_answered, early=early, acting=None, how="med VP009"
    )

    assert found == broken


# Certificates ------------------------------------------------------------------------------------


def listener(*handshakes: Handshake) -> Any:
    return SimpleNamespace(
        server=SimpleNamespace(handshakes=SimpleNamespace(all=lambda: handshakes))
    )


@pytest.mark.parametrize(
    ("sender", "known_by", "broken"),
    [
        pytest.param("", "", ["FPE-TLS"], id="nothing came"),
        pytest.param("its own", "client certificate", [], id="its own certificate"),
        pytest.param("its own", "default sender", ["FPE-TLS"], id="its word alone"),
        pytest.param("another", "client certificate", ["FPE-TLS"], id="another's certificate"),
    ],
)
def test_a_call_shows_the_certificate_of_the_system(
    requester: Any, sender: str, known_by: str, broken: list[str]
) -> None:
    """Over TLS, whoever it says that it is."""
    own = requester.bench.target.hsa_id
    if sender:
        who = own if sender == "its own" else "SE2321000016-ANNAN"
        requester.sends(a_request(), sender=who, known_by=known_by)
    refused = Handshake(at=swedish_now(), peer="127.0.0.1", problem="TLSV1_ALERT_UNKNOWN_CA")

    found = requester.deviations(
        secured.it_presents_its_certificate, secured=listener(refused), requirement="FPE-TLS"
    )

    assert found == broken
