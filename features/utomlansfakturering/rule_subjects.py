"""What each rule has to judge in a message: where there is nothing, keeping it shows nothing."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM

__all__ = ["SUBJECTS", "has_subject"]

_LINE = "//c:healthcarePerformed"
_IN = f"{_LINE}[c:healthcareCategory/c:typeOfCare/c:code='02']"
_OUT = f"{_LINE}[c:healthcareCategory/c:typeOfCare/c:code='01']"
_NINE = "[starts-with(c:activity/c:medicalFieldCode, '9')]"

SUBJECTS: Mapping[str, str] = {
    "R1": "//c:id",
    "R2": "//c:issueDate",
    "R3": "//c:supplierParty",
    "R4": "//c:typeOfInvoice",
    "R5": "//c:payableAmount/c:amount",
    "R8": "//c:county/c:code",
    "R9": "//c:municipality/c:code",
    "R10": "//c:gender/c:code",
    "R11": _IN,
    "R12": "//c:typeOfAgreement",
    "R13": "//c:typeOfChapter",
    "R14": "//c:typeOfReimbursement",
    "R15": "//c:typeOfCare/c:code",
    "R16": "//c:typeOfVisit",
    "R17": "//c:careVisitDate",
    "R18": "//c:careDischargeDate",
    "R19": "//c:invoicePeriod",
    "R20": "//c:invoicePeriod",
    "R21": "//c:invoicePeriod/c:end",
    "R22": "//c:professionCodeForHealthcare",
    "R23": _OUT,
    "R24": "//c:productCategory",
    "R25": "//c:priceList",
    "R26": "//c:patientSpecificCareTotalAmount/c:amount",
    "R27": f"{_LINE}[c:categorization]//c:patientCareInvoiceGrossAmount/c:amount",
    "R28": "//c:patientCareInvoiceNetAmount/c:amount",
    "R29": "//c:patientFeeReducedCategory",
    "R30": "//c:careLevel",
    "R31": f"{_IN}[not(starts-with(c:activity/c:medicalFieldCode, '9'))]",
    "R33": f"{_LINE}{_NINE}",
    "R34": "//c:listingLocalAuthoritiesNumber",
    "R35": "//c:currency",
    "R36": "//c:reasonForCredit",
    "R37": "//c:id",
    "R38": "//c:careDischargeDate",
    "R39": "//c:gender|//c:typeOfCare|//c:businessClassification|//c:diagnosisCode"
    "|//c:typeOfTreatment|//c:ATC",
    "R40": "//c:county",
    "R41": "//c:municipality",
    "R42": "//c:DRGCode",
    "R43": "//c:lineId[2]|//c:healthcarePerformed[2]|//c:healthCareServicesSpecificationLine[2]",
    "R44": "//c:categorization",
    "R45": "//c:DRGCost",
    "R46": "//c:customerParty",
    "R47": "//c:patientSpecificCare",
    "R48": "//c:identification",
    "R49": "//c:medicalFieldCode",
    "R50": "//c:agreementInRiksavtalet",
    "R51": _IN,
    "R52": "//c:typeOfInvoice[contains(., '381')]",
}
"""By rule: where in a message stands what the rule is about (XPath; more than one line for R43)."""

_FOUND = {rule: etree.XPath(path, namespaces={"c": CLAIM}) for rule, path in SUBJECTS.items()}


def has_subject(payload: etree._Element, rule: str) -> bool:
    """Tell whether a message holds what a rule is about."""
    return bool(_FOUND[rule](payload))
