"""The life cycle of a call: platform facts, sections 1.2 to 1.14, with a producer in memory."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lxml import etree

from contracts.envelope import SOAP_ENVELOPE
from contracts.terms import HsaId, LogicalAddress
from simulator.addressing import AddressingCatalogue, Authorisation, Route
from simulator.app import create_platform
from simulator.arrangement import Arrangement
from simulator.clock import ClockSetting
from simulator.exchange import Exchange, InboundCall, Reply
from simulator.outbound import Answered, Failed, OutboundCall, Problem
from simulator.platform import Platform
from simulator.settings import Settings

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CONTRACT = "urn:riv:a:b:PingResponder:1"
RECEIVER = "SE2321000016-1234"
SENDER = "SE5565594230-B9P"
ADDRESS = "http://producer.example/ping"
SOAP_FAULT = f'<e:Envelope xmlns:e="{SOAP_ENVELOPE}"><e:Body/></e:Envelope>'.encode()
WSA = "http://www.w3.org/2005/08/addressing"
REGISTRY = "urn:riv:itintegration:registry:1"

HEADER_21 = f'<urn:LogicalAddress xmlns:urn="{REGISTRY}">{{}}</urn:LogicalAddress>'
HEADER_20 = f'<add:To xmlns:add="{WSA}">{{}}</add:To>'


def a_message(
    receiver: str = RECEIVER, *, header: str = HEADER_21, contract: str = CONTRACT
) -> bytes:
    """Write a call that the platform of these tests forwards."""
    return (
        f'<s:Envelope xmlns:s="{SOAP_ENVELOPE}"><s:Header>{header.format(receiver)}</s:Header>'
        f'<s:Body><Ping xmlns="{contract}">Åsö</Ping></s:Body></s:Envelope>'
    ).encode()


def a_route(**values: Any) -> Route:
    """Give a route that serves the call of these tests."""
    defaults: dict[str, Any] = {
        "logical_address": LogicalAddress(RECEIVER),
        "contract": CONTRACT,
        "address": ADDRESS,
    }
    return Route(**{**defaults, **values})


LEAVE = Authorisation(
    consumer=HsaId(SENDER), contract=CONTRACT, logical_address=LogicalAddress(RECEIVER)
)


@dataclass
class Producer:
    """A producer in memory, which answers the same to every call and remembers what came."""

    answer: Answered | Failed = field(
        default_factory=lambda: Answered(status=200, reason="OK", body=b"<pong/>")
    )
    calls: list[OutboundCall] = field(default_factory=list)

    def call(self, call: OutboundCall) -> Answered | Failed:
        """Answer."""
        self.calls.append(call)
        return self.answer


@dataclass
class Kept:
    """A journal in memory."""

    exchanges: list[Exchange] = field(default_factory=list)

    def keep(self, exchange: Exchange) -> int:
        """Keep an exchange."""
        self.exchanges.append(exchange)
        return len(self.exchanges)


@dataclass
class Bench:
    """A platform with one producer behind it."""

    platform: Platform
    producer: Producer
    journal: Kept

    def send(self, body: bytes | None = None, **values: Any) -> Reply:
        """Send a call that goes through, but for what the test changes; a named sender by TLS."""
        headers = {
            name.replace("_", "-"): value for name, value in values.pop("headers", {}).items()
        }
        defaults: dict[str, Any] = {
            "body": a_message() if body is None else body,
            "headers": headers,
            "tls": True,
            "certificate": f"SERIALNUMBER={SENDER}",
            "url": "https://platform.example/vp",
        }
        return self.platform.mediate(InboundCall(**{**defaults, **values}))

    @property
    def sent(self) -> OutboundCall:
        """Give the one call that the producer got."""
        (call,) = self.producer.calls
        return call


@pytest.fixture
def a_bench(request: pytest.FixtureRequest) -> Callable[..., Bench]:
    """Give a maker of platforms; settings by name, and what is in the catalogue."""

    def build(
        *,
        routes: tuple[Route, ...] = (a_route(),),
        authorisations: tuple[Authorisation, ...] = (LEAVE,),
        answer: Answered | Failed | None = None,
        **settings: Any,
    ) -> Bench:
        catalogue = AddressingCatalogue(routes=routes, authorisations=authorisations)
        chosen = Settings(**{"instance_id": "THIS-VP", "retry_delay": 0, **settings})
        platform = create_platform(chosen, catalogue, clock=lambda: NOW)
        platform.journal.close()
        request.addfinalizer(platform.arrangements.close)
        producer, journal = Producer(answer) if answer else Producer(), Kept()
        platform.transport, platform.journal = producer, journal  # type: ignore[assignment]
        return Bench(platform, producer, journal)

    return build


def code_of(reply: Reply) -> str:
    """Give the VP code of a refusal, empty for an answer."""
    if reply.status != 500:
        return ""
    text = etree.fromstring(reply.body).findtext(".//faultstring") or ""
    return text.partition(" ")[0]


def detail_of(reply: Reply) -> str:
    """Give the variable part of a fault."""
    return etree.fromstring(reply.body).findtext(".//detail/detailString") or ""


# --- The order of processing: section 1.2 ---

LOOP = {"x-rivta-routing-history": "THIS-VP"}
NOT_HIS = {"x-rivta-original-serviceconsumer-hsaid": "SE-OTHER"}
STEPS: list[tuple[str, dict[str, Any]]] = [
    ("VP002", {"certificate": "CN=nobody"}),
    ("VP014", {"headers": LOOP}),
    ("VP015", {"body": b"<not"}),
    ("VP013", {"headers": NOT_HIS}),
    ("VP003", {"body": a_message(" ")}),
    ("VP004", {"body": a_message("SE2321000016-9999")}),
]
"""What stops a call, in the order of the steps that notice."""


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(first, second, id=f"{first[0]} before {second[0]}")
        for place, first in enumerate(STEPS)
        for second in STEPS[place + 1 :]
        if first[1].keys() != second[1].keys() or first[1].keys() == {"headers"}
    ],
)
def test_earlier_step_hides_a_later_one(
    a_bench: Callable[..., Bench],
    first: tuple[str, dict[str, Any]],
    second: tuple[str, dict[str, Any]],
) -> None:
    """A call with two faults is refused for the one that is looked for first."""
    bench = a_bench(original_consumer_senders=("SE-ANOTHER",), refuse_original_consumer=True)
    headers = {**second[1].get("headers", {}), **first[1].get("headers", {})}

    assert code_of(bench.send(**first[1])) == first[0]
    assert code_of(bench.send(**second[1])) == second[0]
    assert code_of(bench.send(**{**second[1], **first[1], "headers": headers})) == first[0]
    assert bench.producer.calls == []


def test_route_authorisation_and_profile_come_in_that_order(
    a_bench: Callable[..., Bench],
) -> None:
    """VP004 hides VP007, which hides VP005, which hides VP009."""
    other = a_route(profile="RIVTABP22")
    down = Failed(problem=Problem.UNREACHABLE)

    assert code_of(a_bench(routes=(), authorisations=()).send()) == "VP004"
    assert code_of(a_bench(routes=(other,), authorisations=()).send()) == "VP007"
    assert code_of(a_bench(routes=(other,), answer=down).send()) == "VP005"
    assert code_of(a_bench(answer=down).send()) == "VP009"


@pytest.mark.parametrize(
    ("bench", "call", "code", "detail"),
    [
        pytest.param(
            {},
            {"tls": False, "remote": "192.0.2.7"},
            "VP011",
            "Caller was not on the white list of accepted IP-addresses.  IP-address: 192.0.2.7. "
            "HTTP header that caused checking: CamelNettyRemoteAddress",
            id="VP011",
        ),
        pytest.param(
            {"strict": True},
            {"tls": False, "remote": "127.0.0.1"},
            "VP002",
            "No certificate found in httpheader x-vp-auth-cert",
            id="VP002",
        ),
        pytest.param({}, {"headers": LOOP}, "VP014", "", id="VP014"),
        pytest.param(
            {"original_consumer_senders": ("SE-ANOTHER",), "refuse_original_consumer": True},
            {"headers": NOT_HIS},
            "VP013",
            "Sender is not approved to set header x-rivta-original-serviceconsumer-hsaid.",
            id="VP013",
        ),
        pytest.param(
            {"routes": (a_route(profile="RIVTABP20"),)},
            {"body": a_message().replace(b"</s:Envelope>", b"</Envelope>")},
            "VP012",
            "Unexpected close tag </Envelope>; expected </s:Envelope>.\n"
            f" at [row,col {{unknown-source}}]: [1,{len(a_message().decode()) - 3}]",
            id="VP012",
        ),
        pytest.param(
            {},
            {
                "headers": {"content-type": "multipart/related; type=application/xop+xml"},
                "body": b"x",
            },
            "VP015",
            "Inkommande begäran är ej korrekt utformat och kan därför inte behandlas.",
            id="VP015",
        ),
    ],
)
def test_refusal_reaches_the_caller_as_a_fault(
    a_bench: Callable[..., Bench],
    bench: dict[str, Any],
    call: dict[str, Any],
    code: str,
    detail: str,
) -> None:
    """Status 500, text/xml, the correlation id, and no response time; the journal has the code."""
    there = a_bench(**bench)

    reply = there.send(**call)

    assert (code_of(reply), detail_of(reply)) == (code, detail)
    assert reply.headers.keys() == {"Content-Type", "x-skltp-correlation-id"}
    assert reply.headers["Content-Type"] == "text/xml; charset=UTF-8"
    assert there.producer.calls == []
    assert [kept.decision for kept in there.journal.exchanges] == [code]


def test_platform_without_catalogue_refuses_with_vp008(a_bench: Callable[..., Bench]) -> None:
    """Even a call without receiver; but what cannot be read is told first."""
    bench = a_bench()
    bench.platform.arrangements.change("default", lambda _: Arrangement(catalogue=None))

    assert code_of(bench.send()) == "VP008"
    assert code_of(bench.send(a_message(""))) == "VP008"
    assert code_of(bench.send(b"<not")) == "VP015"


def test_unforeseen_accident_becomes_a_fault_without_code(a_bench: Callable[..., Bench]) -> None:
    """Section 2.2: the exception's text, its class in the detail; kept as VP009."""
    bench = a_bench()

    def breaks(_call: OutboundCall) -> Answered:
        raise RuntimeError("disk on fire & burning")

    bench.producer.call = breaks  # type: ignore[method-assign, assignment]

    reply = bench.send()

    root = etree.fromstring(reply.body)
    assert reply.status == 500
    assert root.findtext(".//faultstring") == "disk on fire & burning"
    assert root.findtext(".//faultcode") == "SOAP-ENV:Server"
    assert detail_of(reply) == "RuntimeError: disk on fire & burning"
    (kept,) = bench.journal.exchanges
    assert (kept.decision, kept.detail) == ("VP009", "RuntimeError: disk on fire & burning")


