"""GetSupportedServiceContracts, GetLogicalAddresseesByServiceContract and PingForConfiguration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

from contracts.schema import Schema

GD = "urn:riv:clinicalprocess:healthcond:description:GetDiagnosisResponder:2"
LAB = "urn:riv:clinicalprocess:healthcond:actoutcome:GetLaboratoryOrderOutcomeResponder:3"
REGISTRY_2 = "urn:riv:infrastructure:itintegration:registry"
SUPPORTED_1 = "urn:riv:itintegration:registry:GetSupportedServiceContractsResponder:1"
SUPPORTED_2 = f"{REGISTRY_2}:GetSupportedServiceContractsResponder:2"
ADDRESSEES = f"{REGISTRY_2}:GetLogicalAddresseesByServiceContractResponder:2"
CORE_2 = f"{REGISTRY_2}:2"
V1, V2 = "GetSupportedServiceContracts", "GetSupportedServiceContracts/v2"
PING = "urn:riv:itintegration:monitoring:PingForConfigurationResponder:1"

SchemaOf = Callable[[str], Schema]


def supported(namespace: str, *, consumer: str | None = None, address: str | None = None) -> str:
    inside = "" if consumer is None else f"<serviceConsumerHsaId>{consumer}</serviceConsumerHsaId>"
    inside += "" if address is None else f"<logicalAdress>{address}</logicalAdress>"
    return f'<{V1} xmlns="{namespace}">{inside}</{V1}>'


def addressees(*, consumer: str | None = "CONSUMER-1", contract: str | None = LAB) -> str:
    inside = "" if consumer is None else f"<serviceConsumerHsaId>{consumer}</serviceConsumerHsaId>"
    if contract is not None:
        inside += (
            f'<serviceContractNameSpace><c:ServiceContractNamespace xmlns:c="{CORE_2}">{contract}'
            "</c:ServiceContractNamespace></serviceContractNameSpace>"
        )
    name = "GetLogicalAddresseesByServiceContract"
    return f'<{name} xmlns="{ADDRESSEES}">{inside}</{name}>'


def texts(answer: etree._Element) -> list[str]:
    return [str(text).strip() for text in answer.itertext() if str(text).strip()]


@pytest.mark.parametrize(
    ("consumer", "address", "contracts"),
    [
        pytest.param("CONSUMER-1", "UNIT-1", [GD, LAB], id="one consumer"),
        pytest.param("CONSUMER-2", "UNIT-1", [GD], id="another"),
        pytest.param("CONSUMER-1", "unit-1", [GD, LAB], id="address in another case"),
        pytest.param("consumer-1", "UNIT-1", [], id="consumer in another case"),
        pytest.param("CONSUMER-2", "UNIT-2", [], id="expired"),
        pytest.param("CONSUMER-2", "UNIT-9", [], id="deleted"),
        pytest.param("CONSUMER-3", "UNIT-1", [], id="standard rows are not considered"),
        pytest.param("CONSUMER-3", "*", [GD], id="unless they are asked for"),
    ],
)
@pytest.mark.parametrize(
    ("path", "namespace"),
    [
        ("GetSupportedServiceContracts", SUPPORTED_1),
        ("GetSupportedServiceContracts/v2", SUPPORTED_2),
    ],
    ids=["v1", "v2"],
)
def test_contracts_that_a_consumer_may_call_at_an_address_now(
    desk: Any, schema_of: SchemaOf, path: str, namespace: str, consumer: str, address: str,
    contracts: list[str],
) -> None:  # fmt: skip
    """By authorisations for exactly that address that are valid now."""
    answer = desk.answer(path, supported(namespace, consumer=consumer, address=address))

    assert texts(answer) == contracts
    request = f"{{{namespace}}}GetSupportedServiceContracts"
    assert schema_of(request).findings(answer) == ()


def test_version_two_answers_for_any_consumer(desk: Any) -> None:
    """Each contract stands once, however many may call it."""
    answer = desk.answer(
        "GetSupportedServiceContracts/v2", supported(SUPPORTED_2, address="UNIT-1")
    )

    assert texts(answer) == [GD, LAB]


@pytest.mark.parametrize(
    ("path", "payload", "text"),
    [
        pytest.param(V1, supported(SUPPORTED_1, consumer="C"),
                     "LogicalAddress must not be empty or null", id="v1, no address"),
        pytest.param(V2, supported(SUPPORTED_2, address=" "),
                     "LogicalAddress must not be empty or null", id="v2, blank address"),
        pytest.param(V1, supported(SUPPORTED_1, address="UNIT-1"),
                     "ServiceConsumerHsaId must not be empty or null", id="v1, no consumer"),
        pytest.param(V1,
                     supported(SUPPORTED_1, address="UNIT-1", consumer=""),
                     "ServiceConsumerHsaId must not be empty or null", id="v1, empty consumer"),
        pytest.param("GetLogicalAddresseesByServiceContract/v2", addressees(contract=None),
                     "ServiceContractNamespece must not be empty or null", id="no contract"),
        pytest.param("GetLogicalAddresseesByServiceContract/v2", addressees(contract=""),
                     "ServiceContractNamespece must not be empty or null", id="empty contract"),
        pytest.param("GetLogicalAddresseesByServiceContract/v2", addressees(consumer=None),
                     "ServiceConsumerHsaId must not be empty or null", id="no consumer"),
        pytest.param("GetLogicalAddresseesByServiceContract/v2", addressees(consumer=" "),
                     "ServiceConsumerHsaId must not be empty or null", id="blank consumer"),
    ],
)  # fmt: skip
def test_question_without_what_it_is_about_is_a_fault(
    desk: Any, path: str, payload: str, text: str
) -> None:
    """The texts are the national catalogue's, its spelling too."""
    assert desk.refusal(path, payload) == ("soap:Server", text)


