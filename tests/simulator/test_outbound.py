"""The call to a producer: its headers, what is tried again, and what becomes VP009."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests
import responses
from responses.registries import OrderedRegistry

from contracts.envelope import SOAP_ENVELOPE
from simulator.outbound import Answered, Failed, Producer, headers_to_producer
from simulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ADDRESS = "http://producer.example:8081/claim?region=03"
SOAP_FAULT = f'<e:Envelope xmlns:e="{SOAP_ENVELOPE}"><e:Body/></e:Envelope>'.encode()
FAILED_CALL = (
    "Error connecting to service producer at address {address}. Exception Caught by Camel "
    "when contacting producer. Exception information: ({information})"
)
NO_ANSWER = (
    "io.netty.handler.timeout.ReadTimeoutException: Timeout when waiting on response from producer."
)
IMPATIENT = Settings(retry_delay=0, producer_timeout=0.2)
PATIENT = Settings(retry_delay=0)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give the pauses the platform makes, none of which takes time."""
    made: list[float] = []
    monkeypatch.setattr("simulator.outbound.time.sleep", made.append)
    return made


@pytest.fixture
def producer() -> Iterator[responses.RequestsMock]:
    """Give a producer that answers in the order the test tells."""
    with responses.RequestsMock(registry=OrderedRegistry) as told:
        yield told


def call(settings: Settings = PATIENT, address: str = ADDRESS, **headers: str) -> Answered | Failed:
    """Post a message to a producer."""
    return Producer(settings).call(address, b"<message/>", headers)


# --- Headers towards the producer: platform facts, section 1.12 ---


def sent_headers(inbound: dict[str, str], *, address: str = ADDRESS) -> dict[str, str]:
    """Give what goes to the producer, by name in lower case."""
    headers = headers_to_producer(
        inbound,
        sender="SE2321000016-SENDER",
        correlation_id="the-id",
        address=address,
        settings=Settings(instance_id="THIS-VP"),
    )
    by_name = {name.lower(): value for name, value in headers.items()}
    assert len(by_name) == len(headers), "a header stands twice"
    return by_name


def test_bare_call_gets_the_platform_s_own_headers() -> None:
    """Nothing else than these goes to a producer when the consumer sent none to pass on."""
    assert sent_headers({}) == {
        "x-rivta-original-serviceconsumer-hsaid": "SE2321000016-SENDER",
        "x-vp-sender-id": "SE2321000016-SENDER",
        "x-vp-instance-id": "THIS-VP",
        "x-skltp-correlation-id": "the-id",
        "user-agent": "SKLTP VP/4.3.x",
        "content-type": "text/xml;charset=UTF-8",
    }


def test_platform_does_not_name_itself_towards_https() -> None:
    """Sender, instance and correlation id stay within the platform's own network."""
    inbound = {
        "x-vp-sender-id": "SE5565594230-B9P",
        "x-vp-instance-id": "THIS-VP",
        "x-skltp-correlation-id": "the-id",
    }

    assert sent_headers(inbound, address="https://producer.example/claim") == {
        "x-rivta-original-serviceconsumer-hsaid": "SE2321000016-SENDER",
        "user-agent": "SKLTP VP/4.3.x",
        "content-type": "text/xml;charset=UTF-8",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("soapaction", '"urn:riv:a"', id="SOAPAction"),
        pytest.param("x-rivta-acting-on-behalf-of-hsaid", "SE1", id="acting on behalf of"),
        pytest.param("x-rivta-routing-history", "A#B", id="routing history"),
        pytest.param("x-rivta-original-serviceconsumer-hsaid", "SE5565594230-ORG", id="original"),
        pytest.param("x-mock-response", "3", id="any other"),
        pytest.param("accept", "text/xml", id="accept"),
    ],
)
def test_header_is_forwarded_as_it_came(name: str, value: str) -> None:
    """What the platform does not know goes through untouched."""
    assert sent_headers({name: value})[name] == value


@pytest.mark.parametrize(
    "name",
    [
        "x-vp-auth-cert",
        "x-vp-forwarded-host",
        "x-vp-anything",
        "x-vpn",
        "peer_certificates",
        "x-forwarded-for",
        "x-forwarded-tls-client-cert",
        "mule_endpoint",
        "x-mule_session",
        "connection",
        "accept-encoding",
    ],
)
def test_header_of_the_removal_pattern_is_not_forwarded(name: str) -> None:
    """The platform's inner headers and those of one hop end here."""
    assert name not in sent_headers({name: "x"})


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("x-connection", id="something before it"),
        pytest.param("connection-id", id="something after it"),
        pytest.param("my-x-vp-header", id="not a prefix"),
        pytest.param("forwarded", id="forwarded without x"),
    ],
)
def test_header_that_only_resembles_the_removal_pattern_is_forwarded(name: str) -> None:
    """The pattern is matched against the whole name."""
    assert sent_headers({name: "x"})[name] == "x"


