"""Who calls: by certificate, by the platform's own headers, or by default on loopback."""

from __future__ import annotations

import base64
import textwrap
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from contracts.terms import HsaId
from simulator.exchange import InboundCall
from simulator.mediation import Refusal, Refuse
from simulator.sender import Sender, sender_of
from simulator.settings import Settings

SETTINGS = Settings(instance_id="THIS-VP", default_sender=HsaId("SE2321000016-DEFAULT"))
STRICT = replace(SETTINGS, strict=True)
DEFAULT = Sender(hsa_id="SE2321000016-DEFAULT", known_by="default sender")
HSA_ID = "SE5565594230-B9P"
INTERNAL = {"x-vp-sender-id": HSA_ID, "x-vp-instance-id": "THIS-VP"}
ELSEWHERE = "192.0.2.7"

Pem = Callable[..., str]


@pytest.fixture(scope="session")
def a_certificate() -> Pem:
    """Give a maker of self-signed certificates as PEM; each part of the subject by its OID."""
    key = ec.generate_private_key(ec.SECP256R1())

    def build(subject: dict[str, str]) -> str:
        parts = (x509.ObjectIdentifier(oid) for oid in subject)
        name = x509.Name([x509.NameAttribute(part, subject[part.dotted_string]) for part in parts])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
            .sign(key, hashes.SHA256())
        )
        return certificate.public_bytes(serialization.Encoding.PEM).decode()

    return build


@pytest.fixture(scope="session")
def pem(a_certificate: Pem) -> str:
    """Give the certificate of a consumer."""
    return a_certificate({"2.5.4.3": "consumer.example", "2.5.4.5": HSA_ID})


def named(
    headers: dict[str, str] | None = None, settings: Settings = SETTINGS, **call: Any
) -> Sender | Refuse:
    """Say who calls over plain HTTP from this machine, unless the test says otherwise."""
    values: dict[str, Any] = {"headers": headers or {}, "remote": "127.0.0.1", **call}
    return sender_of(InboundCall(**values), settings)


def not_known(detail: str) -> Refuse:
    """Give the refusal of a caller that cannot be named."""
    return Refuse(refusal=Refusal.SENDER_UNKNOWN, detail=detail)


# --- On the TLS listener: platform facts, section 1.4 ---


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param(f"2.5.4.5={HSA_ID},CN=consumer.example", id="OID"),
        pytest.param(f"CN=consumer.example,SERIALNUMBER={HSA_ID},C=SE", id="name"),
        pytest.param(f"CN=a,2.5.4.5=#1310{HSA_ID.encode().hex()},C=SE", id="hex"),
        pytest.param(f"CN=a,2.5.4.5=#0c10{HSA_ID.encode().hex()}", id="hex of another tag"),
    ],
)
def test_sender_is_the_serial_number_of_the_certificate_s_subject(subject: str) -> None:
    """A value in hex loses five characters and is decoded."""
    found = named(tls=True, certificate=subject, remote=ELSEWHERE)

    assert found == Sender(hsa_id=HSA_ID, known_by="client certificate")


@pytest.mark.parametrize(
    "subject", ["CN=consumer.example,C=SE", "", "serialnumber=SE1", "2.5.4.5=#13zz"]
)
def test_certificate_without_serial_number_is_refused_with_its_subject(subject: str) -> None:
    """VP002; the default sender has no part in TLS."""
    refused = not_known(f"No senderId found in Certificate: {subject}")

    assert named(tls=True, certificate=subject) == refused


def test_tls_without_certificate_names_nobody() -> None:
    """A listener that lets such a caller in does not make it anyone."""
    assert named(tls=True) == not_known("No senderId found in Certificate: ")


@pytest.mark.parametrize(
    "headers", [INTERNAL, {"x-vp-sender-id": "SE1"}, {"x-vp-auth-cert": "nonsense"}]
)
def test_headers_name_nobody_on_tls(headers: dict[str, str]) -> None:
    """The certificate alone counts."""
    found = named(headers, tls=True, certificate="SERIALNUMBER=SE2-REAL")

    assert found == Sender(hsa_id="SE2-REAL", known_by="client certificate")


def test_pattern_of_the_settings_finds_the_sender() -> None:
    """certificate.senderid.subject.pattern."""
    settings = replace(SETTINGS, sender_pattern="CN=([^,]+)")

    found = named(tls=True, certificate="SERIALNUMBER=1,CN=SE2-NAME,C=SE", settings=settings)

    assert found == Sender(hsa_id="SE2-NAME", known_by="client certificate")


# --- The white list: section 1.5, steps 1 and 3 ---


