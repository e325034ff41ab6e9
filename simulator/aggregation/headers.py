"""HTTP headers of an aggregated call: what must be there, what sources get, what goes back."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from simulator.headers import CORRELATION_ID, INSTANCE_ID, ORIGINAL_CONSUMER, SENDER_ID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.aggregation.services import AggregatedService
    from simulator.settings import Settings

__all__ = ["headers_back", "headers_to_index", "headers_to_source", "missing"]

_XML = "text/xml;charset=UTF-8"
_MANDATORY = (SENDER_ID, ORIGINAL_CONSUMER, CORRELATION_ID)

# What belongs to one message, or to one connection, is written anew by whoever sends the next.
_OF_ONE_HOP = (
    r"|Content-Type|Content-Length|Transfer-Encoding|Connection|Keep-Alive|Expect|Upgrade|TE"
    r"|Trailer|Proxy-.*"
)
_NOT_TO_SOURCES = re.compile(r"(?i)SoapAction|x-skltp-prt|Server|Host" + _OF_ONE_HOP)
_NOT_BACK = re.compile(
    r"(?i)x-vp.*|x-rivta-original-serviceconsumer-hsaid|x-skltp-prt|User-Agent|breadcrumbId|Host"
    r"|Server|http\.status" + _OF_ONE_HOP
)


def missing(inbound: Mapping[str, str]) -> str:
    """Name the mandatory headers that are absent, a line each; empty where all are there.

    Source: platform facts, section 5.1 step 1.
    """
    absent = (name for name in _MANDATORY if not inbound.get(name))
    return "".join(f"Mandatory HTTP header {name} is missing\n" for name in absent)


def headers_to_index(inbound: Mapping[str, str], settings: Settings) -> dict[str, str]:
    """Give the headers of the question to the index, which the aggregating platform asks itself.

    Source: platform facts, section 5.1 step 2.
    """
    return {
        SENDER_ID: settings.aggregation_sender,
        INSTANCE_ID: settings.instance_id,
        CORRELATION_ID: inbound[CORRELATION_ID],
        "Content-Type": _XML,
    }


def headers_to_source(inbound: Mapping[str, str], service: AggregatedService) -> dict[str, str]:
    """Give the headers of the call to a source: those that came, the sender's id among them.

    Source: platform facts, section 5.1 step 7.
    """
    headers = {name: value for name, value in inbound.items() if _is_for_sources(name)}
    return {**headers, "Content-Type": _XML, "SOAPAction": f'"{service.soap_action}"'}


def headers_back(inbound: Mapping[str, str]) -> dict[str, str]:
    """Give the headers of the answer: those of the request.

    Source: platform facts, section 5.1, after the steps.
    """
    headers = {name: value for name, value in inbound.items() if _goes_back(name)}
    return {**headers, "Content-Type": _XML}


@lru_cache(maxsize=1024)
def _is_for_sources(name: str) -> bool:
    return _NOT_TO_SOURCES.fullmatch(name) is None


@lru_cache(maxsize=1024)
def _goes_back(name: str) -> bool:
    return _NOT_BACK.fullmatch(name) is None