@pytest.mark.parametrize("consumer", ["CONSUMER-1", "consumer-1"])
def test_addressees_come_with_their_filters(desk: Any, schema_of: SchemaOf, consumer: str) -> None:
    """One record an authorisation; the consumer's case does not matter."""
    answer = desk.answer("GetLogicalAddresseesByServiceContract/v2", addressees(consumer=consumer))

    assert texts(answer) == ["UNIT-1", "riv:a:b", "vko", "voo", "riv:c"]
    request = f"{{{ADDRESSEES}}}GetLogicalAddresseesByServiceContract"
    assert schema_of(request).findings(answer) == ()


@pytest.mark.parametrize(
    ("consumer", "contract", "found"),
    [
        pytest.param("CONSUMER-2", LAB, ["UNIT-2"], id="expired, but not deleted"),
        pytest.param("CONSUMER-1", LAB.upper(), [], id="contract in another case"),
        pytest.param("CONSUMER-4", LAB, [], id="unknown"),
    ],
)
def test_addressees_are_told_whenever_they_are_valid(
    desk: Any, consumer: str, contract: str, found: list[str]
) -> None:
    """Periods are not looked at, and contracts compared exactly."""
    answer = desk.answer(
        "GetLogicalAddresseesByServiceContract/v2", addressees(consumer=consumer, contract=contract)
    )

    assert texts(answer) == found


PING_PATH = "itintegration/monitoring/pingForConfiguration/1/rivtabp21"
PING_REQUEST = (
    f'<PingForConfiguration xmlns="{PING}"><serviceContractNamespace>{GD}'
    "</serviceContractNamespace><logicalAddress>UNIT-1</logicalAddress></PingForConfiguration>"
)


def test_ping_tells_time_and_application(desk: Any, schema_of: SchemaOf) -> None:
    """The version that the contract demands is left out, as the national catalogue does."""
    answer = desk.answer(PING_PATH, PING_REQUEST)

    assert texts(answer) == ["20261122120000", "Applikation", "tk-admin-services"]
    findings = schema_of(f"{{{PING}}}PingForConfiguration").findings(answer)
    assert [finding.text for finding in findings] == [
        "This element is not expected. Expected is ( version )."
    ]


def test_ping_is_answered_however_the_receiver_is_written(desk: Any) -> None:
    """Profile 2.0 has the address in To; the service looks at no header."""
    message = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header>'
        '<a:To xmlns:a="http://www.w3.org/2005/08/addressing">TAK</a:To></e:Header>'
        f"<e:Body>{PING_REQUEST}</e:Body></e:Envelope>"
    )

    answer = desk.http.post(f"/tak-services/{PING_PATH}", data=message)

    assert answer.status_code == 200
    assert b"tk-admin-services" in answer.data
