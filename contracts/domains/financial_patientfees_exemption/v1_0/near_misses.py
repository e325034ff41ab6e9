"""Disclosures that break a rule by the least there is: a day, a letter, the other half of a pair.

A receiver that draws a limit too late, or looks at one side of it alone, takes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.changes import (
    Change,
    at,
    changed,
    drop,
    put,
    put_time,
)
from contracts.domains.financial_patientfees_exemption.v1_0.kinds import Inquiry
from contracts.domains.financial_patientfees_exemption.v1_0.single_faults import (
    CARD,
    GUARDIAN,
    Fault,
    rule_fault,
)

__all__ = ["LATE_TODAY", "NEAR_MISSES", "nearly_right"]


def nearly_right(name: str, inquiry: Inquiry) -> etree._Element:
    """Make the message of this name.

    Raises: KeyError for a name that the table does not have.
    """
    fault = NEAR_MISSES[name]
    return changed(fault.kind, fault.change, inquiry)


def _ending(days: int) -> Change:
    """End the frikort so many days after its high-cost period."""

    def change(message: etree._Element, _inquiry: Inquiry) -> None:
        text = at(message, "highCostProtectionPeriod/end").text or ""
        ends = datetime.strptime(text, "%Y%m%d") + timedelta(days=days)  # noqa: DTZ007 - a day
        at(message, "exemptionPeriod/end").text = f"{ends:%Y%m%d}"

    return change


LATE_TODAY = "registrering sent samma dag"
"""The near miss that is none any more once the day is over."""

NEAR_MISSES: Mapping[str, Fault] = {
    "frikort för sjukresor": rule_fault(
        "rule003", "typeOfExemption", put("typeOfExemption", "TRANSPORTATION"), CARD
    ),
    "avgift för tekniska hjälpmedel": rule_fault(
        "rule004", "typeOfFee", put("typeOfFee", "TECHNICAL_AID")
    ),
    LATE_TODAY: rule_fault(
        "rule007",
        "timeOfRegistration",
        put_time("timeOfRegistration", 0, clock="235959"),
        "besök i dag",
    ),
    "lokalt reservnummer som patient-id": rule_fault(
        "rule008", "root", put("patientId/root", "1.2.752.97.3.1.3")
    ),
    "patient-id av ett slag intill": rule_fault(
        "rule008", "root", put("patientId/root", "1.2.752.129.2.1.3.2")
    ),
    "valuta med små bokstäver": rule_fault("rule009", "currency", put("currency/code", "sek")),
    "valuta med kodverk som börjar rätt": rule_fault(
        "rule010", "currency", put("currency/codeSystem", "1.0.4217.1")
    ),
    "frikort till dagen efter högkostnadsperioden": rule_fault(
        "rule014", "exemptions", _ending(1), CARD
    ),
    "frikort till dagen före högkostnadsperiodens slut": rule_fault(
        "rule014", "exemptions", _ending(-1), CARD
    ),
    "belopp noll utan decimaler": rule_fault("rule015", "amount", put("amount", "0")),
    "belopp minus noll": rule_fault("rule015", "amount", put("amount", "-0.00")),
    "vårdgivare saknas till invånare": rule_fault(
        "rule016", "transactions", drop("careGiver"), with_it=("rule013",)
    ),
    "vårdenhet saknas till vårdnadshavare": rule_fault(
        "rule016",
        "transactions",
        drop("careUnit"),
        GUARDIAN,
        with_it=("rule013",),
    ),
}
"""Swedish name, as scenarios say it, to the rule that it breaks."""
