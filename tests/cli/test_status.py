"""The exit status of `certify`: 1 where the system deviates, whatever else there is to say."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from commands.certify import _status
from commands.screen import ALL_WELL, BROKEN, DEVIATES, UNREACHABLE
from features.run import Ended
from reports.results import Verdict


@pytest.mark.parametrize(
    ("verdict", "ended", "status"),
    [
        pytest.param(Verdict.NO_DEVIATIONS, {}, ALL_WELL, id="all well"),
        pytest.param(Verdict.INCOMPLETE, {}, ALL_WELL, id="in part"),
        pytest.param(Verdict.DEVIATIONS, {}, DEVIATES, id="deviates"),
        pytest.param(Verdict.DEVIATIONS, {"problems": ("fel",)}, DEVIATES, id="and more"),
        pytest.param(Verdict.BROKEN, {}, BROKEN, id="broken"),
        pytest.param(Verdict.NO_DEVIATIONS, {"problems": ("fel",)}, BROKEN, id="harness"),
        pytest.param(Verdict.DEVIATIONS, {"lost": True}, UNREACHABLE, id="gone"),
    ],
)
def test_status_follows_from_the_verdict(
    verdict: Verdict, ended: dict[str, object], status: int
) -> None:
    """A deviation found is a fact, also where the harness broke after it."""
    result = SimpleNamespace(verdict=verdict, interrupted=False, counted=lambda _outcome: 1)

    assert _status(Ended(result=result, **ended)) == status  # type: ignore[arg-type]
