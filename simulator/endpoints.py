"""HTTP in, mediation, HTTP out: the platform's entrance for service calls."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from simulator.connections import CERTIFICATE, CONNECTION, DELIVERY
from simulator.disturbances.wire import delivery
from simulator.exchange import DEFAULT_WORKSPACE, InboundCall, Reply
from simulator.workspaces import UnknownWorkspace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from simulator.platform import Platform

__all__ = ["WORKSPACE_HEADER", "ServiceCalls", "too_large"]

WORKSPACE_HEADER = "x-provbank-workspace"

_WORKSPACE = r"[A-Za-z0-9._-]{1,64}"
_PLACE = re.compile(rf"(?:/w/(?P<workspace>{_WORKSPACE}))?(?P<path>/vp.*)", re.DOTALL)
_STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
_BLOCK = 65536


class ServiceCalls:
    """The platform's entrance: any path that starts with /vp, whatever follows.

    Shape:  stands before another application, which gets all other requests; routing them there
            first would cost a call more than its mediation does. A workspace is named by a path
            before /vp, or by a header.
    Source: platform facts, section 1.1 - the path plays no part in routing.
    """

    def __init__(self, platform: Platform, otherwise: WSGIApplication) -> None:
        self._platform = platform
        self._otherwise = otherwise

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        place = _PLACE.fullmatch(environ.get("PATH_INFO", ""))
        if place is None:
            return self._otherwise(environ, start_response)
        reply = self._reply(environ, place)
        if reply.wire and environ.get(CONNECTION) is None:
            kinds = ", ".join(order.kind for order in reply.wire)
            reply = _plain(501, f"A worker cannot carry out {kinds}: see docs/operations.md.\n")
        elif reply.wire:
            environ[DELIVERY] = delivery(reply.wire)
        reason = _STATUS_LINES.get(reply.status, f"{reply.status} Unknown")
        start_response(reason, [*reply.headers.items(), ("Content-Length", str(len(reply.body)))])
        return [reply.body]

    def _reply(self, environ: WSGIEnvironment, place: re.Match[str]) -> Reply:
        headers = _headers(environ)
        named = headers.pop(WORKSPACE_HEADER, "")
        workspace = place["workspace"] or named or DEFAULT_WORKSPACE
        if (refused := _refused(environ["REQUEST_METHOD"], headers, workspace)) is not None:
            return refused
        largest = self._platform.settings.largest_message
        told = environ.get("CONTENT_LENGTH", "")
        length = int(told) if told.isdecimal() else None
        body = _body(environ, length, largest)
        if len(body) > largest:
            return _plain(413, too_large(length, largest))
        if length is not None and len(body) < length:
            return _plain(400, "The request ended before its Content-Length.\n")
        query = environ.get("QUERY_STRING", "")
        url = (
            f"{environ['wsgi.url_scheme']}://{headers.get('host', '')}"
            f"{quote(environ['PATH_INFO'].encode('latin-1'))}{'?' if query else ''}{query}"
        )
        call = InboundCall(
            method=environ["REQUEST_METHOD"],
            url=url,
            path=place["path"],
            query=query,
            headers=headers,
            body=body,
            remote=environ.get("REMOTE_ADDR") or None,
            tls=environ["wsgi.url_scheme"] == "https",
            certificate=environ.get(CERTIFICATE),
            workspace=workspace,
        )
        try:
            return self._platform.mediate(call)
        except UnknownWorkspace as error:
            return _plain(404, f"{error}\n")


def _refused(method: str, headers: dict[str, str], workspace: str) -> Reply | None:
    """Refuse what is no request for a platform, before anything of it is read."""
    if method == "TRACE":
        return _plain(405, "TRACE is not answered.\n")
    if not headers.get("host"):
        return _plain(400, "The request has no Host.\n")
    if re.fullmatch(_WORKSPACE, workspace) is None:
        return _plain(400, f"{WORKSPACE_HEADER} is at most 64 letters, digits, '.', '_', '-'\n")
    return None


def too_large(length: int | None, largest: int) -> str:
    """Say that a message is too large; ``length`` is None where it was not told beforehand."""
    size = "more than the accepted" if length is None else length
    return f"The message is {size} bytes; at most {largest} are accepted.\n"


def _plain(status: int, text: str) -> Reply:
    headers = {"Content-Type": "text/plain; charset=UTF-8"}
    return Reply(status=status, headers=headers, body=text.encode())


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    for name, key in (("content-type", "CONTENT_TYPE"), ("content-length", "CONTENT_LENGTH")):
        if environ.get(key):
            headers[name] = environ[key]
    return headers


def _body(environ: WSGIEnvironment, length: int | None, largest: int) -> bytes:
    """Read the body, and of one that is too large a little more than the limit.

    Shape: as much again is read and thrown away, so that the caller has an ear for the answer.
    """
    stream = environ["wsgi.input"]
    if length is None and not environ.get("wsgi.input_terminated"):
        return b""
    left = 2 * largest if length is None else min(length, 2 * largest)
    parts: list[bytes] = []
    kept = 0
    while left > 0 and (part := stream.read(min(_BLOCK, left))):
        left -= len(part)
        if kept <= largest:
            parts.append(part)
            kept += len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)
