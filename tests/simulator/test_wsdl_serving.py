"""WSDL at the addresses of virtual services: platform facts, section 3."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import pytest
from lxml import etree

from contracts.catalogue import Catalogue, Domain, bundled
from contracts.errors import UsageError
from contracts.installed import install
from contracts.wsdl import ServiceContract
from simulator.app import create_app
from simulator.exchange import InboundCall, Reply
from simulator.mediation import Unforeseen
from simulator.wsdl_serving import WsdlServing, service_path

if TYPE_CHECKING:
    from flask import Flask

    from simulator.client import HttpTransport, Raw
    from simulator.platform import Platform

CLAIM = "/vp/financial/billing/claim/ProcessClaimSpecification/1/rivtabp21"
HOST = "http://platform.example:8080"
NAMES = {
    "wsdl": "http://schemas.xmlsoap.org/wsdl/",
    "soap": "http://schemas.xmlsoap.org/wsdl/soap/",
    "xs": "http://www.w3.org/2001/XMLSchema",
}
SCHEMAS = (
    "../../core_components/itintegration_registry_1.0.xsd",
    "ProcessClaimSpecificationResponder_1.1.xsd",
)
NOT_FOUND = "No wsdl found on this path, following wsdl paths is available:"


def asked(
    path: str = CLAIM,
    query: str = "wsdl",
    *,
    serving: WsdlServing | None = None,
    **headers: str,
) -> Reply | Unforeseen:
    """Ask for a WSDL or a schema of the bundled contracts."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    where = f"{HOST}/{path.removeprefix('/')}"
    url = f"{where}?{query}" if query else where
    call = InboundCall(method="GET", url=url, path=path, query=query, headers=named)
    return (serving or WsdlServing(catalogue=bundled)).answer(call)


def document(answer: Reply | Unforeseen) -> etree._Element:
    """Give what was served, which must be XML with status 200."""
    assert isinstance(answer, Reply)
    assert answer.status == 200
    assert answer.headers == {"Content-Type": "text/xml;UTF-8"}
    return etree.fromstring(answer.body)


def imports(root: etree._Element) -> list[str]:
    """Give the locations of the schemas that a document needs."""
    return [str(place) for place in root.xpath("//xs:import/@schemaLocation", namespaces=NAMES)]


def address(root: etree._Element) -> str:
    """Give where the service says that it is."""
    (found,) = root.xpath("//soap:address/@location", namespaces=NAMES)
    return str(found)


# --- Who asks for WSDL ---


@pytest.mark.parametrize(
    ("query", "headers", "asks"),
    [
        pytest.param("wsdl", {}, True, id="wsdl"),
        pytest.param("WSDL", {}, True, id="whatever the case"),
        pytest.param("wsdl=1&a=b", {}, True, id="with a value"),
        pytest.param("a=b&xsd=c.xsd", {}, True, id="xsd"),
        pytest.param("", {"wsdl": ""}, True, id="header wsdl"),
        pytest.param("", {"xsd": "c.xsd"}, True, id="header xsd"),
        pytest.param("", {}, False, id="nothing"),
        pytest.param("a=wsdl", {"x-wsdl": ""}, False, id="something else"),
    ],
)
def test_query_or_header_asks_for_wsdl(query: str, headers: dict[str, str], asks: bool) -> None:
    """Section 1.2, step 2."""
    call = InboundCall(query=query, headers=headers)

    assert WsdlServing(catalogue=bundled).is_asked_for(call) == asks


def test_header_names_the_schema_as_a_query_does() -> None:
    """A parameter and a header are the same to the platform."""
    assert document(asked(query="", xsd=SCHEMAS[1])).tag == f"{{{NAMES['xs']}}}schema"


# --- What is served ---


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(CLAIM, id="as documented"),
        pytest.param(CLAIM.upper(), id="whatever the case"),
        pytest.param(CLAIM.removeprefix("/"), id="without leading slash"),
    ],
)
def test_wsdl_is_served_with_addresses_that_lead_here(path: str) -> None:
    """The service's own address, and its schemas' beside it."""
    root = document(asked(path))

    assert root.get("targetNamespace") == (
        "urn:riv:financial:billing:claim:ProcessClaimSpecification:1:rivtabp21"
    )
    here = f"{HOST}/{path.removeprefix('/')}"
    assert address(root) == here
    assert imports(root) == [f"{here}?xsd={name}" for name in SCHEMAS]


