"""Settings from a file in TOML: what the platform is set up with, by the names of Settings."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any, get_type_hints

from contracts.errors import UsageError
from simulator.journal import Retention
from simulator.settings import Settings
from simulator.timeouts import read_timeouts

__all__ = ["read_settings"]

_ELSEWHERE = {"journal": "--database", "control_token": "PROVBANK_CONTROL_TOKEN"}
"""What is not told in a file: where data goes is for the command line, secrets are for neither."""


def read_settings(path: Path) -> Settings:
    """Read settings; what the file does not name is as by default.

    Shape:  ``name = value``, by the names in ``Settings``. Paths, that of the list of ``timeouts``
            among them, count from the file; an empty ``default_sender`` is none.
    Raises: UsageError where a name is not known, or a value of the wrong kind.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=str(path)) from None
    except ValueError as error:  # not TOML, or not UTF-8
        raise UsageError(f"no TOML: {error}", where=str(path)) from None
    kinds = get_type_hints(Settings)
    names = [field.name for field in fields(Settings) if field.name not in _ELSEWHERE]
    values = {}
    for name, value in told.items():
        if name not in names:
            raise UsageError(
                f"{name} is not told here" if name in _ELSEWHERE else f"{name} is no setting",
                where=str(path),
                mend=f"give {_ELSEWHERE[name]}"
                if name in _ELSEWHERE
                else f"use {', '.join(names)}",
            )
        values[name] = _value(name, value, str(kinds[name]), path)
    return Settings(**values)


def _value(name: str, value: Any, kind: str, path: Path) -> Any:
    read, said = next(
        (reader, said) for part, reader, said in _READERS if part in kind
    )  # the last one's part is in every kind
    found = read(value, path.parent)
    if found is _WRONG:
        raise UsageError(f"{name} must be {said}", where=str(path), mend=f"{name} = …")
    return found


_WRONG = object()


def _texts(value: Any, _folder: Path) -> Any:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    return _WRONG


def _flag(value: Any, _folder: Path) -> Any:
    return value if isinstance(value, bool) else _WRONG


def _number(value: Any, _folder: Path) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 <= value < float("inf") else _WRONG


def _whole(value: Any, _folder: Path) -> Any:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and value >= 0 else _WRONG


def _file(value: Any, folder: Path) -> Any:
    return folder / value if isinstance(value, str) else _WRONG


def _retention(value: Any, _folder: Path) -> Any:
    """Read what the journal may forget, by ``days``, ``exchanges`` and ``bytes``."""
    if not isinstance(value, dict) or not set(value) <= {"days", "exchanges", "bytes"}:
        return _WRONG
    readers = {"days": _number, "exchanges": _whole, "bytes": _whole}
    if any(readers[name](limit, _folder) is _WRONG for name, limit in value.items()):
        return _WRONG
    return Retention(
        age=timedelta(days=value["days"]) if "days" in value else None,
        most_exchanges=value.get("exchanges"),
        most_bytes=value.get("bytes"),
    )


def _timeouts(value: Any, folder: Path) -> Mapping[str, float] | object:
    return read_timeouts(folder / value) if isinstance(value, str) else _WRONG


def _text_or_none(value: Any, _folder: Path) -> Any:
    return (value or None) if isinstance(value, str) else _WRONG


def _text(value: Any, _folder: Path) -> Any:
    return value if isinstance(value, str) else _WRONG


_READERS: tuple[tuple[str, Callable[[Any, Path], Any], str], ...] = (
    ("Retention", _retention, "a table with any of days, exchanges and bytes"),
    ("Mapping", _timeouts, "the path of a JSON list"),
    ("tuple", _texts, "a list of texts"),
    ("Path", _file, "a path"),
    ("bool", _flag, "true or false"),
    ("float", _number, "a number of seconds"),
    ("int", _whole, "a whole number"),
    ("HsaId", _text_or_none, "a text"),
    ("", _text, "a text"),
)
