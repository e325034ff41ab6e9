"""Messages of Högkostnadsskydd as values, and what several regions' disclosures come to. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from contracts.domains.financial_patientfees_exemption.v1_0.messages import (
    EXEMPTION,
    Actor,
    ActorType,
    Disclosure,
    Exemption,
    FeeExemption,
    Identity,
    StatusRequest,
    Transaction,
    text_of,
)
from contracts.terms import HsaId, LogicalAddress
from simulator.regions.directory import REGIONS
from simulator.regions.protection import Frikort, Visit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml import etree

__all__ = [
    "Answered",
    "cards_in",
    "county_of",
    "disclosure_in",
    "request_in",
    "visits_in",
]

_MIDNIGHT = "000000"
_BY_NUMBER = {str(region.organisation_number): county for county, region in REGIONS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One source's disclosure on a person.

    Shape: ``source`` is a county code, or the source system's HSA-id where it is no region's,
           empty where nothing tells; ``person`` is whose fees they are.
    """

    source: str
    person: str
    held: tuple[FeeExemption, ...]


def county_of(hsa_id: str) -> str:
    """Give the county code of the region that an HSA-id or a logical address belongs to.

    Shape: what belongs to no region is given back as it is.
    """
    if hsa_id in REGIONS:
        return hsa_id
    return _BY_NUMBER.get(hsa_id.removeprefix("SE").partition("-")[0], hsa_id)


def request_in(payload: etree._Element) -> StatusRequest:
    """Read a RequestExemptionStatuses.

    Shape: what the schema demands and is missing is empty; an actor of no known kind, which only
           a lax system gets as far as this, is the one that may see the least.
    """
    actor = text_of(payload, "actor", "actorTypeEnum")
    care_giver = text_of(payload, "actor", "careGiverId", "extension")
    return StatusRequest(
        request_id=text_of(payload, "requestId", "root") or "",
        patient=_identity(payload.find("{*}patientId")),
        actor=Actor(
            type=ActorType(actor) if actor in list(ActorType) else ActorType.CAREGIVER,
            id=_identity(payload.find("{*}actor/{*}actorId")),
            care_giver=HsaId(care_giver) if care_giver else None,
        ),
        reply_to=LogicalAddress(text_of(payload, "responseLogicalAddress") or ""),
    )


def disclosure_in(payload: etree._Element) -> Disclosure:
    """Read a ProcessExemptionStatuses that schema and rules allow."""
    return Disclosure(
        request_id=text_of(payload, "requestId", "root") or "",
        fee_exemptions=tuple(_held(each) for each in payload.iterfind("{*}feeExemption")),
    )


def visits_in(answers: Iterable[Answered]) -> tuple[Visit, ...]:
    """Give the fees that sources have disclosed, as visits in their regions."""
    return tuple(
        Visit(
            id=f"{answer.source} {number}",
            day=one.visited,
            registered=one.registered,
            fee=one.fee,
            region=answer.source,
            person=answer.person,
            care_unit=one.care_unit or "",
            care_giver=one.care_giver or "",
        )
        for answer in answers
        for held in answer.held
        for number, one in enumerate(held.transactions)
        if one.fee
    )


def cards_in(answers: Iterable[Answered]) -> tuple[Frikort, ...]:
    """Give the frikort that sources have disclosed."""
    return tuple(
        Frikort(
            first_visit=one.first_visit,
            valid_from=one.valid_from,
            through=one.ends,
            region=county_of(one.region),
        )
        for answer in answers
        for held in answer.held
        for one in held.exemptions
    )


def _held(element: etree._Element) -> FeeExemption:
    return FeeExemption(
        patient=_identity(element.find(_of("patientId"))),
        transactions=tuple(filter(None, map(_transaction, element.iterfind(_of("transactions"))))),
        exemptions=tuple(filter(None, map(_exemption, element.iterfind(_of("exemptions"))))),
    )


def _transaction(element: etree._Element) -> Transaction | None:
    amount, visited = _text(element, "fee", "amount"), _day(element, "dateOfVisit")
    if visited is None:
        return None
    registered = _time(_text(element, "timeOfRegistration") or "")
    giver, unit = (_text(element, name, "extension") for name in ("careGiver", "careUnit"))
    return Transaction(
        fee=Decimal(amount) if amount else None,
        visited=visited,
        registered=registered or datetime.combine(visited, time()),
        care_giver=HsaId(giver) if giver else None,
        care_unit=HsaId(unit) if unit else None,
    )


def _exemption(element: etree._Element) -> Exemption | None:
    """Read a frikort; a start that is left out is taken for the latest that it can be."""
    ends = _day(element, "exemptionPeriod", "end")
    starts = _day(element, "exemptionPeriod", "start")
    if ends is None or starts is None:
        return None
    first = _day(element, "highCostProtectionPeriod", "start")
    return Exemption(
        id=_text(element, "id") or "",
        first_visit=first or starts,
        valid_from=starts,
        ends=ends,
        region=HsaId(_text(element, "region", "extension") or ""),
    )


def _identity(element: etree._Element | None) -> Identity:
    if element is None:
        return Identity(root="", extension="")
    return Identity(root=_text(element, "root") or "", extension=_text(element, "extension") or "")


def _of(*names: str) -> str:
    return "/".join(f"{{{EXEMPTION}}}{name}" for name in names)


def _text(element: etree._Element, *names: str) -> str | None:
    return element.findtext(_of(*names))


def _day(element: etree._Element, *names: str) -> date | None:
    found = _time((_text(element, *names) or "") + _MIDNIGHT)
    return found.date() if found else None


def _time(text: str) -> datetime | None:
    """Read a Swedish local time; None for a day that does not exist, which the schema allows."""
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S")  # noqa: DTZ007 - no message carries a zone
    except ValueError:
        return None
