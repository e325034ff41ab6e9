"""What is written can be read again, and is the same: for any catalogue."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.terms import HsaId, LogicalAddress
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
    time=st.one_of(st.none(), instants),
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
@settings(deadline=None)
@given(catalogue=catalogues())
def test_own_form_is_read_as_it_was_written(suffix: str, catalogue: AddressingCatalogue) -> None:
    """Load, export, load: the same catalogue, in each form."""
    text = write_text(document_of(catalogue), suffix=suffix)
    again = catalogue_in(read_text(text, name="tak", suffix=suffix))

    assert again.rows == catalogue.rows
    assert again == catalogue


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
