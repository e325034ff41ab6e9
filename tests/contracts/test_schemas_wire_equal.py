"""Our schemas and WSDL of financial:billing:claim 1.1 mean what the released ones mean.

How messages are made and compared, ``wire`` tells (wire.py).
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from lxml import etree

REPOSITORY = Path(__file__).resolve().parents[2]
OURS = REPOSITORY / "contracts/domains/financial_billing_claim/v1_1/schemas"
SHARED = REPOSITORY.parent / "shared"
RELEASED = SHARED / "reference/financial_billing_claim/schemas"

DOMAIN, VERSION = "financial:billing:claim", "1.1"
INTERACTION = "ProcessClaimSpecification"
FOLDER = f"interactions/{INTERACTION}Interaction"
WSDL_FILE = f"{FOLDER}/{INTERACTION}Interaction_{VERSION}_RIVTABP21.wsdl"
RESPONDER_FILE = f"{FOLDER}/{INTERACTION}Responder_{VERSION}.xsd"
DOMAIN_FILE = f"core_components/financial_billing_claim_{VERSION}.xsd"
REGISTRY_FILE = "core_components/itintegration_registry_1.0.xsd"

RESPONDER = f"urn:riv:{DOMAIN}:{INTERACTION}Responder:1"
REGISTRY = "urn:riv:itintegration:registry:1"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

REQUEST = f"{{{RESPONDER}}}{INTERACTION}"
RESPONSE = f"{{{RESPONDER}}}{INTERACTION}Response"

needs_release = pytest.mark.skipif(
    not (RELEASED / RESPONDER_FILE).is_file(),
    reason="the released schemas are not beside the project (../shared/reference)",
)


# The schemas --------------------------------------------------------------------------------


@needs_release
@pytest.mark.parametrize(
    ("file", "name", "samples", "expected"),
    [
        pytest.param(RESPONDER_FILE, REQUEST, 250, 2_000, id="request"),
        pytest.param(RESPONDER_FILE, RESPONSE, 60, 200, id="response"),
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
@pytest.mark.parametrize(
    ("file", "name"),
    [
        pytest.param(RESPONDER_FILE, REQUEST, id="request"),
        pytest.param(RESPONDER_FILE, RESPONSE, id="response"),
        pytest.param(REGISTRY_FILE, f"{{{REGISTRY}}}LogicalAddress", id="address"),
        pytest.param(REGISTRY_FILE, f"{{{REGISTRY}}}ServiceContract", id="contract name"),
    ],
)
def test_both_schemas_unfold_to_the_same_tree(wire: ModuleType, file: str, name: str) -> None:
    """Names, order, occurrence, built-in types, enumerations and wildcards are the same."""
    ours, released = (
        list(wire.outline(wire.SchemaFile(folder / file).tree(name))) for folder in (OURS, RELEASED)
    )

    assert ours == released


@needs_release
@pytest.mark.parametrize("file", [RESPONDER_FILE, DOMAIN_FILE, REGISTRY_FILE])
def test_both_schemas_have_the_same_global_elements(wire: ModuleType, file: str) -> None:
    """A wildcard checks the global elements it meets, so neither schema has one of its own."""
    ours, released = (wire.global_names(folder / file, "element") for folder in (OURS, RELEASED))

    assert ours == released


@needs_release
@pytest.mark.parametrize("file", [RESPONDER_FILE, DOMAIN_FILE])
def test_types_carry_their_released_names(wire: ModuleType, file: str) -> None:
    """A message may name its types in xsi:type, so type names are seen on the wire."""
    ours, released = (
        wire.global_names(folder / file, "complexType", "simpleType") for folder in (OURS, RELEASED)
    )

    assert ours <= released
    assert released - ours <= {"AddressType", "PartyType", "PayableAmountType", "TimePeriodType"}


def test_a_result_code_may_name_its_type() -> None:
    """The platform's regression suite expects answers with xsi:type="ResultCodeEnum"."""
    schema = etree.XMLSchema(etree.parse(str(OURS / RESPONDER_FILE)))
    text = f'''<ProcessClaimSpecificationResponse xmlns="{RESPONDER}" xmlns:xsi="{XSI}">
      <resultCode xsi:type="TYPE">OK</resultCode></ProcessClaimSpecificationResponse>'''

    assert schema.validate(etree.fromstring(text.replace("TYPE", "ResultCodeEnum")))
    assert not schema.validate(etree.fromstring(text.replace("TYPE", "Verdict")))


