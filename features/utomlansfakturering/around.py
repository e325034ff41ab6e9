"""What stands around a system that bills: the other regions, each of them a buyer that answers."""

from __future__ import annotations

from typing import Any

from contracts.catalogue import bundled
from contracts.domains.financial_billing_claim.v1_1.messages import RESPONDER
from contracts.wsdl import ServiceContract
from features.fields import shown
from features.surroundings import Service
from features.target import RoleTarget, Target
from simulator.regions.directory import REGIONS, Region

__all__ = [
    "CLAIMS",
    "answered",
    "buyer_name",
    "buyers",
    "counties",
    "homes",
]


def _contract() -> ServiceContract:
    found = bundled().contract_for(RESPONDER)
    if found is None:
        raise LookupError(f"{RESPONDER} is not bundled")
    return found[1]


CLAIMS = _contract()


def counties(value: Any) -> str | None:
    """Take a list of county codes: the regions that the system can bill."""
    if not isinstance(value, list) or not value:
        return f'{shown(value)} is no list of county codes - write buyers = ["01", "12"]'
    for county in value:
        if county not in REGIONS:
            return f"{shown(county)} is no region's county code - one of {', '.join(REGIONS)}"
    return None


def homes(target: Target, role: RoleTarget) -> tuple[Region, ...]:
    """Give the regions that are billed, never the tested one."""
    chosen = role.settings.get("buyers") or tuple(REGIONS)
    return tuple(REGIONS[county] for county in chosen if county != target.region.county)


def buyer_name(home: Region) -> str:
    """Name the scripted producer of a region."""
    return f"kopare-{home.county}"


def buyers(target: Target, role: RoleTarget) -> tuple[Service, ...]:
    """Give what a seller calls: every region that it may bill."""
    return tuple(
        Service(
            name=buyer_name(home),
            contract=CLAIMS,
            logical_addresses=(home.logical_address,),
            payload=answered("OK"),
        )
        for home in homes(target, role)
    )


def answered(code: str, comment: str = "") -> str:
    """Give the contract's answer, as it stands in a body."""
    told = f"<comment>{comment}</comment>" if comment else ""
    return (
        f'<ProcessClaimSpecificationResponse xmlns="{RESPONDER}">'
        f"<resultCode>{code}</resultCode>{told}</ProcessClaimSpecificationResponse>"
    )
