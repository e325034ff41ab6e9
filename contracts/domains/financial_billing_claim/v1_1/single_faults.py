"""Messages that are wrong in one way: each rule broken alone, and faults that the schema sees.

Tables, so that a suite names a fault and gets its message, and a test can show that each breaks
just what it says. Amounts and dates are chosen where the contract description and the released
Schematron agree that the message is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.changes import (
    GROSS,
    ITEM,
    NET,
    PAYABLE,
    Change,
    after,
    all_of,
    at,
    changed,
    day_of,
    drop,
    more,
    period,
    put,
    put_day,
    remove,
)
from contracts.domains.financial_billing_claim.v1_1.kinds import Deal
from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM

__all__ = [
    "COMMITTED", "INPATIENT", "MANY", "OUTPATIENT", "RULE_FAULTS", "SCHEMA_FAULTS", "Fault",
    "faults_of", "faulty", "rule_fault",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way to be wrong: the rule it breaks (or ``schema``), where, and how to make it.

    Shape: ``place`` is the local name of the element a good comment points at; ``kind`` the valid
           message that ``change`` is made to.
    """

    rule: str
    place: str
    kind: str
    change: Change


def faulty(name: str, deal: Deal) -> etree._Element:
    """Make the message with the fault of this name.

    Raises: KeyError for a name that is in neither table.
    """
    fault = RULE_FAULTS.get(name) or SCHEMA_FAULTS[name]
    return changed(fault.kind, fault.change, deal)


def faults_of(rule: str) -> tuple[str, ...]:
    """Give the names of the faults that break one rule."""
    return tuple(name for name, fault in RULE_FAULTS.items() if fault.rule == rule)


def _future(claim: etree._Element, deal: Deal) -> None:
    """Date the message two days ahead: late in every time zone."""
    at(claim, "issueDate").text = day_of(deal.today + timedelta(days=2))


def _without_price(claim: etree._Element, _deal: Deal) -> None:
    """Leave only the product category, with sums that still hold."""
    remove(at(claim, "//patientSpecificCare"))
    for path in (GROSS, NET, PAYABLE):
        at(claim, f"{path}/amount").text = "-300.00"


def _same_line_twice(claim: etree._Element, _deal: Deal) -> None:
    first, second, *_ = claim.iter(f"{{{CLAIM}}}lineId")
    second.text = first.text


def _empty_extension(claim: etree._Element, _deal: Deal) -> None:
    etree.SubElement(at(claim, "//activity"), "{urn:provbank:extension}empty")


def _only_gln(party: str) -> Change:
    return all_of(
        put(f"{party}/identification/root", "2.51.1.6"),
        put(f"{party}/identification/extension", "7365565594238"),
    )


OUTPATIENT, INPATIENT, COMMITTED, MANY = (
    "öppen vård",
    "sluten vård",
    "betalningsförbindelse",
    "flera patienter och rader",
)


def rule_fault(rule: str, place: str, change: Change, kind: str = OUTPATIENT) -> Fault:
    """Make the row of a message that breaks a rule."""
    return Fault(rule=rule, place=place, kind=kind, change=change)


