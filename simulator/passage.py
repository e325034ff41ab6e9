"""One call's passage through the platform: what becomes known on the way, for the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from simulator.disturbances.passage import Disturbed
from simulator.exchange import Exchange, InboundCall, Leg, Reply
from simulator.headers import ORIGINAL_CONSUMER
from simulator.mediation import Forward, Refusal, Refuse, Unforeseen
from simulator.outbound import Outcome
from simulator.payload import Addressing
from simulator.sender import NOBODY, Sender

__all__ = ["End", "Passage", "Withheld"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A disturbance answers in the producer's place; the producer gets no call."""

    detail: str


End = Reply | Refuse | Withheld | Outcome | Unforeseen
"""Where a call's way may end: at WSDL, a refusal, a disturbance, the producer, an accident."""

_UNDISTURBED = Disturbed(())
_UNREAD = Addressing(receiver=None, profile=None, contract=None)


@dataclass(slots=True, kw_only=True)
class Passage:
    """What is known of a call so far.

    Shape: ``sender_address`` is where the call came from, also when that is behind a proxy;
           ``history`` the routing history that goes on, None where it stays as it came;
           ``message`` the envelope in the call's body; ``charset`` what the answer is written in,
           None for UTF-8.
    """

    call: InboundCall
    started: datetime
    correlation_id: str
    sender_address: str | None = None
    sender: Sender = NOBODY
    history: str | None = None
    message: bytes = b""
    addressing: Addressing = _UNREAD
    decided: Forward | Refuse | None = None
    charset: str | None = None
    disturbed: Disturbed = _UNDISTURBED

    @property
    def about(self) -> str:
        """Name contract and receiver the way the platform's own details do."""
        read = self.addressing
        return f"serviceNamespace: {read.contract}, receiverId: {read.receiver}"

    def exchange(self, end: End, reply: Reply, *, seconds: float) -> Exchange:
        """Give what the journal keeps."""
        call, decided = self.call, self.decided
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
            decision=_decision(end),
            status=reply.status,
            legs=(taken, *end.legs) if isinstance(end, Outcome) else (taken,),
            sender=self.sender.hsa_id,
            sender_known_by=self.sender.known_by,
            sender_address=self.sender_address,
            receiver=self.addressing.receiver,
            contract=self.addressing.contract,
            profile=self.addressing.profile,
            original_consumer=call.headers.get(ORIGINAL_CONSUMER) or self.sender.hsa_id or None,
            address=decided.route.address if isinstance(decided, Forward) else None,
            route_trace=decided.route_trace if decided else "",
            authorisation_trace=decided.authorisation_trace if decided else "",
            detail="" if isinstance(end, Reply) else end.detail,
            disturbances=self.disturbed.told(),
        )


def _decision(end: End) -> str:
    match end:
        case Reply():
            return "wsdl"
        case Withheld():
            return "disturbed"
        case Refuse():
            return end.refusal.value
        case Outcome(answer=answer) if answer is not None:
            return "forwarded"
        case _:  # what is not foreseen is logged so, too (platform facts, section 2.2)
            return Refusal.PRODUCER_FAILED.value
