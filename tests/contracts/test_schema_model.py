"""A schema file becomes values that say what its elements may hold, or an error with file and line.

The schemas in ``constructs/`` hold every construct between them, a handful a file.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from contracts.catalogue import bundled
from contracts.errors import HarnessError
from contracts.schema_content import bindings, is_valid
from contracts.schema_model import (
    ComplexType,
    Content,
    ElementDecl,
    FacetKind,
    GroupKind,
    Process,
    SchemaModel,
    SchemaModelError,
    SimpleType,
    Variety,
    Wildcard,
    read_model,
)

REPOSITORY = Path(__file__).resolve().parents[2]
RELEASED = REPOSITORY.parent / "shared/reference"
CONSTRUCTS = Path(__file__).with_name("constructs")
TEST = "urn:test"

Writer = Callable[..., Path]


@pytest.fixture(scope="module")
def claim() -> SchemaModel:
    """Give the model of the bundled claim contract."""
    (contract,) = bundled().domain("financial:billing:claim", "1.1").contracts
    return read_model(contract.schema)


@pytest.fixture
def a_schema(tmp_path: Path) -> Writer:
    """Give a writer of schema files: what stands within ``xs:schema``, and its attributes."""

    def write(
        content: str,
        *,
        name: str = "main.xsd",
        attributes: str = f'targetNamespace="{TEST}"',
        encoding: str = "utf-8",
        declared: str | None = None,
    ) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        declaration = f'<?xml version="1.0" encoding="{declared}"?>\n' if declared else ""
        path.write_bytes(
            f"""{declaration}<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
                xmlns:t="{TEST}" xmlns:o="urn:other" {attributes}>
            {content}
            </xs:schema>""".encode(encoding)
        )
        return path

    return write


def construct(name: str) -> SchemaModel:
    """Read one of the schemas beside this file."""
    return read_model(CONSTRUCTS / f"{name}.xsd", within=CONSTRUCTS)


def complex_type(model: SchemaModel, name: str) -> ComplexType:
    """Give the complex type of a global element."""
    found = model.element(f"{{{TEST}}}{name}").type
    assert isinstance(found, ComplexType)
    return found


def child(holder: ComplexType, name: str) -> ElementDecl:
    """Give an element of a type by its local name."""
    return next(element for element in holder.elements if element.name == name)


def simple_type(model: SchemaModel, name: str) -> SimpleType:
    """Give a named simple type."""
    found = model.types[f"{{{TEST}}}{name}"]
    assert isinstance(found, SimpleType)
    return found


# What a model says -----------------------------------------------------------------------------


def test_a_contract_unfolds_to_every_place_of_its_request(claim: SchemaModel) -> None:
    """Each element below the request is listed by its path, in the order of a message."""
    request, _ = claim.elements

    found = [reached.path for reached in claim.reachable(request)]

    top = "/ProcessClaimSpecification/claimSpecification"
    assert found[:4] == ["/ProcessClaimSpecification", top, f"{top}/id", f"{top}/issueDate"]
    assert f"{top}/supplierParty/sellerContact/name" in found
    assert len(found) == len(set(found))
    assert len(claim.declarations(request)) < len(found)


def test_an_element_says_name_type_occurrence_and_line(claim: SchemaModel) -> None:
    """What a declaration says is there, with the file and line it stands on."""
    request, _ = claim.elements
    lines = {reached.path: reached.element for reached in claim.reachable(request)}

    found = lines[
        "/ProcessClaimSpecification/claimSpecification/healthCareServicesSpecificationLine"
    ]

    assert (found.min, found.max) == (0, None)
    assert found.namespace == "urn:riv:financial:billing:claim:1"
    assert found.path == "ProcessClaimSpecificationType/healthCareServicesSpecificationLine"
    assert isinstance(found.type, ComplexType)
    written = found.where.file.read_text(encoding="utf-8").splitlines()
    assert 'name="healthCareServicesSpecificationLine"' in "".join(
        written[found.where.line - 2 : found.where.line + 1]
    )


def test_a_contract_has_its_room_for_extensions(claim: SchemaModel) -> None:
    """The wildcard that RIV-TA asks for ends the type, by way of a named group too."""
    request, _ = claim.elements
    declared = claim.element(request).type
    assert isinstance(declared, ComplexType)

    (found,) = declared.wildcards

    assert (found.namespace, found.process) == ("##other", Process.LAX)
    assert (found.min, found.max) == (0, None)
    assert found.admits("urn:riv:financial:billing:claim:1")
    assert not found.admits(claim.namespace)
    assert not found.admits("")


def test_references_take_type_from_afar_and_occurrence_from_here() -> None:
    """A reference has its own bounds and line, and what it refers to for the rest."""
    model = construct("files")

    found = child(complex_type(model, "all"), "from")

    assert found.ref
    assert (found.namespace, found.max) == ("urn:other", 3)
    assert found.where.file.name == "files.xsd"
    assert model.element("{urn:other}from").where.file.name == "other.xsd"


def test_the_form_of_a_name_follows_the_schema_or_itself() -> None:
    """Local elements are in the namespace where the schema or the element says qualified."""
    found = complex_type(construct("files"), "all").elements

    assert {one.name: one.namespace for one in found} == {
        "local": "",
        "qualified": TEST,
        "from": "urn:other",
        "back": TEST,
    }


def test_files_of_a_schema_are_read_once_and_in_a_circle() -> None:
    """Imports that lead back do not loop, and an included file takes the includer's namespace."""
    model = construct("files")

    assert [path.name for path in model.files] == ["files.xsd", "adopted.xsd", "other.xsd"]
    assert model.namespaces == {TEST, "urn:other"}
    assert {f"{{{TEST}}}Adopted", f"{{{TEST}}}Letters"} <= model.types.keys()


