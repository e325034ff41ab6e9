"""One rule has several ways to be broken, and things that look like a breach and are none."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

WSDL = "schemas/interactions/MakeThingInteraction/MakeThingInteraction_1.0_RIVTABP21.wsdl"
SCHEMA = "schemas/interactions/MakeThingInteraction/MakeThingResponder_1.0.xsd"
CORE = "schemas/core_components/made_up_things_1.0.xsd"
SERVICE = "urn:riv:made:up:things:MakeThingResponder:1"
REGISTRY = "urn:riv:itintegration:registry:1"
PARAMETERS = '<wsdl:part name="parameters" element="tjsr:MakeThing"/>'
RESPONSE = 'element="tjsr:MakeThingResponse"'
PORT_TYPE = '<wsdl:portType name="MakeThingResponderInterface">'
ANY = '<xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>'
SOAP_12 = "http://schemas.xmlsoap.org/wsdl/soap12/"
IMPORT_OF_REGISTRY = f"""<xs:import namespace="{REGISTRY}"
          schemaLocation="../../core_components/itintegration_registry_1.0.xsd"/>"""
SECOND_OPERATION = (
    '<wsdl:operation name="Other"><wsdl:input message="tns:MakeThingRequest"/>'
    '<wsdl:output message="tns:MakeThingResponse"/></wsdl:operation>'
)

IN_WSDL = {  # what is wrong: rule, old text, new text, part of what is told
    "SOAP 1.2": ("BP-1", "xmlns:soap=\"http://schemas.xmlsoap.org/wsdl/soap/\"",
                 f'xmlns:soap="{SOAP_12}"', "no soap:binding of SOAP 1.1"),
    "one way": ("BP-1", '<wsdl:output message="tns:MakeThingResponse"/>', "", "input"),
    "namespace on body": ("BP-1", '<soap:body use="literal"/>',
                          '<soap:body use="literal" namespace="urn:a"/>', "urn:a"),
    "profile unknown": ("BP-4", "MakeThing:1:rivtabp21", "MakeThing:1:rivtabp99", "rivtabp99"),
    "major in namespace": ("BP-4", "MakeThing:1:rivtabp21", "MakeThing:2:rivtabp21", ":2:"),
    "encoded": ("BP-7", 'use="literal" parts', 'use="encoded" parts', "encoded"),
    "part with another name": ("BP-7", f'"parameters" {RESPONSE}', f'"body" {RESPONSE}', "body"),
    "part with a type": ("BP-7", RESPONSE, 'type="xs:string"', "a type"),
    "part of no schema": ("BP-7", RESPONSE, 'element="tns:MakeThingResponse"', "not imported"),
    "part not declared": ("BP-7", RESPONSE, 'element="tjsr:Response"', "no schema declares"),
    "response named otherwise": ("BP-7", RESPONSE, 'element="tjsr:MakeThing"', "MakeThing"),
    "two body parts": ("BP-7", f'<wsdl:part name="parameters" {RESPONSE}/>',
                       f'<wsdl:part name="a" {RESPONSE}/><wsdl:part name="b" {RESPONSE}/>', "a, b"),
    "message not there": ("BP-7", '<wsdl:output message="tns:MakeThingResponse"/>',
                          '<wsdl:output message="tns:Other"/>', "none"),
    "registry not imported": ("BP-8a", IMPORT_OF_REGISTRY, "", "none"),
    "address named otherwise": ("BP-8b", 'name="LogicalAddress" element',
                                'name="To" element', "To first"),
    "address of no registry": ("BP-8b", 'element="riv:LogicalAddress"',
                               'element="tjsr:LogicalAddress"', "LogicalAddress first"),
    "port type renamed": ("BP-14", f'{PORT_TYPE}\n    <wsdl:operation name="MakeThing">',
                          f'{PORT_TYPE}\n    <wsdl:operation name="Make">', "Make"),
    "action without level": ("BP-15", f"{SERVICE}:MakeThing\"",
                             'urn:riv:made:up:MakeThingResponder:1:MakeThing"', "made:up:Make"),
    "action of another major": ("BP-15", f"{SERVICE}:MakeThing\"",
                                f'{SERVICE[:-1]}2:MakeThing"', ":2:"),
    "no action": ("BP-15", f'<soap:operation soapAction="{SERVICE}:MakeThing"/>', "", "none"),
    "two operations": ("BP-17", "</wsdl:portType>", f"{SECOND_OPERATION}</wsdl:portType>", "2"),
}  # fmt: skip


@pytest.mark.parametrize("fault", IN_WSDL)
def test_a_fault_in_a_wsdl_is_told(made: ModuleType, fault: str, tmp_path: Path) -> None:
    """By its rule, with what stands there."""
    rule, old, new, told = IN_WSDL[fault]
    text = made.clean().text(WSDL)
    assert old in text

    report = made.clean().having(WSDL, text.replace(old, new)).linted(tmp_path)

    of_rule = [one for one in report.findings if one.rule.id == rule]
    assert of_rule, [str(one) for one in report.findings]
    assert any(told in f"{one.text} {one.actual}" for one in of_rule), of_rule
    assert all(one.file == WSDL for one in of_rule)


def test_two_port_types_of_one_role_are_too_many(made: ModuleType, tmp_path: Path) -> None:
    """Assignment-result has one of each role."""
    second = made.PORT_TYPE.replace("Interface", "Interface2")
    release = made.clean().changed(WSDL, made.PORT_TYPE, made.PORT_TYPE + second)

    told = [one for one in release.linted(tmp_path).findings if one.rule.id == "BP-17"]

    assert [one.actual for one in told] == ["2"]


def test_a_wsdl_without_service_has_nobody_to_offer_it(made: ModuleType, tmp_path: Path) -> None:
    """The missing service is told, not only a wrong name."""
    text = made.clean().text(WSDL)
    start, end = text.index("  <wsdl:service"), text.index("</wsdl:definitions>")

    report = made.clean().having(WSDL, text[:start] + text[end:]).linted(tmp_path)

    assert [(one.rule.id, one.actual) for one in report.findings] == [("BP-11", "none")]


def test_a_wsdl_without_binding_is_told_once(made: ModuleType, tmp_path: Path) -> None:
    """Nobody is told that no service offers what is not there."""
    text = made.clean().text(WSDL)
    start, end = text.index("<wsdl:binding"), text.index("<wsdl:service")

    report = made.clean().having(WSDL, text[:start] + text[end:]).linted(tmp_path)

    assert [(one.rule.id, one.actual) for one in report.findings] == [("BP-1", "no binding")]


def test_an_older_habit_of_naming_requests_is_a_warning(made: ModuleType, tmp_path: Path) -> None:
    """The ehr domains say XRequest, in WSDL and schema; approved as they are."""
    release = made.clean().changed(WSDL, PARAMETERS, PARAMETERS.replace("Thing", "ThingRequest"))
    release = release.changed(SCHEMA, 'name="MakeThing"', 'name="MakeThingRequest"')

    report = release.linted(tmp_path)

    assert {one.rule.id for one in report.findings} == {"BP-7/request", "TS-4"}
    assert not report.deviates(strict=False)


def test_a_wsdl_without_documentation_is_told_so(made: ModuleType, tmp_path: Path) -> None:
    """BP-5 tells none at all from one that stands elsewhere."""
    report = made.clean().changed(WSDL, made.DOCUMENTATION, "").linted(tmp_path)

    assert [(one.rule.id, one.actual) for one in report.findings] == [
        ("BP-5", "documentation: none at all")
    ]


@pytest.mark.parametrize("place", ['<wsdl:operation name="MakeThing">\n      <wsdl', PORT_TYPE])
def test_the_address_may_be_documented_in_several_places(
    made: ModuleType, place: str, tmp_path: Path
) -> None:
    """BP-8e asks for it at the operation; authors write it elsewhere, and it is accepted."""
    bare = made.clean().changed(WSDL, "<wsdl:documentation>HSA-id</wsdl:documentation>", "")
    head, _, tail = place.partition(">")
    documented = f"{head}><wsdl:documentation>HSA-id</wsdl:documentation>{tail}"

    assert bare.changed(WSDL, place, documented).linted(tmp_path).findings == ()


def test_profile_2_0_is_not_measured_with_the_formulas_of_2_1(
    made: ModuleType, tmp_path: Path
) -> None:
    """soapAction, the place of the address and the namespace in wsdl:types are not judged."""
    path = WSDL.replace("21", "20")
    made_so = made.with_three_parts().changed(
        path, '<xs:schema targetNamespace="urn:riv:made:up:things:MakeThing:1:rivtabp20">',
        f'<xs:schema targetNamespace="{SERVICE}x">',
    )  # fmt: skip

    assert made_so.linted(tmp_path).findings == ()


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        pytest.param("BP-4", "MakeThing:1:rivtabp20", "MakeThing:1:rivtabp19", id="namespace"),
        pytest.param("BP-8b", "riv:To", "riv:Address", id="no wsa:To"),
        pytest.param("BP-8c", 'part="LogicalAddress"', 'part="parameters"', id="no header"),
        pytest.param("BP-13", "MakeThingRequest", "MakeThingIn", id="message"),
        pytest.param("BP-3", 'definitions name="Make', 'definitions name="Break', id="definitions"),
    ],
)
def test_profile_2_0_has_its_own_formulas(
    made: ModuleType, rule: str, old: str, new: str, tmp_path: Path
) -> None:
    """What holds for it is judged."""
    path = WSDL.replace("21", "20")
    release = made.of_profile_2_0()
    text = release.text(path)
    assert old in text

    report = release.having(path, text.replace(old, new)).linted(tmp_path)

    assert rule in {one.rule.id for one in report.findings}


# Room for later versions ---------------------------------------------------------------------


NOTE = '<xs:element name="note" type="xs:string" minOccurs="0"/>'
OTHER = NOTE.replace("note", "other")
SEQUENCE = f"<xs:sequence>{NOTE}{{}}</xs:sequence>"
GROUP = f'<xs:group name="extensions"><xs:sequence>{ANY}</xs:sequence></xs:group>'
BASE = f'<xs:complexType name="BaseType">{SEQUENCE.format(ANY)}</xs:complexType>'
BARE_BASE = f'<xs:complexType name="BaseType">{SEQUENCE.format("")}</xs:complexType>'


def derived(content: str, *, by: str = "extension") -> str:
    """Write a type that is derived from BaseType."""
    return (
        f'<xs:complexContent><xs:{by} base="tns:BaseType">{content}</xs:{by}></xs:complexContent>'
    )


LEAVING_ROOM = {
    "xs:any last": ("", SEQUENCE.format(ANY)),
    "any in a group": (GROUP, SEQUENCE.format('<xs:group ref="tns:extensions"/>')),
    "group alone": (GROUP, '<xs:group ref="tns:extensions"/>'),
    "any in an inner sequence": ("", SEQUENCE.format(f"<xs:sequence>{ANY}</xs:sequence>")),
    "any in a choice last": ("", SEQUENCE.format(f"<xs:choice>{OTHER}{ANY}</xs:choice>")),
    "choice with any": ("", f"<xs:choice>{NOTE}{ANY}</xs:choice>"),
    "base leaves room": (BASE, derived("")),
    "base leaves room, attribute added": (BASE, derived('<xs:attribute name="a"/>')),
    "extension of a base": (BASE, derived(SEQUENCE.replace("note", "more").format(ANY))),
    "extension of a bare base": (BARE_BASE, derived(SEQUENCE.replace("note", "m").format(ANY))),
    "restriction": (BASE, derived(SEQUENCE.format(ANY), by="restriction")),
    "simple content": ("", '<xs:simpleContent><xs:extension base="xs:string"/></xs:simpleContent>'),
    "removed element last": ("", SEQUENCE.format(ANY + OTHER.replace("/>", ' maxOccurs="0"/>'))),
}  # fmt: skip
LEAVING_NONE = {
    "no any": ("", SEQUENCE.format("")),
    "any not last": ("", f"<xs:sequence>{ANY}{NOTE}</xs:sequence>"),
    "group without any": (
        GROUP.replace(ANY, OTHER), SEQUENCE.format('<xs:group ref="tns:extensions"/>'),
    ),
    "choice without any": ("", f"<xs:choice>{NOTE}</xs:choice>"),
    "all": ("", f"<xs:all>{NOTE}</xs:all>"),
    "nothing": ("", ""),
    "bare base": (BARE_BASE, derived("")),
    "extension without any": (BASE, derived(SEQUENCE.replace("note", "more").format(""))),
    "reference to no extension": (
        "", SEQUENCE.format(f'<xs:element xmlns:r="{REGISTRY}" ref="r:LogicalAddress"/>'),
    ),
}  # fmt: skip


def with_type(made: ModuleType, path: str, more: str, content: str) -> object:
    """Put another type into a schema, which imports the registry."""
    registry = "../../core_components/" if path == SCHEMA else ""
    import_ = (f'<xs:import namespace="{REGISTRY}" '
               f'schemaLocation="{registry}itintegration_registry_1.0.xsd"/>')  # fmt: skip
    release = made.clean()
    text = release.text(path)
    place = text.index("  <xs:complexType") if path == CORE else text.index("  <xs:import")
    text = f"{text[:place]}{import_}{text[place:]}"
    type_ = f'{more}<xs:complexType name="AddedType">{content}</xs:complexType></xs:schema>'
    return release.having(path, text.replace("</xs:schema>", type_))


@pytest.mark.parametrize(("path", "rule"), [(SCHEMA, "TS-8"), (CORE, "DS-5")], ids=["TS", "DS"])
@pytest.mark.parametrize("shape", LEAVING_ROOM)
def test_room_is_found_wherever_it_is_left(
    made: ModuleType, path: str, rule: str, shape: str, tmp_path: Path
) -> None:
    """Through groups, base types, inner sequences and choices."""
    report = with_type(made, path, *LEAVING_ROOM[shape]).linted(tmp_path)

    assert [
        str(one) for one in report.findings if one.rule.id == rule and "Added" in one.text
    ] == []


@pytest.mark.parametrize(("path", "rule"), [(SCHEMA, "TS-8"), (CORE, "DS-5")], ids=["TS", "DS"])
@pytest.mark.parametrize("shape", LEAVING_NONE)
def test_a_type_without_room_is_told(
    made: ModuleType, path: str, rule: str, shape: str, tmp_path: Path
) -> None:
    """Whatever it is made of."""
    report = with_type(made, path, *LEAVING_NONE[shape]).linted(tmp_path)

    assert [one.rule.id for one in report.findings if "AddedType" in one.text] == [rule]


@pytest.mark.parametrize("wrong", ["##any", "strict", 'minOccurs="1"', 'maxOccurs="9"'])
def test_each_attribute_of_the_room_is_looked_at(
    made: ModuleType, wrong: str, tmp_path: Path
) -> None:
    """TS-8 asks for four attributes."""
    right = {"##any": "##other", "strict": "lax"}.get(
        wrong, 'minOccurs="0"' if wrong.startswith("min") else 'maxOccurs="unbounded"'
    )
    text = made.clean().text(SCHEMA)
    place = text.rindex(ANY)
    text = text[:place] + text[place:].replace(ANY, ANY.replace(right, wrong))

    told = made.clean().having(SCHEMA, text).linted(tmp_path).findings

    assert "TS-8/attributes" in {one.rule.id for one in told}


def test_the_trap_is_no_breach(made: ModuleType, tmp_path: Path) -> None:
    """A reference to an extension stands last instead of xs:any, which would be ambiguous."""
    assert made.extended().linted(tmp_path).findings == ()


def test_groups_that_unfold_to_millions_are_looked_at_once(
    made: ModuleType, tmp_path: Path
) -> None:
    """A page of schema does not keep the linter busy."""
    groups = "".join(
        f'<xs:group name="g{step}"><xs:choice>'
        + (f'<xs:group ref="tns:g{step + 1}"/>' * 10 if step < 15 else NOTE)
        + "</xs:choice></xs:group>"
        for step in range(16)
    )
    release = with_type(made, SCHEMA, groups, '<xs:group ref="tns:g0"/>')

    told = release.linted(tmp_path).findings

    assert {"TS-8", "LOAD-8"} <= {one.rule.id for one in told}


# Schemas -------------------------------------------------------------------------------------


def test_a_namespace_claimed_by_two_contracts_is_told(made: ModuleType, tmp_path: Path) -> None:
    """TS-3 wants each contract's namespace for itself; both files are named."""
    other = SCHEMA.replace("_1.0.xsd", "_1.1.xsd")
    text = made.clean().text(SCHEMA).replace('version="1.0">', 'version="1.1">')

    told = made.clean().having(other, text).linted(tmp_path).findings

    assert {one.file for one in told if one.rule.id == "TS-3"} == {SCHEMA, other}


