"""Messages that are wrong in one way: each rule broken alone, and faults that the schema sees.

Tables, so that a suite names a fault and gets its message, and a test can show that each breaks
just what it says. Amounts and dates are chosen where the contract description and the released
Schematron agree that the message is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.kinds import Deal, valid
from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM

__all__ = ["RULE_FAULTS", "SCHEMA_FAULTS", "Fault", "faults_of", "faulty"]

_Change = Callable[[etree._Element, Deal], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way to be wrong: the rule it breaks (or ``schema``), where, and how to make it.

    Shape: ``place`` is the local name of the element a good comment points at; ``kind`` the valid
           message that ``change`` is made to.
    """

    rule: str
    place: str
    kind: str
    change: _Change


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


def _at(claim: etree._Element, path: str) -> etree._Element:
    """Find the first element at a path of local names; ``//`` before it looks anywhere."""
    deep = path.startswith("//")
    steps = "/".join(f"{{{CLAIM}}}{step}" for step in path.removeprefix("//").split("/"))
    found = claim.find(f".//{steps}" if deep else steps)
    if found is None:
        raise LookupError(f"the message has no {path}")
    return found


def _put(path: str, text: str) -> _Change:
    def change(claim: etree._Element, _deal: Deal) -> None:
        _at(claim, path).text = text

    return change


def _put_day(path: str, days_from_issue: int) -> _Change:
    def change(claim: etree._Element, deal: Deal) -> None:
        _at(claim, path).text = _day(deal.issued + timedelta(days=days_from_issue))

    return change


def _drop(path: str) -> _Change:
    def change(claim: etree._Element, _deal: Deal) -> None:
        _remove(_at(claim, path))

    return change


def _after(path: str, *added: tuple[str, str]) -> _Change:
    """Add leaves after the element at the path."""

    def change(claim: etree._Element, _deal: Deal) -> None:
        for name, text in reversed(added):
            leaf = etree.Element(f"{{{CLAIM}}}{name}")
            leaf.text = text
            _at(claim, path).addnext(leaf)

    return change


def _period(start: int | None, end: int | None) -> _Change:
    """Give the care an invoice period, in days from the document date."""

    def change(claim: etree._Element, deal: Deal) -> None:
        period = etree.Element(f"{{{CLAIM}}}invoicePeriod")
        for name, days in (("start", start), ("end", end)):
            if days is not None:
                leaf = etree.SubElement(period, f"{{{CLAIM}}}{name}")
                leaf.text = _day(deal.issued + timedelta(days=days))
        _at(claim, "//healthcareVisitDateTime").addnext(period)

    return change


def _more(kronor: str, *paths: str) -> _Change:
    """Add to the amounts at the paths, so that the other sums still hold."""

    def change(claim: etree._Element, _deal: Deal) -> None:
        for path in paths:
            amount = _at(claim, f"{path}/amount")
            amount.text = str(Decimal(amount.text or "0") + Decimal(kronor))

    return change


def _all(*changes: _Change) -> _Change:
    def change(claim: etree._Element, deal: Deal) -> None:
        for one in changes:
            one(claim, deal)

    return change


def _future(claim: etree._Element, deal: Deal) -> None:
    """Date the message two days ahead: late in every time zone."""
    _at(claim, "issueDate").text = _day(deal.today + timedelta(days=2))


def _without_price(claim: etree._Element, _deal: Deal) -> None:
    """Leave only the product category, with sums that still hold."""
    _remove(_at(claim, "//patientSpecificCare"))
    for path in (_GROSS, _NET, _PAYABLE):
        _at(claim, f"{path}/amount").text = "-300.00"


def _same_line_twice(claim: etree._Element, _deal: Deal) -> None:
    first, second, *_ = claim.iter(f"{{{CLAIM}}}lineId")
    second.text = first.text


def _empty_extension(claim: etree._Element, _deal: Deal) -> None:
    etree.SubElement(_at(claim, "//activity"), "{urn:provbank:extension}empty")


def _only_gln(party: str) -> _Change:
    return _all(
        _put(f"{party}/identification/root", "2.51.1.6"),
        _put(f"{party}/identification/extension", "7365565594238"),
    )


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _day(day: date) -> str:
    return day.strftime("%Y%m%d")


_PAYABLE = "payableAmount"
_GROSS, _NET = "//patientCareInvoiceGrossAmount", "//patientCareInvoiceNetAmount"
_ITEM = "//patientSpecificCareTotalAmount"
_OUT, _IN, _COMMITTED, _MANY = (
    "öppen vård",
    "sluten vård",
    "betalningsförbindelse",
    "flera patienter och rader",
)


def _rule(rule: str, place: str, change: _Change, kind: str = _OUT) -> Fault:
    return Fault(rule=rule, place=place, kind=kind, change=change)


