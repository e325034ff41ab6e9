"""What all regression cases have in common: the catalogue of fixture.toml, and its names.

A test asks for ``regression_catalogue`` and says where the producers listen::

    catalogue = regression_catalogue({"SKLTP-MOCK01": "http://127.0.0.1:8001/mock"})
    catalogue = regression_catalogue(lambda name: f"{producers.url}/{name}")

A name is what stands after ``producer://`` in fixture.toml: LOAD-MOCKS, SKLTP-MOCK01, SKLTP-MOCKS
(02 to 20 and 100), gemenlogiskadress, CERT-MOCK, PRODUCER-NOT-AVAILABLE, TREE, STANDARD, 10K4,
10K5, SKLTP-MOCK-EI, and the catalogue's own services by the name of their contract. A producer that
is not named keeps its address, which nothing answers. AGP and EI are the platform's own.
``consumer`` is who calls in the suites, ``namespaces`` gives a contract's namespace by its short
name (``namespaces["RES"]``).

Or a test asks for ``caller``: the consumer, at a platform behind mutual TLS with all of the suites'
mocks, aggregating services and engagement index.
"""

from __future__ import annotations

import re
import socket
import threading
import time
import tomllib
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from lxml import etree

from contracts.envelope import SOAP_ENVELOPE, body_of, fault_in
from contracts.judge import swedish_now
from contracts.terms import HsaId
from simulator.addressing import AddressingCatalogue, Route
from simulator.addressing.files import read_catalogue
from simulator.aggregation import SERVICES, AggregatedService
from simulator.aggregation.in_process import ADDRESS
from simulator.app import create_app, create_platform
from simulator.certificates.folder import CertificateFolder, Filed
from simulator.certificates.kinds import Kind
from simulator.engagement_index.services import services as index_services
from simulator.outbound import TlsMaterial
from simulator.payload import read_addressing
from simulator.producers.in_process import SCHEME
from simulator.server import Server
from simulator.settings import Settings
from simulator.tls import ListenerTls

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

Producers = Mapping[str, str] | Callable[[str], str]

_FILE = Path(__file__).with_name("fixture.toml")

INSTANCE = "NTjP_T-SERVICES-SE165565594230-109C"
AGP_SENDER = "SE165565594230-AGP"
PLATFORM = "5565594230"
WSA = "http://www.w3.org/2005/08/addressing"
REGISTRY = "urn:riv:itintegration:registry:1"
EI = "urn:riv:itintegration:engagementindex"
JAX_WS = "http://jax-ws.dev.java.net/"
NO_SUPPORT = "Missing support for this combination of patientId and logicalAdress"

SILENCE, PATIENCE = 4.0, 1.5
"""Seconds that a silent mock says nothing, and that the aggregating platform waits for one."""

PATIENT = "196711222940"
PATIENTS = {
    1: "191001209814", 2: "191001229812", 3: "191001239803", 4: "191001249810", 5: "191001259827",
    6: "191001269818", 7: "191001279809", 8: "191001289816", 9: "191001299807", 10: "191001309812",
    11: "191001319803", 12: "189001039800", 13: "191003219811", 14: "191003229802",
    15: "191003239819", 16: "191003249800", 17: "191003259817",
}  # fmt: skip
"""The suites' patients by their numbers: platform facts, section 8.1."""

OLD_PROFILE = {"KontrolleraSamtycke", "Question", "FindAllQuestions", "Answer"}
"""Contracts whose producers read BP 2.0."""

DOMAINS = {
    "GetCareDocumentation": ("riv:clinicalprocess:healthcond:description", "voo"),
    "GetDiagnosis": ("riv:clinicalprocess:healthcond:description", "dia"),
    "GetCareContacts": ("riv:clinicalprocess:logistics:logistics", "vko"),
    "GetReferralOutcome": ("riv:clinicalprocess:healthcond:actoutcome", "und-kon"),
    "GetImagingOutcome": ("riv:clinicalprocess:healthcond:actoutcome", "und-bdi"),
    "GetObservations": ("riv:clinicalprocess:healthcond:basic", "obs"),
    "GetActivities": ("riv:clinicalprocess:activity:actions", "akt"),
    "RES": ("riv:financial:patientfees:exemption", "fpe-es"),
}
"""Domain and categorization in the engagement index; those of the Get contracts are assumed."""


