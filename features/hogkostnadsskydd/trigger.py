"""The trigger: how a suite makes the tested system act, and sees what it makes of it (optional)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from contracts.domains.financial_patientfees_exemption.v1_0.messages import Actor, Identity
from features.json_interface import JsonInterface

__all__ = ["Card", "Protection", "ShownVisit", "Trigger"]

_HSA = "1.2.752.129.2.1.4.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A frikort, as the tested system shows it; both days are included."""

    starts: date
    ends: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownVisit:
    """A visit, as the tested system shows it to a resident; ``region`` is a county code."""

    day: date
    fee: Decimal
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """What the tested system makes of what it knows of a person.

    Shape: ``answered`` and ``missing`` are the county codes of the sources of one request.
    """

    card: Card | None
    total: Decimal
    remains: Decimal
    visits: tuple[ShownVisit, ...] = ()
    answered: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class Trigger(JsonInterface):
    """Makes the tested system act; ``docs/trigger.md`` describes it."""

    called, key, page = "the trigger", "trigger", "docs/trigger.md"

    def ask(self, patient: Identity, actor: Actor, *, at: str = "") -> str:
        """Have the system request exemption statuses, and give the id of the request.

        Shape: ``at`` is a single source's logical address; nationally where there is none.
        """
        document = {
            "patientId": _identity(patient),
            "actorType": actor.type.value,
            "actorId": _identity(actor.id),
        }
        if actor.care_giver:
            document["careGiverId"] = {"root": _HSA, "extension": actor.care_giver}
        if at:
            document["logicalAddress"] = at
        return self._text(self._ask("POST", "/ask", json=document), "requestId")

    def visit(
        self,
        patient: Identity,
        day: date,
        fee: Decimal,
        *,
        registered: str = "",
        principal: str = "",
    ) -> str:
        """Have a paid visit registered, and give its id.

        Shape: ``registered`` is ISO 8601 in Swedish time, the present moment where left out;
               ``principal`` the logical address of the principal or source system that it
               belongs to, where the system serves several.
        """
        document = {"patientId": _identity(patient), "date": day.isoformat(), "fee": f"{fee:.2f}"}
        document |= {"registered": registered} if registered else {}
        document |= {"logicalAddress": principal} if principal else {}
        return self._text(self._ask("POST", "/visit", json=document), "visitId")

    def cancel(self, visit: str) -> None:
        """Have a visit cancelled."""
        self._ask("POST", "/cancel", json={"visitId": visit})

    def link(self, patient: Identity, other: Identity) -> None:
        """Have two identities linked: they are one person's."""
        self._ask(
            "POST", "/link", json={"patientId": _identity(patient), "otherId": _identity(other)}
        )

    def protection(self, patient: Identity, request_id: str = "") -> Protection:
        """Give what the system makes of what it knows, and of the answers to a request."""
        asked = _identity(patient) | ({"requestId": request_id} if request_id else {})
        response = self._ask("GET", "/protection", params=asked)
        document = self._document(response)
        try:
            return Protection(
                card=_card(document.get("frikort")),
                total=Decimal(str(document["sum"])),
                remains=Decimal(str(document["remains"])),
                visits=tuple(_visits(document.get("visits", []))),
                answered=tuple(map(str, document.get("answered", []))),
                missing=tuple(map(str, document.get("missing", []))),
            )
        except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
            raise self._misfit(response, f"{type(error).__name__}: {error}") from None


def _identity(identity: Identity) -> dict[str, Any]:
    return {"root": identity.root, "extension": identity.extension}


def _card(document: Mapping[str, Any] | None) -> Card | None:
    if document is None:
        return None
    return Card(
        starts=date.fromisoformat(document["from"]), ends=date.fromisoformat(document["through"])
    )


def _visits(documents: Iterable[Mapping[str, Any]]) -> Iterable[ShownVisit]:
    for one in documents:
        yield ShownVisit(
            day=date.fromisoformat(one["date"]),
            fee=Decimal(str(one["fee"])),
            region=str(one.get("region", "")),
        )
