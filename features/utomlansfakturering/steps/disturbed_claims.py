"""Så: what a system makes of an answer that is none, and of one that is written in another way."""

from __future__ import annotations

import time

from pytest_bdd import parsers, then

from features.bench import Bench
from features.listening import Listening
from features.utomlansfakturering.acting import Patience, Selling
from features.utomlansfakturering.sale import Sale
from features.utomlansfakturering.sent_claims import any_claim, read
from features.utomlansfakturering.sequence_verdicts import LATE, repeated_unchanged
from features.utomlansfakturering.steps.billed import nothing_came
from features.utomlansfakturering.trigger import State
from reports.evidence import Evidence, judged
from reports.results import Deviation

_POLL = 0.05
_TWICE = 2


@then(
    parsers.parse("går fakturaunderlaget varken förlorat eller dubbelt iväg enligt {requirement}")
)
def it_is_neither_lost_nor_doubled(
    bench: Bench,
    evidence: Evidence,
    listening: Listening,
    selling: Selling,
    patience: Patience,
    sale: Sale,
    requirement: str,
) -> None:
    evidence.expects(
        "omsänt oförändrat och mottaget, eller visat som varken mottaget eller avvisat"
    )
    _until_settled(listening, selling, patience, sale)
    claims = sale.claims(listening)
    if not claims:
        judged(nothing_came(bench, requirement))
    found: list[Deviation] = []
    others = [
        one
        for one in read(listening.so_far(any_claim))
        if one.id not in sale.ids
        and one.arrived.logical_address == claims[0].arrived.logical_address
    ]
    if others:
        found.append(
            bench.judge.deviation(
                requirement,
                "fakturaunderlaget sändes en gång till under ett nytt id",
                expected="samma meddelande, eller inget",
                observed=f"{len(others)} andra fakturaunderlag",
            )
        )
    if len(claims) >= _TWICE:
        found += repeated_unchanged(bench.judge, claims, requirement)
        received = selling.shows(sale.ids[0], State.ACCEPTED).state is State.ACCEPTED
        evidence.observes(f"{len(claims)} anrop, {'mottaget' if received else 'inte mottaget'}")
        if not received:
            found.append(_lost(bench, requirement, "omsänt och besvarat med OK, men inte mottaget"))
    else:
        unreceived = selling.is_unreceived(sale.ids[0])
        evidence.observes(f"1 anrop, {'inte besvarat' if unreceived else 'räknat som besvarat'}")
        if not unreceived:
            found.append(_lost(bench, requirement, "räknat som besvarat, fast inget svar kom"))
    judged(*found)


@then(parsers.parse("läser systemet svaret enligt {requirement}"))
def the_answer_is_read(
    bench: Bench,
    evidence: Evidence,
    listening: Listening,
    selling: Selling,
    sale: Sale,
    requirement: str,
) -> None:
    evidence.expects("ett enda anrop, och fakturaunderlaget mottaget")
    if not sale.claims(listening):
        judged(nothing_came(bench, requirement))
    shown = selling.shows(sale.ids[0], State.ACCEPTED, State.GIVEN_UP, State.REFUSED)
    count = len(sale.claims(listening))
    evidence.observes(f"{count} anrop, visas som {shown.state.value}")
    if shown.state is not State.ACCEPTED or count > 1:
        judged(
            bench.judge.deviation(
                requirement,
                "systemet läser inte ett svar som är rätt skrivet på ett annat sätt",
                expected="mottaget efter ett anrop",
                observed=f"{shown.state.value} efter {count} anrop",
            )
        )


def _lost(bench: Bench, requirement: str, how: str) -> Deviation:
    return bench.judge.deviation(
        requirement,
        "ett svar som inte kan läsas togs för ett svar",
        expected="fakturaunderlaget kvar som obesvarat",
        observed=how,
    )


def _until_settled(listening: Listening, selling: Selling, patience: Patience, sale: Sale) -> None:
    """Wait until it has been sent again, or the system has made up its mind about it."""
    limit = patience.now.pause + (LATE if patience.is_set else selling.within)
    if selling.trigger is None or not sale.ids:
        sale.await_claims(listening, seconds=limit, count=_TWICE)
        return
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        if len(sale.claims(listening)) >= _TWICE:
            return
        if selling.trigger.claim(sale.ids[0]).state is not State.WAITING:
            return
        time.sleep(_POLL)
