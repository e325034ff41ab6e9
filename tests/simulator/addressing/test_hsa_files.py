"""The HSA tree from files: who stands above whom by the units' distinguished names."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.addressing.hsa_files import read_hsa_files
from simulator.addressing.reading import CatalogueError

NAMESPACE = "urn:riv:hsa:HsaWsResponder:3"


def a_file(path: Path, *units: tuple[str, str]) -> Path:
    """Write units, each an id and a name, into a file."""
    inside = "".join(
        f"<hsaUnit><hsaIdentity>{hsa_id}</hsaIdentity><DN>{name}</DN><name>Unit</name></hsaUnit>\n"
        for hsa_id, name in units
    )
    path.write_text(f'<hsaUnits xmlns="{NAMESPACE}">\n{inside}</hsaUnits>', encoding="utf-8")
    return path


def test_parent_is_the_nearest_name_that_exists(tmp_path: Path) -> None:
    """A level that nobody has is passed over; the top of a file has nobody above."""
    file = a_file(
        tmp_path / "hsa.xml",
        ("SE-HOSPITAL", "o=Sjukhuset,l=Län,c=SE"),
        ("SE-CLINIC", "ou=Klinik,o=Sjukhuset,l=Län,c=SE"),
        ("SE-WARD", "ou=Avdelning,ou=Ingen enhet,ou=Klinik,o=Sjukhuset,l=Län,c=SE"),
    )

    tree = read_hsa_files([file])

    assert tree.parents == {"SE-CLINIC": "SE-HOSPITAL", "SE-WARD": "SE-CLINIC"}
    assert list(tree.above("SE-WARD")) == ["SE-CLINIC", "SE-HOSPITAL", "SE"]
    assert list(tree.above("SE-HOSPITAL")) == ["SE"]


def test_complement_replaces_the_unit_of_the_same_name(tmp_path: Path) -> None:
    """The later file decides who a name is; units below it follow."""
    master = a_file(
        tmp_path / "master.xml",
        ("SE-OLD", "o=Sjukhuset,c=SE"),
        ("SE-WARD", "ou=A,o=Sjukhuset,c=SE"),
    )
    complement = a_file(
        tmp_path / "more.xml",
        ("SE-NEW", "o=Sjukhuset,c=SE"),
        ("SE-ROOM", "ou=R,ou=A,o=Sjukhuset,c=SE"),
    )

    tree = read_hsa_files([master, complement])

    assert tree.parents == {"SE-WARD": "SE-NEW", "SE-ROOM": "SE-WARD"}
    assert list(tree.above("SE-OLD")) == ["SE"]


def test_comma_within_a_name_does_not_part_it(tmp_path: Path) -> None:
    """Blanks around the parts do not count; an escaped comma belongs to its part."""
    file = a_file(
        tmp_path / "hsa.xml",
        ("SE-TOP", r"o=Barn\, unga,c=SE"),
        ("SE-WARD", r"ou=A , o=Barn\, unga, c=SE"),
    )

    assert read_hsa_files([file]).parents == {"SE-WARD": "SE-TOP"}


def test_unit_under_two_names_does_not_stand_above_itself(tmp_path: Path) -> None:
    """The later name counts, and one's own id is passed over on the way up."""
    file = a_file(tmp_path / "hsa.xml", ("SE-A", "o=A,c=SE"), ("SE-A", "ou=A,o=A,c=SE"))

    assert read_hsa_files([file]).parents == {}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(
            f'<a xmlns="{NAMESPACE}">\n<hsaUnit><DN>c=SE</DN></hsaUnit>\n'
            "<hsaUnit><hsaIdentity>SE-A</hsaIdentity></hsaUnit></a>",
            ["hsa.xml: line 2: a unit has no hsaIdentity - add hsaIdentity",
             "hsa.xml: line 3: a unit has no DN - add DN"],
            id="units that lack something",
        ),
        pytest.param("<a><hsaUnit/></a>", [
            f"hsa.xml: the file has no hsaUnit - give units in the namespace {NAMESPACE}"],
            id="other namespace"),
        pytest.param("<a>\n<b></a>", [
            "hsa.xml: line 2: not well-formed XML: Opening and ending tag mismatch: b line 2 and a"
            " - give a file of hsaUnit elements"], id="not XML"),
        pytest.param('<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', [
            "hsa.xml: the message holds a document type declaration (DTD), which is never accepted"
            " - give a file of hsaUnit elements"], id="DTD"),
    ],
)  # fmt: skip
def test_file_that_cannot_be_read_says_why(tmp_path: Path, content: str, told: list[str]) -> None:
    """File, line, what is wrong and how to mend it."""
    path = tmp_path / "hsa.xml"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(CatalogueError) as caught:
        read_hsa_files([path])

    assert str(caught.value).replace(str(path), "hsa.xml").splitlines() == told


def test_file_that_is_absent_says_so(tmp_path: Path) -> None:
    """A misspelt path is no empty tree."""
    with pytest.raises(CatalogueError, match="cannot be read"):
        read_hsa_files([tmp_path / "nowhere.xml"])
