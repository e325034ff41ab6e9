"""What a manner is: one uncommon way to be right, as a change of what goes over the wire."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace

from features.suites import Suite
from simulator.regions.defect import FLAWLESS, Defect
from tests.proof.false_alarms.messages import Change, Message, as_they_come

__all__ = ["Manner", "both_ways", "of_body", "of_suites"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """One uncommon way in which a system is right.

    Shape: ``on_answer`` rewrites what the system answers, ``on_sent`` what it sends by itself, both
           as they go over the wire; ``system`` is a row like a known defect's that breaks nothing,
           for what is decided inside the system, and ``within`` what is changed in it while it
           runs. ``suites`` are the names of those it fits, all
           where there is none. ``in_full`` runs the whole suite, load and waiting too.
    """

    name: str
    says: str
    on_answer: Change = as_they_come
    on_sent: Change = as_they_come
    system: Defect = field(default=FLAWLESS)
    within: Callable[[], AbstractContextManager[None]] = nullcontext
    suites: frozenset[str] = frozenset()
    in_full: bool = False

    def fits(self, suite: Suite) -> bool:
        """Tell whether a system of the suite can have it.

        Shape: what is answered fits a system that is called, what is sent one that sends.
        """
        if self.suites:
            return suite.name in self.suites
        answers = self.on_answer is not as_they_come or self.system is not FLAWLESS
        sends = self.on_sent is not as_they_come and "trigger" in suite.fields
        return (answers and suite.called) or sends

    @property
    def row(self) -> Defect:
        """Give the row that the bundled system is started with."""
        return replace(self.system, name=self.name, says=self.says, breaks="")


def both_ways(name: str, says: str, change: Change) -> Manner:
    """Make a manner of whatever a system writes, answers as well as messages of its own."""
    return Manner(name=name, says=says, on_answer=change, on_sent=change)


def of_body(change: Callable[[bytes], bytes]) -> Change:
    """Change the body of messages that have an envelope in it."""

    def changed(message: Message) -> Message:
        if b"Envelope" not in message.body:
            return message
        return replace(message, body=change(message.body))

    return changed


def of_suites(names: Iterable[str]) -> frozenset[str]:
    """Name the suites that a manner fits."""
    return frozenset(names)
