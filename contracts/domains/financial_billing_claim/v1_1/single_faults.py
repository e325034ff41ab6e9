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
    Change,
    after,
    all_of,
    at,
    day_of,
    drop,
    more,
    period,
    put,
    put_day,
    remove,
)
from contracts.domains.financial_billing_claim.v1_1.kinds import Deal, valid
from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM

__all__ = ["RULE_FAULTS", "SCHEMA_FAULTS", "Fault", "faults_of", "faulty"]


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
    message = valid(fault.kind, deal)
    fault.change(message[0], deal)
    return message


def faults_of(rule: str) -> tuple[str, ...]:
    """Give the names of the faults that break one rule."""
    return tuple(name for name, fault in RULE_FAULTS.items() if fault.rule == rule)


def _future(claim: etree._Element, deal: Deal) -> None:
    """Date the message two days ahead: late in every time zone."""
    at(claim, "issueDate").text = day_of(deal.today + timedelta(days=2))


def _without_price(claim: etree._Element, _deal: Deal) -> None:
    """Leave only the product category, with sums that still hold."""
    remove(at(claim, "//patientSpecificCare"))
    for path in (_GROSS, _NET, _PAYABLE):
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


RULE_FAULTS: Mapping[str, Fault] = {
    "tomt fakturanummer": _rule("R1", "invoiceId", put("invoiceId", "")),
    "tomt tilläggselement": _rule("R1", "empty", _empty_extension),
    "dokumentdatum i framtiden": _rule("R2", "issueDate", _future),
    "säljare med enbart GLN": _rule("R3", "supplierParty", _only_gln("supplierParty")),
    "fakturatyp 382": _rule("R4", "typeOfInvoice", put("typeOfInvoice", "382")),
    "totalbelopp två kronor för högt": _rule("R5", _PAYABLE, more("2", _PAYABLE)),
    "totalbelopp 250 kronor för lågt": _rule("R5", _PAYABLE, more("-250", _PAYABLE)),
    "länskod med en siffra": _rule("R8", "county", put("//county/code", "3")),
    "kommunkod med tre siffror": _rule("R9", "municipality", put("//municipality/code", "380")),
    "kön 3": _rule("R10", "gender", put("//gender/code", "3")),
    "sluten vård utan vårdkontakt": _rule(
        "R11", "healthcarePerformed", drop("//careContactId"), _IN
    ),
    "avtalstyp 4": _rule("R12", "typeOfAgreement", put("//typeOfAgreement", "4"), _COMMITTED),
    "kapitel 8": _rule("R13", "typeOfChapter", put("//typeOfChapter", "8"), _COMMITTED),
    "ersättningstyp 3": _rule(
        "R14", "typeOfReimbursement", put("//typeOfReimbursement", "3"), _COMMITTED
    ),
    "vårdform 03": _rule("R15", "typeOfCare", put("//typeOfCare/code", "03")),
    "besökstyp 3": _rule("R16", "typeOfVisit", put("//typeOfVisit", "3")),
    "vård efter dokumentdatum": _rule("R17", "careVisitDate", put_day("//careVisitDate", 1)),
    "utskrivning före vårdens start": _rule(
        "R18", "careDischargeDate", put_day("//careDischargeDate", -60), _IN
    ),
    "faktureringsperiod utan slut": _rule("R19", "invoicePeriod", period(-20, None)),
    "faktureringsperiod efter dokumentdatum": _rule("R20", "invoicePeriod", period(1, 2)),
    "faktureringsperiod baklänges": _rule("R21", "invoicePeriod", period(-10, -20)),
    "yrkeskod XX": _rule(
        "R22", "professionCodeForHealthcare", put("//professionCodeForHealthcare", "XX")
    ),
    "öppen vård utan yrkeskod": _rule(
        "R23", "healthcarePerformed", drop("//professionCodeForHealthcare")
    ),
    "produktkategori 05": _rule("R24", "productCategory", put("//productCategory", "05")),
    "prislista 7": _rule("R25", "priceList", put("//priceList", "7")),
    "patientspecifik vård fel multiplicerad": _rule(
        "R26", "patientSpecificCareTotalAmount", more("100", _ITEM, _GROSS, _NET, _PAYABLE)
    ),
    "bruttobelopp stämmer inte med delarna": _rule(
        "R27", "patientCareInvoiceGrossAmount", more("100", _GROSS, _NET, _PAYABLE)
    ),
    "bruttobelopp utan avdragen patientavgift": _rule(
        "R27", "patientCareInvoiceGrossAmount", more("300", _GROSS, _NET, _PAYABLE)
    ),
    "nettobelopp stämmer inte med brutto": _rule(
        "R28", "patientCareInvoiceNetAmount", more("100", _NET, _PAYABLE)
    ),
    "kategori för nedsatt avgift 06": _rule(
        "R29", "patientFeeReducedCategory", put("//patientFeeReducedCategory", "06")
    ),
    "vårdnivå 5": _rule("R30", "careLevel", put("//careLevel", "5")),
    "sluten vård utan huvuddiagnos": _rule("R31", "healthcarePerformed", drop("//diagnosis"), _IN),
    "diagnos vid verksamhetsområde 901": _rule(
        "R33", "healthcarePerformed", put("//medicalFieldCode", "901")
    ),
    "listningsenhet med fel root": _rule(
        "R34",
        "listingLocalAuthoritiesNumber",
        put("//listingLocalAuthoritiesNumber/root", "1.2.3"),
    ),
    "valuta EUR": _rule("R35", "currency", put(f"{_PAYABLE}/currency/code", "EUR")),
    "valuta med fel kodverk": _rule("R35", "currency", put("//currency/codeSystem", "4217")),
    "krediteringsorsak 0": _rule("R36", "reasonForCredit", put("//reasonForCredit", "0"), "kredit"),
    "id med fel inledning": _rule("R37", "id", put("id", "ABC23210000162611000001")),
    "id med 22 tecken": _rule("R37", "id", put("id", "ZVF2321000016261100001")),
    "utskrivning efter dokumentdatum": _rule(
        "R38", "careDischargeDate", put_day("//careDischargeDate", 1), _IN
    ),
    "diagnoskod utan kodverk": _rule("R39", "diagnosisCode", drop("//diagnosisCode/codeSystem")),
    "åtgärdskod utan kod": _rule("R39", "typeOfTreatment", drop("//typeOfTreatment/code")),
    "kön utan kodverk": _rule("R39", "gender", drop("//gender/codeSystem")),
    "verksamhetskod utan kodverk": _rule(
        "R39", "businessClassification", drop("//businessClassification/codeSystem")
    ),
    "vårdform utan kodverk": _rule("R39", "typeOfCare", drop("//typeOfCare/codeSystem")),
    "läkemedelskod utan kodverk": _rule(
        "R39", "ATC", drop("//ATC/codeSystem"), "patientspecifik vård"
    ),
    "länskod 99 med kodverk": _rule("R40", "county", put("//county/code", "99")),
    "länskod utan kodverk": _rule("R40", "county", drop("//county/codeSystem")),
    "kommunkod 9901 med kodverk": _rule("R41", "municipality", put("//municipality/code", "9901")),
    "kommunkod med fel kodverk": _rule(
        "R41", "municipality", put("//municipality/codeSystem", "1.2.3")
    ),
    "DRG-kod med code": _rule(
        "R42", "DRGCode", lambda claim, _: _code_first(at(claim, "//DRGCode")), "DRG"
    ),
    "samma lineId två gånger": _rule("R43", "lineId", _same_line_twice, _MANY),
    "kategorisering utan pris": _rule("R44", "categorization", _without_price),
    "DRG-kostnad utan DRG-kod": _rule("R45", "DRGCost", drop("//DRGCode"), "DRG"),
    "köpare med enbart GLN": _rule("R46", "customerParty", _only_gln("customerParty")),
    "patientspecifik vård utan kod": _rule(
        "R47", "patientSpecificCare", drop("//patientSpecificCareCode")
    ),
    "säljare med nio siffror": _rule(
        "R48", "identification", put("supplierParty/identification/extension", "232100001")
    ),
    "köpare med elva siffror": _rule(
        "R48", "identification", put("customerParty/identification/extension", "23210000245")
    ),
    "verksamhetsområde 123": _rule("R49", "medicalFieldCode", put("//medicalFieldCode", "123")),
    "avsnitt 4.2 i Riksavtalet": _rule(
        "R50", "agreementInRiksavtalet", put("//agreementInRiksavtalet", "4.2"), _COMMITTED
    ),
    "sluten vård utan vårddagar": _rule("R51", "healthcarePerformed", drop("//numberOfDays"), _IN),
    "kredit utan hänvisning": _rule(
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


def _schema(place: str, change: Change, kind: str = _OUT) -> Fault:
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
    "belopp med decimalkomma": _schema("amount", put(f"{_PAYABLE}/amount", "1800,00")),
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
