"""Så: what the system shows of a claim: that it stopped it, that the invoice is held or goes."""

from __future__ import annotations

from pytest_bdd import parsers, then

from features.bench import Bench
from features.listening import Listening
from features.utomlansfakturering.acting import Selling
from features.utomlansfakturering.sale import Sale
from features.utomlansfakturering.sent_claims import any_claim, read
from features.utomlansfakturering.steps.billed import nothing_came
from features.utomlansfakturering.trigger import State
from reports.evidence import Evidence, judged

_INVOICES = {
    "frisläppt efter OK": State.ACCEPTED,
    "hållen efter ERROR": State.REFUSED,
    "hållen i väntan på svar": State.WAITING,
    "hållen när försöken är slut": State.GIVEN_UP,
}
"""How it stands with an invoice, and with the claim specification that it waits for."""


@then(parsers.parse("sänds det inte, och systemet säger varför, enligt {requirement}"))
def it_is_stopped(
    bench: Bench,
    evidence: Evidence,
    listening: Listening,
    selling: Selling,
    sale: Sale,
    requirement: str,
) -> None:
    evidence.expects("inget fakturaunderlag till plattformen, och ett skäl på skärmen")
    came = read(listening.wait(any_claim, seconds=bench.role.settings["settle"]))
    came = [one for one in came if not sale.ids or one.id in sale.ids]
    found = []
    if came:
        found.append(
            bench.judge.deviation(
                requirement,
                "ett felaktigt fakturaunderlag sändes",
                expected="stoppat av den egna valideringen",
                observed="sänt till plattformen",
            )
        )
    elif sale.ids:
        shown = selling.shows(sale.ids[0], State.STOPPED)
        evidence.observes(f"visas som {shown.state.value}")
        if shown.state is not State.STOPPED or not shown.comment.strip():
            found.append(
                bench.judge.deviation(
                    requirement,
                    "systemet säger inte att den egna valideringen stoppat fakturaunderlaget",
                    expected="stoppat, med ett skäl",
                    observed=f"{shown.state.value}, {'med' if shown.comment else 'utan'} skäl",
                )
            )
    judged(*found)


@then(parsers.parse("är fakturan {how} enligt {requirement}"))
def the_invoice_is(
    bench: Bench,
    evidence: Evidence,
    listening: Listening,
    selling: Selling,
    sale: Sale,
    how: str,
    requirement: str,
) -> None:
    state = _INVOICES[how]
    released = state is State.ACCEPTED
    evidence.expects(f"fakturan {how}")
    if not sale.claims(listening):
        judged(nothing_came(bench, requirement))
    selling.shows(sale.ids[0], state)
    is_so = selling.invoice(sale.ids[0], released=released)
    evidence.observes("frisläppt" if is_so else "hållen")
    if is_so is not released:
        judged(
            bench.judge.deviation(
                requirement,
                "fakturan hålls fast underlaget är mottaget" if released
                else "fakturan släpps fast underlaget inte är mottaget",
                expected=how,
                observed="frisläppt" if is_so else "hållen",
            )
        )  # fmt: skip
