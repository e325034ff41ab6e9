"""What the pages make of how a region's system says that a person stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from contracts.domains.financial_patientfees_exemption.v1_0.messages import ActorType, Identity
from simulator.pages.figures import Answer, Lacking
from simulator.pages.simulated import SimulatedAsking
from simulator.regions.defect import FLAWLESS
from simulator.regions.inquiries import Inquiry, Source
from simulator.regions.patient_fees import Standing
from simulator.regions.protection import Protection
from simulator.regions.requester import Requester

SOMEBODY = Identity(root="1.2.3", extension="4")
NOTHING = Protection(at=date(2026, 6, 1), ceiling=Decimal(1450))


@dataclass
class FixedFees:
    """A region's fees, of which only one standing is known."""

    found: Standing
    defect: Any = FLAWLESS

    def standing(self, _identity: Identity, *, inquiry_id: str) -> Standing:
        """Give what stands still."""
        assert inquiry_id == "request"
        return self.found


def told(standing: Standing) -> Answer:
    """Give what the pages are told of a standing."""
    fees: Any = FixedFees(standing)
    return SimulatedAsking({("03", "disclosure"): Requester(fees)}).answer(
        "03", SOMEBODY, "request"
    )


def an_inquiry(*sources: Source, outcome: str = "answered") -> Inquiry:
    """Make a question that has been asked."""
    return Inquiry(
        id="request", actor=ActorType.CITIZEN, patient=SOMEBODY, sources=sources, outcome=outcome
    )


def test_source_that_was_reached_and_is_silent_is_waited_for() -> None:
    """Who has answered lacks no more; who was not reached will not answer."""
    reached, silent = (Source(name=name, reached=True) for name in ("03", "14"))
    down = Source(name="05", reached=False, problem="VP009")
    answer = told(
        Standing(
            protection=NOTHING,
            inquiry=an_inquiry(reached, silent, down),
            answered=("03",),
            awaited=("14",),
            missing=("05",),
        )
    )

    assert answer.waits
    assert answer.lacking == (
        Lacking(source="14", reached=True),
        Lacking(source="05", reached=False, problem="VP009"),
    )


def test_nothing_is_waited_for_when_the_rest_cannot_answer() -> None:
    """The page then stands still."""
    down = Source(name="05", reached=False)
    assert not told(Standing(protection=NOTHING, inquiry=an_inquiry(down), missing=("05",))).waits


def test_question_that_is_not_yet_taken_is_waited_for() -> None:
    """Nobody knows yet whom it goes to."""
    assert told(Standing(protection=NOTHING, inquiry=an_inquiry(outcome=""))).waits


def test_question_that_came_to_nothing_is_not_waited_for() -> None:
    """It says why."""
    answer = told(Standing(protection=NOTHING, inquiry=an_inquiry(outcome="VP004")))

    assert (answer.failed, answer.waits, answer.outcome) == (True, False, "VP004")
