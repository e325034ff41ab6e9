"""Binds the feature files of this folder to pytest."""

from __future__ import annotations

from pytest_bdd import scenarios

scenarios(".")