@pytest.mark.parametrize("domain", ["things", "made:up:of:things"])
def test_a_domain_has_two_or_three_levels(made: ModuleType, domain: str, tmp_path: Path) -> None:
    """TS-3: one level, or four, are no domain."""
    release = made.clean().renamed("made:up:things", domain)
    release = release.renamed("made_up_things", domain.replace(":", "_"))
    release = release.named(f"ServiceContracts_{domain.replace(':', '_')}_1.0")

    assert {one.rule.id for one in release.linted(tmp_path).findings} == {"TS-3"}


def test_a_schema_in_several_files_is_judged_as_one(made: ModuleType, tmp_path: Path) -> None:
    """An included file needs neither name nor elements of its own."""
    text = made.clean().text(CORE)
    place = text.index("  <xs:simpleType")
    included = text[: text.index("  <!--")] + text[place:]
    release = made.clean().having(CORE.replace("_1.0", "_types_1.0"), included)
    release = release.having(CORE, f"{text[:place]}</xs:schema>")
    release = release.changed(
        CORE, "  <!--", '  <xs:include schemaLocation="made_up_things_types_1.0.xsd"/>\n  <!--'
    )

    assert [str(one) for one in release.linted(tmp_path).findings] == []


def test_copies_of_other_domains_schemas_are_not_judged(made: ModuleType, tmp_path: Path) -> None:
    """Their authors mend them; standards follow other rules altogether."""
    space = "http://www.w3.org/2000/09/xmldsig#"
    schema = made.clean().text(CORE).replace(made.ANY, "").replace(made.DOMAIN, space)
    release = made.clean().having("schemas/core_components/xmldsig.xsd", schema)

    assert {one.rule.id for one in release.linted(tmp_path).findings} == {"CROSS-3"}


