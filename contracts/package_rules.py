"""The Schematron files of a package: which there are, and whether each can be run.

They are not run on their own: the rules that messages are judged by are ours, or those that a
person names. They are compiled in a process apart, since a compiler computes what it can.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from contracts.apart import Failed, apart
from contracts.errors import MessageError, RulesError
from contracts.manifest import RuleFile
from contracts.parsing import parse
from contracts.schematron_compiling import faults_of
from contracts.schematron_files import SCH

__all__ = ["problem_of", "rule_files"]

_LARGEST = 5_000_000
_LONGEST = 20.0  # seconds a file
_MOST_TOLD = 3


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
            problem = apart(_LONGEST, problem_of, path, folder)
        except Failed as error:
            problem = f"it cannot be compiled: {error}"
        if problem is not None:
            found.append(RuleFile(file=path.relative_to(folder).as_posix(), problem=problem))
    return tuple(found)


def problem_of(path: Path, folder: Path) -> str | None:
    """Tell line and cause where a file cannot be compiled, nothing, or None for no Schematron.

    Shape: ``folder`` is the package, which no include of the file may leave.
    """
    try:
        schema = parse(path.read_bytes(), largest=_LARGEST)
    except MessageError as error:
        return f"line {error.line or 1}: {error.what}"
    if schema.tag != f"{SCH}schema":
        return None
    try:
        faults = faults_of(path, within=folder)
    except RulesError as error:
        file, _, line = error.where.rpartition(":")
        return _told([(file, line, error.what)], path)
    return _told([(fault.place.file, str(fault.place.line), fault.what) for fault in faults], path)


def _told(faults: Iterable[tuple[str, str, str]], path: Path) -> str:
    told = [
        f"line {line}: {what}" if file == str(path) else f"{Path(file).name} line {line}: {what}"
        for file, line, what in faults
    ]
    return "; ".join(told[:_MOST_TOLD])
