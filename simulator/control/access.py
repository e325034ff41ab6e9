"""Who may use the control API: whoever has the token, or sits at this very machine."""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Request

__all__ = ["why_refused"]

_BEARER = "Bearer "
_LOOPBACK_NAMES = {"localhost", "127.0.0.1", "[::1]", "in-process"}


def why_refused(request: Request, *, token: str | None) -> str:
    """Tell why a request may not control the platform, empty where it may.

    Shape: with a token set, the token decides. Without one, only this machine is let in, and only
           under one of its own names: a page in a browser, opened from elsewhere, must not be
           able to reach the platform by a name that it has made lead here.
    """
    if token:
        given = request.headers.get("Authorization", "")
        expected = _BEARER + token
        # WSGI reads each byte of a header as one character, whatever charset the caller wrote.
        if hmac.compare_digest(given.encode("latin-1", "replace"), expected.encode("utf-8")):
            return ""
        return "the header Authorization must be: Bearer, a space, and the platform's control token"
    if not _is_loopback(request.remote_addr):
        return (
            "beyond the platform's own machine a token is needed: "
            "start it with PROVBANK_CONTROL_TOKEN set"
        )
    name = request.host.rpartition(":")[0] if _has_port(request.host) else request.host
    if name not in _LOOPBACK_NAMES and not name.endswith(".localhost"):
        return f"without a token, the platform is called localhost, not {name}"
    if request.headers.get("Origin") and not _is_own(request.headers["Origin"], request.host):
        return "a page from elsewhere may not control the platform"
    return ""


def _has_port(host: str) -> bool:
    return ":" in host and not host.endswith("]")


def _is_own(origin: str, host: str) -> bool:
    return origin.partition("://")[2] == host


def _is_loopback(address: str | None) -> bool:
    try:
        return address is None or ip_address(address).is_loopback
    except ValueError:
        return False
