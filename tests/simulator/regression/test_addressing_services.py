"""The addressing services, called through the platform: the national suite's cases (8.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from lxml import etree

from contracts.catalogue import bundled
from contracts.envelope import body_of, envelope, fault_in
from contracts.terms import SWEDISH_TIME
from simulator.addressing import AddressingCatalogue
from simulator.addressing.services.in_process import ADDRESS
from simulator.app import create_app, create_platform
from simulator.settings import Settings

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=SWEDISH_TIME)
CORE = "urn:riv:infrastructure:itintegration:registry:2"
SERVICES = {
    "GetSupportedServiceContracts": "GetSupportedServiceContracts/v2",
    "GetLogicalAddresseesByServiceContract": "GetLogicalAddresseesByServiceContract/v2",
    "PingForConfiguration": "itintegration/monitoring/pingForConfiguration/1/rivtabp21",
}

Send = Callable[..., etree._Element]


@pytest.fixture
def http(regression_catalogue: Callable[..., AddressingCatalogue]) -> Iterator[FlaskClient]:
    """Give a platform that answers for the catalogue of the suites."""
    producers = {name: ADDRESS + path for name, path in SERVICES.items()}
    platform = create_platform(
        Settings(), regression_catalogue(producers), clock=lambda: NOW
    )  # fmt: skip
    with closing(platform.journal):
        yield create_app(platform).test_client()


@pytest.fixture
def send(http: FlaskClient, consumer: str, platform_address: str) -> Send:
    """Give the way to ask through the platform; the answer's element, valid by its schema."""

    def ask(payload: str, *, path: str = "/vp", message: bytes | None = None) -> etree._Element:
        answer = http.post(
            path,
            data=message or envelope(payload.encode(), logical_address=platform_address),
            headers={
                "Content-Type": "text/xml; charset=UTF-8",
                "x-vp-sender-id": consumer,
                "x-vp-instance-id": Settings().instance_id,
            },
        )
        root = etree.fromstring(answer.data)
        assert fault_in(root) is None, answer.data
        assert answer.status_code == 200
        return body_of(root)

    return ask


def is_valid(answer: etree._Element) -> bool:
    """Tell whether an answer is valid by the contract's schema."""
    found = bundled().contract_for(etree.QName(answer).namespace or "")
    assert found is not None
    domain, contract = found
    assert answer.tag == contract.response
    return domain.schema_of(contract).findings(answer) == ()


def texts(answer: etree._Element, *path: str) -> list[str]:
    """Give the texts at the end of a path of local names."""
    steps = "/".join(f"*[local-name() = '{name}']" for name in path)
    found = answer.xpath(steps)
    assert isinstance(found, list)
    return [str(one.text) for one in found if isinstance(one, etree._Element)]


def supported(namespace: str, *, address: str, consumer: str | None = None) -> str:
    who = "" if consumer is None else f"<serviceConsumerHsaId>{consumer}</serviceConsumerHsaId>"
    name = "GetSupportedServiceContracts"
    return f'<{name} xmlns="{namespace}">{who}<logicalAdress>{address}</logicalAdress></{name}>'


def addressees(namespace: str, *, consumer: str, contract: str) -> str:
    name = "GetLogicalAddresseesByServiceContract"
    return (
        f'<{name} xmlns="{namespace}"><serviceConsumerHsaId>{consumer}</serviceConsumerHsaId>'
        f'<serviceContractNameSpace><c:ServiceContractNamespace xmlns:c="{CORE}">{contract}'
        f"</c:ServiceContractNamespace></serviceContractNameSpace></{name}>"
    )


V1_PATH = "/vp/itintegration/registry/GetSupportedServiceContracts/1/rivtabp21"


