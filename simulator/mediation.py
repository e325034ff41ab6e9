"""The decision for one call, forward or refuse. Pure: no HTTP, clock or files."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.addressing import AddressingCatalogue, Route
    from simulator.payload import Addressing

__all__ = ["Conversion", "Forward", "Refusal", "Refuse", "Unforeseen", "decide"]


class Refusal(Enum):
    """Why the platform turns a call away; the value is the VP code on the wire."""

    NO_PROFILE = "VP001"
    SENDER_UNKNOWN = "VP002"
    NO_RECEIVER = "VP003"
    NO_ROUTE = "VP004"
    WRONG_PROFILE = "VP005"
    AMBIGUOUS_ROUTE = "VP006"
    NOT_AUTHORISED = "VP007"
    NO_CATALOGUE = "VP008"
    PRODUCER_FAILED = "VP009"
    NO_ADDRESS = "VP010"
    NOT_WHITELISTED = "VP011"
    NOT_CONVERTED = "VP012"
    ORIGINAL_CONSUMER = "VP013"
    LOOP = "VP014"
    MALFORMED = "VP015"


class Conversion(Enum):
    """Which profile a message is written in, and which its producer reads."""

    TO_21 = ("rivtabp20", "rivtabp21")
    TO_20 = ("rivtabp21", "rivtabp20")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """The call goes on to a producer, converted where the producer has another profile."""

    route: Route
    conversion: Conversion | None = None
    route_trace: str = field(default="", compare=False)
    authorisation_trace: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """The call is turned away; ``detail`` is the variable part of the fault."""

    refusal: Refusal
    detail: str
    route_trace: str = field(default="", compare=False)
    authorisation_trace: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unforeseen:
    """Something that the platform has no code for; ``kind`` is the exception's class.

    Source: platform facts, section 2.2, below the table.
    """

    text: str
    kind: str

    @property
    def detail(self) -> str:
        """Give the variable part of the fault."""
        return f"{self.kind}: {self.text}"


def decide(
    call: Addressing, sender: str, catalogue: AddressingCatalogue | None, *, at: datetime
) -> Forward | Refuse:
    """Choose the route first, then check the authorisation, then the profile.

    Shape:  ``catalogue`` is None where none was ever read.
    Source: platform facts, sections 1.2, 1.8, 1.9, 1.10 and 2.2.
    """
    if catalogue is None:
        return Refuse(
            refusal=Refusal.NO_CATALOGUE,
            detail="No contact with TAK at startup, and no local cache to fallback on, "
            "not possible to route call",
        )
    receiver, contract = call.receiver, call.contract
    if receiver is None:
        return Refuse(
            refusal=Refusal.NO_RECEIVER,
            detail="No receiverId (logical address) found in message header. ",
        )
    if contract is None:
        contract = "null"
    routes, route_trace = catalogue.find_routes(receiver, contract, at=at)
    if len(routes) != 1 or not routes[0].address.strip():
        return _no_way(receiver, contract, routes, route_trace)
    authorised, trace = catalogue.find_authorisation(sender, receiver, contract, at=at)
    if not authorised:
        return Refuse(
            refusal=Refusal.NOT_AUTHORISED,
            detail=f"Authorization missing for {_about(receiver, contract)}, senderId: {sender}",
            route_trace=route_trace,
            authorisation_trace=trace,
        )
    return _by_profile(call.profile, routes[0], route_trace, trace)


def _no_way(receiver: str, contract: str, routes: tuple[Route, ...], trace: str) -> Refuse:
    about = _about(receiver, contract)
    match routes:
        case []:
            hint = ". Whitespace detected in incoming request!" if " " in receiver else ""
            refusal = Refusal.NO_ROUTE
            detail = f"No receiverId (logical address) found for {about}{hint}"
        case [_]:
            refusal = Refusal.NO_ADDRESS
            detail = f"Physical Address field is empty in Service Producer for {about}"
        case _:
            refusal = Refusal.AMBIGUOUS_ROUTE
            detail = (
                "More than one receiverId (logical address) with matching Riv-version "
                f"found for {about}"
            )
    return Refuse(refusal=refusal, detail=detail, route_trace=trace)


def _by_profile(
    inbound: str | None, route: Route, route_trace: str, authorisation_trace: str
) -> Forward | Refuse:
    profile = route.profile.lower()
    if inbound == profile:
        conversion = None
    elif (inbound, profile) in _CONVERSIONS:
        conversion = _CONVERSIONS[inbound, profile]
    else:
        return Refuse(
            refusal=Refusal.WRONG_PROFILE if inbound else Refusal.NO_PROFILE,
            detail=f"No receiverId (logical address) with matching Riv-version found for {inbound}"
            if inbound
            else "No RIV version configured",
            route_trace=route_trace,
            authorisation_trace=authorisation_trace,
        )
    return Forward(
        route=route,
        conversion=conversion,
        route_trace=route_trace,
        authorisation_trace=authorisation_trace,
    )


_CONVERSIONS: dict[tuple[str | None, str], Conversion] = {
    conversion.value: conversion for conversion in Conversion
}


def _about(receiver: str, contract: str) -> str:
    return f"serviceNamespace: {contract}, receiverId: {receiver}"
