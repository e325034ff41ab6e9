"""A scenario without a platform: what came is given, and a step is asked what it makes of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from contracts.envelope import envelope
from contracts.judge import swedish_now
from features.bench import Bench
from features.calling import Caller, Reachability
from features.inbox import Inbox
from features.listening import Listening
from features.suites import suite_for
from features.target import RoleTarget, Target
from features.verdicts import Judge
from reports.evidence import Deviates, Evidence
from simulator.client import Answer
from simulator.exchange import Exchange, Leg
from simulator.regions.directory import REGIONS

SOON = 0.02
"""How long a scenario waits for what the system sends. Units: seconds."""


@dataclass
class Platform:
    """A platform whose calls are answered as told, one after the other."""

    answers: list[Answer] = field(default_factory=list)

    def call(self, *_arguments: object, **_named: object) -> Answer:
        """Answer the next call."""
        return self.answers.pop(0)

    def arrange(self, *_arguments: object) -> None:
        """Let everything be as it is."""


@dataclass
class Scene:
    """A scenario of one suite, and what came so far in it."""

    bench: Bench
    evidence: Evidence
    platform: Platform

    def __post_init__(self) -> None:
        self.listening = Listening(bench=self.bench, evidence=self.evidence)
        self.told: list[str] = []
        self.caller = Caller(bench=self.bench, evidence=self.evidence, reachability=Reachability())

    def deviations(self, step: Callable[..., object], **given: Any) -> list[str]:
        """Take a step, and give the requirements that it says are broken.

        Shape: a step names what it needs; what is not given is the scene's own. ``told`` has the
               words of the latest step that found anything.
        """
        own = {
            "bench": self.bench,
            "evidence": self.evidence,
            "listening": self.listening,
            "caller": self.caller,
            "settle": SOON,
            "pause": SOON,
        }
        known = {**own, **given}
        try:
            step(**{name: known[name] for name in inspect.signature(step).parameters})
        except Deviates as found:
            self.told = [each.text for each in found.deviations]
            return [each.requirement for each in found.deviations]
        return []

    def answers(self, *answers: Answer) -> None:
        """Answer the next calls so."""
        self.platform.answers += answers

    def sends(
        self,
        payload: etree._Element | None,
        *,
        receiver: str = "",
        message: bytes = b"",
        at: datetime | None = None,
        decision: str = "forwarded",
        headers: Mapping[str, str] | None = None,
        sender: str = "",
        known_by: str = "",
    ) -> None:
        """Let the tested system send a message, by its payload or as it stands."""
        name = "" if payload is None else etree.QName(payload).namespace
        request = message or envelope(payload, logical_address=receiver or "5565594230")
        started = at or swedish_now()
        leg = Leg(
            kind="in", url="/vp", started=started, seconds=0.0, request=request,
            request_headers=headers or {},
        )  # fmt: skip
        self.bench.inbox.observe(
            Exchange(
                correlation_id="1", started=started, seconds=0.0, decision=decision, status=200,
                legs=(leg,), contract=name or None, receiver=receiver or "5565594230",
                sender=sender, sender_known_by=known_by,
            )
        )  # fmt: skip


@pytest.fixture
def scene(tmp_path: Path) -> Callable[..., Scene]:
    """Give a maker of scenarios: of a suite, against the system of Region Uppsala."""

    def build(service: str, role: str = "") -> Scene:
        suite = suite_for(service, role)
        settings = {"send_within": SOON, "settle": SOON, "resend_pause": SOON}
        reached = RoleTarget(endpoint="https://system", settings=settings)
        target = Target(
            system="Ett system", version="1", vendor="En leverantör", region=REGIONS["03"],
            hsa_id=REGIONS["03"].hsa_id, roles={suite.name: reached},
        )  # fmt: skip
        platform = Platform()
        bench = Bench(
            suite=suite,
            target=target,
            client=platform,  # type: ignore[arg-type]
            judge=Judge(suite.domain, suite.contract, suite.answering),
            messages=suite.messages(target, reached),
            services=suite.services(target, reached),
            inbox=Inbox(),
        )
        return Scene(bench, Evidence(tmp_path, "scenario"), platform)

    return build


@pytest.fixture
def claims(scene: Callable[..., Scene]) -> Scene:
    """Give a scenario of a claims producer."""
    return scene("utomlansfakturering", "producent")


@pytest.fixture
def discloser(scene: Callable[..., Scene]) -> Scene:
    """Give a scenario of a disclosing party."""
    return scene("hogkostnadsskydd", "utlamnande")


@pytest.fixture
def requester(scene: Callable[..., Scene]) -> Scene:
    """Give a scenario of a requesting party."""
    return scene("hogkostnadsskydd", "begarande")
