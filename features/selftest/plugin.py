"""The pytest plugin of a self-test: which systems to try, and with which seed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

__all__ = ["SEED", "WHOLE", "pytest_addoption", "pytest_generate_tests"]

SEED = "--run-seed"
WHOLE = "--whole-suite"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the file that names the systems, and the seed of their runs."""
    parser.addoption("--systems", help="a file with the names of systems, JSON")
    parser.addoption(SEED, type=int, default=0, help="chooses variants")
    parser.addoption(WHOLE, action="store_true", help="run the whole suite at once")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make an item of each system."""
    named = json.loads(Path(metafunc.config.getoption("--systems")).read_text(encoding="utf-8"))
    metafunc.parametrize("name", named, ids=named)
