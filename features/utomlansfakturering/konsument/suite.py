"""Binds the feature files of this folder to pytest, in the order of their numbers."""

from __future__ import annotations

from pathlib import Path

from pytest_bdd import scenarios

for _path in sorted(Path(__file__).resolve().parent.glob("*.feature")):
    scenarios(str(_path))  # one call a file, since one call for all would go by their titles
