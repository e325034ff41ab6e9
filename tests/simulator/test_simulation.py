"""The whole simulation: a developer's first ten minutes, over HTTP."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import requests
from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.kinds import KINDS
from contracts.domains.financial_billing_claim.v1_1.single_faults import (
    RULE_FAULTS,
    SCHEMA_FAULTS,
)
from contracts.errors import UsageError
from simulator.payload import read_addressing
from simulator.regions.buyer import PART
from simulator.regions.claim_defects import DEFECTS
from simulator.regions.directory import REGIONS
from simulator.server import Server
from simulator.simulation import Simulation, simulation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from contracts.wsdl import ServiceContract

PATIENCE = 60.0


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulation]:
    """Give a simulation that runs for all tests here."""
    with simulation(port=0, data=tmp_path_factory.mktemp("data")) as started:
        yield started


@pytest.fixture(scope="module")
def http() -> Iterator[requests.Session]:
    """Give a session that goes straight to this machine."""
    with requests.Session() as session:
        session.trust_env = False
        yield session


def example(http: requests.Session, running: Simulation, **query: str) -> bytes:
    """Fetch a ready message."""
    answer = http.get(running.example_url(claim_contract(running)), params=query, timeout=PATIENCE)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/xml; charset=UTF-8")
    return answer.content


def claim_contract(running: Simulation) -> ServiceContract:
    """Give the contract that the examples are for."""
    (contract,) = (
        each for each in running.contracts if each.interaction == "ProcessClaimSpecification"
    )
    return contract


def post(http: requests.Session, running: Simulation, message: bytes) -> requests.Response:
    """Post a message as curl does: no SOAPAction, no sender."""
    return http.post(
        running.service_url(claim_contract(running)),
        data=message,
        headers={"Content-Type": "text/xml; charset=UTF-8"},
        timeout=PATIENCE,
    )


def told(answer: requests.Response, name: str) -> str | None:
    """Give the text of an element of the answer."""
    return etree.fromstring(answer.content).findtext(f".//{{*}}{name}")


def test_simulation_tells_where_it_is_and_what_it_offers(running: Simulation) -> None:
    """Everything that the start page of the command line shows."""
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", running.url)
    assert running.service_url(claim_contract(running)) == (
        f"{running.url}/vp/financial/billing/claim/ProcessClaimSpecification/1/rivtabp21"
    )
    assert running.regions == tuple(REGIONS.values())
    assert running.sender == "SE2321000016-PROVBANK1"


def test_every_region_has_a_route(running: Simulation, http: requests.Session) -> None:
    """One for each logical address, each to a place of its own."""
    namespace = claim_contract(running).namespace
    routes = [
        route
        for route in http.get(f"{running.url}/control/v1/routes", timeout=PATIENCE).json()
        if route["contract"] == namespace
    ]

    assert [route["logical_address"] for route in routes] == [
        region.logical_address for region in REGIONS.values()
    ]
    assert len({route["address"] for route in routes}) == len(REGIONS)


@pytest.mark.parametrize("county", REGIONS)
def test_example_of_every_kind_is_answered_ok_by_every_region(
    running: Simulation, http: requests.Session, county: str
) -> None:
    """Fetched and posted as it is, on the first try."""
    codes = {}
    for kind in KINDS:
        message = example(http, running, to=county, kind=kind)
        assert read_addressing(message).receiver == REGIONS[county].logical_address
        answer = post(http, running, message)
        codes[kind] = (answer.status_code, told(answer, "resultCode"), told(answer, "comment"))

    assert codes == dict.fromkeys(KINDS, (200, "OK", None))


@pytest.mark.parametrize("fault", [*RULE_FAULTS, *SCHEMA_FAULTS])
def test_example_with_a_fault_is_answered_error(
    running: Simulation, http: requests.Session, fault: str
) -> None:
    """The comment names the rule that the example breaks, and no other."""
    rule = {**RULE_FAULTS, **SCHEMA_FAULTS}[fault].rule

    answer = post(http, running, example(http, running, fault=fault))

    assert answer.status_code == 200
    assert told(answer, "resultCode") == "ERROR"
    assert set(re.findall(r"regel: (\w+)", told(answer, "comment") or "")) == {rule}


def test_example_without_choices_can_be_sent(running: Simulation, http: requests.Session) -> None:
    """The URL on the start page needs no query."""
    answer = post(http, running, example(http, running))

    assert (answer.status_code, told(answer, "resultCode")) == (200, "OK")


def test_every_example_is_a_new_message(running: Simulation, http: requests.Session) -> None:
    """Fetched twice, it has two ids; sent twice, it counts as one."""
    first, second = (example(http, running) for _ in range(2))

    assert first != second
    assert [told(post(http, running, each), "resultCode") for each in (first, second, first)] == [
        "OK"
    ] * 3


@pytest.mark.parametrize(
    ("query", "says", "offers"),
    [
        pytest.param({"to": "02"}, "to is a county code: 01, 03", "25", id="county"),
        pytest.param({"kind": "tandvård"}, "kind is one of:\nöppen vård\n", "kredit", id="kind"),
        pytest.param({"fault": "R5"}, "fault is one of:\n", "radnummer noll", id="fault"),
    ],
)
def test_unknown_example_is_told_with_the_known_ones(
    running: Simulation, http: requests.Session, query: dict[str, str], says: str, offers: str
) -> None:
    """A slip in the query is answered with what can be chosen, in plain text."""
    answer = http.get(running.example_url(claim_contract(running)), params=query, timeout=PATIENCE)

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "text/plain; charset=UTF-8"
    assert answer.text.startswith(says)
    assert offers in answer.text


def test_exchange_is_in_the_journal(running: Simulation, http: requests.Session) -> None:
    """The last line of the start page shows what was just sent."""
    message = example(http, running)
    answer = post(http, running, message)

    (entry,) = http.get(f"{running.url}/control/v1/journal?last=1", timeout=PATIENCE).json()
    assert entry["correlation_id"] == answer.headers["x-skltp-correlation-id"]
    assert (entry["decision"], entry["status"]) == ("forwarded", 200)
    assert (entry["sender"], entry["sender_known_by"]) == (running.sender, "default sender")
    assert (entry["request_bytes"], entry["response_bytes"]) == (len(message), len(answer.content))


@pytest.mark.parametrize("county", REGIONS)
def test_every_region_may_call_every_other(
    running: Simulation, http: requests.Session, county: str
) -> None:
    """A consumer can play any of the regions."""
    answer = http.post(
        f"{running.url}/vp",
        data=example(http, running, to="25"),
        headers={
            "x-vp-sender-id": REGIONS[county].hsa_id,
            "x-vp-instance-id": "PROVBANK-VP",
        },
        timeout=PATIENCE,
    )

    assert told(answer, "resultCode") == "OK"


def test_stranger_is_turned_away(running: Simulation, http: requests.Session) -> None:
    """A sender that is no region has no authorisation."""
    answer = http.post(
        f"{running.url}/vp",
        data=example(http, running),
        headers={"x-vp-sender-id": "SE5565594230-B9P", "x-vp-instance-id": "PROVBANK-VP"},
        timeout=PATIENCE,
    )

    assert (told(answer, "faultstring") or "").startswith("VP007 [PROVBANK] ")


def test_fifty_developers_at_once_are_answered(
    running: Simulation, http: requests.Session, meet: Callable[..., list[Any]]
) -> None:
    """To many regions at the same time, each with its own answer."""
    counties = list(REGIONS) * 3
    messages = [example(http, running, to=county) for county in counties[:50]]

    def send(message: bytes) -> Callable[[], tuple[int, str | None]]:
        def once() -> tuple[int, str | None]:
            with requests.Session() as session:
                session.trust_env = False
                answer = post(session, running, message)
                return answer.status_code, told(answer, "resultCode")

        return once

    assert meet([send(message) for message in messages]) == [(200, "OK")] * 50


# --- Start and stop ---


def test_simulation_prints_nothing(
    tmp_path: Path, http: requests.Session, capfd: pytest.CaptureFixture[str]
) -> None:
    """From start to stop, with traffic, refusals and faults: the command line does the talking."""
    with simulation(port=0, data=tmp_path) as started:
        post(http, started, example(http, started))
        post(http, started, example(http, started, fault="radnummer noll"))
        post(http, started, b"not XML")
        http.get(f"{started.url}/nowhere", timeout=PATIENCE)

    assert capfd.readouterr() == ("", "")


def test_what_was_received_is_there_after_a_restart(tmp_path: Path, http: requests.Session) -> None:
    """Journal and regions keep their own in the folder that was given."""
    with simulation(port=0, data=tmp_path) as first:
        message = example(http, first, to="04")
        assert told(post(http, first, message), "resultCode") == "OK"
    changed = message.replace("Vårdcentralen".encode(), "Vårdcentrum".encode())
    assert changed != message

    with simulation(port=0, data=tmp_path) as second:
        assert told(post(http, second, message), "resultCode") == "OK"
        assert told(post(http, second, changed), "resultCode") == "ERROR"
        journal = http.get(f"{second.url}/control/v1/journal", timeout=PATIENCE).json()

    assert [entry["number"] for entry in journal] == [1, 2, 3]


def test_region_can_be_given_a_defect(tmp_path: Path, http: requests.Session) -> None:
    """The one region is wrong, all others are right."""
    defects = {("03", PART.name): DEFECTS["never-checks-R30"]}

    with simulation(port=0, data=tmp_path, defects=defects) as started:
        codes = [
            told(post(http, started, example(http, started, to=county, fault=fault)), "resultCode")
            for county in ("03", "04")
            for fault in ("vårdnivå 5", "prislista 7")
        ]

    assert codes == ["OK", "ERROR", "ERROR", "ERROR"]


def test_port_in_use_is_told_and_nothing_is_left_running(
    tmp_path: Path, running: Simulation, http: requests.Session
) -> None:
    """The one who has the port is not disturbed, and the folder can be used again at once."""
    port = int(running.url.rpartition(":")[2])

    with (
        pytest.raises(UsageError, match=f"port {port}"),
        simulation(port=port, data=tmp_path),
    ):
        pytest.fail("the port was taken")

    assert http.get(f"{running.url}/health", timeout=PATIENCE).status_code == 200
    with simulation(port=0, data=tmp_path) as started:
        assert told(post(http, started, example(http, started)), "resultCode") == "OK"


def test_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    """The person is told which database could not be opened."""
    with (
        pytest.raises(UsageError, match="cannot be opened") as error,
        simulation(port=0, data=tmp_path / "missing"),
    ):
        pytest.fail("there was nowhere to keep anything")

    assert "missing" in error.value.where


def test_leaving_lets_go_of_ports_and_files(tmp_path: Path) -> None:
    """Its port can be had, and its files can be taken away."""
    with simulation(port=0, data=tmp_path) as started:
        port = int(started.url.rpartition(":")[2])

    with Server(lambda _environ, _start: [], port=port):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["journal.sqlite", "regions.sqlite"]
