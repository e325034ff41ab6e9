"""What makes a party of Högkostnadsskydd send something, when any message of its own will do."""

from __future__ import annotations

import random
from decimal import Decimal

from contracts.domains.financial_patientfees_exemption.v1_0.messages import ActorType
from contracts.judge import swedish_now
from features.asking import Asking
from features.bench import Bench
from features.hogkostnadsskydd.acting import Acting
from features.hogkostnadsskydd.persons import actor_for, person
from features.listening import Listening

__all__ = ["asks", "registers"]

_FEE = Decimal("200.00")


def asks(bench: Bench, asking: Asking, listening: Listening) -> None:
    """Have a requester ask about somebody, and wait for its request."""
    patient = person(random.SystemRandom())
    limit = bench.role.settings["send_within"]
    Acting.of(bench.role, asking).ask(
        patient,
        actor_for(ActorType.CITIZEN, patient),
        at="",
        seconds=limit,
        sent=lambda _id, seconds: bool(listening.wait(lambda _one: True, seconds=seconds)),
    )


def registers(bench: Bench, asking: Asking, listening: Listening) -> None:
    """Have a discloser register a visit, and wait for what it tells the index."""
    patient = person(random.SystemRandom())
    Acting.of(bench.role, asking).visit(patient, swedish_now().date(), _FEE)
    listening.wait(lambda _one: True, seconds=bench.role.settings["send_within"])