def test_an_extension_holds_its_base_first() -> None:
    """Content and attributes of the base come before those of the extension."""
    model = construct("derivation")

    found = model.types[f"{{{TEST}}}Extended"]

    assert isinstance(found, ComplexType)
    assert [element.name for element in found.elements] == ["a", "x", "b"]
    assert [attribute.name for attribute in found.attributes] == ["i", "o", "j"]
    assert (found.base, found.derivation) == (f"{{{TEST}}}Base", "extension")
    assert found.wildcards


def test_a_restriction_holds_only_what_it_restates() -> None:
    """Content is written anew, attributes are kept unless prohibited."""
    found = construct("derivation").types[f"{{{TEST}}}Restricted"]

    assert isinstance(found, ComplexType)
    assert [element.name for element in found.elements] == ["a"]
    assert [attribute.name for attribute in found.attributes] == ["i"]


def test_simple_content_has_text_and_attributes() -> None:
    """The text is typed through all steps, and a restriction narrows it further."""
    found = construct("derivation").types[f"{{{TEST}}}ShortCoded"]

    assert isinstance(found, ComplexType)
    assert found.content is Content.SIMPLE
    assert found.simple is not None
    assert found.simple.patterns == ((r"[A-Z]{2}\d*",),)
    assert [facet.value for facet in found.simple.nearest(FacetKind.MAX_LENGTH)] == ["4"]
    assert {attribute.name: attribute.required for attribute in found.attributes} == {
        "system": True,
        "version": False,
    }


@pytest.mark.parametrize(
    ("file", "name", "content"),
    [
        pytest.param("contents", "mixed", Content.MIXED, id="mixed"),
        pytest.param("groups", "referring", Content.ELEMENTS, id="elements"),
        pytest.param("wildcards", "anything", Content.ELEMENTS, id="untyped elements"),
    ],
)
def test_content_has_a_kind(file: str, name: str, content: Content) -> None:
    """Mixed, element, simple and empty content are told apart."""
    assert complex_type(construct(file), name).content is content


def test_an_element_without_type_may_hold_anything() -> None:
    """Without a type it is xs:anyType: mixed, of any elements and attributes."""
    found = child(complex_type(construct("wildcards"), "anything"), "untyped").type

    assert isinstance(found, ComplexType)
    assert found.content is Content.MIXED
    assert [wildcard.namespace for wildcard in found.wildcards] == ["##any"]
    assert found.any_attribute is not None


