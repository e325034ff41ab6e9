"""Givet and När: what the tested system is made to bill, by its trigger or at its screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from math import ceil

import pytest
from lxml import etree
from pytest_bdd import given, parsers, when

from contracts.judge import swedish_now
from features.asking import Asking
from features.bench import Bench
from features.json_interface import NotOffered
from features.listening import Listening
from features.utomlansfakturering.acting import Patience, Selling, trigger_of
from features.utomlansfakturering.around import answered
from features.utomlansfakturering.bills import IDENTITIES, KINDS_TO_BILL, WRONG, Bill, a_bill
from features.utomlansfakturering.form_verdicts import LARGEST
from features.utomlansfakturering.sale import Gallery, Homes, Hope, Sale
from features.utomlansfakturering.sent_claims import CREDIT, any_claim, read, with_id
from features.utomlansfakturering.trigger import Settings, State
from features.utomlansfakturering.troubles import Troubles

_BRISK = Settings(pause=0.2, attempts=5, timeout=29.0, factor=1.0)
_REASON = "2"
Sell = Callable[[Bill], Sale]
RIGHT = Decimal("1500.00")


@pytest.fixture(scope="session")
def patience(bench: Bench) -> Iterator[Patience]:
    """Have the system send again soon during the run, where that can be set."""
    stated = Settings(
        pause=bench.role.settings["resend_pause"],
        attempts=bench.role.settings["attempts"],
        timeout=bench.role.settings["timeout"],
        factor=1.0,
    )
    made = Patience(trigger_of(bench.role), stated, _BRISK)
    yield made
    made.close()


@pytest.fixture(scope="session")
def regions_to_bill(bench: Bench) -> Homes:
    """Give the regions that are billed, in turn."""
    return Homes(bench)


@pytest.fixture(scope="session")
def gallery() -> Gallery:
    """Give what has been billed of each kind in the run."""
    return Gallery()


@pytest.fixture(scope="session")
def hope(bench: Bench) -> Hope:
    """Give how long what the system is to send is waited for; a tester always has the full time."""
    usual = float(bench.role.settings["send_within"])
    has_trigger = trigger_of(bench.role) is not None
    short = bench.role.settings["settle"] if has_trigger else usual
    return Hope(usual=usual, short=min(short, usual))


@pytest.fixture
def within(hope: Hope) -> float:
    """Give how long the system may take to send. Units: seconds."""
    return hope.within


@pytest.fixture
def selling(
    bench: Bench,
    asking: Asking,
    listening: Listening,
    within: float,
    patience: Patience,  # noqa: ARG001
) -> Selling:
    """Give the way to make the tested system bill; it sends again soon."""

    def sent(seconds: float, count: int) -> tuple[str, ...]:
        came = read(listening.wait(any_claim, seconds=seconds, count=count))
        return tuple(dict.fromkeys(claim.id for claim in came))

    return Selling(trigger=trigger_of(bench.role), asking=asking, within=within, sent=sent)


@pytest.fixture
def plain(regions_to_bill: Homes) -> Bill:
    """Give plain outpatient care, of a patient from the next region."""
    return a_bill(regions_to_bill.next(), swedish_now().date())


@pytest.fixture
def sell(selling: Selling, listening: Listening, hope: Hope) -> Sell:
    """Give the way to have a bill made, and to wait until its claim specifications have come."""

    def sold(bill: Bill) -> Sale:
        listening.begin_anew()
        sale = Sale(bill=bill, ids=selling.bill(bill))
        hope.note(bool(sale.await_claims(listening, seconds=selling.within)))
        return sale

    return sold


# Every kind --------------------------------------------------------------------------------------


@when("systemet fakturerar vård av alla slag", target_fixture="shown_kinds")
def every_kind_is_billed(one_of: Callable[[str], None], gallery: Gallery) -> Gallery:
    for kind in (*KINDS_TO_BILL, "kredit"):
        one_of(kind)
    return gallery


@when(parsers.parse('systemet fakturerar vård av slaget "{kind}"'), target_fixture="shown_kinds")
def a_kind_is_billed(
    one_of: Callable[[str], None], listening: Listening, gallery: Gallery, kind: str
) -> Gallery:
    one_of(kind)
    if (claim := gallery.sent[kind]) is not None:
        listening.keep(claim.arrived)
    return gallery


@pytest.fixture
def one_of(
    selling: Selling,
    listening: Listening,
    gallery: Gallery,
    regions_to_bill: Homes,
    hope: Hope,
) -> Callable[[str], None]:
    """Give the way to bill care of a kind, unless the run has; a credit takes plain care back."""
    inbox = listening.bench.inbox

    def billed(kind: str) -> None:
        if kind in gallery.sent:
            return
        after, within = inbox.latest, hope.within
        plain = "" if kind == "kredit" else kind
        try:
            ids = selling.bill(a_bill(regions_to_bill.next(), swedish_now().date(), plain))
        except NotOffered:
            gallery.sent[kind] = None
            gallery.not_offered.add(kind)
            return
        if kind == "kredit" and inbox.wait_for(with_id(*ids), seconds=within, after=after):
            if selling.shows(ids[0], State.ACCEPTED).state is not State.ACCEPTED:
                gallery.sent[kind] = None  # what was not received cannot be taken back
                return
            made = selling.correct(ids[0], RIGHT, _REASON)
            ids = (made.credit,) if made is not None else selling.sent(within, 3)
        came = inbox.wait_for(with_id(*ids), seconds=within, after=after)
        found = [one for one in read(came) if kind != "kredit" or one.type_of_invoice == CREDIT]
        gallery.sent[kind] = found[0] if found else None
        hope.note(bool(found))

    return billed


# One bill ----------------------------------------------------------------------------------------


@given(parsers.parse("en patient med {identity}"), target_fixture="plain")
def a_patient_with_an_identity(plain: Bill, identity: str) -> Bill:
    return replace(plain, patient=IDENTITIES[identity])


@given(parsers.parse("vård till priset {fee} kronor"), target_fixture="plain")
def care_at_a_price(plain: Bill, fee: str) -> Bill:
    return replace(plain, fee=Decimal(fee))


@given(parsers.parse('en notering med texten "{note}"'), target_fixture="plain")
def a_note(plain: Bill, note: str) -> Bill:
    return replace(plain, note=note)


@given(parsers.parse("uppgifter om {what}"), target_fixture="plain")
def wrong_data(plain: Bill, what: str) -> Bill:
    return WRONG[what](plain, swedish_now().date())


@given("inskriven vård", target_fixture="plain")
def inpatient_care(plain: Bill) -> Bill:
    return replace(a_bill(plain.home, swedish_now().date(), "sluten vård"), kind="")


@given("mer vård än vad som ryms i 5 MB", target_fixture="plain")
def care_that_is_too_much(sell: Sell, listening: Listening, plain: Bill) -> Bill:
    """Ask for lines enough, by the size of one that the system has sent."""
    sale = sell(plain)
    came = sale.claims(listening)
    if not came or not came[0].lines:
        pytest.skip("Systemet sände inget, så det går inte att se hur stor en rad är.")
    patient = came[0].lines[0].getparent()
    size = len(etree.tostring(came[0].lines[0] if patient is None else patient))
    return replace(plain, lines=ceil(1.1 * LARGEST / size))


@when("systemet fakturerar vården", target_fixture="sale")
def care_is_billed(sell: Sell, plain: Bill) -> Sale:
    return sell(plain)


@when("systemet ska fakturera vården", target_fixture="sale")
def care_is_to_be_billed(selling: Selling, listening: Listening, plain: Bill) -> Sale:
    """Bill what may not be sent, without waiting for it to come."""
    listening.begin_anew()
    return Sale(bill=plain, ids=selling.bill(plain))


@when(parsers.parse("systemet fakturerar vård till patienter från {count:d} regioner"),
      target_fixture="sales")  # fmt: skip
def several_regions_are_billed(
    selling: Selling, listening: Listening, regions_to_bill: Homes, count: int
) -> list[Sale]:
    today = swedish_now().date()
    bills = [a_bill(regions_to_bill.next(), today) for _ in range(count)]
    sales = [Sale(bill=bill, ids=selling.bill(bill)) for bill in bills]
    for sale in sales:
        sale.await_claims(listening, seconds=selling.within)
    return sales


@given("ett fakturaunderlag som har mottagits", target_fixture="sale")
def an_accepted_claim(selling: Selling, listening: Listening, sell: Sell, plain: Bill) -> Sale:
    sale = sell(plain)
    if not sale.ids or not sale.claims(listening):
        pytest.skip("Systemet sände inget, så det finns inget att rätta.")
    shown = selling.shows(sale.ids[0], State.ACCEPTED)
    if shown.state is not State.ACCEPTED:
        pytest.skip("Systemet visar inte fakturaunderlaget som mottaget.")
    return sale


@given("ett fakturaunderlag som har avvisats", target_fixture="sale")
def a_refused_claim(
    selling: Selling, listening: Listening, sell: Sell, plain: Bill, troubles: Troubles
) -> Sale:
    troubles.script(plain.home, {"payload": answered("ERROR", "R27: Bruttobeloppet stämmer inte.")})
    sale = sell(plain)
    if not sale.ids or not sale.claims(listening):
        pytest.skip("Systemet sände inget, så det finns inget att rätta.")
    if selling.shows(sale.ids[0], State.REFUSED).state is not State.REFUSED:
        pytest.skip("Systemet visar inte fakturaunderlaget som avvisat.")
    troubles.over()
    return sale


@when("felet rättas i systemet")
def it_is_corrected(selling: Selling, sale: Sale, listening: Listening) -> None:
    sale.corrected = selling.correct(sale.ids[0], RIGHT, _REASON)
    if sale.corrected is not None:
        made = [each for each in (sale.corrected.credit, sale.corrected.claim) if each]
        listening.wait(with_id(*made), seconds=selling.within, count=len(made))
