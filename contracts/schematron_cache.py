"""Compiled rules on disk, so that a rule file is read into a stylesheet once and not every time.

An entry is named by the digest of everything it was made of, and begins with a digest of what it
holds: one that is damaged counts as absent. The folder counts only where nobody else can write.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from contracts.home import cache_home

__all__ = ["keep", "kept"]

_MOST = 500
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def kept(name: str) -> Mapping[str, Any] | None:
    """Give an entry, or None where there is none that can be trusted."""
    path = _folder() / f"{name}.json"
    try:
        if not (_is_ours(path.parent) and _is_ours(path)):
            return None
        digest, _, text = path.read_text(encoding="utf-8").partition("\n")
        if digest != _digest(text):
            return None
        entry = json.loads(text)
    except (OSError, ValueError):
        return None
    return entry if isinstance(entry, dict) else None


def keep(name: str, entry: Mapping[str, Any]) -> None:
    """Keep an entry, in one step; where that cannot be done, it is made anew next time."""
    folder = _folder()
    text = json.dumps(entry, ensure_ascii=False)
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_ours(folder):
            return
        _forget_oldest(folder)
        handle, unfinished = tempfile.mkstemp(prefix=".new-", dir=folder)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(f"{_digest(text)}\n{text}")
            Path(unfinished).replace(folder / f"{name}.json")
        except OSError:
            Path(unfinished).unlink(missing_ok=True)


def _folder() -> Path:
    return cache_home() / "schematron"


def _is_ours(path: Path) -> bool:
    """Tell whether only this person can have written it; Windows' own rights see to that there."""
    status = path.stat(follow_symlinks=False)
    if stat.S_ISLNK(status.st_mode):
        return False
    if not hasattr(os, "getuid"):
        return True
    return status.st_uid == os.getuid() and not status.st_mode & _OTHERS_WRITE


def _forget_oldest(folder: Path) -> None:
    entries = list(folder.iterdir())
    if len(entries) <= _MOST:
        return
    entries.sort(key=lambda path: path.stat().st_mtime)
    for path in entries[: len(entries) - _MOST // 2]:
        path.unlink(missing_ok=True)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
