"""Where the figures of proof are kept: each under its heading in docs/proof.md."""

from __future__ import annotations

from pathlib import Path

from features.selftest.keeping import put_under

__all__ = ["PAGE", "keep"]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "proof.md"


def keep(text: str, *, head: str, page: Path = PAGE) -> None:
    """Put a text under its heading, in the place of the one before."""
    put_under(head, text, page)
