"""Where runs lie: an index of run id and report folder, kept for the person who made them."""

from __future__ import annotations

import contextlib
from pathlib import Path

from contracts.errors import UsageError
from contracts.home import home

__all__ = ["folder_of", "remember"]

RESULT_FILE = "result.json"
_KEPT = 500  # runs; older ones are forgotten, and can still be named by their folder


def remember(run: str, folder: Path) -> None:
    """Note where a run lies; a disk that cannot be written costs nothing but the note.

    Shape: a file a run, so that runs at the same time do not meet.
    """
    index = _index()
    with contextlib.suppress(OSError):
        index.mkdir(parents=True, exist_ok=True)
        (index / run).write_text(str(folder.resolve()), encoding="utf-8")
        for old in sorted(index.iterdir())[:-_KEPT]:  # an id begins with its time
            old.unlink(missing_ok=True)


def folder_of(run: str) -> Path:
    """Give the report folder that an id means, or the folder itself or its result.

    Raises: UsageError where there is none.
    """
    mend = "give the run's report folder, or its id as the report shows it"
    folder = Path(run)
    if folder.name == RESULT_FILE and folder.is_file():
        return folder.parent
    if folder.is_dir():
        if (folder / RESULT_FILE).is_file():
            return folder
        raise UsageError(f"there is no {RESULT_FILE} in the folder", where=run, mend=mend)
    noted = _index() / run
    if run != Path(run).name or not noted.is_file():
        raise UsageError(f"the run {run} is not known here", mend=mend)
    folder = Path(noted.read_text(encoding="utf-8"))
    if not (folder / RESULT_FILE).is_file():
        raise UsageError(f"the report of the run {run} has gone", where=str(folder), mend=mend)
    return folder


def _index() -> Path:
    return home() / "runs"
