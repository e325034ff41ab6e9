"""What goes back: the records of all sources in one response."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from contracts.envelope import SOAP_ENVELOPE
from simulator.aggregation.asked import found_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.aggregation.services import AggregatedService

__all__ = ["enveloped", "gathered"]

_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


def gathered(service: AggregatedService, answers: Iterable[etree._Element]) -> etree._Element:
    """Put the records of several answers in one response, and nothing else of them.

    Shape:  namespaces other than the contract's are ``ns2``, ``ns3`` and so on, as the national
            platform writes them. The records are moved, not copied.
    Source: platform facts, section 5.1 step 9.
    """
    answers = tuple(answers)
    records = [
        (answer, record)
        for path in service.records
        for answer in answers
        for record in found_at(answer, path)
    ]
    found = dict.fromkeys(name for _, record in records for name in _namespaces(record))
    # What has no namespace must not inherit the response's.
    prefixes: dict[str, str | None] = {service.contract: "ns1" if "" in found else None}
    for name in found:
        if name:
            prefixes.setdefault(name, f"ns{len(prefixes) + 1}")
    root = etree.Element(service.response, nsmap={pre: name for name, pre in prefixes.items()})
    for answer, record in records:
        _rename_types(record, prefixes)
        _holder(root, answer, record).append(record)
    return root


def enveloped(response: etree._Element, status: etree._Element) -> bytes:
    """Write the answer, with the status in its header."""
    root = etree.Element(f"{{{SOAP_ENVELOPE}}}Envelope", nsmap={"soap": SOAP_ENVELOPE})
    etree.SubElement(root, f"{{{SOAP_ENVELOPE}}}Header").append(status)
    etree.SubElement(root, f"{{{SOAP_ENVELOPE}}}Body").append(response)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=False)


def _namespaces(record: etree._Element) -> Iterator[str]:
    """Give the namespace of every element and every type named in a record, "" for none."""
    for element in record.iter(etree.Element):
        yield etree.QName(element).namespace or ""
        if (named := _type_of(element)) is not None:
            yield named[0]


def _type_of(element: etree._Element) -> tuple[str, str] | None:
    """Give namespace and name of the type that an element names itself (xsi:type), None without."""
    written = element.get(_TYPE)
    if written is None:
        return None
    prefix, _, name = written.strip().rpartition(":")
    return element.nsmap.get(prefix or None) or "", name


def _rename_types(record: etree._Element, prefixes: dict[str, str | None]) -> None:
    """Write the types' names with the prefixes of the response."""
    for element in record.iter(etree.Element):
        if (named := _type_of(element)) is not None:
            namespace, name = named
            prefix = prefixes.get(namespace)
            element.set(_TYPE, f"{prefix}:{name}" if prefix else name)


def _holder(root: etree._Element, answer: etree._Element, record: etree._Element) -> etree._Element:
    """Give the element that a record is put in: the root, or what stands for its own parents."""
    between: list[str] = []
    above = record.getparent()
    while above is not None and above is not answer:
        between.insert(0, str(above.tag))
        above = above.getparent()
    holder = root
    for name in between:
        found = holder.find(name)
        holder = etree.SubElement(holder, name) if found is None else found
    return holder