def test_a_schema_of_enumerations_may_have_a_step_of_its_own(
    made: ModuleType, tmp_path: Path
) -> None:
    """Its namespace is accepted; its file name is not that of the formula, as in many packages."""
    space = f"{made.DOMAIN[:-2]}:enums:1"
    path = "schemas/core_components/made_up_things_enum_1.0.xsd"
    schema = made.clean().text(CORE).replace(made.DOMAIN, space)
    release = made.clean().having(path, schema).changed(
        SCHEMA, "  <xs:import", f'  <xs:import namespace="{space}" '
        'schemaLocation="../../core_components/made_up_things_enum_1.0.xsd"/>\n  <xs:import',
    )  # fmt: skip

    assert {one.rule.id for one in release.linted(tmp_path).findings} == {"DS-2"}


def test_swedish_letters_in_an_enumeration_are_told(made: ModuleType, tmp_path: Path) -> None:
    """Attributes and enumeration values are names too."""
    release = made.clean().changed(SCHEMA, 'value="INFO"', 'value="UPPLÝST"')

    assert [(one.rule.id, one.actual) for one in release.linted(tmp_path).findings] == [
        ("TS-10", "UPPLÝST")
    ]


# Layout --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("made_up_things_1_0.zip", "PKG-1/old"),
        ("made_up_things_1_0_beta_r391.zip", "PKG-1/old"),
        ("TD_THINGS_1_0_RC3.zip", "PKG-1/old"),
        ("TD_1_0_0.zip", "PKG-1/old"),
        ("ServiceContracts_made_up_things_1.0-RC2.zip", "PKG-1/old"),
        ("ServiceContracts_made_up_things_1.0.0.zip", "PKG-2"),
        ("ServiceContracts_made_up_things_1.zip", "PKG-2"),
        ("ServiceContracts_made_up_things_2.0.zip", "PKG-3"),
        ("ServiceContracts_other_things_1.0.zip", "PKG-4"),
        ("package.zip", "PKG-1"),
    ],
)
def test_names_of_releases_are_known_old_and_new(
    made: ModuleType, name: str, rule: str, tmp_path: Path
) -> None:
    """Old forms are recognised; a form that was never one is told by what is wrong in it."""
    report = made.clean().named(name).linted(tmp_path)

    assert rule in {one.rule.id for one in report.findings}
    assert {one.rule.id.partition("-")[0] for one in report.findings} == {"PKG"}


