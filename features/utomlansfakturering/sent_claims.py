"""A claim specification that the tested system has sent, read as scenarios ask about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property

from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM, RESPONDER, text_of
from contracts.envelope import body_of
from contracts.errors import MessageError
from contracts.judge import Judgement, judge
from contracts.parsing import parse
from features.inbox import Arrived, Wanted
from features.utomlansfakturering.around import CLAIMS

__all__ = ["CREDIT", "DEBIT", "SentClaim", "any_claim", "read", "with_id"]

DEBIT, CREDIT = "380", "381"
_ORGANISATION = "1.3.7"
_LEGAL = {
    "delay", "slow-body", "bom", "prefixes", "attribute-order", "comments", "cdata", "chunked",
    "100-continue", "wrong-correlation",
}  # fmt: skip
"""Disturbances after which the answer has come as it was meant."""


def any_claim(arrived: Arrived) -> bool:
    """Tell whether a message is a claim specification, of whatever worth."""
    return arrived.payload is not None and arrived.payload.tag == CLAIMS.request


def with_id(*ids: str) -> Wanted:
    """Want the claim specifications of these ids."""
    return lambda arrived: any_claim(arrived) and _id_of(arrived) in ids


def read(arrived: Iterable[Arrived]) -> list[SentClaim]:
    """Read those of the messages that are claim specifications."""
    return [SentClaim(one) for one in arrived if any_claim(one)]


class SentClaim:
    """One arrival of a claim specification at the platform."""

    def __init__(self, arrived: Arrived) -> None:
        if arrived.payload is None:
            raise LookupError("the message is no claim specification")
        self.arrived = arrived
        self.payload = arrived.payload

    @cached_property
    def judgement(self) -> Judgement:
        """Give what schema and rules say of it, by the clock of its arrival."""
        return judge(self.arrived.body, at=self.arrived.started)

    @property
    def id(self) -> str:
        """Give its id as it stands."""
        return _id_of(self.arrived)

    @property
    def type_of_invoice(self) -> str:
        """Give 380 or 381, or whatever else stands there."""
        return (self._text("typeOfInvoice") or "").strip()

    @property
    def credit_of(self) -> str:
        """Give the id of what it takes back."""
        return self._text("referenceToProcessClaimSpecificationId") or ""

    @property
    def credited_invoice(self) -> str:
        """Give the invoice that it takes back."""
        return self._text("referenceToInvoice") or ""

    @property
    def invoice(self) -> str:
        """Give the invoice that it goes with."""
        return self._text("invoiceId") or ""

    @property
    def issued(self) -> date | None:
        """Give the document date, None where it is no day."""
        return _day(self._text("issueDate") or "")

    @property
    def issued_time(self) -> str:
        """Give the document's time of day, six digits, or nothing."""
        return self._text("issueTime") or ""

    @property
    def payable(self) -> Decimal | None:
        """Give what is to be paid."""
        try:
            return Decimal(self._text("payableAmount", "amount") or "")
        except InvalidOperation:
            return None

    @property
    def lines(self) -> list[etree._Element]:
        """Give every piece of care that is billed."""
        return list(self.payload.iter(f"{{{CLAIM}}}healthcarePerformed"))

    def organisation(self, party: str) -> str:
        """Give the organisation number of ``supplierParty`` or ``customerParty``."""
        for one in self.payload.iterfind(f".//{{{CLAIM}}}{party}/{{{CLAIM}}}identification"):
            if (one.findtext(f"{{{CLAIM}}}root") or "").strip() == _ORGANISATION:
                return (one.findtext(f"{{{CLAIM}}}extension") or "").strip()
        return ""

    def values(self, *names: str) -> Iterator[tuple[str, str]]:
        """Give each element of these names: its name, and its text."""
        for node in self.payload.iter(*(f"{{{CLAIM}}}{name}" for name in names)):
            yield etree.QName(node).localname, str(node.xpath("string()"))

    @cached_property
    def answer(self) -> str:
        """Give OK or ERROR where the system has had that answer; else nothing."""
        exchange = self.arrived.exchange
        if any(told.get("kind") not in _LEGAL for told in exchange.disturbances):
            return ""
        leg = exchange.legs[0]
        try:
            body = body_of(parse(leg.response)) if leg.response else None
        except MessageError:
            body = None
        found = None if body is None else body.find(f"{{{RESPONDER}}}resultCode")
        return "" if found is None else "".join(map(str, found.xpath("text()"))).strip()

    def _text(self, *names: str) -> str | None:
        return text_of(self.payload, *names)


def _id_of(arrived: Arrived) -> str:
    return "" if arrived.payload is None else text_of(arrived.payload, "id") or ""


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text.strip(), "%Y%m%d").date()  # noqa: DTZ007 - a day alone
    except ValueError:
        return None
