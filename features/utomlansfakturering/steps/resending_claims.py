"""Givet, När and Så: when a claim specification is sent again, and when it must not be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from pytest_bdd import given, parsers, then, when

from contracts.judge import swedish_now
from features.bench import Bench
from features.listening import Listening
from features.utomlansfakturering import sequence_verdicts as verdicts
from features.utomlansfakturering.acting import Patience, Selling
from features.utomlansfakturering.bills import Bill, a_bill
from features.utomlansfakturering.sale import Homes, Sale
from features.utomlansfakturering.sent_claims import SentClaim, any_claim, read
from features.utomlansfakturering.steps.billed import nothing_came
from features.utomlansfakturering.trigger import Settings, State
from features.utomlansfakturering.troubles import Troubles
from features.wordings import LOST
from reports.evidence import Evidence, judged

SetPatience = Callable[..., Settings]

_MILLI = 1000
_USUAL = 5.0  # seconds: the contract's own pause
_DOUBLED = 2.0
_FAULTS = 3
_LONG = 4.0  # seconds that the queue of one region waits, while another's is to go on
_SOME = 1000


@pytest.fixture
def set_patience(patience: Patience) -> Iterator[SetPatience]:
    """Give the way to set when the system sends again, until the scenario is done."""
    with ExitStack() as until_done:

        def made(**settings: float) -> Settings:
            return until_done.enter_context(patience.of(**settings))  # type: ignore[arg-type]

        yield made


@given(parsers.parse("att systemet är inställt på {pause:d} ms mellan försöken"))
def the_pause_is_set(set_patience: SetPatience, pause: int) -> None:
    set_patience(pause=pause / _MILLI)


@given(parsers.parse("att systemet är inställt på {pause:d} ms, som fördubblas"))
def the_pause_is_set_to_double(set_patience: SetPatience, pause: int) -> None:
    set_patience(pause=pause / _MILLI, factor=_DOUBLED)


@given(parsers.parse("att systemet är inställt på högst {attempts:d} försök"))
def the_attempts_are_set(set_patience: SetPatience, attempts: int) -> None:
    set_patience(attempts=attempts)


@given(parsers.parse("att systemet är inställt på att vänta {timeout:d} ms på svar"))
def the_timeout_is_set(set_patience: SetPatience, timeout: int) -> None:
    set_patience(timeout=timeout / _MILLI)


@when("systemet fakturerar vård till en region i svårigheter, och sedan vården",
      target_fixture="sale")  # fmt: skip
def another_region_is_in_trouble(
    selling: Selling,
    listening: Listening,
    plain: Bill,
    regions_to_bill: Homes,
    set_patience: SetPatience,
    troubles: Troubles,
) -> Sale:
    stuck = regions_to_bill.left
    if stuck is None:
        pytest.skip("Målfilen anger en enda region att fakturera (buyers).")
    set_patience(pause=_LONG, attempts=2)
    troubles.disturb(stuck, LOST["med SOAP Fault"], first=_SOME)
    first = Sale(bill=(waits := a_bill(stuck, swedish_now().date())), ids=selling.bill(waits))
    first.await_claims(listening, seconds=selling.within)
    sale = Sale(bill=plain, ids=selling.bill(plain))
    sale.await_claims(listening, seconds=selling.within)
    if not first.claims(listening):
        pytest.skip("Systemet sände inget till regionen i svårigheter.")
    return sale


@then(parsers.parse("sänds samma fakturaunderlag igen, oförändrat, enligt {requirement}"))
def it_is_sent_again(
    bench: Bench,
    evidence: Evidence,
    listening: Listening,
    patience: Patience,
    within: float,
    sale: Sale,
    requirement: str,
) -> None:
    evidence.expects("samma meddelande en gång till")
    claims = _again(listening, sale, patience, within, 2)
    evidence.observes(f"{len(claims)} anrop")
    judged(*verdicts.repeated_unchanged(bench.judge, claims, requirement))


@then(parsers.parse("visas fakturaunderlaget till slut som mottaget enligt {requirement}"))
def it_is_taken_at_last(
    bench: Bench, evidence: Evidence, selling: Selling, sale: Sale, requirement: str
) -> None:
    evidence.expects("mottaget")
    shown = selling.shows(sale.ids[0], State.ACCEPTED)
    evidence.observes(shown.state.value)
    if shown.state is not State.ACCEPTED:
        judged(
            bench.judge.deviation(
                requirement,
                "systemet visar inte fakturaunderlaget som mottaget fast det besvarats med OK",
                expected="mottaget",
                observed=shown.state.value,
            )
        )


@then(parsers.parse("går det den inställda pausen mellan försöken enligt {requirement}"))
def it_pauses(
    bench: Bench,
    evidence: Evidence,
    listening: Listening,
    patience: Patience,
    within: float,
    sale: Sale,
    requirement: str,
) -> None:
    pause = patience.now.pause
    evidence.expects(f"{pause:g} s från det ena försökets slut till det andras början")
    waited = verdicts.gaps(_again(listening, sale, patience, within, 2))
    if not waited:
        pytest.skip("Systemet sände inte om, så det finns ingen paus att mäta.")
    evidence.observes(f"{waited[0]:.2f} s".replace(".", ","))
    judged(*verdicts.paused(bench.judge, waited[0], pause, requirement, is_set=patience.is_set))


@then(parsers.parse("var pausen {usual:d} ms när provet började enligt {requirement}"))
def the_pause_was_the_usual_one(
    bench: Bench, evidence: Evidence, patience: Patience, usual: int, requirement: str
) -> None:
    evidence.expects(f"{usual} ms, som systemet levereras")
    if not patience.is_set:
        pytest.skip("Målfilen anger ingen trigger, så det går inte att se vad som är inställt.")
    if patience.is_left:
        pytest.skip(
            "Systemet var inställt som ett avbrutet prov lämnar det, så det går inte att se vad "
            "det levereras med: starta om det, eller låt dess trigger glömma (DELETE /settings)."
        )
    pause = round(patience.usual.pause * _MILLI)
    evidence.observes(f"{pause} ms")
    if pause != usual:
        judged(
            bench.judge.deviation(
                requirement,
                "pausen var en annan än standardvärdet när provet började",
                expected=f"{usual} ms",
                observed=f"{pause} ms",
            )
        )


@then(parsers.parse("växer pausen mellan försöken enligt {requirement}"))
def the_pause_grows(
    bench: Bench,
    evidence: Evidence,
    listening: Listening,
    patience: Patience,
    within: float,
    sale: Sale,
    requirement: str,
) -> None:
    evidence.expects("varje paus längre än den förra, efter den inställda faktorn")
    waited = verdicts.gaps(_again(listening, sale, patience, within, _FAULTS + 1))
    evidence.observes(", ".join(f"{one:.2f} s" for one in waited).replace(".", ","))
    if len(waited) < _FAULTS:
        pytest.skip("Systemet sände inte om så många gånger att pauserna kan jämföras.")
    judged(*verdicts.grows(bench.judge, waited, patience.now, requirement, is_set=patience.is_set))


@then(parsers.parse("görs så många försök och sedan inget mer enligt {requirement}"))
def it_gives_up(
    bench: Bench,
    evidence: Evidence,
    listening: Listening,
    selling: Selling,
    patience: Patience,
    sale: Sale,
    requirement: str,
) -> None:
    most = patience.now.attempts
    evidence.expects(f"{most} försök, och att systemet visar att det har gett upp")
    _again(listening, sale, patience, selling.within, most)
    settle = bench.role.settings["settle"]
    claims = _again(listening, sale, patience, settle, most + 1)
    shown = selling.shows(sale.ids[0], State.GIVEN_UP)
    evidence.observes(f"{len(claims)} försök, visas som {shown.state.value}")
    judged(
        *verdicts.attempted(bench.judge, len(claims), most, requirement),
        *(
            [
                bench.judge.deviation(
                    requirement,
                    "systemet visar inte att det har gett upp",
                    expected=State.GIVEN_UP.value,
                    observed=shown.state.value,
                )
            ]
            if len(claims) == most and shown.state is not State.GIVEN_UP
            else ()
        ),
    )


@then(parsers.parse("väntar systemet så länge på svaret, och inte längre, enligt {requirement}"))
def it_waits_for_the_answer(
    bench: Bench,
    evidence: Evidence,
    listening: Listening,
    patience: Patience,
    within: float,
    sale: Sale,
    requirement: str,
) -> None:
    now = patience.now
    evidence.expects(f"nytt försök efter {now.timeout:g} s och pausen {now.pause:g} s")
    claims = _again(listening, sale, patience, within, 2)
    if not claims:
        judged(nothing_came(bench, requirement))
    waited = verdicts.between_starts(claims)
    evidence.observes(", ".join(f"{one:.2f} s" for one in waited).replace(".", ",") or "inget")
    judged(*verdicts.waited_for_answer(bench.judge, waited, now, requirement))


@then(parsers.parse("sänds fakturaunderlaget inte om enligt {requirement}"))
def it_is_not_sent_again(
    bench: Bench,
    evidence: Evidence,
    listening: Listening,
    patience: Patience,
    sale: Sale,
    requirement: str,
) -> None:
    evidence.expects("ett enda anrop, nu och efter pausen")
    claims = _again(listening, sale, patience, bench.role.settings["settle"], 2)
    evidence.observes(f"{len(claims)} anrop")
    if not claims:
        pytest.skip("Systemet sände inget, så det finns inget att sända om.")
    judged(*verdicts.never_again(bench.judge, claims, requirement))


@then(parsers.parse("kommer vården fram utan att vänta på den andra regionen enligt {requirement}"))
def it_does_not_wait_for_the_other(
    bench: Bench, evidence: Evidence, listening: Listening, sale: Sale, requirement: str
) -> None:
    evidence.expects("ett anrop till den andra regionen, före nytt försök till den första")
    came = read(listening.so_far(any_claim))
    own = [one for one in came if one.id in sale.ids]
    others = [one for one in came if one.id not in sale.ids]
    evidence.observes(f"{len(own)} anrop till den ena, {len(others)} till den andra")
    judged(*verdicts.not_held_up(bench.judge, own, others, requirement))


@then(parsers.parse("har inget besvarat fakturaunderlag i körningen sänts om enligt {requirement}"))
def nothing_answered_was_sent_again(
    bench: Bench, evidence: Evidence, listening: Listening, requirement: str
) -> None:
    listening.wait(any_claim, seconds=bench.role.settings["settle"], count=_SOME)
    claims = read(bench.inbox.found(any_claim))
    evidence.expects("inget anrop med ett fakturaunderlag som redan besvarats")
    evidence.observes(f"{len(claims)} anrop i körningen")
    if not any(claim.answer for claim in claims):
        pytest.skip("Inget fakturaunderlag har besvarats i körningen.")
    found = verdicts.never_again(bench.judge, claims, requirement)
    listening.keep(*(one.arrived for one in claims[:1] if not found))
    judged(*found)


@then(parsers.parse("har varje fakturaunderlag i körningen ett eget id enligt {requirement}"))
def every_id_of_the_run_is_its_own(
    bench: Bench, evidence: Evidence, listening: Listening, requirement: str
) -> None:
    claims = read(bench.inbox.found(any_claim))
    evidence.expects("inga två olika fakturaunderlag med samma id")
    evidence.observes(f"{len(claims)} anrop, {len({one.id for one in claims})} id")
    if not claims:
        judged(nothing_came(bench, requirement))
    listening.keep(claims[0].arrived)
    judged(*verdicts.unique(bench.judge, claims, requirement))


def _again(
    listening: Listening, sale: Sale, patience: Patience, within: float, count: int
) -> list[SentClaim]:
    """Wait for so many arrivals of the bill, for all the pauses there are between them."""
    now = patience.now
    pauses = sum(now.pause * now.factor**turn for turn in range(count - 1))
    silence = now.timeout if now.timeout < _USUAL else 0.0
    return sale.await_claims(listening, seconds=pauses + silence + within, count=count)