@pytest.mark.parametrize(
    ("name", "replaced"),
    [
        ("user-agent", "SKLTP VP/4.3.x"),
        ("content-type", "text/xml;charset=UTF-8"),
        ("x-vp-sender-id", "SE2321000016-SENDER"),
        ("x-vp-instance-id", "THIS-VP"),
        ("x-skltp-correlation-id", "the-id"),
    ],
)
def test_header_is_replaced_by_the_platform_s_own(name: str, replaced: str) -> None:
    """A consumer cannot speak for the platform."""
    assert sent_headers({name: "from the consumer"})[name] == replaced


def test_empty_original_consumer_is_replaced_by_the_sender() -> None:
    """The chain starts with the sender when the header says nothing."""
    inbound = {"x-rivta-original-serviceconsumer-hsaid": ""}

    assert sent_headers(inbound)["x-rivta-original-serviceconsumer-hsaid"] == "SE2321000016-SENDER"


def test_wire_carries_those_headers_and_no_others(a_peer: Callable[..., Any]) -> None:
    """The HTTP library adds Host and Content-Length, and no Accept-Encoding or Connection."""
    peer = a_peer()
    headers = headers_to_producer(
        {"host": "platform.example", "content-length": "7", "accept-encoding": "gzip"},
        sender="SE2321000016-SENDER",
        correlation_id="the-id",
        address=peer.address,
        settings=PATIENT,
    )

    Producer(PATIENT).call(peer.address, b"<message/>", headers)

    (seen,) = peer.seen
    assert seen.line == "POST /claim HTTP/1.1"
    assert {name.lower(): value for name, value in seen.headers} == {
        "host": peer.host,
        "content-length": "10",
        "x-rivta-original-serviceconsumer-hsaid": "SE2321000016-SENDER",
        "x-vp-sender-id": "SE2321000016-SENDER",
        "x-vp-instance-id": "PROVBANK-VP",
        "x-skltp-correlation-id": "the-id",
        "user-agent": "SKLTP VP/4.3.x",
        "content-type": "text/xml;charset=UTF-8",
    }


def test_producer_gets_the_very_bytes(a_peer: Callable[..., Any]) -> None:
    """A message is passed on unchanged, byte for byte, whatever it is."""
    peer = a_peer()
    body = "<?xml version='1.0'?>\r\n<å>\x00 not even XML".encode()

    Producer(PATIENT).call(peer.address, body, {})

    assert peer.seen[0].body == body


def test_proxy_of_the_machine_does_not_come_between(
    a_peer: Callable[..., Any], refused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A developer's proxy settings do not keep producers from being reached."""
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, refused)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "")

    assert isinstance(call(address=a_peer().address), Answered)


def test_query_of_the_address_belongs_to_the_call(a_peer: Callable[..., Any]) -> None:
    """Scheme, host, port, path and query come from the route."""
    peer = a_peer()

    Producer(PATIENT).call(peer.address + "?region=03", b"", {})

    assert peer.seen[0].line == "POST /claim?region=03 HTTP/1.1"


