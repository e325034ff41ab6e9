"""Whether the system under test can be reached at all, asked before anything runs."""

from __future__ import annotations

import socket
import ssl
from urllib.parse import urlsplit

from features.target import Target

__all__ = ["why_unreachable"]


def why_unreachable(target: Target) -> str | None:
    """Say why no connection can be made to the target's endpoint, or None where one can.

    Shape: for https the TLS handshake is tried too, with the target's own material.
    """
    producer = target.utomlansfakturering
    parts = urlsplit(producer.endpoint)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        with socket.create_connection((host, port), timeout=producer.connect_timeout) as plain:
            if parts.scheme == "https":
                with _context(target).wrap_socket(plain, server_hostname=host):
                    pass
    except ssl.SSLError as error:
        return f"{host}:{port}: the TLS handshake failed: {error.reason or error}"
    except socket.gaierror:
        return f"{host}: there is no such host"
    except TimeoutError:
        return f"{host}:{port}: no connection within {producer.connect_timeout:g} s"
    except OSError as error:
        return f"{host}:{port}: {error.strerror or error}"
    return None


def _context(target: Target) -> ssl.SSLContext:
    tls = target.utomlansfakturering.tls
    context = ssl.create_default_context(cafile=tls.authority if tls else None)
    if tls is not None:
        if not tls.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if tls.certificate and tls.key:
            context.load_cert_chain(tls.certificate, tls.key)
    return context
