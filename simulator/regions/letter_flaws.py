"""Ways to be wrong in what is sent, for tables of defects to be made of."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.messages import EXEMPTION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simulator.regions.outbox import Letter, Wire

__all__ = [
    "another_id",
    "changing",
    "child",
    "dropping",
    "hyphenated",
    "moment",
    "readdressing",
    "remove_all",
    "set_text",
    "twice",
    "with_another_action",
    "with_two_addresses",
    "without_quotes",
]


def changing(
    contract: str, change: Callable[[etree._Element], None]
) -> Callable[[Letter], Iterable[Letter]]:
    """Change the messages of one contract, and leave the others as they are."""

    def hook(letter: Letter) -> Iterable[Letter]:
        if letter.contract != contract:
            return (letter,)
        payload = copy.deepcopy(letter.payload)
        change(payload)
        return (replace(letter, payload=payload),)

    return hook


def dropping(
    contract: str, where: Callable[[etree._Element], bool] = lambda _payload: True
) -> Callable[[Letter], Iterable[Letter]]:
    """Never send messages of one contract, or only those for which something holds."""

    def hook(letter: Letter) -> Iterable[Letter]:
        return () if letter.contract == contract and where(letter.payload) else (letter,)

    return hook


def twice(contract: str, *, delay: float = 0.0) -> Callable[[Letter], Iterable[Letter]]:
    """Send messages of one contract once more, whatever they were answered."""

    def hook(letter: Letter) -> Iterable[Letter]:
        again = (replace(letter, delay=delay),) if letter.contract == contract else ()
        return (letter, *again)

    return hook


def readdressing(
    contract: str, address: Callable[[Letter], str]
) -> Callable[[Letter], Iterable[Letter]]:
    """Send messages of one contract to another address."""

    def hook(letter: Letter) -> Iterable[Letter]:
        if letter.contract != contract:
            return (letter,)
        return (replace(letter, logical_address=address(letter)),)

    return hook


def child(parent: etree._Element, path: str) -> etree._Element | None:
    """Give the first element at a path of the domain's names."""
    return parent.find("/".join(f"{{{EXEMPTION}}}{step}" for step in path.split("/")))


def set_text(name: str, text: Callable[[str], str]) -> Callable[[etree._Element], None]:
    """Rewrite every element of the domain with a name; a path ends in the one to rewrite."""
    steps = "/".join(f"{{*}}{step}" for step in name.split("/"))

    def change(payload: etree._Element) -> None:
        for found in payload.iterfind(f".//{steps}"):
            found.text = text(found.text or "")

    return change


def remove_all(name: str) -> Callable[[etree._Element], None]:
    """Leave out every element of the domain with a name."""

    def change(payload: etree._Element) -> None:
        for found in [*payload.iter(f"{{{EXEMPTION}}}{name}")]:
            parent = found.getparent()
            if parent is not None:
                parent.remove(found)

    return change


def hyphenated(identity: str) -> str:
    """Write an identity as people do, with a hyphen before the last four."""
    return f"{identity[:-4]}-{identity[-4:]}"


def moment(text: str) -> datetime:
    """Read a time as messages write it, ``YYYYMMDDhhmmss``."""
    return datetime.strptime(text, "%Y%m%d%H%M%S")  # noqa: DTZ007 - no message carries a zone


def another_id(_text: str) -> str:
    """Give a new UUID, whatever there was."""
    return str(uuid4())


def with_two_addresses(wire: Wire) -> Wire:
    """Put the header LogicalAddress in twice."""
    begin, end = b"<riv:LogicalAddress", b"</riv:LogicalAddress>"
    start = wire.message.index(begin)
    header = wire.message[start : wire.message.index(end) + len(end)]
    return replace(wire, message=wire.message.replace(header, header * 2, 1))


def without_quotes(wire: Wire) -> Wire:
    """Write SOAPAction without quotation marks."""
    return replace(wire, soap_action=wire.soap_action.strip('"'))


def with_another_action(wire: Wire) -> Wire:
    """Send an empty SOAPAction, as some frameworks do when it is not set."""
    return replace(wire, soap_action='""')
