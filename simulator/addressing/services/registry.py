"""The catalogue's service contracts: what may be called where, and by whom; and its ping."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.addressing.catalogue import AddressingCatalogue

__all__ = ["OPERATIONS", "CannotAnswer", "Question"]

_REGISTRY_1 = "urn:riv:itintegration:registry"
_REGISTRY_2 = "urn:riv:infrastructure:itintegration:registry"
_SUPPORTED_1 = f"{_REGISTRY_1}:GetSupportedServiceContractsResponder:1"
_SUPPORTED_2 = f"{_REGISTRY_2}:GetSupportedServiceContractsResponder:2"
_ADDRESSEES = f"{_REGISTRY_2}:GetLogicalAddresseesByServiceContractResponder:2"
_PING = "urn:riv:itintegration:monitoring:PingForConfigurationResponder:1"

_NO_ADDRESS = "LogicalAddress must not be empty or null"
_NO_CONSUMER = "ServiceConsumerHsaId must not be empty or null"
_NO_CONTRACT = "ServiceContractNamespece must not be empty or null"  # the catalogue's spelling


class CannotAnswer(Exception):  # noqa: N818 - it says what the service does
    """A question that the catalogue answers with a SOAP fault of this text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request's element, the catalogue that is asked, and when."""

    element: etree._Element
    catalogue: AddressingCatalogue
    at: datetime

    def text(self, *names: str) -> str | None:
        """Give the text at the end of a path of local names; None where nothing stands there."""
        path = "/".join(f"*[local-name() = '{name}']" for name in names)
        found = self.element.xpath(path)
        return (found[0].text or "") if isinstance(found, list) and found else None


def _supported(namespace: str, core: str, *, consumer_is_needed: bool) -> _Answer:
    def answer(question: Question) -> etree._Element:
        """Give the contracts of the authorisations for an address that hold now, each once."""
        address = question.text("logicalAdress")
        consumer = question.text("serviceConsumerHsaId")
        if not address or not address.strip():
            raise CannotAnswer(_NO_ADDRESS)
        if consumer_is_needed and (not consumer or not consumer.strip()):
            raise CannotAnswer(_NO_CONSUMER)
        contracts = dict.fromkeys(
            row.contract
            for row in question.catalogue.authorisations
            if row.logical_address.lower() == address.lower()
            and (consumer is None or row.consumer == consumer)
            and row.holds(at=question.at)
            and not row.deleted
        )
        root = etree.Element(
            f"{{{namespace}}}GetSupportedServiceContractsResponse", nsmap={None: namespace}
        )
        for contract in contracts:
            holder = etree.SubElement(root, f"{{{namespace}}}serviceContractNamespace")
            _child(holder, core, "ServiceContractNamespace", contract)
        return root

    return answer


def _addressees(question: Question) -> etree._Element:
    """Give a record an authorisation of a consumer for a contract, whenever it holds."""
    contract = question.text("serviceContractNameSpace", "ServiceContractNamespace")
    consumer = question.text("serviceConsumerHsaId")
    if not contract or not contract.strip():
        raise CannotAnswer(_NO_CONTRACT)
    if not consumer or not consumer.strip():
        raise CannotAnswer(_NO_CONSUMER)
    root = etree.Element(
        f"{{{_ADDRESSEES}}}GetLogicalAddresseesByServiceContractResponse",
        nsmap={None: _ADDRESSEES},
    )
    for row in question.catalogue.rows.current().authorisations:
        if row.contract != contract or row.consumer.lower() != consumer.lower():
            continue
        record = etree.SubElement(root, f"{{{_ADDRESSEES}}}logicalAddressRecord")
        _child(record, _ADDRESSEES, "logicalAddress", row.logical_address)
        for one in row.filters:
            holder = etree.SubElement(record, f"{{{_ADDRESSEES}}}filter")
            _child(holder, _ADDRESSEES, "serviceDomain", one.service_domain)
            for each in one.categories:
                _child(holder, _ADDRESSEES, "categorization", each.category)
    return root


def _ping(question: Question) -> etree._Element:
    """Say that the catalogue is alive; it leaves out the version that the contract demands."""
    root = etree.Element(f"{{{_PING}}}PingForConfigurationResponse", nsmap={None: _PING})
    _child(root, _PING, "pingDateTime", f"{question.at:%Y%m%d%H%M%S}")
    configuration = etree.SubElement(root, f"{{{_PING}}}configuration")
    _child(configuration, _PING, "name", "Applikation")
    _child(configuration, _PING, "value", "tk-admin-services")
    return root


def _child(parent: etree._Element, namespace: str, name: str, text: str) -> None:
    nsmap = {None: namespace}
    etree.SubElement(parent, f"{{{namespace}}}{name}", nsmap=nsmap).text = text


_Answer = Callable[[Question], etree._Element]

OPERATIONS: Mapping[str, _Answer] = {
    f"{{{_SUPPORTED_1}}}GetSupportedServiceContracts": _supported(
        _SUPPORTED_1, f"{_REGISTRY_1}:1", consumer_is_needed=True
    ),
    f"{{{_SUPPORTED_2}}}GetSupportedServiceContracts": _supported(
        _SUPPORTED_2, f"{_REGISTRY_2}:2", consumer_is_needed=False
    ),
    f"{{{_ADDRESSEES}}}GetLogicalAddresseesByServiceContract": _addressees,
    f"{{{_PING}}}PingForConfiguration": _ping,
}
"""The answer to each question, by the question's element; platform facts, sections 4.4 and 4.5."""
