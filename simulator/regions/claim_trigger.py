"""The selling region's trigger endpoint; docs/trigger.md."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from flask import jsonify, request

from contracts.domains.financial_billing_claim.v1_1.kinds import KINDS
from contracts.domains.financial_billing_claim.v1_1.messages import Identity
from contracts.errors import UsageError
from simulator.regions.billing import INPATIENT, Given, State
from simulator.regions.billing_register import Billed
from simulator.regions.directory import REGIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from simulator.regions.seller import Seller
    from simulator.regions.surroundings import Resending

__all__ = ["claim_trigger", "settings_of", "shown"]

_CARE = ("öppen vård", INPATIENT)
_BILLABLE = tuple(kind for kind in KINDS if kind != "kredit")
_MOST_LINES = 20_000
_MILLI = 1000.0


def claim_trigger(seller: Seller, blueprint: Blueprint, path: str) -> None:
    """Add the trigger endpoint to a system's pages, below ``/<path>/trigger``."""

    def serve(rule: str, method: str, answer: Callable[..., ResponseReturnValue]) -> None:
        def view(**names: str) -> ResponseReturnValue:
            try:
                document = request.get_json(silent=True) if method == "POST" else names
                if not isinstance(document, dict):
                    raise UsageError("the body is no JSON object")
                return answer(seller, document)
            except UsageError as wrong:
                return jsonify(error=wrong.what), 400

        blueprint.add_url_rule(
            f"/{path}/trigger/{rule}", f"{path}-trigger-{method}-{rule}", view, methods=[method]
        )

    serve("bill", "POST", _bill)
    serve("correct", "POST", _correct)
    serve("claims/<claim_id>", "GET", _claim)
    serve("settings", "POST", _settings)
    serve("settings", "DELETE", _set_back)


def settings_of(rule: Resending) -> dict[str, Any]:
    """Give when a system sends again, as JSON-ready values."""
    return {
        "pauseMs": round(rule.after_fault * _MILLI),
        "attempts": rule.attempts,
        "timeoutMs": round(rule.patience * _MILLI),
        "backOff": rule.factor,
    }


def shown(billed: Billed) -> dict[str, Any]:
    """Give what the screen shows of a claim specification, as JSON-ready values."""
    return {
        "id": billed.id,
        "state": billed.state.value,
        "attempts": billed.attempts,
        "invoice": "released" if billed.state is State.ACCEPTED else "held",
        "comment": billed.comment,
    }


def _bill(seller: Seller, document: dict[str, Any]) -> ResponseReturnValue:
    home, care = str(document.get("homeRegion")), document.get("care", _CARE[0])
    kind = document.get("kind") or care
    if home not in REGIONS or home == seller.region.county:
        raise UsageError("homeRegion is the county code of another region")
    if care not in _CARE or kind not in _BILLABLE:
        raise UsageError(
            f"care is one of {', '.join(_CARE)}, and kind one of {', '.join(_BILLABLE)}"
        )
    given = Given(
        patient=_identity(document.get("patientId")),
        home=home,
        kind=kind,
        visit=_day(document, "visit"),
        discharge=_day(document, "discharge") if document.get("discharge") else None,
        price=_kronor(document.get("fee")),
        lines=_count(document.get("lines", 1), "lines", at_most=_MOST_LINES),
        note=_text(document.get("note", "")),
    )
    return jsonify(claimIds=list(seller.bill(given))), 202


def _correct(seller: Seller, document: dict[str, Any]) -> ResponseReturnValue:
    reason = str(document.get("reason", "1"))
    if reason not in set("123456789"):
        raise UsageError("reason is a digit from 1 to 9")
    made = seller.correct(str(document.get("claimId", "")), _kronor(document.get("fee")), reason)
    return jsonify(creditId=made.credit_id, claimId=made.claim_id), 202


def _claim(seller: Seller, document: dict[str, Any]) -> ResponseReturnValue:
    found = seller.find(document["claim_id"])
    if found is None:
        return jsonify(error="there is no claim specification with that id"), 404
    return jsonify(seller.defect.on_shown(shown(found)))


def _settings(seller: Seller, document: dict[str, Any]) -> ResponseReturnValue:
    rule = seller.resending
    if "pauseMs" in document:
        pause = _count(document["pauseMs"], "pauseMs", at_least=0) / _MILLI
        rule = replace(rule, after_fault=pause, after_silence=pause)
    if "attempts" in document:
        rule = replace(rule, attempts=_count(document["attempts"], "attempts"))
    if "timeoutMs" in document:
        rule = replace(rule, patience=_count(document["timeoutMs"], "timeoutMs") / _MILLI)
    if "backOff" in document:
        factor = document["backOff"]
        if isinstance(factor, bool) or not isinstance(factor, int | float) or factor < 1:
            raise UsageError("backOff is a number, 1 or more")
        rule = replace(rule, factor=float(factor))
    seller.resend_by(rule)
    return jsonify(settings_of(seller.resending))


def _set_back(seller: Seller, _document: dict[str, Any]) -> ResponseReturnValue:
    seller.resend_as_delivered()
    return jsonify(settings_of(seller.resending))


def _identity(found: object) -> Identity:
    if isinstance(found, dict):
        root, extension = found.get("root"), found.get("extension")
        if isinstance(root, str) and isinstance(extension, str) and root and extension:
            return Identity(root=root, extension=extension)
    raise UsageError("patientId is to be given as root and extension")


def _day(document: dict[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(document[name])
    except (KeyError, TypeError, ValueError):
        raise UsageError(f"give {name} as YYYY-MM-DD") from None


def _kronor(text: object) -> Decimal:
    try:
        found = Decimal(str(text))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or found != round(found, 2):
        raise UsageError("fee is kronor, with at most two decimals")
    return found


def _count(found: object, name: str, *, at_least: int = 1, at_most: int = 10**9) -> int:
    if isinstance(found, bool) or not isinstance(found, int) or not at_least <= found <= at_most:
        raise UsageError(f"{name} is a whole number from {at_least} to {at_most}")
    return found


def _text(found: object) -> str:
    if not isinstance(found, str) or not found.isprintable():
        raise UsageError("note is text on one line")
    return found
