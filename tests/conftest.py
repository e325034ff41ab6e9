"""What holds for every test of the project."""

from __future__ import annotations

import os
import tempfile

import pytest


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Give more processes than processors: many tests wait, for a listener or another program."""
    return max(2, (os.cpu_count() or 1) * 3 // 2)


def pytest_configure(config: pytest.Config) -> None:
    """Keep what tests compile and run, and what the person has installed, apart.

    It is done before test modules are read, since some of them keep the environment of commands.
    """
    apart = tempfile.TemporaryDirectory(prefix="provbank-home-", ignore_cleanup_errors=True)
    changed = pytest.MonkeyPatch()
    changed.setenv("PROVBANK_HOME", apart.name)
    config.add_cleanup(apart.cleanup)
    config.add_cleanup(changed.undo)
