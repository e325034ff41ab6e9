"""The steps that all suites share: each is given an answer that it alone must object to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contracts.domains.financial_billing_claim.v1_1.kinds import Deal, valid
from contracts.domains.financial_billing_claim.v1_1.single_faults import faulty
from contracts.envelope import envelope
from features.steps import certificates, variants
from features.steps import inspect as steps
from features.steps.inspect import SCHEMA
from features.variants import Expected, Variant
from reports.results import Outcome
from simulator.client import Answer
from simulator.faults import soap_fault

MakeAnswer = Callable[..., Answer]
FORM, CODE, FAULT = "FBC-SVAR-FORMAT", "FBC-SVAR-KOD", "FBC-SVAR-FAULT"


@pytest.fixture
def answer(replied: MakeAnswer, an_answer: MakeAnswer, deal: Deal) -> Callable[[str], Answer]:
    """Give an answer by what it is called."""
    kinds: dict[str, Callable[[], Answer]] = {
        "OK": lambda: replied("OK"),
        "ERROR": lambda: replied("ERROR", "R10 i /c:gender"),
        "ERROR with status 404": lambda: replied("ERROR", "R10 i /c:gender", status=404),
        "another code": lambda: replied("INFO"),
        "a fault": lambda: an_answer(soap_fault("fel"), status=500),
        "a fault with status 200": lambda: an_answer(soap_fault("fel")),
        "a fault that tells all": lambda: an_answer(
            soap_fault("java.lang.Error: 191001209814"), status=500
        ),
        "OK after 3 s": lambda: replied("OK", seconds=3.0),
        "OK to a faulty one": lambda: replied(
            "OK", request=envelope(faulty("kön 3", deal), logical_address="2321000024")
        ),
    }
    return lambda name: kinds[name]()


@pytest.mark.parametrize(
    ("step", "given", "right", "wrong", "broken"),
    [
        (steps.it_is_answered_ok, {}, "OK", "ERROR", ["FBC-SVAR-OK"]),
        (
            steps.it_is_answered_ok_by,
            {"requirement": "FBC-TILLAGG"}, "OK", "ERROR", ["FBC-TILLAGG"],
        ),
        (
            steps.it_is_answered_error, {"requirement": "FBC-R10"}, "ERROR", "OK to a faulty one",
            ["FBC-R10", "FBC-VALIDERA-PRODUCENT"],
        ),
        (steps.the_answer_is_valid, {}, "ERROR", "another code", [CODE]),
        (steps.the_answer_is_valid, {}, "OK", "a fault", [FORM]),
        (steps.it_is_answered_by_a_fault, {}, "a fault", "OK", [FAULT]),
        (steps.it_is_answered_by_a_fault_or_error, {}, "ERROR", "ERROR with status 404", [FORM]),
        (steps.it_is_answered_by_a_fault_or_error, {}, "a fault", "OK", [FAULT]),
        (steps.the_fault_keeps_secrets, {}, "a fault", "OK", [FAULT]),
        (
            steps.the_fault_keeps_secrets, {}, "a fault", "a fault that tells all",
            ["FBC-SVAR-SEKRETESS"] * 2,
        ),
        (
            steps.the_answer_takes_less,
            {"limit": 3, "requirement": "FBC-SLA-1MB"}, "OK", "OK after 3 s", ["FBC-SLA-1MB"],
        ),
        (
            certificates.the_call_is_let_in,
            {"requirement": "FBC-TLS"}, "OK", "ERROR", ["FBC-TLS"],
        ),
        (
            certificates.the_call_is_turned_away,
            {"requirement": "FBC-TLS"}, "a fault", "OK", ["FBC-TLS"],
        ),
    ],
)  # fmt: skip
def test_step_objects_to_one_answer(
    claims: Any, answer: Callable[[str], Answer], step: Callable[..., None],
    given: dict[str, Any], right: str, wrong: str, broken: list[str],
) -> None:  # fmt: skip
    """And takes the right one without a word."""
    assert claims.deviations(step, answer=answer(right), **given) == []
    assert claims.deviations(step, answer=answer(wrong), **given) == broken


@pytest.mark.parametrize(
    ("rule", "right", "wrong", "broken"),
    [
        pytest.param(None, "OK", "another code", CODE, id="the form comes first"),
        pytest.param(None, "OK", "a fault", "FBC-SLA-SAMTIDIGA", id="no answer of the contract"),
        pytest.param(None, "OK", "ERROR", "FBC-SVAR-RATT-SVAR", id="another message's refusal"),
        pytest.param("R10", "ERROR", "OK to a faulty one", "FBC-SVAR-RATT-SVAR", id="another's OK"),
        pytest.param(
            SCHEMA, "ERROR", "OK", "FBC-SVAR-RATT-SVAR", id="OK for what the schema forbids"
        ),
    ],
)
def test_each_of_many_gets_its_own_answer(
    claims: Any, deal: Deal, answer: Callable[[str], Answer],
    rule: str | None, right: str, wrong: str, broken: str,
) -> None:  # fmt: skip
    """One message among others that is answered as another one fails."""
    valid_one = valid("öppen vård", deal), None
    batch = [valid_one, (valid("öppen vård", deal), rule)]

    def broken_by(kind: str) -> list[str]:
        answers = [answer("OK"), answer(kind)]
        found: list[str] = claims.deviations(
            steps.each_gets_its_own_answer,
            batch=batch, answers=answers, requirement="FBC-SLA-SAMTIDIGA",
        )  # fmt: skip
        return found

    assert broken_by(right) == []
    assert broken_by(wrong) == [broken]


def test_answers_to_many_must_all_be_in_time(claims: Any, answer: Callable[[str], Answer]) -> None:
    """One late answer of two breaks both a limit for all, and a share of 99 %, but not of half."""
    quick, late = [answer("OK")] * 2, [answer("OK"), answer("OK after 3 s")]

    def broken(step: Callable[..., None], answers: list[Answer], **given: int) -> list[str]:
        found: list[str] = claims.deviations(
            step, answers=answers, limit=1, requirement="FBC-SLA-1MB", **given
        )
        return found

    assert broken(steps.no_answer_takes_longer, quick) == []
    assert broken(steps.no_answer_takes_longer, late) == ["FBC-SLA-1MB"]
    assert broken(steps.most_are_answered_in_time, quick, share=99) == []
    assert broken(steps.most_are_answered_in_time, late, share=50) == []
    assert broken(steps.most_are_answered_in_time, late, share=99) == ["FBC-SLA-1MB"]


def test_variants_alike_are_told_once_and_each_is_kept(
    claims: Any, answer: Callable[[str], Answer]
) -> None:
    """The step deviates once a requirement; each variant has its own outcome in the evidence."""
    variant = Variant(name="x", where="/x", message=b"<x/>", expected=Expected.TURNED_AWAY)
    tried = [(variant, answer(kind)) for kind in ("OK", "ERROR", "OK")]

    found = claims.deviations(variants.each_variant_is_turned_away, tried=tried)

    assert found == ["FBC-SVAR-SCHEMA", "FBC-VALIDERA-PRODUCENT"]
    outcomes = [each.outcome for each in claims.evidence.step.variants]
    assert outcomes == [Outcome.FAILED, Outcome.PASSED, Outcome.FAILED]
    assert claims.evidence.step.observed == "3 varianter, 2 avviker"
    assert claims.deviations(variants.each_variant_is_turned_away, tried=tried[1:2]) == []
