"""The call to a producer: headers, timeout, the one retry."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ProtocolError, ReadTimeoutError
from urllib3.util import SKIP_HEADER

from contracts.envelope import SOAP_ENVELOPE
from simulator.sender import INSTANCE_ID, SENDER_ID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.settings import Settings

__all__ = ["Answered", "Failed", "Producer", "TlsMaterial", "headers_to_producer"]

CORRELATION_ID = "x-skltp-correlation-id"
ORIGINAL_CONSUMER = "x-rivta-original-serviceconsumer-hsaid"

_NOT_FORWARDED = re.compile(
    r"(?i)x-vp.*|PEER_CERTIFICATES|X-Forwarded.*|MULE_.*|X-MULE_.*|Connection|accept-encoding"
    r"|Content-Length|Transfer-Encoding|Host|User-Agent|Content-Type|Keep-Alive|Expect"
)
_NOT_RETURNED = re.compile(
    r"(?i)SOAPAction|MULE_.*|X-MULE_.*|LOCAL_CERTIFICATE|PEER_CERTIFICATES|http\.method"
    r"|Content-Type|Content-Length|Transfer-Encoding|Connection|Keep-Alive|Content-Encoding"
    r"|x-skltp-correlation-id|x-skltp-prt"
)
_SUCCESS = range(200, 300)
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsMaterial:
    """What the platform presents to, and demands of, a producer on https.

    Shape: paths to PEM files; ``authority`` None takes the authorities that come with the system.
    """

    certificate: str | None = None
    key: str | None = None
    authority: str | None = None
    verify: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The producer answered, and the answer may go on to the consumer."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The producer could not be reached, or its answer may not go on: VP009.

    Shape: ``detail`` is the fault's variable part; ``status`` and ``body`` what came, if any.
    """

    detail: str
    seconds: float
    status: int | None = None
    body: bytes = b""


class Producer:
    """Calls producers for the platform; safe to share between threads."""

    def __init__(self, settings: Settings, tls: Mapping[str, TlsMaterial] | None = None) -> None:
        self._settings = settings
        self._tls = dict(tls or {})
        self._local = threading.local()

    def call(self, address: str, body: bytes, headers: Mapping[str, str]) -> Answered | Failed:
        """Post a message to a producer's address.

        Shape:  a connection that cannot be made is tried again after a pause; silence is not.
        Source: platform facts, sections 1.11, 1.13 and 2.3.
        """
        started = time.perf_counter()
        tries = 1 + self._settings.retries
        for attempt in range(1, tries + 1):
            try:
                response = self._post(address, body, headers)
            except requests.exceptions.SSLError:
                # A subclass of ConnectionError that the platform does not try again.
                return _failed(address, started, "javax.net.ssl.SSLHandshakeException",
                               "The TLS handshake failed")  # fmt: skip
            except requests.exceptions.ConnectTimeout:
                problem = ("java.net.ConnectException", f"Cannot connect to {_host(address)}")
            except requests.exceptions.ReadTimeout:
                return _silent(address, started)
            except requests.exceptions.ConnectionError as error:
                if isinstance(_cause(error), ReadTimeoutError):  # silence amid the answer's body
                    return _silent(address, started)
                problem = _connection_problem(error, address)
            except requests.exceptions.RequestException as error:
                return _failed(address, started, "java.io.IOException", type(error).__name__)
            else:
                return _judged(response, address, time.perf_counter() - started)
            if attempt < tries:
                time.sleep(self._settings.retry_delay)
        return _failed(address, started, *problem)

    def _post(self, address: str, body: bytes, headers: Mapping[str, str]) -> requests.Response:
        tls = self._tls.get(address, TlsMaterial())
        certificate = (tls.certificate, tls.key) if tls.certificate and tls.key else None
        return self._session().post(
            address,
            data=body,
            headers={**headers, "Accept-Encoding": SKIP_HEADER},  # else urllib3 sends its own
            timeout=(self._settings.connect_timeout, self._settings.producer_timeout),
            allow_redirects=False,
            cert=certificate,
            verify=(tls.authority or True) if tls.verify else False,
        )

    def _session(self) -> requests.Session:
        """Give this thread's session; connections are kept open between calls."""
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.trust_env = False  # no proxy of the machine comes between
            session.headers.clear()
            session.mount("http://", HTTPAdapter(max_retries=0))
            session.mount("https://", HTTPAdapter(max_retries=0))
            self._local.session = session
        return session


def headers_to_producer(
    inbound: Mapping[str, str],
    *,
    sender: str,
    correlation_id: str,
    address: str,
    settings: Settings,
) -> dict[str, str]:
    """Give the headers of the call to the producer: some kept, some set, some removed.

    Shape:  ``inbound`` has names in lower case.
    Source: platform facts, section 1.12.
    """
    headers = {name: value for name, value in inbound.items() if not _NOT_FORWARDED.fullmatch(name)}
    headers[ORIGINAL_CONSUMER] = inbound.get(ORIGINAL_CONSUMER) or sender
    headers["User-Agent"] = "SKLTP VP/4.3.x"
    headers["Content-Type"] = "text/xml;charset=UTF-8"
    headers.pop(CORRELATION_ID, None)
    if urlsplit(address).scheme == "http":
        headers[SENDER_ID] = sender
        headers[INSTANCE_ID] = settings.instance_id
        headers[CORRELATION_ID] = correlation_id
    return headers


def _judged(response: requests.Response, address: str, seconds: float) -> Answered | Failed:
    body, status = response.content, response.status_code
    if status in _SUCCESS and not body:
        return Failed(
            detail=f"Error connecting to service producer at address {address}. Empty message "
            f"when server responded with status code: {status} {response.reason}",
            seconds=seconds,
            status=status,
        )
    if status in _SUCCESS or (status == _SERVER_ERROR and SOAP_ENVELOPE.encode() in body):
        kept = {
            name: value
            for name, value in response.headers.items()
            if not _NOT_RETURNED.fullmatch(name)
        }
        return Answered(status=status, headers=kept, body=body, seconds=seconds)
    elsewhere = (
        f", redirectLocation: {response.headers['Location']}" if response.is_redirect else ""
    )
    return Failed(
        detail=_detail(
            address,
            "org.apache.camel.component.netty.http.NettyHttpOperationFailedException",
            f"Netty HTTP operation failed invoking {address} with statusCode: {status}{elsewhere}",
        )
        + f"\nVP_PRODUCER_EXCEPTION_HTTP_STATUS={status}",
        seconds=seconds,
        status=status,
        body=body,
    )


def _failed(address: str, started: float, kind: str, message: str) -> Failed:
    return Failed(detail=_detail(address, kind, message), seconds=time.perf_counter() - started)


def _silent(address: str, started: float) -> Failed:
    return _failed(
        address,
        started,
        "io.netty.handler.timeout.ReadTimeoutException",
        "Timeout when waiting on response from producer.",
    )


def _detail(address: str, kind: str, message: str) -> str:
    return (
        f"Error connecting to service producer at address {address}. Exception Caught by Camel "
        f"when contacting producer. Exception information: ({kind}: {message})"
    )


def _connection_problem(
    error: requests.exceptions.ConnectionError, address: str
) -> tuple[str, str]:
    if isinstance(_cause(error), ProtocolError):
        return "java.net.SocketException", "Connection reset"
    return "java.net.ConnectException", f"Cannot connect to {_host(address)}"


def _cause(error: requests.exceptions.ConnectionError) -> object:
    """Give what requests wrapped into its own error."""
    return error.args[0] if error.args else None


def _host(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"
