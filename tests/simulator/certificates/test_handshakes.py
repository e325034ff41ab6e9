"""Mutual TLS on a real connection: who gets in, who is turned away, and what is told of it."""

from __future__ import annotations

import http.client
import socket
import ssl
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from contracts.errors import UsageError
from simulator.certificates.folder import CertificateFolder, Filed
from simulator.certificates.kinds import Kind
from simulator.connections import CERTIFICATE, CONNECTION, DELIVERY, RawAnswer
from simulator.server import Server
from simulator.tls import ListenerTls, caller_context, listener_context

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

PATIENCE = 20.0
LETS_IN = {Kind.GOOD, Kind.WRONG_NAME, Kind.NO_HSA_ID}
"""A client's host name is nobody's business, and its HSA-id is the application's."""
TAKEN_FOR_GOOD = {Kind.GOOD, Kind.NO_HSA_ID}
"""A caller that checks all there is to check takes only these listeners for good."""
VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]


def who(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer with the subject of the caller's certificate."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(environ[CERTIFICATE]).encode()]


def listener(certificates: CertificateFolder, filed: Filed, **options: bool) -> ListenerTls:
    """Give the settings of a listener that presents a certificate of the folder."""
    return ListenerTls(
        certificate=filed.certificate,
        key=filed.key,
        authority=certificates.authority_file,
        revoked=certificates.revocation_file,
        **options,
    )


def ask(server: Server, context: ssl.SSLContext) -> str:
    """Send one request, and give the answer's text."""
    connection = http.client.HTTPSConnection(
        "127.0.0.1", server.port, context=context, timeout=PATIENCE
    )
    with closing(connection):
        connection.request("GET", "/")
        return connection.getresponse().read().decode()


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.name)
@pytest.mark.parametrize("kind", Kind)
def test_caller_is_let_in_by_its_certificate(
    certificates: CertificateFolder, by_kind: dict[Kind, Filed], kind: Kind, version: ssl.TLSVersion
) -> None:
    """A good certificate gets an answer; of a bad one no byte of HTTP is read."""
    context = caller_context(
        certificate=by_kind[kind].certificate,
        key=by_kind[kind].key,
        authority=certificates.authority_file,
        weak=True,  # lets the caller load what the listener is to refuse
    )
    context.maximum_version = version

    with Server(who, tls=listener(certificates, by_kind[Kind.GOOD])) as server:
        if kind in LETS_IN:
            assert "CN=" in ask(server, context)
            assert server.handshakes.all()[0].requests == 1
            return
        with pytest.raises(OSError, match=r"(?i)alert|reset|EOF|aborted|broken"):
            ask(server, context)
        refused = server.handshakes.wait_for(lambda one: bool(one.problem), seconds=PATIENCE)

    assert refused is not None
    assert refused.requests == 0


def test_subject_tells_the_hsa_id(
    certificates: CertificateFolder, by_kind: dict[Kind, Filed]
) -> None:
    """The application gets the subject with its serialNumber, as the platform reads it."""
    filed = by_kind[Kind.GOOD]
    context = caller_context(
        certificate=filed.certificate, key=filed.key, authority=certificates.authority_file
    )

    with Server(who, tls=listener(certificates, filed)) as server:
        assert "2.5.4.5=SE2321000016-TEST" in ask(server, context)


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.name)
def test_caller_without_certificate_is_refused(
    certificates: CertificateFolder, by_kind: dict[Kind, Filed], version: ssl.TLSVersion
) -> None:
    """Mutual authentication is not optional (BP-6)."""
    context = caller_context(authority=certificates.authority_file)
    context.maximum_version = version

    with (
        Server(who, tls=listener(certificates, by_kind[Kind.GOOD])) as server,
        pytest.raises(OSError, match=r"(?i)alert|reset|EOF|aborted|broken"),
    ):
        ask(server, context)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_old_tls_is_refused(certificates: CertificateFolder, by_kind: dict[Kind, Filed]) -> None:
    """TLS 1.1 finds no common version, even where the caller would settle for it."""
    filed = by_kind[Kind.GOOD]
    context = caller_context(
        certificate=filed.certificate,
        key=filed.key,
        authority=certificates.authority_file,
        weak=True,
    )
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1

    with (
        Server(who, tls=listener(certificates, filed)) as server,
        pytest.raises(OSError, match=r"(?i)version|alert|protocol|reset"),
    ):
        ask(server, context)


