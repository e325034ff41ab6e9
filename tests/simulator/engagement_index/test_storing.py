"""What is stored of an Update or a ProcessNotification, and what others are told of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from simulator.engagement_index.engagements import Transaction
from simulator.engagement_index.subscribers import Subscriber

Make = Callable[..., Transaction]
FIRST, LATER = "20261122120000", "20261122120100"
EVERYONE = Subscriber(logical_address="SUBSCRIBER")


def test_a_new_record_has_a_time_of_creation(desk: Any, saving: Make, own: str) -> None:
    """By the workspace's clock; of update there is none yet."""
    desk.update(saving(created="20200101000000", updated="20200101000000"))

    (found,) = desk.find()
    assert (found.created, found.updated) == (FIRST, "")
    assert found == saving().engagement._replace(owner=own, created=FIRST)


@pytest.mark.parametrize("direct", [True, False], ids=["among others", "alone"])
def test_a_record_that_is_saved_again_is_overwritten(
    desk: Any, saving: Make, *, direct: bool
) -> None:
    """Also by older content; it keeps its time of creation and gets one of update."""
    others = [saving(interest="another")] if direct else []
    desk.update(saving(), *others)
    desk.now += timedelta(minutes=1)

    desk.update(saving(most_recent="20200101000000"), *others)

    (found,) = desk.find(clinicalProcessInterestId="NA")
    assert (found.most_recent, found.created, found.updated) == ("20200101000000", FIRST, LATER)


def test_content_can_lose_its_time(desk: Any, saving: Make) -> None:
    """A record that is saved without one has none."""
    desk.update(saving())
    desk.update(saving(most_recent=None))

    assert [one.most_recent for one in desk.find()] == [None]


def test_the_index_owns_what_it_is_sent(desk: Any, saving: Make, own: str) -> None:
    """Whatever owner an Update says, and though it says two."""
    desk.update(saving(owner="somebody"), saving(owner="another"))

    assert [one.owner for one in desk.find()] == [own]


def test_a_deleted_record_is_gone(desk: Any, saving: Make, deleting: Make) -> None:
    """And no other with it."""
    desk.update(saving(), saving(interest="another"))

    desk.update(deleting())

    assert [one.interest for one in desk.find()] == ["another"]


def test_what_is_not_there_can_be_deleted(desk: Any, deleting: Make) -> None:
    """It is no fault."""
    desk.update(deleting())

    assert desk.find() == []


def test_deletes_come_before_saves(desk: Any, saving: Make, deleting: Make) -> None:
    """So of one request, what is saved stays, as a new record."""
    desk.update(saving())
    desk.now += timedelta(minutes=1)

    desk.update(saving(owner="one"), deleting(owner="two"))

    assert [(one.created, one.updated) for one in desk.find()] == [(LATER, "")]


def test_another_index_stays_the_owner(desk: Any, saving: Make) -> None:
    """A notification is stored with the owner it names; there may be one record an owner."""
    desk.notify(saving(owner="remote-owner"), saving(owner="third-owner"))

    assert {one.owner for one in desk.find()} == {"remote-owner", "third-owner"}


def test_what_comes_back_is_dropped(desk: Any, saving: Make, deleting: Make, own: str) -> None:
    """Our own records are not changed by a notification, and the answer is OK."""
    desk.update(saving())

    desk.notify(saving(owner=own, most_recent="20200101000000"), saving(owner=own, interest="2"))
    desk.notify(deleting(owner=own))

    assert desk.find() == [saving().engagement._replace(owner=own, created=FIRST)]


def test_ownership_moves_with_a_notification(desk: Any, saving: Make) -> None:
    """The index's own record of the same engagement goes; others stay."""
    desk.update(saving(), saving(interest="another"))

    desk.notify(saving(owner="remote-owner"))

    assert {(one.interest, one.owner) for one in desk.find()} == {
        ("NA", "remote-owner"),
        ("another", "5565594230"),
    }


def test_ownership_moves_back_with_an_update_beside_the_other(desk: Any, saving: Make) -> None:
    """Rule R5 has no counterpart: both have a record then."""
    desk.notify(saving(owner="remote-owner"))

    desk.update(saving())

    assert {one.owner for one in desk.find()} == {"remote-owner", "5565594230"}


