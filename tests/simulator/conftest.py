"""Platforms, producers and ways to reach them; each defaults all that a test is not about."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import queue
import socket
import struct
import sys
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contracts.catalogue import bundled
from contracts.domains.financial_billing_claim.v1_1.kinds import Deal, valid
from contracts.envelope import envelope
from contracts.terms import SWEDISH_TIME, HsaId, LogicalAddress
from simulator.addressing import AddressingCatalogue, Authorisation, Route
from simulator.app import create_app, create_platform
from simulator.client import HttpTransport, WsgiTransport
from simulator.exchange import Exchange, Leg
from simulator.regions.buyer import Buyer
from simulator.regions.directory import REGIONS
from simulator.regions.ledger import Ledger
from simulator.server import Server
from simulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask

    from contracts.wsdl import ServiceContract
    from simulator.client import Transport
    from simulator.platform import Platform
    from simulator.regions.defect import Defect
    from simulator.regions.directory import Region

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=SWEDISH_TIME)
PATIENCE = 30.0
"""Seconds until something that never comes counts as lost; no test waits so long when green."""


@pytest.fixture
def now() -> datetime:
    """Give the instant that every clock of these tests stands at."""
    return NOW


@pytest.fixture(scope="session")
def contract() -> ServiceContract:
    """Give ProcessClaimSpecification 1.1."""
    return bundled().domain("financial:billing:claim", "1.1").contracts[0]


@pytest.fixture(scope="session")
def seller() -> Region:
    """Give the region that bills."""
    return REGIONS["01"]


@pytest.fixture(scope="session")
def buyer() -> Region:
    """Give the patient's home region."""
    return REGIONS["03"]


@pytest.fixture
def deal(seller: Region, buyer: Region) -> Deal:
    """Give who bills whom on the day of the tests."""
    return Deal(
        seller=seller.organisation_number,
        buyer=buyer.organisation_number,
        county=buyer.county,
        municipality=buyer.municipality,
        today=NOW.date(),
    )


@pytest.fixture
def message(deal: Deal, buyer: Region) -> bytes:
    """Give a valid claim specification in its envelope, on its way to the buyer."""
    return envelope(valid("öppen vård", deal), logical_address=buyer.logical_address)


@pytest.fixture
def a_leg() -> Callable[..., Leg]:
    """Give a maker of legs."""

    def build(kind: str = "in", **values: Any) -> Leg:
        defaults: dict[str, Any] = {
            "url": "http://platform.example/vp" if kind == "in" else "http://producer.example",
            "started": NOW,
            "seconds": 0.01,
            "status": 200,
            "request_headers": {"content-type": "text/xml; charset=UTF-8"},
            "request": b"<request/>",
            "response_headers": {"content-type": "text/xml; charset=UTF-8"},
            "response": b"<response/>",
        }
        return Leg(kind=kind, **{**defaults, **values})

    return build


@pytest.fixture
def an_exchange(a_leg: Callable[..., Leg]) -> Callable[..., Exchange]:
    """Give a maker of exchanges: forwarded, with a leg in and a leg out."""

    def build(correlation_id: str = "mine", **values: Any) -> Exchange:
        defaults: dict[str, Any] = {
            "correlation_id": correlation_id,
            "started": NOW,
            "seconds": 0.012,
            "sender": "SE2321000016-PROVBANK1",
            "sender_known_by": "internal header",
            "receiver": "2321000024",
            "contract": "urn:riv:a:b:CResponder:1",
            "decision": "forwarded",
            "status": 200,
            "legs": (a_leg("in"), a_leg("out")),
        }
        return Exchange(**{**defaults, **values})

    return build


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One request as it stood on the wire."""

    line: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """Give the one value of a header, None where it is absent; the case of names is ignored."""
        values = [value for known, value in self.headers if known.lower() == name.lower()]
        assert len(values) <= 1, f"{name} stands {len(values)} times"
        return values[0] if values else None


@dataclass(kw_only=True)
class Peer:
    """A producer down at the socket: it reads each request whole, then does as it is told.

    Shape: ``behave`` may answer, hang up or stay silent; ``over`` is set when the test is over.
           ``reads`` False is for callers that do not speak HTTP.
    """

    behave: Callable[[socket.socket], None]
    reads: bool = True
    seen: list[Seen] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        """Listen on a free port, and answer from a thread."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        host, port = self._listener.getsockname()
        self.address = f"http://{host}:{port}/claim"
        self.host = f"{host}:{port}"
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        """Stop, and let go of every socket."""
        self.over.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):  # where shutting down does not wake the one who accepts
            socket.create_connection(self._listener.getsockname(), timeout=1).close()
        for thread in self._threads:
            thread.join(PATIENCE)
        self._listener.close()

    def _accept(self) -> None:
        while not self.over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._threads.append(
                thread := threading.Thread(target=self._serve, args=(connection,), daemon=True)
            )
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(PATIENCE)
            if not self.reads:
                connection.recv(65536)
            elif (request := _request_of(connection)) is not None:
                self.seen.append(request)
            else:
                return
            self.behave(connection)