RULE_FAULTS: Mapping[str, Fault] = {
    "tomt fakturanummer": rule_fault("R1", "invoiceId", put("invoiceId", "")),
    "tomt tilläggselement": rule_fault("R1", "empty", _empty_extension),
    "dokumentdatum i framtiden": rule_fault("R2", "issueDate", _future),
    "säljare med enbart GLN": rule_fault("R3", "supplierParty", _only_gln("supplierParty")),
    "fakturatyp 382": rule_fault("R4", "typeOfInvoice", put("typeOfInvoice", "382")),
    "totalbelopp två kronor för högt": rule_fault("R5", PAYABLE, more("2", PAYABLE)),
    "totalbelopp 250 kronor för lågt": rule_fault("R5", PAYABLE, more("-250", PAYABLE)),
    "länskod med en siffra": rule_fault("R8", "county", put("//county/code", "3")),
    "kommunkod med tre siffror": rule_fault(
        "R9", "municipality", put("//municipality/code", "380")
    ),
    "kön 3": rule_fault("R10", "gender", put("//gender/code", "3")),
    "sluten vård utan vårdkontakt": rule_fault(
        "R11", "healthcarePerformed", drop("//careContactId"), INPATIENT
    ),
    "avtalstyp 4": rule_fault("R12", "typeOfAgreement", put("//typeOfAgreement", "4"), COMMITTED),
    "kapitel 8": rule_fault("R13", "typeOfChapter", put("//typeOfChapter", "8"), COMMITTED),
    "ersättningstyp 3": rule_fault(
        "R14", "typeOfReimbursement", put("//typeOfReimbursement", "3"), COMMITTED
    ),
    "vårdform 03": rule_fault("R15", "typeOfCare", put("//typeOfCare/code", "03")),
    "besökstyp 3": rule_fault("R16", "typeOfVisit", put("//typeOfVisit", "3")),
    "vård efter dokumentdatum": rule_fault("R17", "careVisitDate", put_day("//careVisitDate", 1)),
    "utskrivning före vårdens start": rule_fault(
        "R18", "careDischargeDate", put_day("//careDischargeDate", -60), INPATIENT
    ),
    "faktureringsperiod utan slut": rule_fault("R19", "invoicePeriod", period(-20, None)),
    "faktureringsperiod efter dokumentdatum": rule_fault("R20", "invoicePeriod", period(1, 2)),
    "faktureringsperiod baklänges": rule_fault("R21", "invoicePeriod", period(-10, -20)),
    "yrkeskod XX": rule_fault(
        "R22", "professionCodeForHealthcare", put("//professionCodeForHealthcare", "XX")
    ),
    "öppen vård utan yrkeskod": rule_fault(
        "R23", "healthcarePerformed", drop("//professionCodeForHealthcare")
    ),
    "produktkategori 05": rule_fault("R24", "productCategory", put("//productCategory", "05")),
    "prislista 7": rule_fault("R25", "priceList", put("//priceList", "7")),
    "patientspecifik vård fel multiplicerad": rule_fault(
        "R26", "patientSpecificCareTotalAmount", more("100", ITEM, GROSS, NET, PAYABLE)
    ),
    "bruttobelopp stämmer inte med delarna": rule_fault(
        "R27", "patientCareInvoiceGrossAmount", more("100", GROSS, NET, PAYABLE)
    ),
    "bruttobelopp utan avdragen patientavgift": rule_fault(
        "R27", "patientCareInvoiceGrossAmount", more("300", GROSS, NET, PAYABLE)
    ),
    "nettobelopp stämmer inte med brutto": rule_fault(
        "R28", "patientCareInvoiceNetAmount", more("100", NET, PAYABLE)
    ),
    "kategori för nedsatt avgift 06": rule_fault(
        "R29", "patientFeeReducedCategory", put("//patientFeeReducedCategory", "06")
    ),
    "vårdnivå 5": rule_fault("R30", "careLevel", put("//careLevel", "5")),
    "sluten vård utan huvuddiagnos": rule_fault(
        "R31", "healthcarePerformed", drop("//diagnosis"), INPATIENT
    ),
    "diagnos vid verksamhetsområde 901": rule_fault(
        "R33", "healthcarePerformed", put("//medicalFieldCode", "901")
    ),
    "listningsenhet med fel root": rule_fault(
        "R34",
        "listingLocalAuthoritiesNumber",
        put("//listingLocalAuthoritiesNumber/root", "1.2.3"),
    ),
    "valuta EUR": rule_fault("R35", "currency", put(f"{PAYABLE}/currency/code", "EUR")),
    "valuta med fel kodverk": rule_fault("R35", "currency", put("//currency/codeSystem", "4217")),
    "krediteringsorsak 0": rule_fault(
        "R36", "reasonForCredit", put("//reasonForCredit", "0"), "kredit"
    ),
    "id med fel inledning": rule_fault("R37", "id", put("id", "ABC23210000162611000001")),
    "id med 22 tecken": rule_fault("R37", "id", put("id", "ZVF2321000016261100001")),
    "utskrivning efter dokumentdatum": rule_fault(
        "R38", "careDischargeDate", put_day("//careDischargeDate", 1), INPATIENT
    ),
    "diagnoskod utan kodverk": rule_fault(
        "R39", "diagnosisCode", drop("//diagnosisCode/codeSystem")
    ),
    "åtgärdskod utan kod": rule_fault("R39", "typeOfTreatment", drop("//typeOfTreatment/code")),
    "kön utan kodverk": rule_fault("R39", "gender", drop("//gender/codeSystem")),
    "verksamhetskod utan kodverk": rule_fault(
        "R39", "businessClassification", drop("//businessClassification/codeSystem")
    ),
    "vårdform utan kodverk": rule_fault("R39", "typeOfCare", drop("//typeOfCare/codeSystem")),
    "läkemedelskod utan kodverk": rule_fault(
        "R39", "ATC", drop("//ATC/codeSystem"), "patientspecifik vård"
    ),
    "länskod 99 med kodverk": rule_fault("R40", "county", put("//county/code", "99")),
    "länskod utan kodverk": rule_fault("R40", "county", drop("//county/codeSystem")),
    "kommunkod 9901 med kodverk": rule_fault(
        "R41", "municipality", put("//municipality/code", "9901")
    ),
    "kommunkod med fel kodverk": rule_fault(
        "R41", "municipality", put("//municipality/codeSystem", "1.2.3")
    ),
    "DRG-kod med code": rule_fault(
        "R42", "DRGCode", lambda claim, _: _code_first(at(claim, "//DRGCode")), "DRG"
    ),
    "samma lineId två gånger": rule_fault("R43", "lineId", _same_line_twice, MANY),
    "kategorisering utan pris": rule_fault("R44", "categorization", _without_price),
    "DRG-kostnad utan DRG-kod": rule_fault("R45", "DRGCost", drop("//DRGCode"), "DRG"),
    "köpare med enbart GLN": rule_fault("R46", "customerParty", _only_gln("customerParty")),
    "patientspecifik vård utan kod": rule_fault(
        "R47", "patientSpecificCare", drop("//patientSpecificCareCode")
    ),
    "säljare med nio siffror": rule_fault(
        "R48", "identification", put("supplierParty/identification/extension", "232100001")
    ),
    "köpare med elva siffror": rule_fault(
        "R48", "identification", put("customerParty/identification/extension", "23210000245")
    ),
    "verksamhetsområde 123": rule_fault(
        "R49", "medicalFieldCode", put("//medicalFieldCode", "123")
    ),
    "avsnitt 4.2 i Riksavtalet": rule_fault(
        "R50", "agreementInRiksavtalet", put("//agreementInRiksavtalet", "4.2"), COMMITTED
    ),
    "sluten vård utan vårddagar": rule_fault(
        "R51", "healthcarePerformed", drop("//numberOfDays"), INPATIENT
    ),
    "kredit utan hänvisning": rule_fault(
        "R52", "typeOfInvoice", drop("referenceToProcessClaimSpecificationId"), "kredit"
    ),
}
"""Swedish name of the fault, as scenarios say it, to the one rule it breaks."""


