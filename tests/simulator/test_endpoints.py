"""The platform's entrance: what goes in over HTTP, what comes out, and what is kept of it."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any

import pytest
import requests
from lxml import etree

from contracts.envelope import SOAP_ENVELOPE, envelope
from simulator.app import create_app
from simulator.arrangement import Arrangement
from simulator.journal import Query

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from contracts.wsdl import ServiceContract
    from simulator.addressing import AddressingCatalogue
    from simulator.client import HttpTransport, Raw, Transport
    from simulator.platform import Platform
    from simulator.regions.directory import Region

    Reach = Callable[[Platform], Transport]

XML = "text/xml; charset=UTF-8"
PLACE = "\n at [row,col {unknown-source}]: "
SERVICE = "/vp/financial/billing/claim/ProcessClaimSpecification/1/rivtabp21"
SOAP_FAULT = f'<e:Envelope xmlns:e="{SOAP_ENVELOPE}"><e:Body/></e:Envelope>'.encode()
NOBODY_SERVES = envelope(b'<a xmlns="urn:riv:unknown"/>', logical_address="2321000024")


def post(transport: Transport, body: bytes, *, path: str = SERVICE, **headers: str) -> Raw:
    """Post a message to the platform."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return transport.send("POST", path, headers={"Content-Type": XML, **named}, body=body)


def faultstring(answer: Raw) -> str:
    """Give the text of the fault that an answer carries."""
    return etree.fromstring(answer.body).findtext(".//faultstring") or ""


def detail(answer: Raw) -> str:
    """Give the variable part of the fault that an answer carries."""
    return etree.fromstring(answer.body).findtext(".//detailString") or ""


# --- What goes through ---


def test_message_and_answer_pass_unchanged(
    reach: Reach, a_platform: Callable[..., Platform], a_peer: Callable[..., Any], message: bytes
) -> None:
    """The platform mediates; it does not rewrite."""
    producer = a_peer(b"<answer>\xc3\xa5</answer>")

    answer = post(reach(a_platform(producer.address)), message)

    assert (answer.status, answer.body) == (200, b"<answer>\xc3\xa5</answer>")
    assert [seen.body for seen in producer.seen] == [message]


def test_fault_of_the_producer_passes_unchanged(
    reach: Reach, a_platform: Callable[..., Platform], a_peer: Callable[..., Any], message: bytes
) -> None:
    """A SOAP fault with status 500 is the producer's own, without VP code."""
    producer = a_peer(SOAP_FAULT, status="500 Internal Server Error")

    answer = post(reach(a_platform(producer.address)), message)

    assert (answer.status, answer.body) == (500, SOAP_FAULT)


def test_message_malformed_after_its_first_element_reaches_the_producer(
    reach: Reach, a_platform: Callable[..., Platform], a_peer: Callable[..., Any], message: bytes
) -> None:
    """The platform reads no further than it has to."""
    producer = a_peer()
    cut = message[: message.index(b"payableAmount")] + b"<<<"

    answer = post(reach(a_platform(producer.address)), cut)

    assert answer.status == 200
    assert [seen.body for seen in producer.seen] == [cut]


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/vp", id="bare"),
        pytest.param("/vp/", id="with slash"),
        pytest.param("/vp/another/service/1/rivtabp20", id="another service"),
        pytest.param("/vp//double//slashes/", id="double slashes"),
        pytest.param("/vp/åäö%2F..%2Fx", id="odd letters"),
    ],
)
def test_path_below_the_entrance_decides_nothing(
    reach: Reach,
    a_platform: Callable[..., Platform],
    a_peer: Callable[..., Any],
    message: bytes,
    path: str,
) -> None:
    """A message goes where its header and body say, whichever path it is posted to."""
    producer = a_peer()

    answer = post(reach(a_platform(producer.address)), message, path=path)

    assert answer.status == 200
    assert producer.seen[0].line == "POST /claim HTTP/1.1"


