"""Care that the tested system is told to bill: test persons, and days and fees that are right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from contracts.domains.financial_billing_claim.v1_1.kinds import (
    COORDINATION_NUMBER as COORDINATED,
)
from contracts.domains.financial_billing_claim.v1_1.kinds import (
    KINDS,
    NATIONAL_RESERVE_ID,
    PATIENTS,
    PERSONAL_NUMBER,
    coordination_number,
)
from contracts.domains.financial_billing_claim.v1_1.messages import Identity
from simulator.regions.directory import Region

__all__ = ["IDENTITIES", "INPATIENT", "KINDS_TO_BILL", "OUTPATIENT", "WRONG", "Bill", "a_bill"]

OUTPATIENT, INPATIENT = "öppen vård", "sluten vård"
KINDS_TO_BILL = tuple(kind for kind in KINDS if kind != "kredit")
"""What can be billed; a credit is what a correction leads to."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """Care given to a patient of another region, as it is registered.

    Shape: ``kind`` is a name of ``KINDS``, empty for plain care; ``fee`` is what a line costs, and
           ``lines`` how many there are; ``note`` is free text that goes along.
    Units: SEK.
    """

    patient: Identity
    home: Region
    visit: date
    care: str = OUTPATIENT
    discharge: date | None = None
    fee: Decimal = Decimal("1800.00")
    lines: int = 1
    kind: str = ""
    note: str = ""

    @property
    def told(self) -> str:
        """Say in Swedish what a tester is to register."""
        until = f" till {self.discharge}" if self.discharge else ""
        amount = f"{self.fee:.2f}".replace(".", ",")
        parts = [
            f"Registrera {self.kind or self.care} {self.visit}{until} för "
            f"{self.patient.extension}, hemmahörande i {self.home.name}, till {amount} kr"
        ]
        if self.lines > 1:
            parts.append(f"på {self.lines} rader")
        if self.note:
            parts.append(f"med texten {self.note}")
        return ", ".join(parts) + ", och fakturera."


def a_bill(home: Region, today: date, kind: str = "") -> Bill:
    """Make a bill for care of a kind, a month back."""
    visit = today - 30 * _DAY
    stays = kind in _STAYS
    return Bill(
        patient=IDENTITIES[kind if kind in IDENTITIES else "personnummer"],
        home=home,
        visit=visit,
        care=INPATIENT if stays else OUTPATIENT,
        discharge=visit + 4 * _DAY if kind in _DISCHARGED else None,
        kind=kind,
    )


_STAYS = {INPATIENT, "DRG", "delfakturering"}
_DISCHARGED = {INPATIENT, "DRG"}

IDENTITIES: Mapping[str, Identity] = {
    "personnummer": Identity(root=PERSONAL_NUMBER, extension=PATIENTS[0]),
    "samordningsnummer": Identity(root=COORDINATED, extension=coordination_number()),
    "nationellt reservnummer": Identity(root=NATIONAL_RESERVE_ID, extension="221001209A1B"),
    "lokalt reservnummer": Identity(root="1.2.752.97.3.1.3", extension="19521234TA3C"),
}
"""A test person of every sort of identity."""


def _after_today(bill: Bill, today: date) -> Bill:
    return replace(bill, visit=today + 2 * _DAY)


def _backwards(bill: Bill, _today: date) -> Bill:
    return replace(bill, care=INPATIENT, discharge=bill.visit - 5 * _DAY)


def _not_discharged_yet(bill: Bill, today: date) -> Bill:
    return replace(bill, care=INPATIENT, discharge=today + 2 * _DAY)


WRONG = {
    "vård som inte har ägt rum än": _after_today,
    "utskrivning före inskrivning": _backwards,
    "utskrivning som inte har ägt rum än": _not_discharged_yet,
}
"""What was registered wrongly, in the words of the scenarios, so that a rule forbids the claim."""
