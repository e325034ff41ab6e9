"""The trigger endpoint: what a tester has a system do, and what it then shows; docs/trigger.md."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from flask import Blueprint, jsonify, request

from contracts.domains.financial_patientfees_exemption.v1_0.messages import (
    Actor,
    ActorType,
    Identity,
)
from contracts.errors import UsageError
from contracts.terms import SWEDISH_TIME, HsaId
from simulator.regions.fee_register import NATIONAL
from simulator.regions.patient_fees import NATIONAL_ADDRESS, Bill
from simulator.regions.protection import FeeKind

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from simulator.regions.patient_fees import PatientFees, Standing

__all__ = ["shown", "trigger"]

_TWO_PLACES = Decimal("0.01")


def trigger(fees: PatientFees, blueprint: Blueprint, path: str) -> None:
    """Add the trigger endpoint to a system's pages, below ``/<path>/trigger``."""

    def serve(rule: str, method: str, answer: Any) -> None:
        def view() -> ResponseReturnValue:
            try:
                document = request.get_json(silent=True) if method == "POST" else request.args
                if not isinstance(document, dict):
                    raise UsageError("the body is no JSON object")
                reply: ResponseReturnValue = answer(fees, document)
            except UsageError as wrong:
                return jsonify(error=wrong.what), 400
            return reply

        blueprint.add_url_rule(
            f"/{path}/trigger/{rule}", f"{path}-trigger-{rule}", view, methods=[method]
        )

    serve("ask", "POST", _ask)
    serve("visit", "POST", _visit)
    serve("cancel", "POST", _cancel)
    serve("link", "POST", _link)
    serve("protection", "GET", _protection)


def shown(standing: Standing) -> dict[str, Any]:
    """Give what a person is told, as JSON-ready values."""
    found = standing.protection
    card = found.frikort
    return {
        "frikort": card
        and {"from": card.valid_from.isoformat(), "through": card.through.isoformat()},
        "sum": str(found.paid.quantize(_TWO_PLACES)),
        "remains": str(found.remains.quantize(_TWO_PLACES)),
        "ceiling": str(found.ceiling.quantize(_TWO_PLACES)),
        "visits": [
            {
                "date": each.visit.day.isoformat(),
                "fee": str(each.paid.quantize(_TWO_PLACES)),
                "region": each.visit.region,
            }
            for each in found.charged
        ],
        "answered": list(standing.answered),
        "awaited": list(standing.awaited),
        "missing": list(standing.missing),
    }


def _ask(fees: PatientFees, document: dict[str, Any]) -> ResponseReturnValue:
    patient = _identity(document, "patientId")
    address = str(document.get("logicalAddress") or NATIONAL_ADDRESS)
    if patient.root not in NATIONAL and address == NATIONAL_ADDRESS:
        raise UsageError("a region's own reserve id goes to one source: give its logicalAddress")
    kind = document.get("actorType")
    if kind not in list(ActorType):
        raise UsageError("actorType is CITIZEN, GUARDIAN or CAREGIVER")
    care_giver = _identity(document, "careGiverId").extension if "careGiverId" in document else None
    if (kind == ActorType.CAREGIVER) != (care_giver is not None):
        raise UsageError("careGiverId is given with CAREGIVER, and with no other actorType")
    actor = Actor(
        type=ActorType(kind),
        id=_identity(document, "actorId"),
        care_giver=HsaId(care_giver) if care_giver else None,
    )
    return jsonify(requestId=fees.ask(patient, actor, logical_address=address)), 202


def _visit(fees: PatientFees, document: dict[str, Any]) -> ResponseReturnValue:
    try:
        day = date.fromisoformat(document["date"])
        fee = Decimal(str(document["fee"]))
        kind = FeeKind(document.get("typeOfFee", "CARE_VISIT"))
        registered = _registered(document.get("registered"))
    except (KeyError, ValueError, TypeError, InvalidOperation):
        raise UsageError(
            "give date as YYYY-MM-DD and fee as a decimal number; registered is an ISO time, "
            f"typeOfFee one of {', '.join(FeeKind)}"
        ) from None
    if not fee.is_finite() or fee != fee.quantize(_TWO_PLACES):
        raise UsageError("fee has at most two decimals")
    bill = Bill(
        identity=_identity(document, "patientId"),
        day=day,
        fee=fee.quantize(_TWO_PLACES),
        registered=registered,
        kind=kind,
        care_unit=_identity(document, "careUnit").extension if "careUnit" in document else "",
        care_giver=_identity(document, "careGiver").extension if "careGiver" in document else "",
    )
    address = document.get("logicalAddress")
    if address not in {None, fees.region.county, fees.region.hsa_id}:
        raise UsageError("this system serves one region alone: leave logicalAddress out")
    now = fees.now()
    if day > now.date() or (registered or now) > now or (registered or now).date() < day:
        raise UsageError(
            "the visit, or its registration, lies in the future, or it was registered first"
        )
    (visit,) = fees.bill(bill)
    return jsonify(visitId=visit.id, paid=str(visit.fee)), 201


def _cancel(fees: PatientFees, document: dict[str, Any]) -> ResponseReturnValue:
    if not fees.cancel(str(document.get("visitId", ""))):
        return jsonify(error="there is no such visit, or it is cancelled"), 404
    return "", 204


def _link(fees: PatientFees, document: dict[str, Any]) -> ResponseReturnValue:
    fees.link(_identity(document, "patientId"), _identity(document, "otherId"))
    return "", 204


def _protection(fees: PatientFees, document: dict[str, Any]) -> ResponseReturnValue:
    identity = _read(document)
    inquiry = document.get("requestId", "")
    if inquiry and fees.inquiry(inquiry) is None:
        return jsonify(error="no request with that id has been sent"), 404
    standing = fees.standing(identity, inquiry_id=inquiry)
    return jsonify(fees.defect.on_shown(shown(standing)))


def _identity(document: dict[str, Any], name: str) -> Identity:
    found = document.get(name)
    if not isinstance(found, dict):
        raise UsageError(f"{name} is to be given as root and extension")
    return _read(found)


def _read(found: dict[str, Any]) -> Identity:
    root, extension = found.get("root"), found.get("extension")
    if not (isinstance(root, str) and isinstance(extension, str) and root and extension):
        raise UsageError("an id is to be given as root and extension")
    return Identity(root=root, extension=extension)


def _registered(text: str | None) -> datetime | None:
    """Read a time of registration, as Swedish local time without a zone."""
    if text is None:
        return None
    found = datetime.fromisoformat(text)
    if found.tzinfo is not None:
        found = found.astimezone(SWEDISH_TIME)
    return found.replace(tzinfo=None, microsecond=0)
