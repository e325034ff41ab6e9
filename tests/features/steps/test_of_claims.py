"""The steps of Utomlänsfakturering: each is given what it alone must object to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from contracts.domains.financial_billing_claim.v1_1.kinds import Deal, valid
from contracts.domains.financial_billing_claim.v1_1.messages import text_of
from contracts.domains.financial_billing_claim.v1_1.single_faults import faulty
from contracts.envelope import envelope
from features.utomlansfakturering.observation import KeptClaim
from features.utomlansfakturering.steps import arrange, inspect
from simulator.client import Answer
from simulator.faults import soap_fault

MakeAnswer = Callable[..., Answer]
DIFFERENCE = "radernas lineId är unika men inte stigande"  # R43


@dataclass
class Kept:
    """What a buyer has kept, as its observation point tells."""

    kept: KeptClaim | None = None
    matches: bool = False

    def claim(self, _claim_id: str) -> KeptClaim | None:
        """Give the claim."""
        return self.kept

    def invoice(self, _invoice_id: str, _claim_id: str, _amount: Decimal) -> bool:
        """Tell whether an invoice is matched."""
        return self.matches


def a_kept_claim(copies: int = 1, credit: str = "") -> Kept:
    return Kept(KeptClaim(id="1", copies=copies, payable=Decimal(1), credits=(credit,)))


@pytest.fixture
def to_faulty(replied: MakeAnswer, deal: Deal) -> Answer:
    """Give OK to a claim with a fault."""
    request = envelope(faulty("kön 3", deal), logical_address="2321000024")
    return replied("OK", request=request)


# Givet -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "right", "wrong", "broken"),
    [
        (arrange.the_claim_was_received, "OK", "ERROR", ["FBC-SVAR-OK"]),
        (
            arrange.the_claim_was_refused, "ERROR", "OK",
            ["FBC-SVAR-ERROR", "FBC-VALIDERA-PRODUCENT"],
        ),
        (arrange.a_credit_of_a_received_claim, "OK", "ERROR", ["FBC-SVAR-OK"]),
    ],
)  # fmt: skip
def test_what_must_come_first_is_judged_too(
    claims: Any, deal: Deal, replied: MakeAnswer, step: Callable[..., object],
    right: str, wrong: str, broken: list[str],
) -> None:  # fmt: skip
    """A scenario whose beginning goes wrong does not go on."""
    message = valid("öppen vård", deal)
    claims.answers(replied(right), replied(wrong))

    assert claims.deviations(step, message=message, deal=deal) == []
    assert claims.deviations(step, message=message, deal=deal) == broken


# Comments ----------------------------------------------------------------------------------------


def test_comment_must_name_the_rule(claims: Any, replied: MakeAnswer) -> None:
    """Another rule is not the broken one."""
    step, given = inspect.the_comment_names_the_rule, {"requirement": "FBC-R10"}

    assert claims.deviations(step, answer=replied("ERROR", "R10"), **given) == []
    found = claims.deviations(step, answer=replied("ERROR", "R27"), **given)
    assert found == ["FBC-SVAR-KOMMENTAR"]


def test_comment_must_give_the_place_of_what_is_refused(
    claims: Any, replied: MakeAnswer, to_faulty: Answer
) -> None:
    """No place is one deviation, and what is not refused at all another."""

    def broken(answer: Answer, fault: str = "kön 3") -> list[str]:
        found: list[str] = claims.deviations(
            inspect.the_comment_gives_the_place, answer=answer, fault=fault
        )
        return found

    assert broken(replied("ERROR", "R10 i gender")) == []
    assert broken(replied("ERROR", "R10")) == ["FBC-SVAR-PLATS"]
    assert broken(to_faulty) == ["FBC-R10", "FBC-VALIDERA-PRODUCENT"]


def test_refusal_must_have_a_comment(claims: Any, replied: MakeAnswer) -> None:
    """Of what the schema forbids, any will do."""
    step = inspect.the_answer_has_a_comment

    assert claims.deviations(step, answer=replied("ERROR", "fel")) == []
    assert claims.deviations(step, answer=replied("ERROR")) == ["FBC-SVAR-SCHEMA"]


def test_either_reading_is_right_and_nothing_else(
    claims: Any, replied: MakeAnswer, an_answer: MakeAnswer
) -> None:
    """ERROR by the description's words is remarked on, but it must name its rule, in due form."""

    def broken(answer: Answer) -> list[str]:
        found: list[str] = claims.deviations(
            inspect.it_is_answered_by_either_reading, answer=answer, difference=DIFFERENCE
        )
        return found

    assert broken(replied("OK")) == []
    assert broken(replied("ERROR", "R43")) == []
    assert len(claims.evidence.observations) == 1
    assert broken(replied("ERROR", "R5")) == ["FBC-SVAR-KOMMENTAR"]
    assert broken(replied("ERROR", "R43", status=404)) == ["FBC-SVAR-FORMAT"]
    assert broken(an_answer(soap_fault("fel"), status=500)) == ["FBC-R43"]


# What the buyer has kept -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "given", "right", "wrong", "broken"),
    [
        (inspect.the_claim_is_not_kept, {}, Kept(), a_kept_claim(), "FBC-SVAR-INGET-SPARAT"),
        (
            inspect.the_claim_is_kept, {"copies": 1, "requirement": "FBC-DUBBLETT"},
            a_kept_claim(), a_kept_claim(copies=2), "FBC-DUBBLETT",
        ),
        (
            inspect.the_claim_is_kept, {"copies": 1, "requirement": "FBC-SVAR-OK"},
            a_kept_claim(), Kept(), "FBC-SVAR-OK",
        ),
        (
            inspect.the_buyer_matches_an_invoice, {"outcome": "matchar", "amount": "samma"},
            Kept(matches=True), Kept(), "FBC-MATCHA",
        ),
        (
            inspect.the_buyer_matches_an_invoice, {"outcome": "avvisar", "amount": "annat"},
            Kept(), Kept(matches=True), "FBC-MATCHA",
        ),
    ],
)  # fmt: skip
def test_what_is_kept_is_judged(
    claims: Any, deal: Deal, step: Callable[..., None], given: dict[str, Any],
    right: Kept, wrong: Kept, broken: str,
) -> None:  # fmt: skip
    """By what the observation point shows."""
    message = valid("öppen vård", deal)

    assert claims.deviations(step, message=message, observation=right, **given) == []
    assert claims.deviations(step, message=message, observation=wrong, **given) == [broken]


def test_credit_must_be_tied_to_its_original(claims: Any, deal: Deal) -> None:
    """The original shows the credit's id; another one, or none, will not do."""
    credit: etree._Element = valid("kredit", deal)
    tied = a_kept_claim(credit=text_of(credit, "id") or "")

    def broken(observation: Kept) -> list[str]:
        found: list[str] = claims.deviations(
            inspect.the_credit_is_tied, message=credit, observation=observation
        )
        return found

    assert broken(tied) == []
    assert broken(a_kept_claim(credit="another")) == broken(Kept()) == ["FBC-KREDIT-EMOT"]
