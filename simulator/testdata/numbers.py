"""Identities that no real person has, with valid check digits; and a list that a user gives."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from contracts.domains.financial_patientfees_exemption.v1_0.kinds import (
    COORDINATION_NUMBER,
    NATIONAL_RESERVE_ID,
    PERSONAL_NUMBER,
)
from contracts.domains.financial_patientfees_exemption.v1_0.messages import Identity
from contracts.errors import UsageError
from contracts.terms import luhn_digit
from simulator.regions.fee_register import born, root_of
from simulator.regions.protection import Person

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

__all__ = [
    "NEVER_REAL",
    "BirthNumbers",
    "IdentityKind",
    "coordination_number",
    "is_right",
    "local_reserve_id",
    "national_reserve_id",
    "personal_number",
    "persons_given",
]

LOCAL_ROOT = "1.2.752.97.3.1.3"
"""The OID of Region Stockholm's own reserve numbers: a kind that other regions do not know."""

_BIRTH_NUMBER = slice(8, 11)
_LONG, _SHORT = 12, 10
_RANGE = re.compile(r"(\d{3})(?:-(\d{3}))?")


class IdentityKind(Enum):
    """What sort of identity a case needs, and of whom."""

    ADULT = "adult"
    CHILD = "child"
    COORDINATION = "coordination number"
    NATIONAL_RESERVE = "national reserve id"
    LOCAL_RESERVE = "a region's own reserve id"


@dataclass(frozen=True, slots=True)
class BirthNumbers:
    """The three digits after the date that made-up identities may have.

    Source: published test identities have birth numbers 238, 239 and 980 to 999. That real persons
            are never given them is not a written rule, so the ranges are a setting.
    """

    numbers: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> BirthNumbers:
        """Read ranges, such as ``980-999,238``.

        Raises: UsageError where it is no such list.
        """
        numbers: list[str] = []
        for part in text.split(","):
            found = _RANGE.fullmatch(part.strip())
            first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
            if first > last:
                raise UsageError(
                    f"{part.strip()!r} is no range of birth numbers", mend="write 980-999,238,239"
                )
            numbers += [f"{number:03}" for number in range(first, last + 1)]
        return cls(tuple(dict.fromkeys(numbers)))

    def holds(self, identity: Identity) -> bool:
        """Tell whether an identity is made up by its birth number; any reserve number is."""
        if identity.root not in {PERSONAL_NUMBER, COORDINATION_NUMBER}:
            return True
        return identity.extension[_BIRTH_NUMBER] in self.numbers


NEVER_REAL = BirthNumbers.read("980-999,238,239")
"""The ranges of published test identities."""


def personal_number(day: date, birth_number: str) -> Identity:
    """Make a personal number of a day of birth."""
    return Identity(root=PERSONAL_NUMBER, extension=_checked(f"{day:%Y%m%d}{birth_number}"))


def coordination_number(day: date, birth_number: str) -> Identity:
    """Make a coordination number: the day of birth plus 60."""
    digits = f"{day:%Y%m}{day.day + 60}{birth_number}"
    return Identity(root=COORDINATION_NUMBER, extension=_checked(digits))


def national_reserve_id(day: date, number: int) -> Identity:
    """Make a national reserve number: 22, the day, and letters among the last four."""
    return Identity(root=NATIONAL_RESERVE_ID, extension=f"22{day:%y%m%d}9{_letter(number)}1B")


def local_reserve_id(day: date, number: int) -> Identity:
    """Make a reserve number of a region's own."""
    return Identity(root=LOCAL_ROOT, extension=f"{day:%Y%m%d}TA{number % 10}C")


def is_right(identity: Identity) -> bool:
    """Tell whether an identity has the form of its kind, and its check digit is right."""
    text = identity.extension
    if identity.root not in {PERSONAL_NUMBER, COORDINATION_NUMBER}:
        return re.fullmatch(r"[0-9]{8}[0-9A-Za-z]{4}", text) is not None
    return (
        len(text) == _LONG
        and text.isascii()
        and text.isdigit()
        and root_of(text) == identity.root
        and born(identity).year > 1900  # noqa: PLR2004 - what stands for an unknown day
        and text[-1] == luhn_digit(text[2:-1])
    )


def persons_given(file: Path, *, today: date) -> dict[IdentityKind, Iterator[Identity]]:
    """Read a user's own persons, by what cases they can stand in.

    Shape:  CSV with a header line, or a JSON array of objects; ``extension`` is the identity, and
            ``root`` its OID where its form does not tell. Personal numbers of children and adults
            are told apart on the day.
    Raises: UsageError where a line is wrong; the identity is named by its place.
    """
    found: dict[IdentityKind, list[Identity]] = {kind: [] for kind in IdentityKind}
    seen: set[Identity] = set()
    for number, entry in enumerate(_entries(file), start=1):
        extension = re.sub(r"[-\s]", "", str(entry.get("extension") or ""))
        identity = Identity(
            root=str(entry.get("root") or "") or root_of(extension), extension=extension
        )
        if not is_right(identity) or identity in seen:
            raise UsageError(
                "the identity is given twice" if identity in seen else "the identity is not valid",
                where=f"{file}: person {number}",
                mend="give 12 characters with the right check digit, each person once",
            )
        seen.add(identity)
        found[_kind_of(identity, today)].append(identity)
    return {kind: iter(identities) for kind, identities in found.items()}


def _kind_of(identity: Identity, today: date) -> IdentityKind:
    match identity.root:
        case root if root == PERSONAL_NUMBER:
            person = Person(key=identity.extension, born=born(identity))
            return IdentityKind.CHILD if today < person.comes_of_age else IdentityKind.ADULT
        case root if root == COORDINATION_NUMBER:
            return IdentityKind.COORDINATION
        case root if root == NATIONAL_RESERVE_ID:
            return IdentityKind.NATIONAL_RESERVE
        case _:
            return IdentityKind.LOCAL_RESERVE


def _entries(file: Path) -> list[dict[str, Any]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
        if file.suffix.lower() == ".json":
            document = json.loads(text)
            entries = document["persons"] if isinstance(document, dict) else document
            entries = [dict(entry) for entry in entries]
        else:
            lines = text.splitlines()
            dialect = ";" if lines and ";" in lines[0] else ","
            entries = list(csv.DictReader(lines, delimiter=dialect))
    except OSError as error:
        raise UsageError("the list of persons cannot be read", where=str(file),
                         mend=error.strerror or "") from None  # fmt: skip
    except (ValueError, KeyError, TypeError):
        entries = []
    if not entries or "extension" not in entries[0]:
        raise UsageError(
            "there are no persons with an extension in the list", where=str(file),
            mend="write CSV with the header extension, or a JSON array of {\"extension\": …}",
        )  # fmt: skip
    return entries


def _checked(digits: str) -> str:
    return digits + luhn_digit(digits[2:])


def _letter(number: int) -> str:
    letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
    return letters[number % len(letters)]