def test_query_and_method_go_on_to_the_producer(
    reach: Reach, a_platform: Callable[..., Platform], a_peer: Callable[..., Any], message: bytes
) -> None:
    """Sections 1.1 and 1.11: the query replaces that of the route's address."""
    producer = a_peer()
    transport = reach(a_platform(f"{producer.address}?own=1"))

    answer = transport.send("PUT", "/vp?anything=1", headers={}, body=message)

    assert answer.status == 200
    assert producer.seen[0].line == "PUT /claim?anything=1 HTTP/1.1"


@pytest.mark.parametrize("path", ["/", "/v", "/other", "/other/vp", "/control/v1/vp"])
def test_other_path_is_not_found(
    reach: Reach,
    a_platform: Callable[..., Platform],
    a_peer: Callable[..., Any],
    message: bytes,
    path: str,
) -> None:
    """What is not for the platform is answered by the HTTP layer, without SOAP."""
    producer = a_peer()
    platform = a_platform(producer.address)

    answer = post(reach(platform), message, path=path)

    assert answer.status == 404
    assert b"Envelope" not in answer.body
    assert producer.seen == []
    assert platform.journal.last_number() == 0


def test_soap_action_decides_nothing(
    reach: Reach, a_platform: Callable[..., Platform], a_peer: Callable[..., Any], message: bytes
) -> None:
    """The contract is that of the body; the header only goes along."""
    producer = a_peer()

    answer = post(reach(a_platform(producer.address)), message, SOAPAction='"urn:riv:other"')

    assert answer.status == 200
    assert producer.seen[0].header("SOAPAction") == '"urn:riv:other"'


def test_replaced_catalogue_counts_from_the_next_call(
    reach: Reach,
    a_platform: Callable[..., Platform],
    a_catalogue: Callable[..., AddressingCatalogue],
    a_peer: Callable[..., Any],
    message: bytes,
) -> None:
    """A platform can be arranged anew while it runs."""
    producer = a_peer()
    platform = a_platform()
    transport = reach(platform)
    assert faultstring(post(transport, message)).startswith("VP004 ")

    platform.arrangements.put("default", Arrangement(catalogue=a_catalogue(producer.address)))

    assert post(transport, message).status == 200


# --- Headers of the answer ---


def test_given_correlation_id_is_kept(
    reach: Reach, a_platform: Callable[..., Platform], a_peer: Callable[..., Any], message: bytes
) -> None:
    """The consumer's id follows the call: to the producer, into the answer and the journal."""
    producer = a_peer()
    platform = a_platform(producer.address)

    answer = post(reach(platform), message, x_skltp_correlation_id="my own id")

    assert answer.headers["x-skltp-correlation-id"] == "my own id"
    assert producer.seen[0].header("x-skltp-correlation-id") == "my own id"
    assert [entry.correlation_id for entry in platform.journal.stream()] == ["my own id"]


