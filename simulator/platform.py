"""The platform: the life cycle of a call, step by step in the national platform's order."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from contracts.errors import MessageError
from simulator.charsets import to_utf_8, written_in
from simulator.conversion import converted
from simulator.disturbances import Facts, chosen
from simulator.disturbances.passage import Disturbed
from simulator.engagement_index.worker import Worker
from simulator.exchange import InboundCall, Reply
from simulator.faults import fault, soap_fault
from simulator.headers import (
    CORRELATION_ID,
    INSTANCE_ID,
    ORIGINAL_CONSUMER,
    PRODUCER_TIME,
    headers_to_consumer,
    headers_to_producer,
)
from simulator.journal import Journal
from simulator.mediation import Forward, Refusal, Refuse, Unforeseen, decide
from simulator.outbound import OutboundCall, Outcome, Transport, call_producer
from simulator.passage import End, Passage, Withheld
from simulator.payload import message_in, read_addressing
from simulator.routing_history import routing_history
from simulator.sender import Sender, sender_of
from simulator.timeouts import timeout_for

if TYPE_CHECKING:
    from simulator.aggregation import Aggregation
    from simulator.arrangement import Arrangement
    from simulator.engagement_index.index import EngagementIndex
    from simulator.exchange import Exchange
    from simulator.listeners import BadListeners
    from simulator.settings import Settings
    from simulator.workspaces import Workspaces
    from simulator.wsdl_serving import WsdlServing

__all__ = ["Platform"]

_LOG = logging.getLogger(__name__)


@dataclass(kw_only=True)
class Platform:
    """The parts of a platform that a call passes through.

    Shape: ``clock`` tells real time, which each workspace's arrangement may move; ``observers``
           are told of each exchange when it is kept.
    """

    settings: Settings
    arrangements: Workspaces[Arrangement]
    transport: Transport
    journal: Journal
    index: EngagementIndex
    wsdl: WsdlServing
    clock: Callable[[], datetime]
    observers: tuple[Callable[[Exchange], None], ...] = ()
    listeners: BadListeners | None = None
    aggregation: Aggregation | None = None

    def __post_init__(self) -> None:
        self._forwarded_for = self.settings.forwarded_for_header.lower()
        self._worker = Worker(self.index, call=self.mediate, instance=self.settings.instance_id)

    def close(self) -> None:
        """Stop calling sources, and let go of the databases."""
        if self.aggregation is not None:
            self.aggregation.close()
        self._worker.close()
        self.index.close()
        self.arrangements.close()
        self.journal.close()

    def mediate(self, call: InboundCall) -> Reply:
        """Take one call through the platform, and keep it in the journal.

        Source: platform facts, section 1.2.
        """
        began = time.perf_counter()
        arrangement = self.arrangements.of(call.workspace)
        passage = Passage(
            call=call,
            started=arrangement.clock.now(real=self.clock()),
            correlation_id=call.headers.get(CORRELATION_ID) or str(uuid.uuid4()),
            sender_address=call.headers.get(self._forwarded_for) or call.remote,
        )
        try:
            end = self._lead(passage, arrangement)
        except Exception as error:
            _LOG.exception("a call met something unforeseen")
            end = Unforeseen(text=str(error), kind=type(error).__qualname__)
        reply = self._reply(end, passage)
        exchange = passage.exchange(end, reply, seconds=time.perf_counter() - began)
        self.journal.keep(exchange)
        for observe in self.observers:
            observe(exchange)
        passage.disturbed.wait()
        return reply

    def _lead(self, passage: Passage, arrangement: Arrangement) -> End:
        """Lead a call as far as it comes: to an answer, or to where it is turned away."""
        if self.wsdl.is_asked_for(passage.call):
            return self.wsdl.answer(passage.call)
        refused = self._identify(passage) or self._read(passage)
        if refused is not None:
            return refused
        if arrangement.disturbances:
            passage.disturbed = self._disturbed(passage, arrangement)
            if passage.disturbed.withholds:
                return Withheld(detail=passage.about)
        read, sender = passage.addressing, passage.sender.hsa_id
        decision = decide(read, sender, arrangement.catalogue, at=passage.started)
        passage.decided = decision
        return decision if isinstance(decision, Refuse) else self._forward(passage, decision)

    def _identify(self, passage: Passage) -> Refuse | None:
        """Find out who calls, and whether the call has been here before."""
        sender = sender_of(passage.call, self.settings)
        if isinstance(sender, Refuse):
            return sender
        passage.sender = sender
        history = routing_history(passage.call.headers, sender, self.settings)
        if isinstance(history, Refuse):
            return history
        passage.history = history
        return None

    def _read(self, passage: Passage) -> Refuse | None:
        """Read what the message is about, and judge who started the chain."""
        call = passage.call
        try:
            passage.message = message_in(call.headers, call.body)
            passage.addressing = read_addressing(passage.message)
        except MessageError as error:
            return Refuse(refusal=Refusal.MALFORMED, detail=error.what)
        return _original_consumer(call, passage.sender, self.settings)

    def _forward(self, passage: Passage, decision: Forward) -> Refuse | Outcome:
        """Give the producer the message in its profile and in UTF-8."""
        charset = passage.addressing.charset
        if decision.conversion is not None:
            try:
                message = converted(passage.message, decision.conversion, charset=charset)
            except MessageError as error:
                return Refuse(refusal=Refusal.NOT_CONVERTED, detail=error.what)
        elif charset is not None:
            message = to_utf_8(passage.message, charset)
        else:
            message = passage.message
        passage.charset = charset  # what is answered from here on is written in it
        return call_producer(
            passage.disturbed.calling(self.transport),
            self._outbound(passage, decision.route.address, message),
            settings=self.settings,
            at=passage.started,
        )

    def _disturbed(self, passage: Passage, arrangement: Arrangement) -> Disturbed:
        facts = Facts(
            logical_address=passage.addressing.receiver,
            contract=passage.addressing.contract,
            sender=passage.sender.hsa_id,
            message=passage.message,
        )
        count = partial(self.arrangements.count, passage.call.workspace)
        return Disturbed(chosen(arrangement.disturbances, facts, count))

    def _outbound(self, passage: Passage, address: str, message: bytes) -> OutboundCall:
        call, read, sender = passage.call, passage.addressing, passage.sender.hsa_id
        return OutboundCall(
            method=call.method,
            address=address,
            query=call.query,
            headers=headers_to_producer(
                call.headers,
                sender=sender,
                history=passage.history,
                correlation_id=passage.correlation_id,
                address=address,
                settings=self.settings,
            ),
            body=message,
            timeout=timeout_for(read.contract, self.settings),
            workspace=call.workspace,
            sender=sender,
            receiver=read.receiver or "",
            contract=read.contract or "",
            correlation_id=passage.correlation_id,
        )

    def _reply(self, end: End, passage: Passage) -> Reply:
        reply = self._undisturbed(end, passage)
        if not passage.disturbed or isinstance(end, Reply):
            return reply
        return passage.disturbed.answer(
            reply, platform_name=self.settings.platform_name, detail=end.detail
        )

    def _undisturbed(self, end: End, passage: Passage) -> Reply:
        charset = passage.charset
        own = {
            "Content-Type": f"text/xml; charset={charset or 'UTF-8'}",
            CORRELATION_ID: passage.correlation_id,
        }
        status = 500
        match end:
            case Reply():
                headers = {**end.headers, CORRELATION_ID: passage.correlation_id}
                return Reply(status=end.status, headers=headers, body=end.body)
            case Outcome(answer=answer) if answer is not None:
                status, body = answer.status, answer.body
                own[PRODUCER_TIME] = str(round(end.seconds * 1000))
                own = headers_to_consumer(answer.headers) | own
            case Outcome():
                body = self._fault(Refusal.PRODUCER_FAILED, end.detail)
            case Refuse():
                body = self._fault(end.refusal, end.detail)
            case Withheld():
                status, body = 200, b""
            case Unforeseen():
                body = soap_fault(end.text, detail=end.detail)
        if charset is not None:
            body = written_in(body, charset)
        return Reply(status=status, headers=own, body=body)

    def _fault(self, refusal: Refusal, detail: str) -> bytes:
        return fault(refusal, detail, platform_name=self.settings.platform_name)


def _original_consumer(call: InboundCall, sender: Sender, settings: Settings) -> Refuse | None:
    """Refuse a sender that may not name another original consumer, where it is set up so.

    Source: platform facts, section 1.7.
    """
    if ORIGINAL_CONSUMER not in call.headers:
        return None
    allowed = settings.original_consumer_senders
    if not allowed or sender.hsa_id in allowed:
        return None
    if call.headers.get(INSTANCE_ID) == settings.instance_id:
        return None
    if not settings.refuse_original_consumer:
        _LOG.warning("%s came from a sender that may not set it", ORIGINAL_CONSUMER)
        return None
    return Refuse(
        refusal=Refusal.ORIGINAL_CONSUMER,
        detail=f"Sender is not approved to set header {ORIGINAL_CONSUMER}.",
    )
