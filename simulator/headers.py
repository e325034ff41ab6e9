"""HTTP headers on the way through the platform: kept, set and removed, in both directions."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.settings import Settings

__all__ = [
    "CORRELATION_ID",
    "INSTANCE_ID",
    "ORIGINAL_CONSUMER",
    "PRODUCER_TIME",
    "ROUTING_HISTORY",
    "SENDER_ID",
    "headers_to_consumer",
    "headers_to_producer",
]

SENDER_ID = "x-vp-sender-id"
INSTANCE_ID = "x-vp-instance-id"
CORRELATION_ID = "x-skltp-correlation-id"
ORIGINAL_CONSUMER = "x-rivta-original-serviceconsumer-hsaid"
ROUTING_HISTORY = "x-rivta-routing-history"
PRODUCER_TIME = "x-skltp-prt"

# A WSGI server hands '_' in a name over as '-'.
_NOT_FORWARDED = re.compile(
    r"(?i)x-vp.*|PEER[_-]CERTIFICATES|X-Forwarded.*|MULE[_-].*|X-MULE[_-].*|Connection"
    r"|accept-encoding"
    r"|x-skltp-correlation-id|Content-Length|Transfer-Encoding|Host|User-Agent|Content-Type"
    r"|Keep-Alive|Expect"
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
    history: str | None,
    correlation_id: str,
    address: str,
    settings: Settings,
) -> dict[str, str]:
    """Give the headers of the call to the producer.

    Shape:  ``inbound`` has names in lower case; ``history`` None leaves the routing history as it
            came. Towards https the platform does not name itself.
    Source: platform facts, section 1.12.
    """
    headers = {name: value for name, value in inbound.items() if _is_forwarded(name)}
    headers[ORIGINAL_CONSUMER] = inbound.get(ORIGINAL_CONSUMER) or sender
    headers["User-Agent"] = settings.user_agent
    headers["Content-Type"] = settings.content_type
    if history is not None:
        headers[ROUTING_HISTORY] = history
    secure = address[:8].lower() == "https://"
    if not secure:
        headers[SENDER_ID] = sender
        headers[INSTANCE_ID] = settings.instance_id
    if not secure or settings.correlation_id_over_https:
        headers[CORRELATION_ID] = correlation_id
    return headers


def headers_to_consumer(answered: Mapping[str, str]) -> dict[str, str]:
    """Give the producer's headers that the consumer gets; the platform adds its own.

    Source: platform facts, section 1.13.
    """
    return {name: value for name, value in answered.items() if _is_returned(name)}


@lru_cache(maxsize=1024)
def _is_forwarded(name: str) -> bool:
    return _NOT_FORWARDED.fullmatch(name) is None


@lru_cache(maxsize=1024)
def _is_returned(name: str) -> bool:
    return _NOT_RETURNED.fullmatch(name) is None
