"""Bad certificates on purpose: by a further listener for consumers, by a call for producers."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from contracts.envelope import envelope
from contracts.terms import LogicalAddress
from simulator.addressing import AddressingCatalogue, Authorisation, Route
from simulator.app import create_app, create_platform
from simulator.certificates.folder import CertificateFolder, Filed
from simulator.certificates.kinds import Kind
from simulator.disturbances import disturbance_from
from simulator.exchange import InboundCall
from simulator.listeners import BadListeners
from simulator.server import Server
from simulator.settings import Settings
from simulator.simulation import Tls
from simulator.tls import ListenerTls, caller_context

CONTRACT = "urn:riv:test:PingResponder:1"
ADDRESS = LogicalAddress("SE-X")
MESSAGE = envelope(f'<p:Ping xmlns:p="{CONTRACT}"/>'.encode(), logical_address=ADDRESS)
PATIENCE = 20.0


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    """Make a folder of certificates."""
    return Tls(port=0, certificates=CertificateFolder(tmp_path_factory.mktemp("certificates")))


@pytest.fixture(scope="module")
def mine(tls: Tls) -> Filed:
    """Mint a caller's certificate."""
    return tls.certificates.file("SE2321000016-MIN")


@pytest.fixture
def platform_url(tls: Tls) -> Iterator[str]:
    """Run a platform that can open further listeners."""
    platform = create_platform(Settings(), AddressingCatalogue())
    app = create_app(platform)
    with ExitStack() as opened:
        opened.callback(platform.close)
        platform.listeners = opened.enter_context(BadListeners(app, tls.listener, host="127.0.0.1"))
        yield opened.enter_context(Server(app)).url


def ask(url: str, method: str, path: str, document: Any = None) -> Any:
    answer = requests.request(method, f"{url}/control/v1{path}", json=document, timeout=PATIENCE)
    assert answer.ok, answer.text
    return answer.json() if answer.content else None


def call(port: int, context: ssl.SSLContext) -> int:
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=PATIENCE)
    with closing(connection):
        connection.request("POST", "/vp", body=MESSAGE)
        return connection.getresponse().status


@pytest.mark.parametrize("kind", [Kind.EXPIRED, Kind.WRONG_NAME, Kind.SELF_SIGNED, Kind.WEAK_KEY])
def test_careful_consumer_is_seen_to_break_off(
    platform_url: str, tls: Tls, mine: Filed, kind: Kind
) -> None:
    """The listener tells what the consumer said, and that no request came."""
    opened = ask(platform_url, "POST", "/tls-listeners", {"kind": str(kind)})
    context = caller_context(
        certificate=mine.certificate,
        key=mine.key,
        authority=tls.certificates.authority_file,
        check_host=True,
    )

    with pytest.raises(ssl.SSLCertVerificationError):
        call(opened["port"], context)

    (seen,) = until_told(platform_url)
    assert seen["requests"] == 0
    assert seen["problem"]


def until_told(url: str) -> list[dict[str, Any]]:
    """Give the handshakes of the one listener, when the last has ended."""
    while True:
        (listener,) = ask(url, "GET", "/tls-listeners")
        shakes: list[dict[str, Any]] = listener["handshakes"]
        if shakes and (shakes[-1]["problem"] or shakes[-1]["requests"]):
            return shakes


def test_careless_consumer_is_seen_to_call(platform_url: str, mine: Filed) -> None:
    """One that checks nothing is answered, and found out."""
    opened = ask(platform_url, "POST", "/tls-listeners", {"kind": "expired"})
    context = caller_context(certificate=mine.certificate, key=mine.key, verify=False)

    assert call(opened["port"], context) == 500

    (seen,) = until_told(platform_url)
    assert (seen["requests"], seen["problem"]) == (1, "")


