"""``provbank domain diff`` as its users meet it: what it prints and writes, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from lxml import etree

import contracts
import contracts.compatibility

COMMAND = [sys.executable, "-m", "provbank", "domain", "diff"]
BUNDLED = Path(contracts.__file__).parent / "domains" / "itintegration_monitoring" / "v1_0"
PING = "itintegration:monitoring 1.0"
SCHEMA = Path(contracts.compatibility.__file__).with_name("comparison.schema.json")


def diff(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(  # noqa: S603
        [*COMMAND, *arguments],
        env={**os.environ, "PYTHONUTF8": "1", "PROVBANK_HOME": str(cwd / "home")},
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )


@pytest.fixture
def a_release(tmp_path: Path) -> Callable[..., Path]:
    """Give a maker of the next release of a bundled domain, with one text in it changed."""

    def build(old: str, new: str, *, raised: bool = False) -> Path:
        folder = tmp_path / "ServiceContracts_itintegration_monitoring_1.1"
        for path in (BUNDLED / "schemas").rglob("*.*"):
            name = str(path.relative_to(BUNDLED))
            text = path.read_text(encoding="utf-8").replace(old, new)
            if raised:
                name = name.replace("Responder_1.0", "Responder_1.1")
                text = text.replace("Responder_1.0", "Responder_1.1")
                if "Responder_1.1" in name:
                    text = text.replace('schema version="1.0"', 'schema version="1.1"')
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        return folder

    return build


@pytest.fixture
def newer(a_release: Callable[..., Path]) -> Path:
    """Make a release in which answers lack what they had to hold."""
    return a_release('name="version" type="xs:string"', 'name="release" type="xs:string"')


def test_equal_releases_end_with_nothing_to_tell(tmp_path: Path) -> None:
    """Status 0, and the sentence that says so."""
    ended = diff(PING, PING, cwd=tmp_path)

    assert ended.returncode == 0, ended.stderr
    assert "PingForConfiguration:1  1.0  unchanged" in ended.stdout
    assert ended.stdout.endswith("may be released under its version: 0 errors, 0 warnings\n")


def test_a_break_ends_with_status_one_and_says_what_breaks(tmp_path: Path, newer: Path) -> None:
    """The change, both places, whom it breaks, and what to do."""
    ended = diff(PING, newer.name, cwd=tmp_path)

    assert ended.returncode == 1
    assert "major  element renamed" in ended.stdout
    assert "PingForConfigurationResponder_1.0.xsd:" in ended.stdout
    assert "an old consumer rejects answers of new producers that hold release" in ended.stdout
    assert "mend: " in ended.stdout
    assert "may not be released as it is" in ended.stdout
    assert "\x1b" not in ended.stdout, "no colours into a pipe"


def test_json_follows_its_schema_and_names_the_messages(tmp_path: Path, newer: Path) -> None:
    """What programs read is described, and each witness it names is written."""
    ended = diff(
        PING, newer.name, "--format", "json", "--output", "diff.json", "--witness", "shown",
        cwd=tmp_path,
    )  # fmt: skip
    document = json.loads((tmp_path / "diff.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    named = {
        effect["witness"]
        for change in document["changes"]
        for use in change["uses"]
        for effect in use["effects"]
        if effect["shown"]
    }

    assert ended.returncode == 1
    assert named
    assert named == {path.name for path in (tmp_path / "shown").iterdir()}
    for name in named:
        etree.parse(tmp_path / "shown" / name)
    assert json.loads(diff(PING, newer.name, "--format", "json", cwd=tmp_path).stdout) == document


def test_strict_lets_warnings_count(tmp_path: Path, a_release: Callable[..., Path]) -> None:
    """A request that may lack what it had to hold is tolerable, and fails where that is asked."""
    old = 'name="logicalAddress" type="xs:anyURI"'
    release = a_release(old, f'{old} minOccurs="0"', raised=True)

    lenient, strict = (
        diff(PING, release.name, *more, cwd=tmp_path) for more in ((), ("--strict",))
    )

    assert "tolerable  element made optional" in lenient.stdout
    assert (lenient.returncode, strict.returncode) == (0, 1), lenient.stdout


def test_a_name_that_is_not_known_is_a_usage_error(tmp_path: Path) -> None:
    """What there is to choose from is told."""
    ended = diff("crm:none 1.0", PING, cwd=tmp_path)

    assert ended.returncode == 2
    assert "is no file, no folder, and no domain" in ended.stderr
    assert "itintegration_monitoring_1.0" in ended.stderr
