"""TLS settings for both directions: what a listener demands, what a caller presents."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ANY_TIME", "ListenerTls", "caller_context", "listener_context"]

_ANY_KEY = "DEFAULT@SECLEVEL=0"
"""Lets a weak key be presented on purpose; OpenSSL refuses to load one otherwise."""

ANY_TIME = ssl.VerifyFlags(0x200000)
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME, for which Python has no name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerTls:
    """What a TLS listener presents, and whom it lets in.

    Shape: paths to PEM files. ``revoked`` is the authority's revocation list, None checks none;
           ``weak`` presents a key that is too short, for those who must refuse it. ``demands`` is
           what a caller must show; only a system that is wrong on purpose demands less, or does not
           ``check_time``, when a certificate begins and ends.
    Source: RIV-TA profile sheet, section 1.6 - TLS 1.2 or 1.3, a client certificate is mandatory.
    """

    certificate: Path
    key: Path
    authority: Path
    revoked: Path | None = None
    weak: bool = False
    demands: ssl.VerifyMode = ssl.CERT_REQUIRED
    check_time: bool = True
    least: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2
    most: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3


def listener_context(tls: ListenerTls) -> ssl.SSLContext:
    """Give the context of a listener that demands a client certificate of its authority.

    Raises: UsageError where a file is not there or holds something else.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version, context.maximum_version = tls.least, tls.most
    context.verify_mode = tls.demands
    if tls.weak:
        context.set_ciphers(_ANY_KEY)
    _load(context, tls.certificate, tls.key)
    _trust(context, tls.authority, tls.revoked)
    if not tls.check_time:
        context.verify_flags |= ANY_TIME
    return context


def caller_context(
    *,
    certificate: Path | None = None,
    key: Path | None = None,
    authority: Path | None = None,
    revoked: Path | None = None,
    verify: bool = True,
    check_host: bool = False,
    weak: bool = False,
) -> ssl.SSLContext:
    """Give the context of a call: what is presented, and whom the caller trusts.

    Shape:  the platform by default does not check the host's name.
    Raises: UsageError where a file is not there or holds something else.
    Source: platform facts, section 1.11.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = check_host and verify
    context.verify_mode = ssl.CERT_REQUIRED if verify else ssl.CERT_NONE
    if weak:
        context.set_ciphers(_ANY_KEY)
    if certificate is not None:
        _load(context, certificate, key)
    if authority is not None:
        _trust(context, authority, revoked)
    elif verify:
        context.load_default_certs()
    return context


def _load(context: ssl.SSLContext, certificate: Path, key: Path | None) -> None:
    try:
        context.load_cert_chain(certificate, key)
    except FileNotFoundError:
        missing = certificate if not certificate.exists() else key
        raise UsageError("the file is not there", where=str(missing)) from None
    except (OSError, ssl.SSLError) as error:
        raise UsageError(
            f"certificate and key cannot be used: {error}",
            where=str(certificate),
            mend="give a PEM certificate with its own key, without a password",
        ) from None


def _trust(context: ssl.SSLContext, authority: Path, revoked: Path | None) -> None:
    try:
        context.load_verify_locations(authority)
        if revoked is not None:
            context.load_verify_locations(revoked)
            context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    except FileNotFoundError:
        missing = authority if not authority.exists() else revoked
        raise UsageError("the file is not there", where=str(missing)) from None
    except (OSError, ssl.SSLError) as error:
        raise UsageError(
            f"the authority cannot be used: {error}",
            where=str(authority),
            mend="give the authority's certificate, and its revocation list, as PEM",
        ) from None
