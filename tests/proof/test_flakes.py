"""What a flake is: a bad run, or one that tested other scenarios than the first of its suite."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.proof.flakes import Repeated, figure, flakes_among

RUN = Repeated(suite="a", others={"tls": ("not_tested", "no https")}, problems=(), seconds=2.0)


@pytest.mark.parametrize(
    ("other", "flakes"),
    [
        pytest.param(RUN, False, id="as the first"),
        pytest.param(replace(RUN, others={"tls": ("not_tested", "later")}), False, id="a reason"),
        pytest.param(replace(RUN, others={}), True, id="tested this time"),
        pytest.param(replace(RUN, others={"x": ("not_tested", "")}), True, id="untested"),
        pytest.param(replace(RUN, others={"tls": ("failed", "")}), True, id="failed"),
        pytest.param(replace(RUN, others={"tls": ("broken", "")}), True, id="broken"),
        pytest.param(replace(RUN, problems=("no port",)), True, id="the run broke"),
        pytest.param(replace(RUN, suite="b", others={}), False, id="the first of another suite"),
    ],
)
def test_a_run_that_differs_is_a_flake(other: Repeated, flakes: bool) -> None:
    """A bad one always, also where it is the first."""
    assert list(flakes_among([RUN, other])) == ([other] if flakes else [])


def test_the_figure_counts_runs_and_flakes_by_suite() -> None:
    """With the time that they took."""
    slow = replace(RUN, seconds=9.0, problems=("no port",))

    told = figure([RUN, RUN, slow], [slow])

    assert "3 full runs, 1 flakes" in told
    assert "| a | 3 | 1 | 2.0 s | 9.0 s |" in told
