"""The platform: the life cycle of a call, step by step in the national platform's order."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING

from contracts.envelope import Addressing, read_addressing
from contracts.errors import MessageError
from simulator.exchange import Exchange, InboundCall, Leg, Reply
from simulator.faults import fault
from simulator.headers import (
    CORRELATION_ID,
    PRODUCER_TIME,
    headers_to_consumer,
    headers_to_producer,
)
from simulator.journal import Entry, Journal
from simulator.mediation import Forward, Refusal, Refuse, decide
from simulator.outbound import OutboundCall, Outcome, Transport, call_producer
from simulator.sender import Sender, sender_of

if TYPE_CHECKING:
    from simulator.arrangement import Arrangement, Arrangements
    from simulator.settings import Settings

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
    arrangements: Arrangements
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
        self.journal.keep(_entry(exchange, call))
        return reply

    def _lead(self, passage: _Passage, arrangement: Arrangement) -> Refuse | Outcome:
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
        assert arrangement.catalogue is not None  # noqa: S101
        decision = decide(passage.addressing, sender.hsa_id, arrangement.catalogue, at=at)
        if isinstance(decision, Refuse):
            return decision
        return self._forward(passage, decision)

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
        return call_producer(self.transport, outbound, settings=self.settings, at=passage.started)

    def _reply(self, end: Refuse | Outcome, passage: _Passage) -> Reply:
        own = {"Content-Type": _XML, CORRELATION_ID: passage.correlation_id}
        if isinstance(end, Outcome) and end.answer is not None:
            answer = end.answer
            own[PRODUCER_TIME] = str(round(end.seconds * 1000))
            headers = headers_to_consumer(answer.headers) | own
            return Reply(status=answer.status, headers=headers, body=answer.body)
        refusal = end.refusal if isinstance(end, Refuse) else Refusal.PRODUCER_FAILED
        body = fault(refusal, end.detail, platform_name=self.settings.platform_name)
        return Reply(status=500, headers=own, body=body)


@dataclass(slots=True, kw_only=True)
class _Passage:
    """What is known of a call on its way, for the journal."""

    call: InboundCall
    started: datetime
    correlation_id: str
    sender: Sender = _NOBODY
    addressing: Addressing = _UNREAD
    address: str | None = None

    def exchange(self, end: Refuse | Outcome, reply: Reply, *, seconds: float) -> Exchange:
        """Give what the journal keeps."""
        call = self.call
        out: tuple[Leg, ...] = ()
        if isinstance(end, Refuse):
            decision = end.refusal.value
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
        )


def _entry(exchange: Exchange, call: InboundCall) -> Entry:
    """Give an exchange as today's journal keeps it."""
    out = exchange.legs[-1] if len(exchange.legs) > 1 else None
    return Entry(
        correlation_id=exchange.correlation_id,
        started=exchange.started,
        seconds=exchange.seconds,
        sender=exchange.sender,
        sender_known_by=exchange.sender_known_by,
        receiver=exchange.receiver,
        contract=exchange.contract,
        decision=exchange.decision,
        status=exchange.status,
        request=call.body,
        response=exchange.legs[0].response,
        address=exchange.address,
        producer_status=out.status if out else None,
        producer_seconds=out.seconds if out else None,
        request_headers=call.headers,
    )


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
