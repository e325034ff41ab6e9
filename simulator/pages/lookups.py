"""What has been asked from the pages: kept for a while, found by an id that says nothing."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from contracts.domains.financial_patientfees_exemption.v1_0.messages import ActorType

if TYPE_CHECKING:
    from contracts.domains.financial_patientfees_exemption.v1_0.messages import Actor, Identity

__all__ = ["Lookup", "Lookups", "Question", "Viewer"]

_MOST = 1_000


class Viewer(StrEnum):
    """For whom a page is."""

    RESIDENT = "resident"
    GUARDIAN = "guardian"
    CARE_GIVER = "caregiver"

    @property
    def actor_type(self) -> ActorType:
        """Give the word of the contract."""
        return _ACTOR_TYPES[self]


_ACTOR_TYPES = {
    Viewer.RESIDENT: ActorType.CITIZEN,
    Viewer.GUARDIAN: ActorType.GUARDIAN,
    Viewer.CARE_GIVER: ActorType.CAREGIVER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question about one person, by the id of the request."""

    patient: Identity
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """Questions that were asked together: who asked, by the system of which region, and when.

    Shape: ``id`` stands in the page's address, so that no address holds a person's identity.
    Units: ``begun`` in seconds of the clock of those who keep it.
    """

    id: str
    viewer: Viewer
    county: str
    actor: Actor
    questions: tuple[Question, ...]
    begun: float


class Lookups:
    """The latest lookups, in memory: so many are kept, then the oldest goes."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._kept: OrderedDict[str, Lookup] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, lookup: Lookup) -> None:
        """Keep a lookup."""
        with self._lock:
            self._kept[lookup.id] = lookup
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def find(self, viewer: Viewer, lookup_id: str) -> Lookup | None:
        """Give a lookup by its id; None where there is none such for these viewers."""
        with self._lock:
            found = self._kept.get(lookup_id)
        return found if found is not None and found.viewer is viewer else None
