"""Example messages over HTTP: any known contract's, ready to be sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from lxml import etree

from contracts.catalogue import bundled
from contracts.envelope import body_of
from contracts.installed import install
from contracts.judge import judge
from simulator.app import create_app
from simulator.client import WsgiTransport
from simulator.payload import read_addressing

if TYPE_CHECKING:
    from types import ModuleType

    from contracts.wsdl import ServiceContract
    from simulator.client import Raw
    from simulator.platform import Platform
    from simulator.regions.directory import Region

Get = Callable[[str], "Raw"]


@pytest.fixture
def get(a_platform: Callable[..., Platform], at_home: Path) -> Get:  # noqa: ARG001
    """Give what fetches a page of a platform without routes but one to the buyer."""
    transport = WsgiTransport(create_app(a_platform("http://buyer.example/")))
    return lambda path: transport.send("GET", path, headers={})


@pytest.mark.parametrize("contract", bundled().contracts, ids=str)
@pytest.mark.parametrize("query", ["", "?kind=minimal", "?seed=7", "?response"])
def test_example_is_valid_by_the_contract_s_schema(
    get: Get, contract: ServiceContract, query: str, now: datetime
) -> None:
    """Full or minimal, request or response, in the envelope that the WSDL asks for."""
    answer = get(f"/examples/{quote(str(contract))}{query}")

    assert (answer.status, answer.headers["content-type"]) == (200, "text/xml; charset=UTF-8")
    judgement = judge(answer.body, at=now)
    assert judgement.contract == contract
    assert judgement.schema_valid
    payload = body_of(etree.fromstring(answer.body))
    assert payload.tag == (contract.response if query == "?response" else contract.request)


def test_example_is_for_someone_who_is_routed_to(
    get: Get, contract: ServiceContract, buyer: Region
) -> None:
    """Sent as it is, the message finds its way; another address may be asked for."""
    name = contract.interaction

    routed = read_addressing(get(f"/examples/{name}").body)
    chosen = read_addressing(get(f"/examples/{name}?to=SE1-%26").body)

    assert (routed.receiver, routed.contract) == (buyer.logical_address, contract.namespace)
    assert (chosen.receiver, chosen.profile) == ("SE1-&", contract.profile)


def test_example_of_a_contract_that_nobody_serves_has_an_address_too(get: Get) -> None:
    """A made-up one, which the message is complete with."""
    read = read_addressing(get("/examples/PingForConfiguration").body)

    assert read.receiver == "SE2321000016-PROVBANK1"


def test_installed_contract_has_examples(
    get: Get, at_home: Path, packages: ModuleType, now: datetime
) -> None:
    """From the moment that it is installed."""
    install(packages.zipped(packages.clean(), at_home / "in"))

    answer = get("/examples/GetThing")

    judgement = judge(answer.body, at=now)
    assert judgement.schema_valid
    assert judgement.contract is not None
    assert judgement.contract.service_domain == packages.DOMAIN


@pytest.mark.parametrize(
    ("path", "says"),
    [
        pytest.param("/examples/NoSuchThing", "NoSuchThing", id="unknown"),
        pytest.param(
            "/examples/GetSupportedServiceContracts",
            "infrastructure:itintegration:registry 2.0 GetSupportedServiceContracts",
            id="in two domains",
        ),
        pytest.param("/examples/Update?kind=small", "full or minimal", id="kind"),
        pytest.param("/examples/Update?seed=x", "seed a number", id="seed"),
    ],
)
def test_what_cannot_be_given_is_told(get: Get, path: str, says: str) -> None:
    """404, and what there is instead."""
    answer = get(path)

    assert answer.status == 404
    assert says in answer.body.decode()


@pytest.mark.parametrize("path", ["/examples", "/examples/"])
def test_contracts_are_listed(get: Get, path: str) -> None:
    """One name a line, each of which can be asked for."""
    names = get(path).body.decode().splitlines()

    assert names == [str(contract) for contract in bundled().contracts]


def test_schema_that_allows_no_message_is_told_as_ours(
    get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    """500 with the reason, not a page of the server's."""

    def refuse(*_: Any, **__: Any) -> None:
        from contracts.schema_model import SchemaModelError  # noqa: PLC0415

        raise SchemaModelError("holds itself without end")

    monkeypatch.setattr("simulator.examples_serving.sample", refuse)

    answer = get("/examples/Update")

    assert (answer.status, answer.body) == (500, b"holds itself without end\n")
