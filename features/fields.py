"""What a key of a target file must hold: checks that give a complaint with its mend, or None."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from contracts.terms import is_hsa_id, is_organisation_number
from simulator.regions.directory import REGIONS

__all__ = [
    "Field",
    "county",
    "flag",
    "hsa",
    "organisation",
    "seconds",
    "shown",
    "text",
    "url",
    "written",
]


def _as_it_is(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Field:
    """One key: how its value is checked, whether it must be there, and what is made of it.

    Shape: ``default`` stands where the key is left out, None where there is none.
    """

    check: Callable[[Any], str | None]
    required: bool = True
    read: Callable[[Any], Any] = _as_it_is
    default: Any = None


def text(value: Any) -> str | None:
    """Take any text."""
    if not isinstance(value, str) or not value.strip():
        return f"{shown(value)} is not a text - give a text in quotation marks"
    return None


def county(value: Any) -> str | None:
    """Take a region's county code."""
    if value not in REGIONS:
        return (
            f"{shown(value)} is no region's county code - give two digits in quotation marks, "
            f"one of {', '.join(REGIONS)}"
        )
    return None


def organisation(value: Any) -> str | None:
    """Take an organisation number."""
    if not isinstance(value, str) or not is_organisation_number(value):
        return (
            f"{shown(value)} is no organisation number - give ten digits in quotation marks, "
            "without hyphen, with a right check digit"
        )
    return None


def hsa(value: Any) -> str | None:
    """Take an HSA-id."""
    if not isinstance(value, str) or not is_hsa_id(value):
        return (
            f"{shown(value)} is no HSA-id - give SE, ten digits, a hyphen and capital letters or "
            'digits, at most 31 characters, for example "SE2321000024-ABCD"'
        )
    return None


def url(value: Any) -> str | None:
    """Take an http or https address."""
    complaint = f"{shown(value)} is no address - give http://host:port/path or https://..."
    if not isinstance(value, str):
        return complaint
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    return None if good and " " not in value else complaint


def seconds(value: Any) -> str | None:
    """Take a number of seconds."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 600:  # noqa: PLR2004
        return (
            f"{shown(value)} is no time - give seconds above 0 and at most 600, "
            "without quotation marks"
        )
    return None


def flag(value: Any) -> str | None:
    """Take true or false."""
    if not isinstance(value, bool):
        return (
            f"{shown(value)} is neither true nor false - write true or false, "
            "without quotation marks"
        )
    return None


def shown(value: Any) -> str:
    """Show a value the way the file has it."""
    return f'"{value}"' if isinstance(value, str) else str(value)


def written(value: Any) -> str:
    """Write a setting as a target file has it: a text, a number, or a list of tables."""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, tuple):
        return f"[{', '.join(str(one) for one in value)}]"
    return f'"{value}"'
