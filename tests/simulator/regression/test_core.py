"""The national suite's cases for core functionality (platform facts, section 8.2).

Each test has the suite's own id of its case. Calls go over mutual TLS, to producers that are
mocks over HTTP; an aggregating service finds them by the platform's own engagement index. What has
no test here or in test_aggregating_services.py is a row of docs/fidelity.md.
"""

from __future__ import annotations

import re
import ssl
import uuid
from typing import Any

import pytest
import requests
from lxml import etree

from contracts.catalogue import bundled
from contracts.envelope import fault_in

Caller = Any
"""The consumer of the suites, see conftest.py."""

INSTANCE = "NTjP_T-SERVICES-SE165565594230-109C"
PATIENT = "191001209814"
WITHOUT_SUPPORT = "196711222940"
NO_SUPPORT = "Missing support for this combination of patientId and logicalAdress"
TREE = "TSTNMT2321000156-"
JAX_WS = "http://jax-ws.dev.java.net/"
LOOP = (
    "VP014 [PROVBANK] Anropsförmedlingen för den logiska adressaten har givit upphov till "
    "rundgång mellan tjänsteplattformar. Rapportera felet till tjänsteplattformsförvaltningen."
)


# --- 1: headers ---

DIRECT = ("GetCareDocumentation", "LOAD-MOCKS")
BY_AGP = ("GetCareDocumentation", "5565594230")


@pytest.fixture(scope="module", autouse=True)
def indexed(caller: Caller) -> None:
    """Tell the index of what the aggregating service is to find."""
    caller.update([(PATIENT, "GetCareDocumentation", "LOAD-MOCKS", 0)])


@pytest.mark.parametrize(
    ("to", "headers"),
    [
        pytest.param(BY_AGP, {}, id="1.1.1"),
        pytest.param(BY_AGP, {"x_rivta_original_serviceconsumer_hsaid": "KONSUMENT2"}, id="1.1.2"),
        pytest.param(
            BY_AGP,
            {
                "x_rivta_original_serviceconsumer_hsaid": "KONSUMENT2",
                "x_rivta_routing_history": "KONSUMENT2#SE-REGIONAL-PLATFORM",
            },
            id="1.1.3",
        ),
        pytest.param(
            BY_AGP,
            {
                "x_rivta_original_serviceconsumer_hsaid": "KONSUMENT2",
                "x_vp_sender_id": "XVPSENDERID",
            },
            id="1.1.4",
        ),
        pytest.param(DIRECT, {}, id="1.2.1"),
        pytest.param(
            DIRECT,
            {
                "x_rivta_original_serviceconsumer_hsaid": "KONSUMENT2",
                "x_vp_sender_id": "HSASERVICES-RTJP",
            },
            id="1.2.2",
        ),
    ],
)
def test_answer_has_the_headers_that_consumers_rely_on(
    caller: Caller, to: tuple[str, str], headers: dict[str, str]
) -> None:
    """Whoever the caller says started the chain; a sender header from outside is ignored."""
    answer = caller.call(*to, **headers)

    answer.succeeded(patient=PATIENT)
    for name in ("x-skltp-prt", "Server", "Date", "Content-Length"):
        assert answer.headers.get(name), name
    assert "text/xml; charset=UTF-8" in answer.headers["Content-Type"]
    assert uuid.UUID(answer.headers["x-skltp-correlation-id"])


@pytest.mark.parametrize(
    ("to", "correlation_id", "times"),
    [
        pytest.param(BY_AGP, "1.3.1", 1, id="1.3.1"),
        pytest.param(BY_AGP, "1.3.2", 2, id="1.3.2"),
        pytest.param(DIRECT, "1.3.3", 1, id="1.3.3"),
    ],
)
def test_correlation_id_comes_back(
    caller: Caller, to: tuple[str, str], correlation_id: str, times: int
) -> None:
    """The same id may be used any number of times."""
    for _ in range(times):
        answer = caller.call(*to, x_skltp_correlation_id=correlation_id)

        answer.succeeded()
        assert answer.headers["x-skltp-correlation-id"] == correlation_id


@pytest.mark.parametrize(
    ("inbound", "holds"),
    [
        pytest.param("", "TSTNMT2321000156-B02#", id="1.4.1"),
        pytest.param(
            "SE-CONSUMER-HSAID#SE-RTJP-HSAID", "SE-CONSUMER-HSAID#SE-RTJP-HSAID#", id="1.4.2"
        ),
    ],
)
def test_routing_history_comes_back_from_an_aggregating_service(
    caller: Caller, inbound: str, holds: str
) -> None:
    """It begins with the consumer, or goes on where a regional platform left off."""
    headers = {"x_rivta_routing_history": inbound} if inbound else {}

    answer = caller.call(*BY_AGP, patient="191001219805", **headers)

    assert answer.status == 200
    assert answer.records == []
    assert answer.headers["x-rivta-routing-history"] == holds + INSTANCE


