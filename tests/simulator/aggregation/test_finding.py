"""The question to the index."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from contracts.catalogue import bundled
from contracts.envelope import body_of
from contracts.schema import Schema
from contracts.terms import SWEDISH_TIME
from simulator.aggregation.finding import find_content

if TYPE_CHECKING:
    from simulator.aggregation import AggregatedService

NOW = datetime(2028, 2, 29, 12, 30, 5, tzinfo=SWEDISH_TIME)


def asked(service: AggregatedService, at: datetime = NOW) -> dict[str, str]:
    """Give the fields of the question."""
    message = find_content(service, "198112189876", index="5565594230", at=at)
    return {str(one.tag): str(one.text) for one in body_of(etree.fromstring(message))}


def test_question_is_valid_by_the_contract_s_schema(res: AggregatedService) -> None:
    """With all that a service may ask for."""
    domain = bundled().domain("itintegration:engagementindex", "1.0")
    contract = next(one for one in domain.contracts if one.interaction == "FindContent")
    message = find_content(res, "198112189876", index="5565594230", at=NOW)

    assert list(Schema(contract.schema).findings(body_of(etree.fromstring(message)))) == []


@pytest.mark.parametrize(
    ("categorizations", "expected"),
    [
        pytest.param((), None, id="none"),
        pytest.param(("dia",), "dia", id="one"),
        pytest.param(("dia", "voo"), None, id="several"),
    ],
)
def test_categorization_is_asked_for_where_there_is_exactly_one(
    categorizations: tuple[str, ...], expected: str | None, res: AggregatedService
) -> None:
    """Several are filtered afterwards."""
    fields = asked(replace(res, categorizations=categorizations))

    assert fields.get(next((k for k in fields if k.endswith("categorization")), "")) == expected


@pytest.mark.parametrize(
    ("years", "at", "expected"),
    [
        pytest.param(1, NOW, "20270228123005", id="a day that the year before lacks"),
        pytest.param(4, NOW, "20240229123005", id="a day that it has"),
        pytest.param(1, NOW.replace(month=3, day=1), "20270301123005", id="any day"),
        pytest.param(None, NOW, None, id="no limit"),
    ],
)
def test_age_is_counted_by_the_calendar(
    years: int | None, at: datetime, expected: str | None, res: AggregatedService
) -> None:
    """To the second."""
    fields = asked(replace(res, years=years), at)

    assert fields.get(next((k for k in fields if k.endswith("Content")), "")) == expected
