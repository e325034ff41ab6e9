"""Known defects of whatever a party sends: its headers, and when it sends again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.regions.defect import Defect
from simulator.regions.letter_flaws import (
    with_another_action,
    with_two_addresses,
    without_quotes,
)
from simulator.regions.surroundings import Resending

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["sending_defects"]


def sending_defects() -> Iterable[Defect]:
    """Make the defects."""
    yield Defect(
        name="never-resends",
        says="gives up when what it sends comes to nothing",
        breaks="FPE-OMSANDNING",
        in_full=True,
        resending=Resending(attempts=1),
    )
    yield Defect(
        name="resends-at-once",
        says="does not wait before it sends again",
        breaks="FPE-OMSANDNING-PAUS",
        in_full=True,
        resending=Resending(after_fault=0.2, after_silence=0.2),
    )
    yield Defect(
        name="addresses-twice",
        says="writes LogicalAddress twice in what it sends",
        breaks="FPE-HEADER",
        on_wire=with_two_addresses,
    )
    yield Defect(
        name="leaves-out-quotes",
        says="writes SOAPAction without quotation marks in what it sends",
        breaks="FPE-SOAPACTION",
        on_wire=without_quotes,
    )
    yield Defect(
        name="leaves-out-action",
        says="writes an empty SOAPAction in what it sends",
        breaks="FPE-SOAPACTION",
        on_wire=with_another_action,
    )
