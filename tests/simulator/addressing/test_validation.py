"""What the catalogue does not take: each rule met by a row that breaks it alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from contracts.terms import HsaId, LogicalAddress
from simulator.addressing import Authorisation, Filter, HsaTree, Route
from simulator.addressing.entities import CallAddressRow, ComponentRow, ContractRow, Rows
from simulator.addressing.validation import RULES, TOLERABLE, faults_in, rings_in

ROUTE = Route(
    logical_address=LogicalAddress("SE2321000016-1A2B"),
    contract="urn:riv:x:GetResponder:1",
    address="http://producer.example/get?a-b&c_d",
    producer=HsaId("SE2321000016-P"),
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
)
AUTHORISATION = Authorisation(
    consumer=HsaId("SE5565594230-B9P"),
    contract=ROUTE.contract,
    logical_address=ROUTE.logical_address,
    filters=(Filter.of("riv:x", "a", "b"), Filter.of("riv:y")),
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
)


def rows(*several: Route | Authorisation) -> Rows:
    return Rows(
        routes=tuple(row for row in several if isinstance(row, Route)),
        authorisations=tuple(row for row in several if isinstance(row, Authorisation)),
    ).completed()


def broken(judged: Rows) -> list[tuple[str, str]]:
    """Give rule and text of each fault."""
    return [(fault.rule, fault.text) for fault in faults_in(judged)]


def test_catalogue_in_order_has_no_fault() -> None:
    """The rows that the tests below break are right as they are."""
    assert broken(rows(ROUTE, AUTHORISATION)) == []


@pytest.mark.parametrize("row", [ROUTE, AUTHORISATION], ids=["route", "authorisation"])
def test_period_does_not_end_before_it_begins(row: Route | Authorisation) -> None:
    """One day is a period; less than that is none."""
    one_day = replace(row, valid_from=date(2026, 12, 31))
    less = replace(row, valid_from=date(2027, 1, 1))

    assert broken(rows(one_day)) == []
    assert broken(rows(less)) == [
        ("period", "the period ends (2026-12-31) before it begins (2027-01-01)")
    ]


@pytest.mark.parametrize(
    ("row", "what"),
    [
        pytest.param(replace(ROUTE, address="http://å.example/"), "address", id="letter"),
        pytest.param(replace(ROUTE, address="http://p.example/a b"), "address", id="blank"),
        pytest.param(replace(ROUTE, address="a:/b"), "address", id="four characters"),
        pytest.param(replace(ROUTE, address="http://" + "a" * 249), "address", id="256 characters"),
        pytest.param(
            replace(ROUTE, logical_address=LogicalAddress("SE#1")),
            "logical address",
            id="delimiter",
        ),
        pytest.param(
            replace(ROUTE, logical_address=LogicalAddress("S" * 256)), "logical address", id="256"
        ),
        pytest.param(replace(ROUTE, producer=HsaId("SE 1")), "HSA-id", id="component"),
        pytest.param(replace(AUTHORISATION, consumer=HsaId("*")), "HSA-id", id="standard consumer"),
        pytest.param(replace(ROUTE, contract="urn riv"), "namespace", id="namespace"),
    ],
)
def test_text_has_the_form_that_the_catalogue_takes(row: Route | Authorisation, what: str) -> None:
    """Ids, namespaces and addresses are few characters long and of few kinds."""
    ((rule, text),) = broken(rows(row))

    assert rule == "pattern"
    assert text.startswith(f"the {what} '")


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(replace(ROUTE, address="a://b"), id="five characters"),
        pytest.param(replace(ROUTE, address="http://" + "a" * 248), id="255 characters"),
        pytest.param(replace(ROUTE, logical_address=LogicalAddress("*")), id="standard route"),
        pytest.param(replace(ROUTE, logical_address=LogicalAddress("S" * 255)), id="255"),
    ],
)
def test_form_is_taken_up_to_its_bounds(row: Route) -> None:
    """The longest, the shortest and ``*`` are within."""
    assert broken(rows(row)) == []


@pytest.mark.parametrize(
    ("later", "meets"),
    [
        pytest.param({"valid_from": date(2026, 12, 31), "valid_to": date(2027, 6, 1)}, True,
                     id="last day"),
        pytest.param({"valid_from": date(2027, 1, 1), "valid_to": date(2027, 6, 1)}, False,
                     id="day after"),
        pytest.param({"valid_from": date(2025, 1, 1), "valid_to": date(2027, 6, 1)}, True,
                     id="around"),
        pytest.param({"contract": "URN:RIV:X:GETRESPONDER:1", "valid_from": date(2026, 3, 1)},
                     True, id="other case"),
        pytest.param({"contract": "urn:riv:x:GetResponder:2"}, False, id="other contract"),
        pytest.param({"logical_address": LogicalAddress("*")}, False, id="other address"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("row", [ROUTE, AUTHORISATION], ids=["route", "authorisation"])
def test_rows_for_the_same_are_not_valid_at_the_same_time(
    row: Route | Authorisation, later: dict[str, object], meets: bool
) -> None:
    """The later of two that meet is at fault, wherever it goes."""
    other = replace(row, **later)  # type: ignore[arg-type]
    found = faults_in(rows(row, other))

    assert [fault.rule for fault in found] == (["overlap"] if meets else [])
    assert all(fault.row.number == 2 for fault in found)


def test_routes_meet_though_profile_and_address_differ() -> None:
    """Two profiles make VP006 at run time, so the catalogue does not take them."""
    other = replace(ROUTE, profile="RIVTABP20", address="http://other.example/")

    assert [rule for rule, _ in broken(rows(ROUTE, other))] == ["overlap"]


def test_authorisations_of_two_consumers_do_not_meet() -> None:
    """Each consumer has its own."""
    assert broken(rows(AUTHORISATION, replace(AUTHORISATION, consumer=HsaId("SE-2")))) == []


def test_row_that_lies_in_a_long_one_is_found_past_a_short_one() -> None:
    """The longest period so far is what the next one is held against."""
    long = replace(ROUTE, valid_from=date(2020, 1, 1), valid_to=date(2030, 1, 1))
    short = replace(ROUTE, valid_from=date(2021, 1, 1), valid_to=date(2021, 2, 1))
    late = replace(ROUTE, valid_from=date(2025, 1, 1), valid_to=date(2025, 2, 1))

    assert [fault.row.number for fault in faults_in(rows(long, short, late))] == [2, 3]


@pytest.mark.parametrize(
    ("row", "what"),
    [pytest.param(ROUTE, "route", id="route"),
     pytest.param(AUTHORISATION, "authorisation", id="authorisation")],
)  # fmt: skip
def test_no_row_stands_twice(row: Route | Authorisation, what: str) -> None:
    """Equal rows are one fault, not two."""
    assert broken(rows(row, row)) == [("duplicate", f"the {what} stands twice")]


@pytest.mark.parametrize(
    ("twice", "what"),
    [
        pytest.param(
            Rows(contracts=(ContractRow(namespace="urn:x", description="a"),
                            ContractRow(namespace="urn:x"))), "contract", id="contract"),
        pytest.param(
            Rows(components=(ComponentRow(hsa_id=HsaId("A")), ComponentRow(hsa_id=HsaId("A")))),
            "component", id="component"),
        pytest.param(
            Rows(call_addresses=(
                CallAddressRow(component=HsaId("A"), profile="RIVTABP21", address="http://a/"),
            ) * 2), "call address", id="call address"),
    ],
)  # fmt: skip
def test_nothing_is_described_twice(twice: Rows, what: str) -> None:
    """A key belongs to one row of its kind."""
    assert broken(twice.completed()) == [("duplicate", f"the {what} stands twice")]


def test_id_belongs_to_one_row_of_its_kind() -> None:
    """Two routes cannot both be number 7; a route and an authorisation can."""
    other = replace(ROUTE, number=7, logical_address=LogicalAddress("*"))
    seventh = replace(ROUTE, number=7)

    assert broken(rows(seventh, replace(AUTHORISATION, number=7))) == []
    assert broken(rows(seventh, other)) == [("duplicate", "the id 7 belongs to another route too")]


@pytest.mark.parametrize(
    ("filters", "text"),
    [
        pytest.param(
            (Filter.of("riv:x"), Filter.of("riv:x", "a")),
            "the filter on riv:x stands twice", id="domain"),
        pytest.param(
            (Filter.of("riv:x", "a", "a"),),
            "a category of the filter on riv:x stands twice", id="category"),
    ],
)  # fmt: skip
def test_filter_names_each_thing_once(filters: tuple[Filter, ...], text: str) -> None:
    """A domain has one filter, a filter each category once."""
    assert broken(rows(replace(AUTHORISATION, filters=filters))) == [("duplicate", text)]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        pytest.param("contracts", {"there is no contract urn:riv:x:GetResponder:1"},
                     id="contract"),
        pytest.param("logical_addresses", {"there is no logical address SE2321000016-1A2B"},
                     id="logical address"),
        pytest.param("components", {"there is no component SE2321000016-P",
                                    "there is no component SE5565594230-B9P"}, id="component"),
        pytest.param("profiles", {"there is no profile RIVTABP21"}, id="profile"),
        pytest.param("call_addresses", {"there is no call address SE2321000016-P, RIVTABP21, "
                                        "http://producer.example/get?a-b&c_d"}, id="call address"),
    ],
)  # fmt: skip
def test_row_names_nothing_that_is_not_there(kind: str, told: set[str]) -> None:
    """Every relation leads to a row."""
    whole = rows(ROUTE, AUTHORISATION)
    lacking = replace(whole, **{kind: ()})  # type: ignore[arg-type]

    found = broken(lacking)
    assert {text for _, text in found} == told
    assert {rule for rule, _ in found} == {"reference"}


def test_deleted_row_is_in_nobodys_way() -> None:
    """A row is unique among those that are not deleted, and what is deleted is not judged."""
    gone = replace(ROUTE, deleted=True, address="no address")

    assert broken(rows(gone, ROUTE, AUTHORISATION)) == []
    assert broken(rows(gone, gone)) == []


def test_deleted_contract_is_not_there_for_a_route() -> None:
    """A relation to a deleted row dangles."""
    whole = rows(ROUTE)
    gone = tuple(replace(row, deleted=True) for row in whole.contracts)

    assert [rule for rule, _ in broken(replace(whole, contracts=gone))] == ["reference"]


@pytest.mark.parametrize("rule", sorted(TOLERABLE))
def test_rule_can_be_let_off(rule: str) -> None:
    """Who wants to provoke the platform asks for it by the rule's name."""
    wrong = {
        "period": rows(replace(ROUTE, valid_from=date(2027, 1, 1))),
        "pattern": rows(replace(ROUTE, address="")),
        "overlap": rows(ROUTE, replace(ROUTE, address="http://other.example/")),
    }[rule]

    assert [fault.rule for fault in faults_in(wrong)] == [rule]
    assert faults_in(wrong, tolerated=[rule]) == ()
    assert faults_in(wrong, tolerated=TOLERABLE - {rule}) == faults_in(wrong)


def test_rule_that_keeps_rows_apart_cannot_be_let_off() -> None:
    """Without unique keys and whole references there is no catalogue to speak of."""
    assert set(RULES) - TOLERABLE == {"duplicate", "reference"}
    assert faults_in(rows(ROUTE, ROUTE), tolerated=RULES)


def test_ring_is_told_by_its_units_alone() -> None:
    """A unit below a ring is not in it."""
    assert rings_in(HsaTree({"A": "B", "B": "A", "C": "A", "D": "D"})) == ("A", "B", "D")
    assert rings_in(HsaTree({"A": "B", "B": "C"})) == ()
