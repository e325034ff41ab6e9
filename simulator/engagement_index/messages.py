"""The index's messages: elements in, values out, and answers in the national index's words.

Some suites compare text, so prefixes are those of the national index: ``ns2`` is the responder
namespace in Update's answer, the core namespace in FindContent's (platform facts, section 6.6).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from contracts.envelope import SOAP_ENVELOPE
from simulator.engagement_index.engagements import CORE, FIELDS, Engagement, Transaction

if TYPE_CHECKING:
    from lxml import etree

__all__ = [
    "FIND_CONTENT",
    "GET_UPDATES",
    "PROCESS_NOTIFICATION",
    "UPDATE",
    "asking_for",
    "asking_to",
    "engagements_in",
    "found",
    "texts_of",
    "transactions_in",
    "updates",
    "well_received",
]

_DOMAIN = "urn:riv:itintegration:engagementindex"
UPDATE = f"{_DOMAIN}:UpdateResponder:1"
PROCESS_NOTIFICATION = f"{_DOMAIN}:ProcessNotificationResponder:1"
FIND_CONTENT = f"{_DOMAIN}:FindContentResponder:1"
GET_UPDATES = f"{_DOMAIN}:GetUpdatesResponder:1"

_BY_TAG: Mapping[object, str] = {f"{{{CORE}}}{field.element}": field.name for field in FIELDS}
_name_of = _BY_TAG.get
_DELETE_FLAG = f"{{{CORE}}}deleteFlag"
_ENGAGEMENT = f"{{{CORE}}}engagement"
_TAGS = tuple((f"<ns2:{field.element}>", f"</ns2:{field.element}>") for field in FIELDS)
_OWN_TAGS = tuple((f"<{field.element}>", f"</{field.element}>") for field in FIELDS)
_is_odd = re.compile("[<>&]").search
_TRUE = frozenset({"true", "1"})


def transactions_in(request: etree._Element) -> tuple[Transaction, ...]:
    """Read the transactions of an Update or a ProcessNotification; nothing is validated.

    Shape: elements of other namespaces and in other places are not seen. A transaction without
           deleteFlag saves.
    """
    namespace = str(request.tag)[1:].partition("}")[0]
    return tuple(
        _transaction_in(child) for child in request.iterchildren(
            f"{{{namespace}}}engagementTransaction"
        )
    )  # fmt: skip


def _transaction_in(element: etree._Element) -> Transaction:
    delete, engagement = False, Engagement()
    for child in element:
        if child.tag == _DELETE_FLAG:
            delete = (child.text or "").strip() in _TRUE
        elif child.tag == _ENGAGEMENT:
            engagement = _engagement_in(child)
    return Transaction(engagement, delete)


def _engagement_in(element: etree._Element) -> Engagement:
    values = {name: child.text or "" for child in element if (name := _name_of(child.tag))}
    return Engagement(**values)


def texts_of(request: etree._Element) -> dict[str, str]:
    """Give the texts of a request's own fields, by their local names."""
    namespace = str(request.tag).partition("}")[0] + "}"
    return {
        str(child.tag).removeprefix(namespace): child.text or ""
        for child in request
        if str(child.tag).startswith(namespace)
    }


def well_received(namespace: str) -> bytes:
    """Answer OK: the request is taken, whatever is stored of it later."""
    operation = _operation(namespace)
    return _enveloped(
        f'<ns2:{operation}Response xmlns="{CORE}" xmlns:ns2="{namespace}">'
        f"<ns2:ResultCode>OK</ns2:ResultCode></ns2:{operation}Response>"
    )


def found(engagements: Iterable[Engagement]) -> bytes:
    """Answer a FindContent."""
    inner = "".join(f"<engagement>{_fields(one)}</engagement>" for one in engagements)
    return _enveloped(
        f'<FindContentResponse xmlns="{FIND_CONTENT}" xmlns:ns2="{CORE}">'
        f"{inner}</FindContentResponse>"
    )


def updates(residents: Iterable[tuple[str, Sequence[Engagement]]], *, complete: bool) -> bytes:
    """Answer a GetUpdates: the engagements that residents have now."""
    inner = "".join(
        "<registeredResidentEngagement><registeredResidentIdentification>"
        f"{escape(resident)}</registeredResidentIdentification>"
        + "".join(f"<engagement>{_fields(one)}</engagement>" for one in engagements)
        + "</registeredResidentEngagement>"
        for resident, engagements in residents
    )
    return _enveloped(
        f'<GetUpdatesResponse xmlns="{GET_UPDATES}" xmlns:ns2="{CORE}">'
        f"<responseIsComplete>{'true' if complete else 'false'}</responseIsComplete>"
        f"{inner}</GetUpdatesResponse>"
    )


def asking_to(namespace: str, transactions: Iterable[Transaction]) -> bytes:
    """Give an Update or a ProcessNotification of some transactions, without envelope."""
    name = _operation(namespace)
    inner = "".join(
        f"<ns2:engagementTransaction><deleteFlag>{'true' if one.delete else 'false'}</deleteFlag>"
        f"<engagement>{_fields(one.engagement, _OWN_TAGS)}</engagement></ns2:engagementTransaction>"
        for one in transactions
    )
    return f'<ns2:{name} xmlns="{CORE}" xmlns:ns2="{namespace}">{inner}</ns2:{name}>'.encode()


def asking_for(namespace: str, texts: Mapping[str, str]) -> bytes:
    """Give a FindContent or a GetUpdates by the texts of its elements, without envelope."""
    name = _operation(namespace)
    inner = "".join(f"<{element}>{escape(text)}</{element}>" for element, text in texts.items())
    return f'<{name} xmlns="{namespace}">{inner}</{name}>'.encode()


def engagements_in(answer: etree._Element) -> tuple[Engagement, ...]:
    """Read the engagements of an answer to FindContent or GetUpdates."""
    name = "{" + str(answer.tag)[1:].partition("}")[0] + "}engagement"
    return tuple(_engagement_in(one) for one in answer.iter(name))


def _operation(namespace: str) -> str:
    return namespace.split(":")[-2].removesuffix("Responder")


def _fields(engagement: Engagement, tags: Sequence[tuple[str, str]] = _TAGS) -> str:
    return "".join(
        [
            f"{start}{escape(value) if _is_odd(value) else value}{end}"
            for (start, end), value in zip(tags, engagement, strict=True)
            if value
        ]
    )


def _enveloped(payload: str) -> bytes:
    """Wrap an answer."""
    return (
        f'<soap:Envelope xmlns:soap="{SOAP_ENVELOPE}"><soap:Body>{payload}</soap:Body>'
        "</soap:Envelope>"
    ).encode()
