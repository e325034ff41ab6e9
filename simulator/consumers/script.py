"""A scripted consumer: what it sends, to whom, and as whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from contracts.errors import UsageError

__all__ = ["ConsumerScript", "consumer_from"]

_SOURCES = ("message", "payload", "example")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumerScript:
    """What a scripted consumer sends.

    Shape: ``contract`` is a namespace. Exactly one source: ``message`` is all there is to send, as
           it stands; ``payload`` what stands in the envelope; ``example`` a valid request made
           from the contract's schema, ``minimal`` or ``full``. ``sender`` empty calls as the
           platform's default sender. ``headers`` are added to those that every call has.
    """

    contract: str
    logical_address: str = ""
    sender: str = ""
    message: str = ""
    payload: str = ""
    example: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Give the script as it was arranged."""
        told = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: dict(v) if name == "headers" else v for name, v in told.items() if v}


def consumer_from(name: str, document: object) -> ConsumerScript:
    """Read a script as it is arranged.

    Raises: UsageError that tells every mistake in it.
    """
    where = f"consumer {name}" if name else "what is to be sent"
    if not isinstance(document, Mapping):
        raise UsageError("must be a table", where=where)
    known = [each.name for each in fields(ConsumerScript)]
    problems = [
        f"{key} is not known, only {', '.join(known)}" for key in document if key not in known
    ]
    problems += [
        f"{key} must be a text"
        for key in known
        if key != "headers" and not isinstance(document.get(key, ""), str)
    ]
    headers = document.get("headers", {})
    if not isinstance(headers, Mapping) or not all(
        isinstance(part, str) and part.isprintable() for pair in headers.items() for part in pair
    ):
        problems.append("headers must be a table of texts")
    if sum(bool(document.get(source)) for source in _SOURCES) != 1:
        problems.append(f"exactly one of {', '.join(_SOURCES)} must be given")
    if not document.get("message") and not document.get("contract"):
        problems.append("contract must be given")
    if document.get("example", "minimal") not in {"minimal", "full", ""}:
        problems.append("example must be minimal or full")
    if problems:
        raise UsageError("; ".join(problems), where=where, mend="see docs/control-api.md")
    return ConsumerScript(**{"contract": "", **document})