RULE_FAULTS: Mapping[str, Fault] = {
    "tomt fakturanummer": _rule("R1", "invoiceId", _put("invoiceId", "")),
    "tomt tilläggselement": _rule("R1", "empty", _empty_extension),
    "dokumentdatum i framtiden": _rule("R2", "issueDate", _future),
    "säljare med enbart GLN": _rule("R3", "supplierParty", _only_gln("supplierParty")),
    "fakturatyp 382": _rule("R4", "typeOfInvoice", _put("typeOfInvoice", "382")),
    "totalbelopp två kronor för högt": _rule("R5", _PAYABLE, _more("2", _PAYABLE)),
    "totalbelopp 250 kronor för lågt": _rule("R5", _PAYABLE, _more("-250", _PAYABLE)),
    "länskod med en siffra": _rule("R8", "county", _put("//county/code", "3")),
    "kommunkod med tre siffror": _rule("R9", "municipality", _put("//municipality/code", "380")),
    "kön 3": _rule("R10", "gender", _put("//gender/code", "3")),
    "sluten vård utan vårdkontakt": _rule(
        "R11", "healthcarePerformed", _drop("//careContactId"), _IN
    ),
    "avtalstyp 4": _rule("R12", "typeOfAgreement", _put("//typeOfAgreement", "4"), _COMMITTED),
    "kapitel 8": _rule("R13", "typeOfChapter", _put("//typeOfChapter", "8"), _COMMITTED),
    "ersättningstyp 3": _rule(
        "R14", "typeOfReimbursement", _put("//typeOfReimbursement", "3"), _COMMITTED
    ),
    "vårdform 03": _rule("R15", "typeOfCare", _put("//typeOfCare/code", "03")),
    "besökstyp 3": _rule("R16", "typeOfVisit", _put("//typeOfVisit", "3")),
    "vård efter dokumentdatum": _rule("R17", "careVisitDate", _put_day("//careVisitDate", 1)),
    "utskrivning före vårdens start": _rule(
        "R18", "careDischargeDate", _put_day("//careDischargeDate", -60), _IN
    ),
    "faktureringsperiod utan slut": _rule("R19", "invoicePeriod", _period(-20, None)),
    "faktureringsperiod efter dokumentdatum": _rule("R20", "invoicePeriod", _period(1, 2)),
    "faktureringsperiod baklänges": _rule("R21", "invoicePeriod", _period(-10, -20)),
    "yrkeskod XX": _rule(
        "R22", "professionCodeForHealthcare", _put("//professionCodeForHealthcare", "XX")
    ),
    "öppen vård utan yrkeskod": _rule(
        "R23", "healthcarePerformed", _drop("//professionCodeForHealthcare")
    ),
    "produktkategori 05": _rule("R24", "productCategory", _put("//productCategory", "05")),
    "prislista 7": _rule("R25", "priceList", _put("//priceList", "7")),
    "patientspecifik vård fel multiplicerad": _rule(
        "R26", "patientSpecificCareTotalAmount", _more("100", _ITEM, _GROSS, _NET, _PAYABLE)
    ),
    "bruttobelopp stämmer inte med delarna": _rule(
        "R27", "patientCareInvoiceGrossAmount", _more("100", _GROSS, _NET, _PAYABLE)
    ),
    "bruttobelopp utan avdragen patientavgift": _rule(
        "R27", "patientCareInvoiceGrossAmount", _more("300", _GROSS, _NET, _PAYABLE)
    ),
    "nettobelopp stämmer inte med brutto": _rule(
        "R28", "patientCareInvoiceNetAmount", _more("100", _NET, _PAYABLE)
    ),
    "kategori för nedsatt avgift 06": _rule(
        "R29", "patientFeeReducedCategory", _put("//patientFeeReducedCategory", "06")
    ),
    "vårdnivå 5": _rule("R30", "careLevel", _put("//careLevel", "5")),
    "sluten vård utan huvuddiagnos": _rule("R31", "healthcarePerformed", _drop("//diagnosis"), _IN),
    "diagnos vid verksamhetsområde 901": _rule(
        "R33", "healthcarePerformed", _put("//medicalFieldCode", "901")
    ),
    "listningsenhet med fel root": _rule(
        "R34",
        "listingLocalAuthoritiesNumber",
        _put("//listingLocalAuthoritiesNumber/root", "1.2.3"),
    ),
    "valuta EUR": _rule("R35", "currency", _put(f"{_PAYABLE}/currency/code", "EUR")),
    "valuta med fel kodverk": _rule("R35", "currency", _put("//currency/codeSystem", "4217")),
    "krediteringsorsak 0": _rule(
        "R36", "reasonForCredit", _put("//reasonForCredit", "0"), "kredit"
    ),
    "id med fel inledning": _rule("R37", "id", _put("id", "ABC23210000162611000001")),
    "id med 22 tecken": _rule("R37", "id", _put("id", "ZVF2321000016261100001")),
    "utskrivning efter dokumentdatum": _rule(
        "R38", "careDischargeDate", _put_day("//careDischargeDate", 1), _IN
    ),
    "diagnoskod utan kodverk": _rule("R39", "diagnosisCode", _drop("//diagnosisCode/codeSystem")),
    "åtgärdskod utan kod": _rule("R39", "typeOfTreatment", _drop("//typeOfTreatment/code")),
    "kön utan kodverk": _rule("R39", "gender", _drop("//gender/codeSystem")),
    "verksamhetskod utan kodverk": _rule(
        "R39", "businessClassification", _drop("//businessClassification/codeSystem")
    ),
    "vårdform utan kodverk": _rule("R39", "typeOfCare", _drop("//typeOfCare/codeSystem")),
    "läkemedelskod utan kodverk": _rule(
        "R39", "ATC", _drop("//ATC/codeSystem"), "patientspecifik vård"
    ),
    "länskod 99 med kodverk": _rule("R40", "county", _put("//county/code", "99")),
    "länskod utan kodverk": _rule("R40", "county", _drop("//county/codeSystem")),
    "kommunkod 9901 med kodverk": _rule("R41", "municipality", _put("//municipality/code", "9901")),
    "kommunkod med fel kodverk": _rule(
        "R41", "municipality", _put("//municipality/codeSystem", "1.2.3")
    ),
    "DRG-kod med code": _rule(
        "R42", "DRGCode", lambda claim, _: _code_first(_at(claim, "//DRGCode")), "DRG"
    ),
    "samma lineId två gånger": _rule("R43", "lineId", _same_line_twice, _MANY),
    "kategorisering utan pris": _rule("R44", "categorization", _without_price),
    "DRG-kostnad utan DRG-kod": _rule("R45", "DRGCost", _drop("//DRGCode"), "DRG"),
    "köpare med enbart GLN": _rule("R46", "customerParty", _only_gln("customerParty")),
    "patientspecifik vård utan kod": _rule(
        "R47", "patientSpecificCare", _drop("//patientSpecificCareCode")
    ),
    "säljare med nio siffror": _rule(
        "R48", "identification", _put("supplierParty/identification/extension", "232100001")
    ),
    "köpare med elva siffror": _rule(
        "R48", "identification", _put("customerParty/identification/extension", "23210000245")
    ),
    "verksamhetsområde 123": _rule("R49", "medicalFieldCode", _put("//medicalFieldCode", "123")),
    "avsnitt 4.2 i Riksavtalet": _rule(
        "R50", "agreementInRiksavtalet", _put("//agreementInRiksavtalet", "4.2"), _COMMITTED
    ),
    "sluten vård utan vårddagar": _rule("R51", "healthcarePerformed", _drop("//numberOfDays"), _IN),
    "kredit utan hänvisning": _rule(
        "R52", "typeOfInvoice", _drop("referenceToProcessClaimSpecificationId"), "kredit"
    ),
}
"""Swedish name of the fault, as scenarios say it, to the one rule it breaks."""


