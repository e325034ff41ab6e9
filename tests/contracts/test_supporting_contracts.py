"""The contracts that the platform itself speaks say what the platform does, by the profile.

Two judges do the work. One reads a WSDL and its schema and names the rules of RIV-TA that they
break. The other makes messages of the examples, right ones and ones with a single fault, and names
those that the schema takes for something else. Each judge is shown altered files too, so that its
silence means something.
"""

from __future__ import annotations

import copy
import re
import shutil
import textwrap
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from lxml import etree

from contracts.envelope import LOGICAL_ADDRESS, SOAP_ENVELOPE, body_of, is_envelope
from contracts.parsing import parse
from contracts.schema import Schema
from contracts.terms import luhn_digit
from contracts.wsdl import read_wsdl

REPOSITORY = Path(__file__).resolve().parents[2]
DOMAINS = REPOSITORY / "contracts/domains"
RELEASED = (
    REPOSITORY.parent / "shared/reference/financial_patientfees_exemption/schemas/core_components"
)

REGISTRY = "urn:riv:itintegration:registry:1"
REGISTRY_FILE = "itintegration_registry_1.0.xsd"
REGISTRY_2 = "urn:riv:infrastructure:itintegration:registry"
INDEX = "urn:riv:itintegration:engagementindex"
HEADERS = "urn:riv:interoperability:headers:1"
HEADERS_FILE = "interoperability_headers_1.0.xsd"
XS = "http://www.w3.org/2001/XMLSchema"
WSDL = "http://schemas.xmlsoap.org/wsdl/"
SOAP = "http://schemas.xmlsoap.org/wsdl/soap/"
PREFIXES = {"wsdl": WSDL, "soap": SOAP, "xs": XS}


# What the platform says: contracts and their namespaces -------------------------------------


@dataclass(frozen=True, kw_only=True)
class Interaction:
    """One service contract: its namespace as the platform's description spells it, its files."""

    domain: str
    version: str
    name: str
    namespace: str

    def __str__(self) -> str:
        """Name the contract: two versions of one name are two contracts."""
        return f"{self.name} {self.version}"

    @property
    def major(self) -> str:
        """Give the part of the version that stands in namespaces."""
        return self.version.partition(".")[0]

    @property
    def home(self) -> str:
        """Give the folder of the domain version."""
        return f"{self.domain.replace(':', '_')}/v{self.version.replace('.', '_')}"

    @property
    def folder(self) -> str:
        """Give the folder of WSDL and schema."""
        return f"{self.home}/schemas/interactions/{self.name}Interaction"

    @property
    def wsdl(self) -> str:
        """Give the WSDL's path."""
        return f"{self.folder}/{self.name}Interaction_{self.version}_RIVTABP21.wsdl"

    @property
    def schema(self) -> str:
        """Give the path of the schema with request and response."""
        return f"{self.folder}/{self.name}Responder_{self.version}.xsd"


SUPPORTED_1 = Interaction(
    domain="itintegration:registry",
    version="1.0",
    name="GetSupportedServiceContracts",
    namespace="urn:riv:itintegration:registry:GetSupportedServiceContractsResponder:1",
)
SUPPORTED_2 = Interaction(
    domain="infrastructure:itintegration:registry",
    version="2.0",
    name="GetSupportedServiceContracts",
    namespace=f"{REGISTRY_2}:GetSupportedServiceContractsResponder:2",
)
ADDRESSEES = Interaction(
    domain="infrastructure:itintegration:registry",
    version="2.0",
    name="GetLogicalAddresseesByServiceContract",
    namespace=f"{REGISTRY_2}:GetLogicalAddresseesByServiceContractResponder:2",
)
PING = Interaction(
    domain="itintegration:monitoring",
    version="1.0",
    name="PingForConfiguration",
    namespace="urn:riv:itintegration:monitoring:PingForConfigurationResponder:1",
)
UPDATE, NOTIFICATION, FIND, UPDATES = (
    Interaction(
        domain="itintegration:engagementindex",
        version="1.0",
        name=name,
        namespace=f"{INDEX}:{name}Responder:1",
    )
    for name in ("Update", "ProcessNotification", "FindContent", "GetUpdates")
)
INTERACTIONS = (
    SUPPORTED_1,
    SUPPORTED_2,
    ADDRESSEES,
    PING,
    UPDATE,
    NOTIFICATION,
    FIND,
    UPDATES,
)
HEADERS_HOME = "interoperability_headers/v1_0"
HOMES = {
    **{interaction.home: interaction.domain for interaction in INTERACTIONS},
    HEADERS_HOME: "interoperability:headers",
}


# What the platform says: elements -----------------------------------------------------------

ENGAGEMENT = """\
registeredResidentIdentification     1     resident
serviceDomain                        1     uri
categorization                       1     text
logicalAddress                       1     text
businessObjectInstanceIdentifier     1     text
clinicalProcessInterestId            1     text
mostRecentContent                    0..1  time
sourceSystem                         1     text
creationTime                         0..1  time
updateTime                           0..1  time
dataController                       1     text
owner                                0..1  text
"""
TRANSACTIONS = f"""\
engagementTransaction                1..n  elements
  deleteFlag                         1     flag
  engagement                         1     elements
{textwrap.indent(ENGAGEMENT, "    ")}"""
RECEIPT = """\
ResultCode                           1     result
comment                              0..1  text
"""
CONTRACTS = """\
serviceContractNamespace             0..n  elements
  ServiceContractNamespace           1     uri
"""

