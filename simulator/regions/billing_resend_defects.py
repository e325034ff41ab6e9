"""Sellers that send again when they should not, not when they should, or not as they are set."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from contracts.domains.financial_billing_claim.v1_1.messages import RESPONDER
from simulator.regions.claim_resending import DEFAULTS, result_in
from simulator.regions.defect import Defect
from simulator.regions.directory import REGIONS
from simulator.regions.letter_flaws import twice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from simulator.client import Answer
    from simulator.regions.outbox import Ending, Letter, Wire
    from simulator.regions.surroundings import Resending

    _When = Callable[[Ending, Answer], Ending]
    _Set = Callable[[Resending, Resending], Resending]

__all__ = ["resend_defects"]

_MANY = 1_000_000


def resend_defects() -> Iterable[Defect]:
    """Make the defects, which only waiting shows."""
    return (replace(each, in_full=True) for each in _defects())


def _defects() -> Iterable[Defect]:
    for name, (says, requirement, on_ending) in _ENDINGS.items():
        yield Defect(name=name, says=says, breaks=f"FBC-OMSANDNING-{requirement}",
                     on_ending=on_ending)  # fmt: skip
    for name, (says, on_wire) in _OTHERWISE.items():
        yield Defect(name=name, says=says, breaks="FBC-OMSANDNING-NAR", on_wire=on_wire)
    for name, (says, requirement, on_settings) in _SETTINGS.items():
        yield Defect(
            name=name,
            says=says,
            breaks=f"FBC-OMSANDNING-{requirement}",
            on_settings=on_settings,
        )
    for name, (says, seconds) in _DELIVERED.items():
        yield Defect(
            name=name,
            says=says,
            breaks="FBC-OMSANDNING-PAUS",
            resending=replace(DEFAULTS, after_fault=seconds, after_silence=seconds),
        )
    yield Defect(
        name="sends-everything-twice",
        says="sends everything once more, whatever it was answered",
        breaks="FBC-OMSANDNING-ALDRIG",
        on_sending=twice(RESPONDER),
    )
    yield Defect(
        name="queues-all-regions-together",
        says="has one queue for all producers, so that one of them holds up the others",
        breaks="FBC-OMSANDNING-KO",
        on_sending=_in_one_queue,
    )


def _in_one_queue(letter: Letter) -> Iterable[Letter]:
    return (replace(letter, about="all"),)


# When --------------------------------------------------------------------------------------------


def _never(ending: Ending, _answer: Answer) -> Ending:
    return replace(ending, is_sent_again=False)


def _after_silence_alone(ending: Ending, answer: Answer) -> Ending:
    return replace(ending, is_sent_again=ending.is_sent_again and answer.status is None)


def _after_faults_alone(ending: Ending, answer: Answer) -> Ending:
    return replace(ending, is_sent_again=ending.is_sent_again and answer.fault is not None)


def _on(code: str) -> _When:
    """Send again what was answered so, too."""

    def ended(ending: Ending, answer: Answer) -> Ending:
        again = result_in(answer)[0] == code
        return replace(ending, is_sent_again=again or ending.is_sent_again,
                       outcome=f"answered {code}" if again else ending.outcome)  # fmt: skip

    return ended


_ENDINGS: Mapping[str, tuple[str, str, _When]] = {
    "never-resends": (
        "gives up when what it sends comes to nothing",
        "NAR",
        _never,
    ),
    "resends-after-silence-alone": (
        "sends again when no answer comes, but not after a SOAP fault",
        "NAR",
        _after_silence_alone,
    ),
    "resends-after-faults-alone": (
        "sends again after a SOAP fault, but not when no answer comes",
        "NAR",
        _after_faults_alone,
    ),
    "resends-on-error": (
        "sends again what was answered ERROR",
        "ALDRIG",
        _on("ERROR"),
    ),
    "resends-on-ok": (
        "sends again what was answered OK",
        "ALDRIG",
        _on("OK"),
    ),
}
"""By name: what the system does, the requirement, and what it makes of an answer."""


# What --------------------------------------------------------------------------------------------


def _later(rewrite: Callable[[str, int], str]) -> Callable[[Wire], Wire]:
    """Rewrite the message when it is sent again."""

    def written(wire: Wire) -> Wire:
        if wire.attempt == 1:
            return wire
        return replace(wire, message=rewrite(wire.message.decode(), wire.attempt).encode())

    return written


def _renumbered(text: str, attempt: int) -> str:
    """Give the claim specification an id of its own."""
    return re.sub(
        r"(?<=id>)(ZVF\d{14})(\d{6})",
        lambda found: f"{found[1]}{(int(found[2]) + attempt * 1000) % _MANY:06d}",
        text,
        count=1,
    )


def _restamped(text: str, attempt: int) -> str:
    """Date the document when it is sent."""
    return re.sub(r"(?<=issueTime>)\d{4}", f"00{attempt:02d}", text, count=1)


def _dearer(text: str, attempt: int) -> str:
    """Have the patient's invoice say another number."""
    return re.sub(r"(?<=invoiceId>)F", f"F{attempt}", text, count=1)


