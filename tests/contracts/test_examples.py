"""Valid messages come from any schema, by the seed, and the values in them from its types."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path
from random import Random

import pytest
from _pytest.mark.structures import ParameterSet
from lxml import etree

from contracts.catalogue import bundled
from contracts.examples import full, full_series, minimal
from contracts.schema_content import is_valid, placed
from contracts.schema_model import SchemaModel, SchemaModelError, SimpleType, read_model
from contracts.schema_patterns import PatternError, pattern
from contracts.schema_text import breaks, is_valid_text, limits
from contracts.schema_values import a_value, probes

REPOSITORY = Path(__file__).resolve().parents[2]
RELEASED = REPOSITORY.parent / "shared/reference"
CONSTRUCTS = Path(__file__).with_name("constructs")
TEST = "urn:test"
XS = "http://www.w3.org/2001/XMLSchema"


def schema_files() -> list[ParameterSet]:
    """Give every schema to make messages from: ours, the constructs', and those released."""
    bundled_files = {contract.schema for contract in bundled().contracts}
    files = sorted([*bundled_files, *CONSTRUCTS.glob("*.xsd"), *RELEASED.rglob("*.xsd")])
    return [pytest.param(path, id=f"{path.parent.name}/{path.stem}") for path in files]


def model_of(path: Path) -> SchemaModel:
    """Read a schema in its package."""
    return read_model(path, within=CONSTRUCTS if path.is_relative_to(CONSTRUCTS) else None)


def judge_of(path: Path) -> etree.XMLSchema:
    """Compile the schema that judges."""
    return etree.XMLSchema(etree.parse(str(path)))


def roots(model: SchemaModel) -> list[str]:
    """Give the elements that a message may begin with."""
    return [name for name, element in model.elements.items() if not element.abstract]


def construct(name: str) -> SchemaModel:
    """Read one of the schemas beside this file."""
    return model_of(CONSTRUCTS / f"{name}.xsd")


def outline(node: etree._Element) -> str:
    """Write an element's children as names in a row, with what they hold in brackets."""
    inner = " ".join(outline(child) for child in node)
    name = etree.QName(node).localname
    return f"{name}({inner})" if inner else name


# Messages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", schema_files())
def test_examples_are_valid(path: Path) -> None:
    """The minimal message and every full one pass the validator, and the model's own judgement."""
    model, judge = model_of(path), judge_of(path)

    for root in roots(model):
        made = [minimal(model, root), *full_series(model, root, seed=3)]
        for message in made:
            assert judge.validate(message), (root, judge.error_log, etree.tostring(message))
            assert is_valid(model, model.element(root), message)


@pytest.mark.skipif(not RELEASED.is_dir(), reason="the released schemas are not at ../shared")
def test_examples_are_made_from_the_released_schemas() -> None:
    """The released files are among those that messages were made from."""
    files = [path for path in RELEASED.rglob("*.xsd") if roots(model_of(path))]

    assert {"financial_billing_claim", "financial_patientfees_exemption"} <= {
        path.relative_to(RELEASED).parts[0] for path in files
    }


@pytest.mark.parametrize("path", schema_files())
def test_full_messages_reach_every_place(path: Path) -> None:
    """Whatever may stand below a root stands in one message of the series."""
    model = model_of(path)

    for root in roots(model):
        reached = {one.path for one in model.reachable(root)}
        stood = {
            one.path
            for message in full_series(model, root)
            for one in placed(model, model.element(root), message)
        }
        assert reached <= stood


@pytest.mark.parametrize(
    ("file", "root", "expected"),
    [
        pytest.param("choices", "nested", "nested(a f)", id="one branch"),
        pytest.param("choices", "perhaps", "perhaps", id="nothing optional"),
        pytest.param("occurrences", "bounds", "bounds(a a c c c e)", id="as few as allowed"),
        pytest.param("recursion", "nested", "nested(leaf)", id="no recursion"),
        pytest.param("wildcards", "strict", "strict(a afterMany)", id="a declared element"),
    ],
)
def test_minimal_messages_hold_what_they_must(file: str, root: str, expected: str) -> None:
    """Nothing optional stands, and a choice takes its shortest branch."""
    assert outline(minimal(construct(file), f"{{{TEST}}}{root}")) == expected