def test_our_schema_agrees_with_itself(wire: ModuleType) -> None:
    """The comparison of a schema with itself finds nothing, so that a finding means something."""
    found = wire.verdicts(OURS, OURS, file=RESPONDER_FILE, name=RESPONSE, samples=5)

    assert all(verdict.left == verdict.right for verdict in found)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param(
            DOMAIN_FILE,
            '"plannedHealthcare" type="xs:boolean"',
            '"plannedHealthcare" type="xs:boolean" minOccurs="0"',
            id="a required element made optional",
        ),
        pytest.param(
            DOMAIN_FILE,
            '"issueTime" type="fbc:TimeType" minOccurs="0"',
            '"issueTime" type="fbc:TimeType"',
            id="an optional element made required",
        ),
        pytest.param(
            RESPONDER_FILE, '<xs:enumeration value="INFO"/>', "", id="an enumeration value dropped"
        ),
        pytest.param(
            DOMAIN_FILE,
            '      <xs:element name="root" type="xs:string"/>\n'
            '      <xs:element name="extension" type="xs:string"/>\n',
            '      <xs:element name="extension" type="xs:string"/>\n'
            '      <xs:element name="root" type="xs:string"/>\n',
            id="two elements in the other order",
        ),
        pytest.param(
            DOMAIN_FILE,
            '      <xs:element name="LMACardNumber" type="xs:string" minOccurs="0"/>\n',
            "",
            id="an optional element dropped",
        ),
        pytest.param(
            DOMAIN_FILE,
            '"sellerContact" type="fbc:ContactType" minOccurs="0"/>',
            '"sellerContact" type="fbc:ContactType" minOccurs="0"/>\n'
            '      <xs:element name="sellerRegister" type="xs:string" minOccurs="0"/>',
            id="an optional element added",
        ),
        pytest.param(
            DOMAIN_FILE,
            '"identification" type="fbc:IIType" maxOccurs="2"/>\n'
            '      <xs:element name="buyerContact"',
            '"identification" type="fbc:IIType" maxOccurs="3"/>\n'
            '      <xs:element name="buyerContact"',
            id="one more repetition allowed",
        ),
        pytest.param(
            DOMAIN_FILE,
            '"numberOfPatientSpecificCare" type="xs:integer"',
            '"numberOfPatientSpecificCare" type="xs:positiveInteger"',
            id="a number type narrowed",
        ),
        pytest.param(DOMAIN_FILE, r"\d{2}", "[0-9]{2}", id="years in ASCII digits only"),
        pytest.param(DOMAIN_FILE, "[12][0-9]|3[01]", "[12][0-9]|30", id="no 31st"),
        pytest.param(DOMAIN_FILE, "2[0-3]", "2[0-4]", id="hour 24 allowed"),
        pytest.param(
            DOMAIN_FILE, '"##other"', '"urn:example:extension"', id="a wildcard for one namespace"
        ),
        pytest.param(DOMAIN_FILE, '"lax"', '"skip"', id="a wildcard that checks nothing"),
        pytest.param(
            DOMAIN_FILE,
            '"biDiagnosis" type="fbc:DiagnosisCodeType" minOccurs="0" maxOccurs="unbounded"',
            '"biDiagnosis" type="fbc:DiagnosisCodeType" minOccurs="0"',
            id="a repetition taken away",
        ),
    ],
)
def test_an_altered_schema_is_told_apart(
    wire: ModuleType, tmp_path: Path, file: str, old: str, new: str
) -> None:
    """Each alteration that a message can show makes the comparison find a difference."""
    altered = wire.altered(tmp_path, OURS, file, old, new)
    name = RESPONSE if file == RESPONDER_FILE else REQUEST

    found = wire.verdicts(OURS, altered, file=RESPONDER_FILE, name=name, samples=20)

    assert any(verdict.left != verdict.right for verdict in found)


