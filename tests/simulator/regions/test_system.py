"""A region's system over HTTP: its service endpoint and its observation point."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from contracts.domains.financial_billing_claim.v1_1.kinds import KINDS, credit
from contracts.domains.financial_billing_claim.v1_1.messages import payload_of
from contracts.envelope import envelope
from simulator.regions.buyer import PART, Buyer
from simulator.regions.claim_defects import DEFECTS
from simulator.regions.system import OBSERVATION_PATH, regions_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from contracts.domains.financial_billing_claim.v1_1.kinds import Deal
    from contracts.domains.financial_billing_claim.v1_1.messages import Claim

CLAIMS = PART.url_path("03")
XML = "text/xml; charset=UTF-8"
OBSERVE = OBSERVATION_PATH.format(county="03")


@pytest.fixture
def a_system(a_buyer: Callable[..., Buyer]) -> Callable[..., FlaskClient]:
    """Give a maker of clients on a system with the regions 03 and 04."""

    def build(defect: str = "") -> FlaskClient:
        chosen = DEFECTS[defect] if defect else None
        return regions_app(
            {("03", "claim"): a_buyer(chosen), ("04", "claim"): a_buyer()}
        ).test_client()

    return build


@pytest.fixture
def claim(deal: Deal) -> Claim:
    """Give a claim specification of 1 800 kronor."""
    return KINDS["öppen vård"](deal)


def send(system: FlaskClient, claim: Claim) -> None:
    """Have a claim specification received."""
    answer = system.post(CLAIMS, data=envelope(payload_of(claim)), content_type=XML)
    assert answer.status_code == 200
    assert b">OK<" in answer.data


def matched(system: FlaskClient, claim_id: str, amount: object) -> dict[str, Any]:
    """Hand the system an invoice."""
    document = {"invoiceId": "F1", "claimSpecificationId": claim_id, "amount": amount}
    answer = system.post(f"{OBSERVE}/invoices", json=document)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def test_answer_is_soap_over_http(a_system: Callable[..., FlaskClient], claim: Claim) -> None:
    """Status and content type are those of the buyer's reply."""
    system = a_system()

    answer = system.post(CLAIMS, data=envelope(payload_of(claim)), content_type=XML)
    fault = system.post(CLAIMS, data=b"not XML", content_type=XML)

    assert (answer.status_code, fault.status_code) == (200, 500)
    assert answer.content_type == fault.content_type == "text/xml; charset=UTF-8"
    assert b"Envelope" in answer.data
    assert b"Fault" in fault.data


def test_kept_claim_can_be_observed(a_system: Callable[..., FlaskClient], claim: Claim) -> None:
    """What a suite asks for: copies, amount, and what it is a credit of."""
    system = a_system()
    send(system, claim)

    assert system.get(f"{OBSERVE}/claims/{claim.id}").get_json() == {
        "id": claim.id,
        "copies": 1,
        "payable": "1800.00",
        "creditOf": None,
        "credits": [],
    }


def test_what_is_not_kept_is_not_found(a_system: Callable[..., FlaskClient], claim: Claim) -> None:
    """No copies is the answer a suite reads as not received; 404 would be a wrong address."""
    answer = a_system().get(f"{OBSERVE}/claims/{claim.id}")

    assert answer.status_code == 200
    assert answer.get_json() == {
        "id": claim.id, "copies": 0, "payable": None, "creditOf": None, "credits": []
    }  # fmt: skip


def test_credit_can_be_observed_from_both_ends(
    a_system: Callable[..., FlaskClient], claim: Claim, deal: Deal
) -> None:
    """The original shows its credits, the credit its original."""
    system = a_system()
    taken_back = credit(claim, deal)
    send(system, claim)
    send(system, taken_back)

    original = system.get(f"{OBSERVE}/claims/{claim.id}").get_json()
    tied = system.get(f"{OBSERVE}/claims/{taken_back.id}").get_json()

    assert (original["credits"], original["creditOf"]) == ([taken_back.id], None)
    assert (tied["credits"], tied["creditOf"]) == ([], claim.id)


@pytest.mark.parametrize(
    ("amount", "found"),
    [
        pytest.param("1800.00", {"matched": True, "reason": "matched"}, id="as text"),
        pytest.param(1800, {"matched": True, "reason": "matched"}, id="as number"),
        pytest.param(1800.5, {"matched": False, "reason": "other amount"}, id="other amount"),
    ],
)
def test_invoice_is_matched_by_amount(
    a_system: Callable[..., FlaskClient], claim: Claim, amount: object, found: dict[str, Any]
) -> None:
    """JSON numbers and texts count alike."""
    system = a_system()
    send(system, claim)

    assert matched(system, claim.id, amount) == found


def test_invoice_without_claim_is_not_matched(
    a_system: Callable[..., FlaskClient], claim: Claim
) -> None:
    """The reason tells it from another amount."""
    assert matched(a_system(), claim.id, "1800.00") == {
        "matched": False,
        "reason": "unknown claim specification",
    }


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"claimSpecificationId": "x"}, id="no amount"),
        pytest.param({"claimSpecificationId": "x", "amount": "mycket"}, id="amount is no number"),
        pytest.param(["x", 1], id="no object"),
        pytest.param(None, id="null"),
    ],
)
def test_invoice_that_cannot_be_read_is_refused(
    a_system: Callable[..., FlaskClient], document: object
) -> None:
    """The answer says what to give."""
    answer = a_system().post(
        f"{OBSERVE}/invoices", data=json.dumps(document), content_type="application/json"
    )

    assert answer.status_code == 400
    assert answer.get_json() == {"error": "give claimSpecificationId and amount"}


def test_regions_keep_apart(a_system: Callable[..., FlaskClient], claim: Claim) -> None:
    """What one region has received, another knows nothing of."""
    system = a_system()
    send(system, claim)

    other = OBSERVATION_PATH.format(county="04")
    assert system.get(f"{other}/claims/{claim.id}").get_json()["copies"] == 0


def test_region_that_is_not_there_is_not_found(
    a_system: Callable[..., FlaskClient], claim: Claim
) -> None:
    """Only the regions that were started answer."""
    message = envelope(payload_of(claim))

    assert a_system().post(PART.url_path("25"), data=message).status_code == 404


def test_service_endpoint_takes_posts_alone(a_system: Callable[..., FlaskClient]) -> None:
    """A browser that looks at the endpoint is told so by the HTTP layer."""
    assert a_system().get(CLAIMS).status_code == 405


def test_defect_of_losing_credits_is_seen_at_the_original(
    a_system: Callable[..., FlaskClient], claim: Claim, deal: Deal
) -> None:
    """The credit is received, and the original knows nothing of it."""
    system = a_system("loses-credits")
    send(system, claim)
    send(system, credit(claim, deal))

    assert system.get(f"{OBSERVE}/claims/{claim.id}").get_json()["credits"] == []


def test_defect_of_matching_any_amount_needs_a_claim_still(
    a_system: Callable[..., FlaskClient], claim: Claim
) -> None:
    """Matching by id alone is wrong in the amount only."""
    system = a_system("matches-any-amount")
    assert not matched(system, claim.id, "1800.00")["matched"]
    send(system, claim)

    assert matched(system, claim.id, "1.00")["matched"]
