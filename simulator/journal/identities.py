"""Person identities in Swedish health care, as they are recognised in text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from contracts.errors import UsageError

__all__ = ["IsTestPerson", "identities_in", "nobody", "normalised", "persons_in_file", "those_of"]

IsTestPerson = Callable[[str], bool]
"""Tells whether an identity, without separators, is that of a test person."""

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_DATE = r"\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])"
_BETWEEN = r"(?:[-+\u2010-\u2015\u2212]|%2[BbDd]|&#(?:45|x2[Dd]|43|x2[Bb]);)"
_SHAPE = re.compile(
    rf"(?P<other>{_UUID})"
    rf"|(?<!\d)(?P<dense>(?:\d{{2}})?{_DATE}{_BETWEEN}?\d{{4}})(?!\d)"
    rf"|(?<![0-9A-Za-z])(?P<letters>\d{{2}}{_DATE}{_BETWEEN}?[A-Za-z]\d{{2}}[0-9A-Za-z]"
    rf"|\d{{2}}{_DATE}{_BETWEEN}?[A-Za-z]{{2}}\d[0-9A-Za-z])(?![0-9A-Za-z])"
    rf"|(?<!\d)(?P<spaced>(?:\d{{2}})?{_DATE}[ \u00a0]\d{{4}})(?!\d)"
)
"""Six or eight digits that are a date - a day from 61 on is a samordningsnummer's - and four
characters, with or without a separator. The first of the four is a letter in reserve and interim
numbers. Where blanks stand between, only a right check digit tells it from a date and a time."""

_NOT_OF_IT = re.compile(r"%2[BbDd]|&#(?:45|x2[Dd]|43|x2[Bb]);|[^0-9A-Za-z]")
_SHORT = 10


def identities_in(text: str) -> Iterator[re.Match[str]]:
    """Give each place where a person identity stands, by its shape.

    Source: personnummer and samordningsnummer, Skatteverket; reserve numbers, RIV-TA's schemas
            (``[0-9]{8}[0-9pPtTfF][0-9]{3}``). A mistyped identity still points at a person, so the
            check digit is not asked for.
    """
    for found in _SHAPE.finditer(text):
        if found["other"]:
            continue
        if found["spaced"] and not _checks(normalised(found[0])):
            continue
        yield found


def normalised(identity: str) -> str:
    """Give an identity without separators and blanks, letters in upper case."""
    return _NOT_OF_IT.sub("", identity).upper()


def _checks(identity: str) -> bool:
    """Tell whether the last of ten digits is right (Luhn)."""
    total = 0
    for place, digit in enumerate(identity[-_SHORT:]):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return total % 10 == 0


def nobody(_identity: str) -> bool:
    """Take nobody for a test person."""
    return False


def those_of(persons: Iterable[str]) -> IsTestPerson:
    """Take those of a list for test persons, written with or without separator and century."""
    known = {normalised(person) for person in persons}
    short = {person[-_SHORT:] for person in known}

    def listed(identity: str) -> bool:
        plain = normalised(identity)
        return plain in known or (len(plain) == _SHORT and plain in short)

    return listed


def persons_in_file(path: Path) -> IsTestPerson:
    """Read a list of test persons: one a line, the identity first; ``#`` begins a comment.

    Raises: UsageError where the file cannot be read, or a line begins with no identity.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"the list of test persons cannot be read: {error}",
            where=str(path),
            mend="give a text file in UTF-8",
        ) from None
    persons = []
    for number, line in enumerate(lines, 1):
        first = re.split(r"[;,\t#]", line, maxsplit=1)[0].strip()
        if not first:
            continue
        if not re.fullmatch(r"(\d{2})?\d{6}[-+]?[0-9A-Za-z]{4}", first):
            raise UsageError(
                "the line begins with no person identity",
                where=f"{path}:{number}",
                mend="write one a line, such as 19121212-1212",
            )
        persons.append(first)
    return those_of(persons)