def test_a_notification_deletes_its_owners_record_alone(
    desk: Any, saving: Make, deleting: Make, own: str
) -> None:
    """Nothing has moved."""
    desk.notify(saving(owner="remote-owner"))
    desk.update(saving())

    desk.notify(deleting(owner="remote-owner"))

    assert [one.owner for one in desk.find()] == [own]


def test_subscribers_are_told_of_what_changed(desk: Any, saving: Make, deleting: Make) -> None:
    """New, with other content, or deleted; not of what stayed as it was, or was not there."""
    desk.subscribers = [EVERYONE]
    desk.update(saving(interest="same"), saving(interest="other"), saving(interest="gone"))
    desk.told()

    desk.update(
        saving(interest="same"),
        saving(interest="other", most_recent="20200101000000"),
        deleting(interest="gone"),
        deleting(interest="never there"),
        saving(interest="new"),
    )

    ((name, told),) = desk.told()
    assert name == "SUBSCRIBER"
    assert {(one.engagement.interest, one.delete) for one in told} == {
        ("other", False),
        ("gone", True),
        ("new", False),
    }
    assert {one.engagement.owner for one in told} == {"5565594230"}


def test_nobody_is_told_of_nothing(desk: Any, saving: Make, deleting: Make) -> None:
    """Where nothing changed, there is no notification."""
    desk.update(saving())
    desk.subscribers = [EVERYONE]

    desk.update(saving())
    desk.update(deleting(interest="never there"))

    assert desk.told() == []


def test_what_others_say_is_passed_on(desk: Any, saving: Make, deleting: Make, own: str) -> None:
    """All of it but our own, whether it changes anything here or not."""
    desk.subscribers = [EVERYONE]
    passed = [saving(owner="remote-owner"), deleting(owner="remote-owner", interest="not there")]

    desk.notify(*passed, saving(owner=own, interest="ours"))
    desk.notify(*passed)
    desk.notify(saving(owner=own))

    assert [list(told) for _, told in desk.told()] == [passed, passed]


def test_single_records_are_merged_before_they_are_stored(
    desk: Any, saving: Make, deleting: Make
) -> None:
    """Told while others were waited for, newer content wins, and to delete beats to save."""
    desk.index.take("default", [saving(most_recent="20260102000000")])
    desk.index.take("default", [saving(most_recent="20260101000000")])
    desk.index.take("default", [deleting(interest="2")])
    desk.index.take("default", [saving(interest="2")])

    desk.settle()

    assert [(one.interest, one.most_recent) for one in desk.find()] == [("NA", "20260102000000")]


def test_one_engagement_told_with_different_owners_is_merged_as_one(
    desk: Any, saving: Make
) -> None:
    """The index owns both, so their key is the same."""
    desk.index.take("default", [saving(owner="one", most_recent="20260102000000")])
    desk.index.take("default", [saving(owner="two", most_recent="20260101000000")])

    desk.settle()

    assert [one.most_recent for one in desk.find()] == ["20260102000000"]


def test_each_workspace_has_an_index_of_its_own(desk: Any, saving: Make, deleting: Make) -> None:
    """What is saved, deleted or forgotten in one is not seen in another."""
    desk.update(saving())
    desk.workspace = "another"
    assert desk.find() == []

    desk.update(deleting(), saving(interest="2"))
    desk.index.forget("another")

    assert desk.find() == []
    desk.workspace = "default"
    assert len(desk.find()) == 1


def test_a_thousand_records_are_stored_and_deleted(desk: Any, saving: Make, deleting: Make) -> None:
    """The largest request there is, new, saved again and deleted."""
    names = [str(number) for number in range(1000)]
    desk.update(*(saving(interest=name) for name in names))
    assert {one.interest for one in desk.find()} == set(names)

    desk.update(*(saving(interest=name, most_recent=None) for name in names))
    assert {one.most_recent for one in desk.find()} == {None}

    desk.update(*(deleting(interest=name) for name in names))
    assert desk.find() == []
