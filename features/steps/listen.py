"""How scenarios hear what the tested system sends, and leave the platform in order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from features.bench import Bench
from features.listening import Listening
from reports.evidence import Evidence


@pytest.fixture
def listening(bench: Bench, evidence: Evidence) -> Listening:
    """Give the way to hear what it sends from now on."""
    return Listening(bench=bench, evidence=evidence)


@pytest.fixture
def undisturbed(bench: Bench) -> Iterator[None]:
    """Put the platform of the run in order when the scenario is done."""
    yield
    bench.client.arrange("DELETE", "/disturbances")
    for service in bench.services:
        bench.client.arrange("PUT", f"/producers/{service.name}", service.script)
