"""What of the queue is to be stored next, and how single transactions become one batch. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simulator.engagement_index.engagements import Transaction, key_of

__all__ = ["Batch", "Pace", "Waiting", "merged", "next_batch"]

_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long the index takes from its answer to what is stored.

    Shape:  everything waits for ``delay``; a single transaction also until ``most`` have gathered,
            or ``idle`` has gone without another one.
    Units:  seconds.
    Source: platform facts, section 6.5.
    """

    delay: float = 0.0
    idle: float = 5.0
    most: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A request in the queue: its number, how it came, and when, in microseconds."""

    number: int
    notified: bool
    collected: bool
    received: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Requests that are stored together: one as it is, or several single ones, merged."""

    numbers: tuple[int, ...]
    notified: bool = False
    collected: bool = False


def next_batch(queue: Sequence[Waiting], pace: Pace, *, at: int) -> Batch | int | None:
    """Give what is to be stored now, else when to look again, or None where nothing waits.

    Shape: ``queue`` is one workspace's, in the order of arrival, which is kept: what is collected
           is stored before a whole request that came after it, however little has gathered.
    """
    delay, idle = round(pace.delay * _MICROSECONDS), round(pace.idle * _MICROSECONDS)
    collected: list[Waiting] = []
    later: int | None = None
    for one in queue:
        if one.received + delay > at:
            later = one.received + delay
            break
        if not one.collected:
            if collected:
                return _together(collected)
            return Batch(numbers=(one.number,), notified=one.notified)
        collected.append(one)
        if len(collected) >= pace.most:
            return _together(collected)
    if not collected:
        return later
    due = collected[-1].received + delay + idle
    if due <= at:
        return _together(collected)
    return due if later is None else min(due, later)


def _together(collected: Iterable[Waiting]) -> Batch:
    return Batch(numbers=tuple(one.number for one in collected), collected=True)


def merged(transactions: Iterable[Transaction], *, owner: str) -> tuple[Transaction, ...]:
    """Give one transaction a key: to delete beats to save, then the newer content wins.

    Shape:  ``owner`` is who owns them all when they are stored. Content without time is never
            newer; of two that are as new the first stays.
    Source: platform facts, section 6.5.
    """
    kept: dict[str, Transaction] = {}
    for one in transactions:
        key = key_of(one.engagement, owner=owner)
        before = kept.get(key)
        if before is None or _beats(one, before):
            kept[key] = one
    return tuple(kept.values())


def _beats(one: Transaction, before: Transaction) -> bool:
    if one.delete or before.delete:
        return one.delete and not before.delete
    return (one.engagement.most_recent or "") > (before.engagement.most_recent or "")
