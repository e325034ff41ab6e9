"""What a selling region bills: care that was given, and the claim specifications made of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count
from typing import TYPE_CHECKING

from contracts.domains.financial_billing_claim.v1_1.kinds import KINDS, Deal
from contracts.domains.financial_billing_claim.v1_1.messages import CareItem, payload_of
from contracts.envelope import envelope
from simulator.regions.directory import REGIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime
    from decimal import Decimal

    from lxml import etree

    from contracts.domains.financial_billing_claim.v1_1.messages import Care, Claim, Identity, Line
    from simulator.regions.directory import Region

__all__ = [
    "INPATIENT",
    "LARGEST",
    "Given",
    "Numbered",
    "State",
    "claim_of",
    "credit_of",
    "divided",
    "size_of",
]

LARGEST = 5_000_000
"""Bytes of a whole message at most: 5 MB, by the smaller reading of the unit."""

INPATIENT = "sluten vård"

_LONGER_NUMBERS = 40
"""Bytes that a line may grow by where its number, or what it costs, has more digits."""

_SOME_ADDRESS, _SOME_ID = "0000000000", "ZVF00000000000000000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Care given to a patient of another region.

    Shape: ``home`` is the county code of that region, ``kind`` a name of ``KINDS``, whose own
           price is taken where none is given, and whose days likewise. It is billed on so many
           ``lines``; ``note`` stands on each.
    Units: ``price`` is SEK to be paid for a line, the patient's own fee taken off.
    """

    patient: Identity | None = None
    home: str
    kind: str
    visit: date | None = None
    discharge: date | None = None
    price: Decimal | None = None
    lines: int = 1
    note: str = ""


class State(StrEnum):
    """How it stands with a claim specification."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    STOPPED = "stopped"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """An id that a claim specification is about to be given.

    Shape: ``corrects`` is the id of the one that it puts right or takes back, and ``after`` how
           it stood with that one; both are empty where there is none.
    """

    id: str
    corrects: str = ""
    after: str = ""
    is_credit: bool = False


def claim_of(given: Given, claim_id: str, seller: Region, at: datetime) -> Claim:
    """Make the claim specification for care given, as it is issued at an instant.

    Source: TKB financial:billing:claim 1.1, flow 1.
    """
    form = KINDS[given.kind](_deal(given, seller, at))
    first, *others = form.lines
    if given.patient is not None:
        first = replace(first, patient=given.patient)
    numbers = count(1)
    return replace(
        form,
        id=claim_id,
        issued=at.date(),
        issued_time=at.strftime("%H%M%S"),
        invoice_id=_invoice_id(claim_id),
        lines=tuple(
            _line(line, given, numbers, at) for _ in range(given.lines) for line in (first, *others)
        ),
    )


def credit_of(original: Claim, credit_id: str, reason: str, at: datetime) -> Claim:
    """Make the credit claim specification that takes one back.

    Source: TKB financial:billing:claim 1.1, flow 2.
    """
    lines = tuple(
        replace(
            line,
            care=tuple(
                replace(care, credited_line=care.line_id, credit_reason=reason)
                for care in line.care
            ),
        )
        for line in original.lines
    )
    return replace(
        original,
        id=credit_id,
        issued=at.date(),
        issued_time=at.strftime("%H%M%S"),
        invoice_id=_invoice_id(credit_id),
        credit_of=original.id,
        credited_invoice=original.invoice_id,
        lines=lines,
    )


def divided(given: Given, seller: Region, at: datetime) -> tuple[Given, ...]:
    """Divide what is billed so that neither a message nor its credit is too large.

    Shape: the lines are spread evenly over as few messages as can be; a single line is never
           divided. What a message will be is reckoned from one of one line and one of two.
    """
    one, two = (_size_of_credit(replace(given, lines=lines), seller, at) for lines in (1, 2))
    whole = one + (given.lines - 1) * (two - one + _LONGER_NUMBERS)
    parts = min(-(-whole // LARGEST), given.lines)
    share, more = divmod(given.lines, parts)
    return tuple(replace(given, lines=share + (place < more)) for place in range(parts))


def size_of(payload: etree._Element) -> int:
    """Give how many bytes the message of a payload is, envelope and all."""
    return len(envelope(payload, logical_address=_SOME_ADDRESS))


def _size_of_credit(given: Given, seller: Region, at: datetime) -> int:
    claim = claim_of(given, _SOME_ID, seller, at)
    return size_of(payload_of(credit_of(claim, _SOME_ID, "1", at)))


def _deal(given: Given, seller: Region, at: datetime) -> Deal:
    buyer = REGIONS[given.home]
    return Deal(
        seller=seller.organisation_number,
        buyer=buyer.organisation_number,
        county=buyer.county,
        municipality=buyer.municipality,
        today=at.date(),
    )


def _invoice_id(claim_id: str) -> str:
    return f"F{claim_id[-10:]}"


def _line(line: Line, given: Given, numbers: Iterator[int], at: datetime) -> Line:
    return replace(line, care=tuple(_care(care, given, next(numbers), at) for care in line.care))


def _care(care: Care, given: Given, number: int, at: datetime) -> Care:
    """Fill in what was given: its days, its price, and the number of its line."""
    if given.visit is not None:
        care = _moved(care, given.visit, given.discharge, at.date())
    if given.price is not None:
        care = _priced(care, given.price)
    return replace(
        care,
        line_id=number,
        contact_id=care.contact_id and f"VK{number:06d}",
        remark=given.note or None,
    )


def _moved(care: Care, visit: date, discharge: date | None, today: date) -> Care:
    later = visit - care.visit
    if care.discharge is not None:
        discharge = discharge or min(care.discharge + later, today)
        days = max((discharge - visit).days, 1)
        return replace(care, visit=visit, discharge=discharge, days_in_care=days)
    if care.period is not None:
        start, end = care.period
        return replace(care, visit=visit, period=(start + later, min(end + later, today)))
    return replace(care, visit=visit)


def _priced(care: Care, price: Decimal) -> Care:
    """Set what is to be paid for a line, and let the parts that it is made of sum up to it."""
    lacking = price - care.net
    if care.drg is not None:
        return replace(care, drg=replace(care.drg, price=care.drg.price + lacking))
    whole = sum((item.total for item in care.items), lacking)
    first = care.items[0]
    return replace(
        care,
        items=(CareItem(code=first.code, name=first.name, count=1, price=whole),),
    )
