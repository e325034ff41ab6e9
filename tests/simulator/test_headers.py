"""HTTP headers on the way through the platform: platform facts, sections 1.12 and 1.13."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.headers import headers_to_consumer, headers_to_producer
from simulator.settings import Settings

ADDRESS = "http://producer.example:8081/claim?region=03"
HTTPS = "https://producer.example/claim"
SETTINGS = Settings(instance_id="THIS-VP")


# --- Headers towards the producer: platform facts, section 1.12 ---


def sent_headers(
    inbound: dict[str, str],
    *,
    address: str = ADDRESS,
    history: str | None = None,
    settings: Settings = SETTINGS,
) -> dict[str, str]:
    """Give what goes to the producer, by name in lower case."""
    headers = headers_to_producer(
        inbound,
        sender="SE2321000016-SENDER",
        correlation_id="the-id",
        address=address,
        history=history,
        settings=settings,
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


@pytest.mark.parametrize(
    ("address", "shown", "sent"),
    [
        pytest.param(ADDRESS, False, "the-id", id="http"),
        pytest.param(HTTPS, False, None, id="https"),
        pytest.param("HTTPS://producer.example/", False, None, id="HTTPS"),
        pytest.param(HTTPS, True, "the-id", id="https, set up as in production"),
    ],
)
def test_correlation_id_goes_over_https_only_where_set_up_so(
    address: str, shown: bool, sent: str | None
) -> None:
    """propagate.correlation.id.for.https, which is off by default."""
    settings = replace(SETTINGS, correlation_id_over_https=shown)

    headers = sent_headers({"x-skltp-correlation-id": "x"}, address=address, settings=settings)

    assert headers.get("x-skltp-correlation-id") == sent


@pytest.mark.parametrize("address", [ADDRESS, HTTPS])
@pytest.mark.parametrize(
    ("history", "sent"), [pytest.param("A#B", "A#B", id="made"), pytest.param(None, "A", id="kept")]
)
def test_routing_history_goes_on(address: str, history: str | None, sent: str) -> None:
    """As it was made at the entrance, or else as it came."""
    headers = sent_headers({"x-rivta-routing-history": "A"}, address=address, history=history)

    assert headers["x-rivta-routing-history"] == sent


def test_settings_say_what_the_platform_calls_itself() -> None:
    """vp.header.user.agent and vp.header.content.type."""
    settings = replace(SETTINGS, user_agent="SKLTP VP/9", content_type="text/xml")

    headers = sent_headers({"user-agent": "x", "content-type": "y"}, settings=settings)

    assert (headers["user-agent"], headers["content-type"]) == ("SKLTP VP/9", "text/xml")


# --- Towards the consumer: section 1.13 ---


def test_headers_of_transport_and_platform_are_not_returned() -> None:
    """The consumer gets the producer's headers minus the pattern; the platform sets its own."""
    answered = {
        "X-Own": "yes",
        "Server": "Producer/1.0",
        "SOAPAction": "urn:x",
        "MULE_A": "x",
        "X-MULE_B": "x",
        "LOCAL_CERTIFICATE": "x",
        "peer_certificates": "x",
        "http.method": "POST",
        "Content-Type": "application/json",
        "Keep-Alive": "timeout=5",
        "X-Skltp-Correlation-Id": "the producer's",
        "X-SKLTP-PRT": "99999",
        "SOAPAction-Seen": "yes",
    }

    assert headers_to_consumer(answered) == {
        "X-Own": "yes",
        "Server": "Producer/1.0",
        "SOAPAction-Seen": "yes",
    }
