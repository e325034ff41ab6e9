"""The share of a schema that messages exercised is counted by place, valid and invalid apart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from contracts.catalogue import bundled
from contracts.examples import full_series, minimal
from contracts.exercised import Aspect, Exercised, Point, Share, coverage, points
from contracts.mutations import Kind, mutations
from contracts.schema_model import SchemaModel, read_model

CONSTRUCTS = Path(__file__).with_name("constructs")
FACETS = {Kind.INSIDE_FACET, Kind.OUTSIDE_FACET}
LARGE = 100  # places
SCHEMA = """
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="r">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="age" minOccurs="0" maxOccurs="2">
          <xs:simpleType>
            <xs:restriction base="xs:decimal">
              <xs:minInclusive value="18"/>
              <xs:maxExclusive value="65"/>
            </xs:restriction>
          </xs:simpleType>
        </xs:element>
        <xs:element name="verdict">
          <xs:simpleType>
            <xs:restriction base="xs:string">
              <xs:enumeration value="ja"/>
              <xs:enumeration value="nej"/>
            </xs:restriction>
          </xs:simpleType>
        </xs:element>
      </xs:sequence>
      <xs:attribute name="id" type="xs:string" use="required"/>
    </xs:complexType>
  </xs:element>
</xs:schema>
"""


@pytest.fixture
def model(tmp_path: Path) -> SchemaModel:
    """Give the model of a small schema with a bit of everything that is counted."""
    path = tmp_path / "main.xsd"
    path.write_text(SCHEMA, encoding="utf-8")
    return read_model(path)


def all_messages(model: SchemaModel, root: str) -> Iterator[etree._Element]:
    """Give what a suite may send: the examples, and every mutation."""
    yield minimal(model, root)
    yield from full_series(model, root)
    yield from (mutation.message for mutation in mutations(model, root))


def exercised(model: SchemaModel, *messages: str) -> set[str]:
    """Say what messages exercised, one line a point."""
    found = coverage(model, "r", [etree.fromstring(message) for message in messages])
    return {str(point) for point in found.done}


def test_everything_there_is_to_exercise_is_listed(model: SchemaModel) -> None:
    """Elements, attributes, facets and bounds are there once a place and side."""
    assert sorted(str(point) for point in points(model, "r")) == [
        "/r/@id: element, invalid",
        "/r/@id: element, valid",
        "/r/age: cardinality bound, at least 0, valid",
        "/r/age: cardinality bound, at most 2, invalid",
        "/r/age: cardinality bound, at most 2, valid",
        "/r/age: element, invalid",
        "/r/age: element, valid",
        "/r/age: facet, maxExclusive 65, invalid",
        "/r/age: facet, maxExclusive 65, valid",
        "/r/age: facet, minInclusive 18, invalid",
        "/r/age: facet, minInclusive 18, valid",
        "/r/verdict: cardinality bound, at least 1, invalid",
        "/r/verdict: cardinality bound, at least 1, valid",
        "/r/verdict: cardinality bound, at most 1, invalid",
        "/r/verdict: cardinality bound, at most 1, valid",
        "/r/verdict: element, invalid",
        "/r/verdict: element, valid",
        "/r/verdict: facet, enumeration ja | nej, invalid",
        "/r/verdict: facet, enumeration ja, valid",
        "/r/verdict: facet, enumeration nej, valid",
        "/r: element, invalid",
        "/r: element, valid",
    ]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param(
            '<r id="1"><verdict>ja</verdict></r>',
            {
                "/r: element, valid",
                "/r/@id: element, valid",
                "/r/age: cardinality bound, at least 0, valid",
                "/r/verdict: element, valid",
                "/r/verdict: facet, enumeration ja, valid",
                "/r/verdict: cardinality bound, at least 1, valid",
                "/r/verdict: cardinality bound, at most 1, valid",
            },
            id="a sound message",
        ),
        pytest.param(
            '<r id="1"><age>18</age><age>17</age><verdict>Ja</verdict></r>',
            {
                "/r: element, valid",
                "/r/@id: element, valid",
                "/r/age: element, valid",
                "/r/age: element, invalid",
                "/r/age: facet, minInclusive 18, valid",
                "/r/age: facet, maxExclusive 65, valid",
                "/r/age: facet, minInclusive 18, invalid",
                "/r/age: cardinality bound, at most 2, valid",
                "/r/verdict: element, invalid",
                "/r/verdict: facet, enumeration ja | nej, invalid",
                "/r/verdict: cardinality bound, at least 1, valid",
                "/r/verdict: cardinality bound, at most 1, valid",
            },
            id="faults in values",
        ),
        pytest.param(
            "<r><age>64</age><age>64</age><age>64</age></r>",
            {
                "/r: element, invalid",
                "/r/@id: element, invalid",
                "/r/age: element, valid",
                "/r/age: facet, maxExclusive 65, valid",
                "/r/age: cardinality bound, at most 2, invalid",
                "/r/verdict: cardinality bound, at least 1, invalid",
            },
            id="faults in occurrence",
        ),
        pytest.param(
            '<r id="1"><age>64</age><age>64</age><age>64</age><verdict>ja</verdict></r>',
            {
                "/r: element, invalid",
                "/r/@id: element, valid",
                "/r/age: element, valid",
                "/r/age: facet, maxExclusive 65, valid",
                "/r/age: cardinality bound, at most 2, invalid",
                "/r/verdict: element, valid",
                "/r/verdict: facet, enumeration ja, valid",
            },
            id="one fault in occurrence",
        ),
        pytest.param("<other/>", {"/r: element, invalid"}, id="another root"),
    ],
)
def test_a_message_exercises_what_is_in_it(
    model: SchemaModel, message: str, expected: set[str]
) -> None:
    """A fault counts on the invalid side of its own place, all else on the valid side."""
    assert exercised(model, message) == expected


def test_messages_add_up(model: SchemaModel) -> None:
    """A set exercises what each of its messages does, however often."""
    one, other = '<r id="1"><verdict>ja</verdict></r>', '<r id="1"><verdict>nej</verdict></r>'

    assert exercised(model, one, other, one) == exercised(model, one) | exercised(model, other)


def test_mutations_exercise_everything(model: SchemaModel) -> None:
    """The full message and its mutations leave nothing out."""
    found = coverage(model, "r", all_messages(model, "r"))

    assert found.missing == ()
    assert found.share() == Share(done=22, total=22)


@pytest.mark.parametrize("file", sorted(path.stem for path in CONSTRUCTS.glob("*.xsd")))
def test_mutations_exercise_every_construct(file: str) -> None:
    """Whatever a schema declares, its mutations reach it, from both sides where there are two."""
    model = read_model(CONSTRUCTS / f"{file}.xsd", within=CONSTRUCTS)

    for root, element in model.elements.items():
        if not element.abstract:
            found = coverage(model, root, all_messages(model, root))
            # what doubles where all of the namespace is welcome is never once too often
            assert {str(point) for point in found.missing} <= {
                "/own/a: cardinality bound, at most 1, invalid"
            }


def test_mutations_exercise_every_bundled_contract() -> None:
    """What a suite may send leaves out nothing that a contract of ours declares.

    Of the largest, facets and elements are counted; all its mutations take too long here.
    """
    for contract in bundled().contracts:
        model = read_model(contract.schema)
        for root in (contract.request, contract.response):
            if len([*model.reachable(root)]) < LARGE:
                assert coverage(model, root, all_messages(model, root)).missing == (), root
            else:
                made = [one.message for one in mutations(model, root, kinds=FACETS)]
                found = coverage(model, root, [*made, *full_series(model, root)])
                assert found.share(Aspect.FACET).ratio == 1
                assert found.share(Aspect.ELEMENT, valid=True).ratio == 1


def test_sound_messages_exercise_no_invalid_side() -> None:
    """Examples reach every element and only valid points."""
    (contract,) = bundled().domain("financial:billing:claim", "1.1").contracts
    model = read_model(contract.schema)

    made = [minimal(model, contract.request), *full_series(model, contract.request)]
    found = coverage(model, contract.request, made)

    assert found.share(valid=False).done == 0
    assert found.share(Aspect.ELEMENT, valid=True).ratio == 1
    assert found.share(Aspect.BOUND, valid=True).ratio > 0.6


def test_a_facet_counts_only_at_its_edge(model: SchemaModel) -> None:
    """A value well inside tells nothing of an inclusive bound."""
    found = exercised(model, '<r id="1"><age>30</age><verdict>ja</verdict></r>')

    assert "/r/age: facet, minInclusive 18, valid" not in found
    assert "/r/age: element, valid" in found


def test_shares_read_well_and_go_to_json() -> None:
    """Counts are told with per cent, and given as values for a report."""
    one, other = (
        Point(aspect=Aspect.FACET, path="/r", detail="length 2", valid=valid)
        for valid in (True, False)
    )
    found = Exercised(points=frozenset({one, other}), done=frozenset({one}))

    assert str(found.share()) == "1 of 2 (50%)"
    assert found.share(Aspect.BOUND).ratio == 1
    assert json.loads(json.dumps(found.to_json())) == {
        "shares": {
            "element": {"valid": {"done": 0, "total": 0}, "invalid": {"done": 0, "total": 0}},
            "facet": {"valid": {"done": 1, "total": 1}, "invalid": {"done": 0, "total": 1}},
            "cardinality bound": {
                "valid": {"done": 0, "total": 0},
                "invalid": {"done": 0, "total": 0},
            },
        },
        "missing": ["/r: facet, length 2, invalid"],
    }
