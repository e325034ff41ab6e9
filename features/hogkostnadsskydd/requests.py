"""Requests to the tested discloser, as the aggregating service passes them on."""

from __future__ import annotations

from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import Inquiry, valid
from contracts.judge import swedish_now
from contracts.terms import HsaId, LogicalAddress
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