@pytest.mark.parametrize(
    ("headers", "base"),
    [
        pytest.param(
            {
                "x_vp_forwarded_proto": "https",
                "x_vp_forwarded_host": "vp.example",
                "x_vp_forwarded_port": "443",
            },
            "https://vp.example:443",
            id="all",
        ),
        pytest.param(
            {"x_vp_forwarded_proto": "https"}, "https://platform.example:8080", id="proto"
        ),
        pytest.param({"x_vp_forwarded_host": "vp.example"}, "http://vp.example:8080", id="host"),
        pytest.param({"x_vp_forwarded_port": "20000"}, "http://platform.example:20000", id="port"),
        pytest.param({"x_forwarded_host": "vp.example"}, HOST, id="not those of other proxies"),
    ],
)
def test_proxy_tells_the_address_that_is_served(headers: dict[str, str], base: str) -> None:
    """Scheme, host and port of every URL."""
    wsdl = document(asked(**headers))
    unknown = asked("/vp/nothing", **headers)

    assert address(wsdl) == f"{base}{CLAIM}"
    assert imports(wsdl)[0].startswith(f"{base}{CLAIM}?xsd=")
    assert isinstance(unknown, Reply)
    assert f"\n{base}{CLAIM}?wsdl" in unknown.body.decode()


def parts(root: etree._Element) -> list[str]:
    """Give the parts of the request, in their order."""
    (message, _) = root.iterfind("wsdl:message", NAMES)
    return [str(part.get("name")) for part in message.iterfind("wsdl:part", NAMES)]


@pytest.mark.parametrize(
    ("agent", "strict", "first"),
    [
        pytest.param("node-soap/1.13.0", False, "parameters", id="takes the first part for it"),
        pytest.param("node-soap/1.13.0", True, "LogicalAddress", id="strict"),
        pytest.param("Zeep/4.3.3", False, "LogicalAddress", id="reads the binding"),
        pytest.param("", False, "LogicalAddress", id="says nothing of itself"),
    ],
)
def test_body_comes_first_for_who_cannot_find_it(agent: str, strict: bool, first: str) -> None:
    """Nothing else differs; everybody else gets the WSDL as it was published."""
    serving = WsdlServing(catalogue=bundled, strict=strict)

    root = document(asked(serving=serving, user_agent=agent))

    published = document(asked(serving=serving))
    assert parts(root)[0] == first
    assert sorted(parts(root)) == sorted(parts(published)) == ["LogicalAddress", "parameters"]
    assert sorted(map(str, root.itertext())) == sorted(map(str, published.itertext()))
    assert [one.attrib for one in root.iterfind("wsdl:binding//*", NAMES)] == [
        one.attrib for one in published.iterfind("wsdl:binding//*", NAMES)
    ]


@pytest.mark.parametrize("contract", bundled().contracts, ids=str)
def test_every_bundled_contract_is_served_whole(contract: ServiceContract) -> None:
    """Whoever follows the addresses gets the WSDL and all schemas, and can read a message by it."""
    waiting, read = [f"{HOST}/{service_path(contract)}?wsdl"], set()
    while waiting:
        url = waiting.pop()
        if url in read:
            continue
        read.add(url)
        path, _, query = url.removeprefix(HOST).partition("?")
        waiting += [urljoin(url, place) for place in imports(document(asked(path, query)))]

    assert len(read) > 1
    assert contract.schema.name in {Path(url.partition("xsd=")[2]).name for url in read}


def test_path_is_that_of_the_target_namespace() -> None:
    """Main domain, sub domains, service, major version and profile."""
    paths = {service_path(contract) for contract in bundled().contracts}

    assert {
        "vp/financial/billing/claim/ProcessClaimSpecification/1/rivtabp21",
        "vp/itintegration/engagementindex/Update/1/rivtabp21",
        "vp/infrastructure/itintegration/registry/GetSupportedServiceContracts/2/rivtabp21",
    } <= paths


def test_older_service_has_a_short_address_too() -> None:
    """As the national platform is set up; the documented one leads there as well."""
    short = document(asked("/vp/Update/1/rivtabp21"))
    documented = document(asked("/vp/itintegration/engagementindex/Update/1/rivtabp21"))

    assert short.get("targetNamespace") == documented.get("targetNamespace")
    assert address(short) == f"{HOST}/vp/Update/1/rivtabp21"


def test_unknown_path_is_answered_with_those_that_are_known() -> None:
    """500 in clear text, one line a service."""
    answer = asked("/vp/nothing/here")

    assert isinstance(answer, Reply)
    assert (answer.status, answer.headers) == (500, {"Content-Type": "text/plain;UTF-8"})
    first, *lines = answer.body.decode().split("\n")
    assert first == NOT_FOUND
    assert len(lines) == len(bundled().contracts)
    assert f"{HOST}{CLAIM}?wsdl" in lines


