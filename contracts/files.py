"""Messages in files and folders, judged one by one, on all processors when there are many."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from functools import cache, partial
from pathlib import Path

from contracts.catalogue import known
from contracts.errors import UsageError
from contracts.findings import Finding
from contracts.installed import installed_domains
from contracts.judge import Judgement, judge
from contracts.parsing import LARGEST_MESSAGE
from contracts.schematron import RuleSet

__all__ = ["judge_files", "message_files", "named_rules"]

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
    rules: Path | None = None,
    phase: str = "",
    workers: int | None = None,
) -> Iterator[tuple[Path, Judgement]]:
    """Judge files in their order, each as soon as it and those before it are done.

    Shape: ``workers`` processes share the work, one a processor by default, a single one where
           there is little to do. A rule file stands in for the contract's own ``rules``; ``phase``
           chooses among its patterns, or else among the contract's own.
    """
    one = partial(judge_file, at=at, context=context, rules=rules, phase=phase)
    if workers is None:
        workers = min(_processors(), _MOST_WORKERS) if len(files) >= _MANY else 1
    if workers == 1:
        yield from zip(files, map(one, files), strict=True)
        return
    known()  # so that a manifest that must be made anew is made once, not by every worker
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from zip(files, pool.map(one, files, chunksize=_CHUNK), strict=True)


def _processors() -> int:
    """Count the processors that this process may use, which may be fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def judge_file(
    path: Path,
    *,
    at: datetime,
    context: Mapping[str, str] | None = None,
    rules: Path | None = None,
    phase: str = "",
) -> Judgement:
    """Judge the message in one file; what cannot be read becomes a finding."""
    chosen = named_rules(rules, phase) if rules is not None else None
    try:
        size = path.stat().st_size
        if size > LARGEST_MESSAGE:
            text = f"the file is {size:,} bytes, more than the {LARGEST_MESSAGE:,} accepted"
            return _unreadable(text, "one transaction carries at most 5 MB")
        message = path.read_bytes()
    except OSError as error:
        return _unreadable(f"the file cannot be read: {error.strerror or error}", "")
    return judge(message, at=at, context=context, rules=chosen, phase=phase)


@cache
def named_rules(path: Path, phase: str = "") -> RuleSet:
    """Give the rules of a file that a person names, without the patterns that have a fault.

    Shape:  their texts show no value of a message: nobody has read them for personal data. A file
            of an installed package may include others of that package.
    Raises: UsageError for a file that is not there, or a phase it does not have; RulesError for one
            that cannot be run.
    """
    if not path.is_file():
        raise UsageError("there is no such rule file", where=str(path))
    packages = [one.folder.resolve() / "original" for one in installed_domains()]
    within = next((one for one in packages if path.resolve().is_relative_to(one)), None)
    return RuleSet(path, phase=phase, within=within, trusted=False, lenient=True)


def _unreadable(text: str, mend: str) -> Judgement:
    return Judgement(
        contract=None,
        schema_valid=False,
        failed_rules=None,
        findings=(Finding(rule="xml", text=text, mend=mend),),
    )
