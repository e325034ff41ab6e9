"""Requests to the tested discloser, as the aggregating service passes them on."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import uuid4

from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import (
    REQUESTS,
    Inquiry,
    valid,
)
from contracts.domains.financial_patientfees_exemption.v1_0.messages import (
    EXEMPTION,
    REQUEST,
    text_of,
)
from contracts.judge import swedish_now
from contracts.terms import HsaId, LogicalAddress
from features.hogkostnadsskydd.differences import doubt_of_request
from features.target import Target
from simulator.regions.directory import REGIONS, Region

__all__ = ["AGGREGATOR", "Requests", "asker_of"]

AGGREGATOR = HsaId("SE5565594230-PROVBANK1")
"""The aggregating service, which calls the sources; made up, within Inera's number."""

_ASKERS = ("01", "03")


def asker_of(target: Target) -> Region:
    """Give the region that asks: never the tested one."""
    return REGIONS[next(county for county in _ASKERS if county != target.region.county)]


class Requests:
    """The requests that a suite sends to one discloser."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._used: set[str | None] = set()

    @property
    def inquiry(self) -> Inquiry:
        """Give who asks whom today; each message made from it has a request id of its own."""
        return Inquiry(
            reply_to=LogicalAddress(asker_of(self._target).hsa_id),
            region=self._target.hsa_id,
            today=swedish_now().date(),
        )

    def valid(self) -> etree._Element:
        """Make a new request on behalf of a resident."""
        return valid("begäran från invånare", self.inquiry)

    def bases(self) -> Iterable[etree._Element]:
        """Make one of every valid kind."""
        made = [valid(kind, self.inquiry) for kind in REQUESTS]
        self._used = {text_of(message, "requestId", "root") for message in made}
        return made

    def renew(self, message: etree._Element) -> None:
        """Give the message a new request id, but not where its own is gone or changed."""
        for found in message.iterfind(f"{{{REQUEST}}}requestId/{{{EXEMPTION}}}root"):
            if found.text in self._used:
                found.text = str(uuid4())

    def context(self, message: etree._Element) -> None:
        """Say that there is nothing to know beside a request."""

    def doubt(self, message: etree._Element) -> str:
        """Say why a good system may refuse a request that the schema allows, or nothing."""
        return doubt_of_request(message)
