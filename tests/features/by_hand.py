"""A run with a tester who does at the system's screen what is asked, and answers as told.

Run apart, since a run is pytest within: by_hand.py ROLE REQUIREMENT FOLDER ANSWER.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from contracts.domains.financial_patientfees_exemption.v1_0.messages import ActorType
from features.bench import SOON, lead, reference_system
from features.hogkostnadsskydd.disclosures import identity_of
from features.hogkostnadsskydd.persons import actor_for
from features.hogkostnadsskydd.trigger import Trigger
from features.run import certify, prepare_folder
from features.suites import suite_for
from features.tester import Question, Told
from reports.results import write_result
from simulator.regions.surroundings import Surroundings


class ByHand:
    """A tester at the screen of the bundled system: its trigger, that the suite is not told of."""

    absent = ""

    def __init__(self, trigger: Trigger, answer: str) -> None:
        self._screen, self._answer = trigger, answer

    def do(self, what: str) -> bool:
        """Register a visit."""
        found = re.search(r"besök (\S+) för (\w+) med avgiften ([\d ]+),(\d\d)", what)
        assert found is not None, what
        fee = Decimal(f"{found[3].replace(' ', '')}.{found[4]}")
        self._screen.visit(identity_of(found[2]), date.fromisoformat(found[1]), fee)
        return True

    def await_effect(self, what: str, *, seconds: float, happened: Callable[[float], bool]) -> bool:
        """Make a request."""
        found = re.search(r"för (\w+) som", what)
        assert found is not None, what
        patient = identity_of(found[1])
        self._screen.ask(patient, actor_for(ActorType.CITIZEN, patient))
        return happened(seconds)

    def ask(self, question: Question) -> Told | None:
        """Answer as told, whatever the question."""
        if not self._answer:
            return None
        return Told(
            answer=self._answer,
            name="Karin Berg",
            time="2026-11-22T12:00:00+01:00",
            remark=f"om {question.id}",
            source="terminal",
        )


def main(role: str, requirement: str, folder: Path, answer: str) -> None:
    """Certify the bundled system by hand."""
    suite, around = suite_for("hogkostnad", role), Surroundings(resending=SOON)
    prepare_folder(folder)
    with reference_system(suite, around=around) as whole:
        known = whole.roles[suite.name]
        settings = {name: value for name, value in known.settings.items() if name != "trigger"}
        target = replace(whole, roles={suite.name: replace(known, settings=settings)})
        ended = certify(
            target,
            suite,
            folder,
            only=requirement,
            tester=ByHand(Trigger(known.settings["trigger"]), answer),
            on_start=lambda bench: lead(around, bench),
        )
    write_result(ended.result, folder / "result.json")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4])