@pytest.mark.parametrize(
    "receivers",
    [
        pytest.param(
            ["gemenlogiskadresS", "gemenlogiskadress", "GemenLogiskAdress", "GEMENLOGISKADRESS"],
            id="lower-case: direct",
        )
    ],
)
def test_case_of_the_receiver_does_not_matter(caller: Caller, receivers: list[str]) -> None:
    """All ways to write it lead to one producer."""
    for receiver in receivers:
        answer = caller.call("GetDiagnosis", receiver)

        answer.succeeded()
        assert "<sourceSystemHSAId>gemenlogiskadress</sourceSystemHSAId>" in answer.text


# --- 2: faults ---


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param(
            "/vp/clinicalprocess/healthcond/description/GetCareDocumentation/2/rivtabp20",
            200,
            id="2.1.1",
        ),
        pytest.param("/", 404, id="2.1.2"),
    ],
)
def test_path_decides_nothing_but_whether_it_is_the_platform_s(
    caller: Caller, path: str, status: int
) -> None:
    """Another profile in the path is no matter; the host's root is not the platform."""
    answer = caller.call(*DIRECT, path=path)

    assert answer.status == status
    assert ("Envelope" in answer.text) == (status == 200)


@pytest.mark.parametrize(
    ("contract", "receiver", "code", "detail"),
    [
        pytest.param(
            "GetCareDocumentation",
            "",
            "VP003",
            "No receiverId (logical address) found in message header.",
            id="2.3.1",
        ),
        pytest.param(
            "GetDiagnosis",
            "",
            "VP003",
            "No receiverId (logical address) found in message header.",
            id="2.3.2",
        ),
        pytest.param(
            "GetCareDocumentation",
            "PRODUCENT4",
            "VP004",
            "No receiverId (logical address) found for serviceNamespace: {0}, receiverId: {1}",
            id="2.4.1",
        ),
        pytest.param(
            "KontrolleraSamtycke",
            "PRODUCER-NO-AUTHORIZATION",
            "VP007",
            "Authorization missing for serviceNamespace: {0}, receiverId: {1}, "
            "senderId: TSTNMT2321000156-B02",
            id="2.7.1",
        ),
    ],
)
def test_call_that_leads_nowhere_is_refused(
    caller: Caller, contract: str, receiver: str, code: str, detail: str
) -> None:
    """500 with a fault, its code first, the variable part in the detail."""
    answer = caller.call(contract, receiver)

    assert answer.status == 500
    assert answer.faultstring.startswith(f"{code} [PROVBANK] ")
    assert answer.detail == detail.format(caller.namespaces[contract], receiver)


@pytest.mark.parametrize("receiver", [pytest.param("PRODUCER-NOT-AVAILABLE", id="2.9.1")])
def test_producer_that_is_away_is_tried_again(caller: Caller, receiver: str, refused: str) -> None:
    """VP009, after more than two seconds."""
    answer = caller.call("GetCareDocumentation", receiver)

    assert answer.status == 500
    assert answer.faultstring == "VP009 [PROVBANK] Fel vid kontakt med tjänsteproducenten."
    assert refused in answer.detail
    assert answer.seconds > 2


@pytest.mark.parametrize("patient", [pytest.param(WITHOUT_SUPPORT, id="2.10.1")])
def test_fault_of_the_producer_is_its_own(caller: Caller, patient: str) -> None:
    """500, without any code of the platform."""
    answer = caller.call("GetCareDocumentation", "SKLTP-MOCK01", patient=patient)

    assert answer.status == 500
    assert answer.root.findtext(f".//{{{JAX_WS}}}exception/message") == NO_SUPPORT
    assert "VP0" not in answer.text


@pytest.mark.parametrize("history", [pytest.param(INSTANCE, id="2.11.1")])
def test_call_that_has_been_here_is_refused(caller: Caller, history: str) -> None:
    """VP014, with its text in full."""
    answer = caller.call(*BY_AGP, x_rivta_routing_history=history)

    assert answer.faultstring == LOOP
    assert answer.detail == ""


