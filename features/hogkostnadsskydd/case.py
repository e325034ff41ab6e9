"""The case of a scenario: a test person, what is registered on it, and who has asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import a_year_from
from contracts.domains.financial_patientfees_exemption.v1_0.messages import ActorType, Identity
from contracts.terms import LogicalAddress

__all__ = ["ACTORS", "HOLDINGS", "Asked", "Case", "Registered"]

ACTORS: Mapping[str, ActorType] = {
    "en invånare": ActorType.CITIZEN,
    "en vårdnadshavare": ActorType.GUARDIAN,
    "en vårdgivare": ActorType.CAREGIVER,
}
"""Who asks, in the words of the scenarios."""

_DAY = timedelta(days=1)
_Planned = tuple[date, str]


def _some(today: date, _ceiling: Decimal) -> list[_Planned]:
    return [(today - 200 * _DAY, "300.00"), (today - 90 * _DAY, "275.50")]


def _up_to(ceiling: Decimal, today: date) -> list[_Planned]:
    return [
        (today - 200 * _DAY, f"{ceiling - 500:.2f}"),
        (today - 90 * _DAY, "300.00"),
        (today - 10 * _DAY, "200.00"),
    ]


HOLDINGS: Mapping[str, Callable[[date, Decimal], list[_Planned]]] = {
    "utan besök": lambda _today, _ceiling: [],
    "med besök": _some,
    "med frikort": lambda today, ceiling: _up_to(ceiling, today),
    "med en krona kvar till frikort": lambda today, ceiling: _up_to(ceiling - 1, today),
    "med ett besök i dag": lambda today, _ceiling: [(today, "300.00")],
    "med ett besök för exakt tolv månader sedan": lambda today, _ceiling: [
        (a_year_from(today, years=-1), "100.00")
    ],
    "med ett besök för mer än tolv månader sedan": lambda today, _ceiling: [
        (a_year_from(today, years=-1) - _DAY, "100.00"),
        (today - 30 * _DAY, "200.00"),
    ],
    "med ett avgiftsfritt besök": lambda today, _ceiling: [
        (today - 60 * _DAY, "0.00"),
        (today - 30 * _DAY, "200.00"),
    ],
    "med ett belopp i ören": lambda today, _ceiling: [(today - 30 * _DAY, "99.95")],
}
"""What a test person has registered, as days and fees, by the day of the run and the ceiling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A visit that the system was made to register; ``id`` is what it is cancelled by."""

    patient: Identity
    day: date
    fee: Decimal
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that was sent to the system, or that it has sent."""

    id: str
    actor: ActorType
    reply_to: LogicalAddress


@dataclass(kw_only=True)
class Case:
    """What a scenario has arranged so far.

    Shape: ``began`` is when the first thing was done; ``asked`` in the order they were asked.
    """

    patient: Identity
    began: datetime
    today: date
    visits: list[Registered] = field(default_factory=list)
    cancelled: list[Registered] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    @property
    def to_disclose(self) -> list[Registered]:
        """Give the visits of the last twelve months that were paid for."""
        first = a_year_from(self.today, years=-1)
        return [visit for visit in self.visits if visit.fee and visit.day >= first]
