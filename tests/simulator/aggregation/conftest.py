"""An index and sources that do as a test says, and platforms that aggregate over them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from contracts.envelope import SOAP_ENVELOPE, body_of, envelope, fault_in
from contracts.terms import SWEDISH_TIME, HsaId, LogicalAddress
from simulator.addressing import AddressingCatalogue, Authorisation, Route
from simulator.aggregation import SERVICES, AggregatedService
from simulator.aggregation.finding import FIND_CONTENT
from simulator.aggregation.in_process import ADDRESS
from simulator.aggregation.status import HEADERS
from simulator.app import create_app, create_platform
from simulator.arrangement import Arrangement
from simulator.client import Raw, WsgiTransport
from simulator.journal.queries import Query
from simulator.server import Server
from simulator.settings import Settings

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

    from simulator.client import Transport
    from simulator.exchange import Exchange
    from simulator.platform import Platform

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=SWEDISH_TIME)
PLATFORM = "5565594230"
CONSUMER = "SE2321000016-PROVBANK1"
PATIENT = "198112189876"
PATIENCE = 30.0

RES = SERVICES[0]
VISITS = AggregatedService(
    name="GetAggregatedVisits-v1",
    contract="urn:riv:made:up:GetVisitsResponder:1",
    interaction="GetVisits",
    domain="riv:made:up",
    categorizations=("vis", "old"),
    patient="who/id/extension",
    source_system="sourceSystemHSAId",
    records=("list/visit", "hasMore"),
)
"""Another contract: records in the body, two categorizations, a filter, no age limit."""


@pytest.fixture
def res() -> AggregatedService:
    """Give the entry of RequestExemptionStatuses."""
    return RES


@pytest.fixture
def visits() -> AggregatedService:
    """Give the entry of a contract with records of its own."""
    return VISITS


def soap(content: str) -> bytes:
    """Write an envelope."""
    return (
        f'<s:Envelope xmlns:s="{SOAP_ENVELOPE}"><s:Body>{content}</s:Body></s:Envelope>'
    ).encode()


def a_fault(text: str) -> bytes:
    """Write a fault."""
    return soap(
        f"<s:Fault><faultcode>s:Server</faultcode><faultstring>{text}</faultstring></s:Fault>"
    )


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A request that reached the index or a source."""

    headers: Mapping[str, str]
    root: etree._Element

    def text(self, name: str) -> str | None:
        """Give the text of an element by its local name."""
        return next((one.text for one in self.root.iter(f"{{*}}{name}")), None)


