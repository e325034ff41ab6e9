"""När and Så: mutual TLS as the one who bills."""

from __future__ import annotations

from datetime import UTC, datetime

from pytest_bdd import parsers, then, when

from features.bench import Bench
from features.entrance import Secured
from features.listening import Listening
from features.steps.entrance import WRONG, Met, known_by_certificate, nothing_seen
from features.utomlansfakturering.acting import Selling
from features.utomlansfakturering.bills import Bill
from features.utomlansfakturering.sale import Sale
from features.utomlansfakturering.steps.billed import nothing_came
from features.utomlansfakturering.steps.resending_claims import SetPatience
from reports.evidence import Evidence, judged

_MANY = 100  # attempts: more than fit while the certificate is bad


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
    with secured.presenting(WRONG[what]):
        since = datetime.now(UTC)
        sale = Sale(bill=plain, ids=selling.bill(plain))
        log.wait_for(
            lambda one: one.at >= since and bool(one.problem or one.requests),
            seconds=patience.pause + selling.within,
        )
        claims = sale.await_claims(listening, seconds=bench.role.settings["settle"])
        met = Met(handshakes=tuple(one for one in log.all() if one.at >= since), calls=len(claims))
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
        nothing_seen(evidence, secured)
        judged(nothing_came(bench, requirement))
    for claim in claims:
        judged(*known_by_certificate(bench, evidence, claim.arrived.exchange, requirement))
