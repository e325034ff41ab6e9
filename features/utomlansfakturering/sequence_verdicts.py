"""Judgements of several messages that were sent: what came again, when, and under which id."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from features.utomlansfakturering.sent_claims import CREDIT, DEBIT, SentClaim
from features.utomlansfakturering.trigger import Settings
from features.verdicts import Judge
from reports.results import Deviation

__all__ = [
    "LATE",
    "attempted",
    "between_starts",
    "credited",
    "gaps",
    "grows",
    "itemised",
    "never_again",
    "not_held_up",
    "paused",
    "repeated_unchanged",
    "replaced",
    "unique",
    "waited_for_answer",
]

LATE = 3.0
"""Seconds that a system may take beside its pause, on a busy machine, before the pause is wrong."""

_EARLY = 0.9  # of a pause: clocks and rounding
_TWICE = 2
_AT_LEAST = 1.5  # how much longer the last pause is than the first, where the factor is not known

_Found = tuple[Deviation, ...]


# Ids ---------------------------------------------------------------------------------------------


def unique(judge: Judge, claims: Sequence[SentClaim], requirement: str) -> _Found:
    """Judge whether no two different claim specifications have the same id."""
    first: dict[str, SentClaim] = {}
    for claim in claims:
        if first.setdefault(claim.id, claim).arrived.written != claim.arrived.written:
            return (
                judge.deviation(
                    requirement,
                    "två olika fakturaunderlag har samma id",
                    where="/ProcessClaimSpecification/claimSpecification/id",
                    expected="ett eget id för varje fakturaunderlag",
                    observed=claim.id[:40],
                ),
            )
    return ()


# Sent again --------------------------------------------------------------------------------------


def repeated_unchanged(judge: Judge, claims: Sequence[SentClaim], requirement: str) -> _Found:
    """Judge whether a claim specification came twice, the same to the byte and to the address."""
    if len(claims) < _TWICE:
        return (
            judge.deviation(
                requirement,
                "ett anrop som kom till intet sändes inte om",
                expected="samma meddelande igen, efter den inställda pausen",
                observed=f"{len(claims)} anrop",
            ),
        )
    first, *others = claims
    for other in others:
        if (
            other.arrived.written != first.arrived.written
            or other.arrived.logical_address != first.arrived.logical_address
        ):
            return (
                judge.deviation(
                    requirement,
                    "det omsända meddelandet är inte det första",
                    expected="samma meddelande, oförändrat, till samma adress",
                    observed="ett annat meddelande, eller en annan adress",
                ),
            )
    return ()


def never_again(judge: Judge, claims: Sequence[SentClaim], requirement: str) -> _Found:
    """Judge whether nothing that was answered OK or ERROR came again."""
    answered: dict[str, str] = {}
    for claim in claims:
        if code := answered.get(claim.id):
            return (
                judge.deviation(
                    requirement,
                    f"ett fakturaunderlag sändes om sedan det besvarats med {code}",
                    expected="inget mer anrop med det fakturaunderlaget",
                    observed=f"{sum(one.id == claim.id for one in claims)} anrop",
                ),
            )
        if claim.answer:
            answered[claim.id] = claim.answer
    return ()


def gaps(claims: Sequence[SentClaim]) -> list[float]:
    """Give the seconds from the end of each attempt to the beginning of the next."""
    return [
        (later.arrived.started - earlier.arrived.ended).total_seconds()
        for earlier, later in pairwise(claims)
    ]


def paused(judge: Judge, waited: float, pause: float, requirement: str, *, is_set: bool) -> _Found:
    """Judge a pause by what it is set to; where it is only stated, it may be longer."""
    too_soon = waited < _EARLY * pause
    if not too_soon and (not is_set or waited <= pause + LATE):
        return ()
    return (
        judge.deviation(
            requirement,
            "anropet sändes om för tidigt" if too_soon else "pausen följer inte inställningen",
            expected=f"{pause:g} s mellan försöken".replace(".", ","),
            observed=f"{waited:.1f} s".replace(".", ","),
        ),
    )


def grows(
    judge: Judge, waited: Sequence[float], settings: Settings, requirement: str, *, is_set: bool
) -> _Found:
    """Judge whether each pause is longer than the one before by the factor that is set.

    Shape: where the factor is not known, the last is to be clearly longer than the first.
    """
    least = [_EARLY * settings.pause * settings.factor**turn for turn in range(len(waited))]
    if is_set:
        good = all(one >= limit for one, limit in zip(waited, least, strict=True))
        expected = ", ".join(f"minst {one:.1f} s" for one in least)
    else:
        good = all(later > earlier for earlier, later in pairwise(waited))
        good = good and waited[-1] >= _AT_LEAST * waited[0]
        expected = "varje paus längre än den förra"
    if good:
        return ()
    return (
        judge.deviation(
            requirement,
            "pausen ökar inte exponentiellt",
            expected=expected.replace(".", ","),
            observed=", ".join(f"{one:.1f} s" for one in waited).replace(".", ","),
        ),
    )


def attempted(judge: Judge, count: int, most: int, requirement: str) -> _Found:
    """Judge whether as many attempts were made as are set, and no more."""
    if count == most:
        return ()
    return (
        judge.deviation(
            requirement,
            "fler försök gjordes än inställt" if count > most
            else "färre försök gjordes än inställt",
            expected=f"{most} försök",
            observed=f"{count} försök",
        ),
    )  # fmt: skip


def between_starts(claims: Sequence[SentClaim]) -> list[float]:
    """Give the seconds from the beginning of each attempt to the beginning of the next."""
    return [
        (later.arrived.started - earlier.arrived.started).total_seconds()
        for earlier, later in pairwise(claims)
    ]


def waited_for_answer(
    judge: Judge, waited: Sequence[float], settings: Settings, requirement: str
) -> _Found:
    """Judge whether an answer was waited for as long as is set, before the pause began."""
    due = settings.timeout + settings.pause
    if waited and _EARLY * due <= waited[0] <= due + LATE:
        return ()
    return (
        judge.deviation(
            requirement,
            "systemet väntar inte så länge på svaret som det är inställt på",
            expected=f"nytt försök efter {due:.1f} s".replace(".", ","),
            observed=f"efter {waited[0]:.1f} s".replace(".", ",") if waited else "inget",
        ),
    )


def not_held_up(
    judge: Judge, own: Sequence[SentClaim], others: Sequence[SentClaim], requirement: str
) -> _Found:
    """Judge whether a message came before the other queue's next attempt: it waited for nothing."""
    later = [one.arrived.number for one in others[1:]]
    if own and not any(number < own[0].arrived.number for number in later):
        return ()
    return (
        judge.deviation(
            requirement,
            "en region i svårigheter håller upp de andra",
            expected="ett anrop till den andra regionen före nästa försök till den första",
            observed="efter nästa försök" if own else "inget anrop i tid",
        ),
    )


