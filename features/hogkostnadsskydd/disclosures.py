"""Disclosures to the tested requester, each in answer to a request that it has sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any
from uuid import uuid4

import pytest
from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.boundaries import (
    BOUNDARIES,
    just_right,
)
from contracts.domains.financial_patientfees_exemption.v1_0.kinds import (
    COORDINATED,
    COORDINATION_NUMBER,
    DISCLOSURES,
    KINDS,
    NATIONAL_RESERVE_ID,
    PATIENTS,
    PERSONAL_NUMBER,
    RESERVED,
    Inquiry,
    valid,
)
from contracts.domains.financial_patientfees_exemption.v1_0.messages import (
    EXEMPTION,
    ActorType,
    Identity,
    text_of,
)
from contracts.domains.financial_patientfees_exemption.v1_0.near_misses import (
    LATE_TODAY,
    NEAR_MISSES,
    nearly_right,
)
from contracts.domains.financial_patientfees_exemption.v1_0.single_faults import (
    RULE_FAULTS,
    SCHEMA_FAULTS,
    faulty,
)
from contracts.judge import swedish_now
from contracts.terms import HsaId, LogicalAddress
from features.fields import Field, shown
from features.hogkostnadsskydd.differences import doubt_of_disclosure
from features.hogkostnadsskydd.persons import actor_for
from features.hogkostnadsskydd.trigger import Trigger
from features.target import RoleTarget, Target
from simulator.regions.directory import REGIONS
from simulator.regions.requester import Requester

__all__ = [
    "REQUESTS",
    "Disclosures",
    "KnownRequest",
    "identity_of",
    "made_known",
    "sources_beside",
]

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_IDENTITY = re.compile(r"[0-9]{8}[0-9A-Za-z]{4}")
_LEAST_FEE = 100  # kronor
_LAST_MINUTES = time(23, 50)
_ADDED_TO_THE_DAY = 60  # in a coordination number

_ABOUT = {
    "samordningsnummer": COORDINATION_NUMBER,
    "nationellt reservnummer": NATIONAL_RESERVE_ID,
}
"""The kinds that are about another sort of identity, and are like those to a resident else."""

_ASKED_ABOUT = {
    PERSONAL_NUMBER: Identity(root=PERSONAL_NUMBER, extension=PATIENTS[0]),
    COORDINATION_NUMBER: COORDINATED,
    NATIONAL_RESERVE_ID: RESERVED,
}
"""Whom requests are made about by the trigger, by the sort of identity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRequest:
    """A request that the tested system has sent and waits for disclosures to."""

    id: str
    actor: ActorType
    patient: Identity

    def __str__(self) -> str:
        """Write the request as a target file has it."""
        return (
            f'{{ id = "{self.id}", actor = "{self.actor}", patient = "{self.patient.extension}" }}'
        )


def sources_beside(target: Target) -> tuple[HsaId, ...]:
    """Give the sources that disclose: every region but the tested one."""
    return tuple(
        region.hsa_id for county, region in REGIONS.items() if county != target.region.county
    )


# In the target file ------------------------------------------------------------------------------


def _check(value: Any) -> str | None:
    example = '{ id = "…a UUID…", actor = "CITIZEN", patient = "191001209814" }'
    if not isinstance(value, list) or not value:
        return f"{shown(value)} is no list of requests - write requests = [{example}]"
    for number, entry in enumerate(value, start=1):
        complaint = _check_one(entry, example)
        if complaint:
            return f"request {number}: {complaint}"
    return None


def _check_one(entry: Any, example: str) -> str | None:
    if not isinstance(entry, dict) or set(entry) != {"id", "actor", "patient"}:
        return f"id, actor and patient are to be given, and nothing else - write {example}"
    if not isinstance(entry["id"], str) or not _UUID.fullmatch(entry["id"]):
        return f"{shown(entry['id'])} is no UUID - give the requestId that the system has sent"
    if entry["actor"] not in [actor.value for actor in ActorType]:
        return f"{shown(entry['actor'])} is no actor - give CITIZEN, GUARDIAN or CAREGIVER"
    if not isinstance(entry["patient"], str) or not _IDENTITY.fullmatch(entry["patient"]):
        return "patient is no identity - give 12 characters without separator"  # never shown
    return None


def _read(value: list[Mapping[str, str]]) -> tuple[KnownRequest, ...]:
    return tuple(
        KnownRequest(
            id=entry["id"],
            actor=ActorType(entry["actor"]),
            patient=identity_of(entry["patient"]),
        )
        for entry in value
    )


def identity_of(text: str) -> Identity:
    """Give a person's identity, its sort told by its form."""
    return Identity(root=_root_of(text), extension=text)


def _root_of(identity: str) -> str:
    """Tell the sort of an identity by its form."""
    if not identity.isdigit():
        return NATIONAL_RESERVE_ID
    return COORDINATION_NUMBER if int(identity[6:8]) > _ADDED_TO_THE_DAY else PERSONAL_NUMBER


REQUESTS = Field(_check, required=False, read=_read)
"""The requests that a requester has sent, each by id, actor and patient; no need with a trigger."""


# In a run ----------------------------------------------------------------------------------------


