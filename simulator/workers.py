"""Several processes on one platform: granian's workers, which share a database."""

from __future__ import annotations

import atexit
import json
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import cattrs

from simulator.app import create_app, join_platform
from simulator.settings import Settings

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["application", "serve"]

_SETTINGS = "PROVBANK_WORKER_SETTINGS"
_DATABASE = "PROVBANK_DATABASE"
_FIGURES = "PROMETHEUS_MULTIPROC_DIR"
_THREADS = 128
"""Calls that a worker can wait for at a time; a thread is there only while it is wanted."""

_FINISHING = 35
"""Seconds that a worker has for what it is answering: a producer's, and some."""


def application() -> Flask:
    """Make the application of one worker, on the database that the environment names.

    Shape: ``PROVBANK_WORKER_SETTINGS`` holds settings as JSON; ``PROVBANK_DATABASE`` the database.
    """
    settings = _CONVERTER.structure(json.loads(os.environ.get(_SETTINGS, "{}")), Settings)
    if database := os.environ.get(_DATABASE):
        settings = replace(settings, journal=database)
    atexit.register(_end)
    return create_app(join_platform(settings))


def _end() -> None:
    """End the worker at once: its waiting threads panic where the interpreter is taken down.

    Nothing is lost, since all that was answered is in the database.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(0)


def serve(settings: Settings, *, host: str, port: int, workers: int) -> None:
    """Answer with several processes until stopped; the database must have been arranged.

    Shape: workers are started anew, so that this works on every system; they finish what they
           are answering before they end.
    """
    from granian import Granian  # noqa: PLC0415 - only who wants workers pays for it
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.http import HTTP1Settings  # noqa: PLC0415

    # Never by fork: this process has threads, and a Saxon that does not survive it.
    multiprocessing.set_start_method("spawn", force=True)
    with _shared(settings):
        Granian(
            "simulator.workers:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            factory=True,
            workers=workers,
            blocking_threads=_THREADS,
            backlog=1024,
            log_enabled=False,
            websockets=False,
            http1_settings=HTTP1Settings(keep_alive=True),
            workers_kill_timeout=_FINISHING,
        ).serve()


@contextmanager
def _shared(settings: Settings) -> Iterator[None]:
    """Tell the workers, by the environment, the settings and where they add their figures up."""
    told = {_SETTINGS: json.dumps(_CONVERTER.unstructure(settings))}
    with tempfile.TemporaryDirectory(prefix="provbank-figures-") as figures:
        told[_FIGURES] = figures
        before = {name: os.environ.get(name) for name in told}
        os.environ.update(told)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


_CONVERTER = cattrs.Converter()
_CONVERTER.register_unstructure_hook(Path, str)
_CONVERTER.register_structure_hook(Path, lambda value, _: Path(value))
