"""The national platform's own status pages: platform facts, section 7.1."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from contracts.terms import SWEDISH_TIME
from simulator.addressing import AddressingCatalogue
from simulator.addressing.files import CatalogueFile
from simulator.app import create_app, create_platform
from simulator.settings import Settings

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=SWEDISH_TIME)
ONE = """
[tree.above]
"SE2321000016-A2" = "SE2321000016-A1"

[[routes]]
logical_address = "SE2321000016-A1"
contract = "urn:riv:a:b:PingResponder:1"
address = "http://producer.example/"
"""
TWO = (
    ONE.replace("[[routes]]", '"SE2321000016-A3" = "SE2321000016-A1"\n\n[[routes]]')
    + """
[[routes]]
logical_address = "SE2321000016-A2"
contract = "urn:riv:a:b:PingResponder:1"
address = "http://producer.example/"

[[authorisations]]
consumer = "SE5560000001-C1"
logical_address = "SE2321000016-A1"
contract = "urn:riv:a:b:PingResponder:1"
"""
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a catalogue file with one route, and a unit below another."""
    path = tmp_path / "catalogue.toml"
    path.write_text(ONE, encoding="utf-8")
    return path


@pytest.fixture
def a_client() -> Iterator[Callable[..., FlaskClient]]:
    """Give a maker of platforms, by their catalogue file or none."""
    with ExitStack() as opened:

        def build(path: Path | None = None, *, token: str | None = None) -> FlaskClient:
            files = CatalogueFile(path) if path else None
            platform = create_platform(
                Settings(control_token=token), files.catalogue if files else None, clock=lambda: NOW
            )
            opened.callback(platform.close)
            return create_app(platform, files=files).test_client()

        yield build


def test_status_tells_what_the_platform_has(
    a_client: Callable[..., FlaskClient], file: Path
) -> None:
    """All the names that the national page has; what only Java has is null."""
    answer = a_client(file).get("/status")

    told = answer.get_json()
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert told["Name"] == "PROVBANK"
    assert told["TakCacheInitialized"] is True
    assert told["TakCacheResetInfo"] == (
        "Date:2026-11-22T12:00 Status:REFRESH_OK vagval:1 behorigheter:0"
    )
    assert told["HsaCacheInitialized"] is True
    assert told["HsaCacheResetInfo"] == "Date:2026-11-22T12:00 Status:true oldNum:0 newNum:1"
    assert told["Endpoints"] == ["http://localhost/vp"]
    assert told["JvmUsedMemory"] is None
    assert told.keys() >= {
        "Version", "BuildTime", "ServiceStatus", "Uptime", "ManagementName", "JavaVersion",
        "CamelVersion", "JvmTotalMemory", "JvmFreeMemory", "JvmMaxMemory",
    }  # fmt: skip


def test_status_without_catalogue_says_so(a_client: Callable[..., FlaskClient]) -> None:
    """As long as none was ever read."""
    told = a_client().get("/status").get_json()

    assert (told["TakCacheInitialized"], told["TakCacheResetInfo"]) == (False, "Not initialized")
    assert (told["HsaCacheInitialized"], told["HsaCacheResetInfo"]) == (False, "Not initialized")


def test_status_has_more_on_demand(a_client: Callable[..., FlaskClient]) -> None:
    """The memory of Java and its network library, which there is none of."""
    client = a_client()

    more = client.get("/status?memory").get_json().keys() - client.get("/status").get_json().keys()

    assert more == {"DirectMemBufferPool", "NonHeapMemory", "NettyDirectMemory"}
    assert client.get("/status?netty").get_json() == {}