LEAVES = {
    "text": (("", " with blanks ", "å & <", "x" * 1000), ()),
    "uri": (("urn:riv:crm:scheduling", "VG#VE", ""), ("urn:%", "http://[")),
    "flag": (("true", "false", "1", "0"), ("", "yes", "True")),
    "result": (("OK", "ERROR", "INFO"), ("", "ok", "WARNING")),
    "status": (
        ("DataFromSource", "DataFromCache", "DataFromCacheSynchFailed", "NoDataSynchFailed"),
        ("", "datafromsource", "NoData"),
    ),
    "agent": (
        (
            "virtualization_platform",
            "service_catalog",
            "service_producer",
            "engagement_index",
            "other",
        ),
        ("", "platform"),
    ),
    "actor": (("subject_of_care", "subject_of_care_agent"), ("", "citizen")),
    "resident": (
        ("191001209814", "198112189876", "20260101P123", "20260101t123", "20260101F123"),
        (
            "",
            "1313131313",
            "19100120-9814",
            "1910012098145",
            "20260101X123",
            "2026010PP123",
            "191001209814 ",
            "SE1001209814",
        ),
    ),
    "time": (
        ("20261122120000", "10000101000000", "20261231235959", "20260100000000", "20260231000000"),
        (
            "",
            "20261122",
            "2026112212000",
            "202611221200000",
            "2026-11-22T12:00:00",
            "00261122120000",
            "20260022120000",
            "20261322120000",
            "20261132120000",
            "20261142120000",
            "20261122240000",
            "20261122126000",
            "20261122120060",
            " 20261122120000",
        ),
    ),
}
"""What a kind of value may be, and what it may not."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message that the platform takes or gives: its table, its example, its schema.

    Shape: a line of the table is an element, indented below its parent; how often it stands
           there; what it holds. The order of the lines is the order in the message.
    """

    name: str
    example: str
    schema: str
    table: str

    def __str__(self) -> str:
        """Name the message."""
        return self.name

    @cached_property
    def fields(self) -> dict[str, tuple[str, str]]:
        """Give occurrence and kind of value by path of local names."""
        found: dict[str, tuple[str, str]] = {}
        parents: list[str] = []
        for line in self.table.splitlines():
            name, occurrence, kind = line.split()
            del parents[(len(line) - len(line.lstrip())) // 2 :]
            parents.append(name)
            found["/".join(parents)] = occurrence, kind
        return found

    def payload(self) -> etree._Element:
        """Read the example: the element that the schema is about."""
        root = parse((DOMAINS / self.example).read_bytes())
        return copy.deepcopy(body_of(root)) if is_envelope(root) else root


def _messages(interaction: Interaction, request: str, response: str) -> Iterator[Message]:
    for kind, table in (("Request", request), ("Response", response)):
        yield Message(
            name=f"{interaction} {kind.lower()}",
            example=f"{interaction.home}/examples/{interaction.name}{kind}.xml",
            schema=interaction.schema,
            table=table,
        )


def _header(name: str, table: str) -> Message:
    return Message(
        name=name,
        example=f"{HEADERS_HOME}/examples/{name}.xml",
        schema=f"{HEADERS_HOME}/schemas/core_components/{HEADERS_FILE}",
        table=table,
    )


PROCESSING_STATUS = _header(
    "ProcessingStatus",
    """\
ProcessingStatusList                 0..n  closed
  logicalAddress                     1     text
  statusCode                         1     status
  isResponseFromCache                1     flag
  isResponseInSynch                  1     flag
  lastSuccessfulSynch                1     text
  lastUnsuccessfulSynch              0..1  text
  lastUnsuccessfulSynchError         0..1  elements
    causingAgent                     1     agent
    code                             1     text
    text                             1     text
""",
)
ACTOR = _header("Actor", "actorId    1  text\nactorType  1  actor\n")
MESSAGES = (
    *_messages(
        SUPPORTED_1, "serviceConsumerHsaId  1     text\nlogicalAdress  1  text\n", CONTRACTS
    ),
    *_messages(
        SUPPORTED_2, "serviceConsumerHsaId  0..1  text\nlogicalAdress  1  text\n", CONTRACTS
    ),
    *_messages(
        ADDRESSEES,
        """\
serviceConsumerHsaId                 1     text
serviceContractNameSpace             1     elements
  ServiceContractNamespace           1     uri
""",
        """\
logicalAddressRecord                 0..n  elements
  logicalAddress                     1     text
  filter                             0..n  elements
    serviceDomain                    1     uri
    categorization                   0..n  text
""",
    ),
    *_messages(
        PING,
        "serviceContractNamespace  1  uri\nlogicalAddress  1  uri\n",
        """\
version                              1     text
pingDateTime                         1     time
configuration                        0..n  elements
  name                               1     text
  value                              1     text
""",
    ),
    *_messages(UPDATE, TRANSACTIONS, RECEIPT),
    *_messages(NOTIFICATION, TRANSACTIONS, RECEIPT),
    *_messages(
        FIND,
        """\
registeredResidentIdentification     1     resident
serviceDomain                        1     uri
categorization                       0..1  text
logicalAddress                       0..1  text
businessObjectInstanceIdentifier     0..1  text
clinicalProcessInterestId            0..1  text
mostRecentContent                    0..1  time
sourceSystem                         0..1  text
dataController                       0..1  text
owner                                0..1  text
""",
        f"engagement  0..n  elements\n{textwrap.indent(ENGAGEMENT, '  ')}",
    ),
    *_messages(
        UPDATES,
        """\
serviceDomain                        1     uri
timeStamp                            1     time
registeredResidentLastFetched        0..1  resident
""",
        f"""\
responseIsComplete                   1     flag
registeredResidentEngagement         0..n  elements
  registeredResidentIdentification   1     resident
  engagement                         0..n  elements
{textwrap.indent(ENGAGEMENT, "    ")}""",
    ),
    PROCESSING_STATUS,
    ACTOR,
)
MESSAGE = {message.name: message for message in MESSAGES}


# The judge of messages ----------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A message made of an example: what was done to it, and whether it is still right."""

    label: str
    payload: etree._Element
    right: bool


def trials(message: Message) -> Iterator[Trial]:
    """Make right messages and messages with a single fault of an example."""
    yield Trial(label="as it is", payload=message.payload(), right=True)
    for path, (occurrence, kind) in message.fields.items():
        yield from _occurrences(message, path, occurrence)
        yield from _misnamed(message, path)
        if kind in LEAVES:
            yield from _values(message, path, *LEAVES[kind])
    yield from _reordered(message)
    yield from _extended(message)


def _occurrences(message: Message, path: str, occurrence: str) -> Iterator[Trial]:
    payload = message.payload()
    parent, alike = _alike(payload, path)
    for element in alike:
        parent.remove(element)
    yield Trial(label=f"{path} left out", payload=payload, right=occurrence.startswith("0"))
    payload = message.payload()
    parent, alike = _alike(payload, path)
    for element in alike[1:]:
        parent.remove(element)
    yield Trial(label=f"{path} once", payload=copy.deepcopy(payload), right=True)
    alike[0].addnext(copy.deepcopy(alike[0]))
    yield Trial(label=f"{path} twice", payload=payload, right=occurrence.endswith("n"))


def _misnamed(message: Message, path: str) -> Iterator[Trial]:
    for label, rename in (
        ("without namespace", lambda name: name.localname),
        ("misspelt", lambda name: f"{{{name.namespace}}}{name.localname}s"),
        ("in the other letter case", lambda name: f"{{{name.namespace}}}{_other_case(name)}"),
    ):
        payload = message.payload()
        _, (element, *_) = _alike(payload, path)
        element.tag = rename(etree.QName(element))
        yield Trial(label=f"{path} {label}", payload=payload, right=False)


def _other_case(name: etree.QName) -> str:
    return name.localname[0].swapcase() + name.localname[1:]


def _values(
    message: Message, path: str, good: tuple[str, ...], bad: tuple[str, ...]
) -> Iterator[Trial]:
    for right, values in ((True, good), (False, bad)):
        for value in values:
            payload = message.payload()
            _, (element, *_) = _alike(payload, path)
            element.text = value
            yield Trial(label=f"{path} is {value[:40]!r}", payload=payload, right=right)
    payload = message.payload()
    _, (element, *_) = _alike(payload, path)
    etree.SubElement(element, "{urn:example:later}inside")
    yield Trial(label=f"{path} holds an element", payload=payload, right=False)


def _reordered(message: Message) -> Iterator[Trial]:
    for place, element in enumerate(message.payload().iter("*")):
        after = element.getnext()
        if after is None or after.tag == element.tag:
            continue
        payload = message.payload()
        moved = list(payload.iter("*"))[place]
        following = moved.getnext()
        assert following is not None
        following.addnext(moved)
        label = f"{etree.QName(element).localname} after {etree.QName(after).localname}"
        yield Trial(label=label, payload=payload, right=False)


def _extended(message: Message) -> Iterator[Trial]:
    """Add an element at the end of each type, where later versions grow, and before that.

    Among elements that repeat none is tried: libxml2 takes ``a*, any*`` for ``(a | any)*``.
    """
    holders = {"": "elements"} | {
        path: kind for path, (_, kind) in message.fields.items() if kind not in LEAVES
    }
    for path, kind in holders.items():
        for label, namespace, right in (
            ("extended", "urn:example:later", kind != "closed"),
            ("extended in its own namespace", None, False),
        ):
            payload, holder = _holder(message, path)
            own = etree.QName(holder[0]).namespace
            etree.SubElement(holder, f"{{{namespace or own}}}extension")
            yield Trial(label=f"{path or 'message'} {label}", payload=payload, right=right)
    for path, (occurrence, _) in message.fields.items():
        if not occurrence.endswith("n"):
            payload = message.payload()
            _, (element, *_) = _alike(payload, path)
            element.addprevious(etree.Element("{urn:example:later}extension"))
            yield Trial(label=f"{path} after an extension", payload=payload, right=False)


def _holder(message: Message, path: str) -> tuple[etree._Element, etree._Element]:
    payload = message.payload()
    return payload, _alike(payload, path)[1][0] if path else payload


def _alike(payload: etree._Element, path: str) -> tuple[etree._Element, list[etree._Element]]:
    """Find the elements at a path below the parent of the first of them."""
    *parents, name = path.split("/")
    candidates = [payload]
    for step in parents:
        candidates = [child for parent in candidates for child in _named(parent, step)]
    parent = next(candidate for candidate in candidates if _named(candidate, name))
    return parent, _named(parent, name)


def _named(parent: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in parent.iterchildren("*") if etree.QName(child).localname == name]


def surprises(message: Message, schema: Path) -> list[str]:
    """Name the trials that a schema judges otherwise than the table says."""
    compiled = Schema(schema)
    return [
        trial.label
        for trial in trials(message)
        if trial.right is not (compiled.findings(trial.payload) == ())
    ]


# The judge of WSDL and schema ---------------------------------------------------------------


def broken_rules(interaction: Interaction, domains: Path = DOMAINS) -> list[str]:
    """Name the rules of RIV-TA that a WSDL and the schema of its messages break.

    Source: RIV-TA Basic Profile 2.1 BP-2 to BP-17, Service schema 2.1 TS-1 to TS-8.
    """
    return [
        rule
        for rule, found, expected in (
            *_wsdl_rules(interaction, domains / interaction.wsdl),
            *_schema_rules(interaction, domains / interaction.schema),
        )
        if found != expected
    ]


def _wsdl_rules(contract: Interaction, path: Path) -> Iterator[tuple[str, object, object]]:
    """Give rule, what the WSDL says, and what the profile's formula gives."""
    root = etree.parse(str(path)).getroot()
    name = contract.name
    addressed = f"urn:riv:{contract.domain}:{name}:{contract.major}:rivtabp21"
    responder = f"urn:riv:{contract.domain}:{name}Responder:{contract.major}"
    act, messages = f"{{{addressed}}}{name}", f"{{{responder}}}{name}"

    def said(where: str, attribute: str) -> list[str]:
        return [_said(node, attribute) for node in root.iterfind(where, PREFIXES)]

    bound = "wsdl:binding/wsdl:operation"
    header = f"{bound}/wsdl:input/soap:header"
    request, response = (f"wsdl:message[@name='{name}{kind}']" for kind in ("Request", "Response"))
    yield (
        "BP-1",
        said("wsdl:binding/soap:binding", "transport"),
        ["http://schemas.xmlsoap.org/soap/http"],
    )
    files = sorted(file.name for file in path.parent.glob("*.wsdl"))
    yield "BP-2", files, [f"{name}Interaction_{contract.version}_RIVTABP21.wsdl"]
    yield "BP-3", said(".", "name"), [f"{name}Interaction"]
    yield "BP-4", said(".", "targetNamespace"), [addressed]
    first = next(root.iterchildren("*"))
    yield "BP-5", (first.tag, _labels(first)), (f"{{{WSDL}}}documentation", [])
    yield "BP-7", said("wsdl:binding/soap:binding", "style"), ["document"]
    yield "BP-7", said(f"{bound}/soap:operation", "style"), ["document"]
    yield "BP-7", said(f"{bound}/*/soap:body", "use"), ["literal"] * 2
    yield "BP-7", said(f"{bound}/wsdl:input/soap:body", "parts"), ["parameters"]
    yield "BP-7", said(f"{response}/wsdl:part", "name"), ["parameters"]
    yield "BP-7", said(f"{response}/wsdl:part", "element"), [f"{messages}Response"]
    imports = said("wsdl:types/xs:schema/xs:import", "namespace")
    yield "BP-8a", imports, [REGISTRY, responder]
    locations = said("wsdl:types/xs:schema/xs:import", "schemaLocation")
    found = [_target_namespace(path.parent / location) for location in locations]
    yield "BP-8a", found, imports
    yield "BP-8a", [Path(location).name for location in locations][:1], [REGISTRY_FILE]
    yield "BP-8b", said(f"{request}/wsdl:part", "name"), ["LogicalAddress", "parameters"]
    yield "BP-8b", said(f"{request}/wsdl:part", "element"), [LOGICAL_ADDRESS, messages]
    yield "BP-8c", said(header, "part"), ["LogicalAddress"]
    yield "BP-8c", said(header, "message"), [f"{act}Request"]
    yield "BP-8c", said(header, "use"), ["literal"]
    yield "BP-8e", "LogicalAddress:" in _text_before(root, "wsdl:portType/wsdl:operation"), True
    yield "BP-9", said("wsdl:portType", "name"), [f"{name}ResponderInterface"]
    yield "BP-10", said("wsdl:binding", "name"), [f"{name}ResponderBinding"]
    yield "BP-10", said("wsdl:binding", "type"), [f"{act}ResponderInterface"]
    yield "BP-11", said("wsdl:service", "name"), [f"{name}ResponderService"]
    yield "BP-12", said("wsdl:service/wsdl:port", "name"), [f"{name}ResponderPort"]
    yield "BP-12", said("wsdl:service/wsdl:port", "binding"), [f"{act}ResponderBinding"]
    yield "BP-13", said("wsdl:message", "name"), [f"{name}Request", f"{name}Response"]
    yield (
        "BP-13",
        said("wsdl:portType/wsdl:operation/*", "message"),
        [f"{act}Request", f"{act}Response"],
    )
    yield "BP-14", said("wsdl:portType/wsdl:operation", "name"), [name]
    yield "BP-14", said(bound, "name"), [name]
    yield "BP-15", said(f"{bound}/soap:operation", "soapAction"), [f"{responder}:{name}"]
    yield "BP-16", said("wsdl:types/xs:schema", "targetNamespace"), [addressed]
    yield "BP-17", len(root.findall("wsdl:portType", PREFIXES)), 1
    yield "BP-17", len(root.findall("wsdl:portType/wsdl:operation", PREFIXES)), 1
    yield "TS-11", root.findall(".//wsdl:fault", PREFIXES), []


def _schema_rules(contract: Interaction, path: Path) -> Iterator[tuple[str, object, object]]:
    """Give rule, what the service schema says, and what RIV-TA wants."""
    root = etree.parse(str(path)).getroot()
    name = contract.name

    def names(kind: str) -> list[str]:
        return [node.get("name", "") for node in root.iterchildren(f"{{{XS}}}{kind}")]

    yield "TS-1", len(root.findall(".//xs:element/xs:complexType", PREFIXES)), 0
    yield "TS-1 TS-4", names("element"), [name, f"{name}Response"]
    files = sorted(file.name for file in path.parent.glob("*.xsd"))
    yield "TS-2", files, [f"{name}Responder_{contract.version}.xsd"]
    yield "TS-3", root.get("targetNamespace"), contract.namespace
    yield "TS-5", {f"{name}Type", f"{name}ResponseType"} - set(names("complexType")), set()
    yield "TS-6", root.get("elementFormDefault"), "qualified"
    yield "TS-6", root.get("attributeFormDefault", "unqualified"), "unqualified"
    yield "TS-7", root.get("version"), contract.version
    endings = [sequence[-1] for sequence in root.iterfind("xs:complexType/xs:sequence", PREFIXES)]
    own = {f"{{{contract.namespace}}}extensions"}
    yield "TS-8", {_resolved(ending, "ref") for ending in endings}, own
    wildcards = [dict(node.items()) for node in root.iterfind("xs:group/*/xs:any", PREFIXES)]
    yield (
        "TS-8",
        wildcards,
        [
            {
                "namespace": "##other",
                "processContents": "lax",
                "minOccurs": "0",
                "maxOccurs": "unbounded",
            }
        ],
    )


def _labels(documentation: etree._Element) -> list[str]:
    """Name what the documentation of an interaction should tell, and does not."""
    text = documentation.text or ""
    labels = {
        "interaction": r"namn.*: \w+Interaction$",
        "description": r"Beskrivning.*: \w",
        "revisions": r"Revisioner.*: \d",
        "domain": r"domän.*: [\w:]+$",
        "type": r"typ.*: (Fråga-svar|Informationsspridning|Uppdrag-resultat)$",
        "profile": r"profil.*: RIVTABP21$",
        "maintainer": r"Förvaltas av.*: \w",
    }
    return [label for label, form in labels.items() if not re.search(form, text, re.MULTILINE)]


def _text_before(root: etree._Element, where: str) -> str:
    node = root.find(where, PREFIXES)
    before = None if node is None else node.getprevious()
    return "" if before is None else before.text or ""


def _target_namespace(path: Path) -> str | None:
    return etree.parse(str(path)).getroot().get("targetNamespace") if path.is_file() else None


def _said(node: etree._Element, attribute: str) -> str:
    holds_a_name = attribute in {"element", "message", "type", "binding"}
    return _resolved(node, attribute) if holds_a_name else node.get(attribute, "")


def _resolved(node: etree._Element, attribute: str) -> str:
    prefix, _, local = node.get(attribute, "").rpartition(":")
    return f"{{{node.nsmap.get(prefix or None, '')}}}{local}"


# Packages -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("home", "name"), HOMES.items())
def test_a_domain_says_what_it_is(home: str, name: str) -> None:
    """Its folder and its domain.toml agree, and tell that no region is certified in it."""
    said = tomllib.loads((DOMAINS / home / "domain.toml").read_text(encoding="utf-8"))

    assert said.pop("title")
    assert said == {
        "name": name,
        "version": home.rpartition("/v")[2].replace("_", "."),
        "supporting": True,
    }
    assert home.partition("/")[0] == name.replace(":", "_")
    for folder in (DOMAINS / home, (DOMAINS / home).parent):
        assert (folder / "__init__.py").read_text(encoding="utf-8").count('"""') == 2


def test_every_contract_has_its_tests() -> None:
    """No WSDL and no example of these domains stands outside the tables above."""
    wsdl = {path.relative_to(DOMAINS).as_posix() for home in HOMES for path in _files(home, "wsdl")}
    examples = {
        path.relative_to(DOMAINS).as_posix() for home in HOMES for path in _files(home, "xml")
    }

    assert wsdl == {interaction.wsdl for interaction in INTERACTIONS}
    assert examples == {message.example for message in MESSAGES}


def _files(home: str, ending: str) -> list[Path]:
    return list((DOMAINS / home).rglob(f"*.{ending}"))


@pytest.mark.parametrize(
    ("home", "path"),
    [
        pytest.param(home, path, id=f"{home} {path.stem}")
        for home in HOMES
        for path in _files(home, "xsd")
    ],
)
def test_every_schema_compiles(home: str, path: Path) -> None:
    """A schema stands on its own, with what it imports, inside its package."""
    root = etree.parse(str(path)).getroot()

    assert etree.XMLSchema(root.getroottree())
    assert path.stem.endswith(f"_{root.get('version')}")
    for node in root.iterfind("xs:import", PREFIXES):
        imported = (path.parent / node.get("schemaLocation", "")).resolve()
        assert imported.is_relative_to(DOMAINS / home / "schemas")
        assert _target_namespace(imported) == node.get("namespace")


@pytest.mark.parametrize("home", HOMES)
def test_the_address_header_is_the_same_in_every_package(home: str) -> None:
    """Each package has its own copy of the schema; the owner's has types for its contract too."""
    path = DOMAINS / home / "schemas/core_components" / REGISTRY_FILE
    model = DOMAINS / "financial_billing_claim/v1_1/schemas/core_components" / REGISTRY_FILE

    if home == SUPPORTED_1.home:
        assert _globals(model) < _globals(path)
    elif home == HEADERS_HOME:
        assert not path.exists()
    else:
        assert path.read_bytes() == model.read_bytes()


def _globals(path: Path) -> set[tuple[str, str]]:
    root = etree.parse(str(path)).getroot()
    return {
        (etree.QName(node).localname, node.get("name", "")) for node in root if node.get("name")
    }


# WSDL ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("interaction", INTERACTIONS, ids=str)
def test_wsdl_and_schema_keep_the_profile(interaction: Interaction) -> None:
    """Each name, namespace and binding is what the profile's formula gives."""
    assert broken_rules(interaction) == []


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        pytest.param("BP-1", 'transport="http://schemas', 'transport="https://schemas', id="HTTPS"),
        pytest.param("BP-3", 'name="FindContentInteraction"', 'name="FindContent"', id="name"),
        pytest.param("BP-4", 'targetNamespace="urn:riv:it', 'targetNamespace="urn:it', id="urn:it"),
        pytest.param("BP-5", "Revisioner", "Historik", id="no revisions"),
        pytest.param("BP-5", ": Fråga-svar", ": Fråga", id="no type of interaction"),
        pytest.param("BP-7", 'style="document" tr', 'style="rpc" tr', id="rpc"),
        pytest.param("BP-7", '<soap:body use="literal"', '<soap:body use="encoded"', id="encoded"),
        pytest.param("BP-7", 'parts="parameters" ', "", id="no parts"),
        pytest.param("BP-7", '"fc:FindContentResponse"', '"fc:FindContent"', id="other answer"),
        pytest.param("BP-8a", "itintegration_registry_1.0.xsd", "registry.xsd", id="registry file"),
        pytest.param(
            "BP-8a", 'namespace="urn:riv:itintegration:registry:1"', 'namespace="x"', id="x"
        ),
        pytest.param("BP-8b", 'name="LogicalAddress"', 'name="To"', id="To"),
        pytest.param("BP-8b", '"riv:LogicalAddress"', '"riv:ServiceContract"', id="other header"),
        pytest.param("BP-8b", 'riv="urn:riv:itintegration:registry:1"', 'riv="urn:x"', id="prefix"),
        pytest.param("BP-8c", 'part="LogicalAddress"', 'part="parameters"', id="other part"),
        pytest.param("BP-8e", "LogicalAddress: ", "Address: ", id="no word of the address"),
        pytest.param("BP-9", 'portType name="FindContentR', 'portType name="R', id="port type"),
        pytest.param("BP-10", 'binding name="FindContentR', 'binding name="R', id="binding"),
        pytest.param("BP-10", 'type="act:FindContentR', 'type="act:R', id="bound port type"),
        pytest.param("BP-11", 'service name="FindContentR', 'service name="R', id="service"),
        pytest.param("BP-12", 'port name="FindContentR', 'port name="R', id="port"),
        pytest.param("BP-12", 'binding="act:FindContentR', 'binding="fc:FindContentR', id="prefix"),
        pytest.param("BP-13", 'message name="FindContentReq', 'message name="Req', id="message"),
        pytest.param("BP-13", 'input message="act:', 'input message="fc:', id="input"),
        pytest.param(
            "BP-14", 'name="FindContent">\n      <wsdl', 'name="Find">\n      <wsdl', id="op"
        ),
        pytest.param(
            "BP-14", 'name="FindContent">\n      <soap', 'name="Find">\n      <soap', id="bop"
        ),
        pytest.param("BP-15", "Responder:1:FindContent", "Responder:1", id="action too short"),
        pytest.param("BP-15", 'soapAction="urn:riv', 'soapAction="urn:rivta', id="other action"),
        pytest.param(
            "BP-16", '\n        targetNamespace="urn', '\n        targetNamespace="', id="ns"
        ),
        pytest.param(
            "BP-17", "  <wsdl:service", '<wsdl:portType name="T"/><wsdl:service', id="two"
        ),
        pytest.param("TS-11", "</wsdl:output>", "</wsdl:output><wsdl:fault/>", id="a fault"),
    ],
)
def test_an_altered_wsdl_breaks_the_profile(tmp_path: Path, rule: str, old: str, new: str) -> None:
    """Each alteration is found, by the rule that it breaks."""
    domains = altered(tmp_path, FIND.wsdl, old, new)

    assert rule in broken_rules(FIND, domains)


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        pytest.param(
            "TS-1 TS-4", '"FindContentResponse"', '"FindContentAnswer"', id="other answer"
        ),
        pytest.param("TS-3", 'targetNamespace="urn:riv', 'targetNamespace="urn', id="namespace"),
        pytest.param("TS-5", 'Type name="FindContentType"', 'Type name="Query"', id="type"),
        pytest.param("TS-6", 'elementFormDefault="q', 'elementFormDefault="unq', id="form"),
        pytest.param("TS-7", 'version="1.0"\n', 'version="1"\n', id="version"),
        pytest.param("TS-8", '<xs:group ref="fc:extensions"/>', "", id="no room"),
        pytest.param("TS-8", '"##other"', '"##any"', id="any namespace"),
        pytest.param("TS-8", '"lax"', '"strict"', id="strict"),
    ],
)
def test_an_altered_schema_breaks_the_rules(tmp_path: Path, rule: str, old: str, new: str) -> None:
    """Each alteration is found, by the rule that it breaks."""
    domains = altered(tmp_path, FIND.schema, old, new)

    assert rule in broken_rules(FIND, domains)