@pytest.mark.parametrize(
    ("file", "root", "expected"),
    [
        pytest.param(
            "choices",
            "nested",
            ["nested(a f)", "nested(b f)", "nested(c d f)", "nested(a f)", "nested(b f)"],
            id="branches in turn",
        ),
        pytest.param("choices", "perhaps", ["perhaps(a c d)", "perhaps(b c d)"], id="optional"),
        pytest.param("groups", "repeating", ["repeating(a b a b)"], id="twice what may repeat"),
        pytest.param("occurrences", "bounds", ["bounds(a a b b c c c e e)"], id="occurrences"),
        pytest.param("recursion", "nested", ["nested(nested(leaf))", "nested(leaf)"], id="once"),
        pytest.param(
            "substitution",
            "all",
            ["all(first second plain)", "all(first second instead)"],
            id="substitutes in turn",
        ),
    ],
)
def test_full_messages_hold_all_they_can(file: str, root: str, expected: list[str]) -> None:
    """Optional elements stand once, repeated ones twice, the branches of a choice in turn."""
    made = islice(full_series(construct(file), f"{{{TEST}}}{root}"), len(expected))

    assert [outline(message) for message in made] == expected


def test_the_series_ends_with_the_last_branch() -> None:
    """Every branch has stood, so there are as few messages as the choices need."""
    made = [outline(one) for one in full_series(construct("choices"), f"{{{TEST}}}nested")]

    assert len(made) == 6
    assert made[-1] == "nested(c e f)"


def test_the_same_seed_gives_the_same_message() -> None:
    """Messages follow from model and seed alone, and another seed gives other values."""
    (contract,) = bundled().domain("financial:billing:claim", "1.1").contracts
    made = [
        etree.tostring(full(read_model(contract.schema), contract.request, seed=seed))
        for seed in (1, 1, 2)
    ]

    assert made[0] == made[1]
    assert made[0] != made[2]


def test_dates_look_as_in_swedish_messages() -> None:
    """A type that only a pattern makes a date gets days of 2026."""
    (contract,) = bundled().domain("financial:billing:claim", "1.1").contracts

    message = full(read_model(contract.schema), contract.request)
    days = {node.text or "" for node in message.iter("{*}issueDate", "{*}careVisitDate")}

    assert days
    assert all(re.fullmatch(r"2026\d{4}", day) for day in days)


def test_ids_are_never_given_twice() -> None:
    """What must be unique in a message is, however often it stands."""
    message = full(construct("occurrences"), f"{{{TEST}}}ids")

    given = [*message.xpath("//@id"), *message.xpath("//*[local-name()='other']/text()")]

    assert len(given) == len({*given}) == 4


@pytest.mark.parametrize(
    ("content", "what"),
    [
        pytest.param(
            '<xs:element name="r"><xs:complexType><xs:sequence><xs:element ref="r"/>'
            "</xs:sequence></xs:complexType></xs:element>",
            "without end",
            id="endless",
        ),
        pytest.param('<xs:element name="r" abstract="true"/>', "abstract", id="abstract"),
        pytest.param(
            '<xs:element name="r"><xs:simpleType><xs:restriction base="xs:string">'
            '<xs:pattern value="a+"/><xs:pattern value="b"/><xs:minLength value="3"/>'
            '<xs:enumeration value="c"/></xs:restriction></xs:simpleType></xs:element>',
            None,
            id="an enumeration is all there is",
        ),
        pytest.param(
            '<xs:element name="r"><xs:simpleType><xs:restriction base="xs:string">'
            '<xs:pattern value="a"/><xs:minLength value="3"/></xs:restriction>'
            "</xs:simpleType></xs:element>",
            "found no value",
            id="no value",
        ),
        pytest.param(
            '<xs:element name="r"><xs:simpleType><xs:restriction base="xs:string">'
            '<xs:pattern value="(a"/></xs:restriction></xs:simpleType></xs:element>',
            "pattern cannot be read",
            id="a broken pattern",
        ),
        pytest.param(
            '<xs:element name="r" type="A"/><xs:complexType name="A" abstract="true"/>',
            "nothing derives",
            id="an abstract type",
        ),
    ],
)
def test_a_schema_that_allows_no_message_is_told(
    tmp_path: Path, content: str, what: str | None
) -> None:
    """What cannot be made is an error with its place, never an endless search."""
    path = tmp_path / "main.xsd"
    path.write_text(f'<xs:schema xmlns:xs="{XS}">{content}</xs:schema>', encoding="utf-8")
    model = read_model(path)

    if what is None:
        assert minimal(model, "r").text == "c"
        return
    with pytest.raises(SchemaModelError, match=what) as caught:
        minimal(model, "r")
    assert "main.xsd:1" in caught.value.where