# --- What the consumer gets: platform facts, section 1.13 ---


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(200, SOAP_FAULT, id="200"),
        pytest.param(200, b"not SOAP at all", id="200 without SOAP"),
        pytest.param(202, b"<accepted/>", id="202"),
        pytest.param(500, SOAP_FAULT, id="500 with SOAP"),
    ],
)
def test_answer_goes_on_as_it_is(
    producer: responses.RequestsMock, status: int, body: bytes
) -> None:
    """Success passes whatever it says; 500 passes when it carries a SOAP envelope."""
    producer.post(ADDRESS, status=status, body=body, headers={"X-Own": "yes"})

    answer = call()

    assert isinstance(answer, Answered)
    assert (answer.status, answer.body) == (status, body)
    assert answer.headers["X-Own"] == "yes"
    assert answer.seconds >= 0


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(400, SOAP_FAULT, id="400 with SOAP"),
        pytest.param(404, SOAP_FAULT, id="404 with SOAP"),
        pytest.param(404, b"", id="404"),
        pytest.param(500, b"<html>oops</html>", id="500 without SOAP"),
        pytest.param(500, b"", id="500 without body"),
        pytest.param(501, SOAP_FAULT, id="501 with SOAP"),
        pytest.param(503, SOAP_FAULT, id="503 with SOAP"),
    ],
)
def test_other_status_becomes_vp009_that_tells_it(
    producer: responses.RequestsMock, pauses: list[float], status: int, body: bytes
) -> None:
    """The status stands on a line of its own after the exception; nothing is tried again."""
    producer.post(ADDRESS, status=status, body=body)

    failure = call()

    assert isinstance(failure, Failed)
    assert failure.detail == (
        FAILED_CALL.format(
            address=ADDRESS,
            information="org.apache.camel.component.netty.http.NettyHttpOperationFailedException: "
            f"Netty HTTP operation failed invoking {ADDRESS} with statusCode: {status}",
        )
        + f"\nVP_PRODUCER_EXCEPTION_HTTP_STATUS={status}"
    )
    assert (failure.status, failure.body) == (status, body)
    assert len(producer.calls) == 1
    assert pauses == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirect_is_not_followed(producer: responses.RequestsMock, status: int) -> None:
    """A redirect becomes VP009 too, and tells where it pointed."""
    elsewhere = "http://elsewhere.example/"
    producer.post(ADDRESS, status=status, headers={"Location": elsewhere})

    failure = call()

    assert isinstance(failure, Failed)
    assert failure.status == status
    assert failure.detail.endswith(
        f" with statusCode: {status}, redirectLocation: {elsewhere})\n"
        f"VP_PRODUCER_EXCEPTION_HTTP_STATUS={status}"
    )
    assert len(producer.calls) == 1


@pytest.mark.parametrize(
    "status", [pytest.param("200 OK", id="200"), pytest.param("204 No Content", id="204")]
)
def test_empty_answer_becomes_vp009(a_peer: Callable[..., Any], status: str) -> None:
    """A success without body is none; the detail tells code and reason."""
    peer = a_peer(b"", status=status)

    failure = call(address=peer.address)

    assert isinstance(failure, Failed)
    assert failure.detail == (
        f"Error connecting to service producer at address {peer.address}. "
        f"Empty message when server responded with status code: {status}"
    )
    assert failure.status == int(status[:3])
    assert len(peer.seen) == 1


def test_headers_of_transport_and_platform_are_not_returned(a_peer: Callable[..., Any]) -> None:
    """The consumer gets the producer's headers minus the pattern; the platform sets its own."""
    peer = a_peer(
        headers=(
            "X-Own: yes",
            "Server: Producer/1.0",
            "SOAPAction: urn:x",
            "MULE_A: x",
            "X-MULE_B: x",
            "LOCAL_CERTIFICATE: x",
            "peer_certificates: x",
            "http.method: POST",
            "Content-Type: application/json",
            "Keep-Alive: timeout=5",
            "X-Skltp-Correlation-Id: the producer's",
            "X-SKLTP-PRT: 99999",
            "SOAPAction-Seen: yes",
        )
    )

    answer = call(address=peer.address)

    assert isinstance(answer, Answered)
    assert answer.headers == {"X-Own": "yes", "Server": "Producer/1.0", "SOAPAction-Seen": "yes"}


# --- What is tried again: platform facts, sections 1.11 and 2.3 ---


def test_refused_connection_is_tried_once_more(refused: str, pauses: list[float]) -> None:
    """The second refusal becomes VP009, after the pause of the settings."""
    failure = call(Settings(retries=1, retry_delay=0.25), refused)

    host = refused.removeprefix("http://").partition("/")[0]
    assert isinstance(failure, Failed)
    assert failure.detail == FAILED_CALL.format(
        address=refused, information=f"java.net.ConnectException: Cannot connect to {host}"
    )
    assert failure.status is None
    assert failure.body == b""
    assert pauses == [0.25]


def test_pause_before_the_second_try_is_two_seconds_by_default() -> None:
    """A refused connection is answered only after more than two seconds."""
    assert (Settings().retries, Settings().retry_delay) == (1, 2.0)


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_settings_tell_how_often_to_try_again(
    producer: responses.RequestsMock, pauses: list[float], retries: int
) -> None:
    """No pause is made after the last try."""
    for _ in range(retries + 1):
        producer.post(ADDRESS, body=requests.ConnectionError())

    assert isinstance(call(Settings(retries=retries, retry_delay=0.5)), Failed)
    assert len(producer.calls) == retries + 1
    assert pauses == [0.5] * retries


