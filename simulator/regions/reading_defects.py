"""Parties of Högkostnadsskydd that cannot read an answer which is right in an uncommon way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.regions.defect import Defect
from simulator.regions.misreadings import FAULT, MISREADINGS
from simulator.regions.outbox import ANSWERED, Ending
from simulator.regions.surroundings import Resending

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.client import Answer

__all__ = ["reading_defects"]

_HALF_A_SECOND, _SOON = 0.5, 1.0
_UNREAD = "an answer that cannot be read"


def reading_defects(*, also: frozenset[str], waits: bool) -> tuple[Defect, ...]:
    """Make the defects: what cannot be read is sent again, and a fault taken for an answer.

    Shape: ``waits`` tells that only waiting shows whether an answer was read, as nothing else does
           of a disclosure's.
    """
    return (
        *(
            Defect(
                name=name,
                says=says,
                breaks="FPE-SVAR-LASES",
                also=also,
                in_full=waits or name == FAULT,
                on_ending=_taking_for_none(misread, is_answer=name == FAULT),
            )
            for name, (says, misread) in MISREADINGS.items()
        ),
        Defect(
            name="waits-for-half-a-second",
            says="waits for an answer for half a second",
            breaks="FPE-SVAR-LASES",
            also=also,
            in_full=waits,
            resending=Resending(after_fault=2.0, after_silence=_SOON, patience=_HALF_A_SECOND),
        ),
    )


def _taking_for_none(
    misread: Callable[[Answer], bool], *, is_answer: bool
) -> Callable[[Ending, Answer], Ending]:
    """Send again for what is misread, or take it for the answer."""
    instead = Ending(outcome=ANSWERED) if is_answer else Ending(outcome=_UNREAD, is_sent_again=True)
    return lambda ending, answer: instead if misread(answer) else ending
