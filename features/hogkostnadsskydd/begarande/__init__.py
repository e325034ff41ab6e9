"""The requesting party's system (begärande part), as producer of ProcessExemptionStatuses."""

from __future__ import annotations

from contracts.terms import LogicalAddress
from features.answering import Answering, Clauses
from features.fields import Field, text
from features.hogkostnadsskydd.around import sources
from features.hogkostnadsskydd.disclosures import (
    REQUESTS,
    Disclosures,
    made_known,
    sources_beside,
)
from features.hogkostnadsskydd.occasions import asks
from features.hogkostnadsskydd.sending_fields import SENDING, SENDING_EXAMPLE, bundled_sending
from features.hogkostnadsskydd.waits import waits_in
from features.suites import Suite
from simulator.regions.parts import part_named

__all__ = ["SUITE"]

_EXAMPLE = """\
[services.hogkostnadsskydd.begarande]
# Where the platform sends ProcessExemptionStatuses; this is where `provbank region` listens.
endpoint = "http://127.0.0.1:9090/regions/03/disclosure"
# logical_address = "SE2321000024-EXEMPEL"  # responseLogicalAddress; hsa_id where left out

# Requests that the system has sent and not had answered, one for each actor. The suite discloses
# in answer to them; without one for an actor, what that actor may see is not tested.
requests = [
  { id = "7f0c0f8e-6d4e-4c55-9a43-0d6a5a7f2b10", actor = "CITIZEN", patient = "191001209814" },
  { id = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed", actor = "GUARDIAN", patient = "191001209814" },
  { id = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d", actor = "CAREGIVER", patient = "191001209814" },
]
"""

SUITE = Suite(
    part=part_named("hogkostnadsskydd/begarande"),
    role="begärande part",
    key="begarande",
    binds="producer",  # of the disclosures, which is what the catalogue goes by
    answering=Answering(
        takes=("OK", "INFO"),
        refuses=("ERROR",),
        remark="resultText",
        names_rules=False,
        faults_schema=True,
        valid="ett giltigt utlämnande",
        faulty="ett felaktigt utlämnande",
        identities=("patientId",),
        seconds=1.0,
        clauses=Clauses(
            form="FPE-FORMAT-SCHEMA",
            code="FPE-UTLAMNANDE-SVAR",
            taken="FPE-UTLAMNANDE-SVAR",
            refused="FPE-UTLAMNANDE-ERROR",
            schema="FPE-FORMAT-SCHEMA",
            remark="FPE-UTLAMNANDE-ERROR",
            place="FPE-UTLAMNANDE-ERROR",
            fault="FPE-FAULT",
            secrets="FPE-FAULT-SEKRETESS",
            mixed_up="FPE-SLA-SAMTIDIGA",
        ),
    ),
    senders=sources_beside,
    address=lambda target, role: LogicalAddress(
        role.settings.get("logical_address", target.hsa_id)
    ),
    messages=Disclosures,
    services=sources,
    sends=asks,
    profile_roles=("producer", "consumer"),
    example=_EXAMPLE + SENDING_EXAMPLE.format(path="disclosure"),
    fields={"logical_address": Field(text, required=False), "requests": REQUESTS, **SENDING},
    bundled=lambda requester, url: {
        "requests": made_known(requester),
        **bundled_sending(url, "disclosure"),
    },
    early=waits_in,
)
