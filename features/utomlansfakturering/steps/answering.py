"""Givet: how the regions answer the claim specifications of a scenario, or do not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_bdd import given, parsers, when

from contracts.envelope import envelope
from features.bench import Bench
from features.utomlansfakturering.acting import Patience
from features.utomlansfakturering.around import answered
from features.utomlansfakturering.bills import Bill
from features.utomlansfakturering.sale import Sale
from features.utomlansfakturering.steps.resending_claims import SetPatience
from features.utomlansfakturering.troubles import UNREADABLE, Troubles, silence
from features.wordings import DISTURBED, LOST, REWRITTEN, faulted_in_swedish, under_unknown_header

_REFUSAL = "R27: Bruttobeloppet stämmer inte."
_MANY = 1000
_SOON = 1.0  # seconds


@pytest.fixture
def troubles(bench: Bench) -> Iterator[Troubles]:
    """Give the way to put a region in trouble; it is out of it when the scenario is done."""
    made = Troubles(bench)
    yield made
    made.over()


@given("att hemregionen svarar OK")
def the_home_region_takes_it(plain: Bill, troubles: Troubles) -> None:
    troubles.script(plain.home, {"payload": answered("OK")})


@given("att hemregionen svarar ERROR")
def the_home_region_refuses(plain: Bill, troubles: Troubles) -> None:
    troubles.script(plain.home, {"payload": answered("ERROR", _REFUSAL)})


@given("att hemregionen alltid svarar SOAP Fault")
def the_home_region_is_in_trouble(plain: Bill, troubles: Troubles) -> None:
    troubles.disturb(plain.home, LOST["med SOAP Fault"], first=_MANY)


@given(parsers.parse("att hemregionen svarar SOAP Fault de första {count:d} gångerna"))
def the_home_region_is_in_trouble_for_a_while(plain: Bill, troubles: Troubles, count: int) -> None:
    troubles.disturb(plain.home, LOST["med SOAP Fault"], first=count)


@given(parsers.parse("att det första anropet besvaras {how}"))
def the_first_call_is_in_trouble(
    plain: Bill, troubles: Troubles, set_patience: SetPatience, how: str
) -> None:
    if how == "inte alls":
        now = set_patience(timeout=_SOON)
        troubles.disturb(plain.home, silence(now.timeout), first=1)
    else:
        troubles.disturb(plain.home, LOST[how], first=1)


@given("att det första anropet aldrig besvaras")
def the_first_call_is_never_answered(plain: Bill, troubles: Troubles, patience: Patience) -> None:
    troubles.disturb(plain.home, silence(patience.now.timeout), first=1)


@given(parsers.parse("att det första svaret är {what}"))
def the_first_answer_is_none(plain: Bill, troubles: Troubles, what: str) -> None:
    troubles.disturb(plain.home, UNREADABLE[what], first=1)


@given(parsers.parse("att svaret kommer {how}"))
def the_answer_comes_otherwise(plain: Bill, troubles: Troubles, how: str) -> None:
    if how == "med okänd SOAP Header":
        troubles.script(plain.home, {"body": under_unknown_header(answered("OK"))})
    elif how in REWRITTEN:
        right = envelope(answered("OK").encode()).decode()
        troubles.script(plain.home, {"body": REWRITTEN[how](right)})
    else:
        troubles.disturb(plain.home, DISTURBED[how], first=1)


@given("att hemregionen svarar SOAP Fault med xml:lang och egna detaljer")
def the_home_region_faults_in_swedish(plain: Bill, troubles: Troubles) -> None:
    troubles.script(plain.home, {"status": 500, "body": faulted_in_swedish()})


@when("hemregionen därefter svarar OK")
def the_home_region_takes_it_then(sale: Sale, troubles: Troubles) -> None:
    troubles.script(sale.bill.home, {"payload": answered("OK")})
