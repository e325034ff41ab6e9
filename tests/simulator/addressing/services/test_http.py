"""The catalogue over HTTP: workspaces, WSDL, messages that are none, export, reset and status."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import etree

from contracts.findings import Finding
from simulator.addressing import AddressingCatalogue
from simulator.addressing.published_reading import catalogue_published
from simulator.addressing.services.in_process import ADDRESS, CatalogueServices
from simulator.addressing.services.soap import services
from simulator.addressing.services.source import CatalogueSource
from simulator.addressing.syntax import Document
from simulator.exchange import WireOrder
from simulator.outbound import Answered, Failed, OutboundCall, Problem

VAGVAL = "/tak-services/SokVagvalsInfo/v2"
ALL_ROUTES = '<hamtaAllaVirtualiseringar xmlns="urn:skl:tp:vagvalsinfo:v2"/>'
LOCATION = "{http://schemas.xmlsoap.org/wsdl/soap/}address"
IMPORTS = ("{http://www.w3.org/2001/XMLSchema}import", "{http://www.w3.org/2001/XMLSchema}include")


def receivers(answer: etree._Element) -> list[str]:
    return [str(one.text) for one in answer.iter("{urn:skl:tp:vagvalsinfo:v2}receiverId")]


def test_each_workspace_has_its_own_catalogue(desk: Any) -> None:
    """The path says which; without it a header may, and else it is the default one."""
    assert receivers(desk.answer("SokVagvalsInfo/v2", ALL_ROUTES))[0] == "UNIT-1"
    assert receivers(desk.answer("SokVagvalsInfo/v2", ALL_ROUTES, workspace="run-2")) == ["OTHER"]

    told = desk.http.get("/tak-services/export/pv", headers={"x-provbank-workspace": "run-2"})
    assert [row["hsaId"] for row in told.json["data"]["logiskadress"]] == ["OTHER"]


@pytest.mark.parametrize("path", ["/tak-services/status", "/coop/api/v1/cooperations"])
def test_workspace_that_nobody_made_is_not_there(desk: Any, path: str) -> None:
    """A misspelt name does not fall back on another catalogue."""
    answer = desk.http.get(f"/w/nobody{path}")

    assert answer.status_code == 404
    assert "there is no workspace nobody" in answer.get_data(as_text=True)


def test_workspace_without_a_catalogue_says_so(desk: Any) -> None:
    """Until a catalogue has come there is nothing to answer from."""
    answer = desk.http.post("/w/empty" + VAGVAL, data=_enveloped(ALL_ROUTES))
    assert answer.status_code == 500
    assert b"<faultstring>Not initialized</faultstring>" in answer.data
    assert desk.http.get("/w/empty/tak-services/status/readiness").status_code == 503
    status = desk.http.get("/w/empty/tak-services/status").json
    assert status["appInfoList"] == {"tak.pvCacheVersion": "Not initialized"}
    assert desk.http.get("/w/empty/tak-services/export/pv").json["Status"] == "ERROR"
    assert desk.http.get("/w/empty/tak-services/reset/pv").json["status"] == "ERROR"
    assert desk.http.get("/w/empty/coop/api/v1/cooperations").status_code == 503


@pytest.mark.parametrize(
    ("message", "code", "text"),
    [
        pytest.param("<a", "soap:Client", "Error reading XMLStreamReader: ", id="not XML"),
        pytest.param('<!DOCTYPE a []><a/>', "soap:Client", "Error reading XMLStreamReader: ",
                     id="DTD"),
        pytest.param("<a/>", "soap:Client", "The message is no SOAP 1.1 envelope", id="no SOAP"),
        pytest.param(
            '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
            '<x xmlns="urn:y"/></e:Body></e:Envelope>', "soap:Client",
            "Message part {urn:y}x was not recognized.  (Does it exist in service WSDL?)",
            id="another contract"),
    ],
)  # fmt: skip
def test_message_that_is_no_question_is_a_client_fault(
    desk: Any, message: str, code: str, text: str
) -> None:
    """What the service cannot read or does not know is the caller's."""
    answer = desk.http.post(VAGVAL, data=message)

    assert answer.status_code == 500
    root = etree.fromstring(answer.data)
    assert root.findtext(".//faultcode") == code
    assert (root.findtext(".//faultstring") or "").startswith(text)


@pytest.mark.parametrize("service", services(), ids=lambda service: service.path)
def test_wsdl_and_all_its_schemas_are_served(desk: Any, service: Any) -> None:
    """Every address leads back to the service, every import to a file that is there."""
    url = f"http://localhost/tak-services/{service.path}"
    todo, seen = [f"{url}?wsdl"], set()
    while todo:
        asked = todo.pop()
        seen.add(asked)
        answer = desk.http.get(asked)
        assert answer.status_code == 200, asked
        root = etree.fromstring(answer.data)
        assert {node.get("location") for node in root.iter(LOCATION)} <= {url}
        for node in root.iter(*IMPORTS):
            place = node.get("schemaLocation")
            assert place.startswith(f"{url}?xsd=")
            if place not in seen:
                todo.append(place)

    assert len(seen) >= 2


@pytest.mark.parametrize("asked", ["nowhere.xsd", "../http.py", "/etc/hosts", ""])
def test_nothing_but_schemas_of_the_wsdl_is_served(desk: Any, asked: str) -> None:
    """The query is no way into the file system."""
    answer = desk.http.get(VAGVAL, query_string={"xsd": asked})

    assert answer.status_code == 404


