"""Steps are found by what pytest-bdd knows of them, or else as it finds them by itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FEATURE = """
Feature: Lookup
  Scenario: Steps of a plugin and of the module
    Given a step of a plugin with 7
    When a step of the module
"""
PLUGIN = """
from pytest_bdd import given, parsers

@given(parsers.parse("a step of a plugin with {number:d}"), target_fixture="number")
def of_a_plugin(number):
    return number
"""
MODULE = """
from pytest_bdd import scenarios, when

scenarios("lookup.feature")

@when("a step of the module")
def of_the_module(number):
    assert number == 7
"""
CONFTEST = """
from importlib import import_module

import pytest
from features.step_lookup import quick_lookup

pytest_plugins = ["steps_of_a_plugin"]

@pytest.fixture(scope="session", autouse=True)
def quick():
    module = import_module("pytest_bdd.scenario")
    thorough, asked = module.find_fixturedefs_for_step, []

    def noted(step, manager, node):
        asked.append(step.name)
        return thorough(step, manager, node)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "find_fixturedefs_for_step", noted)
        quick_lookup(patch)
        yield
    assert asked == {asked}
    assert module.find_fixturedefs_for_step is thorough
"""


def test_step_of_a_plugin_is_found_at_once_and_one_of_a_module_all_the_same(
    tmp_path: Path,
) -> None:
    """What is not known from all of the run is looked for as pytest-bdd does."""
    conftest = CONFTEST.replace("{asked}", '["a step of the module"]')
    for name, text in {
        "lookup.feature": FEATURE,
        "steps_of_a_plugin.py": PLUGIN,
        "test_lookup.py": MODULE,
        "conftest.py": conftest,
        "pytest.ini": "[pytest]\npythonpath = .\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path),
         f"--rootdir={tmp_path}", "-c", str(tmp_path / "pytest.ini")],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )  # fmt: skip

    assert "1 passed" in ended.stdout, ended.stdout
    assert ended.returncode == 0  # the thorough lookup was asked of one step alone