@pytest.mark.parametrize(
    ("old", "new", "detail"),
    [
        pytest.param(
            "<soapenv:Envelope",
            "<felaktigt format soapenv:Envelope",
            "Unexpected character 's' (code 115) expected '='\n"
            " at [row,col {unknown-source}]: [1,19]",
            id="2.12.1",
        ),
        pytest.param(
            "<soapenv:Body>",
            "<--soapenv:Body>",
            "Unexpected character '-' (code 45) in content after '<' (malformed start element?).\n"
            " at [row,col {unknown-source}]: [1,{}]",
            id="2.12.2",
        ),
    ],
)
def test_malformed_message_is_told_in_the_parser_s_words(
    caller: Caller, old: str, new: str, detail: str
) -> None:
    """VP015, with row and column of what the parser did not expect."""
    message = caller.message(*DIRECT).replace(old, new)

    answer = caller.post(message)

    assert answer.status == 500
    assert answer.faultstring.startswith("VP015 [PROVBANK] ")
    assert answer.detail == detail.replace("{}", str(message.find("<--") + 2))


# --- 3: profiles ---


@pytest.mark.parametrize(
    ("contract", "profile", "holds"),
    [
        pytest.param("KontrolleraSamtycke", "2.0", "<urn:avliden>false</urn:avliden>", id="3.1.1"),
        pytest.param("KontrolleraSamtycke", "2.1", "<urn:avliden>false</urn:avliden>", id="3.1.2"),
        pytest.param(
            "KontrolleraForskrivarbehorighet", "2.0", "<urn:behorig>true</urn:behorig>", id="3.1.3"
        ),
        pytest.param("GetCareDocumentation", "2.1", PATIENT, id="3.1.4"),
    ],
)
def test_producer_is_called_in_its_own_profile(
    caller: Caller, contract: str, profile: str, holds: str
) -> None:
    """The mocks refuse a message in the other one."""
    answer = caller.call(contract, "SKLTP-MOCK01", profile=profile)

    answer.succeeded()
    assert holds in answer.text


# --- The HSA tree ---

MISSPELT = "/vp/financial/patienfees/exemption/RequestExemptionStatuses/1/rivtabp21"


@pytest.mark.parametrize(
    ("contract", "unit", "holds"),
    [
        pytest.param("RES", "10K3", "<RequestExemptionStatusesResponse ", id="tree: baseline RES"),
        pytest.param("PES", "10K3", "<urn:resultCode>OK</urn:resultCode>", id="tree: baseline PES"),
        pytest.param(
            "PCS",
            "10K3",
            '<resultCode xsi:type="ResultCodeEnum">OK</resultCode>',
            id="tree: baseline PCS",
        ),
        pytest.param("RES", "10K7", "<RequestExemptionStatusesResponse ", id="tree: RES 10K7"),
        pytest.param("PES", "10K5", "<urn:resultCode>OK</urn:resultCode>", id="tree: PES 10K5"),
    ],
)
def test_tree_leads_to_a_producer(caller: Caller, contract: str, unit: str, holds: str) -> None:
    """By the unit's own rows, or by those above it."""
    answer = caller.call(contract, TREE + unit, path=MISSPELT)

    assert answer.status == 200
    assert fault_in(answer.root) is None
    assert holds in answer.text


@pytest.mark.parametrize(
    ("contract", "unit", "code"),
    [
        pytest.param("RES", "10K4", "VP004", id="tree: RES 10K4"),
        pytest.param("RES", "10K5", "VP004", id="tree: RES 10K5"),
        pytest.param("PES", "10K4", "VP007", id="tree: PES 10K4"),
        pytest.param("PES", "10K7", "VP007", id="tree: PES 10K7"),
        pytest.param("PCS", "10K5", "VP004", id="tree: PCS 10K5"),
        pytest.param("PCS", "10K4", "VP004", id="tree: PCS 10K4"),
        pytest.param("PCS", "10K7", "VP007", id="tree: PCS 10K7"),
    ],
)
def test_excepted_contract_does_not_climb(
    caller: Caller, contract: str, unit: str, code: str
) -> None:
    """For its routes, its authorisations, or both; and a missing route hides the rest."""
    answer = caller.call(contract, TREE + unit, path=MISSPELT)

    about = f"serviceNamespace: {caller.namespaces[contract]}, receiverId: {TREE}{unit}"
    assert answer.status == 500
    assert answer.faultstring.startswith(f"{code} [PROVBANK] ")
    assert answer.detail == (
        f"No receiverId (logical address) found for {about}"
        if code == "VP004"
        else f"Authorization missing for {about}, senderId: TSTNMT2321000156-B02"
    )


# --- Standard rows, climbing, and addresses in parts ---


