"""The selling region's system, through a platform to a buying system: flows 1, 2 and 2a."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from contracts.domains.financial_billing_claim.v1_1.kinds import KINDS
from simulator.app import create_app
from simulator.client import HttpTransport, PlatformClient, WsgiTransport
from simulator.regions.buyer import PART, Buyer
from simulator.regions.claim_defects import DEFECTS
from simulator.regions.directory import REGIONS
from simulator.regions.ledger import Match
from simulator.regions.seller import Seller
from simulator.regions.system import regions_app

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask import Flask

    from contracts.domains.financial_billing_claim.v1_1.messages import Claim
    from simulator.platform import Platform
    from simulator.regions.directory import Region


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A seller, the platform it calls through, and the buying system behind."""

    seller: Seller
    platform: Platform
    system: Buyer


@pytest.fixture
def a_bench(
    a_platform: Callable[..., Platform],
    a_buyer: Callable[..., Buyer],
    over_http: Callable[[Flask], HttpTransport],
    seller: Region,
    now: datetime,
) -> Callable[..., Bench]:
    """Give a maker of benches; the platform is in this process, the buyer behind a listener."""

    def build(
        *, defect: str = "", region: Region = seller, clock: Callable[[], datetime] = lambda: now
    ) -> Bench:
        system = a_buyer(DEFECTS[defect] if defect else None)
        url = over_http(regions_app({("03", "claim"): system})).base_url
        platform = a_platform(url + PART.url_path("03"))
        client = PlatformClient(
            WsgiTransport(create_app(platform)), instance_id=platform.settings.instance_id
        )
        return Bench(seller=Seller(region, client, clock=clock), platform=platform, system=system)

    return build


@pytest.fixture
def bench(a_bench: Callable[..., Bench]) -> Bench:
    """Give a bench where all is well."""
    return a_bench()


# --- Flow 1: send ---


@pytest.mark.parametrize("kind", KINDS)
def test_valid_claim_is_received_and_the_invoice_may_go(
    bench: Bench, buyer: Region, kind: str
) -> None:
    """OK from the buyer, who then matches the invoice by id and amount."""
    sent = bench.seller.bill(buyer, kind)

    assert sent.findings == ()
    assert sent.result_code == "OK"
    assert sent.invoice_may_go
    assert bench.system.ledger.match(sent.claim.id, sent.claim.payable) is Match.MATCHED


def test_seller_calls_the_buyer_by_its_organisation_number_as_itself(
    bench: Bench, buyer: Region, seller: Region
) -> None:
    """Logical address, sender and contract as the platform saw them."""
    sent = bench.seller.bill(buyer, "öppen vård")

    assert sent.answer is not None
    (entry,) = bench.platform.journal.stream()
    assert entry.receiver == buyer.organisation_number
    assert (entry.sender, entry.sender_known_by) == (seller.hsa_id, "internal header")
    assert entry.correlation_id == sent.answer.correlation_id
    assert entry.legs[0].request == sent.answer.request


def test_claim_is_from_the_seller_to_the_buyer(
    bench: Bench, buyer: Region, seller: Region, now: datetime
) -> None:
    """Parties, place of residence and dates come from the regions and the clock."""
    claim = bench.seller.bill(buyer, "öppen vård").claim

    assert claim.supplier.organisation_number == seller.organisation_number
    assert claim.customer.organisation_number == buyer.organisation_number
    assert {line.county for line in claim.lines} == {buyer.county}
    assert {line.municipality for line in claim.lines} == {buyer.municipality}
    assert claim.id.startswith(f"ZVF{seller.organisation_number}2611")
    assert claim.issued < now.date()


def test_every_claim_has_an_id_of_its_own(bench: Bench, buyer: Region) -> None:
    """Two bills for the same care are two claim specifications."""
    first, second = (bench.seller.bill(buyer, "öppen vård") for _ in range(2))

    assert first.claim.id != second.claim.id
    assert (first.result_code, second.result_code) == ("OK", "OK")


# --- Own validation ---


def _misnamed(claim: Claim) -> Claim:
    return replace(claim, id="ABC23210000162611000001")


def _without_profession(claim: Claim) -> Claim:
    (line,) = claim.lines
    return replace(claim, lines=(replace(line, care=(replace(line.care[0], profession=None),)),))


def _line_zero(claim: Claim) -> Claim:
    (line,) = claim.lines
    return replace(claim, lines=(replace(line, care=(replace(line.care[0], line_id=0),)),))