def test_listener_ends_when_told(platform_url: str) -> None:
    """And nothing listens on its port."""
    port = ask(platform_url, "POST", "/tls-listeners", {"kind": "expired"})["port"]
    ask(platform_url, "DELETE", f"/tls-listeners/{port}")

    assert ask(platform_url, "GET", "/tls-listeners") == []
    with pytest.raises(OSError, match=r"(?i)refused|reset|failed"):
        call(port, caller_context(verify=False))
    gone = requests.delete(f"{platform_url}/control/v1/tls-listeners/{port}", timeout=PATIENCE)
    assert gone.status_code == 400


def test_platform_without_certificates_says_how_to_get_them() -> None:
    """Rather than that there is nothing of the kind."""
    platform = create_platform(Settings(), AddressingCatalogue())
    answer = create_app(platform).test_client().get("/control/v1/tls-listeners")
    platform.close()

    assert answer.status_code == 400
    assert "--tls-port" in json.loads(answer.data)["mend"]


@pytest.fixture
def producer(tls: Tls, tmp_path: Path) -> Iterator[Server]:
    """Run a producer that demands a certificate of the same authority."""
    filed = tls.certificates.file("SE-PRODUCER", name="producer")
    presented = ListenerTls(
        certificate=filed.certificate,
        key=filed.key,
        authority=tls.certificates.authority_file,
        revoked=tls.certificates.revocation_file,
    )

    def answer(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/xml")])
        return [MESSAGE]

    assert tmp_path.exists()
    with Server(answer, tls=presented) as server:
        yield server


def status_of_call(settings: Settings, producer: Server, *present: str) -> tuple[int, str]:
    """Call the producer through a platform, disturbed or not; give status and answer."""
    sender = settings.default_sender
    assert sender is not None
    catalogue = AddressingCatalogue(
        routes=[Route(logical_address=ADDRESS, contract=CONTRACT, address=f"{producer.url}/")],
        authorisations=[Authorisation(consumer=sender, contract=CONTRACT, logical_address=ADDRESS)],
    )
    platform = create_platform(settings, catalogue)
    arranged = tuple(disturbance_from({"kind": "certificate", "present": one}) for one in present)
    now = platform.arrangements.of("default")
    platform.arrangements.put("default", replace(now, disturbances=arranged))
    reply = platform.mediate(InboundCall(body=MESSAGE, remote="127.0.0.1"))
    platform.close()
    return reply.status, reply.body.decode()


def test_producer_is_called_with_the_platforms_certificate(tls: Tls, producer: Server) -> None:
    """On https, without a word of it in the route; and it is taken for good."""
    assert status_of_call(tls.presented_to_producers(Settings()), producer)[0] == 200
    (shake,) = producer.handshakes.all()
    assert "2.5.4.5=SE5565594230-PROVBANK" in str(shake.subject)


@pytest.mark.parametrize(
    "present",
    ["expired", "not-yet-valid", "revoked", "wrong-chain", "self-signed", "weak-key", "none"],
)
def test_producer_meets_a_bad_certificate(tls: Tls, producer: Server, present: str) -> None:
    """A careful one breaks off, which the consumer sees as VP009."""
    settings = tls.presented_to_producers(Settings())
    if present == "revoked":  # on the list before the producer reads it
        tls.certificates.filed("x", name="platform", kind=Kind.REVOKED)
        producer.reload()

    status, answer = status_of_call(settings, producer, present)

    assert (status, "VP009" in answer) == (500, True)
    assert all(shake.requests == 0 for shake in producer.handshakes.all())


def test_careless_producer_lets_a_wrong_name_in(tls: Tls, producer: Server) -> None:
    """The handshake is good; whom it lets in is for the producer to judge."""
    assert status_of_call(tls.presented_to_producers(Settings()), producer, "wrong-name")[0] == 200


def test_platform_without_certificates_cannot_present_bad_ones(producer: Server) -> None:
    """The journal and the fault say what is lacking."""
    status, answer = status_of_call(Settings(), producer, "expired")

    assert status == 500
    assert "--tls-port" in answer
