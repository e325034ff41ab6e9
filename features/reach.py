"""Whether the system under test can be reached at all, asked before anything runs."""

from __future__ import annotations

import contextlib
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

import certifi

from contracts.errors import UsageError
from features.target import RoleTarget

__all__ = ["Unreachable", "why_unreachable"]

_ALERT_WAIT = 0.5


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Why no connection can be made, and what to do about it."""

    why: str
    mend: str

    def __str__(self) -> str:
        """Give both on one line."""
        return f"{self.why} - {self.mend}"


def why_unreachable(role: RoleTarget) -> Unreachable | None:
    """Say why no connection can be made to a role's endpoint, or None where one can.

    Shape:  a system that only calls is asked for at its trigger, if it has one. For https the TLS
            handshake is tried too, with the role's own material and with the authorities that the
            platform trusts. A server of TLS 1.3 tells after the handshake that it misses a
            certificate, so its word is waited for.
    Raises: UsageError where its TLS material itself cannot be used.
    """
    if not role.reached_at:
        return None
    parts = urlsplit(role.reached_at)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    where = f"{host}:{port}"
    start = "start it, or correct endpoint in the target file"
    try:
        context = _context(role) if parts.scheme == "https" else None
    except (ssl.SSLError, OSError) as error:
        tls = role.tls
        files = [tls.certificate, tls.key, tls.authority] if tls else []
        raise UsageError(
            f"the TLS material cannot be used: {error.strerror or error}",
            where=", ".join(file for file in files if file),
            mend="give PEM files that belong together; the key without a pass phrase",
        ) from None
    try:
        with socket.create_connection((host, port), timeout=role.connect_timeout) as plain:
            if context is not None:
                with context.wrap_socket(plain, server_hostname=host) as secure:
                    _await_alert(secure)
    except ssl.SSLError as error:
        return _not_agreed(where, error)
    except socket.gaierror:
        return Unreachable(f"{host}: there is no such host", start)
    except TimeoutError:
        return Unreachable(f"{where}: no connection within {role.connect_timeout:g} s", start)
    except OSError as error:
        return Unreachable(f"{where}: {error.strerror or error}", start)
    return None


def _not_agreed(where: str, error: ssl.SSLError) -> Unreachable:
    """Say on what the handshake failed: the system's certificate, or another thing."""
    told = f"{where}: the TLS handshake failed"
    if isinstance(error, ssl.SSLCertVerificationError):
        return Unreachable(
            f"{told}: the system's certificate: {error.verify_message}",
            "have it present one that is valid, and check authority under tls in the target file",
        )
    return Unreachable(
        f"{told}: {error.reason or error}",
        "check certificate, key and authority under tls in the target file",
    )


def _await_alert(secure: ssl.SSLSocket) -> None:
    """Wait a moment for the server to turn the connection away; silence is consent."""
    secure.settimeout(_ALERT_WAIT)
    with contextlib.suppress(TimeoutError):
        secure.recv(1)


def _context(role: RoleTarget) -> ssl.SSLContext:
    tls = role.tls
    authority = tls.authority if tls and tls.authority else certifi.where()
    context = ssl.create_default_context(cafile=authority)
    if tls is not None:
        if not tls.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if tls.certificate and tls.key:
            # An empty pass phrase fails at once where one is needed, instead of asking for it.
            context.load_cert_chain(tls.certificate, tls.key, password="")
    return context