@pytest.mark.parametrize(
    "headers",
    [pytest.param({}, id="none"), pytest.param({"x_skltp_correlation_id": ""}, id="empty")],
)
def test_missing_correlation_id_is_made(
    reach: Reach,
    a_platform: Callable[..., Platform],
    a_peer: Callable[..., Any],
    message: bytes,
    headers: dict[str, str],
) -> None:
    """A random UUID, another for each call, and the same on both sides of the platform."""
    producer = a_peer()
    transport = reach(a_platform(producer.address))

    made = [post(transport, message, **headers).headers["x-skltp-correlation-id"] for _ in range(2)]

    assert made[0] != made[1]
    assert [str(uuid.UUID(each)) for each in made] == made
    assert [seen.header("x-skltp-correlation-id") for seen in producer.seen] == made


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param(b"<not", "VP015", id="malformed"),
        pytest.param(NOBODY_SERVES, "VP004", id="no route"),
        pytest.param(envelope(b"<a/>"), "VP003", id="no receiver"),
    ],
)
def test_fault_carries_the_platform_s_headers_and_none_of_a_producer(
    reach: Reach, a_platform: Callable[..., Platform], body: bytes, code: str
) -> None:
    """Correlation id and content type, but no response time: no producer was asked."""
    transport = reach(a_platform())

    answer = post(transport, body, x_skltp_correlation_id="my own id")
    unnamed = post(transport, body)

    assert faultstring(answer).startswith(f"{code} [PROVBANK] ")
    assert answer.status == 500
    assert answer.headers["content-type"] == XML
    assert answer.headers["x-skltp-correlation-id"] == "my own id"
    assert uuid.UUID(unnamed.headers["x-skltp-correlation-id"])
    assert "x-skltp-prt" not in answer.headers


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param("200 OK", b"<ok/>", id="answer"),
        pytest.param("500 Internal Server Error", SOAP_FAULT, id="fault"),
    ],
)
def test_producer_s_answer_carries_its_response_time(
    reach: Reach,
    a_platform: Callable[..., Platform],
    a_peer: Callable[..., Any],
    message: bytes,
    status: str,
    body: bytes,
) -> None:
    """Whole milliseconds in x-skltp-prt, on answers and on faults that pass through."""
    producer = a_peer(body, status=status)

    answer = post(reach(a_platform(producer.address)), message)

    assert re.fullmatch(r"\d+", answer.headers["x-skltp-prt"])


@pytest.mark.parametrize("said", ["application/json", "text/xml; charset=ISO-8859-1", None])
def test_content_type_is_the_platform_s_whatever_the_producer_said(
    reach: Reach,
    a_platform: Callable[..., Platform],
    a_peer: Callable[..., Any],
    message: bytes,
    said: str | None,
) -> None:
    """Always text/xml in UTF-8."""
    producer = a_peer(headers=(f"Content-Type: {said}",) if said else ())

    answer = post(reach(a_platform(producer.address)), message)

    assert answer.headers["content-type"] == XML


def test_producer_s_headers_come_back_minus_the_platform_s_pattern(
    reach: Reach, a_platform: Callable[..., Platform], a_peer: Callable[..., Any], message: bytes
) -> None:
    """What the producer adds reaches the consumer; the request's own headers do not leak."""
    producer = a_peer(
        headers=("X-Own: yes", "SOAPAction: urn:x", "MULE_A: x", "X-Skltp-Correlation-Id: other")
    )

    answer = post(
        reach(a_platform(producer.address)),
        message,
        SOAPAction='"urn:y"',
        X_Mine="mine",
        x_skltp_correlation_id="my own id",
    )

    assert answer.headers["x-own"] == "yes"
    assert answer.headers["x-skltp-correlation-id"] == "my own id"
    assert not {"soapaction", "mule-a", "mule_a", "x-mine"} & set(answer.headers)


def test_no_header_stands_twice_on_the_wire(
    over_http: Callable[[Flask], HttpTransport],
    a_platform: Callable[..., Platform],
    a_peer: Callable[..., Any],
    message: bytes,
) -> None:
    """Headers that both producer and platform know are the platform's alone."""
    producer = a_peer(
        headers=(
            "Content-type: text/plain",
            "X-SKLTP-Correlation-ID: other",
            "X-Skltp-Prt: 1",
            "Date: Sun, 22 Nov 2026 11:00:00 GMT",
            "server: Producer",
        )
    )
    url = over_http(create_app(a_platform(producer.address))).base_url

    with requests.post(url + SERVICE, data=message, timeout=30) as answer:
        names = [name.lower() for name in answer.raw.headers]
        values = {name: answer.raw.headers.getlist(name) for name in names}

    assert {name: found for name, found in values.items() if len(found) != 1} == {}


# --- What is turned away ---


