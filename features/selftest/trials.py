"""Each system to try is one item of pytest, so that pytest-xdist spreads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from features.selftest.plugin import SEED, WHOLE
from features.selftest.systems import system_named
from features.selftest.trial import catch

__all__ = ["TRIAL", "test_system"]

TRIAL = "trial"
"""Under which name an item reports what became of it."""


def test_system(
    name: str, record_property: Callable[[str, Any], None], pytestconfig: pytest.Config
) -> None:
    """Try one system, and report the trial; the verdict is for whoever has them all."""
    trial = catch(
        system_named(name),
        seed=pytestconfig.getoption(SEED),
        whole=pytestconfig.getoption(WHOLE),
    )
    record_property(TRIAL, trial.to_json())
