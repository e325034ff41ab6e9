"""Claim specifications to the tested region, and who bills it."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator

from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.kinds import KINDS, Deal, new_id, valid
from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM
from contracts.judge import swedish_now
from features.target import Target
from features.utomlansfakturering.differences import doubt_of
from simulator.regions.directory import REGIONS, Region

__all__ = ["Claims", "deal_with", "seller_to"]

_SELLERS = ("01", "03")


def seller_to(target: Target) -> Region:
    """Give the region that bills: never the tested one."""
    return REGIONS[next(county for county in _SELLERS if county != target.region.county)]


def deal_with(target: Target) -> Deal:
    """Give who bills whom today: the simulated seller and the target's region."""
    return Deal(
        seller=seller_to(target).organisation_number,
        buyer=target.region.organisation_number,
        county=target.region.county,
        municipality=target.region.municipality,
        today=swedish_now().date(),
    )


class Claims:
    """The claim specifications that a suite sends to one region."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._used: set[str] = set()

    def valid(self) -> etree._Element:
        """Make a new claim specification for an outpatient visit."""
        return valid("öppen vård", deal_with(self._target))

    def bases(self) -> Iterable[etree._Element]:
        """Make one of every valid kind, and one with the fees that no kind has."""
        deal = deal_with(self._target)
        made = [
            *(valid(kind, deal) for kind in KINDS),
            _with_other_fees(valid("sluten vård", deal)),
        ]
        self._used = {_id_of(message).text or "" for message in made}
        return made

    def renew(self, message: etree._Element) -> None:
        """Give the message a new id, but not where its own is gone or changed."""
        for found in _ids_of(message):
            if found.text in self._used:
                found.text = new_id(deal_with(self._target))

    def context(self, message: etree._Element) -> None:
        """Say that a message tells the rules all they ask."""

    def doubt(self, message: etree._Element) -> str:
        """Say where the description would have a message refused that the rules allow."""
        return doubt_of(message)


def _ids_of(message: etree._Element) -> Iterator[etree._Element]:
    yield from message.iterfind(f"{{*}}claimSpecification/{{{CLAIM}}}id")


def _id_of(message: etree._Element) -> etree._Element:
    return next(_ids_of(message))


def _with_other_fees(message: etree._Element) -> etree._Element:
    """Add a fee for inpatient care, which enters no sum, and an allowance of nothing."""
    details = message.find(f".//{{{CLAIM}}}invoicedAmountDetails")
    net = message.find(f".//{{{CLAIM}}}patientCareInvoiceNetAmount")
    if details is None or net is None:
        raise LookupError("the message has no amounts")
    allowance, fee = copy.deepcopy(net), copy.deepcopy(net)
    allowance.tag, fee.tag = (
        f"{{{CLAIM}}}{name}" for name in ("patientCareAllowance", "inpatientCareFee")
    )
    allowance[0].text = "0.00"
    net.addnext(allowance)
    details.append(fee)
    return message