def test_an_archive_may_hold_contracts_of_lower_versions(made: ModuleType, tmp_path: Path) -> None:
    """It has the version of the highest; the others keep theirs."""
    release = made.extended().named("ServiceContracts_made_up_things_1.1")
    second = made._second("TakeThing")

    release = made.replace(release, files={**release.files, **second})

    assert release.linted(tmp_path).findings == ()


def test_a_package_may_hold_parallel_majors(made: ModuleType, tmp_path: Path) -> None:
    """Since 2026: each major has its own files and namespaces, and the release the higher one."""
    first = made.clean()
    second = first.lacking(made.REGISTRY_FILE).lacking(made.SAMPLE)
    for old in ("made_up_things_1.0", "MakeThingResponder_1.0", "MakeThingInteraction_1.0"):
        second = second.renamed(old, old.replace("_1.0", "_2.0"))
    for old in ("things:1", "Responder:1", "MakeThing:1"):
        second = second.renamed(old, old.replace(":1", ":2"))
    second = second.renamed('version="1.0">', 'version="2.0">')

    files = {**second.files, **first.files}
    report = made.Release(name="ServiceContracts_made_up_things_2.0", files=files).linted(tmp_path)

    assert [str(one) for one in report.findings] == []
    assert report.wsdls == 2


