"""What is written can be read again, and is the same: for any catalogue."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from contracts.terms import SWEDISH_TIME, HsaId, LogicalAddress
from simulator.addressing import (
    AddressingCatalogue,
    Authorisation,
    Filter,
    FilterCategory,
    HsaTree,
    LookupRules,
    Route,
)
from simulator.addressing.documents import catalogue_in
from simulator.addressing.entities import (
    CallAddressRow,
    ComponentRow,
    ContractRow,
    LogicalAddressRow,
    ProfileRow,
    PublishedVersion,
    Rows,
)
from simulator.addressing.published import exported, stored
from simulator.addressing.published_reading import catalogue_published
from simulator.addressing.rows import Row
from simulator.addressing.syntax import read_text, write_text
from simulator.addressing.validation import TOLERABLE, faults_in
from simulator.addressing.writing import document_of

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ids = st.from_regex(r"[0-9a-zA-Z_\-]{1,8}", fullmatch=True)
namespaces = st.from_regex(r"urn:riv:[a-z]{1,3}:[A-Z]Responder:[1-9]", fullmatch=True)
profiles = st.sampled_from(["RIVTABP20", "RIVTABP21"])
addresses = st.from_regex(r"https?://[a-z]{1,4}/[a-z?&.\-]{0,4}", fullmatch=True)
days = st.dates()
instants = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
ends = st.one_of(days, instants)
books = st.fixed_dictionaries(
    {},
    optional={
        "published": texts,
        "updated": instants,
        "updated_by": texts,
        "deleted": st.booleans(),
    },
)


def rows_of(kind: type, **values: st.SearchStrategy[object]) -> st.SearchStrategy[tuple]:  # type: ignore[type-arg]
    """Give rows of a kind, each with what the catalogue keeps about it."""
    one = st.builds(lambda book, **own: kind(**own, **book), books, **values)
    return st.lists(one, max_size=4).map(tuple)


categories = rows_of(FilterCategory, category=texts)
filters = rows_of(Filter, service_domain=texts, categories=categories)
all_rows = st.builds(
    Rows,
    profiles=rows_of(ProfileRow, name=profiles, description=texts),
    contracts=rows_of(
        ContractRow,
        namespace=namespaces,
        description=texts,
        major_version=st.integers(0, 99),
        minor_version=st.integers(0, 9),
    ),
    logical_addresses=rows_of(
        LogicalAddressRow, hsa_id=st.one_of(ids, st.just("*")), description=texts
    ),
    components=rows_of(ComponentRow, hsa_id=ids, description=texts),
    call_addresses=rows_of(
        CallAddressRow, component=ids.map(HsaId), profile=profiles, address=addresses
    ),
    routes=rows_of(
        Route,
        logical_address=ids.map(LogicalAddress),
        contract=namespaces,
        address=st.one_of(addresses, texts),
        profile=profiles,
        producer=st.one_of(ids, st.just("")).map(HsaId),
        valid_from=ends,
        valid_to=ends,
    ),
    authorisations=rows_of(
        Authorisation,
        consumer=ids.map(HsaId),
        contract=namespaces,
        logical_address=ids.map(LogicalAddress),
        agreement=texts,
        filters=filters,
        valid_from=ends,
        valid_to=ends,
    ),
)
rules = st.builds(
    LookupRules,
    delimiter=texts,
    delimiter_contracts=st.lists(texts, max_size=3).map(tuple),
    routes_climb=st.booleans(),
    authorisations_climb_except=st.lists(texts, max_size=3).map(tuple),
)
published = st.builds(
    PublishedVersion,
    format_version=st.integers(1, 9),
    version=st.integers(1, 2**40),
    time=st.one_of(st.none(), instants.map(lambda at: at.replace(microsecond=0))),
    by=texts,
    comment=texts,
)


def without_hard_faults(rows: Rows) -> Rows:
    """Leave out the rows with a fault that no file may have."""
    whole = rows.completed()
    while hard := {id(one.row) for one in faults_in(whole, tolerated=TOLERABLE)}:
        kept = {
            kind: tuple(row for row in getattr(whole, kind) if id(row) not in hard)
            for kind in Rows.__dataclass_fields__
        }
        whole = Rows(**kept).completed()
    return whole


@st.composite
def catalogues(draw: st.DrawFn) -> AddressingCatalogue:
    rows = without_hard_faults(draw(all_rows))
    if draw(st.booleans()):
        shift = partial(replace, rows.contracts[0], number=77) if rows.contracts else None
        contracts = (shift(), *rows.contracts[1:]) if shift else ()
        rows = replace(rows, contracts=contracts)
    chain = draw(st.lists(ids, max_size=4, unique=True))
    return AddressingCatalogue(
        rows=rows,
        tree=HsaTree(dict(pairwise(chain))),
        rules=draw(rules),
        published=draw(published),
    )


@pytest.mark.parametrize("suffix", [".toml", ".yaml", ".json"])
@settings(deadline=None, max_examples=50)
@given(catalogue=catalogues())
def test_own_form_is_read_as_it_was_written(suffix: str, catalogue: AddressingCatalogue) -> None:
    """Load, export, load: the same catalogue, in each form."""
    text = write_text(document_of(catalogue), suffix=suffix)
    again = catalogue_in(read_text(text, name="tak", suffix=suffix))

    assert again.rows == catalogue.rows
    assert again == catalogue


def as_published(
    catalogue: AddressingCatalogue, *, with_addresses_of_their_own: bool
) -> AddressingCatalogue:
    """Give what of a catalogue a published version can hold: rows in days, without editors."""
    rows = catalogue.rows.current()

    def bare(row: Row) -> Row:
        return replace(row, updated=None, updated_by="")

    def category(row: FilterCategory) -> FilterCategory:
        return replace(row, updated=None, updated_by="")

    def its_filters(row: Authorisation) -> tuple[Filter, ...]:
        return tuple(
            replace(
                one,
                updated=None,
                updated_by="",
                categories=tuple(category(each) for each in one.categories if not each.deleted),
            )
            for one in row.filters
            if not one.deleted
        )

    def address_of(row: Route | CallAddressRow) -> str:
        owner = row.producer if isinstance(row, Route) else row.component
        return (
            f"{owner}:{row.profile}:{row.address}" if with_addresses_of_their_own else row.address
        )

    told = {kind: tuple(map(bare, getattr(rows, kind))) for kind in Rows.__dataclass_fields__}
    told["routes"] = tuple(
        replace(bare(row), address=address_of(row), **days_of(row)) for row in rows.routes
    )
    told["call_addresses"] = tuple(
        replace(bare(row), address=address_of(row)) for row in rows.call_addresses
    )
    told["authorisations"] = tuple(
        replace(bare(row), filters=its_filters(row), **days_of(row)) for row in rows.authorisations
    )
    return AddressingCatalogue(rows=Rows(**told), published=catalogue.published)


def days_of(row: Route | Authorisation) -> dict[str, date]:
    """Give the Swedish days of a period."""

    def day(end: date) -> date:
        return end.astimezone(SWEDISH_TIME).date() if isinstance(end, datetime) else end

    return {"valid_from": day(row.valid_from), "valid_to": day(row.valid_to)}


@pytest.mark.parametrize("write", [stored, exported])
@settings(deadline=None, max_examples=50)
@given(catalogue=catalogues())
def test_published_version_is_read_as_it_was_written(
    write: Callable[[AddressingCatalogue], dict[str, object]], catalogue: AddressingCatalogue
) -> None:
    """Load, export, load: the same catalogue, in both of the national forms."""
    held = as_published(catalogue, with_addresses_of_their_own=write is exported)
    assume(not faults_in(held.rows, tolerated=TOLERABLE))
    text = json.dumps(write(held))
    document = read_text(text, name="pv.json", suffix=".json")

    again = catalogue_published(document)

    assert again.rows == held.rows
    assert again == held


def test_catalogue_differs_by_any_row() -> None:
    """Being the same is worth something: one letter in one row makes another catalogue."""
    row = Route(
        logical_address=LogicalAddress("A"), contract="urn:x", address="http://a/",
        valid_from=date(2026, 1, 1),
    )  # fmt: skip
    one = AddressingCatalogue(routes=[row])

    assert one == AddressingCatalogue(routes=[row])
    assert one != AddressingCatalogue(routes=[replace(row, valid_from=date(2026, 1, 2))])
    assert one != AddressingCatalogue(routes=[row], tree=HsaTree({"A": "B"}))
    assert one != AddressingCatalogue(routes=[row], rules=LookupRules(delimiter=""))
    assert one != "a catalogue"
