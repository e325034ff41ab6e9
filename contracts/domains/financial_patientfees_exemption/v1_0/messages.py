"""A request for exemption statuses and a disclosure as values, and the messages that carry them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from lxml import etree

from contracts.terms import HsaId, LogicalAddress

__all__ = [
    "EXEMPTION",
    "PROCESS",
    "REQUEST",
    "Actor",
    "ActorType",
    "Disclosure",
    "Exemption",
    "FeeExemption",
    "Identity",
    "StatusRequest",
    "Transaction",
    "payload_of",
    "text_of",
]

REQUEST = "urn:riv:financial:patientfees:exemption:RequestExemptionStatusesResponder:1"
PROCESS = "urn:riv:financial:patientfees:exemption:ProcessExemptionStatusesResponder:1"
EXEMPTION = "urn:riv:financial:patientfees:exemption:1"

_HSA = "1.2.752.129.2.1.4.1"
_CARE_VISIT = "CARE_VISIT"  # the only type of fee and exemption in this version


class ActorType(StrEnum):
    """Who asks; what may be disclosed follows from it."""

    CITIZEN = "CITIZEN"
    GUARDIAN = "GUARDIAN"
    CAREGIVER = "CAREGIVER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A person's identity: which kind (OID) and the identity itself."""

    root: str
    extension: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who asks: a resident, a guardian, or a professional (HSA-id) of a care giver."""

    type: ActorType
    id: Identity
    care_giver: HsaId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRequest:
    """One RequestExemptionStatuses: whom it is about, who asks, where disclosures are to go."""

    request_id: str
    patient: Identity
    actor: Actor
    reply_to: LogicalAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """A fee registered for one visit.

    Units: SEK; a repaid fee is negative. ``registered`` is Swedish local time.
    """

    fee: Decimal | None
    visited: date
    registered: datetime
    care_giver: HsaId | None = None
    care_unit: HsaId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """A frikort: valid from a day through the end of the twelve months it belongs to (rule014)."""

    id: str
    first_visit: date
    valid_from: date
    ends: date
    region: HsaId


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeExemption:
    """What a source holds on one identity of a person."""

    patient: Identity
    transactions: tuple[Transaction, ...] = ()
    exemptions: tuple[Exemption, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """One ProcessExemptionStatuses: the answer to the request with the same id."""

    request_id: str
    fee_exemptions: tuple[FeeExemption, ...] = ()


def payload_of(message: StatusRequest | Disclosure) -> etree._Element:
    """Write a request or a disclosure as its contract's request element."""
    match message:
        case StatusRequest():
            return _root(REQUEST, "RequestExemptionStatuses", _request(message))
        case Disclosure():
            return _root(PROCESS, "ProcessExemptionStatuses", _disclosure(message))


def text_of(payload: etree._Element, *names: str) -> str | None:
    """Give the text of the first element that the names lead to, from the message down.

    Shape: the first name is in the contract's namespace, the others in the domain's. The whole
           text, comments within it left out; None where there is no such element.
    """
    first, *others = names
    contract = etree.QName(payload).namespace
    found = payload.find(
        "/".join([f"{{{contract}}}{first}", *(f"{{{EXEMPTION}}}{name}" for name in others)])
    )
    return None if found is None else str(found.xpath("string()"))


def _root(contract: str, name: str, children: Iterable[etree._Element]) -> etree._Element:
    """Make the message; its children are in the contract's namespace, all below in the domain's."""
    root = etree.Element(f"{{{contract}}}{name}", nsmap={"p": contract, "e": EXEMPTION})
    for child in children:
        child.tag = f"{{{contract}}}{etree.QName(child).localname}"
        root.append(child)
    return root


def _request(request: StatusRequest) -> Iterable[etree._Element]:
    yield _node("requestId", _leaf("root", request.request_id))
    yield _identified("patientId", request.patient)
    yield _node(
        "actor",
        _leaf("actorTypeEnum", request.actor.type),
        _identified("actorId", request.actor.id),
        *_organisation("careGiverId", request.actor.care_giver),
    )
    yield _leaf("responseLogicalAddress", request.reply_to)


def _disclosure(disclosure: Disclosure) -> Iterable[etree._Element]:
    yield _node("requestId", _leaf("root", disclosure.request_id))
    for held in disclosure.fee_exemptions:
        yield _node(
            "feeExemption",
            _identified("patientId", held.patient),
            *(_transaction(transaction) for transaction in held.transactions),
            *(_exemption(exemption) for exemption in held.exemptions),
        )


def _transaction(transaction: Transaction) -> etree._Element:
    return _node(
        "transactions",
        *([] if transaction.fee is None else [_amount("fee", transaction.fee)]),
        _leaf("dateOfVisit", _day(transaction.visited)),
        _leaf("timeOfRegistration", f"{transaction.registered:%Y%m%d%H%M%S}"),
        _leaf("typeOfFee", _CARE_VISIT),
        *_organisation("careGiver", transaction.care_giver),
        *_organisation("careUnit", transaction.care_unit),
    )


def _exemption(exemption: Exemption) -> etree._Element:
    return _node(
        "exemptions",
        _leaf("id", exemption.id),
        _period("highCostProtectionPeriod", exemption.first_visit, exemption.ends),
        _period("exemptionPeriod", exemption.valid_from, exemption.ends),
        _leaf("typeOfExemption", _CARE_VISIT),
        *_organisation("region", exemption.region),
    )


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _leaf(name: str, text: str) -> etree._Element:
    element = etree.Element(f"{{{EXEMPTION}}}{name}")
    element.text = text
    return element


def _node(name: str, *children: etree._Element) -> etree._Element:
    element = etree.Element(f"{{{EXEMPTION}}}{name}")
    element.extend(children)
    return element


def _identified(name: str, identity: Identity) -> etree._Element:
    return _node(name, _leaf("root", identity.root), _leaf("extension", identity.extension))


def _organisation(name: str, hsa_id: HsaId | None) -> Iterable[etree._Element]:
    return [_identified(name, Identity(root=_HSA, extension=hsa_id))] if hsa_id else []


def _period(name: str, start: date, end: date) -> etree._Element:
    return _node(name, _leaf("start", _day(start)), _leaf("end", _day(end)))


def _amount(name: str, amount: Decimal) -> etree._Element:
    currency = _node("currency", _leaf("code", "SEK"), _leaf("codeSystem", "1.0.4217"))
    return _node(name, _leaf("amount", f"{amount:.2f}"), currency)
