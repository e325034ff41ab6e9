"""No folder of tests is left out unseen."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]


def test_no_folder_of_tests_is_skipped_by_its_name(pytestconfig: pytest.Config) -> None:
    """What pytest does not go into by configuration is no folder that has tests."""
    skipped: list[str] = pytestconfig.getini("norecursedirs")
    folders = {
        folder
        for file in TESTS.rglob("test_*.py")
        for folder in file.parents
        if folder.is_relative_to(TESTS) and folder != TESTS
    }

    assert {folder.name for folder in folders} >= {"features", "contracts", "simulator"}
    assert not [folder for folder in folders for name in skipped if fnmatchcase(folder.name, name)]
