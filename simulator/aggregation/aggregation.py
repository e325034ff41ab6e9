"""The algorithm: find, filter, fan out, wait, aggregate, and tell how each source did."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from simulator.addressing.services.source import CatalogueSource
from simulator.aggregation.answering import enveloped, gathered
from simulator.aggregation.asked import Asked, asked_in
from simulator.aggregation.entrance import Entrance
from simulator.aggregation.fan_out import FanOut
from simulator.aggregation.finding import Engagement, engagements_in, find_content
from simulator.aggregation.headers import (
    headers_back,
    headers_to_index,
    headers_to_source,
    missing,
)
from simulator.aggregation.outcomes import LATE, Failure, outcome_of
from simulator.aggregation.selection import Callers, Selection, selected
from simulator.aggregation.services import SERVICES, AggregatedService
from simulator.aggregation.status import processing_status
from simulator.engagement_index.messages import FIND_CONTENT
from simulator.exchange import DEFAULT_WORKSPACE
from simulator.faults import plain_fault
from simulator.headers import ORIGINAL_CONSUMER, SENDER_ID
from simulator.outbound import Answered, OutboundCall
from simulator.producer_http import HttpProducers
from simulator.soap_requests import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from wsgiref.types import WSGIApplication

    from lxml import etree

    from simulator.settings import Settings

__all__ = ["Aggregation"]

_LOG = logging.getLogger(__name__)

_AT_ONCE = 256
"""Calls under way, of all that is aggregated in a process; each takes three sockets of it."""


class Aggregation:
    """The aggregating platform: the services of its table, in each workspace.

    Shape: ``vp`` is the platform that sources and index are called through, over HTTP;
           ``source`` gives the catalogue and the time of a workspace.
    """

    def __init__(
        self,
        vp: WSGIApplication,
        source: CatalogueSource,
        settings: Settings,
        services: Iterable[AggregatedService] = SERVICES,
    ) -> None:
        self.services = {service.name: service for service in services}
        self._source = source
        self._settings = settings
        self._entrance = Entrance(vp, most=_AT_ONCE)
        self._http = HttpProducers(settings)
        self._calls = FanOut(self._http.call, most=_AT_ONCE)

    def close(self) -> None:
        """Stop calling."""
        self._calls.close()
        self._entrance.close()
        self._http.close()

    def answer(
        self,
        service: AggregatedService,
        *,
        headers: Mapping[str, str],
        body: bytes,
        workspace: str = DEFAULT_WORKSPACE,
        patience: float | None = None,
    ) -> Answered:
        """Answer one request; whatever the sources do, it is answered with 200.

        Shape:  ``headers`` have names in lower case; ``patience`` is how long the caller waits.
        Source: platform facts, section 5.1.
        """
        deadline = time.monotonic() + (float("inf") if patience is None else patience)
        back = headers_back(headers)
        if refused := missing(headers) or self._wrong_action(service, headers):
            return Answered(status=500, headers=back, body=plain_fault(refused))
        asked = asked_in(body, service)
        if isinstance(asked, Unreadable):
            return Answered(status=500, headers=back, body=plain_fault(asked.text, blames="Client"))
        now = self._source.now_for(workspace)
        found = self._found(service, asked, headers, workspace, at=now, until=deadline)
        if isinstance(found, Failure):
            return Answered(status=500, headers=back, body=plain_fault(found.text))
        selection = selected(
            found,
            service,
            asked,
            Callers(sender=headers[SENDER_ID], original=headers[ORIGINAL_CONSUMER]),
            self._source.catalogue_for(workspace),
            itself=self._settings.aggregation_address,
            at=now,
        )
        outcomes = self._outcomes(
            service, asked, selection.sources, headers, workspace, until=deadline
        )
        _tell(service, selection, outcomes)
        answers = (one for one in outcomes.values() if not isinstance(one, Failure))
        status = processing_status(outcomes, at=self._source.now_for(workspace))
        return Answered(
            status=200, headers=back, body=enveloped(gathered(service, answers), status)
        )

    def _wrong_action(self, service: AggregatedService, headers: Mapping[str, str]) -> str:
        """Say that SOAPAction is not the operation's, where that is checked; else nothing."""
        action = headers.get("soapaction", "").strip().strip('"')
        if not self._settings.check_soap_action or action in ("", service.soap_action):
            return ""
        return f"The given SOAPAction {action} does not match an operation."

    def _found(
        self,
        service: AggregatedService,
        asked: Asked,
        headers: Mapping[str, str],
        workspace: str,
        *,
        at: datetime,
        until: float,
    ) -> tuple[Engagement, ...] | Failure:
        """Ask the index, through VP."""
        settings = self._settings
        question = find_content(service, asked.patient, index=settings.index_id, at=at)
        with self._entrance.room_for(1) as url:
            call = OutboundCall(
                address=_vp(url, workspace),
                headers={
                    **headers_to_index(headers, settings),
                    "SOAPAction": f'"{FIND_CONTENT}:FindContent"',
                },
                body=question,
                timeout=min(settings.find_timeout, until - time.monotonic()),
            )
            return engagements_in(self._http.call(call))

    def _outcomes(
        self,
        service: AggregatedService,
        asked: Asked,
        sources: tuple[str, ...],
        headers: Mapping[str, str],
        workspace: str,
        *,
        until: float,
    ) -> dict[str, etree._Element | Failure]:
        """Call every source at once, and wait as long as there is time."""
        if not sources:
            return {}
        settings = self._settings
        sent = headers_to_source(headers, service)
        with self._entrance.room_for(len(sources)) as url:
            calls = {
                source: OutboundCall(
                    address=_vp(url, workspace),
                    headers=sent,
                    body=message,
                    timeout=settings.source_timeout,
                )
                for source, message in asked.to_each(sources)
            }
            patience = min(settings.aggregate_timeout, until - time.monotonic())
            results = self._calls.results(calls, patience=patience)
        return {
            source: LATE if result is None else outcome_of(result, service.response)
            for source, result in results.items()
        }


def _vp(url: str, workspace: str) -> str:
    return f"{url}/vp" if workspace == DEFAULT_WORKSPACE else f"{url}/w/{workspace}/vp"


def _tell(
    service: AggregatedService,
    selection: Selection,
    outcomes: Mapping[str, etree._Element | Failure],
) -> None:
    """Log what became of each source.

    Source: platform facts, section 5.4 - OK, FT, FS, ERR.
    """
    told = [
        *(f"{one}:FS" for one in selection.filtered_by_service),
        *(f"{one}:FT" for one in selection.filtered_by_catalogue),
        *(f"{one}:{'ERR' if isinstance(o, Failure) else 'OK'}" for one, o in outcomes.items()),
    ]
    _LOG.info("%s %s", service.name, " ".join(told))