@pytest.mark.parametrize("case", ["NTP-805.1"])
def test_contracts_at_the_platform_for_anyone(
    case: str, send: Send, namespaces: Mapping[str, str], platform_address: str
) -> None:
    """Version 2 without a consumer, posted to the path of version 1: at least one contract."""
    namespace = namespaces["GetSupportedServiceContracts"]

    answer = send(supported(namespace, address=platform_address), path=V1_PATH)

    assert case
    assert len(texts(answer, "serviceContractNamespace", "ServiceContractNamespace")) >= 1
    assert is_valid(answer)


@pytest.mark.parametrize("case", ["NTP-805.2"])
def test_contracts_at_the_platform_for_one_consumer_are_fewer(
    case: str, send: Send, namespaces: Mapping[str, str], consumer: str, platform_address: str
) -> None:
    """The same for the consumer of the suites: at least one, and fewer than for anyone."""
    namespace = namespaces["GetSupportedServiceContracts"]
    found = [
        texts(send(supported(namespace, address=platform_address, consumer=who), path=V1_PATH),
              "serviceContractNamespace", "ServiceContractNamespace")
        for who in (None, consumer)
    ]  # fmt: skip

    assert case
    assert 1 <= len(found[1]) < len(found[0])
    assert set(found[1]) < set(found[0])


@pytest.mark.parametrize("case", ["NTP-805.3"])
def test_addressees_of_a_contract_for_the_consumer_itself(
    case: str, send: Send, namespaces: Mapping[str, str], consumer: str
) -> None:
    """One's own id and GetLaboratoryOrderOutcome 3: at least one record."""
    answer = send(
        addressees(
            namespaces["GetLogicalAddresseesByServiceContract"],
            consumer=consumer,
            contract=namespaces["GetLaboratoryOrderOutcome"],
        )
    )

    assert case
    assert len(texts(answer, "logicalAddressRecord")) >= 1
    assert is_valid(answer)


@pytest.mark.parametrize("case", ["NTP-805.4"])
def test_subscribers_of_the_index_come_with_their_filters(
    case: str, send: Send, namespaces: Mapping[str, str], platform_address: str
) -> None:
    """The platform may notify a subscriber, of one domain and some categorizations."""
    answer = send(
        addressees(
            namespaces["GetLogicalAddresseesByServiceContract"],
            consumer=platform_address,
            contract="urn:riv:itintegration:engagementindex:ProcessNotificationResponder:1",
        )
    )

    assert case
    assert "SKLTP-MOCK-EI" in texts(answer, "logicalAddressRecord", "logicalAddress")
    assert "riv:clinicalprocess:logistics:logistics" in texts(
        answer, "logicalAddressRecord", "filter", "serviceDomain"
    )
    assert "vko" in texts(answer, "logicalAddressRecord", "filter", "categorization")
    assert is_valid(answer)


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(
            '<r:LogicalAddress xmlns:r="urn:riv:itintegration:registry:1">{}</r:LogicalAddress>',
            id="profile 2.1",
        ),
        pytest.param('<a:To xmlns:a="http://www.w3.org/2005/08/addressing">{}</a:To>',
                     id="profile 2.0"),
        pytest.param(
            '<r:LogicalAddress xmlns:r="urn:riv:infrastructure:itintegration:registry:2">{}'
            "</r:LogicalAddress>",
            id="version 2 of the header",
        ),
    ],
)  # fmt: skip
def test_ping_goes_through_in_either_profile(
    header: str, send: Send, namespaces: Mapping[str, str], platform_address: str
) -> None:
    """PingForConfiguration is published for both profiles; the platform treats it as any other."""
    namespace = namespaces["PingForConfiguration"]
    message = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header>'
        f"{header.format(platform_address)}</e:Header><e:Body>"
        f'<PingForConfiguration xmlns="{namespace}"><serviceContractNamespace>urn:x'
        f"</serviceContractNamespace><logicalAddress>{platform_address}</logicalAddress>"
        "</PingForConfiguration></e:Body></e:Envelope>"
    )

    answer = send("", message=message.encode())

    assert texts(answer, "pingDateTime") == ["20261122120000"]
    assert texts(answer, "configuration", "value") == ["tk-admin-services"]
