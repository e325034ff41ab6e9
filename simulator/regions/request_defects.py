"""Known defects of what a requester sends: its requests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.messages import EXEMPTION, REQUEST
from simulator.regions.defect import Defect
from simulator.regions.fee_register import NATIONAL
from simulator.regions.letter_flaws import (
    changing,
    dropping,
    hyphenated,
    readdressing,
    remove_all,
    set_text,
)
from simulator.regions.patient_fees import NATIONAL_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.regions.outbox import Letter

__all__ = ["requesting_defects"]

_HSA = "1.2.752.129.2.1.4.1"
_ONE_REGION = "01"


def requesting_defects() -> Iterable[Defect]:
    """Make the defects; some hold state, so each table has its own."""
    one_id = str(uuid4())
    yield Defect(
        name="never-asks",
        says="takes disclosures, and sends no requests",
        breaks="FPE-PAR",
        also=frozenset({"FPE-TLS"}),
        on_sending=dropping(REQUEST),
    )
    yield Defect(
        name="numbers-its-requests",
        says="writes a number of its own as request id, and no UUID",
        breaks="FPE-REQUESTID-FORM",
        on_sending=changing(REQUEST, set_text("requestId/root", lambda text: f"HKS-{text[:6]}")),
    )
    yield Defect(
        name="has-one-request-id",
        says="sends all requests with the same id",
        breaks="FPE-REQUESTID-UNIKT",
        on_sending=changing(REQUEST, set_text("requestId/root", lambda _text: one_id)),
    )
    yield Defect(
        name="asks-with-hyphens",
        says="writes identities with a hyphen",
        breaks="FPE-PATIENT-FORM",
        on_sending=changing(REQUEST, set_text("patientId/extension", hyphenated)),
    )
    yield Defect(
        name="asks-all-about-reserve-numbers",
        says="asks all sources about a region's own reserve numbers",
        breaks="FPE-PATIENT-LOKALT",
        on_sending=_local_to_all,
    )
    yield Defect(
        name="names-a-care-giver-for-residents",
        says="names a care giver whoever asks",
        breaks="FPE-AKTOR-PERSON",
        on_sending=changing(REQUEST, _with_care_giver),
    )
    yield Defect(
        name="names-no-care-giver",
        says="leaves out the care giver whose staff ask",
        breaks="FPE-AKTOR-VARDGIVARE",
        on_sending=changing(REQUEST, remove_all("careGiverId")),
    )
    yield Defect(
        name="gives-its-number-as-address",
        says="gives its organisation number as the address for disclosures",
        breaks="FPE-SVARSADRESS",
        on_sending=changing(
            REQUEST, set_text("responseLogicalAddress", lambda text: text[2:].partition("-")[0])
        ),
    )
    yield Defect(
        name="asks-one-region-for-all",
        says="sends national requests to a single region",
        breaks="FPE-ADRESS-NATIONELL",
        on_sending=readdressing(REQUEST, lambda _letter: _ONE_REGION),
    )
    yield Defect(
        name="asks-all-for-one-region",
        says="sends requests to a single region to all",
        breaks="FPE-ADRESS-KALLA",
        on_sending=readdressing(REQUEST, lambda _letter: NATIONAL_ADDRESS),
    )


def _local_to_all(letter: Letter) -> Iterable[Letter]:
    root = letter.payload.findtext(f"{{*}}patientId/{{{EXEMPTION}}}root")
    if letter.contract == REQUEST and root not in NATIONAL:
        return (replace(letter, logical_address=NATIONAL_ADDRESS),)
    return (letter,)


def _with_care_giver(payload: etree._Element) -> None:
    for actor in payload.iterfind("{*}actor"):
        if actor.find(f"{{{EXEMPTION}}}careGiverId") is None:
            place = etree.SubElement(actor, f"{{{EXEMPTION}}}careGiverId")
            etree.SubElement(place, f"{{{EXEMPTION}}}root").text = _HSA
            etree.SubElement(place, f"{{{EXEMPTION}}}extension").text = "SE5565594230-PROV2"
