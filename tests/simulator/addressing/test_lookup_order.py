"""The order of looking up: what is tried, in which order, and what the trace tells of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from timeit import repeat

import pytest

from contracts.terms import HsaId, LogicalAddress
from simulator.addressing import (
    AddressingCatalogue,
    Authorisation,
    HsaTree,
    LookupRules,
    Route,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CONTRACT = "urn:riv:clinicalprocess:healthcond:description:GetDiagnosisResponder:2"
SENDER = "SE5565594230-B9P"
TREE = HsaTree({"UNIT": "CLINIC", "CLINIC": "HOSPITAL"})
ANY_CONTRACT_IN_PARTS = LookupRules(delimiter_contracts=())


def a_catalogue(
    *addresses: str,
    authorised: tuple[str, ...] = (),
    tree: HsaTree = TREE,
    rules: LookupRules = ANY_CONTRACT_IN_PARTS,
) -> AddressingCatalogue:
    """Give a catalogue with a route to each address, and leave to call the authorised ones."""
    return AddressingCatalogue(
        routes=[
            Route(
                logical_address=LogicalAddress(address),
                contract=CONTRACT,
                address=f"http://producer.example/{address}",
            )
            for address in addresses
        ],
        authorisations=[
            Authorisation(
                consumer=HsaId(SENDER), contract=CONTRACT, logical_address=LogicalAddress(address)
            )
            for address in authorised
        ],
        tree=tree,
        rules=rules,
    )


def routed(catalogue: AddressingCatalogue, receiver: str) -> tuple[list[str], str]:
    """Give the logical addresses of the routes found, and the trace."""
    found, trace = catalogue.find_routes(receiver, CONTRACT, at=NOW)
    return [route.logical_address for route in found], trace


def allowed(catalogue: AddressingCatalogue, receiver: str) -> tuple[bool, str]:
    return catalogue.find_authorisation(SENDER, receiver, CONTRACT, at=NOW)


@pytest.mark.parametrize(
    ("present", "found", "trace"),
    [
        pytest.param(("UNIT", "CLINIC", "SE", "*"), ["UNIT"], "UNIT", id="itself"),
        pytest.param(
            ("CLINIC", "HOSPITAL", "*"), ["CLINIC"], "UNIT,(parent),CLINIC", id="nearest above"
        ),
        pytest.param(
            ("SE", "*"), ["SE"], "UNIT,(parent),CLINIC,HOSPITAL,SE", id="SE above all"
        ),
        pytest.param(
            ("*",), ["*"], "UNIT,(parent),CLINIC,HOSPITAL,SE,(default),*", id="standard last"
        ),
        pytest.param((), [], "UNIT,(parent),CLINIC,HOSPITAL,SE,(default),*", id="nothing"),
    ],
)  # fmt: skip
def test_routing_tries_the_tree_before_the_standard_row(
    present: tuple[str, ...], found: list[str], trace: str
) -> None:
    """Receiver, then everything above it, then ``*``; the first step with a row ends it."""
    assert routed(a_catalogue(*present), "UNIT") == (found, trace)


@pytest.mark.parametrize(
    ("present", "holds", "trace"),
    [
        pytest.param(("UNIT", "*"), True, "UNIT", id="itself"),
        pytest.param(("*", "CLINIC"), True, "UNIT,(default),*", id="standard before the tree"),
        pytest.param(("CLINIC",), True, "UNIT,(default),*,(parent),CLINIC", id="nearest above"),
        pytest.param((), False, "UNIT,(default),*,(parent),CLINIC,HOSPITAL,SE", id="nothing"),
    ],
)
def test_authorisation_tries_the_standard_row_before_the_tree(
    present: tuple[str, ...], holds: bool, trace: str
) -> None:
    """Receiver, then ``*``, then everything above: not the order of routing."""
    assert allowed(a_catalogue(authorised=present), "UNIT") == (holds, trace)


def test_receiver_that_nobody_knows_stands_below_the_top() -> None:
    """``SE`` is tried for an id that is in no tree."""
    assert routed(a_catalogue("SE", tree=HsaTree()), "X-1") == (["SE"], "X-1,(parent),SE")


def test_tree_is_climbed_in_the_case_of_the_tree() -> None:
    """The catalogue ignores case and the tree does not, so ``unit`` is an id that nobody knows."""
    assert routed(a_catalogue("CLINIC"), "unit") == ([], "unit,(parent),SE,(default),*")
    assert routed(a_catalogue("clinic"), "UNIT") == (["clinic"], "UNIT,(parent),CLINIC")


def test_ring_in_the_tree_is_walked_once() -> None:
    """A tree that contradicts itself does not keep the platform busy for ever."""
    ring = HsaTree({"A": "B", "B": "C", "C": "B"})

    assert list(ring.above("A")) == ["B", "C", "SE"]


@pytest.mark.parametrize(("climbs", "excepted"), list(product((True, False), repeat=2)))
def test_each_look_up_has_its_own_leave_to_climb(climbs: bool, excepted: bool) -> None:
    """A contract whose namespace begins as an excepted one turns the general rule round."""
    prefixes = ("urn:riv:clinicalprocess:", "urn:riv:other:") if excepted else ("urn:riv:other:",)
    routes = LookupRules(routes_climb=climbs, routes_climb_except=prefixes)
    authorisations = LookupRules(
        authorisations_climb=climbs, authorisations_climb_except=prefixes
    )  # fmt: skip

    for rules, route_climbs, authorisation_climbs in (
        (routes, climbs != excepted, True),
        (authorisations, True, climbs != excepted),
    ):
        catalogue = a_catalogue("CLINIC", authorised=("CLINIC",), rules=rules)
        assert bool(routed(catalogue, "UNIT")[0]) is route_climbs
        assert allowed(catalogue, "UNIT")[0] is authorisation_climbs


def test_trace_tells_no_tree_where_none_is_climbed() -> None:
    """Only the steps that were tried stand in the trace."""
    rules = LookupRules(routes_climb=False, authorisations_climb=False)

    assert routed(a_catalogue(rules=rules), "UNIT") == ([], "UNIT,(default),*")
    assert allowed(a_catalogue(rules=rules), "UNIT") == (False, "UNIT,(default),*")


@pytest.mark.parametrize(
    ("receiver", "present", "found", "trace"),
    [
        pytest.param("VG#VE", ("VG", "VE"), ["VE"], "(leaf),VE", id="last part first"),
        pytest.param("VG#VE", ("VG",), ["VG"], "(leaf),VE,VG", id="then the one before"),
        pytest.param("A#B#A", ("X",), [], "(leaf),B,A", id="each part once"),
        pytest.param("VG#UNIT", ("CLINIC", "SE", "*"), [], "(leaf),UNIT,VG", id="nothing else"),
        pytest.param("VG#", ("VG",), ["VG"], "(leaf),VG", id="empty part"),
        pytest.param("#", ("*",), [], "(leaf)", id="delimiter alone"),
    ],
)
def test_address_in_parts_is_routed_by_its_parts_alone(
    receiver: str, present: tuple[str, ...], found: list[str], trace: str
) -> None:
    """There is neither climbing nor ``*`` for an address in parts."""
    assert routed(a_catalogue(*present), receiver) == (found, trace)


def test_route_for_the_whole_address_in_parts_is_never_found() -> None:
    """The catalogue's hsaId cannot hold a delimiter, and the platform does not look for it."""
    assert routed(a_catalogue("VG#VE"), "VG#VE") == ([], "(leaf),VE,VG")


