"""The observation point: how a suite sees what the tested system has kept (optional)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from urllib.parse import quote

from features.json_interface import JsonInterface

__all__ = ["KeptClaim", "ObservationPoint"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptClaim:
    """A claim specification that the tested system says it has received."""

    id: str
    copies: int
    payable: Decimal
    credits: tuple[str, ...]


class ObservationPoint(JsonInterface):
    """Asks the tested system what it has kept; ``docs/observation-point.md`` describes it."""

    called, key, page = "the observation point", "observe", "docs/observation-point.md"

    def claim(self, claim_id: str) -> KeptClaim | None:
        """Give a kept claim specification, or None where the system has none with the id.

        Shape: a system that has none says so with ``copies`` 0. An answer of 404 is no such
               answer: it is what a wrong address gives.
        """
        response = self._ask("GET", f"/claims/{quote(claim_id, safe='')}")
        document = self._document(response)
        try:
            if document["id"] != claim_id:
                raise self._misfit(response, "it speaks of another id")
            if int(document["copies"]) == 0:
                return None
            return KeptClaim(
                id=str(document["id"]),
                copies=int(document["copies"]),
                payable=Decimal(str(document["payable"])),
                credits=tuple(str(item) for item in document["credits"]),
            )
        except (KeyError, TypeError, ValueError, InvalidOperation) as error:
            raise self._misfit(response, f"{type(error).__name__}: {error}") from None

    def invoice(self, invoice_id: str, claim_id: str, amount: Decimal) -> bool:
        """Hand the system an invoice, and tell whether it matched it to a claim specification."""
        response = self._ask(
            "POST",
            "/invoices",
            json={
                "invoiceId": invoice_id,
                "claimSpecificationId": claim_id,
                "amount": f"{amount:.2f}",
            },
        )
        matched = self._document(response).get("matched")
        if not isinstance(matched, bool):
            raise self._misfit(response, "matched is neither true nor false")
        return matched
