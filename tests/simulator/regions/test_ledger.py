"""What a buying region keeps: once, whole, its own, and for good."""

from __future__ import annotations

import copy
import sqlite3
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.kinds import KINDS, credit, valid
from contracts.domains.financial_billing_claim.v1_1.messages import CLAIM, payload_of, text_of
from contracts.terms import OrganisationNumber
from simulator.regions.ledger import Billed, Kept, Ledger, Match, Received

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from contracts.domains.financial_billing_claim.v1_1.kinds import Deal
    from contracts.domains.financial_billing_claim.v1_1.messages import Claim


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    """Give an empty ledger."""
    with closing(Ledger("03")) as opened:
        yield opened


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Give the database URL of a file in the test's folder."""
    return f"sqlite:///{(tmp_path / 'regions.sqlite').as_posix()}"


@pytest.fixture
def claim(deal: Deal) -> Claim:
    """Give a claim specification of 1 800 kronor."""
    return KINDS["öppen vård"](deal)


def test_received_claim_is_found_by_its_id(ledger: Ledger, claim: Claim) -> None:
    """Id and amount are what an invoice is matched by."""
    assert ledger.receive(payload_of(claim)) is Received.NEW

    assert ledger.find(claim.id) == Kept(
        id=claim.id, copies=1, payable=Decimal("1800.00"), credit_of=None, credits=()
    )


def test_unknown_claim_is_not_found(ledger: Ledger, claim: Claim) -> None:
    """Nothing is made up."""
    assert ledger.find(claim.id) is None


def test_same_claim_again_is_kept_once(ledger: Ledger, claim: Claim) -> None:
    """A resent message changes nothing."""
    ledger.receive(payload_of(claim))

    assert ledger.receive(payload_of(claim)) is Received.AGAIN

    kept = ledger.find(claim.id)
    assert kept is not None
    assert kept.copies == 1


def test_same_claim_written_in_another_way_is_the_same(ledger: Ledger, claim: Claim) -> None:
    """Encoding, character references and what stands around the message are no content."""
    payload = payload_of(claim)
    rewritten = etree.fromstring(
        etree.tostring(payload, encoding="US-ASCII", xml_declaration=True).replace(b'"', b"'")
    )
    surrounded = etree.fromstring(b"<a xmlns:x='urn:x'>text<b/> tail </a>")
    surrounded.append(rewritten)
    rewritten.tail = "after"
    assert etree.tostring(rewritten) != etree.tostring(payload)
    ledger.receive(payload)

    assert ledger.receive(rewritten) is Received.AGAIN


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("payableAmount/amount", "1801.00", id="amount"),
        pytest.param("issueDate", "20261101", id="date"),
        pytest.param("invoiceId", "F2", id="invoice"),
        pytest.param("invoiceId", " F1", id="a blank"),
    ],
)
def test_taken_id_is_told_and_the_first_content_stays(
    ledger: Ledger, claim: Claim, path: str, text: str
) -> None:
    """Another content under a known id is neither kept nor taken for the first."""
    ledger.receive(payload_of(replace(claim, invoice_id="F1")))
    changed = payload_of(replace(claim, invoice_id="F1"))
    element = changed[0].find("/".join(f"{{{CLAIM}}}{step}" for step in path.split("/")))
    assert element is not None
    element.text = text

    assert ledger.receive(changed) is Received.ID_TAKEN

    assert ledger.find(claim.id) == Kept(
        id=claim.id, copies=1, payable=Decimal("1800.00"), credit_of=None, credits=()
    )


def test_credit_is_tied_to_its_original(ledger: Ledger, claim: Claim, deal: Deal) -> None:
    """Each points at the other, and further credits come to the list."""
    first, second = credit(claim, deal), credit(claim, deal)
    for each in (claim, first, second):
        assert ledger.receive(payload_of(each)) is Received.NEW

    original, tied = ledger.find(claim.id), ledger.find(first.id)
    assert original is not None
    assert tied is not None
    assert original.credits == tuple(sorted((first.id, second.id)))
    assert original.credit_of is None
    assert (tied.credit_of, tied.credits) == (claim.id, ())


def test_credit_may_come_before_its_original(ledger: Ledger, claim: Claim, deal: Deal) -> None:
    """Messages may overtake each other; the tie is there once both have come."""
    taken_back = credit(claim, deal)
    ledger.receive(payload_of(taken_back))
    ledger.receive(payload_of(claim))

    original = ledger.find(claim.id)
    assert original is not None
    assert original.credits == (taken_back.id,)


@pytest.mark.parametrize(
    ("amount", "match"),
    [
        pytest.param("1800.00", Match.MATCHED, id="same"),
        pytest.param("1800", Match.MATCHED, id="same without decimals"),
        pytest.param("1800.01", Match.OTHER_AMOUNT, id="one öre more"),
        pytest.param("-1800.00", Match.OTHER_AMOUNT, id="other sign"),
        pytest.param("0", Match.OTHER_AMOUNT, id="zero"),
    ],
)
def test_invoice_is_matched_by_id_and_amount(
    ledger: Ledger, claim: Claim, amount: str, match: Match
) -> None:
    """Flow 1: the invoice refers to the claim specification's id."""
    ledger.receive(payload_of(claim))

    assert ledger.match(claim.id, Decimal(amount)) is match


def test_invoice_without_claim_matches_nothing(ledger: Ledger, claim: Claim) -> None:
    """An unknown id is told apart from another amount."""
    assert ledger.match(claim.id, Decimal("1800.00")) is Match.UNKNOWN


def test_second_copy_is_kept_where_the_defect_asks_for_it(ledger: Ledger, claim: Claim) -> None:
    """The known defect of counting duplicates."""
    ledger.receive(payload_of(claim), twice=True)
    ledger.receive(payload_of(claim), twice=True)

    kept = ledger.find(claim.id)
    assert kept is not None
    assert kept.copies == 2


