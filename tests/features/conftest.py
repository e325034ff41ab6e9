"""Answers to judge, made without a platform."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from contracts.domains.financial_billing_claim.v1_1.kinds import Deal, valid
from contracts.envelope import envelope
from contracts.parsing import parse
from contracts.terms import SWEDISH_TIME, OrganisationNumber
from features.suites import suite_for
from features.verdicts import Judge
from simulator.client import Answer
from simulator.regions.buyer import answer as buyer_answer

NOON = datetime(2026, 11, 22, 12, tzinfo=SWEDISH_TIME)


@pytest.fixture(scope="session")
def deal() -> Deal:
    """Region Stockholm bills Region Uppsala."""
    return Deal(
        seller=OrganisationNumber("2321000016"),
        buyer=OrganisationNumber("2321000024"),
        county="03",
        municipality="0380",
        today=NOON.date(),
    )


@pytest.fixture(scope="session")
def judge() -> Judge:
    """The judge of the bundled contract."""
    suite = suite_for("utomlansfakturering")
    return Judge(suite.domain, suite.contract, suite.answering)


@pytest.fixture
def an_answer(deal: Deal) -> Callable[..., Answer]:
    """Make an answer to a valid claim: any body, status and headers."""

    def made(
        body: bytes = b"",
        *,
        status: int | None = 200,
        headers: dict[str, str] | None = None,
        request: bytes | None = None,
        seconds: float = 0.01,
    ) -> Answer:
        try:
            root = parse(body)
            problem = ""
        except Exception as error:
            root, problem = None, str(error)
        return Answer(
            url="http://platform/vp",
            logical_address="2321000024",
            correlation_id="1",
            started=NOON,
            seconds=seconds,
            request=request or envelope(valid("öppen vård", deal), logical_address="2321000024"),
            status=status,
            headers=headers or {},
            body=body,
            problem=problem,
            root=root,
        )

    return made


@pytest.fixture
def replied(an_answer: Callable[..., Answer]) -> Callable[..., Answer]:
    """Make an answer of the contract: a result code and a comment."""

    def made(code: str, comment: str | None = None, **others: object) -> Answer:
        return an_answer(buyer_answer(code, comment).body, **others)

    return made
