"""Binds the feature files of the suite to pytest, in the order they run."""

from __future__ import annotations

from pathlib import Path

from pytest_bdd import scenarios

from features.suites import suite_at

for _path in suite_at(Path(__file__)).feature_files:
    scenarios(str(_path))  # one call a file, since one call for all would go by their titles
