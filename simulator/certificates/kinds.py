"""The kinds of certificate a suite needs: the good one, and each that must be refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

__all__ = ["DEPARTURES", "Departure", "Kind", "Signer"]


class Kind(StrEnum):
    """What is right or wrong with a certificate."""

    GOOD = "good"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    REVOKED = "revoked"
    WRONG_NAME = "wrong-name"
    WRONG_CHAIN = "wrong-chain"
    SELF_SIGNED = "self-signed"
    WEAK_KEY = "weak-key"
    NO_HSA_ID = "no-hsa-id"


class Signer(StrEnum):
    """Who signs a certificate."""

    AUTHORITY = "authority"
    STRANGER = "stranger"  # an authority of the same name, with another key
    ITSELF = "itself"


_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """In what one kind differs from a good certificate.

    Shape: ``begins`` and ``ends`` count from the moment of minting.
    Units: bits.
    """

    says: str
    begins: timedelta = timedelta(hours=-1)
    ends: timedelta = 2 * _YEAR
    key_size: int = 2048
    signer: Signer = Signer.AUTHORITY
    revoked: bool = False
    right_name: bool = True
    has_hsa_id: bool = True


DEPARTURES = {
    Kind.GOOD: Departure(says="nothing is wrong with it"),
    Kind.EXPIRED: Departure(
        says="its time ended yesterday", begins=-_YEAR, ends=timedelta(days=-1)
    ),
    Kind.NOT_YET_VALID: Departure(says="its time begins tomorrow", begins=timedelta(days=1)),
    Kind.REVOKED: Departure(says="it is on the authority's revocation list", revoked=True),
    Kind.WRONG_NAME: Departure(
        says="it names another host, and another system", right_name=False
    ),
    Kind.WRONG_CHAIN: Departure(
        says="an authority of the same name but with another key signed it",
        signer=Signer.STRANGER,
    ),
    Kind.SELF_SIGNED: Departure(says="no authority signed it", signer=Signer.ITSELF),
    Kind.WEAK_KEY: Departure(says="its RSA key has 1024 bits", key_size=1024),
    Kind.NO_HSA_ID: Departure(says="its subject has no serialNumber", has_hsa_id=False),
}  # fmt: skip
"""What each kind departs in. All but the last two are refused in the handshake where the peer
checks; a weak key by most, a missing HSA-id by the platform alone, as VP002."""
