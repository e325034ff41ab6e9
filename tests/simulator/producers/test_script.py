"""Scripts: which case answers which call, and every mistake in one told."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.errors import UsageError
from simulator.producers.script import Asked, Case, script_from

BODY = b'<e:E xmlns:e="urn:e"><e:id>7</e:id><e:kind>credit</e:kind></e:E>'


def asked(**facts: Any) -> Asked:
    return Asked(**{"body": BODY, "headers": {"x-rivta-test": "abc"}, **facts})


def a_case(**when: Any) -> Case:
    (case,) = script_from("one", [{"when": when, "body": "<a/>"}])
    return case


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        pytest.param({}, True, id="no condition"),
        pytest.param(
            {"xpath": "//e:kind = 'credit'", "namespaces": {"e": "urn:e"}}, True, id="true xpath"
        ),
        pytest.param(
            {"xpath": "//e:kind = 'debit'", "namespaces": {"e": "urn:e"}}, False, id="false xpath"
        ),
        pytest.param({"xpath": "//*[local-name()='id']"}, True, id="a node is found"),
        pytest.param({"xpath": "//absent"}, False, id="no node is found"),
        pytest.param({"headers": {"X-Rivta-Test": "a.c"}}, True, id="header, by pattern"),
        pytest.param({"headers": {"x-rivta-test": "a"}}, False, id="pattern fits a part only"),
        pytest.param({"headers": {"x-other": ".+"}}, False, id="header that is not there"),
        pytest.param({"headers": {"x-other": ""}}, True, id="header that must not be there"),
        pytest.param({"contract": "URN:C"}, True, id="its contract, ignoring case"),
        pytest.param({"contract": "urn:d"}, False, id="another contract"),
        pytest.param({"calls": [1, 3]}, True, id="the third call"),
        pytest.param({"calls": [1, 2]}, False, id="not the third call"),
        pytest.param({"from_call": 3}, True, id="from the third on"),
        pytest.param({"from_call": 4}, False, id="from the fourth on"),
        pytest.param({"from_call": 3, "contract": "urn:d"}, False, id="all must hold"),
    ],
)
def test_condition_decides(when: dict[str, Any], holds: bool) -> None:
    """For the third call, of one contract."""
    assert a_case(**when).when.holds(asked(number=3, contract="urn:c")) is holds


def test_xpath_is_false_of_what_is_no_xml() -> None:
    """A message that cannot be read fits no xpath, and breaks nothing."""
    assert not a_case(xpath="true()").when.holds(asked(body=b"no xml"))


@pytest.mark.parametrize(
    "document",
    [
        {"body": "<a/>"},
        {"example": True, "status": 202, "judge": True},
        {"fault": "Nej", "when": {"from_call": 2, "calls": [4, 5]}},
        {"template": "{{ number }}", "headers": {"x-a": "b"}, "when": {"xpath": "true()"}},
        {"echo": True, "when": {"headers": {"x-a": ".*"}, "contract": "urn:c"}},
        {"payload": "<a/>", "when": {"xpath": "//p:a", "namespaces": {"p": "urn:p"}}},
    ],
    ids=lambda document: next(iter(document)),
)
def test_what_is_told_arranges_the_same(document: dict[str, Any]) -> None:
    """Told and arranged again, a script is the same."""
    (case,) = script_from("one", document)

    assert case.to_json() == document
    assert script_from("one", [case.to_json()]) == (case,)


def test_fault_is_http_500_unless_told_otherwise() -> None:
    """A SOAP fault comes with the status that SOAP 1.1 wants."""
    (fault,) = script_from("one", {"fault": "Nej"})
    (odd,) = script_from("one", {"fault": "Nej", "status": 200})

    assert (fault.answer.status, odd.answer.status) == (500, 200)
    assert odd.to_json()["status"] == 200


@pytest.mark.parametrize(
    ("document", "told"),
    [
        pytest.param([], "at least one case", id="empty"),
        pytest.param("text", "case 1 must be a table", id="no table"),
        pytest.param({}, "exactly one of", id="no answer"),
        pytest.param({"body": "", "echo": True}, "exactly one of", id="two answers"),
        pytest.param({"body": 1}, "body must be a text", id="body that is no text"),
        pytest.param({"echo": "yes"}, "echo must be true", id="echo that is no truth"),
        pytest.param({"echo": True, "delay": 1}, "delay is not known", id="unknown key"),
        pytest.param({"echo": True, "status": 42}, "status must be", id="no HTTP status"),
        pytest.param({"echo": True, "headers": [1]}, "headers must be", id="headers no table"),
        pytest.param({"echo": True, "when": 1}, "when must be a table", id="when no table"),
        pytest.param({"echo": True, "when": {"x": 1}}, r"when\.x is not known", id="unknown when"),
        pytest.param({"echo": True, "when": {"xpath": "//["}}, "cannot be used", id="bad xpath"),
        pytest.param(
            {"echo": True, "when": {"xpath": "//p:a"}}, "cannot be used", id="undeclared prefix"
        ),
        pytest.param(
            {"echo": True, "when": {"xpath": "//p:a", "calls": [9]}},
            "cannot be used",
            id="undeclared prefix of a later call",
        ),
        pytest.param(
            {"echo": True, "when": {"headers": {"a": "("}}}, "no pattern", id="bad pattern"
        ),
        pytest.param({"echo": True, "when": {"calls": [0]}}, "calls must be", id="call 0"),
        pytest.param({"echo": True, "when": {"from_call": 0}}, "from_call must be", id="from 0"),
    ],
)
def test_mistake_is_told(document: object, told: str) -> None:
    """Nothing wrong is arranged in silence."""
    with pytest.raises(UsageError, match=told):
        script_from("one", document)


def test_every_mistake_is_told_with_its_case() -> None:
    """The person mends them all in one go."""
    with pytest.raises(UsageError) as told:
        script_from("one", [{"echo": True, "status": 1}, {"body": 2}])

    assert "case 1: status" in str(told.value)
    assert "case 2: body" in str(told.value)