@pytest.mark.parametrize("key", ["", "none.xsd", "../../../../../etc/passwd", "https://x/y.xsd"])
def test_unknown_schema_is_an_accident(key: str) -> None:
    """A fault of the unforeseen kind, that names the key; no file outside is ever served."""
    answer = asked(query=f"xsd={key}")

    assert isinstance(answer, Unforeseen)
    assert answer.text == f"Couldn't find xsd named {key}"


# --- Other contracts ---

WSDL = """<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"
 xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" targetNamespace="{}">
 <wsdl:types><xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:import namespace="a" schemaLocation="a%20b.xsd"/></xs:schema></wsdl:types>
 <wsdl:service name="s"><wsdl:port name="p"><soap:address location="x"/></wsdl:port></wsdl:service>
</wsdl:definitions>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with a WSDL that has a byte order mark, and its schema."""
    text = WSDL.format("urn:riv:a:b:Ping:1:rivtabp20")
    (tmp_path / "Ping.wsdl").write_text(text, encoding="utf-8-sig")
    (tmp_path / "a b.xsd").write_text(f'<xs:schema xmlns:xs="{NAMES["xs"]}"/>', encoding="utf-8")
    return tmp_path


@pytest.fixture
def overridden(folder: Path) -> Callable[..., WsdlServing]:
    """Give a maker of servings with a list of overrides."""

    def build(*entries: dict[str, Any] | str) -> WsdlServing:
        path = folder / "wsdl.json"
        text = entries[0] if isinstance(entries[0], str) else json.dumps(entries)
        path.write_text(text, encoding="utf-8")
        return WsdlServing(path, catalogue=bundled)

    return build


def test_list_moves_a_known_contract(overridden: Callable[..., WsdlServing]) -> None:
    """Entries of the list win: the documented address is gone."""
    claim = "urn:riv:financial:billing:claim:ProcessClaimSpecificationResponder:1"
    serving = overridden({"tjanstekontrakt": claim, "wsdlurl": "vp/Claims/1/rivtabp21"})

    moved = document(asked("/vp/claims/1/RIVTABP21", serving=serving))
    gone = asked(serving=serving)

    assert address(moved) == f"{HOST}/vp/claims/1/RIVTABP21"
    assert isinstance(gone, Reply)
    assert gone.status == 500
    assert f"{HOST}/vp/Claims/1/rivtabp21?wsdl" in gone.body.decode().split("\n")


def test_list_brings_a_wsdl_of_its_own(overridden: Callable[..., WsdlServing]) -> None:
    """A contract that is not known otherwise, from a file beside the list."""
    serving = overridden(
        {
            "tjanstekontrakt": "urn:riv:a:b:PingResponder:1",
            "wsdlfilepath": "Ping.wsdl",
            "wsdlurl": "vp/Ping/1/rivtabp20",
        }
    )

    root = document(asked("/vp/Ping/1/rivtabp20", serving=serving))
    (place,) = imports(root)
    schema = document(asked("/vp/Ping/1/rivtabp20", place.partition("?")[2], serving=serving))

    assert place == f"{HOST}/vp/Ping/1/rivtabp20?xsd=a%20b.xsd"
    assert schema.tag == f"{{{NAMES['xs']}}}schema"


def test_byte_order_mark_is_stripped(overridden: Callable[..., WsdlServing]) -> None:
    """What is served begins with its declaration."""
    entry = {"tjanstekontrakt": "a", "wsdlfilepath": "Ping.wsdl", "wsdlurl": "vp/Ping"}

    answer = asked("/vp/Ping", serving=overridden(entry))

    assert isinstance(answer, Reply)
    assert answer.body.startswith(b"<?xml ")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="no JSON"),
        pytest.param("{}1", id="more than JSON"),
        pytest.param("[1]", id="no objects"),
        pytest.param('[{"tjanstekontrakt": "a"}]', id="no address"),
        pytest.param(
            '[{"tjanstekontrakt": "a", "wsdlurl": "vp/a", "wsdlfilepath": "none.wsdl"}]',
            id="no file",
        ),
    ],
)
def test_list_that_cannot_be_used_stops_the_start(
    overridden: Callable[..., WsdlServing], text: str
) -> None:
    """The message names the list."""
    with pytest.raises(UsageError) as refused:
        overridden(text)

    assert refused.value.where.endswith("wsdl.json")
    assert refused.value.mend


