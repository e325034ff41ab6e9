"""What a simulation's catalogue has from the start, and how files change it while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from lxml import etree

from contracts.envelope import body_of, envelope, fault_in
from simulator.addressing.published_reading import catalogue_published
from simulator.addressing.reading import CatalogueError
from simulator.addressing.regions import PLATFORM_ADDRESS, region_rows
from simulator.addressing.syntax import Document
from simulator.addressing.validation import faults_in
from simulator.regions.directory import REGIONS
from simulator.simulation import Simulation, simulation

CLAIM = "urn:riv:financial:billing:claim:ProcessClaimSpecificationResponder:1"
SUPPORTED = "urn:riv:infrastructure:itintegration:registry:GetSupportedServiceContractsResponder:2"
PATIENCE = 60.0


def test_every_region_is_a_logical_address_and_a_component() -> None:
    """All 21, by organisation number and HSA-id, and the platform itself."""
    rows = region_rows()

    addresses = {row.hsa_id: row.description for row in rows.logical_addresses}
    components = {row.hsa_id: row.description for row in rows.components}
    assert len(REGIONS) == 21
    for region in REGIONS.values():
        assert addresses[region.logical_address] == region.name
        assert components[region.hsa_id] == region.name
    assert REGIONS["09"].organisation_number == "2120000803"
    assert PLATFORM_ADDRESS in addresses
    assert faults_in(rows.completed()) == ()


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """Give a catalogue file of a developer's own."""
    path = tmp_path / "mine.toml"
    path.write_text(catalogue_to("http://127.0.0.1:1/mine"), encoding="utf-8")
    return path


def catalogue_to(address: str) -> str:
    return f"""
[[routes]]
logical_address = "2321000024"
contract = "{CLAIM}"
address = "{address}"
"""


@pytest.fixture
def running(tmp_path: Path, mine: Path) -> Iterator[Simulation]:
    """Give a simulation with that file laid on its own catalogue."""
    data = tmp_path / "data"
    data.mkdir()
    with simulation(port=0, data=data, catalogues=(mine,)) as started:
        yield started


def get(running: Simulation, path: str) -> Any:
    with requests.Session() as session:
        session.trust_env = False
        return session.get(f"{running.url}{path}", timeout=PATIENCE).json()


def routes_to(running: Simulation, address: str) -> list[str]:
    """Give where claims for a region go, by the published version."""
    document = Document(
        name="pv", tables=get(running, "/tak-services/export/pv"), line_of=lambda _place: None
    )
    return [
        route.address
        for route in catalogue_published(document).routes
        if (route.logical_address, route.contract) == (address, CLAIM)
    ]


def test_file_of_ones_own_lies_on_the_regions(running: Simulation, mine: Path) -> None:
    """It takes over one route and leaves the rest; changed, it counts after a reset."""
    assert routes_to(running, "2321000024") == ["http://127.0.0.1:1/mine"]
    assert len(routes_to(running, "2321000016")) == 1
    assert "mine" not in routes_to(running, "2321000016")[0]

    mine.write_text(catalogue_to("http://127.0.0.1:1/moved"), encoding="utf-8")
    assert routes_to(running, "2321000024") == ["http://127.0.0.1:1/mine"]
    assert get(running, "/tak-services/reset/pv")["status"] == "OK"
    assert routes_to(running, "2321000024") == ["http://127.0.0.1:1/moved"]

    mine.write_text("[[routes", encoding="utf-8")
    told = get(running, "/tak-services/reset/pv")
    assert told["status"] == "ERROR"
    assert "mine.toml" in told["findings"][0]["where"]
    assert routes_to(running, "2321000024") == ["http://127.0.0.1:1/moved"]


def test_wrong_file_keeps_the_simulation_from_starting(tmp_path: Path, mine: Path) -> None:
    """Told before anything listens."""
    mine.write_text(catalogue_to("nowhere å"), encoding="utf-8")

    with (
        pytest.raises(CatalogueError, match=r"mine\.toml"),
        simulation(port=0, data=tmp_path, catalogues=(mine,)),
    ):
        pass


def test_platforms_own_services_can_be_called_from_the_start(running: Simulation) -> None:
    """At the platform's logical address, by anyone who may call a region."""
    payload = (
        f'<GetSupportedServiceContracts xmlns="{SUPPORTED}">'
        "<logicalAdress>2321000016</logicalAdress></GetSupportedServiceContracts>"
    )
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(
            f"{running.url}/vp",
            data=envelope(payload.encode(), logical_address=PLATFORM_ADDRESS),
            headers={"Content-Type": "text/xml; charset=UTF-8"},
            timeout=PATIENCE,
        )

    root = etree.fromstring(answer.content)
    assert fault_in(root) is None, answer.text
    assert CLAIM in [str(text) for text in body_of(root).itertext()]
