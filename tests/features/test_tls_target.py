"""A system on https: the platform presents its certificate, and trusts whom the target names."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from contracts.errors import UsageError
from features.answers import never_reached
from features.bench import Bench, bench_for
from features.reach import why_unreachable
from features.suites import suite_for
from features.target import RoleTarget, Target
from features.target_file import example, read_target
from simulator.client import Answer
from simulator.regions.buyer import Buyer
from simulator.regions.ledger import Ledger

SUITE = suite_for("utomlansfakturering")


def role_of(target: Target) -> RoleTarget:
    return target.roles[SUITE.name]


def billed(bench: Bench) -> Answer:
    """Send a claim to the system under test, through the platform of a run."""
    return bench.client.call(
        SUITE.contract,
        bench.messages.valid(),
        logical_address=bench.logical_address,
        sender=bench.senders[0],
    )


@contextmanager
def region_on_https(authority: trustme.CA, *, expired: bool = False) -> Iterator[str]:
    """Run a region's system that demands a client certificate of the authority."""
    buyer = Buyer(Ledger("03"))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            reply = buyer.receive(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ends = datetime(2025, 1, 1, tzinfo=UTC) if expired else None
    authority.issue_cert("localhost", not_after=ends).configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"https://localhost:{server.server_port}/claim"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def authority() -> trustme.CA:
    """Mint a certificate authority."""
    return trustme.CA()


def a_target(folder: Path, endpoint: str, authority: trustme.CA, *, with_key: bool) -> Target:
    authority.cert_pem.write_to_path(folder / "authority.pem")
    client = authority.issue_cert("platform")
    client.private_key_pem.write_to_path(folder / "platform.key")
    client.cert_chain_pems[0].write_to_path(folder / "platform.pem")
    keys = 'certificate = "platform.pem"\nkey = "platform.key"\n' if with_key else ""
    path = folder / "region.toml"
    path.write_text(
        example(SUITE).replace("http://127.0.0.1:9090/regions/03/claim", endpoint)
        + "\n[services.utomlansfakturering.producer.tls]\n"
        + f'authority = "authority.pem"\n{keys}',
        encoding="utf-8",
    )
    return read_target(path)


def test_a_claim_reaches_a_system_on_https(tmp_path: Path, authority: trustme.CA) -> None:
    """With certificate, key and authority the whole way is open."""
    with region_on_https(authority) as endpoint:
        target = a_target(tmp_path, endpoint, authority, with_key=True)

        assert why_unreachable(role_of(target)) is None
        with bench_for(target, SUITE) as bench:
            answer = billed(bench)
            result = bench.judge.result(answer)

    assert result is not None
    assert result.code == "OK"


def test_a_system_of_another_authority_is_not_reached(
    tmp_path: Path, authority: trustme.CA
) -> None:
    """A certificate that the target's authority did not sign ends the handshake."""
    with region_on_https(trustme.CA()) as endpoint:
        target = a_target(tmp_path, endpoint, authority, with_key=True)

        assert "TLS handshake failed" in str(why_unreachable(role_of(target)))


def test_a_system_whose_certificate_has_expired_is_told_so(
    tmp_path: Path, authority: trustme.CA
) -> None:
    """Nothing runs; that nobody may send it anything is all there is to say."""
    with region_on_https(authority, expired=True) as endpoint:
        target = a_target(tmp_path, endpoint, authority, with_key=True)

        assert "the system's certificate: certificate has expired" in str(
            why_unreachable(role_of(target))
        )


def test_a_system_that_misses_a_certificate_is_told_before_anything_runs(
    tmp_path: Path, authority: trustme.CA
) -> None:
    """TLS 1.3 tells after the handshake; it is waited for, and the advice speaks of tls."""
    with region_on_https(authority) as endpoint:
        target = a_target(tmp_path, endpoint, authority, with_key=False)

        assert "under tls" in str(why_unreachable(role_of(target)))


def test_without_a_certificate_a_call_never_reaches_the_system(
    tmp_path: Path, authority: trustme.CA
) -> None:
    """The call ends as VP009, which says nothing of the system."""
    with region_on_https(authority) as endpoint:
        target = a_target(tmp_path, endpoint, authority, with_key=False)
        with bench_for(target, SUITE) as bench:
            answer = billed(bench)

    assert never_reached(answer)


@pytest.mark.parametrize("content", ["no PEM at all", None])
def test_a_key_that_cannot_be_used_is_told(
    tmp_path: Path, authority: trustme.CA, content: str | None
) -> None:
    """A file that is no PEM, or a key behind a pass phrase, which nobody is asked for."""
    target = a_target(tmp_path, "https://localhost:1/claim", authority, with_key=True)
    key = tmp_path / "platform.key"
    if content is None:
        private = serialization.load_pem_private_key(key.read_bytes(), None)
        key.write_bytes(
            private.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.BestAvailableEncryption(b"hemlig"),
            )
        )
    else:
        key.write_text(content, encoding="utf-8")

    with pytest.raises(UsageError, match=r"TLS material cannot be used.*pass phrase"):
        why_unreachable(role_of(target))
