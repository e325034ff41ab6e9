"""Messages in files and folders, judged one by one, on all processors when there are many."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path

from contracts.catalogue import known
from contracts.errors import UsageError
from contracts.findings import Finding
from contracts.judge import Judgement, judge
from contracts.parsing import LARGEST_MESSAGE

__all__ = ["judge_files", "message_files"]

_MANY = 300
_CHUNK = 32
_MOST_WORKERS = 8


def message_files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Give the files to judge: those named, and every ``*.xml`` below the folders named.

    Raises: UsageError for a path that does not exist, or a folder without messages.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            below = sorted(file for file in path.rglob("*.xml") if file.is_file())
            if not below:
                raise UsageError(
                    "the folder holds no *.xml", where=str(path), mend="name a folder with messages"
                )
            found.extend(below)
        elif path.exists():
            found.append(path)
        else:
            raise UsageError("there is no such file or folder", where=str(path))
    return tuple(dict.fromkeys(found))


def judge_files(
    files: tuple[Path, ...],
    *,
    at: datetime,
    context: Mapping[str, str] | None = None,
    workers: int | None = None,
) -> Iterator[tuple[Path, Judgement]]:
    """Judge files in their order, each as soon as it and those before it are done.

    Shape: ``workers`` processes share the work, one a processor by default, a single one where
           there is little to do.
    """
    one = partial(judge_file, at=at, context=context)
    if workers is None:
        workers = min(os.cpu_count() or 1, _MOST_WORKERS) if len(files) >= _MANY else 1
    if workers == 1:
        yield from zip(files, map(one, files), strict=True)
        return
    known()  # so that a manifest that must be made anew is made once, not by every worker
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from zip(files, pool.map(one, files, chunksize=_CHUNK), strict=True)


def judge_file(path: Path, *, at: datetime, context: Mapping[str, str] | None = None) -> Judgement:
    """Judge the message in one file; what cannot be read becomes a finding."""
    try:
        size = path.stat().st_size
        if size > LARGEST_MESSAGE:
            text = f"the file is {size:,} bytes, more than the {LARGEST_MESSAGE:,} accepted"
            return _unreadable(text, "one transaction carries at most 5 MB")
        message = path.read_bytes()
    except OSError as error:
        return _unreadable(f"the file cannot be read: {error.strerror or error}", "")
    return judge(message, at=at, context=context)


def _unreadable(text: str, mend: str) -> Judgement:
    return Judgement(
        contract=None,
        schema_valid=False,
        failed_rules=None,
        findings=(Finding(rule="xml", text=text, mend=mend),),
    )
