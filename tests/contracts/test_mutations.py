"""Each mutation changes one thing, and the validator agrees with the verdict it foretells."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet
from lxml import etree

from contracts.catalogue import bundled
from contracts.examples import FOREIGN, full, minimal
from contracts.mutations import Kind, Mutation, mutations
from contracts.schema_model import SchemaModel, read_model

REPOSITORY = Path(__file__).resolve().parents[2]
RELEASED = REPOSITORY.parent / "shared/reference"
CONSTRUCTS = Path(__file__).with_name("constructs")
TEST = "urn:test"


def schema_files() -> list[ParameterSet]:
    """Give every schema to change messages of: the bundled, those of the constructs, the released.

    Tests of one schema may take seconds; ids tell where it comes from.
    """
    ours = sorted({contract.schema for contract in bundled().contracts})
    return [
        *(pytest.param(path, id=f"bundled/{path.stem}-{n}") for n, path in enumerate(ours)),
        *(pytest.param(path, id=f"constructs/{path.stem}") for path in CONSTRUCTS.glob("*.xsd")),
        *(
            pytest.param(path, id=f"{path.relative_to(RELEASED).parts[0]}/{path.stem}")
            for path in sorted(RELEASED.rglob("*.xsd"))
        ),
    ]


def model_of(path: Path) -> SchemaModel:
    """Read a schema in its package."""
    return read_model(path, within=CONSTRUCTS if path.is_relative_to(CONSTRUCTS) else None)


def changed(file: str, root: str) -> list[Mutation]:
    """Make every mutation of one root of the schemas beside this file."""
    return [*mutations(model_of(CONSTRUCTS / f"{file}.xsd"), f"{{{TEST}}}{root}")]


def verdicts(found: list[Mutation], kind: Kind) -> dict[str, bool]:
    """Give the verdicts of one kind by place below the root, with details where there are any."""
    return {
        mutation.name.split(" at /")[1].partition("/")[2]
        + (f": {mutation.detail}" if mutation.detail else ""): mutation.valid
        for mutation in found
        if mutation.kind is kind
    }


# The judge ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", schema_files())
def test_the_validator_agrees_with_every_verdict(path: Path) -> None:
    """What a mutation says of its message, XSD validation says too, at every place."""
    model, judge = model_of(path), etree.XMLSchema(etree.parse(str(path)))

    for root, element in model.elements.items():
        if not element.abstract:
            for mutation in mutations(model, root, seed=7):
                assert judge.validate(mutation.message) is mutation.valid, (
                    mutation.name,
                    judge.error_log,
                )


@pytest.mark.skipif(not RELEASED.is_dir(), reason="the released schemas are not at ../shared")
def test_the_released_schemas_are_among_those_judged() -> None:
    """Messages of both domains are changed by the schemas as they were released."""
    judged = {str(parameters.id).partition("/")[0] for parameters in schema_files()}

    assert {"financial_billing_claim", "financial_patientfees_exemption"} <= judged


def test_a_wrong_verdict_would_show(tmp_path: Path) -> None:
    """A model that differs from the judging schema in one bound is caught."""
    text = (CONSTRUCTS / "groups.xsd").read_text(encoding="utf-8")
    other = tmp_path / "groups.xsd"
    other.write_text(text.replace('name="b" type="xs:int" minOccurs="0"', 'name="b" type="xs:int"'))
    judge = etree.XMLSchema(etree.parse(str(CONSTRUCTS / "groups.xsd")))

    found = mutations(read_model(other), f"{{{TEST}}}inAnyOrder")
    differing = [one.name for one in found if judge.validate(one.message) is not one.valid]

    assert differing == ["missing at /inAnyOrder/b"]


# What is changed ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def claim() -> list[Mutation]:
    """Give the mutations of the claim, each declaration once."""
    (contract,) = bundled().domain("financial:billing:claim", "1.1").contracts
    model = read_model(contract.schema)
    return [*mutations(model, contract.request, seed=7, every_place=False)]


def test_every_place_is_changed_in_every_way_that_fits_it() -> None:
    """An element that holds text and stands once is tried in each of these ways."""
    found = Counter(
        (one.kind.name, one.valid)
        for one in changed("occurrences", "ids")
        if one.path == "/ids/reference"
    )

    assert found == {
        ("MISSING", False): 1,
        ("DOUBLED", False): 1,
        ("REORDERED", False): 1,
        ("MISNAMED", False): 1,
        ("WRONG_NAMESPACE", False): 2,
        ("INSIDE_FACET", True): 4,
        ("OUTSIDE_FACET", False): 6,
        ("WHITE_SPACE", True): 1,
        ("UNKNOWN_ELEMENT", False): 1,
        ("MISPLACED_EXTENSION", False): 1,
        ("UNEXPECTED_ATTRIBUTE", False): 2,
        ("NIL", False): 2,
    }


def test_bounds_are_tried_on_both_sides() -> None:
    """An element stands min - 1, min, max and max + 1 times; none and one more stand apart."""
    found = changed("occurrences", "bounds")

    assert verdicts(found, Kind.OCCURRENCES) == {
        "a: 1 times": False,
        "a: 4 times": True,
        "a: 5 times": False,
        "b: 4 times": False,
        "c: 2 times": False,
        "e: 1 times": True,
        "e: 150 times": True,
        "e: 151 times": False,
    }
    assert verdicts(found, Kind.MISSING) == {"a": False, "b": True, "c": False, "e": False}
    assert verdicts(found, Kind.DOUBLED) == {"a": True, "b": True, "c": True, "e": True}


def test_extensions_are_taken_at_the_wildcard_and_nowhere_else(claim: list[Mutation]) -> None:
    """Unknown elements of a foreign namespace pass where the type has room for them."""
    verdict = {
        kind: {one.valid for one in claim if one.kind is kind}
        for kind in (Kind.EXTENSION, Kind.MISPLACED_EXTENSION, Kind.UNKNOWN_ELEMENT)
    }

    assert verdict == {
        Kind.EXTENSION: {True},
        Kind.MISPLACED_EXTENSION: {False},
        Kind.UNKNOWN_ELEMENT: {False},
    }
    (first, *_) = (one for one in claim if one.kind is Kind.EXTENSION)
    assert first.message[-1].tag == f"{{{FOREIGN}}}extension"


def test_what_stands_in_room_for_extensions_is_judged_where_it_is_known(
    claim: list[Mutation],
) -> None:
    """A lax wildcard checks an element that the schema declares; one that skips does not."""
    lax = {
        (one.detail.rpartition(", ")[2], one.valid)
        for one in claim
        if one.kind is Kind.KNOWN_EXTENSION
    }

    assert lax == {("right", True), ("wrong", False)}
    assert all(verdicts(changed("wildcards", "own"), Kind.KNOWN_EXTENSION).values())


def test_room_for_extensions_has_bounds_too() -> None:
    """A wildcard that admits one to three elements is tried with none, three and four."""
    assert verdicts(changed("wildcards", "listed"), Kind.EXTENSION) == {
        ": room 1, none": False,
        ": room 1, one": True,
        ": room 1, rich": True,
        ": room 1, two": True,
        ": room 1, 4 in all": False,
    }


def test_what_is_renamed_may_fall_into_room_for_extensions() -> None:
    """An optional last element in a wrong namespace is an extension, and so valid."""
    (contract,) = bundled().domain("financial:billing:claim", "1.1").contracts
    model = read_model(contract.schema)

    found = {
        one.path: one.valid
        for one in mutations(model, contract.response)
        if one.kind is Kind.WRONG_NAMESPACE and one.detail == FOREIGN
    }

    top = "/ProcessClaimSpecificationResponse"
    assert found == {top: False, f"{top}/resultCode": False, f"{top}/comment": True}


def test_a_choice_decides_what_may_be_missing_or_moved() -> None:
    """The one branch taken may not go, and a repeated choice takes its parts in any order."""
    nested, repeated = changed("choices", "nested"), changed("choices", "repeated")

    assert not any(verdicts(nested, Kind.MISSING).values())
    assert all(verdicts(repeated, Kind.REORDERED).values())
    assert all(verdicts(changed("groups", "inAnyOrder"), Kind.REORDERED).values())


def test_nil_is_taken_only_from_the_nillable() -> None:
    """An empty element that says it is nil passes where the schema lets it."""
    found = verdicts(changed("attributes", "all"), Kind.NIL)

    assert {name for name, valid in found.items() if valid} == {
        "nillable: empty",
        "nillableToo: empty",
    }
    assert {name for name, valid in found.items() if not valid} > {
        "nillable: though it holds something",
        "nillableToo: though it holds something",
        "nillableToo/c: empty",
        "default: empty",
    }


def test_attributes_are_changed_like_elements() -> None:
    """A required attribute may not be missing, an optional one may; values keep their types."""
    found = changed("attributes", "all")

    assert verdicts(found, Kind.MISSING_ATTRIBUTE) == {
        "@flag": False,
        "@letter": True,
        "@qualified": False,
        "@always": True,
        "@day": True,
        "@own": True,
        "nillableToo/@k": False,
    }
    assert {
        name: valid
        for name, valid in verdicts(found, Kind.INSIDE_FACET).items()
        if name.startswith("@letter")
    } == {
        "@letter: enumeration p, value 1": True,
        "@letter: enumeration q, value 2": True,
    }


def test_text_between_elements_is_taken_only_in_mixed_content() -> None:
    """Words among elements are a fault of all other content."""
    mixed = verdicts(changed("contents", "mixed"), Kind.TEXT_BETWEEN)

    assert mixed == {": before all": True, ": after all": True, "b: before all": False}


def test_nothing_is_given_where_libxml2_judges_wrongly() -> None:
    """Verdicts that a widespread validator gets wrong are no one's to be tested by.

    libxml2 2.14 takes a known element after a foreign one where the schema says ``a*, any*``.
    """
    found = changed("wildcards", "afterMany")

    assert verdicts(found, Kind.MISPLACED_EXTENSION) == {"a: in a value": False}
    assert verdicts(found, Kind.WRONG_NAMESPACE) == {
        f": {FOREIGN}": False,
        ": none": False,
        "a: none": False,
    }


# How they are given ------------------------------------------------------------------------------


def test_mutations_have_names_of_their_own(claim: list[Mutation]) -> None:
    """A name tells kind, detail and place, also where two declarations share a place."""
    for found in (claim, changed("groups", "twice"), changed("values", "narrowed")):
        assert len({one.name for one in found}) == len(found)
    assert claim[0].name == "misnamed at /ProcessClaimSpecification"


def test_each_mutation_is_a_tree_of_its_own(claim: list[Mutation]) -> None:
    """No two share a message, so each may be kept, changed or sent."""
    assert len({id(one.message) for one in claim}) == len(claim)
    assert all(one.message.getparent() is None for one in claim)


def test_both_sides_are_well_represented(claim: list[Mutation]) -> None:
    """Many messages are to be refused, and many strange ones accepted; every kind but attributes'.

    A suite that only refuses would pass half of this.
    """
    sides = Counter(one.valid for one in claim)

    assert sides[False] > 1_000
    assert sides[True] > 300
    assert {one.kind for one in claim} == {*Kind} - {Kind.MISSING_ATTRIBUTE}


def test_the_same_seed_gives_the_same_mutations() -> None:
    """Names, verdicts and messages follow from model and seed; another seed has other values."""
    (contract,) = bundled().domain("financial:billing:claim", "1.1").contracts
    made = [
        [
            (one.name, one.valid, etree.tostring(one.message))
            for one in islice(mutations(read_model(contract.schema), contract.request, seed), 200)
        ]
        for seed in (1, 1, 2)
    ]

    assert made[0] == made[1]
    assert made[0] != made[2]
    assert [name for name, *_ in made[0]] == [name for name, *_ in made[2]]


def test_a_declaration_is_changed_once_where_every_place_is_too_much(
    claim: list[Mutation],
) -> None:
    """Without every place, a type that stands in many places is changed at the first."""
    places = {one.declaration.where: one.path.partition("/@")[0] for one in claim}

    assert all(one.path.partition("/@")[0] == places[one.declaration.where] for one in claim)
    assert len({one.path for one in claim}) == len(places)


def test_the_message_that_is_changed_stays_as_it_was() -> None:
    """Apart from the one thing, a mutation is the full message of the same seed."""
    model = model_of(CONSTRUCTS / "groups.xsd")
    root = f"{{{TEST}}}twice"
    (missing, *_) = (one for one in mutations(model, root, 5) if one.kind is Kind.MISSING)

    whole = full(model, root, seed=5)
    whole.remove(whole[0])

    assert etree.tostring(missing.message) == etree.tostring(whole)


# Bases -------------------------------------------------------------------------------------------


def test_given_bases_are_changed_in_place_of_full_messages() -> None:
    """Each place in the first message that has it, and the message itself is left as it was."""
    contract = bundled().domain("financial:patientfees:exemption", "1.0").contracts[1]
    model = read_model(contract.schema)
    whole = full(model, contract.request)
    least = minimal(model, contract.request)
    before = etree.tostring(least)

    found = [*mutations(model, contract.request, bases=[least, whole])]
    of_least = [*mutations(model, contract.request, bases=[least])]

    assert [one.name for one in found[: len(of_least)]] == [one.name for one in of_least]
    assert {one.path for one in of_least} < {one.path for one in found}
    assert etree.tostring(least) == before
