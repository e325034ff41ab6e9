"""Answers that are changed in one thing: no longer what the contract says; faults as they were."""

from __future__ import annotations

import pytest

from contracts.catalogue import bundled
from contracts.envelope import body_of, is_envelope
from contracts.errors import MessageError
from contracts.parsing import parse
from simulator.regions.answer_defects import answer_defects
from simulator.regions.buyer import answer
from simulator.regions.defect import Defect, Reply
from simulator.regions.receiving import refusal

DOMAIN = bundled().domain("financial:billing:claim", "1.1")
CONTRACT = next(one for one in DOMAIN.contracts if one.interaction == "ProcessClaimSpecification")
DEFECTS = tuple(
    answer_defects(
        "FORM",
        own="ProcessClaimSpecification",
        also=("READ",),
        code="resultCode",
        code_breaks="CODE",
        remark="comment",
    )
)


def is_right(reply: Reply) -> bool:
    """Tell whether an answer is what the contract says, with a code that it has."""
    try:
        root = parse(reply.body)
        payload = body_of(root) if is_envelope(root) else None
    except MessageError:
        return False
    return (
        reply.status == 200
        and payload is not None
        and payload.tag == CONTRACT.response
        and not DOMAIN.schema_of(CONTRACT).findings(payload)
        and payload.findtext("{*}resultCode") in {"OK", "ERROR"}
    )


def test_the_answers_that_are_changed_are_right() -> None:
    """What is wrong with them afterwards is the change alone."""
    assert is_right(answer("OK"))
    assert is_right(answer("ERROR", "R10: Fel kön."))


@pytest.mark.parametrize("defect", [pytest.param(one, id=one.name) for one in DEFECTS])
def test_a_changed_answer_is_no_answer_of_the_contract(defect: Defect) -> None:
    """Of an answer OK and an answer ERROR, one at least is broken."""
    replies = [defect.on_reply(one, b"") for one in (answer("OK"), answer("ERROR", "R10"))]

    assert not all(is_right(reply) for reply in replies)


def test_no_contract_s_response_is_another_s() -> None:
    """Each interaction has the others' responses alone, which are right by their own schemas."""
    theirs = {one.name: one for one in answer_defects("FORM", own="Update")}

    assert "answers-as-Update" not in theirs
    reply = theirs["answers-as-ProcessClaimSpecification"].on_reply(answer("ERROR", "R10"), b"")
    assert is_right(reply)


@pytest.mark.parametrize("defect", [pytest.param(one, id=one.name) for one in DEFECTS])
def test_a_fault_is_left_as_it_is(defect: Defect) -> None:
    """Only answers of the contract are changed."""
    fault = refusal("The message cannot be read", blames="Client")

    assert defect.on_reply(fault, b"") == fault


def test_each_defect_breaks_the_form_or_the_code() -> None:
    """An empty code is a text that the schema allows; the rest is a matter of form."""
    assert {defect.name for defect in DEFECTS if defect.breaks == "CODE"} == {
        "leaves-the-code-empty"
    }
    assert {defect.breaks for defect in DEFECTS} == {"FORM", "CODE"}
    assert {defect.also for defect in DEFECTS} == {
        frozenset({"READ", "CODE", "RIV-*"}),
        frozenset({"*"}),
    }


def test_a_response_without_a_code_has_fewer_ways_to_be_wrong() -> None:
    """What changes code and remark is left out."""
    plain = {defect.name for defect in answer_defects("FORM", own="ProcessClaimSpecification")}

    assert plain < {defect.name for defect in DEFECTS}
    assert not any("code" in name or "remark" in name for name in plain)
