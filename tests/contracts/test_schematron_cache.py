"""Compiled rules are kept on disk, and what is kept is never taken on trust."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from contracts import schematron_compiling
from contracts.home import cache_home
from contracts.schematron import RuleSet
from contracts.schematron_cache import keep, kept

FileMaker = Callable[..., Path]

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SHOP = etree.fromstring("<shop/>")
PATTERN = (
    '<sch:pattern id="p"><sch:rule context="shop"><sch:report id="{id}" test="true()" flag="f" '
    'role="warning">said</sch:report></sch:rule></sch:pattern>'
)
ON_POSIX = pytest.mark.skipif(not hasattr(os, "getuid"), reason="Windows has rights of its own")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder of a cache that is empty."""
    monkeypatch.setenv("PROVBANK_HOME", str(tmp_path / "home"))
    return cache_home() / "schematron"


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Keep account of what is compiled, and not taken from the cache."""
    found: list[object] = []
    original = schematron_compiling.quick_stylesheet

    def counted(schema: object, *, trusted: bool) -> object:
        found.append(schema)
        return original(schema, trusted=trusted)  # type: ignore[arg-type]

    monkeypatch.setattr(schematron_compiling, "quick_stylesheet", counted)
    return found


def told(rules: RuleSet) -> list[tuple[str, str, str, str]]:
    """Give all that stands in the cache and shows in a finding."""
    return [(one.rule, one.test, one.severity, one.flag) for one in rules.broken(SHOP, at=NOON)]


def test_rules_are_compiled_once(
    a_rule_file: FileMaker, folder: Path, compilations: list[object]
) -> None:
    """The second time gives the very same rules."""
    path = a_rule_file(PATTERN.format(id="a"))

    first, second = told(RuleSet(path)), told(RuleSet(path))

    assert first == second == [("a", "true()", "warning", "f")]
    assert len(compilations) == 1
    assert len(list(folder.iterdir())) == 1


def test_the_same_content_elsewhere_is_the_same_rules(
    a_rule_file: FileMaker, folder: Path, compilations: list[object]
) -> None:
    """What counts is content; a fault is told by the file that is asked about."""
    content = PATTERN.format(id="a") + '<sch:pattern is-a="none"/>'
    one = a_rule_file(content)
    other = one.parent / "elsewhere" / one.name
    other.parent.mkdir()
    other.write_bytes(one.read_bytes())

    faults = [RuleSet(path, lenient=True).faults[0] for path in (one, other)]

    assert [fault.place.file for fault in faults] == [str(one), str(other)]
    assert len(compilations) == 1
    assert folder.exists()


@pytest.mark.parametrize("what", ["content", "an include", "phase", "trust", "lenience"])
def test_whatever_changes_the_rules_compiles_them_anew(
    a_rule_file: FileMaker, folder: Path, compilations: list[object], what: str
) -> None:
    """The file, a file it includes, and how it is read."""
    path = a_rule_file(
        '<sch:phase id="none"/><sch:include href="part.sch"/>' + PATTERN.format(id="a")
    )
    part = path.with_name("part.sch")
    part.write_text(
        '<sch:let xmlns:sch="http://purl.oclc.org/dsdl/schematron" name="x" value="1"/>'
    )
    RuleSet(path)

    match what:
        case "content":
            path.write_text(path.read_text().replace('id="a"', 'id="b"'))
            assert [rule for rule, *_ in told(RuleSet(path))] == ["b"]
        case "an include":
            part.write_text(part.read_text().replace('value="1"', 'value="2"'))
            RuleSet(path)
        case "phase":
            assert told(RuleSet(path, phase="none")) == []
        case "trust":
            RuleSet(path, trusted=False)
        case _:
            RuleSet(path, lenient=True)

    assert len(compilations) == 2
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("of", ["_compiler", "saxon_version"])
def test_another_compiler_starts_afresh(
    a_rule_file: FileMaker,
    folder: Path,
    compilations: list[object],
    monkeypatch: pytest.MonkeyPatch,
    of: str,
) -> None:
    """Ours or Saxon's: what one has made is not for another."""
    path = a_rule_file(PATTERN.format(id="a"))
    RuleSet(path)

    monkeypatch.setattr(schematron_compiling, of, lambda: "another")
    RuleSet(path)

    assert len(compilations) == 2
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda data: data[: len(data) // 2], id="cut off"),
        pytest.param(lambda data: data.replace(b'id="a"', b'id="b"').replace(b"'said'", b"'sad'"),
                     id="changed"),
        pytest.param(lambda data: data + b" ", id="longer"),
        pytest.param(lambda _: b"\xff\xfe\x00", id="no text"),
        pytest.param(lambda _: b"digest\n{}", id="another digest"),
    ],
)  # fmt: skip
def test_a_damaged_entry_is_made_anew(
    a_rule_file: FileMaker,
    folder: Path,
    compilations: list[object],
    damage: Callable[[bytes], bytes],
) -> None:
    """And put right on disk."""
    path = a_rule_file(PATTERN.format(id="a"))
    RuleSet(path)
    (entry,) = folder.iterdir()
    sound = entry.read_bytes()
    entry.write_bytes(damage(sound))

    assert [rule for rule, *_ in told(RuleSet(path))] == ["a"]
    assert len(compilations) == 2
    assert entry.read_bytes() == sound


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"stylesheet": "<no/>", "assertions": [], "faults": []},
        {"stylesheet": 1, "assertions": 2, "faults": 3},
        {"stylesheet": "", "assertions": [["a"]], "faults": []},
        {"stylesheet": "", "assertions": [], "faults": [[9, 1, "", ""]]},
    ],
)
def test_an_entry_of_another_form_is_made_anew(
    a_rule_file: FileMaker, folder: Path, compilations: list[object], entry: dict[str, object]
) -> None:
    """A digest that is right does not make it one of ours."""
    path = a_rule_file(PATTERN.format(id="a"))
    RuleSet(path)
    (name,) = (file.stem for file in folder.iterdir())
    keep(name, entry)
    assert kept(name) == entry

    assert [rule for rule, *_ in told(RuleSet(path))] == ["a"]
    assert len(compilations) == 2


