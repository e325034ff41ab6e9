"""What the authority mints: a good certificate, and kinds that depart from it in one thing each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from simulator.certificates.authority import WRONG_HOST, Authority, Certified
from simulator.certificates.kinds import DEPARTURES, Kind

HSA_ID = "SE2321000016-TEST"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority() -> Authority:
    """Make an authority."""
    return Authority.create()


def departs_in(minted: Certified, authority: Authority) -> set[str]:
    """Tell in what a certificate departs from a good one, read off the certificate alone."""
    certificate, found = minted.certificate, set()
    if certificate.not_valid_after_utc < NOW:
        found.add("ended")
    if certificate.not_valid_before_utc > NOW:
        found.add("not begun")
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    if "localhost" not in names.get_values_for_type(x509.DNSName):
        found.add("host")
    numbers = certificate.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    if not numbers:
        found.add("no number")
    elif numbers[0].value != HSA_ID:
        found.add("number")
    try:
        certificate.verify_directly_issued_by(authority.own.certificate)
    except (InvalidSignature, ValueError):
        found.add("signer")
    if minted.key.key_size < 2048:
        found.add("key")
    if certificate.issuer == certificate.subject:
        found.add("own issuer")
    return found


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        pytest.param(Kind.GOOD, set(), id="good"),
        pytest.param(Kind.EXPIRED, {"ended"}, id="expired"),
        pytest.param(Kind.NOT_YET_VALID, {"not begun"}, id="not-yet-valid"),
        pytest.param(Kind.REVOKED, set(), id="revoked: only the list tells"),
        pytest.param(Kind.WRONG_NAME, {"host", "number"}, id="wrong-name"),
        pytest.param(Kind.WRONG_CHAIN, {"signer"}, id="wrong-chain"),
        pytest.param(Kind.SELF_SIGNED, {"signer", "own issuer"}, id="self-signed"),
        pytest.param(Kind.WEAK_KEY, {"key"}, id="weak-key"),
        pytest.param(Kind.NO_HSA_ID, {"no number"}, id="no-hsa-id"),
    ],
)
def test_kind_departs_in_one_thing(authority: Authority, kind: Kind, expected: set[str]) -> None:
    """Each kind is good but for what its name says."""
    minted = authority.mint(HSA_ID, kind=kind, at=NOW)

    assert departs_in(minted, authority) == expected


def test_every_kind_says_what_is_wrong_with_it() -> None:
    """No kind is without its departure and its sentence."""
    assert set(DEPARTURES) == set(Kind)
    assert all(departure.says for departure in DEPARTURES.values())


def test_wrong_name_is_for_a_host_that_never_is(authority: Authority) -> None:
    """The other host's name lies below .invalid."""
    minted = authority.mint(HSA_ID, kind=Kind.WRONG_NAME)
    common = minted.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0]

    assert common.value == WRONG_HOST
    assert WRONG_HOST.endswith(".invalid")


def test_good_certificate_serves_both_ends(authority: Authority) -> None:
    """A system calls and is called with the same certificate."""
    certificate = authority.mint(HSA_ID).certificate
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value

    assert x509.ExtendedKeyUsageOID.CLIENT_AUTH in usage
    assert x509.ExtendedKeyUsageOID.SERVER_AUTH in usage


def test_hosts_are_names_and_addresses(authority: Authority) -> None:
    """What is an IP address stands as one, since clients compare it so."""
    certificate = authority.mint(HSA_ID, hosts=["vp.example", "10.0.0.7"]).certificate
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value

    assert names.get_values_for_type(x509.DNSName) == ["vp.example"]
    assert [str(ip) for ip in names.get_values_for_type(x509.IPAddress)] == ["10.0.0.7"]


def test_revocation_list_names_what_was_revoked(authority: Authority) -> None:
    """The list is the authority's own, and holds each revoked certificate once."""
    bad, good = (authority.mint(HSA_ID).certificate for _ in range(2))

    listed = x509.load_pem_x509_crl(authority.revoking(bad).revoking(bad).revocation_list())

    public_key = authority.own.key.public_key()
    assert listed.is_signature_valid(public_key)
    assert [entry.serial_number for entry in listed] == [bad.serial_number]
    assert listed.get_revoked_certificate_by_serial_number(good.serial_number) is None
    assert listed.next_update_utc is not None
    assert listed.next_update_utc > datetime.now(UTC) + timedelta(days=365)


def test_bundle_holds_certificate_key_and_authority(authority: Authority) -> None:
    """What Windows and Java import is whole."""
    minted = authority.mint(HSA_ID)

    bundle = minted.bundle("secret", authority=authority.own.certificate)
    key, certificate, others = pkcs12.load_key_and_certificates(bundle, b"secret")

    assert isinstance(key, rsa.RSAPrivateKey)
    assert certificate == minted.certificate
    assert others == [authority.own.certificate]
    with pytest.raises(ValueError, match="password"):
        pkcs12.load_key_and_certificates(bundle, b"wrong")
