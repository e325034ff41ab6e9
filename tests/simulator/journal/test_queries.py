"""Queries: by any field, by what a leg carried, by XPath; and what they answer for."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from contracts.errors import UsageError
from simulator.exchange import Exchange, Leg
from simulator.journal import Journal, Query, query_from
from simulator.journal import reading as reading_module

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

ENVELOPE = (
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
    '<soap:Header><a:LogicalAddress xmlns:a="urn:riv:itintegration:registry:1">{to}'
    '</a:LogicalAddress></soap:Header><soap:Body><x:Ask xmlns:x="urn:x"><x:amount>{amount}'
    "</x:amount></x:Ask></soap:Body></soap:Envelope>"
)


def numbers(journal: Journal, query: Query, **options: Any) -> list[int | None]:
    """Give the numbers that a query finds."""
    return [each.number for each in journal.find(query, **options).exchanges]


FIELDS: dict[str, tuple[Any, Any]] = {
    "workspace": ("other", "other"),
    "correlation_id": ("other", "other"),
    "decision": ("VP007", "VP007"),
    "status": (500, 500),
    "sender": ("SE1", "SE1"),
    "sender_known_by": ("default sender", "default sender"),
    "sender_address": ("10.0.0.1", "10.0.0.1"),
    "receiver": ("2321000016", "2321000016"),
    "contract": ("urn:x", "urn:x"),
    "profile": ("RIVTABP20", "RIVTABP20"),
    "original_consumer": ("SE2", "SE2"),
    "address": ("http://x", "http://x"),
    "disturbances": (({"name": "slow", "kind": "delay"},), "slow"),
    "seconds": (9.0, 5.0),
}
ASKED = {"disturbances": "disturbance", "seconds": "slower_than"}


@pytest.mark.parametrize("name", FIELDS)
def test_exchanges_are_found_by_each_field(
    journal: Journal, an_exchange: Callable[..., Exchange], name: str
) -> None:
    """One that has the value is found among those that do not."""
    value, asked = FIELDS[name]
    for values in ({}, {name: value}, {}):
        journal.keep(an_exchange(**values))

    assert numbers(journal, Query(**{ASKED.get(name, name): asked})) == [2]


LEG_FIELDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "attempt": ({"attempt": 2}, {"attempt": 2}),
    "status": ({"status": 503}, {"leg_status": 503}),
    "url": ({"url": "http://x"}, {"url": "http://x"}),
    "method": ({"method": "GET"}, {"method": "GET"}),
    "request header": ({"request_headers": {"X-Own": "a b"}}, {"header": "x-own"}),
    "response header": ({"response_headers": {"x-own": "a b"}}, {"header": "X-OWN: a b"}),
    "text of the request": ({"request": b"<a>needle</a>"}, {"text": ">needle<"}),
    "text of the response": ({"response": b"needle"}, {"text": "needle"}),
    "text in another charset": (
        {"request": '<?xml version="1.0" encoding="ISO-8859-1"?><a>å</a>'.encode("latin-1")},
        {"text": "å"},
    ),
    "text in UTF-16": ({"response": "<a>nål</a>".encode("utf-16")}, {"text": "nål"}),
    "XPath over the request": (
        {"request": ENVELOPE.format(to="1", amount=5).encode()},
        {"request_xpath": "//x:amount[. = 5]", "namespaces": {"x": "urn:x"}},
    ),
    "XPath over the response": (
        {"response": ENVELOPE.format(to="1", amount=5).encode()},
        {"response_xpath": "/soap:Envelope/soap:Header/riv:LogicalAddress = '1'"},
    ),
}


@pytest.mark.parametrize("name", LEG_FIELDS)
def test_exchanges_are_found_by_what_a_leg_carried(
    journal: Journal,
    an_exchange: Callable[..., Exchange],
    a_leg: Callable[..., Leg],
    name: str,
) -> None:
    """Each can be asked of any leg, or of those of one kind."""
    values, asked = LEG_FIELDS[name]
    plain = {"request": b"<a><amount>4</amount></a>", "response": b"not xml"}
    journal.keep(an_exchange())
    journal.keep(an_exchange(legs=(a_leg("in", **plain), a_leg("out", **{**plain, **values}))))
    journal.keep(an_exchange(legs=(a_leg("in", **{**plain, **values}), a_leg("out", **plain))))

    assert numbers(journal, Query(**asked)) == [2, 3]
    assert numbers(journal, Query(**asked, leg="out")) == [2]
    assert numbers(journal, Query(**asked, leg="in")) == [3]
    assert numbers(journal, Query(**asked, receiver="nobody")) == []


def test_a_disturbance_is_found_where_no_leg_came_of_it(
    journal: Journal, an_exchange: Callable[..., Exchange]
) -> None:
    """By its name or its kind; an exchange with another is not found."""
    journal.keep(an_exchange(disturbances=({"name": "mine", "kind": "refused"},), legs=()))
    journal.keep(an_exchange(disturbances=({"name": "other", "kind": "delay"},), legs=()))

    assert numbers(journal, Query(disturbance="refused")) == [1]
    assert numbers(journal, Query(disturbance="mine")) == [1]
    assert numbers(journal, Query(disturbance="mine", leg="out")) == []


def test_what_is_asked_of_a_leg_holds_of_one_and_the_same(
    journal: Journal, an_exchange: Callable[..., Exchange], a_leg: Callable[..., Leg]
) -> None:
    """A second attempt that failed is not a first that failed and a second that did not."""
    journal.keep(
        an_exchange(
            legs=(
                a_leg("in"),
                a_leg("out", attempt=1, status=503, request_headers={"x-try": "1"}),
                a_leg("out", attempt=2, status=200, request_headers={"x-try": "2"}),
            )
        )
    )

    assert numbers(journal, Query(attempt=1, leg_status=503)) == [1]
    assert numbers(journal, Query(attempt=2, leg_status=503)) == []
    assert numbers(journal, Query(attempt=1, header="x-try: 2")) == []
    assert numbers(journal, Query(attempt=2, header="x-try: 2")) == [1]


def test_time_spans_include_their_ends(
    journal: Journal, an_exchange: Callable[..., Exchange], now: datetime
) -> None:
    """An exchange is in the span of the instant it started."""
    second = timedelta(seconds=1)
    for offset in (-1, 0, 1):
        journal.keep(an_exchange(started=now + offset * second))

    assert numbers(journal, Query(since=now)) == [2, 3]
    assert numbers(journal, Query(until=now)) == [1, 2]
    assert numbers(journal, Query(since=now, until=now)) == [2]


def test_the_last_or_the_first_are_given_in_their_order(
    journal: Journal, an_exchange: Callable[..., Exchange]
) -> None:
    """Either way the numbers rise, and the answer says where to go on."""
    for _ in range(7):
        journal.keep(an_exchange())

    last = journal.find(last=3)
    assert [each.number for each in last.exchanges] == [5, 6, 7]
    assert (last.looked_from, last.looked_to, last.go_on) == (5, 7, 5)
    before = journal.find(Query(before=last.go_on), last=3)
    assert [each.number for each in before.exchanges] == [2, 3, 4]
    rest = journal.find(Query(before=before.go_on), last=3)
    assert [each.number for each in rest.exchanges] == [1]
    assert rest.go_on is None

    first = journal.find(first=3)
    assert [each.number for each in first.exchanges] == [1, 2, 3]
    assert (first.looked_from, first.looked_to, first.go_on) == (1, 3, 3)
    assert numbers(journal, Query(after=6), first=3) == [7]
    assert journal.find(Query(after=6), first=3).go_on is None
    assert journal.find(last=7).go_on is None
    assert journal.find(Query(after=3, before=6)).looked_from == 4
    assert numbers(journal, Query(after=3, before=6)) == [4, 5]


def test_listed_exchanges_carry_sizes_in_place_of_bodies(
    journal: Journal, an_exchange: Callable[..., Exchange], a_leg: Callable[..., Leg]
) -> None:
    """A list of large messages is not itself large."""
    journal.keep(an_exchange(legs=(a_leg("in", request=b"1" * 5000), a_leg("out"))))

    (listed,) = journal.find().items
    assert listed.sizes == ((5000, 11), (10, 11))
    assert [leg.request for leg in listed.exchange.legs] == [b"", b""]
    assert listed.exchange.legs[0].request_headers == {"content-type": "text/xml; charset=UTF-8"}


@pytest.mark.parametrize("options", [{"last": 10}, {"first": 10}], ids=["last", "first"])
def test_a_search_out_of_patience_says_how_far_it_came(
    journal: Journal,
    an_exchange: Callable[..., Exchange],
    a_leg: Callable[..., Leg],
    options: dict[str, int],
) -> None:
    """It never stops in silence: asked on and on, it comes to the end and finds all."""
    for turn in range(50):
        body = b"<a>needle</a>" if turn % 10 == 3 else b"<a/>"
        journal.keep(an_exchange(legs=(a_leg("in", request=body),)))
    query, found, rounds = Query(request_xpath="/a[. = 'needle']"), [], 0

    while True:
        part = journal.find(query, patience=0.0, **options)
        found += part.exchanges
        rounds += 1
        assert part.looked_to - part.looked_from < 49
        if part.go_on is None:
            break
        bound = {"before": part.go_on} if "last" in options else {"after": part.go_on}
        query = Query(request_xpath=query.request_xpath, **bound)

    assert sorted(each.number or 0 for each in found) == [4, 14, 24, 34, 44]
    assert rounds > 1


@pytest.mark.parametrize("options", [{"last": 4}, {"first": 4}], ids=["last", "first"])
@pytest.mark.parametrize("asked", [{}, {"text": "needle"}, {"correlation_id": "mine"}])
def test_long_stretches_are_looked_through_without_a_gap(
    journal: Journal,
    an_exchange: Callable[..., Exchange],
    a_leg: Callable[..., Leg],
    monkeypatch: pytest.MonkeyPatch,
    options: dict[str, int],
    asked: dict[str, Any],
) -> None:
    """The search goes by stretches; where they meet, nothing is left out or given twice."""
    monkeypatch.setattr(reading_module, "_STRETCH", 3)
    monkeypatch.setattr(reading_module, "_LONGEST_STRETCH", 3)
    monkeypatch.setattr(reading_module, "_ROWS_AT_ONCE", 2)
    monkeypatch.setattr(reading_module, "_BODIES_AT_ONCE", 2)
    legs = (a_leg("in", request=b"needle"),)
    for turn in range(20):
        journal.keep(an_exchange(workspace="ab"[turn in {1, 8, 9, 15, 19}], legs=legs))

    every = numbers(journal, Query(**asked, workspace="b"), **options)
    assert every == ([9, 10, 16, 20] if "last" in options else [2, 9, 10, 16])
    assert numbers(journal, Query(**asked), **dict.fromkeys(options, 99)) == list(range(1, 21))
    assert [each.number for each in journal.stream(Query(**asked, workspace="b"))] == [
        2, 9, 10, 16, 20,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        pytest.param({"colour": "red"}, "cannot be asked for 'colour'", id="no field"),
        pytest.param({"status": "ok"}, "status cannot be 'ok'", id="no number"),
        pytest.param({"since": "yesterday"}, "since cannot be", id="no time"),
        pytest.param({"slower_than": "x"}, "slower_than cannot be", id="no seconds"),
        pytest.param({"namespaces": "x"}, "namespaces cannot be", id="no prefix"),
        pytest.param({"request_xpath": "//["}, "cannot be read", id="no XPath"),
        pytest.param({"response_xpath": "//y:a"}, "cannot be read", id="unbound prefix"),
        pytest.param({"response_xpath": "never()"}, "cannot be read", id="unknown function"),
    ],
)
def test_what_cannot_be_asked_is_told(asked: dict[str, str], told: str) -> None:
    """A misspelt query finds nothing for the wrong reason, so it is refused."""
    with pytest.raises(UsageError, match=told) as error:
        query_from(asked)

    assert error.value.mend


def test_a_query_is_read_from_text(now: datetime) -> None:
    """As a URL or a command line gives it."""
    query = query_from(
        {
            "after": "5",
            "since": "2026-11-22T12:00:00",
            "slower_than": "1.5",
            "workspace": "w",
            "request_xpath": "//p:a",
            "namespaces": "p=urn:p q=urn:q",
        }
    )

    assert query == Query(
        after=5,
        since=now,
        slower_than=1.5,
        workspace="w",
        request_xpath="//p:a",
        namespaces={"p": "urn:p", "q": "urn:q"},
    )


def test_every_field_of_a_query_can_be_given_as_text() -> None:
    """None is left to the Python interface."""
    texts = {"since": "2026-11-22", "until": "2026-11-22", "namespaces": "p=urn:p"}
    for field in fields(Query):
        query_from({field.name: texts.get(field.name, "1")})


def test_a_message_with_entities_is_not_expanded(
    journal: Journal, an_exchange: Callable[..., Exchange], a_leg: Callable[..., Leg]
) -> None:
    """Bodies are parsed as all XML here: without DTD; such a one matches no XPath."""
    body = b'<!DOCTYPE a [<!ENTITY e "needle">]><a>&e;</a>'
    journal.keep(an_exchange(legs=(a_leg("in", request=body),)))

    assert numbers(journal, Query(request_xpath="//a")) == []
    assert numbers(journal, Query(text="ENTITY")) == [1]
