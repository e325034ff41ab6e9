"""What holds for every test of the project."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def _home_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what tests compile and run, and what the person has installed, apart."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("PROVBANK_HOME", str(tmp_path_factory.mktemp("home")))
        yield