@pytest.mark.parametrize(
    ("whitelist", "remote", "listed"),
    [
        pytest.param(("127.0.0.1",), "127.0.0.1", True, id="the address"),
        pytest.param(("10.", "192.0.2."), ELSEWHERE, True, id="a prefix"),
        pytest.param(("192.0.2.7",), "192.0.2.70", True, id="a string, not a network"),
        pytest.param((" 192.0.2.7 ",), ELSEWHERE, True, id="trimmed"),
        pytest.param(("127.0.0.1",), ELSEWHERE, False, id="another"),
        pytest.param((), "127.0.0.1", False, id="an empty list lets nobody in"),
        pytest.param((" ",), "127.0.0.1", False, id="a blank entry is none"),
        pytest.param(("127.0.0.1",), None, True, id="no address, no check"),
    ],
)
def test_white_list_is_compared_as_text_begins(
    whitelist: tuple[str, ...], remote: str | None, listed: bool
) -> None:
    """VP011 names the address, and what it was taken from."""
    found = named(INTERNAL, replace(SETTINGS, whitelist=whitelist), remote=remote)

    if listed:
        assert isinstance(found, Sender)
    else:
        assert found == Refuse(
            refusal=Refusal.NOT_WHITELISTED,
            detail="Caller was not on the white list of accepted IP-addresses.  "
            f"IP-address: {remote}. HTTP header that caused checking: CamelNettyRemoteAddress",
        )


def test_address_is_checked_before_anything_else(pem: str) -> None:
    """A good certificate does not help a caller that is not on the list."""
    found = named({"x-vp-auth-cert": pem}, remote=ELSEWHERE)

    assert isinstance(found, Refuse)
    assert found.refusal is Refusal.NOT_WHITELISTED


@pytest.mark.parametrize(
    ("behind", "listed"), [("127.0.0.1", True), ("127.0.0.1, 10.0.0.1", True), ("10.0.0.1", False)]
)
def test_internal_caller_behind_a_proxy_must_be_listed_too(behind: str, listed: bool) -> None:
    """Then the header is what caused the check."""
    found = named({**INTERNAL, "x-forwarded-for": behind})

    if listed:
        assert isinstance(found, Sender)
    else:
        assert found == Refuse(
            refusal=Refusal.NOT_WHITELISTED,
            detail="Caller was not on the white list of accepted IP-addresses.  "
            f"IP-address: {behind}. HTTP header that caused checking: X-Forwarded-For",
        )


def test_certified_caller_behind_a_proxy_need_not_be_listed(pem: str) -> None:
    """The proxy is listed, and vouches for the certificate."""
    found = named({"x-vp-auth-cert": pem, "x-forwarded-for": "10.0.0.1"})

    assert isinstance(found, Sender)


# --- Internal callers: section 1.5, step 3 ---


def test_internal_caller_names_its_sender() -> None:
    """The sender header counts together with the platform's own instance id."""
    internal = Sender(hsa_id=HSA_ID, known_by="internal header", is_internal=True)

    assert named(INTERNAL) == internal
    assert named(INTERNAL, STRICT) == internal
    assert named(INTERNAL, replace(SETTINGS, default_sender=None)) == internal


NOT_INTERNAL = pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="no headers"),
        pytest.param({"x-vp-sender-id": HSA_ID}, id="no instance id"),
        pytest.param(
            {"x-vp-sender-id": HSA_ID, "x-vp-instance-id": "OTHER-VP"},
            id="another platform's instance id",
        ),
        pytest.param(
            {"x-vp-sender-id": HSA_ID, "x-vp-instance-id": "this-vp"},
            id="instance id in lower case",
        ),
        pytest.param({"x-vp-instance-id": "THIS-VP"}, id="instance id alone"),
        pytest.param({"x-vp-sender-id": "", "x-vp-instance-id": "THIS-VP"}, id="empty sender"),
    ],
)


@NOT_INTERNAL
def test_sender_header_of_anyone_else_is_ignored(headers: dict[str, str], pem: str) -> None:
    """It is the certificate that tells, or the default sender where there is none."""
    certified = named({**headers, "x-vp-auth-cert": pem})

    assert certified == Sender(hsa_id=HSA_ID, known_by="certificate in x-vp-auth-cert")
    assert named(headers) == DEFAULT


# --- The default sender ---


@NOT_INTERNAL
@pytest.mark.parametrize(
    "settings",
    [
        pytest.param(STRICT, id="strict"),
        pytest.param(replace(SETTINGS, default_sender=None), id="none set"),
    ],
)
def test_strict_platform_names_nobody_by_default(
    headers: dict[str, str], settings: Settings
) -> None:
    """As on the national platform: VP002."""
    refused = not_known("No certificate found in httpheader x-vp-auth-cert")

    assert named(headers, settings) == refused