def _request_of(connection: socket.socket) -> Seen | None:
    data = b""
    while b"\r\n\r\n" not in data:
        if not (part := connection.recv(65536)):
            return None
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    line, *fields = head.decode("latin-1").split("\r\n")
    headers = tuple(
        (name, value.strip()) for name, _, value in (one.partition(":") for one in fields)
    )
    length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
    while len(body) < length:
        if not (part := connection.recv(65536)):
            return None
        body += part
    return Seen(line=line, headers=headers, body=body)


def answer_with(
    body: bytes = b"<ok/>", *, status: str = "200 OK", headers: tuple[str, ...] = ()
) -> Callable[[socket.socket], None]:
    """Give the behaviour that answers every request the same."""
    fields = [
        f"HTTP/1.1 {status}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *headers,
    ]

    def behave(connection: socket.socket) -> None:
        connection.sendall("\r\n".join([*fields, "", ""]).encode("latin-1") + body)

    return behave


_LINGER = "hh" if os.name == "nt" else "ii"


def reset(connection: socket.socket) -> None:
    """Break the connection off the hard way (RST)."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(_LINGER, 1, 0))


@pytest.fixture
def a_peer() -> Iterator[Callable[..., Peer]]:
    """Give a maker of producers; ``behave`` or the parts of an answer say what they do.

    Shape: ``behave`` is ``reset``, ``silent``, ``half an answer``, ``no TLS`` or None for a whole
           answer.
    """
    with ExitStack() as opened:

        def build(*args: Any, behave: str | None = None, **answer: Any) -> Peer:
            peer = Peer(behave=answer_with(*args, **answer), reads=behave != "no TLS")
            opened.callback(peer.close)

            def silent(_connection: socket.socket) -> None:
                peer.over.wait(PATIENCE)

            def half_an_answer(connection: socket.socket) -> None:
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<half")
                peer.over.wait(PATIENCE)

            ways = {"reset": reset, "silent": silent, "half an answer": half_an_answer}
            peer.behave = ways.get(behave or "", peer.behave)
            return peer

        yield build


@pytest.fixture
def refused() -> Iterator[str]:
    """Give an address that refuses connections, and that nobody else can take meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/claim"


@pytest.fixture
def a_catalogue(
    contract: ServiceContract, seller: Region, buyer: Region
) -> Callable[..., AddressingCatalogue]:
    """Give a maker of catalogues: by default the seller may call the buyer, at one address."""

    def build(
        *addresses: str, authorised: tuple[str, ...] = (seller.hsa_id,), **values: Any
    ) -> AddressingCatalogue:
        return AddressingCatalogue(
            routes=[
                Route(
                    **{
                        "logical_address": buyer.logical_address,
                        "contract": contract.namespace,
                        "address": address,
                        **values,
                    }
                )
                for address in addresses
            ],
            authorisations=[
                Authorisation(
                    consumer=HsaId(consumer),
                    contract=contract.namespace,
                    logical_address=LogicalAddress(buyer.logical_address),
                )
                for consumer in authorised
            ],
        )

    return build


@pytest.fixture
def a_platform(
    a_catalogue: Callable[..., AddressingCatalogue],
) -> Iterator[Callable[..., Platform]]:
    """Give a maker of platforms with a route to each address; settings by name.

    Shape: a producer is waited for as long as it takes, and tried again at once.
    """
    with ExitStack() as opened:

        def build(*addresses: str, **settings: Any) -> Platform:
            chosen = Settings(**{"retry_delay": 0.0, "producer_timeout": PATIENCE, **settings})
            platform = create_platform(chosen, a_catalogue(*addresses), clock=lambda: NOW)
            opened.callback(platform.close)
            return platform

        yield build


