"""The index's services as producers: a route may lead to them without leaving the process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.engagement_index.services import BASE, services
from simulator.outbound import Answered, OutboundCall, Transport
from simulator.producers.in_process import SCHEME, InProcess

if TYPE_CHECKING:
    from simulator.engagement_index.index import EngagementIndex

__all__ = ["IndexServices"]


class IndexServices(InProcess):
    """Answers calls to the index for the workspace of the call; hands on others."""

    prefix = f"{SCHEME}{BASE}/"

    def __init__(self, otherwise: Transport, index: EngagementIndex) -> None:
        super().__init__(otherwise)
        self._index = index

    def answered(self, path: str, call: OutboundCall) -> Answered | None:
        """Give the answer of the service at a path, None where there is none."""
        service = next((one for one in services() if one.path == f"{BASE}/{path}"), None)
        if service is None:
            return None
        headers = {name.lower(): value for name, value in call.headers.items()}
        answer = service.answer(call.body, headers, index=self._index, workspace=call.workspace)
        return Answered(
            status=answer.status, headers={"Content-Type": answer.content_type}, body=answer.body
        )