@pytest.mark.parametrize(
    ("spoil", "rules"),
    [
        pytest.param(_misnamed, {"R37"}, id="wrong id"),
        pytest.param(_without_profession, {"R23"}, id="profession missing"),
        pytest.param(_line_zero, {"schema"}, id="not valid by the schema"),
        pytest.param(
            lambda claim: _misnamed(_without_profession(claim)), {"R23", "R37"}, id="two faults"
        ),
    ],
)
def test_own_validation_stops_a_wrong_message_before_anything_is_sent(
    bench: Bench, buyer: Region, spoil: Callable[[Claim], Claim], rules: set[str]
) -> None:
    """The seller is told every rule, and neither platform nor buyer ever hears of it."""
    claim = spoil(KINDS["öppen vård"](bench.seller.deal_with(buyer)))

    sent = bench.seller.send(claim, buyer)

    assert {finding.rule for finding in sent.findings} == rules
    assert sent.answer is None
    assert sent.result_code is None
    assert not sent.invoice_may_go
    assert bench.platform.journal.last_number() == 0
    assert bench.system.ledger.find(claim.id) is None


def test_own_validation_goes_by_the_seller_s_clock(
    a_bench: Callable[..., Bench], buyer: Region, now: datetime
) -> None:
    """A claim dated tomorrow is stopped today, whatever day that is."""
    long_ago = now.replace(year=2020)
    bench = a_bench(clock=lambda: long_ago)
    claim = KINDS["öppen vård"](bench.seller.deal_with(buyer))
    tomorrow = (long_ago + timedelta(days=1)).date()

    sent = bench.seller.send(replace(claim, issued=tomorrow), buyer)

    assert [finding.rule for finding in sent.findings] == ["R2"]
    assert claim.issued.year == 2020


# --- Flow 2: credit ---


def test_credit_takes_an_accepted_claim_back(bench: Bench, buyer: Region) -> None:
    """The credit has an id of its own, refers to the original, and is tied to it by the buyer."""
    original = bench.seller.bill(buyer, "öppen vård")

    taken_back = bench.seller.credit(original.claim, buyer)
    again = bench.seller.bill(buyer, "öppen vård")

    assert taken_back.result_code == "OK"
    assert taken_back.claim.credit_of == original.claim.id
    assert taken_back.claim.credited_invoice == original.claim.invoice_id
    assert again.result_code == "OK"
    assert len({original.claim.id, taken_back.claim.id, again.claim.id}) == 3
    kept = bench.system.ledger.find(original.claim.id)
    assert kept is not None
    assert kept.credits == (taken_back.claim.id,)


def test_credit_names_every_line_and_its_reason(bench: Bench, buyer: Region) -> None:
    """What a credit should give: the line it takes back, and why."""
    original = bench.seller.bill(buyer, "flera patienter och rader")

    taken_back = bench.seller.credit(original.claim, buyer)

    assert taken_back.result_code == "OK"
    credited = [care for line in taken_back.claim.lines for care in line.care]
    assert [care.credited_line for care in credited] == [
        care.line_id for line in original.claim.lines for care in line.care
    ]
    assert all(care.credit_reason for care in credited)


# --- Where no OK comes ---


def test_refused_claim_lets_no_invoice_go(a_bench: Callable[..., Bench], buyer: Region) -> None:
    """Flow 2a: ERROR means that nothing is received."""
    bench = a_bench(defect="refuses-coordination-numbers")

    sent = bench.seller.bill(buyer, "samordningsnummer")

    assert sent.findings == ()
    assert sent.result_code == "ERROR"
    assert not sent.invoice_may_go
    assert bench.system.ledger.match(sent.claim.id, Decimal("1800.00")) is Match.UNKNOWN


def test_info_lets_no_invoice_go(a_bench: Callable[..., Bench], buyer: Region) -> None:
    """The schema knows INFO, the contract does not: it is not OK."""
    sent = a_bench(defect="answers-info").seller.bill(buyer, "öppen vård")

    assert sent.result_code == "INFO"
    assert not sent.invoice_may_go


def test_refusal_of_the_platform_lets_no_invoice_go(
    a_bench: Callable[..., Bench], buyer: Region
) -> None:
    """A seller without authorisation gets a fault, which holds no result code."""
    sent = a_bench(region=REGIONS["25"]).seller.bill(buyer, "öppen vård")

    assert sent.answer is not None
    assert sent.answer.platform_code == "VP007"
    assert sent.result_code is None
    assert not sent.invoice_may_go


def test_platform_that_is_down_lets_no_invoice_go(
    seller: Region, buyer: Region, refused: str, now: datetime
) -> None:
    """No answer at all is an answer that is not OK."""
    transport = HttpTransport(refused.removesuffix("/claim"))
    alone = Seller(seller, PlatformClient(transport, instance_id=""), clock=lambda: now)

    sent = alone.bill(buyer, "öppen vård")

    assert sent.answer is not None
    assert sent.answer.status is None
    assert sent.result_code is None
    assert not sent.invoice_may_go


def test_answer_of_something_else_lets_no_invoice_go(
    a_peer: Callable[..., Any], seller: Region, buyer: Region, now: datetime
) -> None:
    """OK counts in the contract's own element alone."""
    page = a_peer(b"<html><resultCode>OK</resultCode></html>").address.removesuffix("/claim")
    client = PlatformClient(HttpTransport(page), instance_id="")

    sent = Seller(seller, client, clock=lambda: now).bill(buyer, "öppen vård")

    assert sent.result_code is None
    assert not sent.invoice_may_go
