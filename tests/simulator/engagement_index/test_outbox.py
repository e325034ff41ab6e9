"""Notifications leave in order, are tried again, and are parked in the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.addressing.rows import Filter
from simulator.engagement_index.engagements import Transaction
from simulator.engagement_index.subscribers import Subscriber

Make = Callable[..., Transaction]


def interests(transactions: tuple[Transaction, ...]) -> list[str]:
    return [one.engagement.interest for one in transactions]


def test_each_subscriber_is_told_in_order(desk: Any, saving: Make) -> None:
    """One at a time, and only what is meant for it."""
    desk.subscribers = [
        Subscriber(logical_address="ALL"),
        Subscriber(logical_address="SOME", filters=(Filter.of("riv:b"),)),
    ]
    desk.update(saving(interest="1"))
    desk.update(saving(interest="2"), saving(interest="b", service_domain="riv:b"))

    first = desk.index.outbox.take_due()
    assert {(one.subscriber, *interests(one.transactions)) for one in first} == {
        ("ALL", "1"),
        ("SOME", "b"),
    }
    assert desk.index.outbox.take_due() == []  # the next waits for its predecessor
    for one in first:
        desk.index.outbox.sent(one.number)
    (second,) = desk.index.outbox.take_due()
    assert sorted(interests(second.transactions)) == ["2", "b"]


def test_what_was_taken_out_is_there_again_when_its_process_ended(
    a_desk: Callable[..., Any], saving: Make
) -> None:
    """After the lease, not before."""
    for lease, expected in ((60.0, 0), (0.0, 1)):
        desk = a_desk(lease=lease)
        desk.subscribers = [Subscriber(logical_address=f"A {lease}")]
        desk.update(saving(interest=str(lease)))
        assert len(desk.index.outbox.take_due()) == 1

        again = [one for one in desk.index.outbox.take_due() if one.subscriber == f"A {lease}"]

        assert len(again) == expected


def test_what_fails_is_tried_again_and_parked(desk: Any, saving: Make) -> None:
    """After two retries; those behind it go on then, and it is told what went wrong."""
    desk.subscribers = [Subscriber(logical_address="A")]
    desk.update(saving(interest="1"))
    desk.update(saving(interest="2"))

    for _ in range(3):
        (one,) = desk.index.outbox.take_due()
        assert interests(one.transactions) == ["1"]
        desk.index.outbox.failed(one, "HTTP 500: VP009")

    (told,) = desk.index.outbox.queues("default").values()
    assert told == {"waiting": 1, "parked": 1, "problem": "HTTP 500: VP009"}
    assert desk.index.sizes("default") | {"engagements": 0} == {
        "engagements": 0, "waiting": 0, "to send": 1, "parked": 1,
    }  # fmt: skip
    (two,) = desk.index.outbox.take_due()
    assert interests(two.transactions) == ["2"]


def test_a_retry_waits(a_desk: Callable[..., Any], saving: Make) -> None:
    """And those behind it with it."""
    desk = a_desk(retry_delay=3600.0)
    desk.subscribers = [Subscriber(logical_address="A")]
    desk.update(saving(interest="1"))
    desk.update(saving(interest="2"))
    (one,) = desk.index.outbox.take_due()

    desk.index.outbox.failed(one, "HTTP 500")

    assert desk.index.outbox.take_due() == []
    assert 3500 < desk.index.outbox.next_due() <= 3600


def test_an_empty_outbox_waits_for_nothing(desk: Any) -> None:
    """So nobody wakes up for it."""
    assert desk.index.outbox.next_due() is None
    assert desk.index.outbox.take_due() == []


def test_a_notification_tells_the_story_that_it_belongs_to(desk: Any, saving: Make) -> None:
    """A request's correlation id; records of several stories begin one of their own."""
    desk.subscribers = [Subscriber(logical_address="A")]
    desk.update(saving(interest="1"), saving(interest="2"))
    desk.index.take("default", [saving(interest="3")], correlation_id="one")
    desk.index.take("default", [saving(interest="4")], correlation_id="two")
    desk.settle()

    (one,) = desk.index.outbox.take_due()
    desk.index.outbox.sent(one.number)
    (two,) = desk.index.outbox.take_due()

    assert one.correlation_id == "a story"
    assert two.correlation_id not in ("", "one", "two", "a story")
