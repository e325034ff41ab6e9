"""What FindContent and GetUpdates find, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from lxml import etree

from contracts.envelope import body_of, fault_in
from simulator.engagement_index.engagements import Transaction
from simulator.engagement_index.messages import (
    FIND_CONTENT,
    GET_UPDATES,
    asking_for,
    engagements_in,
)

Make = Callable[..., Transaction]
DOMAIN = "riv:financial:patientfees:exemption"


@pytest.mark.parametrize(
    ("name", "element"),
    [
        ("resident", "registeredResidentIdentification"),
        ("service_domain", "serviceDomain"),
        ("categorization", "categorization"),
        ("logical_address", "logicalAddress"),
        ("business_object", "businessObjectInstanceIdentifier"),
        ("interest", "clinicalProcessInterestId"),
        ("source_system", "sourceSystem"),
        ("data_controller", "dataController"),
    ],
)
def test_each_field_that_is_given_must_be_equal(
    desk: Any, saving: Make, name: str, element: str
) -> None:
    """To the letter: neither case nor a part of a value will do."""
    desk.update(saving(), saving(**{name: "Another"}))

    assert [getattr(one, name) for one in desk.find(**{element: "Another"})] == ["Another"]
    assert desk.find(**{element: "another"}) == []
    assert desk.find(**{element: "Anothe"}) == []


def test_owner_must_be_equal(desk: Any, saving: Make) -> None:
    """The owner is what the index says it is."""
    desk.update(saving(owner="ignored"))
    desk.notify(saving(owner="remote-owner", interest="2"))

    assert [one.interest for one in desk.find(owner="remote-owner")] == ["2"]
    assert desk.find(owner="ignored") == []


def test_content_is_found_from_its_second_on(desk: Any, saving: Make) -> None:
    """The same second and later; content without time is left out."""
    times = ["20261121092959", "20261121093000", "20261121093001", None]
    desk.update(*(saving(most_recent=at, interest=str(at)) for at in times))

    found = desk.find(mostRecentContent="20261121093000")

    assert {one.most_recent for one in found} == {"20261121093000", "20261121093001"}
    assert len(desk.find()) == 4


def test_fields_hold_together(desk: Any, saving: Make) -> None:
    """All that is given must fit one record."""
    desk.update(saving(categorization="a", source_system="A"), saving(source_system="B"))

    assert desk.find(categorization="a", sourceSystem="B") == []
    assert len(desk.find(categorization="a", sourceSystem="A")) == 1


@pytest.mark.parametrize("element", ["registeredResidentIdentification", "serviceDomain"])
@pytest.mark.parametrize("how", ["left out", "empty"])
def test_resident_and_domain_are_mandatory(desk: Any, element: str, how: str) -> None:
    """EI000 names the one that is missing."""
    texts = {"registeredResidentIdentification": "191001209814", "serviceDomain": DOMAIN}
    texts[element] = ""
    if how == "left out":
        del texts[element]

    assert desk.refusal(FIND_CONTENT, asking_for(FIND_CONTENT, texts)) == (
        f"EI000: A technical error has occurred, error message: {element} is mandatory but missing"
    )


def updates(desk: Any, since: str, after: str = "") -> tuple[bool, dict[str, list[str]]]:
    """Give whether an answer is complete, and the residents with what they have."""
    texts = {"serviceDomain": DOMAIN, "timeStamp": since}
    texts |= {"registeredResidentLastFetched": after} if after else {}
    root = desk.ask(GET_UPDATES, asking_for(GET_UPDATES, texts))
    assert fault_in(root) is None, etree.tostring(root)
    answer = body_of(root)
    told = {
        one.findtext("{*}registeredResidentIdentification") or "": [
            each.interest for each in engagements_in(one)
        ]
        for one in answer.iter(f"{{{GET_UPDATES}}}registeredResidentEngagement")
    }
    return answer.findtext(f"{{{GET_UPDATES}}}responseIsComplete") == "true", told


def test_what_has_changed_since_a_time_can_be_fetched(
    desk: Any, saving: Make, deleting: Make
) -> None:
    """By resident, with all that the resident has now; who has nothing left has nothing."""
    desk.update(saving(resident="1"), saving(resident="2"), saving(resident="3"))
    desk.now += timedelta(minutes=1)

    desk.update(saving(resident="1", interest="new"), deleting(resident="2"))
    desk.update(saving(resident="4", service_domain="riv:another"), saving(resident="5"))

    complete, told = updates(desk, "20261122120100")
    assert complete
    assert {name: sorted(has) for name, has in told.items()} == {
        "1": ["NA", "new"],
        "2": [],
        "5": ["NA"],
    }
    assert set(updates(desk, "20261122120000")[1]) == {"1", "2", "3", "5"}
    assert updates(desk, "20261122120101") == (True, {})


def test_updates_come_in_parts(desk: Any, saving: Make) -> None:
    """An answer that is not complete goes on after the last resident it held."""
    names = [f"{number:03}" for number in range(250)]
    desk.update(*(saving(resident=name) for name in names))

    fetched: list[str] = []
    complete, parts = False, 0
    while not complete:
        complete, told = updates(desk, "20261122120000", fetched[-1] if fetched else "")
        fetched += told
        parts += 1

    assert fetched == names
    assert parts == 3


def test_updates_need_a_domain_and_a_time(desk: Any) -> None:
    """The texts are those of the other services; the national index has no such service."""

    def refusal(**texts: str) -> str:
        return str(desk.refusal(GET_UPDATES, asking_for(GET_UPDATES, texts)))

    assert refusal(timeStamp="20261122120000") == (
        "EI000: A technical error has occurred, error message: "
        "serviceDomain is mandatory but missing"
    )
    assert refusal(serviceDomain=DOMAIN, timeStamp="yesterday") == (
        'Input date is not according to expected format "YYYYMMDDhhmmss": yesterday'
    )
