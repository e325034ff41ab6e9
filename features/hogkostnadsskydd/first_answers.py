"""How the first attempt of a wait is answered, in the words of the scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.envelope import envelope
from features.hogkostnadsskydd.around import taken_with
from features.wordings import DISTURBED, LOST, REWRITTEN, faulted_in_swedish, under_unknown_header

__all__ = ["CODES", "FAULTED", "disturbance_of", "scripted"]

FAULTED = "med SOAP Fault på svenska"
"""How a first attempt is lost to a fault that says its language and has details of its own."""

CODES: Mapping[str, str] = {"med OK": "OK", "med INFO": "INFO", "med ERROR": "ERROR"}
"""With what it is answered; after that nothing is sent again."""

_READ = "med OK "
_WITH_HEADER = "med okänd SOAP Header"


def disturbance_of(how: str) -> Mapping[str, Any] | None:
    """Give what disturbs the attempt, or the answer to it; None where it is scripted."""
    return LOST.get(how) or DISTURBED.get(how.removeprefix(_READ))


def scripted(how: str) -> dict[str, Any]:
    """Give the answer, as a script has it: by code, or an OK that is written in another way."""
    if how == FAULTED:
        return {"status": 500, "body": faulted_in_swedish()}
    if how in CODES:
        return {"payload": taken_with(CODES[how])}
    written = how.removeprefix(_READ)
    if written == _WITH_HEADER:
        return {"body": under_unknown_header(taken_with("OK"))}
    return {"body": REWRITTEN[written](envelope(taken_with("OK").encode()).decode())}
