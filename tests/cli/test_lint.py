"""`provbank domain lint` as its users meet it: what it prints, and how it ends."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def made() -> ModuleType:
    """Give the maker of releases that the linter's own tests use."""
    path = Path(__file__).parents[1] / "contracts" / "lint" / "made.py"
    spec = importlib.util.spec_from_file_location("provbank_tests_cli_made", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def lint(
    *arguments: str, cwd: Path, **environment: str
) -> subprocess.CompletedProcess[str]:  # fmt: skip
    """Run the linter to its end."""
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "provbank", "domain", "lint", *arguments],
        env={**os.environ, "PYTHONUTF8": "1", "PROVBANK_HOME": str(cwd / "home"), **environment},
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("rule", "options", "status"),
    [
        pytest.param(None, [], 0, id="clean"),
        pytest.param(None, ["--strict"], 0, id="clean, strictly"),
        pytest.param("BP-3", ["--strict"], 0, id="a note never counts"),
        pytest.param("TS-7", [], 0, id="a warning"),
        pytest.param("TS-7", ["--strict"], 1, id="a warning, strictly"),
        pytest.param("TS-7", ["--strict", "--ignore", "TS-7"], 0, id="a warning, ignored"),
        pytest.param("TS-6", [], 1, id="an error"),
        pytest.param("TS-6", ["--ignore", "TS-7"], 1, id="an error, another ignored"),
        pytest.param("TS-8/attributes", ["--ignore", "TS-8=old"], 0, id="the part of a rule"),
        pytest.param("TS-6", ["--format", "json"], 1, id="an error, as JSON"),
        pytest.param("TS-6", ["--format", "sarif"], 1, id="an error, as SARIF"),
    ],
)
def test_the_status_says_whether_there_are_errors(
    made: ModuleType, rule: str | None, options: list[str], status: int, tmp_path: Path
) -> None:
    """0 without, 1 with; warnings count with --strict, what is ignored never."""
    release = made.BROKEN[rule]() if rule else made.clean()
    place = release.laid_out(tmp_path)

    ended = lint(str(place), *options, cwd=tmp_path)

    assert (ended.returncode, ended.stderr) == (status, "")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param([], "no package is named", id="nothing"),
        pytest.param(["none.zip"], "no file or folder none.zip", id="no such thing"),
        pytest.param(["financial:billing:claim", "--ignore", "BP-99"], "no rule BP-99", id="rule"),
        pytest.param(["financial:billing:claim", "--format", "xml"], "--format", id="format"),
        pytest.param(["--rules", "--format", "sarif"], "no SARIF form", id="rules as SARIF"),
        pytest.param(
            ["financial:billing:claim", "--output", "none/report.txt"], "cannot be written",
            id="output",
        ),
        pytest.param(["note.txt"], "no zip archive", id="no archive"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_as_asked_is_usage(
    arguments: list[str], told: str, tmp_path: Path
) -> None:
    """The status is 2, and the message says what."""
    (tmp_path / "note.txt").write_text("a note", encoding="utf-8")

    ended = lint(*arguments, cwd=tmp_path)

    assert ended.returncode == 2
    assert told in ended.stderr
    assert ended.stdout == ""


def test_a_bundled_domain_is_linted_by_name(tmp_path: Path) -> None:
    """The words for people go to the screen, plain where nobody looks on."""
    ended = lint("financial:billing:claim", cwd=tmp_path)

    assert ended.returncode == 0
    assert ended.stdout.splitlines()[-1] == "0 errors, 0 warnings, 0 notes"
    assert "\x1b" not in ended.stdout


def test_colours_are_left_out_where_nobody_wants_them(made: ModuleType, tmp_path: Path) -> None:
    """NO_COLOR counts on a terminal too."""
    place = str(made.BROKEN["TS-6"]().laid_out(tmp_path))
    plain, coloured = "\x1b[1mTS-6", "\x1b[1;31merror"

    on_terminal = lint(place, cwd=tmp_path, FORCE_COLOR="1", TERM="xterm-256color").stdout
    without = lint(
        place, cwd=tmp_path, FORCE_COLOR="1", TERM="xterm-256color", NO_COLOR="1"
    ).stdout  # fmt: skip

    assert coloured in on_terminal
    assert coloured not in without
    assert plain in without


@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_a_report_can_be_written_to_a_file(made: ModuleType, form: str, tmp_path: Path) -> None:
    """The file holds what the screen would; the screen says the sums."""
    place = made.BROKEN["TS-10"]().laid_out(tmp_path)
    shown = lint(str(place), "--format", form, cwd=tmp_path)

    ended = lint(str(place), "--format", form, "--output", "told", cwd=tmp_path)

    assert ended.stdout == "Wrote told: 0 errors, 0 warnings, 1 note.\n"
    assert (tmp_path / "told").read_text(encoding="utf-8") == shown.stdout
    assert "benämning" in shown.stdout
    if form != "text":
        json.loads(shown.stdout)


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_rules_can_be_listed(form: str, tmp_path: Path) -> None:
    """With those that no package can tell, and why."""
    ended = lint("--rules", "--format", form, cwd=tmp_path)

    assert ended.returncode == 0
    assert "BP-18" in ended.stdout
    assert "a way of working" in ended.stdout