# --- The original consumer: section 1.7 ---

ORIGINAL = "x-rivta-original-serviceconsumer-hsaid"


@pytest.mark.parametrize(
    ("settings", "headers", "allowed"),
    [
        pytest.param({}, NOT_HIS, True, id="an empty list is for everyone"),
        pytest.param(
            {"original_consumer_senders": (SENDER,), "refuse_original_consumer": True},
            NOT_HIS,
            True,
            id="on the list",
        ),
        pytest.param(
            {"original_consumer_senders": ("SE-A",), "refuse_original_consumer": True},
            NOT_HIS,
            False,
            id="not on the list",
        ),
        pytest.param(
            {"original_consumer_senders": ("SE-A",), "refuse_original_consumer": True},
            {ORIGINAL: ""},
            False,
            id="present but empty",
        ),
        pytest.param(
            {"original_consumer_senders": ("SE-A",), "refuse_original_consumer": True},
            {},
            True,
            id="absent",
        ),
        pytest.param(
            {"original_consumer_senders": ("SE-A",), "refuse_original_consumer": True},
            {**NOT_HIS, "x-vp-instance-id": "THIS-VP"},
            True,
            id="internal by instance id alone",
        ),
        pytest.param({"original_consumer_senders": ("SE-A",)}, NOT_HIS, True, id="only a warning"),
    ],
)
def test_other_original_consumer_may_be_named_by_those_who_are_set_up_so(
    a_bench: Callable[..., Bench],
    settings: dict[str, Any],
    headers: dict[str, str],
    allowed: bool,
) -> None:
    """VP013 where the settings say so; the header is kept where they only warn."""
    bench = a_bench(**settings)

    reply = bench.send(headers=headers)

    assert code_of(reply) == ("" if allowed else "VP013")
    if allowed:
        assert bench.sent.headers[ORIGINAL] == headers.get(ORIGINAL, SENDER)


