"""Changes of one thing in a valid claim specification, for tables of messages to be made of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.kinds import Deal, valid
from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM

__all__ = [
    "GROSS", "ITEM", "NET", "PAYABLE", "Change", "after", "all_of", "at", "changed", "day_of",
    "drop", "more", "period", "put", "put_day", "remove",
]  # fmt: skip

Change = Callable[[etree._Element, Deal], None]

PAYABLE = "payableAmount"
GROSS, NET = "//patientCareInvoiceGrossAmount", "//patientCareInvoiceNetAmount"
ITEM = "//patientSpecificCareTotalAmount"


def changed(kind: str, change: Change, deal: Deal) -> etree._Element:
    """Make a valid message of a kind, and change it."""
    message = valid(kind, deal)
    change(message[0], deal)
    return message


def at(claim: etree._Element, path: str) -> etree._Element:
    """Find the first element at a path of local names; ``//`` before it looks anywhere."""
    deep = path.startswith("//")
    steps = "/".join(f"{{{CLAIM}}}{step}" for step in path.removeprefix("//").split("/"))
    found = claim.find(f".//{steps}" if deep else steps)
    if found is None:
        raise LookupError(f"the message has no {path}")
    return found


def put(path: str, text: str) -> Change:
    """Write another text at the path."""

    def change(claim: etree._Element, _deal: Deal) -> None:
        at(claim, path).text = text

    return change


def put_day(path: str, days_from_issue: int) -> Change:
    """Write a day at the path, counted from the document date."""

    def change(claim: etree._Element, deal: Deal) -> None:
        at(claim, path).text = day_of(deal.issued + timedelta(days=days_from_issue))

    return change


def drop(path: str) -> Change:
    """Leave out the element at the path."""

    def change(claim: etree._Element, _deal: Deal) -> None:
        remove(at(claim, path))

    return change


def after(path: str, *added: tuple[str, str]) -> Change:
    """Add leaves after the element at the path."""

    def change(claim: etree._Element, _deal: Deal) -> None:
        for name, text in reversed(added):
            leaf = etree.Element(f"{{{CLAIM}}}{name}")
            leaf.text = text
            at(claim, path).addnext(leaf)

    return change


def period(start: int | None, end: int | None) -> Change:
    """Give the care an invoice period, in days from the document date."""

    def change(claim: etree._Element, deal: Deal) -> None:
        made = etree.Element(f"{{{CLAIM}}}invoicePeriod")
        for name, days in (("start", start), ("end", end)):
            if days is not None:
                leaf = etree.SubElement(made, f"{{{CLAIM}}}{name}")
                leaf.text = day_of(deal.issued + timedelta(days=days))
        at(claim, "//healthcareVisitDateTime").addnext(made)

    return change


def more(kronor: str, *paths: str) -> Change:
    """Add to the amounts at the paths, so that the other sums still hold."""

    def change(claim: etree._Element, _deal: Deal) -> None:
        for path in paths:
            amount = at(claim, f"{path}/amount")
            amount.text = str(Decimal(amount.text or "0") + Decimal(kronor))

    return change


def all_of(*changes: Change) -> Change:
    """Make several changes."""

    def change(claim: etree._Element, deal: Deal) -> None:
        for one in changes:
            one(claim, deal)

    return change


def remove(element: etree._Element) -> None:
    """Take an element out of what holds it."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def day_of(day: date) -> str:
    """Write a day as messages do."""
    return day.strftime("%Y%m%d")