def test_second_try_that_succeeds_is_the_answer(
    producer: responses.RequestsMock, pauses: list[float]
) -> None:
    """A producer that was away for a moment is reached all the same, with the same message."""
    producer.post(ADDRESS, body=requests.ConnectionError())
    producer.post(ADDRESS, body=b"<ok/>")

    answer = call()

    assert isinstance(answer, Answered)
    assert answer.body == b"<ok/>"
    assert [each.request.body for each in producer.calls] == [b"<message/>"] * 2
    assert len(pauses) == 1


def test_connection_that_takes_too_long_is_tried_once_more(
    producer: responses.RequestsMock, pauses: list[float]
) -> None:
    """A host that does not answer the connection is as good as one that refuses it."""
    producer.post(ADDRESS, body=requests.ConnectTimeout())
    producer.post(ADDRESS, body=requests.ConnectTimeout())

    failure = call()

    assert isinstance(failure, Failed)
    assert failure.detail.endswith(
        "(java.net.ConnectException: Cannot connect to producer.example:8081)"
    )
    assert len(pauses) == 1


@pytest.mark.parametrize(
    ("address", "named"),
    [
        pytest.param("http://producer.example/", "producer.example:80", id="http"),
        pytest.param("https://producer.example/", "producer.example:443", id="https"),
        pytest.param("http://reset.example:1/", "reset.example:1", id="a name is no cause"),
    ],
)
def test_unreachable_host_is_named_with_its_port(
    producer: responses.RequestsMock, address: str, named: str
) -> None:
    """The port stands in the detail even where the address leaves it out."""
    problem = requests.ConnectionError(f"Max retries exceeded with {address}")
    producer.post(address, body=problem)

    failure = call(Settings(retries=0), address)

    assert isinstance(failure, Failed)
    assert failure.detail.endswith(f"(java.net.ConnectException: Cannot connect to {named})")


def test_reset_connection_is_tried_once_more(
    a_peer: Callable[..., Any], pauses: list[float]
) -> None:
    """The message reaches the producer twice, and the detail says reset."""
    peer = a_peer(behave="reset")

    failure = call(address=peer.address)

    assert isinstance(failure, Failed)
    assert failure.detail == FAILED_CALL.format(
        address=peer.address, information="java.net.SocketException: Connection reset"
    )
    assert [each.body for each in peer.seen] == [b"<message/>"] * 2
    assert len(pauses) == 1


@pytest.mark.parametrize("silence", ["silent", "half an answer"])
def test_silence_is_not_tried_again(
    a_peer: Callable[..., Any], pauses: list[float], silence: str
) -> None:
    """A read timeout is final: the producer may have done its work already."""
    peer = a_peer(behave=silence)

    failure = call(IMPATIENT, peer.address)

    assert isinstance(failure, Failed)
    assert failure.detail == FAILED_CALL.format(address=peer.address, information=NO_ANSWER)
    assert len(peer.seen) == 1
    assert pauses == []


def test_failed_tls_handshake_is_not_tried_again(
    a_peer: Callable[..., Any], pauses: list[float]
) -> None:
    """A producer that does not speak TLS on https is a fault of configuration."""
    peer = a_peer(behave="no TLS")
    address = peer.address.replace("http://", "https://")

    failure = call(address=address)

    assert isinstance(failure, Failed)
    assert failure.detail == FAILED_CALL.format(
        address=address,
        information="javax.net.ssl.SSLHandshakeException: The TLS handshake failed",
    )
    assert pauses == []


@pytest.mark.parametrize(
    "address", [pytest.param("no address", id="no URL"), pytest.param("ftp://x.example/", id="ftp")]
)
def test_address_that_cannot_be_called_becomes_vp009(address: str, pauses: list[float]) -> None:
    """A mistake in the catalogue is told to the caller as the producer's failure."""
    failure = call(address=address)

    assert isinstance(failure, Failed)
    assert failure.detail.startswith(f"Error connecting to service producer at address {address}.")
    assert pauses == []


def test_producer_is_called_from_many_threads_at_once(
    a_peer: Callable[..., Any], meet: Callable[..., list[Any]]
) -> None:
    """One Producer serves the whole platform."""
    peer = a_peer()
    shared = Producer(PATIENT)

    def one(number: int) -> Callable[[], Answered | Failed]:
        return lambda: shared.call(peer.address, b"%d" % number, {})

    answers = meet([one(number) for number in range(20)])

    assert all(isinstance(answer, Answered) for answer in answers)
    assert sorted(int(each.body) for each in peer.seen) == list(range(20))
