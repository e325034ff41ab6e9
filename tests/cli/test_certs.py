"""provbank certs: minted from the command line, in the folder that is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509

import provbank
from contracts.errors import UsageError
from simulator.certificates.kinds import Kind


def run(*arguments: object) -> Result:
    """Run one command, and let its errors through."""
    return CliRunner().invoke(
        provbank.cli, [str(argument) for argument in arguments], catch_exceptions=False,
        standalone_mode=False,
    )  # fmt: skip


def certificate(path: Path) -> x509.Certificate:
    """Read a certificate."""
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_mint_writes_certificate_key_and_bundle(tmp_path: Path) -> None:
    """All three files, for the HSA-id and the hosts that were given."""
    run("certs", "mint", "SE2321000016-A", "--host", "vp.example", "--certs", tmp_path)

    names = (
        certificate(tmp_path / "SE2321000016-A.pem")
        .extensions.get_extension_for_class(x509.SubjectAlternativeName)
        .value
    )
    assert names.get_values_for_type(x509.DNSName) == ["vp.example"]
    assert {"SE2321000016-A.key", "SE2321000016-A.p12", "authority.pem", "revoked.pem"} <= {
        path.name for path in tmp_path.iterdir()
    }


def test_one_call_mints_every_kind(tmp_path: Path) -> None:
    """The good one and each bad one."""
    run("certs", "mint", "SE-A", "--every-kind", "--certs", tmp_path)

    minted = {path.name for path in tmp_path.glob("SE-A*.pem")}
    assert minted == {"SE-A.pem"} | {f"SE-A.{kind}.pem" for kind in Kind if kind is not Kind.GOOD}


def test_unknown_kind_is_told_with_those_there_are(tmp_path: Path) -> None:
    """A misspelt kind mints nothing."""
    with pytest.raises(UsageError, match="self-signed"):
        run("certs", "mint", "SE-A", "--kind", "rotten", "--certs", tmp_path)

    assert not list(tmp_path.iterdir())


def test_revoke_puts_it_on_the_list(tmp_path: Path) -> None:
    """The list that listeners read holds the certificate's number."""
    run("certs", "mint", "SE-A", "--certs", tmp_path)
    run("certs", "revoke", tmp_path / "SE-A.pem", "--certs", tmp_path)

    listed = x509.load_pem_x509_crl((tmp_path / "revoked.pem").read_bytes())
    number = certificate(tmp_path / "SE-A.pem").serial_number
    assert listed.get_revoked_certificate_by_serial_number(number) is not None


def test_revoke_of_what_is_no_certificate_is_told(tmp_path: Path) -> None:
    """The person is told which file."""
    (tmp_path / "text.pem").write_text("no certificate", encoding="utf-8")

    with pytest.raises(UsageError, match=r"text\.pem"):
        run("certs", "revoke", tmp_path / "text.pem", "--certs", tmp_path / "made")
