"""The decision for one call, forward or refuse. Pure: no HTTP, clock or files."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from contracts.envelope import Addressing
    from simulator.addressing import AddressingCatalogue, Route

__all__ = ["Forward", "Refusal", "Refuse", "decide"]


class Refusal(Enum):
    """Why the platform turns a call away; the value is the VP code on the wire."""

    SENDER_UNKNOWN = "VP002"
    NO_RECEIVER = "VP003"
    NO_ROUTE = "VP004"
    AMBIGUOUS_ROUTE = "VP006"
    NOT_AUTHORISED = "VP007"
    PRODUCER_FAILED = "VP009"
    NO_ADDRESS = "VP010"
    MALFORMED = "VP015"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """The call goes on to a producer."""

    route: Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """The call is turned away; ``detail`` is the variable part of the fault."""

    refusal: Refusal
    detail: str


def decide(
    call: Addressing, sender: str, catalogue: AddressingCatalogue, *, at: datetime
) -> Forward | Refuse:
    """Choose the route first, then check the authorisation, as the platform does.

    Source: platform facts, sections 1.8, 1.9 and 2.2.
    """
    if call.receiver is None:
        return Refuse(
            refusal=Refusal.NO_RECEIVER,
            detail="No receiverId (logical address) found in message header. ",
        )
    contract = call.contract if call.contract is not None else "null"
    about = f"serviceNamespace: {contract}, receiverId: {call.receiver}"
    match catalogue.routes_for(call.receiver, contract, at=at):
        case []:
            hint = ". Whitespace detected in incoming request!" if " " in call.receiver else ""
            return Refuse(
                refusal=Refusal.NO_ROUTE,
                detail=f"No receiverId (logical address) found for {about}{hint}",
            )
        case [route] if not route.address.strip():
            return Refuse(
                refusal=Refusal.NO_ADDRESS,
                detail=f"Physical Address field is empty in Service Producer for {about}",
            )
        case [route] if catalogue.authorises(sender, call.receiver, contract, at=at):
            return Forward(route=route)
        case [_]:
            return Refuse(
                refusal=Refusal.NOT_AUTHORISED,
                detail=f"Authorization missing for {about}, senderId: {sender}",
            )
        case _:
            return Refuse(
                refusal=Refusal.AMBIGUOUS_ROUTE,
                detail="More than one receiverId (logical address) with matching Riv-version "
                f"found for {about}",
            )
