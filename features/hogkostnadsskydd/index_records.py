"""What a discloser tells the engagement index: the records of an Update, and what they must say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.messages import Identity
from contracts.terms import SWEDISH_TIME
from features.hogkostnadsskydd.around import UPDATE
from features.inbox import Arrived, Wanted
from features.target import Target

__all__ = ["IndexRecord", "fixed_values", "records_in", "updates", "updates_on"]

_INDEX = "urn:riv:itintegration:engagementindex:1"
_PATIENT = re.compile(r"[0-9]{8}[0-9A-Zptf]{4}")
_KEY = ("registeredResidentIdentification", "serviceDomain", "categorization", "logicalAddress",
        "businessObjectInstanceIdentifier", "clinicalProcessInterestId", "sourceSystem",
        "dataController")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRecord:
    """One engagement that is added, changed or taken away; values by their local names."""

    values: Mapping[str, str]
    deleted: bool

    @property
    def patient(self) -> str:
        """Give the identity it is about."""
        return self.values.get("registeredResidentIdentification", "")

    @property
    def is_well_named(self) -> bool:
        """Tell whether the identity has the form that the index takes."""
        return _PATIENT.fullmatch(self.patient) is not None

    @property
    def key(self) -> tuple[str, ...]:
        """Give what makes it one record and no other."""
        return tuple(self.values.get(name, "") for name in _KEY)

    @property
    def latest(self) -> datetime | None:
        """Give the time of its most recent content, None where there is none that can be read."""
        try:
            return datetime.strptime(
                self.values.get("mostRecentContent", ""), "%Y%m%d%H%M%S"
            ).replace(tzinfo=SWEDISH_TIME)
        except ValueError:
            return None


def fixed_values(target: Target) -> Mapping[str, frozenset[str]]:
    """Give what the fields of a record may say, whoever it is about.

    Source: TKB financial:patientfees:exemption 1.0, engagement index.
    """
    county, system = target.region.county, str(target.hsa_id)
    return {
        "serviceDomain": frozenset({"riv:financial:patientfees:exemption"}),
        "categorization": frozenset({"fpe-es"}),
        "logicalAddress": frozenset({county, system}),
        "businessObjectInstanceIdentifier": frozenset({"NA"}),
        "clinicalProcessInterestId": frozenset({"NA"}),
        "sourceSystem": frozenset({system}),
        "dataController": frozenset({county}),
    }


def updates(arrived: Arrived) -> bool:
    """Tell whether a message is an Update at all."""
    return arrived.payload is not None and arrived.payload.tag == UPDATE.request


def updates_on(patient: Identity) -> Wanted:
    """Want the updates about a person."""
    return lambda arrived: any(
        record.patient == patient.extension for record in records_in(arrived)
    )


def records_in(arrived: Arrived) -> list[IndexRecord]:
    """Give the records of an Update, none of another message."""
    if arrived.payload is None or not updates(arrived):
        return []
    return [
        IndexRecord(
            values={
                etree.QName(node).localname: (node.text or "").strip()
                for node in transaction.iterfind(f"{{{_INDEX}}}engagement/*")
            },
            deleted=(transaction.findtext(f"{{{_INDEX}}}deleteFlag") or "").strip()
            in {"true", "1"},
        )
        for transaction in arrived.payload
    ]
