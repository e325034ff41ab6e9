"""How the first attempt of a wait is answered, in the words of the scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.envelope import envelope
from features.hogkostnadsskydd.around import taken_with, taken_with_header
from features.wordings import DISTURBED, REWRITTEN, faulted_in_swedish

__all__ = ["CODES", "FAULTED", "TROUBLE", "disturbance_of", "scripted"]

TROUBLE: Mapping[str, Mapping[str, str]] = {
    "med SOAP Fault": {"kind": "soap-fault"},
    "med en bruten förbindelse": {"kind": "reset-before"},
    "med VP009": {"kind": "vp-code", "code": "VP009"},
}
"""How a first attempt comes to nothing."""

FAULTED = "med SOAP Fault på svenska"
"""The same, by a fault that says its language and has details of its own."""

CODES: Mapping[str, str] = {"med OK": "OK", "med INFO": "INFO", "med ERROR": "ERROR"}
"""With what it is answered; after that nothing is sent again."""

_READ = "med OK "
_WITH_HEADER = "med okänd SOAP Header"


def disturbance_of(how: str) -> Mapping[str, Any] | None:
    """Give what disturbs the attempt, or the answer to it; None where it is scripted."""
    return TROUBLE.get(how) or DISTURBED.get(how.removeprefix(_READ))


def scripted(how: str) -> dict[str, Any]:
    """Give the answer, as a script has it: by code, or an OK that is written in another way."""
    if how == FAULTED:
        return {"status": 500, "body": faulted_in_swedish()}
    if how in CODES:
        return {"payload": taken_with(CODES[how])}
    written = how.removeprefix(_READ)
    if written == _WITH_HEADER:
        return {"body": taken_with_header()}
    return {"body": REWRITTEN[written](envelope(taken_with("OK").encode()).decode())}
