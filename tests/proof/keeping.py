"""Where the figures of proof are kept: each under its heading in docs/proof.md."""

from __future__ import annotations

from pathlib import Path

__all__ = ["PAGE", "keep"]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "proof.md"


def keep(text: str, *, head: str, page: Path = PAGE) -> None:
    """Put a text under its heading, in the place of the one before; nothing else is touched.

    Shape: the text ends where the next heading begins, of whatever level; what explains a figure
           stands under a heading of its own below it.
    """
    before, _, after = page.read_text(encoding="utf-8").partition(f"{head}\n")
    rest = after.partition("\n##")
    tail = f"\n##{rest[2]}" if rest[1] else ""
    page.write_text(f"{before.rstrip()}\n\n{head}\n\n{text}\n{tail}", encoding="utf-8")
