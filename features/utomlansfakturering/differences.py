"""Messages on which the contract description and the released Schematron do not agree.

Such a message is judged as the Schematron judges it, which is valid; a system that goes by the
description's words and refuses it is not failed for that. Suites report it as an observation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.kinds import KINDS, Deal, valid
from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM, payload_of

__all__ = ["DIFFERENCES", "Difference", "doubt_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One such message: the rule it is about, and what the description would say of it."""

    rule: str
    says: str
    message: Callable[[Deal], etree._Element]


def _descending(deal: Deal) -> etree._Element:
    message = valid("flera patienter och rader", deal)
    numbers = [node.text for node in message.iter(f"{{{CLAIM}}}lineId")]
    for node, number in zip(message.iter(f"{{{CLAIM}}}lineId"), reversed(numbers), strict=True):
        node.text = number
    return message


def _blank(deal: Deal) -> etree._Element:
    message = valid("öppen vård", deal)
    for node in message.iter(f"{{{CLAIM}}}invoiceId"):
        node.text = "   "
    return message


def _period_across(deal: Deal) -> etree._Element:
    claim = KINDS["delfakturering"](deal)
    period = (deal.visited, deal.issued + timedelta(days=5))
    line = claim.lines[0]
    care = replace(line.care[0], period=period)
    return payload_of(replace(claim, lines=(replace(line, care=(care,)),)))


def _id_of_other_form(deal: Deal) -> etree._Element:
    message = valid("öppen vård", deal)
    for node in message.iter(f"{{{CLAIM}}}id"):
        node.text = "ZVF" + "A" * 10 + (node.text or "")[-10:]
    return message


def _stay_without_diagnosis(deal: Deal) -> etree._Element:
    claim = KINDS["sluten vård"](deal)
    line = claim.lines[0]
    care = replace(line.care[0], field="901", diagnoses=())
    return payload_of(replace(claim, lines=(replace(line, care=(care,)),)))


DIFFERENCES: Mapping[str, Difference] = {
    "radernas lineId är unika men inte stigande": Difference(
        rule="R43", says="lineId ska vara unika och stigande", message=_descending
    ),
    "ett element innehåller enbart blanktecken": Difference(
        rule="R1", says="tomma element får inte förekomma", message=_blank
    ),
    "faktureringsperioden börjar före men slutar efter dokumentdatum": Difference(
        rule="R20",
        says="perioden får inte vara senare än dokumentdatum",
        message=_period_across,
    ),
    "id har rätt längd och inledning men inget organisationsnummer": Difference(
        rule="R37",
        says="id är ZVF + organisationsnummer + ÅÅMM + löpnummer",
        message=_id_of_other_form,
    ),
    "sluten vård inom verksamhetsområde 901 saknar huvuddiagnos": Difference(
        rule="R31",
        says="huvuddiagnos ska anges för sluten vård utan faktureringsperiod",
        message=_stay_without_diagnosis,
    ),
}
"""The words of the scenario to the message."""


# Any message -------------------------------------------------------------------------------------


def doubt_of(message: etree._Element) -> str:
    """Say why the description would have a message refused that schema and rules allow, or nothing.

    Source: docs/utomlansfakturering.md, where TKB and Schematron differ.
    """
    return next((says for says, holds in _DOUBTS.items() if holds(message)), "")


def _values(message: etree._Element, *names: str) -> Iterator[str]:
    for name in names:
        for node in message.iter(f"{{{CLAIM}}}{name}"):
            yield (node.text or "").strip()


def _has_blank_element(message: etree._Element) -> bool:
    return any(
        len(node) == 0 and node.text is not None and not node.text.strip()
        for node in message.iter("*")
    )


def _has_no_such_day(message: etree._Element) -> bool:
    return any(
        re.fullmatch(r"\d{8}", text) is not None and not _is_day(text)
        for node in message.iter(f"{{{CLAIM}}}*")
        if str(node.tag).endswith(("Date", "DateOfIssue", "start", "end"))
        for text in [(node.text or "").strip()]
    )


def _is_day(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True


def _numbers_descend(message: etree._Element) -> bool:
    numbers = [int(text) for text in _values(message, "lineId") if text.isdigit()]
    return numbers != sorted(numbers)


def _period_ends_late(message: etree._Element) -> bool:
    issued = next(_values(message, "issueDate"), "")
    return any(end >= issued for period in message.iter(f"{{{CLAIM}}}invoicePeriod")
               for end in _values(period, "end"))  # fmt: skip


def _has_id_of_other_form(message: etree._Element) -> bool:
    found = message.findtext(f"{{*}}claimSpecification/{{{CLAIM}}}id") or ""
    return re.fullmatch(r"ZVF\d{20}", found) is None


def _has_half_a_code(message: etree._Element) -> bool:
    """Tell whether a code lacks its system or the other way round, where no rule asks for both."""
    parts = {f"{{{CLAIM}}}{name}" for name in (
        "code", "codeSystem", "codeSystemName", "codeSystemVersion", "displayName")}  # fmt: skip
    both = {f"{{{CLAIM}}}code", f"{{{CLAIM}}}codeSystem"}
    others = {f"{{{CLAIM}}}{name}" for name in ("county", "municipality", "DRGCode")}
    return any(
        parts & (held := {child.tag for child in node}) and not both <= held
        for node in message.iter(f"{{{CLAIM}}}*")
        if len(node) and node.tag not in others
    )


def _stays_without_diagnosis(message: etree._Element) -> bool:
    return any(
        "02" in _codes_of_care(line)
        and line.find(f"{{{CLAIM}}}timespan/{{{CLAIM}}}invoicePeriod") is None
        and line.find(f".//{{{CLAIM}}}inpatientCareDiagnosis/{{{CLAIM}}}mainDiagnosis") is None
        for line in message.iter(f"{{{CLAIM}}}healthcarePerformed")
    )


def _codes_of_care(line: etree._Element) -> list[str]:
    found = line.iterfind(f".//{{{CLAIM}}}typeOfCare/{{{CLAIM}}}code")
    return [(node.text or "").strip() for node in found]


def _debit_speaks_of_credit(message: etree._Element) -> bool:
    """Tell whether a debit holds what only a credit has use for."""
    names = ("referenceToProcessClaimSpecificationId", "reasonForCredit", "referenceToLineId")
    return "380" in _values(message, "typeOfInvoice") and any(_values(message, *names))


_DOUBTS: Mapping[str, Callable[[etree._Element], bool]] = {
    "ett element innehåller enbart blanktecken (R1)": _has_blank_element,
    "ett datum finns inte i kalendern": _has_no_such_day,
    "lineId är inte stigande (R43)": _numbers_descend,
    "faktureringsperioden slutar inte före dokumentdatum (R20)": _period_ends_late,
    "id har inget organisationsnummer, år, månad och löpnummer (R37)": _has_id_of_other_form,
    "en kod saknar kodverk, eller tvärtom (R39)": _has_half_a_code,
    "sluten vård saknar huvuddiagnos (R31)": _stays_without_diagnosis,
    "en debitering har uppgifter som hör till en kredit": _debit_speaks_of_credit,
}
"""Why the description would have a message refused, in Swedish, to how it shows."""