class Disclosures:
    """The disclosures that a suite sends to one requester.

    Shape: a request that the target file does not hold is made by the trigger, where there is one;
           else a message that needs it skips its scenario.
    """

    def __init__(self, target: Target, role: RoleTarget) -> None:
        self._target = target
        self._known: list[KnownRequest] = [*role.settings.get("requests", ())]
        url = role.settings.get("trigger")
        self._trigger = Trigger(url, tls=role.tls) if url else None
        self._made = 0

    def valid(self) -> etree._Element:
        """Make a new disclosure of transactions to a resident."""
        return self.of_kind("transaktioner till invånare")

    def of_kind(self, kind: str) -> etree._Element:
        """Make a valid disclosure of one kind, in answer to a request by the right actor."""
        if (root := _ABOUT.get(kind)) is not None:
            message = valid("transaktioner till invånare", self.inquiry(ActorType.CITIZEN, root))
        else:
            message = valid(kind, self.inquiry(KINDS[kind].actor))
        return self._unlike_others(message)

    def _unlike_others(self, message: etree._Element) -> etree._Element:
        """Give a fee an amount, and a frikort an id, that no other message of the run has.

        All answer the same few requests; equal ones would be taken for one sent again.
        """
        self._made += 1
        for amount in message.findall(f".//{{{EXEMPTION}}}amount")[:1]:
            amount.text = f"{_LEAST_FEE + self._made}.00"
        for card in message.findall(f".//{{{EXEMPTION}}}exemptions/{{{EXEMPTION}}}id")[:1]:
            card.text = f"FK-{self._made:04}"
        return message

    def with_fault(self, fault: str) -> etree._Element:
        """Make a disclosure with one fault, in answer to a request by the right actor.

        Shape: a fault that shows only where nobody knows who asked is sent to a resident, since a
               requester always knows.
        """
        inquiry = self.inquiry(self.actor_of(fault))
        if fault == LATE_TODAY and swedish_now().time() > _LAST_MINUTES:
            pytest.skip("Dagen är snart slut, så klockorna kan vara på var sin sida av midnatt.")
        return nearly_right(fault, inquiry) if fault in NEAR_MISSES else faulty(fault, inquiry)

    def at_limit(self, case: str) -> etree._Element:
        """Make a disclosure that is right, if only just."""
        return just_right(case, self.inquiry(KINDS[BOUNDARIES[case].kind].actor))

    @staticmethod
    def actor_of(fault: str) -> ActorType:
        """Give who has asked for the disclosure with a fault."""
        known = RULE_FAULTS.get(fault) or NEAR_MISSES.get(fault) or SCHEMA_FAULTS[fault]
        return ActorType(known.actor or ActorType.CITIZEN)

    def inquiry(self, actor: ActorType, root: str = PERSONAL_NUMBER) -> Inquiry:
        """Give the inquiry of a request that the tested system has sent."""
        found = self._inquiry(actor, root)
        if found is None:
            pytest.skip(
                f"Målfilen anger ingen begäran från {actor} med patient-id av slaget {root}."
            )
        return found

    def _inquiry(self, actor: ActorType, root: str = PERSONAL_NUMBER) -> Inquiry | None:
        known = [(request.actor, request.patient.root) for request in self._known]
        if (actor, root) not in known and self._trigger is not None and root in _ASKED_ABOUT:
            patient = _ASKED_ABOUT[root]
            asked = self._trigger.ask(patient, actor_for(actor, patient))
            self._known.append(KnownRequest(id=asked, actor=actor, patient=patient))
        for request in self._known:
            if (request.actor, request.patient.root) == (actor, root):
                return Inquiry(
                    reply_to=LogicalAddress(self._target.hsa_id),
                    region=sources_beside(self._target)[0],
                    today=swedish_now().date(),
                    patient=request.patient,
                    request_id=request.id,
                )
        return None

    def bases(self) -> Iterable[etree._Element]:
        """Make one of every valid kind that answers a known request."""
        for kind, told in DISCLOSURES.items():
            if kind not in _ABOUT and self._inquiry(told.actor) is not None:
                yield self.of_kind(kind)

    def renew(self, message: etree._Element) -> None:
        """Leave the request id as it is: the disclosure answers that request."""

    def context(self, message: etree._Element) -> Mapping[str, str] | None:
        """Give the actor of the request that is answered."""
        answered = text_of(message, "requestId", "root")
        actors = {request.id: request.actor for request in self._known}
        return {"actor": actors[answered]} if answered in actors else None

    def doubt(self, message: etree._Element) -> str:
        """Say why a good system may refuse a disclosure that schema and rules allow, or nothing."""
        return doubt_of_disclosure(message)


def made_known(requester: Requester) -> tuple[KnownRequest, ...]:
    """Let the bundled requester know of a request of every sort, and give them."""
    patient = Identity(root=PERSONAL_NUMBER, extension=PATIENTS[0])
    wanted = [
        *((actor, patient) for actor in ActorType),
        (ActorType.CITIZEN, COORDINATED),
        (ActorType.CITIZEN, RESERVED),
    ]
    made = tuple(
        KnownRequest(id=str(uuid4()), actor=actor, patient=patient) for actor, patient in wanted
    )
    for request in made:
        requester.expect(request.id, request.actor, request.patient)
    return made
