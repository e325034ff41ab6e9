"""The folder of certificates: made once, read again, added to."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12

from contracts.errors import UsageError
from simulator.certificates.folder import PASSWORD, CertificateFolder
from simulator.certificates.kinds import Kind


def read(path: Path) -> x509.Certificate:
    """Read a certificate from its file."""
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_folder_is_the_same_when_read_again(fresh: CertificateFolder) -> None:
    """The authority outlives the process, with all that it has revoked."""
    filed = fresh.file("SE2321000016-TEST", kind=Kind.REVOKED)

    again = CertificateFolder(fresh.folder)

    assert again.authority.own.certificate == fresh.authority.own.certificate
    assert again.authority.revoked == (read(filed.certificate).serial_number,)


def test_good_certificate_is_minted_once(fresh: CertificateFolder) -> None:
    """A second start uses the files of the first."""
    first = read(fresh.filed("SE2321000016-TEST", name="platform").certificate)

    assert read(fresh.filed("SE2321000016-TEST", name="platform").certificate) == first


def test_file_is_named_for_system_and_kind(fresh: CertificateFolder) -> None:
    """A good certificate has the name alone; a bad one says what is wrong with it."""
    good = fresh.file("SE2321000016-TEST")
    expired = fresh.file("SE2321000016-TEST", kind=Kind.EXPIRED)

    assert good.certificate.name == "SE2321000016-TEST.pem"
    assert expired.certificate.name == "SE2321000016-TEST.expired.pem"


def test_bundle_opens_with_the_password_that_is_told(fresh: CertificateFolder) -> None:
    """The PKCS #12 file holds the same certificate as the PEM file."""
    filed = fresh.file("SE2321000016-TEST")

    _, certificate, _ = pkcs12.load_key_and_certificates(
        filed.bundle.read_bytes(), PASSWORD.encode()
    )

    assert certificate == read(filed.certificate)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights in another way")
def test_keys_are_for_their_owner_alone(fresh: CertificateFolder) -> None:
    """Nobody else on the machine reads a key."""
    filed = fresh.file("SE2321000016-TEST")

    for path in (filed.key, filed.bundle, fresh.folder / "authority.key"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_name_stays_in_the_folder(fresh: CertificateFolder) -> None:
    """A name cannot lead elsewhere."""
    filed = fresh.file("SE2321000016-TEST", name="../../elsewhere")

    assert filed.certificate.parent == fresh.folder
    assert filed.certificate.exists()


def test_authority_cannot_be_overwritten(fresh: CertificateFolder) -> None:
    """A name that is the folder's own is refused."""
    before = fresh.authority_file.read_bytes()

    with pytest.raises(UsageError, match="own file"):
        fresh.file("SE2321000016-TEST", name="authority")

    assert fresh.authority_file.read_bytes() == before


@pytest.mark.parametrize("lost", ["authority.key", "revoked.pem"])
def test_folder_that_lost_a_file_is_told(fresh: CertificateFolder, lost: str) -> None:
    """A half folder is not completed in silence: its certificates would no longer be trusted."""
    (fresh.folder / lost).unlink()

    with pytest.raises(UsageError, match="no whole folder"):
        CertificateFolder(fresh.folder)


def test_foreign_key_is_told(fresh: CertificateFolder, tmp_path: Path) -> None:
    """A key that is not the authority's own is found out."""
    other = CertificateFolder(tmp_path / "other")
    (fresh.folder / "authority.key").write_bytes((other.folder / "authority.key").read_bytes())

    with pytest.raises(UsageError, match="not the key of"):
        CertificateFolder(fresh.folder)


def test_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    """The person is told where, and what to do."""
    (tmp_path / "taken").write_text("", encoding="utf-8")

    with pytest.raises(UsageError, match="--certs"):
        CertificateFolder(tmp_path / "taken")