def test_groups_stand_as_what_they_refer_to() -> None:
    """A reference to a group is the group's content with the reference's occurrence."""
    particle = complex_type(construct("groups"), "referring").particle
    assert particle is not None

    group, last = particle.parts

    assert not isinstance(group, ElementDecl | Wildcard)
    assert group.kind is GroupKind.SEQUENCE
    assert (group.min, group.max) == (0, 2)
    assert isinstance(last, ElementDecl)


def test_what_may_never_occur_is_left_out() -> None:
    """An element with maxOccurs 0 is no part of the type."""
    found = complex_type(construct("occurrences"), "bounds").elements

    assert [element.name for element in found] == ["a", "b", "c", "e"]


def test_facets_hold_from_their_nearest_step_and_patterns_from_all() -> None:
    """A narrower length replaces the wider; every step's patterns must match."""
    found = simple_type(construct("values"), "Narrower")

    in_force = {(facet.kind.value, facet.value) for facet in found.in_force}

    assert in_force == {
        ("pattern", "[0-9]+"),
        ("pattern", "[0-9A-Z]*"),
        ("minLength", "3"),
        ("maxLength", "8"),
        ("whiteSpace", "preserve"),
    }
    assert found.built_in == found.primitive == "string"


def test_built_in_types_bring_their_bounds() -> None:
    """A byte is a decimal with bounds, and its bounds stand in no file."""
    model = construct("values")
    byte = child(complex_type(model, "builtIn"), "byte").simple
    assert byte is not None

    found = {facet.kind: facet for facet in byte.in_force}

    assert (byte.built_in, byte.primitive) == ("byte", "decimal")
    assert found[FacetKind.MIN_INCLUSIVE].value == "-128"
    assert found[FacetKind.MIN_INCLUSIVE].where is None


def test_lists_and_unions_know_what_they_are_made_of() -> None:
    """A list has an item type, a union its members, wherever they are declared."""
    model = construct("values")

    listed, united = simple_type(model, "FewListed"), simple_type(model, "UnitedInside")

    assert listed.variety is Variety.LIST
    assert listed.item is not None
    assert listed.item.name == f"{{{TEST}}}Verdict"
    assert united.variety is Variety.UNION
    assert [member.built_in for member in united.members] == ["date", "string"]


def test_attributes_say_whether_and_what_they_must_be() -> None:
    """Use, fixed and default values, references, groups and forms are resolved."""
    found = {one.qname: one for one in complex_type(construct("attributes"), "all").attributes}

    assert found["flag"].required
    assert not found["letter"].required
    assert found[f"{{{TEST}}}qualified"].required
    assert found[f"{{{TEST}}}own"].type.built_in == "string"
    assert found["always"].fixed == "ja"
    assert found["day"].default == "2026-01-01"


def test_types_may_hold_themselves() -> None:
    """Recursion is listed once and marked, by type, by reference and by group."""
    model = construct("recursion")

    found = {
        name: [reached.path for reached in model.reachable(f"{{{TEST}}}{name}")]
        for name in ("tree", "nested", "grouped")
    }

    assert found["tree"] == ["/tree", "/tree/value", "/tree/branch"]
    assert found["nested"] == ["/nested", "/nested/nested", "/nested/leaf"]
    assert found["grouped"][-2:] == ["/grouped/below/a", "/grouped/below/below"]
    assert [r.path for r in model.reachable(f"{{{TEST}}}tree") if r.recursive] == ["/tree/branch"]


def test_a_substitute_stands_where_its_head_is_declared() -> None:
    """An abstract head never stands itself; its substitutes keep its occurrence."""
    model = construct("substitution")
    head, plain = complex_type(model, "all").elements

    assert [one.name for one in model.standing_for(head)] == ["first", "second"]
    assert [one.name for one in model.standing_for(plain)] == ["plain", "instead"]
    assert {one.max for one in model.standing_for(head)} == {2}


def test_identity_constraints_are_told_of_though_not_modelled(a_schema: Writer) -> None:
    """Where a schema demands unique values, the model says so."""
    path = a_schema(
        """<xs:element name="r"><xs:complexType><xs:sequence>
        <xs:element name="a" type="xs:int" maxOccurs="9"/></xs:sequence></xs:complexType>
        <xs:unique name="once"><xs:selector xpath="a"/><xs:field xpath="."/></xs:unique>
        </xs:element>"""
    )

    assert [where.line for where in read_model(path).identity_constraints] == [5]


