"""Making the tested system bill: by its trigger where it has one, else by a tester."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal

from features.asking import Asking
from features.target import RoleTarget
from features.utomlansfakturering.bills import Bill
from features.utomlansfakturering.trigger import Corrected, Settings, ShownClaim, State, Trigger
from reports.results import Outcome

__all__ = ["Patience", "Selling", "trigger_of"]

_POLL = 0.05
_IN_SWEDISH = {
    State.WAITING: "väntar på att sändas eller besvaras",
    State.ACCEPTED: "mottaget",
    State.REFUSED: "avvisat",
    State.STOPPED: "stoppat av den egna valideringen",
    State.GIVEN_UP: "inte gått att sända",
}
_UNSAID = ShownClaim(state=State.WAITING, attempts=0, released=False)


def trigger_of(role: RoleTarget) -> Trigger | None:
    """Give the trigger of a role, None where the target file has none."""
    url = role.settings.get("trigger")
    return Trigger(url, tls=role.tls) if url else None


@dataclass(kw_only=True)
class Selling:
    """Has the system bill what a scenario needs, and tells what it shows of it.

    Shape: what nobody can make it do skips the scenario. ``sent`` waits so many seconds for so
           many claim specifications, and gives the ids of those that came.
    """

    trigger: Trigger | None
    asking: Asking
    within: float
    sent: Callable[[float, int], tuple[str, ...]]

    def bill(self, bill: Bill) -> tuple[str, ...]:
        """Have care billed, and give the ids; none where a tester is asked and nothing is sent."""
        if self.trigger is not None:
            return self.trigger.bill(bill)
        self.asking.await_effect(
            bill.told, seconds=self.within, happened=lambda wait: bool(self.sent(wait, 1))
        )
        return self.sent(0.0, 1)

    def correct(self, claim: str, fee: Decimal, reason: str) -> Corrected | None:
        """Say that a claim was wrong; None where a tester did, so that nobody knows the ids."""
        if self.trigger is not None:
            return self.trigger.correct(claim, fee, reason)
        self.asking.do(
            f"Rätta fakturaunderlaget {claim}: rätt belopp är {fee:.2f} kr, orsak {reason}."
        )
        return None

    def shows(self, claim: str, *wanted: State) -> ShownClaim:
        """Give what the system shows of a claim, when it is one of what is wanted, or at last.

        Shape: what is no longer waiting stays as it is, so that is the last at once. A tester is
               asked whether the first of what is wanted shows.
        """
        if self.trigger is None:
            return self._seen(claim, wanted[0])
        deadline = time.monotonic() + self.within
        while True:
            shown = self.trigger.claim(claim)
            is_over = shown.state is not State.WAITING or time.monotonic() > deadline
            if shown.state in wanted or is_over:
                return shown
            time.sleep(_POLL)

    def invoice(self, claim: str, *, released: bool) -> bool:
        """Tell whether the invoice of a claim is released; a tester is asked by what should be."""
        if self.trigger is not None:
            return self.trigger.claim(claim).released
        expected = "frisläppt" if released else "hållen"
        told = self.asking.seen(f"Är fakturan till {claim} hållen eller frisläppt?", expected)
        return released if told.outcome is Outcome.PASSED else not released

    def is_unreceived(self, claim: str) -> bool:
        """Tell whether the system shows that a claim has been neither received nor refused."""
        if self.trigger is not None:
            shown = self.trigger.claim(claim)
            return shown.state in (State.WAITING, State.GIVEN_UP)
        text = f"Visar systemet att {claim} varken har mottagits eller avvisats?"
        return self.asking.seen(text, "ja").outcome is Outcome.PASSED

    def _seen(self, claim: str, wanted: State) -> ShownClaim:
        said = _IN_SWEDISH[wanted]
        told = self.asking.seen(f"Hur visas fakturaunderlaget {claim}?", said)
        return replace(
            _UNSAID,
            state=wanted if told.outcome is Outcome.PASSED else _OTHER[wanted],
            comment=told.answer,
        )


_OTHER = dict.fromkeys(State, State.WAITING) | {State.WAITING: State.ACCEPTED}
"""What a tester saw instead, where all that is known is that it was not what was expected."""


class Patience:
    """When the tested system sends again: set short for a run where it can be, and set back after.

    Shape: ``is_set`` tells whether the system has taken the settings; else the target file states
           them. ``usual`` is what it has where no run sets it: what one that was killed has left
           is forgotten first. ``is_left`` tells that a system cannot forget it, and has just what
           a run leaves.
    """

    def __init__(self, trigger: Trigger | None, stated: Settings, brisk: Settings) -> None:
        self._trigger = trigger
        self._brisk = brisk
        self.is_set = trigger is not None
        found = trigger.settings() if trigger is not None else stated
        forgotten = trigger.set_back() if trigger is not None else None
        self._forgets = forgotten is not None
        self.usual = self.now = forgotten or found
        self.is_left = self.is_set and not self._forgets and found == brisk
        self._set(brisk)

    @contextmanager
    def of(
        self,
        *,
        pause: float | None = None,
        attempts: int | None = None,
        timeout: float | None = None,
        factor: float | None = None,
    ) -> Iterator[Settings]:
        """Have the system set so, until the context is left; as it is stated where nobody can."""
        changed = {
            name: value
            for name, value in (
                ("pause", pause), ("attempts", attempts), ("timeout", timeout), ("factor", factor),
            )
            if value is not None
        }  # fmt: skip
        self._set(replace(self._brisk, **changed))  # type: ignore[arg-type]
        try:
            yield self.now
        finally:
            self._set(self._brisk)

    def close(self) -> None:
        """Set the system back to what it had."""
        if self._trigger is not None and self._forgets:
            self._trigger.set_back()
        self._set(self.usual)

    def _set(self, settings: Settings) -> None:
        if self._trigger is not None:
            self.now = self._trigger.settings(
                pause=settings.pause,
                attempts=settings.attempts,
                timeout=settings.timeout,
                factor=settings.factor,
            )