# Values ------------------------------------------------------------------------------------------


def value_types() -> dict[str, SimpleType]:
    """Give the simple types of the constructs by the names of their elements."""
    model = construct("values")
    return {
        reached.element.name: reached.element.simple
        for root in ("builtIn", "narrowed")
        for reached in model.reachable(f"{{{TEST}}}{root}")
        if reached.element.simple is not None
    }


VALUES = value_types()


def a_random(seed: int = 1) -> Random:
    """Give a source of chance that gives the same each time."""
    return Random(seed)  # noqa: S311 - repeatable, not secret


@pytest.fixture(scope="module")
def one_value(tmp_path_factory: pytest.TempPathFactory) -> etree.XMLSchema:
    """Give the judge of single values: each element of the constructs made global."""
    text = (CONSTRUCTS / "values.xsd").read_text(encoding="utf-8")
    elements = re.findall(r"^ {8}(<xs:element .*/>)$", text, flags=re.MULTILINE)
    path = tmp_path_factory.mktemp("schemas") / "values.xsd"
    path.write_text(text.replace("</xs:schema>", f"{''.join(elements)}</xs:schema>"), "utf-8")
    return judge_of(path)


@pytest.mark.parametrize("name", VALUES)
def test_values_and_probes_are_what_they_are_said_to_be(
    name: str, one_value: etree.XMLSchema
) -> None:
    """The validator agrees with every verdict on every made value, inside and outside."""
    simple = VALUES[name]
    tried = [(a_value(simple, a_random(seed)), True) for seed in range(5)]
    tried += [(probe.text, probe.valid) for probe in probes(simple, a_random())]

    for text, valid in tried:
        node = etree.Element(f"{{{TEST}}}{name}")
        node.text = text or None
        assert one_value.validate(node) is valid, text
        assert is_valid_text(simple, text) is valid


@pytest.mark.parametrize("name", VALUES)
def test_every_limit_is_tried_from_both_sides(name: str) -> None:
    """Each facet has a value at its edge and, where it can be broken, one just outside."""
    tried = [*probes(VALUES[name], a_random())]

    for limit in limits(VALUES[name]):
        sides = {probe.valid for probe in tried if probe.limit == limit}
        met = {probe.facet for probe in tried if probe.limit == limit and probe.valid}
        assert met == {*limit.facets}, limit
        assert (False in sides) is limit.can_be_broken


