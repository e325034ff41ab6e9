"""Binds the feature files of the suite to pytest, in the order they run."""

from __future__ import annotations

from pathlib import Path

from pytest_bdd import scenarios

from features.suites import step_modules, suite_at

_suite = suite_at(Path(__file__))
pytest_plugins = step_modules(_suite.service)

for _path in _suite.feature_files:
    scenarios(str(_path))  # one call a file, since one call for all would go by their titles
