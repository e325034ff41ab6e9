"""Orders (beställningar): what they bring in, what they end, and what they cannot mean."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from simulator.addressing import AddressingCatalogue
from simulator.addressing.documents import from_json
from simulator.addressing.orders import catalogue_ordered
from simulator.addressing.reading import CatalogueError
from simulator.addressing.syntax import Document

CONTRACT = "urn:riv:clinicalprocess:activity:request:ProcessRequestResponder:1"
DAY = date(2026, 12, 14)
FAR = date(2126, 12, 14)
NOW = datetime(2027, 1, 1, tzinfo=UTC)

ROUTE = {
    "tjanstekomponent": "SE2321000016-F835",
    "logiskAdress": "SE2321000016-G08F",
    "tjanstekontrakt": CONTRACT,
    "rivtaprofil": "RIVTABP21",
    "adress": "https://producer.example/request",
}
AUTHORISATION = {
    "tjanstekonsument": "SE5565594230-B31",
    "logiskAdress": "SE2321000016-G08F",
    "tjanstekontrakt": CONTRACT,
}
ALL = {
    "tjanstekontrakt": [{"namnrymd": CONTRACT, "majorVersion": 1, "beskrivning": "Request"}],
    "logiskadresser": [{"hsaId": "SE2321000016-G08F", "beskrivning": "Mottagningen"}],
    "tjanstekomponenter": [
        {"hsaId": "SE2321000016-F835", "beskrivning": "Producenten"},
        {"hsaId": "SE5565594230-B31", "beskrivning": "Konsumenten"},
    ],
    "vagval": [ROUTE],
    "anropsbehorigheter": [AUTHORISATION],
}
EMPTY = from_json({"profiles": [{"name": "RIVTABP20"}, {"name": "RIVTABP21"}]})


def order(
    base: AddressingCatalogue = EMPTY, *, day: str = "2026-12-14T12:00:00+0100", **parts: Any
) -> AddressingCatalogue:
    tables = {
        "plattform": "NTJP-TEST",
        "formatVersion": 1.0,
        "version": 1,
        "bestallningsTidpunkt": "2026-11-22T12:00:01+0000",
        "genomforandeTidpunkt": day,
        "utforare": "Kalle",
        "kommentar": None,
        "inkludera": None,
        "exkludera": None,
        **parts,
    }
    document = Document(name="order.json", tables=tables, line_of=lambda _place: None)
    return catalogue_ordered(document, base=base)


def problems(base: AddressingCatalogue = EMPTY, **parts: Any) -> list[str]:
    with pytest.raises(CatalogueError) as caught:
        order(base, **parts)
    return str(caught.value).splitlines()


@pytest.fixture
def ordered() -> AddressingCatalogue:
    """Give a catalogue that an order has filled."""
    return order(inkludera=ALL)


def test_what_is_included_is_valid_for_a_hundred_years(ordered: AddressingCatalogue) -> None:
    """Route and authorisation begin on the day of the change."""
    (route,), (row,) = ordered.routes, ordered.authorisations

    assert (route.valid_from, route.valid_to) == (DAY, FAR)
    assert (row.valid_from, row.valid_to, row.agreement) == (DAY, FAR, "AUTOTAKNING")
    assert ordered.find_routes("SE2321000016-G08F", CONTRACT, at=NOW)[0] == (route,)
    assert ordered.find_authorisation("SE5565594230-B31", "SE2321000016-G08F", CONTRACT, at=NOW)[0]
    assert {each.description for each in ordered.rows.components} == {"Producenten", "Konsumenten"}
    assert (ordered.published.version, ordered.published.by) == (2, "Kalle")


def test_other_route_takes_over_on_the_day(ordered: AddressingCatalogue) -> None:
    """The old route ends the day before; its address stays known."""
    moved = {**ROUTE, "adress": "https://new.example/request"}
    catalogue = order(ordered, day="2027-06-01", inkludera={"vagval": [moved]})

    assert [(route.address, route.valid_from, route.valid_to) for route in catalogue.routes] == [
        ("https://producer.example/request", DAY, date(2027, 5, 31)),
        ("https://new.example/request", date(2027, 6, 1), date(2127, 6, 1)),
    ]


def test_route_that_had_not_begun_gives_way_without_a_trace(ordered: AddressingCatalogue) -> None:
    """A row that would never be valid is gone, and the address that only it used."""
    moved = {**ROUTE, "adress": "https://new.example/request"}
    catalogue = order(ordered, day="2026-12-01", inkludera={"vagval": [moved]})

    assert [route.address for route in catalogue.routes] == ["https://new.example/request"]
    assert [row.address for row in catalogue.rows.call_addresses] == ["https://new.example/request"]


def test_same_route_is_prolonged(ordered: AddressingCatalogue) -> None:
    """What is ordered again goes on; ordered for an earlier day, it begins then."""
    later = order(ordered, day="2027-06-01", inkludera=ALL)
    assert [(row.valid_from, row.valid_to) for row in later.rows.decisive] == [
        (DAY, date(2127, 6, 1))
    ] * 2

    earlier = order(ordered, day="2026-12-01", inkludera=ALL)
    assert [(row.valid_from, row.valid_to) for row in earlier.rows.decisive] == [
        (date(2026, 12, 1), date(2126, 12, 1))
    ] * 2


def test_excluded_rows_end_the_day_before(ordered: AddressingCatalogue) -> None:
    """The case of what an order names does not matter."""
    shouted = {**ROUTE, "logiskAdress": "se2321000016-g08f"}
    parts = {"vagval": [shouted], "anropsbehorigheter": [AUTHORISATION]}
    catalogue = order(ordered, day="2027-06-01", exkludera=parts)

    assert [row.valid_to for row in catalogue.rows.decisive] == [date(2027, 5, 31)] * 2


def test_excluded_rows_that_had_not_begun_are_gone(ordered: AddressingCatalogue) -> None:
    """With them everything can go that nothing names any more."""
    catalogue = order(ordered, day="2026-12-01", exkludera=ALL)

    assert not catalogue.rows.decisive
    assert not catalogue.rows.contracts
    assert not catalogue.rows.components
    assert not catalogue.rows.logical_addresses


def test_excluding_what_is_not_there_changes_nothing(ordered: AddressingCatalogue) -> None:
    """The national catalogue takes that without a word, too."""
    other = {**ROUTE, "logiskAdress": "SE-OTHER"}
    catalogue = order(ordered, exkludera={"vagval": [other], "logiskadresser": [{"hsaId": "X"}]})

    assert catalogue.rows == ordered.rows


def test_described_again_keeps_its_spelling() -> None:
    """New HSA-ids are kept in capital letters; known ones stay as they are spelt."""
    base = from_json({"logical_addresses": [{"hsa_id": "gemenlogiskadress", "id": 7}]}, base=EMPTY)
    parts = [
        {"hsaId": "GemenLogiskAdress", "beskrivning": "Nu"},
        {"hsaId": "ny", "beskrivning": ""},
    ]
    rows = order(base, inkludera={"logiskadresser": parts}).rows.logical_addresses

    assert [(row.hsa_id, row.description) for row in rows] == [
        ("gemenlogiskadress", "Nu"),
        ("NY", ""),
    ]


def test_leap_day_ends_on_the_day_before_in_a_common_year() -> None:
    """A hundred years after 29 February 2000 there is none."""
    catalogue = order(day="2000-02-29", inkludera=ALL)

    assert catalogue.routes[0].valid_to == date(2100, 2, 28)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        pytest.param(
            {"inkludera": {**ALL, "tjanstekontrakt": []}},
            [
                f"order.json: inkludera.vagval[1]: there is no contract {CONTRACT} - declare the "
                "contract, or correct the name",
                f"order.json: inkludera.anropsbehorigheter[1]: there is no contract {CONTRACT} - "
                "declare the contract, or correct the name",
            ],
            id="contract that nobody knows",
        ),
        pytest.param(
            {"inkludera": {**ALL, "vagval": [{**ROUTE, "rivtaprofil": "RIVTABP99"}]}},
            [
                "order.json: inkludera.vagval[1]: there is no profile RIVTABP99 - declare the "
                "profile, or correct the name",
                "order.json: inkludera.vagval[1]: there is no profile RIVTABP99 - declare the "
                "profile, or correct the name",
            ],
            id="profile that nobody knows",
        ),
        pytest.param(
            {"inkludera": {**ALL, "vagval": [{**ROUTE, "adress": ""}]}},
            ["order.json: inkludera.vagval[1]: the address '' has a form that the catalogue does "
             "not take - use letters, digits and _ . : / - ? &, 5 to 255 of them"],
            id="no address",
        ),
        pytest.param(
            {"inkludera": {"anropsbehorigheter": [{"logiskAdress": "X"}]}},
            ["order.json: inkludera.anropsbehorigheter[1]: tjanstekonsument is missing - add "
             "tjanstekonsument",
             "order.json: inkludera.anropsbehorigheter[1]: tjanstekontrakt is missing - add "
             "tjanstekontrakt"],
            id="incomplete",
        ),
        pytest.param(
            {"inkludera": {"vägval": []}},
            ["order.json: inkludera.vägval: this key is unknown - write vagval"],
            id="misspelt",
        ),
        pytest.param({"day": ""},
                     ["order.json: genomforandeTidpunkt: '' is not a day such as 2026-01-01, or a "
                      "time with zone such as 2026-01-01T12:00:00+01:00 - give a day such as "
                      "2026-01-01, or a time with zone such as 2026-01-01T12:00:00+01:00"],
                     id="no day"),
    ],
)  # fmt: skip
def test_order_that_cannot_be_carried_out_is_refused(
    parts: dict[str, Any], told: list[str]
) -> None:
    """Each fault is told where the order has it."""
    found = problems(**parts)

    assert [line for line in told if line not in found] == []


def test_what_is_still_named_cannot_go(ordered: AddressingCatalogue) -> None:
    """A contract stays as long as a row names it."""
    told = problems(ordered, exkludera={"tjanstekontrakt": ALL["tjanstekontrakt"]})

    assert told[0] == (
        f"order.json: exkludera.tjanstekontrakt[1]: {CONTRACT} is named by 2 rows that stay - "
        "exclude them too"
    )


def test_order_cannot_choose_between_rows(ordered: AddressingCatalogue) -> None:
    """Several running routes for the same leave nothing that could be meant."""
    told = from_json(
        {
            "catalogue": {"tolerate": ["overlap"]},
            "routes": [
                {"logical_address": "SE2321000016-G08F", "contract": CONTRACT, "address": address}
                for address in ("http://one.example/", "http://two.example/")
            ],
        },
        base=ordered,
    )

    assert problems(told, inkludera={"vagval": [ROUTE]}) == [
        "order.json: inkludera.vagval[1]: 2 rows are valid for this after 2026-12-14 - "
        "end all but one of them"
    ]


def test_faults_that_were_there_before_are_not_the_orders() -> None:
    """An order is judged by what it brings."""
    base = from_json(
        {
            "catalogue": {"tolerate": ["pattern"]},
            "routes": [{"logical_address": "Å", "contract": "urn:x", "address": ""}],
        },
        base=EMPTY,
    )

    assert len(order(base, inkludera=ALL).routes) == 2