def test_plain_http_gets_no_service(
    certificates: CertificateFolder, by_kind: dict[Kind, Filed]
) -> None:
    """On the TLS port there is no answer in clear text, and the log tells what came."""
    with Server(who, tls=listener(certificates, by_kind[Kind.GOOD])) as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert b"200" not in plain.recv(1000)
        told = server.handshakes.wait_for(lambda one: bool(one.problem), seconds=PATIENCE)

    assert told is not None
    assert "HTTP" in told.problem


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.name)
@pytest.mark.parametrize("kind", Kind)
def test_listener_can_present_every_kind(
    certificates: CertificateFolder, by_kind: dict[Kind, Filed], kind: Kind, version: ssl.TLSVersion
) -> None:
    """A caller that checks refuses the bad ones, and the listener sees that it did."""
    presented, own = by_kind[kind], by_kind[Kind.GOOD]
    context = caller_context(
        certificate=own.certificate,
        key=own.key,
        authority=certificates.authority_file,
        revoked=certificates.revocation_file,
        check_host=True,
    )
    context.maximum_version = version

    settings = listener(certificates, presented, weak=kind is Kind.WEAK_KEY)
    with Server(who, tls=settings) as server:
        if kind in TAKEN_FOR_GOOD:
            assert "CN=" in ask(server, context)
            return
        with pytest.raises(ssl.SSLCertVerificationError):
            ask(server, context)
        seen = server.handshakes.wait_for(lambda one: bool(one.problem), seconds=PATIENCE)

    assert seen is not None
    assert seen.requests == 0


def test_slow_caller_holds_up_nobody(
    certificates: CertificateFolder, by_kind: dict[Kind, Filed]
) -> None:
    """A connection on which nothing is said leaves the listener free for others."""
    filed = by_kind[Kind.GOOD]
    context = caller_context(
        certificate=filed.certificate, key=filed.key, authority=certificates.authority_file
    )

    with (
        Server(who, tls=listener(certificates, filed)) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE),
    ):
        assert "CN=" in ask(server, context)


def test_revocation_takes_effect_when_read_again(fresh: CertificateFolder) -> None:
    """What is revoked while the listener runs is refused from the reload on."""
    filed = fresh.file("SE2321000016-TEST")
    context = caller_context(
        certificate=filed.certificate, key=filed.key, authority=fresh.authority_file
    )
    own = fresh.file("SE2321000016-PLATFORM", name="platform")

    with Server(who, tls=listener(fresh, own)) as server:
        assert "CN=" in ask(server, context)
        fresh.revoke(fresh.read(filed.certificate))
        server.reload()
        with pytest.raises(OSError, match=r"(?i)alert|reset|EOF|aborted|broken"):
            ask(server, context)


@pytest.mark.parametrize("missing", ["certificate", "key", "authority", "revoked"])
def test_missing_file_is_told(
    certificates: CertificateFolder, by_kind: dict[Kind, Filed], tmp_path: Path, missing: str
) -> None:
    """The person is told which file is not there."""
    filed = by_kind[Kind.GOOD]
    files = {
        "certificate": filed.certificate,
        "key": filed.key,
        "authority": certificates.authority_file,
        "revoked": certificates.revocation_file,
    } | {missing: tmp_path / "nowhere.pem"}

    with pytest.raises(UsageError, match=r"nowhere\.pem"):
        listener_context(ListenerTls(**files))


def test_file_that_is_no_certificate_is_told(by_kind: dict[Kind, Filed]) -> None:
    """A key in the place of the authority is found out."""
    filed = by_kind[Kind.GOOD]
    mixed = ListenerTls(certificate=filed.certificate, key=filed.key, authority=filed.key)

    with pytest.raises(UsageError, match="authority cannot be used"):
        listener_context(mixed)
    with pytest.raises(UsageError, match="certificate and key cannot be used"):
        caller_context(certificate=filed.key, key=filed.key)


def cut(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Send the head and half of the body, then reset the connection."""

    def deliver(answer: RawAnswer) -> None:
        answer.send(answer.head + answer.body[:3])
        answer.connection.reset()

    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "6")])
    environ[DELIVERY] = deliver
    assert environ[CONNECTION] is not None
    return [b"abc", b"def"]


def test_answer_can_be_cut_below_http() -> None:
    """The application takes over the sending: the caller meets a reset amid the body."""
    with (
        Server(cut) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as caller,
    ):
        caller.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            read_all(caller)


def read_all(caller: socket.socket) -> bytes:
    """Read to the orderly end of a connection."""
    received = b""
    while data := caller.recv(1000):
        received += data
    return received


def test_answer_can_be_cut_below_tls(
    certificates: CertificateFolder, by_kind: dict[Kind, Filed]
) -> None:
    """A reset ends a TLS connection too, without the closing word that TLS asks for."""
    filed = by_kind[Kind.GOOD]
    context = caller_context(
        certificate=filed.certificate, key=filed.key, authority=certificates.authority_file
    )

    with (
        Server(cut, tls=listener(certificates, filed)) as server,
        pytest.raises((OSError, http.client.IncompleteRead)),
    ):
        ask(server, context)