@pytest.mark.parametrize(
    ("body", "says"),
    [
        pytest.param(b"", f"Unexpected EOF in prolog{PLACE}[1,0]", id="empty"),
        pytest.param(
            b"not XML",
            f"Unexpected character 'n' (code 110) in prolog; expected '<'{PLACE}[1,1]",
            id="not XML",
        ),
        pytest.param(
            b"<Envelope><Header></Envelope>",
            f"Unexpected close tag </Envelope>; expected </Header>.{PLACE}[1,28]",
            id="wrong end tag",
        ),
        pytest.param(
            b"<Envelope><Header/>",
            f"Unexpected EOF; was expecting a close tag for element <Envelope>{PLACE}[1,19]",
            id="cut",
        ),
        pytest.param(
            b"<Envelope><Body \xff></Body>",
            "Invalid UTF-8 start byte 0xff (at char #17, byte #16)",
            id="not UTF-8",
        ),
    ],
)
def test_message_malformed_before_its_first_element_is_refused(
    reach: Reach,
    a_platform: Callable[..., Platform],
    a_peer: Callable[..., Any],
    body: bytes,
    says: str,
) -> None:
    """VP015 with the parser's words and place; no producer sees it."""
    producer = a_peer()
    platform = a_platform(producer.address)

    answer = post(reach(platform), body)

    assert answer.status == 500
    assert faultstring(answer) == (
        "VP015 [PROVBANK] Anrop ej korrekt utformat och kan därför inte behandlas."
    )
    assert detail(answer) == says
    assert producer.seen == []
    assert [entry.decision for entry in platform.journal.stream()] == ["VP015"]


def test_fault_names_the_platform_of_the_settings(
    reach: Reach, a_platform: Callable[..., Platform]
) -> None:
    """The name in brackets is that of the platform."""
    answer = post(reach(a_platform(platform_name="NTJP-SIM")), b"<not")

    assert faultstring(answer).startswith("VP015 [NTJP-SIM] ")


def test_unauthorised_sender_is_refused(
    reach: Reach, a_platform: Callable[..., Platform], a_peer: Callable[..., Any], message: bytes
) -> None:
    """An internal caller that names another sender is judged as that sender."""
    producer = a_peer()

    answer = post(
        reach(a_platform(producer.address)),
        message,
        x_vp_sender_id="SE5565594230-B9P",
        x_vp_instance_id="PROVBANK-VP",
    )

    assert faultstring(answer).startswith("VP007 [PROVBANK] ")
    assert detail(answer).endswith(", senderId: SE5565594230-B9P")
    assert producer.seen == []


def test_unknown_sender_is_refused_before_the_message_is_read(
    reach: Reach, a_platform: Callable[..., Platform]
) -> None:
    """VP002 comes first, even for a message that is not XML."""
    platform = a_platform(default_sender=None)

    answer = post(reach(platform), b"<not")

    assert faultstring(answer).startswith("VP002 [PROVBANK] ")
    assert detail(answer) == "No certificate found in httpheader x-vp-auth-cert"
    (entry,) = platform.journal.stream()
    assert (entry.decision, entry.sender, entry.receiver) == ("VP002", "", None)