@pytest.mark.parametrize(
    ("contract", "receiver", "producer"),
    [
        pytest.param("GetReferralOutcome", f"{TREE}10K5", "STANDARD", id="NTP-775.1"),
        pytest.param("GetCareContacts", f"{TREE}10K5", "10K5", id="NTP-775.2"),
        pytest.param("GetCareContacts", f"{TREE}10K6", "10K4", id="NTP-775.3"),
        pytest.param("GetCareContacts", f"{TREE}9999", "STANDARD", id="NTP-775.4"),
        pytest.param("GetObservations", f"{TREE}10K5", "10K5", id="NTP-775.5"),
        pytest.param("GetActivities", "SKLTP-MOCK01", "STANDARD", id="NTP-775.7"),
        pytest.param("GetObservations", f"{TREE}10K6", "10K4", id="NTP-775.9"),
    ],
)
def test_call_finds_the_nearest_row(
    caller: Caller, contract: str, receiver: str, producer: str
) -> None:
    """Its own, then one above it in the tree, then the standard one."""
    answer = caller.call(contract, receiver)

    answer.succeeded()
    assert answer.headers["x-producer"] == producer


@pytest.mark.parametrize(
    ("contract", "receiver", "code"),
    [
        pytest.param("GetImagingOutcome", f"{TREE}9999", "VP004", id="NTP-775.6"),
        pytest.param("FindAllQuestions", f"{TREE}9999", "VP007", id="NTP-775.8"),
        pytest.param("Answer", f"SKLTP-MOCK01#{TREE}9999", "VP004", id="NTP-775.42"),
        pytest.param("Question", f"HSA-ID-1#{TREE}9999", "VP004", id="NTP-775.43"),
    ],
)
def test_call_without_row_is_refused(
    caller: Caller, contract: str, receiver: str, code: str
) -> None:
    """The message ends right before the end of the faultstring; the rest is in the detail."""
    answer = caller.call(contract, receiver)

    about = f"serviceNamespace: {caller.namespaces[contract]}, receiverId: {receiver}"
    text, detail = {
        "VP004": (
            "beställ konfigurering i aktuell tjänsteplattform.</faultstring>",
            f"<detailString>No receiverId (logical address) found for {about}</detailString>",
        ),
        "VP007": (
            "beställs konfiguration i aktuell tjänsteplattform.</faultstring>",
            f"<detailString>Authorization missing for {about}, "
            "senderId: TSTNMT2321000156-B02</detailString>",
        ),
    }[code]
    assert answer.status == 500
    assert answer.faultstring.startswith(f"{code} [PROVBANK] ")
    assert text in answer.text
    assert detail in answer.text


@pytest.mark.parametrize(
    "receiver",
    [
        pytest.param(f"SKLTP-MOCK01#{TREE}9999", id="NTP-775.41"),
        pytest.param("SKLTP-MOCK01#SKLTP-MOCK01", id="SKLTP-1239.1"),
    ],
)
def test_address_in_parts_is_tried_part_by_part(caller: Caller, receiver: str) -> None:
    """From the right; a part that stands twice is tried once."""
    answer = caller.call("Question", receiver)

    answer.succeeded()
    assert "<ns3:resultCode>OK</ns3:resultCode>" in answer.text


# --- WSDL and host names ---


@pytest.mark.parametrize("path", [pytest.param("/vp/Update/1/rivtabp21", id="WSDL")])
def test_wsdl_is_the_published_one_but_for_its_locations(caller: Caller, path: str) -> None:
    """The one of the suite's services that is bundled; others are served once installed."""
    answer = caller.session.get(f"{caller.url}{path}?wsdl", timeout=30)

    contract = bundled().contract_named("Update")
    located = re.compile(rb'(location|schemaLocation)="[^"]*"')
    served, published = (
        located.sub(b"", etree.tostring(etree.fromstring(text), method="c14n"))
        for text in (answer.content, contract.wsdl.read_bytes())
    )
    assert answer.status_code == 200
    assert f'location="{caller.url}{path}"' in answer.text
    assert served == published


@pytest.mark.parametrize("receiver", [pytest.param("CERT-MOCK", id="host name")])
def test_producer_under_another_name_is_not_called_where_names_are_checked(
    caller: Caller, receiver: str
) -> None:
    """VP009, and no retry."""
    answer = caller.call("GetDiagnosis", receiver)

    assert answer.status == 500
    assert answer.faultstring.startswith("VP009 [PROVBANK] ")
    assert "javax.net.ssl.SSLHandshakeException" in answer.detail


def test_tls_of_these_tests_is_mutual(caller: Caller) -> None:
    """Without a certificate nobody gets as far as the platform."""
    with requests.Session() as nobody:
        nobody.trust_env = False
        nobody.verify = caller.session.verify
        with pytest.raises((requests.ConnectionError, ssl.SSLError)):
            nobody.get(f"{caller.url}/vp?wsdl", timeout=30)