def test_schemas_alone_are_judged_without_documents(made: ModuleType, tmp_path: Path) -> None:
    """A folder that is no release is linted for what it is, and the report says so."""
    files = {path: data for path, data in made.clean().files.items() if path.startswith("schemas/")}
    release = made.Release(name="checked-out", files=files)

    report = release.linted(tmp_path)

    assert report.findings == ()
    assert report.scope == "schemas"
    assert "PKG-7" in " ".join(report.unjudged)


def test_a_folder_with_documents_is_a_release_of_any_name(made: ModuleType, tmp_path: Path) -> None:
    """A working copy needs no release's name, and does need its documents."""
    release = made.clean().lacking("docs/TKB_made_up_things.docx").named("riv.made.up.things")

    report = release.linted(tmp_path)

    assert [one.rule.id for one in report.findings] == ["PKG-7"]
    assert "PKG-1" in " ".join(report.unjudged)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("tools/run.bat", "tools/"),
        ("schemas/old/a.txt", "schemas/old/"),
        ("schemas/interactions/readme.txt", "schemas/interactions/readme.txt"),
        ("test-suite/lib.jar", "test-suite/lib.jar"),
        ("__MACOSX/x", "__MACOSX/x"),
    ],
)
def test_what_does_not_belong_is_told_once(
    made: ModuleType, path: str, told: str, tmp_path: Path
) -> None:
    """A folder that is no part of a package, and what is left out when it is unpacked."""
    release = made.clean().having(path, "x").named(f"{made.clean().name}.zip")

    assert [(one.rule.id, one.file) for one in release.linted(tmp_path).findings] == [
        ("PKG-8", told)
    ]


