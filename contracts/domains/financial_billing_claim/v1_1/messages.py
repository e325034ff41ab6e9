"""A claim specification as values, and the message that carries it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lxml import etree

from contracts.terms import OrganisationNumber

__all__ = [
    "CLAIM",
    "RESPONDER",
    "Care",
    "CareItem",
    "Claim",
    "Drg",
    "Identity",
    "Line",
    "Party",
    "payload_of",
    "text_of",
]

RESPONDER = "urn:riv:financial:billing:claim:ProcessClaimSpecificationResponder:1"
CLAIM = "urn:riv:financial:billing:claim:1"

_ORGANISATION, _GLN = "1.3.7", "2.51.1.6"
_COUNTY, _MUNICIPALITY = "1.2.752.129.2.2.1.18", "1.2.752.129.2.2.1.17"
_GENDER = "1.2.752.129.2.2.1.1"
_CARE = "1.2.752.29.4.16"
_BUSINESS = "1.2.752.129.2.2.1.3"
_DIAGNOSIS, _TREATMENT, _ATC = (
    "1.2.752.116.1.1.1.1.3",
    "1.2.752.116.1.3.2.1.4",
    "1.2.752.129.2.2.3.1.1",
)
_HSA = "1.2.752.129.2.1.4.1"
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Seller or buyer: an organisation number, and a GLN where the party has one."""

    organisation_number: OrganisationNumber
    gln: str | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A patient's identity: which kind (OID) and the identity itself."""

    root: str
    extension: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CareItem:
    """One piece of patient-specific care: how many, at which price."""

    code: str
    name: str
    count: int
    price: Decimal

    @property
    def total(self) -> Decimal:
        """Give count times price (rule R26)."""
        return self.count * self.price


