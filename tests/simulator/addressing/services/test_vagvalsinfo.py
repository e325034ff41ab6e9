"""SokVagvalsInfo: the whole catalogue, by plain messages and by a client made of its WSDL."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import zeep
from flask import Flask
from lxml import etree

from contracts.schema import Schema
from simulator.addressing import AddressingCatalogue
from simulator.addressing.documents import from_json
from simulator.addressing.services import vagvalsinfo
from simulator.addressing.services.http import tak_services
from simulator.addressing.services.source import CatalogueSource
from simulator.server import Server

NAMESPACE = "urn:skl:tp:vagvalsinfo:v2"
PATH = "SokVagvalsInfo/v2"
SCHEMA = Path(vagvalsinfo.__file__).parent / "schemas" / "sokvagvalsinfo_2.0.xsd"
OPERATIONS = (
    "hamtaAllaVirtualiseringar",
    "hamtaAllaAnropsBehorigheter",
    "hamtaAllaTjanstekontrakt",
    "hamtaAllaTjanstekomponenter",
)
GD = "urn:riv:clinicalprocess:healthcond:description:GetDiagnosisResponder:2"


def asked(operation: str) -> str:
    return f'<{operation} xmlns="{NAMESPACE}"/>'


def told(element: etree._Element) -> Any:
    """Give an element as its text, or as names with what stands in each."""
    if not len(element):
        return element.text or ""
    return [(etree.QName(child).localname, told(child)) for child in element]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_answer_is_valid_by_the_served_schema(desk: Any, operation: str) -> None:
    """All elements are qualified, and in their order."""
    answer = desk.answer(PATH, asked(operation))

    assert answer.tag == f"{{{NAMESPACE}}}{operation}Response"
    assert len(answer) > 0
    assert Schema(SCHEMA).findings(answer) == ()


def test_routes_are_told_whenever_they_are_valid(desk: Any) -> None:
    """Who looks up checks the period; times have milliseconds and no zone."""
    answer = told(desk.answer(PATH, asked("hamtaAllaVirtualiseringar")))

    assert answer[0] == (
        "virtualiseringsInfo",
        [
            ("virtualiseringsInfoId", "1"),
            ("receiverId", "UNIT-1"),
            ("rivProfil", "RIVTABP21"),
            ("tjansteKontrakt", GD),
            ("fromTidpunkt", "2026-01-01T00:00:00.000"),
            ("tomTidpunkt", "2126-01-01T00:00:00.000"),
            ("adress", "https://producer.example/gd?a-1"),
        ],
    )
    assert [dict(row)["receiverId"] for _, row in answer] == ["UNIT-1", "UNIT-2", "UNIT-2"]


def test_authorisations_are_told_with_filters_and_without_deleted_ones(desk: Any) -> None:
    """A filter is a domain and its categorizations."""
    answer = told(desk.answer(PATH, asked("hamtaAllaAnropsBehorigheter")))

    assert [(dict(row)["senderId"], dict(row)["receiverId"]) for _, row in answer] == [
        ("CONSUMER-1", "UNIT-1"),
        ("CONSUMER-2", "UNIT-1"),
        ("CONSUMER-1", "UNIT-1"),
        ("CONSUMER-2", "UNIT-2"),
        ("CONSUMER-3", "*"),
    ]
    assert [value for name, value in answer[2][1] if name == "filterInfo"] == [
        [("serviceDomain", "riv:a:b"), ("categorization", "vko"), ("categorization", "voo")],
        [("serviceDomain", "riv:c")],
    ]


def test_contracts_are_told_with_their_versions(desk: Any) -> None:
    """Major and minor version are numbers of their own."""
    first = told(desk.answer(PATH, asked("hamtaAllaTjanstekontrakt")))[0]

    assert first == (
        "tjanstekontraktInfo",
        [
            ("namnrymd", GD),
            ("majorVersion", "2"),
            ("minorVersion", "0"),
            ("beskrivning", "GetDiagnosis"),
        ],
    )


def test_components_are_told_with_what_leads_to_them_and_what_they_may_call(desk: Any) -> None:
    """A producer has addresses with routes, a consumer authorisations."""
    answer = told(desk.answer(PATH, asked("hamtaAllaTjanstekomponenter")))
    components = {dict(row)["hsaId"]: row for _, row in answer}

    assert components["PRODUCER-1"][2] == (
        "anropsAdressInfo",
        [
            ("adress", "https://producer.example/gd?a-1"),
            ("rivtaProfilNamn", "RIVTABP21"),
            *(
                (
                    "vagvalsInfo",
                    [
                        ("fromTidpunkt", "2026-01-01T00:00:00.000"),
                        ("tomTidpunkt", "2126-01-01T00:00:00.000"),
                        ("tjanstekontraktNamnrymd", GD),
                        ("logiskAdressHsaId", unit),
                        ("logiskAdressBeskrivning", description),
                    ],
                )
                for unit, description in (("UNIT-1", "Åkliniken"), ("UNIT-2", ""))
            ),
        ],
    )
    assert ("adress", "https://idle.example/") in [
        part for name, value in components["PRODUCER-2"] if name == "anropsAdressInfo"
        for part in value
    ]  # fmt: skip
    assert components["CONSUMER-1"][1] == ("beskrivning", "Journalen")
    assert components["CONSUMER-1"][2] == (
        "anropsbehorighetInfo",
        [
            ("fromTidpunkt", "2000-01-01T00:00:00.000"),
            ("tomTidpunkt", "2999-12-31T00:00:00.000"),
            ("integrationsavtal", "Avtal 1"),
            ("tjanstekontraktNamnrymd", GD),
            ("logiskAdressHsaId", "UNIT-1"),
            ("logiskAdressBeskrivning", "Åkliniken"),
        ],
    )


def test_instant_is_told_in_swedish_time() -> None:
    """An exact period, which the national catalogue has not, loses its zone."""
    catalogue = from_json(
        {"routes": [{"logical_address": "A", "contract": "urn:x:1", "address": "http://a/",
                     "valid_from": datetime(2026, 6, 30, 22, 30, tzinfo=UTC).isoformat()}]}
    )  # fmt: skip

    answer = vagvalsinfo.OPERATIONS[f"{{{NAMESPACE}}}hamtaAllaVirtualiseringar"](catalogue)

    assert answer.findtext(f".//{{{NAMESPACE}}}fromTidpunkt") == "2026-07-01T00:30:00.000"


def test_client_made_of_the_wsdl_reads_every_answer(catalogue: AddressingCatalogue) -> None:
    """Zeep, unmodified, over HTTP: the WSDL leads back to where it was fetched."""
    source = CatalogueSource(
        catalogue_for=lambda _workspace: catalogue,
        now_for=lambda _workspace: datetime(2026, 11, 22, tzinfo=UTC),
    )
    app = Flask("services")
    app.register_blueprint(tak_services(source, why_refused=lambda _request: ""))
    with Server(app) as server:
        client = zeep.Client(f"{server.url}/w/run-1/tak-services/{PATH}?wsdl")
        service = client.bind("SokVagvalsServiceSoap11LitDocService", "SokVagvalsSoap11LitDocPort")
        assert service._binding_options["address"] == f"{server.url}/w/run-1/tak-services/{PATH}"

        routes = service.hamtaAllaVirtualiseringar({})
        rows = service.hamtaAllaAnropsBehorigheter({})
        contracts = service.hamtaAllaTjanstekontrakt({})
        components = service.hamtaAllaTjanstekomponenter({})

    assert [row.receiverId for row in routes] == ["UNIT-1", "UNIT-2", "UNIT-2"]
    assert routes[0].fromTidpunkt == datetime(2026, 1, 1)  # noqa: DTZ001 - it has no zone
    assert [one.serviceDomain for one in rows[2].filterInfo] == ["riv:a:b", "riv:c"]
    assert [contract.majorVersion for contract in contracts] == [2, 3]
    assert {component.hsaId for component in components} >= {"CONSUMER-1", "PRODUCER-1"}
