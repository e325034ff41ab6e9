"""The seller's trigger: how a suite makes the tested system bill, and sees its screen."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any
from urllib.parse import quote

import requests

from features.json_interface import JsonInterface, NotOffered
from features.utomlansfakturering.bills import Bill

__all__ = ["Corrected", "Settings", "ShownClaim", "State", "Trigger"]

_LONG = 120.0  # seconds, for a bill of thousands of lines
_NOT_THERE = (404, 405, 501)  # of an operation that older triggers lack


class State(StrEnum):
    """How it stands with a claim specification, by the system's screen."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    STOPPED = "stopped"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownClaim:
    """A claim specification as the tested system shows it."""

    state: State
    attempts: int
    released: bool
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What a correction led to: a credit, empty where there was none, and a new claim."""

    credit: str
    claim: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """When the tested system sends again, as it is set.

    Units: seconds; ``factor`` is what each pause is multiplied by.
    """

    pause: float
    attempts: int
    timeout: float
    factor: float


class Trigger(JsonInterface):
    """Makes the tested system bill; ``docs/trigger.md`` describes it."""

    called, key, page = "the trigger", "trigger", "docs/trigger.md"

    def bill(self, bill: Bill) -> tuple[str, ...]:
        """Have care registered and billed, and give the ids of the claim specifications."""
        document: dict[str, Any] = {
            "patientId": {"root": bill.patient.root, "extension": bill.patient.extension},
            "homeRegion": bill.home.county,
            "care": bill.care,
            "visit": bill.visit.isoformat(),
            "fee": f"{bill.fee}",
        }
        document |= {"discharge": bill.discharge.isoformat()} if bill.discharge else {}
        document |= {"lines": bill.lines} if bill.lines > 1 else {}
        document |= {"kind": bill.kind} if bill.kind else {}
        document |= {"note": bill.note} if bill.note else {}
        response = self._ask("POST", "/bill", timeout=_LONG, json=document)
        found = self._document(response).get("claimIds")
        if not isinstance(found, list) or not found or not all(found):
            raise self._misfit(response, "claimIds is missing")
        return tuple(map(str, found))

    def correct(self, claim: str, fee: Decimal, reason: str) -> Corrected:
        """Say that a claim specification was wrong, and what the right fee is."""
        document = {"claimId": claim, "fee": f"{fee}", "reason": reason}
        response = self._ask("POST", "/correct", json=document)
        credit = self._document(response).get("creditId")
        if credit is not None and not isinstance(credit, str):
            raise self._misfit(response, "creditId is neither text nor null")
        return Corrected(credit=credit or "", claim=self._text(response, "claimId"))

    def claim(self, claim: str) -> ShownClaim:
        """Give what the screen shows of a claim specification."""
        response = self._ask("GET", f"/claims/{quote(claim, safe='')}")
        document = self._document(response)
        try:
            return ShownClaim(
                state=State(document["state"]),
                attempts=int(document["attempts"]),
                released={"released": True, "held": False}[document["invoice"]],
                comment=str(document.get("comment") or ""),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise self._misfit(response, f"{type(error).__name__}: {error}") from None

    def settings(
        self,
        *,
        pause: float | None = None,
        attempts: int | None = None,
        timeout: float | None = None,
        factor: float | None = None,
    ) -> Settings:
        """Set what is given, and give everything as it is set then."""
        document: dict[str, Any] = {
            name: value
            for name, value in (
                ("pauseMs", None if pause is None else round(pause * 1000)),
                ("attempts", attempts),
                ("timeoutMs", None if timeout is None else round(timeout * 1000)),
                ("backOff", factor),
            )
            if value is not None
        }
        return self._settings_in(self._ask("POST", "/settings", json=document))

    def set_back(self) -> Settings | None:
        """Have forgotten what a trigger has set, and give what is set then; None where it cannot.

        Shape: a run that was killed has not set the system back, so the next one begins with this.
        """
        try:
            response = self._ask("DELETE", "/settings", not_offered=_NOT_THERE)
        except NotOffered:
            return None
        return self._settings_in(response)

    def _settings_in(self, response: requests.Response) -> Settings:
        told = self._document(response)
        try:
            return Settings(
                pause=float(told["pauseMs"]) / 1000,
                attempts=int(told["attempts"]),
                timeout=float(told["timeoutMs"]) / 1000,
                factor=float(told["backOff"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise self._misfit(response, f"{type(error).__name__}: {error}") from None
