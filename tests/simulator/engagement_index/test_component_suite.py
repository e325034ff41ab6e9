"""The component suite that is run against the national index: platform facts, section 8.6.

What the suite waits ten seconds for is here stored on demand, after each step.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from lxml import etree

from contracts.envelope import body_of
from simulator.engagement_index.engagements import Engagement, Transaction
from simulator.engagement_index.messages import (
    FIND_CONTENT,
    PROCESS_NOTIFICATION,
    UPDATE,
    asking_for,
    asking_to,
    engagements_in,
)

INDEX = "ei-hsa-id"
ENGAGEMENT = Engagement(
    resident="1313131313",
    service_domain="TEST-DOMAIN",
    categorization="TEST-CATEGORY",
    logical_address="TEST-LOGICAL-ADDRESS-2",
    business_object="TEST-BOII",
    interest="TEST_CPIID",
    source_system="TEST-SOURCE-SYSTEM",
    data_controller="TEST-DATA-CONTROLLER",
    most_recent="20261121093000",
)


def insert(**values: str) -> Transaction:
    return Transaction(engagement=ENGAGEMENT._replace(**values))


def delete(**values: str) -> Transaction:
    return Transaction(delete=True, engagement=ENGAGEMENT._replace(**values))


def without(transaction: Transaction, *elements: str) -> str:
    """Give a transaction's XML without some of its elements."""
    (root,) = etree.fromstring(asking_to(UPDATE, [transaction]))
    for element in root.iter():
        if etree.QName(element).localname in elements:
            parent = element.getparent()
            assert parent is not None
            parent.remove(element)
    return etree.tostring(root).decode()


@pytest.fixture
def suite(a_desk: Callable[..., Any]) -> Any:
    """Give the index that the suite is run against; its first step deletes what it inserts."""
    desk = a_desk(names={"own": INDEX})
    desk.update(delete())
    desk.notify(delete(owner="remote-owner"))
    return desk


def find(suite: Any, resident: str = "1313131313") -> list[Engagement]:
    texts = {"registeredResidentIdentification": resident, "serviceDomain": "TEST-DOMAIN"}
    answer = body_of(suite.ask(FIND_CONTENT, asking_for(FIND_CONTENT, texts)))
    assert str(answer.tag).endswith("}FindContentResponse")
    return list(engagements_in(answer))


def test_update_ok_valid(suite: Any) -> None:
    """Update OK, valid."""
    suite.update(insert())

    assert len(find(suite)) == 1


def test_update_ok_delete_flag(suite: Any) -> None:
    """Update OK, deleteFlag."""
    suite.update(insert(), insert(resident="1414141414"))
    suite.update(delete())

    assert find(suite) == []
    assert len(find(suite, "1414141414")) == 1


@pytest.mark.parametrize(
    ("how", "owner"), [("update", ""), ("notify", "remote-owner")], ids=["Update", "Notification"]
)
def test_ok_times(suite: Any, how: str, owner: str) -> None:
    """Update OK, times; ProcessNotification OK, times."""
    getattr(suite, how)(insert(owner=owner))
    (first,) = find(suite)
    suite.now += timedelta(seconds=10)
    getattr(suite, how)(insert(owner=owner))
    (second,) = find(suite)

    assert (len(first.created), first.updated) == (14, "")
    assert (len(second.created), len(second.updated)) == (14, 14)


def test_update_ok_owner(suite: Any) -> None:
    """Update OK, owner."""
    suite.update(insert())

    assert [one.owner for one in find(suite)] == [INDEX]


def test_update_ok_no_duplicates(suite: Any) -> None:
    """Update OK, no duplicates."""
    suite.update(insert())
    suite.update(insert())

    assert len(find(suite)) == 1


