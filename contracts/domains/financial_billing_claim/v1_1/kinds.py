"""Every valid kind of claim specification, made on demand: a table from name to message.

People in the messages carry published test identities or identities made from them; units and
invoices are made up.
"""

from __future__ import annotations

import copy
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.messages import (
    CLAIM,
    Care,
    CareItem,
    Claim,
    Drg,
    Identity,
    Line,
    Party,
    payload_of,
)
from contracts.terms import OrganisationNumber, luhn_digit

__all__ = ["KINDS", "PATIENTS", "Deal", "grown", "new_id", "valid"]

PERSONAL_NUMBER = "1.2.752.129.2.1.3.1"
COORDINATION_NUMBER = "1.2.752.129.2.1.3.3"
NATIONAL_RESERVE_ID = "1.2.752.74.9.1"

PATIENTS = ("191001209814", "191001229812", "191001239803", "191001249810", "191001259827")
"""Personal numbers published for the national platform's regression suites."""

_numbers = count(secrets.randbelow(900_000))
"""Ids of one process are unique, and two runs in a row hardly ever share one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """Who bills whom, and on which day: what every kind of claim specification starts from.

    Shape: ``county`` and ``municipality`` are the buyer's; ``issued`` is some days back, so that
           no clock difference between systems turns a valid date into a future one.
    """

    seller: OrganisationNumber
    buyer: OrganisationNumber
    county: str
    municipality: str
    today: date

    @property
    def issued(self) -> date:
        """Give the document date."""
        return self.today - timedelta(days=3)

    @property
    def visited(self) -> date:
        """Give the day of the care."""
        return self.today - timedelta(days=30)


def new_id(deal: Deal) -> str:
    """Make a claim specification id that no other message of this process has.

    Shape: ``ZVF`` + the seller's organisation number + YYMM + a six-digit counter.
    """
    return f"ZVF{deal.seller}{deal.issued:%y%m}{next(_numbers) % 1_000_000:06d}"


def valid(kind: str, deal: Deal) -> etree._Element:
    """Make a valid message of one kind.

    Raises: KeyError for a kind that is not in ``KINDS``.
    """
    return payload_of(KINDS[kind](deal))


def coordination_number() -> str:
    """Make a coordination number of a published test identity: day plus 60, new check digit."""
    person = PATIENTS[0]
    digits = person[2:6] + str(int(person[6:8]) + 60) + person[8:11]
    return person[:2] + digits + luhn_digit(digits)


def _visit(deal: Deal, line_id: int = 1) -> Care:
    return Care(
        line_id=line_id,
        visit=deal.visited,
        contact_id=f"VK{line_id:06d}",
        planned=True,
        public=True,
        visit_type="1",
        profession="LK",
        price_list="1",
        items=(CareItem(code="L1", name="Läkarbesök", count=1, price=Decimal("2100.00")),),
        fee=Decimal("300.00"),
        fee_paid=Decimal("300.00"),
        fee_category="01",
        field="101",
        level="1",
        diagnoses=("J06.9",),
        treatments=("AV034",),
        business="1500",
    )


def _stay(deal: Deal, line_id: int = 1) -> Care:
    return Care(
        line_id=line_id,
        inpatient=True,
        visit=deal.visited,
        discharge=deal.visited + timedelta(days=4),
        days_in_care=4,
        contact_id=f"VK{line_id:06d}",
        unit="Medicinkliniken Provbänken",
        category="02",
        items=(CareItem(code="V1", name="Vårddag", count=4, price=Decimal("8250.00")),),
        field="101",
        level="3",
        diagnoses=("J18.9", "I10.9"),
    )


def _line(deal: Deal, *care: Care, person: int = 0) -> Line:
    return Line(
        patient=Identity(root=PERSONAL_NUMBER, extension=PATIENTS[person]),
        care=care,
        county=deal.county,
        municipality=deal.municipality,
        listing=f"SE{deal.buyer}-PROV1",
    )


def _claim(deal: Deal, *lines: Line) -> Claim:
    claim_id = new_id(deal)
    return Claim(
        id=claim_id,
        issued=deal.issued,
        invoice_id=f"F{claim_id[-10:]}",
        supplier=Party(organisation_number=deal.seller, contact="Vårdekonomi"),
        customer=Party(organisation_number=deal.buyer),
        lines=lines,
    )


def _outpatient(deal: Deal) -> Claim:
    return _claim(deal, _line(deal, _visit(deal)))


def _inpatient(deal: Deal) -> Claim:
    return _claim(deal, _line(deal, _stay(deal)))


def _drg(deal: Deal) -> Claim:
    drg = Drg(
        code="D47A",
        price=Decimal("61250.00"),
        extra_time=Decimal("4300.00"),
        extra_cost=Decimal("1200.00"),
    )
    return _claim(deal, _line(deal, replace(_stay(deal), items=(), drg=drg, category="03")))


def _patient_specific(deal: Deal) -> Claim:
    items = (
        CareItem(code="P1", name="Implantat", count=2, price=Decimal("12450.50")),
        CareItem(code="P2", name="Läkemedel", count=3, price=Decimal("417.25")),
    )
    care = replace(
        _visit(deal),
        items=items,
        discount=Decimal("120.75"),
        charge=Decimal("50.00"),
        drugs=("N02BE01",),
    )
    return _claim(deal, _line(deal, care))


def _partial(deal: Deal) -> Claim:
    period = (deal.visited, deal.visited + timedelta(days=14))
    care = replace(_stay(deal), discharge=None, period=period, days_in_care=14, diagnoses=())
    return _claim(deal, _line(deal, care))


def _asylum_seeker(deal: Deal) -> Claim:
    line = replace(
        _line(deal, _visit(deal)),
        patient=Identity(root=f"1.3.7.{deal.seller}", extension="20081234-0123"),
        county="99",
        municipality="9901",
        listing=None,
        asylum_card="50-123456/7",
    )
    return _claim(deal, line)


def _coordination_number(deal: Deal) -> Claim:
    patient = Identity(root=COORDINATION_NUMBER, extension=coordination_number())
    return _claim(deal, replace(_line(deal, _visit(deal)), patient=patient))


def _local_reserve_number(deal: Deal) -> Claim:
    patient = Identity(root="1.2.752.97.3.1.3", extension="19521234TA3C")
    return _claim(deal, replace(_line(deal, _visit(deal)), patient=patient))


def _national_reserve_number(deal: Deal) -> Claim:
    patient = Identity(root=NATIONAL_RESERVE_ID, extension="221001209A1B")
    return _claim(deal, replace(_line(deal, _visit(deal)), patient=patient))


def _several(deal: Deal) -> Claim:
    return _claim(
        deal,
        _line(deal, _visit(deal, 1), _stay(deal, 2), person=0),
        _line(deal, _visit(deal, 3), person=1),
        _line(deal, _stay(deal, 5), _visit(deal, 7), person=2),
    )


def _credit(deal: Deal) -> Claim:
    return credit(_outpatient(deal), deal)


def credit(original: Claim, deal: Deal) -> Claim:
    """Make the credit claim specification of an original: type 381, with a new id."""
    lines = tuple(
        replace(
            line,
            care=tuple(
                replace(care, credited_line=care.line_id, credit_reason="1") for care in line.care
            ),
        )
        for line in original.lines
    )
    return replace(
        original,
        id=new_id(deal),
        credit_of=original.id,
        credited_invoice=original.invoice_id,
        lines=lines,
    )


def _payment_commitment(deal: Deal) -> Claim:
    commitment = (
        ("remittanceNumber", "REM-0001"),
        ("paymentCommitmentNumber", "BET-0001"),
        ("typeOfAgreement", "1"),
        ("typeOfChapter", "3"),
        ("agreementInRiksavtalet", "4.1"),
        ("typeOfReimbursement", "2"),
    )
    return _claim(deal, _line(deal, replace(_visit(deal), commitment=commitment)))


def _without_diagnosis(deal: Deal) -> Claim:
    care = replace(_visit(deal), field="901", diagnoses=(), treatments=())
    return _claim(deal, _line(deal, care))


def _both_identities(deal: Deal) -> Claim:
    claim = _outpatient(deal)
    return replace(claim, supplier=replace(claim.supplier, gln="7365565594238"))


KINDS: Mapping[str, Callable[[Deal], Claim]] = {
    "öppen vård": _outpatient,
    "sluten vård": _inpatient,
    "DRG": _drg,
    "patientspecifik vård": _patient_specific,
    "delfakturering": _partial,
    "asylsökande": _asylum_seeker,
    "samordningsnummer": _coordination_number,
    "lokalt reservnummer": _local_reserve_number,
    "nationellt reservnummer": _national_reserve_number,
    "flera patienter och rader": _several,
    "kredit": _credit,
    "betalningsförbindelse": _payment_commitment,
    "verksamhetsområde utan diagnos": _without_diagnosis,
    "säljare med organisationsnummer och GLN": _both_identities,
}
"""Name in Swedish, as the suites and their reports say it, to the claim specification."""


def grown(payload: etree._Element, *, to_bytes: int) -> etree._Element:
    """Copy a message and add lines to it until it is nearly as large as asked, still valid.

    Shape: the result is between 97 and 100 % of ``to_bytes`` when serialised as UTF-8.
    """
    grown_payload = copy.deepcopy(payload)
    claim = grown_payload[0]
    line = claim.find(f"{{{CLAIM}}}healthCareServicesSpecificationLine")
    payable = claim.find(f"{{{CLAIM}}}payableAmount/{{{CLAIM}}}amount")
    if line is None or payable is None:
        raise ValueError("only a claim specification with a line can be grown")
    empty_size = len(etree.tostring(grown_payload, encoding="UTF-8"))
    extra = copy.deepcopy(line)
    claim.append(extra)
    line_size = len(etree.tostring(grown_payload, encoding="UTF-8")) - empty_size
    claim.remove(extra)
    copies = (to_bytes * 99 // 100 - empty_size) // (line_size + 6)
    numbers = count(1 + max(int(node.text or 0) for node in claim.iter(f"{{{CLAIM}}}lineId")))
    for _ in range(max(copies, 0)):
        extra = copy.deepcopy(line)
        for node in extra.iter(f"{{{CLAIM}}}lineId"):
            node.text = str(next(numbers))
        claim.append(extra)
    net = f"{{{CLAIM}}}patientCareInvoiceNetAmount/{{{CLAIM}}}amount"
    payable.text = str(
        sum((Decimal(node.text or "0") for node in claim.iterfind(f".//{net}")), Decimal(0))
    )
    return grown_payload
