"""The disclosing party's system (utlämnande part), as producer of RequestExemptionStatuses."""

from __future__ import annotations

from contracts.terms import LogicalAddress
from features.answering import Answering, Clauses
from features.fields import Field, text
from features.hogkostnadsskydd.around import index_and_requesters
from features.hogkostnadsskydd.occasions import registers
from features.hogkostnadsskydd.requests import AGGREGATOR, Requests
from features.hogkostnadsskydd.sending_fields import SENDING, SENDING_EXAMPLE, bundled_sending
from features.hogkostnadsskydd.waits import waits_in
from features.suites import Suite
from simulator.regions.parts import part_named

__all__ = ["SUITE"]

_EXAMPLE = """\
[services.hogkostnadsskydd.utlamnande]
# Where the platform sends RequestExemptionStatuses; this is where `provbank region` listens.
endpoint = "http://127.0.0.1:9090/regions/03/request"
# logical_address = "03"            # the county code where left out; at an agent, an HSA-id
"""

SUITE = Suite(
    part=part_named("hogkostnadsskydd/utlamnande"),
    role="utlämnande part",
    key="utlamnande",
    binds="consumer",  # of the disclosures, which is what the catalogue goes by
    answering=Answering(
        takes=(),
        refuses=(),
        remark="",
        names_rules=False,
        faults_schema=True,
        valid="en giltig begäran",
        faulty="en felaktig begäran",
        identities=("patientId", "actorId"),
        seconds=1.0,
        clauses=Clauses(
            form="FPE-FORMAT-SCHEMA",
            code="FPE-FORMAT-SCHEMA",
            taken="FPE-KVITTENS",
            refused="FPE-FORMAT-SCHEMA",
            schema="FPE-FORMAT-SCHEMA",
            remark="FPE-FORMAT-SCHEMA",
            place="FPE-FORMAT-SCHEMA",
            fault="FPE-FAULT",
            secrets="FPE-FAULT-SEKRETESS",
            mixed_up="FPE-SLA-SAMTIDIGA",
        ),
    ),
    senders=lambda _target: (AGGREGATOR,),
    address=lambda target, role: LogicalAddress(
        role.settings.get("logical_address", target.region.county)
    ),
    messages=lambda target, _role: Requests(target),
    also=lambda target: (LogicalAddress(target.hsa_id),),
    services=index_and_requesters,
    sends=registers,
    profile_roles=("producer", "consumer"),
    example=_EXAMPLE + SENDING_EXAMPLE.format(path="request"),
    fields={"logical_address": Field(text, required=False), **SENDING},
    bundled=lambda _system, url: bundled_sending(url, "request"),
    early=waits_in,
)
