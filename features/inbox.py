"""What the tested system sends: every message of its own that the platform of the run met."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from lxml import etree

from contracts.envelope import LOGICAL_ADDRESS, body_of, is_envelope
from contracts.errors import MessageError
from contracts.parsing import readable, without_comments
from simulator.exchange import Exchange, Leg

__all__ = ["Arrived", "Inbox"]


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """One message of the tested system, as the platform met it, with what it was answered.

    Shape: ``number`` counts up in the order they came. What the platform turned away is here
           too; ``refusal`` then gives its code.
    """

    number: int
    exchange: Exchange

    @property
    def _came(self) -> Leg:
        return self.exchange.legs[0]

    @property
    def body(self) -> bytes:
        """Give the message as it came."""
        return self._came.request

    @property
    def started(self) -> datetime:
        """Give when it came."""
        return self.exchange.started

    @property
    def ended(self) -> datetime:
        """Give when it was answered."""
        return self.exchange.started + timedelta(seconds=self.exchange.seconds)

    @property
    def logical_address(self) -> str:
        """Give whom it was addressed to; empty where nobody can tell."""
        return self.exchange.receiver or ""

    @property
    def contract(self) -> str:
        """Give the namespace of its contract; empty where nobody can tell."""
        return self.exchange.contract or ""

    @property
    def refusal(self) -> str:
        """Give the VP code that the platform turned it away with, or nothing."""
        decision = self.exchange.decision
        return decision if decision.startswith("VP") else ""

    @property
    def soap_action(self) -> str:
        """Give the header SOAPAction as it was written."""
        headers = {name.lower(): text for name, text in self._came.request_headers.items()}
        return headers.get("soapaction", "")

    @cached_property
    def root(self) -> etree._Element | None:
        """Give the message's root without its comments, None where it is no XML."""
        root = readable(self.body)
        return None if root is None else without_comments(root)

    @cached_property
    def payload(self) -> etree._Element | None:
        """Give the one element of the body, None where there is none such."""
        if self.root is None or not is_envelope(self.root):
            return None
        try:
            return body_of(self.root)
        except MessageError:
            return None

    @cached_property
    def written(self) -> bytes:
        """Give the payload without what differs from one writing of it to another."""
        return b"" if self.payload is None else etree.tostring(self.payload, method="c14n")

    @property
    def addresses(self) -> list[str]:
        """Give the texts of the LogicalAddress headers, as they were written."""
        if self.root is None:
            return []
        return [node.text or "" for node in self.root.iterfind(f"*/{LOGICAL_ADDRESS}")]


Wanted = Callable[[Arrived], bool]
_LONG, _SHORT = 2.0, 0.3  # seconds


class Inbox:
    """Listens to the platform, and keeps what the tested system sends.

    Shape: ``is_ours`` tells the messages of the run itself by their sender. What is set aside is
           found by those alone who ask for it. Whoever knows that the system answers at once may
           let it tire: after so many long waits in vain it makes none.
    """

    tires_after = 0  # of no number of waits

    def __init__(self, is_ours: Callable[[str], bool] = lambda _sender: False) -> None:
        self._is_ours = is_ours
        self._arrived: list[Arrived] = []
        self._aside: list[Wanted] = []
        self._changed = threading.Condition()
        self._in_vain = 0

    def observe(self, exchange: Exchange) -> None:
        """Keep an exchange, and tell whoever waits."""
        if self._is_ours(exchange.sender):
            return
        with self._changed:
            self._arrived.append(Arrived(number=len(self._arrived) + 1, exchange=exchange))
            self._changed.notify_all()

    @property
    def latest(self) -> int:
        """Give the number of the latest message, to look for what comes after it."""
        with self._changed:
            return len(self._arrived)

    def set_aside(self, concerned: Wanted) -> None:
        """Keep messages apart from now on, so that only who asks for such finds them."""
        with self._changed:
            self._aside.append(concerned)

    def found(self, wanted: Wanted, *, after: int = 0, aside: bool = False) -> list[Arrived]:
        """Give the messages so far that are wanted, in the order they came."""
        with self._changed:
            arrived, kept = self._arrived[after:], tuple(self._aside)
        return [
            one
            for one in arrived
            if wanted(one) and (aside or not any(concerned(one) for concerned in kept))
        ]

    def wait_for(
        self,
        wanted: Wanted,
        *,
        seconds: float,
        after: int = 0,
        count: int = 1,
        aside: bool = False,
    ) -> list[Arrived]:
        """Wait until as many messages as wanted have come, or the time is out; give those."""
        is_long = seconds > _LONG
        if is_long and 0 < self.tires_after <= self._in_vain:
            seconds = _SHORT
        deadline = time.monotonic() + seconds
        while True:
            seen = self.latest
            found = self.found(wanted, after=after, aside=aside)
            left = deadline - time.monotonic()
            if len(found) >= count or left <= 0:
                self._in_vain += is_long and len(found) < count
                return found
            with self._changed:
                if len(self._arrived) == seen:
                    self._changed.wait(left)
