"""A platform behind mutual TLS, and foreign SOAP clients that know nothing but its address.

Each client is a program beside this file that is run as it is; every test module runs one of them
through ``check_answer`` and ``check_fault``, which ask the same of all.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from lxml import etree

from contracts import installed
from contracts.catalogue import known
from contracts.domains.financial_billing_claim.v1_1 import kinds as claims
from contracts.domains.financial_patientfees_exemption.v1_0 import kinds as exemptions
from contracts.envelope import body_of
from contracts.installed import install
from contracts.terms import SWEDISH_TIME, HsaId, LogicalAddress
from contracts.wsdl import ServiceContract
from simulator.addressing import AddressingCatalogue, Authorisation, Route
from simulator.app import create_app, create_platform
from simulator.certificates.folder import CertificateFolder, Filed
from simulator.regions.directory import REGIONS
from simulator.server import Server
from simulator.settings import Settings
from simulator.tls import ListenerTls
from simulator.wsdl_serving import service_path

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from simulator.exchange import Exchange
    from simulator.platform import Platform

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=SWEDISH_TIME)
PATIENCE = 120.0
CONSUMER = "SE5560000001-KONSUMENT1"
STRANGER = "SE5560000002-OBEHORIG1"
RECEIVER = "SE5560000003-VE1"
"""Whom every contract has a route to; nobody else has one."""
NOBODY = "SE5560000009-SAKNAS"
CLAIM, EXEMPTION, INSTALLED = "ProcessClaimSpecification", "RequestExemptionStatuses", "GetThing"
IMPORTS = "//@schemaLocation | //wsdl:import/@location"
WSDL = {"wsdl": "http://schemas.xmlsoap.org/wsdl/"}


@dataclass(kw_only=True)
class Asked:
    """Notes what is asked of an application, by path and query, in the order it comes."""

    app: WSGIApplication
    targets: list[str] = field(default_factory=list)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        """Note one request, and hand it on."""
        query = environ.get("QUERY_STRING", "")
        self.targets.append(f"{environ['PATH_INFO']}{f'?{query}' if query else ''}")
        return self.app(environ, start_response)


@dataclass(frozen=True, kw_only=True)
class Services:
    """What the clients meet: services behind TLS, and the files to call them with."""

    url: str
    platform: Platform
    asked: Asked
    authority: Path
    consumer: Filed
    stranger: Filed

    def wsdl(self, operation: str) -> str:
        """Give the one thing that a client is told of a service."""
        return f"{self.url}/{service_path(contract_of(operation))}?wsdl"

    @property
    def kept(self) -> Exchange:
        """Give the latest exchange of the journal."""
        journal = self.platform.journal
        kept = journal.exchange(journal.last_number())
        assert kept is not None
        return kept

    def documents(self, operation: str) -> set[str]:
        """Follow every reference of a WSDL, and give the addresses met."""
        met: set[str] = set()
        waiting = [self.wsdl(operation)]
        while waiting:
            if (url := waiting.pop()) in met:
                continue
            met.add(url)
            assert url.startswith(f"{self.url}/"), f"a client is led away, to {url}"
            answer = requests.get(
                url,
                verify=self.authority,
                cert=(str(self.consumer.certificate), str(self.consumer.key)),
                timeout=PATIENCE,
            )
            assert answer.status_code == 200, url
            root = etree.fromstring(answer.content)
            waiting += [urljoin(url, str(one)) for one in root.xpath(IMPORTS, namespaces=WSDL)]
        return met


def contract_of(operation: str) -> ServiceContract:
    """Give a contract by the name of its interaction."""
    (found,) = (one for one in known().contracts if one.interaction == operation)
    return found


def content(element: etree._Element) -> Any:
    """Give an element as a client without knowledge of the schema would: names and texts."""
    if not len(element):
        return element.text or ""
    made: dict[str, Any] = {}
    for child in element.iterchildren(tag=etree.Element):
        made.setdefault(etree.QName(child).localname, []).append(content(child))
    return {name: values[0] if len(values) == 1 else values for name, values in made.items()}


def plain(value: Any) -> Any:
    """Give a client's answer without its own ways: empty places, lists of one, attributes."""
    if isinstance(value, dict):
        kept = {name: plain(one) for name, one in value.items() if not name.startswith("_")}
        return {name: one for name, one in kept.items() if one not in (None, [], {})}
    if isinstance(value, list):
        return plain(value[0]) if len(value) == 1 else [plain(one) for one in value]
    return value