class Switch:
    """One listener for all tests: stopping a server takes half a second, changing its app none."""

    app: WSGIApplication | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        """Hand the request to the application of the present test."""
        assert self.app is not None
        return self.app(environ, start_response)


@pytest.fixture(scope="session")
def listener() -> Iterator[tuple[Switch, str]]:
    """Give a running server, and the switch to put an application in."""
    switch = Switch()
    with Server(switch, threads=60) as server:
        yield switch, server.url


@pytest.fixture
def over_http(listener: tuple[Switch, str]) -> Iterator[Callable[[Flask], HttpTransport]]:
    """Give what puts an application behind a real listener."""
    switch, url = listener

    def put(app: Flask) -> HttpTransport:
        switch.app = app
        return HttpTransport(url, timeout=PATIENCE)

    yield put
    switch.app = None


@pytest.fixture(params=["in process", "over http"])
def reach(
    request: pytest.FixtureRequest, over_http: Callable[[Flask], HttpTransport]
) -> Callable[[Platform], Transport]:
    """Give each way to reach a platform in turn."""

    def by(platform: Platform) -> Transport:
        app = create_app(platform)
        return WsgiTransport(app) if request.param == "in process" else over_http(app)

    return by


@pytest.fixture
def a_buyer() -> Iterator[Callable[..., Buyer]]:
    """Give a maker of buying systems, flawless by default, that take it for the tests' day."""
    with ExitStack() as opened:

        def build(
            defect: Defect | None = None, *, clock: Callable[[], datetime] = lambda: NOW
        ) -> Buyer:
            ledger = Ledger("03")
            opened.callback(ledger.close)
            return Buyer(ledger, clock=clock, **({"defect": defect} if defect else {}))

        yield build


@pytest.fixture
def meet() -> Callable[..., list[Any]]:
    """Give what calls functions at the same time, and collects what they return in their order."""

    def all_at_once(calls: list[Callable[[], Any]]) -> list[Any]:
        gate = threading.Barrier(len(calls), timeout=PATIENCE)
        results: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()

        def one(number: int, call: Callable[[], Any]) -> None:
            gate.wait()
            results.put((number, call()))

        threads = [
            threading.Thread(target=one, args=(number, call), daemon=True)
            for number, call in enumerate(calls)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        found = dict(results.get() for _ in range(results.qsize()))
        assert sorted(found) == list(range(len(calls))), "some calls never returned"
        return [found[number] for number in range(len(calls))]

    return all_at_once


@pytest.fixture(scope="session")
def packages() -> ModuleType:
    """Give the tests' maker of release archives."""
    path = Path(__file__).parents[1] / "contracts" / "packages.py"
    spec = importlib.util.spec_from_file_location("packages", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home of its own to what is installed, empty at first."""
    monkeypatch.setenv("PROVBANK_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Give the URL of a PostgreSQL that runs for the tests, without a database."""
    with _postgres().server() as url:
        yield url


@pytest.fixture
def a_postgresql_database(postgresql: str) -> Callable[[], str]:
    """Give a maker of empty databases in PostgreSQL."""
    import psycopg  # noqa: PLC0415 - an extra, and there if the server is

    def build() -> str:
        name = f"provbank_{next(_NUMBERS)}"
        plain = postgresql.replace("+psycopg", "")
        with psycopg.connect(f"{plain}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"{postgresql}/{name}"

    return build


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    """Give the database URL of a file in the test's folder."""
    return f"sqlite:///{(tmp_path / 'journal.sqlite').as_posix()}"


@pytest.fixture(params=["a file", "PostgreSQL"])
def url(request: pytest.FixtureRequest) -> str:
    """Give the URL of an empty database that outlives a process, of each kind."""
    if request.param == "a file":
        found: str = request.getfixturevalue("file_url")
        return found
    made: str = request.getfixturevalue("a_postgresql_database")()
    return made


@pytest.fixture(params=["memory", "a file", "PostgreSQL"])
def any_url(request: pytest.FixtureRequest) -> str:
    """Give the URL of an empty database of each kind."""
    if request.param == "memory":
        return "sqlite://"
    if request.param == "a file":
        found: str = request.getfixturevalue("file_url")
        return found
    made: str = request.getfixturevalue("a_postgresql_database")()
    return made


_NUMBERS = iter(range(1_000_000))


def _postgres() -> ModuleType:
    """Import the module that runs PostgreSQL; tests stand in no package."""
    name = "provbank_tests_postgres"
    if name not in sys.modules:
        path = Path(__file__).with_name("postgres.py")
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]
