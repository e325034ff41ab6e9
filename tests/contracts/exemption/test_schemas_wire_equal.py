"""Our schemas and WSDL of financial:patientfees:exemption 1.0 mean what the released ones mean.

How messages are made and compared, ``wire`` tells (wire.py, a folder up).
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from lxml import etree

REPOSITORY = Path(__file__).resolve().parents[3]
OURS = REPOSITORY / "contracts/domains/financial_patientfees_exemption/v1_0/schemas"
SHARED = REPOSITORY.parent / "shared"
RELEASED = SHARED / "reference/financial_patientfees_exemption/schemas"

DOMAIN, VERSION = "financial:patientfees:exemption", "1.0"
ASK, DISCLOSE = "RequestExemptionStatuses", "ProcessExemptionStatuses"
INTERACTIONS = (ASK, DISCLOSE)
CORE = "core_components/financial_patientfees_exemption"
DOMAIN_FILE, ENUM_FILE = f"{CORE}_{VERSION}.xsd", f"{CORE}_enum_{VERSION}.xsd"
HEADERS_FILE = "core_components/interoperability_headers_1.0.xsd"
REGISTRY_FILE = "core_components/itintegration_registry_1.0.xsd"
RESPONDER_FILES = {
    name: f"interactions/{name}Interaction/{name}Responder_{VERSION}.xsd" for name in INTERACTIONS
}
WSDL_FILES = {
    name: f"interactions/{name}Interaction/{name}Interaction_{VERSION}_RIVTABP21.wsdl"
    for name in INTERACTIONS
}
EVERY_SCHEMA = (*RESPONDER_FILES.values(), DOMAIN_FILE, ENUM_FILE, HEADERS_FILE, REGISTRY_FILE)

HEADERS = "urn:riv:interoperability:headers:1"
REGISTRY = "urn:riv:itintegration:registry:1"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

needs_release = pytest.mark.skipif(
    not (RELEASED / DOMAIN_FILE).is_file(),
    reason="the released schemas are not beside the project (../shared/reference)",
)


def responder(interaction: str) -> str:
    """Give the namespace of a contract's messages."""
    return f"urn:riv:{DOMAIN}:{interaction}Responder:1"


def message(interaction: str, kind: str = "") -> str:
    """Give the name of a contract's request or response element."""
    return f"{{{responder(interaction)}}}{interaction}{kind}"


# The schemas --------------------------------------------------------------------------------


@needs_release
@pytest.mark.parametrize(
    ("file", "name", "samples", "expected"),
    [
        pytest.param(RESPONDER_FILES[ASK], message(ASK), 600, 2_000, id="request"),
        pytest.param(RESPONDER_FILES[ASK], message(ASK, "Response"), 60, 200, id="answer"),
        pytest.param(RESPONDER_FILES[DISCLOSE], message(DISCLOSE), 400, 2_000, id="disclosure"),
        pytest.param(
            RESPONDER_FILES[DISCLOSE], message(DISCLOSE, "Response"), 60, 200, id="verdict"
        ),
        pytest.param(HEADERS_FILE, f"{{{HEADERS}}}ProcessingStatus", 100, 400, id="status"),
        pytest.param(HEADERS_FILE, f"{{{HEADERS}}}Actor", 60, 200, id="actor"),
        pytest.param(REGISTRY_FILE, f"{{{REGISTRY}}}LogicalAddress", 10, 40, id="address"),
        pytest.param(REGISTRY_FILE, f"{{{REGISTRY}}}ServiceContract", 10, 40, id="contract name"),
    ],
)
def test_both_schemas_accept_and_refuse_the_same_messages(
    wire: ModuleType, file: str, name: str, samples: int, expected: int
) -> None:
    """A message that one schema takes the other takes, and many are taken and many refused."""
    found = list(wire.verdicts(OURS, RELEASED, file=file, name=name, samples=samples))

    differing = [verdict for verdict in found if verdict.left != verdict.right]
    assert not differing, f"{len(differing)} differ, first {differing[:5]}"
    assert all(verdict.left for verdict in found if verdict.made_by == wire.SOUND)
    counts = Counter(verdict.left for verdict in found)
    assert counts.total() >= expected
    assert min(counts[True], counts[False]) > counts.total() / 4, counts


