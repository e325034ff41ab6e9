"""What a region discloses of what it holds, by who asks. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.domains.financial_patientfees_exemption.v1_0.messages import (
    ActorType,
    Disclosure,
    Exemption,
    FeeExemption,
    Identity,
    Transaction,
)
from contracts.terms import HsaId
from simulator.regions.protection import Frikort, twelve_months_back

if TYPE_CHECKING:
    from datetime import date

    from simulator.regions.directory import Region
    from simulator.regions.fee_register import Patient
    from simulator.regions.protection import Charged

__all__ = ["Held", "Holding", "disclosure_of"]


@dataclass(frozen=True, slots=True)
class Held:
    """A fee that counts, with the identity it stands under."""

    identity: Identity
    charged: Charged


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What a region holds on a person: its own fees, and the frikort that it has issued.

    Shape: ``frikort`` is one that is valid on the day; one that has ended is not disclosed.
    """

    patient: Patient
    fees: tuple[Held, ...] = ()
    frikort: Frikort | None = None


def disclosure_of(
    holding: Holding,
    *,
    request_id: str,
    asked: Identity,
    actor: ActorType,
    region: Region,
    today: date,
) -> Disclosure:
    """Give what an actor may see: everything, or a frikort alone, or fees without where.

    Shape:  the last twelve months' fees, each under the identity it was registered on; no cancelled
            ones and none of zero kronor. The frikort stands under the identity that was asked for.
            What stands under a region's own reserve id is disclosed under a national identity of
            the same person, and not at all where there is none (rule008).
    Source: TKB financial:patientfees:exemption 1.0, rule002, 005, 008, 015 to 018.
    """
    national = holding.patient.national
    if not national:
        return Disclosure(request_id=request_id)
    hidden = actor is ActorType.CAREGIVER
    main = asked if asked in national else national[0]
    under: dict[Identity, list[Transaction]] = {main: []}
    for held in holding.fees:
        charged = held.charged
        if charged.paid and twelve_months_back(today) <= charged.visit.day <= today:
            identity = held.identity if held.identity in national else main
            under.setdefault(identity, []).append(_transaction(charged, named=not hidden))
    card = _exemption(holding.frikort, holding.patient, region) if holding.frikort else None
    if hidden and card:
        under = {main: []}
    return Disclosure(
        request_id=request_id,
        fee_exemptions=tuple(
            FeeExemption(
                patient=identity,
                transactions=tuple(transactions),
                exemptions=(card,) if card and identity == main else (),
            )
            for identity, transactions in under.items()
            if transactions or (card and identity == main)
        ),
    )


def _transaction(charged: Charged, *, named: bool) -> Transaction:
    visit = charged.visit
    return Transaction(
        fee=charged.paid,
        visited=visit.day,
        registered=visit.registered,
        care_giver=HsaId(visit.care_giver) if named else None,
        care_unit=HsaId(visit.care_unit) if named else None,
    )


def _exemption(card: Frikort, patient: Patient, region: Region) -> Exemption:
    """Write a frikort; its id is the same each time, and does not tell whose it is."""
    known_by = f"{region.county} {patient.key} {card.first_visit}"
    return Exemption(
        id=f"FK-{region.county}-{hashlib.sha256(known_by.encode()).hexdigest()[:12].upper()}",
        first_visit=card.first_visit,
        valid_from=card.valid_from,
        ends=card.through,
        region=region.hsa_id,
    )
