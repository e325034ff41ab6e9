"""Messages on which the contract description and the released Schematron do not agree.

Such a message is judged as the Schematron judges it, which is valid; a system that goes by the
description's words and refuses it is not failed for that. Suites report it as an observation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.kinds import KINDS, Deal, valid
from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM, payload_of

__all__ = ["DIFFERENCES", "Difference"]


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
