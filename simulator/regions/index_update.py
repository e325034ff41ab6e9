"""What a region tells the engagement index: that it holds something on a person, and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import (
    COORDINATION_NUMBER,
    PERSONAL_NUMBER,
)

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.regions.directory import Region
    from simulator.regions.fee_register import Patient

__all__ = ["CATEGORIZATION", "SERVICE_DOMAIN", "UPDATE", "update_of"]

UPDATE = "urn:riv:itintegration:engagementindex:UpdateResponder:1"
SERVICE_DOMAIN = "riv:financial:patientfees:exemption"
CATEGORIZATION = "fpe-es"

_INDEX = "urn:riv:itintegration:engagementindex:1"
_INDEXED = {PERSONAL_NUMBER, COORDINATION_NUMBER}
_NOT_USED = "NA"


def update_of(
    patient: Patient, region: Region, *, latest: datetime, gone: bool = False
) -> etree._Element | None:
    """Write the Update on a person: one record for each number that the index knows people by.

    Shape:  None where the person has no such number: neither reserve numbers of a region nor
            national ones are kept there. ``gone`` takes the record away.
    Source: TKB financial:patientfees:exemption 1.0, engagement index. It does not say what to do
            when the last fee is cancelled; we take the record away.
    """
    numbers = [each.extension for each in patient.identities if each.root in _INDEXED]
    if not numbers:
        return None
    root = etree.Element(f"{{{UPDATE}}}Update", nsmap={"u": UPDATE, "ei": _INDEX})
    for number in numbers:
        transaction = etree.SubElement(root, f"{{{UPDATE}}}engagementTransaction")
        _leaf(transaction, "deleteFlag", "true" if gone else "false")
        engagement = etree.SubElement(transaction, f"{{{_INDEX}}}engagement")
        for name, text in (
            ("registeredResidentIdentification", number),
            ("serviceDomain", SERVICE_DOMAIN),
            ("categorization", CATEGORIZATION),
            ("logicalAddress", region.county),
            ("businessObjectInstanceIdentifier", _NOT_USED),
            ("clinicalProcessInterestId", _NOT_USED),
            ("mostRecentContent", f"{latest:%Y%m%d%H%M%S}"),
            ("sourceSystem", region.hsa_id),
            ("dataController", region.county),
        ):
            _leaf(engagement, name, text)
    return root


def _leaf(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{_INDEX}}}{name}").text = text
