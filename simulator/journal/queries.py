"""What to look for in the journal: by any field, by what a leg carried, by XPath in a body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from lxml import etree

from contracts.errors import MessageError, UsageError
from contracts.parsing import parse
from contracts.terms import SWEDISH_TIME
from simulator.journal.charset import decoded
from simulator.journal.rows import micros_of
from simulator.journal.tables import EXCHANGES, LEGS, LEGS_TO_AN_EXCHANGE

if TYPE_CHECKING:
    from simulator.exchange import Exchange, Leg

__all__ = ["EVERYTHING", "Contents", "Query", "conditions", "query_from"]

_PREFIXES = {
    "soap": "http://schemas.xmlsoap.org/soap/envelope/",
    "riv": "urn:riv:itintegration:registry:1",
}
"""Prefixes that an XPath may use without saying so."""

_SAME = (
    "workspace", "correlation_id", "decision", "status", "sender", "sender_known_by",
    "sender_address", "receiver", "contract", "profile", "original_consumer", "address",
)  # fmt: skip
_SAME_OF_LEG = {"leg": "kind", "attempt": "attempt", "leg_status": "status", "url": "url",
                "method": "method"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which exchanges are asked for; what is None is not asked.

    Shape:  ``after`` and ``before`` are numbers, both exclusive; ``since`` and ``until`` bound
            when an exchange started by its workspace's clock, both inclusive. What is asked of a
            leg (``leg`` to ``response_xpath``) must hold of one and the same leg. ``header`` is a
            name, or ``name: value``; ``disturbance`` the name of one; ``text`` stands in either
            body as written. An XPath holds where it finds something, or is true.
    Units:  seconds.
    """

    after: int = 0
    before: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    slower_than: float | None = None
    workspace: str | None = None
    correlation_id: str | None = None
    decision: str | None = None
    status: int | None = None
    sender: str | None = None
    sender_known_by: str | None = None
    sender_address: str | None = None
    receiver: str | None = None
    contract: str | None = None
    profile: str | None = None
    original_consumer: str | None = None
    address: str | None = None
    disturbance: str | None = None
    leg: str | None = None
    attempt: int | None = None
    leg_status: int | None = None
    url: str | None = None
    method: str | None = None
    header: str | None = None
    text: str | None = None
    request_xpath: str | None = None
    response_xpath: str | None = None
    namespaces: Mapping[str, str] = field(default_factory=dict)


EVERYTHING = Query()

_NUMBERS = {"after", "before", "status", "attempt", "leg_status"}
_INSTANTS = {"since", "until"}


def query_from(asked: Mapping[str, str]) -> Query:
    """Read a query from names and texts, as a URL or a command line gives them.

    Shape:  instants as ISO 8601 writes them, in Swedish time where they name none; namespaces as
            ``prefix=uri``, several apart by blanks.
    Raises: UsageError for a name that is no field, a text that is no number or instant, an XPath
            that cannot be read.
    """
    known = {one.name for one in fields(Query)}
    values: dict[str, Any] = {}
    for name, text in asked.items():
        if name not in known:
            raise UsageError(
                f"the journal cannot be asked for {name!r}", mend=f"one of {', '.join(known)}"
            )
        try:
            values[name] = _read(name, text)
        except ValueError:
            raise UsageError(
                f"{name} cannot be {text!r}",
                mend="give a time like 2026-11-22T12:00:00"
                if name in _INSTANTS
                else "give a number"
                if name in _NUMBERS | {"slower_than"}
                else "give prefix=uri, several apart by blanks",
            ) from None
    query = Query(**values)
    Contents(query)
    return query


def _read(name: str, text: str) -> Any:
    if name in _NUMBERS:
        return int(text)
    if name == "slower_than":
        return float(text)
    if name in _INSTANTS:
        instant = datetime.fromisoformat(text)
        return instant if instant.tzinfo else instant.replace(tzinfo=SWEDISH_TIME)
    if name == "namespaces":
        return dict(_prefix(one) for one in text.split())
    return text


def _prefix(text: str) -> tuple[str, str]:
    prefix, equals, uri = text.partition("=")
    if not (prefix and equals and uri):
        raise ValueError(text)
    return prefix, uri