def test_a_second_or_misnamed_file_breaks_the_profile(tmp_path: Path) -> None:
    """WSDL and schema are alone in the interaction's folder, under names of their version."""
    domains = altered(tmp_path, FIND.wsdl, "FindContent", "FindContent")
    folder = domains / FIND.folder

    shutil.copy(domains / FIND.wsdl, folder / "FindContentInteraction_1.0_RIVTABP20.wsdl")
    shutil.copy(domains / FIND.schema, folder / "FindContentResponder_1.xsd")

    assert broken_rules(FIND, domains) == ["BP-2", "TS-2"]


def altered(folder: Path, file: str, old: str, new: str) -> Path:
    """Copy the domains of these contracts to a folder, and change one file where a text stands."""
    domains = folder / "domains"
    for home in HOMES:
        shutil.copytree(DOMAINS / home, domains / home)
    text = (domains / file).read_text(encoding="utf-8")
    assert old in text
    (domains / file).write_text(text.replace(old, new), encoding="utf-8")
    return domains


@pytest.mark.parametrize("interaction", INTERACTIONS, ids=str)
def test_a_wsdl_is_read_as_the_contract(interaction: Interaction) -> None:
    """The harness finds namespace, elements, action and schema in the WSDL's own text."""
    path = DOMAINS / interaction.wsdl
    element = f"{{{interaction.namespace}}}{interaction.name}"

    contract = read_wsdl(path, service_domain=interaction.domain, version=interaction.version)

    told = {
        "service_domain": interaction.domain,
        "version": interaction.version,
        "interaction": interaction.name,
        "namespace": interaction.namespace,
        "request": element,
        "response": f"{element}Response",
        "soap_action": f"{interaction.namespace}:{interaction.name}",
        "profile": "rivtabp21",
        "wsdl": path,
        "schema": DOMAINS / interaction.schema,
    }
    assert {name: getattr(contract, name) for name in told} == told