@needs_release
@pytest.mark.parametrize("file", EVERY_SCHEMA)
@pytest.mark.parametrize("kind", ["element", "type"])
def test_both_schemas_unfold_to_the_same_trees(wire: ModuleType, file: str, kind: str) -> None:
    """Names, order, occurrence, built-in types, enumerations and wildcards are the same.

    Types that no element has are compared too: a message may name them in xsi:type.
    """
    ours, released = (
        {
            name: list(
                wire.outline(
                    schema.tree(name)
                    if kind == "element"
                    else schema.type_tree(name, element="{urn:example:extension}typed")
                )
            )
            for name in schema.names(kind)
        }
        for schema in (wire.SchemaFile(folder / file) for folder in (OURS, RELEASED))
    )

    assert ours == released


@needs_release
@pytest.mark.parametrize("file", EVERY_SCHEMA)
@pytest.mark.parametrize("kind", [("element",), ("complexType", "simpleType"), ("attribute",)])
def test_both_schemas_declare_the_same_names(
    wire: ModuleType, file: str, kind: tuple[str, ...]
) -> None:
    """A wildcard checks the global elements it meets, and xsi:type names a type."""
    ours, released = (wire.global_names(folder / file, *kind) for folder in (OURS, RELEASED))

    assert ours == released


@needs_release
def test_both_packages_hold_the_same_files() -> None:
    """Names of files and folders are given by BP-2, TS-2 and DS-2."""
    ours, released = (
        {path.relative_to(folder) for path in folder.rglob("*.*")} for folder in (OURS, RELEASED)
    )

    assert ours == released


@pytest.mark.parametrize(
    ("where", "type_name", "right"),
    [
        pytest.param("resultCode", "codes:ResultCodeEnum", True, id="its own type"),
        pytest.param("resultCode", "codes:ActorTypeEnum", False, id="another type"),
        pytest.param("resultCode", "codes:Verdict", False, id="a type that is none"),
        pytest.param("resultText", "fpe:HSAIdType", True, id="a restriction of string"),
        pytest.param("resultText", "fpe:TimeType", False, id="a restriction that does not fit"),
    ],
)
def test_an_element_may_name_its_type(where: str, type_name: str, right: bool) -> None:
    """Toolkits write xsi:type, also with types that no element of the contract has."""
    schema = etree.XMLSchema(etree.parse(str(OURS / RESPONDER_FILES[DISCLOSE])))
    named = {"resultCode": "", "resultText": "", where: f'xsi:type="{type_name}"'}
    text = f"""<ProcessExemptionStatusesResponse xmlns="{responder(DISCLOSE)}" xmlns:xsi="{XSI}"
      xmlns:codes="urn:riv:{DOMAIN}:enums:1" xmlns:fpe="urn:riv:{DOMAIN}:1">
      <resultCode {named["resultCode"]}>OK</resultCode>
      <resultText {named["resultText"]}>SE5565594230-PROV</resultText>
      </ProcessExemptionStatusesResponse>"""

    assert schema.validate(etree.fromstring(text)) is right


