"""The folder of certificates that the platform and its callers share."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from contracts.errors import UsageError
from simulator.certificates.authority import Authority, Certified
from simulator.certificates.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["LOCAL_HOSTS", "PASSWORD", "PLATFORM_HSA_ID", "CertificateFolder", "Filed"]

PASSWORD = "provbank"  # noqa: S105 - of test keys, and printed for whoever imports them
"""The password of every PKCS #12 file: the keys are for tests, and protect nothing."""

LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
PLATFORM_HSA_ID = "SE5565594230-PROVBANK"
"""Who the platform is, in its own certificate."""

_AUTHORITY = "authority"
_LIST = "revoked.pem"
_FILE_NAME = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """Where one certificate lies: certificate, key, and both in one PKCS #12 file."""

    certificate: Path
    key: Path
    bundle: Path


class CertificateFolder:
    """An authority and what it minted, as files: PEM for most, PKCS #12 for Windows and Java.

    Raises: UsageError where the folder cannot be used, or holds something else.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority_file = folder / f"{_AUTHORITY}.pem"
        self.revocation_file = folder / _LIST
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.authority = self._read() if self.authority_file.exists() else self._create()
        except OSError as error:
            raise UsageError(
                f"the folder of certificates cannot be used: {error.strerror or error}",
                where=str(folder),
                mend="choose another with --certs",
            ) from None

    @staticmethod
    def holds_authority(folder: Path) -> bool:
        """Tell whether a folder has an authority of ours, that can mint."""
        return all((folder / f"{_AUTHORITY}{end}").is_file() for end in (".pem", ".key"))

    def _create(self) -> Authority:
        authority = Authority.create()
        self._write_key(self.folder / f"{_AUTHORITY}.key", authority.own.key_pem)
        self.revocation_file.write_bytes(authority.revocation_list())
        self.authority_file.write_bytes(authority.own.certificate_pem)  # last: now it is whole
        return authority

    def _read(self) -> Authority:
        try:
            certificate = x509.load_pem_x509_certificate(self.authority_file.read_bytes())
            key = serialization.load_pem_private_key(
                (self.folder / f"{_AUTHORITY}.key").read_bytes(),
                password=None,
                unsafe_skip_rsa_key_validation=True,  # ours, and a check of its primes takes long
            )
            listed = x509.load_pem_x509_crl(self.revocation_file.read_bytes())
        except (ValueError, FileNotFoundError) as error:
            raise self._not_ours(error) from None
        if not isinstance(key, rsa.RSAPrivateKey) or key.public_key() != certificate.public_key():
            raise self._not_ours("authority.key is not the key of authority.pem")
        return Authority(
            own=Certified(certificate=certificate, key=key),
            revoked=tuple(entry.serial_number for entry in listed),
        )

    def _not_ours(self, why: object) -> UsageError:
        return UsageError(
            f"this is no whole folder of certificates: {why}",
            where=str(self.folder),
            mend="remove it, and let provbank certs make it anew",
        )

    def file(
        self,
        hsa_id: str,
        *,
        hosts: Iterable[str] = LOCAL_HOSTS,
        kind: Kind = Kind.GOOD,
        name: str = "",
    ) -> Filed:
        """Mint a certificate and write its files; what lay there under its name is replaced.

        Raises: UsageError where they cannot be written.
        """
        minted = self.authority.mint(hsa_id, hosts=hosts, kind=kind)
        if kind is Kind.REVOKED:
            self.revoke(minted.certificate)
        stem = _stem(name or hsa_id, kind)
        if stem == _AUTHORITY or f"{stem}.pem" == _LIST:
            raise UsageError(f"{stem} is the folder's own file", mend="choose another name")
        filed = self.at(stem)
        try:
            self._write_key(filed.key, minted.key_pem)
            filed.certificate.write_bytes(minted.certificate_pem)
            bundle = minted.bundle(PASSWORD, authority=self.authority.own.certificate)
            self._write_key(filed.bundle, bundle)
        except OSError as error:
            raise UsageError(
                f"the certificate cannot be written: {error.strerror or error}",
                where=str(filed.certificate),
            ) from None
        return filed

    def at(self, stem: str) -> Filed:
        """Tell where the files of a name lie, written or not."""
        return _at(self.folder, stem)

    def filed(
        self,
        hsa_id: str,
        *,
        name: str,
        hosts: Iterable[str] = LOCAL_HOSTS,
        kind: Kind = Kind.GOOD,
    ) -> Filed:
        """Give the certificate of a name and kind, minted where it is not there yet."""
        found = self.filed_in(self.folder, name=name, kind=kind)
        return found or self.file(hsa_id, name=name, hosts=hosts, kind=kind)

    @staticmethod
    def filed_in(folder: Path, *, name: str, kind: Kind = Kind.GOOD) -> Filed | None:
        """Give the certificate of a name and kind that lies in a folder; the keys stay unread."""
        found = _at(folder, _stem(name, kind))
        return found if found.certificate.exists() and found.key.exists() else None

    def revoke(self, *certificates: x509.Certificate) -> None:
        """Put certificates on the authority's revocation list."""
        self.authority = self.authority.revoking(*certificates)
        self.revocation_file.write_bytes(self.authority.revocation_list())

    @staticmethod
    def read(path: Path) -> x509.Certificate:
        """Read a certificate from its PEM file.

        Raises: UsageError where there is none.
        """
        try:
            return x509.load_pem_x509_certificate(path.read_bytes())
        except (OSError, ValueError) as error:
            raise UsageError(
                f"the certificate cannot be read: {error}",
                where=str(path),
                mend="give a certificate as PEM",
            ) from None

    @staticmethod
    def _write_key(path: Path, content: bytes) -> None:
        """Write what only the owner may read, where the system knows owners."""
        with suppress(FileNotFoundError):
            path.unlink()
        path.touch(mode=0o600)
        path.write_bytes(content)


def _at(folder: Path, stem: str) -> Filed:
    return Filed(
        certificate=folder / f"{stem}.pem",
        key=folder / f"{stem}.key",
        bundle=folder / f"{stem}.p12",
    )


def _stem(name: str, kind: Kind) -> str:
    """Give the name of the files, without what would lead out of the folder."""
    return _FILE_NAME.sub("_", name) + ("" if kind is Kind.GOOD else f".{kind}")
