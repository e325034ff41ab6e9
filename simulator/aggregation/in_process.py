"""The way to the aggregating services: a route may lead to them without leaving the process."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from simulator.outbound import Answered, Failed, OutboundCall, Problem, Transport
from simulator.producers.transport import broken_by

if TYPE_CHECKING:
    from simulator.aggregation.aggregation import Aggregation

__all__ = ["ADDRESS", "AggregatingServices"]

ADDRESS = "producer://agp/"
"""What the address of a route to an aggregating service begins with; its name follows."""


class AggregatingServices:
    """Answers calls to aggregating services for the workspace of the call; hands on others."""

    def __init__(self, otherwise: Transport, aggregation: Aggregation) -> None:
        self._otherwise = otherwise
        self._aggregation = aggregation

    def call(self, call: OutboundCall) -> Answered | Failed:
        """Make one attempt."""
        if not call.address.startswith(ADDRESS):
            return self._otherwise.call(call)
        if (broken := broken_by(call)) is not None:
            return broken
        name = call.address.removeprefix(ADDRESS).partition("?")[0]
        service = self._aggregation.services.get(name)
        if service is None:
            return Failed(problem=Problem.UNREACHABLE)
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