def test_sender_that_may_not_is_warned_of_in_the_log(
    a_bench: Callable[..., Bench], caplog: pytest.LogCaptureFixture
) -> None:
    """By header, and without anybody's identity."""
    a_bench(original_consumer_senders=("SE-A",)).send(headers=NOT_HIS)

    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert ORIGINAL in record.getMessage()
    assert SENDER not in record.getMessage()
    assert "SE-OTHER" not in record.getMessage()


def test_empty_original_consumer_becomes_the_sender(a_bench: Callable[..., Bench]) -> None:
    """On the way out, and in the journal."""
    bench = a_bench()

    bench.send(headers={ORIGINAL: ""})

    assert bench.sent.headers[ORIGINAL] == SENDER
    assert [kept.original_consumer for kept in bench.journal.exchanges] == [SENDER]


# --- Routing history over TLS and over HTTP: section 1.5, and the head of section 8 ---


@pytest.mark.parametrize(
    "call",
    [
        pytest.param({}, id="TLS"),
        pytest.param({"tls": False, "remote": "127.0.0.1"}, id="default sender"),
    ],
)
def test_history_is_kept_on_every_entrance(
    a_bench: Callable[..., Bench], call: dict[str, Any]
) -> None:
    """One listener is the pair of proxy and platform."""
    bench = a_bench(default_sender=SENDER)

    bench.send(**call)

    assert bench.sent.headers["x-rivta-routing-history"] == f"{SENDER}#THIS-VP"


