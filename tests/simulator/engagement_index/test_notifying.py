"""A change reaches its subscribers through the platform, authorised and kept in the journal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from lxml import etree

from contracts.envelope import LOGICAL_ADDRESS, body_of, envelope
from contracts.terms import HsaId, LogicalAddress
from simulator.addressing import AddressingCatalogue, Authorisation, Route
from simulator.app import create_app, create_platform
from simulator.client import WsgiTransport
from simulator.disturbances.kinds import Kind
from simulator.engagement_index.engagements import Transaction
from simulator.engagement_index.messages import (
    PROCESS_NOTIFICATION,
    UPDATE,
    asking_to,
    transactions_in,
)
from simulator.engagement_index.notifying import notify
from simulator.engagement_index.outbox import Outgoing
from simulator.exchange import InboundCall, Reply, WireOrder
from simulator.platform import Platform
from simulator.settings import Settings

Make = Callable[..., Transaction]
VP = "VP-HSA-ID"
PATIENCE = 60.0
OK = envelope(
    f'<r:ProcessNotificationResponse xmlns:r="{PROCESS_NOTIFICATION}"><r:ResultCode>OK'
    "</r:ResultCode></r:ProcessNotificationResponse>".encode()
)
FAULT = envelope(
    b'<s:Fault xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><faultcode>s:Server</faultcode>'
    b"<faultstring>Not today</faultstring></s:Fault>"
)


@pytest.fixture
def a_platform() -> Iterator[Callable[..., Platform]]:
    """Give a maker of platforms whose index has one subscriber, at an address."""
    with ExitStack() as opened:

        def build(address: str, **settings: Any) -> Platform:
            to = LogicalAddress("SUBSCRIBER")
            catalogue = AddressingCatalogue(
                routes=[Route(logical_address=to, contract=PROCESS_NOTIFICATION, address=address)],
                authorisations=[
                    Authorisation(
                        consumer=HsaId(VP), contract=PROCESS_NOTIFICATION, logical_address=to
                    )
                ],
            )
            chosen = {
                "platform_id": VP,
                "retry_delay": 0.0,
                "index_retry_delay": 0.01,
                "default_sender": None,
                **settings,
            }
            platform = create_platform(Settings(**chosen), catalogue)
            opened.callback(platform.close)
            return platform

        yield build


def update(platform: Platform, *transactions: Transaction) -> None:
    answer = WsgiTransport(create_app(platform)).send(
        "POST",
        "/skltp-ei/update-service/v1",
        headers={"x-skltp-correlation-id": "a story"},
        body=envelope(asking_to(UPDATE, transactions), logical_address="5565594230"),
    )
    assert answer.status == 200


def until(holds: Callable[[], bool], *, otherwise: str) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, otherwise
        time.sleep(0.01)


def test_a_subscriber_is_told_of_a_change(
    a_platform: Callable[..., Platform], a_peer: Callable[..., Any], saving: Make, deleting: Make
) -> None:
    """As a ProcessNotification that is addressed to it, from the platform, in the same story."""
    peer = a_peer(OK)
    platform = a_platform(peer.address)

    update(platform, saving(interest="1"), saving(interest="2"))
    until(lambda: len(peer.seen) == 1, otherwise="the subscriber was never told")
    update(platform, deleting(interest="1"), saving(interest="2"))
    until(lambda: len(peer.seen) == 2, otherwise="the subscriber was not told again")

    first, second = (etree.fromstring(one.body) for one in peer.seen)
    assert [one.text for one in first.iter(LOGICAL_ADDRESS)] == ["SUBSCRIBER"]
    told = transactions_in(body_of(first))
    assert sorted(one.engagement.interest for one in told) == ["1", "2"]
    assert {one.engagement.owner for one in told} == {"5565594230"}
    assert all(one.engagement.created for one in told)
    (gone,) = transactions_in(body_of(second))
    assert (gone.delete, gone.engagement.interest) == (True, "1")
    assert peer.seen[0].header("x-vp-sender-id") == VP
    assert peer.seen[0].header("x-skltp-correlation-id") == "a story"
    until(lambda: not platform.index.sizes("default")["to send"], otherwise="it is not forgotten")
    kept = platform.journal.find().items
    assert [
        (one.exchange.sender, one.exchange.receiver, one.exchange.decision) for one in kept
    ] == [(VP, "SUBSCRIBER", "forwarded")] * 2


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        pytest.param({"status": "500 No"}, "HTTP 500: VP009", id="an error"),
        pytest.param({"body": FAULT, "status": "500 No"}, "HTTP 500: Not today", id="a fault"),
        pytest.param({"body": FAULT}, "HTTP 200: Not today", id="a fault with 200"),
    ],
)
def test_a_subscriber_that_fails_is_tried_again_and_given_up(
    a_platform: Callable[..., Platform],
    a_peer: Callable[..., Any],
    saving: Make,
    answer: dict[str, Any],
    told: str,
) -> None:
    """After two retries; the problem is told, and the next notification goes out."""
    peer = a_peer(answer.get("body", b"<no/>"), status=answer.get("status", "200 OK"))
    platform = a_platform(peer.address)

    update(platform, saving(interest="1"), saving(interest="2"))
    until(lambda: platform.index.sizes("default")["parked"] == 1, otherwise="it is not parked")

    assert len(peer.seen) == 3
    queue = platform.index.outbox.queues("default")["SUBSCRIBER"]
    assert str(queue["problem"]).startswith(told)
    update(platform, saving(interest="3"), saving(interest="4"))
    until(lambda: len(peer.seen) > 3, otherwise="the next one never went out")


def test_a_silent_subscriber_holds_nobody_up(
    a_platform: Callable[..., Platform], a_peer: Callable[..., Any], saving: Make
) -> None:
    """The index stores on while it waits."""
    peer = a_peer(behave="silent")
    platform = a_platform(peer.address, producer_timeout=PATIENCE)
    update(platform, saving(interest="1"), saving(interest="2"))
    until(lambda: len(peer.seen) == 1, otherwise="the subscriber was never told")

    update(platform, saving(interest="3"), saving(interest="4"))

    until(
        lambda: platform.index.sizes("default")["engagements"] == 4, otherwise="nothing is stored"
    )
    peer.over.set()


def test_a_subscription_that_is_not_authorised_at_call_time_is_refused(
    a_platform: Callable[..., Platform], refused: str, saving: Make
) -> None:
    """The platform treats the index as any consumer; the refusal is what is told."""
    platform = a_platform(refused, index_retries=0)
    platform.arrangements.change(
        "default",
        lambda now: type(now)(
            catalogue=AddressingCatalogue(routes=[], authorisations=now.catalogue.authorisations)  # type: ignore[union-attr]
        ),
    )

    update(platform, saving(interest="1"), saving(interest="2"))
    until(lambda: platform.index.sizes("default")["parked"] == 1, otherwise="it is not parked")

    problem = platform.index.outbox.queues("default")["SUBSCRIBER"]["problem"]
    assert str(problem).startswith("HTTP 500: VP004")


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        ((200, OK), ""),
        ((202, OK), "HTTP 202"),
        ((200, b"<no"), "HTTP 200: "),
        ((200, b""), "HTTP 200: "),
    ],
)
def test_only_an_answer_counts_as_received(
    saving: Make, reply: tuple[int, bytes], problem: str
) -> None:
    """With status 200, and no fault."""
    asked: list[InboundCall] = []

    def call(inbound: InboundCall) -> Reply:
        asked.append(inbound)
        return Reply(status=reply[0], headers={}, body=reply[1])

    outgoing = Outgoing(
        number=1, workspace="one", subscriber="A", attempts=0, correlation_id="a story",
        transactions=(saving(),),
    )  # fmt: skip

    told = notify(outgoing, call, sender=VP, instance="instance")

    assert told.startswith(problem) if problem else told == ""
    (inbound,) = asked
    assert (inbound.workspace, inbound.headers["x-vp-instance-id"]) == ("one", "instance")


def test_an_answer_that_is_cut_off_is_none(saving: Make) -> None:
    """A disturbance of the way back counts for the index as for any consumer."""
    outgoing = Outgoing(
        number=1, workspace="one", subscriber="A", attempts=0, correlation_id="a story",
        transactions=(saving(),),
    )  # fmt: skip
    cut = Reply(status=200, headers={}, body=OK, wire=(WireOrder(kind=str(Kind.RESET_WITHIN)),))
    slow = Reply(status=200, headers={}, body=OK, wire=(WireOrder(kind=str(Kind.SLOW_BODY)),))

    def told(reply: Reply) -> str:
        return notify(outgoing, lambda _call: reply, sender=VP, instance="instance")

    assert told(cut) == "java.net.SocketException"
    assert told(slow) == ""


def test_notifications_reach_another_index(
    a_platform: Callable[..., Platform],
    over_http: Callable[..., Any],
    saving: Make,
) -> None:
    """Which keeps the owner; what it passes on comes back, and is dropped."""
    other = a_platform("http://127.0.0.1:1", index_id="OTHER-INDEX")
    url = over_http(create_app(other)).base_url
    platform = a_platform(f"{url}/skltp-ei/notification-service/v1")

    update(platform, saving(interest="1"), saving(interest="2"))
    until(
        lambda: other.index.sizes("default")["engagements"] == 2, otherwise="nothing was passed on"
    )

    found = other.index.find("default", {"resident": "191001209814"})
    assert {one.owner for one in found} == {"5565594230"}
