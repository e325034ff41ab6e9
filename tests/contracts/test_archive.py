"""A release archive is hostile until proved otherwise, and a sound one comes out whole."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.archive import LIMITS, Limits, digest_of, unpack
from contracts.errors import PackageError, UsageError

CLEAN = {"schemas/a.xsd": b"<a/>", "schemas/b/c.wsdl": b"<c/>", "docs/TKB.docx": b"text"}


@pytest.fixture
def archive(packages: ModuleType, tmp_path: Path) -> Path:
    """Give a sound archive."""
    return packages.zipped(CLEAN, tmp_path)


def everything_in(folder: Path) -> set[str]:
    """Name all files and folders."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def tricks() -> list[str]:
    """Name the hostile tricks; the module itself comes by fixture."""
    source = Path(__file__).with_name("packages.py").read_text(encoding="utf-8")
    table = source[source.index("HOSTILE:") : source.index('"""Each hostile trick')]
    return [line.split('"')[1] for line in table.splitlines() if line.startswith('    "')]


# Sound archives -----------------------------------------------------------------------------


def test_a_sound_archive_comes_out_whole(archive: Path, tmp_path: Path) -> None:
    """Every file is there with its content, and nothing else."""
    unpacked = unpack(archive, tmp_path / "out")

    assert unpacked.files == tuple(sorted(CLEAN))
    assert unpacked.left_out == ()
    for name, content in CLEAN.items():
        assert (tmp_path / "out" / name).read_bytes() == content


def test_a_folder_and_its_archive_are_the_same_package(
    archive: Path, packages: ModuleType, tmp_path: Path
) -> None:
    """Files and digest do not tell how a package came."""
    folder = packages.laid_out(CLEAN, tmp_path / "folder")

    assert unpack(folder, tmp_path / "one") == unpack(archive, tmp_path / "other")


@pytest.mark.parametrize("wrapper", ["", "package/", "a/b/"])
def test_a_folder_around_everything_is_left_away(
    packages: ModuleType, tmp_path: Path, wrapper: str
) -> None:
    """Archives are packed with and without a folder of their own; schemas/ comes first."""
    files = {f"{wrapper}{name}": content for name, content in CLEAN.items()}
    files["__MACOSX/._x"] = b""

    unpacked = unpack(packages.zipped(files, tmp_path), tmp_path / "out")

    assert unpacked.files == tuple(sorted(CLEAN))


def test_the_schemas_folder_is_never_left_away(packages: ModuleType, tmp_path: Path) -> None:
    """A package of nothing but schemas keeps its layout."""
    only = {name: content for name, content in CLEAN.items() if name.startswith("schemas/")}

    assert unpack(packages.zipped(only, tmp_path), tmp_path / "out").files == tuple(sorted(only))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        pytest.param("old/release.zip", "is not opened", id="archive"),
        pytest.param("lib.JAR", "is not opened", id="archive in capitals"),
        pytest.param(".git/config", "hidden", id="hidden folder"),
        pytest.param("schemas/.DS_Store", "hidden", id="hidden file"),
        pytest.param("__MACOSX/schemas/a.xsd", "hidden", id="resource fork"),
    ],
)
def test_what_is_not_taken_is_told(
    packages: ModuleType, tmp_path: Path, name: str, why: str
) -> None:
    """Archives inside and hidden files stay where they are, with a reason."""
    unpacked = unpack(packages.zipped({**CLEAN, name: b"PK"}, tmp_path), tmp_path / "out")

    assert unpacked.files == tuple(sorted(CLEAN))
    (told,) = unpacked.left_out
    assert told.startswith(f"{name}: ")
    assert why in told


@pytest.mark.parametrize(
    "name",
    ["schemas/Åtgärd.xsd", "a b/c d.xsd", "./schemas/x.xsd", "con-tract/auxiliary.xsd", "a..b.xsd"],
)
def test_ordinary_names_are_accepted(packages: ModuleType, tmp_path: Path, name: str) -> None:
    """Swedish letters, blanks inside, and what only resembles a reserved name are no trick."""
    files = packages.zipped({**CLEAN, name: b"<x/>"}, tmp_path)

    assert name.removeprefix("./") in unpack(files, tmp_path / "out").files


def test_backslashes_of_windows_are_folders(packages: ModuleType, tmp_path: Path) -> None:
    """Some tools pack with backslashes."""
    files = packages.zipped({**CLEAN, "schemas\\d\\e.xsd": b"<e/>"}, tmp_path)

    assert "schemas/d/e.xsd" in unpack(files, tmp_path / "out").files