@pytest.mark.parametrize(
    ("name", "text", "kinds"),
    [
        pytest.param("verdict", "ok", ["enumeration"] * 3, id="none of an enumeration"),
        pytest.param("hsaId", "SE1-A", ["pattern"], id="a pattern alone"),
        pytest.param("hsaId", f"SE1234567890-{'A' * 20}", ["maxLength"], id="a length alone"),
        pytest.param("age", "0", ["minInclusive"], id="below"),
        pytest.param("age", "121", ["maxInclusive"], id="above"),
        pytest.param("price", "1000.00", ["maxExclusive"], id="on an exclusive bound"),
        pytest.param("price", "-0.001", ["minInclusive", "fractionDigits"], id="two at once"),
        pytest.param("price", "0.000", [], id="zeros that say nothing"),
        pytest.param("money", "1234567890", ["totalDigits"], id="digits"),
        pytest.param("decade", "2030-01-01", ["maxExclusive"], id="a day too late"),
        pytest.param("decade", "2030-02-30", [None], id="no day"),
        pytest.param("moment", "2029-12-31T23:00:01Z", ["maxInclusive"], id="across zones"),
        pytest.param("fewListed", "OK", ["minLength"], id="too few items"),
        pytest.param("fewListed", "OK NO", [None], id="an item that is none"),
        pytest.param("united", "NO", [None], id="no member of a union"),
        pytest.param("collapsed", "  a \n b  ", [], id="white space collapsed"),
        pytest.param("narrower", "AB12", ["pattern"], id="the pattern of one step"),
    ],
)
def test_a_text_is_told_which_limits_it_breaks(
    name: str, text: str, kinds: list[str | None]
) -> None:
    """Every broken facet is named; None is a text that is no value at all."""
    assert [facet and facet.kind for facet in breaks(VALUES[name], text)] == kinds


# Patterns ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])", id="a date"),
        pytest.param(r"[a-z-[aeiou]]{3,5}", id="subtraction"),
        pytest.param(r"\i\c*", id="names"),
        pytest.param(r"^[0-9]{8}[pPtTfF]$", id="anchors are letters"),
        pytest.param(r"(a|b)*c?", id="repetition"),
        pytest.param(r"\p{Lu}\p{Ll}+", id="categories"),
        pytest.param(r"\P{N}", id="all but a category"),
        pytest.param(r"\p{IsBasicLatin}{2}", id="blocks"),
        pytest.param(r"[^0-9\s]{2}", id="negation"),
        pytest.param(r"[\^\-\]+.]{2}", id="escapes in a class"),
        pytest.param(r"[-a]\S+@\w{2,}", id="classes"),
        pytest.param(r"a{0}b{2}", id="counts"),
        pytest.param("", id="nothing"),
    ],
)
def test_patterns_mean_what_the_validator_says(text: str) -> None:
    """Samples match, of every length they may have, and near misses are told alike."""
    schema = (
        f'<xs:schema xmlns:xs="{XS}"><xs:element name="a"><xs:simpleType>'
        f'<xs:restriction base="xs:string"><xs:pattern value="{text}"/></xs:restriction>'
        "</xs:simpleType></xs:element></xs:schema>"
    )
    judge = etree.XMLSchema(etree.fromstring(schema))
    compiled, rng = pattern(text), a_random()
    made = [compiled.sample(rng) for _ in range(20)]
    made += [compiled.sample(rng, length=length) for length in range(12)]
    samples = {one for one in made if one is not None}

    assert all(compiled.matches(sample) for sample in samples)
    for sample in samples:
        for near in (sample, sample[:-1], f"{sample}x", f" {sample}", sample.swapcase()):
            node = etree.Element("a")
            node.text = near
            assert judge.validate(node) is compiled.matches(near), near


def test_a_sample_has_the_length_asked_for() -> None:
    """A length that the expression allows is met, another gives nothing."""
    found = {
        length: pattern("(ab|cde){2,3}").sample(a_random(), length=length) for length in range(11)
    }

    assert {length for length, text in found.items() if text is not None} == {4, 5, 6, 7, 8, 9}
    assert all(text is None or len(text) == length for length, text in found.items())


@pytest.mark.parametrize(
    "text", ["(a", "a)", "[a", "a{2,1}", "*a", r"\q", "[b-a]", r"\p{Xx}", "a{x}", "[a[b]]"]
)
def test_what_is_no_pattern_is_refused(text: str) -> None:
    """A broken expression is told with the letter it breaks at."""
    with pytest.raises(PatternError, match="letter"):
        pattern(text)
