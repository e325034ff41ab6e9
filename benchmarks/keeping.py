"""Where the figures are kept: tables under their headings in the README of this folder."""

from __future__ import annotations

from pathlib import Path

__all__ = ["keep"]

_README = Path(__file__).resolve().with_name("README.md")


def keep(table: str, *, head: str) -> None:
    """Put a table under its heading, in the place of the one before; nothing else is touched."""
    before, _, after = _README.read_text(encoding="utf-8").partition(head)
    rest = after.partition("\n## ")
    tail = "\n## " + rest[2] if rest[1] else ""
    _README.write_text(f"{before.rstrip()}\n\n{head}\n\n{table}\n{tail}", encoding="utf-8")
