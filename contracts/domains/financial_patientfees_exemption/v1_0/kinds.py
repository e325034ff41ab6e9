"""Every valid kind of request and disclosure, made on demand: a table from name to message.

People in the messages carry published test identities or identities made from them; units and
exemption cards are made up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4

from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.messages import (
    Actor,
    ActorType,
    Disclosure,
    Exemption,
    FeeExemption,
    Identity,
    StatusRequest,
    Transaction,
    payload_of,
)
from contracts.terms import HsaId, LogicalAddress, luhn_digit

__all__ = [
    "COORDINATED",
    "DISCLOSURES",
    "KINDS",
    "PATIENTS",
    "REQUESTS",
    "RESERVED",
    "Inquiry",
    "Kind",
    "a_year_from",
    "valid",
]

PERSONAL_NUMBER = "1.2.752.129.2.1.3.1"
COORDINATION_NUMBER = "1.2.752.129.2.1.3.3"
NATIONAL_RESERVE_ID = "1.2.752.74.9.1"
_STOCKHOLMS_RESERVE_ID = "1.2.752.97.3.1.3"
_HSA = "1.2.752.129.2.1.4.1"

PATIENTS = ("191001209814", "191001229812", "191001239803", "191001249810", "191001259827")
"""Personal numbers published for the national platform's regression suites."""