def test_get_without_a_question_says_what_to_do(desk: Any) -> None:
    """A browser is told to post."""
    answer = desk.http.get(VAGVAL)

    assert answer.status_code == 405
    assert "?wsdl" in answer.get_data(as_text=True)


def test_export_is_the_published_version(desk: Any, catalogue: AddressingCatalogue) -> None:
    """What is exported can be read, and is the catalogue without its deleted rows."""
    answer = desk.http.get("/tak-services/export/pv")

    assert answer.content_type == "application/json"
    assert b"\n" not in answer.data
    document = Document(name="pv", tables=json.loads(answer.data), line_of=lambda _place: None)
    assert catalogue_published(document).rows == catalogue.rows.current()
    assert b"\n" in desk.http.get("/tak-services/export/pv?pretty=true").data
    assert desk.http.get("/tak-services/export/pv?version=7").json["version"] == 7
    assert desk.http.get("/tak-services/export/pv?version=8").json == {
        "Status": "ERROR",
        "message": "There is no published version 8",
    }


def test_reset_reads_again_and_tells_what_there_is(desk: Any) -> None:
    """The workspace of the path is reset, and the sizes of the answers are told."""
    answer = desk.http.get("/tak-services/reset/pv")

    assert answer.json == {
        "status": "OK",
        "message": "Successfully updated server with new published version",
        "currentVersion": 7,
        "servicesList": {
            "VIRTUALISERING": 3,
            "ANROPSBEHORIGHT": 5,
            "TJANSTEKONTRAKT": 2,
            "TJANSTEKOMPONENT": 5,
        },
    }
    assert desk.http.get("/w/run-2/tak-services/reset/pv?version=1").json["status"] == "OK"
    assert desk.reloaded == ["default", "run-2"]


def test_reset_is_for_those_who_may_change_the_platform(desk: Any) -> None:
    """All others are told why not, and nothing is read again."""
    desk.closed = "a token is needed"

    answer = desk.http.get("/tak-services/reset/pv")

    assert (answer.status_code, answer.text) == (403, "a token is needed\n")
    assert desk.reloaded == []


def test_reset_that_fails_tells_why(desk: Any) -> None:
    """The old version stays, and what is wrong with the new one is told."""
    desk.wrong = (Finding(rule="form", text="this is not TOML", where="tak.toml", line=3),)

    answer = desk.http.get("/tak-services/reset/pv").json

    assert answer["status"] == "ERROR"
    assert answer["currentVersion"] == 7
    assert [finding["text"] for finding in answer["findings"]] == ["this is not TOML"]
    assert desk.http.get("/tak-services/reset/pv?version=99").json["status"] == "ERROR"


def test_status_tells_that_the_catalogue_is_there(desk: Any) -> None:
    """Version, readiness and liveness."""
    assert desk.http.get("/tak-services/status").json["appInfoList"] == {"tak.pvCacheVersion": "7"}
    for path in ("readiness", "liveness"):
        answer = desk.http.get(f"/tak-services/status/{path}")
        assert (answer.status_code, answer.data) == (200, b"OK")


# As producers ---------------------------------------------------------------------------------


class Elsewhere:
    """A transport that is asked for everything else."""

    def call(self, call: OutboundCall) -> Answered | Failed:
        """Answer with the address."""
        return Answered(status=200, body=call.address.encode())


def called(catalogue: AddressingCatalogue, address: str, **given: Any) -> Answered | Failed:
    source = CatalogueSource(
        catalogue_for=lambda workspace: catalogue if workspace == "default" else None,
        now_for=lambda _workspace: datetime(2026, 11, 22, tzinfo=UTC),
    )
    call = OutboundCall(
        address=address, headers={}, body=_enveloped(ALL_ROUTES), timeout=1, **given
    )  # fmt: skip
    return CatalogueServices(Elsewhere(), source).call(call)


def test_route_may_lead_to_a_service_within_the_process(catalogue: AddressingCatalogue) -> None:
    """The workspace of the call is the one that is asked; other addresses are handed on."""
    address = f"{ADDRESS}SokVagvalsInfo/v2"

    answer = called(catalogue, address)
    assert isinstance(answer, Answered)
    assert (answer.status, b"UNIT-1" in answer.body) == (200, True)

    other = called(catalogue, address, workspace="empty")
    assert isinstance(other, Answered)
    assert other.status == 500

    assert called(catalogue, "http://p.example/") == Answered(status=200, body=b"http://p.example/")
    assert called(catalogue, f"{ADDRESS}Nothing") == Failed(problem=Problem.UNREACHABLE)


def test_call_within_the_process_can_be_cut(catalogue: AddressingCatalogue) -> None:
    """A disturbance below HTTP ends it as it ends a call to a scripted producer."""
    wire = (WireOrder(kind="reset-before"),)

    answer = called(catalogue, f"{ADDRESS}SokVagvalsInfo/v2", wire=wire)

    assert answer == Failed(problem=Problem.RESET)


def _enveloped(payload: str) -> bytes:
    return (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/">'
        f"<e:Body>{payload}</e:Body></e:Envelope>"
    ).encode()


def test_schema_places_are_urls(desk: Any) -> None:
    """What stands in a WSDL can be fetched by any client: no blanks, no backslashes."""
    answer = desk.http.get("/tak-services/GetSupportedServiceContracts/v2?wsdl")

    for node in etree.fromstring(answer.data).iter(*IMPORTS):
        parts = urlsplit(node.get("schemaLocation") or "")
        assert parts.scheme == "http"
        assert "\\" not in parts.query