@pytest.mark.parametrize("file", sorted(path.stem for path in CONSTRUCTS.glob("*.xsd")))
def test_the_schemas_of_these_tests_are_schemas(file: str) -> None:
    """A strict processor takes every schema that the model is tried on."""
    etree.XMLSchema(etree.parse(str(CONSTRUCTS / f"{file}.xsd")))


@pytest.mark.skipif(not RELEASED.is_dir(), reason="the released schemas are not at ../shared")
def test_every_released_schema_is_read() -> None:
    """The schema files of both domains become models, each with the elements it declares."""
    files = sorted(RELEASED.rglob("*.xsd"))

    assert files
    for file in files:
        names = {
            f"{{{root.get('targetNamespace')}}}{node.get('name')}"
            for root in [etree.parse(str(file)).getroot()]
            for node in root.iterchildren("{http://www.w3.org/2001/XMLSchema}element")
        }
        model = read_model(file)
        assert names <= model.elements.keys()
        assert all([*model.reachable(name)] for name in names)


# Which declaration an element falls under -------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param(["a", "f"], ["a", "f"], id="first branch"),
        pytest.param(["c", "e", "f"], ["c", "e", "f"], id="a choice within"),
        pytest.param(["a", "b", "f"], None, id="two branches"),
        pytest.param(["f"], None, id="no branch"),
        pytest.param([], None, id="nothing"),
    ],
)
def test_children_fall_under_the_branch_they_fit(
    names: list[str], expected: list[str] | None
) -> None:
    """A content model binds every child to a declaration, or says that they do not fit."""
    model = construct("choices")

    found = bindings(model, complex_type(model, "nested"), [f"{{{TEST}}}{name}" for name in names])

    assert (found and [one.name for one in found if isinstance(one, ElementDecl)]) == expected


@pytest.mark.parametrize(
    ("count", "fits"),
    [pytest.param(1, False), pytest.param(2, True), pytest.param(3, True), pytest.param(4, False)],
)
def test_a_choice_may_have_to_be_made_several_times(count: int, fits: bool) -> None:
    """The occurrence of a group counts, not only that of what it holds."""
    model = construct("choices")

    found = bindings(model, complex_type(model, "counted"), [f"{{{TEST}}}a"] * count)

    assert (found is not None) is fits


def test_what_follows_an_extension_does_not_fit_whatever_libxml2_says() -> None:
    """``a*, any*`` ends with the foreign elements; libxml2 2.14 takes another ``a`` after them."""
    model = construct("wildcards")
    holder = complex_type(model, "afterMany")
    names = ["{urn:foreign}f", f"{{{TEST}}}a"]

    assert bindings(model, holder, names) is None
    assert bindings(model, holder, names, loosely=True) is not None
    assert bindings(model, holder, names[::-1]) is not None


@pytest.mark.parametrize(
    ("message", "valid"),
    [
        pytest.param("<all><first>1</first><second/></all>", True, id="substitutes"),
        pytest.param("<all><first>one</first></all>", False, id="a substitute's own type"),
        pytest.param("<all><head/></all>", False, id="the abstract head"),
        pytest.param("<all><first>1</first><instead/></all>", True, id="another's substitute"),
    ],
)
def test_an_element_is_judged_with_all_below(message: str, valid: bool) -> None:
    """The model's own judgement agrees with the validator's."""
    model = construct("substitution")
    node = etree.fromstring(message.replace("<all>", f'<all xmlns="{TEST}">'))
    judge = etree.XMLSchema(etree.parse(str(CONSTRUCTS / "substitution.xsd")))

    assert is_valid(model, model.element(f"{{{TEST}}}all"), node) is valid
    assert judge.validate(node) is valid


# What cannot be read -----------------------------------------------------------------------------


IMPORT = '<xs:import namespace="urn:other" schemaLocation="{}"/>'
OTHER = 'targetNamespace="urn:other"'