def test_contract_outside_the_naming_rule_has_an_address_too(folder: Path) -> None:
    """Where the target namespace is no urn:riv, domain and name tell."""
    wsdl = folder / "Odd.wsdl"
    wsdl.write_text(WSDL.format("http://odd.example/"), encoding="utf-8")
    contract = ServiceContract(
        service_domain="a:b",
        version="3.2",
        interaction="Odd",
        namespace="urn:odd",
        request="{urn:odd}Odd",
        response="{urn:odd}OddResponse",
        soap_action="",
        profile="RIVTABP20",
        wsdl=wsdl,
        schema=folder / "a b.xsd",
    )
    odd = Catalogue((Domain("a:b", "3.2", folder, listed=(contract,)),))

    root = document(asked("/vp/a/b/Odd/3/rivtabp20", serving=WsdlServing(catalogue=lambda: odd)))

    assert address(root) == f"{HOST}/vp/a/b/Odd/3/rivtabp20"


def test_installed_contract_is_served(at_home: Path, packages: ModuleType) -> None:
    """From the moment that it is installed, by a platform that runs."""
    serving = WsdlServing()
    path = "/vp/made/up/things/GetThing/1/rivtabp21"
    before = asked(path, serving=serving)

    install(packages.zipped(packages.clean(), at_home / "in"))

    assert isinstance(before, Reply)
    assert before.status == 500
    root = document(asked(path, serving=serving))
    assert address(root) == f"{HOST}{path}"
    for place in imports(root):
        document(asked(path, place.partition("?")[2], serving=serving))


# --- Over HTTP ---


def get(transport: HttpTransport, path: str, **headers: str) -> Raw:
    """Fetch a page from the platform."""
    return transport.send("GET", path, headers=headers)


@pytest.mark.parametrize("prefix", ["", "/w/other"])
def test_wsdl_is_fetched_by_whoever_asks(
    over_http: Callable[[Flask], HttpTransport],
    a_platform: Callable[..., Platform],
    prefix: str,
) -> None:
    """No sender is asked for, not even by a strict platform that lets nobody in."""
    platform = a_platform(strict=True, whitelist=())
    platform.arrangements.create("other")
    transport = over_http(create_app(platform))

    answer = get(transport, f"{prefix}{CLAIM}?wsdl")

    assert (answer.status, answer.headers["content-type"]) == (200, "text/xml;UTF-8")
    assert uuid.UUID(answer.headers["x-skltp-correlation-id"])
    root = etree.fromstring(answer.body)
    assert address(root) == f"{transport.base_url}{prefix}{CLAIM}"
    for place in imports(root):
        schema = get(transport, place.removeprefix(transport.base_url))
        assert schema.status == 200
    assert {entry.decision for entry in platform.journal.stream()} == {"wsdl"}


@pytest.mark.parametrize("strict", [False, True])
def test_strict_platform_serves_every_client_the_same(
    over_http: Callable[[Flask], HttpTransport], a_platform: Callable[..., Platform], strict: bool
) -> None:
    """The setting reaches the serving, and a client's own word for itself does too."""
    transport = over_http(create_app(a_platform(strict=strict)))

    answers = [
        get(transport, f"{CLAIM}?wsdl", **{"User-Agent": agent}).body
        for agent in ("node-soap/1.13.0", "PHP-SOAP/8.2")
    ]

    assert (answers[0] == answers[1]) == strict


def test_unknown_paths_and_schemas_are_told_over_http(
    over_http: Callable[[Flask], HttpTransport], a_platform: Callable[..., Platform]
) -> None:
    """The list for a path, a fault without code for a schema; the correlation id on both."""
    platform = a_platform()
    platform.arrangements.create("x")
    transport = over_http(create_app(platform))

    path = get(transport, "/w/x/vp/none?wsdl", **{"x-skltp-correlation-id": "mine"})
    schema = get(transport, f"{CLAIM}?xsd=none.xsd", **{"x-skltp-correlation-id": "mine"})

    assert (path.status, path.headers["content-type"]) == (500, "text/plain;UTF-8")
    assert f"\n{transport.base_url}/w/x{CLAIM}?wsdl" in path.body.decode()
    assert schema.status == 500
    text = etree.fromstring(schema.body).findtext(".//faultstring")
    assert text == "Couldn't find xsd named none.xsd"
    for answer in (path, schema):
        assert answer.headers["x-skltp-correlation-id"] == "mine"
