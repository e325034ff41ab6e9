"""What keeps files and schemas from being read as they are: each problem and repair (FILE, LOAD).

The package is read as an installation reads it, leniently. What that had to put right, or could
not, is told here by rule; what merely follows from something told already is not told again.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from contracts.lint.findings import LintFinding, found_in_package
from contracts.lint.samples import Samples
from contracts.merging import closure
from contracts.package import Reading
from contracts.package_parts import XS, Problem, ProblemKind, Repair, RepairKind

__all__ = ["Loaded", "load", "load_without_compiling"]

_OF_REPAIRS = {
    RepairKind.BYTE_ORDER_MARK: "FILE-5",
    RepairKind.WRONG_ENCODING: "FILE-3",
    RepairKind.MISSING_FILE: "LOAD-1",
    RepairKind.FOREIGN_LOCATION: "LOAD-2",
    RepairKind.XML_BASE: "LOAD-2",
    RepairKind.MISSING_IMPORT: "LOAD-3",
    RepairKind.WRONG_NAMESPACE: "LOAD-4",
    RepairKind.TWO_FILES: "LOAD-5",
    RepairKind.AMBIGUOUS_ANY: "LOAD-6",
    RepairKind.PATTERN_ANCHORS: "LOAD-7",
}
_OF_PROBLEMS = {
    ProblemKind.NOT_WELL_FORMED: "FILE-1",
    ProblemKind.DOCUMENT_TYPE: "FILE-2",
    ProblemKind.ENCODING: "FILE-3",
    ProblemKind.WRONG_ROOT: "FILE-6",
    ProblemKind.NO_FILE: "LOAD-1",
    ProblemKind.FOREIGN_LOCATION: "LOAD-2",
    ProblemKind.DIFFERENT_DECLARATIONS: "LOAD-5",
}
"""The other kinds follow from these, are told by the rules for WSDL, or as LOAD-8."""

_EXPECTED = {
    "FILE-5": "no byte order mark",
    "FILE-3": "bytes of the encoding that is declared",
    "LOAD-1": "a relative path to a file in the package",
    "LOAD-2": "a relative path within the package",
    "LOAD-3": "an xs:import for every namespace used",
    "LOAD-4": "the targetNamespace of the file",
    "LOAD-5": "one file for a namespace",
    "LOAD-6": "content that can be told apart element by element",
    "LOAD-7": "a pattern without ^ and $",
    "LOAD-8": "a schema that a strict processor reads",
    "FILE-1": "well-formed XML",
    "FILE-2": "no <!DOCTYPE",
    "FILE-6": "wsdl:definitions in *.wsdl, xs:schema in *.xsd",
}
_INCOMPLETE = {ProblemKind.NO_FILE, ProblemKind.FOREIGN_LOCATION, ProblemKind.UNREADABLE_FILE}
_ENCODING = re.compile(rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")
_UNICODE = {"utf-8", "utf-16", "ascii", "utf-16-le", "utf-16-be"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What came of loading a package: findings, the files some WSDL leads to, messages judged.

    Shape: ``reached`` are paths in the package, once what is wrong on the way is mended.
    """

    findings: tuple[LintFinding, ...]
    reached: frozenset[str]
    messages: int = 0


def load(original: Path, repaired: Path, files: tuple[str, ...]) -> Loaded:
    """Read a package, compile all its schemas, and judge the messages among its files.

    Shape: it can take forever, or break its process, for what is hostile; see contracts.apart.
    """
    reading = Reading(original, repaired)
    samples = Samples(original, reading.contracts())
    _compile_the_rest(reading)
    findings = (*_told(reading, original), *samples.check(files))
    return Loaded(findings=findings, reached=_reached(reading), messages=samples.judged)


def load_without_compiling(original: Path, repaired: Path, why: str) -> Loaded:
    """Read a package whose schemas no compiler comes to an end with."""
    reading = Reading(original, repaired)
    endless = found_in_package(
        "LOAD-8", f"the schemas cannot be compiled: {why}", expected=_EXPECTED["LOAD-8"],
        mend="no published package is like that; write flatter types and shorter patterns",
    )  # fmt: skip
    return Loaded(findings=(endless, *_told(reading, original)), reached=_reached(reading))


def _reached(reading: Reading) -> frozenset[str]:
    package = reading.package
    return frozenset(one.origin for wsdl in package.wsdls for one in closure(package, wsdl))


def _told(reading: Reading, original: Path) -> Iterator[LintFinding]:
    """Tell each repair and problem."""
    yield from map(_of_repair, reading.repairs)
    yield from _of_problems(reading)
    yield from _compiled(reading)
    yield from _encodings(reading, original)


def _compile_the_rest(reading: Reading) -> None:
    """Compile the schemas that no contract's schema led to; parts come with what includes them."""
    package = reading.package
    reached = {
        one.origin
        for path in reading.errors_of
        for one in closure(package, package.sources[path])
    }  # fmt: skip
    for schema in list(package.sources.values()):
        if schema.root.tag != f"{XS}schema" or schema.path != schema.origin:
            continue
        if schema.namespace and schema.origin not in reached:
            reading.compile(schema)
            reached.update(one.origin for one in closure(package, schema))


def _of_repair(repair: Repair) -> LintFinding:
    name = _OF_REPAIRS[repair.kind]
    return found_in_package(
        name, repair.what, file=repair.file, line=repair.line, expected=_EXPECTED[name],
        mend=repair.advice,
    )  # fmt: skip


def _of_problems(reading: Reading) -> Iterator[LintFinding]:
    for problem in reading.problems:
        if (name := _OF_PROBLEMS.get(problem.kind)) is not None:
            yield _finding(name, problem)


def _finding(name: str, problem: Problem) -> LintFinding:
    return found_in_package(
        name, problem.what, file=problem.file, line=problem.line, expected=_EXPECTED[name],
        mend=problem.advice,
    )  # fmt: skip


def _compiled(reading: Reading) -> Iterator[LintFinding]:
    """Tell what the compiler says, where every file that a schema needs is there."""
    lacking = {problem.file for problem in reading.problems if problem.kind in _INCOMPLETE}
    for path, problems in reading.errors_of.items():
        files = closure(reading.package, reading.package.sources[path])
        if not lacking.intersection(one.origin for one in files):
            yield from (_finding("LOAD-8", problem) for problem in problems)


def _encodings(reading: Reading, original: Path) -> Iterator[LintFinding]:
    """FILE-4: an encoding that is declared truly, and is not Unicode."""
    for source in reading.package.sources.values():
        if source.path != source.origin:
            continue
        data = (original / source.origin).read_bytes()
        declared = _ENCODING.match(data.removeprefix(codecs.BOM_UTF8))
        name = declared[1].decode("ascii", "replace") if declared else "utf-8"
        if codecs.lookup(name).name not in _UNICODE:
            yield found_in_package(
                "FILE-4", f"the file is in {name}", file=source.origin,
                expected="UTF-8 or UTF-16", actual=name,
            )  # fmt: skip
