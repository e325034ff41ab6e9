"""Listening on behalf of a scenario, so that what the tested system sends is in the evidence."""

from __future__ import annotations

from dataclasses import dataclass, field

from contracts.catalogue import known
from features.bench import Bench
from features.inbox import Arrived, Wanted
from reports.evidence import Evidence
from reports.results import Exchange

__all__ = ["Listening"]

_XML = "text/xml; charset=UTF-8"


@dataclass(kw_only=True)
class Listening:
    """Waits for messages of the tested system, from the moment it is made.

    Shape: each message is kept in the evidence of the step that first waited for it. ``aside``
           hears what is set aside too.
    """

    bench: Bench
    evidence: Evidence
    aside: bool = False
    after: int = field(init=False)
    kept: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.after = self.bench.inbox.latest

    def wait(self, wanted: Wanted, *, seconds: float, count: int = 1) -> list[Arrived]:
        """Wait until as many messages as wanted have come; give those that came in time."""
        return self.keep(
            *self.bench.inbox.wait_for(
                wanted, seconds=seconds, after=self.after, count=count, aside=self.aside
            )
        )

    def so_far(self, wanted: Wanted) -> list[Arrived]:
        """Give the messages that have come, without waiting."""
        return self.keep(*self.bench.inbox.found(wanted, after=self.after, aside=self.aside))

    def since(self, number: int) -> None:
        """Wait for what has come after a message, and hear what is set aside too."""
        self.after, self.aside = number, True

    def begin_anew(self) -> None:
        """Leave what has come out of what is waited for."""
        self.after = self.bench.inbox.latest

    def keep(self, *arrived: Arrived) -> list[Arrived]:
        """Put messages in the evidence, each once."""
        for one in arrived:
            if one.number not in self.kept:
                self.kept.add(one.number)
                self.evidence.exchanged(self._exchange_of(one))
        return list(arrived)

    def _exchange_of(self, arrived: Arrived) -> Exchange:
        exchange = arrived.exchange
        came = exchange.legs[0]
        found = known().contract_for(arrived.contract)
        response = None
        if came.status is not None:
            response = self.evidence.keep(came.response, kind="svar", content_type=_XML)
        return Exchange(
            what=found[1].interaction if found else "okänt anrop",
            url=came.url,
            logical_address=arrived.logical_address,
            correlation_id=exchange.correlation_id,
            started=arrived.started.isoformat(timespec="milliseconds"),
            seconds=round(exchange.seconds, 6),
            request=self.evidence.keep(arrived.body, kind="fran-systemet", content_type=_XML),
            status=came.status,
            response=response,
            problem=came.problem or exchange.detail,
        )
