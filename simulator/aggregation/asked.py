"""The request of an aggregated call: what is asked, and the same request to each source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from contracts.envelope import LOGICAL_ADDRESS, REGISTRY, SOAP_ENVELOPE
from simulator.soap_requests import Unreadable, read_request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.aggregation.services import AggregatedService

__all__ = ["Asked", "asked_in", "found_at"]

_HEADER = f"{{{SOAP_ENVELOPE}}}Header"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that a service answers.

    Shape: ``source_system`` is None where the request names none, or its contract has no such.
    """

    envelope: etree._Element
    patient: str
    source_system: str | None

    def to_each(self, sources: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Give each source with the original request, addressed to it.

        Source: platform facts, section 5.1 step 7.
        """
        header = self.envelope.find(_HEADER)
        if header is None:
            header = etree.Element(_HEADER)
            self.envelope.insert(0, header)
        address = header.find(LOGICAL_ADDRESS)
        if address is None:
            address = etree.SubElement(header, LOGICAL_ADDRESS, nsmap={"riv": REGISTRY})
        for source in sources:
            address.text = source
            yield source, etree.tostring(self.envelope, xml_declaration=True, encoding="UTF-8")


def asked_in(message: bytes, service: AggregatedService) -> Asked | Unreadable:
    """Read a request, or say why it is none for the service."""
    request = read_request(message, {service.request})
    if isinstance(request, Unreadable):
        return request
    named = next(found_at(request.element, service.source_system), None)
    return Asked(
        envelope=request.envelope,
        patient=_text(next(found_at(request.element, service.patient), None)),
        source_system=_text(named) or None,
    )


def found_at(element: etree._Element, path: str) -> Iterator[etree._Element]:
    """Give the elements at a path of local names, in any namespace; none where it is empty."""
    if not path:
        return iter(())
    return element.iterfind("/".join(f"{{*}}{name}" for name in path.split("/")))


def _text(element: etree._Element | None) -> str:
    return "" if element is None else (element.text or "").strip()
