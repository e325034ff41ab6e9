"""A notification as a call through the platform, as any consumer's: addressed, authorised, kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from contracts.envelope import envelope, fault_in
from contracts.errors import MessageError
from contracts.parsing import parse
from simulator.engagement_index.messages import PROCESS_NOTIFICATION, asking_to
from simulator.exchange import InboundCall, Reply
from simulator.headers import CORRELATION_ID, INSTANCE_ID, SENDER_ID
from simulator.producers.in_process import broken_by

if TYPE_CHECKING:
    from simulator.engagement_index.outbox import Outgoing

__all__ = ["notify"]

_OK = 200


def notify(
    outgoing: Outgoing, call: Callable[[InboundCall], Reply], *, sender: str, instance: str
) -> str:
    """Send a notification, and tell what went wrong, empty where nothing did.

    Shape: ``sender`` is the platform's own id, ``instance`` what it shows to name its sender.
    """
    payload = asking_to(PROCESS_NOTIFICATION, outgoing.transactions)
    reply = call(
        InboundCall(
            url="/vp",
            headers={
                "host": "localhost",
                "content-type": "text/xml; charset=UTF-8",
                "soapaction": f"{PROCESS_NOTIFICATION}:ProcessNotification",
                SENDER_ID: sender,
                INSTANCE_ID: instance,
                CORRELATION_ID: outgoing.correlation_id,
            },
            body=envelope(payload, logical_address=outgoing.subscriber),
            workspace=outgoing.workspace,
        )
    )
    return _problem(reply)


def _problem(reply: Reply) -> str:
    if (broken := broken_by(reply.wire)) is not None:
        return broken.problem.value
    try:
        fault = fault_in(parse(reply.body))
    except MessageError as error:
        return f"HTTP {reply.status}: {error.what}"
    if fault is not None:
        return f"HTTP {reply.status}: {fault.text}"
    return "" if reply.status == _OK else f"HTTP {reply.status}"