@pytest.mark.parametrize(
    ("remote", "headers", "code"),
    [
        pytest.param("127.0.0.1", {}, None, id="loopback"),
        pytest.param("::1", {}, None, id="loopback of IPv6"),
        pytest.param("192.0.2.7", {}, "VP011", id="another machine"),
        pytest.param("not an address", {}, "VP011", id="no address"),
        pytest.param(
            "192.0.2.7",
            {"x-vp-sender-id": "SE2321000016-PROVBANK1", "x-vp-instance-id": "PROVBANK-VP"},
            "VP011",
            id="internal caller on another machine",
        ),
        pytest.param("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}, "VP002", id="behind a proxy"),
    ],
)
def test_default_sender_is_for_callers_on_this_machine(
    a_platform: Callable[..., Platform],
    a_peer: Callable[..., Any],
    message: bytes,
    remote: str,
    headers: dict[str, str],
    code: str | None,
) -> None:
    """From another machine nobody may call in clear text, unless the white list says so."""
    app = create_app(a_platform(a_peer().address))

    answer = app.test_client().post(
        SERVICE, data=message, headers=headers, environ_overrides={"REMOTE_ADDR": remote}
    )

    assert answer.status_code == (500 if code else 200)
    assert code is None or f">{code} [".encode() in answer.data


def test_unreachable_producer_is_told_as_vp009(
    reach: Reach, a_platform: Callable[..., Platform], refused: str, message: bytes
) -> None:
    """The platform answers for the producer that does not; it has no response time to show."""
    platform = a_platform(refused)

    answer = post(reach(platform), message, x_skltp_correlation_id="my own id")

    assert answer.status == 500
    assert faultstring(answer) == "VP009 [PROVBANK] Fel vid kontakt med tjänsteproducenten."
    assert detail(answer).startswith(f"Error connecting to service producer at address {refused}.")
    assert answer.headers["x-skltp-correlation-id"] == "my own id"
    assert "x-skltp-prt" not in answer.headers
    (entry,) = platform.journal.stream()
    assert (entry.decision, entry.address) == ("VP009", refused)
    assert entry.legs[-1].status is None


def test_failing_producer_shows_nothing_of_its_answer(
    reach: Reach, a_platform: Callable[..., Platform], a_peer: Callable[..., Any], message: bytes
) -> None:
    """Neither body nor headers of an answer that may not go on reach the consumer."""
    producer = a_peer(b"secret", status="503 Service Unavailable", headers=("X-Own: yes",))
    platform = a_platform(producer.address)

    answer = post(reach(platform), message)

    assert detail(answer).endswith("\nVP_PRODUCER_EXCEPTION_HTTP_STATUS=503")
    assert b"secret" not in answer.body
    assert "x-own" not in answer.headers
    (entry,) = platform.journal.stream()
    assert (entry.decision, entry.status, entry.legs[-1].status) == ("VP009", 500, 503)


def test_message_above_the_limit_is_refused_in_clear_text(
    reach: Reach, a_platform: Callable[..., Platform], a_peer: Callable[..., Any], message: bytes
) -> None:
    """413 tells the size and the limit, and the producer sees nothing."""
    producer = a_peer()
    transport = reach(a_platform(producer.address, largest_message=len(message)))

    assert post(transport, message).status == 200
    answer = post(transport, message + b" ")

    assert answer.status == 413
    assert answer.headers["content-type"] == "text/plain; charset=UTF-8"
    assert answer.body.decode() == (
        f"The message is {len(message) + 1} bytes; at most {len(message)} are accepted.\n"
    )
    assert len(producer.seen) == 1


@pytest.mark.parametrize(("surplus", "status"), [(0, 200), (1, 413)])
def test_limit_counts_for_messages_in_chunks_too(
    over_http: Callable[[Flask], HttpTransport],
    a_platform: Callable[..., Platform],
    a_peer: Callable[..., Any],
    message: bytes,
    surplus: int,
    status: int,
) -> None:
    """A message whose length is not told beforehand is read whole, up to the limit."""
    producer = a_peer()
    app = create_app(a_platform(producer.address, largest_message=len(message)))
    whole = message + b" " * surplus
    chunks = (whole[start : start + 1000] for start in range(0, len(whole), 1000))

    with requests.post(over_http(app).base_url + SERVICE, data=chunks, timeout=30) as answer:
        assert answer.status_code == status

    assert [seen.body for seen in producer.seen] == ([whole] if status == 200 else [])


@pytest.mark.parametrize(
    ("method", "headers", "environ", "status"),
    [
        pytest.param("TRACE", {}, {}, 405, id="TRACE"),
        pytest.param("POST", {}, {"HTTP_HOST": ""}, 400, id="no Host"),
        pytest.param("POST", {"x-provbank-workspace": "a/b"}, {}, 400, id="no workspace's name"),
        pytest.param("POST", {"x-provbank-workspace": "x" * 65}, {}, 400, id="a long one"),
        pytest.param("POST", {"x-provbank-workspace": "none"}, {}, 404, id="unknown workspace"),
        pytest.param("POST", {}, {"CONTENT_LENGTH": "99999"}, 400, id="cut short"),
        pytest.param("POST", {}, {}, 500, id="whole"),
    ],
)
def test_what_is_no_request_is_refused_without_soap(
    a_platform: Callable[..., Platform],
    method: str,
    headers: dict[str, str],
    environ: dict[str, str],
    status: int,
) -> None:
    """By HTTP's own codes, in clear text, and not kept."""
    platform = a_platform()

    answer = (
        create_app(platform)
        .test_client()
        .open("/vp", method=method, data=b"<a/>", headers=headers, environ_overrides=environ)
    )

    assert answer.status_code == status
    assert (b"Envelope" in answer.data) == (status == 500)
    assert platform.journal.last_number() == (status == 500)


@pytest.mark.parametrize("header", [{}, {"x-provbank-workspace": "other"}])
def test_workspace_is_named_by_path_or_header(
    reach: Reach,
    a_platform: Callable[..., Platform],
    a_catalogue: Callable[..., AddressingCatalogue],
    a_peer: Callable[..., Any],
    message: bytes,
    header: dict[str, str],
) -> None:
    """The header is the simulator's own, and goes no further; the path wins."""
    producer = a_peer()
    platform = a_platform()
    platform.arrangements.create("other")
    arranged = Arrangement(catalogue=a_catalogue(producer.address))
    platform.arrangements.change("other", lambda _: arranged)
    transport = reach(platform)
    path = "/vp" if header else "/w/other/vp"

    assert transport.send("POST", path, headers=header, body=message).status == 200
    assert transport.send("POST", "/vp", headers={}, body=message).status == 500
    assert producer.seen[0].header("x-provbank-workspace") is None
    nowhere = transport.send("POST", "/w/default/vp", headers=header, body=message)
    assert nowhere.status == 500


# --- What is kept ---


def test_journal_keeps_the_whole_exchange(
    reach: Reach,
    a_platform: Callable[..., Platform],
    a_peer: Callable[..., Any],
    message: bytes,
    contract: ServiceContract,
    buyer: Region,
    seller: Region,
) -> None:
    """What came, what was decided, what went back: evidence for the report."""
    producer = a_peer()
    platform = a_platform(producer.address)

    answer = post(reach(platform), message, x_skltp_correlation_id="my own id", X_Mine="mine")

    (entry,) = platform.journal.stream()
    taken, sent_on = entry.legs
    assert (taken.request, taken.response) == (message, answer.body)
    assert (sent_on.request, sent_on.response) == (message, answer.body)
    assert (entry.decision, entry.status, sent_on.status) == ("forwarded", 200, 200)
    assert (entry.receiver, entry.contract) == (buyer.logical_address, contract.namespace)
    assert (entry.sender, entry.sender_known_by) == (seller.hsa_id, "default sender")
    assert entry.address == producer.address
    assert entry.started == platform.clock()
    assert taken.request_headers["x-mine"] == "mine"
    assert entry.seconds >= sent_on.seconds > 0


def test_entry_is_kept_before_the_answer_goes(
    reach: Reach, a_platform: Callable[..., Platform], a_peer: Callable[..., Any], message: bytes
) -> None:
    """Whoever has the answer finds the exchange in the journal."""
    platform = a_platform(a_peer().address)
    transport = reach(platform)

    for number in range(1, 4):
        answer = post(transport, message)
        name = answer.headers["x-skltp-correlation-id"]
        found = platform.journal.find(Query(correlation_id=name)).exchanges
        assert [entry.number for entry in found] == [number]


def test_application_tells_that_it_is_up(reach: Reach, a_platform: Callable[..., Platform]) -> None:
    """The health page answers, whatever the catalogue holds."""
    answer = reach(a_platform()).send("GET", "/health", headers={})

    assert (answer.status, answer.body) == (200, b"ok\n")