def test_nothing_that_comes_out_can_be_executed(packages: ModuleType, tmp_path: Path) -> None:
    """Modes of the archive are not taken over."""
    path = tmp_path / "a.zip"
    path.write_bytes(packages.special("build.sh", stat.S_IFREG, b"#!/bin/sh"))

    unpack(path, tmp_path / "out")

    assert not os.access(tmp_path / "out" / "build.sh", os.X_OK)


# Hostile archives ---------------------------------------------------------------------------


@pytest.mark.parametrize("trick", tricks())
def test_a_hostile_archive_is_refused_with_the_reason(
    packages: ModuleType, tmp_path: Path, trick: str
) -> None:
    """Each trick is met by its own reason, and nothing is written outside the folder."""
    make, why = packages.HOSTILE[trick]
    path = tmp_path / "in" / "hostile.zip"
    path.parent.mkdir()
    path.write_bytes(make())

    with pytest.raises(PackageError, match=why) as refused:
        unpack(path, tmp_path / "in" / "out")

    assert isinstance(refused.value, UsageError)
    assert refused.value.where.startswith(str(path))
    assert "\x1b" not in str(refused.value)
    assert {name.partition("/")[0] for name in everything_in(tmp_path)} == {"in"}
    assert {name for name in everything_in(tmp_path / "in") if "/" not in name} <= {
        "hostile.zip",
        "out",
    }


def test_every_trick_is_tried(packages: ModuleType) -> None:
    """The list of tricks above is the maker's own."""
    assert tricks() == list(packages.HOSTILE)


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        pytest.param(Limits(entries=2), "entries are more", id="entries"),
        pytest.param(Limits(largest=3), "bytes are more", id="one file"),
        pytest.param(Limits(total=10), "it would be", id="all files"),
        pytest.param(Limits(packed=20), "bytes are more", id="archive"),
        pytest.param(Limits(depth=2), "deeper than 2", id="depth"),
        pytest.param(Limits(path=10), "longer than 10", id="path"),
        pytest.param(Limits(name=5), "too long", id="name"),
    ],
)
@pytest.mark.parametrize("kind", ["archive", "folder"])
def test_what_is_too_large_is_refused(
    packages: ModuleType, archive: Path, tmp_path: Path, limits: Limits, why: str, kind: str
) -> None:
    """Each limit holds by itself, for archives and folders alike."""
    if kind == "folder":
        if limits.packed != LIMITS.packed:
            pytest.skip("a folder is not packed")
        archive = packages.laid_out(CLEAN, tmp_path / "folder")

    with pytest.raises(PackageError, match=why):
        unpack(archive, tmp_path / "out", limits=limits)