@cache
def contracts() -> Mapping[str, str]:
    """Give the contracts' namespaces by the short names of the fixture file."""
    listed = tomllib.loads(_FILE.read_text(encoding="utf-8"))["contracts"]
    return {contract["name"]: contract["namespace"] for contract in listed}


def record_of(contract: str) -> str:
    """Give the element of one record: diagnosis, careDocumentation."""
    return contract[3].lower() + contract[4:]


@cache
def aggregated() -> tuple[AggregatedService, ...]:
    """Give the bundled aggregating services, and an entry for each contract of the suites."""
    made = (
        AggregatedService(
            name=f"GetAggregated{name}-v1",
            contract=contracts()[name],
            interaction=name,
            domain=domain,
            categorizations=(categorization,),
            patient="patientId/id",
            source_system="sourceSystemHSAId",
            records=(record_of(name),),
        )
        for name, (domain, categorization) in DOMAINS.items()
        if name.startswith("Get")
    )
    return (*SERVICES, *made)


@pytest.fixture(scope="session")
def consumer() -> str:
    """Give the id that the suites call with."""
    return "TSTNMT2321000156-B02"


@pytest.fixture(scope="session")
def platform_address() -> str:
    """Give the platform's own logical address."""
    return PLATFORM


@pytest.fixture(scope="session")
def namespaces() -> Mapping[str, str]:
    """Give the contracts' namespaces by the short names of the fixture file."""
    return contracts()


@pytest.fixture(scope="session")
def regression_catalogue() -> Callable[..., AddressingCatalogue]:
    """Give a maker of the catalogue, with the addresses of the producers that are named."""
    read = read_catalogue(_FILE)
    own = {("AGP", one.contract): f"{ADDRESS}{one.name}" for one in aggregated()}
    own |= {("EI", one.contract): f"{SCHEME}{one.path}" for one in index_services()}

    def build(producers: Producers = {}) -> AddressingCatalogue:  # noqa: B006 - only read
        def placed(route: Route) -> Route:
            name = route.address.removeprefix(SCHEME)
            if (name, route.contract) in own:
                return replace(route, address=own[name, route.contract])
            address = producers(name) if callable(producers) else producers.get(name)
            return replace(route, address=address or route.address)

        rows = replace(
            read.rows, routes=tuple(placed(row) for row in read.routes), call_addresses=()
        )  # fmt: skip
        return AddressingCatalogue(
            rows=rows.completed(), tree=read.tree, rules=read.rules, published=read.published
        )

    return build


# --- The producers ---


def soap(content: str) -> bytes:
    """Write an envelope."""
    return (
        f'<s:Envelope xmlns:s="{SOAP_ENVELOPE}"><s:Body>{content}</s:Body></s:Envelope>'
    ).encode()


ANSWERS = {
    "RES": '<RequestExemptionStatusesResponse xmlns="{0}"/>',
    "PES": '<urn:ProcessExemptionStatusesResponse xmlns:urn="{0}"><urn:resultCode>OK'
    "</urn:resultCode></urn:ProcessExemptionStatusesResponse>",
    "PCS": '<ProcessClaimSpecificationResponse xmlns="{0}" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    '<resultCode xsi:type="ResultCodeEnum">OK</resultCode></ProcessClaimSpecificationResponse>',
    "KontrolleraSamtycke": '<urn:KontrolleraSamtyckeResponse xmlns:urn="{0}">'
    "<urn:avliden>false</urn:avliden></urn:KontrolleraSamtyckeResponse>",
    "KontrolleraForskrivarbehorighet": "<urn:KontrolleraForskrivarbehorighetResponse "
    'xmlns:urn="{0}"><urn:behorig>true</urn:behorig>'
    "</urn:KontrolleraForskrivarbehorighetResponse>",
    "Question": '<ns3:ReceiveMedicalCertificateQuestionResponse xmlns:ns3="{0}">'
    "<ns3:resultCode>OK</ns3:resultCode></ns3:ReceiveMedicalCertificateQuestionResponse>",
}
FAULT = "<s:Fault><faultcode>s:Server</faultcode><faultstring>{0}</faultstring>{1}</s:Fault>"

