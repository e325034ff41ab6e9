"""The Schematron files of a package: which there are, and whether each compiles.

They are not run: the rules that messages are judged by are our own. A file that would fetch another
one, at the time of compiling or later, is not even compiled; the others are, in a process apart,
since a compiler computes what it can.
"""

from __future__ import annotations

import copy
import re
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from lxml import etree

from contracts.apart import Failed, apart
from contracts.errors import MessageError, RulesError
from contracts.manifest import RuleFile
from contracts.parsing import parse
from contracts.schematron import RuleSet

__all__ = ["problem_of", "rule_files"]

_SCH = "{http://purl.oclc.org/dsdl/schematron}"
_XSL = "{http://www.w3.org/1999/XSL/Transform}"
_LARGEST = 5_000_000
_MOST_TRIES = 300
_LONGEST = 20.0  # seconds a file
_OUTSIDE = re.compile(
    r"(?<![\w-])(?:doc|document|doc-available|collection|uri-collection|unparsed-text(?:-lines|"
    r"-available)?|json-doc|transform|load-xquery-module|environment-variable|"
    r"available-environment-variables)\s*\("
)
_INNOCENT = {f"{_XSL}{name}" for name in ("function", "key", "variable", "param")}
_SLOTS = (
    ("let", "value", "()"),
    ("rule", "context", "*"),
    ("assert", "test", "true()"),
    ("report", "test", "false()"),
    ("value-of", "select", "."),
    ("name", "path", "."),
)


def rule_files(folder: Path) -> tuple[RuleFile, ...]:
    """Give the Schematron files below a folder, each with the place and cause where it is wrong."""
    found: list[RuleFile] = []
    for path in sorted(folder.rglob("*")):
        name = path.name.casefold()
        if not path.is_file() or not (
            name.endswith(".sch") or (name.endswith(".xml") and "constraints" in name)
        ):
            continue
        try:
            problem = apart(_LONGEST, problem_of, path)
        except Failed as error:
            problem = f"it cannot be compiled: {error}"
        if problem is not None:
            found.append(RuleFile(file=path.relative_to(folder).as_posix(), problem=problem))
    return tuple(found)


def problem_of(path: Path) -> str | None:
    """Tell line and cause where a file cannot be compiled, nothing, or None for no Schematron."""
    try:
        schema = parse(path.read_bytes(), largest=_LARGEST)
    except MessageError as error:
        return f"line {error.line or 1}: {error.what}"
    return _problem(schema) if schema.tag == f"{_SCH}schema" else None


def _problem(schema: etree._Element) -> str:
    """Tell line and cause where a Schematron schema cannot be compiled, or nothing."""
    for node in schema.iter("*"):
        reaching = [text for text in node.attrib.values() if _OUTSIDE.search(text)]
        if reaching:
            return f"line {node.sourceline}: it would read other files: {reaching[0]!r}"
    for child in schema.iterchildren(f"{_XSL}*"):
        if child.tag not in _INNOCENT:
            return f"line {child.sourceline}: {_plain_name(child)} is not accepted here"
    for child in schema.iter(f"{_XSL}*"):
        if "static" in child.attrib or child.tag == f"{_XSL}source-document":
            return f"line {child.sourceline}: {_plain_name(child)} would run when it is compiled"
    with tempfile.TemporaryDirectory() as made:
        return _Trial(schema, Path(made)).problem()


class _Trial:
    """Compiles a schema, and parts of it to find which part is wrong."""

    def __init__(self, schema: etree._Element, folder: Path) -> None:
        self._schema = schema
        self._folder = folder
        self._tries = 0

    def problem(self) -> str:
        cause = self._compiled(self._schema)
        if not cause:
            return ""
        bare = self._bare(keep=None)
        if self._compiled(bare):
            return cause  # is-a, extends, include, binding: it says the line itself
        lines = [
            f"line {line}: {why}"
            for line, candidate in islice(self._candidates(), _MOST_TRIES)
            if (why := self._compiled(candidate))
        ]
        return "; ".join(lines[:3]) or cause

    def _candidates(self) -> Iterator[tuple[int, etree._Element]]:
        """Give copies in which one expression alone stands as it was written."""
        for number, node in enumerate(self._schema.iter("*")):
            if any(node.tag == _SCH + name for name, _, _ in _SLOTS):
                yield int(node.sourceline or 1), self._bare(keep=number)

    def _bare(self, *, keep: int | None) -> etree._Element:
        """Copy the schema with harmless expressions everywhere but in one element."""
        plain = copy.deepcopy(self._schema)
        for number, node in enumerate(plain.iter("*")):
            for name, attribute, harmless in _SLOTS:
                if node.tag == _SCH + name and attribute in node.attrib and number != keep:
                    node.set(attribute, harmless)
        return plain

    def _compiled(self, schema: etree._Element) -> str:
        """Give the compiler's complaint, shortened to what it says of the expression."""
        self._tries += 1
        path = self._folder / f"{self._tries}.sch"  # a file is compiled once a process
        path.write_bytes(etree.tostring(schema.getroottree(), encoding="UTF-8"))
        try:
            RuleSet(path)
        except RulesError as error:
            line = re.search(r":(\d+)$", error.where)
            what = re.sub(r"\s+on line \d+ column \d+ of \S+:?", "", error.what)
            return (f"line {line[1]}: " if line else "") + " ".join(what.split())
        return ""


def _plain_name(node: etree._Element) -> str:
    return f"xsl:{etree.QName(node).localname}"
