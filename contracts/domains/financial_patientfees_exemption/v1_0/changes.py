"""Changes of a message: what tables of faults and of limits are made of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import Inquiry, valid
from contracts.domains.financial_patientfees_exemption.v1_0.messages import EXEMPTION

__all__ = ["Change", "add", "at", "changed", "drop", "put", "put_time", "value"]

Change = Callable[[etree._Element, Inquiry], None]


def changed(kind: str, change: Change, inquiry: Inquiry) -> etree._Element:
    """Make a valid message of a kind, and change it."""
    message = valid(kind, inquiry)
    change(message, inquiry)
    return message


def at(message: etree._Element, path: str) -> etree._Element:
    """Find the first element at a path of local names, wherever it stands."""
    for element in message.iter("*"):
        found = element.find("/".join(f"{{*}}{step}" for step in path.split("/")))
        if found is not None:
            return found
    raise LookupError(f"the message has no {path}")


def put(path: str, text: str) -> Change:
    """Write a text in the element at the path."""

    def change(message: etree._Element, _inquiry: Inquiry) -> None:
        at(message, path).text = text

    return change


def put_time(path: str, days: int, *, clock: str = "") -> Change:
    """Set a day so many days from today, and the time of it."""

    def change(message: etree._Element, inquiry: Inquiry) -> None:
        at(message, path).text = f"{inquiry.today + timedelta(days=days):%Y%m%d}{clock}"

    return change


def drop(path: str) -> Change:
    """Leave the element at the path out."""

    def change(message: etree._Element, _inquiry: Inquiry) -> None:
        element = at(message, path)
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)

    return change


def add(path: str, name: str, *texts: tuple[str, str]) -> Change:
    """Add an element with leaves, last in the element at the path."""

    def change(message: etree._Element, _inquiry: Inquiry) -> None:
        added = etree.SubElement(at(message, path), f"{{{EXEMPTION}}}{name}")
        for leaf, text in texts:
            etree.SubElement(added, f"{{{EXEMPTION}}}{leaf}").text = text

    return change


def value(path: str, name: str, text: str) -> Change:
    """Add a leaf, last in the element at the path."""

    def change(message: etree._Element, _inquiry: Inquiry) -> None:
        etree.SubElement(at(message, path), f"{{{EXEMPTION}}}{name}").text = text

    return change