def _elsewhere(text: str, _attempt: int) -> str:
    return re.sub(r"\d{10}(?=</riv:LogicalAddress>)", REGIONS["25"].logical_address, text, count=1)


_OTHERWISE: Mapping[str, tuple[str, Callable[[Wire], Wire]]] = {
    "resends-under-another-id": (
        "gives what it sends again a new id",
        _later(_renumbered),
    ),
    "resends-with-another-time": (
        "dates what it sends again anew",
        _later(_restamped),
    ),
    "resends-with-another-invoice": (
        "gives what it sends again another invoice",
        _later(_dearer),
    ),
    "resends-to-another-region": (
        "addresses another region when it sends again",
        _later(_elsewhere),
    ),
}
"""By name: what the system does, and what becomes of the message."""


# As it is set ------------------------------------------------------------------------------------


def _paused(pause: Callable[[float, float], float]) -> _Set:
    """Pause otherwise than was asked, by what was asked and what was before."""

    def rule(asked: Resending, before: Resending) -> Resending:
        seconds = pause(asked.after_fault, before.after_fault)
        return replace(asked, after_fault=seconds, after_silence=seconds)

    return rule


def _tried(attempts: Callable[[int, int], int]) -> _Set:
    return lambda asked, before: replace(asked, attempts=attempts(asked.attempts, before.attempts))


def _waiting(patience: Callable[[float, float], float]) -> _Set:
    return lambda asked, before: replace(asked, patience=patience(asked.patience, before.patience))


def _growing(factor: float) -> _Set:
    return lambda asked, _before: replace(asked, factor=factor)


def _as_it_was(_asked: float, before: float) -> float:
    return before


_SETTINGS: Mapping[str, tuple[str, str, _Set]] = {
    "resends-at-once": (
        "does not wait before it sends again",
        "PAUS",
        _paused(lambda _asked, _before: 0.0),
    ),
    "ignores-the-pause-that-is-set": (
        "pauses for 5000 ms whatever it is set to",
        "PAUS",
        _paused(_as_it_was),
    ),
    "pauses-half-the-time": (
        "pauses for half the time that it is set to",
        "PAUS",
        _paused(lambda asked, _before: asked / 2),
    ),
    "pauses-equally": (
        "pauses equally long each time",
        "BACKOFF",
        _growing(1.0),
    ),
    "pauses-ever-shorter": (
        "pauses for three quarters of the time before",
        "BACKOFF",
        _growing(0.75),
    ),
    "pauses-hardly-longer": (
        "pauses for a tenth longer each time",
        "BACKOFF",
        _growing(1.1),
    ),
    "never-gives-up": (
        "sends again for ever",
        "GRANS",
        _tried(lambda _asked, _before: _MANY),
    ),
    "ignores-the-attempts-that-are-set": (
        "tries five times whatever it is set to",
        "GRANS",
        _tried(lambda _asked, before: before),
    ),
    "tries-once-more": (
        "tries once more than it is set to",
        "GRANS",
        _tried(lambda asked, _before: asked + 1),
    ),
    "tries-once-less": (
        "tries once less than it is set to",
        "GRANS",
        _tried(lambda asked, _before: max(asked - 1, 1)),
    ),
    "ignores-the-timeout-that-is-set": (
        "waits for 29 seconds whatever it is set to",
        "GRANS",
        _waiting(_as_it_was),
    ),
    "waits-thrice-the-timeout": (
        "waits for an answer for three times the time that it is set to",
        "GRANS",
        _waiting(lambda asked, _before: asked * 3),
    ),
}
"""By name: what the system does, the requirement, and what setting it does.

It shows what it is set to all the same.
"""

_DELIVERED: Mapping[str, tuple[str, float]] = {
    "pauses-for-a-second": ("is delivered with a pause of a second", 1.0),
    "pauses-for-a-minute": ("is delivered with a pause of a minute", 60.0),
}
"""By name: what the system does, and its pause where nobody has set any other."""
