"""What lasts as long as the tested system waits before it sends again: begun first, judged last.

Each case has a test person of its own, and what is sent about her is kept aside. So all of them run
at once, beside the other scenarios, which never see their messages.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from contracts.domains.financial_patientfees_exemption.v1_0.messages import (
    ActorType,
    Identity,
    StatusRequest,
    payload_of,
)
from contracts.judge import swedish_now
from contracts.wsdl import ServiceContract
from features.asking import Asking
from features.hogkostnadsskydd.acting import Acting
from features.hogkostnadsskydd.around import (
    DISCLOSURE,
    REQUEST,
    REQUESTER,
    SOURCES,
    disclosed_to,
)
from features.hogkostnadsskydd.disclosed import answering
from features.hogkostnadsskydd.first_answers import FAULTED, disturbance_of, scripted
from features.hogkostnadsskydd.persons import actor_for, person
from features.hogkostnadsskydd.requested import requests_about
from features.inbox import Arrived, Wanted
from features.tester import Nobody
from reports.evidence import Evidence

if TYPE_CHECKING:
    from features.bench import Bench
    from simulator.client import Answer

__all__ = ["Wait", "Waits", "waits_in"]

_STEP = re.compile(r"vars första försök besvaras (.+)")
_VISITS = ((60, Decimal("300.00")), (30, Decimal("275.50")))


@dataclass(kw_only=True)
class Wait:
    """One case: how its first attempt is answered, whom it is about, and what it took to begin.

    Shape: ``after`` is the number of the latest message before it; ``answers`` are to the calls
           that the suite made to begin it.
    """

    how: str
    patient: Identity
    after: int
    wanted: Wanted = field(default=lambda _arrived: False)
    answers: list[Answer] = field(default_factory=list)

    def concerns(self, arrived: Arrived) -> bool:
        """Tell whether a message is about the person, however the identity is written."""
        return self.patient.extension.encode() in arrived.body.replace(b"-", b"")

    @property
    def condition(self) -> str:
        """Give the same as a condition for the platform, in XPath."""
        return f"//*[translate(normalize-space(text()), '-', '') = '{self.patient.extension}']"


class Waits:
    """The cases of one run, each begun once.

    Shape: what kept a case from beginning is raised to the scenario that takes it.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._begun: dict[str, Wait] = {}

    def begin(self, names: Iterable[str]) -> None:
        """Begin cases that need nobody's help; the rest wait for their scenario."""
        if not self._bench.role.settings.get("trigger"):
            return
        unattended = Asking(tester=Nobody(), evidence=Evidence(Path(), "waits"))
        acting = Acting.of(self._bench.role, unattended)
        try:
            begun = [self._started(name, acting) for name in dict.fromkeys(names)]
        except (Exception, pytest.skip.Exception):
            return  # it is met again, and told, by the first scenario that takes a case
        for wait in begun:
            self._settle(wait)
            self._begun[wait.how] = wait

    def take(self, how: str, acting: Acting) -> Wait:
        """Give the case of a scenario, begun now where it was not begun before."""
        if how not in self._begun:
            wait = self._started(how, acting)
            self._settle(wait)
            self._begun[how] = wait
        return self._begun[how]

    def _started(self, how: str, acting: Acting) -> Wait:
        inbox = self._bench.inbox
        wait = Wait(how=how, patient=person(random.SystemRandom()), after=inbox.latest)
        inbox.set_aside(wait.concerns)
        self._arrange(wait)
        if self._sends is DISCLOSURE:
            self._have_disclosed(wait, acting)
        else:
            self._have_asked(wait, acting)
        return wait

    def _settle(self, wait: Wait) -> None:
        """Let the first attempt be answered, and take away what answered it."""
        limit = self._bench.role.settings["send_within"]
        self._bench.inbox.wait_for(wait.wanted, seconds=limit, after=wait.after, aside=True)
        client = self._bench.client
        if disturbance_of(wait.how) is not None:
            client.arrange("DELETE", f"/disturbances/{_name(wait)}")
        elif wait.how == FAULTED:
            left = [case for case in self._script() if case.get("when") != _only(wait)]
            client.arrange("PUT", f"/producers/{self._answering}", left)

    @property
    def _sends(self) -> ServiceContract:
        contracts = {service.contract.namespace for service in self._bench.services}
        return DISCLOSURE if DISCLOSURE.namespace in contracts else REQUEST

    def _arrange(self, wait: Wait) -> None:
        client = self._bench.client
        if (trouble := disturbance_of(wait.how)) is not None:
            disturbance: dict[str, Any] = {
                "name": _name(wait),
                "contract": self._sends.namespace,
                "xpath": wait.condition,
                "first": 1,
                **trouble,
            }
            client.arrange("POST", "/disturbances", disturbance)
        else:
            case = {"when": _only(wait), **scripted(wait.how)}
            client.arrange("PUT", f"/producers/{self._answering}", [case, *self._script()])

    @property
    def _answering(self) -> str:
        return REQUESTER if self._sends is DISCLOSURE else SOURCES

    def _script(self) -> list[dict[str, Any]]:
        scripts: dict[str, list[dict[str, Any]]] = self._bench.client.arrange("GET", "/producers")
        return scripts[self._answering]

    def _have_disclosed(self, wait: Wait, acting: Acting) -> None:
        bench, today = self._bench, swedish_now().date()
        for days, fee in _VISITS:
            acting.visit(wait.patient, today - timedelta(days=days), fee)
        request = StatusRequest(
            request_id=str(uuid4()),
            patient=wait.patient,
            actor=actor_for(ActorType.CITIZEN, wait.patient),
            reply_to=disclosed_to(bench.target)[0],
        )
        answer = bench.client.call(
            bench.suite.contract,
            payload_of(request),
            logical_address=bench.logical_address,
            sender=bench.senders[0],
        )
        wait.answers.append(answer)
        wait.wanted = answering(request.request_id)

    def _have_asked(self, wait: Wait, acting: Acting) -> None:
        bench = self._bench
        wait.wanted = requests_about(wait.patient)

        def sent(_request_id: str, seconds: float) -> bool:
            return bool(
                bench.inbox.wait_for(wait.wanted, seconds=seconds, after=wait.after, aside=True)
            )

        acting.ask(
            wait.patient,
            actor_for(ActorType.CITIZEN, wait.patient),
            at="",
            seconds=bench.role.settings["send_within"],
            sent=sent,
        )


def waits_in(bench: Bench, steps: Iterable[str]) -> Waits:
    """Begin the cases that the steps of a run speak of."""
    waits = Waits(bench)
    waits.begin(found[1] for step in steps if (found := _STEP.search(step)))
    return waits


def _only(wait: Wait) -> dict[str, str]:
    return {"xpath": wait.condition}


def _name(wait: Wait) -> str:
    return f"omsandning-{wait.patient.extension}"