@pytest.mark.parametrize(
    ("remote", "is_default"),
    [
        pytest.param("127.0.0.1", True, id="loopback"),
        pytest.param("::1", True, id="loopback of IPv6"),
        pytest.param(None, True, id="in process"),
        pytest.param(ELSEWHERE, False, id="another machine"),
        pytest.param("not an address", False, id="no address"),
    ],
)
def test_default_sender_is_for_callers_on_this_machine(
    remote: str | None, is_default: bool
) -> None:
    """From another machine, listed or not, a caller has to say who it is."""
    everyone = replace(SETTINGS, whitelist=("1", "n", ":"))

    found = named({}, everyone, remote=remote)

    assert found == DEFAULT if is_default else isinstance(found, Refuse)


def test_caller_behind_a_proxy_on_this_machine_is_not_the_default_sender() -> None:
    """A proxy on loopback does not make the whole world local."""
    found = named({"x-forwarded-for": "127.0.0.1"})

    assert found == not_known("No certificate found in httpheader x-vp-auth-cert")


# --- The certificate in a header: section 1.5, step 4 ---


def one_line(pem: str) -> str:
    """Write PEM as a proxy does, on one line."""
    return pem.replace("\n", " ").strip()


def bare(pem: str) -> str:
    """Write a certificate as base64 alone."""
    return "".join(pem.splitlines()[1:-1])


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(lambda pem: pem, id="PEM"),
        pytest.param(one_line, id="PEM on one line"),
        pytest.param(lambda pem: pem.replace("\n", "\n\t "), id="PEM folded"),
        pytest.param(lambda pem: "".join(pem.splitlines()), id="PEM without blanks"),
        pytest.param(bare, id="bare"),
        pytest.param(lambda pem: f"{bare(pem)},MIInext,MIIlast", id="a bare chain"),
    ],
)
@pytest.mark.parametrize("header", ["x-vp-auth-cert", "X-Forwarded-Tls-Client-Cert"])
def test_certificate_in_a_header_names_the_sender(
    pem: str, form: Callable[[str], str], header: str
) -> None:
    """Both forms, in the header that the settings name."""
    settings = replace(STRICT, certificate_header=header)
    assert bare(pem).startswith("MII"), "the test's own certificate is to look like one"

    found = named({header.lower(): form(pem)}, settings)

    assert found == Sender(hsa_id=HSA_ID, known_by=f"certificate in {header}")


@pytest.mark.parametrize("settings", [SETTINGS, STRICT], ids=["kind", "strict"])
@pytest.mark.parametrize(
    ("value", "detail"),
    [
        pytest.param("", "Exception, unkown certificate type found in httpheader {}", id="empty"),
        pytest.param(
            "Subject=SE1", "Exception, unkown certificate type found in httpheader {}", id="text"
        ),
        pytest.param(
            "MIInotacertificate",
            "Exception occured parsing certificate in httpheader {}",
            id="bare nonsense",
        ),
        pytest.param(
            "-----BEGIN CERTIFICATE----- MIIA -----END CERTIFICATE-----",
            "Exception occured parsing certificate in httpheader {}",
            id="PEM nonsense",
        ),
        pytest.param(
            "-----BEGIN CERTIFICATE-----",
            "Exception occured parsing certificate in httpheader {}",
            id="PEM of nothing",
        ),
    ],
)
def test_header_without_a_certificate_is_refused(
    settings: Settings, value: str, detail: str
) -> None:
    """VP002 with the platform's own words, misspellings and all; never the default sender."""
    refused = not_known(detail.format("x-vp-auth-cert"))

    assert named({"x-vp-auth-cert": value}, settings) == refused


def test_certificate_without_sender_is_refused(a_certificate: Pem) -> None:
    """VP002; here without the subject."""
    pem = a_certificate({"2.5.4.3": "consumer.example"})

    assert named({"x-vp-auth-cert": pem}) == not_known("No senderId found in Certificate")


def test_detail_names_the_header_of_the_settings() -> None:
    """Behind another proxy the header is another."""
    settings = replace(STRICT, certificate_header="X-Forwarded-Tls-Client-Cert")

    assert named({}, settings) == not_known(
        "No certificate found in httpheader X-Forwarded-Tls-Client-Cert"
    )


def test_certificate_in_several_lines_of_base64_is_one(pem: str) -> None:
    """White space in the base64 part is tolerated."""
    text = "\n".join(textwrap.wrap(bare(pem), 10))
    base64.b64decode("".join(text.split()), validate=True)

    found = named({"x-vp-auth-cert": f"-----BEGIN CERTIFICATE-----{text}-----END CERTIFICATE-----"})

    assert isinstance(found, Sender)
