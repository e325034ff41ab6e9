"""Every manner there is, and the systems that have them."""

from __future__ import annotations

from collections.abc import Mapping

from features.suites import Suite, suites
from tests.proof.false_alarms.answers import ANSWERS
from tests.proof.false_alarms.envelopes import ENVELOPES
from tests.proof.false_alarms.manner import Manner
from tests.proof.false_alarms.sending import SENDING
from tests.proof.false_alarms.wire import WIRE

__all__ = ["MANNERS", "systems"]

_ALL = (*ENVELOPES, *WIRE, *ANSWERS, *SENDING)

MANNERS: Mapping[str, Manner] = {manner.name: manner for manner in _ALL}
"""Name to manner."""

assert len(MANNERS) == len(_ALL), "two manners have one name"


def systems() -> list[tuple[Suite, Manner]]:
    """Give every unusual system: a suite whose part it plays, and its manner."""
    return [(suite, manner) for suite in suites() for manner in _ALL if manner.fits(suite)]