def wrong(path: Path) -> SchemaModelError:
    """Give the error that reading a schema ends with."""
    with pytest.raises(SchemaModelError) as caught:
        read_model(path)
    return caught.value


@pytest.mark.parametrize(
    ("content", "what"),
    [
        pytest.param(IMPORT.format("gone.xsd"), "gone.xsd cannot be read", id="a missing file"),
        pytest.param(IMPORT.format("../main.xsd"), "leads out of", id="out of the package"),
        pytest.param(IMPORT.format("http://example.com/a.xsd"), "no relative path", id="network"),
        pytest.param(IMPORT.format("/etc/a.xsd"), "no relative path", id="an absolute path"),
        pytest.param(IMPORT.format("file:///a.xsd"), "no relative path", id="a file address"),
        pytest.param(
            f'<xs:import namespace="{TEST}" schemaLocation="main.xsd"/>',
            "cannot import its own namespace",
            id="its own namespace",
        ),
        pytest.param('<xs:redefine schemaLocation="a.xsd"/>', "xs:redefine", id="redefine"),
        pytest.param("<xs:element/>", "has no name", id="no name"),
        pytest.param('<xs:element name="a" type="t:Gone"/>', "no type", id="an unknown type"),
        pytest.param('<xs:element name="a" type="x:A"/>', "prefix", id="an unknown prefix"),
        pytest.param(
            '<xs:element name="a" substitutionGroup="t:gone"/>', "no element", id="no such head"
        ),
        pytest.param(
            '<xs:element name="a"/><xs:element name="a"/>', "declared twice", id="declared twice"
        ),
        pytest.param(
            '<xs:complexType name="A"><xs:sequence><xs:element ref="t:b"/></xs:sequence>'
            "</xs:complexType>",
            "no element",
            id="an unknown element",
        ),
        pytest.param(
            '<xs:complexType name="A"><xs:group ref="t:b"/></xs:complexType>',
            "no group",
            id="an unknown group",
        ),
        pytest.param(
            '<xs:complexType name="A"><xs:sequence><xs:any minOccurs="2"/></xs:sequence>'
            "</xs:complexType>",
            "minOccurs 2 is more than maxOccurs 1",
            id="bounds that cross",
        ),
        pytest.param(
            '<xs:complexType name="A"><xs:sequence><xs:any maxOccurs="many"/></xs:sequence>'
            "</xs:complexType>",
            "not whole numbers",
            id="bounds that are no numbers",
        ),
        pytest.param(
            '<xs:complexType name="A"><xs:sequence/><xs:assert test="true()"/></xs:complexType>',
            "xs:assert",
            id="XML Schema 1.1",
        ),
        pytest.param(
            '<xs:simpleType name="A"><xs:restriction base="xs:string"><xs:maxLength value="x"/>'
            "</xs:restriction></xs:simpleType>",
            "is no number",
            id="a facet that is no number",
        ),
        pytest.param(
            '<xs:simpleType name="A"><xs:restriction base="t:A"/></xs:simpleType>',
            "defined by itself",
            id="a type by itself",
        ),
        pytest.param(
            '<xs:group name="g"><xs:sequence><xs:group ref="t:g"/></xs:sequence></xs:group>',
            "defined by itself",
            id="a group by itself",
        ),
    ],
)
def test_what_cannot_be_read_is_told_with_file_and_line(
    a_schema: Writer, content: str, what: str
) -> None:
    """The error says what is wrong, and where it stands."""
    found = wrong(a_schema(f"<xs:annotation/>\n{content}"))

    assert what in found.what
    assert found.where.endswith("main.xsd:4")


def test_a_file_that_is_not_there_is_told_by_its_name(tmp_path: Path) -> None:
    """The first file's absence is a set-up fault like any other."""
    with pytest.raises(HarnessError, match=r"gone\.xsd cannot be read"):
        read_model(tmp_path / "gone.xsd")


def test_what_is_no_schema_is_refused(tmp_path: Path) -> None:
    """XML of another kind, and what is no XML, have their line told."""
    path = tmp_path / "main.xsd"
    path.write_text("<html/>", encoding="utf-8")
    assert "no XML schema but a html" in wrong(path).what

    path.write_text("<xs:schema>\n<", encoding="utf-8")
    found = wrong(path)
    assert "not well-formed" in found.what
    assert found.where.startswith(str(path))


