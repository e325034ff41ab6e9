"""Making calls on behalf of a scenario, so that each one is in the evidence."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from lxml import etree

from contracts.errors import HarnessError
from contracts.terms import HsaId, LogicalAddress
from features.answers import never_reached, unconnected
from features.bench import Bench
from reports.evidence import Evidence
from reports.results import Exchange
from simulator.client import Answer

__all__ = ["Caller", "Reachability"]

_GIVE_UP_AFTER = 3


@dataclass
class Reachability:
    """Whether the system under test still answers: a run that talks to nobody is stopped."""

    missed_in_a_row: int = 0
    lost: bool = False

    def note(self, reached: bool) -> None:
        """Note whether a call reached the system."""
        self.missed_in_a_row = 0 if reached else self.missed_in_a_row + 1
        self.lost = self.lost or self.missed_in_a_row >= _GIVE_UP_AFTER


@dataclass(kw_only=True)
class Caller:
    """Sends messages through the platform to the tested system, and keeps the evidence."""

    bench: Bench
    evidence: Evidence
    reachability: Reachability
    sent: list[bytes] = field(default_factory=list)

    def send(
        self,
        payload: etree._Element | bytes,
        *,
        message: bytes | None = None,
        sender: HsaId | None = None,
        logical_address: LogicalAddress | None = None,
    ) -> Answer:
        """Send one message and give the answer.

        Shape: ``message`` is sent as it is in place of the payload's envelope; ``sender`` is
               another than the usual caller, ``logical_address`` than the usual address. A
               system that cannot be connected to makes the scenario not tested.
        """
        answer = self._call(payload, message, sender, logical_address)
        self.keep(answer)
        self._reached(answer)
        return answer

    def send_and_expect_nothing(self, payload: etree._Element) -> Answer:
        """Send one message that the system may turn away before it is read.

        Shape: only a system that cannot be connected to makes the scenario not tested.
        """
        answer = self._call(payload)
        self.keep(answer)
        if unconnected(answer):
            self._reached(answer)
        return answer

    def take_over(self, *answers: Answer) -> None:
        """Take over calls that were made before the scenario, as if it had made them."""
        for answer in answers:
            self.keep(answer)
            self._reached(answer)

    def try_out(self, payload: bytes) -> Answer:
        """Send one message of many, and leave its evidence to whoever judges it."""
        answer = self._call(payload)
        self._reached(answer)
        return answer

    def send_together(self, payloads: Sequence[etree._Element]) -> list[Answer]:
        """Send all messages at the same moment, and give the answers in their order."""
        barrier = threading.Barrier(len(payloads))

        def one(payload: etree._Element) -> Answer:
            barrier.wait(timeout=30)
            return self._call(payload)

        with ThreadPoolExecutor(len(payloads)) as pool:
            answers = list(pool.map(one, payloads))
        self._reached(*answers)
        return answers

    def send_in_pace(
        self, payloads: Sequence[etree._Element], *, wait: Callable[[int], None]
    ) -> list[Answer]:
        """Start one call after the other; ``wait`` says when, whether or not answers came."""
        with ThreadPoolExecutor(max(len(payloads), 1)) as pool:
            started = []
            for number, payload in enumerate(payloads):
                wait(number)
                started.append(pool.submit(self._call, payload))
            answers = [future.result() for future in started]
        self._reached(*answers)
        return answers

    def keep(self, answer: Answer) -> None:
        """Put one exchange in the evidence."""
        self.evidence.exchanged(self.exchange_of(answer))

    def exchange_of(self, answer: Answer) -> Exchange:
        """Give one exchange, its bodies whole in files of the run."""
        request = self.evidence.keep(
            answer.request, kind="begaran", content_type="text/xml; charset=UTF-8"
        )
        response = (
            self.evidence.keep(
                answer.body, kind="svar", content_type=answer.headers.get("content-type", "")
            )
            if answer.status is not None
            else None
        )
        return Exchange(
            what=self.bench.suite.contract.interaction,
            url=answer.url,
            logical_address=answer.logical_address,
            correlation_id=answer.correlation_id,
            started=answer.started.isoformat(timespec="milliseconds"),
            seconds=round(answer.seconds, 6),
            request=request,
            status=answer.status,
            response=response,
            problem=answer.problem,
        )

    def _call(
        self,
        payload: etree._Element | bytes,
        message: bytes | None = None,
        sender: HsaId | None = None,
        logical_address: LogicalAddress | None = None,
    ) -> Answer:
        answer = self.bench.client.call(
            self.bench.suite.contract,
            payload,
            logical_address=logical_address or self.bench.logical_address,
            sender=sender or self.bench.senders[0],
            message=message,
        )
        return self.bench.replaced.completed(answer)

    def _reached(self, *answers: Answer) -> None:
        for answer in answers:
            if answer.status is None:
                raise HarnessError("the simulated platform gave no answer", where=answer.url)
            self.bench.sent.note(answer)
        reached = not all(never_reached(answer) for answer in answers)
        self.reachability.note(reached)
        if not reached:
            pytest.skip("Systemet gick inte att nå: ingen förbindelse kunde upprättas.")
