"""Messages that are right, if only just: the last value that a rule allows, and rare codes.

A receiver that draws a limit a day, a krona or a code too early refuses them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.changes import (
    Change,
    all_of,
    changed,
    drop,
    period,
    put,
    put_day,
)
from contracts.domains.financial_billing_claim.v1_1.kinds import Deal
from contracts.domains.financial_billing_claim.v1_1.single_faults import (
    COMMITTED,
    INPATIENT,
    OUTPATIENT,
)

__all__ = ["BOUNDARIES", "Boundary", "just_right"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """A change of a valid message that a rule allows: which rule, of which kind, and the change."""

    rule: str
    change: Change
    kind: str = OUTPATIENT


def just_right(name: str, deal: Deal) -> etree._Element:
    """Make the message of this name.

    Raises: KeyError for a name that the table does not have.
    """
    boundary = BOUNDARIES[name]
    return changed(boundary.kind, boundary.change, deal)


BOUNDARIES: Mapping[str, Boundary] = {
    "vård på dokumentdatum": Boundary(rule="R17", change=put_day("//careVisitDate", 0)),
    "utskrivning samma dag som vården började": Boundary(
        rule="R18",
        change=all_of(put_day("//careVisitDate", -27), put_day("//careDischargeDate", -27)),
        kind=INPATIENT,
    ),
    "utskrivning på dokumentdatum": Boundary(
        rule="R38", change=put_day("//careDischargeDate", 0), kind=INPATIENT
    ),
    "faktureringsperiod till dagen före dokumentdatum": Boundary(
        rule="R20", change=period(-10, -1)
    ),
    "faktureringsperiod på en dag": Boundary(rule="R21", change=period(-10, -10)),
    "kön 0": Boundary(rule="R10", change=put("//gender/code", "0")),
    "kön 9": Boundary(rule="R10", change=put("//gender/code", "9")),
    "avtalstyp 3": Boundary(rule="R12", change=put("//typeOfAgreement", "3"), kind=COMMITTED),
    "kapitel 7": Boundary(rule="R13", change=put("//typeOfChapter", "7"), kind=COMMITTED),
    "ersättningstyp 1": Boundary(
        rule="R14", change=put("//typeOfReimbursement", "1"), kind=COMMITTED
    ),
    "besökstyp 2": Boundary(rule="R16", change=put("//typeOfVisit", "2")),
    "yrkeskod OV": Boundary(rule="R22", change=put("//professionCodeForHealthcare", "OV")),
    "produktkategori 99": Boundary(rule="R24", change=put("//productCategory", "99")),
    "prislista 6": Boundary(rule="R25", change=put("//priceList", "6")),
    "kategori för nedsatt avgift 99": Boundary(
        rule="R29", change=put("//patientFeeReducedCategory", "99")
    ),
    "vårdnivå 4": Boundary(rule="R30", change=put("//careLevel", "4")),
    "krediteringsorsak 9": Boundary(
        rule="R36", change=put("//reasonForCredit", "9"), kind="kredit"
    ),
    "länskod 99 utan kodverk": Boundary(
        rule="R40", change=all_of(put("//county/code", "99"), drop("//county/codeSystem"))
    ),
    "kommunkod 9901 utan kodverk": Boundary(
        rule="R41",
        change=all_of(put("//municipality/code", "9901"), drop("//municipality/codeSystem")),
    ),
    "verksamhetsområde 003": Boundary(rule="R49", change=put("//medicalFieldCode", "003")),
    "avsnitt 4.4 i Riksavtalet": Boundary(
        rule="R50", change=put("//agreementInRiksavtalet", "4.4"), kind=COMMITTED
    ),
}
"""Swedish name of the message, as scenarios say it, to the rule whose limit it touches."""
