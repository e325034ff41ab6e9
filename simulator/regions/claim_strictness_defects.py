"""Known defects of a buyer that refuses what is right: at a rule's limit, or of a rarer kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM
from simulator.regions.defect import Defect
from simulator.regions.judging_flaws import minds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lxml import etree

__all__ = ["strictness_defects"]

_OFF = "(number(//c:payableAmount/c:amount) - sum(//c:patientCareInvoiceNetAmount/c:amount))"
_LATIN_1 = 0xFF


def strictness_defects() -> Iterable[Defect]:
    """Make the defects."""
    rows: tuple[tuple[str, str, str, str | Callable[[etree._Element], bool]], ...]
    rows = (*_AT_LIMITS, *_OF_KINDS, *_OF_FORMS)
    for breaks, name, says, when in rows:
        rule = breaks if re.fullmatch(r"R\d+", breaks) else "R99"
        yield Defect(
            name=name,
            says=says,
            breaks=f"FBC-{breaks}",
            also=frozenset(f"FBC-{one}" for one in _ALSO.get(name, ())),
            on_judgement=minds(rule, when, c=CLAIM),
        )


def _is(element: str, value: str) -> str:
    return f"//c:{element} = '{value}'"


_AT_LIMITS: tuple[tuple[str, str, str, str], ...] = (
    ("R5", "refuses-a-krona-too-much", "refuses a total a krona above the sum", f"{_OFF} > 0.5"),
    ("R5", "refuses-a-krona-too-little", "refuses a total a krona below the sum", f"{_OFF} < -0.5"),
    ("R17", "refuses-care-on-the-document-date", "wants care before the document date",
     "//c:careVisitDate = //c:issueDate"),
    ("R18", "refuses-discharge-on-the-same-day", "wants a discharge after the day care began",
     "//c:careDischargeDate = //c:careVisitDate"),
    ("R38", "refuses-discharge-on-the-document-date", "wants a discharge before the document date",
     "//c:careDischargeDate = //c:issueDate"),
    ("R20", "refuses-periods-until-the-day-before", "wants periods to end two days before",
     "number(//c:invoicePeriod/c:end) + 1 >= number(//c:issueDate) or (substring(//c:issueDate, 7)"
     " = '01' and number(//c:invoicePeriod/c:end) + 100 > number(//c:issueDate))"),
    ("R21", "refuses-periods-of-a-day", "wants a period to end after the day it begins",
     "//c:invoicePeriod[c:start = c:end]"),
    ("R10", "refuses-gender-0", "knows no gender 0", _is("gender/c:code", "0")),
    ("R10", "refuses-gender-9", "knows no gender 9", _is("gender/c:code", "9")),
    ("R12", "refuses-agreement-3", "knows no agreement 3", _is("typeOfAgreement", "3")),
    ("R13", "refuses-chapter-7", "knows no chapter 7", _is("typeOfChapter", "7")),
    ("R14", "refuses-reimbursement-1", "knows no reimbursement 1", _is("typeOfReimbursement", "1")),
    ("R16", "refuses-visit-2", "knows no visit 2", _is("typeOfVisit", "2")),
    ("R22", "refuses-profession-OV", "knows no profession OV",
     _is("professionCodeForHealthcare", "OV")),
    ("R24", "refuses-category-99", "knows no product category 99", _is("productCategory", "99")),
    ("R25", "refuses-price-list-6", "knows no price list 6", _is("priceList", "6")),
    ("R29", "refuses-reduced-category-99", "knows no reduced fee 99",
     _is("patientFeeReducedCategory", "99")),
    ("R30", "refuses-level-4", "knows no level of care 4", _is("careLevel", "4")),
    ("R36", "refuses-reason-9", "knows no reason 9 for credits", _is("reasonForCredit", "9")),
    ("R40", "refuses-county-99", "wants a code system of every county", _is("county/c:code", "99")),
    ("R41", "refuses-municipality-9901", "wants a code system of every municipality",
     _is("municipality/c:code", "9901")),
    ("R49", "reads-medical-fields-as-numbers", "drops the zeros that medical fields begin with",
     "starts-with(//c:medicalFieldCode, '00')"),
    ("R50", "refuses-section-4.4", "knows no section 4.4", _is("agreementInRiksavtalet", "4.4")),
)  # fmt: skip
"""What a scenario at a limit of a rule must catch: the rule, name, what it does, and when."""

_OF_KINDS: tuple[tuple[str, str, str, str], ...] = tuple(
    ("SVAR-OK", f"refuses-{name}", f"answers ERROR to claims with {name.replace('-', ' ')}", when)
    for name, when in (
        ("several-patients", "count(//c:healthCareServicesSpecificationLine) > 1"),
        ("several-lines", "//c:healthcarePerformed[2]"),
        ("payment-commitments", "//c:paymentCommitment"),
        ("invoice-periods", "//c:invoicePeriod"),
        ("medical-fields-of-9", "starts-with(//c:medicalFieldCode, '9')"),
        ("two-numbers-of-the-seller", "//c:supplierParty[c:identification[2]]"),
        ("discounts", "//c:patientCareDiscount"),
        ("charges", "//c:patientCareCharge"),
        ("medicines", "//c:ATC"),
        ("several-items", "//c:patientSpecificCare[2]"),
        ("further-diagnoses", "//c:biDiagnosis"),
        ("long-stays", "//c:extendedAllowanceCareTime"),
        ("unplanned-care", "//c:plannedHealthcare = 'false'"),
        ("inpatient-care", "//c:careDischargeDate"),
    )
)


def _wide(payload: etree._Element) -> bool:
    return any(ord(letter) > _LATIN_1 for text in payload.itertext() for letter in str(text))


def _marked(payload: etree._Element) -> bool:
    return any(letter in str(text) for text in payload.itertext() for letter in "&<>")


def _with_decimals(form: str) -> Callable[[etree._Element], bool]:
    def holds(payload: etree._Element) -> bool:
        amounts = payload.iter(f"{{{CLAIM}}}amount")
        return any(re.fullmatch(form, node.text or "") for node in amounts)

    return holds


_OF_FORMS: tuple[tuple[str, str, str, Callable[[etree._Element], bool]], ...] = (
    ("TECKEN", "refuses-letters-beyond-latin-1", "refuses letters that Latin-1 lacks", _wide),
    ("TECKEN", "refuses-ampersands", "refuses texts with &, < or >", _marked),
    ("FORMAT-BELOPP", "refuses-whole-kronor", "refuses amounts without decimals",
     _with_decimals(r"-?\d+")),
    ("FORMAT-BELOPP", "refuses-one-decimal", "refuses amounts with one decimal",
     _with_decimals(r"-?\d+\.\d")),
)  # fmt: skip

_ALSO: dict[str, tuple[str, ...]] = {
    "refuses-county-99": ("SVAR-OK",),
    "refuses-municipality-9901": ("SVAR-OK",),
    "refuses-several-patients": ("SVAR-KOMMENTAR",),  # a variant that breaks two rules
    "refuses-medical-fields-of-9": ("SVAR-KOMMENTAR",),
    "refuses-payment-commitments": ("R12", "R13", "R14", "R50"),
    "refuses-invoice-periods": ("R20", "R21"),
    "refuses-further-diagnoses": ("R18", "R38", "SVAR-KOMMENTAR"),
    "refuses-unplanned-care": ("R18", "R38", "SVAR-KOMMENTAR"),
    "refuses-inpatient-care": ("R18", "R38", "SVAR-KOMMENTAR"),
}
"""What a defect refuses at limits of rules beside its own requirement."""
