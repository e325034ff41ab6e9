"""What stands around a party of Högkostnadsskydd: index, aggregating service, and other parties."""

from __future__ import annotations

from lxml import etree

from contracts.catalogue import bundled
from contracts.envelope import envelope
from contracts.terms import LogicalAddress
from contracts.wsdl import ServiceContract
from features.hogkostnadsskydd.requests import asker_of
from features.surroundings import Service
from features.target import RoleTarget, Target
from simulator.regions.directory import REGIONS

__all__ = [
    "DISCLOSURE",
    "INDEX",
    "NATIONAL",
    "REQUEST",
    "REQUESTER",
    "SOURCES",
    "UPDATE",
    "answered_with_status",
    "disclosed_to",
    "index_and_requesters",
    "sources",
    "taken_with",
]

NATIONAL = LogicalAddress("5565594230")
INDEX, REQUESTER, SOURCES = "index", "requester", "sources"
_STATUS = "urn:riv:interoperability:headers:1"


def _contract(domain: str, interaction: str) -> ServiceContract:
    found = bundled().domain(domain, "1.0").contracts
    return next(contract for contract in found if contract.interaction == interaction)


REQUEST = _contract("financial:patientfees:exemption", "RequestExemptionStatuses")
DISCLOSURE = _contract("financial:patientfees:exemption", "ProcessExemptionStatuses")
UPDATE = _contract("itintegration:engagementindex", "Update")


def disclosed_to(target: Target) -> tuple[LogicalAddress, ...]:
    """Give where disclosures may be asked to go: two addresses of the asking region."""
    asker = asker_of(target).hsa_id
    return LogicalAddress(asker), LogicalAddress(f"{asker}B")


def taken_with(code: str) -> str:
    """Give the answer of a requester with a result code."""
    return (
        f'<ProcessExemptionStatusesResponse xmlns="{DISCLOSURE.namespace}">'
        f"<resultCode>{code}</resultCode></ProcessExemptionStatusesResponse>"
    )


def index_and_requesters(target: Target, _role: RoleTarget) -> tuple[Service, ...]:
    """Give what a discloser calls: the index, and whoever has asked."""
    return (
        Service(
            name=INDEX,
            contract=UPDATE,
            logical_addresses=(NATIONAL,),
            payload=f'<UpdateResponse xmlns="{UPDATE.namespace}"><ResultCode>OK</ResultCode>'
            "</UpdateResponse>",
        ),
        Service(
            name=REQUESTER,
            contract=DISCLOSURE,
            logical_addresses=disclosed_to(target),
            payload=taken_with("OK"),
        ),
    )


def sources(target: Target, _role: RoleTarget) -> tuple[Service, ...]:
    """Give what a requester calls: the aggregating service, and single sources."""
    asked = [county for county in REGIONS if county != target.region.county][:2]
    return (
        Service(
            name=SOURCES,
            contract=REQUEST,
            logical_addresses=(NATIONAL, *(LogicalAddress(county) for county in asked)),
            payload=f'<RequestExemptionStatusesResponse xmlns="{REQUEST.namespace}"/>',
        ),
    )


def answered_with_status(*, reached: str, missing: str) -> str:
    """Give the aggregating service's answer: one region that it reached, and one that it did not.

    Source: RIV-TA interoperability headers 1.0, ProcessingStatus.
    """
    status = etree.Element(f"{{{_STATUS}}}ProcessingStatus", nsmap={None: _STATUS})
    for county, code in ((reached, "DataFromSource"), (missing, "NoDataSynchFailed")):
        failed = code != "DataFromSource"
        one = etree.SubElement(status, f"{{{_STATUS}}}ProcessingStatusList")
        for name, text in (
            ("logicalAddress", REGIONS[county].hsa_id),
            ("statusCode", code),
            ("isResponseFromCache", "false"),
            ("isResponseInSynch", "false" if failed else "true"),
            ("lastSuccessfulSynch", ""),
        ):
            etree.SubElement(one, f"{{{_STATUS}}}{name}").text = text
        if failed:
            why = etree.SubElement(one, f"{{{_STATUS}}}lastUnsuccessfulSynchError")
            for name, text in (
                ("causingAgent", "virtualization_platform"),
                ("code", "504"),
                ("text", "Read timed out"),
            ):
                etree.SubElement(why, f"{{{_STATUS}}}{name}").text = text
    payload = etree.Element(f"{{{REQUEST.namespace}}}RequestExemptionStatusesResponse")
    return envelope(payload, headers=[status]).decode("utf-8")
