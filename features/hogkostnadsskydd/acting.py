"""Making the tested system act: by its trigger where it has one, else by a tester at its screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from contracts.domains.financial_patientfees_exemption.v1_0.messages import (
    Actor,
    ActorType,
    Identity,
)
from features.asking import Asking
from features.hogkostnadsskydd.trigger import Protection, Trigger
from features.target import RoleTarget

__all__ = ["Acting", "kronor"]

_BY = {
    ActorType.CITIZEN: "som invånaren själv",
    ActorType.GUARDIAN: "som vårdnadshavare",
    ActorType.CAREGIVER: "som vårdpersonal hos en vårdgivare",
}


@dataclass(kw_only=True)
class Acting:
    """Has the system do what a scenario needs.

    Shape: what nobody can make it do skips the scenario.
    """

    trigger: Trigger | None
    asking: Asking

    @classmethod
    def of(cls, role: RoleTarget, asking: Asking) -> Acting:
        """Give the way to make the system of a role act."""
        url = role.settings.get("trigger")
        return cls(trigger=Trigger(url, tls=role.tls) if url else None, asking=asking)

    def visit(self, patient: Identity, day: date, fee: Decimal) -> str:
        """Have a paid visit registered, and give the id that it is cancelled by."""
        if self.trigger is not None:
            return self.trigger.visit(patient, day, fee)
        what = f"Registrera ett besök {day} för {patient.extension} med avgiften {kronor(fee)}."
        self.asking.do(what)
        return f"besöket {day} för {patient.extension} med avgiften {kronor(fee)}"

    def cancel(self, visit: str) -> None:
        """Have a visit cancelled."""
        if self.trigger is not None:
            self.trigger.cancel(visit)
        else:
            self.asking.do(f"Makulera {visit}.")

    def link(self, patient: Identity, other: Identity) -> None:
        """Have two identities of one person linked."""
        if self.trigger is not None:
            self.trigger.link(patient, other)
        else:
            self.asking.do(f"Länka identiteterna {patient.extension} och {other.extension}.")

    def ask(
        self,
        patient: Identity,
        actor: Actor,
        *,
        at: str,
        seconds: float,
        sent: Callable[[str, float], bool],
    ) -> str:
        """Have the system request exemption statuses, and wait until it does; give the id.

        Shape: ``at`` is a single source, empty for all. ``sent`` waits some seconds for a request
               with an id, any where it is empty, and tells whether it has come. The id is empty
               where nobody can tell it.
        """
        if self.trigger is not None:
            request_id = self.trigger.ask(patient, actor, at=at)
            sent(request_id, seconds)
            return request_id
        where = f" hos {at}" if at else " hos alla källor"
        what = f"Begär högkostnadsskydd för {patient.extension} {_BY[actor.type]}{where}."
        self.asking.await_effect(what, seconds=seconds, happened=lambda wait: sent("", wait))
        return ""

    def protection(self, patient: Identity, request_id: str) -> Protection | None:
        """Give what the system shows, None where only a tester can see it."""
        if self.trigger is None:
            return None
        return self.trigger.protection(patient, request_id)

    def needs_trigger(self, why: str) -> Trigger:
        """Give the trigger, and skip the scenario where there is none."""
        if self.trigger is None:
            pytest.skip(f"Målfilen anger ingen trigger. {why}")
        return self.trigger


def kronor(amount: Decimal) -> str:
    """Write an amount as people do: 1 450,00 kr."""
    return f"{amount:,.2f} kr".replace(",", " ").replace(".", ",")
