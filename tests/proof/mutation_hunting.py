"""Hunting, a pytest plugin: silences one site after the other until one of its tests notices.

One warm process does for many sites: the tests are collected once, and each run of a test sets up
and tears down all that it needs. What a silenced site left behind in a cache could make a later
test fail, so a test has noticed only if it passes again as soon as the site may speak.
"""

from __future__ import annotations

import os
from pathlib import Path

import provbank_sites  # type: ignore[import-not-found, unused-ignore]  # in the copy alone
import pytest
from _pytest.runner import runtestprotocol
from mutation_plans import FOUND, PLAN, Found, Task, read_tasks, tell

__all__ = ["Hunter"]


class Hunter:
    """Goes through a plan in one process."""

    def __init__(self, plan: Path, found: Path) -> None:
        self._tasks = read_tasks(plan)
        self._found = found
        self._run = 0

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the tests that the plan names."""
        wanted = {test for task in self._tasks for test in task.tests}
        items[:] = [item for item in items if item.nodeid in wanted]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Hunt, in place of running each test once."""
        items = {item.nodeid: item for item in session.items}
        for task in self._tasks:
            found = self._hunt(task, items)
            tell(found, self._found)
            if found.spoilt:
                break
        return True

    def _hunt(self, task: Task, items: dict[str, pytest.Item]) -> Found:
        for number, test in enumerate(task.tests, start=1):
            fresh = not self._run
            if self._passes(items[test], silenced=task.site):
                continue
            if self._passes(items[test], silenced=""):
                return Found(site=task.site, noticed_by=test, tried=number)
            return Found(site=task.site, spoilt=test, fresh=fresh)
        return Found(site=task.site, tried=len(task.tests))

    def _passes(self, item: pytest.Item, *, silenced: str) -> bool:
        self._run += 1
        provbank_sites.silence(silenced)
        try:
            reports = runtestprotocol(item, log=False, nextitem=None)
        finally:
            provbank_sites.silence("")
        return all(report.passed for report in reports)


def pytest_configure(config: pytest.Config) -> None:
    """Hunt by the plan that the environment names."""
    provbank_sites.fired()  # nobody is to be told
    config.pluginmanager.register(Hunter(Path(os.environ[PLAN]), Path(os.environ[FOUND])))
