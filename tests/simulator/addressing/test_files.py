"""Catalogue files: laid on each other, read again on command, kept while they are wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from simulator.addressing import HsaTree
from simulator.addressing.files import CatalogueFile, read_catalogue
from simulator.addressing.reading import CatalogueError

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def route_to(address: str) -> str:
    return f"""
[[routes]]
logical_address = "A-1"
contract = "urn:riv:x:1"
address = "{address}"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a catalogue file with one route."""
    path = tmp_path / "tak.toml"
    path.write_text(route_to("http://one.example/"), encoding="utf-8")
    return path


def addresses(file: CatalogueFile) -> list[str]:
    return [route.address for route in file.catalogue.find_routes("A-1", "urn:riv:x:1", at=NOW)[0]]


def test_changed_file_counts_when_it_is_read_again(path: Path) -> None:
    """Nothing is read behind anybody's back; on command the new catalogue counts at once."""
    file = CatalogueFile(path)
    assert not file.touched

    path.write_text(route_to("http://two.example/"), encoding="utf-8")
    assert file.touched
    assert addresses(file) == ["http://one.example/"]

    assert file.reload() == ()
    assert addresses(file) == ["http://two.example/"]
    assert not file.touched


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"[[routes", id="grammar"),
        pytest.param(route_to("http://å/").encode(), id="fault"),
        pytest.param("# å".encode("latin-1"), id="not UTF-8"),
        pytest.param(None, id="gone"),
    ],
)
def test_wrong_file_leaves_the_old_catalogue(path: Path, content: bytes | None) -> None:
    """What is wrong is told, and the platform goes on with what it has."""
    file = CatalogueFile(path)
    path.unlink() if content is None else path.write_bytes(content)

    (finding,) = file.reload()

    assert finding.where.startswith(str(path))
    assert finding.mend
    assert addresses(file) == ["http://one.example/"]
    assert file.touched


def test_wrong_file_keeps_the_platform_from_starting(path: Path) -> None:
    """There is no old catalogue to keep at the start."""
    path.write_text("[[routes", encoding="utf-8")

    with pytest.raises(CatalogueError, match="this is not TOML"):
        CatalogueFile(path)


def test_line_of_a_byte_that_is_not_utf_8_is_told(path: Path) -> None:
    """A file saved by an old editor is a common mistake."""
    path.write_bytes(b"# one\n# \xe5\n")

    with pytest.raises(CatalogueError, match=r"line 2: the file is not UTF-8 \(byte 0xE5\)"):
        read_catalogue(path)


def test_byte_order_mark_is_no_mistake(path: Path) -> None:
    """Some editors begin a file with one."""
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    assert len(read_catalogue(path).routes) == 1


def test_later_file_lies_on_the_earlier(path: Path, tmp_path: Path) -> None:
    """A file of one's own changes the routes it names and leaves the rest."""
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "routes:\n- {logical_address: A-1, contract: urn:riv:x:1, address: 'http://mine.example/'}",
        encoding="utf-8",
    )

    assert addresses(CatalogueFile(path, mine)) == ["http://mine.example/"]
    assert addresses(CatalogueFile(mine, path)) == ["http://one.example/"]
    assert addresses(CatalogueFile(mine, base=read_catalogue(path))) == ["http://mine.example/"]


def test_tree_comes_from_hsa_files_beside_the_catalogue(tmp_path: Path) -> None:
    """A path in a catalogue file begins where the file lies; an XML file may be given by itself."""
    unit = "<u:hsaUnit><u:hsaIdentity>{}</u:hsaIdentity><u:DN>{}</u:DN></u:hsaUnit>"
    units = unit.format("SE-A", "o=A,c=SE") + unit.format("SE-B", "ou=B,o=A,c=SE")
    text = f'<list xmlns:u="urn:riv:hsa:HsaWsResponder:3">{units}</list>'
    folder = tmp_path / "hsa"
    folder.mkdir()
    (folder / "master.xml").write_text(text, encoding="utf-8")
    catalogue = tmp_path / "tak.toml"
    catalogue.write_text(
        '[tree]\nfiles = "hsa/master.xml"\nabove = {"SE-C" = "SE-B"}\n', encoding="utf-8"
    )

    assert read_catalogue(catalogue).tree == HsaTree({"SE-B": "SE-A", "SE-C": "SE-B"})
    assert read_catalogue(folder / "master.xml").tree == HsaTree({"SE-B": "SE-A"})
