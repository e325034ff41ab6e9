"""HTTP in, mediation, HTTP out: the platform's entrance for service calls."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from contracts.envelope import Addressing, read_addressing
from contracts.errors import MessageError
from simulator.faults import fault
from simulator.journal import Entry, Journal
from simulator.mediation import Forward, Refusal, Refuse, decide
from simulator.outbound import CORRELATION_ID, Answered, Producer, headers_to_producer
from simulator.sender import Sender, sender_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from simulator.addressing import AddressingCatalogue
    from simulator.settings import Settings

__all__ = ["Platform", "service_calls"]

_ENTRANCE = "/vp"
_XML = "text/xml; charset=UTF-8"
_NOBODY = Addressing(receiver=None, profile=None, contract=None)


@dataclass(kw_only=True)
class Platform:
    """The parts of a platform that a call passes through.

    Shape: ``catalogue`` may be replaced while the platform runs; a call uses the one it met.
    """

    settings: Settings
    catalogue: AddressingCatalogue
    producer: Producer
    journal: Journal
    clock: Callable[[], datetime]

    def mediate(
        self, body: bytes, headers: Mapping[str, str], *, from_loopback: bool = True
    ) -> tuple[int, dict[str, str], bytes]:
        """Take one call through the platform, and keep it in the journal.

        Shape:  header names in lower case; the answer is status, headers and body.
        Source: platform facts, section 1.2.
        """
        started, clock_started = time.perf_counter(), self.clock()
        correlation_id = headers.get(CORRELATION_ID) or str(uuid.uuid4())
        sender, call, decision = self._decide(body, headers, from_loopback, at=clock_started)
        answer: Answered | None = None
        producer_status: int | None = None
        producer_seconds: float | None = None
        address: str | None = None
        if isinstance(decision, Forward):
            address = decision.route.address
            outcome = self.producer.call(
                address,
                body,
                headers_to_producer(
                    headers,
                    sender=sender.hsa_id,
                    correlation_id=correlation_id,
                    address=address,
                    settings=self.settings,
                ),
            )
            producer_status, producer_seconds = outcome.status, outcome.seconds
            if isinstance(outcome, Answered):
                answer = outcome
            else:
                decision = Refuse(refusal=Refusal.PRODUCER_FAILED, detail=outcome.detail)
        out = {"Content-Type": _XML, CORRELATION_ID: correlation_id}
        if answer is not None:
            status, content = answer.status, answer.body
            out = dict(answer.headers) | out | {"x-skltp-prt": str(round(answer.seconds * 1000))}
        elif isinstance(decision, Refuse):
            status = 500
            content = fault(
                decision.refusal, decision.detail, platform_name=self.settings.platform_name
            )
        self.journal.keep(
            Entry(
                correlation_id=correlation_id,
                started=clock_started,
                seconds=time.perf_counter() - started,
                sender=sender.hsa_id,
                sender_known_by=sender.known_by,
                receiver=call.receiver,
                contract=call.contract,
                decision=decision.refusal.value if isinstance(decision, Refuse) else "forwarded",
                status=status,
                request=body,
                response=content,
                address=address,
                producer_status=producer_status,
                producer_seconds=producer_seconds,
                request_headers=headers,
            )
        )
        return status, out, content

    def _decide(
        self, body: bytes, headers: Mapping[str, str], from_loopback: bool, *, at: datetime
    ) -> tuple[Sender, Addressing, Forward | Refuse]:
        sender = sender_of(headers, self.settings)
        if sender is None or (sender.known_by == "default sender" and not from_loopback):
            nobody = Sender(hsa_id="", known_by="nothing")
            detail = "No certificate found in httpheader x-vp-auth-cert"
            return nobody, _NOBODY, Refuse(refusal=Refusal.SENDER_UNKNOWN, detail=detail)
        try:
            call = read_addressing(body)
        except MessageError as error:
            return sender, _NOBODY, Refuse(refusal=Refusal.MALFORMED, detail=error.what)
        return sender, call, decide(call, sender.hsa_id, self.catalogue, at=at)


def service_calls(platform: Platform) -> Blueprint:
    """Give the platform's entrance: any path that starts with /vp, whatever follows.

    Source: platform facts, section 1.1 - the path plays no part in routing.
    """
    blueprint = Blueprint("vp", __name__)

    @blueprint.before_app_request  # not a route: those tell methods and double slashes apart
    def call() -> Response | None:
        if not request.path.startswith(_ENTRANCE):
            return None
        headers = {name.lower(): value for name, value in request.headers.items()}
        status, out, content = platform.mediate(
            request.get_data(), headers, from_loopback=_is_loopback(request.remote_addr)
        )
        return Response(content, status=status, headers=out)

    return blueprint


def _is_loopback(address: str | None) -> bool:
    try:
        return address is None or ip_address(address).is_loopback
    except ValueError:
        return False
