"""Engagements as values, their fields, and the key that makes two of them the same record."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["CORE", "FIELDS", "Engagement", "Field", "Transaction", "key_of"]

CORE = "urn:riv:itintegration:engagementindex:1"
"""The namespace of an engagement's fields."""

_NOT_AVAILABLE = "NA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of an engagement: its name here, its element, and what the index demands of it."""

    name: str
    element: str
    longest: int | None
    mandatory: bool = False


FIELDS = (
    Field(name="resident", element="registeredResidentIdentification", longest=32, mandatory=True),
    Field(name="service_domain", element="serviceDomain", longest=255, mandatory=True),
    Field(name="categorization", element="categorization", longest=255, mandatory=True),
    Field(name="logical_address", element="logicalAddress", longest=64, mandatory=True),
    Field(
        name="business_object",
        element="businessObjectInstanceIdentifier",
        longest=128,
        mandatory=True,
    ),
    Field(name="interest", element="clinicalProcessInterestId", longest=128, mandatory=True),
    Field(name="most_recent", element="mostRecentContent", longest=14),
    Field(name="source_system", element="sourceSystem", longest=64, mandatory=True),
    Field(name="created", element="creationTime", longest=14),
    Field(name="updated", element="updateTime", longest=14),
    Field(name="data_controller", element="dataController", longest=64, mandatory=True),
    Field(name="owner", element="owner", longest=None),
)
"""All fields, in the order of their elements; platform facts, section 6.2."""


class Engagement(NamedTuple):
    """What a system has about a resident, of a kind, for an address to ask at.

    Shape: as it was sent: a field that is absent is empty, and ``most_recent`` None, since an
           empty element is no time. Times are yyyyMMddHHmmss in Swedish time. The fields are in
           the order of ``FIELDS``; a tuple, since a thousand come and go in one request.
    """

    resident: str = ""
    service_domain: str = ""
    categorization: str = ""
    logical_address: str = ""
    business_object: str = ""
    interest: str = ""
    most_recent: str | None = None
    source_system: str = ""
    created: str = ""
    updated: str = ""
    data_controller: str = ""
    owner: str = ""


class Transaction(NamedTuple):
    """An engagement to keep, or to delete."""

    engagement: Engagement
    delete: bool = False


def key_of(engagement: Engagement, *, owner: str | None = None) -> str:
    """Give the key of an engagement's record, of its own owner or another.

    Shape:  SHA-256 in hex over the fields without anything between them, as the national index
            has it: values that run into each other alike are one record.
    Source: platform facts, section 6.3.
    """
    parts = (
        engagement.resident,
        engagement.service_domain,
        engagement.categorization or _NOT_AVAILABLE,
        engagement.logical_address,
        engagement.business_object or _NOT_AVAILABLE,
        engagement.source_system,
        engagement.data_controller,
        engagement.owner if owner is None else owner,
        engagement.interest or _NOT_AVAILABLE,
    )
    return hashlib.sha256("".join(parts).encode()).hexdigest()
