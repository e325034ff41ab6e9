"""The addressing catalogue: when a row counts, and what it is looked up by."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from contracts.terms import HsaId, LogicalAddress
from simulator.addressing import AddressingCatalogue, Authorisation, Route

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
LAST = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)

CONTRACT = "urn:riv:clinicalprocess:healthcond:description:GetDiagnosisResponder:2"
RECEIVER = LogicalAddress("SE2321000016-1A2B")
SENDER = HsaId("SE5565594230-B9P")

ROUTE = Route(
    logical_address=RECEIVER,
    contract=CONTRACT,
    address="http://producer.example/",
    valid_from=FIRST,
    valid_to=LAST,
)
AUTHORISATION = Authorisation(
    consumer=SENDER,
    contract=CONTRACT,
    logical_address=RECEIVER,
    valid_from=FIRST,
    valid_to=LAST,
)

PERIOD = pytest.mark.parametrize(
    ("at", "counts"),
    [
        pytest.param(FIRST - MOMENT, False, id="just before"),
        pytest.param(FIRST, True, id="first instant"),
        pytest.param(LAST, True, id="last instant"),
        pytest.param(LAST + MOMENT, False, id="just after"),
    ],
)
CASES = pytest.mark.parametrize(
    "spell",
    [
        pytest.param(str, id="as written"),
        pytest.param(str.lower, id="lower case"),
        pytest.param(str.upper, id="upper case"),
    ],
)


@PERIOD
def test_route_serves_from_its_first_through_its_last_instant(at: datetime, counts: bool) -> None:
    """Both ends of a route's period are inclusive."""
    assert ROUTE.serves(at=at) is counts
    assert AddressingCatalogue(routes=[ROUTE]).find_routes(RECEIVER, CONTRACT, at=at)[0] == (
        (ROUTE,) if counts else ()
    )


@PERIOD
def test_authorisation_holds_from_its_first_through_its_last_instant(
    at: datetime, counts: bool
) -> None:
    """Both ends of an authorisation's period are inclusive."""
    catalogue = AddressingCatalogue(authorisations=[AUTHORISATION])

    assert AUTHORISATION.holds(at=at) is counts
    assert catalogue.find_authorisation(SENDER, RECEIVER, CONTRACT, at=at)[0] is counts


@pytest.mark.parametrize(
    "at",
    [
        pytest.param(datetime(2000, 1, 1, tzinfo=UTC), id="year 2000"),
        pytest.param(datetime(2999, 12, 31, tzinfo=UTC), id="year 2999"),
    ],
)
def test_row_without_period_counts_in_our_time(at: datetime) -> None:
    """Who arranges a platform need not think of periods."""
    route = Route(logical_address=RECEIVER, contract=CONTRACT, address="http://producer.example/")
    row = Authorisation(consumer=SENDER, contract=CONTRACT, logical_address=RECEIVER)

    assert route.serves(at=at)
    assert row.holds(at=at)


@CASES
def test_route_is_found_whatever_the_case(spell: type[str]) -> None:
    """Receiver and contract are compared ignoring case."""
    catalogue = AddressingCatalogue(routes=[ROUTE])

    assert catalogue.find_routes(spell(RECEIVER), spell(CONTRACT), at=FIRST)[0] == (ROUTE,)


@CASES
def test_authorisation_is_found_whatever_the_case(spell: type[str]) -> None:
    """Sender, receiver and contract are compared ignoring case."""
    catalogue = AddressingCatalogue(authorisations=[AUTHORISATION])

    assert catalogue.find_authorisation(spell(SENDER), spell(RECEIVER), spell(CONTRACT), at=FIRST)[
        0
    ]


def test_case_of_the_catalogue_does_not_matter_either() -> None:
    """A row in lower case serves a call in upper case."""
    route = replace(ROUTE, logical_address=LogicalAddress(RECEIVER.lower()))
    row = replace(AUTHORISATION, consumer=HsaId(SENDER.lower()))
    catalogue = AddressingCatalogue(routes=[route], authorisations=[row])

    assert catalogue.find_routes(RECEIVER, CONTRACT, at=FIRST)[0] == (route,)
    assert catalogue.find_authorisation(SENDER, RECEIVER, CONTRACT, at=FIRST)[0]


@pytest.mark.parametrize(
    ("receiver", "contract"),
    [
        pytest.param("SE2321000016-9999", CONTRACT, id="other receiver"),
        pytest.param(RECEIVER, CONTRACT.replace(":2", ":3"), id="other version"),
        pytest.param(f"{RECEIVER} ", CONTRACT, id="receiver is not trimmed"),
        pytest.param(CONTRACT, RECEIVER, id="the wrong way round"),
    ],
)
def test_route_serves_its_own_receiver_and_contract_alone(receiver: str, contract: str) -> None:
    """A row matches by receiver and contract together."""
    assert AddressingCatalogue(routes=[ROUTE]).find_routes(receiver, contract, at=FIRST)[0] == ()


@pytest.mark.parametrize(
    ("sender", "receiver", "contract"),
    [
        pytest.param("SE5565594230-OTHER", RECEIVER, CONTRACT, id="other sender"),
        pytest.param(SENDER, "SE2321000016-9999", CONTRACT, id="other receiver"),
        pytest.param(SENDER, RECEIVER, CONTRACT.replace(":2", ":3"), id="other version"),
    ],
)
def test_authorisation_is_for_sender_receiver_and_contract_together(
    sender: str, receiver: str, contract: str
) -> None:
    """All three must be those of the row."""
    catalogue = AddressingCatalogue(authorisations=[AUTHORISATION])

    assert not catalogue.find_authorisation(sender, receiver, contract, at=FIRST)[0]


def test_all_valid_routes_are_given_in_the_order_of_the_catalogue() -> None:
    """The choice between several is mediation's; the expired one is no choice."""
    first = replace(ROUTE, address="http://first.example/")
    expired = replace(ROUTE, address="http://expired.example/", valid_to=FIRST - MOMENT)
    second = replace(ROUTE, address="http://second.example/")
    catalogue = AddressingCatalogue(routes=[first, expired, second])

    assert catalogue.find_routes(RECEIVER, CONTRACT, at=FIRST)[0] == (first, second)


def test_one_valid_authorisation_among_expired_ones_is_enough() -> None:
    """An order that was renewed leaves its old row behind."""
    expired = replace(AUTHORISATION, valid_to=FIRST - MOMENT)
    catalogue = AddressingCatalogue(authorisations=[expired, AUTHORISATION])

    assert catalogue.find_authorisation(SENDER, RECEIVER, CONTRACT, at=FIRST)[0]


def test_empty_catalogue_knows_nothing() -> None:
    """Without rows there are neither routes nor authorisations."""
    catalogue = AddressingCatalogue()

    assert catalogue.find_routes(RECEIVER, CONTRACT, at=FIRST)[0] == ()
    assert not catalogue.find_authorisation(SENDER, RECEIVER, CONTRACT, at=FIRST)[0]


def test_catalogue_shows_its_rows_as_they_were_written() -> None:
    """Ignoring case is for looking up, not for showing."""
    catalogue = AddressingCatalogue(routes=[ROUTE], authorisations=[AUTHORISATION])

    assert catalogue.routes == (ROUTE,)
    assert catalogue.authorisations == (AUTHORISATION,)
