"""The control API: what is arranged by it is what the next call meets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import etree
from openapi_spec_validator import validate
from werkzeug.test import TestResponse

from contracts.catalogue import known
from contracts.envelope import envelope, fault_in
from simulator.addressing import AddressingCatalogue
from simulator.app import create_app, create_platform
from simulator.settings import Settings

CONTRACT = "urn:riv:test:PingResponder:1"
ADDRESS = "SE2321000024-TEST"
SENDER = "SE2321000016-PROVBANK1"
MESSAGE = envelope(f'<p:Ping xmlns:p="{CONTRACT}"/>'.encode(), logical_address=ADDRESS)
ROUTE = {"logical_address": ADDRESS, "contract": CONTRACT, "address": "producer://one"}
LEAVE = {"consumer": SENDER, "logical_address": ADDRESS, "contract": CONTRACT}
ECHO = [{"echo": True}]


class Api:
    """The platform by HTTP, in this process."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def ask(self, method: str, path: str, document: object = None, **how: Any) -> TestResponse:
        """Send one request to the control API."""
        given = {} if document is None else {"json": document}
        return self.client.open(f"/control/v1{path}", method=method, **given, **how)

    def done(self, method: str, path: str, document: object = None) -> Any:
        """Send one request that must succeed, and give its answer."""
        answer = self.ask(method, path, document)
        assert answer.status_code < 300, answer.text
        return json.loads(answer.data) if answer.data else None

    def call(self, *, workspace: str = "") -> TestResponse:
        """Send the message through the platform."""
        path = f"/w/{workspace}/vp" if workspace else "/vp"
        return self.client.post(path, data=MESSAGE, content_type="text/xml")


@pytest.fixture
def api() -> Iterator[Api]:
    """Start a platform without routes."""
    platform = create_platform(Settings(retry_delay=0), AddressingCatalogue())
    yield Api(create_app(platform).test_client())
    platform.close()


@pytest.fixture
def routed(api: Api) -> Api:
    """Arrange a route to a producer that echoes."""
    api.done("POST", "/routes", ROUTE)
    api.done("POST", "/authorisations", LEAVE)
    api.done("PUT", "/producers/one", ECHO)
    return api


def code(answer: TestResponse) -> str:
    """Give the VP code of an answer, or its status."""
    root = etree.fromstring(answer.data)
    found = fault_in(root)
    return found.text.partition(" ")[0] if found else str(answer.status_code)


def test_route_authorisation_and_producer_make_a_call_possible(api: Api) -> None:
    """Each takes effect on the next call, and taken away it is gone."""
    assert code(api.call()) == "VP004"
    api.done("POST", "/routes", ROUTE)
    assert code(api.call()) == "VP007"
    api.done("POST", "/authorisations", LEAVE)
    assert code(api.call()) == "VP009"
    api.done("PUT", "/producers/one", ECHO)
    assert code(api.call()) == "200"

    api.done("DELETE", "/producers/one")
    assert code(api.call()) == "VP009"
    api.done("DELETE", f"/authorisations?consumer={SENDER.lower()}")
    assert code(api.call()) == "VP007"
    api.done("DELETE", f"/routes?contract={CONTRACT}")
    assert code(api.call()) == "VP004"


def test_only_rows_that_all_facts_fit_are_removed(routed: Api) -> None:
    """Another address keeps its route."""
    other = {**ROUTE, "logical_address": "SE-OTHER"}
    routed.done("POST", "/routes", other)

    routed.done("DELETE", f"/routes?contract={CONTRACT}&logical_address=SE-OTHER")

    assert [row["logical_address"] for row in routed.done("GET", "/routes")] == [ADDRESS]


def test_catalogue_is_read_replaced_and_laid_upon(routed: Api) -> None:
    """In the form of catalogue files, by value."""
    before = routed.done("GET", "/catalogue")
    routed.done("PATCH", "/catalogue", {"routes": [{**ROUTE, "logical_address": "SE-OTHER"}]})
    assert len(routed.done("GET", "/routes")) == 2

    routed.done("PUT", "/catalogue", {})
    assert code(routed.call()) == "VP004"
    routed.done("PUT", "/catalogue", before)
    assert code(routed.call()) == "200"


def test_disturbance_hits_until_it_is_removed(routed: Api) -> None:
    """One of the same name takes its place."""
    routed.done("POST", "/disturbances", {"name": "a", "kind": "vp-code", "code": "VP006"})
    assert code(routed.call()) == "VP006"
    routed.done("POST", "/disturbances", {"name": "a", "kind": "vp-code", "code": "VP010"})
    assert code(routed.call()) == "VP010"
    assert [one["code"] for one in routed.done("GET", "/disturbances")] == ["VP010"]

    routed.done("DELETE", "/disturbances/a")
    assert code(routed.call()) == "200"
    routed.done("POST", "/disturbances", {"kind": "vp-code"})
    routed.done("DELETE", "/disturbances")
    assert code(routed.call()) == "200"


