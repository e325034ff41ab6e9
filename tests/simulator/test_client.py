"""PlatformClient: one door, two transports, and no exception for what a call comes to."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from contracts.envelope import SOAP_ENVELOPE, Fault, envelope
from contracts.errors import HarnessError
from simulator.app import create_app
from simulator.client import HttpTransport, PlatformClient, WsgiTransport
from simulator.faults import soap_fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from contracts.wsdl import ServiceContract
    from simulator.client import Answer, Transport
    from simulator.platform import Platform
    from simulator.regions.directory import Region

    Reach = Callable[[Platform], Transport]
    Call = Callable[..., Answer]

OK_ANSWER = envelope(b'<answer xmlns="urn:x">\xc3\xa5</answer>')
PAYLOAD = (
    b'<m xmlns="urn:riv:financial:billing:claim:ProcessClaimSpecificationResponder:1">\xc3\xa5</m>'
)


def client_on(transport: Transport) -> PlatformClient:
    """Give a client that knows the platform's instance id."""
    return PlatformClient(transport, instance_id="PROVBANK-VP")


@pytest.fixture
def call(contract: ServiceContract, buyer: Region) -> Call:
    """Give what calls ProcessClaimSpecification at the buyer."""

    def send(transport: Transport, payload: bytes = PAYLOAD, **values: Any) -> Answer:
        defaults = {"logical_address": buyer.logical_address}
        return client_on(transport).call(contract, payload, **{**defaults, **values})

    return send


def test_answer_tells_what_was_sent_and_what_came(
    reach: Reach,
    a_platform: Callable[..., Platform],
    a_peer: Callable[..., Any],
    buyer: Region,
    call: Call,
) -> None:
    """Both sides of the exchange, whichever way the platform is reached."""
    transport = reach(a_platform(a_peer(OK_ANSWER, headers=("X-Own: yes",)).address))

    answer = call(transport)

    assert (answer.status, answer.body, answer.problem) == (200, OK_ANSWER, "")
    assert answer.root is not None
    assert answer.root.tag == f"{{{SOAP_ENVELOPE}}}Envelope"
    assert answer.headers["x-own"] == "yes"
    assert answer.request == envelope(PAYLOAD, logical_address=buyer.logical_address)
    assert answer.logical_address == buyer.logical_address
    assert answer.url == (
        f"{transport.base_url}/vp/financial/billing/claim/ProcessClaimSpecification/1/rivtabp21"
    )
    assert answer.headers["x-skltp-correlation-id"] == answer.correlation_id
    assert answer.seconds > 0
    assert answer.fault is None
    assert answer.platform_code is None


@pytest.mark.parametrize(
    ("answered", "status"),
    [
        pytest.param(OK_ANSWER, "200 OK", id="answer"),
        pytest.param(b"no XML", "200 OK", id="no XML"),
        pytest.param(soap_fault("Upptagen"), "500 Internal Server Error", id="fault"),
        pytest.param(b"", "503 Service Unavailable", id="failure"),
    ],
)
def test_both_transports_give_the_same_answer(
    over_http: Callable[[Flask], HttpTransport],
    a_platform: Callable[..., Platform],
    a_peer: Callable[..., Any],
    call: Call,
    answered: bytes,
    status: str,
) -> None:
    """Nothing that a suite judges depends on how the platform is reached."""
    app = create_app(a_platform(a_peer(answered, status=status).address))

    one, other = call(WsgiTransport(app)), call(over_http(app))

    assert (one.status, one.body, one.problem) == (other.status, other.body, other.problem)
    assert (one.fault, one.platform_code) == (other.fault, other.platform_code)
    assert one.request == other.request
    of_the_listener = {"date", "server", "connection", "keep-alive"}
    own = {"x-skltp-correlation-id", "x-skltp-prt"}
    assert {n: v for n, v in one.headers.items() if n not in own} == {
        n: v for n, v in other.headers.items() if n not in own | of_the_listener
    }
    assert own & set(one.headers) == own & set(other.headers)


def test_call_carries_the_headers_of_a_consumer(a_peer: Callable[..., Any], call: Call) -> None:
    """Path, SOAPAction, content type and a fresh correlation id; no sender unless one is named."""
    platform = a_peer(OK_ANSWER)
    transport = HttpTransport(platform.address.removesuffix("/claim"))

    answers = [call(transport), call(transport)]

    first, second = platform.seen
    assert first.line == (
        "POST /vp/financial/billing/claim/ProcessClaimSpecification/1/rivtabp21 HTTP/1.1"
    )
    assert first.header("SOAPAction") == (
        '"urn:riv:financial:billing:claim:ProcessClaimSpecificationResponder:1'
        ':ProcessClaimSpecification"'
    )
    assert first.header("Content-Type") == "text/xml; charset=UTF-8"
    ids = [seen.header("x-skltp-correlation-id") for seen in (first, second)]
    assert ids == [answer.correlation_id for answer in answers]
    assert ids[0] != ids[1]
    assert uuid.UUID(ids[0] or "")
    assert first.header("x-vp-sender-id") is None
    assert first.header("x-vp-instance-id") is None