def test_our_schema_agrees_with_itself(wire: ModuleType) -> None:
    """The comparison of a schema with itself finds nothing, so that a finding means something."""
    found = wire.verdicts(
        OURS, OURS, file=RESPONDER_FILES[DISCLOSE], name=message(DISCLOSE), samples=5
    )

    assert all(verdict.left == verdict.right for verdict in found)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param(
            DOMAIN_FILE,
            '"typeOfFee" type="codes:TypeOfExemptionEnum"',
            '"typeOfFee" type="codes:TypeOfExemptionEnum" minOccurs="0"',
            id="a required element made optional",
        ),
        pytest.param(
            DOMAIN_FILE,
            '"dateOfVisit" type="fpe:DateType" minOccurs="0"',
            '"dateOfVisit" type="fpe:DateType"',
            id="an optional element made required",
        ),
        pytest.param(
            ENUM_FILE,
            '<xs:enumeration value="TECHNICAL_AID"/>',
            "",
            id="an enumeration value dropped",
        ),
        pytest.param(
            ENUM_FILE,
            '<xs:enumeration value="TRANSPORTATION"/>',
            '<xs:enumeration value="TRANSPORTATION"/><xs:enumeration value="MEDICINE"/>',
            id="an enumeration value added",
        ),
        pytest.param(
            DOMAIN_FILE,
            '      <xs:element name="careGiver" type="fpe:IIType" minOccurs="0"/>\n'
            '      <xs:element name="careUnit" type="fpe:IIType" minOccurs="0"/>\n',
            '      <xs:element name="careUnit" type="fpe:IIType" minOccurs="0"/>\n'
            '      <xs:element name="careGiver" type="fpe:IIType" minOccurs="0"/>\n',
            id="two elements in the other order",
        ),
        pytest.param(
            DOMAIN_FILE,
            '      <xs:element name="originalText" type="xs:string" minOccurs="0"/>\n',
            "",
            id="an optional element dropped",
        ),
        pytest.param(
            DOMAIN_FILE,
            '"region" type="fpe:IIType"/>',
            '"region" type="fpe:IIType"/>\n'
            '      <xs:element name="issuer" type="xs:string" minOccurs="0"/>',
            id="an optional element added",
        ),
        pytest.param(
            DOMAIN_FILE,
            '"exemptions" type="fpe:ExemptionType" minOccurs="0" maxOccurs="unbounded"',
            '"exemptions" type="fpe:ExemptionType" minOccurs="0"',
            id="a repetition taken away",
        ),
        pytest.param(
            DOMAIN_FILE,
            '"amount" type="xs:decimal"',
            '"amount" type="xs:integer"',
            id="a number type narrowed",
        ),
        pytest.param(
            DOMAIN_FILE,
            r'"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])"',
            '"(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])"',
            id="years in ASCII digits only",
        ),
        pytest.param(
            DOMAIN_FILE,
            '3[01])([01][0-9]|2[0-3])([0-5][0-9]){2}"',
            '3[01])([01][0-9]|2[0-4])([0-5][0-9]){2}"',
            id="hour 24 of a time stamp allowed",
        ),
        pytest.param(
            DOMAIN_FILE, '"##other"', '"urn:example:extension"', id="a wildcard for one namespace"
        ),
        pytest.param(DOMAIN_FILE, '"lax"', '"skip"', id="a wildcard that checks nothing"),
        pytest.param(
            DOMAIN_FILE,
            '    <xs:restriction base="xs:string"/>',
            '    <xs:restriction base="xs:string"><xs:maxLength value="3"/></xs:restriction>',
            id="a type without an element narrowed",
        ),
        pytest.param(
            DOMAIN_FILE,
            '      <xs:element name="type" type="xs:string"/>\n',
            "",
            id="a type of extensions changed",
        ),
    ],
)
def test_an_altered_schema_is_told_apart(
    wire: ModuleType, tmp_path: Path, file: str, old: str, new: str
) -> None:
    """Each alteration that a message can show makes the comparison find a difference."""
    altered = wire.altered(tmp_path, OURS, file, old, new)

    found = wire.verdicts(
        OURS, altered, file=RESPONDER_FILES[DISCLOSE], name=message(DISCLOSE), samples=20
    )

    assert any(verdict.left != verdict.right for verdict in found)


def test_a_type_that_no_message_tells_apart_shows_in_the_tree(
    wire: ModuleType, tmp_path: Path
) -> None:
    """A type that only normalises white space refuses nothing, but a reader gets other values."""
    altered = wire.altered(
        tmp_path,
        OURS,
        DOMAIN_FILE,
        '"displayName" type="xs:string"',
        '"displayName" type="xs:token"',
    )

    ours, theirs = (
        list(
            wire.outline(
                wire.SchemaFile(folder / RESPONDER_FILES[DISCLOSE]).tree(message(DISCLOSE))
            )
        )
        for folder in (OURS, altered)
    )

    assert len(set(ours) ^ set(theirs)) == 2


# The WSDL -----------------------------------------------------------------------------------


@pytest.fixture(params=INTERACTIONS)
def package(request: pytest.FixtureRequest, wire: ModuleType) -> Any:
    """Give our package of one contract after the other."""
    return wire.Package(schemas=OURS, domain=DOMAIN, version=VERSION, interaction=request.param)


