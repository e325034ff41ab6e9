"""The steps on what any party sends: header, SOAPAction, schema, and sending once more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import Inquiry, valid
from contracts.envelope import envelope
from contracts.judge import swedish_now
from contracts.terms import HsaId, LogicalAddress
from features.hogkostnadsskydd.around import REQUEST
from features.hogkostnadsskydd.steps import resending, sending
from features.inbox import Wanted
from simulator.regions.directory import REGIONS

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


@pytest.fixture
def own() -> Wanted:
    """Want the requests."""
    return lambda arrived: arrived.payload is not None


def sent(requester: Any, *kinds: str, pause: float = 0.0, receiver: str = "") -> None:
    """Let requests come, each a pause after the other."""
    at: datetime = swedish_now()
    for kind in kinds:
        requester.sends(a_request(kind), at=at, receiver=receiver)
        at += timedelta(seconds=pause)


RESIDENT, STAFF = "begäran från invånare", "begäran från vårdgivare"


@pytest.mark.parametrize(
    ("kinds", "broken"),
    [
        pytest.param([RESIDENT, RESIDENT], [], id="the same"),
        pytest.param([RESIDENT], ["FPE-OMSANDNING"], id="not again"),
        pytest.param([], ["FPE-OMSANDNING"], id="not at all"),
        pytest.param([RESIDENT, STAFF], ["FPE-OMSANDNING"], id="another"),
    ],
)
def test_same_message_is_sent_again(
    requester: Any, own: Wanted, kinds: list[str], broken: list[str]
) -> None:
    """Unchanged, after a failure."""
    sent(requester, *kinds)

    found = requester.deviations(
        resending.it_is_sent_again, own_messages=own, requirement="FPE-OMSANDNING"
    )

    assert found == broken


def test_message_is_sent_again_to_the_same_address(requester: Any, own: Wanted) -> None:
    """Another address makes another message."""
    sent(requester, RESIDENT)
    sent(requester, RESIDENT, receiver="01")

    found = requester.deviations(
        resending.it_is_sent_again, own_messages=own, requirement="FPE-OMSANDNING"
    )

    assert found == ["FPE-OMSANDNING"]


@pytest.mark.parametrize(("pause", "broken"), [(300.0, []), (200.0, ["FPE-OMSANDNING-PAUS"])])
def test_pause_is_kept(requester: Any, own: Wanted, pause: float, broken: list[str]) -> None:
    """A tenth of it may be missing, since clocks differ; a third may not."""
    sent(requester, RESIDENT, RESIDENT, pause=pause)

    found = requester.deviations(
        resending.it_waits_between,
        own_messages=own, pause=300.0, requirement="FPE-OMSANDNING-PAUS",
    )  # fmt: skip

    assert found == broken


@pytest.mark.parametrize(("times", "broken"), [(1, []), (2, ["FPE-OMSANDNING-ALDRIG"])])
def test_what_was_answered_is_not_sent_again(
    requester: Any, own: Wanted, times: int, broken: list[str]
) -> None:
    """Once is enough."""
    sent(requester, *[RESIDENT] * times)

    found = requester.deviations(
        resending.it_is_not_sent_again, own_messages=own, requirement="FPE-OMSANDNING-ALDRIG"
    )

    assert found == broken
