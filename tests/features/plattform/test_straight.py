"""Calls made directly to the tested system: answers are read as those through the platform."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from features.bench import bench_for, reference_system
from features.plattform.straight import Straight
from features.plattform.ways import SENT
from features.suites import suite_for
from simulator.regions.defect import Defect
from simulator.regions.flaws import replacing

if TYPE_CHECKING:
    from simulator.client import Answer

SUITE = suite_for("utomlansfakturering", "producent")
COMMENTED = Defect(
    name="commented", says="writes a comment within its values", breaks="",
    on_reply=replacing(b">OK<", b">O<!-- a comment -->K<"),
)  # fmt: skip


def answers(*defects: Defect) -> Iterable[tuple[bool, Answer]]:
    """Make a usual call to each system, and tell whether its answer takes the message."""
    for defect in defects:
        with reference_system(SUITE, defect=defect) as target, bench_for(target, SUITE) as bench:
            straight = Straight(bench)
            answer = straight.call(straight.envelope(), SENT["som vanligt"])
            yield bench.judge.takes(answer), answer


def test_comments_do_not_break_a_value_in_two() -> None:
    """An answer with a comment within its result code says OK all the same."""
    ((takes, answer),) = answers(COMMENTED)

    assert b"<!-- a comment -->" in answer.body
    assert takes
