"""What came of one call: its answer, or how it failed in the aggregating platform's codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.envelope import body_of, fault_in, is_envelope
from contracts.errors import MessageError
from contracts.parsing import parse
from simulator.outbound import Answered, Failed, Problem

if TYPE_CHECKING:
    from lxml import etree
__all__ = ["LATE", "Failure", "outcome_of"]

_FAULT, _SILENT, _OTHER = "500", "504", "43000"
_OK = range(200, 300)
_NOT_SENT = "Could not send Message."


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a call gave nothing.

    Source: platform facts, section 5.2 - the second table.
    """

    code: str
    text: str


LATE = Failure(code=_OTHER, text="Unknown error")
"""A source that had not answered when the whole was to be answered."""


def outcome_of(result: Answered | Failed, expected: str) -> etree._Element | Failure:
    """Judge what came back of a call: the ``expected`` element, or why there is none.

    Shape:  what the national platform tells of an exception are Java's own words, which are not
            known; these are ours, in the same places.
    Source: platform facts, section 5.2.
    """
    if isinstance(result, Failed):
        if result.problem is Problem.SILENT:
            return Failure(code=_SILENT, text=f"{_NOT_SENT}, Read timed out")
        return Failure(code=_OTHER, text=f"{_NOT_SENT}, {result.told or result.problem.value}")
    try:
        root = parse(result.body)
        if (fault := fault_in(root)) is not None:
            return Failure(code=_FAULT, text=fault.text)
        answer = body_of(root) if is_envelope(root) else root
    except MessageError as error:
        return Failure(code=_OTHER, text=f"Error reading XMLStreamReader: {error.what}")
    if result.status not in _OK or answer.tag != expected:
        return Failure(code=_OTHER, text=f"{_NOT_SENT}, HTTP {result.status} with no {expected}")
    return answer