def test_a_type_that_no_message_tells_apart_shows_in_the_tree(
    wire: ModuleType, tmp_path: Path
) -> None:
    """A type that only normalises white space refuses nothing, but a reader gets other values."""
    altered = wire.altered(
        tmp_path, OURS, DOMAIN_FILE, '"careLevel" type="xs:string"', '"careLevel" type="xs:token"'
    )

    ours, theirs = (
        list(wire.outline(wire.SchemaFile(folder / RESPONDER_FILE).tree(REQUEST)))
        for folder in (OURS, altered)
    )

    assert len(set(ours) ^ set(theirs)) == 2


# The WSDL -----------------------------------------------------------------------------------


@pytest.fixture
def package(wire: ModuleType) -> object:
    """Give our package of the contract."""
    return wire.Package(schemas=OURS, domain=DOMAIN, version=VERSION, interaction=INTERACTION)


@needs_release
def test_both_wsdl_say_the_same_to_a_machine(wire: ModuleType) -> None:
    """Namespaces, imports, messages, port type, binding, action, header and service agree."""
    assert wire.statements(OURS / WSDL_FILE) == wire.statements(RELEASED / WSDL_FILE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('rivtabp21"\n    xmlns:act', 'rivtabp20"\n    xmlns:act', id="namespace"),
        pytest.param(f':{INTERACTION}"\n          style', '"\n          style', id="soapAction"),
        pytest.param('name="parameters" element="pcs:ProcessClaimSpecification"', "", id="part"),
        pytest.param('part="LogicalAddress"', 'part="parameters"', id="header part"),
        pytest.param('SpecificationResponderPort"', 'SpecificationPort"', id="port"),
        pytest.param('xmlns:riv="urn:riv:it', 'xmlns:riv="urn:riv:IT', id="prefix"),
    ],
)
def test_an_altered_wsdl_is_told_apart(
    wire: ModuleType, tmp_path: Path, old: str, new: str
) -> None:
    """Each alteration shows in what the WSDL says to a machine."""
    altered = wire.altered(tmp_path, OURS, WSDL_FILE, old, new)

    assert wire.statements(altered / WSDL_FILE) != wire.statements(OURS / WSDL_FILE)


def test_wsdl_keeps_the_profile(wire: ModuleType, package: object) -> None:
    """Each name and binding is, once and in this order, what the profile's formula gives."""
    expected = wire.profile(package)

    found = {
        clause: wire.said(package, where, attribute)
        for clause, (where, attribute, _) in expected.items()
    }

    assert found == {clause: values for clause, (*_, values) in expected.items()}


def test_wsdl_file_is_named_by_interaction_version_and_profile() -> None:
    """The interaction's folder holds one WSDL, named as BP-2 says."""
    found = [path.name for path in (OURS / FOLDER).glob("*.wsdl")]

    assert found == [f"{INTERACTION}Interaction_{VERSION}_RIVTABP21.wsdl"]


@pytest.mark.parametrize(
    "stated",
    [
        f"{INTERACTION}Interaction",
        "Beskrivning",
        "Revisioner",
        DOMAIN,
        "Fråga-svar",
        "RIVTABP21",
        "Förvaltas av",
    ],
)
def test_wsdl_begins_by_saying_what_it_is(wire: ModuleType, stated: str) -> None:
    """The first child of definitions documents the interaction (BP-5)."""
    first = next(etree.parse(str(OURS / WSDL_FILE)).getroot().iterchildren("*"))

    assert first.tag == f"{{{wire.WSDL}}}documentation"
    assert stated in (first.text or "")


def test_limits_of_the_logical_address_stand_before_the_operation(
    wire: ModuleType, package: object
) -> None:
    """The documentation right before the operation says whose number is used (BP-8e)."""
    (operation,) = wire.in_wsdl(package, "wsdl:portType/wsdl:operation")
    before = operation.getprevious()

    assert before is not None
    assert before.tag == f"{{{wire.WSDL}}}documentation"
    assert "organisation number, ten digits" in (before.text or "")


def test_wsdl_imports_files_that_hold_the_namespace(wire: ModuleType, package: object) -> None:
    """Each import leads to a file in the package with that target namespace (BP-8a)."""
    for node in wire.in_wsdl(package, "wsdl:types/xs:schema/xs:import"):
        file = (OURS / FOLDER / node.get("schemaLocation", "")).resolve()

        assert file.is_relative_to(OURS)
        assert etree.parse(str(file)).getroot().get("targetNamespace") == node.get("namespace")
