"""The catalogue's services as producers: a route may lead to them without leaving the process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.addressing.services.soap import services
from simulator.outbound import Answered, OutboundCall, Transport
from simulator.producers.in_process import InProcess

if TYPE_CHECKING:
    from simulator.addressing.services.source import CatalogueSource

__all__ = ["ADDRESS", "CatalogueServices"]

ADDRESS = "producer://tak-services/"
"""What the address of a route to one of the catalogue's services begins with; its path follows."""


class CatalogueServices(InProcess):
    """Answers calls to the catalogue's services for the workspace of the call; hands on others."""

    prefix = ADDRESS

    def __init__(self, otherwise: Transport, source: CatalogueSource) -> None:
        super().__init__(otherwise)
        self._source = source

    def answered(self, path: str, call: OutboundCall) -> Answered | None:
        """Give the answer of the service at a path, None where there is none."""
        service = next((one for one in services() if one.path == path), None)
        if service is None:
            return None
        answer = service.answer(
            call.body,
            catalogue=self._source.catalogue_for(call.workspace),
            at=self._source.now_for(call.workspace),
        )
        headers = {"Content-Type": answer.content_type}
        return Answered(status=answer.status, headers=headers, body=answer.body)
