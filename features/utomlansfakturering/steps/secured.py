"""Givet, När and Så: mutual TLS, as the one who calls: what is presented, and whom it trusts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from pytest_bdd import given, parsers, then, when

from features.bench import Bench
from features.entrance import Secured
from features.listening import Listening
from features.utomlansfakturering.acting import Selling
from features.utomlansfakturering.bills import Bill
from features.utomlansfakturering.sale import Sale
from features.utomlansfakturering.sent_claims import SentClaim
from features.utomlansfakturering.steps.billed import nothing_came
from features.utomlansfakturering.steps.resending_claims import SetPatience
from reports.evidence import Evidence, judged
from reports.results import Deviation
from simulator.certificates.kinds import Kind
from simulator.connections import Handshake

_WRONG = {
    "är självsignerat": Kind.SELF_SIGNED,
    "kommer från en okänd utfärdare": Kind.WRONG_CHAIN,
    "har gått ut": Kind.EXPIRED,
    "inte gäller än": Kind.NOT_YET_VALID,
    "gäller en annan värd": Kind.WRONG_NAME,
}
_BY_CERTIFICATE = "client certificate"
_MANY = 100  # attempts: more than fit while the certificate is bad


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """How the system met a listener whose certificate cannot be verified."""

    handshakes: tuple[Handshake, ...]
    claims: tuple[SentClaim, ...]


@pytest.fixture
def secured(bench: Bench) -> Secured:
    """Give the platform's listener with mutual TLS."""
    if bench.secured is None:
        pytest.skip("Plattformen lyssnar inte med TLS i körningen (--tls-port).")
    return bench.secured


@given("att plattformen lyssnar med ömsesidig TLS")
def the_platform_listens_with_tls(secured: Secured) -> None:
    assert secured.server.url.startswith("https:")  # noqa: S101 - what the fixture is for


@when(
    parsers.parse("systemet ska fakturera vården medan plattformens certifikat {what}"),
    target_fixture="met",
)
def it_is_billed_with_a_bad_certificate(
    bench: Bench,
    listening: Listening,
    selling: Selling,
    set_patience: SetPatience,
    secured: Secured,
    plain: Bill,
    what: str,
) -> Met:
    listening.begin_anew()
    log, patience = secured.server.handshakes, set_patience(attempts=_MANY)
    with secured.presenting(_WRONG[what]):
        since = datetime.now(UTC)
        sale = Sale(bill=plain, ids=selling.bill(plain))
        log.wait_for(
            lambda one: one.at >= since and bool(one.problem or one.requests),
            seconds=patience.pause + selling.within,
        )
        claims = sale.await_claims(listening, seconds=bench.role.settings["settle"])
        met = Met(
            handshakes=tuple(one for one in log.all() if one.at >= since), claims=tuple(claims)
        )
    sale.await_claims(listening, seconds=patience.pause + selling.within)
    return met


@then(parsers.parse("visar systemet sitt klientcertifikat enligt {requirement}"))
def it_presents_its_certificate(
    bench: Bench,
    evidence: Evidence,
    listening: Listening,
    secured: Secured,
    sale: Sale,
    requirement: str,
) -> None:
    evidence.expects(f"ett certifikat för {bench.target.hsa_id}, över TLS")
    claims = sale.claims(listening)
    if not claims:
        problems = [one.problem for one in secured.server.handshakes.all() if one.problem]
        evidence.observes(f"inget anrop; handskakningen: {problems[-1] if problems else 'ingen'}")
        judged(nothing_came(bench, requirement))
    for claim in claims:
        exchange = claim.arrived.exchange
        evidence.observes(f"{exchange.sender or 'ingen'}, känd genom {exchange.sender_known_by}")
        if exchange.sender_known_by != _BY_CERTIFICATE or exchange.sender != bench.target.hsa_id:
            judged(
                bench.judge.deviation(
                    requirement,
                    "anropet kom inte över TLS med systemets eget klientcertifikat",
                    expected=f"{bench.target.hsa_id} i certifikatets serialNumber",
                    observed=f"{exchange.sender or 'ingen'}, {exchange.sender_known_by}",
                )
            )


@then(parsers.parse("bryter systemet förbindelsen innan något sänds enligt {requirement}"))
def it_breaks_off(bench: Bench, evidence: Evidence, met: Met, requirement: str) -> None:
    evidence.expects("handskakningen bryts av systemet, och inget anrop")
    judged(*_sent_all_the_same(bench, evidence, met, requirement))


@then(parsers.parse("noteras om systemet bryter förbindelsen, för {requirement}"))
def it_is_noted_whether_it_breaks_off(
    bench: Bench, evidence: Evidence, met: Met, requirement: str
) -> None:
    evidence.expects("handskakningen bryts av systemet; värdnamnet prövas inte av alla")
    if _sent_all_the_same(bench, evidence, met, requirement):
        evidence.remarks(
            "Systemet prövar inte värdnamnet i plattformens certifikat. Det är en fråga för "
            "säkerhetsgranskningen, inte för BP-6."
        )


def _sent_all_the_same(
    bench: Bench, evidence: Evidence, met: Met, requirement: str
) -> list[Deviation]:
    if not met.handshakes:
        pytest.skip("Systemet anropade inte plattformen medan certifikatet var fel.")
    evidence.observes(
        f"{len(met.handshakes)} handskakningar: "
        + ", ".join(dict.fromkeys(one.problem or "fullbordad" for one in met.handshakes))
    )
    if not met.claims and not any(one.requests for one in met.handshakes):
        return []
    return [
        bench.judge.deviation(
            requirement,
            "systemet anropade en plattform vars certifikat inte kan verifieras",
            expected="förbindelsen bruten före första byten av HTTP",
            observed="ett anrop",
        )
    ]
