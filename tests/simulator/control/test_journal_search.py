"""Searching and waiting by the control API, through the Python client, a workspace at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.envelope import envelope
from contracts.errors import HarnessError
from simulator.addressing import AddressingCatalogue
from simulator.app import create_app, create_platform
from simulator.client import HttpTransport, PlatformClient, WsgiTransport
from simulator.server import Server
from simulator.settings import Settings

CONTRACT = "urn:riv:test:PingResponder:1"
PING_PAYLOAD = f'<p:Ping xmlns:p="{CONTRACT}"><p:id>7</p:id></p:Ping>'.encode()


@pytest.fixture
def client() -> Iterator[PlatformClient]:
    """Run a platform with a token, and give a client that has it."""
    settings = Settings(control_token="secret")  # noqa: S106
    platform = create_platform(settings, AddressingCatalogue())
    with Server(create_app(platform)) as server:
        yield PlatformClient(
            HttpTransport(server.url),
            instance_id=settings.instance_id,
            token="secret",  # noqa: S106
        )
    platform.close()


def send(client: PlatformClient, address: str = "SE-A", payload: str = "") -> str:
    """Send a message that no route leads on, and give its correlation id."""
    what = {
        "contract": CONTRACT,
        "logical_address": address,
        "payload": payload or f'<p:Ping xmlns:p="{CONTRACT}"/>',
    }
    return str(client.control("POST", "/send", what)["correlation_id"])


def test_search_asks_by_any_field_and_by_xpath(client: PlatformClient) -> None:
    """And tells that nothing was forgotten."""
    send(client)
    wanted = send(client, "SE-B", f'<p:Ping xmlns:p="{CONTRACT}"><p:id>7</p:id></p:Ping>')

    for query in (
        {"receiver": "SE-B"},
        {"correlation_id": wanted},
        {"request_xpath": "//p:id = 7", "namespaces": f"p={CONTRACT}"},
        {"after": 1},
    ):
        found = client.control("POST", "/journal/search", {"query": query, "last": 10})
        assert [one["correlation_id"] for one in found["exchanges"]] == [wanted], query
        assert found["complete"] is True


def test_wait_ends_when_the_message_comes(client: PlatformClient) -> None:
    """Another thread sends it meanwhile; what came before is beyond the number."""
    send(client, "SE-B")
    number = client.journal()[-1]["number"]
    timer = threading.Timer(0.2, send, (client, "SE-B"))
    timer.start()

    came = client.wait_for(after=number, timeout=20, receiver="SE-B")
    timer.join()

    assert came is not None
    assert came["number"] > number


def test_wait_gives_up_in_time(client: PlatformClient) -> None:
    """None, when nothing comes."""
    assert client.wait_for(timeout=0.1, receiver="SE-NOBODY") is None


def test_runs_do_not_see_each_other(client: PlatformClient) -> None:
    """Each client of a workspace reads what was sent in it, and nothing else."""
    with client.in_workspace("one") as one, client.in_workspace("two") as two:
        first, second = send(one), send(two)

        assert [entry["correlation_id"] for entry in one.journal()] == [first]
        assert [entry["correlation_id"] for entry in two.journal()] == [second]
        assert client.journal() == []
        assert two.wait_for(timeout=0.1, correlation_id=first) is None
    assert client.control("GET", "/workspaces", everywhere=True) == ["default"]


def test_what_is_forgotten_is_told(client: PlatformClient) -> None:
    """A query over it does not answer as if nothing had been there."""
    send(client)
    client.control("DELETE", "/journal")

    found = client.control("POST", "/journal/search", {"query": {"receiver": "SE-A"}})

    assert found["exchanges"] == []
    assert found["complete"] is False
    assert found["forgotten_until"] == 1


def test_no_body_is_shown(client: PlatformClient) -> None:
    """Bodies may hold persons; sizes are told instead."""
    send(client, payload=f'<p:Ping xmlns:p="{CONTRACT}">191212121212</p:Ping>')

    (entry,) = client.journal()

    assert "191212121212" not in str(entry)
    assert entry["request_bytes"] > 100


def test_person_identities_are_masked_unless_of_test_persons(tmp_path: Path) -> None:
    """Wherever they stand; what the caller chose to find the exchange by is left."""
    persons = tmp_path / "persons.txt"
    persons.write_text("20101010-2392\n", encoding="utf-8")
    platform = create_platform(Settings(test_persons=persons), AddressingCatalogue())
    reach = WsgiTransport(create_app(platform))
    for receiver in ("191212121212", "201010102392"):
        message = envelope(PING_PAYLOAD, logical_address=receiver)
        headers = {"x-skltp-correlation-id": f"about-{receiver}"}
        reach.send("POST", "/vp", headers=headers, body=message)

    listed = PlatformClient(reach, instance_id="none").journal()
    platform.close()

    assert [each["receiver"] for each in listed] == ["[person 1]", "201010102392"]
    assert [each["correlation_id"] for each in listed] == [
        "about-191212121212",
        "about-201010102392",
    ]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        pytest.param({"request_xpath": "//["}, "XPath", id="no xpath"),
        pytest.param({"colour": "red"}, "colour", id="no field"),
        pytest.param({"workspace": "other"}, "workspace", id="another workspace"),
        pytest.param({"status": "high"}, "status", id="no number"),
    ],
)
def test_wrong_query_is_refused_with_the_platforms_words(
    client: PlatformClient, query: dict[str, str], told: str
) -> None:
    """The client raises what the platform said."""
    with pytest.raises(HarnessError, match=told):
        client.control("POST", "/journal/search", {"query": query})


def test_client_without_the_token_is_refused(client: PlatformClient) -> None:
    """And says why."""
    stranger = PlatformClient(client._transport, instance_id="x")

    with pytest.raises(HarnessError, match="Authorization"):
        stranger.journal()