def test_reset_reads_the_catalogue_again(a_client: Callable[..., FlaskClient], file: Path) -> None:
    """The log of it is the answer, each line after a break."""
    client = a_client(file)
    file.write_text(TWO, encoding="utf-8")

    answer = client.get("/resetcache")

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html;")
    host, at, *lines = answer.text.splitlines()
    assert host.startswith("<br>Host: ")
    assert at.startswith("<br>Time: 2026-11-22T12:00:00")
    assert lines == [
        "<br>Initialize TAK cache resources...",
        "<br>Succeeded to get virtualizations and/or permissions from TAK, "
        "save to local TAK copy...",
        "<br>Init TAK cache loaded number of permissions: 1",
        "<br>Init TAK cache loaded number of virtualizations: 2",
        "<br>Init done, was successful: true",
    ]
    told = client.get("/status").get_json()
    assert told["TakCacheResetInfo"].endswith("Status:REFRESH_OK vagval:2 behorigheter:1")


def test_reset_that_fails_keeps_what_was_there(
    a_client: Callable[..., FlaskClient], file: Path
) -> None:
    """And says what is wrong with the file."""
    client = a_client(file)
    file.write_text("[[routes]]\n", encoding="utf-8")

    answer = client.get("/resetcache")
    tree = client.get("/resethsacache")

    assert answer.text.endswith("<br>Init done, was successful: false\n")
    assert "number of virtualizations: 1" in answer.text
    assert str(file) in answer.text
    assert "Successfully" not in tree.text
    assert client.get("/status").get_json()["TakCacheResetInfo"].endswith("vagval:1 behorigheter:0")


def test_reset_of_the_tree_tells_its_sizes(
    a_client: Callable[..., FlaskClient], file: Path
) -> None:
    """Before and after."""
    client = a_client(file)
    file.write_text(TWO, encoding="utf-8")

    lines = client.get("/resethsacache").text.splitlines()

    assert lines[0].startswith("<br>Start a reset of HSA cache using files: [")
    assert lines[1] == "<br>Successfully reset HSA cache."
    assert lines[2:] == ["<br>HSA cache size before: 1", "<br>HSA cache size after: 2"]
    told = client.get("/status").get_json()
    assert told["HsaCacheResetInfo"].endswith("oldNum:1 newNum:2")


@pytest.mark.parametrize("path", ["/resetcache", "/resethsacache"])
def test_reset_is_for_those_who_may_control_the_platform(
    a_client: Callable[..., FlaskClient], file: Path, path: str
) -> None:
    """A page that changes something is not open to everyone, as it is on a closed port."""
    client = a_client(file, token="open sesame")  # noqa: S106 - a test's own
    file.write_text(TWO, encoding="utf-8")

    assert client.get(path).status_code == 403
    assert client.get("/status").get_json()["TakCacheResetInfo"].endswith("vagval:1 behorigheter:0")
    granted = client.get(path, headers={"Authorization": "Bearer open sesame"})
    assert granted.status_code == 200


@pytest.mark.parametrize("path", ["/actuator/health", "/actuator/health/readiness"])
def test_readiness_includes_both_caches(
    a_client: Callable[..., FlaskClient], path: str, file: Path
) -> None:
    """DOWN with 503 as long as they are empty."""
    ready, empty = a_client(file).get(path), a_client().get(path)

    assert (ready.status_code, ready.get_json()) == (
        200,
        {
            "status": "UP",
            "components": {"takCache": {"status": "UP"}, "hsaCache": {"status": "UP"}},
        },
    )
    assert (empty.status_code, empty.get_json()["status"]) == (503, "DOWN")


def test_liveness_asks_nothing(a_client: Callable[..., FlaskClient]) -> None:
    """A platform that answers is alive, with or without catalogue."""
    answer = a_client().get("/actuator/health/liveness")

    assert (answer.status_code, answer.get_json()) == (200, {"status": "UP"})


def test_empty_catalogue_is_one() -> None:
    """A platform with an empty catalogue is set up, unlike one with none."""
    platform = create_platform(Settings(), AddressingCatalogue())
    told = create_app(platform).test_client().get("/status").get_json()
    platform.close()

    assert told["TakCacheInitialized"] is True