def test_named_sender_is_told_as_an_internal_caller(a_peer: Callable[..., Any], call: Call) -> None:
    """The sender goes together with the platform's instance id, without which it is ignored."""
    platform = a_peer(OK_ANSWER)

    call(HttpTransport(platform.address.removesuffix("/claim")), sender="SE5565594230-B9P")

    assert platform.seen[0].header("x-vp-sender-id") == "SE5565594230-B9P"
    assert platform.seen[0].header("x-vp-instance-id") == "PROVBANK-VP"


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(b"<not XML", id="not XML"),
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe", id="bytes"),
    ],
)
def test_very_bytes_are_sent_where_they_matter(
    a_peer: Callable[..., Any], call: Call, message: bytes
) -> None:
    """Given bytes replace the envelope, even when there are none."""
    platform = a_peer(OK_ANSWER)

    answer = call(HttpTransport(platform.address.removesuffix("/claim")), message=message)

    assert platform.seen[0].body == message
    assert answer.request == message


def test_fault_of_the_platform_is_told_by_its_code(
    reach: Reach, a_platform: Callable[..., Platform], call: Call
) -> None:
    """The code stands apart; text and detail are those of the fault."""
    answer = call(reach(a_platform()))

    assert answer.platform_code == "VP004"
    assert answer.status == 500
    assert answer.fault is not None
    assert answer.fault.code == "SOAP-ENV:Client"
    assert answer.fault.text.startswith("VP004 [PROVBANK] ")
    assert answer.fault.detail.startswith("No receiverId (logical address) found for ")


@pytest.mark.parametrize(
    "text",
    [
        "Upptagen, försök senare",
        "VP-kopplingen är nere",
        "",
        "Server [PROVBANK] fel",
        "VPN-tunneln [intern] är nere",
    ],
)
def test_fault_of_the_producer_has_no_platform_code(
    reach: Reach,
    a_platform: Callable[..., Platform],
    a_peer: Callable[..., Any],
    call: Call,
    text: str,
) -> None:
    """Only the platform's own form of fault text is taken for the platform's."""
    producer = a_peer(soap_fault(text, blames="Client"), status="500 Internal Server Error")

    answer = call(reach(a_platform(producer.address)))

    assert answer.fault == Fault(code="SOAP-ENV:Client", text=text, detail="")
    assert answer.platform_code is None


def test_comments_do_not_break_a_text_in_two(
    reach: Reach, a_platform: Callable[..., Platform], a_peer: Callable[..., Any], call: Call
) -> None:
    """A text with a comment or an instruction in it is read whole; the bytes keep both."""
    body = soap_fault("Upptagen").replace(b"Upptagen", b"<!-- a -->Upp<!-- b -->tag<?c d?>en")

    answer = call(reach(a_platform(a_peer(body, status="500 Internal Server Error").address)))

    assert answer.fault == Fault(code="SOAP-ENV:Server", text="Upptagen", detail="")
    assert answer.body == body


def test_answer_that_is_no_xml_is_kept_with_its_problem(
    reach: Reach, a_platform: Callable[..., Platform], a_peer: Callable[..., Any], call: Call
) -> None:
    """The bytes are there for the report; there is no tree to judge."""
    answer = call(reach(a_platform(a_peer(b"<html><br></html>").address)))

    assert (answer.status, answer.body) == (200, b"<html><br></html>")
    assert answer.root is None
    assert "not well-formed" in answer.problem
    assert answer.fault is None
    assert answer.platform_code is None


def test_platform_that_is_down_becomes_a_problem(refused: str, call: Call) -> None:
    """No exception: the call came to nothing, and the answer says so."""
    answer = call(HttpTransport(refused.removesuffix("/claim")))

    assert answer.status is None
    assert answer.problem == "the platform gave no answer: ConnectionError"
    assert (answer.body, answer.root, dict(answer.headers)) == (b"", None, {})
    assert answer.fault is None
    assert answer.platform_code is None
    assert answer.request.startswith(b"<?xml")


