"""Making calls on behalf of a scenario, so that each one is in the evidence."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
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
    """Whether the system under test still answers: a run that talks to nobody is stopped.

    Shape: ``at_once`` is how many calls it answers at a time where many are to be made.
    """

    at_once: int = 2
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

    def taken(self, payloads: Sequence[etree._Element]) -> list[bool]:
        """Tell of each message whether the system takes it, and keep the evidence.

        Shape: right after an empty one each, to learn whether the system answers two at a time, and
               each its own. One that does not is spared it where it is not what is tested: what
               it refused is sent once more, alone.
        """
        takes = self.bench.judge.takes
        answers = self.try_out(
            [one for each in payloads for one in (etree.Element(each.tag), each)]
        )
        of_empty, own = answers[::2], answers[1::2]
        if any(takes(answer) for answer in of_empty):
            self.reachability.at_once = 1
        for at, answer in enumerate(own):
            self.keep(answer)
            if not takes(answer):
                own[at] = self.send(payloads[at])
                if takes(own[at]):
                    self.reachability.at_once = 1
        return [takes(answer) for answer in own]

    def try_out(self, payloads: Iterable[etree._Element | bytes]) -> list[Answer]:
        """Send many messages, and leave their evidence to whoever judges them.

        Shape: in their order, the next on its way while the system still answers the one before.
        """
        at_once = self.reachability.at_once
        answers: list[Answer] = []

        def take(answer: Answer) -> None:
            self._reached(answer)
            answers.append(answer)

        with ThreadPoolExecutor(at_once) as pool:
            under_way: deque[Future[Answer]] = deque()
            for payload in payloads:
                if len(under_way) == at_once:
                    take(under_way.popleft().result())
                under_way.append(pool.submit(self._call, payload))
            for last in under_way:
                take(last.result())
        return answers

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