def test_bytes_are_counted_as_they_come(
    packages: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that turns out larger than was declared is stopped at the limit."""
    path = packages.zipped({"a.xsd": b"x" * 100_000}, tmp_path)
    monkeypatch.setattr("contracts.archive._refuse_sizes", lambda *_: None)

    with pytest.raises(PackageError, match="larger than it may be"):
        unpack(path, tmp_path / "out", limits=Limits(largest=70_000))

    assert sum(one.stat().st_size for one in (tmp_path / "out").iterdir()) <= 70_000


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes in folders")
@pytest.mark.parametrize(
    ("trick", "why"),
    [
        ("link", "symbolic link"),
        ("link to a folder", "symbolic link"),
        ("pipe", "no ordinary file"),
    ],
)
def test_a_folder_with_links_or_pipes_is_refused(
    packages: ModuleType, tmp_path: Path, trick: str, why: str
) -> None:
    """A link would bring in files from anywhere, and a pipe would never end."""
    folder = packages.laid_out(CLEAN, tmp_path / "folder")
    odd = folder / "schemas" / "odd.xsd"
    if trick == "pipe":
        os.mkfifo(odd)
    else:
        odd.symlink_to("/etc" if "folder" in trick else "/etc/passwd")

    with pytest.raises(PackageError, match=why):
        unpack(folder, tmp_path / "out")


def test_a_junction_of_windows_is_a_link(
    packages: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a folder to those who ask for folders, and leads anywhere."""
    folder = packages.laid_out(CLEAN, tmp_path / "folder")
    monkeypatch.setattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", 0xA0000003, raising=False)
    assert unpack(folder, tmp_path / "first").files

    monkeypatch.setattr("contracts.archive.os.scandir", partial(_with_junction, os.scandir))

    with pytest.raises(PackageError, match="symbolic link"):
        unpack(folder, tmp_path / "out")


@contextmanager
def _with_junction(scandir: Callable[..., Any], folder: str) -> Iterator[Iterator[Any]]:
    """List a folder as Windows would, with a junction in it."""
    tag = SimpleNamespace(st_reparse_tag=0xA0000003)
    junction = SimpleNamespace(
        name="odd", path=str(Path(folder) / "odd"), stat=lambda **_: tag,
        is_symlink=lambda: False, is_dir=lambda **_: True,
    )  # fmt: skip
    with scandir(folder) as children:
        yield iter([*children, junction])


def test_a_hard_link_becomes_a_file_of_its_own(packages: ModuleType, tmp_path: Path) -> None:
    """It cannot be told from a file; its bytes are copied, and nothing is linked."""
    folder = packages.laid_out(CLEAN, tmp_path / "folder")
    other = tmp_path / "other.xsd"
    other.write_bytes(b"<other/>")
    os.link(other, folder / "schemas" / "odd.xsd")

    unpack(folder, tmp_path / "out")
    other.write_bytes(b"changed")

    assert (tmp_path / "out/schemas/odd.xsd").read_bytes() == b"<other/>"


@pytest.mark.parametrize(
    "name",
    [
        "\uff0e\uff0e/a.xsd",
        "\u2024\u2024/a.xsd",
        "x/_..\uff0f..\uff0fa.xsd",
        "x/\u2215..\u2215a.xsd",
        "%2e%2e/a.xsd",
    ],
)
def test_what_only_looks_like_a_way_out_stays_inside(
    packages: ModuleType, tmp_path: Path, name: str
) -> None:
    """Full-width dots, other slashes and escapes are letters of a name, on every system."""
    unpacked = unpack(packages.zipped({"b.xsd": b"", name: b"x"}, tmp_path), tmp_path / "out")

    assert set(unpacked.files) == {name, "b.xsd"}
    assert [one.name for one in tmp_path.iterdir() if one.suffix == ".xsd"] == []
    assert (tmp_path / "out" / name).resolve().is_relative_to(tmp_path / "out")


def test_nothing_is_written_over(archive: Path, tmp_path: Path) -> None:
    """A file that is there already stays as it is."""
    (tmp_path / "out/schemas").mkdir(parents=True)
    (tmp_path / "out/schemas/a.xsd").write_text("mine")

    with pytest.raises(PackageError, match="cannot be unpacked"):
        unpack(archive, tmp_path / "out")

    assert (tmp_path / "out/schemas/a.xsd").read_text() == "mine"


def test_an_archive_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The error tells the file."""
    with pytest.raises(PackageError, match=r"none\.zip"):
        unpack(tmp_path / "none.zip", tmp_path / "out")


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=6))
def test_no_damage_gets_past_the_checks(
    packages: ModuleType, tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]]
) -> None:
    """Whatever bytes change, the archive is refused or comes out inside its folder."""
    folder = tmp_path_factory.mktemp("damage")
    data = bytearray(packages.packed({**CLEAN, "schemas/\\..x/d.xsd": b"d" * 300}))
    for place, value in changes:
        data[place % len(data)] = value
    (folder / "in.zip").write_bytes(data)

    try:
        unpacked = unpack(folder / "in.zip", folder / "out")
    except PackageError:
        pass
    else:
        assert unpacked.files
    assert {name.partition("/")[0] for name in everything_in(folder)} <= {"in.zip", "out"}


# Digests ------------------------------------------------------------------------------------


def test_a_digest_is_of_names_and_contents(packages: ModuleType, tmp_path: Path) -> None:
    """Order and time do not count; every name and byte does."""
    folder = packages.laid_out(CLEAN, tmp_path / "one")
    again = packages.laid_out(dict(reversed(CLEAN.items())), tmp_path / "two")
    os.utime(again / "schemas/a.xsd", (1, 1))
    before = digest_of(folder)

    assert digest_of(again) == before
    (again / "schemas/a.xsd").rename(again / "schemas/aa.xsd")
    assert digest_of(again) != before
    (folder / "schemas/a.xsd").write_bytes(b"<b/>")
    assert digest_of(folder) != before


def test_the_maker_of_hostile_archives_makes_archives(packages: ModuleType, tmp_path: Path) -> None:
    """The tricks are in what other tools take for zip archives, so that they are worth refusing."""
    for trick in ("up", "absolute", "link", "case", "bomb", "encrypted"):
        path = tmp_path / "a.zip"
        path.write_bytes(packages.HOSTILE[trick][0]())
        with zipfile.ZipFile(path) as archive:
            assert archive.namelist()