def test_update_error_missing_mandatory(suite: Any) -> None:
    """Update ERR, missing mandatory: the second, without deleteFlag, would have been taken."""
    name = f'<u:Update xmlns:u="{UPDATE}">'
    wrong = without(insert(), "dataController")
    bare = without(insert(interest="2"), "deleteFlag")

    told = suite.refusal(UPDATE, f"{name}{wrong}{bare}</u:Update>".encode())

    assert told.startswith("EI004: The payload does not validate")
    suite.settle()
    assert find(suite) == []
    suite.ask(UPDATE, f"{name}{bare}</u:Update>".encode())
    suite.settle()
    assert len(find(suite)) == 1


@pytest.mark.parametrize("namespace", [UPDATE, PROCESS_NOTIFICATION])
def test_error_duplicate(suite: Any, namespace: str) -> None:
    """Update ERR, duplicate; ProcessNotification ERR, duplicate."""
    payload = asking_to(namespace, [insert(owner="remote-owner")] * 2)

    assert suite.refusal(namespace, payload).startswith(
        "EI002: EngagementTransaction #1 and #2 have the same key."
    )
    suite.settle()
    assert find(suite) == []


@pytest.mark.parametrize("namespace", [UPDATE, PROCESS_NOTIFICATION])
def test_error_reserved_address(suite: Any, namespace: str) -> None:
    """Update ERR, reserved address; ProcessNotification ERR, reserved address."""
    payload = asking_to(namespace, [insert(owner="remote-owner", logical_address=INDEX)])

    assert suite.refusal(namespace, payload).startswith(
        "EI005: The logicalAddress in EngagementTransaction #1 is reserved and not allowed, hsa-id:"
    )
    suite.settle()
    assert find(suite) == []


def test_find_content_ok(suite: Any) -> None:
    """FindContent OK, find; FindContent OK, empty."""
    suite.update(
        insert(), insert(resident="1414141414"), insert(resident="1414141414", interest="2")
    )

    assert len(find(suite)) == 1
    assert len(find(suite, "1414141414")) >= 2
    assert find(suite, "1515151515") == []


def test_find_content_error_missing(suite: Any) -> None:
    """FindContent ERR, missing."""
    assert suite.refusal(FIND_CONTENT, asking_for(FIND_CONTENT, {})).startswith(
        "EI000: A technical error has occurred, error message"
    )


def test_process_notification_ok_valid(suite: Any) -> None:
    """ProcessNotification OK, valid."""
    suite.notify(insert(owner="remote-owner"))

    assert [one.owner for one in find(suite)] == ["remote-owner"]


def test_process_notification_ok_circular(suite: Any) -> None:
    """ProcessNotification OK, circular."""
    suite.notify(insert(owner=INDEX))

    assert find(suite) == []


def test_process_notification_ok_change_owner(suite: Any) -> None:
    """ProcessNotification OK, change owner: also where the Update still waits for others."""
    suite.take(UPDATE, insert())
    suite.notify(insert(owner="remote-owner"))

    assert [one.owner for one in find(suite)] == ["remote-owner"]


def test_process_notification_ok_delete_flag(suite: Any) -> None:
    """ProcessNotification OK, deleteFlag."""
    suite.notify(insert(owner="remote-owner"))
    suite.notify(delete(owner="remote-owner"))

    assert find(suite) == []


def test_process_notification_error_missing(suite: Any) -> None:
    """ProcessNotification ERR, missing."""
    payload = asking_to(PROCESS_NOTIFICATION, [Transaction(engagement=Engagement())])

    assert suite.refusal(PROCESS_NOTIFICATION, payload).startswith(
        "EI004: The payload does not validate"
    )


def test_process_notification_error_too_many(suite: Any) -> None:
    """ProcessNotification ERR, too many."""
    many = [insert(owner="remote-owner", interest=str(number)) for number in range(1001)]

    assert suite.refusal(PROCESS_NOTIFICATION, asking_to(PROCESS_NOTIFICATION, many)).startswith(
        "EI000: A technical error has occurred, error message:"
    )