# --- Profiles: section 1.10 ---


@pytest.mark.parametrize(
    ("header", "profile", "expected"),
    [
        pytest.param(HEADER_21, "RIVTABP21", HEADER_21, id="2.1 to 2.1"),
        pytest.param(HEADER_20, "RIVTABP20", HEADER_20, id="2.0 to 2.0"),
        pytest.param(
            HEADER_20,
            "RIVTABP21",
            f'<add:LogicalAddress xmlns:add="{REGISTRY}">{{}}</add:LogicalAddress>',
            id="2.0 to 2.1",
        ),
        pytest.param(
            HEADER_21, "RIVTABP20", f'<urn:To xmlns:urn="{WSA}">{{}}</urn:To>', id="2.1 to 2.0"
        ),
    ],
)
def test_producer_gets_the_message_in_its_own_profile(
    a_bench: Callable[..., Bench], header: str, profile: str, expected: str
) -> None:
    """Unchanged where it is so already, byte for byte; the answer is never converted."""
    bench = a_bench(
        routes=(a_route(profile=profile),), answer=Answered(status=200, body=a_message())
    )

    reply = bench.send(a_message(header=header))

    body = bench.sent.body.removeprefix(b'<?xml version="1.0" encoding="UTF-8"?>')
    assert body == a_message(header=expected)
    assert (bench.sent.body == a_message(header=header)) == (header == expected)
    assert reply.body == a_message()


# --- Character sets: section 1.14 ---


def in_utf_16(message: bytes) -> bytes:
    """Write a message in UTF-16, declared so."""
    text = '<?xml version="1.0" encoding="UTF-16"?>' + message.decode()
    return codecs.BOM_UTF16_LE + text.encode("utf-16-le")


@pytest.mark.parametrize("profile", ["RIVTABP21", "RIVTABP20"])
def test_message_in_utf_16_reaches_the_producer_in_utf_8(
    a_bench: Callable[..., Bench], profile: str
) -> None:
    """And the answer goes back in UTF-16, said so in its content type."""
    bench = a_bench(routes=(a_route(profile=profile),))

    reply = bench.send(in_utf_16(a_message()))

    assert bench.sent.body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    assert "Åsö".encode() in bench.sent.body
    assert bench.sent.headers["Content-Type"] == "text/xml;charset=UTF-8"
    assert reply.body.decode("utf-16") == "<pong/>"
    assert reply.headers["Content-Type"] == "text/xml; charset=UTF-16"