def test_workspaces_do_not_see_each_other(routed: Api) -> None:
    """A disturbance in one leaves calls in the other alone; each has its own path."""
    for name in ("one", "two"):
        routed.done("POST", "/workspaces", {"name": name, "like": "default"})
    routed.done("POST", "/workspaces/one/disturbances", {"kind": "vp-code", "code": "VP006"})

    assert code(routed.call(workspace="one")) == "VP006"
    assert code(routed.call(workspace="two")) == "200"
    assert code(routed.call()) == "200"
    assert routed.done("GET", "/workspaces") == ["default", "one", "two"]

    routed.done("DELETE", "/workspaces/one")
    assert routed.call(workspace="one").status_code == 404
    assert routed.ask("GET", "/workspaces/one/routes").status_code == 404


def test_counts_of_workspaces_are_apart(routed: Api) -> None:
    """The first call of one run is not the second of another."""
    routed.done("POST", "/disturbances", {"kind": "vp-code", "code": "VP006", "first": 1})
    routed.done("POST", "/workspaces", {"name": "run", "like": "default"})

    assert [code(routed.call()) for _ in range(2)] == ["VP006", "200"]
    assert code(routed.call(workspace="run")) == "VP006"


def test_reset_goes_back_to_a_named_state(routed: Api) -> None:
    """To what was saved, or to how the platform started; counting begins again."""
    routed.done("POST", "/disturbances", {"kind": "vp-code", "code": "VP006", "first": 1})
    routed.done("PUT", "/states/ready")
    assert [code(routed.call()) for _ in range(2)] == ["VP006", "200"]

    routed.done("POST", "/reset", {"state": "ready"})
    assert code(routed.call()) == "VP006"
    assert routed.done("GET", "/states") == ["ready", "start"]
    routed.done("POST", "/reset", {})
    assert code(routed.call()) == "VP004"


def test_whole_arrangement_can_be_kept_and_put_back(routed: Api) -> None:
    """What is told arranges the same."""
    routed.done("POST", "/disturbances", {"kind": "delay", "seconds": 0})
    routed.done("PUT", "/consumers/c", {"contract": CONTRACT, "payload": "<a/>"})
    routed.done("PUT", "/clock", {"offset_seconds": 60})
    kept = routed.done("GET", "/arrangement")
    routed.done("POST", "/reset", {})

    assert routed.done("PUT", "/arrangement", kept) == kept
    assert routed.done("GET", "/arrangement") == kept
    assert code(routed.call()) == "200"


def test_clock_is_set_moved_and_let_go(routed: Api) -> None:
    """Routes are judged by it: one that is not valid yet is none."""
    routed.done("POST", "/reset", {})
    routed.done("POST", "/routes", {**ROUTE, "valid_from": "2030-01-01"})
    assert code(routed.call()) == "VP004"

    told = routed.done("PUT", "/clock", {"frozen": "2030-06-01T12:00:00"})
    assert told["now"] == "2030-06-01T12:00:00+02:00"
    assert code(routed.call()) == "VP007"
    told = routed.done("POST", "/clock/move", {"seconds": -366 * 86400})
    assert told["now"].startswith("2029-05-31")
    assert code(routed.call()) == "VP004"
    routed.done("DELETE", "/clock")
    assert routed.done("GET", "/clock")["frozen"] is None


def test_message_is_sent_at_once_or_by_a_script(routed: Api) -> None:
    """As the sender that is named; the answer and its correlation id come back."""
    payload = f'<p:Ping xmlns:p="{CONTRACT}"/>'
    what = {"contract": CONTRACT, "logical_address": ADDRESS, "payload": payload}

    sent = routed.done("POST", "/send", what)
    assert sent["status"] == 200
    assert "Ping" in sent["body"]
    assert sent["headers"]["x-skltp-correlation-id"] == sent["correlation_id"]
    routed.done("PUT", "/consumers/other", {**what, "sender": "SE-OTHER"})
    assert "VP007" in routed.done("POST", "/consumers/other/send")["body"]
    routed.done("DELETE", "/consumers/other")
    assert routed.ask("POST", "/consumers/other/send").status_code == 400


def test_example_of_a_known_contract_is_sent_without_writing_a_message(routed: Api) -> None:
    """Made from the schema, with the SOAPAction that the WSDL names."""
    contract = known().contracts[0]
    routed.done("POST", "/routes", {**ROUTE, "contract": contract.namespace})
    routed.done("POST", "/authorisations", {**LEAVE, "contract": contract.namespace})
    routed.done("PUT", "/producers/one", [{"echo": True, "judge": False}])

    for which in ("minimal", "full"):
        sent = routed.done(
            "POST",
            "/send",
            {"contract": contract.namespace, "logical_address": ADDRESS, "example": which},
        )
        assert contract.namespace in sent["body"]


