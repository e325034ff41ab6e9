"""Known defects of what a requester makes of the answers: sums, periods, frikort, what it shows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from contracts.judge import swedish_now
from simulator.regions.defect import Defect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from contracts.domains.financial_patientfees_exemption.v1_0.messages import FeeExemption
    from simulator.regions.disclosed import Answered

__all__ = ["reckoning_defects"]


def reckoning_defects() -> Iterable[Defect]:
    """Make the defects."""
    yield Defect(
        name="counts-one-region",
        says="adds up what the first region discloses alone",
        breaks="FPE-TOLKA-SUMMA",
        on_answers=lambda answers: answers[:1],
    )
    yield Defect(
        name="adds-refunds",
        says="adds repaid fees to the sum",
        breaks="FPE-TOLKA-SUMMA",
        on_answers=_each_held(_without_signs),
    )
    yield Defect(
        name="trusts-its-own-cards-alone",
        says="shows no frikort that another region has issued",
        breaks="FPE-TOLKA-FRIKORT",
        on_shown=lambda shown: {**shown, "frikort": None},
    )
    yield Defect(
        name="adds-up-twelve-months",
        says="adds up twelve months back, whatever period has ended",
        breaks="FPE-TOLKA-PERIOD",
        on_answers=_each_held(_without_ended_cards),
    )
    yield Defect(
        name="shows-no-visits",
        says="shows the sum without the visits behind it",
        breaks="FPE-TOLKA-VISA",
        on_shown=lambda shown: {**shown, "visits": []},
    )
    yield Defect(
        name="shows-the-ceiling-as-rest",
        says="shows the whole ceiling as what remains",
        breaks="FPE-TOLKA-VISA",
        on_shown=lambda shown: {**shown, "remains": shown["ceiling"]},
    )
    yield Defect(
        name="hides-missing-sources",
        says="does not show which sources could not be reached",
        breaks="FPE-STATUS-HEADER",
        on_shown=_without_missing,
    )


def _each_held(
    change: Callable[[FeeExemption], FeeExemption],
) -> Callable[[tuple[Answered, ...]], tuple[Answered, ...]]:
    def hook(answers: tuple[Answered, ...]) -> tuple[Answered, ...]:
        return tuple(
            replace(answer, held=tuple(change(held) for held in answer.held)) for answer in answers
        )

    return hook


def _without_signs(held: FeeExemption) -> FeeExemption:
    return replace(
        held,
        transactions=tuple(
            replace(one, fee=None if one.fee is None else abs(one.fee)) for one in held.transactions
        ),
    )


def _without_ended_cards(held: FeeExemption) -> FeeExemption:
    today = swedish_now().date()
    return replace(held, exemptions=tuple(card for card in held.exemptions if card.ends >= today))


def _without_missing(shown: dict[str, Any]) -> dict[str, Any]:
    return {**shown, "missing": []}
