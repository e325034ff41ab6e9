"""Known defects of what a requester makes of the answers: sums, periods, frikort, what it shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING, Any

from contracts.judge import swedish_now
from simulator.regions.defect import Defect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from contracts.domains.financial_patientfees_exemption.v1_0.messages import (
        Exemption,
        FeeExemption,
    )
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

    for name, says, breaks, change in _OF_CARDS:
        yield Defect(
            name=name,
            says=says,
            breaks=breaks,
            also=frozenset({"FPE-TOLKA-FRIKORT", "FPE-TOLKA-PERIOD", "FPE-TOLKA-SUMMA"}),
            on_answers=_each_held(_each_card(change)),
        )
    for name, says, breaks, show in _OF_SCREENS:
        yield Defect(
            name=name,
            says=says,
            breaks=breaks,
            also=frozenset({"FPE-TOLKA-*", "FPE-TA-EMOT-*"}),
            on_shown=show,
        )


# A day, a krona or an öre off ---------------------------------------------------------------------


def _each_card(
    change: Callable[[Exemption], Exemption | None],
) -> Callable[[FeeExemption], FeeExemption]:
    def changed(held: FeeExemption) -> FeeExemption:
        return replace(held, exemptions=tuple(filter(None, map(change, held.exemptions))))

    return changed


def _not_on_its_last_day(card: Exemption) -> Exemption | None:
    return None if card.ends == swedish_now().date() else card


def _not_on_its_first_day(card: Exemption) -> Exemption | None:
    return None if card.valid_from == swedish_now().date() else card


_DAY = timedelta(days=1)
_OF_CARDS: tuple[tuple[str, str, str, Callable[[Exemption], Exemption | None]], ...] = (
    ("ends-frikort-on-the-last-day", "does not count the last day of a frikort",
     "FPE-TOLKA-FRIKORT", _not_on_its_last_day),
    ("begins-frikort-after-the-first-day", "does not count the first day of a frikort",
     "FPE-TOLKA-FRIKORT", _not_on_its_first_day),
    ("lets-frikort-last-a-day-more", "counts the day after a frikort as one of its own",
     "FPE-TOLKA-FRIKORT", lambda card: replace(card, ends=card.ends + _DAY)),
    ("lets-frikort-begin-a-day-early", "counts the day before a frikort as one of its own",
     "FPE-TOLKA-FRIKORT", lambda card: replace(card, valid_from=card.valid_from - _DAY)),
    ("ends-periods-a-day-early", "begins the next period on the last day of a frikort",
     "FPE-TOLKA-PERIOD", lambda card: replace(card, ends=card.ends - _DAY)),
)  # fmt: skip
"""Name, what the system does, the requirement, and what it makes of a frikort that it is told."""


def _amount(
    name: str, change: Callable[[Decimal], Decimal]
) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Show an amount otherwise, but for one that is nothing."""

    def show(shown: dict[str, Any]) -> dict[str, Any]:
        right = Decimal(shown[name])
        return {**shown, name: f"{change(right):.2f}"} if right else shown

    return show


def _whole(amount: Decimal) -> Decimal:
    return amount.to_integral_value(ROUND_DOWN)


_OF_SCREENS: tuple[tuple[str, str, str, Callable[[dict[str, Any]], dict[str, Any]]], ...] = (
    ("drops-the-ore-of-sums", "shows sums in whole kronor", "FPE-TOLKA-SUMMA",
     _amount("sum", _whole)),
    ("shows-a-krona-too-much", "shows sums that are a krona too high", "FPE-TOLKA-SUMMA",
     _amount("sum", lambda amount: amount + 1)),
    ("shows-an-ore-too-little", "shows sums that are an öre too low", "FPE-TOLKA-SUMMA",
     _amount("sum", lambda amount: amount - Decimal("0.01"))),
    ("drops-the-ore-of-the-rest", "shows what remains in whole kronor", "FPE-TOLKA-VISA",
     _amount("remains", _whole)),
    ("shows-a-krona-more-to-pay", "shows a krona more than what remains", "FPE-TOLKA-VISA",
     _amount("remains", lambda amount: amount + 1)),
    ("hides-the-latest-visit", "shows all visits but the latest", "FPE-TOLKA-VISA",
     lambda shown: {**shown, "visits": shown["visits"][:-1]}),
    ("shows-a-visit-twice", "shows the latest visit twice", "FPE-TOLKA-VISA",
     lambda shown: {**shown, "visits": [*shown["visits"], *shown["visits"][-1:]]}),
)  # fmt: skip
"""Name, what the system does, the requirement, and what it shows in place of what is right."""


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
