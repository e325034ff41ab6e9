"""The catalogue's services as producers: a route may lead to them without leaving the process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.addressing.services.soap import services
from simulator.outbound import Answered, Failed, OutboundCall, Problem, Transport
from simulator.producers.transport import broken_by

if TYPE_CHECKING:
    from simulator.addressing.services.source import CatalogueSource

__all__ = ["ADDRESS", "CatalogueServices"]

ADDRESS = "producer://tak-services/"
"""What the address of a route to one of the catalogue's services begins with; its path follows."""


class CatalogueServices:
    """Answers calls to the catalogue's services for the workspace of the call; hands on others."""

    def __init__(self, otherwise: Transport, source: CatalogueSource) -> None:
        self._otherwise = otherwise
        self._source = source

    def call(self, call: OutboundCall) -> Answered | Failed:
        """Make one attempt."""
        if not call.address.startswith(ADDRESS):
            return self._otherwise.call(call)
        if (broken := broken_by(call)) is not None:
            return broken
        path = call.address.removeprefix(ADDRESS).partition("?")[0]
        service = next((one for one in services() if one.path == path), None)
        if service is None:
            return Failed(problem=Problem.UNREACHABLE)
        answer = service.answer(
            call.body,
            catalogue=self._source.catalogue_for(call.workspace),
            at=self._source.now_for(call.workspace),
        )
        headers = {"Content-Type": answer.content_type}
        return Answered(status=answer.status, headers=headers, body=answer.body)
