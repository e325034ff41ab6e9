"""One exchange as values: the call that came, its legs, what was decided, what went back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

__all__ = ["DEFAULT_WORKSPACE", "Exchange", "InboundCall", "Leg", "Reply", "WireOrder"]

DEFAULT_WORKSPACE = "default"
"""The workspace of calls that name none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundCall:
    """A request as the HTTP edge hands it to the platform.

    Shape: header names in lower case; ``path`` is what stands after a workspace prefix.
           ``certificate`` is the subject of the client's certificate as RFC 4514 writes it, None
           where the listener asks for none; ``remote`` the address of the nearest peer.
    """

    method: str = "POST"
    url: str = ""
    path: str = "/vp"
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    remote: str | None = None
    tls: bool = False
    certificate: str | None = None
    workspace: str = DEFAULT_WORKSPACE


@dataclass(frozen=True, slots=True, kw_only=True)
class WireOrder:
    """What the listener is to do with an answer below HTTP: cut it, reset it, send it slowly.

    Shape: ``kind`` is the disturbance's name, ``options`` its figures in bytes and seconds.
    """

    kind: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What goes back to the caller."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    wire: tuple[WireOrder, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One request and its answer between two parties of an exchange.

    Shape: ``kind`` is ``in`` (consumer and platform) or ``out`` (platform and producer);
           ``attempt`` counts from 1. ``status`` is None where no HTTP answer came, and
           ``problem`` says why. A request that went on unchanged repeats the same bytes.
    Units: seconds.
    """

    kind: str
    url: str
    started: datetime
    seconds: float
    method: str = "POST"
    attempt: int = 1
    request_headers: Mapping[str, str] = field(default_factory=dict)
    request: bytes = b""
    status: int | None = None
    response_headers: Mapping[str, str] = field(default_factory=dict)
    response: bytes = b""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Everything the journal keeps of one call through the platform.

    Shape: ``decision`` is ``forwarded``, a VP code, ``wsdl``, or ``disturbed`` where a
           disturbance answered in the producer's place; ``number`` counts up in the order
           the exchanges were kept, None before that; ``sender_known_by`` says how the platform
           came to know the caller; the traces are those of routing and authorisation;
           ``disturbances`` tells what was done to the exchange on purpose, by name and figures.
    Units: seconds.
    """

    workspace: str = DEFAULT_WORKSPACE
    correlation_id: str
    started: datetime
    seconds: float
    decision: str
    status: int
    legs: tuple[Leg, ...]
    sender: str = ""
    sender_known_by: str = "nothing"
    sender_address: str | None = None
    receiver: str | None = None
    contract: str | None = None
    profile: str | None = None
    original_consumer: str | None = None
    address: str | None = None
    route_trace: str = ""
    authorisation_trace: str = ""
    detail: str = ""
    disturbances: tuple[Mapping[str, Any], ...] = ()
    number: int | None = None