def test_an_archive_without_interactions_is_told(made: ModuleType, tmp_path: Path) -> None:
    """The official package check says the same."""
    release = made.clean().named("ServiceContracts_made_up_things_1.0.zip")
    for path in (WSDL, SCHEMA):
        release = release.lacking(path)

    assert "PKG-5" in {one.rule.id for one in release.linted(tmp_path).findings}


# Messages ------------------------------------------------------------------------------------


def test_a_message_in_an_envelope_is_judged(made: ModuleType, tmp_path: Path) -> None:
    """The payload is what counts."""
    soap = "http://schemas.xmlsoap.org/soap/envelope/"
    wrapped = (
        f'<s:Envelope xmlns:s="{soap}"><s:Body>{made.clean().text(made.SAMPLE)}</s:Body>'
        "</s:Envelope>"
    )

    right = made.clean().having(made.SAMPLE, wrapped)
    wrong = right.changed(made.SAMPLE, "1234", "x")

    assert right.linted(tmp_path / "right").findings == ()
    told = wrong.linted(tmp_path / "wrong").findings
    assert [(one.rule.id, one.file) for one in told] == [("MSG-1", made.SAMPLE)]


def test_a_message_that_is_cut_off_is_told(made: ModuleType, tmp_path: Path) -> None:
    """It names the contract's namespace, so it was meant as a message of it."""
    text = made.clean().text(made.SAMPLE)

    told = made.clean().having(made.SAMPLE, text[:-5]).linted(tmp_path).findings

    assert [one.rule.id for one in told] == ["MSG-1"]


def test_templates_and_other_files_are_no_messages(made: ModuleType, tmp_path: Path) -> None:
    """Placeholders have no values yet, and a test project is no message."""
    release = made.clean().changed(made.SAMPLE, "1234", "${number}")
    release = release.having("test-suite/MakeThing/data.xml", "<testsuite/>")
    release = release.having("test-suite/MakeThing/broken.xml", "<testsuite>")

    report = release.linted(tmp_path)

    assert report.findings == ()
    assert report.messages == 0


def test_a_message_never_gives_its_values_away(made: ModuleType, tmp_path: Path) -> None:
    """Samples may be of real persons: only the place is told."""
    release = made.clean().changed(made.SAMPLE, "1234", "191212121212")

    (told,) = release.linted(tmp_path).findings

    assert "191212121212" not in f"{told.text}{told.expected}{told.actual}"
