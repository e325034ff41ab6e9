"""What holds for every test of the project."""

from __future__ import annotations

import tempfile

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Keep what tests compile and run, and what the person has installed, apart.

    It is done before test modules are read, since some of them keep the environment of commands.
    """
    apart = tempfile.TemporaryDirectory(prefix="provbank-home-", ignore_cleanup_errors=True)
    changed = pytest.MonkeyPatch()
    changed.setenv("PROVBANK_HOME", apart.name)
    config.add_cleanup(apart.cleanup)
    config.add_cleanup(changed.undo)