@ON_POSIX
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o1777])
def test_a_folder_that_others_write_to_is_not_used(
    a_rule_file: FileMaker, folder: Path, compilations: list[object], mode: int
) -> None:
    """Somebody else's rules would decide verdicts."""
    path = a_rule_file(PATTERN.format(id="a"))
    RuleSet(path)
    folder.chmod(mode)

    assert [rule for rule, *_ in told(RuleSet(path))] == ["a"]
    assert len(compilations) == 2


@ON_POSIX
def test_an_entry_that_others_write_to_is_not_used(
    a_rule_file: FileMaker, folder: Path, compilations: list[object]
) -> None:
    """Nor one that is a link to elsewhere."""
    path = a_rule_file(PATTERN.format(id="a"))
    RuleSet(path)
    (entry,) = folder.iterdir()

    entry.chmod(0o666)
    RuleSet(path)
    assert len(compilations) == 2

    entry.rename(folder.parent / "elsewhere")
    entry.symlink_to(folder.parent / "elsewhere")
    RuleSet(path)
    assert len(compilations) == 3


@ON_POSIX
def test_what_is_kept_only_its_owner_can_write(a_rule_file: FileMaker, folder: Path) -> None:
    """From the first moment."""
    RuleSet(a_rule_file(PATTERN.format(id="a")))

    (entry,) = folder.iterdir()
    assert folder.stat().st_mode & 0o077 == 0
    assert entry.stat().st_mode & 0o077 == 0


def test_a_cache_that_cannot_be_written_to_costs_time_alone(
    a_rule_file: FileMaker, folder: Path, compilations: list[object]
) -> None:
    """Rules are rules without it."""
    folder.parent.parent.mkdir(parents=True)
    folder.parent.write_text("a file where the folder would be")
    path = a_rule_file(PATTERN.format(id="a"))

    assert told(RuleSet(path)) == told(RuleSet(path))
    assert len(compilations) == 2


def test_a_rule_file_at_fault_is_not_kept(a_rule_file: FileMaker, folder: Path) -> None:
    """Only what can be run."""
    with pytest.raises(Exception, match="XPST0003"):
        RuleSet(a_rule_file(PATTERN.format(id="a").replace("true()", "((")))

    assert not folder.exists()


def test_the_oldest_entries_are_forgotten(folder: Path) -> None:
    """A cache does not grow for ever."""
    for number in range(520):
        keep(f"{number:03d}", {})
        os.utime(folder / f"{number:03d}.json", (number, number))

    names = sorted(path.stem for path in folder.iterdir())

    assert len(names) < 500
    assert names[-1] == "519"
    assert "000" not in names


def test_many_processes_may_compile_the_same_rules(a_rule_file: FileMaker, folder: Path) -> None:
    """Each gets them whole, and one whole entry is left."""
    path = a_rule_file("".join(PATTERN.format(id=f"r{number}") for number in range(50)))
    script = (
        "import sys; from pathlib import Path; from datetime import UTC, datetime\n"
        "from lxml import etree; from contracts.schematron import RuleSet\n"
        "rules = RuleSet(Path(sys.argv[1]))\n"
        "print(len(rules.broken(etree.fromstring('<shop/>'), at=datetime.now(UTC))))"
    )
    running = [
        subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]

    assert [process.communicate(timeout=120)[0] for process in running] == ["50\n"] * 4
    assert [file.suffix for file in folder.iterdir()] == [".json"]