@pytest.mark.parametrize("interaction", INTERACTIONS, ids=str)
def test_the_schema_inside_a_wsdl_compiles(interaction: Interaction) -> None:
    """What a tool compiles from the WSDL alone knows both header and message."""
    path = DOMAINS / interaction.wsdl
    inside = etree.parse(str(path)).find("wsdl:types/xs:schema", PREFIXES)
    assert inside is not None
    schema = etree.XMLSchema(etree.fromstring(etree.tostring(inside), base_url=str(path)))
    address = etree.Element(LOGICAL_ADDRESS)
    payload = MESSAGE[f"{interaction} request"].payload()

    assert schema.validate(address)
    assert schema.validate(payload)
    etree.SubElement(address, "inside")
    payload[0].tag = "inside"
    assert not schema.validate(address)
    assert not schema.validate(payload)


# Messages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("message", MESSAGES, ids=str)
def test_an_example_shows_every_element(message: Message) -> None:
    """It holds each element of the table at least once, no other, and not one of them empty."""
    payload = message.payload()
    shown = {_path(element) for element in payload.iterdescendants("*")}

    assert shown == set(message.fields)
    assert {_path(node) for node in payload.iter("*") if not len(node) and not node.text} <= {
        "ProcessingStatusList/lastSuccessfulSynch"
    }


