"""The way to scripted producers: calls that never leave the process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote

from contracts.catalogue import Catalogue, known
from simulator.outbound import Answered, OutboundCall, Transport
from simulator.producers.answers import answer_to
from simulator.producers.in_process import SCHEME, InProcess
from simulator.producers.script import Asked

if TYPE_CHECKING:
    from simulator.arrangement import Arrangement
    from simulator.workspaces import Workspaces

__all__ = ["ScriptedProducers"]


class ScriptedProducers(InProcess):
    """Answers calls to ``producer://NAME`` by the workspace's script, and hands on all others."""

    prefix = SCHEME

    def __init__(
        self,
        otherwise: Transport,
        arrangements: Workspaces[Arrangement],
        *,
        clock: Callable[[], datetime],
        catalogue: Callable[[], Catalogue] = known,
    ) -> None:
        super().__init__(otherwise)
        self._arrangements = arrangements
        self._clock = clock
        self._catalogue = catalogue

    def answered(self, path: str, call: OutboundCall) -> Answered | None:
        """Give the answer of the script of a name, None where there is none."""
        name = unquote(path)
        arrangement = self._arrangements.of(call.workspace)
        script = arrangement.producers.get(name)
        if script is None:
            return None
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