@needs_release
@pytest.mark.parametrize("file", WSDL_FILES.values())
def test_both_wsdl_say_the_same_to_a_machine(wire: ModuleType, file: str) -> None:
    """Namespaces, imports, messages, port type, binding, action, header and service agree."""
    assert wire.statements(OURS / file) == wire.statements(RELEASED / file)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('rivtabp21"\n    xmlns:act', 'rivtabp20"\n    xmlns:act', id="namespace"),
        pytest.param(f':{DISCLOSE}"\n          style', '"\n          style', id="soapAction"),
        pytest.param('name="parameters" element="pes:ProcessExemptionStatuses"', "", id="part"),
        pytest.param('part="LogicalAddress"', 'part="parameters"', id="header part"),
        pytest.param('StatusesResponderPort"', 'StatusesPort"', id="port"),
        pytest.param('xmlns:riv="urn:riv:it', 'xmlns:riv="urn:riv:IT', id="prefix"),
    ],
)
def test_an_altered_wsdl_is_told_apart(
    wire: ModuleType, tmp_path: Path, old: str, new: str
) -> None:
    """Each alteration shows in what the WSDL says to a machine, and in the profile's formulas."""
    file = WSDL_FILES[DISCLOSE]
    altered = wire.altered(tmp_path, OURS, file, old, new)
    theirs = wire.Package(schemas=altered, domain=DOMAIN, version=VERSION, interaction=DISCLOSE)

    assert wire.statements(altered / file) != wire.statements(OURS / file)
    assert any(
        wire.said(theirs, where, attribute) != values
        for where, attribute, values in wire.profile(theirs).values()
    )


def test_wsdl_keeps_the_profile(wire: ModuleType, package: Any) -> None:
    """Each name and binding is, once and in this order, what the profile's formula gives."""
    expected = wire.profile(package)

    found = {
        clause: wire.said(package, where, attribute)
        for clause, (where, attribute, _) in expected.items()
    }

    assert found == {clause: values for clause, (*_, values) in expected.items()}


def test_the_formulas_reach_from_bp_2_to_bp_17(wire: ModuleType, package: Any) -> None:
    """BP-2 and BP-5 to BP-8e have tests of their own; BP-6 is the wire's."""
    clauses = {word for clause in wire.profile(package) for word in clause.split()}

    numbered = {f"BP-{number}" for number in (1, 3, 4, 7, *range(9, 18))}
    assert numbered | {"BP-8a", "BP-8b", "BP-8c"} <= clauses


def test_wsdl_file_is_named_by_interaction_version_and_profile(package: Any) -> None:
    """The interaction's folder holds one WSDL, named as BP-2 says."""
    found = [path.name for path in (OURS / package.folder).glob("*.wsdl")]

    assert found == [f"{package.interaction}Interaction_{VERSION}_RIVTABP21.wsdl"]


@pytest.mark.parametrize(
    "stated", ["Beskrivning", "Revisioner", DOMAIN, "Fråga-svar", "RIVTABP21", "Förvaltas av"]
)
def test_wsdl_begins_by_saying_what_it_is(wire: ModuleType, package: Any, stated: str) -> None:
    """The first child of definitions documents the interaction (BP-5)."""
    root = etree.parse(str(OURS / package.wsdl_file)).getroot()
    first = next(root.iterchildren("*"))

    assert first.tag == f"{{{wire.WSDL}}}documentation"
    assert f"{package.interaction}Interaction" in (first.text or "")
    assert stated in (first.text or "")


def test_limits_of_the_logical_address_stand_before_the_operation(
    wire: ModuleType, package: Any
) -> None:
    """The documentation right before the operation says whom the address names (BP-8e)."""
    (operation,) = wire.in_wsdl(package, "wsdl:portType/wsdl:operation")
    before = operation.getprevious()

    limit = {ASK: "5565594230 asks every source", DISCLOSE: "the responseLogicalAddress"}
    assert before is not None
    assert before.tag == f"{{{wire.WSDL}}}documentation"
    assert limit[package.interaction] in (before.text or "")


def test_wsdl_imports_files_that_hold_the_namespace(wire: ModuleType, package: Any) -> None:
    """Each import leads to a file in the package with that target namespace (BP-8a)."""
    for node in wire.in_wsdl(package, "wsdl:types/xs:schema/xs:import"):
        file = (OURS / package.folder / node.get("schemaLocation", "")).resolve()

        assert file.is_relative_to(OURS)
        assert etree.parse(str(file)).getroot().get("targetNamespace") == node.get("namespace")