def _path(element: etree._Element) -> str:
    names = [etree.QName(node).localname for node in (element, *element.iterancestors("*"))]
    return "/".join(reversed(names[:-1]))


@pytest.mark.parametrize("message", MESSAGES, ids=str)
def test_the_schema_says_what_the_platform_does(message: Message) -> None:
    """The example is valid, and so is what the table allows; nothing else is."""
    assert surprises(message, DOMAINS / message.schema) == []


@pytest.mark.parametrize("message", MESSAGES, ids=str)
def test_each_message_is_tried_with_single_faults(message: Message) -> None:
    """The trials above hold many messages that must be refused, all of them different."""
    wrong = [
        etree.tostring(trial.payload, method="c14n") for trial in trials(message) if not trial.right
    ]

    assert len(wrong) > 10
    assert len(set(wrong)) >= len(wrong) - len(message.fields)  # swapping twins gives the same


ENGAGEMENTS_FILE = f"{UPDATE.home}/schemas/core_components/itintegration_engagementindex_1.0.xsd"


@pytest.mark.parametrize(
    ("name", "file", "old", "new"),
    [
        pytest.param(
            f"{SUPPORTED_1} request",
            SUPPORTED_1.schema,
            '"logicalAdress"',
            '"logicalAddress"',
            id="the spelling mended",
        ),
        pytest.param(
            f"{SUPPORTED_1} request",
            SUPPORTED_1.schema,
            '"reg:HsaIdType"',
            '"reg:HsaIdType" minOccurs="0"',
            id="the consumer made optional",
        ),
        pytest.param(
            f"{SUPPORTED_2} request",
            SUPPORTED_2.schema,
            '"reg:HsaIdType" minOccurs="0"',
            '"reg:HsaIdType"',
            id="the consumer made mandatory",
        ),
        pytest.param(
            f"{SUPPORTED_2} response",
            SUPPORTED_2.schema,
            '"reg:ServiceContractNamespaceType"',
            '"xs:anyURI"',
            id="a namespace not wrapped",
        ),
        pytest.param(
            f"{ADDRESSEES} request",
            ADDRESSEES.schema,
            '"serviceContractNameSpace"',
            '"serviceContractNamespace"',
            id="the letter case mended",
        ),
        pytest.param(
            f"{ADDRESSEES} response",
            ADDRESSEES.schema,
            '"xs:string" minOccurs="0" maxOccurs="unbounded"',
            '"xs:string" minOccurs="0"',
            id="one categorization a filter",
        ),
        pytest.param(
            f"{ADDRESSEES} response",
            ADDRESSEES.schema,
            'name="serviceDomain" type="xs:anyURI"',
            'name="serviceDomain" type="xs:string"',
            id="a domain of any text",
        ),
        pytest.param(
            f"{PING} response", PING.schema, '"mon:TS"', '"xs:string"', id="a time of any text"
        ),
        pytest.param(
            f"{PING} response", PING.schema, '"mon:TS"', '"xs:dateTime"', id="a time as XML has it"
        ),
        pytest.param(
            f"{UPDATE} response", UPDATE.schema, '"ResultCode"', '"resultCode"', id="a small r"
        ),
        pytest.param(
            f"{UPDATE} request",
            UPDATE.schema,
            'maxOccurs="unbounded"/>\n      <xs:group',
            'minOccurs="0" maxOccurs="unbounded"/>\n      <xs:group',
            id="no transaction",
        ),
        pytest.param(
            f"{UPDATE} request", ENGAGEMENTS_FILE, "[0-9pPtTfF]", "[0-9]", id="no reserve numbers"
        ),
        pytest.param(
            f"{UPDATE} request", ENGAGEMENTS_FILE, "[0-9pPtTfF]", "[0-9A-Zptf]", id="any letter"
        ),
        pytest.param(
            f"{UPDATE} request", ENGAGEMENTS_FILE, "{8}[0-9pP", "{6,8}[0-9pP", id="ten digits"
        ),
        pytest.param(f"{FIND} request", ENGAGEMENTS_FILE, "2[0-3]", "2[0-4]", id="hour 24"),
        pytest.param(
            f"{FIND} request", ENGAGEMENTS_FILE, "([0-5][0-9])", "([0-9]{2})", id="minute 60"
        ),
        pytest.param(f"{FIND} request", ENGAGEMENTS_FILE, "1[0-2]", "1[0-9]", id="month 13"),
        pytest.param(f"{FIND} request", ENGAGEMENTS_FILE, "3[01]", "3[0-9]", id="day 32"),
        pytest.param(
            f"{FIND} request", ENGAGEMENTS_FILE, "[0-2][0-9]|3[01]", "[0-3][0-9]", id="day 39"
        ),
        pytest.param(
            f"{FIND} request",
            ENGAGEMENTS_FILE,
            "[0-2][0-9]|3[01]",
            "[0-2][1-9]|3[01]",
            id="no day 10",
        ),
        pytest.param(
            f"{FIND} request", ENGAGEMENTS_FILE, "[1-9][0-9]{3}(", "[0-9]{4}(", id="year 0026"
        ),
        pytest.param(
            f"{FIND} response",
            FIND.schema,
            '"ei:EngagementType"',
            '"fc:FindContentType"',
            id="engagements with children of its own namespace",
        ),
        pytest.param(
            f"{NOTIFICATION} request",
            ENGAGEMENTS_FILE,
            'name="owner" type="ei:HsaIdType" minOccurs="0"',
            'name="owner" type="ei:HsaIdType"',
            id="the owner made mandatory",
        ),
        pytest.param(
            f"{NOTIFICATION} response",
            ENGAGEMENTS_FILE,
            '<xs:enumeration value="INFO"/>',
            "",
            id="a result less",
        ),
        pytest.param(
            f"{UPDATES} request",
            UPDATES.schema,
            '"ei:TS"/>',
            '"ei:TS" minOccurs="0"/>',
            id="no time to start from",
        ),
        pytest.param(
            f"{UPDATES} response",
            UPDATES.schema,
            '"xs:boolean"',
            '"xs:string"',
            id="complete or so",
        ),
        pytest.param(
            "ProcessingStatus",
            PROCESSING_STATUS.schema,
            'name="lastSuccessfulSynch" type="xs:string"',
            'name="lastSuccessfulSynch" type="xs:string" minOccurs="0"',
            id="no last success",
        ),
        pytest.param(
            "ProcessingStatus",
            PROCESSING_STATUS.schema,
            '<xs:enumeration value="DataFromCache"/>',
            "",
            id="a status less",
        ),
        pytest.param(
            "ProcessingStatus",
            PROCESSING_STATUS.schema,
            '"##other"',
            '"urn:example:other"',
            id="room for one namespace alone",
        ),
        pytest.param("Actor", ACTOR.schema, '"head:ActorTypeEnum"', '"xs:string"', id="any actor"),
    ],
)
def test_an_altered_schema_is_told_apart(
    tmp_path: Path, name: str, file: str, old: str, new: str
) -> None:
    """Each alteration that a message can show makes some trial end otherwise than it should."""
    domains = altered(tmp_path, file, old, new)

    assert surprises(MESSAGE[name], domains / MESSAGE[name].schema) != []


