"""The observation point: how a suite sees what the tested system has kept (optional)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote

import requests

from contracts.errors import HarnessError
from simulator.outbound import TlsMaterial

__all__ = ["KeptClaim", "ObservationPoint"]

_TIMEOUT = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptClaim:
    """A claim specification that the tested system says it has received."""

    id: str
    copies: int
    payable: Decimal
    credits: tuple[str, ...]


class ObservationPoint:
    """Asks the tested system what it has kept; ``docs/observation-point.md`` describes it.

    Raises: HarnessError, from every question, where the answer is not as described: then nothing
            can be said of the system, and the scenario is broken, not failed.
    """

    def __init__(self, base_url: str, *, tls: TlsMaterial | None = None) -> None:
        self._base_url = base_url
        self._session = requests.Session()
        self._session.trust_env = False
        if tls is not None:
            self._session.verify = (tls.authority or True) if tls.verify else False
            if tls.certificate and tls.key:
                self._session.cert = (tls.certificate, tls.key)

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

    def _ask(self, method: str, path: str, **arguments: Any) -> requests.Response:
        try:
            return self._session.request(
                method, self._base_url + path, timeout=_TIMEOUT, **arguments
            )
        except requests.RequestException as error:
            raise HarnessError(
                f"the observation point does not answer: {type(error).__name__}",
                where=self._base_url + path,
                mend="see docs/observation-point.md, or take observe out of the target file",
            ) from None

    def _document(self, response: requests.Response) -> dict[str, Any]:
        if not response.ok:
            raise self._misfit(response, f"status {response.status_code}")
        try:
            document = response.json()
        except requests.JSONDecodeError:
            raise self._misfit(response, "not JSON") from None
        if not isinstance(document, dict):
            raise self._misfit(response, "no JSON object")
        return document

    def _misfit(self, response: requests.Response, what: str) -> HarnessError:
        return HarnessError(
            f"the observation point answered otherwise than described: {what}",
            where=response.url,
            mend="correct observe in the target file, or the observation point; "
            "docs/observation-point.md describes it",
        )
