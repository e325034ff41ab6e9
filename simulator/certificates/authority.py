"""A certificate authority: mints certificates the way SITHS function certificates look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from ipaddress import ip_address
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from simulator.certificates.kinds import DEPARTURES, Departure, Kind, Signer

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["WRONG_HOST", "Authority", "Certified"]

WRONG_HOST = "another-host.invalid"
"""Whom a certificate of the kind wrong-name is for; a name that never resolves (RFC 6761)."""

_WRONG_SYSTEM = "SE0000000000-ANOTHER"
_AUTHORITY_YEARS = timedelta(days=3650)
_AUTHORITY_BITS = 3072
_EXPONENT = 65537
_LIST_LASTS = timedelta(days=3650)


@dataclass(frozen=True, kw_only=True)
class Certified:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey
    kind: Kind = Kind.GOOD

    @property
    def certificate_pem(self) -> bytes:
        """Give the certificate as PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """Give the private key as PEM, PKCS #8 without a password."""
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def bundle(self, password: str, *, authority: x509.Certificate) -> bytes:
        """Give certificate, key and authority as PKCS #12, which Windows and Java read."""
        encryption = (
            serialization.PrivateFormat.PKCS12.encryption_builder()
            .kdf_rounds(50_000)
            .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
            .hmac_hash(hashes.SHA256())
            .build(password.encode("utf-8"))
        )
        name = self.certificate.subject.rfc4514_string().encode("utf-8")
        return pkcs12.serialize_key_and_certificates(
            name, self.key, self.certificate, [authority], encryption
        )


@dataclass(frozen=True, kw_only=True)
class Authority:
    """A certificate authority, and the serial numbers of what it has revoked."""

    own: Certified
    revoked: tuple[int, ...] = ()

    @classmethod
    def create(cls, name: str = "Provbank Test CA") -> Authority:
        """Make a new authority with a key of its own."""
        key = rsa.generate_private_key(_EXPONENT, _AUTHORITY_BITS)
        now = datetime.now(UTC)
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "SE"),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Provbank"),
                x509.NameAttribute(NameOID.COMMON_NAME, name),
            ]
        )
        certificate = (
            _builder(subject, subject, key, (now - timedelta(days=1), now + _AUTHORITY_YEARS))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(authority=True), critical=True)
            .sign(key, hashes.SHA256())
        )
        return cls(own=Certified(certificate=certificate, key=key))

    @cached_property
    def _stranger(self) -> Authority:
        """Give another authority with the same name."""
        name = self.own.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0]
        return Authority.create(str(name.value))

    def mint(
        self,
        hsa_id: str,
        *,
        hosts: Iterable[str] = ("localhost", "127.0.0.1", "::1"),
        organisation: str = "Provbank",
        kind: Kind = Kind.GOOD,
        at: datetime | None = None,
    ) -> Certified:
        """Mint a certificate for a system, good for both ends of a connection.

        Shape:  the HSA-id is the subject's serialNumber, the first host its common name. What is
                minted as revoked must be added with ``revoking`` before anyone can notice.
        Source: platform facts, section 1.4; RIV-TA profile sheet, section 1.6.
        """
        departure, now = DEPARTURES[kind], at or datetime.now(UTC)
        key = rsa.generate_private_key(_EXPONENT, departure.key_size)
        names = list(hosts) if departure.right_name else [WRONG_HOST]
        subject = _subject(
            names[0],
            hsa_id if departure.right_name else _WRONG_SYSTEM,
            organisation,
            departure,
        )
        issuer, signing = self._signer(departure, subject, key)
        certificate = (
            _builder(subject, issuer, key, _period(departure, now), signing)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(authority=False), critical=True)
            .add_extension(
                x509.ExtendedKeyUsage(
                    [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
                ),
                critical=False,
            )
            .add_extension(
                x509.SubjectAlternativeName([_general_name(name) for name in names]),
                critical=False,
            )
            .sign(signing, hashes.SHA256())
        )
        return Certified(certificate=certificate, key=key, kind=kind)

    def _signer(
        self, departure: Departure, subject: x509.Name, key: rsa.RSAPrivateKey
    ) -> tuple[x509.Name, rsa.RSAPrivateKey]:
        """Tell who signs: its name, and its key."""
        if departure.signer is Signer.ITSELF:
            return subject, key
        signer = self._stranger.own if departure.signer is Signer.STRANGER else self.own
        return signer.certificate.subject, signer.key

    def revoking(self, *certificates: x509.Certificate) -> Authority:
        """Give the authority that has also revoked these."""
        numbers = (certificate.serial_number for certificate in certificates)
        return Authority(own=self.own, revoked=tuple(dict.fromkeys([*self.revoked, *numbers])))

    def revocation_list(self, *, at: datetime | None = None) -> bytes:
        """Give the signed list of what is revoked, as PEM."""
        now = at or datetime.now(UTC)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.own.certificate.subject)
            .last_update(now - timedelta(days=1))
            .next_update(now + _LIST_LASTS)
            .add_extension(x509.CRLNumber(len(self.revoked) + 1), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.own.key.public_key()),
                critical=False,
            )
        )
        for number in self.revoked:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(number)
                .revocation_date(now - timedelta(hours=1))
                .build()
            )
        return builder.sign(self.own.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: rsa.RSAPrivateKey,
    period: tuple[datetime, datetime],
    signer: rsa.RSAPrivateKey | None = None,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(period[0])
        .not_valid_after(period[1])
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key((signer or key).public_key()),
            critical=False,
        )
    )


def _period(departure: Departure, now: datetime) -> tuple[datetime, datetime]:
    return now + departure.begins, now + departure.ends


def _subject(host: str, hsa_id: str, organisation: str, departure: Departure) -> x509.Name:
    attributes = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "SE"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
        x509.NameAttribute(NameOID.COMMON_NAME, host),
    ]
    if departure.has_hsa_id:
        attributes.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, hsa_id))
    return x509.Name(attributes)


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=not authority,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
