"""Producers within the process: addresses of the scheme ``producer:``, and who answers there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from simulator.disturbances.kinds import Kind
from simulator.outbound import Answered, Failed, OutboundCall, Problem, Transport

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.exchange import WireOrder

__all__ = ["SCHEME", "InProcess", "broken_by"]

SCHEME = "producer://"
"""What the address of a route begins with that does not lead out of the process."""

_BREAKING = {
    Kind.TIMEOUT: Problem.SILENT,
    Kind.RESET_BEFORE: Problem.RESET,
    Kind.RESET_WITHIN: Problem.RESET,
    Kind.RESET_AFTER: Problem.RESET,
    Kind.TRUNCATED: Problem.RESET,
    Kind.CERTIFICATE: Problem.HANDSHAKE,
}


class InProcess(ABC):
    """Answers calls to the addresses that begin with ``prefix``, and hands on all others.

    Shape: there is no wire to such a producer, so what breaks one ends the call at once.
    """

    prefix: str

    def __init__(self, otherwise: Transport) -> None:
        self._otherwise = otherwise

    def call(self, call: OutboundCall) -> Answered | Failed:
        """Make one attempt."""
        if not call.address.startswith(self.prefix):
            return self._otherwise.call(call)
        if (broken := broken_by(call.wire)) is not None:
            return broken
        path = call.address.removeprefix(self.prefix).partition("?")[0]
        return self.answered(path, call) or Failed(problem=Problem.UNREACHABLE)

    @abstractmethod
    def answered(self, path: str, call: OutboundCall) -> Answered | Failed | None:
        """Give what comes of a call to a path below the prefix, None where nothing is there."""


def broken_by(orders: Iterable[WireOrder]) -> Failed | None:
    """Give how a call within the process ends that is cut below HTTP, None where none is."""
    for order in orders:
        if (problem := _BREAKING.get(Kind(order.kind))) is not None:
            return Failed(problem=problem)
    return None
