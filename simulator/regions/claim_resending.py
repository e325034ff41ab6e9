"""When a claim specification is sent again, by how the attempt to send it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.domains.financial_billing_claim.v1_1.messages import RESPONDER
from simulator.regions.outbox import ANSWERED, Ending
from simulator.regions.surroundings import Resending

if TYPE_CHECKING:
    from lxml import etree

    from simulator.client import Answer

__all__ = ["DEFAULTS", "UNREADABLE", "ending_of", "result_in"]

UNREADABLE = "an answer that is none of the contract's"
"""Why a claim specification is given up that was answered by something else."""

DEFAULTS = Resending(
    after_fault=5.0, after_silence=5.0, after_no_connection=None, patience=29.0, factor=2.0
)
"""When a claim specification is sent again, where nobody has set anything else.

Source: TKB financial:billing:claim 1.1, resending: 5000 ms, which back-off makes longer. The answer
        is waited for nearly twice the 15 seconds that the largest may take.
"""


def ending_of(answer: Answer) -> Ending:
    """Tell what an attempt came to: it is sent again after silence and a SOAP fault alone.

    Source: TKB financial:billing:claim 1.1, resending.
    """
    if answer.status is None:
        return Ending(outcome=answer.problem or "no answer", is_sent_again=True)
    if answer.fault is not None:
        return Ending(outcome=f"SOAP fault: {answer.fault.text}", is_sent_again=True)
    code, _ = result_in(answer)
    return Ending(outcome=ANSWERED if code else UNREADABLE)


def result_in(answer: Answer) -> tuple[str, str]:
    """Read result code and comment; an empty code where the answer is none of the contract's."""
    if answer.root is None:
        return "", ""
    found = answer.root.find(f".//{{{RESPONDER}}}ProcessClaimSpecificationResponse")
    if found is None:
        return "", ""
    code, comment = (
        _text(found.find(f"{{{RESPONDER}}}{name}")) for name in ("resultCode", "comment")
    )
    return code, comment


def _text(element: etree._Element | None) -> str:
    """Give the whole text of an element, also around a comment within it."""
    return "" if element is None else str(element.xpath("string()"))
