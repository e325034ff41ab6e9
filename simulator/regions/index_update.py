"""What a region tells the engagement index: that it holds something on a person, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import (
    COORDINATION_NUMBER,
    PERSONAL_NUMBER,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from simulator.regions.directory import Region
    from simulator.regions.fee_register import Patient

__all__ = ["CATEGORIZATION", "SERVICE_DOMAIN", "UPDATE", "Event", "updates_of"]

UPDATE = "urn:riv:itintegration:engagementindex:UpdateResponder:1"
SERVICE_DOMAIN = "riv:financial:patientfees:exemption"
CATEGORIZATION = "fpe-es"

_INDEX = "urn:riv:itintegration:engagementindex:1"
_INDEXED = {PERSONAL_NUMBER, COORDINATION_NUMBER}
_NOT_USED = "NA"
_MOST = 1000  # records in one Update: platform facts, section 6.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """That something has happened to what is held on a person; ``gone`` if nothing is any more."""

    patient: Patient
    latest: datetime
    gone: bool = False


def updates_of(
    events: Iterable[Event], region: Region, *, of_reserves: bool = False
) -> Iterator[etree._Element]:
    """Write Updates on persons: one record for each number that the index knows people by.

    Shape:  none where nobody has such a number: neither reserve numbers of a region nor national
            ones are kept there, but by a system that is wrong (``of_reserves``). A record of what
            is gone is taken away. As many records a message as the index takes.
    Source: TKB financial:patientfees:exemption 1.0, engagement index. It does not say what to do
            when the last fee is cancelled; we take the record away.
    """
    records = [
        (each.extension, event)
        for event in events
        for each in event.patient.identities
        if each.root in _INDEXED or of_reserves
    ]
    for first in range(0, len(records), _MOST):
        yield _update(records[first : first + _MOST], region)


def _update(records: Iterable[tuple[str, Event]], region: Region) -> etree._Element:
    root = etree.Element(f"{{{UPDATE}}}Update", nsmap={"u": UPDATE, "ei": _INDEX})
    for number, event in records:
        transaction = etree.SubElement(root, f"{{{UPDATE}}}engagementTransaction")
        _leaf(transaction, "deleteFlag", "true" if event.gone else "false")
        engagement = etree.SubElement(transaction, f"{{{_INDEX}}}engagement")
        for name, text in (
            ("registeredResidentIdentification", number),
            ("serviceDomain", SERVICE_DOMAIN),
            ("categorization", CATEGORIZATION),
            ("logicalAddress", region.county),
            ("businessObjectInstanceIdentifier", _NOT_USED),
            ("clinicalProcessInterestId", _NOT_USED),
            ("mostRecentContent", f"{event.latest:%Y%m%d%H%M%S}"),
            ("sourceSystem", region.hsa_id),
            ("dataController", region.county),
        ):
            _leaf(engagement, name, text)
    return root


def _leaf(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{_INDEX}}}{name}").text = text
