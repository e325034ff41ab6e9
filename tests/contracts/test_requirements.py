"""The requirement catalogue is complete, agrees with the rules, and does not contradict itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from contracts.catalogue import bundled
from contracts.errors import RequirementsError
from contracts.requirements import ROLES, Requirement, Requirements, read_requirements
from contracts.terms import RequirementId

DOMAIN = bundled().domain("financial:billing:claim", "1.1")
ENTRY = {
    "id": '"FBC-R1"',
    "source": '"TKB §1"',
    "level": '"SKA"',
    "binds": '["consumer", "producer"]',
    "title": '"Rubrik"',
    "text": '"Text"',
    "text_en": '"Text"',
    "mend": '"Mend it"',
    "mend_sv": '"Laga den"',
}


def an_entry(**changes: str | None) -> str:
    """Write an entry as TOML: a right one, changed; None leaves a key out."""
    keys = {**ENTRY, **changes}
    lines = [f"{key} = {value}" for key, value in keys.items() if value is not None]
    return "\n".join(["[[requirement]]", *lines, ""])


@pytest.fixture
def requirements() -> Requirements:
    """Give the bundled catalogue."""
    return DOMAIN.requirements


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """Give the path of a catalogue to write."""
    return tmp_path / "requirements.toml"


# The bundled catalogue ----------------------------------------------------------------------


def test_every_rule_has_a_requirement_and_the_other_way_round(requirements: Requirements) -> None:
    """The Schematron file and the catalogue name the same 49 rules."""
    root = etree.parse(str(DOMAIN.folder / "rules.sch"))
    asserted = {
        item.get("id") for item in root.iter("{http://purl.oclc.org/dsdl/schematron}assert")
    }

    catalogued = [requirement.rule for requirement in requirements.rules()]

    assert len(catalogued) == len(set(catalogued)) == 49
    assert set(catalogued) == asserted


def test_a_rule_is_found_by_its_name(requirements: Requirements) -> None:
    """R5 is FBC-R5, from ÖR5 of the TKB, and so is every other."""
    for requirement in requirements.rules():
        assert requirements.of_rule(requirement.rule) is requirement
        assert requirement.id == f"FBC-{requirement.rule}"
        assert requirement.source == f"TKB financial:billing:claim 1.1, Ö{requirement.rule}"


def test_rules_bind_both_roles(requirements: Requirements) -> None:
    """The consumer sends what keeps a rule, the producer refuses what breaks it."""
    assert all(set(requirement.binds) == set(ROLES) for requirement in requirements.rules())


def test_the_numbers_of_the_tkb_are_all_there(requirements: Requirements) -> None:
    """1 to 52: 49 rules, and three that the schema or another rule takes care of."""
    numbers = {
        int(found[1])
        for name in requirements
        if (found := re.fullmatch(r"FBC-(?:R|ÖR)(\d+)", name))
    }

    assert numbers == set(range(1, 53))
    assert requirements[RequirementId("FBC-ÖR6")].replaced_by == "FBC-R28"
    assert requirements[RequirementId("FBC-ÖR32")].replaced_by == "FBC-R39"
    assert requirements[RequirementId("FBC-ÖR7")].rule == ""


def test_the_rules_that_differ_from_the_tkb_say_so(requirements: Requirements) -> None:
    """A verdict that the TKB's words would not give is explained where it is read."""
    differing = {requirement.rule for requirement in requirements.values() if requirement.differs}

    assert {"R1", "R5", "R20", "R26", "R27", "R28", "R31", "R37", "R39", "R43"} <= differing


def test_every_requirement_can_be_read(requirements: Requirements) -> None:
    """Texts are sentences in both languages, titles short, and ids have the domain's prefix."""
    for requirement in requirements.values():
        assert requirement.id.startswith("FBC-")
        assert len(requirement.title) <= 70, requirement.id
        assert not requirement.title.endswith("."), requirement.id
        for text in (requirement.text, requirement.text_en, requirement.mend, requirement.mend_sv):
            assert text.endswith("."), requirement.id
        assert set(requirement.untested) <= set(requirement.binds), requirement.id
        assert all(requirement.untested.values()), requirement.id


def test_requirements_are_taken_by_role(requirements: Requirements) -> None:
    """A role sees what binds it, in the order of the catalogue."""
    order = list(requirements.values())
    for role in ROLES:
        bound = requirements.binding(role)
        assert 0 < len(bound) < len(order)
        assert list(bound) == [requirement for requirement in order if role in requirement.binds]


def test_the_catalogue_is_a_mapping(requirements: Requirements) -> None:
    """Ids lead to requirements, in the order of the file."""
    assert len(requirements) == len(list(requirements)) == len(set(requirements))
    assert next(iter(requirements)) == "FBC-R1"
    assert "FBC-R6" not in requirements
    with pytest.raises(KeyError):
        requirements[RequirementId("FBC-R6")]