def conditions(query: Query) -> list[sa.ColumnElement[bool]]:
    """Give what of a query the database can judge, beside the range of numbers."""
    asked = [
        EXCHANGES.c[name] == value for name in _SAME if (value := getattr(query, name)) is not None
    ]
    if query.since is not None:
        asked.append(EXCHANGES.c.started >= micros_of(query.since))
    if query.until is not None:
        asked.append(EXCHANGES.c.started <= micros_of(query.until))
    if query.slower_than is not None:
        asked.append(EXCHANGES.c.seconds > query.slower_than)
    if query.disturbance is not None:
        asked.append(EXCHANGES.c.disturbances != "[]")
    of_leg = [
        LEGS.c[column] == value
        for name, column in _SAME_OF_LEG.items()
        if (value := getattr(query, name)) is not None
    ]
    if of_leg:
        first = EXCHANGES.c.number * LEGS_TO_AN_EXCHANGE
        its_own = LEGS.c.id.between(first, first + LEGS_TO_AN_EXCHANGE - 1)
        asked.append(sa.exists().where(its_own, *of_leg).correlate(EXCHANGES))
    return asked


class Contents:
    """What of a query only the exchange itself can answer: headers, bodies, disturbances.

    Shape:  ``asked`` tells whether there is anything of the kind, ``of_bodies`` whether it takes
            the bodies.
    Raises: UsageError for an XPath that cannot be read.
    """

    def __init__(self, query: Query) -> None:
        self._query = query
        prefixes = {**_PREFIXES, **query.namespaces}
        self._request = _compiled(query.request_xpath, prefixes)
        self._response = _compiled(query.response_xpath, prefixes)
        self.of_bodies = bool(self._request or self._response or query.text is not None)
        self.asked = self.of_bodies or (query.header, query.disturbance) != (None, None)

    def hold_of(self, exchange: Exchange) -> bool:
        """Judge an exchange that fulfils the rest of the query."""
        name = self._query.disturbance
        if name is not None and not any(
            name in {one.get("name"), one.get("kind")} for one in exchange.disturbances
        ):
            return False
        of_leg = self.of_bodies or self._query.header is not None
        return not of_leg or any(self._hold_of_leg(leg) for leg in exchange.legs)

    def _hold_of_leg(self, leg: Leg) -> bool:
        query = self._query
        return (
            query.leg in {None, leg.kind}
            and query.attempt in {None, leg.attempt}
            and query.leg_status in {None, leg.status}
            and query.url in {None, leg.url}
            and query.method in {None, leg.method}
            and (query.header is None or _has_header(leg, query.header))
            and (query.text is None or _holds(leg.request, leg.request_headers, query.text)
                 or _holds(leg.response, leg.response_headers, query.text))
            and (self._request is None or _finds(self._request, leg.request))
            and (self._response is None or _finds(self._response, leg.response))
        )  # fmt: skip


def _compiled(xpath: str | None, prefixes: Mapping[str, str]) -> etree.XPath | None:
    if xpath is None:
        return None
    try:
        compiled = etree.XPath(xpath, namespaces=dict(prefixes))
        compiled(etree.Element("any"))  # an unbound prefix or function shows only now
    except (etree.XPathError, ValueError) as error:
        raise UsageError(
            f"the XPath {xpath!r} cannot be read: {error}",
            mend="write it as XPath 1.0, and bind its prefixes with namespaces",
        ) from None
    return compiled


def _finds(xpath: etree.XPath, body: bytes) -> bool:
    """Tell whether an XPath holds of a body; it does not of one that is no XML."""
    try:
        return bool(xpath(parse(body)))
    except (MessageError, etree.XPathError):
        return False


def _has_header(leg: Leg, asked: str) -> bool:
    name, colon, value = asked.partition(":")
    return any(
        known.lower() == name.strip().lower() and (not colon or held.strip() == value.strip())
        for headers in (leg.request_headers, leg.response_headers)
        for known, held in headers.items()
    )


def _holds(body: bytes, headers: Mapping[str, str], text: str) -> bool:
    return text.encode("utf-8", "replace") in body or text in decoded(body, headers)
