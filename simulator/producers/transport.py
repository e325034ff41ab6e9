"""The way to scripted producers: calls that never leave the process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote

from contracts.catalogue import Catalogue, known
from simulator.disturbances.kinds import Kind
from simulator.outbound import Answered, Failed, OutboundCall, Problem, Transport
from simulator.producers.answers import answer_to
from simulator.producers.script import Asked

if TYPE_CHECKING:
    from simulator.arrangement import Arrangement
    from simulator.exchange import Reply
    from simulator.workspaces import Workspaces

__all__ = ["SCHEME", "ScriptedProducers", "broken_by"]

SCHEME = "producer://"
"""What the address of a route to a scripted producer begins with."""

_BREAKING = {
    Kind.TIMEOUT: Problem.SILENT,
    Kind.RESET_BEFORE: Problem.RESET,
    Kind.RESET_WITHIN: Problem.RESET,
    Kind.RESET_AFTER: Problem.RESET,
    Kind.TRUNCATED: Problem.RESET,
    Kind.CERTIFICATE: Problem.HANDSHAKE,
}


class ScriptedProducers:
    """Answers calls to ``producer://NAME`` by the workspace's script, and hands on all others.

    Shape: there is no wire to such a producer, so what breaks one ends the call at once.
    """

    def __init__(
        self,
        otherwise: Transport,
        arrangements: Workspaces[Arrangement],
        *,
        clock: Callable[[], datetime],
        catalogue: Callable[[], Catalogue] = known,
    ) -> None:
        self._otherwise = otherwise
        self._arrangements = arrangements
        self._clock = clock
        self._catalogue = catalogue

    def call(self, call: OutboundCall) -> Answered | Failed:
        """Make one attempt."""
        if not call.address.startswith(SCHEME):
            return self._otherwise.call(call)
        if (broken := broken_by(call)) is not None:
            return broken
        name = unquote(call.address.removeprefix(SCHEME).partition("?")[0])
        arrangement = self._arrangements.of(call.workspace)
        script = arrangement.producers.get(name)
        if script is None:
            return Failed(problem=Problem.UNREACHABLE)
        number = (
            self._arrangements.count(call.workspace, f"{SCHEME}{name}")
            if any(case.when.counts or "number" in case.answer.content for case in script)
            else 1
        )
        asked = Asked(
            body=call.body,
            headers={header.lower(): value for header, value in call.headers.items()},
            number=number,
            contract=call.contract,
            logical_address=call.receiver,
            sender=call.sender,
        )
        now = arrangement.clock.now(real=self._clock())
        return answer_to(asked, script, catalogue=self._catalogue(), now=now)


def broken_by(sent: OutboundCall | Reply) -> Failed | None:
    """Give how a call within the process ends that is cut below HTTP, None where none is."""
    for order in sent.wire:
        if (problem := _BREAKING.get(Kind(order.kind))) is not None:
            return Failed(problem=problem)
    return None
