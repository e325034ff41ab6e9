"""A catalogue that the services answer from, and ways to ask them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from lxml import etree

from contracts.catalogue import bundled
from contracts.envelope import body_of, envelope, fault_in
from contracts.findings import Finding
from contracts.schema import Schema
from contracts.terms import SWEDISH_TIME
from simulator.addressing import AddressingCatalogue
from simulator.addressing.documents import from_json
from simulator.addressing.services.http import tak_services
from simulator.addressing.services.source import CatalogueSource
from simulator.addressing.services.tak_api import tak_api
from simulator.workspaces import UnknownWorkspace

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=SWEDISH_TIME)
GD = "urn:riv:clinicalprocess:healthcond:description:GetDiagnosisResponder:2"
LAB = "urn:riv:clinicalprocess:healthcond:actoutcome:GetLaboratoryOrderOutcomeResponder:3"

CATALOGUE = from_json(
    {
        "catalogue": {"version": 7, "by": "Kalle", "time": "2026-03-10T12:30:00+01:00"},
        "contracts": [
            {"namespace": GD, "description": "GetDiagnosis"},
            {"namespace": LAB, "minor_version": 1},
        ],
        "logical_addresses": [{"hsa_id": "UNIT-1", "description": "Åkliniken"}],
        "components": [{"hsa_id": "CONSUMER-1", "description": "Journalen"}],
        "routes": [
            {
                "logical_address": ["UNIT-1", "UNIT-2"],
                "contract": GD,
                "address": "https://producer.example/gd?a=1".replace("=", "-"),
                "producer": "PRODUCER-1",
                "valid_from": "2026-01-01",
                "valid_to": "2126-01-01",
            },
            {
                "logical_address": "UNIT-2",
                "contract": LAB,
                "address": "https://other.example/lab",
                "producer": "PRODUCER-2",
                "profile": "RIVTABP20",
                "valid_to": "2026-01-01",
            },
        ],
        "call_addresses": [{"component": "PRODUCER-2", "address": "https://idle.example/"}],
        "authorisations": [
            {
                "consumer": ["CONSUMER-1", "CONSUMER-2"],
                "logical_address": "UNIT-1",
                "contract": GD,
                "agreement": "Avtal 1",
            },
            {
                "consumer": "CONSUMER-1",
                "logical_address": "UNIT-1",
                "contract": LAB,
                "filters": [
                    {"service_domain": "riv:a:b", "categories": ["vko", "voo"]},
                    {"service_domain": "riv:c"},
                ],
            },
            {
                "consumer": "CONSUMER-2",
                "logical_address": "UNIT-2",
                "contract": LAB,
                "valid_to": "2026-01-01",
            },
            {
                "consumer": "CONSUMER-2",
                "logical_address": "UNIT-9",
                "contract": LAB,
                "deleted": True,
            },
            {"consumer": "CONSUMER-3", "logical_address": "*", "contract": GD},
        ],
    }
)


@pytest.fixture
def catalogue() -> AddressingCatalogue:
    """Give the catalogue that the default workspace has."""
    return CATALOGUE


@dataclass
class Desk:
    """The services over HTTP, of two workspaces and one that has no catalogue."""

    reloaded: list[str] = field(default_factory=list)
    wrong: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        """Register the services as the platform does."""
        held: dict[str, AddressingCatalogue | None] = {
            "default": CATALOGUE,
            "run-2": from_json({"routes": [{"logical_address": "OTHER", "contract": GD,
                                            "address": "https://other.example/"}]}),
            "empty": None,
        }  # fmt: skip

        def catalogue_for(workspace: str) -> AddressingCatalogue | None:
            if workspace not in held:
                raise UnknownWorkspace(f"there is no workspace {workspace}")
            return held[workspace]

        def reload(workspace: str) -> tuple[Finding, ...]:
            self.reloaded.append(workspace)
            return self.wrong

        source = CatalogueSource(
            catalogue_for=catalogue_for, now_for=lambda _workspace: NOW, reload=reload
        )
        self.closed = ""
        app = Flask("desk")
        app.register_blueprint(tak_services(source, why_refused=lambda _request: self.closed))
        app.register_blueprint(tak_api(source))
        self.http = app.test_client()

    def ask(self, path: str, payload: bytes | str, *, workspace: str = "") -> etree._Element:
        """Post a payload in an envelope; the answer's envelope comes back."""
        element = payload.encode() if isinstance(payload, str) else payload
        prefix = f"/w/{workspace}" if workspace else ""
        answer = self.http.post(
            f"{prefix}/tak-services/{path}", data=envelope(element, logical_address="TAK")
        )
        assert answer.content_type == "text/xml;charset=UTF-8"
        root = etree.fromstring(answer.data)
        assert (answer.status_code == 500) is (fault_in(root) is not None)
        return root

    def answer(self, path: str, payload: bytes | str, **given: Any) -> etree._Element:
        """Give the element of an answer that is no fault."""
        root = self.ask(path, payload, **given)
        assert fault_in(root) is None, etree.tostring(root)
        return body_of(root)

    def refusal(self, path: str, payload: bytes | str) -> tuple[str, str]:
        """Give code and text of a fault."""
        fault = fault_in(self.ask(path, payload))
        assert fault is not None
        assert fault.detail == ""
        return fault.code, fault.text


@pytest.fixture
def desk() -> Desk:
    """Give the services over HTTP."""
    return Desk()


@pytest.fixture(scope="session")
def schema_of() -> Callable[[str], Schema]:
    """Give the schema of a bundled contract by its request element."""

    def find(request: str) -> Schema:
        found = bundled().contract_for(request[1:].partition("}")[0], element=request)
        assert found is not None
        domain, contract = found
        return domain.schema_of(contract)

    return find
