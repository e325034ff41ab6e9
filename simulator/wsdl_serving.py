"""WSDL and schemas of the known contracts, at the addresses of their virtual services."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, unquote, urlsplit

from lxml import etree

from contracts.catalogue import Catalogue, known
from contracts.errors import HarnessError, MessageError, UsageError
from contracts.parsing import parse
from simulator.exchange import InboundCall, Reply
from simulator.mediation import Unforeseen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.wsdl import ServiceContract

__all__ = ["WsdlServing", "service_path"]

_WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
_SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
_XSD = "{http://www.w3.org/2001/XMLSchema}"
_IMPORTS = [f"{_XSD}import", f"{_XSD}include", f"{_XSD}redefine"]
_URN = "urn:riv:"
_ASKING = ("wsdl", "xsd")
_KEY_SAFE = "/:@!$()*,;.-_~%"

_FIRST_PART_IS_BODY = ("node-soap/",)
"""Clients, by the beginning of User-Agent, that take a message's first part for the body whatever
the binding says: https://github.com/vpulim/node-soap/issues/704."""

_SHORT = {
    "Update": "vp/Update/1/rivtabp21",
    "FindAllQuestions": "vp/FindAllQuestions/1/rivtabp20",
    "ReceiveMedicalCertificateQuestion": "vp/ReceiveMedicalCertificateQuestion/1/rivtabp20",
    "GetSubjectOfCareSchedule": "vp/GetSubjectOfCareSchedule/1/rivtabp21",
}
"""Older services have short addresses, too; they lead to the same WSDL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Service:
    """A virtual service: where it is asked for, and the WSDL that describes it."""

    path: str
    wsdl: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class _Override:
    """An entry of the list that moves single services."""

    contract: str
    path: str
    wsdl: Path | None


class WsdlServing:
    """Answers who asks for the WSDL of a service, before anyone is asked who they are.

    Shape:  ``urls`` is a file with a JSON list of objects ``tjanstekontrakt``, ``wsdlfilepath`` and
            ``wsdlurl``; a file path counts from that file, and without one the known WSDL is meant.
            ``strict`` serves every client the WSDL as it was published.
    Raises: UsageError where the list cannot be read.
    Source: platform facts, section 3.
    """

    def __init__(
        self,
        urls: Path | None = None,
        *,
        catalogue: Callable[[], Catalogue] = known,
        strict: bool = False,
    ) -> None:
        self._catalogue = catalogue
        self._strict = strict
        self._overrides = () if urls is None else tuple(_overrides(urls))

    def is_asked_for(self, call: InboundCall) -> bool:
        """Tell whether the query string, or a header, says wsdl or xsd."""
        headers = call.headers
        if "wsdl" in headers or "xsd" in headers:
            return True
        return bool(call.query) and not _asked(call.query).keys().isdisjoint(_ASKING)

    def answer(self, call: InboundCall) -> Reply | Unforeseen:
        """Give the WSDL or a schema, or tell which there are."""
        asked = {**{name: call.headers.get(name, "") for name in _ASKING if name in call.headers},
                 **_asked(call.query)}  # fmt: skip
        url = _requested(call)
        services = _services(self._catalogue(), self._overrides)
        service = services.get(_key(call.path))
        if service is None:
            base = url[: -len(quote(call.path))] if url.endswith(quote(call.path)) else url
            return _unknown(base.rstrip("/"), services.values())
        if "wsdl" in asked:
            return _file(service.wsdl, url, body_first=self._needs_body_first(call))
        found = _schemas(service.wsdl).get(unquote(asked["xsd"]))
        if found is None:
            text = f"Couldn't find xsd named {asked['xsd']}"
            return Unforeseen(text=text, kind="java.lang.RuntimeException")
        return _file(found, url)

    def _needs_body_first(self, call: InboundCall) -> bool:
        agent = call.headers.get("user-agent", "")
        return not self._strict and agent.startswith(_FIRST_PART_IS_BODY)


def service_path(contract: ServiceContract) -> str:
    """Give the path of a contract's virtual service, from its WSDL's target namespace.

    Source: platform facts, section 3.
    """
    return _path_of(contract.wsdl) or "/".join(
        ["vp", *contract.service_domain.split(":"), contract.interaction,
         contract.version.partition(".")[0], contract.profile.lower()]
    )  # fmt: skip


@lru_cache(maxsize=8192)
def _path_of(wsdl: Path) -> str:
    try:
        with wsdl.open("rb") as file:
            _, root = next(etree.iterparse(file, events=("start",), resolve_entities=False))
    except (OSError, etree.XMLSyntaxError, StopIteration):
        return ""
    namespace = root.get("targetNamespace", "")
    if not namespace.startswith(_URN):
        return ""
    return "/".join(["vp", *namespace.removeprefix(_URN).split(":")])


def _key(path: str) -> str:
    return path.strip("/").lower()


@lru_cache(maxsize=4)
def _services(catalogue: Catalogue, overrides: tuple[_Override, ...]) -> Mapping[str, _Service]:
    """Give the virtual services by their path in lower case, short paths among them."""
    services: dict[str, _Service] = {}
    moved = {one.contract.lower(): one for one in overrides}
    shorts: dict[str, _Service] = {}
    for contract in catalogue.contracts:
        override = moved.pop(contract.namespace.lower(), None)
        path = override.path if override else service_path(contract)
        wsdl = (override and override.wsdl) or contract.wsdl
        service = _Service(path=path, wsdl=wsdl)
        services.setdefault(_key(path), service)
        short = _SHORT.get(contract.interaction, "")
        if short and short.partition("/")[2].lower() in f"{path.lower()}/":
            shorts[_key(short)] = service
    for override in moved.values():
        if override.wsdl is not None:
            services[_key(override.path)] = _Service(path=override.path, wsdl=override.wsdl)
    return {**shorts, **services}


def _overrides(path: Path) -> Iterator[_Override]:
    try:
        for entry in json.loads(path.read_text(encoding="utf-8")):
            file = entry.get("wsdlfilepath")
            wsdl = path.parent / file if file else None
            if wsdl is not None and not wsdl.is_file():
                raise UsageError(f"there is no {wsdl}", where=str(path), mend="mend wsdlfilepath")
            yield _Override(contract=entry["tjanstekontrakt"], path=entry["wsdlurl"], wsdl=wsdl)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=str(path)) from None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UsageError(
            f"no list of WSDL addresses: {type(error).__name__}: {error}",
            where=str(path),
            mend='write a list of {"tjanstekontrakt": "urn:riv:...", "wsdlurl": "vp/..."}',
        ) from None


# --- What was asked ---


def _asked(query: str) -> dict[str, str]:
    """Give the parameters of a query, their names in lower case."""
    read = parse_qs(query, keep_blank_values=True)
    return {name.lower(): values[0] for name, values in read.items()}


def _requested(call: InboundCall) -> str:
    """Give the URL as the caller knows it, without query: through a proxy, with its own parts."""
    parts = urlsplit(call.url)
    headers = call.headers
    scheme = headers.get("x-vp-forwarded-proto") or parts.scheme
    host = headers.get("x-vp-forwarded-host") or parts.hostname or ""
    port = headers.get("x-vp-forwarded-port") or ("" if parts.port is None else str(parts.port))
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    return f"{scheme}://{host}{f':{port}' if port else ''}{parts.path}"


# --- What is answered ---


def _file(path: Path, url: str, *, body_first: bool = False) -> Reply:
    try:
        root = parse(path.read_bytes())
    except (OSError, MessageError) as error:
        raise HarnessError("a served file cannot be read", where=str(path)) from error
    for address in root.iter(f"{_SOAP}address"):
        address.set("location", url)
    if body_first:
        _move_headers_last(root)
    for node in root.iter(*_IMPORTS):
        if location := node.get("schemaLocation"):
            node.set("schemaLocation", f"{url}?xsd={quote(location, safe=_KEY_SAFE)}")
    body = etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")
    return Reply(status=200, headers={"Content-Type": "text/xml;UTF-8"}, body=body)


def _move_headers_last(root: etree._Element) -> None:
    """Put the parts that are headers after the body's; their order says nothing on the wire."""
    headers = {
        (header.get("message", "").rpartition(":")[2], header.get("part"))
        for header in root.iter(f"{_SOAP}header")
    }
    for message in root.iter(f"{_WSDL}message"):
        for part in message.findall(f"{_WSDL}part"):
            if (message.get("name"), part.get("name")) in headers:
                message.append(part)


def _unknown(base: str, services: Iterable[_Service]) -> Reply:
    paths = sorted({service.path for service in services})
    lines = [
        "No wsdl found on this path, following wsdl paths is available:",
        *(f"{base}/{path}?wsdl" for path in paths),
    ]
    headers = {"Content-Type": "text/plain;UTF-8"}
    return Reply(status=500, headers=headers, body="\n".join(lines).encode())


@lru_cache(maxsize=512)
def _schemas(wsdl: Path) -> Mapping[str, Path]:
    """Give the schemas that a WSDL needs, by their location as the files mean it.

    Shape: where two files write the same location of different schemas, the first one counts.
    """
    schemas: dict[str, Path] = {}
    waiting = [wsdl]
    read: set[Path] = set()
    while waiting:
        path = waiting.pop(0)
        if path in read:
            continue
        read.add(path)
        try:
            root = parse(path.read_bytes())
        except (OSError, MessageError):
            continue
        for node in root.iter(*_IMPORTS):
            location = node.get("schemaLocation", "")
            file = (path.parent / unquote(location)).resolve()
            if location and "://" not in location and file.is_file():
                schemas.setdefault(unquote(location), file)
                waiting.append(file)
    return schemas
