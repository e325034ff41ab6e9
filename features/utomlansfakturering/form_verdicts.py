"""Judgements of one claim specification that was sent: its form, its address, what it says."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.kinds import (
    COORDINATION_NUMBER,
    NATIONAL_RESERVE_ID,
    PERSONAL_NUMBER,
)
from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM, RESPONDER
from contracts.terms import SWEDISH_TIME
from features.inbox import Arrived
from features.utomlansfakturering.around import CLAIMS
from features.utomlansfakturering.bills import Bill
from features.utomlansfakturering.rule_subjects import has_subject
from features.utomlansfakturering.sent_claims import SentClaim
from features.verdicts import Judge
from reports.results import Deviation

__all__ = [
    "LARGEST",
    "MEGABYTES",
    "addressed_once",
    "addressed_to",
    "amounts_written",
    "billed_as_given",
    "dated",
    "holds_text",
    "identified",
    "in_size",
    "keeps",
    "named",
    "of_version",
    "valid",
]

MEGABYTES = 5_000_000
LARGEST = 5 * 1024 * 1024
"""5 MB, by the smaller and by the larger reading of the unit."""

_ID = re.compile(r"ZVF(?P<organisation>\d{10})(?P<month>\d{4})\d{6}")
_AMOUNT = re.compile(r"-?\d+(\.\d{1,2})?")
_DAYS = ("issueDate", "invoiceDateOfIssue", "careVisitDate", "careDischargeDate", "start", "end")
_WORLD = 15  # hours that any clock is behind at most, in whole ones
_HOUR, _SLACK = timedelta(hours=1), timedelta(minutes=5)
_ROOT = "/ProcessClaimSpecification/claimSpecification"

_Found = tuple[Deviation, ...]


# Schema and rules --------------------------------------------------------------------------------


def valid(judge: Judge, claim: SentClaim, requirement: str) -> _Found:
    """Judge whether schema and rules allow it."""
    if claim.judgement.accepted:
        return ()
    broken = claim.judgement.failed_rules
    return tuple(
        judge.deviation(
            requirement,
            f"ett fakturaunderlag som {'schemat' if broken is None else 'en regel'} förbjuder "
            f"sändes: {finding.text}",
            where=finding.where,
            expected="inga fel mot schema eller regler i det som sänds",
            observed="sänt till plattformen",
        )
        for finding in claim.judgement.findings
    )


def keeps(judge: Judge, claim: SentClaim, rule: str) -> _Found | None:
    """Judge whether it keeps one rule; None where it says nothing of the rule.

    Shape: rules are not judged in what the schema forbids.
    """
    broken = claim.judgement.failed_rules
    if rule == _ONE_IDENTITY:
        return _has_one_identity(judge, claim)
    if broken is None or not (rule in broken or has_subject(claim.payload, rule)):
        return None
    if rule not in broken:
        return ()
    found = [one for one in claim.judgement.findings if one.rule == rule]
    return tuple(
        judge.deviation(
            f"FBC-{rule}",
            one.text,
            where=one.where,
            observed="sänt till plattformen",
        )
        for one in found
    )


_ONE_IDENTITY = "ÖR7"


def _has_one_identity(judge: Judge, claim: SentClaim) -> _Found | None:
    patients = list(claim.payload.iter(f"{{{CLAIM}}}patientInformation"))
    counts = [len(one.findall(f"{{{CLAIM}}}patientIdentity")) for one in patients]
    wrong = [count for count in counts if count != 1]
    if not counts:
        return None
    if not wrong:
        return ()
    return (
        judge.deviation(
            "FBC-ÖR7",
            "patientInformation har inte exakt en patientIdentity",
            where=f"{_ROOT}/healthCareServicesSpecificationLine/patientInformation",
            expected="en patientidentitet",
            observed=f"{wrong[0]} patientidentiteter",
        ),
    )


# Address, header, id, size -----------------------------------------------------------------------


def addressed_to(judge: Judge, claim: SentClaim, number: str, requirement: str) -> _Found:
    """Judge whether it went to the region with this organisation number, which is its buyer."""
    found = []
    if claim.arrived.logical_address != number:
        found.append(
            judge.deviation(
                requirement,
                "fakturaunderlaget gick till fel logisk adress",
                where="/Envelope/Header/LogicalAddress",
                expected=f"hemregionens organisationsnummer {number}",
                observed=claim.arrived.logical_address or "ingen adress",
            )
        )
    if (buyer := claim.organisation("customerParty")) != number:
        found.append(
            judge.deviation(
                requirement,
                "köparen är inte patientens hemregion",
                where=f"{_ROOT}/customerParty/identification",
                expected=number,
                observed=buyer or "inget organisationsnummer",
            )
        )
    return tuple(found)


def addressed_once(judge: Judge, claim: SentClaim, requirement: str) -> _Found:
    """Judge whether LogicalAddress stands in the header once, and nothing around its text."""
    addresses = claim.arrived.addresses
    if len(addresses) == 1 and addresses[0] and addresses[0] == addresses[0].strip():
        return ()
    return (
        judge.deviation(
            requirement,
            "LogicalAddress står inte exakt en gång i SOAP Header, eller är inte ren",
            where="/Envelope/Header/LogicalAddress",
            expected="en gång, inte tom och utan omgivande blanktecken",
            observed=f"{len(addresses)} gånger"
            if len(addresses) != 1
            else "tom, eller med blanktecken",
        ),
    )


def named(judge: Judge, claim: SentClaim, requirement: str) -> _Found:
    """Judge whether its id is ZVF, the seller's organisation number, the month and a number.

    Shape: the month is that of the document date or of the sending; the description does not say
           which, and they differ where a document is made on the last day of a month.
    """
    shape = _ID.fullmatch(claim.id)
    where = f"{_ROOT}/id"
    if shape is None:
        return (
            judge.deviation(
                requirement,
                "id har inte den föreskrivna formen",
                where=where,
                expected="ZVF, organisationsnummer (10 siffror), ÅÅMM och sex siffror",
                observed=claim.id[:40] or "inget id",
            ),
        )
    found = []
    seller = claim.organisation("supplierParty")
    if shape["organisation"] != seller:
        found.append(
            judge.deviation(
                requirement,
                "id har ett annat organisationsnummer än säljarens",
                where=where,
                expected=seller or "säljarens organisationsnummer",
                observed=shape["organisation"],
            )
        )
    days = (claim.issued, claim.arrived.started.astimezone(SWEDISH_TIME).date())
    months = {f"{day:%y%m}" for day in days if day is not None}
    if shape["month"] not in months:
        found.append(
            judge.deviation(
                requirement,
                "id har en annan månad än dokumentets",
                where=where,
                expected=" eller ".join(sorted(months)),
                observed=shape["month"],
            )
        )
    return tuple(found)


def in_size(judge: Judge, claim: SentClaim, requirement: str) -> _Found:
    """Judge whether it is 5 MB at most, by the larger reading of the unit."""
    size = len(claim.arrived.body)
    if size <= LARGEST:
        return ()
    return (
        judge.deviation(
            requirement,
            "ett anrop var större än 5 MB",
            expected=f"högst {LARGEST} byte",
            observed=f"{size} byte",
        ),
    )


# What it says ------------------------------------------------------------------------------------


def billed_as_given(
    judge: Judge, claims: Iterable[SentClaim], bill: Bill, requirement: str
) -> _Found:
    """Judge whether the claim specifications of a bill hold its lines, and ask for its fee."""
    claims = list(claims)
    lines = sum(len(claim.lines) for claim in claims)
    asked = sum((claim.payable or Decimal(0) for claim in claims), Decimal(0))
    found = []
    if lines != bill.lines:
        found.append(
            judge.deviation(
                requirement,
                "fakturaunderlagen har inte de rader som registrerades",
                where=f"{_ROOT}/healthCareServicesSpecificationLine",
                expected=f"{bill.lines} rader",
                observed=f"{lines} rader",
            )
        )
    if asked != bill.fee * bill.lines:
        found.append(
            judge.deviation(
                requirement,
                "beloppet är inte det registrerade",
                where=f"{_ROOT}/payableAmount/amount",
                expected=str(bill.fee * bill.lines),
                observed=str(asked),
            )
        )
    return tuple(found)


def amounts_written(judge: Judge, claim: SentClaim, requirement: str) -> _Found:
    """Judge whether every amount is an integer, or has two decimals at most."""
    wrong = [text for _, text in claim.values("amount") if _AMOUNT.fullmatch(text.strip()) is None]
    if not wrong:
        return ()
    return (
        judge.deviation(
            requirement,
            "ett belopp har inte den föreskrivna formen",
            where="//amount",
            expected="heltal, eller högst två decimaler efter punkt",
            observed=wrong[0][:40] or "inget belopp",
        ),
    )


def identified(judge: Judge, claim: SentClaim, bill: Bill, requirement: str) -> _Found:
    """Judge whether the patient has the identity that was registered, in the form of its sort."""
    where = f"{_ROOT}/healthCareServicesSpecificationLine/patientInformation/patientIdentity"
    found = []
    for node in claim.payload.iter(f"{{{CLAIM}}}patientIdentity"):
        root = (node.findtext(f"{{{CLAIM}}}root") or "").strip()
        extension = (node.findtext(f"{{{CLAIM}}}extension") or "").strip()
        if not _FORMS.get(root, _is_local)(root, extension):
            what = "identiteten har inte den form som dess root föreskriver"
        elif (root, extension) != (bill.patient.root, bill.patient.extension):
            what = "patienten har en annan identitet än den registrerade"
        else:
            continue
        found.append(
            judge.deviation(
                requirement,
                what,
                where=where,
                expected=f"root {bill.patient.root} och den registrerade identiteten",
                observed=f"root {root or 'saknas'}, {len(extension)} tecken",
            )
        )
    return tuple(found[:1])


def _is_personal(_root: str, text: str) -> bool:
    return _is_number(text, days_from=0)


def _is_coordinated(_root: str, text: str) -> bool:
    return _is_number(text, days_from=60)


def _is_number(text: str, *, days_from: int) -> bool:
    if re.fullmatch(r"\d{12}", text) is None:
        return False
    try:
        datetime.strptime(f"{text[:6]}{int(text[6:8]) - days_from:02d}", "%Y%m%d")  # noqa: DTZ007
    except ValueError:
        return False
    return True


def _is_national_reserve(_root: str, text: str) -> bool:
    return re.fullmatch(r"[0-9A-Z]{12}", text) is not None


def _is_local(root: str, text: str) -> bool:
    return bool(text) and re.fullmatch(r"\d+(\.\d+)*", root) is not None


_FORMS: dict[str, Callable[[str, str], bool]] = {
    PERSONAL_NUMBER: _is_personal,
    COORDINATION_NUMBER: _is_coordinated,
    NATIONAL_RESERVE_ID: _is_national_reserve,
}


def dated(judge: Judge, claim: SentClaim, bill: Bill, requirement: str) -> _Found:
    """Judge whether days are those registered, exist, and the time is Swedish local time.

    Shape: the document's own time is only held against the clock where it was made today; it is
           wrong where it is ahead, or whole hours behind, as a clock in UTC is.
    """
    found = [
        judge.deviation(
            requirement,
            "ett datum finns inte i kalendern",
            where=f"//{name}",
            expected="en dag på formen ÅÅÅÅMMDD",
            observed=text[:20],
        )
        for name, text in claim.values(*_DAYS)
        if not _is_day(text)
    ]
    wanted = {"careVisitDate": bill.visit, "careDischargeDate": bill.discharge}
    for name, text in claim.values(*wanted):
        if (day := wanted[name]) is not None and text.strip() != f"{day:%Y%m%d}":
            found.append(
                judge.deviation(
                    requirement,
                    f"{name} är en annan dag än den registrerade",
                    where=f"//{name}",
                    expected=f"{day:%Y%m%d}",
                    observed=text[:20],
                )
            )
    return (*found, *_on_time(judge, claim, requirement))


def _on_time(judge: Judge, claim: SentClaim, requirement: str) -> _Found:
    arrived = claim.arrived.started.astimezone(SWEDISH_TIME)
    if claim.issued_time and not _is_time(claim.issued_time.strip()):
        return (
            judge.deviation(
                requirement,
                "klockslaget har inte den föreskrivna formen",
                where=f"{_ROOT}/issueTime",
                expected="ttmmss, utan tidszon",
                observed=claim.issued_time[:20],
            ),
        )
    try:
        moment = datetime.strptime(f"{claim.issued:%Y%m%d}{claim.issued_time}", "%Y%m%d%H%M%S")  # noqa: DTZ007
    except (TypeError, ValueError):
        return ()  # no time is given, or the day is none
    behind = arrived - moment.replace(tzinfo=SWEDISH_TIME)
    off = any(abs(behind - hours * _HOUR) < _SLACK for hours in range(1, _WORLD))
    if not off and behind > -_SLACK:
        return ()
    return (
        judge.deviation(
            requirement,
            "dokumentets tid är inte svensk lokal tid",
            where=f"{_ROOT}/issueTime",
            expected=f"omkring {arrived:%H%M%S}",
            observed=claim.issued_time[:20],
        ),
    )


def _is_day(text: str) -> bool:
    try:
        datetime.strptime(text.strip(), "%Y%m%d")  # noqa: DTZ007 - a day alone
    except ValueError:
        return False
    return len(text.strip()) == 8  # noqa: PLR2004 - strptime takes fewer digits


def _is_time(text: str) -> bool:
    try:
        time.strptime(text, "%H%M%S")
    except ValueError:
        return False
    return len(text) == 6  # noqa: PLR2004 - strptime takes fewer digits


def of_version(judge: Judge, message: Arrived, requirement: str) -> _Found:
    """Judge whether a message is in the namespaces of this version of the contract."""
    payload = message.payload
    domain = CLAIM.rpartition(":")[0]
    found = set() if payload is None else {etree.QName(node).namespace or "" for node in
                                           payload.iter(etree.Element)}  # fmt: skip
    strange = sorted(
        name for name in found if name.startswith(domain) and name not in (CLAIM, RESPONDER)
    )
    if payload is not None and payload.tag == CLAIMS.request and not strange:
        return ()
    return (
        judge.deviation(
            requirement,
            "meddelandet är inte av den här versionen av kontraktet",
            where="/Envelope/Body",
            expected=f"{CLAIMS.request} och {CLAIM}",
            observed=", ".join(strange)[:200] or "ett annat meddelande",
        ),
    )


def holds_text(judge: Judge, claim: SentClaim, text: str, requirement: str) -> _Found:
    """Judge whether free text came into the message as it was registered."""
    whole = " ".join(str(node.xpath("string()")) for node in claim.payload.iter(etree.Element))
    if text in whole:
        return ()
    return (
        judge.deviation(
            requirement,
            "texten kom inte oskadd fram",
            where="//unspecified/text",
            expected=f"texten {text}",
            observed="texten dubbelkodad" if "Ã" in whole
            else "ersättningstecken (U+FFFD)" if "\ufffd" in whole
            else "en annan text, eller ingen",
        ),
    )  # fmt: skip
