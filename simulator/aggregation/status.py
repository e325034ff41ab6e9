"""ProcessingStatus: the header that tells how each source answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from simulator.aggregation.outcomes import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

__all__ = ["HEADERS", "processing_status"]

HEADERS = "urn:riv:interoperability:headers:1"
_FORMAT = "%Y%m%d%H%M%S"


def processing_status(
    outcomes: Mapping[str, etree._Element | Failure], *, at: datetime
) -> etree._Element:
    """Write one record for each source that was called.

    Shape:  ``lastSuccessfulSynch`` is left out of a failure, though the schema requires it.
    Source: platform facts, section 5.2.
    """
    now = at.strftime(_FORMAT)
    root = etree.Element(f"{{{HEADERS}}}ProcessingStatus", nsmap={None: HEADERS})
    for source, outcome in outcomes.items():
        record = _add(root, "ProcessingStatusList")
        failed = isinstance(outcome, Failure)
        _add(record, "logicalAddress", source)
        _add(record, "statusCode", "NoDataSynchFailed" if failed else "DataFromSource")
        _add(record, "isResponseFromCache", "false")
        _add(record, "isResponseInSynch", "false" if failed else "true")
        if not isinstance(outcome, Failure):
            _add(record, "lastSuccessfulSynch", now)
            continue
        _add(record, "lastUnsuccessfulSynch", now)
        error = _add(record, "lastUnsuccessfulSynchError")
        _add(error, "causingAgent", "virtualization_platform")
        _add(error, "code", outcome.code)
        _add(error, "text", outcome.text)
    return root


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{HEADERS}}}{name}")
    element.text = text
    return element
