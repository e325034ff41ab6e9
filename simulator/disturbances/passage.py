"""The disturbances that hit one exchange, on its way to the producer and back."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from simulator.disturbances.content import Content, changed
from simulator.disturbances.kinds import Kind, Leg, Stage
from simulator.disturbances.selection import Disturbance
from simulator.exchange import Reply, WireOrder
from simulator.faults import fault, soap_fault
from simulator.mediation import Refusal
from simulator.outbound import Answered, Failed, OutboundCall, Problem, Transport

__all__ = ["Disturbed"]

_XML = "text/xml; charset=UTF-8"
_PLAIN = "text/plain; charset=UTF-8"


class Disturbed:
    """What is done to one exchange.

    Shape: ``hits`` are the disturbances with the exchange's number in each one's count.
    """

    def __init__(self, hits: tuple[tuple[Disturbance, int], ...]) -> None:
        self._hits = hits
        self._notes: dict[str, dict[str, Any]] = {}

    def __bool__(self) -> bool:
        """Tell whether anything is done at all."""
        return bool(self._hits)

    def told(self) -> tuple[Mapping[str, Any], ...]:
        """Tell what was done, for the journal: name, kind, leg and figures."""
        return tuple(
            {
                "name": one.name,
                "kind": str(one.kind),
                "leg": str(one.leg),
                **{name: one.option(name) for name in one.of.options},
                **({"seconds": self._seconds(one, number)} if one.option_draws else {}),
                **self._notes.get(one.name, {}),
            }
            for one, number in self._hits
        )

    @property
    def withholds(self) -> bool:
        """Tell whether the producer gets no call, and the consumer an answer all the same."""
        return any(
            one.of.stage is Stage.REPLACE
            and one.leg is Leg.ANSWER
            and not one.option("reaches_producer")
            for one, _ in self._hits
        )

    def calling(self, transport: Transport) -> Transport:
        """Give the way to the producer, with what is done on it."""
        hits = self._on(Leg.CALL)
        return (
            _DisturbedTransport(transport, hits, self._notes, self._seconds) if hits else transport
        )

    def answer(self, reply: Reply, *, platform_name: str, detail: str = "") -> Reply:
        """Give the answer as the consumer is to get it."""
        for one, _ in self._on(Leg.ANSWER):
            match one.of.stage:
                case Stage.REPLACE:
                    reply = _replaced(reply, one, platform_name, detail)
                case Stage.CONTENT:
                    content = changed(Content(headers=reply.headers, body=reply.body), one)
                    reply = replace(reply, headers=content.headers, body=content.body)
                case Stage.WIRE:
                    reply = replace(reply, wire=(*reply.wire, _order(one)))
                case Stage.WAIT:
                    pass
        return reply

    def wait(self) -> None:
        """Wait as long as the answer is to be late."""
        for one, number in self._on(Leg.ANSWER):
            if one.of.stage is Stage.WAIT:
                time.sleep(self._seconds(one, number))

    def _on(self, leg: Leg) -> tuple[tuple[Disturbance, int], ...]:
        return tuple(hit for hit in self._hits if hit[0].leg is leg)

    @staticmethod
    def _seconds(one: Disturbance, number: int) -> float:
        """Give how long to wait: a figure, or one drawn for this exchange; never below nothing."""
        mean: float = one.option("seconds")
        if not one.option_draws:
            return mean
        chance, spread = one.draw(number, "delay"), one.option("spread")
        match one.option("distribution"):
            case "uniform":
                drawn = chance.uniform(mean - spread, mean + spread)
            case "normal":
                drawn = chance.normalvariate(mean, spread)
            case _:
                drawn = chance.expovariate(1 / mean) if mean else 0.0
        return max(0.0, drawn)


class _DisturbedTransport:
    """A way to the producer on which things happen."""

    def __init__(
        self,
        inner: Transport,
        hits: tuple[tuple[Disturbance, int], ...],
        notes: dict[str, dict[str, Any]],
        seconds: Callable[[Disturbance, int], float],
    ) -> None:
        self._inner, self._hits, self._notes, self._seconds = inner, hits, notes, seconds

    def call(self, call: OutboundCall) -> Answered | Failed:
        """Make one attempt, disturbed."""
        twice: Disturbance | None = None
        for one, number in self._hits:
            match one.of.stage:
                case Stage.WAIT:
                    time.sleep(self._seconds(one, number))
                case Stage.REPLACE:
                    return Failed(problem=Problem.UNREACHABLE)
                case Stage.CONTENT:
                    content = changed(Content(headers=call.headers, body=call.body), one)
                    call = replace(call, headers=content.headers, body=content.body)
                case Stage.WIRE if one.kind is Kind.DUPLICATE:
                    twice = one
                case Stage.WIRE:
                    call = replace(call, wire=(*call.wire, _order(one)))
        answer = self._inner.call(call)
        if twice is not None:
            time.sleep(twice.option("pause"))
            second = self._inner.call(call)
            self._notes[twice.name] = {
                "second_status": second.status if isinstance(second, Answered) else None
            }
        return answer


def _order(one: Disturbance) -> WireOrder:
    return WireOrder(
        kind=str(one.kind), options={name: one.option(name) for name in one.of.options}
    )  # fmt: skip


def _replaced(reply: Reply, one: Disturbance, platform_name: str, detail: str) -> Reply:
    """Give what stands in the place of an answer."""
    headers = {name: value for name, value in reply.headers.items() if name.startswith("x-skltp")}
    if one.kind is Kind.VP_CODE:
        body = fault(Refusal(one.option("code")), detail, platform_name=platform_name)
        return Reply(status=500, headers={**headers, "Content-Type": _XML}, body=body)
    if one.kind is Kind.SOAP_FAULT:
        body = soap_fault(one.option("text"), blames=one.option("blames"))
        return Reply(status=500, headers={**headers, "Content-Type": _XML}, body=body)
    status = int(one.option("status"))
    if one.option("soap"):
        body = soap_fault(f"HTTP {status}")
        return Reply(status=status, headers={**headers, "Content-Type": _XML}, body=body)
    text = f"HTTP {status}\n".encode()
    return Reply(status=status, headers={**headers, "Content-Type": _PLAIN}, body=text)
