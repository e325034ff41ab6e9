"""Work on files that may be hostile, in a process of its own and within a time limit.

The compilers of schemas and rules are native code: a page of text can keep them busy for years, or
bring their process down, and no exception tells it. So they first meet a stranger's files in a
second process. It is started once, used again, and ended when it fails or this process ends.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar

__all__ = ["Failed", "apart"]

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Failed(Exception):  # noqa: N818 - says what became of the work, for its caller to tell
    """The work came to no end: it took too long, or brought its process down."""


def apart(
    seconds: float, work: Callable[_P, _T], *arguments: _P.args, **named: _P.kwargs
) -> _T:  # fmt: skip
    """Do work in the second process, and give what it gives.

    Shape:  the work is a function of a module; it, its arguments and its answer can be pickled.
    Raises: Failed where it takes longer, or breaks its process; else what the work raises.
    """
    with _Helper.lock:
        helper = _Helper.started()
        try:
            answer, error = helper.answer(seconds, (work, arguments, named))
        except BaseException:
            _Helper.end()
            raise
    if error is not None:
        raise error
    return answer  # type: ignore[no-any-return]


class _Helper:
    """The second process, and the line to it."""

    lock = threading.Lock()
    _running: _Helper | None = None

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    @classmethod
    def started(cls) -> _Helper:
        """Give the process that is waiting, or a new one."""
        if cls._running is None or not cls._running._process.is_alive():
            cls.end()
            cls._running = cls()
        return cls._running

    @classmethod
    def end(cls) -> None:
        """End the process, whatever it is doing."""
        if (running := cls._running) is not None:
            cls._running = None
            running._line.close()
            running._process.kill()
            running._process.join()
            running._process.close()

    def answer(self, seconds: float, work: object) -> tuple[Any, BaseException | None]:
        """Hand the work over, and wait for what comes back."""
        try:
            self._line.send((seconds, work))
            if not self._line.poll(seconds):
                raise Failed(f"it takes longer than {seconds:g} seconds")
            given: tuple[Any, BaseException | None] = self._line.recv()
        except (EOFError, ConnectionError):
            raise Failed("it brings the compiler down") from None
        return given


def _serve(line: Connection) -> None:
    """Do the work that comes along the line, until nobody is at its other end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the first process to act on
    if (error := sys.__stderr__) is not None:
        with suppress(OSError, ValueError):  # a compiler that breaks down tells it at length
            os.dup2(os.open(os.devnull, os.O_WRONLY), error.fileno())
    with suppress(EOFError, ConnectionError):
        while True:
            seconds, (work, arguments, named) = line.recv()
            _limit(2 * seconds + 1)
            given: tuple[Any, BaseException | None]
            try:
                given = work(*arguments, **named), None
            except Exception as error:  # raised anew in the first process
                given = None, error
            _limit(0)
            line.send(given)


def _limit(seconds: float) -> None:
    """End this process after that time even if the first one is gone; 0 takes it back."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


atexit.register(_Helper.end)