def test_unknown_contract_has_no_example(routed: Api) -> None:
    """The person is told what to do."""
    answer = routed.ask("POST", "/send", {"contract": "urn:none", "example": "full"})

    assert answer.status_code == 400
    assert "install its domain" in answer.json["mend"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("method", "path", "document", "told"),
    [
        pytest.param("POST", "/routes", {"contract": "a"}, "logical_address", id="route"),
        pytest.param("POST", "/routes", {**ROUTE, "valid_from": "x"}, "valid_from", id="period"),
        pytest.param("POST", "/disturbances", {"kind": "rain"}, "rain", id="kind"),
        pytest.param("POST", "/disturbances", {"kind": "delay", "seconds": -1}, "seconds", id="s"),
        pytest.param("PUT", "/producers/a", [{}], "exactly one", id="script"),
        pytest.param("PUT", "/consumers/a", {"contract": "urn:a"}, "exactly one", id="consumer"),
        pytest.param("PUT", "/clock", {"frozen": "soon"}, "instant", id="clock"),
        pytest.param("PUT", "/clock", {"offset_seconds": 1e300}, "hundred years", id="far clock"),
        pytest.param("POST", "/clock/move", {}, "seconds", id="move"),
        pytest.param("POST", "/workspaces", {"name": "a/b"}, "name", id="workspace"),
        pytest.param("POST", "/reset", {"state": "none"}, "no state", id="state"),
        pytest.param("DELETE", "/routes", None, "which routes", id="remove everything"),
        pytest.param("DELETE", "/disturbances/none", None, "no disturbance", id="disturbance"),
        pytest.param("DELETE", "/producers/none", None, "no producer", id="producer"),
        pytest.param("PUT", "/arrangement", {"routes": []}, "routes", id="unknown part"),
        pytest.param(
            "PUT", "/arrangement", {"disturbances": [{"kind": "bom"}, {"kind": "bom"}]},
            "two disturbances", id="two of one name",
        ),
    ],
)  # fmt: skip
def test_mistake_is_a_problem_with_its_mend(
    api: Api, method: str, path: str, document: object, told: str
) -> None:
    """As RFC 9457 has it; nothing is arranged."""
    before = api.done("GET", "/arrangement")

    answer = api.ask(method, path, document)

    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert told in answer.text
    assert api.done("GET", "/arrangement") == before


def test_body_that_is_no_json_is_told(api: Api) -> None:
    """By type, and by what it is."""
    as_text = api.client.post("/control/v1/reset", data="{}", content_type="text/plain")
    broken = api.client.post("/control/v1/reset", data="{", content_type="application/json")

    assert (as_text.status_code, broken.status_code) == (415, 400)


def test_unknown_path_is_a_problem_too(api: Api) -> None:
    """Not a page for people."""
    answer = api.ask("GET", "/nowhere")

    assert answer.status_code == 404


def test_description_is_valid_and_whole(api: Api) -> None:
    """Every operation is in it, for the default workspace and for named ones."""
    description = api.done("GET", "/openapi.json")

    validate(description)
    rules = {
        (
            re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix("/control/v1")),
            method.lower(),
        )
        for rule in api.client.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/control/v1/") and "openapi" not in rule.rule
    }
    assert rules == {
        (path, method) for path, operations in description["paths"].items() for method in operations
    }
    assert ("/workspaces/{workspace}/disturbances", "post") in rules


@pytest.mark.parametrize(
    ("how", "status"),
    [
        pytest.param({}, 200, id="this machine"),
        pytest.param({"environ_base": {"REMOTE_ADDR": "10.0.0.9"}}, 403, id="another machine"),
        pytest.param({"base_url": "http://evil.example"}, 403, id="a name made to lead here"),
        pytest.param({"base_url": "http://[::1]:8080"}, 200, id="this machine by IPv6"),
        pytest.param({"headers": {"Origin": "http://evil"}}, 403, id="a page from elsewhere"),
        pytest.param({"headers": {"Origin": "http://localhost"}}, 200, id="a page of its own"),
    ],
)  # fmt: skip
def test_without_token_only_this_machine_controls(
    api: Api, how: dict[str, Any], status: int
) -> None:
    """The control API is not open to a network, nor to pages in this machine's browser."""
    assert api.ask("GET", "/workspaces", **how).status_code == status


@pytest.mark.parametrize(
    ("given", "status"),
    [
        pytest.param("Bearer hemligt-ö", 200, id="the token"),
        pytest.param("Bearer hemligt-", 401, id="a part of it"),
        pytest.param("hemligt-ö", 401, id="without Bearer"),
        pytest.param("Bearer hemlö", 401, id="another"),
        pytest.param("", 401, id="none"),
    ],
)
def test_token_lets_in_from_anywhere_and_is_needed_even_here(given: str, status: int) -> None:
    """Whoever has the token may, whoever has not may not, also on this machine."""
    settings = Settings(control_token="hemligt-ö")  # noqa: S106
    platform = create_platform(settings, AddressingCatalogue())
    api = Api(create_app(platform).test_client())
    headers = {"Authorization": given.encode("utf-8").decode("latin-1")} if given else {}

    far = api.ask("GET", "/workspaces", headers=headers, environ_base={"REMOTE_ADDR": "10.0.0.9"})
    near = api.ask("GET", "/workspaces", headers=headers)

    assert (far.status_code, near.status_code) == (status, status)
    platform.close()
