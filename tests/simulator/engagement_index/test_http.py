"""The index over HTTP: its services by workspace, WSDL, and the pages of its operators."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import etree

from contracts.envelope import body_of, envelope
from contracts.terms import HsaId, LogicalAddress
from simulator.addressing import AddressingCatalogue, Authorisation
from simulator.addressing.rows import Filter
from simulator.app import create_app, create_platform
from simulator.engagement_index.engagements import Transaction
from simulator.engagement_index.messages import (
    FIND_CONTENT,
    PROCESS_NOTIFICATION,
    UPDATE,
    asking_for,
    asking_to,
    engagements_in,
)
from simulator.engagement_index.services import services
from simulator.platform import Platform
from simulator.settings import Settings

Make = Callable[..., Transaction]
PATHS = [service.path for service in services()]
VP = "VP-HSA-ID"


@pytest.fixture
def platform() -> Iterator[Platform]:
    """Give a platform with a subscriber, whose index stores when it is told to."""
    settings = Settings(platform_id=VP, index_delay=3600, retry_delay=0)
    catalogue = AddressingCatalogue(
        routes=[],
        authorisations=[
            Authorisation(
                consumer=HsaId(VP),
                contract=PROCESS_NOTIFICATION,
                logical_address=LogicalAddress("SUBSCRIBER"),
                filters=(Filter.of("riv:x", "vko"),),
            )
        ],
    )
    made = create_platform(settings, catalogue)
    yield made
    made.close()


@pytest.fixture
def http(platform: Platform) -> FlaskClient:
    """Give the platform by HTTP, in this process."""
    return create_app(platform).test_client()


def update(http: FlaskClient, *transactions: Transaction, at: str = "", **how: Any) -> None:
    answer = http.post(
        f"{at}/skltp-ei/update-service/v1",
        data=envelope(asking_to(UPDATE, transactions), logical_address="5565594230"),
        headers={"X-SKLTP-Correlation-Id": "a story", **how},
    )
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "text/xml;charset=UTF-8"
    http.post(f"/control/v1/workspaces/{how.get('x-provbank-workspace', at[3:] or 'default')}"
              "/index/store")  # fmt: skip


def find(http: FlaskClient, at: str = "") -> list[str]:
    texts = {
        "registeredResidentIdentification": "191001209814",
        "serviceDomain": "riv:financial:patientfees:exemption",
    }
    answer = http.post(
        f"{at}/skltp-ei/find-content-service/v1",
        data=envelope(asking_for(FIND_CONTENT, texts)),
        headers={"x-skltp-correlation-id": "a"},
    )
    assert answer.status_code == 200, answer.text
    return [one.interest for one in engagements_in(body_of(etree.fromstring(answer.data)))]


def test_each_workspace_is_reached_by_its_path_or_the_header(
    http: FlaskClient, saving: Make
) -> None:
    """And one that nobody made is not there."""
    for name in ("one", "two"):
        http.post("/control/v1/workspaces", json={"name": name})
    update(http, saving())
    update(http, saving(interest="in one"), at="/w/one")
    update(http, saving(interest="in two"), **{"x-provbank-workspace": "two"})

    assert (find(http), find(http, "/w/one"), find(http, "/w/two")) == (
        ["NA"], ["in one"], ["in two"],
    )  # fmt: skip
    assert http.post("/w/three/skltp-ei/update-service/v1").status_code == 404


def test_a_workspace_that_is_removed_takes_its_index_with_it(
    http: FlaskClient, saving: Make
) -> None:
    """One made anew by the same name is empty."""
    http.post("/control/v1/workspaces", json={"name": "one"})
    update(http, saving(), at="/w/one")

    http.delete("/control/v1/workspaces/one")
    http.post("/control/v1/workspaces", json={"name": "one"})

    assert find(http, "/w/one") == []


@pytest.mark.parametrize("path", PATHS)
def test_each_service_describes_itself(http: FlaskClient, path: str) -> None:
    """By its WSDL, whose schemas are served too; a GET without a question is told what to do."""
    wsdl = http.get(f"/{path}?wsdl")
    assert wsdl.status_code == 200
    root = etree.fromstring(wsdl.data)
    address = root.find(".//{http://schemas.xmlsoap.org/wsdl/soap/}address")
    assert address is not None
    assert address.get("location") == f"http://localhost/{path}"
    (schema,) = {
        str(one.get("schemaLocation"))
        for one in root.iter("{http://www.w3.org/2001/XMLSchema}import")
        if "Responder" in str(one.get("schemaLocation"))
    }
    assert str(etree.fromstring(http.get(schema).data).tag).endswith("}schema")

    assert http.get(f"/{path}").status_code == 405
    assert http.get(f"/{path}?xsd=../../../secret").status_code == 404


def test_status(http: FlaskClient, saving: Make) -> None:
    """Whom the index is, and how much it has."""
    update(http, saving())

    told = http.get("/skltp-ei/status").json

    assert told == {
        "Name": "5565594230", "ServiceStatus": "Started", "Workspace": "default",
        "WriteLock": False, "Engagements": 1, "RequestsWaiting": 0,
        "NotificationsWaiting": 0, "NotificationsParked": 0,
    }  # fmt: skip
    assert http.get("/w/unknown/skltp-ei/status").status_code == 404


def test_subscriber_cache(http: FlaskClient) -> None:
    """The national index's answer."""
    assert http.get("/skltp-ei/resetcache").text == "Subscriber cache reset"


def test_subscribers(http: FlaskClient) -> None:
    """Who they are, to what they subscribe, and what waits for them."""
    assert http.get("/skltp-ei/subscriber/status").json == [
        {
            "logicalAddress": "SUBSCRIBER",
            "subscribes": True,
            "filters": [{"serviceDomain": "riv:x", "categorizations": ["vko"]}],
            "queue": "EI.NOTIFICATION.SUBSCRIBER",
            "waiting": 0,
            "parked": 0,
        }
    ]


def test_write_lock(http: FlaskClient, saving: Make) -> None:
    """Locked, the index answers OK and stores nothing."""
    assert "enabled" in http.get("/skltp-ei/writelock/enable").text
    assert "enabled" in http.get("/skltp-ei/writelock/status").text
    update(http, saving())
    assert find(http) == []
    assert http.get("/control/v1/index").json == {
        "engagements": 0, "waiting": 1, "notifications": 0, "parked": 0, "locked": True,
    }  # fmt: skip

    assert "disabled" in http.get("/skltp-ei/writelock/disable").text
    assert http.post("/control/v1/index/store").json["engagements"] == 1  # type: ignore[index]

    assert find(http) == ["NA"]


@pytest.mark.parametrize("page", ["resetcache", "writelock/enable", "writelock/disable"])
def test_what_changes_the_index_is_for_those_who_may(http: FlaskClient, page: str) -> None:
    """As the control API is."""
    answer = http.get(f"/skltp-ei/{page}", headers={"Origin": "http://elsewhere.example"})

    assert answer.status_code == 403
    assert "disabled" in http.get("/skltp-ei/writelock/status").text


def test_an_index_can_begin_anew(http: FlaskClient, saving: Make) -> None:
    """Nothing is left of what it held."""
    update(http, saving())

    assert http.delete("/control/v1/index").status_code == 204

    assert find(http) == []