def _code_first(element: etree._Element) -> None:
    leaf = etree.Element(f"{{{CLAIM}}}code")
    leaf.text = "D47A"
    element.insert(0, leaf)


def _swap_first_two(claim: etree._Element, _deal: Deal) -> None:
    claim.insert(0, claim[1])


def _schema(place: str, change: Change, kind: str = OUTPATIENT) -> Fault:
    return Fault(rule="schema", place=place, kind=kind, change=change)


def _second_identity(claim: etree._Element, _deal: Deal) -> None:
    identity = at(claim, "//patientIdentity")
    identity.addnext(etree.fromstring(etree.tostring(identity)))


def _misplaced_namespace(claim: etree._Element, _deal: Deal) -> None:
    at(claim, "typeOfInvoice").tag = "typeOfInvoice"


SCHEMA_FAULTS: Mapping[str, Fault] = {
    "obligatoriskt element saknas": _schema("customerParty", drop("customerParty")),
    "två patientidentiteter": _schema("patientIdentity", _second_identity),
    "element i fel ordning": _schema("issueDate", _swap_first_two),
    "okänt element i domänens namnrymd": _schema("colour", after("//careLevel", ("colour", "x"))),
    "element utan namnrymd": _schema("typeOfInvoice", _misplaced_namespace),
    "datum med bindestreck": _schema("issueDate", put("issueDate", "2026-10-01")),
    "klockslag 250000": _schema("issueTime", put("issueTime", "250000")),
    "belopp med decimalkomma": _schema("amount", put(f"{PAYABLE}/amount", "1800,00")),
    "radnummer noll": _schema("lineId", put("//lineId", "0")),
    "sanningsvärde på svenska": _schema("plannedHealthcare", put("//plannedHealthcare", "ja")),
    "tre identifikationer av säljaren": _schema(
        "identification", lambda claim, _: _triple(at(claim, "supplierParty/identification"))
    ),
}
"""Swedish name of the fault to a message that is not valid by the schema."""


def _triple(identification: etree._Element) -> None:
    for _ in range(2):
        identification.addnext(etree.fromstring(etree.tostring(identification)))