@pytest.mark.parametrize(
    "behave",
    [
        pytest.param("silent", id="silence"),
        pytest.param("half an answer", id="half an answer"),
        pytest.param("reset", id="reset"),
    ],
)
def test_platform_that_breaks_off_becomes_a_problem(
    a_peer: Callable[..., Any], call: Call, behave: str
) -> None:
    """Whatever keeps an answer from coming is told, and nothing is sent again."""
    platform = a_peer(behave=behave)

    answer = call(HttpTransport(platform.address.removesuffix("/claim"), timeout=0.2))

    assert answer.status is None
    assert answer.problem.startswith("the platform gave no answer: ")
    assert len(platform.seen) == 1


def test_redirect_is_an_answer_like_any_other(a_peer: Callable[..., Any], call: Call) -> None:
    """The client shows what came; it does not go elsewhere on its own."""
    elsewhere = a_peer(OK_ANSWER)
    platform = a_peer(status="302 Found", headers=(f"Location: {elsewhere.address}",))

    answer = call(HttpTransport(platform.address.removesuffix("/claim")))

    assert answer.status == 302
    assert elsewhere.seen == []


def test_cookie_is_not_sent_back(a_peer: Callable[..., Any], call: Call) -> None:
    """No service consumer keeps one, so a system that demands it is to be found out."""
    platform = a_peer(OK_ANSWER, headers=("Set-Cookie: session=1; Path=/",))
    transport = HttpTransport(platform.address.removesuffix("/claim"))

    first, second = call(transport), call(transport)

    assert first.headers["set-cookie"] == second.headers["set-cookie"] == "session=1; Path=/"
    assert [seen.header("Cookie") for seen in platform.seen] == [None, None]


def test_proxy_of_the_machine_does_not_come_between(
    a_peer: Callable[..., Any], refused: str, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A developer's proxy settings do not keep the platform on localhost from being reached."""
    monkeypatch.setenv("HTTP_PROXY", refused)
    monkeypatch.setenv("http_proxy", refused)
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")

    assert call(HttpTransport(a_peer(OK_ANSWER).address.removesuffix("/claim"))).status == 200


def test_one_client_serves_many_threads(
    over_http: Callable[[Flask], HttpTransport],
    a_platform: Callable[..., Platform],
    a_peer: Callable[..., Any],
    meet: Callable[..., list[Any]],
    call: Call,
) -> None:
    """Load scenarios share one client; each caller has its own answer."""
    platform = a_platform(a_peer(OK_ANSWER).address)
    transport = over_http(create_app(platform))

    answers = meet([lambda: call(transport) for _ in range(20)])

    assert [answer.status for answer in answers] == [200] * 20
    ids = {answer.correlation_id for answer in answers}
    assert len(ids) == 20
    assert {answer.headers["x-skltp-correlation-id"] for answer in answers} == ids
    assert {entry.correlation_id for entry in platform.journal.stream()} == ids


def test_payload_may_be_an_element_too(
    reach: Reach, a_platform: Callable[..., Platform], a_peer: Callable[..., Any], call: Call
) -> None:
    """Bytes and trees give the same message."""
    transport = reach(a_platform(a_peer(OK_ANSWER).address))

    as_bytes, as_tree = call(transport, PAYLOAD), call(transport, etree.fromstring(PAYLOAD))

    assert as_tree.request == as_bytes.request


def test_journal_and_routes_are_read_through_the_client(
    reach: Reach,
    a_platform: Callable[..., Platform],
    a_peer: Callable[..., Any],
    contract: ServiceContract,
    buyer: Region,
    call: Call,
) -> None:
    """What the platform kept, all of it or of one call; and where its routes lead."""
    producer = a_peer(OK_ANSWER)
    transport = reach(a_platform(producer.address))
    first, second = call(transport), call(transport)
    client = client_on(transport)

    assert [each["correlation_id"] for each in client.journal()] == [
        first.correlation_id,
        second.correlation_id,
    ]
    assert [each["number"] for each in client.journal(correlation_id=second.correlation_id)] == [2]
    (route,) = client.routes()
    assert route["logical_address"] == buyer.logical_address
    assert route["contract"] == contract.namespace
    assert route["address"] == producer.address


def test_control_api_of_a_platform_that_is_down_is_a_harness_error(refused: str) -> None:
    """A journal that cannot be read is no property of the tested system."""
    client = client_on(HttpTransport(refused.removesuffix("/claim")))

    with pytest.raises(HarnessError, match="does not answer"):
        client.journal()
    with pytest.raises(HarnessError, match="does not answer"):
        client.routes()


def test_control_api_that_is_not_there_is_a_harness_error(a_peer: Callable[..., Any]) -> None:
    """A platform of another kind has no journal to show."""
    platform = a_peer(status="404 Not Found")
    client = client_on(HttpTransport(platform.address.removesuffix("/claim")))

    with pytest.raises(HarnessError, match="answered 404"):
        client.journal()
