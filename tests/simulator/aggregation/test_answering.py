"""Records of many answers in one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from simulator.aggregation.answering import gathered

if TYPE_CHECKING:
    from simulator.aggregation import AggregatedService

XSI = "http://www.w3.org/2001/XMLSchema-instance"


def told(service: AggregatedService, *contents: str) -> str:
    """Gather the answers with these contents, where r is the contract and d the domain."""
    name = f"{service.interaction}Response"
    answers = [
        etree.fromstring(
            f'<r:{name} xmlns:r="{service.contract}" xmlns:d="urn:d" xmlns:e="urn:e" '
            f'xmlns:xsi="{XSI}">{content}</r:{name}>'
        )
        for content in contents
    ]
    return etree.tostring(gathered(service, answers)).decode()


def test_contract_without_records_has_an_empty_answer(res: AggregatedService) -> None:
    """Whatever the sources wrote."""
    assert told(res, "<r:any/>", "") == (
        f'<RequestExemptionStatusesResponse xmlns="{res.contract}"/>'
    )


@pytest.mark.parametrize(
    ("records", "contents", "expected"),
    [
        pytest.param(
            ("visit",),
            ("<r:visit><d:a>1</d:a></r:visit>", "<r:visit><d:a>2</d:a></r:visit>"),
            "<visit><ns2:a>1</ns2:a></visit><visit><ns2:a>2</ns2:a></visit>",
            id="in the response itself",
        ),
        pytest.param(
            ("list/visit",),
            ("<r:list><r:visit/><r:visit/></r:list>", "<r:list><r:visit/></r:list>", "<r:list/>"),
            "<list><visit/><visit/><visit/></list>",
            id="in a list",
        ),
        pytest.param(
            ("visit", "hasMore"),
            ("<r:visit/><r:hasMore><d:a/></r:hasMore>", "<r:visit/>"),
            "<visit/><visit/><hasMore><ns2:a/></hasMore>",
            id="of two kinds, in the order of the schema",
        ),
        pytest.param(
            ("visit",),
            ("<r:visit/><r:result><d:resultCode>ERROR</d:resultCode></r:result>",),
            "<visit/>",
            id="without the result",
        ),
        pytest.param(
            ("visit",),
            ("<r:visit><e:b/><d:a/></r:visit>",),
            "<visit><ns2:b/><ns3:a/></visit>",
            id="with two domains",
        ),
    ],
)
def test_records_alone_are_carried_over(
    records: tuple[str, ...], contents: tuple[str, ...], expected: str, visits: AggregatedService
) -> None:
    """In the order of the table, source by source."""
    answer = told(replace(visits, records=records), *contents)

    assert answer.partition(">")[2] == f"{expected}</GetVisitsResponse>"


def test_element_without_namespace_stays_without(visits: AggregatedService) -> None:
    """It must not slip into the response's."""
    answer = told(replace(visits, records=("visit",)), "<r:visit><plain/></r:visit>")

    root = etree.fromstring(answer)
    assert root.tag == visits.response
    assert root[0][0].tag == "plain"


@pytest.mark.parametrize(
    ("written", "namespace"),
    [
        pytest.param("e:Long", "urn:e", id="of another domain"),
        pytest.param("r:Long", None, id="of the contract"),
    ],
)
def test_type_keeps_its_namespace(
    written: str, namespace: str | None, visits: AggregatedService
) -> None:
    """Its prefix stood above the record, and is another now."""
    content = f'<r:visit xsi:type="{written}"><d:a/></r:visit>'

    record = etree.fromstring(told(replace(visits, records=("visit",)), content))[0]

    prefix, _, name = str(record.get(f"{{{XSI}}}type")).rpartition(":")
    assert record.nsmap[prefix or None] == (namespace or visits.contract)
    assert name == "Long"
