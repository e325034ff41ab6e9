"""The index's services as producers: a route may lead to them without leaving the process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.engagement_index.services import BASE, services
from simulator.outbound import Answered, Failed, OutboundCall, Problem, Transport
from simulator.producers.transport import SCHEME, broken_by

if TYPE_CHECKING:
    from simulator.engagement_index.index import EngagementIndex

__all__ = ["IndexServices"]


class IndexServices:
    """Answers calls to the index for the workspace of the call; hands on others."""

    def __init__(self, otherwise: Transport, index: EngagementIndex) -> None:
        self._otherwise = otherwise
        self._index = index

    def call(self, call: OutboundCall) -> Answered | Failed:
        """Make one attempt."""
        if not call.address.startswith(f"{SCHEME}{BASE}/"):
            return self._otherwise.call(call)
        if (broken := broken_by(call)) is not None:
            return broken
        path = call.address.removeprefix(SCHEME).partition("?")[0]
        service = next((one for one in services() if one.path == path), None)
        if service is None:
            return Failed(problem=Problem.UNREACHABLE)
        headers = {name.lower(): value for name, value in call.headers.items()}
        answer = service.answer(call.body, headers, index=self._index, workspace=call.workspace)
        return Answered(
            status=answer.status, headers={"Content-Type": answer.content_type}, body=answer.body
        )
