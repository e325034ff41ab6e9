"""Sellers that write days, amounts and identities wrongly, send too much, or do not validate."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from contracts.domains.financial_billing_claim.v1_1.kinds import (
    COORDINATION_NUMBER,
    PERSONAL_NUMBER,
)
from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM, RESPONDER
from contracts.terms import SWEDISH_TIME
from simulator.regions.defect import Defect
from simulator.regions.letter_flaws import changing, hyphenated, set_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import tzinfo

    from lxml import etree

    _Change = Callable[[etree._Element], None]

__all__ = ["form_defects"]

_IDENTITY = "patientIdentity"
_MOMENT = "%Y%m%d%H%M%S"
_DAY = timedelta(days=1)


def form_defects() -> Iterable[Defect]:
    """Make the defects."""
    for requirement, table in (
        ("FORMAT-TID", _TIMES),
        ("FORMAT-BELOPP", _AMOUNTS),
        ("FORMAT-IDENTITET", _IDENTITIES),
    ):
        for name, (says, change) in table.items():
            yield Defect(
                name=name,
                says=says,
                breaks=f"FBC-{requirement}",
                also=frozenset({"FBC-VALIDERA-KONSUMENT", "FBC-KREDIT*"}),
                on_sending=changing(RESPONDER, change),
            )
    yield Defect(
        name="does-not-validate",
        says="sends what the register has wrong, such as a discharge before the admission",
        breaks="FBC-VALIDERA-KONSUMENT",
        validates=False,
    )
    yield Defect(
        name="sends-too-much-at-once",
        says="sends everything in one message, however large",
        breaks="FBC-STORLEK",
        in_full=True,
        divides=False,
    )


# Days and times ----------------------------------------------------------------------------------


def _in_zone(zone: tzinfo) -> _Change:
    """Write the document's date and time as another time zone has them."""

    def change(payload: etree._Element) -> None:
        day, time = (payload.find(f".//{{{CLAIM}}}{name}") for name in ("issueDate", "issueTime"))
        if day is not None and time is not None:
            local = datetime.strptime(f"{day.text}{time.text}", _MOMENT)  # noqa: DTZ007
            moment = local.replace(tzinfo=SWEDISH_TIME).astimezone(zone)
            day.text, time.text = f"{moment:%Y%m%d}", f"{moment:%H%M%S}"

    return change


def _day_before(text: str) -> str:
    """Give the day on which midnight of a day is in UTC, a classic."""
    return f"{datetime.strptime(text, '%Y%m%d') - _DAY:%Y%m%d}"  # noqa: DTZ007


_TIMES: Mapping[str, tuple[str, _Change]] = {
    "writes-utc": (
        "writes the document's date and time in UTC",
        _in_zone(UTC),
    ),
    "writes-finnish-time": (
        "writes the document's date and time an hour ahead",
        _in_zone(ZoneInfo("Europe/Helsinki")),
    ),
    "writes-american-time": (
        "writes the document's date and time as they are in New York",
        _in_zone(ZoneInfo("America/New_York")),
    ),
    "writes-the-day-before-the-visit": (
        "turns the midnight of a visit into UTC, which is the day before",
        set_text("careVisitDate", _day_before),
    ),
    "writes-the-day-before-the-discharge": (
        "turns the midnight of a discharge into UTC, which is the day before",
        set_text("careDischargeDate", _day_before),
    ),
    "writes-a-day-that-is-none": (
        "writes the 31st of February where it has no day of an invoice",
        set_text("invoiceDateOfIssue", lambda text: f"{text[:4]}0231"),
    ),
    "writes-the-year-in-two-digits": (
        "writes the year of a visit in two digits",
        set_text("careVisitDate", lambda text: text[2:]),
    ),
    "writes-the-time-with-colons": (
        "writes colons in the document's time",
        set_text("issueTime", lambda text: f"{text[:2]}:{text[2:4]}:{text[4:]}"),
    ),
    "writes-the-time-with-a-zone": (
        "writes a time zone after the document's time",
        set_text("issueTime", lambda text: f"{text}+0100"),
    ),
}


# Amounts -----------------------------------------------------------------------------------------


def _amounts(write: Callable[[Decimal], str]) -> _Change:
    """Write every amount in another way."""
    return set_text("amount", lambda text: write(Decimal(text)))


def _grouped(amount: Decimal) -> str:
    return f"{amount:,.2f}".replace(",", " ")


_AMOUNTS: Mapping[str, tuple[str, _Change]] = {
    "writes-three-decimals": (
        "writes amounts with three decimals",
        _amounts(lambda amount: f"{amount:.3f}"),
    ),
    "writes-four-decimals": (
        "writes amounts with four decimals, as its database has them",
        _amounts(lambda amount: f"{amount:.4f}"),
    ),
    "writes-amounts-by-powers-of-ten": (
        "writes amounts as 1.8E3",
        _amounts(lambda amount: f"{amount:.6E}"),
    ),
    "writes-amounts-in-binary": (
        "writes amounts with all the digits that a binary number has",
        _amounts(lambda amount: f"{amount + Decimal('1E-12'):.12f}"),
    ),
    "writes-commas-in-all-amounts": (
        "writes every amount with a decimal comma",
        _amounts(lambda amount: f"{amount:.2f}".replace(".", ",")),
    ),
    "groups-thousands": (
        "writes a space between the thousands of an amount",
        _amounts(_grouped),
    ),
    "writes-kr-after-amounts": (
        "writes kr after each amount",
        _amounts(lambda amount: f"{amount:.2f} kr"),
    ),
    "writes-a-plus": (
        "writes a plus before each amount",
        _amounts(lambda amount: f"{amount:+.2f}"),
    ),
}


# Identities --------------------------------------------------------------------------------------


def _swapped(payload: etree._Element) -> None:
    for identity in payload.iter(f"{{{CLAIM}}}{_IDENTITY}"):
        root, extension = identity
        root.text, extension.text = extension.text, root.text


def _extension(text: Callable[[str], str]) -> _Change:
    return set_text(f"{_IDENTITY}/extension", text)


def _root(text: Callable[[str], str]) -> _Change:
    return set_text(f"{_IDENTITY}/root", text)


_IDENTITIES: Mapping[str, tuple[str, _Change]] = {
    "writes-identities-with-a-hyphen": (
        "writes a hyphen in the patient's identity",
        _extension(hyphenated),
    ),
    "writes-identities-without-century": (
        "leaves out the century of the patient's identity",
        _extension(lambda text: text[2:]),
    ),
    "writes-identities-with-a-space": (
        "writes a space in the patient's identity",
        _extension(lambda text: f"{text[:8]} {text[8:]}"),
    ),
    "calls-every-identity-personal": (
        "gives coordination and reserve numbers the root of a personal number",
        _root(lambda _: PERSONAL_NUMBER),
    ),
    "calls-every-identity-coordinated": (
        "gives personal numbers the root of a coordination number",
        _root(lambda root: COORDINATION_NUMBER if root == PERSONAL_NUMBER else root),
    ),
    "misnames-the-root": (
        "has lost a figure of the root of the patient's identity",
        _root(lambda root: root[:-2]),
    ),
    "swaps-root-and-extension": (
        "gives the patient's identity where its root belongs",
        _swapped,
    ),
}
