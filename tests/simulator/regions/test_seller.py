"""The selling region's system, through a platform to a buying system: flows 1, 2 and 2a."""

from __future__ import annotations

import time
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from contracts.domains.financial_billing_claim.v1_1.kinds import KINDS, PERSONAL_NUMBER
from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM, Identity, text_of
from contracts.envelope import body_of
from contracts.errors import UsageError
from contracts.parsing import parse
from simulator.app import create_app
from simulator.client import HttpTransport, Raw, WsgiTransport
from simulator.regions.billing import LARGEST, Given, State
from simulator.regions.buyer import PART, Buyer
from simulator.regions.claim_defects import DEFECTS
from simulator.regions.claim_resending import DEFAULTS
from simulator.regions.directory import REGIONS
from simulator.regions.ledger import Match
from simulator.regions.seller import Seller
from simulator.regions.surroundings import Resending, Surroundings
from simulator.regions.system import regions_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from flask import Flask
    from lxml import etree

    from simulator.platform import Platform
    from simulator.regions.directory import Region

PATIENT = Identity(root=PERSONAL_NUMBER, extension="191001209814")
BILLABLE = [kind for kind in KINDS if kind != "kredit"]
SOON = replace(DEFAULTS, after_fault=0.05, after_silence=0.05, attempts=3)
PATIENCE = 30.0


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A seller, the platform it calls through, and the buying system behind."""

    seller: Seller
    platform: Platform
    system: Buyer
    home: str

    def bill(self, **values: object) -> str:
        """Bill care, and give the id once it is sent."""
        (made,) = self.seller.bill(a_visit(home=self.home, **values))
        assert self.seller.wait(PATIENCE)
        return made

    def state(self, claim_id: str) -> State:
        """Tell how it stands with a claim specification."""
        found = self.seller.find(claim_id)
        assert found is not None
        return found.state

    def sent(self) -> list[etree._Element]:
        """Give the payloads that came to the platform, in order."""
        return [body_of(parse(each.legs[0].request)) for each in self.platform.journal.stream()]


def a_visit(**values: object) -> Given:
    """Give care to bill: a visit, unless told otherwise."""
    given = {"home": "03", "kind": "öppen vård", "patient": PATIENT, "price": Decimal("450.50")}
    return Given(**given | values)  # type: ignore[arg-type]


def _running_from(start: datetime) -> Callable[[], datetime]:
    began = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - began)


@pytest.fixture
def a_bench(
    a_platform: Callable[..., Platform],
    a_buyer: Callable[..., Buyer],
    over_http: Callable[[Flask], HttpTransport],
    seller: Region,
    now: datetime,
) -> Iterator[Callable[..., Bench]]:
    """Give a maker of benches; the platform is in this process, the buyer behind a listener."""
    with ExitStack() as opened:

        def build(
            *,
            defect: str = "",
            region: Region = seller,
            clock: Callable[[], datetime] | None = None,
            url: str = "sqlite://",
            resending: Resending = SOON,
        ) -> Bench:
            system = a_buyer(DEFECTS[defect] if defect else None)
            behind = over_http(regions_app({("03", "claim"): system})).base_url
            platform = a_platform(behind + PART.url_path("03"))
            app = create_app(platform)
            around = Surroundings(
                clock=clock or _running_from(now),
                transport=lambda _url, _patience: WsgiTransport(app),
            )
            made = Seller(region, url=url, surroundings=around)
            made.resend_by(resending)
            opened.enter_context(closing(made))
            around.lead_to("", instance_id=platform.settings.instance_id)
            return Bench(seller=made, platform=platform, system=system, home="03")

        yield build


@pytest.fixture
def bench(a_bench: Callable[..., Bench]) -> Bench:
    """Give a bench where all is well."""
    return a_bench()


# --- Flow 1: send ---


@pytest.mark.parametrize("kind", BILLABLE)
def test_valid_claim_is_received_and_matches_its_invoice(bench: Bench, kind: str) -> None:
    """OK from the buyer, who then matches the invoice by id and amount."""
    claim_id = bench.bill(kind=kind)

    assert bench.state(claim_id) is State.ACCEPTED
    (payload,) = bench.sent()
    payable = Decimal(text_of(payload, "payableAmount", "amount") or "")
    assert bench.system.ledger.match(claim_id, payable) is Match.MATCHED


def test_seller_calls_the_buyer_by_its_organisation_number_as_itself(
    bench: Bench, buyer: Region, seller: Region
) -> None:
    """Logical address, sender and contract as the platform saw them."""
    bench.bill()

    (entry,) = bench.platform.journal.stream()
    assert entry.receiver == buyer.organisation_number
    assert (entry.sender, entry.sender_known_by) == (seller.hsa_id, "internal header")


def test_claim_is_from_the_seller_to_the_buyer_of_today(
    a_bench: Callable[..., Bench], buyer: Region, seller: Region, now: datetime
) -> None:
    """Parties, place of residence and dates come from the regions and the clock."""
    bench = a_bench(clock=lambda: now)

    claim_id = bench.bill(visit=date(2026, 11, 2))

    (payload,) = bench.sent()
    by_organisation = ("identification", "extension")
    assert text_of(payload, "supplierParty", *by_organisation) == seller.organisation_number
    assert text_of(payload, "customerParty", *by_organisation) == buyer.organisation_number
    assert payload.findtext(f".//{{{CLAIM}}}county/{{{CLAIM}}}code") == buyer.county
    assert payload.findtext(f".//{{{CLAIM}}}careVisitDate") == "20261102"
    assert claim_id.startswith(f"ZVF{seller.organisation_number}2611")
    assert text_of(payload, "id") == claim_id
    assert text_of(payload, "issueDate") == f"{now:%Y%m%d}"
    assert text_of(payload, "issueTime") == f"{now:%H%M%S}"


@pytest.mark.parametrize("kind", BILLABLE)
def test_each_line_costs_what_it_is_said_to(bench: Bench, kind: str) -> None:
    """Whatever it is made of."""
    claim_id = bench.bill(kind=kind, price=Decimal("99.05"), lines=2)

    (payload,) = bench.sent()
    net = f".//{{{CLAIM}}}patientCareInvoiceNetAmount/{{{CLAIM}}}amount"
    assert {node.text for node in payload.iterfind(net)} == {"99.05"}
    assert bench.state(claim_id) is State.ACCEPTED


def test_note_comes_unharmed(bench: Bench) -> None:
    """Letters, markup and what lies beyond the basic plane."""
    note = "Åter till öppen vård <b>&amp;</b> 😀𝄞"

    bench.bill(note=note)

    (payload,) = bench.sent()
    assert payload.findtext(f".//{{{CLAIM}}}unspecified/{{{CLAIM}}}text") == note


def test_every_claim_has_the_next_id_of_a_series(bench: Bench) -> None:
    """Two bills for the same care are two claim specifications."""
    first, second = bench.bill(), bench.bill()

    assert int(second[-6:]) == (int(first[-6:]) + 1) % 1_000_000
    assert bench.state(first) is bench.state(second) is State.ACCEPTED


def test_series_goes_on_in_the_next_process(a_bench: Callable[..., Bench], tmp_path: Path) -> None:
    """An id is never taken twice by one database."""
    url = f"sqlite:///{(tmp_path / 'kept.sqlite').as_posix()}"
    first, second = (a_bench(url=url).bill() for _ in range(2))

    assert int(second[-6:]) == (int(first[-6:]) + 1) % 1_000_000


# --- Own validation ---


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        pytest.param({"visit": date(2026, 11, 23)}, "R17", id="visit in the future"),
        pytest.param(
            {"kind": "sluten vård", "visit": date(2026, 11, 2), "discharge": date(2026, 11, 1)},
            "R18",
            id="discharged before admitted",
        ),
        pytest.param({"visit": date(1899, 1, 1)}, "schema", id="not valid by the schema"),
    ],
)
def test_own_validation_stops_a_wrong_message_before_anything_is_sent(
    bench: Bench, wrong: dict[str, object], rule: str
) -> None:
    """Whoever sees to it is told the rule, and neither platform nor buyer ever hears of it."""
    claim_id = bench.bill(**wrong)

    found = bench.seller.find(claim_id)
    assert found is not None
    assert found.state is State.STOPPED
    assert rule in found.comment
    assert PATIENT.extension not in found.comment
    assert bench.platform.journal.last_number() == 0


def test_own_validation_goes_by_the_seller_s_clock(
    a_bench: Callable[..., Bench], now: datetime
) -> None:
    """A visit of tomorrow is stopped today, whatever day that is."""
    long_ago = now.replace(year=2020)
    bench = a_bench(clock=lambda: long_ago)
    today = long_ago.date()

    assert bench.state(bench.bill(visit=today)) is State.ACCEPTED
    assert bench.state(bench.bill(visit=today + timedelta(days=1))) is State.STOPPED


# --- Size ---


def test_what_is_too_large_is_divided_evenly(bench: Bench) -> None:
    """Each message has an id of its own, all lines are billed once, and none is above 5 MB."""
    ids = bench.seller.bill(a_visit(lines=52, note="å" * 60_000))

    assert bench.seller.wait(PATIENCE)
    assert [bench.state(each) for each in ids] == [State.ACCEPTED] * 2
    sizes = [len(each.legs[0].request) for each in bench.platform.journal.stream()]
    lines = [len([*each.iter(f"{{{CLAIM}}}lineId")]) for each in bench.sent()]
    assert max(sizes) <= LARGEST
    assert lines == [26, 26]


def test_a_line_that_is_too_large_is_stopped(bench: Bench) -> None:
    """It cannot be divided."""
    claim_id = bench.bill(note="x" * 5_000_000)

    found = bench.seller.find(claim_id)
    assert found is not None
    assert (found.state, found.attempts) == (State.STOPPED, 0)
    assert "5 MB" in found.comment


# --- Flow 2: credit ---


def test_correction_takes_an_accepted_claim_back_and_bills_anew(bench: Bench) -> None:
    """The credit refers to the original and is tied to it by the buyer; each has its own id."""
    original = bench.bill(kind="flera patienter och rader")

    made = bench.seller.correct(original, Decimal("400"), "3")

    assert bench.seller.wait(PATIENCE)
    assert made.credit_id is not None
    assert len({original, made.credit_id, made.claim_id}) == 3
    assert bench.state(made.credit_id) is bench.state(made.claim_id) is State.ACCEPTED
    kept = bench.system.ledger.find(original)
    assert kept is not None
    assert kept.credits == (made.credit_id,)
    first, credit, new = bench.sent()
    assert text_of(credit, "id") == made.credit_id
    assert text_of(credit, "typeOfInvoice") == "381"
    assert text_of(credit, "referenceToProcessClaimSpecificationId") == original
    assert text_of(credit, "referenceToInvoice") == text_of(first, "invoiceId")
    assert text_of(new, "id") == made.claim_id
    assert text_of(new, "typeOfInvoice") == "380"
    assert text_of(new, "payableAmount", "amount") == "2000.00"
    for billed, taken_back in zip(
        first.iter(f"{{{CLAIM}}}healthcarePerformed"),
        credit.iter(f"{{{CLAIM}}}healthcarePerformed"),
        strict=True,
    ):
        assert taken_back.findtext(f"{{{CLAIM}}}referenceToLineId") == billed.findtext(
            f"{{{CLAIM}}}lineId"
        )
        assert taken_back.findtext(f"{{{CLAIM}}}reasonForCredit") == "3"


@pytest.mark.parametrize("again", ["original", "credit"])
def test_a_claim_is_corrected_once_and_a_credit_never(bench: Bench, again: str) -> None:
    """What is wrong with the correction is corrected in turn."""
    original = bench.bill()
    made = bench.seller.correct(original, Decimal(1), "1")
    assert bench.seller.wait(PATIENCE)
    wrong = {"original": original, "credit": made.credit_id}[again]

    with pytest.raises(UsageError, match=r"credit|corrected"):
        bench.seller.correct(wrong or "", Decimal(2), "1")
    assert bench.seller.correct(made.claim_id, Decimal(2), "1").credit_id


# --- Where no OK comes ---


def test_refused_claim_is_billed_anew_without_a_credit(a_bench: Callable[..., Bench]) -> None:
    """Flow 2a: ERROR means that nothing is received, and it is not sent again."""
    bench = a_bench(defect="refuses-coordination-numbers")
    wrong = bench.bill(kind="samordningsnummer", patient=None)
    assert bench.state(wrong) is State.REFUSED

    made = bench.seller.correct(wrong, Decimal(700), "1")

    assert bench.seller.wait(PATIENCE)
    assert made.credit_id is None
    assert made.claim_id != wrong
    assert len(bench.sent()) == 2
    assert bench.system.ledger.match(wrong, Decimal("450.50")) is Match.UNKNOWN


def test_info_lets_no_invoice_go(a_bench: Callable[..., Bench]) -> None:
    """The schema knows INFO, the contract does not: it is not OK."""
    bench = a_bench(defect="answers-info")

    assert bench.state(bench.bill()) is State.REFUSED


def test_fault_is_tried_again_with_the_very_same_until_it_is_given_up(
    a_bench: Callable[..., Bench],
) -> None:
    """A seller without authorisation gets a fault from the platform, each time."""
    bench = a_bench(region=REGIONS["25"])

    claim_id = bench.bill()

    found = bench.seller.find(claim_id)
    assert found is not None
    assert (found.state, found.attempts) == (State.GIVEN_UP, 3)
    assert "VP007" in found.comment
    entries = [*bench.platform.journal.stream()]
    assert len({entry.legs[0].request for entry in entries}) == 1
    assert len({entry.correlation_id for entry in entries}) == 1
    with pytest.raises(UsageError, match="not known"):
        bench.seller.correct(claim_id, Decimal(1), "1")


class _Silent:
    """A platform that says nothing, and remembers when it was called."""

    base_url = "http://nobody"

    def __init__(self) -> None:
        self.called: list[float] = []

    def send(self, *_args: object, **_values: object) -> Raw:
        self.called.append(time.monotonic())
        raise ConnectionError


def test_producer_that_was_given_up_is_left_alone_for_the_pause(
    seller: Region, now: datetime
) -> None:
    """What comes next in its queue waits as what was given up would have."""
    nobody = _Silent()
    around = Surroundings(clock=_running_from(now), transport=lambda _url, _patience: nobody)
    with closing(Seller(seller, surroundings=around)) as alone:
        alone.resend_by(replace(SOON, attempts=1, after_silence=0.4))
        for _ in range(2):
            alone.bill(a_visit())
        around.lead_to("", instance_id="")

        assert alone.wait(PATIENCE)

    first, second = nobody.called
    assert second - first >= 0.4


def test_what_was_not_sent_is_sent_by_the_next_process(
    a_bench: Callable[..., Bench], now: datetime, seller: Region, tmp_path: Path
) -> None:
    """And it is known there by its id."""
    url = f"sqlite:///{(tmp_path / 'kept.sqlite').as_posix()}"
    nowhere = Surroundings(clock=lambda: now)
    with closing(Seller(seller, url=url, surroundings=nowhere)) as before:
        (claim_id,) = before.bill(a_visit())
        assert before.waiting() == 1

    bench = a_bench(url=url)

    assert bench.seller.wait(PATIENCE)
    assert bench.state(claim_id) is State.ACCEPTED


def test_silence_is_tried_again_later_and_later(
    seller: Region, refused: str, now: datetime
) -> None:
    """A platform that takes no connection is silent too, and each pause is twice the last."""
    around = Surroundings(clock=_running_from(now))
    with closing(Seller(seller, surroundings=around)) as alone:
        alone.resend_by(replace(SOON, after_silence=0.1, attempts=3))
        around.lead_to(refused.removesuffix("/claim"), instance_id="")
        began = time.monotonic()
        (claim_id,) = alone.bill(a_visit())

        assert alone.wait(PATIENCE)
        found = alone.find(claim_id)

    assert time.monotonic() - began >= 0.1 + 0.2
    assert found is not None
    assert (found.state, found.attempts) == (State.GIVEN_UP, 3)


@pytest.mark.parametrize(
    "answer", [b"<html><resultCode>OK</resultCode></html>", b"", b"<not XML"], ids=repr
)
def test_answer_of_something_else_is_neither_ok_nor_tried_again(
    a_peer: Callable[..., Any], seller: Region, now: datetime, answer: bytes
) -> None:
    """OK counts in the contract's own element alone."""
    page = a_peer(answer).address.removesuffix("/claim")
    around = Surroundings(clock=_running_from(now))
    with closing(Seller(seller, surroundings=around)) as alone:
        alone.resend_by(SOON)
        around.lead_to(page, instance_id="")
        (claim_id,) = alone.bill(a_visit())

        assert alone.wait(PATIENCE)
        found = alone.find(claim_id)

    assert found is not None
    assert (found.state, found.attempts) == (State.GIVEN_UP, 1)
