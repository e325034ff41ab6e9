"""The way to the aggregating services: a route may lead to them without leaving the process."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from simulator.outbound import Answered, Failed, OutboundCall, Problem, Transport
from simulator.producers.in_process import InProcess

if TYPE_CHECKING:
    from simulator.aggregation.aggregation import Aggregation

__all__ = ["ADDRESS", "AggregatingServices"]

ADDRESS = "producer://agp/"
"""What the address of a route to an aggregating service begins with; its name follows."""


class AggregatingServices(InProcess):
    """Answers calls to aggregating services for the workspace of the call; hands on others."""

    prefix = ADDRESS

    def __init__(self, otherwise: Transport, aggregation: Aggregation) -> None:
        super().__init__(otherwise)
        self._aggregation = aggregation

    def answered(self, path: str, call: OutboundCall) -> Answered | Failed | None:
        """Give what the service of a name comes to in time, None where there is none."""
        service = self._aggregation.services.get(path)
        if service is None:
            return None
        began = time.monotonic()
        answer = self._aggregation.answer(
            service,
            headers={header.lower(): value for header, value in call.headers.items()},
            body=call.body,
            workspace=call.workspace,
            patience=call.timeout,
        )
        if time.monotonic() - began >= call.timeout:
            return Failed(problem=Problem.SILENT)
        return answer
