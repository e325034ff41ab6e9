"""The receiving region's system, as producer of ProcessClaimSpecification."""

from __future__ import annotations

from features.answering import Answering, Clauses
from features.fields import Field, url
from features.suites import Suite
from features.utomlansfakturering.claims import Claims, seller_to
from simulator.regions.parts import part_named

__all__ = ["SUITE"]

_EXAMPLE = """\
[services.utomlansfakturering.producer]
# Where the platform sends ProcessClaimSpecification; this is where `provbank region` listens.
endpoint = "http://127.0.0.1:9090/regions/03/claim"
connect_timeout = 2.0               # seconds to get a connection; may be left out
response_timeout = 29.0             # seconds to wait for an answer; may be left out

# Where the suite can see what the system has kept (docs/observation-point.md). Without it, what
# cannot be seen from outside is reported as not tested.
# observe = "http://127.0.0.1:9090/regions/03/observe"

# For an endpoint on https: what the platform presents, and whom it trusts. Paths are relative to
# this file; all are PEM.
# [services.utomlansfakturering.producer.tls]
# certificate = "platform.pem"
# key = "platform.key"
# authority = "authority.pem"
# verify = true

"""

SUITE = Suite(
    part=part_named("utomlansfakturering/producent"),
    role="producent",
    key="producer",
    binds="producer",
    answering=Answering(
        takes=("OK",),
        refuses=("ERROR",),
        remark="comment",
        names_rules=True,
        faults_schema=False,
        valid="ett giltigt fakturaunderlag",
        faulty="ett felaktigt fakturaunderlag",
        identities=("patientIdentity",),
        seconds=3.0,
        clauses=Clauses(
            form="FBC-SVAR-FORMAT",
            code="FBC-SVAR-KOD",
            taken="FBC-SVAR-OK",
            refused="FBC-SVAR-ERROR",
            schema="FBC-SVAR-SCHEMA",
            remark="FBC-SVAR-KOMMENTAR",
            place="FBC-SVAR-PLATS",
            fault="FBC-SVAR-FAULT",
            secrets="FBC-SVAR-SEKRETESS",
            mixed_up="FBC-SVAR-RATT-SVAR",
            internals="FBC-SVAR-SEKRETESS",
            validation="FBC-VALIDERA-PRODUCENT",
        ),
    ),
    senders=lambda target: (seller_to(target).hsa_id,),
    address=lambda target, _role: target.region.logical_address,
    messages=lambda target, _role: Claims(target),
    example=_EXAMPLE,
    fields={"observe": Field(url, required=False, read=lambda value: value.rstrip("/"))},
    bundled=lambda _system, region_url: {"observe": f"{region_url}/observe"},
)