def _code_first(element: etree._Element) -> None:
    leaf = etree.Element(f"{{{CLAIM}}}code")
    leaf.text = "D47A"
    element.insert(0, leaf)


def _swap_first_two(claim: etree._Element, _deal: Deal) -> None:
    claim.insert(0, claim[1])


def _schema(place: str, change: _Change, kind: str = _OUT) -> Fault:
    return Fault(rule="schema", place=place, kind=kind, change=change)


def _second_identity(claim: etree._Element, _deal: Deal) -> None:
    identity = _at(claim, "//patientIdentity")
    identity.addnext(etree.fromstring(etree.tostring(identity)))


def _misplaced_namespace(claim: etree._Element, _deal: Deal) -> None:
    _at(claim, "typeOfInvoice").tag = "typeOfInvoice"


SCHEMA_FAULTS: Mapping[str, Fault] = {
    "obligatoriskt element saknas": _schema("customerParty", _drop("customerParty")),
    "två patientidentiteter": _schema("patientIdentity", _second_identity),
    "element i fel ordning": _schema("issueDate", _swap_first_two),
    "okänt element i domänens namnrymd": _schema("colour", _after("//careLevel", ("colour", "x"))),
    "element utan namnrymd": _schema("typeOfInvoice", _misplaced_namespace),
    "datum med bindestreck": _schema("issueDate", _put("issueDate", "2026-10-01")),
    "klockslag 250000": _schema("issueTime", _put("issueTime", "250000")),
    "belopp med decimalkomma": _schema("amount", _put(f"{_PAYABLE}/amount", "1800,00")),
    "radnummer noll": _schema("lineId", _put("//lineId", "0")),
    "sanningsvärde på svenska": _schema("plannedHealthcare", _put("//plannedHealthcare", "ja")),
    "tre identifikationer av säljaren": _schema(
        "identification", lambda claim, _: _triple(_at(claim, "supplierParty/identification"))
    ),
}
"""Swedish name of the fault to a message that is not valid by the schema."""


def _triple(identification: etree._Element) -> None:
    for _ in range(2):
        identification.addnext(etree.fromstring(etree.tostring(identification)))
