"""ProcessingStatus: platform facts, section 5.2."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from lxml import etree

import contracts.domains.interoperability_headers.v1_0 as headers_domain
from contracts.terms import SWEDISH_TIME
from simulator.aggregation.outcomes import LATE, Failure, outcome_of
from simulator.aggregation.status import processing_status
from simulator.outbound import Answered, Failed, Problem

NOW = datetime(2026, 11, 22, 12, 0, 1, tzinfo=SWEDISH_TIME)
EXPECTED = "{urn:a}Response"
GOOD = b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>%s</s:Body>' \
    b"</s:Envelope>"  # fmt: skip
FAULT = (
    GOOD % b"<s:Fault><faultcode>s:Server</faultcode><faultstring>It broke</faultstring></s:Fault>"
)


def schema() -> etree.XMLSchema:
    """Give the schema of the header."""
    folder = Path(str(headers_domain.__file__)).parent
    (file,) = folder.rglob("interoperability_headers_1.0.xsd")
    return etree.XMLSchema(file=str(file))


def test_answer_from_the_source_is_told_of() -> None:
    """To the letter, in the header's own namespace without prefix."""
    status = processing_status({"SKLTP-MOCK01": etree.Element(EXPECTED)}, at=NOW)

    assert etree.tostring(status).decode() == (
        '<ProcessingStatus xmlns="urn:riv:interoperability:headers:1"><ProcessingStatusList>'
        "<logicalAddress>SKLTP-MOCK01</logicalAddress><statusCode>DataFromSource</statusCode>"
        "<isResponseFromCache>false</isResponseFromCache><isResponseInSynch>true</isResponseInSynch>"
        "<lastSuccessfulSynch>20261122120001</lastSuccessfulSynch>"
        "</ProcessingStatusList></ProcessingStatus>"
    )
    assert schema().validate(status)


def test_failure_is_told_of() -> None:
    """Without the time of the last success, which the schema wants."""
    status = processing_status({"SKLTP-MOCK01": Failure(code="500", text="It & broke")}, at=NOW)

    assert etree.tostring(status).decode() == (
        '<ProcessingStatus xmlns="urn:riv:interoperability:headers:1"><ProcessingStatusList>'
        "<logicalAddress>SKLTP-MOCK01</logicalAddress><statusCode>NoDataSynchFailed</statusCode>"
        "<isResponseFromCache>false</isResponseFromCache>"
        "<isResponseInSynch>false</isResponseInSynch>"
        "<lastUnsuccessfulSynch>20261122120001</lastUnsuccessfulSynch>"
        "<lastUnsuccessfulSynchError><causingAgent>virtualization_platform</causingAgent>"
        "<code>500</code><text>It &amp; broke</text></lastUnsuccessfulSynchError>"
        "</ProcessingStatusList></ProcessingStatus>"
    )
    assert not schema().validate(status)
    successful = etree.Element("{urn:riv:interoperability:headers:1}lastSuccessfulSynch")
    status[0].insert(4, successful)
    assert schema().validate(status)


@pytest.mark.parametrize(
    ("result", "code", "text"),
    [
        pytest.param(Answered(status=500, body=FAULT), "500", "It broke", id="a fault"),
        pytest.param(Answered(status=200, body=FAULT), "500", "It broke", id="a fault with 200"),
        pytest.param(
            Failed(problem=Problem.SILENT), "504", "Could not send Message., Read timed out",
            id="silence",
        ),
        pytest.param(
            Failed(problem=Problem.UNREACHABLE), "43000",
            "Could not send Message., java.net.ConnectException", id="refused",
        ),
        pytest.param(
            Failed(problem=Problem.RESET), "43000",
            "Could not send Message., java.net.SocketException", id="reset",
        ),
        pytest.param(
            Failed(problem=Problem.TOO_LARGE, told="Too much"), "43000",
            "Could not send Message., Too much", id="too large",
        ),
        pytest.param(
            Answered(status=200, body=b"<a/>"), "43000",
            "Could not send Message., HTTP 200 with no {urn:a}Response", id="no SOAP",
        ),
        pytest.param(
            Answered(status=404, body=GOOD % b'<Response xmlns="urn:a"/>'), "43000",
            "Could not send Message., HTTP 404 with no {urn:a}Response", id="an error status",
        ),
        pytest.param(
            Answered(status=200, body=GOOD % b'<Response xmlns="urn:b"/>'), "43000",
            "Could not send Message., HTTP 200 with no {urn:a}Response", id="another contract",
        ),
        pytest.param(
            Answered(status=200, body=b""), "43000",
            "Error reading XMLStreamReader: the message is empty", id="nothing",
        ),
    ],
)  # fmt: skip
def test_each_failure_has_its_code(result: Answered | Failed, code: str, text: str) -> None:
    """By what went wrong."""
    assert outcome_of(result, EXPECTED) == Failure(code=code, text=text)


def test_answer_in_time_is_the_response() -> None:
    """And nothing of its envelope."""
    answer = outcome_of(
        Answered(status=200, body=GOOD % b'<Response xmlns="urn:a"><b/></Response>'), EXPECTED
    )

    assert isinstance(answer, etree._Element)
    assert answer.tag == EXPECTED


def test_source_that_is_late_is_unknown() -> None:
    """What the national platform says of it."""
    assert Failure(code="43000", text="Unknown error") == LATE