@pytest.mark.parametrize("delimiter", ["", " "])
def test_blank_delimiter_turns_addresses_in_parts_off(delimiter: str) -> None:
    """Then ``VG#VE`` is an address like any other."""
    catalogue = a_catalogue("VG#VE", rules=LookupRules(delimiter=delimiter))

    assert routed(catalogue, "VG#VE") == (["VG#VE"], "VG#VE")


@pytest.mark.parametrize(
    ("rules", "receiver", "expected"),
    [
        pytest.param(LookupRules(delimiter_contracts=()), "VG#VE", True, id="all contracts"),
        pytest.param(LookupRules(delimiter_contracts=(CONTRACT,)), "VG#VE", True, id="listed"),
        pytest.param(LookupRules(), "VG#VE", False, id="contract is not listed"),
        pytest.param(
            replace(ANY_CONTRACT_IN_PARTS, delimiter_senders=(SENDER,)),
            "VG#VE",
            True,
            id="sender is listed",
        ),
        pytest.param(
            replace(ANY_CONTRACT_IN_PARTS, delimiter_senders=("SE-OTHER",)),
            "VG#VE",
            False,
            id="sender is not listed",
        ),
        pytest.param(ANY_CONTRACT_IN_PARTS, "A#VG#VE", False, id="three parts"),
        pytest.param(ANY_CONTRACT_IN_PARTS, "VG#VE#VG", True, id="three parts, two distinct"),
    ],
)
def test_address_in_parts_is_for_few(rules: LookupRules, receiver: str, expected: bool) -> None:
    """At most two distinct parts, a listed contract and a listed sender."""
    catalogue = a_catalogue(authorised=("VE",), rules=rules)

    assert allowed(catalogue, receiver) == (
        expected,
        "(leaf),VE" if expected else "(leaf),Invalid parameters",
    )