BEHAVES = {
    PATIENTS[4]: ("MOCK02", "empty"),
    PATIENTS[5]: ("MOCK03", "logical error"),
    PATIENTS[6]: ("", "logical error"),
    PATIENTS[7]: ("MOCK03", "fault"),
    PATIENTS[8]: ("", "fault"),
    PATIENTS[9]: ("MOCK03", "silent"),
    PATIENTS[10]: ("", "silent"),
}
"""What mocks do about a patient: those whose name ends so, which may be all of them."""

NUMBERS = {PATIENTS[2]: 1000, PATIENTS[3]: 5}
"""How many records they have; one of all others."""


@dataclass
class Mocks:
    """All producers in one application: the name of each is its path."""

    over: threading.Event = field(default_factory=threading.Event)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """Answer as the producer of the path does."""
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        read = read_addressing(body)
        contract = next(name for name, value in contracts().items() if value == read.contract)
        patient = (re.findall(rb"<(?:id|extension)>(\d{12})</", body) or [b""])[0].decode()
        producer = environ["PATH_INFO"].removeprefix("/")
        own = "rivtabp20" if contract in OLD_PROFILE else "rivtabp21"
        source = str(read.receiver) if producer == "SKLTP-MOCKS" else producer
        which, behaviour = BEHAVES.get(patient, ("nobody", ""))
        if not source.startswith("SKLTP-MOCK") or not source.endswith(which):
            behaviour = ""
        if behaviour == "silent":
            self.over.wait(SILENCE)
        status = "500 Internal Server Error"
        if read.profile != own:
            answer = FAULT.format(read.profile, "")
        elif behaviour == "fault":
            answer = FAULT.format("The mock fails", "")
        elif source == "SKLTP-MOCK01" and patient == PATIENT:
            answer = FAULT.format(
                "x",
                f'<detail><ns2:exception xmlns:ns2="{JAX_WS}"><message>{NO_SUPPORT}</message>'
                "</ns2:exception></detail>",
            )
        else:
            status = "200 OK"
            answer = ANSWERS.get(contract) or _records(contract, behaviour, patient, source)
        start_response(status, [("Content-Type", "text/xml"), ("X-Producer", producer)])
        return [soap(answer.replace("{0}", str(read.contract)))]


def _records(contract: str, behaviour: str, patient: str, source: str) -> str:
    """Write the answer of one of the Get contracts."""
    code = "ERROR" if behaviour == "logical error" else "OK"
    number = 0 if behaviour in ("empty", "logical error") else NUMBERS.get(patient, 1)
    record = (
        f'<{record_of(contract)}><header xmlns="urn:riv:mock:1"><patientId>{patient}</patientId>'
        f"<sourceSystemHSAId>{source}</sourceSystemHSAId></header></{record_of(contract)}>"
    )
    result = f"<result><resultCode>{code}</resultCode></result>"
    return f'<{contract}Response xmlns="{{0}}">{record * number}{result}</{contract}Response>'


# --- The consumer ---


