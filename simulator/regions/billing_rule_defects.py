"""Sellers that send what a rule or the schema forbids: one for each fault there is a table of."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.kinds import Deal
from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM, RESPONDER, text_of
from contracts.domains.financial_billing_claim.v1_1.single_faults import (
    RULE_FAULTS,
    SCHEMA_FAULTS,
    Fault,
)
from contracts.terms import OrganisationNumber
from simulator.regions.defect import Defect
from simulator.regions.letter_flaws import changing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from simulator.regions.billing import Numbered
    from simulator.regions.outbox import Letter

__all__ = ["rule_defects"]

_AFTER_ISSUE = timedelta(days=3)
"""How much later today is than the document date, as the faults are made."""

_TYPE = {"öppen vård": "01", "sluten vård": "02"}


def rule_defects() -> Iterable[Defect]:
    """Make a defect of each fault; where a rule has several, the later ones are numbered."""
    seen: dict[str, int] = {}
    for name, fault in RULE_FAULTS.items():
        seen[fault.rule] = seen.get(fault.rule, 0) + 1
        further = f"-{seen[fault.rule]}" if seen[fault.rule] > 1 else ""
        made = Defect(
            name=f"breaks-{fault.rule.lower()}{further}",
            says=f"sends claim specifications that break {fault.rule} ({name})",
            breaks=f"FBC-{fault.rule}",
            also=_VALIDATION | _ALSO.get(fault.rule, frozenset()),
        )
        if name in _OTHER_ID:
            yield replace(made, on_claim_id=_OTHER_ID[name], validates=False)
        else:
            yield replace(made, on_sending=_with(fault))
    for name, fault in SCHEMA_FAULTS.items():
        title, requirement = _SCHEMA_NAMES[name]
        yield Defect(
            name=title,
            says=f"sends claim specifications that the schema forbids ({name})",
            breaks=f"FBC-{requirement}",
            also=_VALIDATION | _CORRECTIONS | {"FBC-ADRESS", "FBC-ID"},
            on_sending=_with(fault),
        )


_VALIDATION, _CORRECTIONS = frozenset({"FBC-VALIDERA-KONSUMENT"}), frozenset({"FBC-KREDIT*"})
_DAYS, _SUMS = frozenset({"FBC-FORMAT-TID"}), _CORRECTIONS | {"FBC-FORMAT-BELOPP"}
_ALSO: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("R2", "R17", "R18", "R38"), _DAYS),
    **dict.fromkeys(("R5", "R26", "R27", "R28", "R43"), _SUMS),
    "R44": _SUMS | {"FBC-R5", "FBC-R28"},
    **dict.fromkeys(("R4", "R52"), _CORRECTIONS),
    **dict.fromkeys(("R3", "R46", "R48"), frozenset({"FBC-ID", "FBC-ADRESS"})),
    "R37": frozenset({"FBC-ID"}),
}
"""By rule: what else is wrong in a message that breaks it: a day, a sum, a party, an id."""

_SCHEMA_NAMES: Mapping[str, tuple[str, str]] = {
    "obligatoriskt element saknas": ("leaves-out-the-buyer", "VALIDERA-KONSUMENT"),
    "två patientidentiteter": ("gives-two-identities", "ÖR7"),
    "element i fel ordning": ("writes-elements-out-of-order", "VALIDERA-KONSUMENT"),
    "okänt element i domänens namnrymd": ("adds-elements-of-its-own", "VALIDERA-KONSUMENT"),
    "element utan namnrymd": ("forgets-a-namespace", "VALIDERA-KONSUMENT"),
    "datum med bindestreck": ("writes-dates-with-hyphens", "FORMAT-TID"),
    "klockslag 250000": ("writes-the-hour-25", "FORMAT-TID"),
    "belopp med decimalkomma": ("writes-a-decimal-comma", "FORMAT-BELOPP"),
    "radnummer noll": ("numbers-lines-from-zero", "VALIDERA-KONSUMENT"),
    "sanningsvärde på svenska": ("writes-truth-in-swedish", "VALIDERA-KONSUMENT"),
    "tre identifikationer av säljaren": ("identifies-itself-thrice", "VALIDERA-KONSUMENT"),
}
"""By the fault: the name of the defect, and the requirement."""


def _with_another_beginning(numbered: Numbered) -> str:
    return f"ABC{numbered.id[3:]}"


def _one_short(numbered: Numbered) -> str:
    """Drop a digit of the month, so that ids stay apart."""
    return numbered.id[:16] + numbered.id[17:]


_OTHER_ID: Mapping[str, Callable[[Numbered], str]] = {
    "id med fel inledning": _with_another_beginning,
    "id med 22 tecken": _one_short,
}
"""Faults of the id, which is also what the system tells that it has sent."""


def _with(fault: Fault) -> Callable[[Letter], Iterable[Letter]]:
    """Put a fault into every message that it can be made in."""

    def change(payload: etree._Element) -> None:
        if not _fits(payload, fault):
            return
        if prepare := _MADE_FIT.get(fault.kind):
            prepare(payload)
        try:
            fault.change(payload[0], _deal(payload))
        except LookupError:
            return  # another kind of claim specification, which cannot be wrong so

    return changing(RESPONDER, change)


def _fits(payload: etree._Element, fault: Fault) -> bool:
    if fault.rule == "schema":
        return True
    if fault.kind == "kredit":
        return text_of(payload, "typeOfInvoice") == "381"
    code = payload.findtext(f".//{{{CLAIM}}}typeOfCare/{{{CLAIM}}}code")
    return _TYPE.get(fault.kind, code) == code


def _deal(payload: etree._Element) -> Deal:
    """Give who bills whom, such that the document date is that of the message."""
    number = text_of(payload, "supplierParty", "identification", "extension") or ""
    issued = datetime.strptime(text_of(payload, "issueDate") or "", "%Y%m%d").date()  # noqa: DTZ007
    return Deal(
        seller=OrganisationNumber(number),
        buyer=OrganisationNumber(number),
        county="",
        municipality="",
        today=issued + _AFTER_ISSUE,
    )


# What plain care lacks for a fault to be made in it -----------------------------------------------


def _with_commitment(payload: etree._Element) -> None:
    if payload.find(f".//{{{CLAIM}}}paymentCommitment") is None:
        commitment = _parsed(
            "<paymentCommitment><remittanceNumber>REM-0001</remittanceNumber>"
            "<paymentCommitmentNumber>BET-0001</paymentCommitmentNumber>"
            "<typeOfAgreement>1</typeOfAgreement><typeOfChapter>3</typeOfChapter>"
            "<agreementInRiksavtalet>4.1</agreementInRiksavtalet>"
            "<typeOfReimbursement>2</typeOfReimbursement></paymentCommitment>"
        )
        _first(payload, "healthcareCategory").addprevious(commitment)


def _with_drg(payload: etree._Element) -> None:
    if payload.find(f".//{{{CLAIM}}}DRGCost") is None:
        cost = _parsed(
            "<DRGCost><DRGCode><originalText>D47A</originalText></DRGCode><DRGPrice>"
            "<amount>0.00</amount><currency><code>SEK</code><codeSystem>1.0.4217</codeSystem>"
            "</currency></DRGPrice></DRGCost>"
        )
        _first(payload, "patientSpecificCare").addprevious(cost)


def _with_second_line(payload: etree._Element) -> None:
    if len([*payload.iter(f"{{{CLAIM}}}lineId")]) == 1:
        care = _first(payload, "healthcarePerformed")
        care.addnext(copy.deepcopy(care))
        payable, net = (
            _first(payload, f"{name}/{{{CLAIM}}}amount")
            for name in ("payableAmount", "patientCareInvoiceNetAmount")
        )
        payable.text = str(Decimal(payable.text or "0") + Decimal(net.text or "0"))


def _with_drug(payload: etree._Element) -> None:
    if payload.find(f".//{{{CLAIM}}}ATC") is None:
        drug = _parsed(
            "<ATC><code>N02BE01</code><codeSystem>1.2.752.129.2.2.3.1.1</codeSystem></ATC>"
        )
        treatment = payload.find(f".//{{{CLAIM}}}treatment")
        if treatment is not None:
            treatment.append(drug)


_MADE_FIT: Mapping[str, Callable[[etree._Element], None]] = {
    "betalningsförbindelse": _with_commitment,
    "DRG": _with_drg,
    "flera patienter och rader": _with_second_line,
    "patientspecifik vård": _with_drug,
}
"""By the kind that a fault is made in: what any other kind is given first."""


def _parsed(text: str) -> etree._Element:
    head, _, rest = text.partition(">")
    return etree.fromstring(f'{head} xmlns="{CLAIM}">{rest}')


def _first(payload: etree._Element, path: str) -> etree._Element:
    found = payload.find(f".//{{{CLAIM}}}{path}")
    if found is None:
        raise LookupError(f"the message has no {path}")
    return found
