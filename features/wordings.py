"""How an answer may be written and sent, or be lost; each way of writing it reads the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree

from contracts.envelope import envelope
from simulator.aggregation.status import HEADERS

__all__ = ["DISTURBED", "LOST", "REWRITTEN", "faulted_in_swedish", "under_unknown_header"]

_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_PREFIX = "soapenv"

LOST: Mapping[str, Mapping[str, Any]] = {
    "med SOAP Fault": {"kind": "soap-fault"},
    "med VP009": {"kind": "vp-code", "code": "VP009"},
    "med en bruten förbindelse": {"kind": "reset-before"},
}
"""What no answer comes of, so that the message is sent again."""

DISTURBED: Mapping[str, Mapping[str, Any]] = {
    "med andra prefix": {"kind": "prefixes"},
    "med kommentarer": {"kind": "comments"},
    "med CDATA": {"kind": "cdata"},
    "med BOM": {"kind": "bom"},
    "bitvis (chunked)": {"kind": "chunked", "size": 40},
    "med 100 Continue före": {"kind": "100-continue"},
    "långsamt": {"kind": "slow-body", "seconds": 0.8, "pieces": 8},
    "efter en stund": {"kind": "delay", "seconds": 0.8},
}
"""In the words of the scenarios, to the disturbance of the platform that writes or sends it so."""


def _with_default_namespace(answer: str) -> str:
    """Have SOAP's namespace as the default one."""
    return answer.replace(f"xmlns:{_PREFIX}=", "xmlns=").replace(f"{_PREFIX}:", "")


def _undeclared(answer: str) -> str:
    return answer[answer.index("?>") + 2 :].lstrip() if answer.startswith("<?xml") else answer


def _without_encoding(answer: str) -> str:
    return '<?xml version="1.0"?>' + _undeclared(answer)


REWRITTEN: Mapping[str, Callable[[str], str]] = {
    "med standardnamnrymd": _with_default_namespace,
    "utan XML-deklaration": _undeclared,
    "med XML-deklaration utan teckenkodning": _without_encoding,
}
"""In the words of the scenarios, to what makes a right answer be written so."""


def under_unknown_header(payload: str) -> str:
    """Give an answer under a SOAP header that its contract does not speak of.

    Source: RIV-TA interoperability headers 1.0 - a consumer accepts undeclared response headers.
    """
    status = etree.Element(f"{{{HEADERS}}}ProcessingStatus", nsmap={None: HEADERS})
    return envelope(payload.encode(), headers=[status]).decode("utf-8")


def faulted_in_swedish() -> str:
    """Give a SOAP fault that says its language, with details of its own.

    Source: WS-I Basic Profile 1.1, R1016 (xml:lang) and R1002 (any details).
    """
    return (
        f'<s:Envelope xmlns:s="{_SOAP}"><s:Body><s:Fault><faultcode>s:Server</faultcode>'
        '<faultstring xml:lang="sv">Tekniskt fel</faultstring><detail>'
        '<f:id xmlns:f="urn:provbank:fel">5b1f</f:id></detail></s:Fault></s:Body></s:Envelope>'
    )
