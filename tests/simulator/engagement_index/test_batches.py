"""What is stored when, and what of single transactions is left when they are merged."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.engagement_index.batches import Batch, Pace, Waiting, merged, next_batch
from simulator.engagement_index.engagements import Transaction

OWN = "5565594230"
SECOND = 1_000_000
PACE = Pace(delay=0, idle=5, most=3)


def single(number: int, received: float) -> Waiting:
    """Give a single record of an Update, that came at a second."""
    at = round(received * SECOND)
    return Waiting(number=number, notified=False, collected=True, received=at)


def whole(number: int, received: float, *, notified: bool = False) -> Waiting:
    """Give a request that does not wait for others."""
    at = round(received * SECOND)
    return Waiting(number=number, notified=notified, collected=False, received=at)


def next_at(second: float, *queue: Waiting, pace: Pace = PACE) -> Batch | int | None:
    return next_batch(queue, pace, at=round(second * SECOND))


def together(*numbers: int) -> Batch:
    return Batch(numbers=numbers, collected=True)


def test_nothing_waits_for_ever() -> None:
    """An empty queue needs no look."""
    assert next_at(0) is None


def test_a_request_of_several_records_is_stored_at_once() -> None:
    """One request at a time, and it is remembered how it came."""
    assert next_at(0, whole(1, 0), whole(2, 0)) == Batch(numbers=(1,))
    assert next_at(0, whole(1, 0, notified=True)) == Batch(numbers=(1,), notified=True)


def test_a_single_record_waits_until_no_other_comes() -> None:
    """Each new one begins the five seconds anew."""
    assert next_at(4.9, single(1, 0)) == 5 * SECOND
    assert next_at(5, single(1, 0)) == together(1)
    assert next_at(5, single(1, 0), single(2, 4)) == 9 * SECOND
    assert next_at(9, single(1, 0), single(2, 4)) == together(1, 2)


def test_single_records_wait_no_longer_when_enough_have_gathered() -> None:
    """What is beyond that begins to gather anew."""
    queue = [single(number, 0) for number in range(1, 5)]

    assert next_at(0, *queue) == together(1, 2, 3)
    assert next_at(0, *queue[3:]) == 5 * SECOND


def test_the_order_of_arrival_is_kept() -> None:
    """A single record goes before a whole request that came after it, not before an earlier one."""
    assert next_at(0, single(1, 0), whole(2, 0)) == together(1)
    assert next_at(0, whole(1, 0), single(2, 0)) == Batch(numbers=(1,))


def test_everything_waits_for_the_delay() -> None:
    """The setting is the least time between answer and storage."""
    pace = Pace(delay=60, idle=5, most=3)

    assert next_at(59, whole(1, 0), pace=pace) == 60 * SECOND
    assert next_at(60, whole(1, 0), pace=pace) == Batch(numbers=(1,))
    assert next_at(64, single(1, 0), pace=pace) == 65 * SECOND
    assert next_at(65, single(1, 0), pace=pace) == together(1)
    assert next_at(60, single(1, 0), single(2, 0), single(3, 30), pace=pace) == 65 * SECOND
    assert next_at(62, single(1, 0), whole(2, 3), pace=pace) == 63 * SECOND
    assert next_at(60, single(1, 0), whole(2, 9), pace=pace) == 65 * SECOND


Make = Callable[..., Transaction]


def test_records_of_other_keys_are_not_merged(saving: Make, deleting: Make) -> None:
    """They keep their order."""
    several = [saving(), deleting(interest="2"), saving(interest="3")]

    assert merged(several, owner=OWN) == tuple(several)


def test_to_delete_beats_to_save(saving: Make, deleting: Make) -> None:
    """Whichever comes first, and however new the content is."""
    new = saving(most_recent="20991231235959")

    assert merged([new, deleting()], owner=OWN) == (deleting(),)
    assert merged([deleting(), new], owner=OWN) == (deleting(),)


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        pytest.param("20260101000000", "20260102000000", 1, id="newer later"),
        pytest.param("20260102000000", "20260101000000", 0, id="newer first"),
        pytest.param(None, "20260101000000", 1, id="none first"),
        pytest.param("20260101000000", None, 0, id="none later"),
    ],
)
def test_newer_content_wins(saving: Make, first: str | None, second: str | None, kept: int) -> None:
    """No time is never newer."""
    two = [saving(most_recent=first), saving(most_recent=second)]

    assert merged(two, owner=OWN) == (two[kept],)


def test_of_content_that_is_as_new_the_first_stays(saving: Make) -> None:
    """The times that the index sets tell them apart here."""
    two = [saving(created="20200101000000"), saving(created="20210101000000")]

    assert merged(two, owner=OWN) == (two[0],)
