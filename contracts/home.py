"""Where the product keeps what belongs to a person: what was installed, what can be made anew."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from platformdirs import user_cache_path, user_data_path

__all__ = ["cache_home", "home"]


def home() -> Path:
    """Give the folder of what the product keeps for a person: PROVBANK_HOME, or the system's."""
    return _chosen() or _data_path()


def cache_home() -> Path:
    """Give the folder of what may be deleted at any time: below PROVBANK_HOME, or the system's."""
    chosen = _chosen()
    return chosen / "cache" if chosen else user_cache_path("provbank", appauthor=False)


@cache
def _data_path() -> Path:
    return user_data_path("provbank", appauthor=False)  # asked for each message that is judged


def _chosen() -> Path | None:
    chosen = os.environ.get("PROVBANK_HOME")
    return Path(chosen).absolute() if chosen else None