_PATIENT, _GUARDIAN = (Identity(root=PERSONAL_NUMBER, extension=number) for number in PATIENTS[:2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """Who asks whom about which person, and on which day: what every kind of message starts from.

    Shape: ``reply_to`` is the requester's logical address; ``region`` and ``care_giver`` begin the
           HSA-ids on the disclosing side. ``request_id`` ties a disclosure to its request; where
           there is none, each message gets a new one.
    """

    reply_to: LogicalAddress
    region: HsaId
    today: date
    patient: Identity = _PATIENT
    guardian: Identity = _GUARDIAN
    request_id: str | None = None

    def new_request_id(self) -> str:
        """Give the request id of one message: a UUID."""
        return self.request_id or str(uuid4())


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of message: who asks, and how it is made."""

    actor: ActorType
    make: Callable[[Inquiry], StatusRequest | Disclosure]


def valid(kind: str, inquiry: Inquiry) -> etree._Element:
    """Make a valid message of one kind.

    Raises: KeyError for a kind that is not in ``KINDS``.
    """
    return payload_of(KINDS[kind].make(inquiry))


def a_year_from(day: date, *, years: int = 1) -> date:
    """Give the same day of another year; 28 February where the year has no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


# Requests -----------------------------------------------------------------------------------


def _asked_by(actor: ActorType) -> Callable[[Inquiry], StatusRequest]:
    def make(inquiry: Inquiry) -> StatusRequest:
        match actor:
            case ActorType.CITIZEN:
                who = Actor(type=actor, id=inquiry.patient)
            case ActorType.GUARDIAN:
                who = Actor(type=actor, id=inquiry.guardian)
            case ActorType.CAREGIVER:
                who = Actor(
                    type=actor,
                    id=Identity(root=_HSA, extension="SE5565594230-PROV1"),
                    care_giver=HsaId("SE5565594230-PROV2"),
                )
        return StatusRequest(
            request_id=inquiry.new_request_id(),
            patient=inquiry.patient,
            actor=who,
            reply_to=inquiry.reply_to,
        )

    return make


def _asked_about(patient: Identity) -> Callable[[Inquiry], StatusRequest]:
    return lambda inquiry: _asked_by(ActorType.CAREGIVER)(replace(inquiry, patient=patient))


def _coordination_number() -> str:
    """Make a coordination number of a published test identity: day plus 60, new check digit."""
    person = PATIENTS[0]
    digits = person[2:6] + str(int(person[6:8]) + 60) + person[8:11]
    return person[:2] + digits + luhn_digit(digits)


COORDINATED = Identity(root=COORDINATION_NUMBER, extension=_coordination_number())
RESERVED = Identity(root=NATIONAL_RESERVE_ID, extension="221001209A1B")
_LOCAL = Identity(root=_STOCKHOLMS_RESERVE_ID, extension="19521234TA3C")

REQUESTS: Mapping[str, Kind] = {
    "begäran från invånare": Kind(actor=ActorType.CITIZEN, make=_asked_by(ActorType.CITIZEN)),
    "begäran från vårdnadshavare": Kind(
        actor=ActorType.GUARDIAN, make=_asked_by(ActorType.GUARDIAN)
    ),
    "begäran från vårdgivare": Kind(actor=ActorType.CAREGIVER, make=_asked_by(ActorType.CAREGIVER)),
    "begäran om samordningsnummer": Kind(actor=ActorType.CAREGIVER, make=_asked_about(COORDINATED)),
    "begäran om nationellt reservnummer": Kind(
        actor=ActorType.CAREGIVER, make=_asked_about(RESERVED)
    ),
    "begäran om lokalt reservnummer": Kind(actor=ActorType.CAREGIVER, make=_asked_about(_LOCAL)),
}
"""Kinds of RequestExemptionStatuses. A local reserve number goes to one source system alone."""


# Disclosures --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Held:
    """What a source holds: visits as days back and fee, and whether they came to a frikort."""

    visits: tuple[tuple[int, str | None], ...] = ()
    exempt: bool = False


_NOTHING = _Held()
_SOME = _Held(((200, "300.00"), (90, "275.50")))
_CEILING = _Held(((200, "300.00"), (150, "400.00"), (90, "450.00"), (30, "300.00")), exempt=True)
_CARD = _Held(exempt=True)


def _disclosed(held: _Held, actor: ActorType, inquiry: Inquiry) -> Disclosure:
    """Disclose what the actor may see of what is held (rule005, rule013, rule016, rule018)."""
    hidden = actor is ActorType.CAREGIVER
    transactions = tuple(
        _transaction(
            inquiry,
            inquiry.today - timedelta(days=days),
            None if fee is None else Decimal(fee),
            named=not hidden,
        )
        for days, fee in held.visits
        if not (hidden and held.exempt)
    )
    exemptions = (_exemption(inquiry),) if held.exempt else ()
    return _disclosure(inquiry, transactions, exemptions)


def _disclosure(
    inquiry: Inquiry,
    transactions: tuple[Transaction, ...],
    exemptions: tuple[Exemption, ...] = (),
) -> Disclosure:
    held = FeeExemption(patient=inquiry.patient, transactions=transactions, exemptions=exemptions)
    return Disclosure(
        request_id=inquiry.new_request_id(),
        fee_exemptions=(held,) if transactions or exemptions else (),
    )


def _transaction(
    inquiry: Inquiry, visited: date, fee: Decimal | None, *, named: bool = True
) -> Transaction:
    """Register a fee at midnight of the visit's day, so that no clock calls it the future."""
    return Transaction(
        fee=fee,
        visited=visited,
        registered=datetime.combine(visited, time()),
        care_giver=HsaId(f"{inquiry.region}1") if named else None,
        care_unit=HsaId(f"{inquiry.region}2") if named else None,
    )


def _exemption(inquiry: Inquiry) -> Exemption:
    first_visit = inquiry.today - timedelta(days=200)
    return Exemption(
        id="FK-0001",
        first_visit=first_visit,
        valid_from=inquiry.today - timedelta(days=30),
        ends=a_year_from(first_visit) - timedelta(days=1),
        region=inquiry.region,
    )


def _of(held: _Held, actor: ActorType) -> Kind:
    return Kind(actor=actor, make=lambda inquiry: _disclosed(held, actor, inquiry))


def _to_citizen(make: Callable[[Inquiry], Disclosure]) -> Kind:
    return Kind(actor=ActorType.CITIZEN, make=make)


def _a_year_back(inquiry: Inquiry) -> Disclosure:
    visited = a_year_from(inquiry.today, years=-1)
    return _disclosure(inquiry, (_transaction(inquiry, visited, Decimal("100.00")),))


def _linked(inquiry: Inquiry) -> Disclosure:
    """Disclose what is held on the person's two identities, each under its own."""
    one, other = (
        _disclosed(held, ActorType.CITIZEN, replace(inquiry, patient=patient))
        for held, patient in ((_CEILING, inquiry.patient), (_SOME, COORDINATED))
    )
    return replace(one, fee_exemptions=one.fee_exemptions + other.fee_exemptions)


def _about(patient: Identity) -> Kind:
    return _to_citizen(
        lambda inquiry: _disclosed(_SOME, ActorType.CITIZEN, replace(inquiry, patient=patient))
    )


DISCLOSURES: Mapping[str, Kind] = {
    **{
        f"{what} till {whom}": _of(held, actor)
        for whom, actor in (
            ("invånare", ActorType.CITIZEN),
            ("vårdnadshavare", ActorType.GUARDIAN),
        )
        for what, held in (
            ("frikort och transaktioner", _CEILING),
            ("frikort", _CARD),
            ("transaktioner", _SOME),
            ("ingenting", _NOTHING),
        )
    },
    "frikort till vårdgivare": _of(_CEILING, ActorType.CAREGIVER),
    "transaktioner till vårdgivare": _of(_SOME, ActorType.CAREGIVER),
    "ingenting till vårdgivare": _of(_NOTHING, ActorType.CAREGIVER),
    "besök i dag": _of(_Held(((0, "300.00"),)), ActorType.CITIZEN),
    "besök för exakt tolv månader sedan": _to_citizen(_a_year_back),
    "återbetald avgift": _of(_Held(((60, "300.00"), (60, "-300.00"))), ActorType.CITIZEN),
    "transaktion utan belopp": _of(_Held(((60, None),)), ActorType.CITIZEN),
    "samordningsnummer": _about(COORDINATED),
    "nationellt reservnummer": _about(RESERVED),
    "länkade identiteter": _to_citizen(_linked),
}
"""Kinds of ProcessExemptionStatuses, by what is disclosed and to whom."""

KINDS: Mapping[str, Kind] = {**REQUESTS, **DISCLOSURES}
"""Name in Swedish, as the suites and their reports say it, to the message."""