@dataclass(frozen=True, slots=True, kw_only=True)
class Drg:
    """Care paid by diagnosis-related group."""

    code: str
    price: Decimal
    extra_time: Decimal | None = None
    extra_cost: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """One healthcarePerformed: what was done and what it costs.

    Units: SEK. Gross and net follow from the parts (rules R27 and R28).
    """

    line_id: int
    inpatient: bool = False
    visit: date
    contact_id: str | None = None
    discharge: date | None = None
    period: tuple[date, date] | None = None
    days_in_care: int | None = None
    planned: bool = False
    public: bool | None = None
    visit_type: str | None = None
    unit: str = "Vårdcentralen Provbänken"
    unit_id: str | None = None
    profession: str | None = None
    category: str | None = "01"
    price_list: str | None = None
    drg: Drg | None = None
    items: tuple[CareItem, ...] = ()
    fee: Decimal | None = None
    fee_paid: Decimal | None = None
    fee_category: str | None = None
    charge: Decimal | None = None
    allowance: Decimal | None = None
    discount: Decimal | None = None
    field: str = "101"
    business: str | None = None
    level: str | None = None
    diagnoses: tuple[str, ...] = ()
    treatments: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()
    commitment: tuple[tuple[str, str], ...] = ()
    credited_line: int | None = None
    credit_reason: str | None = None
    remark: str | None = None

    @property
    def gross(self) -> Decimal:
        """Give what the care costs, less the fee the patient paid (rule R27)."""
        drg = self.drg
        parts = (drg.price, drg.extra_time or ZERO, drg.extra_cost or ZERO) if drg else ()
        return sum((*parts, *(item.total for item in self.items)), ZERO) - (self.fee_paid or ZERO)

    @property
    def net(self) -> Decimal:
        """Give gross with charge, allowance and discount counted in (rule R28)."""
        return (
            self.gross
            + (self.charge or ZERO)
            - (self.allowance or ZERO)
            - (self.discount or ZERO)
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One patient and the care given."""

    patient: Identity
    care: tuple[Care, ...]
    county: str
    municipality: str
    gender: str | None = "2"
    listing: str | None = None
    asylum_card: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim specification: who bills whom, for which patients' care."""

    id: str
    issued: date
    issued_time: str | None = "120000"
    credit_of: str | None = None
    credited_invoice: str | None = None
    invoice_id: str | None = None
    supplier: Party
    customer: Party
    lines: tuple[Line, ...]

    @property
    def payable(self) -> Decimal:
        """Give the sum of the net amounts (rule R5)."""
        return sum((care.net for line in self.lines for care in line.care), ZERO)


def payload_of(claim: Claim) -> etree._Element:
    """Write a claim specification as the contract's request element."""
    root = etree.Element(f"{{{RESPONDER}}}ProcessClaimSpecification", nsmap={None: RESPONDER})
    body = etree.SubElement(root, f"{{{RESPONDER}}}claimSpecification", nsmap={"c": CLAIM})
    body.extend(_claim(claim))
    return root


def text_of(payload: etree._Element, *names: str) -> str | None:
    """Give the text of the element that the names lead to, from claimSpecification down.

    Shape: the whole text, comments within it left out; None where there is no such element.
    """
    path = "/".join([f"{{{RESPONDER}}}claimSpecification", *(f"{{{CLAIM}}}{n}" for n in names)])
    found = payload.find(path)
    return None if found is None else str(found.xpath("string()"))


def _claim(claim: Claim) -> Iterable[etree._Element]:
    yield _leaf("id", claim.id)
    yield _leaf("issueDate", _day(claim.issued))
    yield from _optional("issueTime", claim.issued_time)
    yield _leaf("typeOfInvoice", "381" if claim.credit_of else "380")
    if claim.invoice_id is not None:
        yield _leaf("invoiceId", claim.invoice_id)
        yield _leaf("invoiceDateOfIssue", _day(claim.issued))
    yield from _optional("referenceToInvoice", claim.credited_invoice)
    yield from _optional("referenceToProcessClaimSpecificationId", claim.credit_of)
    yield _amount("payableAmount", claim.payable)
    yield _party("supplierParty", "sellerContact", claim.supplier)
    yield _party("customerParty", "buyerContact", claim.customer)
    for line in claim.lines:
        yield _node(
            "healthCareServicesSpecificationLine",
            _patient(line),
            *(_care(care) for care in line.care),
        )


def _party(name: str, contact: str, party: Party) -> etree._Element:
    return _node(
        name,
        _identified("identification", _ORGANISATION, party.organisation_number),
        *([_identified("identification", _GLN, party.gln)] if party.gln else ()),
        *([_node(contact, _leaf("name", party.contact))] if party.contact else ()),
    )


def _patient(line: Line) -> etree._Element:
    return _node(
        "patientInformation",
        _identified("patientIdentity", line.patient.root, line.patient.extension),
        _node(
            "patientOtherInformation",
            _code("county", line.county, None if line.county == "99" else _COUNTY),
            _code(
                "municipality",
                line.municipality,
                None if line.municipality == "9901" else _MUNICIPALITY,
            ),
            *(
                [_identified("listingLocalAuthoritiesNumber", _HSA, line.listing)]
                if line.listing
                else ()
            ),
            *_optional("LMACardNumber", line.asylum_card),
            *([_code("gender", line.gender, _GENDER)] if line.gender else ()),
        ),
    )


def _care(care: Care) -> etree._Element:
    return _node(
        "healthcarePerformed",
        _leaf("lineId", str(care.line_id)),
        *_optional("careContactId", care.contact_id),
        *_optional("referenceToLineId", care.credited_line and str(care.credited_line)),
        *_optional("reasonForCredit", care.credit_reason),
        *([_node("unspecified", _leaf("text", care.remark))] if care.remark else ()),
        *(
            [_node("paymentCommitment", *(_leaf(name, text) for name, text in care.commitment))]
            if care.commitment
            else ()
        ),
        _node(
            "healthcareCategory",
            _code("typeOfCare", "02" if care.inpatient else "01", _CARE),
            *([] if care.public is None else [_leaf("publicCare", str(care.public).lower())]),
            _leaf("plannedHealthcare", str(care.planned).lower()),
            *_optional("typeOfVisit", care.visit_type),
        ),
        _timespan(care),
        _node(
            "healthcareUnit",
            *([_identified("careUnitId", _HSA, care.unit_id)] if care.unit_id else ()),
            _leaf("careUnitName", care.unit),
            *_optional("professionCodeForHealthcare", care.profession),
        ),
        *_categorization(care),
        _details(care),
        _node(
            "activity",
            _leaf("medicalFieldCode", care.field),
            *([_code("businessClassification", care.business, _BUSINESS)] if care.business else ()),
            *_optional("careLevel", care.level),
        ),
        *_diagnosis(care),
        *_treatment(care),
    )


def _timespan(care: Care) -> etree._Element:
    parts = [_node("healthcareVisitDateTime", _leaf("careVisitDate", _day(care.visit)))]
    if care.discharge:
        discharge = _leaf("careDischargeDate", _day(care.discharge))
        parts.append(_node("healthcareDischargeDateTime", discharge))
    if care.period:
        start, end = care.period
        parts.append(
            _node("invoicePeriod", _leaf("start", _day(start)), _leaf("end", _day(end)))
        )  # fmt: skip
    if care.days_in_care:
        parts.append(_node("numberOfDays", _leaf("inCare", str(care.days_in_care))))
    return _node("timespan", *parts)


def _categorization(care: Care) -> Iterable[etree._Element]:
    drg = care.drg
    costs = (
        [
            _node(
                "DRGCost",
                _node("DRGCode", _leaf("originalText", drg.code)),
                _amount("DRGPrice", drg.price),
                *_optional_amount("extendedAllowanceCareTime", drg.extra_time),
                *_optional_amount("extendedAllowanceCost", drg.extra_cost),
            )
        ]
        if drg
        else []
    )
    items = [
        _node(
            "patientSpecificCare",
            _leaf("patientSpecificCareCode", item.code),
            _leaf("patientSpecificCareCodeName", item.name),
            _leaf("numberOfPatientSpecificCare", str(item.count)),
            _amount("patientSpecificCarePrice", item.price),
            _amount("patientSpecificCareTotalAmount", item.total),
        )
        for item in care.items
    ]
    if costs or items:
        yield _node(
            "categorization",
            *_optional("productCategory", care.category),
            *_optional("priceList", care.price_list),
            *costs,
            *items,
        )


def _details(care: Care) -> etree._Element:
    return _node(
        "invoicedAmountDetails",
        _amount("patientCareInvoiceGrossAmount", care.gross),
        _amount("patientCareInvoiceNetAmount", care.net),
        *_optional_amount("patientCareAllowance", care.allowance),
        *_optional_amount("patientCareDiscount", care.discount),
        *_optional_amount("patientCareCharge", care.charge),
        *_optional_amount("outPatientCareFee", care.fee),
        *_optional_amount("outPatientCareFeePaid", care.fee_paid),
        *_optional("patientFeeReducedCategory", care.fee_category),
    )


def _diagnosis(care: Care) -> Iterable[etree._Element]:
    if care.diagnoses:
        main, *others = (
            _code("diagnosisCode", diagnosis, _DIAGNOSIS) for diagnosis in care.diagnoses
        )
        kind = "inpatientCareDiagnosis" if care.inpatient else "outpatientCareDiagnosis"
        yield _node(
            "diagnosis",
            _node(
                kind,
                _node("mainDiagnosis", main),
                *(_node("biDiagnosis", other) for other in others),
            ),
        )


def _treatment(care: Care) -> Iterable[etree._Element]:
    if care.treatments or care.drugs:
        yield _node(
            "treatment",
            *(_code("typeOfTreatment", code, _TREATMENT) for code in care.treatments),
            *(_code("ATC", code, _ATC) for code in care.drugs),
        )


def _day(day: date) -> str:
    return day.strftime("%Y%m%d")


def _leaf(name: str, text: str) -> etree._Element:
    element = etree.Element(f"{{{CLAIM}}}{name}")
    element.text = text
    return element


def _optional(name: str, text: str | int | None) -> Iterable[etree._Element]:
    return [_leaf(name, str(text))] if text else []


def _node(name: str, *children: etree._Element) -> etree._Element:
    element = etree.Element(f"{{{CLAIM}}}{name}", nsmap={"c": CLAIM})
    element.extend(children)
    return element


def _code(name: str, code: str, code_system: str | None) -> etree._Element:
    parts = [_leaf("code", code)]
    if code_system:
        parts.append(_leaf("codeSystem", code_system))
    return _node(name, *parts)


def _identified(name: str, root: str, extension: str) -> etree._Element:
    return _node(name, _leaf("root", root), _leaf("extension", extension))


def _amount(name: str, amount: Decimal) -> etree._Element:
    return _node(name, _leaf("amount", f"{amount:.2f}"), _code("currency", "SEK", "1.0.4217"))


def _optional_amount(name: str, amount: Decimal | None) -> Iterable[etree._Element]:
    return [] if amount is None else [_amount(name, amount)]
