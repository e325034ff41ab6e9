"""Givet and Så: mutual TLS as the one who calls: what is presented, and whom it trusts."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from pytest_bdd import given, parsers, then

from features.bench import Bench
from features.entrance import Secured
from reports.evidence import Evidence, judged
from reports.results import Deviation
from simulator.certificates.kinds import Kind
from simulator.connections import Handshake
from simulator.exchange import Exchange

WRONG = {
    "är självsignerat": Kind.SELF_SIGNED,
    "kommer från en okänd utfärdare": Kind.WRONG_CHAIN,
    "har gått ut": Kind.EXPIRED,
    "inte gäller än": Kind.NOT_YET_VALID,
    "gäller en annan värd": Kind.WRONG_NAME,
}
"""What is wrong with the platform's certificate, in the words of the scenarios."""

_BY_CERTIFICATE = "client certificate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """How a listener whose certificate cannot be verified was met, and how often it was called."""

    handshakes: tuple[Handshake, ...]
    calls: int


@pytest.fixture
def secured(bench: Bench) -> Secured:
    """Give the platform's listener with mutual TLS."""
    if bench.secured is None:
        pytest.skip("Plattformen lyssnar inte med TLS i körningen (--tls-port).")
    return bench.secured


@given("att plattformen lyssnar med ömsesidig TLS")
def the_platform_listens_with_tls(secured: Secured) -> None:
    assert secured.server.url.startswith("https:")  # noqa: S101 - what the fixture is for


@then(parsers.parse("bryter systemet förbindelsen innan något sänds enligt {requirement}"))
def it_breaks_off(bench: Bench, evidence: Evidence, met: Met, requirement: str) -> None:
    evidence.expects("handskakningen bryts av systemet, och inget anrop")
    judged(*_called_all_the_same(bench, evidence, met, requirement))


@then(parsers.parse("noteras om systemet bryter förbindelsen, för {requirement}"))
def it_is_noted_whether_it_breaks_off(
    bench: Bench, evidence: Evidence, met: Met, requirement: str
) -> None:
    evidence.expects("handskakningen bryts av systemet; värdnamnet prövas inte av alla")
    if _called_all_the_same(bench, evidence, met, requirement):
        evidence.remarks(
            "Systemet prövar inte värdnamnet i plattformens certifikat. Det är en fråga för "
            "säkerhetsgranskningen, inte för BP-6."
        )


def known_by_certificate(
    bench: Bench, evidence: Evidence, exchange: Exchange, requirement: str
) -> tuple[Deviation, ...]:
    """Judge whether a call came over TLS, with the system's own certificate."""
    evidence.observes(f"{exchange.sender or 'ingen'}, känd genom {exchange.sender_known_by}")
    if exchange.sender_known_by == _BY_CERTIFICATE and exchange.sender == bench.target.hsa_id:
        return ()
    return (
        bench.judge.deviation(
            requirement,
            "anropet kom inte över TLS med systemets eget klientcertifikat",
            expected=f"{bench.target.hsa_id} i certifikatets serialNumber",
            observed=f"{exchange.sender or 'ingen'}, {exchange.sender_known_by}",
        ),
    )


def nothing_seen(evidence: Evidence, secured: Secured) -> None:
    """Tell, where no call came, what became of the latest handshake."""
    problems = [one.problem for one in secured.server.handshakes.all() if one.problem]
    evidence.observes(f"inget anrop; handskakningen: {problems[-1] if problems else 'ingen'}")


def _called_all_the_same(
    bench: Bench, evidence: Evidence, met: Met, requirement: str
) -> list[Deviation]:
    if not met.handshakes:
        pytest.skip("Systemet anropade inte plattformen medan certifikatet var fel.")
    evidence.observes(
        f"{len(met.handshakes)} handskakningar: "
        + ", ".join(dict.fromkeys(one.problem or "fullbordad" for one in met.handshakes))
    )
    if not met.calls and not any(one.requests for one in met.handshakes):
        return []
    return [
        bench.judge.deviation(
            requirement,
            "systemet anropade en plattform vars certifikat inte kan verifieras",
            expected="förbindelsen bruten före första byten av HTTP",
            observed="ett anrop",
        )
    ]