@pytest.mark.parametrize("interaction", INTERACTIONS, ids=str)
def test_an_example_is_addressed_as_the_profile_says(interaction: Interaction) -> None:
    """A request has the one address header, filled and without blanks; a response has none."""
    request, response = (
        parse(
            (DOMAINS / interaction.home / "examples" / f"{interaction.name}{kind}.xml").read_bytes()
        )
        for kind in ("Request", "Response")
    )

    (address,) = request.iterfind(f"{{{SOAP_ENVELOPE}}}Header/*")
    assert address.tag == LOGICAL_ADDRESS
    assert address.text
    assert address.text == address.text.strip()
    assert response.findall(f"{{{SOAP_ENVELOPE}}}Header/*") == []
    assert body_of(request).tag == f"{{{interaction.namespace}}}{interaction.name}"
    assert body_of(response).tag == f"{{{interaction.namespace}}}{interaction.name}Response"


@pytest.mark.parametrize("message", MESSAGES, ids=str)
def test_people_in_examples_are_published_test_identities(message: Message) -> None:
    """Their birth numbers, 980 to 999, are given to nobody; the check digits are right."""
    for element in message.payload().iter("*"):
        text = element.text or ""
        if re.fullmatch(r"(18|19|20)\d{10}", text):
            assert 980 <= int(text[8:11]) <= 999
            assert text[-1] == luhn_digit(text[2:-1])


