"""Recording, a pytest plugin: which sites each test makes fire, and how long it takes.

Each process writes a file of its own into the folder that the environment names.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import provbank_sites  # type: ignore[import-not-found, unused-ignore]  # in the copy alone
import pytest
from mutation_plans import RECORDED, Witness, tell

__all__ = ["Recorder"]

_NAME = "provbank-recorder"


class Recorder:
    """Writes what each test makes fire, in its own process and in those that it starts."""

    def __init__(self, folder: Path) -> None:
        name = os.environ.get("PYTEST_XDIST_WORKER", "main")
        self._written = folder / f"{name}.jsonl"
        self._below = folder / f"{name}.fired"
        os.environ[provbank_sites.FIRED] = str(self._below)
        self._seconds = 0.0
        self._passed = True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Note the sites of one test."""
        provbank_sites.fired()
        self._below.write_text("", encoding="utf-8")
        self._seconds, self._passed = 0.0, True
        result = yield
        sites = provbank_sites.fired() | {*self._below.read_text(encoding="utf-8").split()}
        if sites and self._passed:
            tell(
                Witness(test=item.nodeid, seconds=self._seconds, sites=tuple(sorted(sites))),
                self._written,
            )
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up the time of a test's parts; one that does not pass is no witness."""
        self._seconds += report.duration
        self._passed = self._passed and report.passed


def pytest_configure(config: pytest.Config) -> None:
    """Record, where there is a folder to write to; a run within a test has none of its own."""
    if not config.pluginmanager.has_plugin(_NAME):
        config.pluginmanager.register(Recorder(Path(os.environ[RECORDED])), _NAME)
