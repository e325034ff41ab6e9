"""The TAK-API: read-only JSON about who works together with whom."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

GD = "urn:riv:clinicalprocess:healthcond:description:GetDiagnosisResponder:2"
LOGIN = {"Authorization": "Basic c2ltdWxhdG9yOnNpbXVsYXRvcg=="}

NUMBER = {"type": "integer"}
TEXT = {"type": "string", "minLength": 1}


def an_object(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": ["id", *required],
        "additionalProperties": False,
    }


POINT = an_object(("platform", "environment", "snapshotTime"), id=NUMBER, platform=TEXT,
                  environment=TEXT, snapshotTime={"type": "string", "pattern":
                  r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}$"})  # fmt: skip
PARTY = an_object(("hsaId",), id=NUMBER, hsaId=TEXT, description=TEXT, connectionPoint=POINT)
ADDRESS = an_object(("logicalAddress",), id=NUMBER, logicalAddress=TEXT, description=TEXT)
CONTRACT = an_object(("name", "namespace", "major", "minor"), id=NUMBER, name=TEXT,
                     namespace=TEXT, major=NUMBER, minor=NUMBER)  # fmt: skip
SHAPES = {
    "connectionPoints": POINT,
    "serviceConsumers": PARTY,
    "serviceProducers": PARTY,
    "logicalAddresses": ADDRESS,
    "serviceContracts": CONTRACT,
    "serviceDomains": an_object(("name", "namespace"), id=NUMBER, name=TEXT, namespace=TEXT),
    "installedContracts": an_object((), id=NUMBER, connectionPoint=POINT, serviceContract=CONTRACT),
    "cooperations": an_object((), id=NUMBER, serviceConsumer=PARTY, logicalAddress=ADDRESS,
                              connectionPoint=POINT, serviceContract=CONTRACT),
    "serviceProductions": an_object(
        ("physicalAddress", "rivtaProfile"), id=NUMBER, physicalAddress=TEXT, rivtaProfile=TEXT,
        serviceProducer=PARTY, logicalAddress=ADDRESS, connectionPoint=POINT,
        serviceContract=CONTRACT),
}  # fmt: skip


def get(desk: Any, path: str, *, version: str = "v2", **query: Any) -> Any:
    return desk.http.get(f"/coop/api/{version}/{path}", query_string=query, headers=LOGIN)


def ids(answer: Any) -> list[int]:
    assert answer.status_code == 200
    return [one["id"] for one in answer.json]


@pytest.mark.parametrize("resource", SHAPES)
def test_list_and_each_of_its_objects_have_their_shape(desk: Any, resource: str) -> None:
    """§8.8: a list, and every object by its id, answer 200 and are valid by schema."""
    answer = get(desk, resource)

    assert answer.content_type == "application/json"
    jsonschema.validate(answer.json, {"type": "array", "minItems": 1, "items": SHAPES[resource]})
    for one in answer.json:
        alone = get(desk, f"{resource}/{one['id']}")
        assert alone.status_code == 200
        jsonschema.validate(alone.json, SHAPES[resource])
        assert alone.json.items() >= one.items()
    assert get(desk, f"{resource}.json").json == answer.json


@pytest.mark.parametrize("path", ["connectionPoints", "connectionPoints/1"])
def test_version_two_is_for_those_who_log_in(desk: Any, path: str) -> None:
    """§8.8: without authorisation 401, and an error that says so; version 1 is open."""
    answer = desk.http.get(f"/coop/api/v2/{path}")

    assert (answer.status_code, answer.json) == (401, {"error": "Unauthorized"})
    assert desk.http.get(f"/coop/api/v1/{path}").status_code == 200


def test_version_one_spells_logical_addresses_its_own_way(desk: Any) -> None:
    """Three s, in version 1 alone."""
    assert get(desk, "logicalAddresss", version="v1").json == get(desk, "logicalAddresses").json
    assert get(desk, "logicalAddresses", version="v1").status_code == 404
    assert get(desk, "logicalAddresss").status_code == 404


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        pytest.param("serviceContracts/-99", {}, 404, id="no such contract"),
        pytest.param("serviceProducers/-100", {}, 404, id="no such producer"),
        pytest.param("serviceProductions/%23%23", {}, 400, id="no number"),
        pytest.param("serviceProductions/1.5", {}, 400, id="no whole number"),
        pytest.param("serviceProductions/" + "9" * 5000, {}, 400, id="too many digits"),
        pytest.param("cooperations", {"logicalAddressId": "UNIT-1"}, 400, id="no id to ask by"),
    ],
)
def test_what_is_not_there_and_what_cannot_be(
    desk: Any, path: str, query: dict[str, str], status: int
) -> None:
    """§8.8: an unknown id is 404, a malformed one 400."""
    assert get(desk, path, **query).status_code == status


@pytest.mark.parametrize(
    ("path", "query"),
    [
        pytest.param("serviceContracts", {"serviceDomainId": -22}, id="unknown domain"),
        pytest.param("serviceProductions", {"connectionPointId": 8888}, id="unknown platform"),
        pytest.param("connectionPoints", {"platform": "NTJP"}, id="other platform"),
        pytest.param("serviceDomains", {"namespace": "a:b"}, id="other domain"),
    ],
)
def test_nothing_that_fits_is_an_empty_list(desk: Any, path: str, query: dict[str, Any]) -> None:
    """§8.8: no match is no error."""
    assert get(desk, path, **query).json == []


def by_name(desk: Any, resource: str, key: str, name: str) -> int:
    """Give the id of an object."""
    return next(one["id"] for one in get(desk, resource).json if one[key] == name)


def test_only_what_is_valid_now_is_told(desk: Any) -> None:
    """Neither what has expired nor what is deleted takes part."""
    cooperations = get(desk, "cooperations", include="serviceConsumer, logicalAddress").json

    assert {
        (one["serviceConsumer"]["hsaId"], one["logicalAddress"]["logicalAddress"])
        for one in cooperations
    } == {("CONSUMER-1", "UNIT-1"), ("CONSUMER-2", "UNIT-1"), ("CONSUMER-3", "*")}
    assert {one["physicalAddress"] for one in get(desk, "serviceProductions").json} == {
        "https://producer.example/gd?a-1"
    }
    assert [one["hsaId"] for one in get(desk, "serviceProducers").json] == ["PRODUCER-1"]


def test_all_that_is_asked_holds_together(desk: Any) -> None:
    """Consumer 2 may call a contract here and has another elsewhere, but not that one here."""
    unit = by_name(desk, "logicalAddresses", "logicalAddress", "UNIT-1")
    diagnosis = by_name(desk, "serviceContracts", "namespace", GD)
    (other,) = {one["id"] for one in get(desk, "serviceContracts").json} - {diagnosis}
    names = [
        [one["hsaId"] for one in get(desk, "serviceConsumers", logicalAddressId=unit,
                                     serviceContractId=contract).json]
        for contract in (diagnosis, other)
    ]  # fmt: skip

    assert names == [["CONSUMER-1", "CONSUMER-2"], ["CONSUMER-1"]]


def test_consumers_and_producers_meet_at_a_logical_address(desk: Any) -> None:
    """Who may call an address works together with who answers there."""
    producer = by_name(desk, "serviceProducers", "hsaId", "PRODUCER-1")
    consumer = by_name(desk, "serviceConsumers", "hsaId", "CONSUMER-2")
    standard = by_name(desk, "serviceConsumers", "hsaId", "CONSUMER-3")

    meeting = get(desk, "serviceConsumers", serviceProducerId=producer).json
    assert [one["hsaId"] for one in meeting] == ["CONSUMER-1", "CONSUMER-2"]
    assert ids(get(desk, "serviceProducers", serviceConsumerId=consumer)) == [producer]
    assert ids(get(desk, "serviceProducers", serviceConsumerId=standard)) == []
    assert ids(get(desk, "connectionPoints", serviceConsumerId=consumer)) == [1]
    assert ids(get(desk, "connectionPoints", serviceConsumerId=-1)) == []


def test_objects_are_found_by_what_they_are_called(desk: Any) -> None:
    """Namespace, HSA-id and logical address - the last by the API's own spelling."""
    found = get(desk, "logicalAddresses", logicalAdress="UNIT-1").json
    assert [(one["logicalAddress"], one["description"]) for one in found] == [
        ("UNIT-1", "Åkliniken")
    ]
    assert len(get(desk, "serviceContracts", namespace=GD).json) == 1
    assert len(get(desk, "serviceProducers", hsaId="PRODUCER-1").json) == 1
    domain = "clinicalprocess:healthcond:description"
    (told,) = get(desk, "serviceDomains", namespace=domain).json
    assert len(get(desk, "serviceContracts", serviceDomainId=told["id"]).json) == 1
    assert len(get(desk, "installedContracts", serviceDomainId=told["id"]).json) == 1


def test_parts_are_told_when_they_are_asked_for(desk: Any) -> None:
    """Without ``include`` a cooperation is its id alone; a consumer tells where it is known."""
    assert get(desk, "cooperations").json[0].keys() == {"id"}
    with_two = get(desk, "cooperations", include="serviceContract,connectionPoint").json[0]
    assert with_two.keys() == {"id", "serviceContract", "connectionPoint"}
    assert get(desk, "cooperations/1").json.keys() == {
        "id", "serviceConsumer", "logicalAddress", "serviceContract", "connectionPoint",
    }  # fmt: skip
    assert "connectionPoint" in get(desk, "serviceConsumers").json[0]
    assert "connectionPoint" not in get(desk, "serviceConsumers", connectionPointId=1).json[0]


def test_connection_point_tells_when_the_version_is_from(desk: Any) -> None:
    """In Swedish time."""
    assert get(desk, "connectionPoints/1").json["snapshotTime"] == "2026-03-10T12:30:00+0100"


def test_each_workspace_has_its_own(desk: Any) -> None:
    """As all services do."""
    answer = desk.http.get("/w/run-2/coop/api/v2/logicalAddresses", headers=LOGIN)

    assert [one["logicalAddress"] for one in answer.json] == ["OTHER"]
