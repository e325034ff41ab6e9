"""Parties that cannot read a right answer: each stumbles on one way of writing, and no other."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping

import pytest
from lxml import etree

from contracts.envelope import envelope
from features.hogkostnadsskydd.around import taken_with
from features.wordings import REWRITTEN, faulted_in_swedish
from simulator.client import Answer
from simulator.faults import soap_fault
from simulator.regions.misreadings import FAULT, MISREADINGS
from simulator.regions.outbox import ANSWERED, Ending, ending_of
from simulator.regions.reading_defects import reading_defects

TAKEN = taken_with("OK").encode()
PLAIN = envelope(TAKEN)
LENGTH: Mapping[str, str] = {"content-length": "1"}


def rewritten(how: str) -> bytes:
    return REWRITTEN[how](PLAIN.decode()).encode()


WRITTEN: Mapping[str, tuple[bytes, Mapping[str, str], int]] = {
    "does-not-know-a-byte-order-mark": (codecs.BOM_UTF8 + PLAIN, LENGTH, 200),
    "does-not-know-cdata": (PLAIN.replace(b">OK<", b"><![CDATA[OK]]><"), LENGTH, 200),
    "does-not-know-comments": (PLAIN.replace(b">OK<", b"><!-- so -->OK<"), LENGTH, 200),
    "finds-answers-by-their-prefix": (
        PLAIN.replace(b"soapenv:", b"s:").replace(b":soapenv=", b":s="), LENGTH, 200),
    "wants-answers-with-prefixes": (rewritten("med standardnamnrymd"), LENGTH, 200),
    "wants-answers-with-a-declaration": (rewritten("utan XML-deklaration"), LENGTH, 200),
    "wants-to-be-told-the-encoding": (
        rewritten("med XML-deklaration utan teckenkodning"), LENGTH, 200),
    "wants-a-length": (PLAIN, {}, 200),
    "does-not-know-answers-headers": (
        envelope(TAKEN, headers=[etree.Element("{urn:x}status")]), LENGTH, 200),
    FAULT: (faulted_in_swedish().encode(), LENGTH, 500),
}  # fmt: skip
"""By defect: an answer that it alone stumbles on."""

BESIDE = {"wants-answers-with-prefixes": {"finds-answers-by-their-prefix"}}
"""An envelope without prefix has not the usual one either."""


@pytest.mark.parametrize("name", WRITTEN)
def test_each_way_of_writing_is_misread_by_its_own_system(
    an_answer: Callable[..., Answer], name: str
) -> None:
    """Right answers all of them."""
    body, headers, status = WRITTEN[name]
    answer = an_answer(body, headers=headers, status=status)

    misread = {one for one, (_, stumbles) in MISREADINGS.items() if stumbles(answer)}

    assert misread == {name} | BESIDE.get(name, set())


@pytest.mark.parametrize(
    ("body", "status"),
    [(PLAIN, 200), (soap_fault("No"), 500), (soap_fault("No", detail="logId 1"), 500)],
    ids=["answer", "fault", "fault with a detail"],
)
def test_what_is_written_as_usual_is_read_by_all(
    an_answer: Callable[..., Answer], body: bytes, status: int
) -> None:
    """Only what is uncommon shows them."""
    answer = an_answer(body, headers=LENGTH, status=status)

    assert not any(stumbles(answer) for _, stumbles in MISREADINGS.values())


def test_what_cannot_be_read_is_sent_again_and_a_fault_that_is_not_seen_is_not(
    an_answer: Callable[..., Answer],
) -> None:
    """Which is where others see it."""
    defects = {one.name: one for one in reading_defects(also=frozenset(), waits=True)}
    for name, (body, headers, status) in WRITTEN.items():
        answer = an_answer(body, headers=headers, status=status)
        ended = defects[name].on_ending(ending_of(answer), answer)

        assert ended.is_sent_again is (name != FAULT)
        assert (ended == Ending(outcome=ANSWERED)) is (name == FAULT)


def test_half_a_second_is_all_the_patience_there_is() -> None:
    """An answer that is later is none."""
    (hasty,) = (one for one in reading_defects(also=frozenset(), waits=False) if one.resending)

    assert hasty.resending is not None
    assert hasty.resending.patience < 0.8
