"""Systems that present, trust or let in the wrong certificate: a handshake tells each of them."""

from __future__ import annotations

from collections.abc import Iterator
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from simulator.certificates.folder import PLATFORM_HSA_ID, CertificateFolder
from simulator.certificates.kinds import Kind
from simulator.client import HttpTransport
from simulator.outbound import TlsMaterial
from simulator.regions.certificate_defects import presenting_defects, without_certificates
from simulator.regions.defect import FLAWLESS, Defect
from simulator.server import Server
from simulator.tls import ListenerTls

HSA_ID = "SE2321000024-EXEMPEL"
CALLING = {one.name: one for one in presenting_defects("FBC-TLS", also="FBC-*")}
CALLED = {one.name: one for one in without_certificates("FBC-TLS")}
LET_IN = {"shows-another-systems-certificate", "shows-a-nameless-certificate"}
"""What a listener lets in; that it is not the system itself, the platform sees."""


def app(_environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    start_response("200 OK", [("Content-Length", "2")])
    return [b"OK"]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> CertificateFolder:
    return CertificateFolder(tmp_path_factory.mktemp("certificates"))


def listener(certificates: CertificateFolder, kind: Kind = Kind.GOOD) -> ListenerTls:
    filed = certificates.filed(PLATFORM_HSA_ID, name=PLATFORM_HSA_ID, kind=kind)
    return ListenerTls(
        certificate=filed.certificate, key=filed.key, authority=certificates.authority_file
    )


def material(certificates: CertificateFolder, kind: Kind = Kind.GOOD) -> TlsMaterial:
    filed = certificates.filed(HSA_ID, name=HSA_ID, kind=kind)
    return TlsMaterial(
        certificate=str(filed.certificate),
        key=str(filed.key),
        authority=str(certificates.authority_file),
    )


def reached(url: str, tls: TlsMaterial) -> bool:
    """Tell whether a call comes through; one that is broken off does not."""
    try:
        return HttpTransport(url, timeout=5, tls=tls).send("GET", "/", headers={}).status == 200
    except OSError:
        return False


@pytest.fixture(scope="module")
def url(certificates: CertificateFolder) -> Iterator[str]:
    with Server(app, tls=listener(certificates)) as server:
        yield server.url


def test_a_flawless_system_is_let_in(url: str, certificates: CertificateFolder) -> None:
    """With the certificate it was given."""
    assert reached(url, FLAWLESS.on_tls(material(certificates)))


@pytest.mark.parametrize("name", [name for name in CALLING if name.startswith("shows-")])
def test_a_wrong_certificate_is_another_and_mostly_not_let_in(
    url: str, certificates: CertificateFolder, name: str
) -> None:
    """It lies in the same folder, so that whoever minted the right one minted it."""
    right = material(certificates)
    presented = CALLING[name].on_tls(right)

    assert (presented.certificate, presented.key) != (right.certificate, right.key)
    assert presented.authority == right.authority
    assert reached(url, presented) is (name in LET_IN)


@pytest.mark.parametrize(
    ("name", "kind", "sends"),
    [
        pytest.param("", Kind.EXPIRED, False, id="flawless"),
        pytest.param("trusts-stale-certificates", Kind.EXPIRED, True, id="expired"),
        pytest.param("trusts-stale-certificates", Kind.NOT_YET_VALID, True, id="not yet valid"),
        pytest.param("trusts-stale-certificates", Kind.WRONG_CHAIN, False, id="a stranger's"),
        pytest.param("trusts-any-certificate", Kind.WRONG_CHAIN, True, id="any"),
    ],
)
@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_who_trusts_too_much_sends_to_whom_it_must_not(
    certificates: CertificateFolder, name: str, kind: Kind, *, sends: bool
) -> None:
    """And no further than it says."""
    defect = CALLING.get(name, FLAWLESS)
    with Server(app, tls=listener(certificates, kind)) as server:
        assert reached(server.url, defect.on_tls(material(certificates))) is sends


@pytest.mark.parametrize(
    ("defect", "lets_in"),
    [
        pytest.param(FLAWLESS, set(), id="flawless"),
        pytest.param(
            CALLED["lets-in-stale-certificates"], {Kind.EXPIRED, Kind.NOT_YET_VALID}, id="stale"
        ),
        pytest.param(CALLED["asks-for-no-certificate"], None, id="any"),
    ],
)
def test_who_lets_in_too_many_lets_in_those_it_says(
    certificates: CertificateFolder, defect: Defect, lets_in: set[Kind] | None
) -> None:
    """A caller with the right certificate is let in by all of them."""
    bad = {Kind.EXPIRED, Kind.NOT_YET_VALID, Kind.WRONG_CHAIN, Kind.SELF_SIGNED}
    with Server(app, tls=defect.on_listener(listener(certificates))) as server:
        came = {kind for kind in bad if reached(server.url, material(certificates, kind))}
        assert reached(server.url, material(certificates))

    assert came == (bad if lets_in is None else lets_in)
