"""The fixture implies what the suites expect of it, decided by look-up alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest

from simulator.addressing import AddressingCatalogue
from simulator.mediation import Forward, decide
from simulator.payload import Addressing

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TREE = "TSTNMT2321000156-"
QUESTION = f"SKLTP-MOCK01#{TREE}9999"


@pytest.mark.parametrize(
    ("contract", "receiver", "expected"),
    [
        pytest.param("GetCareDocumentation", "LOAD-MOCKS", "LOAD-MOCKS", id="1.2.1"),
        pytest.param("GetDiagnosis", "GEMENLOGISKADRESS", "gemenlogiskadress", id="lower-case"),
        pytest.param("GetCareDocumentation", "PRODUCENT4", "VP004", id="2.4.1"),
        pytest.param("KontrolleraSamtycke", "PRODUCER-NO-AUTHORIZATION", "VP007", id="2.7.1"),
        pytest.param(
            "GetCareDocumentation", "PRODUCER-NOT-AVAILABLE", "PRODUCER-NOT-AVAILABLE", id="2.9.1"
        ),
        *(
            pytest.param(contract, f"{TREE}10K3", "TREE", id=f"tree: {contract} 10K3")
            for contract in ("RES", "PES", "PCS")
        ),
        pytest.param("RES", f"{TREE}10K7", "TREE", id="tree: RES 10K7"),
        pytest.param("RES", f"{TREE}10K4", "VP004", id="tree: RES 10K4"),
        pytest.param("RES", f"{TREE}10K5", "VP004", id="tree: RES 10K5"),
        pytest.param("PES", f"{TREE}10K5", "TREE", id="tree: PES 10K5"),
        pytest.param("PES", f"{TREE}10K4", "VP007", id="tree: PES 10K4"),
        pytest.param("PES", f"{TREE}10K7", "VP007", id="tree: PES 10K7"),
        pytest.param("PCS", f"{TREE}10K5", "VP004", id="tree: PCS 10K5"),
        pytest.param("PCS", f"{TREE}10K4", "VP004", id="tree: PCS 10K4"),
        pytest.param("PCS", f"{TREE}10K7", "VP007", id="tree: PCS 10K7"),
        pytest.param("GetReferralOutcome", f"{TREE}10K5", "STANDARD", id="NTP-775.1"),
        pytest.param("GetCareContacts", f"{TREE}10K5", "10K5", id="NTP-775.2"),
        pytest.param("GetCareContacts", f"{TREE}10K6", "10K4", id="NTP-775.3"),
        pytest.param("GetCareContacts", f"{TREE}9999", "STANDARD", id="NTP-775.4"),
        pytest.param("GetObservations", f"{TREE}10K5", "10K5", id="NTP-775.5"),
        pytest.param("GetImagingOutcome", f"{TREE}9999", "VP004", id="NTP-775.6"),
        pytest.param("GetActivities", "SKLTP-MOCK01", "STANDARD", id="NTP-775.7"),
        pytest.param("FindAllQuestions", f"{TREE}9999", "VP007", id="NTP-775.8"),
        pytest.param("GetObservations", f"{TREE}10K6", "10K4", id="NTP-775.9"),
        pytest.param("Question", QUESTION, "SKLTP-MOCK01", id="NTP-775.41"),
        pytest.param("Answer", QUESTION, "VP004", id="NTP-775.42"),
        pytest.param("Question", f"HSA-ID-1#{TREE}9999", "VP004", id="NTP-775.43"),
        pytest.param("Question", "SKLTP-MOCK01#SKLTP-MOCK01", "SKLTP-MOCK01", id="SKLTP-1239.1"),
    ],
)
def test_fixture_leads_each_case_where_the_suite_expects(
    contract: str,
    receiver: str,
    expected: str,
    regression_catalogue: Callable[..., AddressingCatalogue],
    namespaces: Mapping[str, str],
    consumer: str,
) -> None:
    """A producer's name for a call that goes through, else the code it is refused with."""
    catalogue = regression_catalogue(lambda name: f"http://producers.example/{name}")
    call = Addressing(receiver=receiver, profile="rivtabp21", contract=namespaces[contract])

    decision = decide(call, consumer, catalogue, at=NOW)

    if isinstance(decision, Forward):
        assert decision.route.address == f"http://producers.example/{expected}"
    else:
        assert decision.refusal.value == expected


def test_producer_that_is_not_placed_keeps_the_address_of_the_file(
    regression_catalogue: Callable[..., AddressingCatalogue],
) -> None:
    """A test says only where the producers are that it has."""
    catalogue = regression_catalogue({"TREE": "http://producers.example/tree"})

    addresses = {route.address for route in catalogue.routes}
    assert {"http://producers.example/tree", "producer://SKLTP-MOCK01"} <= addresses
    assert "producer://TREE" not in addresses