# --- The services ---


@pytest.fixture(scope="session")
def packages() -> ModuleType:
    """Give the tests' maker of release archives."""
    path = HERE.parents[1] / "contracts" / "packages.py"
    spec = importlib.util.spec_from_file_location("packages", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def a_package(packages: ModuleType) -> dict[str, bytes]:
    """Make a domain laid out as the published ones: one schema is reached by two locations.

    The interaction names it from its own folder, the domain's schema from beside it. The answer
    holds several things, each with an element of that schema.
    """
    kinds = f"urn:riv:{packages.DOMAIN}:kinds:1"
    schema = packages.core().replace(f"urn:riv:{packages.DOMAIN}:1", kinds)
    files = packages.clean(INSTALLED)
    files[f"{packages.CORE}/kinds_1.0.xsd"] = schema.encode()
    files = packages.changed(
        files, packages.core_of(), "<!--", f'<xs:import namespace="{kinds}" '
        'schemaLocation="kinds_1.0.xsd"/><!--',
    )  # fmt: skip
    files = packages.changed(
        files, packages.core_of(), '<xs:element name="note" type="xs:string" minOccurs="0"/>',
        f'<xs:element name="kind" type="k:ThingType" xmlns:k="{kinds}"/>',
    )  # fmt: skip
    path = packages.schema_of(INSTALLED)
    files[path] = packages.interaction(
        INSTALLED, top=f'<xs:import namespace="{kinds}" '
        'schemaLocation="../../core_components/kinds_1.0.xsd"/>',
    ).encode()  # fmt: skip
    return packages.changed(
        files, path, '<xs:element name="resultText" type="xs:string" minOccurs="0"/>',
        '<xs:element name="thing" type="core:ThingType" minOccurs="2" maxOccurs="9"/>',
    )  # fmt: skip


@pytest.fixture(scope="session")
def messages() -> dict[str, Any]:
    """Give a valid request of each operation, as names and texts."""
    today = NOW.date()
    seller, buyer = REGIONS["01"], REGIONS["03"]
    deal = claims.Deal(
        seller=seller.organisation_number,
        buyer=buyer.organisation_number,
        county=buyer.county,
        municipality=buyer.municipality,
        today=today,
    )
    inquiry = exemptions.Inquiry(
        reply_to=LogicalAddress(seller.hsa_id),
        region=buyer.hsa_id,
        today=today,
    )
    person = {"personId": "191212121212"}
    return {
        CLAIM: content(claims.valid("öppen vård", deal)),
        EXEMPTION: content(exemptions.valid("begäran från invånare", inquiry)),
        INSTALLED: {"thing": {**person, "kind": person}},
    }


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory, packages: ModuleType) -> Iterator[Services]:
    """Run a platform over TLS, whose scripted producer judges calls and answers by example."""
    folder = tmp_path_factory.mktemp("clients")
    certificates = CertificateFolder(folder / "certificates")
    filed = certificates.file("SE2321000016-PROVBANK", name="platform")
    tls = ListenerTls(
        certificate=filed.certificate,
        key=filed.key,
        authority=certificates.authority_file,
        revoked=certificates.revocation_file,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PROVBANK_HOME", str(folder / "home"))
        install(packages.zipped(a_package(packages), folder / "in"))
        platform = create_platform(Settings(default_sender=None), a_catalogue(), clock=lambda: NOW)
        asked = Asked(app=create_app(platform))
        try:
            arrange(asked.app)
            with Server(asked, tls=tls) as server:
                yield Services(
                    url=server.url,
                    platform=platform,
                    asked=asked,
                    authority=certificates.authority_file,
                    consumer=certificates.file(CONSUMER),
                    stranger=certificates.file(STRANGER),
                )
        finally:
            platform.close()
            installed._shelf.cache_clear()


def a_catalogue() -> AddressingCatalogue:
    """Give a route of each contract to the producer, for one consumer."""
    spaces = [contract_of(name).namespace for name in (CLAIM, EXEMPTION, INSTALLED)]
    to = LogicalAddress(RECEIVER)
    return AddressingCatalogue(
        routes=[
            Route(logical_address=to, contract=space, address="producer://one") for space in spaces
        ],
        authorisations=[
            Authorisation(consumer=HsaId(CONSUMER), contract=space, logical_address=to)
            for space in spaces
        ],
    )


def arrange(app: Any) -> None:
    """Script the producer by the control API."""
    script = [{"example": True, "judge": True}]
    answer = app.test_client().put("/control/v1/producers/one", json=script)
    assert answer.status_code < 300, answer.text


# --- What is asked of every client ---


@dataclass(frozen=True, kw_only=True)
class SoapClient:
    """One foreign client: the command that runs it, and the services it is to call."""

    command: tuple[str, ...]
    services: Services
    messages: dict[str, Any]
    environment: dict[str, str] = field(default_factory=dict)

    def call(self, operation: str, *, to: str = RECEIVER, by: Filed | None = None) -> Any:
        """Run the client once, and give what it has printed."""
        services, caller = self.services, by or self.services.consumer
        files = (services.authority, caller.certificate, caller.key)
        call = {
            "operation": operation,
            "logicalAddress": to,
            "message": self.messages[operation],
        }
        ran = subprocess.run(  # noqa: S603 - a script beside this file
            [*self.command, services.wsdl(operation), *map(str, files)],
            input=json.dumps(call),
            env={**os.environ, **self.environment},
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    def check_answer(self, operation: str) -> None:
        """Call a service, and compare what the client has understood with what it was sent."""
        services = self.services
        services.asked.targets.clear()

        result = self.call(operation)

        asked = [f"{services.url}{target}" for target in services.asked.targets]
        kept = services.kept
        contract = contract_of(operation)
        assert "answer" in result, result
        assert kept.decision == "forwarded"
        sent = content(body_of(etree.fromstring(kept.legs[0].response)))
        assert bool(sent) == (operation != EXEMPTION), "its answer alone is empty"
        assert plain(result["answer"] or {}) == (sent or {})
        assert content(body_of(etree.fromstring(kept.legs[0].request))) == self.messages[operation]
        assert (kept.sender, kept.sender_known_by) == (CONSUMER, "client certificate")
        assert (kept.receiver, kept.contract) == (RECEIVER, contract.namespace)
        headers = {name.lower(): value for name, value in kept.legs[0].request_headers.items()}
        assert headers["soapaction"].strip('"') == contract.soap_action
        *documents, called = asked
        assert urlsplit(called)._replace(query="").geturl() == services.wsdl(
            operation
        ).removesuffix("?wsdl")
        assert set(documents) == services.documents(operation)

    def check_fault(self, code: str) -> None:
        """Call where no route leads, or without authorisation, and look at the client's fault."""
        to, by, side, says = {
            "VP004": (NOBODY, None, "Client", f"receiverId: {NOBODY}"),
            "VP007": (RECEIVER, self.services.stranger, "Server", f"senderId: {STRANGER}"),
        }[code]

        result = self.call(CLAIM, to=to, by=by)

        assert self.services.kept.decision == code
        fault = result["fault"]
        assert fault["code"].partition(":")[2] == side
        assert fault["text"].startswith(f"{code} [PROVBANK] ")
        assert says in fault["detail"]


@pytest.fixture
def a_client(services: Services, messages: dict[str, Any]) -> Callable[..., SoapClient]:
    """Give a maker of clients by their command."""

    def build(*command: str, **environment: str) -> SoapClient:
        return SoapClient(
            command=command, services=services, messages=messages, environment=environment
        )

    return build