@dataclass(kw_only=True)
class Answer:
    """What the platform answered."""

    status: int
    headers: Mapping[str, str]
    text: str
    seconds: float

    @property
    def root(self) -> etree._Element:
        """Give the envelope."""
        return etree.fromstring(self.text.encode())

    @property
    def faultstring(self) -> str:
        """Give the text of the fault that there must be."""
        fault = fault_in(self.root)
        assert fault is not None, self.text
        return fault.text

    @property
    def detail(self) -> str:
        """Give the fault's variable part."""
        return (self.root.findtext(".//detailString") or "").strip()

    @property
    def records(self) -> list[etree._Element]:
        """Give what stands in the response, but for a source's result."""
        assert fault_in(self.root) is None, self.text
        response = body_of(self.root)
        return [one for one in response if etree.QName(one).localname != "result"]

    @property
    def sources(self) -> list[str]:
        """Give the source of each record."""
        return [str(one.findtext(".//{*}sourceSystemHSAId")) for one in self.records]

    @property
    def statuses(self) -> dict[str, str]:
        """Give the status code of each source in the ProcessingStatus that there must be."""
        assert self.status == 200, self.text
        assert fault_in(self.root) is None, self.text
        (status,) = self.root.iterfind("{*}Header/{*}ProcessingStatus")
        pairs = [
            (str(one.findtext("{*}logicalAddress")), str(one.findtext("{*}statusCode")))
            for one in status
        ]
        assert len(dict(pairs)) == len(pairs)
        return dict(pairs)

    def succeeded(self, *, patient: str | None = None) -> None:
        """Check what every successful call has in common, and whose the records are."""
        assert self.status == 200, self.text
        assert len(self.records) > 0
        if patient is not None:
            assert {one.findtext(".//{*}patientId") for one in self.records} == {patient}


Engagement = tuple[str, str, str, int]
"""A patient, a contract's short name, an address, and how many days old the latest content is."""


@dataclass(kw_only=True)
class Caller:
    """The consumer of the suites."""

    url: str
    session: requests.Session
    namespaces: Mapping[str, str]

    def message(
        self, contract: str, receiver: str, *, patient: str = PATIENTS[1], profile: str = ""
    ) -> str:
        """Write a request, by default in the profile of the contract's producers."""
        old = profile == "2.0" or (not profile and contract in OLD_PROFILE)
        name, namespace = ("To", WSA) if old else ("LogicalAddress", REGISTRY)
        element, content = contract, f"<patientId><id>{patient}</id></patientId>"
        if contract == "RES":
            element, content = "RequestExemptionStatuses", (
                f"<requestId><root>REQUEST_ID_ROOT</root><extension>{uuid.uuid4()}</extension>"
                "</requestId><patientId><root>1.2.752.129.2.1.3.1</root>"
                f"<extension>{patient}</extension></patientId><actor><actorTypeEnum>CITIZEN"
                "</actorTypeEnum></actor><responseLogicalAddress>RESPONSE_LOGICAL_ADDRESS"
                "</responseLogicalAddress>"
            )  # fmt: skip
        return (
            f'<soapenv:Envelope xmlns:soapenv="{SOAP_ENVELOPE}" xmlns:a="{namespace}">'
            f"<soapenv:Header><a:{name}>{receiver}</a:{name}></soapenv:Header><soapenv:Body>"
            f'<{element} xmlns="{self.namespaces[contract]}">{content}</{element}>'
            "</soapenv:Body></soapenv:Envelope>"
        )

    def post(self, message: str, path: str = "/vp/any", **headers: str) -> Answer:
        """Post a message; underscores in header names stand for dashes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        began = time.perf_counter()
        answer = self.session.post(
            self.url + path,
            data=message.encode(),
            headers={"Content-Type": "text/xml; charset=UTF-8", **named},
            timeout=40,
        )
        return Answer(
            status=answer.status_code,
            headers=answer.headers,
            text=answer.text,
            seconds=time.perf_counter() - began,
        )

    def call(self, contract: str, receiver: str, **values: Any) -> Answer:
        """Send a request; headers and path by name, else parts of the message."""
        parts = {name: values.pop(name) for name in ("patient", "profile") if name in values}
        return self.post(self.message(contract, receiver, **parts), **values)

    def find(self, patient: str, contract: str) -> Answer:
        """Ask the engagement index."""
        domain, categorization = DOMAINS[contract]
        return self._ei(
            "FindContent",
            f"<registeredResidentIdentification>{patient}</registeredResidentIdentification>"
            f"<serviceDomain>{domain}</serviceDomain>"
            f"<categorization>{categorization}</categorization>",
        )

    def update(self, engagements: Iterable[Engagement], *, delete: bool = False) -> Answer:
        """Send one Update, and wait until the index has stored it."""
        told = tuple(engagements)
        answer = self._ei("Update", "".join(_transaction(one, delete=delete) for one in told))
        assert answer.status == 200, answer.text
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            patient, contract, address, _ = told[-1]
            found = f"<ns2:logicalAddress>{address}</ns2:logicalAddress>"
            if (found in self.find(patient, contract).text) != delete:
                return answer
            time.sleep(0.05)
        raise AssertionError("the index has not stored what it was told")

    def _ei(self, contract: str, content: str) -> Answer:
        name = self.namespaces[contract]
        return self.post(
            f'<soapenv:Envelope xmlns:soapenv="{SOAP_ENVELOPE}"><soapenv:Header>'
            f'<a:LogicalAddress xmlns:a="{REGISTRY}">{PLATFORM}</a:LogicalAddress>'
            f'</soapenv:Header><soapenv:Body><{contract} xmlns="{name}">{content}</{contract}>'
            "</soapenv:Body></soapenv:Envelope>"
        )


def _transaction(engagement: Engagement, *, delete: bool) -> str:
    patient, contract, address, days = engagement
    domain, categorization = DOMAINS[contract]
    recent: datetime = swedish_now() - timedelta(days=days)
    fields = {
        "registeredResidentIdentification": patient,
        "serviceDomain": domain,
        "categorization": categorization,
        "logicalAddress": address,
        "businessObjectInstanceIdentifier": "NA",
        "clinicalProcessInterestId": "NA",
        "mostRecentContent": f"{recent:%Y%m%d%H%M%S}",
        "sourceSystem": address,
        "dataController": "SE-NMT123",
    }
    told = "".join(f"<e:{name}>{value}</e:{name}>" for name, value in fields.items())
    return (
        f'<engagementTransaction xmlns:e="{EI}:1"><e:deleteFlag>{str(delete).lower()}'
        f"</e:deleteFlag><e:engagement>{told}</e:engagement></engagementTransaction>"
    )


# --- The platform ---


@pytest.fixture(scope="module")
def refused() -> Iterator[str]:
    """Give an address that refuses connections."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> CertificateFolder:
    """Give an authority for both ends."""
    return CertificateFolder(tmp_path_factory.mktemp("certificates"))


