"""What a discloser has disclosed: the message read as a scenario looks at it, and judged."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property

from lxml import etree

from contracts.domains.financial_patientfees_exemption.v1_0.messages import EXEMPTION, text_of
from contracts.judge import Judgement, judge_payload
from features.hogkostnadsskydd.around import DISCLOSURE
from features.hogkostnadsskydd.case import Registered
from features.inbox import Arrived, Wanted

__all__ = ["Disclosed", "answering", "disclosures", "in_the_words_of"]

_Fee = tuple[str, Decimal]
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_AMOUNT = re.compile(r"-?\d+(\.\d{1,2})?")
_CURRENCY = {"code": "SEK", "codeSystem": "1.0.4217"}


def disclosures(arrived: Arrived) -> bool:
    """Tell whether a message is a disclosure at all."""
    return _is_disclosure(arrived.payload)


def answering(request_id: str) -> Wanted:
    """Want the disclosures that answer a request."""
    return lambda arrived: (
        _is_disclosure(arrived.payload) and Disclosed(arrived).request_id == request_id
    )


def _is_disclosure(payload: etree._Element | None) -> bool:
    return payload is not None and payload.tag == DISCLOSURE.request


class Disclosed:
    """One disclosure, as the tested system sent it."""

    def __init__(self, arrived: Arrived) -> None:
        assert arrived.payload is not None  # noqa: S101 - it was found by its content
        self.arrived = arrived
        self.payload: etree._Element = arrived.payload

    @property
    def request_id(self) -> str:
        """Give the request id as it is written."""
        return text_of(self.payload, "requestId", "root") or ""

    @property
    def has_plain_uuid(self) -> bool:
        """Tell whether the request id is a UUID, without the extension that is to be left out."""
        extended = bool(text_of(self.payload, "requestId", "extension"))
        return not extended and _UUID.fullmatch(self.request_id) is not None

    @property
    def transactions(self) -> list[etree._Element]:
        """Give the transactions, on all identities."""
        return [*self.payload.iter(f"{{{EXEMPTION}}}transactions")]

    @property
    def exemptions(self) -> list[etree._Element]:
        """Give the frikort, on all identities."""
        return [*self.payload.iter(f"{{{EXEMPTION}}}exemptions")]

    @cached_property
    def fees(self) -> Counter[_Fee]:
        """Count the transactions by day and amount."""
        return Counter(
            (_text(node, "dateOfVisit"), _decimal(_text(node, "fee/amount")))
            for node in self.transactions
        )

    def judgement(self, actor: str) -> Judgement:
        """Judge it by schema and rules, with who has asked."""
        return judge_payload(self.payload, at=self.arrived.started, context={"actor": actor})

    def missing(self, visits: Iterable[Registered]) -> int:
        """Count the visits that are not disclosed."""
        return (_counted(visits) - self.fees).total()

    def surplus(self, visits: Iterable[Registered]) -> int:
        """Count the transactions that are none of the visits."""
        return (self.fees - _counted(visits)).total()

    @property
    def places(self) -> int:
        """Count the care units and care givers that are told."""
        names = ("careUnit", "careGiver")
        return sum(len(node.findall(_path(name))) for node in self.transactions for name in names)

    def badly_written_amounts(self) -> list[str]:
        """Give the places of amounts that are not in SEK with two decimals at most."""
        return [
            f"transactions[{number}]/fee"
            for number, node in enumerate(self.transactions, 1)
            if not _AMOUNT.fullmatch(_text(node, "fee/amount"))
            or {name: _text(node, f"fee/currency/{name}") for name in _CURRENCY} != _CURRENCY
        ]

    def registrations(self) -> list[datetime | None]:
        """Give the times of registration; None for one that is no Swedish local time."""
        return [_time(_text(node, "timeOfRegistration")) for node in self.transactions]

    def badly_written_identities(self) -> list[str]:
        """Give the places of identities that are not 12 characters without separators."""
        return [
            f"feeExemption[{number}]/patientId"
            for number, node in enumerate(self.payload.iter(f"{{{EXEMPTION}}}patientId"), 1)
            if not re.fullmatch(r"[0-9]{8}[0-9A-Za-z]{4}", _text(node, "extension"))
        ]


def in_the_words_of(facts: Mapping[str, int]) -> str:
    """Tell what a disclosure holds: 2 transaktioner, 1 frikort."""
    return ", ".join(f"{count} {what}" for what, count in facts.items())


def _counted(visits: Iterable[Registered]) -> Counter[_Fee]:
    return Counter((f"{visit.day:%Y%m%d}", visit.fee) for visit in visits)


def _path(path: str) -> str:
    return "/".join(f"{{{EXEMPTION}}}{step}" for step in path.split("/"))


def _text(node: etree._Element, path: str) -> str:
    return (node.findtext(_path(path)) or "").strip()


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)


def _time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S")  # noqa: DTZ007 - no message carries a zone
    except ValueError:
        return None
