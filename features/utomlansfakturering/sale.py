"""The sale of a scenario: what was billed, to whom, and which claim specifications it made."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from features.bench import Bench
from features.listening import Listening
from features.utomlansfakturering.around import homes
from features.utomlansfakturering.bills import Bill
from features.utomlansfakturering.sent_claims import SentClaim, read, with_id
from features.utomlansfakturering.trigger import Corrected, ShownClaim
from simulator.regions.directory import Region

__all__ = ["Gallery", "Homes", "Hope", "Sale"]


class Homes:
    """The regions that are billed, one after the other, and one that is left to be in trouble.

    Shape: a region in trouble may keep a queue waiting, so no scenario is given the one that the
           scenario before it disturbed, where there are regions enough.
    """

    def __init__(self, bench: Bench) -> None:
        self._all = homes(bench.target, bench.role)
        self._turn = itertools.cycle(self._all[:-1] or self._all)

    @property
    def left(self) -> Region | None:
        """Give the region that no other scenario bills; None where there is only one at all."""
        return self._all[-1] if len(self._all) > 1 else None

    def next(self) -> Region:
        """Give whom to bill now."""
        return next(self._turn)


@dataclass(kw_only=True)
class Hope:
    """How long it is worth to wait for what is to come: not long, where nothing has come lately.

    Units: seconds.
    """

    usual: float
    short: float
    missed_in_a_row: int = 0

    @property
    def within(self) -> float:
        """Give how long to wait."""
        return self.usual if self.missed_in_a_row < _LOST_AFTER else self.short

    def note(self, came: bool) -> None:
        """Note whether something came."""
        self.missed_in_a_row = 0 if came else self.missed_in_a_row + 1


_LOST_AFTER = 2


@dataclass(kw_only=True)
class Sale:
    """What a scenario has billed so far.

    Shape: ``ids`` are those of the claim specifications that the bill made; ``shown`` what the
           screen told of it when it was looked at.
    """

    bill: Bill
    ids: tuple[str, ...] = ()
    corrected: Corrected | None = None
    shown: ShownClaim | None = None

    def claims(self, listening: Listening) -> list[SentClaim]:
        """Give every arrival of the bill's claim specifications so far."""
        return read(listening.so_far(with_id(*self.ids))) if self.ids else []

    def await_claims(
        self, listening: Listening, *, seconds: float, count: int = 0
    ) -> list[SentClaim]:
        """Wait for the claim specifications of the bill: each once, or so many arrivals."""
        if not self.ids:
            return []
        wanted = count or len(self.ids)
        return read(listening.wait(with_id(*self.ids), seconds=seconds, count=wanted))


@dataclass(kw_only=True)
class Gallery:
    """A claim specification of every kind that the system can make, billed once in a run.

    Shape: ``sent`` are by kind; a kind that was billed and never came has None, and so has one of
           ``not_offered``, which the system says it cannot bill.
    """

    sent: dict[str, SentClaim | None] = field(default_factory=dict)
    not_offered: set[str] = field(default_factory=set)

    def all(self) -> Sequence[SentClaim]:
        """Give those that came."""
        return [claim for claim in self.sent.values() if claim is not None]
