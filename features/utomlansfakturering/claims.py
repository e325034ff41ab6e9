"""Claim specifications to the tested region, and who bills it."""

from __future__ import annotations

from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.kinds import Deal, valid
from contracts.judge import swedish_now
from features.target import Target
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

    def valid(self) -> etree._Element:
        """Make a new claim specification for an outpatient visit."""
        return valid("öppen vård", deal_with(self._target))