@pytest.mark.parametrize(
    ("name", "path", "namespace"),
    [
        pytest.param(
            f"{SUPPORTED_1} response",
            "serviceContractNamespace/ServiceContractNamespace",
            REGISTRY,
            id="a contract, first version",
        ),
        pytest.param(
            f"{SUPPORTED_2} response",
            "serviceContractNamespace/ServiceContractNamespace",
            f"{REGISTRY_2}:2",
            id="a contract",
        ),
        pytest.param(
            f"{ADDRESSEES} request",
            "serviceContractNameSpace/ServiceContractNamespace",
            f"{REGISTRY_2}:2",
            id="the contract asked for",
        ),
        pytest.param(
            f"{UPDATE} request",
            "engagementTransaction/deleteFlag",
            f"{INDEX}:1",
            id="a transaction's content",
        ),
        pytest.param(
            f"{FIND} request", "serviceDomain", f"{INDEX}:FindContentResponder:1", id="a question"
        ),
        pytest.param(
            f"{FIND} response", "engagement", f"{INDEX}:FindContentResponder:1", id="an engagement"
        ),
        pytest.param(
            f"{FIND} response", "engagement/owner", f"{INDEX}:1", id="an engagement's content"
        ),
        pytest.param("ProcessingStatus", "ProcessingStatusList/statusCode", HEADERS, id="a header"),
    ],
)
def test_an_element_is_of_the_namespace_that_declares_it(
    name: str, path: str, namespace: str
) -> None:
    """What several contracts share is of the core namespace, the rest of the contract's own."""
    _, (element, *_) = _alike(MESSAGE[name].payload(), path)

    assert etree.QName(element).namespace == namespace