@pytest.mark.parametrize(
    ("answer", "holds"),
    [
        pytest.param(Answered(status=500, body=SOAP_FAULT), SOAP_ENVELOPE, id="producer's fault"),
        pytest.param(Failed(problem=Problem.SILENT), "VP009", id="VP009"),
        pytest.param(Answered(status=200), "VP009", id="empty answer"),
    ],
)
def test_fault_after_the_conversion_is_in_the_request_s_charset(
    a_bench: Callable[..., Bench], answer: Answered | Failed, holds: str
) -> None:
    """The producer's own, and VP009."""
    reply = a_bench(answer=answer).send(in_utf_16(a_message()))

    assert reply.status == 500
    assert reply.headers["Content-Type"] == "text/xml; charset=UTF-16"
    assert holds in reply.body.decode("utf-16")


@pytest.mark.parametrize(
    ("bench", "message", "code"),
    [
        pytest.param({}, a_message("SE-NOBODY"), "VP004", id="VP004"),
        pytest.param({"authorisations": ()}, a_message(), "VP007", id="VP007"),
        pytest.param(
            {"routes": (a_route(profile="RIVTABP20"),)}, a_message() + b"x", "VP012", id="VP012"
        ),
    ],
)
def test_fault_before_the_conversion_is_in_utf_8(
    a_bench: Callable[..., Bench], bench: dict[str, Any], message: bytes, code: str
) -> None:
    """Whatever the request is written in."""
    reply = a_bench(**bench).send(in_utf_16(message))

    assert code_of(reply) == code
    assert reply.headers["Content-Type"] == "text/xml; charset=UTF-8"


# --- What the producer is called with ---


def test_mtom_reaches_the_producer_as_its_envelope(a_bench: Callable[..., Bench]) -> None:
    """Section 1.6: as ordinary XML, without attachments."""
    bench = a_bench()
    body = b"--b\r\n\r\n" + a_message() + b"\r\n--b\r\n\r\nbinary\r\n--b--"

    bench.send(body, headers={"content-type": 'multipart/related; type="application/xop+xml"'})

    assert bench.sent.body == a_message()
    assert bench.sent.headers["Content-Type"] == "text/xml;charset=UTF-8"


def test_producer_is_waited_for_as_its_contract_says(a_bench: Callable[..., Bench]) -> None:
    """Section 1.11: timeouts by contract."""
    bench = a_bench(timeouts={CONTRACT: 1.5})

    bench.send()

    assert bench.sent.timeout == 1.5


def test_workspace_s_clock_tells_which_routes_are_valid(a_bench: Callable[..., Bench]) -> None:
    """A moved clock meets another catalogue."""
    year = timedelta(days=365)
    bench = a_bench(routes=(a_route(valid_to=(NOW + year).date()),))
    bench.platform.arrangements.create("later")
    bench.platform.arrangements.change(
        "later", lambda first: replace(first, clock=ClockSetting(offset=2 * year))
    )

    assert code_of(bench.send()) == ""
    assert code_of(bench.send(workspace="later")) == "VP004"
    assert [kept.workspace for kept in bench.journal.exchanges[1:]] == ["later"]


# --- What is kept ---


def test_journal_keeps_both_legs_and_every_attempt(a_bench: Callable[..., Bench]) -> None:
    """What came, what went on, what came back, and why."""
    bench = a_bench(answer=Failed(problem=Problem.RESET))

    reply = bench.send(headers={"x-mine": "yes", "x-forwarded-for": "10.0.0.1"})

    (kept,) = bench.journal.exchanges
    taken, *out = kept.legs
    assert (taken.kind, taken.request, taken.response) == ("in", a_message(), reply.body)
    assert (taken.status, taken.request_headers["x-mine"]) == (500, "yes")
    assert [(leg.kind, leg.attempt, leg.status, leg.problem) for leg in out] == [
        ("out", 1, None, "java.net.SocketException: Connection reset"),
        ("out", 2, None, "java.net.SocketException: Connection reset"),
    ]
    assert (kept.sender, kept.sender_known_by) == (SENDER, "client certificate")
    assert (kept.receiver, kept.contract, kept.profile) == (RECEIVER, CONTRACT, "rivtabp21")
    assert (kept.address, kept.sender_address) == (ADDRESS, "10.0.0.1")
    assert (kept.route_trace, kept.authorisation_trace) == (RECEIVER, RECEIVER)
    assert kept.detail.startswith("Error connecting to service producer at address")
