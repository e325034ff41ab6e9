"""A rule file in, compiled rules out, or every fault of it with file, line and cause.

What was compiled is kept on disk, by the content of all files it was made of.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from contracts.errors import RulesError
from contracts.findings import Severity
from contracts.schematron_cache import keep, kept
from contracts.schematron_engine import CompileError, compiled, saxon_version
from contracts.schematron_expressions import shortened
from contracts.schematron_files import Place, RuleText, place_of, read_rule_file
from contracts.schematron_reading import read_schema
from contracts.schematron_schema import Assertion, Fault, Schema
from contracts.schematron_stylesheet import Stylesheet, quick_stylesheet

__all__ = ["Compiled", "Told", "compile_rules", "faults_of", "told_of", "usable_schema"]

_OWN_NAMES = re.compile(r"provbank-(?:own|\d+)-(?:\d+-)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told of an assertion that speaks, beside its text: it stands in no message.

    Shape: ``rule`` is its id, or empty; ``place`` is file name and line.
    """

    rule: str
    test: str
    severity: Severity
    flag: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A rule file that can be run, and the faults of the patterns that were left out.

    Shape: ``first_look`` is the stylesheet of it, empty where there is none.
    """

    stylesheet: str
    first_look: str
    assertions: tuple[Told, ...]
    faults: tuple[Fault, ...]


def compile_rules(text: RuleText, *, phase: str, trusted: bool, lenient: bool) -> Compiled:
    """Compile the rules of one phase, or take them from the disk.

    Shape:  where the compiler is ``lenient``, a pattern with a fault is left out, if any is left.
    Raises: RulesError with every fault that keeps the rules from being run.
    """
    name = _name(text, phase, trusted=trusted, lenient=lenient)
    if (entry := kept(name)) is not None:
        with suppress(KeyError, TypeError, ValueError, IndexError, CompileError):
            found = _from_json(entry, text)
            compiled(found.stylesheet)
            return found
    made = _compiled(text, phase, trusted=trusted, lenient=lenient)
    keep(name, _to_json(made, text))
    return made


def faults_of(path: Path, *, within: Path) -> tuple[Fault, ...]:
    """Give every fault of a rule file, none where it can be run in full.

    Raises: RulesError for a file that is no Schematron, or that its includes make unreadable.
    """
    text = read_rule_file(path, within=within)
    return tuple(_attempted(text, "#ALL", trusted=False)[2])


def told_of(assertion: Assertion) -> Told:
    """Give what is told of an assertion, without the rule file it stands in."""
    return Told(
        rule=assertion.id,
        test=assertion.test,
        severity=assertion.severity,
        flag=assertion.flag,
        place=_short(place_of(assertion.text)),
    )


def usable_schema(text: RuleText, *, phase: str) -> Schema:
    """Give the rules of one phase that can be compiled."""
    return _attempted(text, phase, trusted=True)[0]


def _compiled(text: RuleText, phase: str, *, trusted: bool, lenient: bool) -> Compiled:
    from contracts.assurance.stylesheet import first_look_stylesheet  # noqa: PLC0415 - slow to load

    schema, sheet, faults = _attempted(text, phase, trusted=trusted)
    if sheet is None or (faults and not (lenient and sheet.rules)):
        raise _all_in_one(faults)
    return Compiled(
        stylesheet=sheet.document.text(),
        first_look=first_look_stylesheet(schema),
        assertions=tuple(map(told_of, sheet.assertions)),
        faults=tuple(faults),
    )


def _attempted(
    text: RuleText, phase: str, *, trusted: bool
) -> tuple[Schema, Stylesheet | None, list[Fault]]:
    """Compile a schema, without the patterns that have a fault; None where even that fails."""
    try:
        return _without_faults(read_schema(text, phase=phase), trusted=trusted)
    except RecursionError:
        raise RulesError(
            "rules or variables refer to each other too often to be followed", where=str(text.path)
        ) from None


def _without_faults(
    schema: Schema, *, trusted: bool
) -> tuple[Schema, Stylesheet | None, list[Fault]]:
    faults = list(schema.faults)
    while True:
        sheet = quick_stylesheet(schema, trusted=trusted)
        try:
            compiled(sheet.document.text())
        except CompileError as error:
            found = list(_faults(error, sheet, schema))
            wrong = {fault.pattern for fault in found}
            faults += found
            if None in wrong:
                return schema, None, faults
            rest = [one for number, one in enumerate(schema.patterns) if number not in wrong]
            schema = replace(schema, patterns=tuple(rest))
        else:
            return schema, sheet, sorted(faults, key=lambda fault: fault.place)


def _faults(error: CompileError, sheet: Stylesheet, schema: Schema) -> Iterator[Fault]:
    """Tell the compiler's complaints by the places in the rule file that they are about."""
    marks = sheet.document.marks()
    told = set()
    for fault in error.faults:
        mark = marks.get(fault.line)
        expression = shortened(_OWN_NAMES.sub("", fault.expression))
        what = f"{expression}: {fault.what}" if expression else fault.what
        what = f"{_OWN_NAMES.sub('', what)} ({fault.code})"
        pattern = mark.pattern if mark else None
        if pattern is not None and (own := schema.patterns[pattern].element).get("is-a"):
            what += f", as filled in by {_short(place_of(own))}"
        place = mark.place if mark else Place(place_of(schema.root).file, 1)
        if (place, fault.code) not in told:
            told.add((place, fault.code))
            yield Fault(place=place, what=what, pattern=pattern)
    if not error.faults:
        yield Fault(place=place_of(schema.root), what=f"the rules cannot be compiled: {error}")


def _all_in_one(faults: list[Fault]) -> RulesError:
    first, *others = faults
    more = "".join(f"; {_short(fault.place)}: {fault.what}" for fault in others)
    return RulesError(first.what + more, where=str(first.place), mend=first.mend)


def _short(place: Place) -> str:
    return f"{Path(place.file).name}:{place.line}"


# On disk ----------------------------------------------------------------------------------------


def _name(text: RuleText, phase: str, *, trusted: bool, lenient: bool) -> str:
    parts = [_compiler(), saxon_version(), text.digest, phase, trusted, lenient]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@cache
def _compiler() -> str:
    """Give the digest of what compiles, so that another version of it starts afresh."""
    digest = hashlib.sha256()
    folder = Path(__file__).parent
    for path in sorted([*folder.glob("schematron*.py"), *folder.glob("assurance/*.py")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _to_json(made: Compiled, text: RuleText) -> dict[str, Any]:
    """Give JSON-ready values that name files by their number, so that they may be moved."""
    files = [str(path) for path in text.files]
    return {
        "stylesheet": made.stylesheet,
        "first_look": made.first_look,
        "assertions": [
            [one.rule, one.test, one.severity.value, one.flag, one.place] for one in made.assertions
        ],
        "faults": [
            [files.index(fault.place.file), fault.place.line, fault.what, fault.mend]
            for fault in made.faults
        ],
    }


def _from_json(entry: Any, text: RuleText) -> Compiled:
    return Compiled(
        stylesheet=str(entry["stylesheet"]),
        first_look=str(entry["first_look"]),
        assertions=tuple(
            Told(rule=rule, test=test, severity=Severity(severity), flag=flag, place=place)
            for rule, test, severity, flag, place in entry["assertions"]
        ),
        faults=tuple(
            Fault(place=Place(str(text.files[file]), line), what=what, mend=mend)
            for file, line, what, mend in entry["faults"]
        ),
    )
