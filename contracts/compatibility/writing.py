"""A comparison written: on the screen, to a file, as JSON, with the messages that show it."""

from __future__ import annotations

import json
from pathlib import Path

from rich.console import Console

from contracts.compatibility.results import Comparison
from contracts.compatibility.telling import told
from contracts.errors import UsageError

__all__ = ["print_report", "write_report", "write_witnesses", "written"]


def written(form: str, comparison: Comparison, *, strict: bool = False) -> str:
    """Give a comparison as ``text`` without colours, or as ``json``, with its last line feed."""
    if form == "json":
        return json.dumps(comparison.to_json(), ensure_ascii=False, indent=2) + "\n"
    return "".join(f"{line.plain}\n" for line in told(comparison, strict=strict))


def print_report(comparison: Comparison, console: Console, *, strict: bool = False) -> None:
    """Tell a comparison on a screen."""
    for line in told(comparison, strict=strict):
        console.print(line)


def write_report(form: str, comparison: Comparison, path: Path, *, strict: bool = False) -> None:
    """Write a comparison to a file, in UTF-8.

    Raises: UsageError where it cannot be written.
    """
    try:
        path.write_text(written(form, comparison, strict=strict), encoding="utf-8")
    except OSError as error:
        raise _not_written(path, error) from None


def write_witnesses(comparison: Comparison, folder: Path) -> int:
    """Write each message that shows what a change breaks, and give how many there are.

    Raises: UsageError where they cannot be written.
    """
    count = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for change in comparison.changes:
            for use in change.uses:
                for effect in use.effects:
                    if effect.witness is not None:
                        (folder / effect.file).write_bytes(effect.witness)
                        count += 1
    except OSError as error:
        raise _not_written(folder, error) from None
    return count


def _not_written(path: Path, error: OSError) -> UsageError:
    return UsageError(
        f"cannot be written: {error.strerror}", where=str(path), mend="name another place"
    )
