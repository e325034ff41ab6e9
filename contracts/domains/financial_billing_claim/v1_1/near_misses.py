"""Messages that break a rule by the least there is: a day, an öre, the code before the first.

A receiver that draws a limit too late, or looks at one side of it alone, takes them.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.changes import (
    Change,
    all_of,
    drop,
    more,
    period,
    put,
    put_day,
)
from contracts.domains.financial_billing_claim.v1_1.kinds import Deal, valid
from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM
from contracts.domains.financial_billing_claim.v1_1.single_faults import Fault

__all__ = ["NEAR_MISSES", "nearly_right"]


def nearly_right(name: str, deal: Deal) -> etree._Element:
    """Make the message of this name.

    Raises: KeyError for a name that the table does not have.
    """
    fault = NEAR_MISSES[name]
    message = valid(fault.kind, deal)
    fault.change(message[0], deal)
    return message


def _same_line_apart(claim: etree._Element, _deal: Deal) -> None:
    first, *_, last = claim.iter(f"{{{CLAIM}}}lineId")
    last.text = first.text


def _short_gln(claim: etree._Element, _deal: Deal) -> None:
    for number in claim.iter(f"{{{CLAIM}}}extension"):
        if number.text == "7365565594238":
            number.text = "736556559423"


_PAYABLE = "payableAmount"
_GROSS, _NET = "//patientCareInvoiceGrossAmount", "//patientCareInvoiceNetAmount"
_ITEM = "//patientSpecificCareTotalAmount"
_OUT, _IN, _COMMITTED, _MANY = (
    "öppen vård",
    "sluten vård",
    "betalningsförbindelse",
    "flera patienter och rader",
)


def _rule(rule: str, place: str, change: Change, kind: str = _OUT) -> Fault:
    return Fault(rule=rule, place=place, kind=kind, change=change)


NEAR_MISSES: Mapping[str, Fault] = {
    "totalbelopp två kronor för lågt": _rule("R5", _PAYABLE, more("-2", _PAYABLE)),
    "totalbelopp 1,01 kronor för högt": _rule("R5", _PAYABLE, more("1.01", _PAYABLE)),
    "länskod med tre siffror": _rule("R8", "county", put("//county/code", "003")),
    "kommunkod med fem siffror": _rule("R9", "municipality", put("//municipality/code", "03800")),
    "avtalstyp 0": _rule("R12", "typeOfAgreement", put("//typeOfAgreement", "0"), _COMMITTED),
    "kapitel 0": _rule("R13", "typeOfChapter", put("//typeOfChapter", "0"), _COMMITTED),
    "ersättningstyp 0": _rule(
        "R14", "typeOfReimbursement", put("//typeOfReimbursement", "0"), _COMMITTED
    ),
    "vårdform 00": _rule("R15", "typeOfCare", put("//typeOfCare/code", "00")),
    "besökstyp 0": _rule("R16", "typeOfVisit", put("//typeOfVisit", "0")),
    "utskrivning dagen före vårdens start": _rule(
        "R18",
        "careDischargeDate",
        all_of(put_day("//careVisitDate", -27), put_day("//careDischargeDate", -28)),
        _IN,
    ),
    "faktureringsperiod baklänges en dag": _rule("R21", "invoicePeriod", period(-10, -11)),
    "yrkeskod lk": _rule(
        "R22", "professionCodeForHealthcare", put("//professionCodeForHealthcare", "lk")
    ),
    "produktkategori 00": _rule("R24", "productCategory", put("//productCategory", "00")),
    "prislista 0": _rule("R25", "priceList", put("//priceList", "0")),
    "patientspecifik vård ett öre fel": _rule(
        "R26", "patientSpecificCareTotalAmount", more("0.01", _ITEM, _GROSS, _NET, _PAYABLE)
    ),
    "bruttobelopp ett öre fel": _rule(
        "R27", "patientCareInvoiceGrossAmount", more("0.01", _GROSS, _NET, _PAYABLE)
    ),
    "nettobelopp ett öre fel": _rule(
        "R28", "patientCareInvoiceNetAmount", more("0.01", _NET, _PAYABLE)
    ),
    "kategori för nedsatt avgift 00": _rule(
        "R29", "patientFeeReducedCategory", put("//patientFeeReducedCategory", "00")
    ),
    "vårdnivå 0": _rule("R30", "careLevel", put("//careLevel", "0")),
    "enbart diagnos vid verksamhetsområde 901": _rule(
        "R33",
        "healthcarePerformed",
        all_of(drop("//treatment"), put("//medicalFieldCode", "901")),
    ),
    "åtgärd vid verksamhetsområde 901": _rule(
        "R33",
        "healthcarePerformed",
        all_of(drop("//diagnosis"), put("//medicalFieldCode", "901")),
    ),
    "valuta sek": _rule("R35", "currency", put(f"{_PAYABLE}/currency/code", "sek")),
    "valuta EUR på en rad": _rule("R35", "currency", put(f"{_NET}/currency/code", "EUR")),
    "krediteringsorsak 10": _rule(
        "R36", "reasonForCredit", put("//reasonForCredit", "10"), "kredit"
    ),
    "id med små bokstäver": _rule("R37", "id", put("id", "zvf23210000162611000001")),
    "diagnoskod utan kod": _rule("R39", "diagnosisCode", drop("//diagnosisCode/code")),
    "åtgärdskod utan kodverk": _rule(
        "R39", "typeOfTreatment", drop("//typeOfTreatment/codeSystem")
    ),
    "kön utan kod": _rule("R39", "gender", drop("//gender/code")),
    "verksamhetskod utan kod": _rule(
        "R39", "businessClassification", drop("//businessClassification/code")
    ),
    "vårdform utan kod": _rule("R39", "typeOfCare", drop("//typeOfCare/code")),
    "läkemedelskod utan kod": _rule("R39", "ATC", drop("//ATC/code"), "patientspecifik vård"),
    "länskod med fel kodverk": _rule("R40", "county", put("//county/codeSystem", "1.2.3")),
    "kommunkod utan kodverk": _rule("R41", "municipality", drop("//municipality/codeSystem")),
    "samma lineId hos två patienter": _rule("R43", "lineId", _same_line_apart, _MANY),
    "patientspecifik vård utan kodnamn": _rule(
        "R47", "patientSpecificCare", drop("//patientSpecificCareCodeName")
    ),
    "säljare med GLN på tolv siffror": _rule(
        "R48", "identification", _short_gln, "säljare med organisationsnummer och GLN"
    ),
}
"""Swedish name of the message, as scenarios say it, to the one rule it breaks."""
