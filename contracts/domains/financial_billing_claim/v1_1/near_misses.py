"""Messages that break a rule by the least there is: a day, an öre, the code before the first.

A receiver that draws a limit too late, or looks at one side of it alone, takes them.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.changes import (
    GROSS,
    ITEM,
    NET,
    PAYABLE,
    all_of,
    changed,
    drop,
    more,
    period,
    put,
    put_day,
)
from contracts.domains.financial_billing_claim.v1_1.kinds import Deal
from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM
from contracts.domains.financial_billing_claim.v1_1.single_faults import (
    COMMITTED,
    INPATIENT,
    MANY,
    Fault,
    rule_fault,
)

__all__ = ["NEAR_MISSES", "nearly_right"]


def nearly_right(name: str, deal: Deal) -> etree._Element:
    """Make the message of this name.

    Raises: KeyError for a name that the table does not have.
    """
    fault = NEAR_MISSES[name]
    return changed(fault.kind, fault.change, deal)


def _same_line_apart(claim: etree._Element, _deal: Deal) -> None:
    first, *_, last = claim.iter(f"{{{CLAIM}}}lineId")
    last.text = first.text


def _short_gln(claim: etree._Element, _deal: Deal) -> None:
    for number in claim.iter(f"{{{CLAIM}}}extension"):
        if number.text == "7365565594238":
            number.text = "736556559423"


NEAR_MISSES: Mapping[str, Fault] = {
    "totalbelopp två kronor för lågt": rule_fault("R5", PAYABLE, more("-2", PAYABLE)),
    "totalbelopp 1,01 kronor för högt": rule_fault("R5", PAYABLE, more("1.01", PAYABLE)),
    "länskod med tre siffror": rule_fault("R8", "county", put("//county/code", "003")),
    "kommunkod med fem siffror": rule_fault(
        "R9", "municipality", put("//municipality/code", "03800")
    ),
    "avtalstyp 0": rule_fault("R12", "typeOfAgreement", put("//typeOfAgreement", "0"), COMMITTED),
    "kapitel 0": rule_fault("R13", "typeOfChapter", put("//typeOfChapter", "0"), COMMITTED),
    "ersättningstyp 0": rule_fault(
        "R14", "typeOfReimbursement", put("//typeOfReimbursement", "0"), COMMITTED
    ),
    "vårdform 00": rule_fault("R15", "typeOfCare", put("//typeOfCare/code", "00")),
    "besökstyp 0": rule_fault("R16", "typeOfVisit", put("//typeOfVisit", "0")),
    "utskrivning dagen före vårdens start": rule_fault(
        "R18",
        "careDischargeDate",
        all_of(put_day("//careVisitDate", -27), put_day("//careDischargeDate", -28)),
        INPATIENT,
    ),
    "faktureringsperiod baklänges en dag": rule_fault("R21", "invoicePeriod", period(-10, -11)),
    "yrkeskod lk": rule_fault(
        "R22", "professionCodeForHealthcare", put("//professionCodeForHealthcare", "lk")
    ),
    "produktkategori 00": rule_fault("R24", "productCategory", put("//productCategory", "00")),
    "prislista 0": rule_fault("R25", "priceList", put("//priceList", "0")),
    "patientspecifik vård ett öre fel": rule_fault(
        "R26", "patientSpecificCareTotalAmount", more("0.01", ITEM, GROSS, NET, PAYABLE)
    ),
    "bruttobelopp ett öre fel": rule_fault(
        "R27", "patientCareInvoiceGrossAmount", more("0.01", GROSS, NET, PAYABLE)
    ),
    "nettobelopp ett öre fel": rule_fault(
        "R28", "patientCareInvoiceNetAmount", more("0.01", NET, PAYABLE)
    ),
    "kategori för nedsatt avgift 00": rule_fault(
        "R29", "patientFeeReducedCategory", put("//patientFeeReducedCategory", "00")
    ),
    "vårdnivå 0": rule_fault("R30", "careLevel", put("//careLevel", "0")),
    "enbart diagnos vid verksamhetsområde 901": rule_fault(
        "R33",
        "healthcarePerformed",
        all_of(drop("//treatment"), put("//medicalFieldCode", "901")),
    ),
    "åtgärd vid verksamhetsområde 901": rule_fault(
        "R33",
        "healthcarePerformed",
        all_of(drop("//diagnosis"), put("//medicalFieldCode", "901")),
    ),
    "valuta sek": rule_fault("R35", "currency", put(f"{PAYABLE}/currency/code", "sek")),
    "valuta EUR på en rad": rule_fault("R35", "currency", put(f"{NET}/currency/code", "EUR")),
    "krediteringsorsak 10": rule_fault(
        "R36", "reasonForCredit", put("//reasonForCredit", "10"), "kredit"
    ),
    "id med små bokstäver": rule_fault("R37", "id", put("id", "zvf23210000162611000001")),
    "diagnoskod utan kod": rule_fault("R39", "diagnosisCode", drop("//diagnosisCode/code")),
    "åtgärdskod utan kodverk": rule_fault(
        "R39", "typeOfTreatment", drop("//typeOfTreatment/codeSystem")
    ),
    "kön utan kod": rule_fault("R39", "gender", drop("//gender/code")),
    "verksamhetskod utan kod": rule_fault(
        "R39", "businessClassification", drop("//businessClassification/code")
    ),
    "vårdform utan kod": rule_fault("R39", "typeOfCare", drop("//typeOfCare/code")),
    "läkemedelskod utan kod": rule_fault("R39", "ATC", drop("//ATC/code"), "patientspecifik vård"),
    "länskod med fel kodverk": rule_fault("R40", "county", put("//county/codeSystem", "1.2.3")),
    "kommunkod utan kodverk": rule_fault("R41", "municipality", drop("//municipality/codeSystem")),
    "samma lineId hos två patienter": rule_fault("R43", "lineId", _same_line_apart, MANY),
    "patientspecifik vård utan kodnamn": rule_fault(
        "R47", "patientSpecificCare", drop("//patientSpecificCareCodeName")
    ),
    "säljare med GLN på tolv siffror": rule_fault(
        "R48", "identification", _short_gln, "säljare med organisationsnummer och GLN"
    ),
}
"""Swedish name of the message, as scenarios say it, to the one rule it breaks."""
