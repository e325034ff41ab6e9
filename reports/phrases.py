"""How a page for people says numbers, times and paths, and signs that it cannot show."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from reports.results import Share

__all__ = [
    "counted",
    "duration",
    "elapsed",
    "instant",
    "milliseconds",
    "number",
    "path",
    "share",
    "size",
    "visible",
]

MINUTE = 60  # seconds
SWEDEN = ZoneInfo("Europe/Stockholm")
NO_BREAK = "\N{NO-BREAK SPACE}"


def visible(value: object) -> object:
    """Show as a sign each character that a page would swallow, or that turns text around."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return value.translate(_SIGNS)
    return value


_SIGNS = {
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n\r"},
    **dict.fromkeys(
        [*range(0x7F, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], "\N{REPLACEMENT CHARACTER}"
    ),
    **{
        code: f"[U+{code:04X}]"
        for code in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
    },
}


def instant(text: str) -> str:
    """Give an instant in Swedish time; what is no instant is given as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{moment.astimezone(SWEDEN) if moment.tzinfo else moment:%Y-%m-%d %H:%M:%S}"


def elapsed(started: str, finished: str) -> str:
    """Give the time between two instants as people read it, or nothing where one is none."""
    try:
        span = datetime.fromisoformat(finished) - datetime.fromisoformat(started)
    except (ValueError, TypeError):
        return ""
    return duration(span.total_seconds())


def duration(seconds: float) -> str:
    """Give a duration as people read it: 12 ms, 1,2 s, 2 min 5 s."""
    if seconds < 1:
        return milliseconds(seconds)
    if seconds < MINUTE:
        return f"{seconds:.1f}{NO_BREAK}s".replace(".", ",")
    minutes, rest = divmod(round(seconds), MINUTE)
    return f"{minutes}{NO_BREAK}min {rest}{NO_BREAK}s"


def milliseconds(seconds: float) -> str:
    """Give a duration in whole milliseconds."""
    return f"{number(round(seconds * 1000))}{NO_BREAK}ms"


def size(count: int) -> str:
    """Give a number of bytes as people read it: 14 byte, 1,2 kB."""
    for unit, worth in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= worth:
            return f"{count / worth:.1f}{NO_BREAK}{unit}".replace(".", ",")
    return f"{count}{NO_BREAK}byte"


def number(count: int) -> str:
    """Give a number with its thousands apart."""
    return f"{count:,}".replace(",", NO_BREAK)


def share(share: Share) -> str:
    """Give a share as people read it: 329 av 334 (99 %), never 100 % where anything is missing."""
    if not share.total:
        return "–"
    percent = 100 * share.done // share.total
    return f"{number(share.done)} av {number(share.total)} ({percent}{NO_BREAK}%)"


def counted(count: int, one: str, many: str) -> str:
    """Give a number with its noun: 1 avvikelse, 2 avvikelser."""
    return f"{number(count)}{NO_BREAK}{one if count == 1 else many}"


def path(text: str) -> Markup:
    """Let a long path or address break before its slashes."""
    parts = re.split(r"(?<=[^/])(?=/[^/])", text)
    return Markup("<wbr>").join(escape(visible(part)) for part in parts)