# What is the platform's and not the schema's ------------------------------------------------


def _set(path: str, text: str) -> Callable[[etree._Element], None]:
    def change(payload: etree._Element) -> None:
        _alike(payload, path)[1][0].text = text

    return change


def _without(path: str) -> Callable[[etree._Element], None]:
    def change(payload: etree._Element) -> None:
        parent, alike = _alike(payload, path)
        parent.remove(alike[0])

    return change


def _many(payload: etree._Element) -> None:
    payload.extend([copy.deepcopy(payload[0]) for _ in range(1001)])


IN_ENGAGEMENT = "engagementTransaction/engagement"


@pytest.mark.parametrize(
    ("name", "change"),
    [
        pytest.param(f"{UPDATE} request", _many, id="more than 1000, equal keys (EI000, EI002)"),
        pytest.param(
            f"{UPDATE} request", _set(f"{IN_ENGAGEMENT}/sourceSystem", " A "), id="blanks (EI004)"
        ),
        pytest.param(
            f"{UPDATE} request", _set(f"{IN_ENGAGEMENT}/dataController", ""), id="empty (EI004)"
        ),
        pytest.param(
            f"{UPDATE} request",
            _set(f"{IN_ENGAGEMENT}/logicalAddress", "A" * 65),
            id="too long (EI004)",
        ),
        pytest.param(
            f"{NOTIFICATION} request", _without(f"{IN_ENGAGEMENT}/owner"), id="no owner (EI004)"
        ),
        pytest.param(
            f"{UPDATE} request",
            _set(f"{IN_ENGAGEMENT}/mostRecentContent", "20260231000000"),
            id="no such day",
        ),
        pytest.param(f"{SUPPORTED_2} request", _set("logicalAdress", ""), id="no address"),
        pytest.param(
            "ProcessingStatus",
            _set("ProcessingStatusList/isResponseInSynch", "false"),
            id="a status that contradicts itself",
        ),
    ],
)
def test_some_faults_are_the_platforms_to_find(
    name: str, change: Callable[[etree._Element], None]
) -> None:
    """Rules between fields, lengths and calendar days are checked at run time, by no schema."""
    payload = MESSAGE[name].payload()
    change(payload)

    assert Schema(DOMAINS / MESSAGE[name].schema).findings(payload) == ()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        pytest.param(
            f"{UPDATE} request",
            _set(f"{IN_ENGAGEMENT}/registeredResidentIdentification", "1313131313"),
            id="the index takes a short resident id",
        ),
        pytest.param(
            f"{UPDATE} request",
            _without("engagementTransaction/deleteFlag"),
            id="the index takes a transaction without deleteFlag",
        ),
        pytest.param(
            "ProcessingStatus",
            _without("ProcessingStatusList/lastSuccessfulSynch"),
            id="the aggregating service leaves out a last success",
        ),
        pytest.param(
            f"{PING} response", _without("version"), id="the catalogue leaves out its version"
        ),
    ],
)
def test_the_platform_is_laxer_than_the_schema(
    name: str, change: Callable[[etree._Element], None]
) -> None:
    """What the national platform takes and gives all the same is refused by the schema."""
    payload = MESSAGE[name].payload()
    change(payload)

    assert Schema(DOMAINS / MESSAGE[name].schema).findings(payload) != ()


# ProcessingStatus ---------------------------------------------------------------------------

CONSISTENT = {
    "DataFromSource": ("false", "true", True, False, False),
    "DataFromCache": ("true", "true", True, False, False),
    "DataFromCacheSynchFailed": ("true", "false", True, True, True),
    "NoDataSynchFailed": ("false", "false", False, True, True),
}
"""By status: from cache, in synch; whether last success, last failure and error are given."""


def _consistent(record: etree._Element) -> bool:
    def given(name: str) -> str:
        return "".join(record.xpath(f"string(*[local-name()='{name}'])"))

    return CONSISTENT[given("statusCode")] == (
        given("isResponseFromCache"),
        given("isResponseInSynch"),
        re.fullmatch(r"\d{14}", given("lastSuccessfulSynch")) is not None,
        re.fullmatch(r"\d{14}", given("lastUnsuccessfulSynch")) is not None,
        bool(given("lastUnsuccessfulSynchError")),
    )


def test_the_example_of_processing_status_shows_each_status() -> None:
    """Its records are consistent: the status decides flags, times and error."""
    records = list(PROCESSING_STATUS.payload())

    assert [record[1].text for record in records] == list(CONSISTENT)
    assert all(_consistent(record) for record in records)


@pytest.mark.parametrize("place", range(4), ids=list(CONSISTENT))
@pytest.mark.parametrize("status", CONSISTENT)
def test_a_record_with_another_status_contradicts_itself(place: int, status: str) -> None:
    """No two statuses go with the same flags, times and error."""
    record = PROCESSING_STATUS.payload()[place]
    own = record[1].text

    record[1].text = status

    assert _consistent(record) is (status == own)


@pytest.mark.parametrize("name", ["ProcessingStatus", "Actor"])
@pytest.mark.parametrize(
    "path",
    [
        *(
            pytest.param(path, id=path.relative_to(DOMAINS).parts[0])
            for path in sorted(DOMAINS.rglob(HEADERS_FILE))
        ),
        pytest.param(
            RELEASED / HEADERS_FILE,
            marks=pytest.mark.skipif(
                not RELEASED.is_dir(),
                reason="the released schemas are not beside the project (../shared/reference)",
            ),
            id="released",
        ),
    ],
)
def test_every_copy_of_the_headers_says_the_same(path: Path, name: str) -> None:
    """The copies in other domains, and the released one, judge headers as ours does."""
    assert surprises(MESSAGE[name], path) == []