def listening(certificates: CertificateFolder, filed: Filed) -> ListenerTls:
    """Give what a listener presents."""
    return ListenerTls(
        certificate=filed.certificate, key=filed.key, authority=certificates.authority_file
    )


@pytest.fixture(scope="module")
def caller(
    regression_catalogue: Callable[..., AddressingCatalogue],
    namespaces: Mapping[str, str],
    certificates: CertificateFolder,
    consumer: str,
    refused: str,
) -> Iterator[Caller]:
    """Give the consumer, with its certificate, at a strict platform behind mutual TLS."""
    platform_certificate = certificates.file("SE165565594230-1000", name="platform")
    mine = certificates.file(consumer)
    elsewhere = certificates.file("SE-CERT-MOCK", kind=Kind.WRONG_NAME)
    mocks = Mocks()
    with (
        Server(mocks, threads=40) as producers,
        Server(mocks, tls=listening(certificates, elsewhere)) as secure,
    ):
        places = {
            "PRODUCER-NOT-AVAILABLE": refused,
            "CERT-MOCK": f"{secure.url}/CERT-MOCK",
        }
        catalogue = regression_catalogue(lambda name: places.get(name, f"{producers.url}/{name}"))
        presented = TlsMaterial(
            certificate=str(platform_certificate.certificate),
            key=str(platform_certificate.key),
            authority=str(certificates.authority_file),
            check_host=True,
        )
        platform = create_platform(
            Settings(
                instance_id=INSTANCE,
                strict=True,
                aggregation_sender=HsaId(AGP_SENDER),
                source_timeout=PATIENCE,
                index_collects_for=0.1,
            ),
            catalogue,
            tls={places["CERT-MOCK"]: presented},
            aggregated=aggregated(),
        )
        app = create_app(platform)
        with (
            Server(app, tls=listening(certificates, platform_certificate)) as server,
            requests.Session() as session,
        ):
            session.trust_env = False
            session.cert = (str(mine.certificate), str(mine.key))
            session.verify = str(certificates.authority_file)
            yield Caller(url=server.url, session=session, namespaces=namespaces)
        mocks.over.set()
        platform.close()