# Corrections -------------------------------------------------------------------------------------


def credited(judge: Judge, credit: SentClaim, original: SentClaim, requirement: str) -> _Found:
    """Judge whether a credit takes its original back: its type, its reference, its sum."""
    shapes = (
        ("typeOfInvoice är inte 381", "typeOfInvoice", CREDIT, credit.type_of_invoice),
        (
            "krediten hänvisar inte till originalets id",
            "referenceToProcessClaimSpecificationId",
            original.id,
            credit.credit_of,
        ),
        (
            "krediten gäller ett annat belopp än originalet",
            "payableAmount/amount",
            str(_sum(original)),
            str(_sum(credit)),
        ),
        (
            "krediten gick till en annan adress än originalet",
            "Header/LogicalAddress",
            original.arrived.logical_address,
            credit.arrived.logical_address,
        ),
    )
    found = [
        judge.deviation(requirement, what, where=f"//{where}", expected=right, observed=seen[:60])
        for what, where, right, seen in shapes
        if right != seen
    ]
    if credit.id == original.id:
        found.append(
            judge.deviation(
                requirement,
                "krediten har originalets id",
                where="//id",
                expected="ett eget id",
                observed=credit.id[:40],
            )
        )
    return tuple(found)


def itemised(judge: Judge, credit: SentClaim, original: SentClaim, requirement: str) -> _Found:
    """Judge whether a credit names the invoice and, on each line, the line and the reason."""
    found = []
    if not credit.credited_invoice or (
        original.invoice and credit.credited_invoice != original.invoice
    ):
        found.append(("krediten hänvisar inte till originalets faktura", "referenceToInvoice"))
    lines = {text for _, text in original.values("lineId")}
    for name, what in (
        ("referenceToLineId", "en rad i krediten hänvisar inte till originalets rad"),
        ("reasonForCredit", "en rad i krediten anger ingen orsak"),
    ):
        told = [text for _, text in credit.values(name)]
        if len(told) < len(credit.lines) or (name == "referenceToLineId" and not lines >= {*told}):
            found.append((what, name))
    return tuple(
        judge.deviation(requirement, what, where=f"//{where}", observed="saknas, eller annan")
        for what, where in found
    )


def _sum(claim: SentClaim) -> Decimal:
    """Give what a claim specification is about; a credit may give it with either sign."""
    return abs(claim.payable or Decimal(0)).quantize(Decimal("0.01"))


def replaced(
    judge: Judge,
    new: SentClaim,
    earlier: Sequence[SentClaim],
    right: Decimal,
    requirement: str,
) -> _Found:
    """Judge whether a new claim specification asks for the right sum, under an id of its own."""
    found = []
    if new.type_of_invoice != DEBIT:
        found.append(("det nya underlaget är ingen debitering", DEBIT, new.type_of_invoice))
    if new.id in {one.id for one in earlier}:
        found.append(("det nya underlaget har ett tidigare id", "ett nytt id", new.id))
    if new.payable != right:
        found.append(("det nya underlaget har inte det rätta beloppet", str(right),
                      str(new.payable)))  # fmt: skip
    return tuple(
        judge.deviation(requirement, what, where="/ProcessClaimSpecification",
                        expected=expected, observed=seen[:60])
        for what, expected, seen in found
    )  # fmt: skip