@pytest.mark.parametrize(
    "amount", [pytest.param("1800,00", id="comma"), pytest.param(None, id="no amount")]
)
def test_refused_message_can_be_kept_where_the_defect_asks_for_it(
    ledger: Ledger, claim: Claim, amount: str | None
) -> None:
    """The known defect of keeping what was refused works for amounts that are none."""
    payload = payload_of(claim)
    payable = payload[0].find(f"{{{CLAIM}}}payableAmount")
    assert payable is not None
    if amount is None:
        payload[0].remove(payable)
    else:
        payable[0].text = amount

    assert ledger.receive(payload) is Received.NEW

    kept = ledger.find(claim.id)
    assert kept is not None
    assert kept.payable == 0


def test_regions_in_one_database_keep_apart(url: str, claim: Claim, deal: Deal) -> None:
    """The same id may be used by two regions, and neither sees the other's."""
    with closing(Ledger("03", url=url)) as one, closing(Ledger("04", url=url)) as other:
        one.receive(payload_of(claim))
        one.receive(payload_of(credit(claim, deal)))

        assert other.find(claim.id) is None
        assert other.match(claim.id, Decimal("1800.00")) is Match.UNKNOWN
        assert other.receive(payload_of(claim)) is Received.NEW
        kept = other.find(claim.id)
        assert kept is not None
        assert kept.credits == ()


def test_claims_are_there_after_reopening(url: str, claim: Claim) -> None:
    """A restarted region still knows what it has received."""
    with closing(Ledger("03", url=url)) as before:
        before.receive(payload_of(claim))

    with closing(Ledger("03", url=url)) as after:
        assert after.receive(payload_of(claim)) is Received.AGAIN
        assert after.find(claim.id) is not None


def test_ledger_in_memory_is_its_own(claim: Claim) -> None:
    """Two systems without a file share nothing."""
    with closing(Ledger("03")) as one, closing(Ledger("03")) as other:
        one.receive(payload_of(claim))

        assert other.find(claim.id) is None


def test_same_claim_from_many_callers_at_once_is_kept_once(
    ledger: Ledger, claim: Claim, meet: Callable[..., list[Any]]
) -> None:
    """One of them is the first; for all others it is there already."""
    payloads = [copy.deepcopy(payload_of(claim)) for _ in range(10)]

    results = meet([lambda each=each: ledger.receive(each) for each in payloads])

    assert sorted(result.name for result in results) == ["AGAIN"] * 9 + ["NEW"]


def test_regions_write_to_one_file_at_the_same_time(
    url: str, deal: Deal, meet: Callable[..., list[Any]]
) -> None:
    """No region is turned away because another one is writing."""
    counties = ["03", "04", "05", "06"]
    payloads = {county: [valid("öppen vård", deal) for _ in range(10)] for county in counties}
    ledgers = {county: Ledger(county, url=url) for county in counties}

    def keep_all(county: str) -> Callable[[], list[Received]]:
        return lambda: [ledgers[county].receive(payload) for payload in payloads[county]]

    results = meet([keep_all(county) for county in counties])

    assert results == [[Received.NEW] * 10] * 4
    for county in counties:
        for payload in payloads[county]:
            assert ledgers[county].find(text_of(payload, "id") or "") is not None
        ledgers[county].close()


def test_what_a_seller_has_billed_is_summed_without_what_was_credited(
    ledger: Ledger, claim: Claim, deal: Deal
) -> None:
    """Two claims of 1 800 kronor, of which one is taken back."""
    another = KINDS["öppen vård"](deal)
    for sent in (claim, another, credit(claim, deal)):
        ledger.receive(payload_of(sent))

    assert ledger.billed() == (
        Billed(seller=deal.seller, claims=2, credits=1, net=Decimal("1800.00")),
    )


def test_sellers_are_told_apart(ledger: Ledger, claim: Claim) -> None:
    """In the order of their organisation numbers."""
    other = replace(claim.supplier, organisation_number=OrganisationNumber("2321000008"))
    ledger.receive(payload_of(claim))
    ledger.receive(payload_of(replace(claim, id="ZVF1", supplier=other)))

    assert [billed.seller for billed in ledger.billed()] == sorted(
        ["2321000008", claim.supplier.organisation_number]
    )


def test_ledger_without_sellers_goes_on_where_it_was(url: str, claim: Claim) -> None:
    """What an older version kept counts, of a seller that is not known."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as older, older:
        older.execute(
            "CREATE TABLE claim_specification (region VARCHAR, id VARCHAR, copies INTEGER, "
            "digest VARCHAR, payable VARCHAR, credit_of VARCHAR, PRIMARY KEY (region, id))"
        )
        older.execute("INSERT INTO claim_specification VALUES ('03', 'A', 1, 'x', '200.00', NULL)")
    with closing(Ledger("03", url=url)) as opened:
        opened.receive(payload_of(claim))

        sums = {billed.seller: billed.net for billed in opened.billed()}
    assert sums == {"": Decimal(200), claim.supplier.organisation_number: Decimal(1800)}


def test_seller_is_known_by_its_organisation_number(ledger: Ledger, claim: Claim) -> None:
    """Also where a GLN stands before it."""
    payload = payload_of(replace(claim, supplier=replace(claim.supplier, gln="7365565594238")))
    first, second = payload.iterfind(f".//{{{CLAIM}}}supplierParty/{{{CLAIM}}}identification")
    second.addnext(first)
    ledger.receive(payload)

    (billed,) = ledger.billed()
    assert billed.seller == claim.supplier.organisation_number
