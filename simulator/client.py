"""PlatformClient, the public door: call through the platform, read its journal.

In-process or over HTTP: only the transport handed to the client differs.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, cast
from urllib.parse import quote, urlsplit

from contracts.envelope import Fault, envelope, fault_in
from contracts.errors import HarnessError, MessageError
from contracts.judge import swedish_now
from contracts.parsing import parse, without_comments
from simulator.headers import CORRELATION_ID, INSTANCE_ID, SENDER_ID
from simulator.tls import ANY_TIME

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from flask import Flask
    from lxml import etree
    from urllib3 import HTTPConnectionPool

    from contracts.wsdl import ServiceContract
    from simulator.outbound import TlsMaterial

__all__ = ["Answer", "HttpTransport", "PlatformClient", "Raw", "Transport", "WsgiTransport"]

_MOST_IDLE = 64
_PLATFORM_CODE = re.compile(r"(VP\d{3}) \[")


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """An HTTP answer as it came; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """How the client's requests reach the platform."""

    base_url: str

    def send(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes | None = None
    ) -> Raw:
        """Send one request and give the answer; OSError where none comes."""
        ...


class HttpTransport:
    """Reaches a platform over HTTP; safe to share between threads.

    Shape: ``tls`` is what is presented on https, and whom the caller trusts. Connections are kept
           open between requests. No redirect is followed and no cookie sent back, as by a service
           consumer, and no proxy of the machine comes between.
    """

    def __init__(
        self, base_url: str, *, timeout: float = 75.0, tls: TlsMaterial | None = None
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._timeout = timeout
        self._tls = tls

    def send(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes | None = None
    ) -> Raw:
        """Send one request over a connection that nobody else uses meanwhile."""
        import urllib3  # noqa: PLC0415 - a platform that calls nobody starts without it

        try:
            response = self._pool.urlopen(
                method,
                urlsplit(self.base_url).path + path,
                body=body,
                headers={"Accept": "*/*", "Accept-Encoding": "gzip, deflate", **headers},
                timeout=self._timeout,
                retries=False,
                redirect=False,
            )
        except urllib3.exceptions.ReadTimeoutError as error:
            raise TimeoutError(str(error)) from None
        except urllib3.exceptions.HTTPError as error:
            raise ConnectionError(str(error)) from None
        return Raw(
            status=response.status,
            headers={name.lower(): value for name, value in response.headers.itermerged()},
            body=response.data,
        )

    @cached_property
    def _pool(self) -> HTTPConnectionPool:
        import certifi  # noqa: PLC0415 - as above
        import urllib3  # noqa: PLC0415

        given: dict[str, Any] = {}
        if self._tls is not None:
            given = {
                "cert_reqs": "CERT_REQUIRED" if self._tls.verify else "CERT_NONE",
                "ca_certs": self._tls.authority or certifi.where(),
                "cert_file": self._tls.certificate,
                "key_file": self._tls.key,
            }
            if not self._tls.check_time:
                given["ssl_context"] = urllib3.util.create_urllib3_context()
                given["ssl_context"].verify_flags |= ANY_TIME
        return urllib3.connection_from_url(self.base_url, maxsize=_MOST_IDLE, **given)


class WsgiTransport:
    """Reaches an application in this process, without a socket."""

    base_url = "http://in-process"

    def __init__(self, app: Flask) -> None:
        self._app = app

    def send(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes | None = None
    ) -> Raw:
        """Hand one request to the application."""
        response = self._app.test_client().open(
            path, method=method, headers=dict(headers), data=body
        )
        return Raw(
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=response.data,
        )


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back of one call, and what was sent.

    Shape: ``status`` is None where no HTTP answer came, and ``problem`` says why; ``root`` is the
           answer's envelope without its comments, None where the body is no XML. ``replaced`` is
           what the producer answered where the platform answered otherwise, if that is known.
    Units: seconds, from the first byte sent to the last received.
    """

    url: str
    logical_address: str
    correlation_id: str
    started: datetime
    seconds: float
    request: bytes
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    problem: str = ""
    root: etree._Element | None = None
    replaced: Raw | None = None

    @cached_property
    def fault(self) -> Fault | None:
        """Give the SOAP fault of the answer, or None where it is something else."""
        return None if self.root is None else fault_in(self.root)

    @property
    def platform_code(self) -> str | None:
        """Give the VP code where the platform itself made the fault, or None."""
        fault = self.fault
        found = None if fault is None else _PLATFORM_CODE.match(fault.text)
        return None if found is None else found[1]


class PlatformClient:
    """Calls services through a platform, as a consumer does, and reads what the platform kept."""

    def __init__(
        self,
        transport: Transport,
        *,
        instance_id: str,
        token: str | None = None,
        workspace: str = "",
    ) -> None:
        self._transport = transport
        self._instance_id = instance_id
        self._token = token
        self._workspace = workspace

    def call(
        self,
        contract: ServiceContract,
        payload: etree._Element | bytes,
        *,
        logical_address: str,
        sender: str | None = None,
        message: bytes | None = None,
        correlation_id: str | None = None,
        soap_action: str | None = None,
        headers: Mapping[str, str] | None = None,
        method: str = "POST",
    ) -> Answer:
        """Send a message through the platform and give what came back; never raises for that.

        Shape: ``message`` replaces the envelope made of ``payload`` when the very bytes matter.
               ``sender`` None calls as the platform's default sender, ``correlation_id`` None with
               a new one, ``soap_action`` None with the contract's own. ``headers`` are set in
               place of the usual ones; an empty one is left out.
        """
        body = envelope(payload, logical_address=logical_address) if message is None else message
        entrance = f"/w/{self._workspace}/vp/" if self._workspace else "/vp/"
        path = entrance + "/".join(
            [*contract.service_domain.split(":"), contract.interaction,
             contract.version.partition(".")[0], contract.profile]
        )  # fmt: skip
        correlation_id = correlation_id or str(uuid.uuid4())
        sent = {
            "Content-Type": "text/xml; charset=UTF-8",
            "SOAPAction": f'"{contract.soap_action}"' if soap_action is None else soap_action,
            CORRELATION_ID: correlation_id,
        }
        if sender is not None:
            sent |= {SENDER_ID: sender, INSTANCE_ID: self._instance_id}
        for name, text in (headers or {}).items():
            sent.pop(name, None)
            if text:
                sent[name] = text
        started, began = swedish_now(), time.perf_counter()
        about: dict[str, Any] = {
            "url": self._transport.base_url + path,
            "logical_address": logical_address,
            "correlation_id": correlation_id,
            "started": started,
            "request": body,
        }
        try:
            raw = self._transport.send(method, path, headers=sent, body=body)
        except OSError as error:
            return Answer(
                **about,
                seconds=time.perf_counter() - began,
                problem=f"the platform gave no answer: {type(error).__name__}",
            )
        seconds = time.perf_counter() - began
        try:
            root = without_comments(parse(raw.body))
        except MessageError as error:
            root, problem = None, error.what
        else:
            problem = ""
        return Answer(
            **about,
            seconds=seconds,
            status=raw.status,
            headers=raw.headers,
            body=raw.body,
            problem=problem,
            root=root,
        )

    def journal(self, *, correlation_id: str | None = None) -> list[dict[str, Any]]:
        """Give what the platform kept, the latest exchanges or those of one correlation id."""
        query = f"?correlation_id={quote(correlation_id, safe='')}" if correlation_id else ""
        return cast("list[dict[str, Any]]", self.control("GET", f"/journal{query}"))

    def wait_for(
        self, *, after: int = 0, timeout: float = 30.0, **query: str | float
    ) -> dict[str, Any] | None:
        """Wait for an exchange that all fields of a query fit; None where none comes in time.

        Units: seconds.
        """
        asked = {"query": query, "after": after, "timeout": timeout}
        found = self.control("POST", "/journal/wait", asked)["exchanges"]
        return found[0] if found else None

    def routes(self) -> list[dict[str, str]]:
        """Give the platform's routes: logical address, contract and the producer's address."""
        return cast("list[dict[str, str]]", self.control("GET", "/routes"))

    @contextmanager
    def in_workspace(self, name: str, *, like: str | None = "default") -> Iterator[PlatformClient]:
        """Make a workspace, give a client of it, and remove it at the end.

        Shape: calls and arrangements of that client are seen in no other workspace.
        """
        self.control("POST", "/workspaces", {"name": name} | ({"like": like} if like else {}),
                     everywhere=True)  # fmt: skip
        try:
            yield PlatformClient(
                self._transport, instance_id=self._instance_id, token=self._token, workspace=name
            )
        finally:
            self.control("DELETE", f"/workspaces/{name}", everywhere=True)

    def arrange(self, method: str, path: str, document: object = None) -> Any:
        """Use one operation of the control API on this client's workspace.

        Shape: as docs/control-api.md has them, for example ``("POST", "/disturbances", {...})``.
        """
        return self.control(method, path, document)

    def control(
        self, method: str, path: str, document: object = None, *, everywhere: bool = False
    ) -> Any:
        """Use the control API; ``everywhere`` for what concerns no single workspace.

        Raises: HarnessError where the platform does not answer, or refuses; its text is the
                platform's own.
        """
        within = "" if everywhere or not self._workspace else f"/workspaces/{self._workspace}"
        where = f"/control/v1{within}{path}"
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        body = None
        if document is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(document, ensure_ascii=False).encode("utf-8")
        try:
            raw = self._transport.send(method, where, headers=headers, body=body)
        except OSError as error:
            raise HarnessError(f"the platform does not answer: {error}", where=where) from None
        if raw.status not in range(200, 300):
            raise _refused(raw, where)
        return json.loads(raw.body) if raw.body else None


def _refused(raw: Raw, where: str) -> HarnessError:
    """Give what the platform said against a request to its control API."""
    try:
        problem = json.loads(raw.body)
        what, mend = str(problem["title"]), str(problem.get("mend", ""))
    except (ValueError, KeyError, TypeError):
        what, mend = f"the platform answered {raw.status}", ""
    return HarnessError(what, where=where, mend=mend)
