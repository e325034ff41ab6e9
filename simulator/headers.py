"""HTTP headers on the way through the platform: kept, set and removed, in both directions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.settings import Settings

__all__ = [
    "CORRELATION_ID",
    "INSTANCE_ID",
    "ORIGINAL_CONSUMER",
    "PRODUCER_TIME",
    "SENDER_ID",
    "headers_to_consumer",
    "headers_to_producer",
]

SENDER_ID = "x-vp-sender-id"
INSTANCE_ID = "x-vp-instance-id"
CORRELATION_ID = "x-skltp-correlation-id"
ORIGINAL_CONSUMER = "x-rivta-original-serviceconsumer-hsaid"
PRODUCER_TIME = "x-skltp-prt"

_NOT_FORWARDED = re.compile(
    r"(?i)x-vp.*|PEER_CERTIFICATES|X-Forwarded.*|MULE_.*|X-MULE_.*|Connection|accept-encoding"
    r"|Content-Length|Transfer-Encoding|Host|User-Agent|Content-Type|Keep-Alive|Expect"
)
_NOT_RETURNED = re.compile(
    r"(?i)SOAPAction|MULE_.*|X-MULE_.*|LOCAL_CERTIFICATE|PEER_CERTIFICATES|http\.method"
    r"|Content-Type|Content-Length|Transfer-Encoding|Connection|Keep-Alive"
    r"|x-skltp-correlation-id|x-skltp-prt"
)


def headers_to_producer(
    inbound: Mapping[str, str],
    *,
    sender: str,
    correlation_id: str,
    address: str,
    settings: Settings,
) -> dict[str, str]:
    """Give the headers of the call to the producer.

    Shape:  ``inbound`` has names in lower case.
    Source: platform facts, section 1.12.
    """
    headers = {name: value for name, value in inbound.items() if not _NOT_FORWARDED.fullmatch(name)}
    headers[ORIGINAL_CONSUMER] = inbound.get(ORIGINAL_CONSUMER) or sender
    headers["User-Agent"] = "SKLTP VP/4.3.x"
    headers["Content-Type"] = "text/xml;charset=UTF-8"
    headers.pop(CORRELATION_ID, None)
    if address[:8].lower() != "https://":
        headers[SENDER_ID] = sender
        headers[INSTANCE_ID] = settings.instance_id
        headers[CORRELATION_ID] = correlation_id
    return headers


def headers_to_consumer(answered: Mapping[str, str]) -> dict[str, str]:
    """Give the producer's headers that the consumer gets; the platform adds its own.

    Source: platform facts, section 1.13.
    """
    return {name: value for name, value in answered.items() if not _NOT_RETURNED.fullmatch(name)}