def test_a_document_type_declaration_is_refused(tmp_path: Path) -> None:
    """No entity is ever expanded, in a schema as little as in a message."""
    path = tmp_path / "main.xsd"
    path.write_text('<!DOCTYPE s [<!ENTITY e SYSTEM "/etc/passwd">]><s>&e;</s>', encoding="utf-8")

    assert "document type" in wrong(path).what


def test_two_files_may_not_claim_one_namespace(a_schema: Writer) -> None:
    """A second import of a namespace, which validators silently drop, is refused."""
    a_schema('<xs:element name="a"/>', name="a.xsd", attributes=OTHER)
    a_schema('<xs:element name="b"/>', name="b.xsd", attributes=OTHER)

    found = wrong(a_schema(f"{IMPORT.format('a.xsd')}\n{IMPORT.format('b.xsd')}"))

    assert "second file claims the namespace urn:other" in found.what
    assert "b.xsd beside" in found.what
    assert found.where.endswith("main.xsd:4")


def test_the_same_file_may_be_imported_twice(a_schema: Writer) -> None:
    """Two paths to one file are one file."""
    a_schema('<xs:element name="a"/>', name="parts/a.xsd", attributes=OTHER)
    path = a_schema(f"{IMPORT.format('parts/a.xsd')}{IMPORT.format('parts/../parts/a.xsd')}")

    assert [file.name for file in read_model(path).files] == ["main.xsd", "a.xsd"]


def test_an_import_must_name_the_namespace_it_gets(a_schema: Writer) -> None:
    """An import and its file that disagree are told at the import."""
    a_schema('<xs:element name="a"/>', name="a.xsd", attributes='targetNamespace="urn:third"')

    found = wrong(a_schema(IMPORT.format("a.xsd")))

    assert found.what == "a.xsd has the namespace urn:third, not urn:other"
    assert found.where.endswith("main.xsd:3")


def test_imports_stay_within_the_folder_given(a_schema: Writer, tmp_path: Path) -> None:
    """A package's folder is the one called schemas, or the one the caller names."""
    a_schema('<xs:element name="a"/>', name="core/a.xsd", attributes=OTHER)
    outside = a_schema(IMPORT.format("../core/a.xsd"), name="interactions/main.xsd")

    assert "leads out of" in wrong(outside).what
    assert len(read_model(outside, within=tmp_path).files) == 2

    a_schema('<xs:element name="a"/>', name="schemas/core/a.xsd", attributes=OTHER)
    inside = a_schema(IMPORT.format("../core/a.xsd"), name="schemas/interactions/main.xsd")
    assert len(read_model(inside).files) == 2


@pytest.mark.parametrize(
    ("encoding", "declared", "told"),
    [
        pytest.param("iso-8859-1", "ISO-8859-1", False, id="Latin-1 that says so"),
        pytest.param("iso-8859-1", None, True, id="Latin-1 that does not"),
        pytest.param("iso-8859-1", "UTF-8", True, id="Latin-1 that says otherwise"),
        pytest.param("utf-16", "UTF-16", False, id="UTF-16"),
        pytest.param("utf-8-sig", None, False, id="a byte order mark"),
    ],
)
def test_national_letters_survive_the_encoding(
    a_schema: Writer,
    encoding: str,
    declared: str | None,
    told: bool,
) -> None:
    """Schemas are read in their encoding; Latin-1 that does not say so is told of."""
    path = a_schema('<xs:element name="vård"/>', encoding=encoding, declared=declared)

    model = read_model(path)

    assert [*model.elements] == [f"{{{TEST}}}vård"]
    assert model.undeclared_encoding == ((path.resolve(),) if told else ())


def test_an_element_that_is_not_declared_is_told_with_those_that_are() -> None:
    """Asking for an unknown element says which there are."""
    with pytest.raises(SchemaModelError, match=f"gone.*{TEST}}}plain"):
        construct("substitution").element(f"{{{TEST}}}gone")
