"""The page on comparing releases is held to the code: its example, its table, its field names."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import contracts.compatibility
from contracts.compatibility.compare import compare
from contracts.compatibility.edits import Kind
from contracts.compatibility.releases import opened
from contracts.compatibility.rules import ROWS, Direction, verdict
from contracts.compatibility.writing import written

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "compatibility.md").read_text(encoding="utf-8")
INFO = '<xs:enumeration value="INFO"/>'


def packages() -> ModuleType:
    """Give the maker of release archives that the tests of contracts have."""
    path = ROOT / "tests" / "contracts" / "packages.py"
    spec = importlib.util.spec_from_file_location("provbank_tests_packages_of_docs", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_example_is_what_the_tool_says(tmp_path: Path) -> None:
    """The report on the page is that of two small releases."""
    made = packages()
    old = made.clean("GetThing")
    new = made.changed(
        old, made.schema_of("GetThing"), INFO, f'{INFO}<xs:enumeration value="NONE"/>'
    )
    raised = {
        re.sub(r"(Interaction|Responder)_1\.0", r"\1_1.1", path): text for path, text in new.items()
    }
    for path, text in raised.items():
        raised[path] = text.replace(b"Responder_1.0", b"Responder_1.1")
        if "Responder_" in path:
            raised[path] = raised[path].replace(b' version="1.0">', b' version="1.1">')
    names = [f"ServiceContracts_made_up_things_{version}" for version in ("1.0", "1.1")]
    for name, files in zip(names, (old, raised), strict=True):
        made.laid_out(files, tmp_path / name)

    with opened(str(tmp_path / names[0])) as before, opened(str(tmp_path / names[1])) as after:
        told = written("text", compare(before, after))

    assert f"```text diff\n{told}```\n" in PAGE


def test_the_table_of_verdicts_is_that_of_the_rules() -> None:
    """Each kind of change has its row, with the verdicts that the code gives."""
    rows = {
        kind: [
            ROWS[kind].agreeing,
            *(
                verdict(kind, direction, backward=backward, forward=not backward)
                for direction in Direction
                for backward in (True, False)
            ),
        ]
        for kind in Kind
    }

    for kind, cells in rows.items():
        assert f"| {kind} | {' | '.join(cells)} |\n" in PAGE


def test_every_field_of_the_json_is_named() -> None:
    """The page and the schema speak of the same fields."""
    path = Path(contracts.compatibility.__file__).with_name("comparison.schema.json")
    schema = json.loads(path.read_text(encoding="utf-8"))
    named = set(re.findall(r"`([a-z_]+)`", PAGE.partition("## The JSON")[2]))

    for definition in schema["$defs"].values():
        assert set(definition.get("properties", {})) <= named
