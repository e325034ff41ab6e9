"""What all commands share: where they print, and the exit statuses."""

from __future__ import annotations

import os
import sys

from rich.console import Console

__all__ = ["ALL_WELL", "BROKEN", "DEVIATES", "UNREACHABLE", "USAGE", "console", "errors"]

ALL_WELL, DEVIATES, USAGE, BROKEN, UNREACHABLE = range(5)


class _Screen(Console):
    """A console that goes quiet when whoever read it has gone, and lets the work go on."""

    def on_broken_pipe(self) -> None:
        """Print no more: the reader, `head` for one, has seen enough."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())


# Bound to the streams of the start, since a run sends pytest's own output to a file meanwhile.
# No emoji: a domain may be called something:up:something, which would become a picture.
console = _Screen(file=sys.stdout, highlight=False, soft_wrap=True, emoji=False)
errors = _Screen(file=sys.stderr, highlight=False, soft_wrap=True, emoji=False)
