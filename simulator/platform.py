"""The platform: the life cycle of a call, step by step in the national platform's order."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING, TypeAlias

from contracts.envelope import Addressing, read_addressing
from contracts.errors import MessageError
from simulator.disturbances import Facts, chosen
from simulator.disturbances.passage import Disturbed
from simulator.exchange import Exchange, InboundCall, Leg, Reply
from simulator.faults import fault
from simulator.headers import (
    CORRELATION_ID,
    PRODUCER_TIME,
    headers_to_consumer,
    headers_to_producer,
)
from simulator.journal import Journal
from simulator.mediation import Forward, Refusal, Refuse, decide
from simulator.outbound import OutboundCall, Outcome, Transport, call_producer
from simulator.sender import Sender, sender_of

if TYPE_CHECKING:
    from simulator.arrangement import Arrangement
    from simulator.settings import Settings
    from simulator.workspaces import Workspaces

__all__ = ["Platform"]

_XML = "text/xml; charset=UTF-8"
_NOBODY = Sender(hsa_id="", known_by="nothing")
_UNREAD = Addressing(receiver=None, profile=None, contract=None)


@dataclass(kw_only=True)
class Platform:
    """The parts of a platform that a call passes through.

    Shape: ``clock`` tells real time, which each workspace's arrangement may move.
    """

    settings: Settings
    arrangements: Workspaces[Arrangement]
    transport: Transport
    journal: Journal
    clock: Callable[[], datetime]

    def mediate(self, call: InboundCall) -> Reply:
        """Take one call through the platform, and keep it in the journal.

        Source: platform facts, section 1.2.
        """
        began = time.perf_counter()
        arrangement = self.arrangements.of(call.workspace)
        passage = _Passage(
            call=call,
            started=arrangement.clock.now(real=self.clock()),
            correlation_id=call.headers.get(CORRELATION_ID) or str(uuid.uuid4()),
        )
        end = self._lead(passage, arrangement)
        reply = self._reply(end, passage)
        exchange = passage.exchange(end, reply, seconds=time.perf_counter() - began)
        self.journal.keep(exchange)
        passage.disturbed.wait()
        return reply

    def _lead(self, passage: _Passage, arrangement: Arrangement) -> End:
        """Lead a call as far as it comes: to an answer, or to where it is turned away."""
        call, settings, at = passage.call, self.settings, passage.started
        sender = sender_of(call.headers, settings)
        local = call.remote is None or _is_loopback(call.remote)
        if sender is None or (sender.known_by == "default sender" and not local):
            detail = "No certificate found in httpheader x-vp-auth-cert"
            return Refuse(refusal=Refusal.SENDER_UNKNOWN, detail=detail)
        passage.sender = sender
        try:
            passage.addressing = read_addressing(call.body)
        except MessageError as error:
            return Refuse(refusal=Refusal.MALFORMED, detail=error.what)
        if arrangement.disturbances:
            passage.disturbed = self._disturbed(passage, arrangement)
            if passage.disturbed.withholds:
                return Withheld(detail=passage.about)
        assert arrangement.catalogue is not None  # noqa: S101
        decision = decide(passage.addressing, sender.hsa_id, arrangement.catalogue, at=at)
        if isinstance(decision, Refuse):
            return decision
        return self._forward(passage, decision)

    def _disturbed(self, passage: _Passage, arrangement: Arrangement) -> Disturbed:
        facts = Facts(
            logical_address=passage.addressing.receiver,
            contract=passage.addressing.contract,
            sender=passage.sender.hsa_id,
        )
        count = partial(self.arrangements.count, passage.call.workspace)
        return Disturbed(chosen(arrangement.disturbances, facts, count))

    def _forward(self, passage: _Passage, decision: Forward) -> Outcome:
        call, sender = passage.call, passage.sender.hsa_id
        address = passage.address = decision.route.address
        outbound = OutboundCall(
            method=call.method,
            address=address,
            query=call.query,
            headers=headers_to_producer(
                call.headers,
                sender=sender,
                correlation_id=passage.correlation_id,
                address=address,
                settings=self.settings,
            ),
            body=call.body,
            timeout=self.settings.producer_timeout,
            workspace=call.workspace,
            sender=sender,
            receiver=passage.addressing.receiver or "",
            contract=passage.addressing.contract or "",
            correlation_id=passage.correlation_id,
        )
        transport = passage.disturbed.calling(self.transport)
        return call_producer(transport, outbound, settings=self.settings, at=passage.started)

    def _reply(self, end: End, passage: _Passage) -> Reply:
        reply = self._undisturbed(end, passage)
        if not passage.disturbed:
            return reply
        return passage.disturbed.answer(
            reply, platform_name=self.settings.platform_name, detail=end.detail
        )

    def _undisturbed(self, end: End, passage: _Passage) -> Reply:
        own = {"Content-Type": _XML, CORRELATION_ID: passage.correlation_id}
        if isinstance(end, Outcome) and end.answer is not None:
            answer = end.answer
            own[PRODUCER_TIME] = str(round(end.seconds * 1000))
            headers = headers_to_consumer(answer.headers) | own
            return Reply(status=answer.status, headers=headers, body=answer.body)
        if isinstance(end, Withheld):
            return Reply(status=200, headers=own, body=b"")
        refusal = end.refusal if isinstance(end, Refuse) else Refusal.PRODUCER_FAILED
        body = fault(refusal, end.detail, platform_name=self.settings.platform_name)
        return Reply(status=500, headers=own, body=body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A disturbance answers in the producer's place; the producer gets no call."""

    detail: str


End: TypeAlias = "Refuse | Withheld | Outcome"
"""How far a call came: turned away, answered for, or answered."""


@dataclass(slots=True, kw_only=True)
class _Passage:
    """What is known of a call on its way, for the journal."""

    call: InboundCall
    started: datetime
    correlation_id: str
    sender: Sender = _NOBODY
    addressing: Addressing = _UNREAD
    address: str | None = None
    disturbed: Disturbed = field(default_factory=partial(Disturbed, ()))

    @property
    def about(self) -> str:
        """Name contract and receiver the way the platform's own details do."""
        call = self.addressing
        return f"serviceNamespace: {call.contract}, receiverId: {call.receiver}"

    def exchange(self, end: End, reply: Reply, *, seconds: float) -> Exchange:
        """Give what the journal keeps."""
        call = self.call
        out: tuple[Leg, ...] = ()
        if isinstance(end, Refuse):
            decision = end.refusal.value
        elif isinstance(end, Withheld):
            decision = "disturbed"
        else:
            decision = Refusal.PRODUCER_FAILED.value if end.answer is None else "forwarded"
            out = end.legs
        taken = Leg(
            kind="in",
            url=call.url,
            started=self.started,
            seconds=seconds,
            method=call.method,
            request_headers=call.headers,
            request=call.body,
            status=reply.status,
            response_headers=reply.headers,
            response=reply.body,
        )
        return Exchange(
            workspace=call.workspace,
            correlation_id=self.correlation_id,
            started=self.started,
            seconds=seconds,
            decision=decision,
            status=reply.status,
            legs=(taken, *out),
            sender=self.sender.hsa_id,
            sender_known_by=self.sender.known_by,
            sender_address=call.remote,
            receiver=self.addressing.receiver,
            contract=self.addressing.contract,
            profile=self.addressing.profile,
            address=self.address,
            detail=end.detail,
            disturbances=self.disturbed.told(),
        )


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
