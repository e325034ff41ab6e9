"""The index's services: an envelope in, an answer or a fault out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from contracts.catalogue import bundled
from contracts.envelope import LOGICAL_ADDRESS, SOAP_ENVELOPE
from simulator.addressing.services.soap import Answer, SoapService
from simulator.engagement_index import messages
from simulator.engagement_index.engagements import FIELDS
from simulator.engagement_index.validation import Refused, is_time, validate, validate_address
from simulator.headers import CORRELATION_ID
from simulator.soap_requests import Unreadable, read_request

if TYPE_CHECKING:
    from lxml import etree

    from simulator.engagement_index.index import EngagementIndex

__all__ = ["BASE", "IndexService", "services"]

BASE = "skltp-ei"
"""What the services' paths begin with."""

_ADDRESS = f"{{{SOAP_ENVELOPE}}}Header/{LOGICAL_ADDRESS}"
_NAMES = {field.element: field.name for field in FIELDS}
_RECENT = "mostRecentContent"
_WANTED = tuple(
    field.element for field in FIELDS if field.name not in {"most_recent", "created", "updated"}
)
_MOST_RESIDENTS = 100
"""How many residents one answer to GetUpdates holds; the facts do not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A request as an operation meets it."""

    index: EngagementIndex
    workspace: str
    element: etree._Element
    logical_address: str | None
    correlation_id: str


@dataclass(frozen=True, kw_only=True)
class IndexService:
    """One service: where it is, and how it answers.

    Shape: ``path`` stands below the platform's root, without a slash before it.
    """

    path: str
    contract: str
    request: str
    operation: Callable[[_Asked], bytes]
    description: SoapService

    def answer(
        self, message: bytes, headers: Mapping[str, str], *, index: EngagementIndex, workspace: str
    ) -> Answer:
        """Answer a request; what cannot be answered is a SOAP fault with HTTP 500.

        Shape:  names of headers are in lower case. ``SOAPAction`` is not looked at.
        Source: platform facts, sections 6.1 and 6.4.
        """
        correlation_id = headers.get(CORRELATION_ID, "")
        if not correlation_id:
            return Answer.fault(f"Mandatory HTTP header {CORRELATION_ID} is missing\n")
        request = read_request(message, {self.request})
        if isinstance(request, Unreadable):
            return Answer.fault(request.text, blames="Client")
        asked = _Asked(
            index=index,
            workspace=workspace,
            element=request.element,
            logical_address=request.envelope.findtext(_ADDRESS),
            correlation_id=correlation_id,
        )
        try:
            return Answer(status=200, body=self.operation(asked))
        except Refused as refused:
            return Answer.fault(str(refused))


def _update(asked: _Asked) -> bytes:
    validate_address(asked.logical_address, asked.index.names)
    transactions = messages.transactions_in(asked.element)
    validate(transactions, asked.index.names)
    asked.index.take(asked.workspace, transactions, correlation_id=asked.correlation_id)
    return messages.well_received(messages.UPDATE)


def _process_notification(asked: _Asked) -> bytes:
    transactions = messages.transactions_in(asked.element)
    validate(transactions, asked.index.names, owner_is_mandatory=True)
    asked.index.take(
        asked.workspace, transactions, notified=True, correlation_id=asked.correlation_id
    )
    return messages.well_received(messages.PROCESS_NOTIFICATION)


def _find_content(asked: _Asked) -> bytes:
    texts = messages.texts_of(asked.element)
    for element in ("registeredResidentIdentification", "serviceDomain"):
        if not texts.get(element):
            raise Refused.technical(f"{element} is mandatory but missing")
    wanted = {_NAMES[element]: texts[element] for element in _WANTED if texts.get(element)}
    since = texts.get(_RECENT) or None
    return messages.found(asked.index.find(asked.workspace, wanted, since=since))


def _get_updates(asked: _Asked) -> bytes:
    """Tell what has changed.

    Source: only the schema; the national index does not have this, so the rest is our choice.
    """
    texts = messages.texts_of(asked.element)
    domain, since = texts.get("serviceDomain", ""), texts.get("timeStamp", "")
    if not domain:
        raise Refused.technical("serviceDomain is mandatory but missing")
    if not is_time(since):
        raise Refused(f'Input date is not according to expected format "YYYYMMDDhhmmss": {since}')
    residents = asked.index.changed(
        asked.workspace, domain, since=since,
        after=texts.get("registeredResidentLastFetched", ""), most=_MOST_RESIDENTS + 1,
    )  # fmt: skip
    told = (
        (one, asked.index.find(asked.workspace, {"resident": one, "service_domain": domain}))
        for one in residents[:_MOST_RESIDENTS]
    )
    return messages.updates(told, complete=len(residents) <= _MOST_RESIDENTS)


@cache
def services() -> tuple[IndexService, ...]:
    """Give the services; platform facts, section 6.1."""
    domain = bundled().domain("itintegration:engagementindex", "1.0")
    contracts = {one.namespace: one for one in domain.contracts}
    places = (
        (messages.UPDATE, "update-service", _update),
        (messages.PROCESS_NOTIFICATION, "notification-service", _process_notification),
        (messages.FIND_CONTENT, "find-content-service", _find_content),
        (messages.GET_UPDATES, "get-updates-service", _get_updates),
    )
    return tuple(
        IndexService(
            path=f"{BASE}/{name}/v1",
            contract=namespace,
            request=contracts[namespace].request,
            operation=operation,
            description=SoapService(path=name, wsdl=contracts[namespace].wsdl, operations={}),
        )
        for namespace, name, operation in places
    )
