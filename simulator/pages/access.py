"""Who may see the pages: whoever may use the control API, with a browser's own way to say so."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import TYPE_CHECKING

from simulator.control.access import why_refused

if TYPE_CHECKING:
    from flask import Request

__all__ = ["why_not_seen"]

_BASIC = "basic "


def why_not_seen(request: Request, *, token: str | None) -> str:
    """Tell why a request may not see the pages, empty where it may.

    Shape: the control API's rule holds. A browser sends no ``Bearer``, so the token is also taken
           as the password of HTTP Basic. What a browser sends of itself, another page could make
           it send: then only the platform's own pages may post.
    """
    if not token or not _shows(request, token):
        return why_refused(request, token=token)
    posted_from = request.headers.get("Origin", request.host_url.rstrip("/"))
    if request.method == "POST" and posted_from.partition("://")[2] != request.host:
        return "a page from elsewhere may not post here"
    return ""


def _shows(request: Request, token: str) -> bool:
    """Tell whether the request has the token as the password of HTTP Basic, by any name."""
    given = request.headers.get("Authorization", "")
    if not given.lower().startswith(_BASIC):
        return False
    try:
        name_and_password = base64.b64decode(given[len(_BASIC) :], validate=True)
    except (binascii.Error, ValueError):
        return False
    return hmac.compare_digest(name_and_password.partition(b":")[2], token.encode("utf-8"))
