"""All that the tested system has sent in a run, judged by the profile."""

from __future__ import annotations

from dataclasses import dataclass, field

from contracts.catalogue import known
from features.inbox import Arrived, Inbox
from features.plattform.of_requests import OF_REQUESTS
from features.plattform.rules import Found, judged_by
from features.plattform.seen import Seen

__all__ = ["Calls", "is_call", "seen_in"]


def is_call(arrived: Arrived) -> bool:
    """Tell a service call from the fetching of a WSDL."""
    return arrived.exchange.decision != "wsdl"


def seen_in(arrived: Arrived) -> Seen:
    """Give what a message of the tested system was on the wire."""
    came = arrived.exchange.legs[0]
    found = known().contract_for(arrived.contract)
    contract = found[1] if found else None
    return Seen(
        headers={name.lower(): text for name, text in came.request_headers.items()},
        body=came.request,
        method=came.method,
        url=came.url,
        elements=frozenset({contract.request} if contract else ()),
        soap_action=contract.soap_action if contract else "",
        sender=arrived.exchange.sender,
    )


@dataclass(kw_only=True)
class Calls:
    """Judges each message in an inbox once, whoever asks about it."""

    inbox: Inbox
    judged: dict[int, dict[str, Found | None]] = field(default_factory=dict)

    def of(self, requirement: str) -> list[tuple[Arrived, Found | None]]:
        """Give the messages that a requirement applies to, and what is wrong with each."""
        found = []
        for arrived in self.inbox.found(is_call, aside=True):
            if arrived.number not in self.judged:
                self.judged[arrived.number] = judged_by(OF_REQUESTS, seen_in(arrived))
            judged = self.judged[arrived.number]
            if requirement in judged:
                found.append((arrived, judged[requirement]))
        return found
