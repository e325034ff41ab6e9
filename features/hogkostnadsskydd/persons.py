"""Test persons: made-up identities from the ranges that no real person has been given."""

from __future__ import annotations

import random
from datetime import date, timedelta

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import (
    COORDINATION_NUMBER,
    NATIONAL_RESERVE_ID,
    PERSONAL_NUMBER,
)
from contracts.domains.financial_patientfees_exemption.v1_0.messages import (
    Actor,
    ActorType,
    Identity,
)
from contracts.terms import HsaId, luhn_digit

__all__ = ["HSA", "LOCAL_RESERVE_ID", "actor_for", "coordinated", "person", "reserved"]

HSA = "1.2.752.129.2.1.4.1"
LOCAL_RESERVE_ID = "1.2.752.97.3.1.3"
_FIRST, _DAYS = date(1930, 1, 1), 25_000  # born then or later, and grown up by now
_FIRST_CHILD, _CHILD_DAYS = date(2016, 1, 1), 1_500  # and these are children until 2034
_BIRTH_NUMBERS = (980, 999)
_ADDED_TO_THE_DAY = 60
_GUARDIAN = Identity(root=PERSONAL_NUMBER, extension="191001229812")


def person(rng: random.Random, *, child: bool = False) -> Identity:
    """Make the personal number of an adult or a child, with a published test birth number."""
    first, days = (_FIRST_CHILD, _CHILD_DAYS) if child else (_FIRST, _DAYS)
    born = first + timedelta(days=rng.randrange(days))
    digits = f"{born:%y%m%d}{rng.randint(*_BIRTH_NUMBERS)}"
    return Identity(
        root=PERSONAL_NUMBER, extension=f"{born.year // 100}{digits}{luhn_digit(digits)}"
    )


def coordinated(identity: Identity) -> Identity:
    """Make the coordination number of the same birth date and birth number."""
    text = identity.extension
    digits = f"{text[2:6]}{int(text[6:8]) + _ADDED_TO_THE_DAY}{text[8:11]}"
    return Identity(root=COORDINATION_NUMBER, extension=text[:2] + digits + luhn_digit(digits))


def reserved(rng: random.Random, *, local: bool = False) -> Identity:
    """Make a national reserve number, or one of a region's own."""
    letters = "".join(rng.choices("ABCDEFGHJK", k=2))
    if local:
        text = f"19{rng.randrange(10**6):06}T{letters[0]}{rng.randrange(10)}C"
        return Identity(root=LOCAL_RESERVE_ID, extension=text)
    text = (
        f"22{rng.randrange(10**6):06}{rng.randrange(10)}{letters[0]}{rng.randrange(10)}{letters[1]}"
    )
    return Identity(root=NATIONAL_RESERVE_ID, extension=text)


def actor_for(kind: ActorType, patient: Identity) -> Actor:
    """Give who asks: the patient herself, a guardian, or staff of a care giver."""
    match kind:
        case ActorType.CITIZEN:
            return Actor(type=kind, id=patient)
        case ActorType.GUARDIAN:
            return Actor(type=kind, id=_GUARDIAN)
        case ActorType.CAREGIVER:
            return Actor(
                type=kind,
                id=Identity(root=HSA, extension="SE5565594230-PROV1"),
                care_giver=HsaId("SE5565594230-PROV2"),
            )
