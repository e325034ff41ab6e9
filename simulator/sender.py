"""Who calls: by certificate, by the platform's own headers, or by default on loopback."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING

from cryptography import x509

from simulator.headers import INSTANCE_ID, SENDER_ID
from simulator.mediation import Refusal, Refuse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.exchange import InboundCall
    from simulator.settings import Settings

__all__ = ["NOBODY", "Sender", "sender_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """The calling system, and how the platform came to know it.

    Shape: ``is_internal`` tells a part of the platform itself, that speaks for another system.
    """

    hsa_id: str
    known_by: str
    is_internal: bool = False


NOBODY = Sender(hsa_id="", known_by="nothing")


def sender_of(call: InboundCall, settings: Settings) -> Sender | Refuse:
    """Say who calls, or why nobody can be named.

    Shape:  on a TLS listener the client's certificate tells. On plain HTTP the caller must be on
            the white list, and is named by the internal headers, a certificate in a header, or
            else, on loopback and unless strict, the settings.
    Source: platform facts, sections 1.4 and 1.5.
    """
    if call.tls:
        return _by_subject(call.certificate or "", settings)
    headers = call.headers
    if call.remote is not None and not _listed(call.remote, settings.whitelist):
        return _not_listed(call.remote, "CamelNettyRemoteAddress")
    if headers.get(INSTANCE_ID) == settings.instance_id and headers.get(SENDER_ID):
        return _internal(call, settings)
    certificate = headers.get(settings.certificate_header.lower())
    if certificate is not None:
        return _by_certificate(certificate, settings)
    default = settings.default_sender
    if default is not None and _may_be_default(call, settings):
        return Sender(hsa_id=default, known_by="default sender")
    return _unknown(f"No certificate found in httpheader {settings.certificate_header}")


def _internal(call: InboundCall, settings: Settings) -> Sender | Refuse:
    behind = call.headers.get(settings.forwarded_for_header.lower())
    if behind and not _listed(behind, settings.whitelist):
        return _not_listed(behind, settings.forwarded_for_header)
    hsa_id = call.headers[SENDER_ID]
    return Sender(hsa_id=hsa_id, known_by="internal header", is_internal=True)


def _may_be_default(call: InboundCall, settings: Settings) -> bool:
    """Tell whether a caller that does not say who it is may be the default sender.

    Shape: none but a caller on this very machine, and not one behind a proxy on it.
    """
    if settings.strict or settings.forwarded_for_header.lower() in call.headers:
        return False
    return call.remote is None or _is_loopback(call.remote)


@lru_cache(maxsize=256)
def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _listed(address: str, whitelist: Iterable[str]) -> bool:
    """Tell whether an address is on the list; an entry is compared as it begins."""
    entries = (entry.strip() for entry in whitelist)
    return any(entry and address.startswith(entry) for entry in entries)


def _not_listed(address: str, header: str) -> Refuse:
    return Refuse(
        refusal=Refusal.NOT_WHITELISTED,
        detail="Caller was not on the white list of accepted IP-addresses.  "
        f"IP-address: {address}. HTTP header that caused checking: {header}",
    )


def _unknown(detail: str) -> Refuse:
    return Refuse(refusal=Refusal.SENDER_UNKNOWN, detail=detail)


# --- Certificates ---


def _by_subject(subject: str, settings: Settings) -> Sender | Refuse:
    found = _id_in(subject, settings.sender_pattern)
    if found is None:
        return _unknown(f"No senderId found in Certificate: {subject}")
    return Sender(hsa_id=found, known_by="client certificate")


def _by_certificate(value: str, settings: Settings) -> Sender | Refuse:
    name = settings.certificate_header
    der = _der_in(value)
    if der is None:
        return _unknown(f"Exception, unkown certificate type found in httpheader {name}")
    subject = _subject_of(der)
    if subject is None:
        return _unknown(f"Exception occured parsing certificate in httpheader {name}")
    found = _id_in(subject, settings.sender_pattern)
    if found is None:
        return _unknown("No senderId found in Certificate")
    return Sender(hsa_id=found, known_by=f"certificate in {name}")


_PEM_BEGINS, _PEM_ENDS = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


def _der_in(value: str) -> str | None:
    """Give the base64 text of a certificate, None where the header holds none.

    Shape: PEM on one line or several, or a bare chain in base64 whose first element counts.
    """
    value = value.strip()
    if value.startswith(_PEM_BEGINS):
        return "".join(value.removeprefix(_PEM_BEGINS).partition(_PEM_ENDS)[0].split())
    return value.partition(",")[0].strip() if value.startswith("MII") else None


@lru_cache(maxsize=1024)  # a consumer sends the same certificate with every call
def _subject_of(der: str) -> str | None:
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode(der, validate=True))
        return certificate.subject.rfc4514_string()
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def _id_in(subject: str, pattern: str) -> str | None:
    """Give the sender id in a subject, decoded where it is written in hex."""
    found = re.search(pattern, subject)
    if found is None:
        return None
    text = found[1]
    if not text.startswith("#"):
        return text
    try:
        return bytes.fromhex(text[5:]).decode() or None  # past '#', tag and length
    except ValueError:
        return None
