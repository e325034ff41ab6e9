"""What a requester has asked for: the message read as a scenario looks at it."""

from __future__ import annotations

import re

from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import (
    COORDINATION_NUMBER,
    NATIONAL_RESERVE_ID,
    PERSONAL_NUMBER,
)
from contracts.domains.financial_patientfees_exemption.v1_0.messages import Identity, text_of
from features.hogkostnadsskydd.around import REQUEST
from features.hogkostnadsskydd.persons import HSA
from features.inbox import Arrived, Wanted

__all__ = ["Requested", "requests", "requests_about"]

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_PATIENT = re.compile(r"[0-9]{8}[0-9A-Za-z]{4}")
_PERSONS = {PERSONAL_NUMBER, COORDINATION_NUMBER, NATIONAL_RESERVE_ID}


class Requested:
    """One request, as the tested system sent it."""

    def __init__(self, arrived: Arrived) -> None:
        assert arrived.payload is not None  # noqa: S101 - it was found by its content
        self.arrived = arrived
        self.payload: etree._Element = arrived.payload

    @property
    def id(self) -> str:
        """Give the request id as it is written."""
        return text_of(self.payload, "requestId", "root") or ""

    @property
    def patient(self) -> Identity:
        """Give whom it is about."""
        return self._identity("patientId")

    @property
    def reply_to(self) -> str:
        """Give where disclosures are to go."""
        return (text_of(self.payload, "responseLogicalAddress") or "").strip()

    @property
    def actor(self) -> str:
        """Give the actor's type."""
        return text_of(self.payload, "actor", "actorTypeEnum") or ""

    @property
    def wrong_id(self) -> str:
        """Say what is wrong with the form of the request id, or nothing."""
        if not _UUID.fullmatch(self.id):
            return "requestId/root är inget UUID"
        return "requestId har extension" if text_of(self.payload, "requestId", "extension") else ""

    @property
    def wrong_patient(self) -> str:
        """Say what is wrong with the form of the patient's id, or nothing."""
        if self.patient.root not in _PERSONS:
            return "patientId/root är inget av de nationella slagen"
        return "" if _PATIENT.fullmatch(self.patient.extension) else "patientId är inte tolv tecken"

    @property
    def wrong_person(self) -> str:
        """Say what is wrong with an actor who is a person, or nothing."""
        actor = self._identity("actor", "actorId")
        if actor.root not in _PERSONS or not _PATIENT.fullmatch(actor.extension):
            return "actorId är inget person-id"
        return "careGiverId är angiven" if self._care_giver.extension else ""

    @property
    def wrong_staff(self) -> str:
        """Say what is wrong with an actor who is staff, or nothing."""
        actor = self._identity("actor", "actorId")
        if actor.root != HSA or not actor.extension:
            return "actorId är inget HSA-id"
        return "" if self._care_giver.extension else "careGiverId saknas"

    @property
    def _care_giver(self) -> Identity:
        return self._identity("actor", "careGiverId")

    def _identity(self, *path: str) -> Identity:
        return Identity(
            root=text_of(self.payload, *path, "root") or "",
            extension=text_of(self.payload, *path, "extension") or "",
        )


def requests(arrived: Arrived) -> bool:
    """Tell whether a message is a request at all."""
    return arrived.payload is not None and arrived.payload.tag == REQUEST.request


def requests_about(patient: Identity) -> Wanted:
    """Want the requests about a person, however the identity is written."""
    return lambda arrived: (
        requests(arrived)
        and Requested(arrived).patient.extension.replace("-", "") == patient.extension
    )
