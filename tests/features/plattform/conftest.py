"""Messages to judge by the profile, made without a platform."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contracts.catalogue import bundled
from contracts.envelope import envelope
from contracts.wsdl import ServiceContract
from features.plattform.seen import Seen
from simulator.faults import soap_fault
from simulator.regions.buyer import answer as buyer_answer

XML = "text/xml; charset=UTF-8"


@pytest.fixture(scope="session")
def contract() -> ServiceContract:
    """The contract that the messages are of."""
    return bundled().domain("financial:billing:claim", "1.1").contracts[0]


@pytest.fixture
def answered(contract: ServiceContract) -> Callable[..., Seen]:
    """Make an answer: the contract's own OK, but for what is given."""

    def made(body: bytes | str | None = None, **given: object) -> Seen:
        if isinstance(body, str):
            body = body.encode()
        usual = {
            "headers": {"content-type": XML},
            "body": buyer_answer("OK").body if body is None else body,
            "status": 200,
            "elements": frozenset({contract.response}),
        }
        return Seen(**{**usual, **given})  # type: ignore[arg-type]

    return made


@pytest.fixture
def faulted(answered: Callable[..., Seen]) -> Callable[..., Seen]:
    """Make a fault, with something replaced in it."""

    def made(old: str = "", new: str = "", **given: object) -> Seen:
        body = soap_fault("Fel", detail="logg").decode().replace(old, new) if old else None
        return answered(body or soap_fault("Fel", detail="logg"), **{"status": 500, **given})

    return made


@pytest.fixture
def requested(contract: ServiceContract) -> Callable[..., Seen]:
    """Make a request, with headers and bytes as given."""

    def made(body: bytes | str | None = None, **given: object) -> Seen:
        if isinstance(body, str):
            body = body.encode()
        payload = f'<p:ProcessClaimSpecification xmlns:p="{contract.namespace}"/>'.encode()
        usual = {
            "headers": {"content-type": XML, "soapaction": f'"{contract.soap_action}"'},
            "body": envelope(payload, logical_address="2321000024") if body is None else body,
            "elements": frozenset({contract.request}),
            "soap_action": contract.soap_action,
            "sender": "SE2321000016-PROVBANK1",
        }
        return Seen(**{**usual, **given})  # type: ignore[arg-type]

    return made