def test_address_in_parts_is_authorised_by_its_parts_alone() -> None:
    """Last part first; neither ``*`` nor the tree gives leave."""
    assert allowed(a_catalogue(authorised=("VG",)), "VG#VE") == (True, "(leaf),VE,VG")
    assert allowed(a_catalogue(authorised=("*", "SE")), "VG#VE") == (False, "(leaf),VE,VG")


def test_receiver_that_reads_like_a_mark_is_a_receiver() -> None:
    """What stands in the trace for a kind of step is no reserved word."""
    assert routed(a_catalogue("(default)"), "(default)") == (["(default)"], "(default)")


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        pytest.param(datetime(2025, 12, 31, 9, 59, 59, 999999, tzinfo=UTC), False, id="too early"),
        pytest.param(datetime(2025, 12, 31, 10, 0, tzinfo=UTC), True, id="14 hours before"),
        pytest.param(datetime(2026, 12, 31, 14, 0, tzinfo=UTC), True, id="14 hours after"),
        pytest.param(datetime(2026, 12, 31, 14, 0, 0, 1, tzinfo=UTC), False, id="too late"),
        pytest.param(
            datetime(2025, 12, 31, 11, 30, tzinfo=UTC).astimezone(),
            True,
            id="the zone of the clock plays no part",
        ),
    ],
)
def test_day_without_zone_counts_fourteen_hours_more_at_each_end(
    at: datetime, counts: bool
) -> None:
    """Within 14 hours of a time without zone nobody can tell the order, which counts as valid."""
    catalogue = AddressingCatalogue(
        routes=[
            Route(
                logical_address=LogicalAddress("UNIT"),
                contract=CONTRACT,
                address="http://producer.example/",
                valid_from=date(2026, 1, 1),
                valid_to=date(2026, 12, 31),
            )
        ],
        authorisations=[
            Authorisation(
                consumer=HsaId(SENDER),
                contract=CONTRACT,
                logical_address=LogicalAddress("UNIT"),
                valid_from=date(2026, 1, 1),
                valid_to=date(2026, 12, 31),
            )
        ],
    )

    assert bool(catalogue.find_routes("UNIT", CONTRACT, at=at)[0]) is counts
    assert catalogue.find_authorisation(SENDER, "UNIT", CONTRACT, at=at)[0] is counts
    assert catalogue.routes[0].serves(at=at) is counts
    assert catalogue.authorisations[0].holds(at=at) is counts


@pytest.mark.parametrize("day", [date.min, date.max])
def test_first_and_last_day_of_the_calendar_can_stand_in_a_row(day: date) -> None:
    """A row "for ever" needs no arithmetic beyond the calendar."""
    route = replace(a_catalogue("UNIT").routes[0], valid_from=day, valid_to=day)

    assert not AddressingCatalogue(routes=[route]).find_routes("UNIT", CONTRACT, at=NOW)[0]


def test_deleted_row_decides_nothing() -> None:
    """The catalogue marks rows instead of removing them."""
    there = a_catalogue("UNIT", authorised=("UNIT",))
    gone = AddressingCatalogue(
        routes=[replace(row, deleted=True) for row in there.routes],
        authorisations=[replace(row, deleted=True) for row in there.authorisations],
    )

    assert there.find_authorisation(SENDER, "UNIT", CONTRACT, at=NOW)[0]
    assert not gone.find_routes("UNIT", CONTRACT, at=NOW)[0]
    assert not gone.find_authorisation(SENDER, "UNIT", CONTRACT, at=NOW)[0]


def test_step_with_an_expired_row_is_passed_by() -> None:
    """A step counts by its valid rows: what expired at the unit leads on to the clinic."""
    catalogue = a_catalogue("UNIT", "CLINIC")
    expired = replace(catalogue.routes[0], valid_to=NOW - timedelta(days=2))
    catalogue = AddressingCatalogue(routes=[expired, catalogue.routes[1]], tree=TREE)

    assert routed(catalogue, "UNIT") == (["CLINIC"], "UNIT,(parent),CLINIC")


def test_look_up_takes_no_longer_in_a_large_catalogue() -> None:
    """From 10 to 10 000 routes the time of a look-up stays the same.

    The best of many tries is compared, and with a wide margin: a look-up that read the rows one by
    one would take a thousand times as long.
    """

    def seconds(rows: int) -> float:
        addresses = tuple(f"UNIT-{number}" for number in range(rows))
        catalogue = a_catalogue(*addresses, authorised=addresses)

        def look_up() -> None:
            catalogue.find_routes("UNIT-7", CONTRACT, at=NOW)
            catalogue.find_authorisation(SENDER, "UNIT-7", CONTRACT, at=NOW)

        return min(repeat(look_up, number=200, repeat=20))

    assert seconds(10_000) < 3 * seconds(10)