@dataclass(kw_only=True)
class Surroundings:
    """The index, and every source by its path, in one application.

    Shape: ``engagements`` are pairs of logical address and source system, with a categorization
           after it where it matters; ``answers`` are by source, a status and a body, or ``silent``.
    """

    engagements: list[tuple[str, ...]] = field(default_factory=list)
    answers: dict[str, tuple[int, bytes] | str] = field(default_factory=dict)
    seen: dict[str, list[Seen]] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)
    meeting: threading.Barrier | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """Answer as whoever the path names."""
        name = environ["PATH_INFO"].removeprefix("/")
        root = etree.fromstring(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        headers = {
            key[5:].replace("_", "-").lower(): str(value)
            for key, value in environ.items()
            if key.startswith("HTTP_")
        }
        self.seen.setdefault(name, []).append(Seen(headers=headers, root=root))
        answer = self.answers.get(name) or self._usual(name, body_of(root))
        if self.meeting is not None and name != "index":
            self.meeting.wait(PATIENCE)
        if isinstance(answer, str):
            self.over.wait(PATIENCE)
            answer = 200, b"<late/>"
        start_response(f"{answer[0]} Any", [("Content-Type", "text/xml")])
        return [answer[1]]

    def _usual(self, name: str, asked: etree._Element) -> tuple[int, bytes]:
        contract = etree.QName(asked).namespace
        if contract == FIND_CONTENT:
            found = "".join(
                f"<engagement><e:categorization>{(*one, 'vis')[2]}</e:categorization>"
                f"<e:logicalAddress>{one[0]}</e:logicalAddress>"
                f"<e:sourceSystem>{one[1]}</e:sourceSystem></engagement>"
                for one in self.engagements
            )
            return 200, soap(
                f'<FindContentResponse xmlns="{contract}" '
                f'xmlns:e="urn:riv:itintegration:engagementindex:1">{found}</FindContentResponse>'
            )
        if contract == VISITS.contract:
            return 200, soap(a_visit(name))
        return 200, soap(f'<RequestExemptionStatusesResponse xmlns="{contract}"/>')


def a_visit(source: str, *, more: str = "") -> str:
    """Write the answer of one source to the other contract."""
    return (
        f'<r:GetVisitsResponse xmlns:r="{VISITS.contract}" xmlns:d="urn:riv:made:up:1"><r:list>'
        f"<r:visit><d:sourceSystemHSAId>{source}</d:sourceSystemHSAId></r:visit></r:list>{more}"
        "<r:result><d:resultCode>OK</d:resultCode></r:result></r:GetVisitsResponse>"
    )


@pytest.fixture(scope="session")
def producers() -> Iterator[tuple[Any, str]]:
    """Give one listener for the surroundings of all tests, and where it is."""

    class Switch:
        app: Any = None

        def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Any:
            return self.app(environ, start_response)

    switch = Switch()
    with Server(switch, threads=80) as server:
        yield switch, server.url


@pytest.fixture
def surroundings(producers: tuple[Any, str]) -> Iterator[Surroundings]:
    """Give the index and the sources of one test."""
    switch, _ = producers
    switch.app = Surroundings()
    yield switch.app
    switch.app.over.set()


@dataclass(kw_only=True)
class Aggregated:
    """What came back of an aggregated call."""

    raw: Raw

    @property
    def status(self) -> int:
        """Give the HTTP status."""
        return self.raw.status

    @property
    def text(self) -> str:
        """Give the message as text."""
        return self.raw.body.decode()

    @property
    def root(self) -> etree._Element:
        """Give the envelope."""
        return etree.fromstring(self.raw.body)

    @property
    def fault(self) -> str | None:
        """Give the text of the fault, None where there is none."""
        found = fault_in(self.root)
        return found and found.text

    @property
    def records(self) -> list[etree._Element]:
        """Give the records of the ProcessingStatus that must be there."""
        status = self.root.find(f"{{{SOAP_ENVELOPE}}}Header/{{{HEADERS}}}ProcessingStatus")
        assert status is not None, self.text
        return list(status)

    @property
    def statuses(self) -> dict[str, str]:
        """Give the status code of each source."""
        pairs = [
            (str(one.findtext("{*}logicalAddress")), str(one.findtext("{*}statusCode")))
            for one in self.records
        ]
        assert len(dict(pairs)) == len(pairs)
        return dict(pairs)

    @property
    def errors(self) -> dict[str, tuple[str, str]]:
        """Give code and text of each source that failed."""
        return {
            str(one.findtext("{*}logicalAddress")): (
                str(one.findtext(".//{*}code")),
                str(one.findtext(".//{*}text")),
            )
            for one in self.records
            if one.find(".//{*}code") is not None
        }


@dataclass(kw_only=True)
class Bench:
    """A platform, and a consumer that calls its aggregating services."""

    platform: Platform
    transport: Transport

    def over(self, transport: Transport) -> Bench:
        """Give the same, reached in another way."""
        return replace(self, transport=transport)

    def ask(
        self,
        service: AggregatedService = RES,
        *,
        more: str = "",
        path: str = "/vp",
        body: bytes | None = None,
        **headers: str,
    ) -> Aggregated:
        """Call a service; underscores in header names stand for dashes."""
        person = f"<p:extension>{PATIENT}</p:extension>"
        who = f"<patientId>{person}</patientId><who><id>{person}</id></who>"
        content = f'<{service.interaction} xmlns="{service.contract}" xmlns:p="urn:p">{who}{more}'
        message = envelope(f"{content}</{service.interaction}>".encode(), logical_address=PLATFORM)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Content-Type": "text/xml; charset=UTF-8", **named}
        return Aggregated(raw=self.transport.send("POST", path, headers=sent, body=body or message))

    def journal_of(self, correlation_id: str) -> tuple[Exchange, ...]:
        """Give what the platform kept of one story."""
        return self.platform.journal.find(Query(correlation_id=correlation_id)).exchanges

    def arrange(self, catalogue: AddressingCatalogue, workspace: str) -> None:
        """Make a workspace with a catalogue of its own."""
        self.platform.arrangements.create(workspace)
        self.platform.arrangements.put(workspace, Arrangement(catalogue=catalogue))


@pytest.fixture
def a_world(producers: tuple[Any, str]) -> Callable[..., AddressingCatalogue]:
    """Give a maker of catalogues: the platform's services, the index, and sources by name.

    Shape: ``routed`` and ``authorised`` are logical addresses, by default the sources.
    """
    _, url = producers

    def build(
        *sources: str,
        service: AggregatedService = RES,
        routed: tuple[str, ...] | None = None,
        authorised: tuple[str, ...] | None = None,
        consumer: str = CONSUMER,
        **lookup: Any,
    ) -> AddressingCatalogue:
        reached = sources if routed is None else routed
        places = {one: f"{url}/{one.replace('*', 'ANYONE')}" for one in reached}
        routes = [
            *((address, service.contract, place) for address, place in places.items()),
            (PLATFORM, service.contract, f"{ADDRESS}{service.name}"),
            (PLATFORM, FIND_CONTENT, f"{url}/index"),
        ]
        leave = [
            *(
                (consumer, service.contract, one)
                for one in (sources if authorised is None else authorised)
            ),
            (CONSUMER, service.contract, PLATFORM),
            (Settings().aggregation_sender, FIND_CONTENT, PLATFORM),
        ]
        return AddressingCatalogue(
            routes=[
                Route(logical_address=LogicalAddress(to), contract=contract, address=place)
                for to, contract, place in routes
            ],
            authorisations=[
                Authorisation(
                    consumer=HsaId(who), contract=contract, logical_address=LogicalAddress(to)
                )
                for who, contract, to in leave
            ],
            **lookup,
        )

    return build


@pytest.fixture(scope="session")
def platforms() -> Iterator[Callable[..., Bench]]:
    """Give a maker of platforms, one for the same settings: closing one takes time."""
    with ExitStack() as opened:

        @cache
        def build(**settings: Any) -> Bench:
            chosen = Settings(**{"retry_delay": 0.0, "producer_timeout": PATIENCE, **settings})
            platform = create_platform(chosen, None, clock=lambda: NOW, aggregated=(RES, VISITS))
            opened.callback(platform.close)
            return Bench(platform=platform, transport=WsgiTransport(create_app(platform)))

        yield build


@pytest.fixture
def a_bench(platforms: Callable[..., Bench]) -> Callable[..., Bench]:
    """Give a maker of platforms with a catalogue; settings by name."""

    def build(catalogue: AddressingCatalogue | None, **settings: Any) -> Bench:
        bench = platforms(**settings)
        bench.platform.arrangements.put("default", Arrangement(catalogue=catalogue))
        return bench

    return build
