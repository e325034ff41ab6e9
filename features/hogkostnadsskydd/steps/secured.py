"""När and Så: mutual TLS as the party that calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from pytest_bdd import parsers, then, when

from contracts.domains.financial_patientfees_exemption.v1_0.messages import ActorType
from features.bench import Bench
from features.entrance import Secured
from features.hogkostnadsskydd.acting import Acting
from features.hogkostnadsskydd.case import Case, Registered
from features.hogkostnadsskydd.index_records import updates_on
from features.hogkostnadsskydd.persons import actor_for
from features.hogkostnadsskydd.requested import requests_about
from features.hogkostnadsskydd.steps.act import PAID, register
from features.inbox import Wanted
from features.listening import Listening
from features.steps.entrance import WRONG, Met, known_by_certificate, nothing_seen
from reports.evidence import Evidence, judged

Tried = Callable[[float], bool]


@when(
    parsers.parse("ett besök registreras medan plattformens certifikat {what}"),
    target_fixture="met",
)
def a_visit_is_registered_with_a_bad_certificate(
    bench: Bench, acting: Acting, secured: Secured, case: Case, what: str
) -> Met:
    def registers(_tried: Tried) -> None:
        register(case, acting, Registered(patient=case.patient, day=case.today, fee=PAID))

    return _met(bench, secured, what, updates_on(case.patient), registers)


@when(
    parsers.parse("systemet ska begära uppgifterna medan plattformens certifikat {what}"),
    target_fixture="met",
)
def it_asks_with_a_bad_certificate(
    bench: Bench, acting: Acting, secured: Secured, case: Case, what: str
) -> Met:
    within = bench.role.settings["send_within"]

    def asks(tried: Tried) -> None:
        actor = actor_for(ActorType.CITIZEN, case.patient)
        acting.ask(case.patient, actor, at="", seconds=within, sent=lambda _id, wait: tried(wait))

    return _met(bench, secured, what, requests_about(case.patient), asks)


def _met(
    bench: Bench, secured: Secured, what: str, concerns: Wanted, act: Callable[[Tried], None]
) -> Met:
    """Have the system call a listener with a certificate that is wrong.

    Shape: what it sends once the right one is back is kept from the other scenarios.
    """
    log, before = secured.server.handshakes, bench.inbox.latest
    bench.inbox.set_aside(concerns)
    with secured.presenting(WRONG[what]):
        since = datetime.now(UTC)

        def tried(seconds: float) -> bool:
            found = log.wait_for(
                lambda one: one.at >= since and bool(one.problem or one.requests), seconds=seconds
            )
            return found is not None

        act(tried)
        tried(bench.role.settings["send_within"])
        calls = bench.inbox.found(concerns, after=before, aside=True)
        shaken = tuple(one for one in log.all() if one.at >= since)
    return Met(handshakes=shaken, calls=len(calls))


@then(parsers.parse("visar systemet ett eget certifikat i varje anrop enligt {requirement}"))
def it_presents_its_certificate(
    bench: Bench, listening: Listening, secured: Secured, evidence: Evidence, requirement: str
) -> None:
    evidence.expects(f"ett certifikat för {bench.target.hsa_id}, över TLS")
    came = listening.wait(lambda _one: True, seconds=bench.role.settings["send_within"])
    if not came:
        nothing_seen(evidence, secured)
        judged(
            bench.judge.deviation(
                requirement,
                "inget anrop kom över TLS",
                expected="ett anrop med systemets eget klientcertifikat",
                observed="inget",
            )
        )
    for one in came:
        judged(*known_by_certificate(bench, evidence, one.exchange, requirement))