def test_an_unknown_rule_is_told_with_the_file(requirements: Requirements) -> None:
    """A rule without requirement is a fault of the catalogue, and says where to mend it."""
    with pytest.raises(RequirementsError, match="rule R6 has no requirement") as refused:
        requirements.of_rule("R6")

    assert refused.value.where == str(DOMAIN.folder / "requirements.toml")


# Reading ------------------------------------------------------------------------------------


def test_what_is_not_given_is_empty(catalogue: Path) -> None:
    """Rule, difference, successor and reasons are optional."""
    catalogue.write_text(an_entry(), encoding="utf-8")

    read = read_requirements(catalogue)

    assert read[RequirementId("FBC-R1")] == Requirement(
        id=RequirementId("FBC-R1"),
        rule="",
        source="TKB §1",
        level="SKA",
        binds=("consumer", "producer"),
        title="Rubrik",
        text="Text",
        text_en="Text",
        mend="Mend it",
        mend_sv="Laga den",
    )
    assert read.rules() == ()


def test_what_is_given_is_kept(catalogue: Path) -> None:
    """Each optional key has its place."""
    catalogue.write_text(
        an_entry(
            rule='"R1"',
            level='"BÖR"',
            binds='["producer"]',
            differs='"Skillnad"',
            replaced_by='"FBC-R1"',
            untested='{ producer = "Prövas inte än" }',
        ),
        encoding="utf-8",
    )

    (requirement,) = read_requirements(catalogue).values()

    assert (requirement.rule, requirement.level, requirement.binds) == ("R1", "BÖR", ("producer",))
    assert (requirement.differs, requirement.replaced_by) == ("Skillnad", "FBC-R1")
    assert requirement.untested == {"producer": "Prövas inte än"}


def test_a_catalogue_may_be_empty(catalogue: Path) -> None:
    """A domain without requirements is none of the reader's business."""
    catalogue.write_text('[domain]\nname = "a:b"\n', encoding="utf-8")

    assert len(read_requirements(catalogue)) == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(an_entry() + an_entry(), "FBC-R1 stands twice", id="an id twice"),
        pytest.param(an_entry(level='"MÅSTE"'), "FBC-R1: level is SKA or BÖR", id="unknown level"),
        pytest.param(an_entry(level='"ska"'), "level is SKA or BÖR", id="level in lower case"),
        pytest.param(
            an_entry(binds='["buyer"]'), "role is consumer or producer", id="unknown role"
        ),
        pytest.param(an_entry(binds='"producer"'), "role is", id="a role that is no list"),
        pytest.param(
            an_entry(untested='{ buyer = "x" }'), "role is", id="a reason for an unknown role"
        ),
        pytest.param(an_entry(tested='"yes"'), "FBC-R1 has unknown tested", id="unknown key"),
        pytest.param(an_entry(id=None), "an entry without id lacks id", id="no id"),
        pytest.param(an_entry(id='""'), "lacks id", id="empty id"),
        pytest.param(an_entry(binds="[]"), "FBC-R1 lacks binds", id="no role"),
        pytest.param(
            an_entry(text_en=None, mend=None), "FBC-R1 lacks text_en, mend", id="two keys missing"
        ),
        pytest.param(
            an_entry(replaced_by='"FBC-R99"'),
            "FBC-R1 is replaced by FBC-R99, which does not exist",
            id="replaced by nothing",
        ),
        pytest.param(
            an_entry().replace("[[requirement]]", "[requirement]"),
            r"\[\[requirement\]\]",
            id="one pair of brackets",
        ),
        pytest.param('requirement = ["FBC-R1"]', r"\[\[requirement\]\]", id="a list of texts"),
        pytest.param("[[requirement", "not a TOML file", id="not TOML"),
    ],
)
def test_a_catalogue_that_cannot_be_right_is_refused(catalogue: Path, text: str, said: str) -> None:
    """The error says which entry and what, and names the file."""
    catalogue.write_text(text, encoding="utf-8")

    with pytest.raises(RequirementsError, match=said) as refused:
        read_requirements(catalogue)

    assert refused.value.where == str(catalogue)


@pytest.mark.parametrize("key", ENTRY)
def test_every_key_of_an_entry_is_needed(catalogue: Path, key: str) -> None:
    """An entry that lacks one says which."""
    catalogue.write_text(an_entry(**{key: None}), encoding="utf-8")

    with pytest.raises(RequirementsError, match=f"lacks {key}$"):
        read_requirements(catalogue)


def test_a_catalogue_in_another_encoding_is_refused(catalogue: Path) -> None:
    """TOML is UTF-8."""
    catalogue.write_bytes(an_entry(title='"Ö"').encode("latin-1"))

    with pytest.raises(RequirementsError, match="not a TOML file"):
        read_requirements(catalogue)
