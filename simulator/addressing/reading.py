"""Reading what people wrote: each mistake becomes a finding that says file, place and mend."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import inf, isfinite
from typing import Any, TypeVar

from contracts.errors import UsageError
from contracts.findings import Finding

__all__ = ["CatalogueError", "Notes", "Table"]

SOURCE = "platform facts, section 4.1"

_Default = TypeVar("_Default")


class CatalogueError(UsageError):
    """A catalogue that cannot be taken as it is; ``findings`` hold all that is wrong with it."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(_line(finding) for finding in findings))
        self.findings = tuple(findings)


def _line(finding: Finding) -> str:
    line = f" (line {finding.line})" if finding.line else ""
    return f"{finding.where}{line}: {finding.text} - {finding.mend}"


@dataclass(kw_only=True)
class Notes:
    """Gathers what is wrong with one file.

    Shape: ``line_of`` gives the line of a place such as ``routes[2].address``, None where it is
           not known. Positions count from 1.
    """

    file: str
    line_of: Callable[[str], int | None] = lambda _place: None
    findings: list[Finding] = field(default_factory=list)

    def note(
        self,
        place: str,
        text: str,
        *,
        mend: str,
        rule: str = "form",
        expected: str = "",
        actual: str = "",
        source: str = SOURCE,
    ) -> None:
        """Keep one mistake."""
        self.findings.append(
            Finding(
                rule=rule,
                text=text,
                where=f"{self.file}: {place}" if place else self.file,
                line=self.line_of(place) if place else None,
                mend=mend,
                expected=expected,
                actual=actual,
                source=source,
            )
        )

    def raise_if_any(self) -> None:
        """Stop where something was noted.

        Raises: CatalogueError with all of it.
        """
        if self.findings:
            raise CatalogueError(self.findings)


@dataclass(kw_only=True)
class Table:
    """One table of a document: its values are asked for by key and type.

    Shape: an answer is the default where the key is absent or its value was noted as wrong.
           ``done`` notes the keys that nobody asked for.
    """

    values: Mapping[str, Any]
    place: str
    notes: Notes
    asked: set[str] = field(default_factory=set)

    def text(self, key: str, default: _Default) -> str | _Default:
        """Give a text."""
        value = self._value(key)
        if value is None or isinstance(value, str):
            return default if value is None else value
        self.wrong(key, value, "a text in quotation marks")
        return default

    def texts(self, key: str) -> tuple[str, ...] | None:
        """Give one text or several; None where there are none or where one is no text."""
        value = self._value(key)
        several = value if isinstance(value, list) else [value]
        if value is None:
            return None
        if all(isinstance(one, str) for one in several):
            return tuple(several)
        self.wrong(key, value, "a text in quotation marks, or a list of them")
        return None

    def required(self, key: str) -> str:
        """Give a text that must be there; empty, and noted, where it is not."""
        if self._value(key) is None:
            self.notes.note(self.place, f"{key} is missing", mend=f"add {key}")
            return ""
        return self.text(key, "")

    def several_required(self, key: str) -> tuple[str, ...]:
        """Give one text or several, of which at least one must be there."""
        found = self.texts(key)
        if found:
            return found
        if self._value(key) is None or found == ():
            self.notes.note(self.place, f"{key} is missing", mend=f"add {key}")
        return ()

    def whole(self, key: str, default: _Default) -> int | _Default:
        """Give a whole number, also one that is written as a text."""
        value = self._value(key)
        if isinstance(value, str) and value.removeprefix("-").isdecimal():
            return int(value)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return default if value is None else value
        self.wrong(key, value, "a whole number")
        return default

    def decimal(self, key: str, default: float) -> float:
        """Give a number, also one that is written as a text."""
        value = self._value(key)
        if value is None:
            return default
        try:
            found = float(value)
        except (TypeError, ValueError):
            found = inf
        if isfinite(found):
            return found
        self.wrong(key, value, "a number")
        return default

    def as_text(self, key: str) -> str:
        """Give a text or a number as a text, empty where there is neither."""
        value = self._value(key)
        if value is None or isinstance(value, str | int | float):
            return "" if value is None else str(value)
        self.wrong(key, value, "a text")
        return ""

    def flag(self, key: str, default: bool) -> bool:
        """Give true or false, also one that is written as a text."""
        value = self._value(key)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        if value in ("true", "false"):
            return bool(value == "true")
        self.wrong(key, value, "true or false")
        return default

    def day(self, key: str, default: date) -> date:
        """Give a day, or an instant with its zone."""
        value = self._value(key)
        if isinstance(value, str):
            value = _as_day(value)
        elif value is None:
            return default
        if isinstance(value, datetime) and value.tzinfo is None:
            value = None
        if isinstance(value, date):
            return value
        expected = "a day such as 2026-01-01, or a time with zone such as 2026-01-01T12:00:00+01:00"
        self.wrong(key, self._value(key), expected)
        return default

    def instant(self, key: str) -> datetime | None:
        """Give a time with its zone, None where there is none."""
        value = self._value(key)
        found = _as_day(value) if isinstance(value, str) else value
        if isinstance(found, datetime) and found.tzinfo is not None:
            return found
        if value is not None:
            self.wrong(key, value, "a time with zone such as 2026-01-01T12:00:00+01:00")
        return None

    def table(self, key: str) -> Table:
        """Give a table below this one, empty where there is none."""
        value = self._value(key)
        if value is None or isinstance(value, Mapping):
            return Table(values=value or {}, place=self.at(key), notes=self.notes)
        self.wrong(key, value, "a table")
        return Table(values={}, place=self.at(key), notes=self.notes)

    def tables(self, key: str) -> Iterator[Table]:
        """Give the tables of a list, each with its position."""
        value = self._value(key)
        if value is None:
            return
        if not isinstance(value, list):
            self.wrong(key, value, "a list of tables")
            return
        for position, one in enumerate(value, start=1):
            place = f"{self.at(key)}[{position}]"
            if isinstance(one, Mapping):
                yield Table(values=one, place=place, notes=self.notes)
            else:
                self.notes.note(place, f"{_shown(one)} is no table", mend="give keys with values")

    def done(self) -> None:
        """Note every key that was not asked for: a misspelt one must not pass in silence."""
        for key in self.values:
            if key not in self.asked:
                near = difflib.get_close_matches(str(key), sorted(self.asked), n=1)
                known = ", ".join(sorted(self.asked))
                mend = f"write {near[0]}" if near else f"remove it; known are {known}"
                self.notes.note(self.at(str(key)), "this key is unknown", mend=mend)

    def at(self, key: str) -> str:
        """Give the place of a key."""
        return f"{self.place}.{key}" if self.place else key

    def wrong(self, key: str, value: Any, expected: str) -> None:
        """Note a value of the wrong kind."""
        self.notes.note(
            self.at(key), f"{_shown(value)} is not {expected}", mend=f"give {expected}"
        )  # fmt: skip

    def _value(self, key: str) -> Any:
        self.asked.add(key)
        return self.values.get(key)


def _as_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


_LONGEST_SHOWN = 60


def _shown(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "..."
