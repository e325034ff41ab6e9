"""One unusual system against its whole suite: what the run said that it should not have said."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from features.bench import SOON, Bench, reference_system
from features.run import Ended, certify, prepare_folder
from features.suites import Suite
from features.target import Target
from reports.first_line import first_line
from reports.results import Outcome
from simulator.regions.surroundings import Surroundings
from tests.proof.false_alarms.manner import Manner
from tests.proof.false_alarms.relay import relay

__all__ = ["PLAIN", "Alarm", "Certified", "certified"]

PLAIN = Manner(name="plain", says="writes as the bundled system does")
"""What unusual systems are compared with: nothing is rewritten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One scenario that a right system did not pass, and the first line of why."""

    scenario: str
    outcome: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Certified:
    """A run of a suite against one system: how many scenarios there were, and what was not passed.

    Shape: ``skipped`` gives the reasons of the scenarios that were not tested, by their titles.
    """

    scenarios: int
    alarms: tuple[Alarm, ...]
    skipped: Mapping[str, str]

    def beside(self, plain: Certified) -> tuple[Alarm, ...]:
        """Give the alarms, and what the manner alone made untestable."""
        lost = (
            Alarm(scenario=name, outcome="not tested", why=why)
            for name, why in self.skipped.items()
            if name not in plain.skipped
        )
        return (*self.alarms, *lost)


def certified(suite: Suite, manner: Manner, *, quick: bool = True, only: str = "") -> Certified:
    """Certify the bundled system of a suite with a manner, relays around it."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="provbank-")))
        prepare_folder(folder)
        opened.enter_context(manner.within())
        around = Surroundings(resending=SOON)
        target = opened.enter_context(reference_system(suite, defect=manner.row, around=around))
        role = target.roles[suite.name]
        endpoint = role.endpoint and opened.enter_context(
            relay(role.endpoint, on_response=manner.on_answer)
        )

        def lead(bench: Bench) -> None:
            url = opened.enter_context(relay(bench.own_url, on_request=manner.on_sent))
            around.lead_to(url, instance_id=bench.instance_id)

        return told(
            certify(
                _at(target, suite, endpoint), suite, folder, quick=quick, only=only, on_start=lead
            )
        )


def told(ended: Ended) -> Certified:
    """Tell a run by what was not passed."""
    bad = {Outcome.FAILED, Outcome.BROKEN}
    scenarios = ended.result.scenarios
    alarms = [
        Alarm(scenario=one.title, outcome=str(one.outcome), why=first_line(one))
        for one in scenarios
        if one.outcome in bad
    ]
    alarms += [Alarm(scenario="", outcome="broken", why=text) for text in ended.problems]
    if ended.lost:
        alarms.append(Alarm(scenario="", outcome="broken", why="the system was lost"))
    return Certified(
        scenarios=len(scenarios),
        alarms=tuple(alarms),
        skipped={one.title: one.reason for one in scenarios if one.outcome is Outcome.NOT_TESTED},
    )


def _at(target: Target, suite: Suite, endpoint: str) -> Target:
    role = replace(target.roles[suite.name], endpoint=endpoint)
    return replace(target, roles={suite.name: role})
