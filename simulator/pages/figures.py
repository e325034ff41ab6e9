"""What the pages read: values, and who can give them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contracts.domains.financial_patientfees_exemption.v1_0.messages import Actor, Identity
    from simulator.pages.flow import Flow
    from simulator.regions.protection import Protection

__all__ = ["Answer", "Asking", "Lacking", "National", "Paid"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """What patients have paid for visits in one region.

    Shape: ``persons`` have visits there that count towards the ceiling. Repaid fees are taken off.
    Units: SEK.
    """

    county: str
    persons: int
    visits: int
    fees: Decimal


class National(Protocol):
    """Gives what the national view shows, as it is now."""

    def paid(self) -> tuple[Paid, ...]:
        """Give what patients have paid in each region that has any visits."""

    def flow(self) -> Flow:
        """Give what regions have billed each other."""

    def bill(self) -> None:
        """Have regions bill each other through the platform, so that there is something to see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """A source that has not disclosed what it holds.

    Shape: ``source`` is a county code, or an HSA-id that is no region's. One that was ``reached``
           may still answer; ``problem`` is what the platform said of one that was not.
    """

    source: str
    reached: bool
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How a person stands, by what sources have answered so far.

    Shape: ``outcome`` is how the question itself was taken: empty until that is known, then
           ``answered``, or why it came to nothing.
    """

    protection: Protection
    outcome: str
    answered: tuple[str, ...] = ()
    lacking: tuple[Lacking, ...] = ()

    @property
    def failed(self) -> bool:
        """Tell whether the question came to nothing."""
        return self.outcome not in {"", "answered"}

    @property
    def waits(self) -> bool:
        """Tell whether more may come."""
        return not self.outcome or any(each.reached for each in self.lacking)


class Asking(Protocol):
    """Asks all sources about a person, through the platform, by the system of one region."""

    def ask(self, county: str, patient: Identity, actor: Actor) -> str:
        """Send the question, and give its request id; answers come by and by."""

    def answer(self, county: str, patient: Identity, request_id: str) -> Answer:
        """Tell how the person stands by the answers that have come to a question."""
